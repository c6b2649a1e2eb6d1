// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_KANAL_H
#define DISPATCH_KANAL_H

#include "dispatch_int.h"

/* The channels that push: what an attempt by each of them is. Everything else (queues, schedule,
 * parking, opening of an endpoint, receipts) is one machine, which knows a channel by its number
 * alone. A channel is a row of the table in kanal.c and a file of its own beside hook_ud.c. Loop
 * thread. */

/* One delivery, ready to leave: all borrowed for the length of the call. */
struct kanal_opgave {
	const struct levering *l;
	const struct plb_partner *partner;
	const struct post *post; /* of the entry; the recipient knows it by post_leveringid */
	const struct indhold *indhold;
	const struct plb_person *person; /* NULL: about nobody */
};

/* An attempt under way, in dispatch.kald. Made and freed by kanal.c. */
struct kald {
	struct plan_led led;
	struct dispatch *d;
	const struct kanal *kanal;
	void *eget; /* the channel's own */
	int32_t partition, forsoeg;
	uint8_t kopi;
	struct plb_org org;
	struct plb_uuid id;
	uint8_t digest[32]; /* of what is sent: SHA-256 of leveringid ‖ body */
};

/* Either a call (begynd and annuller), or a write in the batch's own transaction (skriv). */
struct kanal {
	enum plb_kanal nr;
	bool husker; /* what it has delivered stays known until it is too old */
	/* Does it carry that type to this recipient? NULL: all. Not asked for the fall-back. */
	bool (*tager)(const struct plb_partner *p, struct plb_slice type);
	/* Begins the attempt of a committed intent, sets k->eget and k->digest; its end is told by
	 * one kald_slut, never from within. An error: nothing has begun; class REJECT (what cannot
	 * be built today cannot tomorrow) parks, any other is tried again by the schedule. */
	enum plb_err (*begynd)(struct kald *k, const struct kanal_opgave *o, struct plb_errctx *ec);
	/* Ends k->eget at once; no kald_slut follows. */
	void (*annuller)(struct kald *k);
	/* An attempt from beginning to end: what is emitted commits with its outcome, of which it
	 * says klasse, tekst, har_digest and digest in `u`. Errors as of begynd. */
	enum plb_err (*skriv)(struct dispatch *d, struct plb_flow_tx *tx,
	    const struct kanal_opgave *o, struct udfald *u, struct plb_errctx *ec);
};

/* The row of a number. NULL: no channel. */
const struct kanal *kanal_af(enum plb_kanal nr);

/* Does its channel carry some types alone? */
bool kanal_vaelger(const struct endepunkt *ep);
/* Is what goes out there written in the batch? */
bool kanal_skriver(const struct endepunkt *ep);
/* The attempt of `l`, whose intent stands in this batch, and its outcome. */
PLB_MUSTUSE enum plb_err kanal_skriv(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    struct plb_time now, struct plb_errctx *ec);
/* The attempt has ended: of `u` the channel says klasse, tekst, mindst_ms and traet. Frees k. */
void kald_slut(struct kald *k, struct udfald u);
/* As many attempts as may begin. */
void kanal_start(struct dispatch *d);
/* Cancel the attempts of a partition; -1 = all. */
void kanal_slip(struct dispatch *d, int32_t partition);

#endif
