// SPDX-License-Identifier: MPL-2.0
#ifndef WIRE_PARTNER_TEST_H
#define WIRE_PARTNER_TEST_H

#include <parloeb/partnere.h>

/* Why the webhook may not go live yet, for people, in the arena or static; NULL = its file names a
 * report of `parloeb partner test` that is signed by this installation, about this address, and
 * passed. proof_public may be NULL. */
const char *partner_testet(
    struct plb_arena *a, const struct plb_webhook_conf *w, const uint8_t *proof_public);

#endif
