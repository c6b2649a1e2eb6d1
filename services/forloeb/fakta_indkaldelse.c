// SPDX-License-Identifier: MPL-2.0
#include "fakta_int.h"

#define GAESTER_MAX 16

static const struct afvisning UKENDT_INDKALDELSE = {
    "ukendt", "/data/indkaldelseId", "Indkaldelsen er ikke kendt."};

static struct indkaldelse *
indkaldelse_find(struct person *p, struct plb_uuid id, struct forloeb **ud)
{
	struct forloeb *f = p->forloeb.p;
	size_t i, j;

	for (i = p->forloeb.n; i-- > 0;) {
		struct indkaldelse *k = f[i].indkaldelser.p;

		for (j = 0; j < f[i].indkaldelser.n; j++) {
			if (!plb_uuid_eq(k[j].id, id))
				continue;
			*ud = &f[i];
			return &k[j];
		}
	}
	return NULL;
}

bool
fakta_indkaldelse_kendt(const struct forloeb *f, struct plb_uuid id)
{
	const struct indkaldelse *k = f->indkaldelser.p;
	size_t i;

	for (i = 0; i < f->indkaldelser.n; i++)
		if (plb_uuid_eq(k[i].id, id))
			return true;
	return false;
}

static bool
laes_gaester(struct trin *t, const struct plb_list *navne, struct plb_list *ud)
{
	const struct plb_slice *s = navne->p;
	struct plb_org org, *o;
	size_t i;

	*ud = (struct plb_list){NULL, 0};
	for (i = 0; i < navne->n; i++) {
		if (plb_org_parse(s[i], &org) != PLB_OK)
			return false;
		if (part_naevnt(ud, &org))
			continue; /* two of one organisation get one message */
		o = plb_list_add(ud, t->a, sizeof(*o), GAESTER_MAX);
		if (o == NULL)
			return false;
		*o = org;
	}
	return true;
}

/* To every guest and to the responsible, at once; a guest who was not there before first gets the
 * summons as it was made, where that is kept. */
static void
indkaldelse_relae(struct trin *t, struct forloeb *f, const struct indkaldelse *k,
    const struct plb_list *foer, bool gemt)
{
	const struct plb_org *g = k->gaester.p;
	const struct plb_org *ansvarlig = part_ansvarlig(t->rr, f);
	struct effekt *e;
	size_t i;

	for (i = 0; i < k->gaester.n; i++) {
		if (plb_org_eq(&g[i], &t->h->ev.org) || plb_org_eq(&g[i], ansvarlig))
			continue;
		if (gemt && !part_naevnt(foer, &g[i])) {
			e = trin_besked(t, f, EFFEKT_RELAE_GEMT, &g[i]);
			if (e != NULL)
				e->emne = (struct emne){'i', k->id};
		}
		(void)trin_besked(t, f, EFFEKT_RELAE, &g[i]);
	}
	if (plb_org_eq(ansvarlig, &t->h->ev.org))
		return;
	e = trin_besked(t, f, EFFEKT_RELAE, ansvarlig);
	if (e != NULL) /* only the invited learn where a protected person can be met */
		e->skjul_sted = f->adressebeskyttet && !part_naevnt(&k->gaester, ansvarlig);
}

/* A guest who is one no more, and is not responsible either, has nothing to come to. */
static void
indkaldelse_forlad(
    struct trin *t, struct forloeb *f, const struct indkaldelse *k, const struct plb_list *foer)
{
	const struct plb_org *g = foer->p;
	struct effekt *e;
	size_t i;

	for (i = 0; i < foer->n; i++) {
		if (part_naevnt(&k->gaester, &g[i]) ||
		    plb_org_eq(&g[i], part_ansvarlig(t->rr, f)) || plb_org_eq(&g[i], &t->h->ev.org))
			continue;
		e = trin_lavet(t, f, LAVET_INDKALDELSE_ANNULLERET, &g[i], &k->id);
		if (e != NULL)
			e->u.indkaldelse_annulleret = k->id;
	}
}

