// SPDX-License-Identifier: MPL-2.0
#include "fakta.h"

#include "part.h"

/* Most things of one kind in one course; far beyond any real one, so that a sender cannot grow the state without bound. */
#define FORLOEB_MAX 64
#define MAANEDER_MAX 480
#define TING_MAX 400
#define GAESTER_MAX 16

static const struct afvisning UKENDT_TILMELDING = { "ukendt", "/data/tilmeldingId", "Tilmeldingen er ikke kendt." };
static const struct afvisning UKENDT_PERSON = { "ukendt", "/data/cpr", "Personen har intet forløb, som afsenderen er part i." };
static const struct afvisning UKENDT_SAMTALE = { "ukendt", "/data/samtaleId", "Samtalen er ikke kendt." };
static const struct afvisning UKENDT_INDKALDELSE = { "ukendt", "/data/indkaldelseId", "Indkaldelsen er ikke kendt." };
static const struct afvisning IKKE_EGEN = { "ikke-egen", "/data/akassekode", "En a-kasse kan kun tilmelde egne medlemmer." };
static const struct afvisning INTET_REGELSAET = { "regelsaet", "/data/tilmeldingsdato", "Intet regelsæt gælder på tilmeldingsdatoen." };
static const struct afvisning SAMMENLAEGNING = { "sammenlaegning", "/data/samtaletyper", "Disse to samtaletyper kan ikke lægges sammen." };
static const struct afvisning FREMTID = { "fremtid", "/data/afholdt", "Samtalen kan ikke være afholdt i fremtiden." };
static const struct afvisning FORM = { "form", "/data", "Indholdet kan ikke læses." };
static const struct afvisning FOR_MANGE = { "for-mange", "/data", "Forløbet har flere registreringer, end det kan rumme." };
static const struct afvisning IKKE_UNDERSTOETTET = { "ikke-understoettet", "/type", "Hændelsestypen behandles endnu ikke." };

/* Sender's and our clock may differ by this much (contract § 1). */
#define SKAEVHED_MS (5 * 60 * 1000)

static struct stempel
stempel(const struct haendelse *h)
{
	return (struct stempel){ h->ev.time, h->ev.id };
}

/* ---- registration ---- */

static struct forloeb *
med_tilmelding(struct person *p, struct plb_uuid id)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;)
		if (plb_uuid_eq(f[i].tilmelding, id))
			return &f[i];
	return NULL;
}

/* The forløb that a registration under a new id continues: the one of the same benefit period, or without a word about the period the open one (contract § 7 "Forløb"). */
static struct forloeb *
fortsaettes(struct person *p, const struct member_registered *d)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;) {
		if (d->har_indplaceringsdato) {
			if (plb_dato_set(f[i].indplaceringsdato) && plb_dato_eq(f[i].indplaceringsdato, d->indplaceringsdato))
				return &f[i];
		} else if (!plb_dato_set(f[i].afmeldt)) {
			return &f[i];
		}
	}
	return NULL;
}

static struct forloeb *
nyt_forloeb(struct trin *t, const struct member_registered *d, const struct regelsaet *r)
{
	struct forloeb *f = plb_list_add(&t->p->forloeb, t->a, sizeof(*f), FORLOEB_MAX);
	struct plb_slice dele[3];

	if (f == NULL)
		return NULL;
	dele[0] = plb_slice_str("forloeb");
	dele[1] = plb_slice(t->h->ev.person.b, sizeof(t->h->ev.person.b));
	dele[2] = plb_slice(d->tilmelding_id.b, sizeof(d->tilmelding_id.b));
	f->id = plb_uuid5(PLB_UUID_NS, dele, 3);
	f->regelsaet = plb_slice_str(r->id);
	f->tilmeldingsdato = d->tilmeldingsdato;
	f->indplaceringsdato = PLB_DATO_NONE;
	f->foerste_dagpengedag = PLB_DATO_NONE;
	f->afmeldt = PLB_DATO_NONE;
	f->adressebeskyttet = true;
	f->naeste_nr = 1;
	return f;
}

