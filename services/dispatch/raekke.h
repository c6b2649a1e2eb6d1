// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_RAEKKE_H
#define DISPATCH_RAEKKE_H

#include <parloeb/bus.h>

/* Messages of one organisation read from ud in a row, from an offset on: what an endpoint's
 * overflow left there. One request at a time, in the order asked for; loop thread. */
struct raekke;

#define RAEKKE_ANTAL 1024              /* messages in one answer */
#define RAEKKE_BYTES ((size_t)1 << 20) /* of content in one answer, about */
#define RAEKKE_SKAN 50000              /* records looked at for one answer */

/* A record with memory of its own. */
struct raekke_post {
	struct raekke_post *naeste;
	struct plb_record r;
	uint8_t data[];
};
struct raekke_post *raekke_kopi(const struct plb_record *r); /* NULL: out of memory */
void raekke_fri(struct raekke_post *p);                      /* all that follow */

/* `poster` now belongs to the callee. Everything of the organisation from offset `fra`, as asked
 * for, to before `naaet` has been read. Called on the loop, never from within raekke_bed. */
typedef void raekke_fn(void *arg, int32_t partition, const struct plb_org *org,
    struct raekke_post *poster, int64_t fra, int64_t naaet);

PLB_MUSTUSE enum plb_err raekke_new(struct plb_loop *l, struct plb_bus *b, raekke_fn *fn, void *arg,
    struct raekke **out, struct plb_errctx *ec);
void raekke_free(struct raekke **r);
/* Offsets fra ≤ … < til. false: out of memory. */
PLB_MUSTUSE bool raekke_bed(
    struct raekke *r, int32_t partition, const struct plb_org *org, int64_t fra, int64_t til);
/* The partition is gone: nothing is read for it any more. */
void raekke_glem(struct raekke *r, int32_t partition);

#endif
