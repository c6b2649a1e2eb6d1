// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_MAIL_DOM_H
#define DISPATCH_MAIL_DOM_H

#include <parloeb/partnere.h>

#include "kvittering.h"
#include "mail_id.h"
#include "mail_laes.h"

/* What a mail that was read is: a receipt, or not. One thread. */
enum mail_dom {
	MAIL_KVITTERING,
	MAIL_INTET,   /* it decides nothing: a machine's note, an answer that leaves it open */
	MAIL_FREMMED, /* it answers no mail of ours, or not one that this organisation got */
	MAIL_DOMME
};
struct mail_afgoerelse {
	enum mail_dom dom;
	struct plb_org org;
	struct plb_uuid leveringid;
	enum kvittering status;
	const char *aarsag; /* static, or NULL */
};
/* `afsender`: our address. */
void mail_bedoem(const struct mail_laest *m, const struct plb_crypto *c, const char *afsender,
    const struct plb_partnere *p, struct mail_afgoerelse *out);
const char *mail_dom_navn(enum mail_dom d);

#endif
