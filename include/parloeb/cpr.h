// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_CPR_H
#define PARLOEB_CPR_H

#include <parloeb/err.h>
#include <parloeb/slice.h>

/* A CPR number. Nothing prints, logs or formats it; wipe after use. */
struct plb_cpr {
	char ciffer[10]; /* not NUL-terminated */
};
enum plb_cpr_mode {
	PLB_CPR_STRICT, /* STAR's pattern and an existing date */
	PLB_CPR_WIDE,   /* also replacement numbers: day + 60, and letters in places 7-8 (from 0) as
			   in X-eCPR, kept as capitals */
};

/* PLB_E_FORM for anything else, and for 0000000000 ("unknown": nobody, never a key). Modulus 11 is
 * not checked (not guaranteed since 2007, cpr.dk). */
PLB_MUSTUSE enum plb_err plb_cpr_parse(
    struct plb_slice s, enum plb_cpr_mode mode, struct plb_cpr *out);
void plb_cpr_wipe(struct plb_cpr *c);

/* True when the text holds a run of exactly ten digits shaped like a CPR number (day 01-31 or
 * 61-91, month 01-12); the digits of a UUID do not count (contract § 1). */
bool plb_cpr_in_text(struct plb_slice s);
/* Masks such runs (with or without a hyphen after six) in place with 'x'; returns how many. For log
 * lines. */
size_t plb_cpr_mask(char *text, size_t len);

/* A secret of up to 64 bytes. Nothing prints it; wiped by plb_secret_wipe. */
struct plb_secret {
	uint8_t b[64];
	size_t len;
};
void plb_secret_wipe(struct plb_secret *s);
/* From hex text (white space around it allowed); PLB_E_KONFIG on fault. */
PLB_MUSTUSE enum plb_err plb_secret_hex(struct plb_slice hex, struct plb_secret *out);
/* Equal in constant time. */
bool plb_ct_eq(const void *a, const void *b, size_t len);

#endif
