// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

#include <stdlib.h>

#define PARTITION_MAX 100000
#define LOG_END_TIMEOUT_MS 2000

/* Coming and going of partitions. Eager assignment: each rebalance takes all and gives some back,
 * so a table taken away is kept, and only the tail of its changelog is read when it comes back. */

struct flow_part *
flow_part(const struct plb_flow *f, int32_t p)
{
	return p < 0 || (size_t)p >= f->n_part ? NULL : f->part[p];
}

static bool
room(struct plb_flow *f, int32_t p)
{
	size_t size = f->n_part == 0 ? 32 : f->n_part;
	struct flow_part **a;

	if ((size_t)p < f->n_part)
		return true;
	while (size <= (size_t)p)
		size *= 2;
	a = realloc(f->part, size * sizeof(*a));
	if (a == NULL)
		return false;
	for (size_t i = f->n_part; i < size; i++)
		a[i] = NULL;
	f->part = a;
	f->n_part = size;
	return true;
}

static struct flow_part *
part_new(struct plb_flow *f, int32_t p)
{
	struct flow_part *pt = calloc(1, sizeof(*pt) + f->n_in * sizeof(pt->in[0]));
	struct flow_kept_one kept;

	if (pt == NULL)
		return NULL;
	pt->p = p;
	if (flow_kept_take(&f->kept, p, plb_mono_now(), &kept)) {
		pt->table = kept.table;
		pt->log_pos = kept.log_pos;
		pt->log_records = kept.log_records;
	} else {
		pt->table = flow_table_new((uint64_t)p + 1);
	}
	if (pt->table == NULL) {
		free(pt);
		return NULL;
	}
	return pt;
}

static void
counted(struct plb_flow *f)
{
	flow_metric_set(FLOW_M_PARTITIONS, (int64_t)f->owned);
	flow_metric_set(FLOW_M_RESTORING, (int64_t)f->restoring);
	flow_metric_set(FLOW_M_KEPT_BYTES, (int64_t)f->kept.bytes);
}

void
flow_assigned(void *arg, const int32_t *p, size_t n)
{
	struct plb_flow *f = arg;

	f->joined = true;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0 || p[i] > PARTITION_MAX || !room(f, p[i]) || f->part[p[i]] != NULL ||
		    (f->part[p[i]] = part_new(f, p[i])) == NULL) {
			struct plb_errctx ec = {0};

			plb_err_set(&ec, PLB_E_INTERN, "partition %d cannot be taken over", p[i]);
			flow_fail(f, PLB_E_INTERN, &ec);
			return;
		}
		f->owned++;
		flow_restore_begin(f, f->part[p[i]]);
	}
	flow_kept_trim(&f->kept);
	counted(f);
	if (f->follow != NULL)
		clock_follow_again(f->follow);
}

/* The service forgets the partition; it has seen it only if it was ready. */
static void
taken_from_service(struct plb_flow *f, struct flow_part *pt)
{
	if (pt->state == FLOW_PART_READY) {
		if (f->spec.revoked != NULL)
			f->spec.revoked(f->spec.arg, pt->p);
	} else {
		flow_restore_cancel(f, pt);
		f->restoring--;
	}
	flow_outcomes_gone(&f->out, pt->p);
}

/* Nothing may run while partitions go. With a lost assignment the open batch is aborted; a running
 * commit is waited for even then (the generation in its offsets fences it, and its end must be
 * known before the state is judged). */
static void
finish_batch(struct plb_flow *f, bool lost)
{
	if (f->batch.state != FLOW_IDLE)
		f->batch.lost = true; /* whatever is aborted now needs no back-off */
	flow_event(f, lost ? FLOW_EV_LOST : FLOW_EV_COMMIT, PLB_OK, NULL);
	while (f->batch.state == FLOW_COMMITTING || f->batch.state == FLOW_ABORTING)
		plb_txn_wait(f->txn);
}

/* Ends of the changelog partitions: all that we wrote lies below. Only while nobody else can have
 * written: not after a loss, and not when this took so long that the group may have given the
 * partitions to another. */
static int64_t *
log_ends(struct plb_flow *f, bool lost, int64_t began)
{
	int64_t *end;
	enum plb_err err;

	if (lost || f->freeing || f->partitions <= 0)
		return NULL;
	end = calloc((size_t)f->partitions, sizeof(*end));
	if (end == NULL)
		return NULL;
	err = plb_bus_end_offsets(
	    f->bus, f->spec.changelog, f->partitions, false, LOG_END_TIMEOUT_MS, end, NULL);
	if (err == PLB_OK && plb_mono_now().ms - began < f->fc.session_timeout_ms / 2)
		return end;
	free(end);
	return NULL;
}

static void
part_gone(struct plb_flow *f, struct flow_part *pt, const int64_t *ends)
{
	struct flow_kept_one one = {
	    .p = pt->p,
	    .table = pt->table,
	    .log_pos = pt->log_pos,
	    .log_records = pt->log_records,
	    .since = plb_mono_now(),
	};
	bool ready = pt->state == FLOW_PART_READY;

	taken_from_service(f, pt);
	if (ready && ends != NULL && pt->p < f->partitions)
		one.log_pos = ends[pt->p];
	if (f->freeing || f->failed != PLB_OK)
		flow_table_free(&one.table);
	else
		flow_kept_add(&f->kept, one);
	f->part[pt->p] = NULL;
	f->owned--;
	free(pt);
}

void
flow_revoked(void *arg, const int32_t *p, size_t n, bool lost)
{
	struct plb_flow *f = arg;
	int64_t began = plb_mono_now().ms;
	int64_t *ends;

	finish_batch(f, lost);
	ends = log_ends(f, lost, began);
	for (size_t i = 0; i < n; i++) {
		struct flow_part *pt = flow_part(f, p[i]);

		if (pt != NULL)
			part_gone(f, pt, ends);
	}
	free(ends);
	counted(f);
}

void
flow_drop_all(struct plb_flow *f)
{
	for (size_t i = 0; i < f->n_part; i++) {
		struct flow_part *pt = f->part[i];

		if (pt == NULL)
			continue;
		plb_txn_pause(f->txn, pt->p);
		taken_from_service(f, pt);
		flow_table_free(&pt->table);
		pt->table = flow_table_new(i + 1);
		PLB_ASSERT(pt->table != NULL);
		pt->log_pos = pt->log_records = 0;
		pt->touched = false;
		flow_restore_begin(f, pt);
	}
	counted(f);
}

void
flow_part_ready(struct plb_flow *f, struct flow_part *pt)
{
	pt->state = FLOW_PART_READY;
	f->restoring--;
	flow_metric_observe_us(FLOW_M_RESTORE_SECONDS, (plb_mono_now().ms - pt->since.ms) * 1000);
	if (f->spec.assigned != NULL)
		f->spec.assigned(f->spec.arg, pt->p);
	if (!f->halted)
		plb_txn_resume(f->txn, pt->p);
	counted(f);
}

void
flow_parts_free(struct plb_flow *f)
{
	for (size_t i = 0; i < f->n_part; i++)
		if (f->part[i] != NULL)
			part_gone(f, f->part[i], NULL);
	free(f->part);
	f->part = NULL;
	f->n_part = 0;
}
