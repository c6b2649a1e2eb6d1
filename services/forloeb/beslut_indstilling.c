// SPDX-License-Identifier: MPL-2.0
/* Open recommendations for upskilling: the answer is asked for before its deadline, and at the
 * deadline the recommendation has expired. A question for more stops that clock; another kommune
 * takes the recommendation over with its clock running. */
#include <parloeb/kalender.h>

#include "beslut_int.h"
#include "medlemskab.h"

static const struct ting *
ting(const struct forloeb *f, char art, struct plb_uuid id)
{
	const struct ting *x = f->ting.p;
	size_t i;

	for (i = 0; i < f->ting.n; i++)
		if (x[i].art == art && plb_uuid_eq(x[i].id, id))
			return &x[i];
	return NULL;
}

/* The day that was asked for, or the rule set's working days after it was told (0 = never). */
struct plb_time
beslut_svarfrist(const struct trin *t, const struct regelsaet *r, const struct indstilling *x,
    const struct stempel *fortalt)
{
	if (x->har_frist)
		return plb_dato_end(x->frist);
	if (r->indstilling_svar_arbejdsdage == 0)
		return PLB_TIME_NEVER;
	return plb_dato_end(plb_kalender_plus(
	    t->rr->kalender, plb_time_dato(fortalt->time), r->indstilling_svar_arbejdsdage));
}

/* To both parties. */
static void
sig(struct trin *t, struct forloeb *f, enum lavet_type type, struct plb_uuid id,
    struct plb_time frist_)
{
	const struct plb_org *til[2] = {&f->akasse, &f->kommune};
	struct effekt *e;
	size_t i;

	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, type, til[i], &id);
		if (e != NULL)
			e->u.indstilling_frist = (struct indstilling_frist){id, frist_};
	}
}

static void
send_videre(struct trin *t, struct forloeb *f, struct indstilling *x)
{
	const struct plb_org *til[2] = {&f->akasse, &f->kommune};
	struct plb_slice fra = x->kommune;
	struct effekt *e;
	size_t i;

	x->kommune = plb_arena_dup(t->a, plb_slice_str(plb_org_kode(&f->kommune)));
	if (x->kommune.p == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return;
	}
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_OPKVALIFICERING_VIDERESENDT, til[i], &x->id);
		if (e != NULL)
			e->u.indstilling_videresendt =
			    (struct indstilling_videresendt){x->id, fra, x->kommune};
	}
}

/* True when it has expired. */
static bool
foelg(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct indstilling *x,
    struct plb_time *next)
{
	const struct ting *fortalt = ting(f, 'o', x->id), *mere = ting(f, 'B', x->id);
	struct plb_dato slut = medlemskab_slut(f);
	struct plb_time senest, mind;

	if (!plb_slice_is(x->kommune, plb_org_kode(&f->kommune)))
		send_videre(t, f, x);
	if (fortalt == NULL || (mere != NULL && stempel_nyere(&mere->stempel, &fortalt->stempel)))
		return false;
	senest = beslut_svarfrist(t, r, x, &fortalt->stempel);
	if (senest.ms == PLB_TIME_NEVER.ms ||
	    (plb_dato_set(slut) && !plb_time_before(senest, plb_dato_start(slut))))
		return false; /* deregistration voids what is open */
	if (beslut_forfalden(t, senest, next)) {
		sig(t, f, LAVET_OPKVALIFICERING_UDLOEBET, x->id, senest);
		return true;
	}
	mind = plb_kalender_minus_time(
	    t->rr->kalender, senest, r->indstilling_paamindelse_arbejdsdage);
	if (!x->paamindet && plb_time_before(fortalt->stempel.time, mind) &&
	    beslut_forfalden(t, mind, next)) {
		sig(t, f, LAVET_OPKVALIFICERING_PAAMINDELSE, x->id, senest);
		x->paamindet = true;
	}
	return false;
}

void
beslut_foelg_indstillinger(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct indstilling *x = f->indstillinger.p;
	size_t i;

	if (beslut_afmeldt(t, f, next))
		return;
	for (i = f->indstillinger.n; i-- > 0;)
		if (foelg(t, f, r, &x[i], next))
			plb_list_del(&f->indstillinger, sizeof(*x), i);
}
