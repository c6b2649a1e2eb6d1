// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"
#include "dagpengetimer.h"
#include "frist.h"
#include "levering.h"
#include "medlemskab.h"
#include "samtalekrav.h"

/* Deregistration voids what is open. */
static bool
bortfalder(const struct forloeb *f, struct plb_time frist)
{
	struct plb_dato slut = medlemskab_slut(f);

	return plb_dato_set(slut) && !plb_time_before(frist, plb_dato_start(slut));
}

/* By agreement the kommune owes a referat of a joint conversation that it held. */
static bool
skylder_faelles(const struct forloeb *f, const struct regelsaet *r, const struct samtale *s)
{
	return r->faelles_referat_arbejdsdage > 0 && samtalekrav_faelles(s) && !s->tilbagekaldt &&
	    s->art != SAMTALE_GRUPPE && plb_org_eq(&s->afholder, &f->kommune) &&
	    beslut_referat(f, s->id) == NULL;
}

void
beslut_ryk_for_referat(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct samtale *s = f->samtaler.p;
	struct effekt *e;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++) {
		bool faelles = skylder_faelles(f, r, &s[i]);
		struct plb_time frist;

		if (s[i].rykket || (!faelles && !beslut_skylder_referat(f, &s[i])))
			continue;
		frist = faelles ? frist_faelles_referat(t->rr, r, &s[i])
				: frist_referat(t->rr, r, &s[i]);
		if (bortfalder(f, frist) || !beslut_forfalden(t, frist, next))
			continue;
		e = trin_lavet(
		    t, f, LAVET_REFERAT_MANGLER, faelles ? &f->kommune : &f->akasse, &s[i].id);
		if (e != NULL)
			e->u.referat_mangler = (struct referat_mangler){s[i].id, frist};
		s[i].rykket = true;
	}
}

/* The first conversation, by the end of its window. One that had passed when the member was
 * registered is not asked for. */
void
beslut_ryk_for_samtale(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_time frist = frist_foerste_samtale(r, f->tilmeldingsdato);
	struct effekt *e;

	if (f->samtale_rykket || r->foerste_samtale_dage <= 0 || !r->overdragelse || f->due.sendt ||
	    bortfalder(f, frist) || plb_time_before(frist, f->tilmeldt.time) ||
	    samtalekrav_foerste_holdt(f, r) || !beslut_forfalden(t, frist, next))
		return;
	e = trin_lavet(t, f, LAVET_SAMTALE_MANGLER, &f->akasse, NULL);
	if (e != NULL)
		e->u.samtale_mangler = frist;
	f->samtale_rykket = true;
}

/* The first month whose hours are asked for: the registration's, later when the first day of
 * benefit is, and after those asked for before. */
static struct plb_maaned
foerste_maaned(const struct forloeb *f)
{
	struct plb_dato d = f->tilmeldingsdato;
	struct plb_maaned m;

	if (plb_dato_set(f->foerste_dagpengedag) && plb_dato_before(d, f->foerste_dagpengedag))
		d = f->foerste_dagpengedag;
	m = plb_dato_maaned(d);
	return m.n > f->timer_spurgt.n ? m : (struct plb_maaned){f->timer_spurgt.n + 1};
}

/* A month without hours, some working days after its end, as long as hours decide. */
void
beslut_ryk_for_timer(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_maaned m = foerste_maaned(f);
	struct plb_time frist;
	struct effekt *e;
	int64_t timer_c;

	if (r->timer_mangler_arbejdsdage <= 0 || !r->overdragelse || r->maaneder > 0)
		return;
	for (; !f->due.sendt && t->fejl == PLB_OK; m.n++) {
		frist = plb_dato_end(plb_kalender_plus(
		    t->rr->kalender, plb_maaned_last(m), r->timer_mangler_arbejdsdage));
		if (bortfalder(f, frist))
			return;
		if (timer_rapporteret(f, r, m, &timer_c))
			continue;
		if (!beslut_forfalden(t, frist, next))
			return;
		if (!regel_maaned_taeller(r, m) || plb_time_before(frist, f->tilmeldt.time))
			continue;
		e = trin_lavet(t, f, LAVET_TIMER_MANGLER, &f->akasse, NULL);
		if (e != NULL)
			e->u.timer_mangler = m;
		f->timer_spurgt = m;
	}
}

/* ---- what nobody has read ---- */

static void
meld(struct trin *t, struct forloeb *f, const struct regelsaet *r, const struct plb_org *fra,
    struct plb_list *leveringer, struct plb_time *next)
{
	struct afsendt *l = leveringer->p;
	struct plb_time frist;
	struct plb_uuid id;
	struct effekt *e;
	size_t i;

	for (i = 0; i < leveringer->n && t->fejl == PLB_OK; i++) {
		if (!plb_dato_set(l[i].sendt) || plb_org_type(fra) == PLB_ORG_DFDG)
			continue;
		frist = plb_dato_end(
		    plb_kalender_plus(t->rr->kalender, l[i].sendt, r->ulaest_arbejdsdage));
		if (!beslut_forfalden(t, frist, next))
			continue;
		id = trin_leveringid(f, &l[i].til, l[i].sequence);
		e = trin_lavet(t, f, LAVET_LEVERING_ULAEST, fra, &id);
		if (e != NULL)
			e->u.levering_laest = (struct levering_laest){id, l[i].til, frist};
		l[i].sendt = PLB_DATO_NONE;
	}
}

void
beslut_meld_ulaest(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct referat *ref = f->referater.p;
	struct ting *x = f->ting.p;
	size_t i;

	if (r->ulaest_arbejdsdage <= 0)
		return;
	for (i = 0; i < f->referater.n; i++)
		meld(t, f, r, &ref[i].forfatter, &ref[i].leveringer, next);
	for (i = 0; i < f->ting.n; i++)
		meld(t, f, r, &x[i].fra, &x[i].leveringer, next);
}
