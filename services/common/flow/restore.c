// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

#include <stdlib.h>

/* State from the changelog, several partitions at once, while the group is polled on. The order is
 * the rule: first the committed offsets (a group answers them only when no transaction over them is
 * pending), then the changelog's end as a read_uncommitted reader sees it, then read_committed
 * records until a position at or past that end. A read_committed end would stop before a
 * transaction that is still open, and whose markers are yet to come. */

#define TIMEOUT_MS 1000 /* of one blocking request */
#define SLICE_MS 50     /* then the loop goes on */
#define RECORDS_PER_TURN 4096
#define RETRY_MAX_MS 2000

void
flow_restore_begin(struct plb_flow *f, struct flow_part *pt)
{
	pt->state = FLOW_PART_OFFSETS;
	pt->since = plb_mono_now();
	f->restoring++;
	plb_loop_timer_in(f->restore, 0);
}

void
flow_restore_cancel(struct plb_flow *f, struct flow_part *pt)
{
	if (pt->state == FLOW_PART_READING)
		plb_reader_unassign(f->reader, f->spec.changelog, pt->p);
}

void
flow_restore_end(struct plb_flow *f)
{
	if (f->reader != NULL)
		plb_reader_free(&f->reader);
}

/* A request failed: again later if it may help. */
static void
again(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	int64_t ms = (int64_t)100 << (f->restore_tries < 5 ? f->restore_tries : 5);

	if (plb_err_class(err) != PLB_CLASS_RETRY) {
		flow_fail(f, err, ec);
		return;
	}
	plb_log(PLB_LOG_WARN, "restore waits for Kafka", plb_f_str("fejl", ec->text));
	f->restore_tries++;
	plb_loop_timer_in(f->restore, ms < RETRY_MAX_MS ? ms : RETRY_MAX_MS);
}

/* One partition count for the changelog and every input, or a key's state and records part. */
static enum plb_err
counts_check(struct plb_flow *f, struct plb_errctx *ec)
{
	int32_t n = 0, other = 0;
	enum plb_err err = plb_topic_partitions(f->bus, f->spec.changelog, &n, ec);

	for (size_t i = 0; i < f->n_in && err == PLB_OK; i++) {
		err = plb_topic_partitions(f->bus, f->spec.inputs[i], &other, ec);
		if (err == PLB_OK && other != n)
			err = plb_err_set(ec, PLB_E_KONFIG, "%s has %d partitions, %s has %d",
			    f->spec.changelog, n, f->spec.inputs[i], other);
	}
	if (err == PLB_OK)
		f->partitions = n;
	return err;
}

static enum plb_err
committed_get(struct plb_flow *f, struct flow_part *pt, struct plb_errctx *ec)
{
	int64_t offs[16];
	enum plb_err err;

	PLB_ASSERT(f->n_in <= sizeof(offs) / sizeof(offs[0]));
	err = plb_txn_committed(f->txn, pt->p, offs, TIMEOUT_MS, ec);
	if (err != PLB_OK)
		return err;
	for (size_t i = 0; i < f->n_in; i++)
		pt->in[i] = (struct flow_pos){.committed = offs[i] < 0 ? -1 : offs[i], .eof = -1};
	pt->state = FLOW_PART_TARGET;
	return PLB_OK;
}

/* Where an input begins that was never committed: nothing at all for the partition and nothing in
 * the changelog is a first start. A changelog without any offset means that the offsets were lost;
 * guessing would apply facts twice or skip them, so a person decides. */
static enum plb_err
start_rule(struct plb_flow *f, struct flow_part *pt, struct plb_errctx *ec)
{
	bool any = false;

	for (size_t i = 0; i < f->n_in; i++)
		any = any || pt->in[i].committed >= 0;
	if (!any && pt->log_records > 0)
		return plb_err_set(ec, PLB_E_KONFIG,
		    "partition %d: group %s has no committed offsets, but changelog %s has state: "
		    "refusing "
		    "to start (offsets lost, or another group name?)",
		    pt->p, f->spec.service, f->spec.changelog);
	for (size_t i = 0; i < f->n_in; i++) {
		struct flow_pos *pos = &pt->in[i];
		int64_t low = pos->committed, high;
		enum plb_err err = PLB_OK;

		if (pos->committed < 0)
			err = plb_bus_watermarks(
			    f->bus, f->spec.inputs[i], pt->p, TIMEOUT_MS, &low, &high, ec);
		if (err == PLB_OK)
			err = plb_txn_seek(f->txn, f->spec.inputs[i], pt->p, low, ec);
		if (err != PLB_OK)
			return err;
		pos->start = pos->next = low;
		pos->rewind = false;
	}
	return PLB_OK;
}

static void
restored(struct plb_flow *f, struct flow_part *pt)
{
	struct plb_errctx ec = {0};
	enum plb_err err;

	if (pt->state == FLOW_PART_READING) {
		plb_reader_unassign(f->reader, f->spec.changelog, pt->p);
		plb_log(PLB_LOG_INFO, "partition restored", plb_f_int("partition", pt->p),
		    plb_f_int("poster", (int64_t)flow_table_entries(pt->table)),
		    plb_f_int("ms", plb_mono_now().ms - pt->since.ms));
	}
	pt->state = FLOW_PART_TARGET; /* so that a retry comes through here again, with nothing left
					 to read */
	err = start_rule(f, pt, &ec);
	if (err != PLB_OK)
		again(f, err, &ec);
	else
		flow_part_ready(f, pt);
}

