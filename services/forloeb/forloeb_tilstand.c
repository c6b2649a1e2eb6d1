// SPDX-License-Identifier: MPL-2.0
#include "forloeb_tilstand.h"

#include "orgtabel.h"
#include "tilstand_aendret.h"
#include "tilstand_felter.h"
#include "versioner.h"

#include <stdlib.h>

/* Every version that is shipped is read; the newest is written. */
struct forloeb_tilstand {
	const struct plb_schemas *schemas;
	struct versioner versioner;
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
	err = versioner_bind(&w->versioner, schemas, "forloeb-tilstand", FORLOEB_TILSTAND_FELTER,
	    FORLOEB_TILSTAND_FELTER_N, true, ec);
	if (err != PLB_OK)
		forloeb_tilstand_free(&w);
	*out = w;
	return err;
}

void
forloeb_tilstand_free(struct forloeb_tilstand **w)
{
	if (*w == NULL)
		return;
	versioner_fri(&(*w)->versioner);
	free(*w);
	*w = NULL;
}

bool
forloeb_tilstand_kendt(const struct forloeb_tilstand *w, struct plb_slice blob)
{
	struct plb_errctx ec = {{0}};
	const struct plb_schema *skema;
	struct plb_slice body;

	return plb_frame_open(w->schemas, blob, &skema, &body, &ec) != PLB_E_UKENDT;
}

/* ---- flags ---- */

enum {
	FLAG_FLERE_MYNDIGHEDER = 1,
	FLAG_RYKKET = 2,
	FLAG_DELT_KOMMUNE = 4, /* of version 1 of the state, which did not know the sendings */
	FLAG_DELT_AKASSE = 8,
	FLAG_HAR_DELES = 16,
	FLAG_DELES = 32,
	FLAG_TILBAGEKALDT = 64,
	FLAG_GLEMT = 2, /* of a referat */
	FLAG_FOER_DELT = 256
};

/* Of a sending: what came back in the low bits, then the version. */
enum { LEVERING_TRIN = 3, LEVERING_VERSION = 4 };
#define VERSION_MAX (INT32_MAX / LEVERING_VERSION)

/* ---- reading ---- */

static void
laes_timer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_timer *b = fra->p;
	struct maanedstimer *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].akasse, &v[i].akasse);
	}
}

static void
laes_leveringer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_levering *b = fra->p;
	struct afsendt *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].til, &v[i].til);
		v[i].trin = b[i].flag & LEVERING_TRIN;
		v[i].version = b[i].flag / LEVERING_VERSION;
		v[i].sendt = b[i].sendt != 0 ? (struct plb_dato){b[i].sendt} : PLB_DATO_NONE;
	}
}

/* Version 1 of the state only knew that the newest had gone there. */
static void
laes_delt(struct orgtabel *t, const struct forloeb *f, int32_t flag, int64_t nr, struct plb_list *l)
{
	const struct plb_org *kommune = f->due.sendt ? &f->due.til : &f->kommune;
	struct afsendt *v;
	int i;

	for (i = 0; i < 2; i++) {
		if ((flag & (i == 0 ? FLAG_DELT_KOMMUNE : FLAG_DELT_AKASSE)) == 0)
			continue;
		v = plb_list_add(l, t->a, sizeof(*v), l->n + 1);
		if (v == NULL)
			t->fejl = true;
		else
			*v = (struct afsendt){.til = i == 0 ? *kommune : f->akasse,
			    .nr = nr,
			    .sendt = PLB_DATO_NONE,
			    .trin = LEVERING_LUKKET};
	}
}

static void
laes_samtaler(
    struct orgtabel *t, const struct forloeb *f, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_samtale *b = fra->p;
	struct samtale *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		v[i].flere_myndigheder = (b[i].flag & FLAG_FLERE_MYNDIGHEDER) != 0;
		v[i].rykket = (b[i].flag & FLAG_RYKKET) != 0;
		v[i].tilbagekaldt = (b[i].flag & FLAG_TILBAGEKALDT) != 0;
		v[i].foer_delt = (b[i].flag & FLAG_FOER_DELT) != 0;
		laes_leveringer(t, &b[i].leveringer, &v[i].leveringer);
		laes_delt(t, f, b[i].flag, v[i].nr, &v[i].leveringer);
		v[i].modtaget = PLB_TIME_UNSET;
		if (b[i].modtaget_efter != INT64_MIN &&
		    __builtin_add_overflow(v[i].afholdt.ms, b[i].modtaget_efter, &v[i].modtaget.ms))
			t->fejl = true;
		orgtabel_hent(t, b[i].afholder, &v[i].afholder);
		orgtabel_hent(t, b[i].fra, &v[i].fra);
	}
}

