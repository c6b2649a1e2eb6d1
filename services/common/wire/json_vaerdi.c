// SPDX-License-Identifier: MPL-2.0
#include <parloeb/epost.h>

#include "json_in.h"
#include "schemas.h"

#include <stdio.h>

/* A confidential text that may be this long is prose, and prose has lines. */
#define PROSA 500

uint8_t *
wire_grow(struct wire_in *in, size_t n)
{
	size_t need, size;
	uint8_t *p;

	if (!plb_size_add(in->len, n, &need) || !plb_size_mul(need, 2, &size) ||
	    (p = plb_arena_alloc(in->c->arena, size)) == NULL) {
		wire_js_fault(&in->js, "hukommelse");
		return NULL;
	}
	if (in->len > 0)
		memcpy(p, in->p, in->len);
	in->p = p;
	in->size = size;
	return in->p + in->len;
}

static inline enum wire_read
put_num(struct wire_in *in, int64_t v)
{
	return wire_put_num(in, v) ? WIRE_GOOD : WIRE_STOP;
}

static enum wire_read
put_text(struct wire_in *in, struct plb_slice s)
{
	return wire_put_num(in, (int64_t)s.len) && wire_put(in, s.p, s.len) ? WIRE_GOOD : WIRE_STOP;
}

/* Value of digits, scaled; false when it leaves int64_t. */
static bool
add_digits(struct plb_slice d, int64_t *v)
{
	for (size_t i = 0; i < d.len; i++)
		if (__builtin_mul_overflow(*v, 10, v) ||
		    __builtin_sub_overflow(*v, d.p[i] - '0', v))
			return false;
	return true;
}

/* The number as an integer, in hundredths with `decimaler`; digits alone, never floating point.
 * Counted downwards, as INT64_MIN has no positive twin. */
static bool
exact(const struct wire_js_num *n, bool decimaler, int64_t *v)
{
	static const uint8_t zeros[2] = {'0', '0'};

	*v = 0;
	if (!add_digits(n->digits, v))
		return false;
	if (decimaler &&
	    (!add_digits(n->decimals, v) || !add_digits(plb_slice(zeros, 2 - n->decimals.len), v)))
		return false;
	return n->negative || !__builtin_sub_overflow(0, *v, v);
}

static const char *
limit_text(int64_t v, bool decimaler, char out[32])
{
	if (!decimaler)
		(void)snprintf(out, 32, "%lld", (long long)v);
	else
		(void)snprintf(out, 32, "%lld,%02lld", (long long)(v / 100), (long long)(v % 100));
	return out;
}

static enum wire_read
interval_fault(struct wire_in *in, const struct wire_rule *r, const struct wire_path *path)
{
	char lo[32], hi[32];

	if (r->min == INT64_MIN && r->maks == INT64_MAX)
		return wire_fault(in, path, "interval");
	if (r->maks == INT64_MAX)
		return wire_faultf(in, path, "interval", "Tallet skal være mindst %s.",
		    limit_text(r->min, r->decimaler, lo));
	if (r->min == INT64_MIN)
		return wire_faultf(in, path, "interval", "Tallet må højst være %s.",
		    limit_text(r->maks, r->decimaler, hi));
	return wire_faultf(in, path, "interval", "Tallet skal være mellem %s og %s.",
	    limit_text(r->min, r->decimaler, lo), limit_text(r->maks, r->decimaler, hi));
}

static enum wire_read
read_number(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	const struct wire_rule *r = &s->rule;
	struct wire_js_num n;
	char code[24];
	int64_t v;
	int len;

	if (!wire_js_num(&in->js, &n))
		return WIRE_STOP;
	if (r->decimaler ? n.exponent || n.decimals.len > 2 : n.exponent || n.fraction)
		return wire_fault(in, path, r->decimaler ? "decimaler" : "type");
	if (!exact(&n, r->decimaler, &v) || v < r->min || v > r->maks ||
	    (s->type->kind == WIRE_INT && (v < INT32_MIN || v > INT32_MAX)))
		return interval_fault(in, r, path);
	if (r->koder != NULL) {
		len = snprintf(code, sizeof(code), "%lld", (long long)v);
		if (!wire_kode_valid(r->koder, plb_slice(code, (size_t)len), in->dato))
			return wire_fault(in, path, "kode");
	}
	return put_num(in, v);
}

static bool
is_uri(struct plb_slice s)
{
	size_t scheme = plb_slice_starts(s, plb_slice("https://", 8)) ? 8
	    : plb_slice_starts(s, plb_slice("http://", 7))            ? 7
								      : 0;

	if (scheme == 0 || s.len == scheme || s.p[scheme] == '/')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] == 0x7f || strchr("\"<>\\^`{|}", s.p[i]) != NULL)
			return false;
	return true;
}

