// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_MAIL_BREV_H
#define DISPATCH_MAIL_BREV_H

#include "dispatch_wire.h"
#include "indhold.h"
#include "mail_id.h"

/* The mail of one delivery, whole as it goes over SMTP (RFC 5322, 2045; RFC 6047 for summonses).
 * The same delivery gives the same bytes, whenever and wherever it is built. Nothing that is sealed
 * is opened for it: it says a kind, a reference, a time and the leveringid, as the calendar does
 * (docs/adr/0015). One thread; what is built is borrowed until the next. */
struct mail_brev;

/* Outlives the call: schemas, crypto, afsender (an address as plb_epost_ren takes it, its local
 * part at most MAIL_LOKAL_MAX). */
PLB_MUSTUSE enum plb_err mail_brev_new(const struct plb_schemas *s, struct plb_crypto *c,
    const char *afsender, struct mail_brev **out, struct plb_errctx *ec);
void mail_brev_free(struct mail_brev **b);

struct mail_opgave {
	struct plb_uuid leveringid;
	const struct post *post;
	const struct indhold *indhold;
	const struct plb_org *org;
	const char *til; /* as afsender, of any length */
};
/* digest: SHA-256 of leveringid (16 bytes) ‖ mail. Content that is not as its schema promises:
 * class REJECT. */
PLB_MUSTUSE enum plb_err mail_brev_byg(struct mail_brev *b, const struct mail_opgave *o,
    struct plb_slice *mail, uint8_t digest[32], struct plb_errctx *ec);

/* Is a message of that type an invitation, or a change or cancellation of one? */
bool mail_er_indkaldelse(struct plb_slice type);

#endif
