// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_KALENDERE_H
#define GATEWAY_KALENDERE_H

#include "kald.h"

/* The calendars: for each organisation with a calendar token in a partner file what its mailbox
 * says of dates, read from the oldest mail on and kept in memory. */
struct kalendere;
PLB_MUSTUSE enum plb_err kalendere_new(
    struct gateway *g, struct kalendere **out, struct plb_errctx *ec);
void kalendere_free(struct kalendere **k);
/* The partner files were read again. */
void kalendere_genlaes(struct kalendere *k);

/* GET /v1/kalender/<token>.ics and GET /v1/dagsliste/<token>?dato=: kald->kalender is whose. */
void kalender_get(struct kald *k);
void dagsliste_get(struct kald *k);

#endif
