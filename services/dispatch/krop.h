// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_KROP_H
#define DISPATCH_KROP_H

#include <parloeb/crypto.h>
#include <parloeb/partnere.h>

#include "dispatch_wire.h"
#include "indhold.h"

/* The body and headers of one webhook call, built once an attempt. One thread; borrowed until the
 * next call. The body holds what was sealed: it is handed to the HTTP client and nowhere else. */
struct krop;
struct krop_kald {
	struct plb_slice body;
	const char *const *headers; /* "Name: value", NULL-terminated */
	uint8_t digest[32];         /* SHA-256 of leveringid (16 bytes) ‖ body */
};
/* The body alone, which is the same by every channel. */
struct krop_tekst {
	struct plb_slice body;
	uint8_t digest[32];
	char partitionkey[33]; /* the person, as this recipient knows him; "" = nobody */
};

PLB_MUSTUSE enum plb_err krop_new(
    const struct plb_schemas *s, struct plb_crypto *c, struct krop **out, struct plb_errctx *ec);
void krop_free(struct krop **k);
/* person NULL: the message is about nobody. `now`: real time. A seal that does not open, or bytes
 * that do not fit: the error's class is REJECT. */
PLB_MUSTUSE enum plb_err krop_skriv(struct krop *k, const struct post *p, const struct indhold *i,
    const struct plb_org *org, const struct plb_person *person, struct krop_tekst *out,
    struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err krop_byg(struct krop *k, const struct post *p, const struct indhold *i,
    const struct plb_org *org, const struct plb_person *person, const struct plb_webhook_conf *hook,
    struct plb_time now, struct krop_kald *out, struct plb_errctx *ec);

#endif
