// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_FOLLOWER_H
#define PARLOEB_FOLLOWER_H

#include <parloeb/bus.h>

/* Follows every partition of one topic from its oldest committed record, for services that keep all
 * of it in memory. What was there at the start is read in a hurry, since readiness waits for it;
 * then the follower is quiet. On the loop. */
struct plb_follower;

struct plb_follower_conf {
	const char *topic; /* without prefix; must outlive the follower */
	int32_t partitions;
	/* Each record, in order of its partition. After an operator has cut the log, the partition
	 * comes again from its beginning. */
	void (*record)(void *arg, const struct plb_record *r);
	void (*turn)(void *arg); /* after some of them; NULL = nothing to do */
	void *arg;
};

PLB_MUSTUSE enum plb_err plb_follower_new(struct plb_bus *b, struct plb_loop *l,
    const struct plb_follower_conf *c, struct plb_follower **out, struct plb_errctx *ec);
/* Everything that was there at the start has been seen. */
bool plb_follower_known(const struct plb_follower *f);
void plb_follower_free(struct plb_follower **f);

#endif
