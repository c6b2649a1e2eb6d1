// SPDX-License-Identifier: MPL-2.0
#include "table_int.h"

#include <stdlib.h>

/* What malloc takes for n bytes: 8 of its own, in steps of 16. For the accounts only. */
static size_t
heap_bytes(size_t n)
{
	return (n + 8 + 15) & ~(size_t)15;
}

static size_t
node_bytes(const struct flow_node *n)
{
	return heap_bytes(sizeof(*n) + n->sub_len + n->blob_len);
}

struct flow_table *
flow_table_new(uint64_t seed)
{
	struct flow_table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	plb_map_init(&t->map, 0);
	plb_heap_init(&t->heap);
	t->rng = seed | 1;
	return t;
}

static void
tree_free(struct flow_table *t, struct flow_node *n)
{
	if (n == NULL)
		return;
	tree_free(t, n->left);
	tree_free(t, n->right);
	flow_node_free(t, n);
}

void
flow_table_free(struct flow_table **tp)
{
	struct flow_table *t = *tp;
	struct plb_map_node *n;
	size_t it = 0;

	*tp = NULL;
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_log; i++)
		if (t->log[i].old != NULL && !t->log[i].old->current)
			flow_node_free(t, t->log[i].old);
	plb_heap_fini(&t->heap);
	while ((n = plb_map_next(&t->map, &it)) != NULL) {
		struct flow_primary *pr = (struct flow_primary *)n;

		tree_free(t, pr->root);
		free(pr);
	}
	plb_map_fini(&t->map);
	free(t->log);
	free(t);
}

void
flow_node_free(struct flow_table *t, struct flow_node *n)
{
	if (t->last_node == n)
		t->last_node = NULL;
	t->bytes -= node_bytes(n);
	free(n);
}

/* xorshift64*: only shapes the trees. */
static uint64_t
next_prio(struct flow_table *t)
{
	t->rng ^= t->rng >> 12;
	t->rng ^= t->rng << 25;
	t->rng ^= t->rng >> 27;
	return (t->rng * UINT64_C(2685821657736338717)) >> 29;
}

static struct flow_node *
node_new(struct flow_table *t, struct plb_slice sub, struct plb_slice blob, int64_t due)
{
	struct flow_node *n = malloc(sizeof(*n) + sub.len + blob.len);

	if (n == NULL)
		return NULL;
	*n = (struct flow_node){
	    .due = due,
	    .min = due,
	    .prio = next_prio(t) & 0x7ffffffff,
	    .blob_len = blob.len & 0xfffff,
	    .sub_len = sub.len & 0x7f,
	};
	if (sub.len > 0)
		memcpy(n->bytes, sub.p, sub.len);
	if (blob.len > 0)
		memcpy(n->bytes + sub.len, blob.p, blob.len);
	t->bytes += node_bytes(n);
	return n;
}

static struct flow_primary *
primary_find(const struct flow_table *t, struct plb_slice primary)
{
	struct flow_table *mine =
	    (struct flow_table *)(uintptr_t)t; /* the memory of the last look is no state */

	if (t->last == NULL || !plb_slice_eq(t->last->node.key, primary))
		mine->last = (struct flow_primary *)plb_map_get(&t->map, primary);
	return t->last;
}

static void
remember(const struct flow_table *t, const struct flow_primary *pr, struct flow_node *n)
{
	struct flow_table *mine = (struct flow_table *)(uintptr_t)t;

	mine->last_node = n;
	mine->last_owner = pr;
}

static struct flow_node *
node_find(const struct flow_table *t, const struct flow_primary *pr, struct plb_slice sub)
{
	struct flow_node *n = t->last_node;

	if (n != NULL && n->current && t->last_owner == pr && plb_slice_eq(flow_node_sub(n), sub))
		return n;
	n = flow_treap_find(pr->root, sub);
	remember(t, pr, n);
	return n;
}

static size_t
primary_bytes(const struct flow_primary *pr)
{
	return heap_bytes(sizeof(*pr) + pr->node.key.len);
}

static struct flow_primary *
primary_make(struct flow_table *t, struct plb_slice primary)
{
	struct flow_primary *pr = primary_find(t, primary);

	if (pr != NULL)
		return pr;
	pr = calloc(1, sizeof(*pr) + primary.len);
	if (pr == NULL)
		return NULL;
	memcpy(pr->key, primary.p, primary.len);
	pr->node.key = plb_slice(pr->key, primary.len);
	if (plb_map_add(&t->map, &pr->node) != PLB_OK) {
		free(pr);
		return NULL;
	}
	t->bytes += primary_bytes(pr);
	return pr;
}

