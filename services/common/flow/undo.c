// SPDX-License-Identifier: MPL-2.0
#include "table_int.h"

#include <stdlib.h>

/* The log of a batch. A version that was replaced lives on as `old` of the change that replaced it,
 * so undoing needs no memory and no copies. A log that grew for one large batch is given back after
 * it. */

#define LOG_FIRST ((size_t)256)
#define LOG_KEEP ((size_t)32768)

enum plb_err
flow_log_room(struct flow_table *t)
{
	size_t size = t->size_log == 0 ? LOG_FIRST : t->size_log * 2;
	struct flow_change *log;

	if (t->n_log < t->size_log)
		return PLB_OK;
	if (size > SIZE_MAX / 2 / sizeof(*log))
		return PLB_E_HUKOMMELSE;
	log = realloc(t->log, size * sizeof(*log));
	if (log == NULL)
		return PLB_E_HUKOMMELSE;
	t->log = log;
	t->size_log = size;
	return PLB_OK;
}

void
flow_log_add(
    struct flow_table *t, struct flow_primary *pr, struct flow_node *old, struct flow_node *now)
{
	t->log[t->n_log++] = (struct flow_change){pr, old, now};
	pr->refs++;
}

size_t
flow_table_mark(const struct flow_table *t)
{
	return t->n_log;
}

void
flow_table_undo_to(struct flow_table *t, size_t mark)
{
	PLB_ASSERT(mark <= t->n_log);
	while (t->n_log > mark) {
		struct flow_change *c = &t->log[--t->n_log];

		/* No allocation can be needed: the heap held as many before. */
		PLB_ASSERT(flow_table_swap(t, c->pr, c->now, c->old) == PLB_OK);
		if (c->now != NULL)
			flow_node_free(t, c->now);
		c->pr->refs--;
		flow_primary_gone(t, c->pr);
	}
	if (t->drained > mark)
		t->drained = mark;
}

void
flow_table_commit(struct flow_table *t)
{
	PLB_ASSERT(t->drained == t->n_log);
	for (size_t i = 0; i < t->n_log; i++) {
		struct flow_change *c = &t->log[i];

		if (c->old != NULL)
			flow_node_free(t, c->old);
		c->pr->refs--;
		flow_primary_gone(t, c->pr);
	}
	t->n_log = t->drained = 0;
	if (t->size_log > LOG_KEEP) {
		free(t->log);
		t->log = NULL;
		t->size_log = 0;
	}
}

static struct flow_entry
entry(const struct flow_primary *pr, const struct flow_node *n)
{
	return (struct flow_entry){
	    .primary = pr->node.key,
	    .sub = flow_node_sub(n),
	    .blob = plb_slice(n->bytes + n->sub_len, n->blob_len),
	    .due = n->due,
	};
}

enum plb_err
flow_table_drain(struct flow_table *t, flow_changed_fn *fn, void *arg)
{
	for (; t->drained < t->n_log; t->drained++) {
		struct flow_change *c = &t->log[t->drained];
		struct flow_entry e;
		enum plb_err err;

		/* Deleted and put again in one batch: a tombstone and then the entry; the last one
		 * counts. */
		if (c->now != NULL && !(c->now->dirty && c->now->current))
			continue;
		e = entry(c->pr, c->now != NULL ? c->now : c->old);
		err = fn(arg, &e, c->now == NULL);
		if (err != PLB_OK)
			return err;
		if (c->now != NULL)
			c->now->dirty = 0;
	}
	return PLB_OK;
}