static void
skriv_tilmelding(struct forloeb *f, const struct haendelse *h, bool ret_dato)
{
	const struct member_registered *d = &h->u.member_registered;

	f->tilmelding = d->tilmelding_id;
	if (ret_dato)
		f->tilmeldingsdato = d->tilmeldingsdato;
	if (d->har_indplaceringsdato)
		f->indplaceringsdato = d->indplaceringsdato;
	if (d->har_foerste_dagpengedag)
		f->foerste_dagpengedag = d->foerste_dagpengedag;
	f->akasse = plb_org_make(PLB_ORG_AKASSE, d->akassekode);
	f->kommune = plb_org_make(PLB_ORG_KOMMUNE, d->kommunekode);
	f->kategori = d->kategori;
	if (d->har_adressebeskyttet)
		f->adressebeskyttet = d->adressebeskyttet;
	f->tilmeldt = stempel(h);
}

/* A correction of a known registration, or one that continues a forløb. */
static const struct afvisning *
fortsaet(struct forloeb *f, const struct haendelse *h, bool kendt)
{
	struct stempel s = stempel(h);

	if (!part_maa_tale(f, &h->ev.org))
		return &UKENDT_TILMELDING;
	if (!stempel_nyere(&s, &f->tilmeldt))
		return NULL;
	skriv_tilmelding(f, h, kendt);
	if (plb_dato_set(f->afmeldt) && !kendt && stempel_nyere(&s, &f->afmeldelse)) {
		f->afmeldt = PLB_DATO_NONE;
		f->aflyst = false;
	}
	return NULL;
}

static const struct afvisning *
member_registered(struct trin *t)
{
	const struct member_registered *d = &t->h->u.member_registered;
	const struct regelsaet *r = regel_for(t->rr, d->tilmeldingsdato);
	struct forloeb *f = med_tilmelding(t->p, d->tilmelding_id);
	bool kendt = f != NULL;

	if (plb_org_type(&t->h->ev.org) == PLB_ORG_AKASSE && !plb_slice_is(d->akassekode, plb_org_kode(&t->h->ev.org)))
		return &IKKE_EGEN;
	if (r == NULL)
		return &INTET_REGELSAET;
	if (f == NULL)
		f = fortsaettes(t->p, d);
	if (f != NULL)
		return fortsaet(f, t->h, kendt);
	f = nyt_forloeb(t, d, r);
	if (f == NULL)
		return &FOR_MANGE;
	skriv_tilmelding(f, t->h, true);
	return NULL;
}

static const struct afvisning *
member_deregistered(struct trin *t)
{
	const struct member_deregistered *d = &t->h->u.member_deregistered;
	struct forloeb *f = med_tilmelding(t->p, d->tilmelding_id);
	struct stempel s = stempel(t->h);

	if (f == NULL || !part_maa_tale(f, &t->h->ev.org))
		return &UKENDT_TILMELDING;
	if (plb_dato_set(f->afmeldt) && !stempel_nyere(&s, &f->afmeldelse))
		return NULL;
	f->afmeldt = d->afmeldingsdato;
	f->afmeldt_aarsag = d->aarsag;
	f->afmeldelse = s;
	return NULL;
}

/* ---- hours ---- */

static const struct afvisning *
timer_indberettet(struct trin *t)
{
	const struct timer_indberettet *d = &t->h->u.timer_indberettet;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org);
	struct stempel s = stempel(t->h);
	struct maanedstimer *m;
	struct plb_maaned maaned;
	size_t i;

	if (plb_maaned_parse(d->dagpengemaaned, &maaned) != PLB_OK || d->udbetalte_timer_c < 0)
		return &FORM;
	if (f == NULL)
		return &UKENDT_PERSON;
	m = f->timer.p;
	for (i = 0; i < f->timer.n; i++)
		if (m[i].maaned.n == maaned.n && plb_org_eq(&m[i].akasse, &t->h->ev.org))
			break;
	if (i == f->timer.n) {
		m = plb_list_add(&f->timer, t->a, sizeof(*m), MAANEDER_MAX);
		if (m == NULL)
			return &FOR_MANGE;
	} else {
		m += i;
		if (!stempel_nyere(&s, &m->stempel))
			return NULL;
	}
	*m = (struct maanedstimer){ maaned, t->h->ev.org, d->udbetalte_timer_c, s };
	return NULL;
}

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

