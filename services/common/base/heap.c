// SPDX-License-Identifier: MPL-2.0
#include <parloeb/map.h>

#include <stdlib.h>

#define HEAP_FIRST ((size_t)64)

void
plb_heap_init(struct plb_heap *h)
{
	*h = (struct plb_heap){0};
}

void
plb_heap_fini(struct plb_heap *h)
{
	for (size_t i = 0; i < h->n; i++)
		h->a[i]->at = 0;
	free(h->a);
	*h = (struct plb_heap){0};
}

static inline bool
before(const struct plb_heap_node *a, const struct plb_heap_node *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static inline void
set(struct plb_heap *h, size_t i, struct plb_heap_node *node)
{
	h->a[i] = node;
	node->at = i + 1;
}

static void
sift_up(struct plb_heap *h, size_t i, struct plb_heap_node *node)
{
	while (i > 0) {
		size_t parent = (i - 1) / 2;

		if (!before(node, h->a[parent]))
			break;
		set(h, i, h->a[parent]);
		i = parent;
	}
	set(h, i, node);
}

static void
sift_down(struct plb_heap *h, size_t i, struct plb_heap_node *node)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= h->n)
			break;
		if (child + 1 < h->n && before(h->a[child + 1], h->a[child]))
			child++;
		if (!before(h->a[child], node))
			break;
		set(h, i, h->a[child]);
		i = child;
	}
	set(h, i, node);
}

/* Find the place of a node that may have to go either way from i. */
static void
settle(struct plb_heap *h, size_t i, struct plb_heap_node *node)
{
	if (i > 0 && before(node, h->a[(i - 1) / 2]))
		sift_up(h, i, node);
	else
		sift_down(h, i, node);
}

enum plb_err
plb_heap_put(struct plb_heap *h, struct plb_heap_node *node, int64_t due)
{
	if (node->at != 0) {
		PLB_ASSERT(node->at <= h->n && h->a[node->at - 1] == node);
		if (node->due == due)
			return PLB_OK;
		node->due = due;
		node->order = h->next_order++;
		settle(h, node->at - 1, node);
		return PLB_OK;
	}
	if (h->n == h->size) {
		size_t size = h->size == 0 ? HEAP_FIRST : h->size * 2;
		struct plb_heap_node **a;

		if (h->size > SIZE_MAX / 4 / sizeof(struct plb_heap_node *))
			return PLB_E_HUKOMMELSE;
		a = realloc(h->a, size * sizeof(*a));
		if (a == NULL)
			return PLB_E_HUKOMMELSE;
		h->a = a;
		h->size = size;
	}
	node->due = due;
	node->order = h->next_order++;
	h->n++;
	sift_up(h, h->n - 1, node);
	return PLB_OK;
}

void
plb_heap_del(struct plb_heap *h, struct plb_heap_node *node)
{
	struct plb_heap_node *last;
	size_t i;

	if (node->at == 0)
		return;
	i = node->at - 1;
	PLB_ASSERT(i < h->n && h->a[i] == node);
	last = h->a[--h->n];
	node->at = 0;
	if (last != node)
		settle(h, i, last);
}

struct plb_heap_node *
plb_heap_min(const struct plb_heap *h)
{
	return h->n == 0 ? NULL : h->a[0];
}
