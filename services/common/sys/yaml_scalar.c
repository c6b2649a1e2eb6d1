// SPDX-License-Identifier: MPL-2.0
//
// Typed reading of the tree. Faults name key and expectation, never the value: it may be a secret
// written in the wrong place.

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "yaml_priv.h"

const char *
plb_key_text(struct plb_slice key, char out[PLB_KEY_TEXT])
{
	static const char more[] = "\u2026";
	size_t len = key.len < PLB_KEY_TEXT - sizeof(more) ? key.len : PLB_KEY_TEXT - sizeof(more);

	if (len > 0)
		memcpy(out, key.p, len);
	out[len] = '\0';
	if (len == key.len)
		return out;
	/* No character cut in the middle, nor a CPR number so that the fault's mask misses it. */
	while (len > 0 &&
	    ((unsigned char)out[len - 1] >= 0x80 || out[len - 1] == '-' ||
		(out[len - 1] >= '0' && out[len - 1] <= '9')))
		len--;
	memcpy(out + len, more, sizeof(more));
	return out;
}

static void PLB_PRINTF(3, 4)
    node_fault(const struct plb_yaml *n, struct plb_faults *f, const char *fmt, ...)
{
	char what[256], key[PLB_KEY_TEXT];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(what, sizeof(what), fmt, ap) < 0)
		what[0] = '\0';
	va_end(ap);
	if (n->key.len > 0)
		plb_faults_add(
		    f, n->file, n->line, n->column, "\"%s\": %s", plb_key_text(n->key, key), what);
	else
		plb_faults_add(f, n->file, n->line, n->column, "%s", what);
}

bool
plb_yaml_is_null(const struct plb_yaml *n)
{
	return n->kind == PLB_YAML_SCALAR && !n->quoted &&
	    (n->text.len == 0 || plb_slice_is(n->text, "~") || plb_slice_is(n->text, "null"));
}

/* Remembered only once; without memory for it a suggestion is missing, no more. */
static void
note_asked(struct plb_yaml *m, struct plb_slice key)
{
	struct plb_yaml_asked *a;

	for (a = m->asked; a != NULL; a = a->next) {
		if (plb_slice_eq(a->key, key))
			return;
	}
	a = plb_arena_alloc(m->arena, sizeof(*a));
	if (a == NULL)
		return;
	a->key = plb_arena_dup(m->arena, key);
	if (a->key.p == NULL)
		return;
	a->next = m->asked;
	m->asked = a;
}

struct plb_yaml *
plb_yaml_child(struct plb_yaml *m, struct plb_slice key, struct plb_faults *f)
{
	struct plb_yaml *c;

	if (m == NULL)
		return NULL;
	m->used = true;
	if (m->kind != PLB_YAML_MAP) {
		/* "gateway:" with everything below it commented out is an empty section. */
		if (!plb_yaml_is_null(m)) {
			node_fault(m, f, "expected a mapping (key: value)");
			plb_yaml_use_all(m); /* one fault says it */
		}
		return NULL;
	}
	for (c = m->first; c != NULL; c = c->next) {
		if (plb_slice_eq(c->key, key)) {
			c->used = true;
			return c;
		}
	}
	note_asked(m, key);
	return NULL;
}

struct plb_yaml *
plb_yaml_get(struct plb_yaml *m, const char *key, struct plb_faults *f)
{
	return plb_yaml_child(m, plb_slice_str(key), f);
}

struct plb_yaml *
plb_yaml_need(struct plb_yaml *m, const char *key, struct plb_faults *f)
{
	struct plb_yaml *c = plb_yaml_get(m, key, f);

	if (c == NULL && m != NULL && (m->kind == PLB_YAML_MAP || plb_yaml_is_null(m)))
		node_fault(m, f, "\"%s\" is missing", key);
	return c;
}

