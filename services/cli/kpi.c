// SPDX-License-Identifier: MPL-2.0
#include "kpi.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)512 << 20)
#define KODE_MAX 24

const char *const kpi_aarsager[KPI_AARSAGER] = {"afsender", "parloeb", "modtager"};
static const char *const navne[KPI_ARTER] = {"foersteSamtaler", "referater", "overdragelser"};

struct sted {
	struct plb_map_node node;
	uint8_t key[16];
	char akasse[KODE_MAX], kommune[KODE_MAX];
};
struct ting {
	struct plb_map_node node;
	uint8_t key[17]; /* kind, id */
	struct plb_uuid forloeb;
	struct plb_time tid;
	bool sen;
	int aarsag;
};
struct raekke {
	struct plb_ymd maaned; /* the first of it */
	char akasse[KODE_MAX], kommune[KODE_MAX];
	size_t antal[KPI_ARTER], rettidige[KPI_ARTER], forsinket[KPI_AARSAGER];
};

void
kpi_init(struct kpi *k)
{
	plb_map_init(&k->ting, 0);
	plb_map_init(&k->steder, 0);
	plb_arena_init(&k->arena, ARENA_MAX);
}

void
kpi_fini(struct kpi *k)
{
	plb_map_fini(&k->ting);
	plb_map_fini(&k->steder);
	plb_arena_fini(&k->arena);
}

static void
kopi(char out[KODE_MAX], struct plb_slice s)
{
	size_t n = s.len < KODE_MAX - 1 ? s.len : KODE_MAX - 1;

	memset(out, 0, KODE_MAX);
	if (n > 0)
		memcpy(out, s.p, n);
}

enum plb_err
kpi_sted(struct kpi *k, const struct plb_uuid *forloeb, struct plb_slice akasse,
    struct plb_slice kommune)
{
	struct plb_map_node *n = plb_map_get(&k->steder, plb_slice(forloeb->b, sizeof(forloeb->b)));
	struct sted *s = (struct sted *)(void *)n;
	enum plb_err err = PLB_OK;

	if (s == NULL) {
		s = plb_arena_calloc(&k->arena, 1, sizeof(*s));
		if (s == NULL)
			return PLB_E_HUKOMMELSE;
		memcpy(s->key, forloeb->b, sizeof(s->key));
		s->node.key = plb_slice(s->key, sizeof(s->key));
		err = plb_map_add(&k->steder, &s->node);
	}
	kopi(s->akasse, akasse);
	kopi(s->kommune, kommune);
	return err;
}

enum plb_err
kpi_ting(struct kpi *k, enum kpi_art art, const struct plb_uuid *id, const struct plb_uuid *forloeb,
    struct plb_time tid, bool sen, int aarsag)
{
	struct ting *t;
	uint8_t key[17];
	enum plb_err err = PLB_OK;

	key[0] = (uint8_t)art;
	memcpy(key + 1, id->b, sizeof(id->b));
	t = (struct ting *)(void *)plb_map_get(&k->ting, plb_slice(key, sizeof(key)));
	if (t == NULL) {
		t = plb_arena_calloc(&k->arena, 1, sizeof(*t));
		if (t == NULL)
			return PLB_E_HUKOMMELSE;
		memcpy(t->key, key, sizeof(key));
		t->node.key = plb_slice(t->key, sizeof(t->key));
		t->forloeb = *forloeb;
		t->tid = tid;
		t->aarsag = -1;
		err = plb_map_add(&k->ting, &t->node);
	}
	if (!t->sen && (sen || plb_time_before(tid, t->tid)))
		t->tid = tid;
	t->sen = t->sen || sen;
	if (aarsag >= 0)
		t->aarsag = aarsag;
	return err;
}

/* ---- rows ---- */

static int
foelge(const void *a, const void *b)
{
	const struct raekke *x = a, *y = b;
	int d = x->maaned.year != y->maaned.year ? x->maaned.year - y->maaned.year
						 : x->maaned.month - y->maaned.month;

	if (d == 0)
		d = strcmp(x->akasse, y->akasse);
	return d != 0 ? d : strcmp(x->kommune, y->kommune);
}

static void
laeg_til(struct raekke *r, const struct ting *t)
{
	r->antal[t->key[0]]++;
	r->rettidige[t->key[0]] += t->sen ? 0 : 1;
	if (t->key[0] == KPI_OVERDRAGELSE && t->sen && t->aarsag >= 0)
		r->forsinket[t->aarsag]++;
}

