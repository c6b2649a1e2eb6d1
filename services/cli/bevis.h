// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_BEVIS_H
#define CLI_BEVIS_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/event.h>

/* A proof of one delivery: the Kafka records of its ladder, whole as they lie in the log
 * (confidential members sealed), in a chain of salted digests. The text is signed by
 * <parloeb/underskrevet.h>; both parts are verified from the file alone. Pure but for random salts.
 */

struct bevis_hoved {
	struct plb_uuid leveringid;
	struct plb_slice organisation, type;
	struct plb_time udstedt;
};
struct bevis; /* being written */
PLB_MUSTUSE enum plb_err bevis_ny(
    const struct bevis_hoved *h, struct plb_buf *out, struct bevis **b, struct plb_errctx *ec);
/* The next record of the ladder, in the order of the ladder. */
void bevis_trin(struct bevis *b, const struct plb_record *r);
void bevis_slut(struct bevis **b);

/* What a verified proof says. */
#define BEVIS_TRIN_MAX 1000
struct bevis_trin_laest {
	const char *trin; /* what the record itself says: "accepteret" … "haandteret" */
	struct plb_slice emne;
	int64_t partition, offset, forsoeg;
	struct plb_time logget, tid; /* when Kafka had it; when it happened */
	struct plb_slice digest; /* of the body sent, salted with the leveringid; len 0 = none */
};
struct bevis_laest {
	struct plb_uuid leveringid;
	struct plb_slice organisation, type;
	size_t n;
	struct bevis_trin_laest *trin;
};
/* The text of a proof whose signature has been verified. PLB_E_FORM: no proof; PLB_E_ADGANG: it
 * contradicts itself, ec says where. Lives in the arena and the text. */
PLB_MUSTUSE enum plb_err bevis_tjek(
    struct plb_slice text, struct plb_arena *a, struct bevis_laest *out, struct plb_errctx *ec);
/* Is `body` what was delivered? */
bool bevis_krop(const struct bevis_laest *b, struct plb_slice body);

#endif
