// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_FAKTA_INT_H
#define FORLOEB_FAKTA_INT_H

#include "fakta.h"
#include "levering.h"
#include "part.h"

/* What the handlers of facts share. Each takes the fact at t->h: NULL when taken, otherwise why
 * not, with the person unchanged. */
typedef const struct afvisning *fakta_fn(struct trin *t);
fakta_fn fakta_samtale_held, fakta_samtale_korrigeret, fakta_samtale_tilbagekaldt,
    fakta_referat_publiceret, fakta_referat_tilbagekaldt, fakta_indkaldelse_skrevet,
    fakta_indkaldelse_annulleret, fakta_ting, fakta_raadighed_vurderet, fakta_indstillet,
    fakta_besvaret, fakta_trukket, fakta_plan_aendret, fakta_besked_sendt, fakta_membership_changed,
    fakta_myndighed_aendret, fakta_kontaktgruppe_aendret, fakta_overdragelse_anmodet,
    fakta_ansvar_aendret, fakta_fravaer_aendret, fakta_samtale_fritaget,
    fakta_deltagelsesvalg_aendret, fakta_person_identitet_aendret;

extern const struct afvisning FAKTA_UKENDT_PERSON, FAKTA_UKENDT_TILMELDING, FAKTA_FLYTTET,
    FAKTA_FORM;

/* The fact names `id`, which is not known: it waits, and is refused as `nej` says when it does not
 * become known in time. FAKTA_UKENDT_PERSON waits likewise, by itself. */
const struct afvisning *fakta_vent(
    struct trin *t, const struct afvisning *nej, enum venter_paa paa, struct plb_uuid id);

/* Only the party that gives up, or DFDG, could say this: it waits for the word of one of them. */
const struct afvisning *fakta_krav(struct trin *t);

/* The forløb that knows the conversation; NULL = none does. */
struct forloeb *fakta_forloeb_med_samtale(struct person *p, struct plb_uuid samtale);
/* Is a summons known there, cancelled or not? */
bool fakta_indkaldelse_kendt(const struct forloeb *f, struct plb_uuid id);
/* Is a thing of this kind known there (fakta_ting.c)? */
bool fakta_ting_kendt(const struct forloeb *f, char art, struct plb_uuid id);

/* Most things of one kind in one course; far beyond any real one, so that a sender cannot grow the
 * state without bound. */
#define TING_MAX 400

/* Time and id of the fact at hand. */
struct stempel fakta_stempel(struct trin *t);
/* The forløb of a registration; NULL = none. */
struct forloeb *fakta_med_tilmelding(struct person *p, struct plb_uuid id);
/* Who gets the content of the course besides the a-kasse, now or from the pakkefrist on. */
const struct plb_org *fakta_kommende(const struct forloeb *f);
/* Why there is no room for one more: the course is full, or else the step's memory (then t->fejl is
 * set). */
const struct afvisning *fakta_fuld(struct trin *t, const struct plb_list *l, size_t max);

#endif
