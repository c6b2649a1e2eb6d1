// SPDX-License-Identifier: MPL-2.0
#include "forloeb_tilstand.h"

#include "bindinger.h"
#include "orgtabel.h"

#include <stdlib.h>

/* In the blob an organisation is an index into one table, and flags share an integer: half of the
 * size. Each `b_` struct is a core struct with those beside it, so that all other members are bound
 * where they are. */
struct b_timer {
	struct maanedstimer v;
	int32_t akasse;
};
struct b_samtale {
	struct samtale v;
	int32_t afholder, fra, flag;
	int64_t modtaget_efter; /* ms after afholdt; INT64_MIN = not known */
};
struct b_referat {
	struct referat v;
	int32_t forfatter, flag;
};
struct b_indkaldelse {
	struct indkaldelse v;
	int32_t afholder;
	struct plb_list gaester; /* int32_t */
};
struct b_modtager {
	struct modtager v;
	int32_t org;
};
struct b_forloeb {
	struct forloeb v;
	bool har_indplaceringsdato, har_foerste_dagpengedag, har_afmeldt, har_afmeldelse;
	int32_t akasse, kommune, varsel_akasse, varsel_kommune, due_fra, due_til;
	struct plb_list timer, samtaler, referater, indkaldelser, modtagere;
};
struct b_set {
	uint8_t noegle[16];
	int32_t minut;
};
struct b_person {
	bool har_forseglet;
	struct forseglet forseglet;     /* id in short form */
	struct plb_list organisationer; /* struct plb_slice */
	struct plb_list set, forloeb;
};

static const char *const kategorier[] = {"fuldtid", "deltid", NULL};
static const struct plb_bind b_int = {.type = PLB_BIND_INT, .has = PLB_BIND_REQUIRED};
static const struct plb_bind b_tekst = {.type = PLB_BIND_STRING, .has = PLB_BIND_REQUIRED};

