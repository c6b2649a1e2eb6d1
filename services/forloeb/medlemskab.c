// SPDX-License-Identifier: MPL-2.0
#include "medlemskab.h"

#define GRUPPE_JOBAFKLARING 13

/* In the order of their dates; of one day, leaving comes before entering. */
static bool
medlemskab_foer(const struct medlemskab *a, const struct medlemskab *b)
{
	if (!plb_dato_eq(a->start, b->start))
		return plb_dato_before(a->start, b->start);
	if ((a->aendring == AENDRING_UD) != (b->aendring == AENDRING_UD))
		return a->aendring == AENDRING_UD;
	return stempel_nyere(&b->stempel, &a->stempel);
}

/* Changes are few and kept as they came: the next one after `efter`, NULL = the first. */
static const struct medlemskab *
naeste_medlemskab(const struct forloeb *f, const struct medlemskab *efter)
{
	const struct medlemskab *m = f->medlemskaber.p, *bedst = NULL;
	size_t i;

	for (i = 0; i < f->medlemskaber.n; i++) {
		if (efter != NULL && !medlemskab_foer(efter, &m[i]))
			continue;
		if (bedst == NULL || medlemskab_foer(&m[i], bedst))
			bedst = &m[i];
	}
	return bedst;
}

static bool
tilbagekaldt(const struct forloeb *f, const struct medlemskab *ud)
{
	const struct medlemskab *m = f->medlemskaber.p;
	size_t i;

	for (i = 0; i < f->medlemskaber.n; i++)
		if (m[i].aendring == AENDRING_TILBAGEKALDT &&
		    plb_org_eq(&m[i].akasse, &ud->akasse) &&
		    stempel_nyere(&m[i].stempel, &ud->stempel))
			return true;
	return false;
}

/* Where the walk through the changes has come to. */
struct gang {
	struct plb_org akasse;
	const struct medlemskab
	    *ud; /* left by this, and not entered another yet; NULL = not left */
};

/* So long a claim waits for the word of the one that is left (contract § 7 "Moving"). */
#define KRAV_MS (INT64_C(30) * 86400000)

/* Does this entering count? One that the entered a-kasse alone tells of counts where the other was
 * left, and told so before the claim lapsed. */
static bool
gaelder(const struct gang *g, const struct medlemskab *m)
{
	int64_t ventet;

	if (!m->krav)
		return true;
	return g->ud != NULL &&
	    !__builtin_sub_overflow(g->ud->stempel.time.ms, m->stempel.time.ms, &ventet) &&
	    ventet <= KRAV_MS;
}

/* One step; true when the citizen leaves by it. */
static bool
gaa(const struct forloeb *f, struct gang *g, const struct medlemskab *m)
{
	if (plb_dato_before(m->start, f->tilmeldt_fra))
		return false;
	switch (m->aendring) {
	case AENDRING_UD:
		if (!plb_org_eq(&m->akasse, &g->akasse) || tilbagekaldt(f, m))
			return false;
		g->ud = m;
		return true;
	case AENDRING_IND:
	case AENDRING_SKIFT:
		if (gaelder(g, m)) {
			g->akasse = m->akasse;
			g->ud = NULL;
		}
		return false;
	default:
		return false;
	}
}

struct plb_org
medlemskab_akasse(const struct forloeb *f, struct plb_dato d)
{
	struct gang g = {f->tilmeldt_akasse, NULL};
	const struct medlemskab *m = NULL;

	if (f->medlemskaber.n == 0)
		return f->tilmeldt_akasse;
	while ((m = naeste_medlemskab(f, m)) != NULL && !plb_dato_before(d, m->start))
		(void)gaa(f, &g, m);
	return g.akasse;
}

/* Entered elsewhere on the day of leaving or the next: that is a switch. */
static bool
skiftet(const struct forloeb *f, const struct medlemskab *ud)
{
	const struct medlemskab *m = f->medlemskaber.p;
	const struct gang g = {ud->akasse, ud};
	size_t i;

	for (i = 0; i < f->medlemskaber.n; i++)
		if ((m[i].aendring == AENDRING_IND || m[i].aendring == AENDRING_SKIFT) &&
		    gaelder(&g, &m[i]) && !plb_org_eq(&m[i].akasse, &ud->akasse) &&
		    !plb_dato_before(m[i].start, ud->start) &&
		    !plb_dato_before(plb_dato_add(ud->start, 1), m[i].start))
			return true;
	return false;
}

struct plb_dato
medlemskab_forladt(const struct forloeb *f)
{
	struct gang g = {f->tilmeldt_akasse, NULL};
	const struct medlemskab *m = NULL;

	while ((m = naeste_medlemskab(f, m)) != NULL)
		if (gaa(f, &g, m) && !skiftet(f, m))
			return m->start;
	return PLB_DATO_NONE;
}