static void
skriv_samtale(struct trin *t, struct forloeb *f, struct samtale *s)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	const int32_t *typer = d->samtaletyper.p;

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
	s->afholder = t->h->ev.org;
	s->delt = false;
	s->nr = f->naeste_nr++;
	s->stempel = stempel(t->h);
}

static const struct afvisning *
samtale_held(struct trin *t)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org);
	struct stempel st = stempel(t->h);
	const struct regelsaet *r;
	const int32_t *typer = d->samtaletyper.p;
	struct samtale *s;

	if (d->samtaletyper.n < 1 || d->samtaletyper.n > 2)
		return &FORM;
	if (f == NULL)
		return &UKENDT_PERSON;
	r = regel_find(t->rr, f->regelsaet);
	if (r != NULL && d->samtaletyper.n == 2 && !regel_maa_sammenlaegges(r, typer[0], typer[1]))
		return &SAMMENLAEGNING;
	if (t->now.ms != PLB_TIME_UNSET.ms && d->afholdt.ms > t->now.ms + SKAEVHED_MS)
		return &FREMTID;
	s = samtale_find(f, d->samtale_id);
	if (s != NULL && !stempel_nyere(&st, &s->stempel))
		return NULL;
	if (s == NULL) {
		s = plb_list_add(&f->samtaler, t->a, sizeof(*s), TING_MAX);
		if (s == NULL)
			return &FOR_MANGE;
		s->modtaget = t->now;
	}
	skriv_samtale(t, f, s);
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

/* A conversation about availability (15) alone is the a-kasse's own business unless it says otherwise (contract § 2, delesMedKommune). */
static bool
deles(const struct referat_publiceret *d, const struct samtale *s)
{
	if (d->har_deles)
		return d->deles;
	return !(s->type1 == 15 && s->type2 == 0);
}

static bool
referat_nyere(int32_t version, const struct stempel *s, const struct referat *r)
{
	if (version != r->version)
		return version > r->version;
	return stempel_nyere(s, &r->stempel);
}

static const struct afvisning *
referat_publiceret(struct trin *t)
{
	const struct referat_publiceret *d = &t->h->u.referat_publiceret;
	struct forloeb *f = forloeb_med_samtale(t->p, d->samtale_id);
	struct stempel st = stempel(t->h);
	struct referat *r;

	if (f == NULL || !part_maa_tale(f, &t->h->ev.org))
		return &UKENDT_SAMTALE;
	r = referat_find(f, d->referat_id);
	if (r != NULL && !referat_nyere(d->version, &st, r))
		return NULL;
	if (r == NULL)
		r = plb_list_add(&f->referater, t->a, sizeof(*r), TING_MAX);
	if (r == NULL)
		return &FOR_MANGE;
	*r = (struct referat){ .id = d->referat_id, .samtale = d->samtale_id, .version = d->version,
		.deles = deles(d, samtale_find(f, d->samtale_id)), .forfatter = t->h->ev.org, .nr = f->naeste_nr++,
		.stempel = st };
	trin_gem(t, 'r', r->id);
	return NULL;
}

/* ---- summonses ---- */

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

static bool
laes_gaester(struct trin *t, const struct plb_list *navne, struct plb_list *ud)
{
	const struct plb_slice *s = navne->p;
	struct plb_org *o;
	size_t i;

	*ud = (struct plb_list){ NULL, 0 };
	for (i = 0; i < navne->n; i++) {
		o = plb_list_add(ud, t->a, sizeof(*o), GAESTER_MAX);
		if (o == NULL || plb_org_parse(s[i], o) != PLB_OK)
			return false;
	}
	return true;
}

static bool
er_gaest(const struct plb_list *gaester, const struct plb_org *org)
{
	const struct plb_org *o = gaester->p;
	size_t i;

	for (i = 0; i < gaester->n; i++)
		if (plb_org_eq(&o[i], org))
			return true;
	return false;
}

