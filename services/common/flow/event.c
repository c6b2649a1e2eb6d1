// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

/* Carries out what the batch's table (batch.c) says. */

void
flow_fail(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	if (f->failed != PLB_OK)
		return;
	f->failed = err == PLB_OK ? PLB_E_INTERN : err;
	f->failure = ec != NULL ? *ec : (struct plb_errctx){"unknown"};
	f->batch.state = FLOW_FAILED;
	plb_log(PLB_LOG_ERROR, "the runtime stops", plb_f_str("fejl", f->failure.text),
	    plb_f_str("kode", plb_err_name(f->failed)));
	plb_loop_stop(f->loop);
}

void
plb_flow_stop(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	flow_fail(f, err, ec);
}

int
flow_input(const struct plb_flow *f, const char *topic)
{
	for (size_t i = 0; i < f->n_in; i++)
		if (topic == f->spec.inputs[i] || strcmp(topic, f->spec.inputs[i]) == 0)
			return (int)i;
	return -1;
}

/* All partitions stand still; polling only keeps the membership. */
void
flow_halt(struct plb_flow *f)
{
	if (f->halted)
		return;
	f->halted = true;
	for (size_t i = 0; i < f->n_part; i++)
		if (f->part[i] != NULL && f->part[i]->state == FLOW_PART_READY)
			plb_txn_pause(f->txn, f->part[i]->p);
}

static enum plb_err
rewind_part(struct plb_flow *f, struct flow_part *pt, struct plb_errctx *ec)
{
	for (size_t i = 0; i < f->n_in; i++) {
		enum plb_err err;

		if (!pt->in[i].rewind)
			continue;
		err = plb_txn_seek(f->txn, f->spec.inputs[i], pt->p, pt->in[i].next, ec);
		if (err != PLB_OK)
			return err;
		pt->in[i].rewind = false;
		pt->in[i].eof = -1;
	}
	return PLB_OK;
}

void
flow_go_on(struct plb_flow *f)
{
	struct plb_errctx ec = {0};

	for (size_t i = 0; i < f->n_part; i++) {
		enum plb_err err;

		if (f->part[i] == NULL || f->part[i]->state != FLOW_PART_READY)
			continue;
		err = rewind_part(f, f->part[i], &ec);
		if (err != PLB_OK) {
			flow_fail(f, err, &ec);
			return;
		}
		plb_txn_resume(f->txn, f->part[i]->p);
	}
	f->halted = false;
}

static void
batch_reset(struct plb_flow *f)
{
	unsigned aborts = f->batch.aborts;

	f->batch = (struct flow_batch){.state = f->batch.state, .aborts = aborts};
}

static void
act_begin(struct plb_flow *f)
{
	struct plb_errctx ec = {0};
	enum plb_err err;

	f->batch.opened = plb_mono_now();
	err = plb_txn_begin(f->txn, &ec);
	if (err == PLB_OK)
		return;
	flow_event(
	    f, plb_err_class(err) == PLB_CLASS_RETRY ? FLOW_EV_RETRY : FLOW_EV_FATAL, err, &ec);
}

static void
act_commit(struct plb_flow *f)
{
	struct plb_errctx ec = {0};
	struct plb_txn_offset *o;
	enum plb_err err;
	size_t n;

	plb_arena_reset(
	    &f->offsets); /* lives until the next commit: this one runs in the background */
	o = plb_arena_calloc(&f->offsets, f->owned * f->n_in + 1, sizeof(*o));
	err = o == NULL ? plb_err_set(&ec, PLB_E_HUKOMMELSE, "offsets: out of memory")
			: flow_log_out(f, &ec);
	if (err != PLB_OK) {
		f->batch.state = FLOW_OPEN;
		flow_event(f, plb_err_class(err) == PLB_CLASS_RETRY ? FLOW_EV_RETRY : FLOW_EV_FATAL,
		    err, &ec);
		return;
	}
	n = flow_offsets(f, o);
	PLB_ASSERT(n > 0); /* a transaction without offsets is not fenced by the generation */
	plb_txn_commit(f->txn, o, n);
}

