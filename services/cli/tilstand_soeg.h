// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_TILSTAND_SOEG_H
#define CLI_TILSTAND_SOEG_H

#include "cli_net.h"
#include "tilstand.h"

/* The newest state of the person that has a forløb, from the changelog of forloeb. Embedded. */
struct tilstand_soeg {
	struct plb_arena arena; /* of the person */
	struct plb_buf key, blob;
	struct person person;
	const struct forloeb *forloeb; /* in person */
	const uint8_t *pseudonym;      /* 16 bytes, in key */
};
void tilstand_soeg_init(struct tilstand_soeg *s);
void tilstand_soeg_fini(struct tilstand_soeg *s);
/* Reads the whole changelog. An exit code; on anything but CLI_OK the fault is printed, an unknown
 * id among them. */
int tilstand_soeg(struct tilstand_soeg *s, const struct cli_kafka *k, struct plb_uuid id);

#endif
