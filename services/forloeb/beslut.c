// SPDX-License-Identifier: MPL-2.0
#include "beslut.h"

#include "dagpengetimer.h"
#include "frist.h"
#include "part.h"

#define MANGLER_MAX 64

/* Is it time? Nothing is due while the clock is unset. Otherwise `*next` is moved forward to `due`
 * where that is sooner. */
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

static const struct samtale *
samtale_for(const struct forloeb *f, struct plb_uuid id)
{
	const struct samtale *s = f->samtaler.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (plb_uuid_eq(s[i].id, id))
			return &s[i];
	return NULL;
}

/* A conversation about availability (15) alone is the a-kasse's own business unless it says
 * otherwise (contract § 2, delesMedKommune). */
static bool
maa_deles(const struct forloeb *f, const struct referat *r)
{
	const struct samtale *s = samtale_for(f, r->samtale);

	if (r->har_deles)
		return r->deles;
	return s == NULL || !(s->type1 == 15 && s->type2 == 0);
}

/* A conversation whose referat is owed: group meetings need none (contract § 7 "Referat"). */
static bool
skylder_referat(const struct forloeb *f, const struct samtale *s)
{
	return s->art != SAMTALE_GRUPPE && plb_org_eq(&s->afholder, &f->akasse) &&
	    referat_for(f, s->id) == NULL;
}

/* ---- the decisions ---- */

static void
aflys_hos(struct trin *t, struct forloeb *f, const struct plb_org *til, enum aflyst_aarsag aarsag)
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
static void
aflys(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_org kommune = f->due.sendt ? f->due.til : f->varsel.kommune;
	struct plb_org akasse = f->due.sendt ? f->due.fra : f->varsel.akasse;

	(void)r;
	if (!(f->varsel.sendt || f->due.sendt) || !afmeldt_nu(t, f, next))
		return;
	aflys_hos(t, f, &kommune, AFLYST_AFMELDT);
	aflys_hos(t, f, &akasse, AFLYST_AFMELDT);
	f->varsel.sendt = false;
	f->due.sendt = false;
}

static bool
varsel_uaendret(const struct varsel *v, const struct forloeb *f, struct plb_dato virkning)
{
	return v->sendt && plb_dato_eq(v->virkningsdato, virkning) &&
	    plb_org_eq(&v->akasse, &f->akasse) && plb_org_eq(&v->kommune, &f->kommune);
}

/* A corrected registration names others: those who wait in vain are told. */
static void
aflys_tidligere(struct trin *t, struct forloeb *f)
{
	struct varsel v = f->varsel;

	if (v.sendt && !plb_org_eq(&v.kommune, &f->kommune))
		aflys_hos(t, f, &v.kommune, AFLYST_RETTET);
	if (v.sendt && !plb_org_eq(&v.akasse, &f->akasse))
		aflys_hos(t, f, &v.akasse, AFLYST_RETTET);
}

static void
varsl(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_dato virkning;
	struct plb_time frist;
	const struct plb_org *til[2];
	struct effekt *e;
	size_t i;

	if (!r->overdragelse || f->due.sendt || plb_dato_set(f->afmeldt))
		return;
	virkning = timer_prognose(f, r);
	if (varsel_uaendret(&f->varsel, f, virkning))
		return;
	frist = frist_pakke(t->rr, r, virkning);
	if (r->forvarsel_arbejdsdage >= 0 &&
	    !forfalden(
		t, plb_kalender_minus_time(t->rr->kalender, frist, r->forvarsel_arbejdsdage), next))
		return;
	aflys_tidligere(t, f);
	f->varsel = (struct varsel){true, virkning, f->akasse, f->kommune};
	til[0] = &f->kommune;
	til[1] = &f->akasse;
	for (i = 0; i < 2; i++) {
		e = trin_lavet(t, f, LAVET_HANDOVER_FORVENTET, til[i], NULL);
		if (e != NULL)
			e->u.handover_forventet = (struct handover_forventet){
			    virkning, timer_sum(f), r->graense_c[f->kategori], frist};
	}
}

static void
tilfoej_mangel(struct mangel *m, size_t *n, struct mangel ny)
{
	if (*n < MANGLER_MAX)
		m[(*n)++] = ny;
}

/* What the package lacks: referater that are owed, and the first conversation where none was held.
 */
static size_t
find_mangler(
    const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct mangel *m)
{
	const struct samtale *s = f->samtaler.p;
	size_t i, n = 0;
	bool holdt = false;

	for (i = 0; i < f->samtaler.n; i++) {
		holdt = holdt ||
		    (s[i].art != SAMTALE_GRUPPE && !plb_org_eq(&s[i].afholder, &f->kommune));
		if (skylder_referat(f, &s[i]))
			tilfoej_mangel(m, &n,
			    (struct mangel){.art = MANGEL_REFERAT,
				.har_samtale = true,
				.samtale = s[i].id,
				.har_frist = true,
				.frist = frist_referat(t->rr, r, &s[i])});
	}
	if (!holdt)
		tilfoej_mangel(m, &n,
		    (struct mangel){.art = MANGEL_SAMTALE,
			.har_type = true,
			.samtaletype = 7,
			.har_frist = true,
			.frist = frist_foerste_samtale(r, f->tilmeldingsdato)});
	return n;
}

/* The referater that go with the package: the newest of each that may be shared and is not the
 * recipient's own. */
static struct plb_list
find_referater(struct trin *t, const struct forloeb *f)
{
	const struct referat *r = f->referater.p;
	struct plb_list ud = {NULL, 0};
	struct referat *ny;
	size_t i;

	for (i = 0; i < f->referater.n; i++) {
		if (!maa_deles(f, &r[i]) || plb_org_eq(&r[i].forfatter, &f->kommune))
			continue;
		ny = plb_list_add(&ud, t->a, sizeof(*ny), f->referater.n);
		if (ny == NULL)
			t->fejl = PLB_E_FOR_STOR;
		else
			*ny = r[i];
	}
	return ud;
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
	due.n_mangler = find_mangler(t, f, r, due.mangler);
	due.referater = find_referater(t, f);
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
static void
overdrag(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct plb_maaned m;
	struct plb_dato virkning;
	int64_t sum;

	if (!r->overdragelse || f->due.sendt || !timer_passeret(f, r, &m, &sum))
		return;
	virkning = plb_maaned_first((struct plb_maaned){m.n + 1});
	if (plb_dato_set(f->afmeldt) && !plb_dato_before(virkning, f->afmeldt))
		return; /* gone by then */
	if (forfalden(t, plb_dato_start(virkning), next) && !afmeldt_nu(t, f, next))
		send_due(t, f, r, virkning, sum);
}

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
	return forfalden(t, frist_pakke(t->rr, r, timer_prognose(f, r)), next);
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
		return maa_deles(f, x.r);
	s = samtale_for(f, x.r->samtale);
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
static void
del(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct ting x = naeste_ting(f, DELT_KOMMUNE);

	del_til(t, f, DELT_AKASSE);
	if ((x.s != NULL || x.r != NULL) && deling_aaben(t, f, r, next))
		del_til(t, f, DELT_KOMMUNE);
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
			e->u.referat_mangler = (struct referat_mangler){s[i].id, frist};
		s[i].rykket = true;
	}
}

typedef void beslut_fn(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next);

/* In the order in which messages of one moment leave. */
static beslut_fn *const beslutninger[] = {aflys, overdrag, varsl, del, ryk_for_referat};

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
