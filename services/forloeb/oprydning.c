// SPDX-License-Identifier: MPL-2.0
#include "oprydning.h"

#include "medlemskab.h"

#define MINUT_MS 60000

/* The day on which a course ended: deregistered, or continued by none but followed by another. NONE
 * = it is open. */
static struct plb_dato
sluttet(const struct person *p, size_t i)
{
	const struct forloeb *f = (const struct forloeb *)p->forloeb.p + i;
	struct plb_dato slut = medlemskab_slut(f);

	if (plb_dato_set(slut))
		return slut;
	return i + 1 < p->forloeb.n ? f[1].tilmeldingsdato : PLB_DATO_NONE;
}

static struct plb_time
efter(struct plb_time t, int64_t ms)
{
	struct plb_time ud;

	return __builtin_add_overflow(t.ms, ms, &ud.ms) ? PLB_TIME_NEVER : ud;
}

static void
glem_gemte(struct trin *t, const struct forloeb *f)
{
	const struct samtale *s = f->samtaler.p;
	const struct referat *r = f->referater.p;
	const struct indkaldelse *k = f->indkaldelser.p;
	const struct ting *x = f->ting.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		trin_glem(t, 's', s[i].id);
	for (i = 0; i < f->referater.n; i++)
		if (!r[i].tilbagekaldt && !r[i].glemt)
			trin_glem(t, 'r', r[i].id);
	for (i = 0; i < f->indkaldelser.n; i++)
		if (!k[i].annulleret)
			trin_glem(t, 'i', k[i].id);
	for (i = 0; i < f->ting.n; i++)
		if (x[i].art != 'l')
			trin_glem(t, x[i].art, x[i].id);
}

struct plb_time
oprydning(struct trin *t)
{
	struct person *p = t->p;
	struct plb_time naeste = PLB_TIME_NEVER, frist;
	const struct set *sidste;
	size_t i;

	/* The oldest first: whether it is over may hang on the one that follows it. */
	for (i = 0; i < p->forloeb.n;) {
		struct plb_dato slut = sluttet(p, i);

		frist = plb_dato_set(slut) ? efter(plb_dato_start(slut), t->g->behold_ms)
					   : PLB_TIME_NEVER;
		if (t->now.ms != PLB_TIME_UNSET.ms && !plb_time_before(t->now, frist)) {
			glem_gemte(t, (const struct forloeb *)p->forloeb.p + i);
			plb_list_del(&p->forloeb, sizeof(struct forloeb), i);
			continue;
		}
		if (plb_time_before(frist, naeste))
			naeste = frist;
		i++;
	}
	if (p->forloeb.n > 0 || p->set.n == 0)
		return naeste;
	sidste = (const struct set *)p->set.p + p->set.n - 1;
	frist = efter((struct plb_time){((int64_t)sidste->minut + 1) * MINUT_MS}, t->g->vindue_ms);
	return plb_time_before(frist, naeste) ? frist : naeste;
}
