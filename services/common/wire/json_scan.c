// SPDX-License-Identifier: MPL-2.0
#include "json_scan.h"

#include "avro_rd.h"

void
wire_js_init(struct wire_js *j, struct plb_arena *a, struct plb_slice text)
{
	static const uint8_t none;

	*j = (struct wire_js){.p = text.p == NULL ? &none : text.p, .a = a};
	j->end = j->p + text.len;
}

bool
wire_js_fault(struct wire_js *j, const char *kode)
{
	if (j->fejl == NULL)
		j->fejl = kode;
	return false;
}

const uint8_t wire_js_kinds[256] = {
    ['n'] = WIRE_JS_NULL,
    ['t'] = WIRE_JS_BOOL,
    ['f'] = WIRE_JS_BOOL,
    ['-'] = WIRE_JS_NUM,
    ['0' ... '9'] = WIRE_JS_NUM,
    ['"'] = WIRE_JS_STR,
    ['['] = WIRE_JS_ARR,
    ['{'] = WIRE_JS_OBJ,
};

static bool
literal(struct wire_js *j, const char *word, size_t len)
{
	if ((size_t)(j->end - j->p) < len || memcmp(j->p, word, len) != 0)
		return wire_js_fault(j, "json");
	j->p += len;
	return true;
}

bool
wire_js_bool(struct wire_js *j, bool *out)
{
	*out = *j->p == 't';
	return *out ? literal(j, "true", 4) : literal(j, "false", 5);
}

static inline size_t
digits(struct wire_js *j, struct plb_slice *out)
{
	const uint8_t *from = j->p;

	while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
		j->p++;
	*out = plb_slice(from, (size_t)(j->p - from));
	return out->len;
}

bool
wire_js_num(struct wire_js *j, struct wire_js_num *out)
{
	const uint8_t *from = j->p;
	struct plb_slice exp;

	*out = (struct wire_js_num){0};
	out->negative = *j->p == '-';
	j->p += out->negative;
	if (digits(j, &out->digits) == 0 || (out->digits.len > 1 && out->digits.p[0] == '0'))
		return wire_js_fault(j, "json");
	if (j->p < j->end && *j->p == '.') {
		j->p++;
		out->fraction = true;
		if (digits(j, &out->decimals) == 0)
			return wire_js_fault(j, "json");
	}
	if (j->p < j->end && (*j->p == 'e' || *j->p == 'E')) {
		j->p++;
		out->exponent = true;
		if (j->p < j->end && (*j->p == '+' || *j->p == '-'))
			j->p++;
		if (digits(j, &exp) == 0)
			return wire_js_fault(j, "json");
	}
	out->raw = plb_slice(from, (size_t)(j->p - from));
	return true;
}

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Past bytes that stand for themselves: ASCII, no control character, quote or backslash. Eight at a
 * time; a borrow can only spoil bytes behind the first hit. */
