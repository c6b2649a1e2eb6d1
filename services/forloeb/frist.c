// SPDX-License-Identifier: MPL-2.0
#include "frist.h"

struct plb_time
frist_pakke(const struct regler *rr, const struct regelsaet *r, struct plb_dato virkningsdato)
{
	return plb_dato_end(
	    plb_kalender_minus(rr->kalender, virkningsdato, r->pakkefrist_arbejdsdage));
}

/* n working days after it was held, or heard of where that came later. */
static struct plb_time
efter_samtalen(const struct regler *rr, const struct samtale *s, int n)
{
	struct plb_time frist;

	frist = plb_dato_end(plb_kalender_plus(rr->kalender, plb_time_dato(s->afholdt), n));
	if (s->modtaget.ms != PLB_TIME_UNSET.ms && plb_time_before(frist, s->modtaget))
		frist =
		    plb_dato_end(plb_kalender_plus(rr->kalender, plb_time_dato(s->modtaget), n));
	return frist;
}

struct plb_time
frist_referat(const struct regler *rr, const struct regelsaet *r, const struct samtale *s)
{
	return efter_samtalen(rr, s, r->referat_frist_arbejdsdage);
}

struct plb_time
frist_faelles_referat(const struct regler *rr, const struct regelsaet *r, const struct samtale *s)
{
	return efter_samtalen(rr, s, r->faelles_referat_arbejdsdage);
}

struct plb_time
frist_foerste_samtale(const struct regelsaet *r, struct plb_dato tilmeldingsdato)
{
	return plb_dato_end(plb_dato_add(tilmeldingsdato, r->foerste_samtale_dage));
}

/* The new organisation's own conversation, or one held for it: by another actor, or told by DFDG.
 */
static bool
for_modtageren(const struct due *d, const struct plb_org *afholder)
{
	return plb_org_eq(afholder, &d->til) || plb_org_type(afholder) == PLB_ORG_AKTOER ||
	    plb_org_type(afholder) == PLB_ORG_DFDG;
}

static void
tidligst(struct plb_time *bedst, struct plb_time start, struct plb_dato virkning)
{
	if (!plb_time_before(start, plb_dato_start(virkning)) && plb_time_before(start, *bedst))
		*bedst = start;
}

struct plb_time
frist_haardt_stop(const struct regler *rr, const struct regelsaet *r, const struct forloeb *f)
{
	const struct due *d = &f->due;
	const struct indkaldelse *k = f->indkaldelser.p;
	const struct samtale *s = f->samtaler.p;
	struct plb_dato fra = d->sendt_dag;
	struct plb_time bedst = PLB_TIME_NEVER;
	size_t i;

	for (i = 0; i < f->indkaldelser.n; i++)
		if (!k[i].annulleret && k[i].art == SAMTALE_INDIVIDUEL &&
		    for_modtageren(d, &k[i].afholder))
			tidligst(&bedst, k[i].start, d->virkningsdato);
	for (i = 0; i < f->samtaler.n; i++)
		if (s[i].art == SAMTALE_INDIVIDUEL && for_modtageren(d, &s[i].afholder))
			tidligst(&bedst, s[i].afholdt, d->virkningsdato);
	if (bedst.ms != PLB_TIME_NEVER.ms)
		return bedst;
	if (plb_dato_before(fra, d->virkningsdato))
		fra = d->virkningsdato;
	return plb_dato_end(plb_kalender_plus(rr->kalender, fra, r->haardt_stop_arbejdsdage));
}