const struct afvisning *
fakta_indkaldelse_skrevet(struct trin *t)
{
	const struct indkaldelse_oprettet *d = &t->h->u.indkaldelse_oprettet;
	bool opret = t->h->type == HAENDELSE_INDKALDELSE_OPRETTET;
	struct forloeb *f = NULL;
	struct indkaldelse *k = indkaldelse_find(t->p, d->indkaldelse_id, &f);
	struct stempel st = fakta_stempel(t);
	struct plb_list foer = {NULL, 0}, gaester;
	struct plb_org afholder = t->h->ev.org;
	bool ny = k == NULL, gemt = !opret && !ny && !k->annulleret;

	if (ny && !opret)
		return fakta_vent(t, &UKENDT_INDKALDELSE, VENTER_INDKALDELSE, d->indkaldelse_id);
	if (ny)
		f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	if (f == NULL || !part_deltager(f, &t->h->ev.org))
		return opret
		    ? &FAKTA_UKENDT_PERSON
		    : fakta_vent(t, &UKENDT_INDKALDELSE, VENTER_INDKALDELSE, d->indkaldelse_id);
	t->forloeb = f->id;
	if (!laes_gaester(t, &d->gaester, &gaester))
		return &FAKTA_FORM;
	if (!ny && !stempel_nyere(&st, &k->stempel))
		return NULL;
	if (ny)
		k = plb_list_add(&f->indkaldelser, t->a, sizeof(*k), TING_MAX);
	if (k == NULL)
		return fakta_fuld(t, &f->indkaldelser, TING_MAX);
	foer = k->gaester;
	if (!ny && plb_org_type(&k->afholder) != PLB_ORG_DFDG)
		afholder = k->afholder; /* whoever changes it, it stays his who made it */
	*k = (struct indkaldelse){d->indkaldelse_id, d->samtaletype, d->art, d->start, afholder,
	    gaester, false, st, k->valg, k->valgt};
	indkaldelse_forlad(t, f, k, &foer);
	indkaldelse_relae(t, f, k, &foer, gemt);
	if (opret)
		trin_gem(t, 'i', k->id);
	return NULL;
}

/* The citizen's word on who takes part: of one conversation, to whom the summons goes. */
const struct afvisning *
fakta_deltagelsesvalg_aendret(struct trin *t)
{
	const struct deltagelsesvalg_aendret *d = &t->h->u.deltagelsesvalg_aendret;
	struct forloeb *f = NULL;
	struct indkaldelse *k = indkaldelse_find(t->p, d->indkaldelse_id, &f);
	struct stempel st = fakta_stempel(t);

	if (k == NULL || !part_deltager(f, &t->h->ev.org))
		return fakta_vent(t, &UKENDT_INDKALDELSE, VENTER_INDKALDELSE, d->indkaldelse_id);
	if (d->valg < 0)
		return &FAKTA_FORM;
	t->forloeb = f->id;
	if (k->valgt.id.p != NULL && !stempel_nyere(&st, &k->valgt))
		return NULL;
	k->valg = d->valg;
	k->valgt = st;
	indkaldelse_relae(t, f, k, &k->gaester, false);
	return NULL;
}

const struct afvisning *
fakta_indkaldelse_annulleret(struct trin *t)
{
	struct forloeb *f = NULL;
	struct indkaldelse *k =
	    indkaldelse_find(t->p, t->h->u.indkaldelse_annulleret.indkaldelse_id, &f);
	struct stempel st = fakta_stempel(t);

	if (k == NULL || !part_deltager(f, &t->h->ev.org))
		return fakta_vent(t, &UKENDT_INDKALDELSE, VENTER_INDKALDELSE,
		    t->h->u.indkaldelse_annulleret.indkaldelse_id);
	t->forloeb = f->id;
	if (!stempel_nyere(&st, &k->stempel))
		return NULL;
	k->stempel = st;
	if (k->annulleret)
		return NULL;
	k->annulleret = true;
	indkaldelse_relae(t, f, k, &k->gaester, false);
	trin_glem(t, 'i', k->id);
	return NULL;
}
