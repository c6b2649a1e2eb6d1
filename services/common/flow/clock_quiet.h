// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_CLOCK_QUIET_H
#define FLOW_CLOCK_QUIET_H

#include <sys/types.h>

#include "ur.h"

/* When is a step of the clock done? What one round of answers says, as a plain table over the input
 * partitions of the services that follow the clock. Pure. */
#define QUIET_TOPICS_MAX 16

struct quiet_topics {
	size_t n;
	struct {
		char name[128]; /* with prefix */
		int32_t partitions;
		size_t first; /* index of partition 0 in the arrays below */
	} t[QUIET_TOPICS_MAX];
	size_t total;
};

struct quiet_round {
	const struct quiet_topics *topics;
	int64_t *pos;    /* total; -1 = nobody has said */
	uint8_t *owners; /* total: how many claim it */
	int64_t naeste;  /* earliest next due time; INT64_MAX = none */
	int64_t i_gang;  /* work under way, all together */
	size_t answers;
};

PLB_MUSTUSE enum plb_err quiet_topics_add(
    struct quiet_topics *q, const char *name, int32_t partitions);
/* NULL-safe free; arrays sized by the topics, which stay. */
PLB_MUSTUSE enum plb_err quiet_round_init(struct quiet_round *r, const struct quiet_topics *q);
void quiet_round_fini(struct quiet_round *r);
void quiet_round_clear(struct quiet_round *r);
/* An instance's answer at the time of the round. */
void quiet_round_add(struct quiet_round *r, const struct ur_record *answer);
/* Every partition is owned exactly once and nothing is under way. why_not may be NULL. */
bool quiet_round_whole(const struct quiet_round *r, struct plb_buf *why_not);
/* The second of two rounds in a row says what the first said. */
bool quiet_round_same(const struct quiet_round *a, const struct quiet_round *b);
/* Every position has reached the end measured before the round. ends: total. */
bool quiet_round_reached(const struct quiet_round *r, const int64_t *ends, struct plb_buf *why_not);

#endif
