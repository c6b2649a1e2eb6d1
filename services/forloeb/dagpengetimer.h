// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_DAGPENGETIMER_H
#define FORLOEB_DAGPENGETIMER_H

#include "regel.h"

/* The clock of the course: paid benefit hours, in hundredths (contract § 7 "Hours", "Forecast"; LAB
 * § 31). Pure. */

/* More hours than a part-time insured can have in a month? Never where the rule set has no norm. */
bool timer_over_deltid(const struct regelsaet *r, int64_t timer_c);
/* What counts of a month's report; false = nothing does: the member is part-time insured at the
 * month's end and there are only reports of more hours than that gives. */
bool timer_gyldig(const struct forloeb *f, const struct regelsaet *r, const struct maanedstimer *t,
    int64_t *timer_c);
/* Hours reported for a month by all a-kasser, 0 where it does not count; false when there is no
 * report. */
bool timer_rapporteret(
    const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m, int64_t *sum);

/* Sum of everything reported, months that do not count left out. */
int64_t timer_sum(const struct forloeb *f, const struct regelsaet *r);
/* The same up to the end of month m. */
int64_t timer_sum_til(const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m);

/* The day from which benefit counts. */
struct plb_dato timer_foerste_dag(const struct forloeb *f);

/* The earliest month at whose end the sum of the reported hours of this and all earlier months is
 * greater than the limit; false when no month passes yet. */
bool timer_passeret(
    const struct forloeb *f, const struct regelsaet *r, struct plb_maaned *maaned, int64_t *sum_c);

/* When responsibility is expected to pass: known months as reported, others with the norm, the
 * first one in proportion to its days. The first of the month after the sum passes. */
struct plb_dato timer_prognose(const struct forloeb *f, const struct regelsaet *r);
/* The same month by month, to the one whose end passes the limit; at most `max` of them. */
struct timer_led {
	struct plb_maaned maaned;
	int64_t timer_c;
	bool rapporteret; /* otherwise the norm */
};
size_t timer_led(
    const struct forloeb *f, const struct regelsaet *r, struct timer_led *ud, size_t max);

#endif