static void
load(struct plb_flow *f, struct flow_part *pt, const struct plb_record *rec)
{
	enum plb_err err = flow_table_load(pt->table, rec->key, rec->value, rec->tombstone);
	struct plb_errctx ec = {0};

	if (err == PLB_E_HUKOMMELSE) {
		plb_err_set(&ec, err, "restore: out of memory");
		flow_fail(f, err, &ec);
	}
	if (err == PLB_E_FORM) {
		flow_metric_add(FLOW_M_BAD_LOG, 1);
		plb_log(PLB_LOG_ERROR, "changelog record that is not ours skipped",
		    plb_f_int("partition", rec->partition), plb_f_int("offset", rec->offset));
	} else {
		pt->log_records++;
	}
	pt->log_pos = rec->offset + 1;
}

/* See FLOW_BURST. */
static enum plb_err
wake_fetch(struct plb_flow *f, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	f->restore_burst = 0;
	for (size_t i = 0; i < f->n_part && err == PLB_OK; i++)
		if (f->part[i] != NULL && f->part[i]->state == FLOW_PART_READING &&
		    f->part[i]->log_pos > 0)
			err = plb_reader_assign(f->reader, f->spec.changelog, (int32_t)i,
			    PLB_FROM_OFFSET, f->part[i]->log_pos, ec);
	return err;
}

static void
read_on(void *arg)
{
	struct plb_flow *f = arg;
	struct plb_errctx ec = {0};
	struct plb_record rec;
	int64_t n = 0;
	int got = 0;

	while (f->reader != NULL && f->failed == PLB_OK && n < RECORDS_PER_TURN &&
	    (got = plb_reader_poll(f->reader, 0, &rec, &ec)) > 0) {
		struct flow_part *pt = flow_part(f, rec.partition);

		n++;
		if (pt == NULL || pt->state != FLOW_PART_READING)
			continue;
		if (got == 1)
			load(f, pt, &rec);
		else if (rec.offset > pt->log_pos)
			pt->log_pos = rec.offset;
		if (pt->log_pos >= pt->target)
			restored(f, pt);
	}
	flow_metric_add(FLOW_M_RESTORED, n);
	f->restore_burst += (size_t)n;
	if (got == 0 && f->restoring > 0 && f->restore_burst >= FLOW_BURST &&
	    wake_fetch(f, &ec) != PLB_OK)
		got = -1;
	if (got < 0)
		flow_fail(f, PLB_E_KAFKA, &ec);
	if (n == RECORDS_PER_TURN || f->restoring == 0)
		plb_loop_timer_in(
		    f->restore, 0); /* to go on, or to let the reader go outside its own callback */
}

static enum plb_err
read_from(struct plb_flow *f, struct flow_part *pt, int64_t end, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	pt->target = end;
	if (pt->log_pos > end) { /* another changelog than the one this table was read from */
		flow_table_free(&pt->table);
		pt->table = flow_table_new((uint64_t)pt->p + 1);
		pt->log_pos = pt->log_records = 0;
		if (pt->table == NULL)
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "restore: out of memory");
	}
	if (pt->log_pos == end) {
		restored(f, pt);
		return PLB_OK;
	}
	if (f->reader == NULL)
		err = plb_reader_new(f->bus, f->loop, true, read_on, f, &f->reader, ec);
	if (err == PLB_OK)
		err = plb_reader_assign(f->reader, f->spec.changelog, pt->p,
		    pt->log_pos == 0 ? PLB_FROM_BEGINNING : PLB_FROM_OFFSET, pt->log_pos, ec);
	if (err == PLB_OK)
		pt->state = FLOW_PART_READING;
	return err;
}

static enum plb_err
targets_get(struct plb_flow *f, struct plb_errctx *ec)
{
	int64_t *end = calloc((size_t)f->partitions, sizeof(*end));
	enum plb_err err;

	if (end == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "restore: out of memory");
	err = plb_bus_end_offsets(
	    f->bus, f->spec.changelog, f->partitions, false, TIMEOUT_MS, end, ec);
	for (size_t i = 0; i < f->n_part && err == PLB_OK && f->failed == PLB_OK; i++)
		if (f->part[i] != NULL && f->part[i]->state == FLOW_PART_TARGET &&
		    (int32_t)i < f->partitions)
			err = read_from(f, f->part[i], end[i], ec);
	free(end);
	return err;
}

/* All committed offsets first; the loop is let go in between. True when every partition has them.
 */
static bool
offsets_get(struct plb_flow *f, enum plb_err *err, struct plb_errctx *ec)
{
	int64_t began = plb_mono_now().ms;

	for (size_t i = 0; i < f->n_part; i++) {
		if (f->part[i] == NULL || f->part[i]->state != FLOW_PART_OFFSETS)
			continue;
		if (plb_mono_now().ms - began > SLICE_MS) {
			plb_loop_timer_in(f->restore, 0);
			return false;
		}
		*err = committed_get(f, f->part[i], ec);
		if (*err != PLB_OK)
			return false;
	}
	return true;
}

void
flow_restore_step(void *arg)
{
	struct plb_flow *f = arg;
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;
	bool targets = false;

	if (f->failed != PLB_OK || f->draining)
		return;
	if (f->restoring == 0) {
		flow_restore_end(f);
		f->restore_tries = 0;
		return;
	}
	if (f->partitions == 0)
		err = counts_check(f, &ec);
	if (err == PLB_OK && offsets_get(f, &err, &ec))
		for (size_t i = 0; i < f->n_part; i++)
			targets = targets ||
			    (f->part[i] != NULL && f->part[i]->state == FLOW_PART_TARGET);
	if (err == PLB_OK && targets)
		err = targets_get(f, &ec);
	if (err != PLB_OK) {
		again(f, err, &ec);
		return;
	}
	if (f->reader != NULL)
		read_on(f);
	if (f->restoring == 0) {
		flow_restore_end(f);
		f->restore_tries = 0;
		plb_loop_timer_in(f->turn, 0);
	}
}
