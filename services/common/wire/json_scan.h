// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_JSON_SCAN_H
#define WIRE_JSON_SCAN_H

#include <parloeb/arena.h>

/* Scanner over JSON text (RFC 8259, UTF-8 only) that nobody has checked yet. Every call checks what
 * it passes over; false = this is no JSON, `fejl` says why. */
struct wire_js {
	const uint8_t *p, *end;
	struct plb_arena *a;
	const char *fejl; /* code: "json", "utf8", "dybde", "hukommelse"; NULL = none yet */
	int depth;
	bool raw; /* structure only: strings are passed over unjudged, depth has no bound. For text
		     that is read again. */
};
#define WIRE_JS_DEPTH 32

enum wire_js_kind {
	WIRE_JS_NONE,
	WIRE_JS_NULL,
	WIRE_JS_BOOL,
	WIRE_JS_NUM,
	WIRE_JS_STR,
	WIRE_JS_ARR,
	WIRE_JS_OBJ
};

/* What a decoded string may hold. */
#define WIRE_TXT_HIGH 1u    /* bytes above ASCII */
#define WIRE_TXT_ESCAPED 2u /* was escaped: control characters are possible */

struct wire_js_num {
	struct plb_slice raw;
	bool negative, fraction, exponent;
	struct plb_slice digits, decimals; /* before and behind the point */
};

void wire_js_init(struct wire_js *j, struct plb_arena *a, struct plb_slice text);
bool wire_js_fault(struct wire_js *j, const char *kode); /* returns false */
extern const uint8_t wire_js_kinds[256];

static inline void
wire_js_space(struct wire_js *j)
{
	while (j->p < j->end && *j->p <= ' ' &&
	    (*j->p == ' ' || *j->p == '\n' || *j->p == '\r' || *j->p == '\t'))
		j->p++;
}

/* Past white space: what begins here. NONE at the end or at anything else. */
static inline enum wire_js_kind
wire_js_kind(struct wire_js *j)
{
	wire_js_space(j);
	return j->p == j->end ? WIRE_JS_NONE : (enum wire_js_kind)wire_js_kinds[*j->p];
}
/* The value must be of that kind (see wire_js_kind). */
PLB_MUSTUSE bool wire_js_bool(struct wire_js *j, bool *out);
PLB_MUSTUSE bool wire_js_num(struct wire_js *j, struct wire_js_num *out);
/* Decoded text: in the input where nothing was escaped, else in the arena. */
PLB_MUSTUSE bool wire_js_str(struct wire_js *j, struct plb_slice *out, unsigned *what);
/* '{' or '['. */
PLB_MUSTUSE bool wire_js_open(struct wire_js *j);
/* Next member: 1 with its key, 0 at the end of the object (closed), -1 fault. *first: true before
 * the first call. */
int wire_js_member(struct wire_js *j, bool *first, struct plb_slice *key);
/* Next item: 1 there is one, 0 the array is closed, -1 fault. */
int wire_js_item(struct wire_js *j, bool *first);
/* Over a whole value, all of it checked. */
PLB_MUSTUSE bool wire_js_skip(struct wire_js *j);
/* Nothing but white space is left. */
PLB_MUSTUSE bool wire_js_end(struct wire_js *j);

#endif
