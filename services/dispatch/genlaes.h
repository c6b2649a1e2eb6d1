// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_GENLAES_H
#define DISPATCH_GENLAES_H

#include <parloeb/bus.h>

/* Messages read from ud once more: the state does not hold their content. One at a time, in the
 * order asked for; what lies a little further on is read without a new beginning. Loop thread. */
struct genlaes;

/* Why it is read. */
enum genlaes_grund { GENLAES_INDHOLD, GENLAES_GENSEND };

/* `r` NULL: the log no longer has it. Called on the loop, never from within genlaes_bed. r is
 * borrowed. */
typedef void genlaes_fn(void *arg, int32_t partition, const struct plb_uuid *id,
    enum genlaes_grund grund, const struct plb_record *r);

PLB_MUSTUSE enum plb_err genlaes_new(struct plb_loop *l, struct plb_bus *b, genlaes_fn *fn,
    void *arg, struct genlaes **out, struct plb_errctx *ec);
void genlaes_free(struct genlaes **g);
/* false: out of memory, or the client cannot read. */
PLB_MUSTUSE bool genlaes_bed(struct genlaes *g, int32_t partition, int64_t offset,
    const struct plb_uuid *id, enum genlaes_grund grund);
/* The partition is gone: nothing is read for it any more. */
void genlaes_glem(struct genlaes *g, int32_t partition);

#endif
