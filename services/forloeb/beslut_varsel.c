// SPDX-License-Identifier: MPL-2.0
#include "aarsag.h"
#include "beslut_int.h"
#include "dagpengetimer.h"
#include "frist.h"
#include "medlemskab.h"

static bool
varsel_uaendret(const struct varsel *v, const struct forloeb *f, struct plb_dato virkning)
{
	return v->sendt && plb_dato_eq(v->virkningsdato, virkning) &&
	    plb_org_eq(&v->akasse, &f->akasse) && plb_org_eq(&v->kommune, &f->kommune);
}

/* Others are party now: those who wait in vain are told. */
static void
aflys_tidligere(struct trin *t, struct forloeb *f)
{
	struct varsel v = f->varsel;

	if (v.sendt && !plb_org_eq(&v.kommune, &f->kommune))
		beslut_forlad(t, f, &v.kommune);
	if (v.sendt && !plb_org_eq(&v.akasse, &f->akasse))
		beslut_forlad(t, f, &v.akasse);
}

void
beslut_varsl(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_dato virkning;
	struct plb_time frist;
	const struct plb_org *til[2];
	struct effekt *e;
	size_t i;

	if (!r->overdragelse || f->due.sendt || plb_dato_set(medlemskab_slut(f)))
		return;
	if (!aarsag_prognose(t->rr, f, r, trin_idag(t, f), &virkning)) {
		/* Suspended. Only a party that is one no more is told. */
		aflys_tidligere(t, f);
		if (!varsel_uaendret(&f->varsel, f, f->varsel.virkningsdato))
			f->varsel = (struct varsel){0};
		return;
	}
	if (varsel_uaendret(&f->varsel, f, virkning))
		return;
	frist = frist_pakke(t->rr, r, virkning);
	if (r->forvarsel_arbejdsdage >= 0 &&
	    !beslut_forfalden(
		t, plb_kalender_minus_time(t->rr->kalender, frist, r->forvarsel_arbejdsdage), next))
		return;
	aflys_tidligere(t, f);
	f->varsel = (struct varsel){true, virkning, f->akasse, f->kommune};
	til[0] = &f->kommune;
	til[1] = &f->akasse;
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_FORVENTET, til[i], NULL);
		if (e != NULL)
			e->u.handover_forventet =
			    (struct handover_forventet){virkning, timer_sum(f, r),
				r->graense_c[medlemskab_kategori(f, plb_dato_add(virkning, -1))],
				frist};
	}
}
