// SPDX-License-Identifier: MPL-2.0
#include "binding.h"

static void encode_value(const struct wire_bound *v, const uint8_t *base, struct plb_buf *out);

static void
encode_record(const struct wire_bound *rec, const uint8_t *base, struct plb_buf *out)
{
	const struct wire_type *t = rec->slot->type;

	for (size_t i = 0; i < t->n; i++) {
		const struct wire_bound *v = &rec->sub[i];

		if (v->b != NULL)
			encode_value(v, base, out);
		else
			plb_buf_u8(
			    out, 0); /* null, or the empty list; plb_binding_encode has made sure */
	}
}

static void
encode_list(const struct wire_bound *v, const struct plb_list *list, struct plb_buf *out)
{
	const struct wire_bound *item = v->sub;

	if (list->n > 0) {
		wire_buf_long(out, (int64_t)list->n);
		for (size_t i = 0; i < list->n; i++) {
			const uint8_t *at = (const uint8_t *)list->p + i * v->b->item_size;

			if (item->b == NULL)
				encode_record(item, at, out);
			else
				encode_value(item, at, out);
		}
	}
	plb_buf_u8(out, 0);
}

static void
encode_bytes(struct plb_slice s, struct plb_buf *out)
{
	wire_buf_long(out, (int64_t)s.len);
	plb_buf_slice(out, s);
}

static void
encode_long(int64_t v, int64_t min, int64_t max, struct plb_buf *out)
{
	if (v < min || v > max)
		out->failed = true; /* nobody could read it */
	else
		wire_buf_long(out, v);
}

static void
encode_enum(const struct wire_bound *v, int index, struct plb_buf *out)
{
	if (index < 0 || index >= v->n_out)
		out->failed = true;
	else
		wire_buf_long(out, v->out[index]);
}

static void
encode_fixed(const struct wire_type *t, struct plb_slice s, struct plb_buf *out)
{
	if (s.len != t->size)
		out->failed = true;
	plb_buf_slice(out, s);
}

static void
encode_there(const struct wire_bound *v, const uint8_t *at, struct plb_buf *out)
{
	const struct wire_type *t = v->slot->type;

	switch (v->b->type) {
	case PLB_BIND_BOOL:
		plb_buf_u8(out, *(const bool *)at ? 1 : 0);
		break;
	case PLB_BIND_INT:
		wire_buf_long(out, *(const int32_t *)(const void *)at);
		break;
	case PLB_BIND_LONG:
		encode_long(*(const int64_t *)(const void *)at,
		    t->kind == WIRE_INT ? INT32_MIN : INT64_MIN,
		    t->kind == WIRE_INT ? INT32_MAX : INT64_MAX, out);
		break;
	case PLB_BIND_DATO:
		encode_long(((const struct plb_dato *)(const void *)at)->dage, WIRE_DATO_MIN,
		    WIRE_DATO_MAX, out);
		break;
	case PLB_BIND_TIME:
		encode_long(((const struct plb_time *)(const void *)at)->ms, WIRE_TIME_MIN,
		    WIRE_TIME_MAX, out);
		break;
	case PLB_BIND_ENUM:
		encode_enum(v, *(const int *)(const void *)at, out);
		break;
	case PLB_BIND_STRING:
	case PLB_BIND_BYTES:
		if (t->kind == WIRE_FIXED)
			encode_fixed(t, *(const struct plb_slice *)(const void *)at, out);
		else
			encode_bytes(*(const struct plb_slice *)(const void *)at, out);
		break;
	case PLB_BIND_FIXED16:
		plb_buf_put(out, at, 16);
		break;
	case PLB_BIND_RECORD:
		encode_record(v, at, out);
		break;
	case PLB_BIND_LIST:
		encode_list(v, (const struct plb_list *)(const void *)at, out);
		break;
	case PLB_BIND_RAW:
		plb_buf_slice(out, *(const struct plb_slice *)(const void *)at);
		break;
	}
}

static bool
is_there(const struct plb_bind *b, const uint8_t *base)
{
	const uint8_t *at = base + b->offset;

	if (b->has != PLB_BIND_REQUIRED)
		return *(const bool *)(base + b->has);
	switch (b->type) {
	case PLB_BIND_STRING:
	case PLB_BIND_BYTES:
	case PLB_BIND_RAW:
		return ((const struct plb_slice *)(const void *)at)->p != NULL;
	case PLB_BIND_LIST:
		return ((const struct plb_list *)(const void *)at)->p != NULL;
	default:
		return true;
	}
}

static void
encode_value(const struct wire_bound *v, const uint8_t *base, struct plb_buf *out)
{
	if (v->slot->nullable) {
		if (!is_there(v->b, base)) {
			plb_buf_u8(out, 0);
			return;
		}
		plb_buf_u8(out, 2);
	}
	encode_there(v, base + v->b->offset, out);
}

void
plb_binding_encode(const struct plb_binding *b, const void *in, struct plb_buf *out)
{
	/* A binding for reading alone: our own mistake, shown by the sticky failure. */
	if (!b->encodes)
		out->failed = true;
	else
		encode_record(&b->bound, in, out);
}