static void
laes_referater(
    struct orgtabel *t, const struct forloeb *f, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_referat *b = fra->p;
	struct referat *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		v[i].har_deles = (b[i].flag & FLAG_HAR_DELES) != 0;
		v[i].deles = (b[i].flag & FLAG_DELES) != 0;
		v[i].glemt = (b[i].flag & FLAG_GLEMT) != 0;
		v[i].tilbagekaldt = (b[i].flag & FLAG_TILBAGEKALDT) != 0;
		v[i].foer_delt = (b[i].flag & FLAG_FOER_DELT) != 0;
		laes_leveringer(t, &b[i].leveringer, &v[i].leveringer);
		laes_delt(t, f, b[i].flag, v[i].nr, &v[i].leveringer);
		orgtabel_hent(t, b[i].forfatter, &v[i].forfatter);
	}
}

static void
laes_indkaldelser(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_indkaldelse *b = fra->p;
	struct indkaldelse *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i, j;

	for (i = 0; v != NULL && i < fra->n; i++) {
		const int32_t *g = b[i].gaester.p;
		struct plb_org *o;

		v[i] = b[i].v;
		orgtabel_hent(t, b[i].afholder, &v[i].afholder);
		o = orgtabel_liste(t, &v[i].gaester, b[i].gaester.n, sizeof(*o));
		for (j = 0; o != NULL && j < b[i].gaester.n; j++)
			orgtabel_hent(t, g[j], &o[j]);
	}
}

static void
laes_ting(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_ting *b = fra->p;
	struct ting *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		v[i].art = (char)b[i].art;
		orgtabel_hent(t, b[i].fra, &v[i].fra);
		laes_leveringer(t, &b[i].leveringer, &v[i].leveringer);
	}
}

static void
laes_modtagere(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_modtager *b = fra->p;
	struct modtager *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].org, &v[i].org);
		if (!b[i].har_afgjort) /* version 1 did not ask: nothing of then is open */
			v[i].afgjort = v[i].sequence;
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
	v->samtale_rykket = (b->spurgt & 1) != 0;
	v->timer_spurgt.n = b->spurgt / 2;
	orgtabel_hent(t, b->akasse, &v->akasse);
	orgtabel_hent(t, b->kommune, &v->kommune);
	if (v->varsel.sendt) {
		orgtabel_hent(t, b->varsel_akasse, &v->varsel.akasse);
		orgtabel_hent(t, b->varsel_kommune, &v->varsel.kommune);
	}
	if (v->due.sendt)
		aendret_laes_due(t, b, &v->due);
	laes_timer(t, &b->timer, &v->timer);
	laes_samtaler(t, v, &b->samtaler, &v->samtaler);
	laes_referater(t, v, &b->referater, &v->referater);
	laes_indkaldelser(t, &b->indkaldelser, &v->indkaldelser);
	laes_ting(t, &b->ting, &v->ting);
	laes_modtagere(t, &b->modtagere, &v->modtagere);
	aendret_laes(t, b, v);
}

static void
laes_ventende(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct b_ventende *b = fra->p;
	struct ventende *v = orgtabel_liste(t, til, fra->n, sizeof(*v));
	size_t i;

	for (i = 0; v != NULL && i < fra->n; i++) {
		v[i] = b[i].v;
		orgtabel_hent(t, b[i].organisation, &v[i].org);
		t->fejl = t->fejl || v[i].paa < 0 || v[i].paa >= VENTER_ANTAL;
	}
}

static void
laes_noegle(struct set *s, const uint8_t noegle[16])
{
	memcpy(&s->id_hash, noegle, sizeof(s->id_hash));
	memcpy(s->indhold, noegle + 8, sizeof(s->indhold));
}

/* One of the two lists is empty. */
static void
laes_set(struct orgtabel *t, const struct b_person *b, struct plb_list *til)
{
	const struct b_set *bs = b->set.p;
	const struct b_husket *bh = b->husket.p;
	struct set *s = orgtabel_liste(t, til, b->set.n + b->husket.n, sizeof(*s));
	int64_t minut = 0;
	size_t i, n = 0;

	for (i = 0; s != NULL && i < b->set.n; i++, n++) {
		laes_noegle(&s[n], bs[i].noegle);
		s[n].minut = bs[i].minut;
	}
	for (i = 0; s != NULL && i < b->husket.n; i++, n++) {
		laes_noegle(&s[n], bh[i].noegle);
		t->fejl = t->fejl || __builtin_add_overflow(minut, bh[i].efter, &minut) ||
		    minut < INT32_MIN || minut > INT32_MAX;
		s[n].minut = t->fejl ? 0 : (int32_t)minut;
	}
}

