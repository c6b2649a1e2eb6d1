// SPDX-License-Identifier: MPL-2.0
#include "traceparent.h"

static const char form[] = "00-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
#define TRACE_FRA 3
#define SPAN_FRA 36
#define SPAN_TIL 52

bool
traceparent_ok(struct plb_slice s)
{
	bool trace = false, span = false;

	if (s.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (form[i] != 'h' ? c != (uint8_t)form[i]
				   : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		/* Ids of zeros alone are not allowed. */
		trace = trace || (i >= TRACE_FRA && i < SPAN_FRA - 1 && c != '0');
		span = span || (i >= SPAN_FRA && i < SPAN_TIL && c != '0');
	}
	return trace && span;
}

static void
hex(char *to, uint64_t v)
{
	for (int i = 15; i >= 0; i--, v >>= 4)
		to[i] = "0123456789abcdef"[v & 15];
}

struct plb_slice
traceparent_ny(struct plb_rng *r, char out[TRACEPARENT_TEXT])
{
	memcpy(out, form, sizeof(form));
	hex(out + TRACE_FRA, plb_rng_u64(r));
	hex(out + TRACE_FRA + 16, plb_rng_u64(r) | 1);
	hex(out + SPAN_FRA, plb_rng_u64(r) | 1);
	memcpy(out + SPAN_TIL, "-01", 3);
	return plb_slice(out, sizeof(form) - 1);
}
