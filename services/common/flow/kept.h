// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_KEPT_H
#define FLOW_KEPT_H

#include <parloeb/stamp.h>

#include "table.h"

/* Tables of partitions taken away, with the changelog position up to which they are right: when the
 * partition comes back only the tail is read. Bounded in bytes by flow_kept_trim (the oldest go
 * first) and in age: a table older than the changelog keeps its tombstones would miss deletions.
 * Pure; embedded. */
struct flow_kept_one {
	int32_t p;
	struct flow_table *table;
	int64_t log_pos, log_records;
	struct plb_mono since;
};
struct flow_kept {
	struct flow_kept_one *a; /* oldest first */
	size_t n, size, bytes, cap;
};
#define FLOW_KEPT_MAX_AGE_MS (60 * 60 * 1000) /* far below delete.retention.ms (24 h) */

void flow_kept_init(struct flow_kept *k, size_t cap_bytes);
void flow_kept_fini(struct flow_kept *k);
/* Takes the table, whatever its size: it was in memory before, and most tables of a rebalance come
 * back at its end. */
void flow_kept_add(struct flow_kept *k, struct flow_kept_one one);
/* At the end of a rebalance: what has not come back, down to the cap. */
void flow_kept_trim(struct flow_kept *k);
/* Hands the table back; false when there is none, or none young enough. */
bool flow_kept_take(struct flow_kept *k, int32_t p, struct plb_mono now, struct flow_kept_one *out);
void flow_kept_clear(struct flow_kept *k);

#endif