static void
laes_person(struct orgtabel *t, const struct b_person *b, struct person *out)
{
	const struct b_forloeb *bf = b->forloeb.p;
	struct forloeb *f = orgtabel_liste(t, &out->forloeb, b->forloeb.n, sizeof(*f));
	size_t i;

	if (b->har_forseglet) {
		out->forseglet = b->forseglet;
		out->forseglet.id = lang_id(t->a, b->forseglet.id);
		t->fejl = t->fejl || out->forseglet.id.p == NULL;
	}
	if (b->har_identitet)
		out->identitet = b->identitet;
	out->flyttet = b->flyttet;
	laes_set(t, b, &out->set);
	for (i = 0; f != NULL && i < b->forloeb.n; i++)
		laes_forloeb(t, &bf[i], &f[i]);
	laes_ventende(t, &b->ventende, &out->ventende);
}

enum plb_err
forloeb_tilstand_laes(const struct forloeb_tilstand *w, struct plb_slice blob, struct plb_arena *a,
    struct person *out, struct plb_errctx *ec)
{
	const struct plb_schema *skema;
	struct plb_slice body;
	struct b_person b;
	const struct plb_binding *binding = NULL;
	struct orgtabel t = {.a = a};
	enum plb_err err = plb_frame_open(w->schemas, blob, &skema, &body, ec);

	memset(out, 0, sizeof(*out));
	if (err == PLB_OK && (binding = versioner_find(&w->versioner, skema)) == NULL)
		err = plb_err_set(ec, PLB_E_FORM, "another schema than the state's");
	if (err == PLB_OK)
		err = plb_binding_decode(binding, body, a, &b, ec);
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
	struct b_timer *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_timer){v[i], orgtabel_nr(t, &v[i].akasse)};
}

static void
skriv_leveringer(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct afsendt *v = fra->p;
	struct b_levering *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		b[i].v = v[i];
		b[i].til = orgtabel_nr(t, &v[i].til);
		b[i].flag = v[i].trin |
		    (v[i].version < VERSION_MAX ? v[i].version : VERSION_MAX) * LEVERING_VERSION;
		b[i].sendt = plb_dato_set(v[i].sendt) ? v[i].sendt.dage : 0;
	}
}

static void
skriv_samtaler(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct samtale *v = fra->p;
	struct b_samtale *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		b[i].v = v[i];
		b[i].afholder = orgtabel_nr(t, &v[i].afholder);
		b[i].fra = orgtabel_nr(t, &v[i].fra);
		b[i].flag = (v[i].flere_myndigheder ? FLAG_FLERE_MYNDIGHEDER : 0) |
		    (v[i].rykket ? FLAG_RYKKET : 0) | (v[i].tilbagekaldt ? FLAG_TILBAGEKALDT : 0) |
		    (v[i].foer_delt ? FLAG_FOER_DELT : 0);
		skriv_leveringer(t, &v[i].leveringer, &b[i].leveringer);
		if (v[i].modtaget.ms == PLB_TIME_UNSET.ms ||
		    __builtin_sub_overflow(v[i].modtaget.ms, v[i].afholdt.ms, &b[i].modtaget_efter))
			b[i].modtaget_efter = INT64_MIN;
	}
}

static void
skriv_referater(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct referat *v = fra->p;
	struct b_referat *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		b[i].v = v[i];
		b[i].forfatter = orgtabel_nr(t, &v[i].forfatter);
		b[i].flag = (v[i].har_deles ? FLAG_HAR_DELES : 0) | (v[i].deles ? FLAG_DELES : 0) |
		    (v[i].tilbagekaldt ? FLAG_TILBAGEKALDT : 0) | (v[i].glemt ? FLAG_GLEMT : 0) |
		    (v[i].foer_delt ? FLAG_FOER_DELT : 0);
		skriv_leveringer(t, &v[i].leveringer, &b[i].leveringer);
	}
}

static void
skriv_indkaldelser(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct indkaldelse *v = fra->p;
	struct b_indkaldelse *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i, j;

	for (i = 0; b != NULL && i < fra->n; i++) {
		const struct plb_org *o = v[i].gaester.p;
		int32_t *g;

		b[i].v = v[i];
		b[i].har_valg = v[i].valgt.id.p != NULL;
		b[i].afholder = orgtabel_nr(t, &v[i].afholder);
		g = orgtabel_liste(t, &b[i].gaester, v[i].gaester.n, sizeof(*g));
		for (j = 0; g != NULL && j < v[i].gaester.n; j++)
			g[j] = orgtabel_nr(t, &o[j]);
	}
}

