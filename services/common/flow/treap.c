// SPDX-License-Identifier: MPL-2.0
#include "table_int.h"

/* The entries of one primary, ordered by sub, with random priorities (depth about 2 ln n). `min` of
 * a node is the earliest due time in its subtree. */

static void
pull(struct flow_node *n)
{
	int64_t min = n->due;

	if (n->left != NULL && n->left->min < min)
		min = n->left->min;
	if (n->right != NULL && n->right->min < min)
		min = n->right->min;
	n->min = min;
}

struct flow_node **
flow_treap_place(struct flow_node **root, struct plb_slice sub)
{
	while (*root != NULL) {
		int c = plb_slice_cmp(sub, flow_node_sub(*root));

		if (c == 0)
			return root;
		root = c < 0 ? &(*root)->left : &(*root)->right;
	}
	return NULL;
}

struct flow_node *
flow_treap_find(struct flow_node *at, struct plb_slice sub)
{
	struct flow_node **place = flow_treap_place(&at, sub);

	return place == NULL ? NULL : *place;
}

struct flow_node *
flow_treap_after(struct flow_node *at, struct plb_slice sub)
{
	struct flow_node *best = NULL;

	while (at != NULL) {
		if (sub.p == NULL || plb_slice_cmp(flow_node_sub(at), sub) > 0) {
			best = at;
			at = at->left;
		} else {
			at = at->right;
		}
	}
	return best;
}

static void
split(struct flow_node *at, struct plb_slice sub, struct flow_node **less, struct flow_node **more)
{
	if (at == NULL) {
		*less = *more = NULL;
	} else if (plb_slice_cmp(flow_node_sub(at), sub) < 0) {
		*less = at;
		split(at->right, sub, &at->right, more);
		pull(at);
	} else {
		*more = at;
		split(at->left, sub, less, &at->left);
		pull(at);
	}
}

static struct flow_node *
merge(struct flow_node *a, struct flow_node *b)
{
	if (a == NULL)
		return b;
	if (b == NULL)
		return a;
	if (a->prio >= b->prio) {
		a->right = merge(a->right, b);
		pull(a);
		return a;
	}
	b->left = merge(a, b->left);
	pull(b);
	return b;
}

struct flow_node *
flow_treap_insert(struct flow_node *at, struct flow_node *node)
{
	if (at == NULL || node->prio > at->prio) {
		split(at, flow_node_sub(node), &node->left, &node->right);
		pull(node);
		return node;
	}
	if (plb_slice_cmp(flow_node_sub(node), flow_node_sub(at)) < 0)
		at->left = flow_treap_insert(at->left, node);
	else
		at->right = flow_treap_insert(at->right, node);
	pull(at);
	return at;
}

static void
inherit(struct flow_node *now, const struct flow_node *old)
{
	now->left = old->left;
	now->right = old->right;
	now->prio = old->prio;
}

void
flow_treap_take_place(struct flow_node **place, struct flow_node *now)
{
	inherit(now, *place);
	now->min = (*place)->min;
	*place = now;
}

struct flow_node *
flow_treap_replace(struct flow_node *at, struct flow_node *old, struct flow_node *now)
{
	PLB_ASSERT(at != NULL);
	if (at == old) {
		inherit(now, old);
		pull(now);
		return now;
	}
	if (plb_slice_cmp(flow_node_sub(old), flow_node_sub(at)) < 0)
		at->left = flow_treap_replace(at->left, old, now);
	else
		at->right = flow_treap_replace(at->right, old, now);
	pull(at);
	return at;
}

struct flow_node *
flow_treap_remove(struct flow_node *at, struct flow_node *old)
{
	PLB_ASSERT(at != NULL);
	if (at == old)
		return merge(old->left, old->right);
	if (plb_slice_cmp(flow_node_sub(old), flow_node_sub(at)) < 0)
		at->left = flow_treap_remove(at->left, old);
	else
		at->right = flow_treap_remove(at->right, old);
	pull(at);
	return at;
}
