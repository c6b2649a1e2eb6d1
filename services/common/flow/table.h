// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include <parloeb/map.h>
#include <parloeb/stamp.h>

/* The state of one partition: entries (primary, sub) → blob with a due time. Pure; one thread.
 *
 * A hash table finds the primary; its entries form a treap ordered by sub, in which each node knows
 * the earliest due time below it; the heap orders the primaries by theirs. So a lookup is one probe
 * and a short descent, the next timer of the table and of a primary are at hand, and an
 * organisation with a hundred thousand entries costs no more than logarithms. One allocation an
 * entry: 40 bytes and its sub and blob; one a primary: 64 bytes and its key.
 *
 * Changes are logged until flow_table_commit: a version replaced or deleted is kept, so slices
 * handed out stay valid until then, and flow_table_undo_to puts back what was. */
struct flow_table;

#define FLOW_PRIMARY_MAX 64
#define FLOW_SUB_MAX 64
#define FLOW_BLOB_MAX (256 * 1024)
/* Longest changelog key and value (docs/architecture.md "State and changelog"). */
#define FLOW_LOG_KEY_MAX (1 + FLOW_PRIMARY_MAX + FLOW_SUB_MAX)
#define FLOW_LOG_VALUE_MAX (8 + FLOW_BLOB_MAX)

/* An entry, borrowed until commit or undo; `sub.p` and `blob.p` are never NULL. */
struct flow_entry {
	struct plb_slice primary, sub, blob;
	int64_t due; /* ms since the epoch; INT64_MAX = none */
};

/* NULL when out of memory. `seed` shapes the trees, not their contents. */
struct flow_table *flow_table_new(uint64_t seed);
void flow_table_free(struct flow_table **t);

bool flow_table_get(const struct flow_table *t, struct plb_slice primary, struct plb_slice sub,
    struct flow_entry *out);
/* The entry of `primary` with the smallest sub greater than `after`; after.p NULL = the first. */
bool flow_table_next(const struct flow_table *t, struct plb_slice primary, struct plb_slice after,
    struct flow_entry *out);
/* Copies. PLB_E_FOR_STOR beyond the sizes above or with an empty primary; PLB_E_HUKOMMELSE. */
PLB_MUSTUSE enum plb_err flow_table_put(struct flow_table *t, struct plb_slice primary,
    struct plb_slice sub, struct plb_slice blob, int64_t due);
PLB_MUSTUSE enum plb_err flow_table_del(
    struct flow_table *t, struct plb_slice primary, struct plb_slice sub);

/* Earliest due time; INT64_MAX when there is none. */
int64_t flow_table_due(const struct flow_table *t);
/* The entry that is due first; equal times of one primary in order of sub. False without timers. */
bool flow_table_due_entry(const struct flow_table *t, struct flow_entry *out);
/* The first entry of `primary` due at or before `now`. */
bool flow_table_due_of(
    const struct flow_table *t, struct plb_slice primary, int64_t now, struct flow_entry *out);

/* ---- the log of changes (undo.c) ---- */
size_t flow_table_mark(const struct flow_table *t);
/* Undo everything after the mark (0 = since the last commit), newest first. */
void flow_table_undo_to(struct flow_table *t, size_t mark);
/* What stands now stays: old versions are freed. All changes must have been taken by
 * flow_table_drain. */
void flow_table_commit(struct flow_table *t);
/* Hand each entry changed since the last drain to fn once, as it is now (`deleted`: gone). An error
 * of fn stops the drain and is returned; then the batch must be undone. */
typedef enum plb_err flow_changed_fn(void *arg, const struct flow_entry *e, bool deleted);
PLB_MUSTUSE enum plb_err flow_table_drain(struct flow_table *t, flow_changed_fn *fn, void *arg);

/* ---- restore: not logged ---- */
/* A changelog record. PLB_E_FORM for bytes that this runtime never wrote; the table is then
 * unchanged. */
PLB_MUSTUSE enum plb_err flow_table_load(
    struct flow_table *t, struct plb_slice key, struct plb_slice value, bool tombstone);
/* The same bytes the other way: at most FLOW_LOG_KEY_MAX / FLOW_LOG_VALUE_MAX, returns the length.
 */
size_t flow_log_key(const struct flow_entry *e, uint8_t *out);
size_t flow_log_value(const struct flow_entry *e, uint8_t *out);

/* Every entry, primaries in no order. fn returns false to stop. */
typedef bool flow_walk_fn(void *arg, const struct flow_entry *e);
void flow_table_walk(const struct flow_table *t, flow_walk_fn *fn, void *arg);

size_t flow_table_entries(const struct flow_table *t);
size_t flow_table_bytes(const struct flow_table *t); /* allocated, kept versions included */

#endif