/* One row for each thing, sorted, and those of the same place and month put together. */
static enum plb_err
raekker(const struct kpi *k, struct raekke **out, size_t *n)
{
	struct raekke *r = calloc(k->ting.n + 1, sizeof(*r));
	struct plb_map_node *node;
	size_t it = 0, i = 0, til = 0;

	*out = r;
	*n = 0;
	if (r == NULL)
		return PLB_E_HUKOMMELSE;
	while ((node = plb_map_next(&k->ting, &it)) != NULL) {
		const struct ting *t = (const struct ting *)(const void *)node;
		const struct sted *s = (const struct sted *)(const void *)plb_map_get(
		    &k->steder, plb_slice(t->forloeb.b, sizeof(t->forloeb.b)));

		r[i].maaned = plb_dato_ymd(plb_dato_month_first(plb_time_dato(t->tid)));
		kopi(r[i].akasse, plb_slice_str(s == NULL ? "?" : s->akasse));
		kopi(r[i].kommune, plb_slice_str(s == NULL ? "?" : s->kommune));
		laeg_til(&r[i++], t);
	}
	qsort(r, i, sizeof(*r), foelge);
	for (size_t j = 0; j < i; j++) {
		if (j == 0 || foelge(&r[til - 1], &r[j]) != 0) {
			r[til++] = r[j];
			continue;
		}
		for (int a = 0; a < KPI_ARTER; a++) {
			r[til - 1].antal[a] += r[j].antal[a];
			r[til - 1].rettidige[a] += r[j].rettidige[a];
		}
		for (int a = 0; a < KPI_AARSAGER; a++)
			r[til - 1].forsinket[a] += r[j].forsinket[a];
	}
	*n = til;
	return PLB_OK;
}

static void
skriv_json(const struct raekke *r, struct plb_buf *out)
{
	plb_buf_printf(
	    out, "{\"maaned\":\"%04d-%02d\",\"akasse\":", r->maaned.year, r->maaned.month);
	plb_buf_json(out, plb_slice_str(r->akasse));
	plb_buf_str(out, ",\"kommune\":");
	plb_buf_json(out, plb_slice_str(r->kommune));
	for (int a = 0; a < KPI_ARTER; a++) {
		plb_buf_printf(out, ",\"%s\":{\"antal\":%zu,\"rettidige\":%zu", navne[a],
		    r->antal[a], r->rettidige[a]);
		for (int c = 0; a == KPI_OVERDRAGELSE && c < KPI_AARSAGER; c++)
			plb_buf_printf(out, "%s\"%s\":%zu", c == 0 ? ",\"forsinket\":{" : ",",
			    kpi_aarsager[c], r->forsinket[c]);
		plb_buf_str(out, a == KPI_OVERDRAGELSE ? "}}" : "}");
	}
	plb_buf_str(out, "}");
}

static void
andel(struct plb_buf *out, size_t rettidige, size_t antal)
{
	if (antal == 0)
		plb_buf_printf(out, "  %15s", "-");
	else
		plb_buf_printf(
		    out, "  %4zu/%-4zu %3zu %%", rettidige, antal, rettidige * 100 / antal);
}

static void
skriv_linje(const struct raekke *r, struct plb_buf *out)
{
	plb_buf_printf(
	    out, "%04d-%02d  %-14s %-7s", r->maaned.year, r->maaned.month, r->akasse, r->kommune);
	for (int a = 0; a < KPI_ARTER; a++)
		andel(out, r->rettidige[a], r->antal[a]);
	plb_buf_printf(out, "  %zu/%zu/%zu\n", r->forsinket[0], r->forsinket[1], r->forsinket[2]);
}

enum plb_err
kpi_skriv(const struct kpi *k, bool json, struct plb_buf *out)
{
	struct raekke *r;
	size_t n;
	enum plb_err err = raekker(k, &r, &n);

	if (json)
		plb_buf_str(out, "{\"maaneder\":[");
	else if (n > 0)
		plb_buf_printf(out,
		    "%-7s  %-14s %-7s  %15s  %15s  %15s  late by sender/Parløb/recipient\n",
		    "month", "a-kasse", "kommune", "1st conversation", "referater", "handovers");
	else
		plb_buf_str(out, "none\n");
	for (size_t i = 0; i < n; i++) {
		if (json && i > 0)
			plb_buf_str(out, ",");
		(json ? skriv_json : skriv_linje)(&r[i], out);
	}
	plb_buf_str(out, json ? "]}\n" : "");
	free(r);
	return err;
}
