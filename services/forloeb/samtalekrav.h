// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_SAMTALEKRAV_H
#define FORLOEB_SAMTALEKRAV_H

#include "regel.h"

/* Which conversations a rule set requires, and which of them were held. A meeting with two types is
 * two conversations. Group meetings count as none, and neither does a form that the rule set does
 * not let count. Pure. */

/* Was the first required conversation held, at any time? */
bool samtalekrav_foerste_holdt(const struct forloeb *f, const struct regelsaet *r);

/* How a requirement stands. */
struct kravstatus {
	const struct samtalekrav *krav;
	struct plb_dato fra, inden; /* held from `fra` on and before `inden`; NONE = the window is
				       not open yet, because nothing was handed over */
	int holdt, fritaget;
};
/* Nothing is missing: held or exempted. */
bool kravstatus_opfyldt(const struct kravstatus *s);
/* All of the rule set (at most REGEL_KRAV_MAX) into `ud`; how many. */
size_t samtalekrav_status(
    const struct forloeb *f, const struct regelsaet *r, struct kravstatus ud[REGEL_KRAV_MAX]);
/* Those that a handover must name as missing: `antal` of one type each, so that the sum is the
 * number of missing conversations. */
struct manglende_samtale {
	int32_t type;
	struct plb_time frist;
};
#define MANGLENDE_SAMTALER_MAX 32
size_t samtalekrav_mangler(const struct forloeb *f, const struct regelsaet *r,
    struct manglende_samtale ud[MANGLENDE_SAMTALER_MAX]);

/* Must the package have the referat of this conversation (rule `pakke_referater`)? */
bool samtalekrav_pakke_referat(
    const struct forloeb *f, const struct regelsaet *r, const struct samtale *s);
/* A conversation with both authorities. */
bool samtalekrav_faelles(const struct samtale *s);

#endif
