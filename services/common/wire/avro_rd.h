// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_AVRO_RD_H
#define WIRE_AVRO_RD_H

#include "plan.h"

/* Reading Avro bytes of unknown origin: every call checked, budgets of schema.h. `fault` says what
 * was wrong, `field` where. */
struct wire_rd {
	const uint8_t *p, *end;
	uint32_t items; /* left */
	const char *fault;
	struct plb_slice field;
};

/* False (with fault) when the body is larger than the cap. */
PLB_MUSTUSE bool wire_rd_init(struct wire_rd *r, struct plb_slice body);
bool wire_rd_fault(struct wire_rd *r, const char *what); /* returns false */
/* PLB_E_FORM with what the reader found. */
enum plb_err wire_rd_err(const struct wire_rd *r, struct plb_errctx *ec);
PLB_MUSTUSE bool wire_rd_long_slow(struct wire_rd *r, int64_t *out);
PLB_MUSTUSE bool wire_rd_int(struct wire_rd *r, int32_t *out);
PLB_MUSTUSE bool wire_rd_bool(struct wire_rd *r, bool *out);
PLB_MUSTUSE bool wire_rd_bytes(struct wire_rd *r, struct plb_slice *out);
PLB_MUSTUSE bool wire_rd_string(struct wire_rd *r, struct plb_slice *out); /* valid UTF-8 */
PLB_MUSTUSE bool wire_rd_fixed(struct wire_rd *r, size_t n, struct plb_slice *out);
PLB_MUSTUSE bool wire_rd_dato(struct wire_rd *r, struct plb_dato *out); /* years 1-9999 */
PLB_MUSTUSE bool wire_rd_time(struct wire_rd *r, struct plb_time *out); /* years 1-9999 */
PLB_MUSTUSE bool wire_rd_enum(struct wire_rd *r, const struct wire_type *t, size_t *out);
/* The branch of ["null", T]: *there. */
PLB_MUSTUSE bool wire_rd_there(struct wire_rd *r, bool *there);
/* Number of items of the next block of an array, 0 = end; charged to the budget. */
PLB_MUSTUSE bool wire_rd_block(struct wire_rd *r, const struct wire_slot *item, size_t *n);
/* Over one value of the slot, checking all of it. */
PLB_MUSTUSE bool wire_skip(struct wire_rd *r, const struct wire_slot *s);
/* The body must end here. */
PLB_MUSTUSE bool wire_rd_end(struct wire_rd *r);

static inline PLB_MUSTUSE bool
wire_rd_long(struct wire_rd *r, int64_t *out)
{
	if (r->p < r->end && *r->p < 0x80) {
		uint64_t v = *r->p++;

		*out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
		return true;
	}
	return wire_rd_long_slow(r, out);
}

#define WIRE_VARINT_MAX 10
/* Zigzag varint; returns its length. */
static inline size_t
wire_put_long(uint8_t out[WIRE_VARINT_MAX], int64_t v)
{
	uint64_t u = ((uint64_t)v << 1) ^ (uint64_t)(v >> 63);
	size_t n = 0;

	while (u >= 0x80) {
		out[n++] = (uint8_t)(u | 0x80);
		u >>= 7;
	}
	out[n++] = (uint8_t)u;
	return n;
}

static inline void
wire_buf_long(struct plb_buf *b, int64_t v)
{
	uint8_t t[WIRE_VARINT_MAX];

	plb_buf_put(b, t, wire_put_long(t, v));
}

/* utf8.c */
bool wire_utf8_valid(struct plb_slice s);

#define WIRE_DATO_MIN (-719162) /* 0001-01-01 */
#define WIRE_DATO_MAX 2932896   /* 9999-12-31 */
#define WIRE_TIME_MIN INT64_C(-62135596800000)
#define WIRE_TIME_MAX INT64_C(253402300799999)

#endif