static inline const uint8_t *
plain(const uint8_t *p, const uint8_t *end)
{
	while (end - p >= 8) {
		uint64_t w, hit;

		memcpy(&w, p, sizeof(w));
		hit = ((w - ONES * 0x20) | ((w ^ (ONES * '"')) - ONES) |
			  ((w ^ (ONES * '\\')) - ONES) | w) &
		    HIGHS;
		if (hit != 0)
			return p + (__builtin_ctzll(hit) >> 3);
		p += 8;
	}
	while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static int
hex4(const uint8_t *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		uint8_t c = p[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= c - '0';
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v |= (c | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return v;
}

static uint8_t *
put_utf8(uint8_t *to, uint32_t cp)
{
	if (cp < 0x80) {
		*to++ = (uint8_t)cp;
	} else if (cp < 0x800) {
		*to++ = (uint8_t)(0xc0 | (cp >> 6));
		*to++ = (uint8_t)(0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		*to++ = (uint8_t)(0xe0 | (cp >> 12));
		*to++ = (uint8_t)(0x80 | ((cp >> 6) & 0x3f));
		*to++ = (uint8_t)(0x80 | (cp & 0x3f));
	} else {
		*to++ = (uint8_t)(0xf0 | (cp >> 18));
		*to++ = (uint8_t)(0x80 | ((cp >> 12) & 0x3f));
		*to++ = (uint8_t)(0x80 | ((cp >> 6) & 0x3f));
		*to++ = (uint8_t)(0x80 | (cp & 0x3f));
	}
	return to;
}

/* \uXXXX at p (behind the backslash), with its second half where it is a surrogate. Bytes used, 0 =
 * fault. */
static size_t
unicode(struct wire_js *j, const uint8_t *p, uint8_t **to)
{
	int hi, lo;

	if (j->end - p < 5 || (hi = hex4(p + 1)) < 0) {
		wire_js_fault(j, "json");
		return 0;
	}
	if (hi < 0xd800 || hi > 0xdfff) {
		*to = put_utf8(*to, (uint32_t)hi);
		return 5;
	}
	if (hi > 0xdbff || j->end - p < 11 || p[5] != '\\' || p[6] != 'u' ||
	    (lo = hex4(p + 7)) < 0xdc00 || lo > 0xdfff) {
		wire_js_fault(j, "utf8"); /* half a pair stands for no character */
		return 0;
	}
	*to = put_utf8(*to, 0x10000 + (((uint32_t)hi - 0xd800) << 10) + ((uint32_t)lo - 0xdc00));
	return 11;
}

static size_t
escape(struct wire_js *j, const uint8_t *p, uint8_t **to)
{
	static const uint8_t plain_of[256] = {['"'] = '"',
	    ['\\'] = '\\',
	    ['/'] = '/',
	    ['b'] = '\b',
	    ['f'] = '\f',
	    ['n'] = '\n',
	    ['r'] = '\r',
	    ['t'] = '\t'};

	if (p == j->end || (*p != 'u' && plain_of[*p] == 0)) {
		wire_js_fault(j, "json");
		return 0;
	}
	if (*p == 'u')
		return unicode(j, p, to);
	*(*to)++ = plain_of[*p];
	return 1;
}

/* Length of the raw text up to the closing quote; its contents are not judged. */
static bool
raw_length(struct wire_js *j, const uint8_t *p, size_t *len)
{
	const uint8_t *from = p;

	for (;; p++) {
		if (p == j->end)
			return wire_js_fault(j, "json");
		if (*p == '"')
			break;
		if (*p == '\\' && ++p == j->end)
			return wire_js_fault(j, "json");
	}
	*len = (size_t)(p - from);
	return true;
}

/* A string with escapes: decoded into the arena, which is never longer than the raw text. */
static bool
escaped_str(struct wire_js *j, const uint8_t *from, struct plb_slice *out, unsigned *what)
{
	const uint8_t *p = from;
	uint8_t *text, *to;
	size_t n = 0;

	if (!raw_length(j, from, &n))
		return false;
	to = text = plb_arena_alloc(j->a, n);
	if (text == NULL)
		return wire_js_fault(j, "hukommelse");
	*what |= WIRE_TXT_ESCAPED;
	while (*p != '"') {
		if (*p == '\\') {
			n = escape(j, p + 1, &to);
			if (n == 0)
				return false;
			p += 1 + n;
			continue;
		}
		n = plb_utf8_len(p, (size_t)(j->end - p));
		if (*p < 0x20 || n == 0)
			return wire_js_fault(j, n == 0 ? "utf8" : "json");
		memcpy(to, p, n);
		to += n;
		p += n;
	}
	for (const uint8_t *q = text; q < to; q++)
		*what |= *q >= 0x80 ? WIRE_TXT_HIGH : 0;
	*out = plb_slice(text, (size_t)(to - text));
	j->p = p + 1;
	return true;
}

/* Over a string without judging or decoding it. */
static bool
raw_str(struct wire_js *j, struct plb_slice *out)
{
	const uint8_t *from = j->p + 1, *p = from;

	for (;;) {
		p = plain(p, j->end);
		if (p == j->end)
			return wire_js_fault(j, "json");
		if (*p == '"')
			break;
		if (*p == '\\' && ++p == j->end)
			return wire_js_fault(j, "json");
		p++;
	}
	*out = plb_slice(from, (size_t)(p - from));
	j->p = p + 1;
	return true;
}

bool
wire_js_str(struct wire_js *j, struct plb_slice *out, unsigned *what)
{
	const uint8_t *from = j->p + 1, *p = from;

	*what = 0;
	if (j->raw)
		return raw_str(j, out);
	for (;;) {
		size_t n;

		p = plain(p, j->end);
		if (p == j->end)
			return wire_js_fault(j, "json");
		if (*p == '"')
			break;
		if (*p == '\\')
			return escaped_str(j, from, out, what);
		if (*p < 0x20)
			return wire_js_fault(j, "json");
		n = plb_utf8_len(p, (size_t)(j->end - p));
		if (n == 0)
			return wire_js_fault(j, "utf8");
		*what |= WIRE_TXT_HIGH;
		p += n;
	}
	*out = plb_slice(from, (size_t)(p - from));
	j->p = p + 1;
	return true;
}

bool
wire_js_open(struct wire_js *j)
{
	if (++j->depth > WIRE_JS_DEPTH)
		return wire_js_fault(j, "dybde");
	j->p++;
	return true;
}

/* Up to the next element: 1, or 0 past the closing bracket. */
static inline int
next(struct wire_js *j, bool *first, uint8_t close)
{
	wire_js_space(j);
	if (j->p < j->end && *j->p == close) {
		j->p++;
		j->depth--;
		return 0;
	}
	if (!*first) {
		if (j->p == j->end || *j->p != ',') {
			wire_js_fault(j, "json");
			return -1;
		}
		j->p++;
		wire_js_space(j);
	}
	*first = false;
	return 1;
}

int
wire_js_member(struct wire_js *j, bool *first, struct plb_slice *key)
{
	unsigned what;
	int n = next(j, first, '}');

	if (n <= 0)
		return n;
	if (j->p == j->end || *j->p != '"') {
		wire_js_fault(j, "json");
		return -1;
	}
	if (!wire_js_str(j, key, &what))
		return -1;
	wire_js_space(j);
	if (j->p == j->end || *j->p != ':') {
		wire_js_fault(j, "json");
		return -1;
	}
	j->p++;
	return 1;
}

int
wire_js_item(struct wire_js *j, bool *first)
{
	return next(j, first, ']');
}

/* Over brackets of any kind until they balance, without recursion: what lies too deep is refused by
 * whoever reads it again. */
static bool
jump(struct wire_js *j)
{
	struct plb_slice s;
	size_t open = 0;

	for (; j->p < j->end; j->p++) {
		if (*j->p == '"') {
			if (!raw_str(j, &s))
				return false;
			j->p--;
		} else if (*j->p == '{' || *j->p == '[') {
			open++;
		} else if ((*j->p == '}' || *j->p == ']') && --open == 0) {
			j->p++;
			return true;
		}
	}
	return wire_js_fault(j, "json");
}

static bool
skip_object(struct wire_js *j)
{
	struct plb_slice key;
	bool first = true;
	int n;

	if (!wire_js_open(j))
		return false;
	while ((n = wire_js_member(j, &first, &key)) > 0)
		if (!wire_js_skip(j))
			return false;
	return n == 0;
}

static bool
skip_array(struct wire_js *j)
{
	bool first = true;
	int n;

	if (!wire_js_open(j))
		return false;
	while ((n = wire_js_item(j, &first)) > 0)
		if (!wire_js_skip(j))
			return false;
	return n == 0;
}

bool
wire_js_skip(struct wire_js *j)
{
	struct wire_js_num num;
	struct plb_slice s;
	unsigned what;
	bool b;

	enum wire_js_kind kind = wire_js_kind(j);

	if (j->raw && j->depth >= WIRE_JS_DEPTH && (kind == WIRE_JS_ARR || kind == WIRE_JS_OBJ))
		return jump(j);
	switch (kind) {
	case WIRE_JS_NULL:
		return literal(j, "null", 4);
	case WIRE_JS_BOOL:
		return wire_js_bool(j, &b);
	case WIRE_JS_NUM:
		return wire_js_num(j, &num);
	case WIRE_JS_STR:
		return wire_js_str(j, &s, &what);
	case WIRE_JS_ARR:
		return skip_array(j);
	case WIRE_JS_OBJ:
		return skip_object(j);
	case WIRE_JS_NONE:
		break;
	}
	return wire_js_fault(j, "json");
}

bool
wire_js_end(struct wire_js *j)
{
	wire_js_space(j);
	return j->p == j->end || wire_js_fault(j, "json");
}
