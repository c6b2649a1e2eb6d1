// SPDX-License-Identifier: MPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "cli_net.h"
#include "cmd.h"
#include "forloeb_tilstand.h"
#include "tekst.h"

#define ARENA_MAX ((size_t)64 << 20)
#define OUT_MAX ((size_t)4 << 20)
#define DUE_BYTES 8 /* before the blob in a changelog value */

/* The changelog of forloeb, read for the newest state of the person that has the forløb. */
struct search {
	const struct plb_schemas *schemas;
	struct forloeb_tilstand *wire;
	struct plb_uuid id;
	struct plb_arena arena;
	struct plb_buf key, blob; /* of the newest record that had it; blob empty = gone again */
};

static const struct forloeb *
find(const struct person *p, struct plb_uuid id)
{
	const struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = 0; i < p->forloeb.n; i++)
		if (plb_uuid_eq(f[i].id, id))
			return &f[i];
	return NULL;
}

static enum plb_err
look(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct search *s = arg;
	const struct plb_schema *sc;
	struct plb_slice blob, body;
	struct person p;

	if (r->tombstone || r->value.len <= DUE_BYTES) {
		if (plb_slice_eq(r->key, plb_slice(s->key.p, s->key.len)))
			plb_buf_reset(&s->blob);
		return PLB_OK;
	}
	blob = plb_slice(r->value.p + DUE_BYTES, r->value.len - DUE_BYTES);
	if (plb_frame_open(s->schemas, blob, &sc, &body, ec) != PLB_OK || strcmp(plb_schema_navn(sc), "forloeb-tilstand") != 0)
		return PLB_OK; /* kept events lie there too */
	plb_arena_reset(&s->arena);
	if (forloeb_tilstand_laes(s->wire, blob, &s->arena, &p, ec) != PLB_OK || find(&p, s->id) == NULL)
		return PLB_OK;
	plb_buf_reset(&s->key);
	plb_buf_slice(&s->key, r->key);
	plb_buf_reset(&s->blob);
	plb_buf_slice(&s->blob, blob);
	return PLB_OK;
}

/* ---- printing: one description, two forms ---- */

struct out {
	struct plb_buf b;
	bool json, first;
};

static void
name(struct out *o, const char *navn)
{
	if (o->json)
		plb_buf_printf(&o->b, "%s\"%s\":", o->first ? "" : ",", navn);
	else
		plb_buf_printf(&o->b, "%-24s", navn);
	o->first = false;
}

static void
put(struct out *o, const char *navn, struct plb_slice v)
{
	name(o, navn);
	if (o->json)
		plb_buf_json(&o->b, v);
	else
		tekst_fremmed(v, &o->b);
	plb_buf_str(&o->b, o->json ? "" : "\n");
}

static void
put_dato(struct out *o, const char *navn, struct plb_dato d)
{
	char text[PLB_DATO_TEXT];

	if (plb_dato_set(d))
		put(o, navn, plb_slice_str(plb_dato_text(d, text)));
}

static void
put_bool(struct out *o, const char *navn, bool v)
{
	name(o, navn);
	plb_buf_str(&o->b, o->json ? (v ? "true" : "false") : (v ? "ja\n" : "nej\n"));
}

/* A list: JSON objects, or one line for each item with its members in order. */
static void
list_begin(struct out *o, const char *navn, size_t n)
{
	if (o->json)
		plb_buf_printf(&o->b, ",\"%s\":[", navn);
	else
		plb_buf_printf(&o->b, "%s: %zu\n", navn, n);
}

static void
item(struct out *o, size_t i, const char *fmt, ...) PLB_PRINTF(3, 4);

static void
item(struct out *o, size_t i, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	char *p;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (o->json) {
		plb_buf_printf(&o->b, "%s{%s}", i == 0 ? "" : ",", text);
		return;
	}
	/* Ids, codes, dates and numbers only: nothing in them needs its quotes. */
	plb_buf_str(&o->b, "  ");
	for (p = text; *p != '\0'; p++)
		if (*p == ',')
			plb_buf_str(&o->b, "  ");
		else if (*p == ':' && p > text && p[-1] == '"')
			plb_buf_str(&o->b, " ");
		else if (*p != '"')
			plb_buf_u8(&o->b, (uint8_t)*p);
	plb_buf_str(&o->b, "\n");
}

static void
list_end(struct out *o)
{
	plb_buf_str(&o->b, o->json ? "]" : "");
}