/* +45 65 51 23 46: digits and single spaces, a plus only in front. */
static bool
is_telefon(struct plb_slice s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (!(s.p[i] == '+' && i == 0) &&
		    !(s.p[i] == ' ' && i > 0 && s.p[i - 1] != ' '))
			return false;
	}
	return digits >= 3 && digits <= 15 && s.len <= 30;
}

/* An a-kasse or municipality has to be in our lists, whatever the date; for an anden aktør the form
 * is all there is. */
static bool
is_organisation(const struct wire_in *in, struct plb_slice s)
{
	const struct wire_koder *k = NULL;
	struct plb_org org;

	if (plb_org_parse(s, &org) != PLB_OK)
		return false;
	if (plb_org_type(&org) == PLB_ORG_AKASSE)
		k = in->c->schemas->akasser;
	else if (plb_org_type(&org) == PLB_ORG_KOMMUNE)
		k = in->c->schemas->kommuner;
	return k == NULL || wire_kode_valid(k, plb_slice_str(plb_org_kode(&org)), PLB_DATO_NONE);
}

static const char *
check_format(const struct wire_in *in, enum wire_format format, struct plb_slice s)
{
	struct plb_maaned maaned;
	struct plb_org org;

	switch (format) {
	case WIRE_FRI:
	case WIRE_CPR: /* read elsewhere */
		return NULL;
	case WIRE_URI:
		return is_uri(s) ? NULL : "moenster";
	case WIRE_MAANED:
		return plb_maaned_parse(s, &maaned) == PLB_OK ? NULL : "dato";
	case WIRE_ORGANISATION:
		return is_organisation(in, s) ? NULL : "organisation";
	case WIRE_ANSVARLIG:
		return plb_slice_is(s, "borger") || is_organisation(in, s) ? NULL : "organisation";
	case WIRE_AKASSE:
		org = plb_org_make(PLB_ORG_AKASSE, s);
		return org.text[0] != '\0' ? NULL : "kode";
	case WIRE_KOMMUNE:
		org = plb_org_make(PLB_ORG_KOMMUNE, s);
		return org.text[0] != '\0' ? NULL : "kode";
	case WIRE_EPOST:
		return plb_epost_ok(s) ? NULL : "moenster";
	case WIRE_TELEFON:
		return is_telefon(s) ? NULL : "moenster";
	}
	return "moenster";
}

static enum wire_read
length_fault(struct wire_in *in, const struct wire_rule *r, const struct wire_path *path)
{
	if (r->maks == INT64_MAX)
		return wire_faultf(
		    in, path, "laengde", "Teksten skal have mindst %lld tegn.", (long long)r->min);
	if (r->min <= 0)
		return wire_faultf(
		    in, path, "laengde", "Teksten må højst have %lld tegn.", (long long)r->maks);
	return wire_faultf(in, path, "laengde", "Teksten skal have fra %lld til %lld tegn.",
	    (long long)r->min, (long long)r->maks);
}

static enum wire_read
read_cpr(struct wire_in *in, struct plb_slice s, const struct wire_path *path)
{
	struct plb_cpr cpr;

	if (plb_cpr_parse(s, in->c->cpr_mode, &cpr) != PLB_OK)
		return wire_fault(in, path, "cpr");
	/* The person's own number travels by itself; others (tidligereCpr) among the confidential
	 * members. */
	if (path->up != NULL && path->up->up == NULL && plb_slice_is(path->name, "cpr")) {
		in->in->cpr = cpr;
		in->in->has_cpr = true;
		plb_cpr_wipe(&cpr);
		return WIRE_GOOD;
	}
	plb_cpr_wipe(&cpr);
	return put_text(in, s);
}

static enum wire_read
read_string(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	const struct wire_rule *r = &s->rule;
	struct plb_slice text;
	const char *kode;
	unsigned what;
	size_t n;

	if (!wire_js_str(&in->js, &text, &what))
		return WIRE_STOP;
	if (r->format == WIRE_CPR)
		return read_cpr(in, text, path);
	kode = wire_tekst(in->c->arena, text, what,
	    in->fortrolig && r->format == WIRE_FRI && r->maks >= PROSA, &n);
	if (kode != NULL)
		return wire_fault(in, path, kode);
	if ((int64_t)n < r->min || (int64_t)n > r->maks)
		return length_fault(in, r, path);
	/* Only what stays in clear; a telephone number in a confidential text is nobody's CPR
	 * number. */
	if (!in->fortrolig && text.len >= sizeof(struct plb_cpr) && plb_cpr_in_text(text))
		return wire_fault(in, path, "cpr-i-tekst");
	kode = check_format(in, r->format, text);
	if (kode == NULL && r->koder != NULL &&
	    !wire_kode_valid(r->koder, text, r->format == WIRE_FRI ? in->dato : PLB_DATO_NONE))
		kode = "kode";
	return kode != NULL ? wire_fault(in, path, kode) : put_text(in, text);
}