static const struct plb_bind stempel_felter[] = {
    FELT("tid", PLB_BIND_TIME, struct stempel, time),
    FELT("id", PLB_BIND_BYTES, struct stempel, id),
};
static const struct plb_bind forseglet_felter[] = {
    FELT("kilde", PLB_BIND_STRING, struct forseglet, kilde),
    FELT("id", PLB_BIND_BYTES, struct forseglet, id),
    FELT("cpr", PLB_BIND_BYTES, struct forseglet, cpr),
};
static const struct plb_bind set_felter[] = {
    FELT("noegle", PLB_BIND_FIXED16, struct b_set, noegle),
    FELT("minut", PLB_BIND_INT, struct b_set, minut),
};
static const struct plb_bind timer_felter[] = {
    FELT("maaned", PLB_BIND_INT, struct b_timer, v.maaned.n),
    FELT("akasse", PLB_BIND_INT, struct b_timer, akasse),
    FELT("timer", PLB_BIND_LONG, struct b_timer, v.timer_c),
    POST("stempel", struct b_timer, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind samtale_felter[] = {
    FELT("samtaleId", PLB_BIND_FIXED16, struct b_samtale, v.id),
    FELT("type1", PLB_BIND_INT, struct b_samtale, v.type1),
    FELT("type2", PLB_BIND_INT, struct b_samtale, v.type2),
    FELT("afholdt", PLB_BIND_TIME, struct b_samtale, v.afholdt),
    FELT("afholdelsesform", PLB_BIND_INT, struct b_samtale, v.form),
    VALG("moedegruppetype", PLB_BIND_INT, struct b_samtale, v.art, v.har_art),
    VALG("deltagelsesstatus", PLB_BIND_INT, struct b_samtale, v.deltagelsesstatus,
	v.har_deltagelsesstatus),
    VALG("indkaldelseId", PLB_BIND_FIXED16, struct b_samtale, v.indkaldelse, v.har_indkaldelse),
    FELT("flag", PLB_BIND_INT, struct b_samtale, flag),
    FELT("afholder", PLB_BIND_INT, struct b_samtale, afholder),
    FELT("fra", PLB_BIND_INT, struct b_samtale, fra),
    FELT("modtagetEfter", PLB_BIND_LONG, struct b_samtale, modtaget_efter),
    FELT("nr", PLB_BIND_LONG, struct b_samtale, v.nr),
    POST("stempel", struct b_samtale, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind referat_felter[] = {
    FELT("referatId", PLB_BIND_FIXED16, struct b_referat, v.id),
    FELT("samtaleId", PLB_BIND_FIXED16, struct b_referat, v.samtale),
    FELT("version", PLB_BIND_INT, struct b_referat, v.version),
    FELT("flag", PLB_BIND_INT, struct b_referat, flag),
    FELT("forfatter", PLB_BIND_INT, struct b_referat, forfatter),
    FELT("nr", PLB_BIND_LONG, struct b_referat, v.nr),
    POST("stempel", struct b_referat, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind indkaldelse_felter[] = {
    FELT("indkaldelseId", PLB_BIND_FIXED16, struct b_indkaldelse, v.id),
    FELT("samtaletype", PLB_BIND_INT, struct b_indkaldelse, v.samtaletype),
    FELT("moedegruppetype", PLB_BIND_INT, struct b_indkaldelse, v.art),
    FELT("start", PLB_BIND_TIME, struct b_indkaldelse, v.start),
    FELT("afholder", PLB_BIND_INT, struct b_indkaldelse, afholder),
    LISTE_AF("gaester", struct b_indkaldelse, gaester, b_int, int32_t),
    FELT("annulleret", PLB_BIND_BOOL, struct b_indkaldelse, v.annulleret),
    POST("stempel", struct b_indkaldelse, v.stempel, stempel_felter, PLB_BIND_REQUIRED),
};
static const struct plb_bind modtager_felter[] = {
    FELT("organisation", PLB_BIND_INT, struct b_modtager, org),
    FELT("sequence", PLB_BIND_LONG, struct b_modtager, v.sequence),
};
static const struct plb_bind varsel_felter[] = {
    FELT("virkningsdato", PLB_BIND_DATO, struct b_forloeb, v.varsel.virkningsdato),
    FELT("akasse", PLB_BIND_INT, struct b_forloeb, varsel_akasse),
    FELT("kommune", PLB_BIND_INT, struct b_forloeb, varsel_kommune),
};
static const struct plb_bind due_felter[] = {
    FELT("virkningsdato", PLB_BIND_DATO, struct b_forloeb, v.due.virkningsdato),
    FELT("fra", PLB_BIND_INT, struct b_forloeb, due_fra),
    FELT("til", PLB_BIND_INT, struct b_forloeb, due_til),
};
static const struct plb_bind forloeb_felter[] = {
    FELT("forloebId", PLB_BIND_FIXED16, struct b_forloeb, v.id),
    FELT("regelsaet", PLB_BIND_STRING, struct b_forloeb, v.regelsaet),
    FELT("tilmeldingId", PLB_BIND_FIXED16, struct b_forloeb, v.tilmelding),
    FELT("tilmeldingsdato", PLB_BIND_DATO, struct b_forloeb, v.tilmeldingsdato),
    VALG("indplaceringsdato", PLB_BIND_DATO, struct b_forloeb, v.indplaceringsdato,
	har_indplaceringsdato),
    VALG("foersteDagpengedag", PLB_BIND_DATO, struct b_forloeb, v.foerste_dagpengedag,
	har_foerste_dagpengedag),
    FELT("akasse", PLB_BIND_INT, struct b_forloeb, akasse),
    FELT("kommune", PLB_BIND_INT, struct b_forloeb, kommune),
    SYMBOL("forsikringskategori", struct b_forloeb, v.kategori, kategorier),
    FELT("adressebeskyttet", PLB_BIND_BOOL, struct b_forloeb, v.adressebeskyttet),
    POST("tilmeldt", struct b_forloeb, v.tilmeldt, stempel_felter, PLB_BIND_REQUIRED),
    VALG("afmeldt", PLB_BIND_DATO, struct b_forloeb, v.afmeldt, har_afmeldt),
    POST("afmeldelse", struct b_forloeb, v.afmeldelse, stempel_felter,
	offsetof(struct b_forloeb, har_afmeldelse)),
    LISTE("timer", struct b_forloeb, timer, timer_felter, struct b_timer),
    LISTE("samtaler", struct b_forloeb, samtaler, samtale_felter, struct b_samtale),
    LISTE("referater", struct b_forloeb, referater, referat_felter, struct b_referat),
    LISTE("indkaldelser", struct b_forloeb, indkaldelser, indkaldelse_felter, struct b_indkaldelse),
    LISTE("modtagere", struct b_forloeb, modtagere, modtager_felter, struct b_modtager),
    FELT("naesteNr", PLB_BIND_LONG, struct b_forloeb, v.naeste_nr),
    POST_HER("varsel", struct b_forloeb, varsel_felter, v.varsel.sendt),
    POST_HER("due", struct b_forloeb, due_felter, v.due.sendt),
};
static const struct plb_bind person_felter[] = {
    POST("forseglet", struct b_person, forseglet, forseglet_felter,
	offsetof(struct b_person, har_forseglet)),
    LISTE_AF("organisationer", struct b_person, organisationer, b_tekst, struct plb_slice),
    LISTE("set", struct b_person, set, set_felter, struct b_set),
    LISTE("forloeb", struct b_person, forloeb, forloeb_felter, struct b_forloeb),
};

struct forloeb_tilstand {
	const struct plb_schemas *schemas;
	const struct plb_schema *skema;
	struct plb_binding *binding;
};

enum plb_err
forloeb_tilstand_new(
    const struct plb_schemas *schemas, struct forloeb_tilstand **out, struct plb_errctx *ec)
{
	struct forloeb_tilstand *w = calloc(1, sizeof(*w));
	enum plb_err err;

	*out = NULL;
	if (w == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	w->schemas = schemas;
	w->skema = plb_schema_find(schemas, plb_slice_str("forloeb-tilstand"));
	if (w->skema == NULL)
		err = plb_err_set(ec, PLB_E_KONFIG, "schema forloeb-tilstand is missing");
	else
		err =
		    plb_binding_new(w->skema, person_felter, ANTAL(person_felter), &w->binding, ec);
	if (err != PLB_OK) {
		free(w);
		return err;
	}
	*out = w;
	return PLB_OK;
}

void
forloeb_tilstand_free(struct forloeb_tilstand **w)
{
	if (*w == NULL)
		return;
	plb_binding_free(&(*w)->binding);
	free(*w);
	*w = NULL;
}

/* A list of n items of another size, cleared. */
static void *
liste(struct orgtabel *t, struct plb_list *ud, size_t n, size_t size)
{
	ud->n = 0;
	ud->p = NULL;
	if (n == 0)
		return NULL;
	ud->p = plb_arena_calloc(t->a, n, size);
	if (ud->p == NULL)
		t->fejl = true;
	else
		ud->n = n;
	return ud->p;
}

/* ---- flags ---- */

enum {
	FLAG_FLERE_MYNDIGHEDER = 1,
	FLAG_RYKKET = 2,
	FLAG_DELT_KOMMUNE = 4,
	FLAG_DELT_AKASSE = 8,
	FLAG_HAR_DELES = 16,
	FLAG_DELES = 32
};

static int32_t
delt_flag(const bool *delt)
{
	return (delt[DELT_KOMMUNE] ? FLAG_DELT_KOMMUNE : 0) |
	    (delt[DELT_AKASSE] ? FLAG_DELT_AKASSE : 0);
}

static void
flag_delt(int32_t flag, bool *delt)
{
	delt[DELT_KOMMUNE] = (flag & FLAG_DELT_KOMMUNE) != 0;
	delt[DELT_AKASSE] = (flag & FLAG_DELT_AKASSE) != 0;
}

/* ---- reading ---- */

static void
laes_timer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_timer *b = fra->p;
	struct maanedstimer *v = liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].akasse, &v[i].akasse);
	}
}

static void
laes_samtaler(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_samtale *b = fra->p;
	struct samtale *v = liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		v[i].flere_myndigheder = (b[i].flag & FLAG_FLERE_MYNDIGHEDER) != 0;
		v[i].rykket = (b[i].flag & FLAG_RYKKET) != 0;
		flag_delt(b[i].flag, v[i].delt);
		v[i].modtaget = PLB_TIME_UNSET;
		if (b[i].modtaget_efter != INT64_MIN &&
		    __builtin_add_overflow(v[i].afholdt.ms, b[i].modtaget_efter, &v[i].modtaget.ms))
			t->fejl = true;
		orgtabel_hent(t, b[i].afholder, &v[i].afholder);
		orgtabel_hent(t, b[i].fra, &v[i].fra);
	}
}

static void
laes_referater(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_referat *b = fra->p;
	struct referat *v = liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		v[i].har_deles = (b[i].flag & FLAG_HAR_DELES) != 0;
		v[i].deles = (b[i].flag & FLAG_DELES) != 0;
		flag_delt(b[i].flag, v[i].delt);
		orgtabel_hent(t, b[i].forfatter, &v[i].forfatter);
	}
}

static void
laes_indkaldelser(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_indkaldelse *b = fra->p;
	struct indkaldelse *v = liste(t, til, fra->n, sizeof(*v));
	size_t i, j;

	for (i = 0; v != NULL && i < fra->n; i++) {
		const int32_t *g = b[i].gaester.p;
		struct plb_org *o;

		v[i] = b[i].v;
		orgtabel_hent(t, b[i].afholder, &v[i].afholder);
		o = liste(t, &v[i].gaester, b[i].gaester.n, sizeof(*o));
		for (j = 0; o != NULL && j < b[i].gaester.n; j++)
			orgtabel_hent(t, g[j], &o[j]);
	}
}

static void
laes_modtagere(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_modtager *b = fra->p;
	struct modtager *v = liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].org, &v[i].org);
	}
}

