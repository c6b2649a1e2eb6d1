// SPDX-License-Identifier: MPL-2.0
#include "binding.h"

struct decoder {
	struct wire_rd r;
	struct plb_arena *a;
	bool full; /* the arena is */
};

static bool decode_value(struct decoder *d, const struct wire_bound *v, uint8_t *base);

static bool
decode_record(struct decoder *d, const struct wire_bound *rec, uint8_t *base)
{
	const struct wire_type *t = rec->slot->type;

	for (size_t i = 0; i < t->n; i++) {
		const struct wire_bound *v = &rec->sub[i];

		if (v->b == NULL ? !wire_skip(&d->r, v->slot) : !decode_value(d, v, base)) {
			if (d->r.field.len == 0)
				d->r.field = t->field[i].name;
			return false;
		}
	}
	return true;
}

/* Room for n more items behind the `have` that are there. */
static bool
grow(struct decoder *d, struct plb_list *list, size_t have, size_t n, size_t item_size)
{
	/* calloc, so that an empty list is not NULL and items start as zero. */
	uint8_t *p = plb_arena_calloc(d->a, have + n, item_size);

	if (p == NULL) {
		d->full = true;
		return false;
	}
	if (have > 0)
		memcpy(p, list->p, have * item_size);
	list->p = p;
	return true;
}

static bool
decode_list(struct decoder *d, const struct wire_bound *v, struct plb_list *list)
{
	const struct wire_bound *item = v->sub;
	size_t n;

	if (!wire_rd_block(&d->r, item->slot, &n) || !grow(d, list, 0, n, v->b->item_size))
		return false;
	while (n > 0) {
		for (; n > 0; n--, list->n++) {
			uint8_t *at = (uint8_t *)list->p + list->n * v->b->item_size;

			if (item->b == NULL ? !decode_record(d, item, at)
					    : !decode_value(d, item, at))
				return false;
		}
		if (!wire_rd_block(&d->r, item->slot, &n))
			return false;
		if (n > 0 && !grow(d, list, list->n, n, v->b->item_size))
			return false;
	}
	return true;
}

static bool
decode_enum(struct decoder *d, const struct wire_bound *v, int *out)
{
	size_t n;

	if (!wire_rd_enum(&d->r, v->slot->type, &n))
		return false;
	*out = v->in[n];
	return true;
}

static bool
decode_raw(struct decoder *d, const struct wire_bound *v, struct plb_slice *out)
{
	const uint8_t *from = d->r.p;
	struct wire_slot bare = *v->slot;

	bare.nullable = false;
	if (!wire_skip(&d->r, &bare))
		return false;
	*out = plb_slice(from, (size_t)(d->r.p - from));
	return true;
}

static bool
decode_there(struct decoder *d, const struct wire_bound *v, uint8_t *base)
{
	const struct wire_type *t = v->slot->type;
	uint8_t *at = base + v->b->offset;
	struct plb_slice bytes;

	switch (v->b->type) {
	case PLB_BIND_BOOL:
		return wire_rd_bool(&d->r, (bool *)at);
	case PLB_BIND_INT:
		return wire_rd_int(&d->r, (int32_t *)(void *)at);
	case PLB_BIND_LONG:
		return wire_rd_long(&d->r, (int64_t *)(void *)at);
	case PLB_BIND_DATO:
		return wire_rd_dato(&d->r, (struct plb_dato *)(void *)at);
	case PLB_BIND_TIME:
		return wire_rd_time(&d->r, (struct plb_time *)(void *)at);
	case PLB_BIND_ENUM:
		return decode_enum(d, v, (int *)(void *)at);
	case PLB_BIND_STRING:
		return wire_rd_string(&d->r, (struct plb_slice *)(void *)at);
	case PLB_BIND_BYTES:
		return t->kind == WIRE_FIXED
		    ? wire_rd_fixed(&d->r, t->size, (struct plb_slice *)(void *)at)
		    : wire_rd_bytes(&d->r, (struct plb_slice *)(void *)at);
	case PLB_BIND_FIXED16:
		if (!wire_rd_fixed(&d->r, 16, &bytes))
			return false;
		memcpy(at, bytes.p, 16);
		return true;
	case PLB_BIND_RECORD:
		return decode_record(d, v, at);
	case PLB_BIND_LIST:
		return decode_list(d, v, (struct plb_list *)(void *)at);
	case PLB_BIND_RAW:
		return decode_raw(d, v, (struct plb_slice *)(void *)at);
	}
	return false;
}

/* Types that say by themselves that they are not there. */
static bool
has_null(enum plb_bind_type t)
{
	return t == PLB_BIND_STRING || t == PLB_BIND_BYTES || t == PLB_BIND_RAW ||
	    t == PLB_BIND_LIST;
}

static bool
decode_value(struct decoder *d, const struct wire_bound *v, uint8_t *base)
{
	bool there = true;

	if (v->slot->nullable && !wire_rd_there(&d->r, &there))
		return false;
	if (v->b->has != PLB_BIND_REQUIRED)
		*(bool *)(base + v->b->has) = there;
	else if (!there && !has_null(v->b->type))
		return wire_rd_fault(&d->r, "is null");
	return !there || decode_there(d, v, base);
}

enum plb_err
plb_binding_decode(const struct plb_binding *b, struct plb_slice body, struct plb_arena *a,
    void *out, struct plb_errctx *ec)
{
	struct decoder d = {.a = a};

	memset(out, 0, b->extent);
	if (wire_rd_init(&d.r, body) && decode_record(&d, &b->bound, out) && wire_rd_end(&d.r))
		return PLB_OK;
	if (d.full)
		return plb_err_set(
		    ec, PLB_E_FOR_STOR, "Avro: lists need more memory than a message may use");
	return wire_rd_err(&d.r, ec);
}
