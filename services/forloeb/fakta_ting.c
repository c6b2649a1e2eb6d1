// SPDX-License-Identifier: MPL-2.0
#include "deling.h"
#include "fakta_int.h"

/* Facts that the course only passes on (deling.c): the newest of each is kept until those who are
 * to have it have got it. */

static const struct afvisning UKENDT_INDSTILLING = {
    "ukendt", "/data/indstillingId", "Indstillingen er ikke kendt."};
static const struct afvisning UKENDT_BESKED = {
    "ukendt", "/data/svarPaaBeskedId", "Beskeden er ikke kendt."};
static const struct afvisning UKENDT_SAMTALE = {
    "ukendt", "/data/samtaleId", "Samtalen er ikke kendt."};
static const struct afvisning IKKE_PART = {"ikke-part", "/data/tilOrganisation",
    "Modtageren er ikke part i personens forløb. Vælg en organisation, der er det."};

static struct ting *
ting_find(const struct forloeb *f, char art, struct plb_uuid id)
{
	struct ting *x = f->ting.p;
	size_t i;

	for (i = 0; i < f->ting.n; i++)
		if (x[i].art == art && plb_uuid_eq(x[i].id, id))
			return &x[i];
	return NULL;
}

bool
fakta_ting_kendt(const struct forloeb *f, char art, struct plb_uuid id)
{
	return ting_find(f, art, id) != NULL;
}

/* The id of the thing that the event at hand is about. */
static struct plb_uuid
ting_id(const struct haendelse *h, const struct deling_regel *d, const struct forloeb *f)
{
	struct plb_slice dele[2] = {h->ev.source, h->ev.id};
	struct plb_uuid id;

	if (d->id == DELING_EEN)
		return f->id;
	if (d->id == DELING_EGEN)
		return plb_uuid5(PLB_UUID_NS, dele, 2);
	memcpy(&id, (const char *)h + d->id, sizeof(id));
	return id;
}

/* Take the fact as the newest of its thing. `*ny`: it is. */
static const struct afvisning *
skriv(struct trin *t, struct forloeb *f, char art, bool *ny)
{
	struct plb_uuid id = ting_id(t->h, deling_for_type(t->h->type), f);
	struct stempel st = fakta_stempel(t);
	struct ting *x = ting_find(f, art, id);

	t->forloeb = f->id;
	*ny = x == NULL || stempel_nyere(&st, &x->stempel);
	if (!*ny)
		return NULL;
	if (x == NULL)
		x = plb_list_add(&f->ting, t->a, sizeof(*x), TING_MAX);
	if (x == NULL)
		return fakta_fuld(t, &f->ting, TING_MAX);
	*x = (struct ting){.art = art,
	    .id = id,
	    .fra = t->h->ev.org,
	    .nr = f->naeste_nr++,
	    .leveringer = x->leveringer,
	    .stempel = st};
	trin_gem(t, art, id);
	return NULL;
}

const struct afvisning *
fakta_ting(struct trin *t)
{
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	bool ny;

	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	return skriv(t, f, deling_for_type(t->h->type)->art, &ny);
}

/* The forløb of the person that knows the thing and that the sender is party to. */
static struct forloeb *
forloeb_med_ting(struct trin *t, char art, struct plb_uuid id)
{
	struct forloeb *f = t->p->forloeb.p;
	size_t i;

	for (i = t->p->forloeb.n; i-- > 0;)
		if (fakta_ting_kendt(&f[i], art, id) && part_deltager(&f[i], &t->h->ev.org))
			return &f[i];
	return NULL;
}

const struct afvisning *
fakta_raadighed_vurderet(struct trin *t)
{
	const struct raadighed_vurderet *d = &t->h->u.raadighed_vurderet;

	if (d->har_svar_paa && forloeb_med_ting(t, 'n', d->svar_paa) == NULL)
		return fakta_vent(t, &UKENDT_BESKED, VENTER_BESKED, d->svar_paa);
	return fakta_ting(t);
}

const struct afvisning *
fakta_plan_aendret(struct trin *t)
{
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	const struct afvisning *nej;
	bool ny;

	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	nej = skriv(t, f, deling_for_type(t->h->type)->art, &ny);
	if (nej == NULL && ny)
		f->plan = t->h->u.navngivet;
	return nej;
}

/* ---- upskilling ---- */

