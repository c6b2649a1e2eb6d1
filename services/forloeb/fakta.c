// SPDX-License-Identifier: MPL-2.0
#include "dagpengetimer.h"
#include "fakta_int.h"
#include "medlemskab.h"

#define FORLOEB_MAX 64
#define MAANEDER_MAX 480

const struct afvisning FAKTA_UKENDT_PERSON = {
    "ukendt", "/data/cpr", "Personen har intet forløb, som afsenderen er part i."};
const struct afvisning FAKTA_FLYTTET = {"identitet", "/data/cpr",
    "Personen har skiftet CPR-nummer, mens hændelsen var undervejs. Send den igen med et nyt id."};
const struct afvisning FAKTA_FORM = {"form", "/data", "Indholdet kan ikke læses."};
const struct afvisning FAKTA_UKENDT_TILMELDING = {
    "ukendt", "/data/tilmeldingId", "Tilmeldingen er ikke kendt."};
static const struct afvisning IKKE_EGEN = {
    "ikke-egen", "/data/akassekode", "En a-kasse kan kun tilmelde egne medlemmer."};
static const struct afvisning INTET_REGELSAET = {
    "regelsaet", "/data/tilmeldingsdato", "Intet regelsæt gælder på tilmeldingsdatoen."};
static const struct afvisning FOR_MANGE_TIMER = {"timer-over-norm", "/data/udbetalteTimer",
    "En måned kan ikke have flere udbetalte timer end normen for en deltidsforsikret. Ret timerne, "
    "eller meld den nye kategori, og send hændelsen igen med et nyt id."};
static const struct afvisning IKKE_UNDERSTOETTET = {
    "ikke-understoettet", "/type", "Hændelsestypen behandles endnu ikke."};
static const struct afvisning FOR_MANGE = {
    "for-mange", "/data", "Forløbet har flere registreringer, end det kan rumme."};

struct stempel
fakta_stempel(struct trin *t)
{
	struct stempel s = {t->h->ev.time, kort_id(t->a, t->h->ev.id)};

	if (s.id.p == NULL)
		t->fejl = PLB_E_FOR_STOR;
	return s;
}

const struct afvisning *
fakta_vent(struct trin *t, const struct afvisning *nej, enum venter_paa paa, struct plb_uuid id)
{
	t->venter_paa = paa;
	t->venter_id = id;
	return nej;
}

const struct afvisning *
fakta_krav(struct trin *t)
{
	/* As to an unknown person, so that nobody learns by a claim who is known. */
	static const struct afvisning nej = {
	    "ukendt", "/data/cpr", "Personen har intet forløb, som afsenderen er part i."};

	return fakta_vent(t, &nej, VENTER_KRAV, (struct plb_uuid){{0}});
}

const struct afvisning *
fakta_fuld(struct trin *t, const struct plb_list *l, size_t max)
{
	if (l->n < max)
		t->fejl = PLB_E_FOR_STOR;
	return &FOR_MANGE;
}

const struct plb_org *
fakta_kommende(const struct forloeb *f)
{
	return f->due.sendt ? &f->due.til : &f->kommune;
}

void
fakta_opdater(struct trin *t, struct forloeb *f)
{
	struct plb_org foer = f->kommune;

	medlemskab_opdater(f, trin_idag(t, f));
	if (plb_org_type(&foer) != PLB_ORG_INGEN && !plb_org_eq(&foer, &f->kommune))
		levering_forlad(t, f, &foer);
}

/* ---- registration ---- */

struct forloeb *
fakta_med_tilmelding(struct person *p, struct plb_uuid id)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;)
		if (plb_uuid_eq(f[i].tilmelding, id))
			return &f[i];
	return NULL;
}

/* The forløb that a registration under a new id continues: the one of the same benefit period, or
 * without a word about the period the open one (contract § 7 "Forløb"). */
static struct forloeb *
fortsaettes(struct person *p, const struct member_registered *d)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;) {
		if (d->har_indplaceringsdato) {
			if (plb_dato_set(f[i].indplaceringsdato) &&
			    plb_dato_eq(f[i].indplaceringsdato, d->indplaceringsdato))
				return &f[i];
		} else if (!plb_dato_set(f[i].afmeldt)) {
			return &f[i];
		}
	}
	return NULL;
}

