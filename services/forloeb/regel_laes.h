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

#define REGEL_DAGE_MAX 250
/* Is the scalar this word? Then it is used. */
bool laes_er_ord(struct plb_yaml *n, const char *text);
/* Index of a word; 0 after a fault. One bit for each word of a list. */
int laes_ord(struct laeser *l, struct plb_yaml *n, const char *const *words);
unsigned laes_ord_bits(struct laeser *l, struct plb_yaml *n, const char *const *words);
/* A number; 0 after a fault. The same of a member; `ingen` = 0, or at least 1. */
int laes_tal(struct laeser *l, struct plb_yaml *n, int64_t min, int64_t max);
int laes_tal_i(struct laeser *l, struct plb_yaml *m, const char *key, int64_t min, int64_t max);
int laes_tal_eller_ingen(struct laeser *l, struct plb_yaml *n);
/* Hours of a member, in hundredths. */
int64_t laes_hundrededele(struct laeser *l, struct plb_yaml *m, const char *key);
/* The first item of a list of at most `max`; NULL when it is empty, or after a fault. */
struct plb_yaml *laes_liste(struct laeser *l, struct plb_yaml *n, size_t max);
/* A list of conversation types, at least one; how many. */
size_t laes_samtaletyper(struct laeser *l, struct plb_yaml *n, int32_t *ud, size_t max);

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
