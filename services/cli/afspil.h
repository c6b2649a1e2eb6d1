// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_AFSPIL_H
#define CLI_AFSPIL_H

#include <parloeb/conf.h>
#include <parloeb/flow.h>
#include <parloeb/schema.h>

#include "regel.h"

/* forloeb in the shadow: its own code with the state of one person in memory, a clock in a
 * variable, and nothing behind it. What it would have sent goes to a function. One thread. afspil.c
 * answers the runtime's calls (plb_flow_get …) in this program; only forloeb makes them. */
struct afspil;
struct afspil_besked {
	struct plb_slice topic, key, value;
	const struct plb_header *header;
	size_t n;
	struct plb_time ur; /* the clock when it left */
};
typedef enum plb_err afspil_fn(void *arg, const struct afspil_besked *b, struct plb_errctx *ec);

/* schemas and regler are borrowed and outlive it. */
PLB_MUSTUSE enum plb_err afspil_new(const struct plb_schemas *schemas, const struct regler *regler,
    const struct plb_conf_forloeb *c, afspil_fn *fn, void *arg, struct afspil **out,
    struct plb_errctx *ec);
void afspil_free(struct afspil **a);
/* Another person: nothing is known. */
void afspil_forfra(struct afspil *a);
/* Fire what falls due up to `now`, then take the record ("ind" or "svar"). A record that forloeb
 * would park changes nothing and is counted (afspil_parkeret). */
PLB_MUSTUSE enum plb_err afspil_record(
    struct afspil *a, const struct plb_record *rec, struct plb_time now, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err afspil_ur(struct afspil *a, struct plb_time now, struct plb_errctx *ec);
size_t afspil_parkeret(const struct afspil *a);

#endif
