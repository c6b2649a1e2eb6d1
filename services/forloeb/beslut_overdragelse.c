// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"
#include "dagpengetimer.h"

void
beslut_aflys_hos(
    struct trin *t, struct forloeb *f, const struct plb_org *til, enum aflyst_aarsag aarsag)
{
	struct effekt *e = trin_lavet(t, f, LAVET_HANDOVER_AFLYST, til, NULL);

	if (e == NULL)
		return;
	e->u.handover_aflyst.aarsag = aarsag;
	if (plb_org_type(til) == PLB_ORG_KOMMUNE)
		e->faelles.kommunekode =
		    plb_slice_str(plb_org_kode(&e->til)); /* the recipient's own */
}

/* Whoever was told of a handover is told that it will not come. */
void
beslut_aflys(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_org kommune = f->due.sendt ? f->due.til : f->varsel.kommune;
	struct plb_org akasse = f->due.sendt ? f->due.fra : f->varsel.akasse;

	(void)r;
	if (!(f->varsel.sendt || f->due.sendt) || !beslut_afmeldt(t, f, next))
		return;
	beslut_aflys_hos(t, f, &kommune, AFLYST_AFMELDT);
	beslut_aflys_hos(t, f, &akasse, AFLYST_AFMELDT);
	f->varsel.sendt = false;
	f->due.sendt = false;
}

static void
send_due(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_dato virkning,
    int64_t sum)
{
	struct plb_org til[2] = {f->kommune, f->akasse};
	struct handover_due due = {.aarsag = DUE_TIMER,
	    .timer_c = sum,
	    .graense_c = r->graense_c[f->kategori],
	    .virkningsdato = virkning,
	    .fra = f->akasse,
	    .til = f->kommune,
	    .samtaler = f->samtaler,
	    .mangler = plb_arena_calloc(t->a, MANGLER_MAX, sizeof(struct mangel))};
	struct effekt *e;
	size_t i;

	if (due.mangler == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return;
	}
	due.n_mangler = beslut_find_mangler(t, f, r, due.mangler);
	due.referater = beslut_find_referater(t, f);
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_DUE, &til[i], NULL);
		due.hele = i == 0;
		if (e != NULL)
			e->u.handover_due = due;
	}
	f->due = (struct due){true, virkning, f->akasse, f->kommune};
}

/* At a month's end, local midnight, or when the report comes if that is later: more hours than the
 * limit. */
void
beslut_overdrag(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_maaned m;
	struct plb_dato virkning;
	int64_t sum;

	if (!r->overdragelse || f->due.sendt || !timer_passeret(f, r, &m, &sum))
		return;
	virkning = plb_maaned_first((struct plb_maaned){m.n + 1});
	if (plb_dato_set(f->afmeldt) && !plb_dato_before(virkning, f->afmeldt))
		return; /* gone by then */
	if (beslut_forfalden(t, plb_dato_start(virkning), next) && !beslut_afmeldt(t, f, next))
		send_due(t, f, r, virkning, sum);
}