/* Free a primary that holds nothing and that no log record names. */
void
flow_primary_gone(struct flow_table *t, struct flow_primary *pr)
{
	if (pr->root != NULL || pr->refs > 0)
		return;
	plb_map_del(&t->map, &pr->node);
	if (t->last == pr)
		t->last = NULL;
	t->bytes -= primary_bytes(pr);
	free(pr);
}

enum plb_err
flow_table_swap(
    struct flow_table *t, struct flow_primary *pr, struct flow_node *old, struct flow_node *now)
{
	if (old != NULL && now != NULL)
		pr->root = flow_treap_replace(pr->root, old, now);
	else if (now != NULL)
		pr->root = flow_treap_insert(pr->root, now);
	else
		pr->root = flow_treap_remove(pr->root, old);
	if (old != NULL) {
		old->current = 0;
		t->entries--;
	}
	if (now != NULL) {
		now->current = 1;
		t->entries++;
	}
	if (pr->root != NULL && pr->root->min != INT64_MAX)
		return plb_heap_put(&t->heap, &pr->due, pr->root->min);
	plb_heap_del(&t->heap, &pr->due);
	return PLB_OK;
}

static void
entry_of(const struct flow_primary *pr, const struct flow_node *n, struct flow_entry *out)
{
	out->primary = pr->node.key;
	out->sub = flow_node_sub(n);
	out->blob = plb_slice(n->bytes + n->sub_len, n->blob_len);
	out->due = n->due;
}

bool
flow_table_get(const struct flow_table *t, struct plb_slice primary, struct plb_slice sub,
    struct flow_entry *out)
{
	struct flow_primary *pr = primary_find(t, primary);
	struct flow_node *n = pr == NULL ? NULL : node_find(t, pr, sub);

	if (n == NULL)
		return false;
	entry_of(pr, n, out);
	return true;
}

bool
flow_table_next(const struct flow_table *t, struct plb_slice primary, struct plb_slice after,
    struct flow_entry *out)
{
	struct flow_primary *pr = primary_find(t, primary);
	struct flow_node *n = pr == NULL ? NULL : flow_treap_after(pr->root, after);

	if (n == NULL)
		return false;
	entry_of(pr, n, out);
	return true;
}

static bool
sizes_fit(struct plb_slice primary, struct plb_slice sub, struct plb_slice blob)
{
	return primary.len > 0 && primary.len <= FLOW_PRIMARY_MAX && sub.len <= FLOW_SUB_MAX &&
	    blob.len <= FLOW_BLOB_MAX;
}

enum plb_err
flow_table_put(struct flow_table *t, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, int64_t due)
{
	struct flow_node *now, *old, **place;
	struct flow_primary *pr;

	if (!sizes_fit(primary, sub, blob))
		return PLB_E_FOR_STOR;
	if (flow_log_room(t) != PLB_OK)
		return PLB_E_HUKOMMELSE;
	pr = primary_make(t, primary);
	if (pr == NULL)
		return PLB_E_HUKOMMELSE;
	now = node_new(t, sub, blob, due);
	if (now == NULL) {
		flow_primary_gone(t, pr);
		return PLB_E_HUKOMMELSE;
	}
	now->dirty = 1;
	place = flow_treap_place(&pr->root, sub);
	old = place == NULL ? NULL : *place;
	flow_log_add(t, pr, old, now);
	remember(t, pr, now);
	if (old == NULL || old->due != due)
		return flow_table_swap(t, pr, old, now);
	flow_treap_take_place(place, now);
	old->current = 0;
	now->current = 1;
	return PLB_OK;
}

enum plb_err
flow_table_del(struct flow_table *t, struct plb_slice primary, struct plb_slice sub)
{
	struct flow_primary *pr = primary_find(t, primary);
	struct flow_node *old = pr == NULL ? NULL : flow_treap_find(pr->root, sub);

	if (old == NULL)
		return PLB_OK;
	if (flow_log_room(t) != PLB_OK)
		return PLB_E_HUKOMMELSE;
	flow_log_add(t, pr, old, NULL);
	return flow_table_swap(t, pr, old, NULL);
}