static void
laes_forloeb(struct orgtabel *t, const struct b_forloeb *b, struct forloeb *v)
{
	*v = b->v;
	if (!b->har_indplaceringsdato)
		v->indplaceringsdato = PLB_DATO_NONE;
	if (!b->har_foerste_dagpengedag)
		v->foerste_dagpengedag = PLB_DATO_NONE;
	if (!b->har_afmeldt)
		v->afmeldt = PLB_DATO_NONE;
	t->fejl = t->fejl || v->kategori < 0;
	orgtabel_hent(t, b->akasse, &v->akasse);
	orgtabel_hent(t, b->kommune, &v->kommune);
	if (v->varsel.sendt) {
		orgtabel_hent(t, b->varsel_akasse, &v->varsel.akasse);
		orgtabel_hent(t, b->varsel_kommune, &v->varsel.kommune);
	}
	if (v->due.sendt) {
		orgtabel_hent(t, b->due_fra, &v->due.fra);
		orgtabel_hent(t, b->due_til, &v->due.til);
	}
	laes_timer(t, &b->timer, &v->timer);
	laes_samtaler(t, &b->samtaler, &v->samtaler);
	laes_referater(t, &b->referater, &v->referater);
	laes_indkaldelser(t, &b->indkaldelser, &v->indkaldelser);
	laes_modtagere(t, &b->modtagere, &v->modtagere);
}

