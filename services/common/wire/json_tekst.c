// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

#include <utf8proc.h>

/* Code point of a valid sequence of n bytes. */
static uint32_t
code_point(const uint8_t *p, size_t n)
{
	static const uint8_t mask[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t cp = p[0] & mask[n];

	for (size_t i = 1; i < n; i++)
		cp = (cp << 6) | (p[i] & 0x3fu);
	return cp;
}

/* Certainly unchanged by NFC wherever it stands: Latin-1 and Latin Extended, and general
 * punctuation (dashes, quotation marks, €). */
static bool
surely_nfc(uint32_t cp)
{
	return cp < 0x300 || (cp >= 0x2002 && cp < 0x20d0);
}

static bool
is_nfc(struct plb_arena *a, struct plb_slice s)
{
	utf8proc_ssize_t n = utf8proc_decompose(
	    s.p, (utf8proc_ssize_t)s.len, NULL, 0, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	utf8proc_int32_t *cps;
	size_t bytes, at = 0;

	if (n < 0 || !plb_size_mul((size_t)n, sizeof(*cps), &bytes))
		return false;
	cps = plb_arena_alloc(a, bytes);
	if (cps == NULL)
		return false;
	n = utf8proc_decompose(
	    s.p, (utf8proc_ssize_t)s.len, cps, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n >= 0)
		n = utf8proc_normalize_utf32(cps, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		size_t len = plb_utf8_len(s.p + at, s.len - at);

		if (len == 0 || code_point(s.p + at, len) != (uint32_t)cps[i])
			return false;
		at += len;
	}
	return n >= 0 && at == s.len;
}

/* '<' with a letter, '/', '!' or '?' behind it; "a < b" is prose. */
static bool
has_markup(struct plb_slice s)
{
	const uint8_t *p = s.p, *end;

	if (s.len == 0)
		return false; /* p may be NULL */
	end = s.p + s.len;
	while (p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		if (++p == end)
			return false;
		if (((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') || *p == '/' || *p == '!' ||
		    *p == '?')
			return true;
	}
	return false;
}

static bool
is_control(uint32_t cp, bool linjer)
{
	if (cp == '\n')
		return !linjer;
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

const char *
wire_tekst(struct plb_arena *a, struct plb_slice s, unsigned what, bool linjer, size_t *n)
{
	bool sure = true;

	*n = s.len;
	if (has_markup(s))
		return "opmaerkning";
	/* Without escapes the scanner has seen no control character below space. */
	if (what == 0)
		return s.len > 0 && memchr(s.p, 0x7f, s.len) != NULL ? "tegn" : NULL;
	*n = 0;
	for (size_t at = 0; at < s.len; (*n)++) {
		uint32_t cp = s.p[at];
		size_t len = 1;

		if (cp >= 0x80) {
			len = plb_utf8_len(s.p + at, s.len - at);
			if (len == 0)
				return "utf8";
			cp = code_point(s.p + at, len);
			sure = sure && surely_nfc(cp);
		}
		if (is_control(cp, linjer))
			return "tegn";
		at += len;
	}
	return sure || is_nfc(a, s) ? NULL : "nfc";
}
