// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_BESLUT_INT_H
#define FORLOEB_BESLUT_INT_H

#include "beslut.h"

/* What the decisions share. A decision compares what follows from the facts with what was sent,
 * sends the difference and remembers it; `next` is moved forward to when it has to look again. */
typedef void beslut_fn(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next);
beslut_fn beslut_aflys, beslut_overdrag, beslut_varsl, beslut_del, beslut_opdater,
    beslut_ryk_for_referat, beslut_ryk_for_samtale, beslut_ryk_for_timer, beslut_meld_ulaest,
    beslut_foelg_indstillinger, beslut_glem_tekster, beslut_gennemfoer, beslut_advar;

/* Is it time? Nothing is due while the clock is unset. Otherwise `*next` is moved forward to `due`
 * where that is sooner. */
bool beslut_forfalden(const struct trin *t, struct plb_time due, struct plb_time *next);
/* Has the course ended by now? */
bool beslut_afmeldt(const struct trin *t, const struct forloeb *f, struct plb_time *next);

/* The referat of a conversation, a conversation by its id; NULL = none. */
const struct referat *beslut_referat(const struct forloeb *f, struct plb_uuid samtale);
const struct samtale *beslut_samtale(const struct forloeb *f, struct plb_uuid id);
/* May the kommune have this referat? */
bool beslut_maa_deles(const struct forloeb *f, const struct referat *r);
/* Does the a-kasse owe a referat of this conversation? */
bool beslut_skylder_referat(const struct forloeb *f, const struct samtale *s);

/* By when the coming organisation must have what belongs to the package: the hard stop of the
 * handover that stands, before it the expected virkningsdato. `e` NULL does nothing. */
void beslut_saet_frist(
    const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct effekt *e);
/* By when a recommendation for upskilling is to be answered, told under `fortalt`;
 * PLB_TIME_NEVER = there is no such time. */
struct plb_time beslut_svarfrist(const struct trin *t, const struct regelsaet *r,
    const struct indstilling *x, const struct stempel *fortalt);

/* One recipient is told that the handover he was told of will not come. */
void beslut_aflys_hos(
    struct trin *t, struct forloeb *f, const struct plb_org *til, enum aflyst_aarsag aarsag);

/* The same to one who is party no more, or wrongly was. */
void beslut_forlad(struct trin *t, struct forloeb *f, const struct plb_org *org);

#define MANGLER_MAX 64
/* What the package lacks (struct mangel). */
struct plb_list beslut_find_mangler(
    struct trin *t, const struct forloeb *f, const struct regelsaet *r);
/* The conversations (struct samtale) that go with the package. */
struct plb_list beslut_find_samtaler(struct trin *t, const struct forloeb *f);
/* The referater (struct referat) that go with the package. */
struct plb_list beslut_find_referater(struct trin *t, const struct forloeb *f);

#endif
