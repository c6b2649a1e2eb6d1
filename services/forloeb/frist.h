// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_FRIST_H
#define FORLOEB_FRIST_H

#include <parloeb/kalender.h>

#include "regel.h"

/* Deadlines of the course in civil time (contract § 7). Pure. */

/* 23:59:59 on the n-th working day before the expected virkningsdato. */
struct plb_time frist_pakke(
    const struct regler *rr, const struct regelsaet *r, struct plb_dato virkningsdato);
/* 23:59:59 on the first working day after the conversation, or after its receipt where that came
 * later than the deadline. */
struct plb_time frist_referat(
    const struct regler *rr, const struct regelsaet *r, const struct samtale *s);
/* The same where the kommune has agreed to a referat of a joint conversation. */
struct plb_time frist_faelles_referat(
    const struct regler *rr, const struct regelsaet *r, const struct samtale *s);
/* Of a handover that was sent: start of the first individual conversation held by or for the new
 * organisation that begins on or after virkningsdato; without any, 23:59:59 on the n-th working day
 * after the later of virkningsdato and the day on which handover-due was sent. */
struct plb_time frist_haardt_stop(
    const struct regler *rr, const struct regelsaet *r, const struct forloeb *f);
/* End of the day by which the first conversation must have been held (LAB § 31, 4: within two
 * weeks). */
struct plb_time frist_foerste_samtale(const struct regelsaet *r, struct plb_dato tilmeldingsdato);

#endif
