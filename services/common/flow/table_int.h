// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_TABLE_INT_H
#define FLOW_TABLE_INT_H

#include "table.h"

/* Shared by table.c, treap.c and undo.c alone. */

struct flow_node {
	struct flow_node *left, *right;
	int64_t due;
	int64_t min; /* earliest due of this subtree */
	uint64_t prio : 35;
	uint64_t blob_len : 20;
	uint64_t sub_len : 7;
	uint64_t dirty : 1;   /* not yet in the changelog */
	uint64_t current : 1; /* in the tree (else: an old version in the log) */
	uint8_t bytes[];      /* sub, blob */
};

struct flow_primary {
	struct plb_map_node node; /* key points at `key` */
	struct plb_heap_node due; /* in the heap while root->min is a time */
	struct flow_node *root;
	uint32_t refs; /* log records that name it: it stays, even empty */
	uint8_t key[];
};

/* One change: `old` was there before (NULL: absent), `now` came instead (NULL: deleted). */
struct flow_change {
	struct flow_primary *pr;
	struct flow_node *old, *now;
};

struct flow_table {
	struct plb_map map;
	struct plb_heap heap;
	struct flow_change *log;
	size_t n_log, size_log, drained;
	/* Found last: a call looks the same ones up again and again. */
	struct flow_primary *last;
	struct flow_node *last_node;           /* NULL = none */
	const struct flow_primary *last_owner; /* in whose tree, while it is `current` */
	size_t entries, bytes;
	uint64_t rng;
};

static inline struct plb_slice
flow_node_sub(const struct flow_node *n)
{
	return plb_slice(n->bytes, n->sub_len);
}

/* treap.c: what changes a tree returns the new root of the subtree. */
struct flow_node *flow_treap_find(struct flow_node *at, struct plb_slice sub);
/* Where the entry hangs; NULL when there is none. */
struct flow_node **flow_treap_place(struct flow_node **root, struct plb_slice sub);
struct flow_node *flow_treap_after(struct flow_node *at, struct plb_slice sub);
struct flow_node *flow_treap_insert(struct flow_node *at, struct flow_node *node);
struct flow_node *flow_treap_replace(
    struct flow_node *at, struct flow_node *old, struct flow_node *now);
/* The same for one that is due at the same time: nothing above it changes. */
void flow_treap_take_place(struct flow_node **place, struct flow_node *now);
struct flow_node *flow_treap_remove(struct flow_node *at, struct flow_node *old);

/* table.c */
void flow_node_free(struct flow_table *t, struct flow_node *n);
void flow_primary_gone(struct flow_table *t, struct flow_primary *pr);
/* Put `now` where `old` is (either may be NULL) and keep heap and counters right. */
enum plb_err flow_table_swap(
    struct flow_table *t, struct flow_primary *pr, struct flow_node *old, struct flow_node *now);

/* undo.c: room for one more change, then note it. */
enum plb_err flow_log_room(struct flow_table *t);
void flow_log_add(
    struct flow_table *t, struct flow_primary *pr, struct flow_node *old, struct flow_node *now);

#endif
