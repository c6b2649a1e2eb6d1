// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

/* Input, timers and outcomes into the open batch, in small slices by turns, so that a month end
 * blocks nobody for a second; and the decision when to commit. */

enum kind { TIMERS, OUTCOMES, RECORDS, KINDS };

#define TIMERS_PER_SLICE 256
#define OUTCOMES_PER_SLICE 256
#define RECORDS_PER_SLICE 1024
#define TURN_MS 20   /* then the loop's other work */
#define TICK_MS 1000 /* liveness, and a wall clock that jumped */
#define JOIN_TICK_MS 20
#define BUSY_ANSWER_MS 500

/* What is wrong with the batch, by class alone. False: nothing more may be applied now. */
static bool
judged(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	if (err == PLB_OK)
		return true;
	flow_event(
	    f, plb_err_class(err) == PLB_CLASS_RETRY ? FLOW_EV_RETRY : FLOW_EV_FATAL, err, ec);
	return false;
}

static bool
opened(struct plb_flow *f)
{
	if (f->batch.state == FLOW_IDLE)
		flow_event(f, FLOW_EV_BEGIN, PLB_OK, NULL);
	return f->batch.state == FLOW_OPEN;
}

static bool
full(const struct plb_flow *f)
{
	const struct flow_batch *b = &f->batch;

	return b->records + b->timers + b->outcomes >= f->fc.batch_records ||
	    b->bytes >= f->fc.batch_bytes;
}

/* Until the open batch is old. */
static int64_t
left(const struct plb_flow *f)
{
	int64_t ms = f->batch.opened.ms + f->fc.batch_ms - plb_mono_now().ms;

	return ms > 0 ? ms : 0;
}

static bool
old(const struct plb_flow *f)
{
	return left(f) == 0;
}

/* A batch that nobody waits for stays open, though the input is drained, until it is old: what
 * comes next joins it, instead of waiting behind a transaction of its own. The clock's rounds wait
 * for everything. */
static bool
hurries(const struct plb_flow *f)
{
	return f->batch.hurry || (f->follow != NULL && clock_follow_asked(f->follow));
}

/* The partition whose timer is due first; NULL when none is due at `now`. */
static struct flow_part *
due_first(const struct plb_flow *f, struct plb_time now, int64_t *when)
{
	struct flow_part *first = NULL;

	*when = INT64_MAX;
	for (size_t i = 0; i < f->n_part; i++) {
		int64_t due;

		if (f->part[i] == NULL || f->part[i]->state != FLOW_PART_READY)
			continue;
		due = flow_table_due(f->part[i]->table);
		if (due < *when) {
			*when = due;
			first = f->part[i];
		}
	}
	return *when <= now.ms && *when != INT64_MAX ? first : NULL;
}

static bool
timers(struct plb_flow *f, struct plb_time now)
{
	for (int i = 0; i < TIMERS_PER_SLICE && !full(f); i++) {
		struct plb_errctx ec = {0};
		struct flow_entry e;
		int64_t when;
		struct flow_part *pt = due_first(f, now, &when);

		if (pt == NULL)
			return true;
		if (!opened(f) || !flow_table_due_entry(pt->table, &e))
			return false;
		if (!judged(f, flow_apply_timer(f, pt, &e, &ec), &ec))
			return false;
	}
	return true;
}

static bool
outcomes(struct plb_flow *f, struct plb_time now)
{
	for (int i = 0; i < OUTCOMES_PER_SLICE && !full(f); i++) {
		struct flow_outcome *o = flow_outcomes_next(&f->out);
		struct plb_errctx ec = {0};

		if (o == NULL)
			return true;
		if (!opened(f))
			return false;
		if (!judged(f,
			flow_apply_outcome(f, flow_part(f, o->partition), o->outcome, now, &ec),
			&ec))
			return false;
		flow_outcomes_applied(&f->out);
	}
	return true;
}

/* A record that cannot be applied now: its partition is read again from `next`. */
static struct flow_pos *
position_of(struct plb_flow *f, const struct plb_record *rec, struct flow_part **pt, int *in)
{
	*pt = flow_part(f, rec->partition);
	*in = flow_input(f, rec->topic);
	return *pt == NULL || (*pt)->state != FLOW_PART_READY || *in < 0 ? NULL : &(*pt)->in[*in];
}

static void
ended(struct flow_pos *pos, int64_t offset)
{
	if (pos->rewind || offset < pos->next)
		return;
	pos->eof = offset;
	pos->eof_mono = plb_mono_now().ms;
}

