// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_PARTNERE_INT_H
#define WIRE_PARTNERE_INT_H

#include <parloeb/partnere.h>

/* Between the parts that read one partner file; a part is one key of the file. */

struct plb_partnere;

struct laeser {
	const struct plb_secret *partner_key; /* NULL: this program does not push */
	const uint8_t *proof_public;
	struct plb_arena *arena; /* of the set */
	struct plb_partnere *s;
	struct plb_partner *p;
	struct plb_faults *f;
	const char *dir; /* of the partner files */
};

/* A fault at n. */
void partner_fejl(struct laeser *l, const struct plb_yaml *n, const char *text);
/* A path relative to the partner files' folder. NULL: no text there. */
const char *partner_sti(struct laeser *l, struct plb_yaml *n);

void partner_webhook(struct laeser *l, struct plb_yaml *root);
void partner_kafka(struct laeser *l, struct plb_yaml *root);
void partner_mail(struct laeser *l, struct plb_yaml *root);
/* After every channel's own part: which is the first, which are copies, which is the fall-back. */
void partner_kanaler(struct laeser *l, struct plb_yaml *root);
void partner_sftp(struct laeser *l, struct plb_yaml *root);

#endif