/* A forløb is named after the registration that began it. */
static struct plb_uuid
forloeb_id(const struct trin *t, const struct member_registered *d)
{
	struct plb_slice dele[3] = {plb_slice_str("forloeb"),
	    plb_slice(t->h->ev.person.b, sizeof(t->h->ev.person.b)),
	    plb_slice(d->tilmelding_id.b, sizeof(d->tilmelding_id.b))};

	return plb_uuid5(PLB_UUID_NS, dele, 3);
}

static struct forloeb *
nyt_forloeb(struct trin *t, const struct member_registered *d)
{
	struct forloeb *f = plb_list_add(&t->p->forloeb, t->a, sizeof(*f), FORLOEB_MAX);

	if (f == NULL)
		return NULL;
	f->id = forloeb_id(t, d);
	f->indplaceringsdato = PLB_DATO_NONE;
	f->foerste_dagpengedag = PLB_DATO_NONE;
	f->afmeldt = PLB_DATO_NONE;
	f->ansvar.virkning = PLB_DATO_NONE;
	f->adressebeskyttet = true;
	f->naeste_nr = 1;
	return f;
}

/* The registration that began the course says its date, and with that its rule set; one that
 * continues it, and a correction of such a one, do not. */
static void
skriv_tilmelding(struct trin *t, struct forloeb *f, const struct member_registered *d,
    const struct stempel *s, const struct regelsaet *r)
{
	f->tilmelding = d->tilmelding_id;
	if (plb_uuid_eq(f->id, forloeb_id(t, d))) {
		f->tilmeldingsdato = d->tilmeldingsdato;
		f->regelsaet = plb_slice_str(r->id);
	}
	if (d->har_indplaceringsdato)
		f->indplaceringsdato = d->indplaceringsdato;
	if (d->har_foerste_dagpengedag)
		f->foerste_dagpengedag = d->foerste_dagpengedag;
	f->tilmeldt_akasse = plb_org_make(PLB_ORG_AKASSE, d->akassekode);
	f->tilmeldt_kommune = plb_org_make(PLB_ORG_KOMMUNE, d->kommunekode);
	f->tilmeldt_kategori = d->kategori;
	f->tilmeldt_fra = d->tilmeldingsdato;
	if (d->har_adressebeskyttet)
		f->adressebeskyttet = d->adressebeskyttet;
	f->tilmeldt = *s;
	fakta_opdater(t, f);
}

/* May this sender write this registration into a forløb that exists? Who is party to it; and of an
 * ended one an a-kasse that registers its new member. */
static bool
maa_fortsaette(const struct forloeb *f, const struct plb_org *org, bool kendt)
{
	if (part_maa_tale(f, org))
		return true;
	return !kendt && plb_dato_set(f->afmeldt) && plb_org_type(org) == PLB_ORG_AKASSE;
}

/* A correction of a known registration, or one that continues a forløb. */
static const struct afvisning *
fortsaet(struct trin *t, struct forloeb *f, const struct regelsaet *r, bool kendt)
{
	struct stempel s = fakta_stempel(t);

	if (!maa_fortsaette(f, &t->h->ev.org, kendt))
		return fakta_vent(t, &FAKTA_UKENDT_TILMELDING, VENTER_TILMELDING, f->tilmelding);
	t->forloeb = f->id;
	if (!stempel_nyere(&s, &f->tilmeldt))
		return NULL;
	skriv_tilmelding(t, f, &t->h->u.member_registered, &s, r);
	if (plb_dato_set(f->afmeldt) && !kendt && stempel_nyere(&s, &f->afmeldelse))
		f->afmeldt = PLB_DATO_NONE;
	return NULL;
}

static const struct afvisning *
member_registered(struct trin *t)
{
	const struct member_registered *d = &t->h->u.member_registered;
	struct plb_org akasse = plb_org_make(PLB_ORG_AKASSE, d->akassekode);
	struct plb_org kommune = plb_org_make(PLB_ORG_KOMMUNE, d->kommunekode);
	const struct regelsaet *r = regel_for(t->rr, d->tilmeldingsdato, &akasse, &kommune);
	struct forloeb *f = fakta_med_tilmelding(t->p, d->tilmelding_id);
	bool kendt = f != NULL;
	struct stempel s;

	if (d->kategori < 0 || plb_org_type(&akasse) != PLB_ORG_AKASSE ||
	    plb_org_type(&kommune) != PLB_ORG_KOMMUNE)
		return &FAKTA_FORM;
	if (plb_org_type(&t->h->ev.org) == PLB_ORG_AKASSE &&
	    !plb_slice_is(d->akassekode, plb_org_kode(&t->h->ev.org)))
		return &IKKE_EGEN;
	if (r == NULL)
		return &INTET_REGELSAET;
	if (f == NULL)
		f = fortsaettes(t->p, d);
	if (f != NULL)
		return fortsaet(t, f, r, kendt);
	f = nyt_forloeb(t, d);
	if (f == NULL)
		return fakta_fuld(t, &t->p->forloeb, FORLOEB_MAX);
	t->forloeb = f->id;
	s = fakta_stempel(t);
	skriv_tilmelding(t, f, d, &s, r);
	return NULL;
}