static void
skriv_ting(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct ting *v = fra->p;
	struct b_ting *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		b[i].v = v[i];
		b[i].art = v[i].art;
		b[i].fra = orgtabel_nr(t, &v[i].fra);
		skriv_leveringer(t, &v[i].leveringer, &b[i].leveringer);
	}
}

static void
skriv_modtagere(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct modtager *v = fra->p;
	struct b_modtager *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_modtager){v[i], orgtabel_nr(t, &v[i].org), true};
}

static void
skriv_forloeb(struct orgtabel *t, const struct forloeb *v, struct b_forloeb *b)
{
	b->v = *v;
	b->har_indplaceringsdato = plb_dato_set(v->indplaceringsdato);
	b->har_foerste_dagpengedag = plb_dato_set(v->foerste_dagpengedag);
	b->spurgt = v->timer_spurgt.n * 2 + (v->samtale_rykket ? 1 : 0);
	b->har_spurgt = b->spurgt != 0;
	b->har_plan = !plb_uuid_is_nil(v->plan);
	b->har_afmeldt = plb_dato_set(v->afmeldt);
	b->har_afmeldelse = v->afmeldelse.id.p != NULL;
	b->akasse = orgtabel_nr(t, &v->akasse);
	b->kommune = orgtabel_nr(t, &v->kommune);
	if (v->varsel.sendt) {
		b->varsel_akasse = orgtabel_nr(t, &v->varsel.akasse);
		b->varsel_kommune = orgtabel_nr(t, &v->varsel.kommune);
	}
	if (v->due.sendt)
		aendret_skriv_due(t, &v->due, b);
	aendret_skriv(t, v, b);
	skriv_timer(t, &v->timer, &b->timer);
	skriv_samtaler(t, &v->samtaler, &b->samtaler);
	skriv_referater(t, &v->referater, &b->referater);
	skriv_indkaldelser(t, &v->indkaldelser, &b->indkaldelser);
	skriv_ting(t, &v->ting, &b->ting);
	skriv_modtagere(t, &v->modtagere, &b->modtagere);
}

static void
skriv_ventende(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct ventende *v = fra->p;
	struct b_ventende *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++)
		b[i] = (struct b_ventende){v[i], orgtabel_nr(t, &v[i].org)};
}

static void
skriv_set(struct orgtabel *t, const struct plb_list *fra, struct plb_list *til)
{
	const struct set *s = fra->p;
	struct b_husket *b = orgtabel_liste(t, til, fra->n, sizeof(*b));
	size_t i;

	for (i = 0; b != NULL && i < fra->n; i++) {
		memcpy(b[i].noegle, &s[i].id_hash, sizeof(s[i].id_hash));
		memcpy(b[i].noegle + 8, s[i].indhold, sizeof(s[i].indhold));
		b[i].efter = (int64_t)s[i].minut - (i > 0 ? s[i - 1].minut : 0);
	}
}

enum plb_err
forloeb_tilstand_skriv(const struct forloeb_tilstand *w, const struct person *p,
    struct plb_arena *a, struct plb_buf *out)
{
	struct b_person b = {.har_forseglet = p->forseglet.cpr.p != NULL,
	    .forseglet = p->forseglet,
	    .har_identitet = p->identitet.id.p != NULL,
	    .identitet = p->identitet,
	    .flyttet = p->flyttet};
	struct orgtabel t = {.a = a};
	const struct forloeb *f = p->forloeb.p;
	struct b_forloeb *bf = orgtabel_liste(&t, &b.forloeb, p->forloeb.n, sizeof(*bf));
	size_t i;

	if (b.har_forseglet) {
		b.forseglet.id = kort_id(a, p->forseglet.id);
		t.fejl = t.fejl || b.forseglet.id.p == NULL;
	}
	skriv_set(&t, &p->set, &b.husket);
	for (i = 0; bf != NULL && i < p->forloeb.n; i++)
		skriv_forloeb(&t, &f[i], &bf[i]);
	skriv_ventende(&t, &p->ventende, &b.ventende);
	orgtabel_skriv(&t, &b.organisationer);
	if (t.fejl)
		return PLB_E_FOR_STOR;
	plb_frame_put(w->versioner.v[w->versioner.n - 1].skema, out);
	plb_binding_encode(w->versioner.v[w->versioner.n - 1].binding, &b, out);
	return out->failed ? PLB_E_FOR_STOR : PLB_OK;
}
