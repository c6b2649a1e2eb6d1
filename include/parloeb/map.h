// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_MAP_H
#define PARLOEB_MAP_H

#include <parloeb/err.h>
#include <parloeb/slice.h>

/* Hash table with open addressing over nodes owned by the caller. A node embeds struct plb_map_node
 * and its key bytes stay unchanged while it is in the map. Lookup allocates nothing. One thread at
 * a time. */
struct plb_map_node {
	uint64_t hash;
	struct plb_slice key;
};
struct plb_map_slot {
	uint64_t hash;             /* the node's: a probe need not look into it */
	struct plb_map_node *node; /* NULL = empty */
};
struct plb_map {
	struct plb_map_slot *slot;
	size_t n, size, cap; /* cap: most nodes, 0 = none */
	uint8_t key[16];     /* of the hash */
};

void plb_map_init(struct plb_map *m, size_t cap);
/* For keys that an outsider chooses: key is random and secret, so that nobody can pile them into
 * one place. */
void plb_map_init_seeded(struct plb_map *m, size_t cap, const uint8_t key[16]);
void plb_map_fini(struct plb_map *m); /* nodes are the caller's */
struct plb_map_node *plb_map_get(const struct plb_map *m, struct plb_slice key);
/* Key not yet there (asserted); PLB_E_FULD at the cap, PLB_E_HUKOMMELSE. */
PLB_MUSTUSE enum plb_err plb_map_add(struct plb_map *m, struct plb_map_node *node);
void plb_map_del(struct plb_map *m, struct plb_map_node *node); /* must be there */
/* Walk: start with *it = 0; NULL at the end. The current node may be deleted only by plb_map_fini.
 */
struct plb_map_node *plb_map_next(const struct plb_map *m, size_t *it);

/* Binary heap by due time over nodes owned by the caller; equal times in order of insertion. */
struct plb_heap_node {
	int64_t due;
	uint64_t order;
	size_t at; /* index + 1; 0 = in no heap */
};
struct plb_heap {
	struct plb_heap_node **a;
	size_t n, size;
	uint64_t next_order;
};
void plb_heap_init(struct plb_heap *h);
void plb_heap_fini(struct plb_heap *h);
/* Insert, or move when it is in already. */
PLB_MUSTUSE enum plb_err plb_heap_put(struct plb_heap *h, struct plb_heap_node *node, int64_t due);
void plb_heap_del(struct plb_heap *h, struct plb_heap_node *node); /* no-op when in no heap */
struct plb_heap_node *plb_heap_min(const struct plb_heap *h);      /* NULL when empty */

#endif
