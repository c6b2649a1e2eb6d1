// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_REGEL_LAES_H
#define FORLOEB_REGEL_LAES_H

#include <parloeb/yaml.h>

#include "regel.h"

/* What the readers of rule files share. */

/* The codes that a rule may name: the first column of a code list, as it lies in memory. */
struct regel_koder {
	struct plb_slice akasser, kommuner, samtaletyper;
};
struct laeser {
	struct regler *rr; /* being filled; its arena holds all that outlives the file */
	struct regel_koder koder;
	struct plb_faults *f;
};

/* A fault at a node. */
void laes_fejl(struct laeser *l, const struct plb_yaml *n, const char *fmt, ...) PLB_PRINTF(3, 4);
/* "id" into `out`; a fault when it is empty or too long. */
void laes_id(struct laeser *l, struct plb_yaml *y, char out[REGEL_ID_MAX + 1]);
/* {fra, til?} */
void laes_gyldig(struct laeser *l, struct plb_yaml *n, struct plb_dato *fra, struct plb_dato *til);
/* An organisation by its code, which must be in the code list; false after a fault. */
bool laes_org(struct laeser *l, struct plb_yaml *n, enum plb_orgtype type, struct plb_org *ud);

/* All parameters of a rule set from the mapping that holds them, and their sources from `kilder`.
 * Each must be there, with a source. */
void laes_parametre(
    struct laeser *l, struct plb_yaml *m, struct plb_yaml *kilder, struct regelsaet *r);
/* Those that an agreement changes, over `r`. Anything but what two parties can agree on is a fault.
 */
void laes_aendringer(
    struct laeser *l, struct plb_yaml *m, struct plb_yaml *kilder, struct regelsaet *r);

/* Days on which somebody has no rule set, and days and pairs that two equally narrow ones claim:
 * each a fault at the rule set's file. */
void regel_daekning(const struct regler *rr, struct plb_faults *f);

#endif