struct plb_dato
medlemskab_kategori_fra(const struct medlemskab *m)
{
	if (m->kategori < 0)
		return PLB_DATO_NONE;
	if (m->aendring == AENDRING_KATEGORI)
		return plb_dato_add(plb_dato_month_last(m->start), 1);
	return m->aendring == AENDRING_IND || m->aendring == AENDRING_SKIFT ? m->start
									    : PLB_DATO_NONE;
}

int
medlemskab_kategori(const struct forloeb *f, struct plb_dato d)
{
	const struct medlemskab *m = f->medlemskaber.p, *bedst = NULL;
	size_t i;

	if (f->medlemskaber.n == 0)
		return f->kategori;
	for (i = 0; i < f->medlemskaber.n; i++) {
		struct plb_dato fra = medlemskab_kategori_fra(&m[i]);

		if (!plb_dato_set(fra) || plb_dato_before(m[i].start, f->tilmeldt_fra) ||
		    plb_dato_before(d, fra))
			continue;
		if (bedst == NULL || plb_dato_before(medlemskab_kategori_fra(bedst), fra) ||
		    (plb_dato_eq(medlemskab_kategori_fra(bedst), fra) &&
			stempel_nyere(&m[i].stempel, &bedst->stempel)))
			bedst = &m[i];
	}
	return bedst != NULL ? bedst->kategori : f->tilmeldt_kategori;
}

static bool
flytning_foer(const struct flytning *a, const struct flytning *b)
{
	if (!plb_dato_eq(a->virkning, b->virkning))
		return plb_dato_before(a->virkning, b->virkning);
	return stempel_nyere(&b->stempel, &a->stempel);
}

static const struct flytning *
naeste_flytning(const struct forloeb *f, const struct flytning *efter)
{
	const struct flytning *m = f->flytninger.p, *bedst = NULL;
	size_t i;

	for (i = 0; i < f->flytninger.n; i++) {
		if (efter != NULL && !flytning_foer(efter, &m[i]))
			continue;
		if (bedst == NULL || flytning_foer(&m[i], bedst))
			bedst = &m[i];
	}
	return bedst;
}

struct plb_org
medlemskab_kommune(const struct forloeb *f, struct plb_dato d)
{
	struct plb_org nu = f->tilmeldt_kommune;
	const struct flytning *m = NULL;

	while ((m = naeste_flytning(f, m)) != NULL && !plb_dato_before(d, m->virkning))
		if (!plb_dato_before(m->virkning, f->tilmeldt_fra) &&
		    (m->dfdg || plb_org_eq(&m->fra, &nu)))
			nu = m->til;
	return nu;
}

static void
tidligst(struct plb_dato *bedst, struct plb_dato d, struct plb_dato efter)
{
	if (plb_dato_set(d) && plb_dato_before(efter, d) &&
	    (!plb_dato_set(*bedst) || plb_dato_before(d, *bedst)))
		*bedst = d;
}

struct plb_dato
medlemskab_naeste(const struct forloeb *f, struct plb_dato d)
{
	const struct medlemskab *m = f->medlemskaber.p;
	const struct flytning *fl = f->flytninger.p;
	struct plb_dato bedst = PLB_DATO_NONE;
	size_t i;

	for (i = 0; i < f->medlemskaber.n; i++) {
		tidligst(&bedst, m[i].start, d);
		tidligst(&bedst, medlemskab_kategori_fra(&m[i]), d);
	}
	for (i = 0; i < f->flytninger.n; i++)
		tidligst(&bedst, fl[i].virkning, d);
	return bedst;
}

void
medlemskab_opdater(struct forloeb *f, struct plb_dato d)
{
	f->akasse = medlemskab_akasse(f, d);
	f->kommune = medlemskab_kommune(f, d);
	f->kategori = f->medlemskaber.n == 0 ? f->tilmeldt_kategori : medlemskab_kategori(f, d);
}

bool
medlemskab_kendt(const struct forloeb *f, const struct plb_org *org)
{
	const struct medlemskab *m = f->medlemskaber.p;
	const struct flytning *fl = f->flytninger.p;
	size_t i;

	if (plb_org_eq(org, &f->tilmeldt_akasse) || plb_org_eq(org, &f->tilmeldt_kommune))
		return true;
	for (i = 0; i < f->medlemskaber.n; i++)
		if (!m[i].krav && plb_org_eq(org, &m[i].akasse))
			return true;
	for (i = 0; i < f->flytninger.n; i++)
		if (plb_org_eq(org, &fl[i].til))
			return true;
	return false;
}

struct plb_dato
medlemskab_slut(const struct forloeb *f)
{
	const struct gruppe *g = &f->gruppe;

	if (g->stempel.id.p == NULL || g->gruppe != GRUPPE_JOBAFKLARING)
		return f->afmeldt;
	if (plb_dato_set(f->afmeldt) && plb_dato_before(f->afmeldt, g->fra))
		return f->afmeldt;
	return g->fra;
}
