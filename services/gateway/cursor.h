// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_CURSOR_H
#define GATEWAY_CURSOR_H

#include <parloeb/crypto.h>

#include "vist.h"

/* The text of a place in an organisation's mailbox: version, offset, what was shown ahead (vist),
 * and a check that it is ours and this organisation's, so that nobody settles what he has not been
 * given. The same on every gateway that holds the key. */
#define CURSOR_TEXT (27 + 16 * VIST_MAX)

PLB_MUSTUSE enum plb_err cursor_skriv(const struct plb_secret *key, const struct plb_org *org,
    int32_t partition, int64_t offset, const struct vist *vist, char out[CURSOR_TEXT]);
/* PLB_E_FORM for anything that cursor_skriv did not write for this organisation and partition. */
PLB_MUSTUSE enum plb_err cursor_laes(const struct plb_secret *key, const struct plb_org *org,
    int32_t partition, struct plb_slice text, int64_t *offset, struct vist *vist);

#endif