/* To every guest and to the responsible, at once; a guest who was not there before first gets the summons as it was made. */
static void
indkaldelse_relae(struct trin *t, struct forloeb *f, const struct indkaldelse *k, const struct plb_list *foer, bool ny)
{
	const struct plb_org *g = k->gaester.p;
	const struct plb_org *ansvarlig = part_ansvarlig(f);
	struct effekt *e;
	size_t i;

	for (i = 0; i < k->gaester.n; i++) {
		if (plb_org_eq(&g[i], &t->h->ev.org) || plb_org_eq(&g[i], ansvarlig))
			continue;
		if (!ny && !er_gaest(foer, &g[i])) {
			e = trin_besked(t, f, EFFEKT_RELAE_GEMT, &g[i]);
			if (e != NULL)
				e->emne = (struct emne){ 'i', k->id };
		}
		(void)trin_besked(t, f, EFFEKT_RELAE, &g[i]);
	}
	if (!plb_org_eq(ansvarlig, &t->h->ev.org))
		(void)trin_besked(t, f, EFFEKT_RELAE, ansvarlig);
}

static const struct afvisning *
indkaldelse_skrevet(struct trin *t)
{
	const struct indkaldelse_oprettet *d = &t->h->u.indkaldelse_oprettet;
	bool opret = t->h->type == HAENDELSE_INDKALDELSE_OPRETTET;
	struct forloeb *f = NULL;
	struct indkaldelse *k = indkaldelse_find(t->p, d->indkaldelse_id, &f);
	struct stempel st = stempel(t->h);
	struct plb_list foer = { NULL, 0 }, gaester;
	bool ny = k == NULL;

	if (ny && !opret)
		return &UKENDT_INDKALDELSE;
	if (ny)
		f = part_forloeb(t->p, &t->h->ev.org);
	if (f == NULL || !part_maa_tale(f, &t->h->ev.org))
		return &UKENDT_PERSON;
	if (!laes_gaester(t, &d->gaester, &gaester))
		return &FORM;
	if (!ny && !stempel_nyere(&st, &k->stempel))
		return NULL;
	if (ny)
		k = plb_list_add(&f->indkaldelser, t->a, sizeof(*k), TING_MAX);
	if (k == NULL)
		return &FOR_MANGE;
	foer = k->gaester;
	*k = (struct indkaldelse){ d->indkaldelse_id, d->samtaletype, d->art, d->start, t->h->ev.org, gaester, false, st };
	indkaldelse_relae(t, f, k, &foer, ny);
	if (opret)
		trin_gem(t, 'i', k->id);
	return NULL;
}

static const struct afvisning *
indkaldelse_annulleret(struct trin *t)
{
	struct forloeb *f = NULL;
	struct indkaldelse *k = indkaldelse_find(t->p, t->h->u.indkaldelse_annulleret.indkaldelse_id, &f);
	struct stempel st = stempel(t->h);

	if (k == NULL || !part_maa_tale(f, &t->h->ev.org))
		return &UKENDT_INDKALDELSE;
	if (k->annulleret || !stempel_nyere(&st, &k->stempel))
		return NULL;
	k->annulleret = true;
	k->stempel = st;
	indkaldelse_relae(t, f, k, &k->gaester, true);
	trin_glem(t, 'i', k->id);
	return NULL;
}

typedef const struct afvisning *fakta_fn(struct trin *t);

static fakta_fn *const handlers[HAENDELSE_TYPER] = {
	[HAENDELSE_MEMBER_REGISTERED] = member_registered,
	[HAENDELSE_MEMBER_DEREGISTERED] = member_deregistered,
	[HAENDELSE_TIMER_INDBERETTET] = timer_indberettet,
	[HAENDELSE_SAMTALE_HELD] = samtale_held,
	[HAENDELSE_REFERAT_PUBLICERET] = referat_publiceret,
	[HAENDELSE_INDKALDELSE_OPRETTET] = indkaldelse_skrevet,
	[HAENDELSE_INDKALDELSE_AENDRET] = indkaldelse_skrevet,
	[HAENDELSE_INDKALDELSE_ANNULLERET] = indkaldelse_annulleret,
};

const struct afvisning *
fakta_tag(struct trin *t)
{
	fakta_fn *fn = handlers[t->h->type];
	const struct afvisning *nej;

	if (fn == NULL)
		return &IKKE_UNDERSTOETTET;
	nej = fn(t);
	if (nej == NULL && t->h->cpr_forseglet.p != NULL) {
		t->p->cpr_kilde = t->h->cpr_kilde;
		t->p->cpr_id = t->h->cpr_id;
		t->p->cpr_forseglet = t->h->cpr_forseglet;
	}
	return nej;
}
