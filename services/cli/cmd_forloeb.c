// SPDX-License-Identifier: MPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "cli_revision.h"
#include "cmd.h"
#include "tekst.h"
#include "tilstand_soeg.h"

#define OUT_MAX ((size_t)4 << 20)

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

static void item(struct out *o, size_t i, const char *fmt, ...) PLB_PRINTF(3, 4);

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
		item(o, i, "\"maaned\":\"%s\",\"akasse\":\"%s\",\"timer\":%lld.%02lld",
		    plb_maaned_text(t[i].maaned, d), t[i].akasse.text,
		    (long long)t[i].timer_c / 100, (long long)t[i].timer_c % 100);
	list_end(o);
	list_begin(o, "samtaler", f->samtaler.n);
	for (i = 0; i < f->samtaler.n; i++)
		item(o, i,
		    "\"samtaleId\":\"%s\",\"type\":%d,\"afholdt\":\"%s\",\"afholder\":\"%s\"",
		    plb_uuid_text(s[i].id, a), (int)s[i].type1, plb_time_text(s[i].afholdt, b),
		    s[i].afholder.text);
	list_end(o);
	list_begin(o, "referater", f->referater.n);
	for (i = 0; i < f->referater.n; i++)
		item(o, i, "\"referatId\":\"%s\",\"version\":%d,\"forfatter\":\"%s\"",
		    plb_uuid_text(r[i].id, a), (int)r[i].version, r[i].forfatter.text);
	list_end(o);
	list_begin(o, "indkaldelser", f->indkaldelser.n);
	for (i = 0; i < f->indkaldelser.n; i++)
		item(o, i,
		    "\"indkaldelseId\":\"%s\",\"type\":%d,\"start\":\"%s\",\"annulleret\":%s",
		    plb_uuid_text(k[i].id, a), (int)k[i].samtaletype, plb_time_text(k[i].start, b),
		    k[i].annulleret ? "true" : "false");
	list_end(o);
	list_begin(o, "modtagere", f->modtagere.n);
	for (i = 0; i < f->modtagere.n; i++)
		item(o, i, "\"organisation\":\"%s\",\"sequence\":%lld", m[i].org.text,
		    (long long)m[i].sequence);
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
	put(o, "forsikringskategori",
	    plb_slice_str(f->kategori == KATEGORI_DELTID ? "deltid" : "fuldtid"));
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

int
cmd_forloeb_show(const struct cli *c)
{
	struct out o = {.json = c->json};
	struct tilstand_soeg s;
	struct plb_slice text;
	struct cli_kafka k;
	struct plb_uuid id;
	int code;

	if (plb_uuid_parse(plb_slice_str(c->argv[1]), false, &id) != PLB_OK)
		return cli_fail(CLI_USAGE, "the id of a forløb is a UUID");
	tilstand_soeg_init(&s);
	code = cli_kafka_open(c, 0, &k);
	if (code == CLI_OK)
		code = tilstand_soeg(&s, &k, id);
	if (code == CLI_OK)
		code = cli_indsigt(&k, "indsigt.forloeb", s.pseudonym);
	if (code == CLI_OK) {
		plb_buf_init(&o.b, OUT_MAX);
		describe(&o, s.forloeb);
		if (plb_buf_done(&o.b, &text) == PLB_OK)
			fwrite(text.p, 1, text.len, stdout);
		plb_buf_fini(&o.b);
	}
	tilstand_soeg_fini(&s);
	cli_kafka_close(&k);
	return code;
}
