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
static const struct afvisning UKENDT_REFERAT = { "ukendt", "/data/referatId", "Referatet er ikke kendt." };
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
stempel(struct trin *t)
{
	struct stempel s = { t->h->ev.time, kort_id(t->a, t->h->ev.id) };

	if (s.id.p == NULL)
		t->fejl = PLB_E_FOR_STOR;
	return s;
}

/* No room for one more: the course is full, or else the step's memory. */
static const struct afvisning *
fuld(struct trin *t, const struct plb_list *l, size_t max)
{
	if (l->n < max)
		t->fejl = PLB_E_FOR_STOR;
	return &FOR_MANGE;
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

/* Another kommune has got nothing yet. */
static void
ny_modtager(struct forloeb *f, enum delt_til til)
{
	struct samtale *s = f->samtaler.p;
	struct referat *r = f->referater.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		s[i].delt[til] = false;
	for (i = 0; i < f->referater.n; i++)
		r[i].delt[til] = false;
}

static void
skriv_tilmelding(struct forloeb *f, const struct member_registered *d, const struct stempel *s, bool ret_dato)
{
	struct plb_org akasse = plb_org_make(PLB_ORG_AKASSE, d->akassekode);
	struct plb_org kommune = plb_org_make(PLB_ORG_KOMMUNE, d->kommunekode);

	f->tilmelding = d->tilmelding_id;
	if (ret_dato)
		f->tilmeldingsdato = d->tilmeldingsdato;
	if (d->har_indplaceringsdato)
		f->indplaceringsdato = d->indplaceringsdato;
	if (d->har_foerste_dagpengedag)
		f->foerste_dagpengedag = d->foerste_dagpengedag;
	if (!plb_org_eq(&f->akasse, &akasse))
		ny_modtager(f, DELT_AKASSE);
	if (!plb_org_eq(&f->kommune, &kommune) && !f->due.sendt)
		ny_modtager(f, DELT_KOMMUNE);
	f->akasse = akasse;
	f->kommune = kommune;
	f->kategori = d->kategori;
	if (d->har_adressebeskyttet)
		f->adressebeskyttet = d->adressebeskyttet;
	f->tilmeldt = *s;
}

/* May this sender write this registration into a forløb that exists? Who is party to it; and of an ended one an a-kasse that registers its new member. */
static bool
maa_fortsaette(const struct forloeb *f, const struct plb_org *org, bool kendt)
{
	if (part_maa_tale(f, org))
		return true;
	return !kendt && plb_dato_set(f->afmeldt) && plb_org_type(org) == PLB_ORG_AKASSE;
}

/* A correction of a known registration, or one that continues a forløb. */
static const struct afvisning *
fortsaet(struct trin *t, struct forloeb *f, bool kendt)
{
	struct stempel s = stempel(t);

	if (!maa_fortsaette(f, &t->h->ev.org, kendt))
		return &UKENDT_TILMELDING;
	t->forloeb = f->id;
	if (!stempel_nyere(&s, &f->tilmeldt))
		return NULL;
	skriv_tilmelding(f, &t->h->u.member_registered, &s, kendt);
	if (plb_dato_set(f->afmeldt) && !kendt && stempel_nyere(&s, &f->afmeldelse))
		f->afmeldt = PLB_DATO_NONE;
	return NULL;
}

static bool
kode_passer(enum plb_orgtype type, struct plb_slice kode)
{
	struct plb_org o = plb_org_make(type, kode);

	return plb_org_type(&o) == type;
}

static const struct afvisning *
member_registered(struct trin *t)
{
	const struct member_registered *d = &t->h->u.member_registered;
	const struct regelsaet *r = regel_for(t->rr, d->tilmeldingsdato);
	struct forloeb *f = med_tilmelding(t->p, d->tilmelding_id);
	bool kendt = f != NULL;
	struct stempel s;

	if (d->kategori < 0 || !kode_passer(PLB_ORG_AKASSE, d->akassekode) || !kode_passer(PLB_ORG_KOMMUNE, d->kommunekode))
		return &FORM;
	if (plb_org_type(&t->h->ev.org) == PLB_ORG_AKASSE && !plb_slice_is(d->akassekode, plb_org_kode(&t->h->ev.org)))
		return &IKKE_EGEN;
	if (r == NULL)
		return &INTET_REGELSAET;
	if (f == NULL)
		f = fortsaettes(t->p, d);
	if (f != NULL)
		return fortsaet(t, f, kendt);
	f = nyt_forloeb(t, d, r);
	if (f == NULL)
		return fuld(t, &t->p->forloeb, FORLOEB_MAX);
	t->forloeb = f->id;
	s = stempel(t);
	skriv_tilmelding(f, d, &s, true);
	return NULL;
}

static const struct afvisning *
member_deregistered(struct trin *t)
{
	const struct member_deregistered *d = &t->h->u.member_deregistered;
	struct forloeb *f = med_tilmelding(t->p, d->tilmelding_id);
	struct stempel s = stempel(t);

	if (f == NULL || !part_maa_tale(f, &t->h->ev.org))
		return &UKENDT_TILMELDING;
	t->forloeb = f->id;
	if (plb_dato_set(f->afmeldt) && !stempel_nyere(&s, &f->afmeldelse))
		return NULL;
	f->afmeldt = d->afmeldingsdato;
	f->afmeldelse = s;
	return NULL;
}

/* ---- hours ---- */

static const struct afvisning *
timer_indberettet(struct trin *t)
{
	const struct timer_indberettet *d = &t->h->u.timer_indberettet;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	struct stempel s = stempel(t);
	struct maanedstimer *m;
	struct plb_maaned maaned;
	size_t i;

	if (plb_maaned_parse(d->dagpengemaaned, &maaned) != PLB_OK || d->udbetalte_timer_c < 0)
		return &FORM;
	if (f == NULL)
		return &UKENDT_PERSON;
	t->forloeb = f->id;
	m = f->timer.p;
	for (i = 0; i < f->timer.n; i++)
		if (m[i].maaned.n == maaned.n && plb_org_eq(&m[i].akasse, &t->h->ev.org))
			break;
	if (i == f->timer.n) {
		m = plb_list_add(&f->timer, t->a, sizeof(*m), MAANEDER_MAX);
		if (m == NULL)
			return fuld(t, &f->timer, MAANEDER_MAX);
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

/* What stays when a conversation is told again: who held it, when it was first heard of, that its referat has been asked for. */
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

	if (d->form < 0 || (d->har_art && d->art < 0) || (d->har_deltagelsesstatus && d->deltagelsesstatus < 0))
		return &FORM;
	if (r != NULL && d->samtaletyper.n == 2 && !regel_maa_sammenlaegges(r, typer[0], typer[1]))
		return &SAMMENLAEGNING;
	if (t->now.ms != PLB_TIME_UNSET.ms && d->afholdt.ms > t->now.ms + SKAEVHED_MS)
		return &FREMTID;
	return NULL;
}

static const struct afvisning *
samtale_held(struct trin *t)
{
	const struct samtale_held *d = &t->h->u.samtale_held;
	struct forloeb *f = forloeb_med_samtale(t->p, d->samtale_id);
	struct stempel st = stempel(t);
	const struct afvisning *nej;
	struct samtale *s;

	if (d->samtaletyper.n < 1 || d->samtaletyper.n > 2)
		return &FORM;
	if (f == NULL)
		f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	if (f == NULL || !part_deltager(f, &t->h->ev.org))
		return &UKENDT_PERSON;
	t->forloeb = f->id;
	nej = samtale_form(t, regel_find(t->rr, f->regelsaet));
	if (nej != NULL)
		return nej;
	s = samtale_find(f, d->samtale_id);
	if (s != NULL && !stempel_nyere(&st, &s->stempel))
		return NULL;
	if (s == NULL) {
		s = plb_list_add(&f->samtaler, t->a, sizeof(*s), TING_MAX);
		if (s == NULL)
			return fuld(t, &f->samtaler, TING_MAX);
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

static const struct afvisning *
referat_publiceret(struct trin *t)
{
	const struct referat_publiceret *d = &t->h->u.referat_publiceret;
	struct forloeb *f = forloeb_med_samtale(t->p, d->samtale_id);
	struct stempel st = stempel(t);
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
		return fuld(t, &f->referater, TING_MAX);
	*r = (struct referat){ .id = d->referat_id, .samtale = d->samtale_id, .version = d->version,
		.har_deles = d->har_deles, .deles = d->deles, .forfatter = t->h->ev.org, .nr = f->naeste_nr++,
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

/* To every guest and to the responsible, at once; a guest who was not there before first gets the summons as it was made, where that is kept. */
static void
indkaldelse_relae(struct trin *t, struct forloeb *f, const struct indkaldelse *k, const struct plb_list *foer, bool gemt)
{
	const struct plb_org *g = k->gaester.p;
	const struct plb_org *ansvarlig = part_ansvarlig(f);
	struct effekt *e;
	size_t i;

	for (i = 0; i < k->gaester.n; i++) {
		if (plb_org_eq(&g[i], &t->h->ev.org) || plb_org_eq(&g[i], ansvarlig))
			continue;
		if (gemt && !part_naevnt(foer, &g[i])) {
			e = trin_besked(t, f, EFFEKT_RELAE_GEMT, &g[i]);
			if (e != NULL)
				e->emne = (struct emne){ 'i', k->id };
		}
		(void)trin_besked(t, f, EFFEKT_RELAE, &g[i]);
	}
	if (!plb_org_eq(ansvarlig, &t->h->ev.org))
		(void)trin_besked(t, f, EFFEKT_RELAE, ansvarlig);
}

/* A guest who is one no more, and is not responsible either, has nothing to come to. */
static void
indkaldelse_forlad(struct trin *t, struct forloeb *f, const struct indkaldelse *k, const struct plb_list *foer)
{
	const struct plb_org *g = foer->p;
	struct effekt *e;
	size_t i;

	for (i = 0; i < foer->n; i++) {
		if (part_naevnt(&k->gaester, &g[i]) || plb_org_eq(&g[i], part_ansvarlig(f)) || plb_org_eq(&g[i], &t->h->ev.org))
			continue;
		e = trin_lavet(t, f, LAVET_INDKALDELSE_ANNULLERET, &g[i], &k->id);
		if (e != NULL)
			e->u.indkaldelse_annulleret = k->id;
	}
}

static const struct afvisning *
indkaldelse_skrevet(struct trin *t)
{
	const struct indkaldelse_oprettet *d = &t->h->u.indkaldelse_oprettet;
	bool opret = t->h->type == HAENDELSE_INDKALDELSE_OPRETTET;
	struct forloeb *f = NULL;
	struct indkaldelse *k = indkaldelse_find(t->p, d->indkaldelse_id, &f);
	struct stempel st = stempel(t);
	struct plb_list foer = { NULL, 0 }, gaester;
	bool ny = k == NULL, gemt = !opret && !ny && !k->annulleret;

	if (ny && !opret)
		return &UKENDT_INDKALDELSE;
	if (ny)
		f = part_forloeb(t->p, &t->h->ev.org, part_deltager);
	if (f == NULL || !part_deltager(f, &t->h->ev.org))
		return ny ? &UKENDT_PERSON : &UKENDT_INDKALDELSE;
	t->forloeb = f->id;
	if (!laes_gaester(t, &d->gaester, &gaester))
		return &FORM;
	if (!ny && !stempel_nyere(&st, &k->stempel))
		return NULL;
	if (ny)
		k = plb_list_add(&f->indkaldelser, t->a, sizeof(*k), TING_MAX);
	if (k == NULL)
		return fuld(t, &f->indkaldelser, TING_MAX);
	foer = k->gaester;
	*k = (struct indkaldelse){ d->indkaldelse_id, d->samtaletype, d->art, d->start, t->h->ev.org, gaester, false, st };
	indkaldelse_forlad(t, f, k, &foer);
	indkaldelse_relae(t, f, k, &foer, gemt);
	if (opret)
		trin_gem(t, 'i', k->id);
	return NULL;
}

static const struct afvisning *
indkaldelse_annulleret(struct trin *t)
{
	struct forloeb *f = NULL;
	struct indkaldelse *k = indkaldelse_find(t->p, t->h->u.indkaldelse_annulleret.indkaldelse_id, &f);
	struct stempel st = stempel(t);

	if (k == NULL || !part_deltager(f, &t->h->ev.org))
		return &UKENDT_INDKALDELSE;
	t->forloeb = f->id;
	if (k->annulleret || !stempel_nyere(&st, &k->stempel))
		return NULL;
	k->annulleret = true;
	k->stempel = st;
	indkaldelse_relae(t, f, k, &k->gaester, false);
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
	if (nej == NULL && t->h->har_forseglet && t->h->forseglet.cpr.p != NULL &&
	    (t->p->forseglet.cpr.p == NULL || t->h->type == HAENDELSE_MEMBER_REGISTERED))
		t->p->forseglet = t->h->forseglet;
	return nej;
}