static void
lists(struct out *o, const struct forloeb *f)
{
	const struct maanedstimer *t = f->timer.p;
	const struct samtale *s = f->samtaler.p;
	const struct referat *r = f->referater.p;
	const struct indkaldelse *k = f->indkaldelser.p;
	const struct modtager *m = f->modtagere.p;
	char a[PLB_UUID_TEXT], b[PLB_TIME_TEXT], d[PLB_DATO_TEXT];
	size_t i;

	list_begin(o, "timer", f->timer.n);
	for (i = 0; i < f->timer.n; i++)
		item(o, i, "\"maaned\":\"%s\",\"akasse\":\"%s\",\"timer\":%lld.%02lld", plb_maaned_text(t[i].maaned, d), t[i].akasse.text, (long long)t[i].timer_c / 100,
		    (long long)t[i].timer_c % 100);
	list_end(o);
	list_begin(o, "samtaler", f->samtaler.n);
	for (i = 0; i < f->samtaler.n; i++)
		item(o, i, "\"samtaleId\":\"%s\",\"type\":%d,\"afholdt\":\"%s\",\"afholder\":\"%s\"", plb_uuid_text(s[i].id, a), (int)s[i].type1,
		    plb_time_text(s[i].afholdt, b), s[i].afholder.text);
	list_end(o);
	list_begin(o, "referater", f->referater.n);
	for (i = 0; i < f->referater.n; i++)
		item(o, i, "\"referatId\":\"%s\",\"version\":%d,\"forfatter\":\"%s\"", plb_uuid_text(r[i].id, a), (int)r[i].version, r[i].forfatter.text);
	list_end(o);
	list_begin(o, "indkaldelser", f->indkaldelser.n);
	for (i = 0; i < f->indkaldelser.n; i++)
		item(o, i, "\"indkaldelseId\":\"%s\",\"type\":%d,\"start\":\"%s\",\"annulleret\":%s", plb_uuid_text(k[i].id, a), (int)k[i].samtaletype,
		    plb_time_text(k[i].start, b), k[i].annulleret ? "true" : "false");
	list_end(o);
	list_begin(o, "modtagere", f->modtagere.n);
	for (i = 0; i < f->modtagere.n; i++)
		item(o, i, "\"organisation\":\"%s\",\"sequence\":%lld", m[i].org.text, (long long)m[i].sequence);
	list_end(o);
}

static void
describe(struct out *o, const struct forloeb *f)
{
	char id[PLB_UUID_TEXT];

	o->first = true;
	plb_buf_str(&o->b, o->json ? "{" : "");
	put(o, "forloebId", plb_slice_str(plb_uuid_text(f->id, id)));
	put(o, "regelsaet", f->regelsaet);
	put(o, "akasse", plb_org_slice(&f->akasse));
	put(o, "kommune", plb_org_slice(&f->kommune));
	put(o, "forsikringskategori", plb_slice_str(f->kategori == KATEGORI_DELTID ? "deltid" : "fuldtid"));
	put(o, "tilmeldingId", plb_slice_str(plb_uuid_text(f->tilmelding, id)));
	put_dato(o, "tilmeldingsdato", f->tilmeldingsdato);
	put_dato(o, "indplaceringsdato", f->indplaceringsdato);
	put_dato(o, "foersteDagpengedag", f->foerste_dagpengedag);
	put_dato(o, "afmeldingsdato", f->afmeldt);
	put_bool(o, "varslet", f->varsel.sendt);
	if (f->varsel.sendt)
		put_dato(o, "forventetVirkningsdato", f->varsel.virkningsdato);
	put_bool(o, "overdraget", f->due.sendt);
	if (f->due.sendt)
		put_dato(o, "virkningsdato", f->due.virkningsdato);
	lists(o, f);
	plb_buf_str(&o->b, o->json ? "}\n" : "");
}

static int
show(const struct cli *c, struct search *s)
{
	struct out o = { .json = c->json };
	struct plb_errctx ec = { { 0 } };
	struct plb_slice text, blob;
	struct person p;
	enum plb_err err = plb_buf_done(&s->blob, &blob);

	if (err == PLB_OK && blob.len == 0)
		return cli_fail(CLI_FAULTS, "no forløb has this id");
	plb_arena_reset(&s->arena);
	if (err == PLB_OK)
		err = forloeb_tilstand_laes(s->wire, blob, &s->arena, &p, &ec);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	plb_buf_init(&o.b, OUT_MAX);
	describe(&o, find(&p, s->id));
	if (plb_buf_done(&o.b, &text) == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	plb_buf_fini(&o.b);
	return CLI_OK;
}

static int
search(const struct cli *c, const struct cli_kafka *k, struct search *s)
{
	struct plb_errctx ec = { { 0 } };
	enum plb_err err;
	int code;

	s->schemas = k->schemas;
	plb_arena_init(&s->arena, ARENA_MAX);
	plb_buf_init(&s->key, 1024);
	plb_buf_init(&s->blob, OUT_MAX);
	err = forloeb_tilstand_new(k->schemas, &s->wire, &ec);
	if (err == PLB_OK)
		err = cli_scan(k->bus, "forloeb.tilstand", -1, look, s, &ec);
	code = err == PLB_OK ? show(c, s) : cli_error(err, &ec);
	forloeb_tilstand_free(&s->wire);
	plb_buf_fini(&s->blob);
	plb_buf_fini(&s->key);
	plb_arena_fini(&s->arena);
	return code;
}

int
cmd_forloeb_show(const struct cli *c)
{
	struct search s = { .wire = NULL };
	struct cli_kafka k;
	int code;

	if (plb_uuid_parse(plb_slice_str(c->argv[1]), false, &s.id) != PLB_OK)
		return cli_fail(CLI_USAGE, "the id of a forløb is a UUID");
	code = cli_kafka_open(c, 0, &k);
	if (code == CLI_OK)
		code = search(c, &k, &s);
	cli_kafka_close(&k);
	return code;
}
