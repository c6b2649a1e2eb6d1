// SPDX-License-Identifier: MPL-2.0
#include "fakta_int.h"

/* Sender's and our clock may differ by this much (contract § 1). */
#define SKAEVHED_MS (5 * 60 * 1000)

static const struct afvisning UKENDT_SAMTALE = {
    "ukendt", "/data/samtaleId", "Samtalen er ikke kendt."};
static const struct afvisning UKENDT_REFERAT = {
    "ukendt", "/data/referatId", "Referatet er ikke kendt."};
static const struct afvisning SAMMENLAEGNING = {
    "sammenlaegning", "/data/samtaletyper", "Disse to samtaletyper kan ikke lægges sammen."};
static const struct afvisning FREMTID = {
    "fremtid", "/data/afholdt", "Samtalen kan ikke være afholdt i fremtiden."};

/* ---- conversations ---- */

static struct samtale *
samtale_find(struct forloeb *f, struct plb_uuid id)
{
	struct samtale *s = f->samtaler.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (plb_uuid_eq(s[i].id, id))
			return &s[i];
	return NULL;
}

static struct forloeb *
forloeb_med_samtale(struct person *p, struct plb_uuid samtale)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;)
		if (samtale_find(&f[i], samtale) != NULL)
			return &f[i];
	return NULL;
}

/* What stays when a conversation is told again: who held it, when it was first heard of, that its
 * referat has been asked for. */
static void
skriv_samtale(struct trin *t, struct forloeb *f, struct samtale *s, const struct stempel *st)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	const int32_t *typer = d->samtaletyper.p;
	enum plb_orgtype afholder = plb_org_type(&s->afholder);

	if (afholder == PLB_ORG_INGEN || afholder == PLB_ORG_DFDG)
		s->afholder = t->h->ev.org;
	s->id = d->samtale_id;
	s->type1 = typer[0];
	s->type2 = d->samtaletyper.n > 1 ? typer[1] : 0;
	s->afholdt = d->afholdt;
	s->form = d->form;
	s->har_art = d->har_art;
	s->art = d->har_art ? d->art : SAMTALE_INDIVIDUEL;
	s->flere_myndigheder = d->flere_myndigheder;
	s->har_deltagelsesstatus = d->har_deltagelsesstatus;
	s->deltagelsesstatus = d->deltagelsesstatus;
	s->har_indkaldelse = d->har_indkaldelse;
	s->indkaldelse = d->indkaldelse_id;
	s->fra = t->h->ev.org;
	s->delt[DELT_KOMMUNE] = s->delt[DELT_AKASSE] = false;
	s->nr = f->naeste_nr++;
	s->stempel = *st;
}

static const struct afvisning *
samtale_form(const struct trin *t, const struct regelsaet *r)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	const int32_t *typer = d->samtaletyper.p;

	if (d->form < 0 || (d->har_art && d->art < 0) ||
	    (d->har_deltagelsesstatus && d->deltagelsesstatus < 0))
		return &FAKTA_FORM;
	if (r != NULL && d->samtaletyper.n == 2 && !regel_maa_sammenlaegges(r, typer[0], typer[1]))
		return &SAMMENLAEGNING;
	if (t->now.ms != PLB_TIME_UNSET.ms && d->afholdt.ms > t->now.ms + SKAEVHED_MS)
		return &FREMTID;
	return NULL;
}

const struct afvisning *
fakta_samtale_held(struct trin *t)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	struct forloeb *f = forloeb_med_samtale(t->p, d->samtale_id);
	struct stempel st = fakta_stempel(t);
	const struct afvisning *nej;
	struct samtale *s;

	if (d->samtaletyper.n < 1 || d->samtaletyper.n > 2)
		return &FAKTA_FORM;
	if (f == NULL)
		f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	if (f == NULL || !part_deltager(f, &t->h->ev.org))
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	nej = samtale_form(t, regel_forloeb(t->rr, f));
	if (nej != NULL)
		return nej;
	s = samtale_find(f, d->samtale_id);
	if (s != NULL && !stempel_nyere(&st, &s->stempel))
		return NULL;
	if (s == NULL) {
		s = plb_list_add(&f->samtaler, t->a, sizeof(*s), TING_MAX);
		if (s == NULL)
			return fakta_fuld(t, &f->samtaler, TING_MAX);
		s->modtaget = t->now;
	}
	skriv_samtale(t, f, s, &st);
	trin_gem(t, 's', s->id);
	return NULL;
}

/* ---- referater ---- */

static struct referat *
referat_find(struct forloeb *f, struct plb_uuid id)
{
	struct referat *r = f->referater.p;
	size_t i;

	for (i = 0; i < f->referater.n; i++)
		if (plb_uuid_eq(r[i].id, id))
			return &r[i];
	return NULL;
}

static bool
referat_nyere(int32_t version, const struct stempel *s, const struct referat *r)
{
	if (version != r->version)
		return version > r->version;
	return stempel_nyere(s, &r->stempel);
}

const struct afvisning *
fakta_referat_publiceret(struct trin *t)
{
	const struct referat_publiceret *d = &t->h->u.referat_publiceret;
	struct forloeb *f = forloeb_med_samtale(t->p, d->samtale_id);
	struct stempel st = fakta_stempel(t);
	struct referat *r;

	if (f == NULL || !part_deltager(f, &t->h->ev.org))
		return &UKENDT_SAMTALE;
	t->forloeb = f->id;
	r = referat_find(f, d->referat_id);
	if (r != NULL && !plb_org_eq(&r->forfatter, &t->h->ev.org))
		return &UKENDT_REFERAT;
	if (r != NULL && !referat_nyere(d->version, &st, r))
		return NULL;
	if (r == NULL)
		r = plb_list_add(&f->referater, t->a, sizeof(*r), TING_MAX);
	if (r == NULL)
		return fakta_fuld(t, &f->referater, TING_MAX);
	*r = (struct referat){.id = d->referat_id,
	    .samtale = d->samtale_id,
	    .version = d->version,
	    .har_deles = d->har_deles,
	    .deles = d->deles,
	    .forfatter = t->h->ev.org,
	    .nr = f->naeste_nr++,
	    .stempel = st};
	trin_gem(t, 'r', r->id);
	return NULL;
}
