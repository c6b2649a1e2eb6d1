// SPDX-License-Identifier: MPL-2.0
/* Do the rule sets cover every day for everybody, once? Days are looked at where something begins
 * or ends; organisations are those that some scope names, and one for all others. */
#include <stdlib.h>

#include "regel_laes.h"

#define DAGE_MAX (2 * REGELSAET_MAX)

/* Sorted, different; the zero organisation (no name: "all others") is the first. */
struct orger {
	struct plb_org *o;
	size_t n;
};
struct daekning {
	const struct regler *rr;
	struct plb_faults *f;
	struct orger akasser, kommuner;
	struct plb_dato dag[DAGE_MAX]; /* where a rule set begins, or the day after one ends */
	size_t n_dage;
};

static int
org_cmp(const void *a, const void *b)
{
	return strcmp(((const struct plb_org *)a)->text, ((const struct plb_org *)b)->text);
}

static int
dag_cmp(const void *pa, const void *pb)
{
	const struct plb_dato *a = pa, *b = pb;

	return (a->dage > b->dage) - (a->dage < b->dage);
}

static void
ens_en_gang(struct orger *l)
{
	size_t i, n = 0;

	qsort(l->o, l->n, sizeof(*l->o), org_cmp);
	for (i = 0; i < l->n; i++)
		if (n == 0 || !plb_org_eq(&l->o[n - 1], &l->o[i]))
			l->o[n++] = l->o[i];
	l->n = n;
}

/* All organisations that a scope names. */
static bool
saml(struct daekning *d)
{
	size_t i, j, n = 1;

	for (i = 0; i < d->rr->n; i++)
		n += d->rr->r[i].n_omfang;
	d->akasser.o = plb_arena_calloc(d->rr->arena, n, sizeof(struct plb_org));
	d->kommuner.o = plb_arena_calloc(d->rr->arena, n, sizeof(struct plb_org));
	if (d->akasser.o == NULL || d->kommuner.o == NULL)
		return false;
	d->akasser.n = d->kommuner.n = 1;
	for (i = 0; i < d->rr->n; i++)
		for (j = 0; j < d->rr->r[i].n_omfang; j++) {
			d->akasser.o[d->akasser.n++] = d->rr->r[i].omfang[j].akasse;
			d->kommuner.o[d->kommuner.n++] = d->rr->r[i].omfang[j].kommune;
		}
	ens_en_gang(&d->akasser);
	ens_en_gang(&d->kommuner);
	return true;
}

static void
saml_dage(struct daekning *d)
{
	size_t i;

	for (i = 0; i < d->rr->n; i++) {
		d->dag[d->n_dage++] = d->rr->r[i].fra;
		if (plb_dato_set(d->rr->r[i].til))
			d->dag[d->n_dage++] = plb_dato_add(d->rr->r[i].til, 1);
	}
	qsort(d->dag, d->n_dage, sizeof(d->dag[0]), dag_cmp);
}

static bool
gyldig(const struct regelsaet *r, struct plb_dato dag)
{
	return !plb_dato_before(dag, r->fra) &&
	    !(plb_dato_set(r->til) && plb_dato_before(r->til, dag));
}

static const char *
navn(const struct plb_org *o, const char *alle)
{
	return o->text[0] == '\0' ? alle : o->text;
}

/* Who decides about this pair on that day: the narrowest, and another that is as narrow. */
static void
afgoer(const struct daekning *d, struct plb_dato dag, const struct plb_org *akasse,
    const struct plb_org *kommune, const struct regelsaet *ud[2])
{
	int grad, bedst = 0;
	size_t i;

	ud[0] = ud[1] = NULL;
	for (i = 0; i < d->rr->n; i++) {
		const struct regelsaet *r = &d->rr->r[i];

		grad = gyldig(r, dag) ? regel_omfatter(r, akasse, kommune) : 0;
		if (grad == 0 || grad < bedst)
			continue;
		ud[1] = grad == bedst ? r : NULL;
		if (grad > bedst)
			ud[0] = r;
		bedst = grad;
	}
}

/* The days from `fra` up to the day before `slut` (NONE = for ever). The first pair without a rule
 * set is told, and the first of each rule set that contradicts another: the rest follows from the
 * same files. */
static void
afsnit(struct daekning *d, struct plb_dato fra, struct plb_dato slut)
{
	bool modsagt[REGELSAET_MAX] = {false}, hul = false;
	const struct regelsaet *r[2];
	char a[PLB_DATO_TEXT], b[PLB_DATO_TEXT] = "the end";
	size_t i, j;

	plb_dato_text(fra, a);
	if (plb_dato_set(slut))
		plb_dato_text(plb_dato_add(slut, -1), b);
	for (i = 0; i < d->akasser.n; i++)
		for (j = 0; j < d->kommuner.n; j++) {
			const char *akasse = navn(&d->akasser.o[i], "every other a-kasse");
			const char *kommune = navn(&d->kommuner.o[j], "every other kommune");

			afgoer(d, fra, &d->akasser.o[i], &d->kommuner.o[j], r);
			if (r[0] == NULL && !hul) {
				hul = true;
				plb_faults_add(d->f, d->rr->r[0].fil, 1, 1,
				    "gyldig: from %s to %s no rule set is for %s in %s", a, b,
				    akasse, kommune);
			}
			if (r[1] == NULL || modsagt[r[1] - d->rr->r])
				continue;
			modsagt[r[1] - d->rr->r] = true;
			plb_faults_add(d->f, r[1]->fil, 1, 1,
			    "omfang: from %s to %s \"%s\" is for %s in %s too, no less closely", a,
			    b, r[0]->id, akasse, kommune);
		}
}

/* Is anything valid for ever? */
static bool
aabent(const struct daekning *d)
{
	size_t i;

	for (i = 0; i < d->rr->n; i++)
		if (!plb_dato_set(d->rr->r[i].til))
			return true;
	return false;
}

void
regel_daekning(const struct regler *rr, struct plb_faults *f)
{
	struct daekning d = {.rr = rr, .f = f};
	size_t i;

	if (!saml(&d)) {
		plb_faults_add(f, rr->r[0].fil, 1, 1, "omfang: too many a-kasser and kommuner");
		return;
	}
	saml_dage(&d);
	for (i = 0; i + 1 < d.n_dage; i++)
		if (!plb_dato_eq(d.dag[i], d.dag[i + 1]))
			afsnit(&d, d.dag[i], d.dag[i + 1]);
	/* Behind the last change lies either nothing at all, or what has no end. */
	if (aabent(&d))
		afsnit(&d, d.dag[d.n_dage - 1], PLB_DATO_NONE);
}
