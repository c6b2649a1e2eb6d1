// SPDX-License-Identifier: MPL-2.0
#include <parloeb/id.h>
#include <parloeb/map.h>

#include <stdlib.h>

#define MAP_FIRST ((size_t)16) /* size is always a power of two */

void
plb_map_init(struct plb_map *m, size_t cap)
{
	static const uint8_t key[16] = "parloeb base map";

	plb_map_init_seeded(m, cap, key);
}

void
plb_map_init_seeded(struct plb_map *m, size_t cap, const uint8_t key[16])
{
	*m = (struct plb_map){.cap = cap};
	memcpy(m->key, key, sizeof(m->key));
}

void
plb_map_fini(struct plb_map *m)
{
	free(m->slot);
	m->slot = NULL;
	m->n = m->size = 0;
}

/* Linear probing: a key lies between its home slot and the next empty one. */
static struct plb_map_node *
find(const struct plb_map *m, struct plb_slice key, uint64_t hash)
{
	size_t mask = m->size - 1;

	for (size_t i = (size_t)hash & mask; m->slot[i].node != NULL; i = (i + 1) & mask)
		if (m->slot[i].hash == hash && plb_slice_eq(m->slot[i].node->key, key))
			return m->slot[i].node;
	return NULL;
}

struct plb_map_node *
plb_map_get(const struct plb_map *m, struct plb_slice key)
{
	return m->n == 0 ? NULL : find(m, key, plb_hash_seeded(key, m->key));
}

static void
place(struct plb_map_slot *slot, size_t mask, struct plb_map_slot what)
{
	size_t i = (size_t)what.hash & mask;

	while (slot[i].node != NULL)
		i = (i + 1) & mask;
	slot[i] = what;
}

static enum plb_err
grow(struct plb_map *m)
{
	size_t size = m->size == 0 ? MAP_FIRST : m->size * 2;
	struct plb_map_slot *slot;

	if (m->size > SIZE_MAX / 4)
		return PLB_E_HUKOMMELSE;
	slot = calloc(size, sizeof(*slot));
	if (slot == NULL)
		return PLB_E_HUKOMMELSE;
	for (size_t i = 0; i < m->size; i++)
		if (m->slot[i].node != NULL)
			place(slot, size - 1, m->slot[i]);
	free(m->slot);
	m->slot = slot;
	m->size = size;
	return PLB_OK;
}

enum plb_err
plb_map_add(struct plb_map *m, struct plb_map_node *node)
{
	if (m->cap != 0 && m->n >= m->cap)
		return PLB_E_FULD;
	/* At most five eighths full: linear probing wants room. */
	if (m->n >= m->size / 8 * 5) {
		enum plb_err err = grow(m);

		if (err != PLB_OK)
			return err;
	}
	node->hash = plb_hash_seeded(node->key, m->key);
	PLB_ASSERT(find(m, node->key, node->hash) == NULL);
	place(m->slot, m->size - 1, (struct plb_map_slot){node->hash, node});
	m->n++;
	return PLB_OK;
}

void
plb_map_del(struct plb_map *m, struct plb_map_node *node)
{
	size_t mask = m->size - 1;
	size_t hole;

	PLB_ASSERT(m->n > 0);
	hole = (size_t)node->hash & mask;
	while (m->slot[hole].node != node) {
		PLB_ASSERT(m->slot[hole].node != NULL);
		hole = (hole + 1) & mask;
	}
	/* Move back what would not be found across the hole: no tombstones are needed. */
	for (size_t i = (hole + 1) & mask; m->slot[i].node != NULL; i = (i + 1) & mask) {
		size_t home = (size_t)m->slot[i].hash & mask;

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			m->slot[hole] = m->slot[i];
			hole = i;
		}
	}
	m->slot[hole].node = NULL;
	m->n--;
}

struct plb_map_node *
plb_map_next(const struct plb_map *m, size_t *it)
{
	while (*it < m->size) {
		struct plb_map_node *node = m->slot[(*it)++].node;

		if (node != NULL)
			return node;
	}
	return NULL;
}