/* One poll. 1: a record was applied, 0: nothing there, 2: something else happened, -1: stop. */
static int
poll_one(struct plb_flow *f, struct plb_time now, int64_t now_mono)
{
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;
	struct plb_record rec;
	struct flow_part *pt;
	struct flow_pos *pos;
	int in, got = plb_txn_poll(f->txn, &rec, &err, &ec);

	f->polled_at = now_mono;
	if (got == 0)
		return 0;
	if (got < 0) {
		flow_event(f, FLOW_EV_FATAL, err, &ec);
		return -1;
	}
	pos = position_of(f, &rec, &pt, &in);
	if (got == 2) {
		if (pos != NULL)
			ended(pos, rec.offset);
		return 2;
	}
	if (pos == NULL || pos->rewind || rec.offset < pos->next)
		return 2;
	if (f->halted || !opened(f)) {
		pos->rewind = true;
		return f->halted ? 2 : -1;
	}
	err = flow_apply_record(f, pt, (size_t)in, &rec, now, &ec);
	if (err != PLB_OK)
		pos->rewind = true;
	return judged(f, err, &ec) ? 1 : -1;
}

/* See FLOW_BURST. */
static bool
wake_fetch(struct plb_flow *f)
{
	f->burst = 0;
	for (size_t p = 0; p < f->n_part; p++) {
		struct flow_part *pt = f->part[p];

		for (size_t i = 0; pt != NULL && pt->state == FLOW_PART_READY && i < f->n_in; i++) {
			struct plb_errctx ec = {0};

			if (pt->in[i].eof >= pt->in[i].next || pt->in[i].rewind)
				continue;
			if (!judged(f,
				plb_txn_seek(f->txn, f->spec.inputs[i], pt->p, pt->in[i].next, &ec),
				&ec))
				return false;
			plb_txn_resume(f->txn, pt->p);
		}
	}
	return true;
}

/* False: the batch ended. */
static bool
records(struct plb_flow *f, struct plb_time now, bool *drained)
{
	int64_t mono = plb_mono_now().ms;
	int n = 0;

	*drained = false;
	while (n < RECORDS_PER_SLICE && !full(f)) {
		int got = poll_one(f, now, mono);

		if (got < 0 || (f->batch.state != FLOW_IDLE && f->batch.state != FLOW_OPEN))
			return false;
		if (got == 0) {
			*drained = true;
			return f->halted || f->burst < FLOW_BURST || wake_fetch(f);
		}
		n++;
		f->burst++;
	}
	return true;
}

/* False: the batch ended. */
static bool
turn_of(struct plb_flow *f, enum kind kind, struct plb_time now, bool *drained)
{
	if (kind == TIMERS)
		return timers(f, now);
	return kind == OUTCOMES ? outcomes(f, now) : records(f, now, drained);
}

/* One slice of each. True: there is more to do at once. A batch that was full before all had their
 * turn leaves the next one's beginning to the kind that is next: what sends much fills a batch with
 * one slice, and would never let the others in. */
static bool
slice(struct plb_flow *f)
{
	struct plb_time now = f->clock.now(f->clock.arg);
	enum kind next = (enum kind)f->first;
	struct plb_errctx ec = {0};
	bool drained = false, due;
	int64_t when;

	for (int i = 0; i < KINDS && !full(f); i++) {
		if (!turn_of(f, next, now, &drained))
			return false;
		next = (next + 1) % KINDS;
	}
	if (f->batch.state == FLOW_OPEN && !judged(f, flow_log_out(f, &ec), &ec))
		return false;
	due = due_first(f, now, &when) != NULL || flow_outcomes_next(&f->out) != NULL;
	if (f->batch.state == FLOW_OPEN && ((drained && !due && hurries(f)) || full(f) || old(f))) {
		f->first = full(f) ? next : TIMERS;
		flow_event(f, FLOW_EV_COMMIT, PLB_OK, NULL);
		return false;
	}
	return due || !drained;
}

bool
flow_idle(const struct plb_flow *f)
{
	struct plb_time now = f->clock.now(f->clock.arg);
	int64_t when;

	if (f->batch.state != FLOW_IDLE || !f->joined || f->restoring > 0 || f->draining ||
	    f->halted || f->out.n > 0 || due_first(f, now, &when) != NULL)
		return false;
	for (size_t p = 0; p < f->n_part; p++)
		for (size_t i = 0; f->part[p] != NULL && i < f->n_in; i++)
			if (f->part[p]->in[i].rewind ||
			    f->part[p]->in[i].eof < f->part[p]->in[i].next)
				return false;
	return true;
}

/* Never later than armed before: news that comes more often than once a second must not put off the
 * look for ever. */
void
flow_tick_in(struct plb_flow *f, int64_t ms)
{
	int64_t at = plb_mono_now().ms + ms;

	if (f->tick_at != 0 && f->tick_at <= at)
		return;
	f->tick_at = at;
	plb_loop_timer_in(f->tick, ms);
}