static void
luk_indstilling(struct forloeb *f, struct plb_uuid id)
{
	struct indstilling *x = f->indstillinger.p;
	size_t i;

	for (i = f->indstillinger.n; i-- > 0;)
		if (plb_uuid_eq(x[i].id, id))
			plb_list_del(&f->indstillinger, sizeof(*x), i);
}

static const struct afvisning *
aabn_indstilling(struct trin *t, struct forloeb *f)
{
	const struct opkvalificering_indstillet *d = &t->h->u.indstillet;
	struct indstilling *x;

	luk_indstilling(f, d->id);
	x = plb_list_add(&f->indstillinger, t->a, sizeof(*x), TING_MAX);
	if (x == NULL)
		return fakta_fuld(t, &f->indstillinger, TING_MAX);
	*x = (struct indstilling){d->id, d->tilbudstype, d->har_frist, d->frist, false,
	    plb_arena_dup(t->a, plb_slice_str(plb_org_kode(&f->kommune)))};
	if (x->kommune.p == NULL)
		t->fejl = PLB_E_FOR_STOR;
	return NULL;
}

const struct afvisning *
fakta_indstillet(struct trin *t)
{
	const struct opkvalificering_indstillet *d = &t->h->u.indstillet;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	struct stempel st = fakta_stempel(t);
	const struct afvisning *nej;
	const struct ting *svar;
	bool ny;

	if (d->tilbudstype < 0)
		return &FAKTA_FORM;
	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	if (d->har_samtale && fakta_forloeb_med_samtale(t->p, d->samtale_id) == NULL)
		return fakta_vent(t, &UKENDT_SAMTALE, VENTER_SAMTALE, d->samtale_id);
	nej = skriv(t, f, 'o', &ny);
	if (nej != NULL || !ny)
		return nej;
	svar = ting_find(f, 'b', d->id);
	if (svar != NULL && stempel_nyere(&svar->stempel, &st))
		return NULL; /* answered since */
	return aabn_indstilling(t, f);
}

const struct afvisning *
fakta_trukket(struct trin *t)
{
	struct plb_uuid id = t->h->u.navngivet;
	struct forloeb *f = forloeb_med_ting(t, 'o', id);
	const struct afvisning *nej;
	bool ny;

	if (f == NULL)
		return fakta_vent(t, &UKENDT_INDSTILLING, VENTER_INDSTILLING, id);
	nej = skriv(t, f, 'o', &ny);
	if (nej == NULL && ny)
		luk_indstilling(f, id);
	return nej;
}

/* An answer that asks for more ('B') leaves the recommendation open. */
const struct afvisning *
fakta_besvaret(struct trin *t)
{
	const struct opkvalificering_besvaret *d = &t->h->u.besvaret;
	struct forloeb *f = forloeb_med_ting(t, 'o', d->id);
	bool mere = d->afgoerelse == AFGOERELSE_MANGLER_OPLYSNINGER, ny;
	struct stempel st = fakta_stempel(t);
	const struct afvisning *nej;

	if (d->afgoerelse < 0)
		return &FAKTA_FORM;
	if (f == NULL)
		return fakta_vent(t, &UKENDT_INDSTILLING, VENTER_INDSTILLING, d->id);
	nej = skriv(t, f, mere ? 'B' : 'b', &ny);
	if (nej == NULL && ny && !mere && stempel_nyere(&st, &ting_find(f, 'o', d->id)->stempel))
		luk_indstilling(f, d->id);
	return nej;
}

/* ---- messages ---- */

/* Goes at once and once; only its sending is remembered, for its receipt. */
const struct afvisning *
fakta_besked_sendt(struct trin *t)
{
	const struct besked_sendt *d = &t->h->u.besked;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	struct plb_org til;
	struct effekt *e;
	struct ting *x;

	if (plb_org_parse(d->til, &til) != PLB_OK)
		return &FAKTA_FORM;
	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	if (!part_deltager(f, &til) || plb_org_type(&til) == PLB_ORG_DFDG ||
	    plb_org_eq(&til, &t->h->ev.org))
		return &IKKE_PART;
	if (ting_find(f, 'l', d->id) != NULL)
		return NULL;
	x = plb_list_add(&f->ting, t->a, sizeof(*x), TING_MAX);
	if (x == NULL)
		return fakta_fuld(t, &f->ting, TING_MAX);
	*x = (struct ting){'l', d->id, t->h->ev.org, f->naeste_nr++, {NULL, 0}, fakta_stempel(t)};
	e = trin_besked(t, f, EFFEKT_RELAE, &til);
	levering_husk(t, &x->leveringer, e, x->nr, 0);
	return NULL;
}