/* A scalar with something in it; `expected` ends the fault otherwise. */
static bool
scalar(struct plb_yaml *n, bool plain, const char *expected, struct plb_faults *f)
{
	if (n == NULL)
		return false;
	plb_yaml_use_all(n);
	if (n->kind != PLB_YAML_SCALAR)
		node_fault(n, f, "expected %s, not a list or mapping", expected);
	else if (plb_yaml_is_null(n))
		node_fault(n, f, "is empty; expected %s", expected);
	else if (plain && n->quoted)
		node_fault(n, f, "expected %s, without quotes", expected);
	else
		return true;
	return false;
}

bool
plb_yaml_str(struct plb_yaml *n, const char **out, struct plb_faults *f)
{
	if (!scalar(n, false, "text (\"\" for none)", f))
		return false;
	*out = (const char *)n->text.p;
	return true;
}

/* Digits from *at on, at least one, no leading zero, ≤ INT64_MAX. */
static bool
take_digits(struct plb_slice s, size_t *at, int64_t *out)
{
	size_t start = *at;
	int64_t v = 0;

	while (*at < s.len && s.p[*at] >= '0' && s.p[*at] <= '9') {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (int64_t)(s.p[*at] - '0'), &v))
			return false;
		(*at)++;
	}
	if (*at == start || (s.p[start] == '0' && *at - start > 1))
		return false;
	*out = v;
	return true;
}

bool
plb_yaml_int(struct plb_yaml *n, int64_t min, int64_t max, int64_t *out, struct plb_faults *f)
{
	size_t at = 0;
	bool minus;
	int64_t v;

	if (!scalar(n, true, "a whole number", f))
		return false;
	minus = n->text.len > 0 && n->text.p[0] == '-';
	at = minus ? 1 : 0;
	if (!take_digits(n->text, &at, &v) || at != n->text.len) {
		node_fault(n, f, "expected a whole number from %" PRId64 " to %" PRId64, min, max);
		return false;
	}
	if (minus)
		v = -v;
	if (v < min || v > max) {
		node_fault(n, f, "out of range: from %" PRId64 " to %" PRId64, min, max);
		return false;
	}
	*out = v;
	return true;
}

bool
plb_yaml_bool(struct plb_yaml *n, bool *out, struct plb_faults *f)
{
	if (!scalar(n, true, "true or false", f))
		return false;
	if (!plb_slice_is(n->text, "true") && !plb_slice_is(n->text, "false")) {
		node_fault(n, f, "expected true or false");
		return false;
	}
	*out = n->text.p[0] == 't';
	return true;
}

bool
plb_yaml_dato(struct plb_yaml *n, struct plb_dato *out, struct plb_faults *f)
{
	if (!scalar(n, false, "a date YYYY-MM-DD", f))
		return false;
	if (plb_dato_parse(n->text, out) != PLB_OK) {
		node_fault(n, f, "expected an existing date YYYY-MM-DD");
		return false;
	}
	return true;
}

static bool
parse_hundredths(struct plb_slice s, int64_t *out)
{
	bool minus = s.len > 0 && s.p[0] == '-';
	size_t at = minus ? 1 : 0, digits = 0;
	int64_t whole, part = 0;

	if (!take_digits(s, &at, &whole) || __builtin_mul_overflow(whole, 100, &whole))
		return false;
	if (at < s.len && s.p[at] == '.') {
		for (at++; at < s.len && s.p[at] >= '0' && s.p[at] <= '9'; at++, digits++) {
			if (digits == 2)
				return false;
			part = part * 10 + (s.p[at] - '0');
		}
		if (digits == 0)
			return false;
		if (digits == 1)
			part *= 10;
	}
	if (at != s.len || __builtin_add_overflow(whole, part, &whole))
		return false;
	*out = minus ? -whole : whole;
	return true;
}

bool
plb_yaml_hundredths(struct plb_yaml *n, int64_t *out, struct plb_faults *f)
{
	if (!scalar(n, true, "a number with at most two decimals", f))
		return false;
	if (!parse_hundredths(n->text, out)) {
		node_fault(n, f, "expected a number with at most two decimals");
		return false;
	}
	return true;
}

