// SPDX-License-Identifier: MPL-2.0
#include "fakta_int.h"

/* Sender's and our clock may differ by this much (contract § 1). */
#define SKAEVHED_MS (5 * 60 * 1000)

static const struct afvisning UKENDT_SAMTALE = {
    "ukendt", "/data/samtaleId", "Samtalen er ikke kendt."};
static const struct afvisning UKENDT_REFERAT = {
    "ukendt", "/data/referatId", "Referatet er ikke kendt."};
static const struct afvisning UKENDT_INDKALDELSE = {
    "ukendt", "/data/indkaldelseId", "Indkaldelsen er ikke kendt."};
static const struct afvisning SAMTALETYPE = {"samtaletype", "/data/samtaletyper",
    "Samtaletypen kan ikke registreres i dette forløb. Ret typen og send hændelsen igen."};
static const struct afvisning SAMMENLAEGNING = {"sammenlaegning", "/data/samtaletyper",
    "Disse to samtaletyper kan ikke lægges sammen. Send dem som to samtaler."};
static const struct afvisning FREMTID = {"fremtid", "/data/afholdt",
    "Samtalen kan ikke være afholdt i fremtiden. Send den, når den er holdt."};

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

struct forloeb *
fakta_forloeb_med_samtale(struct person *p, struct plb_uuid samtale)
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
	s->tilbagekaldt = false;
	s->foer_delt = levering_til(&s->leveringer, fakta_kommende(f)) != NULL;
	s->nr = f->naeste_nr++;
	s->stempel = *st;
}

/* May conversations of these types be told under this rule set? */
static bool
typer_maa(const struct regelsaet *r, const struct plb_list *typer)
{
	const int32_t *type = typer->p;
	size_t i, j;

	for (i = 0; i < typer->n && r->n_samtaletyper > 0; i++) {
		for (j = 0; j < r->n_samtaletyper && r->samtaletyper[j] != type[i]; j++)
			;
		if (j == r->n_samtaletyper)
			return false;
	}
	return true;
}

static const struct afvisning *
samtale_form(const struct trin *t, const struct regelsaet *r)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	const int32_t *typer = d->samtaletyper.p;

	if (d->form < 0 || (d->har_art && d->art < 0) ||
	    (d->har_deltagelsesstatus && d->deltagelsesstatus < 0))
		return &FAKTA_FORM;
	if (r != NULL && !typer_maa(r, &d->samtaletyper))
		return &SAMTALETYPE;
	if (r != NULL && d->samtaletyper.n == 2 && !regel_maa_sammenlaegges(r, typer[0], typer[1]))
		return &SAMMENLAEGNING;
	if (t->now.ms != PLB_TIME_UNSET.ms && d->afholdt.ms > t->now.ms + SKAEVHED_MS)
		return &FREMTID;
	return NULL;
}

/* A conversation as it now stands, told for the first time or corrected. What of the older is still
 * under way is taken back. */
static const struct afvisning *
samtale_skrevet(struct trin *t, struct forloeb *f)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	struct stempel st = fakta_stempel(t);
	const struct afvisning *nej = samtale_form(t, regel_forloeb(t->rr, f));
	struct samtale *s = samtale_find(f, d->samtale_id);

	t->forloeb = f->id;
	if (nej != NULL)
		return nej;
	if (d->har_indkaldelse && !fakta_indkaldelse_kendt(f, d->indkaldelse_id))
		return fakta_vent(t, &UKENDT_INDKALDELSE, VENTER_INDKALDELSE, d->indkaldelse_id);
	if (s != NULL && !stempel_nyere(&st, &s->stempel))
		return NULL;
	if (s == NULL) {
		s = plb_list_add(&f->samtaler, t->a, sizeof(*s), TING_MAX);
		if (s == NULL)
			return fakta_fuld(t, &f->samtaler, TING_MAX);
		s->modtaget = t->modtaget;
	}
	levering_tilbagekald(t, f, &s->leveringer, false, TILBAGEKALDT_RETTET);
	skriv_samtale(t, f, s, &st);
	trin_gem(t, 's', s->id);
	return NULL;
}

const struct afvisning *
fakta_samtale_held(struct trin *t)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	struct forloeb *f = fakta_forloeb_med_samtale(t->p, d->samtale_id);
	struct plb_dato dag = plb_time_dato(d->afholdt);

	if (d->samtaletyper.n < 1 || d->samtaletyper.n > 2)
		return &FAKTA_FORM;
	if (f == NULL)
		f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	if (f == NULL)
		f = part_forloeb_paa(t->p, &t->h->ev.org, dag);
	if (f == NULL || !part_deltager_om(f, &t->h->ev.org, dag))
		return &FAKTA_UKENDT_PERSON;
	return samtale_skrevet(t, f);
}