static void
laes_person(struct orgtabel *t, const struct b_person *b, struct person *out)
{
	const struct b_forloeb *bf = b->forloeb.p;
	const struct b_set *bs = b->set.p;
	struct forloeb *f = liste(t, &out->forloeb, b->forloeb.n, sizeof(*f));
	struct set *s = liste(t, &out->set, b->set.n, sizeof(*s));
	size_t i;

	if (b->har_forseglet) {
		out->forseglet = b->forseglet;
		out->forseglet.id = lang_id(t->a, b->forseglet.id);
		t->fejl = t->fejl || out->forseglet.id.p == NULL;
	}
	for (i = 0; s != NULL && i < b->set.n; i++) {
		memcpy(&s[i].id_hash, bs[i].noegle, sizeof(s[i].id_hash));
		memcpy(s[i].indhold, bs[i].noegle + 8, sizeof(s[i].indhold));
		s[i].minut = bs[i].minut;
	}
	for (i = 0; f != NULL && i < b->forloeb.n; i++)
		laes_forloeb(t, &bf[i], &f[i]);
}

enum plb_err
forloeb_tilstand_laes(const struct forloeb_tilstand *w, struct plb_slice blob, struct plb_arena *a,
    struct person *out, struct plb_errctx *ec)
{
	const struct plb_schema *skema;
	struct plb_slice body;
	struct b_person b;
	struct orgtabel t = {.a = a};
	enum plb_err err = plb_frame_open(w->schemas, blob, &skema, &body, ec);

	memset(out, 0, sizeof(*out));
	if (err == PLB_OK && skema != w->skema)
		err = plb_err_set(ec, PLB_E_FORM, "not the schema of this version");
	if (err == PLB_OK)
		err = plb_binding_decode(w->binding, body, a, &b, ec);
	if (err != PLB_OK)
		return plb_err_wrap(ec, err, "state of a person");
	orgtabel_laes(&t, &b.organisationer);
	laes_person(&t, &b, out);
	return t.fejl ? plb_err_set(ec, PLB_E_FORM, "state of a person: odd content") : PLB_OK;
}

/* ---- writing ---- */

static void
skriv_timer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct maanedstimer *v = fra->p;
	struct b_timer *b = liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_timer){v[i], orgtabel_nr(t, &v[i].akasse)};
}

static void
skriv_samtaler(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct samtale *v = fra->p;
	struct b_samtale *b = liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		b[i].v = v[i];
		b[i].afholder = orgtabel_nr(t, &v[i].afholder);
		b[i].fra = orgtabel_nr(t, &v[i].fra);
		b[i].flag = (v[i].flere_myndigheder ? FLAG_FLERE_MYNDIGHEDER : 0) |
		    (v[i].rykket ? FLAG_RYKKET : 0) | delt_flag(v[i].delt);
		if (v[i].modtaget.ms == PLB_TIME_UNSET.ms ||
		    __builtin_sub_overflow(v[i].modtaget.ms, v[i].afholdt.ms, &b[i].modtaget_efter))
			b[i].modtaget_efter = INT64_MIN;
	}
}