static const struct afvisning *
member_deregistered(struct trin *t)
{
	const struct member_deregistered *d = &t->h->u.member_deregistered;
	struct forloeb *f = fakta_med_tilmelding(t->p, d->tilmelding_id);
	struct stempel s = fakta_stempel(t);

	if (f == NULL || !part_maa_tale(f, &t->h->ev.org))
		return fakta_vent(t, &FAKTA_UKENDT_TILMELDING, VENTER_TILMELDING, d->tilmelding_id);
	t->forloeb = f->id;
	if (plb_dato_set(f->afmeldt) && !stempel_nyere(&s, &f->afmeldelse))
		return NULL;
	f->afmeldt = d->afmeldingsdato;
	f->afmeldelse = s;
	return NULL;
}

/* ---- hours ---- */

/* The place of a report: what is there of the same month and a-kasse, or a new one. */
static struct maanedstimer *
timer_plads(struct trin *t, struct forloeb *f, const struct maanedstimer *ny)
{
	struct maanedstimer *m = f->timer.p;
	size_t i;

	for (i = 0; i < f->timer.n; i++)
		if (m[i].maaned.n == ny->maaned.n && plb_org_eq(&m[i].akasse, &ny->akasse))
			return &m[i];
	return plb_list_add(&f->timer, t->a, sizeof(*m), MAANEDER_MAX);
}

/* Whatever order they come in, the newest stands, and of those that a part-time insured can have
 * the newest where that one is more. */
static void
skriv_timer(const struct regelsaet *r, struct maanedstimer *m, struct maanedstimer ny)
{
	bool over = r != NULL && timer_over_deltid(r, ny.timer_c);
	struct maanedstimer foer = *m;

	if (foer.stempel.id.p == NULL) {
		*m = ny;
	} else if (stempel_nyere(&ny.stempel, &foer.stempel)) {
		*m = ny;
		if (over && !timer_over_deltid(r, foer.timer_c)) {
			m->lavere_c = foer.timer_c;
			m->lavere = foer.stempel;
		} else if (over) {
			m->lavere_c = foer.lavere_c;
			m->lavere = foer.lavere;
		}
	} else if (!over && r != NULL && timer_over_deltid(r, foer.timer_c) &&
	    (foer.lavere.id.p == NULL || stempel_nyere(&ny.stempel, &foer.lavere))) {
		m->lavere_c = ny.timer_c;
		m->lavere = ny.stempel;
	}
}

/* No month has more paid hours than the norm. The door refuses what is more than the full-time one;
 * that the member is part-time insured shows only here. The report is kept all the same: a change
 * of category that comes later makes it count, as if it had come first. */
static const struct afvisning *
timer_indberettet(struct trin *t)
{
	const struct timer_indberettet *d = &t->h->u.timer_indberettet;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	struct maanedstimer ny = {
	    .akasse = t->h->ev.org, .timer_c = d->udbetalte_timer_c, .stempel = fakta_stempel(t)};
	const struct regelsaet *r;
	struct maanedstimer *m;
	int64_t taeller_c;

	if (plb_maaned_parse(d->dagpengemaaned, &ny.maaned) != PLB_OK || ny.timer_c < 0)
		return &FAKTA_FORM;
	if (f == NULL)
		f = part_forloeb_paa(t->p, &t->h->ev.org, plb_maaned_first(ny.maaned));
	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	r = regel_forloeb(t->rr, f);
	m = timer_plads(t, f, &ny);
	if (m == NULL)
		return fakta_fuld(t, &f->timer, MAANEDER_MAX);
	skriv_timer(r, m, ny);
	return r == NULL || timer_gyldig(f, r, &ny, &taeller_c) ? NULL : &FOR_MANGE_TIMER;
}

/* ---- the number that goes out ---- */

