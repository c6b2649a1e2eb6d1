// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_FAKTA_INT_H
#define FORLOEB_FAKTA_INT_H

#include "fakta.h"
#include "part.h"

/* What the handlers of facts share. Each takes the fact at t->h: NULL when taken, otherwise why
 * not, with the person unchanged. */
typedef const struct afvisning *fakta_fn(struct trin *t);
fakta_fn fakta_samtale_held, fakta_referat_publiceret, fakta_indkaldelse_skrevet,
    fakta_indkaldelse_annulleret;

extern const struct afvisning FAKTA_UKENDT_PERSON, FAKTA_FORM;

/* Most things of one kind in one course; far beyond any real one, so that a sender cannot grow the
 * state without bound. */
#define TING_MAX 400

/* Time and id of the fact at hand. */
struct stempel fakta_stempel(struct trin *t);
/* Why there is no room for one more: the course is full, or else the step's memory (then t->fejl is
 * set). */
const struct afvisning *fakta_fuld(struct trin *t, const struct plb_list *l, size_t max);

#endif
