// SPDX-License-Identifier: MPL-2.0
/* What becomes of a handover that was sent: settled, or in danger (contract § 7 "Hard stop",
 * "Settled"). */
#include "beslut_int.h"
#include "dagpengetimer.h"
#include "frist.h"
#include "levering.h"

#define STOP_MAX 32

void
beslut_saet_frist(
    const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct effekt *e)
{
	if (e == NULL || f->due.gennemfoert || (!f->due.sendt && !f->varsel.sendt))
		return;
	e->har_frist = true;
	e->frist =
	    f->due.sendt ? frist_haardt_stop(t->rr, r, f) : plb_dato_start(f->varsel.virkningsdato);
}

static bool
har_referat_mangel(const struct plb_list *mangler)
{
	const struct mangel *m = mangler->p;
	size_t i;

	for (i = 0; i < mangler->n; i++)
		if (m[i].art == MANGEL_REFERAT)
			return true;
	return false;
}

/* What became of the least settled of the referater that came after the package and were due by the
 * hard stop; LEVERING_HAANDTERET = nothing is left of them. Those in the package are handled with
 * it. */
static int
efterfoelgende(
    const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct plb_time stop)
{
	const struct referat *x = f->referater.p;
	int trin = LEVERING_HAANDTERET;
	size_t i;

	for (i = 0; i < f->referater.n && f->due.pakke_nr > 0; i++) {
		const struct samtale *s = beslut_samtale(f, x[i].samtale);
		const struct afsendt *l = levering_til(&x[i].leveringer, &f->due.til);

		if (x[i].nr < f->due.pakke_nr || x[i].tilbagekaldt || s == NULL ||
		    s->tilbagekaldt || !beslut_maa_deles(f, &x[i]) ||
		    plb_org_eq(&x[i].forfatter, &f->due.til) ||
		    !plb_time_before(frist_referat(t->rr, r, s), stop))
			continue;
		if (l == NULL || l->trin == LEVERING_SENDT)
			return LEVERING_SENDT;
		if (l->trin != LEVERING_HAANDTERET)
			trin = LEVERING_LEVERET;
	}
	return trin;
}

/* The a-kasse was late with a referat; or something lay undelivered; or it was handled late. */
static enum forsinkelse
forsinkelse(const struct due *d, struct plb_time stop, bool mangler, int referater)
{
	if (mangler)
		return FORSINKELSE_AFSENDER;
	if (d->leveret.ms == PLB_TIME_UNSET.ms || !plb_time_before(d->leveret, stop) ||
	    referater == LEVERING_SENDT)
		return FORSINKELSE_PARLOEB;
	return FORSINKELSE_MODTAGER;
}

/* To both. */
static void
send_gennemfoert(struct trin *t, struct forloeb *f, const struct handover_gennemfoert *g)
{
	const struct plb_org til[2] = {f->due.til, f->due.akasse};
	struct effekt *e;
	size_t i;

	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_GENNEMFOERT, &til[i], NULL);
		if (e != NULL)
			e->u.handover_gennemfoert = *g;
	}
}

/* Handled, and no referat missing or unhandled; at the hard stop what is left of them then is let
 * go. */
void
beslut_gennemfoer(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct handover_gennemfoert g = {.gennemfoert = t->now};
	struct plb_time stop;
	bool mangler, venter, stoppet;
	int referater;

	if (!f->due.sendt || f->due.gennemfoert || f->due.haandteret.ms == PLB_TIME_UNSET.ms)
		return;
	stop = frist_haardt_stop(t->rr, r, f);
	g.mangler = beslut_find_mangler(t, f, r);
	mangler = har_referat_mangel(&g.mangler);
	referater = efterfoelgende(t, f, r, stop);
	venter = mangler || referater != LEVERING_HAANDTERET;
	stoppet = venter ? beslut_forfalden(t, stop, next) : !plb_time_before(t->now, stop);
	if (venter && !stoppet)
		return;
	g.rettidig = !stoppet && plb_time_before(f->due.haandteret, stop);
	if (!g.rettidig)
		g.forsinkelse = (int)forsinkelse(&f->due, stop, mangler, referater);
	send_gennemfoert(t, f, &g);
	f->due.gennemfoert = true;
	/* Nothing asks for these any more. */
	f->due.leveret = f->due.haandteret = PLB_TIME_UNSET;
	f->due.varslet = (struct plb_list){NULL, 0};
}

static bool
er_varslet(const struct due *d, struct plb_time stop)
{
	const struct plb_time *v = d->varslet.p;
	size_t i;

	for (i = 0; i < d->varslet.n; i++)
		if (plb_time_eq(v[i], stop))
			return true;
	return false;
}

/* The hard stop is near and the handover is not done: once for each hard stop. */
void
beslut_advar(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	const struct plb_org til[2] = {f->due.til, f->due.akasse};
	struct plb_time stop, *v;
	struct effekt *e;
	size_t i;

	if (!f->due.sendt || f->due.gennemfoert)
		return;
	stop = frist_haardt_stop(t->rr, r, f);
	if (er_varslet(&f->due, stop) ||
	    !beslut_forfalden(t,
		plb_kalender_minus_time(t->rr->kalender, stop, r->overskredet_arbejdsdage), next))
		return;
	if (f->due.varslet.n == STOP_MAX)
		plb_list_del(&f->due.varslet, sizeof(*v), 0);
	v = plb_list_add(&f->due.varslet, t->a, sizeof(*v), STOP_MAX);
	if (v == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return;
	}
	*v = stop;
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_OVERSKREDET, &til[i], NULL);
		if (e != NULL)
			e->u.handover_overskredet =
			    (struct handover_overskredet){stop, beslut_find_mangler(t, f, r)};
	}
}
