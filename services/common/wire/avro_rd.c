// SPDX-License-Identifier: MPL-2.0
#include "avro_rd.h"

bool
wire_rd_init(struct wire_rd *r, struct plb_slice body)
{
	static const uint8_t none;

	*r = (struct wire_rd){.p = body.p == NULL ? &none : body.p, .items = WIRE_ITEMS_MAX};
	r->end = r->p + body.len;
	if (body.len > WIRE_BODY_MAX)
		return wire_rd_fault(r, "body too large");
	return true;
}

bool
wire_rd_fault(struct wire_rd *r, const char *what)
{
	if (r->fault == NULL)
		r->fault = what;
	return false;
}

enum plb_err
wire_rd_err(const struct wire_rd *r, struct plb_errctx *ec)
{
	/* Field names come from the schema, so they may be printed. */
	if (r->field.len > 0)
		return plb_err_set(ec, PLB_E_FORM, "Avro: field %.*s: %s", PLB_SLICE_ARG(r->field),
		    r->fault == NULL ? "?" : r->fault);
	return plb_err_set(ec, PLB_E_FORM, "Avro: %s", r->fault == NULL ? "?" : r->fault);
}

bool
wire_rd_long_slow(struct wire_rd *r, int64_t *out)
{
	uint64_t v = 0;
	const uint8_t *p = r->p;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		uint8_t b;

		if (p == r->end)
			return wire_rd_fault(r, "ends inside a number");
		b = *p++;
		/* The tenth byte carries one bit. */
		if (shift == 63 && b > 1)
			break;
		v |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80) {
			r->p = p;
			*out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
			return true;
		}
	}
	return wire_rd_fault(r, "number too long");
}

bool
wire_rd_int(struct wire_rd *r, int32_t *out)
{
	int64_t v;

	if (!wire_rd_long(r, &v))
		return false;
	if (v < INT32_MIN || v > INT32_MAX)
		return wire_rd_fault(r, "int out of range");
	*out = (int32_t)v;
	return true;
}

bool
wire_rd_bool(struct wire_rd *r, bool *out)
{
	if (r->p == r->end)
		return wire_rd_fault(r, "ends before a boolean");
	if (*r->p > 1)
		return wire_rd_fault(r, "boolean is neither 0 nor 1");
	*out = *r->p++ == 1;
	return true;
}

bool
wire_rd_fixed(struct wire_rd *r, size_t n, struct plb_slice *out)
{
	if (n > (size_t)(r->end - r->p))
		return wire_rd_fault(r, "longer than what is left");
	*out = plb_slice(r->p, n);
	r->p += n;
	return true;
}

bool
wire_rd_bytes(struct wire_rd *r, struct plb_slice *out)
{
	int64_t n;

	if (!wire_rd_long(r, &n))
		return false;
	if (n < 0 || (uint64_t)n > (uint64_t)(r->end - r->p))
		return wire_rd_fault(r, "longer than what is left");
	return wire_rd_fixed(r, (size_t)n, out);
}

bool
wire_rd_string(struct wire_rd *r, struct plb_slice *out)
{
	return wire_rd_bytes(r, out) &&
	    (wire_utf8_valid(*out) || wire_rd_fault(r, "text is not UTF-8"));
}

bool
wire_rd_dato(struct wire_rd *r, struct plb_dato *out)
{
	if (!wire_rd_int(r, &out->dage))
		return false;
	if (out->dage < WIRE_DATO_MIN || out->dage > WIRE_DATO_MAX)
		return wire_rd_fault(r, "date out of range");
	return true;
}

bool
wire_rd_time(struct wire_rd *r, struct plb_time *out)
{
	if (!wire_rd_long(r, &out->ms))
		return false;
	if (out->ms < WIRE_TIME_MIN || out->ms > WIRE_TIME_MAX)
		return wire_rd_fault(r, "time out of range");
	return true;
}