static void
skriv_referater(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct referat *v = fra->p;
	struct b_referat *b = liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		b[i].v = v[i];
		b[i].forfatter = orgtabel_nr(t, &v[i].forfatter);
		b[i].flag = (v[i].har_deles ? FLAG_HAR_DELES : 0) | (v[i].deles ? FLAG_DELES : 0) |
		    delt_flag(v[i].delt);
	}
}

static void
skriv_indkaldelser(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct indkaldelse *v = fra->p;
	struct b_indkaldelse *b = liste(t, til, fra->n, sizeof(*b));
	size_t i, j;

	for (i = 0; b != NULL && i < fra->n; i++) {
		const struct plb_org *o = v[i].gaester.p;
		int32_t *g;

		b[i].v = v[i];
		b[i].afholder = orgtabel_nr(t, &v[i].afholder);
		g = liste(t, &b[i].gaester, v[i].gaester.n, sizeof(*g));
		for (j = 0; g != NULL && j < v[i].gaester.n; j++)
			g[j] = orgtabel_nr(t, &o[j]);
	}
}

static void
skriv_modtagere(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct modtager *v = fra->p;
	struct b_modtager *b = liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_modtager){v[i], orgtabel_nr(t, &v[i].org)};
}

static void
skriv_forloeb(struct orgtabel *t, const struct forloeb *v, struct b_forloeb *b)
{
	b->v = *v;
	b->har_indplaceringsdato = plb_dato_set(v->indplaceringsdato);
	b->har_foerste_dagpengedag = plb_dato_set(v->foerste_dagpengedag);
	b->har_afmeldt = plb_dato_set(v->afmeldt);
	b->har_afmeldelse = v->afmeldelse.id.p != NULL;
	b->akasse = orgtabel_nr(t, &v->akasse);
	b->kommune = orgtabel_nr(t, &v->kommune);
	if (v->varsel.sendt) {
		b->varsel_akasse = orgtabel_nr(t, &v->varsel.akasse);
		b->varsel_kommune = orgtabel_nr(t, &v->varsel.kommune);
	}
	if (v->due.sendt) {
		b->due_fra = orgtabel_nr(t, &v->due.fra);
		b->due_til = orgtabel_nr(t, &v->due.til);
	}
	skriv_timer(t, &v->timer, &b->timer);
	skriv_samtaler(t, &v->samtaler, &b->samtaler);
	skriv_referater(t, &v->referater, &b->referater);
	skriv_indkaldelser(t, &v->indkaldelser, &b->indkaldelser);
	skriv_modtagere(t, &v->modtagere, &b->modtagere);
}

enum plb_err
forloeb_tilstand_skriv(const struct forloeb_tilstand *w, const struct person *p,
    struct plb_arena *a, struct plb_buf *out)
{
	struct b_person b = {
	    .har_forseglet = p->forseglet.cpr.p != NULL, .forseglet = p->forseglet};
	struct orgtabel t = {.a = a};
	const struct forloeb *f = p->forloeb.p;
	const struct set *s = p->set.p;
	struct b_forloeb *bf = liste(&t, &b.forloeb, p->forloeb.n, sizeof(*bf));
	struct b_set *bs = liste(&t, &b.set, p->set.n, sizeof(*bs));
	size_t i;

	if (b.har_forseglet) {
		b.forseglet.id = kort_id(a, p->forseglet.id);
		t.fejl = t.fejl || b.forseglet.id.p == NULL;
	}
	for (i = 0; bs != NULL && i < p->set.n; i++) {
		memcpy(bs[i].noegle, &s[i].id_hash, sizeof(s[i].id_hash));
		memcpy(bs[i].noegle + 8, s[i].indhold, sizeof(s[i].indhold));
		bs[i].minut = s[i].minut;
	}
	for (i = 0; bf != NULL && i < p->forloeb.n; i++)
		skriv_forloeb(&t, &f[i], &bf[i]);
	orgtabel_skriv(&t, &b.organisationer);
	if (t.fejl)
		return PLB_E_FOR_STOR;
	plb_frame_put(w->skema, out);
	plb_binding_encode(w->binding, &b, out);
	return out->failed ? PLB_E_FOR_STOR : PLB_OK;
}
