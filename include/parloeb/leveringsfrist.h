// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_LEVERINGSFRIST_H
#define PARLOEB_LEVERINGSFRIST_H

#include <parloeb/event.h>
#include <parloeb/schema.h>

/* What is breached when a message on `ud` does not arrive in time: header plb_frist, or the member
 * of its own content that names a moment, whichever is nearer. Clear members only: no key is
 * needed. Immutable after plb_frister_new but for its arena: one thread at a time. */
struct plb_frister;
PLB_MUSTUSE enum plb_err plb_frister_new(
    const struct plb_schemas *s, struct plb_frister **out, struct plb_errctx *ec);
void plb_frister_free(struct plb_frister **f);
/* false: it names none, or cannot be read. */
bool plb_frist_af(struct plb_frister *f, const struct plb_record *r, struct plb_time *out);

#endif
