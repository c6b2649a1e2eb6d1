// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_MAIL_H
#define DISPATCH_MAIL_H

#include "kanal.h"

#include <parloeb/crypto.h>
#include <parloeb/overfoersel.h>

/* Mail of this process: how it leaves (mail_ud.c) and how its answers come in (mail_ind.c). There
 * is one in dispatch.mail where dispatch.mail.smtp is set, else NULL. Loop thread. */
struct mail_ind;
struct mail {
	struct dispatch *d;
	struct plb_crypto *crypto;
	struct plb_overfoersler *overfoersler;
	struct mail_brev *brev;
	struct mail_ind *ind; /* NULL: no mailbox is read */
	struct plb_secret password;
};

/* The partner files are read. NULL with PLB_OK: no relay is set. */
PLB_MUSTUSE enum plb_err mail_new(
    struct dispatch *d, struct plb_crypto *c, struct mail **out, struct plb_errctx *ec);
void mail_free(struct mail **m);
/* Says in the log which partner files ask for mail where none is set up. */
void mail_efterse(const struct dispatch *d);
/* An order with what all of them have in common. */
struct plb_ovf_bestilling mail_bestilling(
    const struct mail *m, enum plb_ovf_art art, const char *url);

/* The row of kanal.c. */
extern const struct kanal kanal_mail;

/* ---- answers: read by whoever owns this partition of postkasse, so by one process ---- */
#define MAIL_PARTITION 0
PLB_MUSTUSE enum plb_err mail_ind_new(struct mail *m, struct mail_ind **out, struct plb_errctx *ec);
void mail_ind_free(struct mail_ind **i);
/* The partition is ours, or is no longer. `m` of these two may be NULL. */
void mail_ind_ejer(struct mail *m, bool ejer);
/* A receipt of the batch, to postkasse. */
PLB_MUSTUSE enum plb_err mail_ind_kvitter(struct dispatch *d, struct plb_flow_tx *tx,
    const struct udfald *u, struct plb_time now, struct plb_errctx *ec);
/* The batch is committed, or undone. */
void mail_ind_afgjort(struct mail *m, bool bekraeftet);

#endif
