// SPDX-License-Identifier: MPL-2.0
#include "beslut.h"

#include "dagpengetimer.h"
#include "frist.h"
#include "part.h"

#define MANGLER_MAX 64

/* Is it time? Nothing is due while the clock is unset. Otherwise `*next` is moved forward to `due` where that is sooner. */
static bool
forfalden(const struct trin *t, struct plb_time due, struct plb_time *next)
{
	if (t->now.ms != PLB_TIME_UNSET.ms && !plb_time_before(t->now, due))
		return true;
	if (plb_time_before(due, *next))
		*next = due;
	return false;
}

static bool
afmeldt_nu(const struct trin *t, const struct forloeb *f, struct plb_time *next)
{
	return plb_dato_set(f->afmeldt) && forfalden(t, plb_dato_start(f->afmeldt), next);
}

static struct referat *
referat_for(const struct forloeb *f, struct plb_uuid samtale)
{
	struct referat *r = f->referater.p;
	size_t i;

	for (i = 0; i < f->referater.n; i++)
		if (plb_uuid_eq(r[i].samtale, samtale))
			return &r[i];
	return NULL;
}

/* A conversation whose referat is owed: group meetings need none (contract § 7 "Referat"). */
static bool
skylder_referat(const struct forloeb *f, const struct samtale *s)
{
	return s->art != SAMTALE_GRUPPE && plb_org_eq(&s->afholder, &f->akasse) && referat_for(f, s->id) == NULL;
}

/* ---- the decisions ---- */

/* Whoever was told of a handover is told that it will not come. */
static void
aflys(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	const struct plb_org *til[2] = { &f->varsel.kommune, &f->varsel.akasse };
	struct effekt *e;
	size_t i;

	(void)r;
	if (f->aflyst || !(f->varsel.sendt || f->due_sendt) || !afmeldt_nu(t, f, next))
		return;
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_AFLYST, til[i], NULL);
		if (e != NULL)
			e->u.handover_aflyst.aarsag = AFLYST_AFMELDT;
	}
	f->aflyst = true;
	f->varsel.sendt = false;
}

static bool
varsel_uaendret(const struct varsel *v, const struct forloeb *f, struct plb_dato virkning)
{
	return v->sendt && plb_dato_eq(v->virkningsdato, virkning) && plb_org_eq(&v->akasse, &f->akasse) &&
	    plb_org_eq(&v->kommune, &f->kommune);
}

static void
varsl(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_dato virkning;
	struct plb_time frist;
	const struct plb_org *til[2];
	struct effekt *e;
	size_t i;

	if (!r->overdragelse || f->due_sendt || plb_dato_set(f->afmeldt))
		return;
	virkning = timer_prognose(f, r);
	if (varsel_uaendret(&f->varsel, f, virkning))
		return;
	frist = frist_pakke(t->rr, r, virkning);
	if (r->forvarsel_arbejdsdage >= 0 &&
	    !forfalden(t, plb_kalender_minus_time(t->rr->kalender, frist, r->forvarsel_arbejdsdage), next))
		return;
	f->varsel = (struct varsel){ true, virkning, frist, f->akasse, f->kommune };
	f->aflyst = false;
	til[0] = &f->kommune;
	til[1] = &f->akasse;
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_FORVENTET, til[i], NULL);
		if (e != NULL)
			e->u.handover_forventet =
			    (struct handover_forventet){ virkning, timer_sum(f), r->graense_c[f->kategori], frist };
	}
}

static void
tilfoej_mangel(struct mangel *m, size_t *n, struct mangel ny)
{
	if (*n < MANGLER_MAX)
		m[(*n)++] = ny;
}

/* What the package lacks: referater that are owed, and the first conversation where none was held. */
static size_t
find_mangler(const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct mangel *m)
{
	const struct samtale *s = f->samtaler.p;
	size_t i, n = 0;
	bool holdt = false;

	for (i = 0; i < f->samtaler.n; i++) {
		holdt = holdt || s[i].art != SAMTALE_GRUPPE;
		if (skylder_referat(f, &s[i]))
			tilfoej_mangel(m, &n, (struct mangel){ .art = MANGEL_REFERAT, .har_samtale = true,
			    .samtale = s[i].id, .har_frist = true, .frist = frist_referat(t->rr, r, &s[i]) });
	}
	if (!holdt)
		tilfoej_mangel(m, &n, (struct mangel){ .art = MANGEL_SAMTALE, .har_type = true, .samtaletype = 7,
		    .har_frist = true, .frist = frist_foerste_samtale(r, f->tilmeldingsdato) });
	return n;
}

static void
send_due(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_dato virkning, int64_t sum)
{
	const struct plb_org til[2] = { f->kommune, f->akasse };
	struct mangel *m = plb_arena_calloc(t->a, MANGLER_MAX, sizeof(*m));
	struct effekt *e;
	size_t i, n;

	if (m == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return;
	}
	n = find_mangler(t, f, r, m);
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_DUE, &til[i], NULL);
		if (e != NULL)
			e->u.handover_due = (struct handover_due){ DUE_TIMER, sum, r->graense_c[f->kategori],
				virkning, f->akasse, f->kommune, f, i == 0, m, n };
	}
	f->due_sendt = true;
	f->due_virkningsdato = virkning;
	f->due_til = f->kommune;
	f->varsel.kommune = f->kommune;
	f->varsel.akasse = f->akasse;
	f->aflyst = false;
}

