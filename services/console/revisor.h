// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_REVISOR_H
#define CONSOLE_REVISOR_H

#include <parloeb/bus.h>
#include <parloeb/revision.h>

/* What the console writes: audit records on `revision` (one at a time, so that the chain stands)
 * and orders on `postkasse`. Loop thread. */
struct revisor;
typedef void revisor_fn(
    void *arg, enum plb_err err); /* exactly once for each PLB_OK, on the loop; of a record that
				     cannot be sent at all from within the call */
PLB_MUSTUSE enum plb_err revisor_new(struct plb_loop *l, struct plb_bus *b,
    const struct plb_schemas *s, const char *skriver, const struct plb_secret *desk_key,
    struct revisor **out, struct plb_errctx *ec);
void revisor_free(struct revisor **r); /* what is under way is not told any more */
bool revisor_klar(const struct revisor *r);

/* What the slices of p point to must live until fn. PLB_E_FULD: too many are waiting. */
PLB_MUSTUSE enum plb_err revisor_skriv(
    struct revisor *r, const struct plb_revision_post *p, revisor_fn *fn, void *arg);
/* A framed kommando, copied; sealed where there is a key. */
PLB_MUSTUSE enum plb_err revisor_ordre(struct revisor *r, struct plb_slice organisation,
    struct plb_slice value, struct plb_time tid, revisor_fn *fn, void *arg);
/* A record of `revision` as read: the chains go on from it. */
PLB_MUSTUSE enum plb_err revisor_laest(struct revisor *r, const struct plb_record *rec,
    struct plb_revision_laest *out, struct plb_errctx *ec);

#endif
