// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_UD_LAESER_H
#define DISPATCH_UD_LAESER_H

#include <parloeb/bus.h>

/* Messages read from ud once more: content that the state does not hold, or a row of an
 * organisation's messages. One request at a time, in the order asked for; what lies a little
 * further on is read without a new beginning. Loop thread. */
struct ud_laeser;

#define UD_LAESER_ANTAL 1024              /* messages in one answer */
#define UD_LAESER_BYTES ((size_t)1 << 20) /* of content in one answer, about */
#define UD_LAESER_SKAN 50000              /* records looked at for one answer */

/* A record with memory of its own. */
struct laest {
	struct laest *naeste;
	struct plb_record r;
	uint8_t data[];
};
void laest_fri(struct laest *p); /* all that follow */

#define UD_LAESER_ENDE INT64_MAX

/* Plain value. id, grund and slot are the asker's own and come back with the answer. */
struct ud_bestilling {
	int32_t partition;
	struct plb_org org; /* zero value = of anybody */
	/* Offsets fra ≤ … < til; UD_LAESER_ENDE: as far as the log goes now. fra 0 = from where it
	 * begins. */
	int64_t fra, til;
	struct plb_uuid id;
	int grund;
	uint8_t slot; /* endpoint of which channel */
};

/* `poster` now belongs to the callee: all that the log has of the request to before `naaet`, which
 * lies behind b->fra, and is b->til when there is no more. Called on the loop, never from within
 * ud_laeser_bed. */
typedef void ud_laeser_fn(
    void *arg, const struct ud_bestilling *b, struct laest *poster, int64_t naaet);

PLB_MUSTUSE enum plb_err ud_laeser_new(struct plb_loop *l, struct plb_bus *b, ud_laeser_fn *fn,
    void *arg, struct ud_laeser **out, struct plb_errctx *ec);
void ud_laeser_free(struct ud_laeser **g);
/* false: out of memory. */
PLB_MUSTUSE bool ud_laeser_bed(struct ud_laeser *g, const struct ud_bestilling *b);
/* The partition is gone: nothing is read for it any more. */
void ud_laeser_glem(struct ud_laeser *g, int32_t partition);

#endif
