// SPDX-License-Identifier: MPL-2.0
#include "cursor.h"

#include <stdio.h>

#define VERSION "c1"
#define HEX_FRA 2
#define MAC_FRA 18
#define MAC_N 8

enum plb_err
cursor_skriv(const struct plb_secret *key, const struct plb_org *org, int32_t partition,
    int64_t offset, char out[CURSOR_TEXT])
{
	char mac[48], of[64];
	enum plb_err err;
	int n;

	n = snprintf(of, sizeof(of), "%s/%d", org->text, (int)partition);
	/* Any keyed digest would do; this one is at hand. */
	err = plb_webhook_sign(plb_slice(key->b, key->len), plb_slice_str("plb-cursor-1"), offset,
	    plb_slice(of, (size_t)n), mac);
	if (err != PLB_OK)
		return err;
	snprintf(out, CURSOR_TEXT, VERSION "%016llx%.*s", (unsigned long long)offset, MAC_N, mac);
	for (size_t i = MAC_FRA; i < MAC_FRA + MAC_N; i++)
		out[i] = out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i];
	return PLB_OK;
}

enum plb_err
cursor_laes(const struct plb_secret *key, const struct plb_org *org, int32_t partition,
    struct plb_slice text, int64_t *offset)
{
	char again[CURSOR_TEXT];
	uint64_t v = 0;

	if (text.len != CURSOR_TEXT - 1 || memcmp(text.p, VERSION, HEX_FRA) != 0)
		return PLB_E_FORM;
	for (size_t i = HEX_FRA; i < MAC_FRA; i++) {
		uint8_t c = text.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return PLB_E_FORM;
		v = v << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	if (v > INT64_MAX || cursor_skriv(key, org, partition, (int64_t)v, again) != PLB_OK ||
	    !plb_ct_eq(again, text.p, text.len))
		return PLB_E_FORM;
	*offset = (int64_t)v;
	return PLB_OK;
}
