// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"

#include "fakta.h"
#include "fravaer.h"
#include "medlemskab.h"

/* In the order in which messages of one moment leave. */
static beslut_fn *const beslutninger[] = {beslut_aflys, beslut_overdrag, beslut_varsl, beslut_del,
    beslut_opdater, beslut_ryk_for_referat, beslut_ryk_for_samtale, beslut_ryk_for_timer,
    beslut_meld_ulaest, beslut_foelg_indstillinger, beslut_gennemfoer, beslut_advar,
    beslut_glem_tekster};

/* Who is party and what counts today, and when that is another. */
static void
genopfrisk(struct trin *t, struct forloeb *f, struct plb_time *next)
{
	struct plb_dato idag = trin_idag(t, f), d;

	fakta_opdater(t, f);
	if (plb_dato_set(d = medlemskab_naeste(f, idag)))
		(void)beslut_forfalden(t, plb_dato_start(d), next);
	if (plb_dato_set(d = fravaer_naeste(f, idag)))
		(void)beslut_forfalden(t, plb_dato_start(d), next);
}

struct plb_time
beslut(struct trin *t)
{
	struct forloeb *f = t->p->forloeb.p;
	struct plb_time next = PLB_TIME_NEVER;
	size_t i, j;

	for (i = 0; i < t->p->forloeb.n; i++) {
		const struct regelsaet *r;

		genopfrisk(t, &f[i], &next);
		r = regel_forloeb(t->rr, &f[i]);

		for (j = 0; r != NULL && j < sizeof(beslutninger) / sizeof(beslutninger[0]); j++)
			beslutninger[j](t, &f[i], r, &next);
	}
	return next;
}
