// SPDX-License-Identifier: MPL-2.0
#include "cursor.h"

#include <stdio.h>

/* c1: version, 16 hex of the offset, check. c2: 16 hex of each withdrawal shown ahead in between.
 */
#define VERSION_N 2
#define HEX_N 16
#define MAC_N 8
#define LEAST (VERSION_N + HEX_N + MAC_N)

enum plb_err
cursor_skriv(const struct plb_secret *key, const struct plb_org *org, int32_t partition,
    int64_t offset, const struct vist *vist, char out[CURSOR_TEXT])
{
	char mac[48], of[64 + HEX_N * VIST_MAX];
	size_t n, at = VERSION_N + HEX_N;
	enum plb_err err;

	snprintf(out, CURSOR_TEXT, "c%d%016llx", vist->n == 0 ? 1 : 2, (unsigned long long)offset);
	for (size_t i = 0; i < vist->n; i++, at += HEX_N)
		snprintf(out + at, CURSOR_TEXT - at, "%016llx", (unsigned long long)vist->id[i]);
	n = (size_t)snprintf(
	    of, sizeof(of), "%s/%d%s", org->text, (int)partition, out + VERSION_N + HEX_N);
	PLB_ASSERT(n < sizeof(of));
	/* Any keyed digest would do; this one is at hand. */
	err = plb_webhook_sign(plb_slice(key->b, key->len), plb_slice_str("plb-cursor-1"), offset,
	    plb_slice(of, n), mac);
	if (err != PLB_OK)
		return err;
	for (size_t i = 0; i < MAC_N; i++, at++)
		out[at] = mac[i] == '+' ? '-' : mac[i] == '/' ? '_' : mac[i];
	out[at] = '\0';
	return PLB_OK;
}

static bool
laes_hex(const uint8_t *p, uint64_t *out)
{
	uint64_t v = 0;

	for (size_t i = 0; i < HEX_N; i++) {
		uint8_t c = p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		v = v << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*out = v;
	return true;
}

enum plb_err
cursor_laes(const struct plb_secret *key, const struct plb_org *org, int32_t partition,
    struct plb_slice text, int64_t *offset, struct vist *vist)
{
	char again[CURSOR_TEXT];
	uint64_t v;

	vist->n = 0;
	if (text.len < LEAST || text.len >= CURSOR_TEXT || (text.len - LEAST) % HEX_N != 0 ||
	    !laes_hex(text.p + VERSION_N, &v) || v > INT64_MAX)
		return PLB_E_FORM;
	for (size_t i = 0; i < (text.len - LEAST) / HEX_N; i++)
		if (!laes_hex(text.p + VERSION_N + HEX_N * (i + 1), &vist->id[vist->n++]))
			return PLB_E_FORM;
	/* What is not written so again was not written by us: version and check among it. */
	if (cursor_skriv(key, org, partition, (int64_t)v, vist, again) != PLB_OK ||
	    strlen(again) != text.len || !plb_ct_eq(again, text.p, text.len))
		return PLB_E_FORM;
	*offset = (int64_t)v;
	return PLB_OK;
}