struct unit {
	const char *name;
	int64_t factor;
};

/* Largest first. */
static const struct unit ms_units[] = {
    {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
static const struct unit bytes_units[] = {
    {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char *
quantity_text(const struct unit *u, size_t n, int64_t v, char out[PLB_QUANTITY_TEXT])
{
	size_t i;

	for (i = 0; i + 1 < n && (v == 0 ? strcmp(u[i].name, "s") != 0 : v % u[i].factor != 0);)
		i++;
	snprintf(out, PLB_QUANTITY_TEXT, "%" PRId64 "%s", v / u[i].factor, u[i].name);
	return out;
}

const char *
plb_ms_text(int64_t ms, char out[PLB_QUANTITY_TEXT])
{
	return quantity_text(ms_units, N_OF(ms_units), ms, out);
}

const char *
plb_bytes_text(int64_t bytes, char out[PLB_QUANTITY_TEXT])
{
	return quantity_text(bytes_units, N_OF(bytes_units), bytes, out);
}

static bool
parse_quantity(struct plb_slice s, const struct unit *u, size_t n, int64_t *out)
{
	size_t at = 0, i;
	int64_t v;

	if (!take_digits(s, &at, &v))
		return false;
	for (i = 0; i < n; i++) {
		if (plb_slice_is(plb_slice(s.p + at, s.len - at), u[i].name))
			return !__builtin_mul_overflow(v, u[i].factor, out);
	}
	return false;
}

bool
plb_yaml_ms(struct plb_yaml *n, int64_t min, int64_t max, int64_t *out, struct plb_faults *f)
{
	char lo[PLB_QUANTITY_TEXT], hi[PLB_QUANTITY_TEXT];
	int64_t v;

	if (!scalar(n, true, "a time such as 250ms, 5s, 2m, 3h or 4d", f))
		return false;
	if (!parse_quantity(n->text, ms_units, N_OF(ms_units), &v)) {
		node_fault(n, f, "expected a time such as 250ms, 5s, 2m, 3h or 4d");
		return false;
	}
	if (v < min || v > max) {
		node_fault(n, f, "out of range: from %s to %s", plb_ms_text(min, lo),
		    plb_ms_text(max, hi));
		return false;
	}
	*out = v;
	return true;
}

bool
plb_yaml_bytes(struct plb_yaml *n, int64_t min, int64_t max, int64_t *out, struct plb_faults *f)
{
	char lo[PLB_QUANTITY_TEXT], hi[PLB_QUANTITY_TEXT];
	int64_t v;

	if (!scalar(n, true, "a size such as 512, 16KiB, 8MiB or 1GiB", f))
		return false;
	if (!parse_quantity(n->text, bytes_units, N_OF(bytes_units), &v)) {
		node_fault(n, f, "expected a size such as 512, 16KiB, 8MiB or 1GiB");
		return false;
	}
	if (v < min || v > max) {
		node_fault(n, f, "out of range: from %s to %s", plb_bytes_text(min, lo),
		    plb_bytes_text(max, hi));
		return false;
	}
	*out = v;
	return true;
}

bool
plb_yaml_word(struct plb_yaml *n, const char *const *words, int *out, struct plb_faults *f)
{
	char all[160];
	size_t len = 0;
	int i;

	all[0] = '\0';
	for (i = 0; words[i] != NULL; i++) {
		int k =
		    snprintf(all + len, sizeof(all) - len, "%s%s", i == 0 ? "" : ", ", words[i]);

		if (k < 0 || (size_t)k >= sizeof(all) - len)
			break;
		len += (size_t)k;
	}
	if (!scalar(n, false, "a word", f))
		return false;
	for (i = 0; words[i] != NULL; i++) {
		if (plb_slice_is(n->text, words[i])) {
			*out = i;
			return true;
		}
	}
	node_fault(n, f, "expected one of: %s", all);
	return false;
}
