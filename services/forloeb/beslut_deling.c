// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"
#include "dagpengetimer.h"
#include "frist.h"
#include "part.h"

/* From when the coming organisation gets conversations and referater. */
static bool
deling_aaben(
    const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	if (plb_dato_set(f->afmeldt))
		return false;
	if (f->due.sendt || r->deling == DELING_LOEBENDE || !r->overdragelse)
		return true;
	if (r->deling == DELING_VED_OVERDRAGELSE)
		return false;
	return beslut_forfalden(t, frist_pakke(t->rr, r, timer_prognose(f, r)), next);
}

static bool
faelles_samtale(const struct samtale *s)
{
	return s->type1 == 17 || s->type2 == 17 || s->art == SAMTALE_FAELLES ||
	    s->flere_myndigheder;
}

static const struct plb_org *
modtager(const struct forloeb *f, enum delt_til til)
{
	if (til == DELT_AKASSE)
		return &f->akasse;
	return f->due.sendt ? &f->due.til : &f->kommune;
}

/* One thing that may have to be relayed: whichever pointer is set. */
struct ting {
	struct samtale *s;
	struct referat *r;
};

/* Does the thing still have to go to this recipient (contract § 3 "Who gets what when")? Nothing
 * goes back to where it came from. */
static bool
udestaar(const struct forloeb *f, struct ting x, enum delt_til til)
{
	const struct samtale *s;

	if (x.s != NULL)
		return !x.s->delt[til] && !plb_org_eq(&x.s->fra, modtager(f, til));
	if (x.r->delt[til] || plb_org_eq(&x.r->forfatter, modtager(f, til)))
		return false;
	if (til == DELT_KOMMUNE)
		return beslut_maa_deles(f, x.r);
	s = beslut_samtale(f, x.r->samtale);
	return s != NULL && faelles_samtale(s);
}

/* The thing accepted first of those that still have to go there. */
static struct ting
naeste_ting(const struct forloeb *f, enum delt_til til)
{
	struct samtale *s = f->samtaler.p;
	struct referat *r = f->referater.p;
	struct ting fundet = {NULL, NULL};
	int64_t nr = INT64_MAX;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (s[i].nr < nr && udestaar(f, (struct ting){&s[i], NULL}, til)) {
			fundet = (struct ting){&s[i], NULL};
			nr = s[i].nr;
		}
	for (i = 0; i < f->referater.n; i++)
		if (r[i].nr < nr && udestaar(f, (struct ting){NULL, &r[i]}, til)) {
			fundet = (struct ting){NULL, &r[i]};
			nr = r[i].nr;
		}
	return fundet;
}

static void
del_til(struct trin *t, struct forloeb *f, enum delt_til til)
{
	struct ting x = naeste_ting(f, til);
	struct effekt *e;

	while (t->fejl == PLB_OK && (x.s != NULL || x.r != NULL)) {
		e = trin_besked(t, f, EFFEKT_RELAE_GEMT, modtager(f, til));
		if (e != NULL)
			e->emne =
			    x.s != NULL ? (struct emne){'s', x.s->id} : (struct emne){'r', x.r->id};
		*(x.s != NULL ? &x.s->delt[til] : &x.r->delt[til]) = true;
		x = naeste_ting(f, til);
	}
}

/* The kommune's own goes to the a-kasse at once; to the kommune from the pakkefrist on. */
void
beslut_del(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct ting x = naeste_ting(f, DELT_KOMMUNE);

	del_til(t, f, DELT_AKASSE);
	if ((x.s != NULL || x.r != NULL) && deling_aaben(t, f, r, next))
		del_til(t, f, DELT_KOMMUNE);
}
