// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_FEED_H
#define GATEWAY_FEED_H

#include "kald.h"

/* GET /v1/feed: an organisation's mailbox, its records on `ud`. News come from a tail of each
 * partition that all readers share (hale); what lies further back is read from Kafka by a few
 * readers of their own (bagud). */
PLB_MUSTUSE enum plb_err feed_new(struct gateway *g, struct feed **out, struct plb_errctx *ec);
void feed_free(struct feed **f);
/* Are all withdrawals known that were there at the start? Before that no mailbox is shown. */
bool feed_klar(const struct feed *f);
/* SIGTERM: everybody who waits is answered with what there is. */
void feed_slut(struct feed *f);

void feed_get(struct kald *k);

#endif
