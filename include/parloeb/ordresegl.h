// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_ORDRESEGL_H
#define PARLOEB_ORDRESEGL_H

#include <parloeb/cpr.h>
#include <parloeb/event.h>

/* The console's seal on an order that it writes to `postkasse`: header plb_segl = HMAC-SHA-256 by
 * secrets.desk_key over "plb-ordre-1", the organisation (the record's key), a NUL, and the value.
 * So whoever can write to the topic, but holds no key, gives no orders. Pure; any thread. */
#define PLB_ORDRESEGL_HEADER "plb_segl"
void plb_ordresegl(const struct plb_secret *desk_key, struct plb_slice organisation,
    struct plb_slice value, uint8_t out[32]);
/* Does the record bear it? In the same time whatever it bears. */
bool plb_ordresegl_er(const struct plb_secret *desk_key, const struct plb_record *r);

#endif