/* The newest: a registration may name an older one, once it is known that the number changed. */
static void
husk_nummer(struct trin *t)
{
	struct person *p = t->p;
	struct stempel s;

	if (!t->h->har_forseglet || t->h->forseglet.cpr.p == NULL || t->h->ev.has_foerste)
		return;
	if (t->h->type == HAENDELSE_PERSON_IDENTITET_AENDRET) {
		s = fakta_stempel(t);
		if (p->identitet.id.p != NULL && !stempel_nyere(&s, &p->identitet))
			return;
		p->identitet = s;
	} else if (p->forseglet.cpr.p != NULL &&
	    (t->h->type != HAENDELSE_MEMBER_REGISTERED || p->identitet.id.p != NULL)) {
		return;
	}
	p->forseglet = t->h->forseglet;
}

static fakta_fn *const handlers[HAENDELSE_TYPER] = {
    [HAENDELSE_MEMBER_REGISTERED] = member_registered,
    [HAENDELSE_MEMBER_DEREGISTERED] = member_deregistered,
    [HAENDELSE_TIMER_INDBERETTET] = timer_indberettet,
    [HAENDELSE_SAMTALE_HELD] = fakta_samtale_held,
    [HAENDELSE_SAMTALE_KORRIGERET] = fakta_samtale_korrigeret,
    [HAENDELSE_SAMTALE_TILBAGEKALDT] = fakta_samtale_tilbagekaldt,
    [HAENDELSE_REFERAT_PUBLICERET] = fakta_referat_publiceret,
    [HAENDELSE_REFERAT_TILBAGEKALDT] = fakta_referat_tilbagekaldt,
    [HAENDELSE_OPKVALIFICERING_INDSTILLET] = fakta_indstillet,
    [HAENDELSE_OPKVALIFICERING_TRUKKET] = fakta_trukket,
    [HAENDELSE_OPKVALIFICERING_BESVARET] = fakta_besvaret,
    [HAENDELSE_NUPH_MODTAGET] = fakta_ting,
    [HAENDELSE_RAADIGHED_VURDERET] = fakta_raadighed_vurderet,
    [HAENDELSE_PLAN_AENDRET] = fakta_plan_aendret,
    [HAENDELSE_FRIST_AENDRET] = fakta_ting,
    [HAENDELSE_WORKSHOP_TILMELDT] = fakta_ting,
    [HAENDELSE_PERSONGRUPPE_MARKERET] = fakta_ting,
    [HAENDELSE_CV_GODKENDT] = fakta_ting,
    [HAENDELSE_JOBLOG_STATUS] = fakta_ting,
    [HAENDELSE_JOBFORMIDLING_HENVIST] = fakta_ting,
    [HAENDELSE_BESKED_SENDT] = fakta_besked_sendt,
    [HAENDELSE_INDKALDELSE_OPRETTET] = fakta_indkaldelse_skrevet,
    [HAENDELSE_INDKALDELSE_AENDRET] = fakta_indkaldelse_skrevet,
    [HAENDELSE_INDKALDELSE_ANNULLERET] = fakta_indkaldelse_annulleret,
    [HAENDELSE_MEMBERSHIP_CHANGED] = fakta_membership_changed,
    [HAENDELSE_MYNDIGHED_AENDRET] = fakta_myndighed_aendret,
    [HAENDELSE_OVERDRAGELSE_ANMODET] = fakta_overdragelse_anmodet,
    [HAENDELSE_ANSVAR_AENDRET] = fakta_ansvar_aendret,
    [HAENDELSE_FRAVAER_AENDRET] = fakta_fravaer_aendret,
    [HAENDELSE_KONTAKTGRUPPE_AENDRET] = fakta_kontaktgruppe_aendret,
    [HAENDELSE_SAMTALE_FRITAGET] = fakta_samtale_fritaget,
    [HAENDELSE_DELTAGELSESVALG_AENDRET] = fakta_deltagelsesvalg_aendret,
    [HAENDELSE_PERSON_IDENTITET_AENDRET] = fakta_person_identitet_aendret,
};

const struct afvisning *
fakta_tag(struct trin *t)
{
	fakta_fn *fn = handlers[t->h->type];
	const struct afvisning *nej;

	if (fn == NULL)
		return &IKKE_UNDERSTOETTET;
	if (t->p->flyttet && t->h->type != HAENDELSE_PERSON_IDENTITET_AENDRET)
		return &FAKTA_FLYTTET;
	nej = fn(t);
	if (nej == NULL)
		husk_nummer(t);
	return nej;
}
