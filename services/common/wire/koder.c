// SPDX-License-Identifier: MPL-2.0
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

#include <parloeb/loop.h>

#define KODER_MAX_BYTES ((size_t)1 << 20)
#define KOLONNER_MAX 32

struct kode {
	struct plb_map_node node;
	struct plb_dato fra, til; /* PLB_DATO_NONE = open */
	const struct kode *andre; /* the same code in another row */
};
struct wire_koder {
	const char *navn;
	struct plb_map map;
	struct wire_koder *next;
};

struct csv {
	const char *p, *end, *path;
	int line;
};

/* A cell in quotes, without them; "" stands for one. */
static bool
quoted_cell(struct csv *c, struct plb_arena *a, struct plb_slice *cell)
{
	const char *from = ++c->p;
	size_t n = 0;
	char *out;

	while (c->p < c->end && (*c->p != '"' || (c->end - c->p > 1 && c->p[1] == '"')))
		c->p += *c->p == '"' ? 2 : 1;
	out = c->p < c->end ? plb_arena_alloc(a, (size_t)(c->p - from)) : NULL;
	if (out == NULL)
		return false;
	for (; from < c->p; from += *from == '"' ? 2 : 1)
		out[n++] = *from;
	c->p++;
	*cell = plb_slice(out, n);
	return true;
}

/* Next cell of the row; *last at the row's end. RFC 4180. */
static bool
csv_cell(struct csv *c, struct plb_arena *a, struct plb_slice *cell, bool *last)
{
	const char *from = c->p;

	if (c->p < c->end && *c->p == '"') {
		if (!quoted_cell(c, a, cell))
			return false;
	} else {
		while (c->p < c->end && *c->p != ',' && *c->p != '\n' && *c->p != '\r')
			c->p++;
		*cell = plb_slice(from, (size_t)(c->p - from));
	}
	if (c->p < c->end && *c->p == ',') {
		c->p++;
		*last = false;
		return true;
	}
	*last = true;
	if (c->p < c->end && *c->p == '\r')
		c->p++;
	if (c->p < c->end && *c->p != '\n')
		return false;
	if (c->p < c->end)
		c->p++;
	c->line++;
	return true;
}

static enum plb_err
csv_row(struct csv *c, struct plb_arena *a, struct plb_slice cells[KOLONNER_MAX], size_t *n,
    struct plb_errctx *ec)
{
	bool last = false;

	for (*n = 0; !last; (*n)++)
		if (*n == KOLONNER_MAX || !csv_cell(c, a, &cells[*n], &last))
			return plb_err_set(ec, PLB_E_KONFIG,
			    "%s:%d: not a row of comma separated values", c->path, c->line);
	return PLB_OK;
}

static bool
valid_from_to(struct plb_slice cell, struct plb_dato *out)
{
	*out = PLB_DATO_NONE;
	return cell.len == 0 || plb_dato_parse(cell, out) == PLB_OK;
}

enum kolonne { KODE, FRA, TIL, KOLONNER };

static enum plb_err
add_row(struct wire_koder *k, struct plb_arena *a, const struct csv *c,
    const struct plb_slice v[KOLONNER], struct plb_errctx *ec)
{
	struct kode *row = plb_arena_calloc(a, 1, sizeof(*row));
	struct plb_map_node *old;

	if (row == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "%s: out of memory", c->path);
	if (v[KODE].len == 0 || !valid_from_to(v[FRA], &row->fra) ||
	    !valid_from_to(v[TIL], &row->til))
		return plb_err_set(ec, PLB_E_KONFIG, "%s:%d: no kode, or a date that is none",
		    c->path, c->line - 1);
	row->node.key = plb_arena_dup(a, v[KODE]);
	if (row->node.key.p == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "%s: out of memory", c->path);
	old = plb_map_get(&k->map, row->node.key);
	if (old != NULL) {
		struct kode *first = (struct kode *)old;

		row->andre = first->andre;
		first->andre = row;
		return PLB_OK;
	}
	return plb_map_add(&k->map, &row->node);
}

static enum plb_err
parse(struct wire_koder *k, struct plb_arena *a, struct csv *c, struct plb_errctx *ec)
{
	static const char *const names[KOLONNER] = {"kode", "gyldig_fra", "gyldig_til"};
	struct plb_slice cells[KOLONNER_MAX], v[KOLONNER];
	size_t at[KOLONNER], n, columns;
	enum plb_err err = csv_row(c, a, cells, &columns, ec);

	if (err)
		return err;
	for (size_t i = 0; i < KOLONNER; i++) {
		for (at[i] = 0; at[i] < columns && !plb_slice_is(cells[at[i]], names[i]); at[i]++)
			;
		if (at[i] == columns)
			return plb_err_set(
			    ec, PLB_E_KONFIG, "%s:1: no column %s", c->path, names[i]);
	}
	while (c->p < c->end) {
		err = csv_row(c, a, cells, &n, ec);
		if (err)
			return err;
		if (n == 1 && cells[0].len == 0)
			continue; /* empty line */
		if (n != columns)
			return plb_err_set(ec, PLB_E_KONFIG, "%s:%d: %zu columns, expected %zu",
			    c->path, c->line - 1, n, columns);
		for (size_t i = 0; i < KOLONNER; i++)
			v[i] = cells[at[i]];
		err = add_row(k, a, c, v, ec);
		if (err)
			return err;
	}
	return PLB_OK;
}

static enum plb_err
load(struct wire_koder *k, struct wire_lists *l, struct plb_errctx *ec)
{
	struct csv c = {.line = 1};
	char *text = NULL;
	size_t len = 0;
	enum plb_err err;

	c.path = plb_arena_printf(l->arena, "%s/%s.csv", l->folder, k->navn);
	if (c.path == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	err = plb_file_read(c.path, KODER_MAX_BYTES, &text, &len, ec);
	if (err)
		return PLB_E_KONFIG;
	c.p = text;
	c.end = text + len;
	err = parse(k, l->arena, &c, ec);
	free(text);
	return err;
}

const struct wire_koder *
wire_lists_get(struct wire_lists *l, const char *navn, struct plb_errctx *ec)
{
	struct wire_koder *k;

	for (k = l->first; k != NULL; k = k->next)
		if (strcmp(k->navn, navn) == 0)
			return k;
	if (l->folder == NULL) {
		(void)plb_err_set(ec, PLB_E_KONFIG,
		    "code list %s is asked for, but there is no folder of code lists", navn);
		return NULL;
	}
	k = plb_arena_calloc(l->arena, 1, sizeof(*k));
	if (k == NULL || (k->navn = plb_arena_printf(l->arena, "%s", navn)) == NULL) {
		(void)plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
		return NULL;
	}
	plb_map_init(&k->map, 0);
	k->next = l->first;
	l->first = k; /* also on fault, so that _fini finds the map */
	return load(k, l, ec) == PLB_OK ? k : NULL;
}

void
wire_lists_fini(struct wire_lists *l)
{
	for (struct wire_koder *k = l->first; k != NULL; k = k->next)
		plb_map_fini(&k->map);
	l->first = NULL;
}

bool
wire_kode_valid(const struct wire_koder *k, struct plb_slice kode, struct plb_dato on)
{
	const struct kode *row = (const struct kode *)plb_map_get(&k->map, kode);

	for (; row != NULL; row = row->andre) {
		if (!plb_dato_set(on))
			return true;
		if (plb_dato_set(row->fra) && plb_dato_before(on, row->fra))
			continue;
		if (plb_dato_set(row->til) && plb_dato_before(row->til, on))
			continue;
		return true;
	}
	return false;
}
