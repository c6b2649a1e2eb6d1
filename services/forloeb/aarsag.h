// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_AARSAG_H
#define FORLOEB_AARSAG_H

#include "effekt.h"
#include "regel.h"

/* Why and when responsibility passes (contract § 7 "Hours", "Other ways"): one row a cause, each a
 * pure function of the facts. */
struct aarsag {
	int aarsag; /* enum due_aarsag */
	struct plb_dato virkning;
	struct plb_time forfald; /* when handover-due is to be sent */
	int64_t sum_c;           /* DUE_TIMER */
	struct plb_org til;      /* zero value = the kommune of that day */
};

#define AARSAGER (DUE_MANUEL + 1)
/* This cause; false when it does not hold on the day `idag`. */
bool aarsag_for(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, int aarsag, struct aarsag *ud);
/* When responsibility is expected to pass, by whichever cause; false while that is suspended. */
bool aarsag_prognose(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct plb_dato *ud);

#endif
