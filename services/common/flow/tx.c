// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

/* What a callback may touch. State changes go into the table at once, behind a mark; what is
 * emitted waits in the call's arena until the call has succeeded, so that a rejected call leaves
 * nothing in the transaction. */

void
flow_call_begin(struct plb_flow *f, struct flow_part *pt)
{
	f->tx.pt = pt;
	f->tx.mark = flow_table_mark(pt->table);
	f->tx.n_emits = 0;
	f->tx.can_wait = false;
	plb_arena_reset(&f->tx.arena);
}

void
flow_call_undo(struct plb_flow *f)
{
	flow_table_undo_to(f->tx.pt->table, f->tx.mark);
	f->tx.n_emits = 0;
	f->tx.pt = NULL;
}

enum plb_err
flow_call_keep(struct plb_flow *f, struct plb_errctx *ec)
{
	struct plb_flow_tx *tx = &f->tx;

	tx->pt->touched = true;
	tx->pt = NULL;
	f->batch.hurry = f->batch.hurry || !tx->can_wait;
	for (size_t i = 0; i < tx->n_emits; i++) {
		const struct flow_emit *e = &tx->emits[i];
		enum plb_err err = plb_txn_send(
		    f->txn, e->topic, e->partition, e->key, e->value, false, e->h, e->n_h, ec);

		if (err != PLB_OK)
			return err;
		f->batch.bytes += (int64_t)(e->key.len + e->value.len);
	}
	return PLB_OK;
}

void
plb_flow_can_wait(struct plb_flow_tx *tx)
{
	tx->can_wait = true;
}

int32_t
plb_flow_partition(const struct plb_flow_tx *tx)
{
	return tx->pt->p;
}

bool
plb_flow_get(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice *blob, struct plb_time *due)
{
	struct flow_entry e;

	if (!flow_table_get(tx->pt->table, primary, sub, &e))
		return false;
	*blob = e.blob;
	if (due != NULL)
		due->ms = e.due;
	return true;
}

enum plb_err
plb_flow_put(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time due)
{
	/* Old versions live until the commit, so state counts towards the batch's bytes when it is
	 * put. */
	tx->f->batch.bytes += (int64_t)(primary.len + sub.len + blob.len);
	return flow_table_put(tx->pt->table, primary, sub, blob, due.ms);
}

enum plb_err
plb_flow_del(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub)
{
	return flow_table_del(tx->pt->table, primary, sub);
}

bool
plb_flow_next(
    struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice *sub, struct plb_slice *blob)
{
	struct flow_entry e;

	if (!flow_table_next(tx->pt->table, primary, *sub, &e))
		return false;
	*sub = e.sub;
	*blob = e.blob;
	return true;
}

/* Copies of the headers, names too, in the call's arena. NULL when it is full. */
static struct plb_header *
headers_copy(struct plb_arena *a, const struct plb_header *h, size_t n)
{
	struct plb_header *copy = plb_arena_calloc(a, n == 0 ? 1 : n, sizeof(*copy));

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		copy[i].name = (const char *)plb_arena_dup(a, plb_slice_str(h[i].name)).p;
		copy[i].value = plb_arena_dup(a, h[i].value);
		if (copy[i].name == NULL || copy[i].value.p == NULL)
			return NULL;
	}
	return copy;
}

enum plb_err
plb_flow_emit(struct plb_flow_tx *tx, const char *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, const struct plb_header *h, size_t n)
{
	struct flow_emit *e;

	if (tx->n_emits == FLOW_EMITS_MAX || n > PLB_HEADERS_MAX ||
	    key.len + value.len > FLOW_EMIT_BYTES_MAX)
		return PLB_E_FOR_STOR;
	e = &tx->emits[tx->n_emits];
	e->topic = (const char *)plb_arena_dup(&tx->arena, plb_slice_str(topic)).p;
	e->partition = partition;
	e->key = plb_arena_dup(&tx->arena, key);
	e->value = plb_arena_dup(&tx->arena, value);
	e->h = headers_copy(&tx->arena, h, n);
	e->n_h = n;
	if (e->topic == NULL || e->key.p == NULL || e->value.p == NULL || e->h == NULL)
		return PLB_E_FOR_STOR;
	tx->n_emits++;
	return PLB_OK;
}

int32_t
plb_flow_partition_for(struct plb_flow_tx *tx, const char *topic, struct plb_slice key)
{
	struct plb_errctx ec = {{0}};
	int32_t n;

	if (plb_topic_partitions(tx->f->bus, topic, &n, &ec) != PLB_OK)
		return -1;
	return plb_partition(key, n);
}
