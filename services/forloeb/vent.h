// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_VENT_H
#define FORLOEB_VENT_H

#include "trin.h"

/* Facts that name something unknown (contract § 7 "Late, twice, out of order"): kept, taken in the
 * same step in which the thing becomes known, in the order accepted, and refused when time is up.
 * Pure. */

/* What the refused fact at hand waits for, as its sender reads it ("samtaleId"), after it has been
 * kept; NULL when it does not wait: what it lacks cannot become known, or too many wait already. */
const char *vent_begynd(struct trin *t, const struct afvisning *nej);
/* Take those that can be taken now; were there any? */
bool vent_genspil(struct trin *t);
/* Refuse those whose time is up. */
void vent_udloeb(struct trin *t);
/* Refuse all of them. */
void vent_opgiv(struct trin *t, const struct afvisning *nej);
/* When the next is; PLB_TIME_NEVER = none waits. */
struct plb_time vent_naeste(const struct trin *t);

#endif