int64_t
flow_table_due(const struct flow_table *t)
{
	const struct plb_heap_node *n = plb_heap_min(&t->heap);

	return n == NULL ? INT64_MAX : n->due;
}

static void
first_due(const struct flow_primary *pr, struct flow_entry *out)
{
	const struct flow_node *n = pr->root;
	int64_t min = n->min;

	for (;;) {
		if (n->left != NULL && n->left->min == min)
			n = n->left;
		else if (n->due == min)
			break;
		else
			n = n->right;
	}
	entry_of(pr, n, out);
}

bool
flow_table_due_entry(const struct flow_table *t, struct flow_entry *out)
{
	const struct plb_heap_node *n = plb_heap_min(&t->heap);

	if (n == NULL)
		return false;
	first_due(
	    (const struct flow_primary *)((const char *)n - offsetof(struct flow_primary, due)),
	    out);
	return true;
}

bool
flow_table_due_of(
    const struct flow_table *t, struct plb_slice primary, int64_t now, struct flow_entry *out)
{
	const struct flow_primary *pr;

	if (flow_table_due(t) > now) /* the usual case: nothing at all is due */
		return false;
	pr = primary_find(t, primary);
	if (pr == NULL || pr->root == NULL || pr->root->min > now)
		return false;
	first_due(pr, out);
	return true;
}

static bool
tree_walk(const struct flow_primary *pr, const struct flow_node *n, flow_walk_fn *fn, void *arg)
{
	struct flow_entry e;

	if (n == NULL)
		return true;
	entry_of(pr, n, &e);
	return tree_walk(pr, n->left, fn, arg) && fn(arg, &e) && tree_walk(pr, n->right, fn, arg);
}

void
flow_table_walk(const struct flow_table *t, flow_walk_fn *fn, void *arg)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&t->map, &it)) != NULL) {
		const struct flow_primary *pr = (const struct flow_primary *)n;

		if (!tree_walk(pr, pr->root, fn, arg))
			return;
	}
}

static int64_t
due_read(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

enum plb_err
flow_table_load(struct flow_table *t, struct plb_slice key, struct plb_slice value, bool tombstone)
{
	struct plb_slice primary, sub, blob = {0};
	struct flow_primary *pr;
	struct flow_node *old, *now = NULL;
	enum plb_err err;

	PLB_ASSERT(t->n_log == 0);
	if (key.len < 2 || (size_t)key.p[0] > key.len - 1 || (!tombstone && value.len < 8))
		return PLB_E_FORM;
	primary = plb_slice(key.p + 1, key.p[0]);
	sub = plb_slice(key.p + 1 + key.p[0], key.len - 1 - key.p[0]);
	if (!tombstone)
		blob = plb_slice(value.p + 8, value.len - 8);
	if (!sizes_fit(primary, sub, blob))
		return PLB_E_FORM;
	pr = tombstone ? primary_find(t, primary) : primary_make(t, primary);
	if (pr == NULL)
		return tombstone ? PLB_OK : PLB_E_HUKOMMELSE;
	old = flow_treap_find(pr->root, sub);
	if (!tombstone) {
		now = node_new(t, sub, blob, due_read(value.p));
		if (now == NULL)
			return PLB_E_HUKOMMELSE;
	} else if (old == NULL) {
		return PLB_OK;
	}
	err = flow_table_swap(t, pr, old, now);
	if (old != NULL)
		flow_node_free(t, old);
	flow_primary_gone(t, pr);
	return err;
}

size_t
flow_log_key(const struct flow_entry *e, uint8_t *out)
{
	out[0] = (uint8_t)e->primary.len;
	memcpy(out + 1, e->primary.p, e->primary.len);
	memcpy(out + 1 + e->primary.len, e->sub.p, e->sub.len);
	return 1 + e->primary.len + e->sub.len;
}

size_t
flow_log_value(const struct flow_entry *e, uint8_t *out)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)((uint64_t)e->due >> (56 - 8 * i));
	memcpy(out + 8, e->blob.p, e->blob.len);
	return 8 + e->blob.len;
}

size_t
flow_table_entries(const struct flow_table *t)
{
	return t->entries;
}

size_t
flow_table_bytes(const struct flow_table *t)
{
	return sizeof(*t) + t->bytes + (t->map.size + t->heap.size) * sizeof(void *) +
	    t->size_log * sizeof(*t->log);
}
