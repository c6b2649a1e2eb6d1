// SPDX-License-Identifier: MPL-2.0
#include "binding.h"

#include <stdlib.h>

struct compiler {
	struct plb_binding *into;
	struct plb_errctx *ec;
	bool mild; /* fields that the schema lacks are left out */
};

static enum plb_err bind_value(struct compiler *c, const struct wire_slot *slot,
    const struct plb_bind *b, struct wire_bound *out);

static enum plb_err
no_memory(struct compiler *c)
{
	return plb_err_set(c->ec, PLB_E_HUKOMMELSE, "out of memory");
}

static size_t
extent(const struct plb_bind *b, size_t n)
{
	size_t most = 0;

	for (size_t i = 0; i < n; i++) {
		static const size_t sizes[] = {
		    [PLB_BIND_BOOL] = sizeof(bool),
		    [PLB_BIND_INT] = sizeof(int32_t),
		    [PLB_BIND_LONG] = sizeof(int64_t),
		    [PLB_BIND_DATO] = sizeof(struct plb_dato),
		    [PLB_BIND_TIME] = sizeof(struct plb_time),
		    [PLB_BIND_ENUM] = sizeof(int),
		    [PLB_BIND_STRING] = sizeof(struct plb_slice),
		    [PLB_BIND_BYTES] = sizeof(struct plb_slice),
		    [PLB_BIND_FIXED16] = 16,
		    [PLB_BIND_RECORD] = 0,
		    [PLB_BIND_LIST] = sizeof(struct plb_list),
		    [PLB_BIND_RAW] = sizeof(struct plb_slice),
		};
		size_t end = b[i].offset + sizes[b[i].type];

		if (b[i].type == PLB_BIND_RECORD)
			end += extent(b[i].sub, b[i].n_sub);
		if (end > most)
			most = end;
		if (b[i].has != PLB_BIND_REQUIRED && b[i].has + sizeof(bool) > most)
			most = b[i].has + sizeof(bool);
	}
	return most;
}

static bool
fits(enum plb_bind_type b, const struct wire_type *t)
{
	switch (b) {
	case PLB_BIND_BOOL:
		return t->kind == WIRE_BOOL;
	case PLB_BIND_INT:
		return t->kind == WIRE_INT;
	case PLB_BIND_LONG:
		return t->kind == WIRE_LONG || t->kind == WIRE_INT || t->kind == WIRE_TIME;
	case PLB_BIND_DATO:
		return t->kind == WIRE_DATO;
	case PLB_BIND_TIME:
		return t->kind == WIRE_TIME;
	case PLB_BIND_ENUM:
		return t->kind == WIRE_ENUM;
	case PLB_BIND_STRING:
		return t->kind == WIRE_STRING;
	case PLB_BIND_BYTES:
		return t->kind == WIRE_BYTES || (t->kind == WIRE_FIXED && t->size != 16);
	case PLB_BIND_FIXED16:
		return t->kind == WIRE_FIXED && t->size == 16;
	case PLB_BIND_RECORD:
		return t->kind == WIRE_RECORD;
	case PLB_BIND_LIST:
		return t->kind == WIRE_ARRAY;
	case PLB_BIND_RAW:
		return true;
	}
	return false;
}

static int
symbol_of(const char *const *symbols, struct plb_slice json)
{
	for (int i = 0; symbols[i] != NULL; i++)
		if (plb_slice_is(json, symbols[i]))
			return i;
	return -1;
}

static enum plb_err
bind_enum(
    struct compiler *c, const struct wire_type *t, const struct plb_bind *b, struct wire_bound *out)
{
	int *in = plb_arena_calloc(&c->into->arena, t->n, sizeof(*in)), *back;
	int n = 0;

	PLB_ASSERT(b->symbols != NULL);
	while (b->symbols[n] != NULL)
		n++;
	back = plb_arena_calloc(&c->into->arena, (size_t)n, sizeof(*back));
	if (in == NULL || back == NULL)
		return no_memory(c);
	for (int i = 0; i < n; i++) {
		back[i] = -1;
		for (size_t k = 0; k < t->n; k++)
			if (plb_slice_is(t->symbol[k].json, b->symbols[i]))
				back[i] = (int)k;
		if (back[i] < 0)
			return plb_err_set(c->ec, PLB_E_KONFIG,
			    "binding %s: the schema has no symbol %s",
			    b->name == NULL ? "[]" : b->name, b->symbols[i]);
	}
	for (size_t k = 0; k < t->n; k++)
		in[k] = symbol_of(b->symbols, t->symbol[k].json);
	out->in = in;
	out->out = back;
	out->n_out = n;
	return PLB_OK;
}

