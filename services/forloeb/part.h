// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_PART_H
#define FORLOEB_PART_H

#include "regel.h"

/* Who is party to whom (contract § 4 "A sender may speak only of its own"). The one place that
 * decides it. Pure. */

/* About membership and hours: an a-kasse of its members, a kommune of citizens it is or will be
 * responsible for, another actor that is responsible, DFDG of everybody. */
bool part_maa_tale(const struct forloeb *f, const struct plb_org *org);
/* About conversations and summonses: the same, and who is guest of a summons that stands. */
bool part_deltager(const struct forloeb *f, const struct plb_org *org);
/* The same, and an a-kasse of a former member about a day of the membership's time. */
bool part_deltager_om(const struct forloeb *f, const struct plb_org *org, struct plb_dato dag);
/* Was the organisation the a-kasse on that day? */
bool part_akasse_paa(const struct forloeb *f, const struct plb_org *org, struct plb_dato dag);
/* The newest forløb in which it was; NULL when there is none. */
struct forloeb *part_forloeb_paa(struct person *p, const struct plb_org *org, struct plb_dato dag);
typedef bool part_fn(const struct forloeb *f, const struct plb_org *org);
/* The newest forløb of the person that the organisation is party to in that sense; NULL when there
 * is none. */
struct forloeb *part_forloeb(struct person *p, const struct plb_org *org, part_fn *er_part);
/* Who is responsible now: the a-kasse until handover-due has been sent, then who got it; from the
 * start the kommune where the rule set hands nothing over. */
const struct plb_org *part_ansvarlig(const struct regler *rr, const struct forloeb *f);
/* Is the organisation named in a list of struct plb_org? */
bool part_naevnt(const struct plb_list *l, const struct plb_org *org);

#endif
