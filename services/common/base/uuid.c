// SPDX-License-Identifier: MPL-2.0
#include <parloeb/id.h>

#include <stdio.h>

#include "sha1.h"

/* Drawn once at random; every id that Parløb has ever made hangs on it, so it never changes. */
const struct plb_uuid PLB_UUID_NS = {{0x5b, 0x0c, 0x6e, 0x2f, 0x93, 0x7a, 0x4d, 0x1e, 0xa8, 0x41,
    0xd7, 0x26, 0xbe, 0x58, 0x04, 0xc3}};

/* Value of a hex digit + 1, 0 for anything else; + 32 marks the capitals. */
#define UPPER 32
static const uint8_t hex_value[256] = {
    ['0'] = 1,
    ['1'] = 2,
    ['2'] = 3,
    ['3'] = 4,
    ['4'] = 5,
    ['5'] = 6,
    ['6'] = 7,
    ['7'] = 8,
    ['8'] = 9,
    ['9'] = 10,
    ['a'] = 11,
    ['b'] = 12,
    ['c'] = 13,
    ['d'] = 14,
    ['e'] = 15,
    ['f'] = 16,
    ['A'] = UPPER | 11,
    ['B'] = UPPER | 12,
    ['C'] = UPPER | 13,
    ['D'] = UPPER | 14,
    ['E'] = UPPER | 15,
    ['F'] = UPPER | 16,
};

/* Where the text of each byte begins. */
static const uint8_t place[16] = {0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

bool
plb_uuid_is_nil(struct plb_uuid u)
{
	static const struct plb_uuid nil;

	return plb_uuid_eq(u, nil);
}

enum plb_err
plb_uuid_parse(struct plb_slice s, bool strict, struct plb_uuid *out)
{
	struct plb_uuid u;

	if (s.len != PLB_UUID_TEXT - 1)
		return PLB_E_FORM;
	if (s.p[8] != '-' || s.p[13] != '-' || s.p[18] != '-' || s.p[23] != '-')
		return PLB_E_FORM;
	for (int i = 0; i < 16; i++) {
		uint8_t hi = hex_value[s.p[place[i]]];
		uint8_t lo = hex_value[s.p[place[i] + 1]];

		if (hi == 0 || lo == 0 || (strict && ((hi | lo) & UPPER) != 0))
			return PLB_E_FORM;
		hi = (uint8_t)((hi & ~UPPER) - 1);
		lo = (uint8_t)((lo & ~UPPER) - 1);
		u.b[i] = (uint8_t)(hi << 4 | lo);
	}
	*out = u;
	return PLB_OK;
}

const char *
plb_uuid_text(struct plb_uuid u, char out[PLB_UUID_TEXT])
{
	static const char digit[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		out[place[i]] = digit[u.b[i] >> 4];
		out[place[i] + 1] = digit[u.b[i] & 15];
	}
	out[8] = out[13] = out[18] = out[23] = '-';
	out[36] = '\0';
	return out;
}

const char *
plb_uuid_ref(struct plb_uuid u, char out[9])
{
	snprintf(out, 9, "%02X%02X%02X%02X", u.b[0], u.b[1], u.b[2], u.b[3]);
	return out;
}

struct plb_uuid
plb_uuid5(struct plb_uuid ns, const struct plb_slice *parts, size_t n)
{
	struct plb_uuid u;
	struct sha1 s;
	uint8_t digest[20];

	sha1_init(&s);
	sha1_put(&s, ns.b, sizeof(ns.b));
	for (size_t i = 0; i < n; i++) {
		sha1_put(&s, parts[i].p, parts[i].len);
		sha1_put(&s, "", 1);
	}
	sha1_done(&s, digest);
	memcpy(u.b, digest, sizeof(u.b));
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | 0x50);
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	return u;
}

struct plb_uuid
plb_leveringid(struct plb_uuid forloeb, const struct plb_org *til, int64_t sequence)
{
	char nr[24];
	struct plb_slice dele[4] = {plb_slice_str("levering"),
	    plb_slice(forloeb.b, sizeof(forloeb.b)), plb_org_slice(til), {NULL, 0}};

	snprintf(nr, sizeof(nr), "%lld", (long long)sequence);
	dele[3] = plb_slice_str(nr);
	return plb_uuid5(PLB_UUID_NS, dele, 4);
}