static enum plb_err
bind_record(struct compiler *c, const struct wire_type *t, const struct plb_bind *b, size_t n,
    struct wire_bound *out)
{
	struct wire_bound *sub = plb_arena_calloc(&c->into->arena, t->n, sizeof(*sub));
	enum plb_err err = PLB_OK;

	if (sub == NULL)
		return no_memory(c);
	out->sub = sub;
	for (size_t k = 0; k < t->n; k++)
		sub[k].slot = &t->field[k].slot;
	for (size_t i = 0; i < n && !err; i++) {
		size_t k = 0;

		while (k < t->n && !plb_slice_is(t->field[k].name, b[i].name))
			k++;
		if (k == t->n && c->mild) {
			c->into->encodes = false;
			continue;
		}
		if (k == t->n)
			return plb_err_set(
			    c->ec, PLB_E_KONFIG, "%s has no field %s", t->name.p, b[i].name);
		if (sub[k].b != NULL)
			return plb_err_set(c->ec, PLB_E_KONFIG, "%s: field %s is bound twice",
			    t->name.p, b[i].name);
		err = bind_value(c, &t->field[k].slot, &b[i], &sub[k]);
		if (err)
			return plb_err_wrap(c->ec, err, "%s", t->name.p);
	}
	for (size_t k = 0; k < t->n; k++)
		if (sub[k].b == NULL && !t->field[k].slot.nullable && !t->field[k].tom)
			c->into->encodes = false;
	return err;
}

static enum plb_err
bind_value(struct compiler *c, const struct wire_slot *slot, const struct plb_bind *b,
    struct wire_bound *out)
{
	struct wire_bound *item;
	enum plb_err err;

	out->slot = slot;
	out->b = b;
	if (!fits(b->type, slot->type))
		return plb_err_set(c->ec, PLB_E_KONFIG,
		    "binding %s does not fit the type of the schema",
		    b->name == NULL ? "[]" : b->name);
	if (b->type == PLB_BIND_ENUM)
		return bind_enum(c, slot->type, b, out);
	if (b->type == PLB_BIND_RECORD)
		return bind_record(c, slot->type, b->sub, b->n_sub, out);
	if (b->type != PLB_BIND_LIST)
		return PLB_OK;
	item = plb_arena_calloc(&c->into->arena, 1, sizeof(*item));
	if (item == NULL)
		return no_memory(c);
	out->sub = item;
	if (b->n_sub == 0 || b->item_size < extent(b->sub, b->n_sub))
		return plb_err_set(c->ec, PLB_E_KONFIG,
		    "binding %s: no item, or item_size too small",
		    b->name == NULL ? "[]" : b->name);
	if (b->sub[0].name == NULL)
		return bind_value(c, slot->type->item, b->sub, item);
	item->slot = slot->type->item;
	if (item->slot->type->kind != WIRE_RECORD)
		return plb_err_set(c->ec, PLB_E_KONFIG, "binding %s: the items are no records",
		    b->name == NULL ? "[]" : b->name);
	err = bind_record(c, item->slot->type, b->sub, b->n_sub, item);
	return err;
}

static enum plb_err
binding_new(const struct plb_schema *s, const struct plb_bind *b, size_t n, bool mild,
    struct plb_binding **out, struct plb_errctx *ec)
{
	struct plb_binding *p = calloc(1, sizeof(*p));
	struct compiler c = {p, ec, mild};
	enum plb_err err;

	*out = NULL;
	if (p == NULL)
		return no_memory(&c);
	plb_arena_init(&p->arena, 4 << 20);
	p->root.type = s->root;
	p->encodes = true;
	p->extent = extent(b, n);
	p->bound.slot = &p->root;
	err = bind_record(&c, s->root, b, n, &p->bound);
	if (err)
		plb_binding_free(&p);
	*out = p;
	return err;
}

enum plb_err
plb_binding_new(const struct plb_schema *s, const struct plb_bind *b, size_t n,
    struct plb_binding **out, struct plb_errctx *ec)
{
	return binding_new(s, b, n, false, out, ec);
}

enum plb_err
plb_binding_new_laes(const struct plb_schema *s, const struct plb_bind *b, size_t n,
    struct plb_binding **out, struct plb_errctx *ec)
{
	return binding_new(s, b, n, true, out, ec);
}

void
plb_binding_free(struct plb_binding **b)
{
	if (*b == NULL)
		return;
	plb_arena_fini(&(*b)->arena);
	free(*b);
	*b = NULL;
}