/* At a month's end, local midnight, or when the report comes if that is later: more hours than the limit. */
static void
overdrag(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_maaned m;
	struct plb_dato virkning;
	int64_t sum;

	if (!r->overdragelse || f->due_sendt || !timer_passeret(f, r, &m, &sum))
		return;
	virkning = plb_maaned_first((struct plb_maaned){ m.n + 1 });
	if (plb_dato_set(f->afmeldt) && !plb_dato_before(virkning, f->afmeldt))
		return; /* gone by then */
	if (forfalden(t, plb_dato_start(virkning), next) && !afmeldt_nu(t, f, next))
		send_due(t, f, r, virkning, sum);
}

/* From when the coming organisation gets conversations and referater. */
static bool
deling_aaben(const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	if (plb_dato_set(f->afmeldt))
		return false;
	if (f->due_sendt || r->deling == DELING_LOEBENDE || !r->overdragelse)
		return true;
	if (r->deling == DELING_VED_OVERDRAGELSE)
		return false;
	return forfalden(t, frist_pakke(t->rr, r, timer_prognose(f, r)), next);
}

/* Relay what is kept under an emne, unless it would go back to where it came from. */
static void
relae_gemt(struct trin *t, struct forloeb *f, char art, struct plb_uuid id, const struct plb_org *fra)
{
	const struct plb_org *til = f->due_sendt ? &f->due_til : &f->kommune;
	struct effekt *e;

	if (plb_org_eq(til, fra))
		til = &f->akasse;
	if (plb_org_eq(til, fra))
		return;
	e = trin_besked(t, f, EFFEKT_RELAE_GEMT, til);
	if (e != NULL)
		e->emne = (struct emne){ art, id };
}

/* The kommune's own goes to the a-kasse at once; only the a-kasse's waits for the pakkefrist. */
static bool
straks(const struct forloeb *f, const struct plb_org *fra)
{
	return !plb_org_eq(&f->akasse, fra);
}

/* The next conversation or referat, in the order accepted, that has not been relayed; false at the end. */
static bool
del_naeste(struct trin *t, struct forloeb *f, bool aaben, int64_t *efter)
{
	struct samtale *s = f->samtaler.p, *ms = NULL;
	struct referat *r = f->referater.p, *mr = NULL;
	int64_t nr = INT64_MAX;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (!s[i].delt && s[i].nr > *efter && s[i].nr < nr && (aaben || straks(f, &s[i].afholder))) {
			ms = &s[i];
			nr = s[i].nr;
		}
	for (i = 0; i < f->referater.n; i++)
		if (!r[i].delt && r[i].deles && r[i].nr > *efter && r[i].nr < nr && (aaben || straks(f, &r[i].forfatter))) {
			mr = &r[i];
			nr = r[i].nr;
		}
	if (nr == INT64_MAX)
		return false;
	*efter = nr;
	if (mr != NULL) {
		relae_gemt(t, f, 'r', mr->id, &mr->forfatter);
		mr->delt = true;
	} else {
		relae_gemt(t, f, 's', ms->id, &ms->afholder);
		ms->delt = true;
	}
	return true;
}

static bool
noget_udelt(const struct forloeb *f)
{
	const struct samtale *s = f->samtaler.p;
	const struct referat *r = f->referater.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (!s[i].delt)
			return true;
	for (i = 0; i < f->referater.n; i++)
		if (!r[i].delt && r[i].deles)
			return true;
	return false;
}

static void
del(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	int64_t efter = 0;
	bool aaben;

	if (!noget_udelt(f))
		return;
	aaben = deling_aaben(t, f, r, next);
	while (t->fejl == PLB_OK && del_naeste(t, f, aaben, &efter))
		;
}

static void
ryk_for_referat(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct samtale *s = f->samtaler.p;
	struct effekt *e;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++) {
		struct plb_time frist;

		if (s[i].rykket || !skylder_referat(f, &s[i]))
			continue;
		frist = frist_referat(t->rr, r, &s[i]);
		if (plb_dato_set(f->afmeldt) && !plb_time_before(frist, plb_dato_start(f->afmeldt)))
			continue; /* deregistration voids what is open */
		if (!forfalden(t, frist, next))
			continue;
		e = trin_lavet(t, f, LAVET_REFERAT_MANGLER, &f->akasse, &s[i].id);
		if (e != NULL)
			e->u.referat_mangler = (struct referat_mangler){ s[i].id, frist };
		s[i].rykket = true;
	}
}

typedef void beslut_fn(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next);

/* In the order in which messages of one moment leave. */
static beslut_fn *const beslutninger[] = { aflys, varsl, overdrag, del, ryk_for_referat };

struct plb_time
beslut(struct trin *t)
{
	struct forloeb *f = t->p->forloeb.p;
	struct plb_time next = PLB_TIME_NEVER;
	size_t i, j;

	for (i = 0; i < t->p->forloeb.n; i++) {
		const struct regelsaet *r = regel_find(t->rr, f[i].regelsaet);

		for (j = 0; r != NULL && j < sizeof(beslutninger) / sizeof(beslutninger[0]); j++)
			beslutninger[j](t, &f[i], r, &next);
	}
	return next;
}