/* When this must be looked at again without anything happening. */
static void
arm_tick(struct plb_flow *f)
{
	struct plb_time now = f->clock.now(f->clock.arg);
	int64_t when, ms = TICK_MS;

	(void)due_first(f, now, &when);
	if (f->follow == NULL && f->batch.state == FLOW_IDLE && when - TICK_MS < now.ms)
		ms = when > now.ms ? when - now.ms : 0;
	flow_metric_set(FLOW_M_TIMER_LATE, when < now.ms ? (now.ms - when) / 1000 : 0);
	if (f->follow != NULL && clock_follow_asked(f->follow) && ms > BUSY_ANSWER_MS)
		ms = BUSY_ANSWER_MS;
	if (!f->joined)
		ms = JOIN_TICK_MS;
	if (f->batch.state == FLOW_OPEN && ms > left(f))
		ms = left(f);
	flow_tick_in(f, ms);
}

static void
pump(struct plb_flow *f)
{
	int64_t began = plb_mono_now().ms;

	while (f->failed == PLB_OK && !f->draining && !f->halted &&
	    (f->batch.state == FLOW_IDLE || f->batch.state == FLOW_OPEN)) {
		if (!slice(f))
			break;
		if (plb_mono_now().ms - began >= TURN_MS) {
			plb_loop_timer_in(f->turn, 0);
			break;
		}
	}
}

void
flow_pump(struct plb_flow *f)
{
	if (f->pumping || f->failed != PLB_OK || f->txn == NULL || !plb_txn_started(f->txn) ||
	    (f->follow != NULL && !clock_follow_ready(f->follow)))
		return;
	f->pumping = true;
	pump(f);
	f->pumping = false;
	flow_clock_answer(f);
	arm_tick(f);
}

/* The group is polled even while nothing can be applied. A commit that lasts halts the partitions
 * first, so that the poll brings no records (one that slips through is read again); a halt throws
 * away what was fetched, so an ordinary commit does without. */
static void
stay_member(struct plb_flow *f)
{
	struct plb_time unset = PLB_TIME_UNSET;
	int64_t mono = plb_mono_now().ms;

	if (!f->halted && mono - f->polled_at < TICK_MS)
		return;
	f->pumping = true;
	flow_halt(f);
	for (int n = 0; n < RECORDS_PER_SLICE && poll_one(f, unset, mono) > 0; n++)
		continue;
	f->pumping = false;
	flow_settled(f);
}

void
flow_tick(void *arg)
{
	struct plb_flow *f = arg;

	if (f->failed != PLB_OK || f->txn == NULL)
		return;
	f->tick_at = 0;
	flow_tick_in(f, f->joined ? TICK_MS : JOIN_TICK_MS);
	flow_metrics_state(f);
	flow_lag_look(f);
	if (plb_txn_started(f->txn) && !f->pumping && f->batch.state != FLOW_IDLE &&
	    f->batch.state != FLOW_OPEN) {
		stay_member(f);
	} else if (f->batch.state == FLOW_IDLE && !f->draining && flow_idle(f) &&
	    flow_offsets_tidy(f, plb_mono_now().ms)) {
		if (opened(f))
			flow_event(f, FLOW_EV_COMMIT, PLB_OK, NULL);
	}
	flow_pump(f);
}

/* Where every input that is processed stands, in the call's arena (no call is under way). NULL when
 * it is full. */
static struct ur_position *
positions(struct plb_flow *f, size_t *n)
{
	struct ur_position *pos;

	*n = 0;
	plb_arena_reset(&f->tx.arena);
	pos = plb_arena_calloc(&f->tx.arena, f->owned * f->n_in + 1, sizeof(*pos));
	for (size_t p = 0; p < f->n_part && pos != NULL; p++) {
		const struct flow_part *pt = f->part[p];

		for (size_t i = 0; pt != NULL && pt->state == FLOW_PART_READY && i < f->n_in; i++)
			pos[(*n)++] = (struct ur_position){plb_slice_str(f->in_name[i]), (int32_t)p,
			    pt->in[i].eof > pt->in[i].next ? pt->in[i].eof : pt->in[i].next};
	}
	return pos;
}

/* The answer to the clock's round: what it says must still be true when it is read, so nothing may
 * be open, pending or due. A service that stays busy says so now and then; the stepper then knows
 * that it lives. */
void
flow_clock_answer(struct plb_flow *f)
{
	int64_t out;
	struct plb_time next = PLB_TIME_NEVER;
	struct ur_position *pos;
	size_t n;

	if (f->follow == NULL || !clock_follow_asked(f->follow) || f->failed != PLB_OK)
		return;
	out = f->spec.in_flight == NULL ? 0 : f->spec.in_flight(f->spec.arg);
	if (out == 0 && !flow_idle(f))
		out = 1;
	if (out > 0 && plb_mono_now().ms - clock_follow_asked_at(f->follow) < BUSY_ANSWER_MS)
		return;
	pos = positions(f, &n);
	if (pos == NULL)
		return;
	(void)due_first(f, PLB_TIME_UNSET, &next.ms);
	clock_follow_answer(f->follow, pos, n, next, out);
}

void
flow_outcomes_apply(struct plb_flow *f)
{
	struct plb_time now = f->clock.now(f->clock.arg);

	while (flow_outcomes_next(&f->out) != NULL && !full(f))
		if (!outcomes(f, now))
			return;
}
