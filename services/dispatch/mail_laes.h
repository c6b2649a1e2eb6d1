// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_MAIL_LAES_H
#define DISPATCH_MAIL_LAES_H

#include <parloeb/buf.h>

#include "itip_svar.h"

/* What of a mail can make it a receipt (RFC 5322, 2045, 3464, 3834). The mail is hostile: length,
 * depth, parts, names and what is decoded are all capped, and nothing of it is kept beyond the
 * slices below. Pure; any thread. */
#define MAIL_REF_MAX 8
#define MAIL_KALENDER_MAX (64 * 1024) /* bytes of a calendar part, decoded */

struct mail_laest {
	bool automatisk; /* a machine wrote it: an absence note, a report */
	bool opgivet;    /* a delivery report: given up for good */
	/* What it answers: message ids without <>, In-Reply-To first, then References from the
	 * newest back; of a report that of the mail reported on. Borrowed from the mail. */
	struct plb_slice ref[MAIL_REF_MAX];
	size_t n_ref;
	struct itip_svar itip;
};

/* `rum`: room to decode in, of at least MAIL_KALENDER_MAX. Whatever the bytes are, there is an
 * answer; what cannot be read says nothing. */
void mail_laes(struct plb_slice mail, struct plb_buf *rum, struct mail_laest *out);

#endif