bool
wire_rd_enum(struct wire_rd *r, const struct wire_type *t, size_t *out)
{
	int64_t v;

	if (!wire_rd_long(r, &v))
		return false;
	if (v < 0 || (uint64_t)v >= t->n)
		return wire_rd_fault(r, "no such symbol");
	*out = (size_t)v;
	return true;
}

bool
wire_rd_there(struct wire_rd *r, bool *there)
{
	int64_t v;

	if (!wire_rd_long(r, &v))
		return false;
	if (v != 0 && v != 1)
		return wire_rd_fault(r, "no such branch");
	*there = v == 1;
	return true;
}

bool
wire_rd_block(struct wire_rd *r, const struct wire_slot *item, size_t *n)
{
	int64_t count, bytes = -1;
	uint64_t least = item->nullable ? 1 : item->type->min_bytes;

	if (!wire_rd_long(r, &count))
		return false;
	if (count < 0) {
		if (count == INT64_MIN)
			return wire_rd_fault(r, "too many items");
		count = -count;
		if (!wire_rd_long(r, &bytes))
			return false;
		if (bytes < 0 || (uint64_t)bytes > (uint64_t)(r->end - r->p))
			return wire_rd_fault(r, "block longer than what is left");
	}
	/* Items without bytes are stopped by the budget alone. */
	if ((uint64_t)count > r->items)
		return wire_rd_fault(r, "too many items");
	if (least > 0 && (uint64_t)count > (uint64_t)(r->end - r->p) / least)
		return wire_rd_fault(r, "more items than bytes left");
	r->items -= (uint32_t)count;
	*n = (size_t)count;
	return true;
}

static bool
skip_array(struct wire_rd *r, const struct wire_slot *item)
{
	size_t n;

	for (;;) {
		if (!wire_rd_block(r, item, &n))
			return false;
		if (n == 0)
			return true;
		while (n-- > 0)
			if (!wire_skip(r, item))
				return false;
	}
}

static bool
skip_record(struct wire_rd *r, const struct wire_type *t)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!wire_skip(r, &t->field[i].slot)) {
			if (r->field.len == 0)
				r->field = t->field[i].name;
			return false;
		}
	}
	return true;
}

bool
wire_skip(struct wire_rd *r, const struct wire_slot *s)
{
	union {
		bool b;
		int32_t i;
		int64_t l;
		size_t n;
		struct plb_slice s;
		struct plb_dato d;
		struct plb_time t;
	} v;

	if (s->nullable) {
		if (!wire_rd_there(r, &v.b))
			return false;
		if (!v.b)
			return true;
	}
	switch (s->type->kind) {
	case WIRE_NULL:
		return true;
	case WIRE_BOOL:
		return wire_rd_bool(r, &v.b);
	case WIRE_INT:
		return wire_rd_int(r, &v.i);
	case WIRE_LONG:
		return wire_rd_long(r, &v.l);
	case WIRE_DATO:
		return wire_rd_dato(r, &v.d);
	case WIRE_TIME:
		return wire_rd_time(r, &v.t);
	case WIRE_STRING:
		return wire_rd_string(r, &v.s);
	case WIRE_BYTES:
		return wire_rd_bytes(r, &v.s);
	case WIRE_FIXED:
		return wire_rd_fixed(r, s->type->size, &v.s);
	case WIRE_ENUM:
		return wire_rd_enum(r, s->type, &v.n);
	case WIRE_ARRAY:
		return skip_array(r, s->type->item);
	case WIRE_RECORD:
		return skip_record(r, s->type);
	}
	return wire_rd_fault(r, "unknown type");
}

bool
wire_rd_end(struct wire_rd *r)
{
	return r->p == r->end || wire_rd_fault(r, "bytes behind the last field");
}

enum plb_err
plb_avro_check(const struct plb_schema *s, struct plb_slice body, struct plb_errctx *ec)
{
	const struct wire_slot root = {.type = s->root};
	struct wire_rd r;

	if (wire_rd_init(&r, body) && wire_skip(&r, &root) && wire_rd_end(&r))
		return PLB_OK;
	return wire_rd_err(&r, ec);
}