static enum wire_read
read_enum(struct wire_in *in, const struct wire_type *t, struct plb_slice text,
    const struct wire_path *path)
{
	char list[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < t->n; i++)
		if (plb_slice_eq(t->symbol[i].json, text))
			return put_num(in, (int64_t)i);
	for (size_t i = 0; i < t->n; i++) {
		int n = snprintf(list + len, sizeof(list) - len, "%s%s", i == 0 ? "" : ", ",
		    (const char *)t->symbol[i].json.p);

		if (n < 0 || (size_t)n >= sizeof(list) - len)
			return wire_fault(in, path, "vaerdi");
		len += (size_t)n;
	}
	return wire_faultf(in, path, "vaerdi", "Værdien skal være en af: %s.", list);
}

static enum wire_read
read_hex(struct wire_in *in, const struct wire_type *t, struct plb_slice text,
    const struct wire_path *path)
{
	static const char digit[] = "0123456789abcdef";
	size_t n = text.len / 2;
	uint8_t *to;

	if (text.len % 2 != 0 || (t->kind == WIRE_FIXED && n != t->size))
		return wire_fault(in, path, "moenster");
	if (t->kind == WIRE_BYTES && !wire_put_num(in, (int64_t)n))
		return WIRE_STOP;
	to = wire_room(in, n);
	if (to == NULL)
		return WIRE_STOP;
	for (size_t i = 0; i < n; i++) {
		const char *hi = memchr(digit, text.p[2 * i], 16),
			   *lo = memchr(digit, text.p[2 * i + 1], 16);

		if (hi == NULL || lo == NULL)
			return wire_fault(in, path, "moenster");
		to[i] = (uint8_t)((hi - digit) << 4 | (lo - digit));
	}
	in->len += n;
	return WIRE_GOOD;
}

/* Types whose JSON form is a text with a meaning of its own. */
static enum wire_read
read_typed(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	struct plb_slice text;
	struct plb_uuid uuid;
	struct plb_dato dato;
	struct plb_time tid;
	unsigned what;

	if (!wire_js_str(&in->js, &text, &what))
		return WIRE_STOP;
	switch (s->type->kind) {
	case WIRE_DATO:
		return plb_dato_parse(text, &dato) == PLB_OK ? put_num(in, dato.dage)
							     : wire_fault(in, path, "dato");
	case WIRE_TIME:
		return plb_time_parse(text, &tid) == PLB_OK ? put_num(in, tid.ms)
							    : wire_fault(in, path, "tid");
	case WIRE_ENUM:
		return read_enum(in, s->type, text, path);
	case WIRE_FIXED:
		if (!s->type->uuid)
			return read_hex(in, s->type, text, path);
		if (plb_uuid_parse(text, true, &uuid) != PLB_OK)
			return wire_fault(in, path, "uuid");
		return wire_put(in, uuid.b, sizeof(uuid.b)) ? WIRE_GOOD : WIRE_STOP;
	default:
		return read_hex(in, s->type, text, path);
	}
}

static enum wire_read
read_bool(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	uint8_t byte;
	bool v;

	if (!wire_js_bool(&in->js, &v))
		return WIRE_STOP;
	if (s->rule.er_sand && !v)
		return wire_faultf(in, path, "vaerdi", "Værdien skal være true.");
	byte = v;
	return wire_put(in, &byte, 1) ? WIRE_GOOD : WIRE_STOP;
}

enum wire_read
wire_read_scalar(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	static const struct {
		enum wire_js_kind json;
		enum wire_read (*read)(
		    struct wire_in *, const struct wire_slot *, const struct wire_path *);
	} table[] = {
	    [WIRE_BOOL] = {WIRE_JS_BOOL, read_bool},
	    [WIRE_INT] = {WIRE_JS_NUM, read_number},
	    [WIRE_LONG] = {WIRE_JS_NUM, read_number},
	    [WIRE_DATO] = {WIRE_JS_STR, read_typed},
	    [WIRE_TIME] = {WIRE_JS_STR, read_typed},
	    [WIRE_STRING] = {WIRE_JS_STR, read_string},
	    [WIRE_BYTES] = {WIRE_JS_STR, read_typed},
	    [WIRE_FIXED] = {WIRE_JS_STR, read_typed},
	    [WIRE_ENUM] = {WIRE_JS_STR, read_typed},
	};
	enum wire_js_kind kind = wire_js_kind(&in->js);

	if (s->type->kind < sizeof(table) / sizeof(table[0]) && kind == table[s->type->kind].json &&
	    kind != WIRE_JS_NONE)
		return table[s->type->kind].read(in, s, path);
	if (!wire_js_skip(&in->js))
		return WIRE_STOP;
	return wire_fault(in, path, "type");
}
