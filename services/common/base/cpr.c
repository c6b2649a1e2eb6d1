// SPDX-License-Identifier: MPL-2.0
#include <parloeb/cpr.h>
#include <parloeb/stamp.h>

#define CPR_LEN ((size_t)10)
#define UUID_LEN ((size_t)36)

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static int
two(const uint8_t *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* Year of birth from the two digits of the year and digit 7 (the CPR office's table). */
static int
birth_year(int yy, int digit7)
{
	if (digit7 <= 3)
		return 1900 + yy;
	if (digit7 == 4 || digit7 == 9)
		return yy <= 36 ? 2000 + yy : 1900 + yy;
	return yy <= 57 ? 2000 + yy : 1800 + yy;
}

/* Ten digits; with PLB_CPR_WIDE places 7 and 8, counted from 0, may be letters (DDMMYYCAAG). */
static bool
signs_ok(const uint8_t *p, enum plb_cpr_mode mode)
{
	for (size_t i = 0; i < CPR_LEN; i++) {
		if (is_digit(p[i]))
			continue;
		if (mode != PLB_CPR_WIDE || (i != 7 && i != 8) || !is_letter(p[i]))
			return false;
	}
	return true;
}

enum plb_err
plb_cpr_parse(struct plb_slice s, enum plb_cpr_mode mode, struct plb_cpr *out)
{
	struct plb_dato ignored;
	struct plb_ymd ymd;

	if (s.len != CPR_LEN || !signs_ok(s.p, mode))
		return PLB_E_FORM;
	ymd.day = two(s.p);
	ymd.month = two(s.p + 2);
	ymd.year = birth_year(two(s.p + 4), s.p[6] - '0');
	if (mode == PLB_CPR_WIDE && ymd.day > 60)
		ymd.day -= 60;
	/* Day 00 of 0000000000 falls here, too. */
	if (plb_dato_from_ymd(ymd, &ignored) != PLB_OK)
		return PLB_E_FORM;
	/* One person, one key: letters are kept as capitals. */
	for (size_t i = 0; i < CPR_LEN; i++)
		out->ciffer[i] = (char)(is_letter(s.p[i]) ? s.p[i] & ~0x20 : s.p[i]);
	return PLB_OK;
}

void
plb_cpr_wipe(struct plb_cpr *c)
{
	explicit_bzero(c, sizeof(*c));
}

/* The UUID that begins at p: its 36 characters, not going on in a further letter or digit. */
static bool
uuid_at(const uint8_t *p, size_t left)
{
	if (left < UUID_LEN || p[8] != '-')
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? p[i] != '-' : !is_hex(p[i]))
			return false;
	}
	return left == UUID_LEN || !(is_digit(p[UUID_LEN]) || is_letter(p[UUID_LEN]));
}

static size_t
digits_at(const uint8_t *p, size_t left)
{
	size_t n = 0;

	while (n < left && is_digit(p[n]))
		n++;
	return n;
}

static bool
shaped(const uint8_t *p)
{
	int day = two(p), month = two(p + 2);

	return ((day >= 1 && day <= 31) || (day >= 61 && day <= 91)) && month >= 1 && month <= 12;
}

/* The next CPR-shaped run at or after *at: its start in *at and its length, 0 when there is none.
 * With hyphen, "DDMMYY-NNNN" is one, too. Each digit run is looked at whole, so that a longer
 * number is not mistaken for one. */
static size_t
next_run(const uint8_t *p, size_t len, size_t *at, bool hyphen)
{
	size_t i = *at;

	while (i < len) {
		size_t n;

		if (uuid_at(p + i, len - i)) {
			i += UUID_LEN;
			continue;
		}
		n = digits_at(p + i, len - i);
		if (n == CPR_LEN && shaped(p + i)) {
			*at = i;
			return n;
		}
		if (hyphen && n == 6 && len - i >= 11 && p[i + 6] == '-' &&
		    digits_at(p + i + 7, len - i - 7) == 4 && shaped(p + i)) {
			*at = i;
			return 11;
		}
		i += n == 0 ? 1 : n;
	}
	return 0;
}

bool
plb_cpr_in_text(struct plb_slice s)
{
	size_t at = 0;

	return next_run(s.p, s.len, &at, false) > 0;
}

size_t
plb_cpr_mask(char *text, size_t len)
{
	size_t at = 0, found = 0, n;

	while ((n = next_run((const uint8_t *)text, len, &at, true)) > 0) {
		for (size_t i = at; i < at + n; i++)
			if (text[i] != '-')
				text[i] = 'x';
		at += n;
		found++;
	}
	return found;
}

void
plb_secret_wipe(struct plb_secret *s)
{
	explicit_bzero(s, sizeof(*s));
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static uint8_t
nibble(uint8_t c)
{
	if (is_digit(c))
		return (uint8_t)(c - '0');
	return (uint8_t)((c | 0x20) - 'a' + 10);
}

enum plb_err
plb_secret_hex(struct plb_slice hex, struct plb_secret *out)
{
	struct plb_secret s = {.len = 0};

	while (hex.len > 0 && is_space(hex.p[0]))
		hex = plb_slice(hex.p + 1, hex.len - 1);
	while (hex.len > 0 && is_space(hex.p[hex.len - 1]))
		hex.len--;
	if (hex.len == 0 || hex.len % 2 != 0 || hex.len / 2 > sizeof(s.b))
		return PLB_E_KONFIG;
	for (size_t i = 0; i < hex.len; i++)
		if (!is_hex(hex.p[i]))
			return PLB_E_KONFIG;
	s.len = hex.len / 2;
	for (size_t i = 0; i < s.len; i++)
		s.b[i] = (uint8_t)(nibble(hex.p[2 * i]) << 4 | nibble(hex.p[2 * i + 1]));
	*out = s;
	plb_secret_wipe(&s);
	return PLB_OK;
}

bool
plb_ct_eq(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a, *y = b;
	uint8_t diff = 0;

	for (size_t i = 0; i < len; i++)
		diff |= (uint8_t)(x[i] ^ y[i]);
	return diff == 0;
}