static void
act_keep(struct plb_flow *f)
{
	for (size_t i = 0; i < f->n_part; i++)
		if (f->part[i] != NULL)
			flow_table_commit(f->part[i]->table);
	flow_offsets_keep(f);
	flow_outcomes_committed(&f->out);
	flow_metric_add(FLOW_M_COMMITS, 1);
	flow_metric_add(FLOW_M_RECORDS, f->batch.records);
	flow_metric_add(FLOW_M_TIMERS, f->batch.timers);
	flow_metric_add(FLOW_M_OUTCOMES, f->batch.outcomes);
	flow_metric_observe_us(FLOW_M_TXN_SECONDS, (plb_mono_now().ms - f->batch.opened.ms) * 1000);
	batch_reset(f);
	f->batch.aborts = 0;
	if (f->spec.committed != NULL)
		f->spec.committed(f->spec.arg);
}

/* The abort is confirmed: the state goes back to the last commit. */
static void
act_undo(struct plb_flow *f)
{
	int64_t ms;

	for (size_t i = 0; i < f->n_part; i++)
		if (f->part[i] != NULL)
			flow_table_undo_to(f->part[i]->table, 0);
	flow_offsets_rewind(f);
	flow_outcomes_aborted(&f->out);
	flow_metric_add(FLOW_M_ABORTS, 1);
	ms = f->batch.lost ? 0 : flow_backoff_ms(++f->batch.aborts);
	batch_reset(f);
	flow_halt(f);
	if (f->spec.aborted != NULL)
		f->spec.aborted(f->spec.arg);
	plb_loop_timer_in(f->backoff, ms);
}

static void
act_drop(struct plb_flow *f)
{
	plb_log(PLB_LOG_WARN, "outcome of a transaction unknown: state is restored");
	flow_metric_add(FLOW_M_DOUBTS, 1);
	batch_reset(f);
	flow_drop_all(f);
}

static void
act_stop(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	f->batch.state = FLOW_IDLE; /* flow_fail sets the end state itself */
	flow_fail(f, err, ec);
}

void
flow_event(struct plb_flow *f, enum flow_event e, enum plb_err err, const struct plb_errctx *ec)
{
	enum flow_state from = f->batch.state;
	struct flow_transition t = flow_batch_next(from, e);
	struct plb_errctx own = {0};

	f->batch.state = t.next;
	switch (t.action) {
	case FLOW_ACT_NONE:
		break;
	case FLOW_ACT_BEGIN:
		act_begin(f);
		break;
	case FLOW_ACT_COMMIT:
		act_commit(f);
		break;
	case FLOW_ACT_ABORT:
		if (err != PLB_OK)
			plb_log(PLB_LOG_WARN, "batch is aborted and repeated",
			    plb_f_str("kode", plb_err_name(err)),
			    plb_f_str("fejl", ec == NULL ? "" : ec->text));
		plb_txn_abort(f->txn);
		break;
	case FLOW_ACT_KEEP:
		act_keep(f);
		break;
	case FLOW_ACT_UNDO:
		act_undo(f);
		break;
	case FLOW_ACT_DROP:
		act_drop(f);
		break;
	case FLOW_ACT_RESUME:
		flow_go_on(f);
		break;
	case FLOW_ACT_STOP:
		act_stop(f, err, ec);
		break;
	case FLOW_ACT_ILLEGAL:
		plb_err_set(&own, PLB_E_INTERN, "batch: event %d in state %s", (int)e,
		    flow_state_name(from));
		act_stop(f, PLB_E_INTERN, &own);
		break;
	}
}

/* A halt that was only for a long commit ends with it. */
void
flow_settled(struct plb_flow *f)
{
	if (f->halted && f->batch.state == FLOW_IDLE && f->failed == PLB_OK)
		flow_go_on(f);
	if (f->draining)
		flow_drain_step(f);
}