const struct afvisning *
fakta_samtale_korrigeret(struct trin *t)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	struct forloeb *f = fakta_forloeb_med_samtale(t->p, d->samtale_id);

	if (d->samtaletyper.n < 1 || d->samtaletyper.n > 2)
		return &FAKTA_FORM;
	if (f == NULL || !part_deltager_om(f, &t->h->ev.org, plb_time_dato(d->afholdt)))
		return fakta_vent(t, &UKENDT_SAMTALE, VENTER_SAMTALE, d->samtale_id);
	return samtale_skrevet(t, f);
}

/* About a conversation that the forløb knows: a party, or the a-kasse of that day. */
static bool
maa_tale_om(struct forloeb *f, const struct plb_org *org, struct plb_uuid samtale)
{
	return part_deltager_om(f, org, plb_time_dato(samtale_find(f, samtale)->afholdt));
}

/* What is known of the conversation stays, so that those who got it can be told. */
const struct afvisning *
fakta_samtale_tilbagekaldt(struct trin *t)
{
	struct plb_uuid id = t->h->u.navngivet;
	struct forloeb *f = fakta_forloeb_med_samtale(t->p, id);
	struct stempel st = fakta_stempel(t);
	struct referat *r;
	struct samtale *s;
	size_t i;

	if (f == NULL || !maa_tale_om(f, &t->h->ev.org, id))
		return fakta_vent(t, &UKENDT_SAMTALE, VENTER_SAMTALE, id);
	t->forloeb = f->id;
	s = samtale_find(f, id);
	if (!stempel_nyere(&st, &s->stempel))
		return NULL;
	levering_tilbagekald(t, f, &s->leveringer, false, TILBAGEKALDT_TILBAGEKALDT);
	r = f->referater.p;
	for (i = 0; i < f->referater.n; i++)
		if (plb_uuid_eq(r[i].samtale, id))
			levering_tilbagekald(
			    t, f, &r[i].leveringer, true, TILBAGEKALDT_TILBAGEKALDT);
	s->tilbagekaldt = true;
	s->fra = t->h->ev.org;
	s->nr = f->naeste_nr++;
	s->stempel = st;
	trin_gem(t, 's', id);
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

static struct referat *
referat_i(struct person *p, struct plb_uuid id, struct forloeb **ud)
{
	struct forloeb *f = p->forloeb.p;
	struct referat *r = NULL;
	size_t i;

	for (i = p->forloeb.n; i-- > 0 && r == NULL;) {
		r = referat_find(&f[i], id);
		*ud = &f[i];
	}
	return r;
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
	struct forloeb *f = fakta_forloeb_med_samtale(t->p, d->samtale_id);
	struct stempel st = fakta_stempel(t);
	struct referat *r;

	if (f == NULL || !maa_tale_om(f, &t->h->ev.org, d->samtale_id))
		return fakta_vent(t, &UKENDT_SAMTALE, VENTER_SAMTALE, d->samtale_id);
	t->forloeb = f->id;
	r = referat_find(f, d->referat_id);
	if (r != NULL && !plb_org_eq(&r->forfatter, &t->h->ev.org))
		return fakta_vent(t, &UKENDT_REFERAT, VENTER_REFERAT, d->referat_id);
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
	    .leveringer = r->leveringer,
	    .foer_delt = levering_til(&r->leveringer, fakta_kommende(f)) != NULL,
	    .stempel = st};
	trin_gem(t, 'r', r->id);
	return NULL;
}

/* At once to whoever got it or was to get it; the text is forgotten. */
const struct afvisning *
fakta_referat_tilbagekaldt(struct trin *t)
{
	struct plb_uuid id = t->h->u.navngivet;
	struct forloeb *f = NULL;
	struct referat *r = referat_i(t->p, id, &f);
	struct stempel st = fakta_stempel(t);
	struct afsendt *l;
	size_t i;

	if (r == NULL || !plb_org_eq(&r->forfatter, &t->h->ev.org))
		return fakta_vent(t, &UKENDT_REFERAT, VENTER_REFERAT, id);
	t->forloeb = f->id;
	if (r->tilbagekaldt || !stempel_nyere(&st, &r->stempel))
		return NULL;
	r->tilbagekaldt = true;
	r->nr = f->naeste_nr++;
	r->stempel = st;
	levering_tilbagekald(t, f, &r->leveringer, false, TILBAGEKALDT_TILBAGEKALDT);
	l = r->leveringer.p;
	for (i = 0; i < r->leveringer.n; i++)
		(void)trin_besked(t, f, EFFEKT_RELAE, &l[i].til);
	trin_glem(t, 'r', id);
	return NULL;
}
