// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

#include <stdio.h>
#include <stdlib.h>

#define CALL_BYTES_MAX (16 * 1024 * 1024)
#define KEPT_SHARE 4 /* of state_max */

/* The runtime's wiring: made, started, drained, freed. */

static void
turn(void *arg)
{
	flow_pump(arg);
}

static void
wake(void *arg)
{
	struct plb_flow *f = arg;

	if (f->batch.state == FLOW_BACKOFF)
		flow_event(f, FLOW_EV_WAKE, PLB_OK, NULL);
	flow_pump(f);
}

/* End of a commit or abort; inside plb_txn_wait too. */
static void
done(void *arg, enum plb_err err)
{
	struct plb_flow *f = arg;
	struct plb_errctx ec = {0};

	plb_err_set(&ec, err, "end of a transaction: %s", plb_err_name(err));
	if (f->batch.state != FLOW_COMMITTING && f->batch.state != FLOW_ABORTING) {
		struct plb_record rec;

		(void)!plb_txn_poll(f->txn, &rec, &err, &ec); /* tells why */
		flow_fail(f, err, &ec);                       /* the client could not even start */
		return;
	}
	flow_event(f, flow_batch_done(err), err, &ec);
	flow_settled(f);
	flow_pump(f);
}

static void
clock_moved(void *arg)
{
	flow_pump(arg);
}

static enum plb_err
names_make(struct plb_flow *f, const struct plb_conf *conf, struct plb_errctx *ec)
{
	const char *prefix = conf == NULL ? "" : plb_conf_common(conf)->topic_prefix;

	while (f->spec.inputs[f->n_in] != NULL)
		f->n_in++;
	if (f->n_in == 0 || f->n_in > 8)
		return plb_err_set(ec, PLB_E_INTERN, "%s: %zu inputs", f->spec.service, f->n_in);
	f->in_name = calloc(f->n_in, sizeof(*f->in_name));
	for (size_t i = 0; i < f->n_in && f->in_name != NULL; i++) {
		char *name = NULL;

		if (asprintf(&name, "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".",
			f->spec.inputs[i]) < 0)
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "flow: out of memory");
		f->in_name[i] = name;
	}
	snprintf(f->txn_id, sizeof(f->txn_id), "%s%s%s.%s", prefix, prefix[0] == '\0' ? "" : ".",
	    f->spec.service, f->fc.instance);
	snprintf(f->group, sizeof(f->group), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".",
	    f->spec.service);
	return f->in_name == NULL ? plb_err_set(ec, PLB_E_HUKOMMELSE, "flow: out of memory")
				  : PLB_OK;
}

static enum plb_err
memory_make(struct plb_flow *f, struct plb_errctx *ec)
{
	f->tx.f = f;
	plb_arena_init(&f->tx.arena, CALL_BYTES_MAX);
	plb_arena_init(&f->offsets, CALL_BYTES_MAX);
	flow_kept_init(&f->kept, (size_t)f->fc.state_max / KEPT_SHARE);
	flow_outcomes_init(&f->out, f->spec.outcome_free, f->spec.arg);
	f->tx.emits = calloc(FLOW_EMITS_MAX, sizeof(*f->tx.emits));
	f->scratch = malloc(FLOW_LOG_KEY_MAX + FLOW_LOG_VALUE_MAX);
	f->tick = plb_loop_timer_new(f->loop, flow_tick, f);
	f->turn = plb_loop_timer_new(f->loop, turn, f);
	f->backoff = plb_loop_timer_new(f->loop, wake, f);
	f->restore = plb_loop_timer_new(f->loop, flow_restore_step, f);
	if (f->tx.emits == NULL || f->scratch == NULL || f->tick == NULL || f->turn == NULL ||
	    f->backoff == NULL || f->restore == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "flow: out of memory");
	return PLB_OK;
}

/* Every topic that a transaction may write: a topic met for the first time costs a second. */
static enum plb_err
outputs_make(struct plb_flow *f, struct plb_errctx *ec)
{
	size_t n = 0;

	for (; f->spec.outputs != NULL && f->spec.outputs[n] != NULL; n++) {
		if (n == FLOW_OUTPUTS_MAX)
			return plb_err_set(
			    ec, PLB_E_INTERN, "%s: too many outputs", f->spec.service);
		f->outputs[n] = f->spec.outputs[n];
	}
	f->outputs[n++] = f->spec.changelog;
	f->outputs[n++] = FLOW_AFVIST;
	f->outputs[n] = NULL;
	return PLB_OK;
}

static enum plb_err
txn_make(struct plb_flow *f, struct plb_errctx *ec)
{
	struct plb_txn_conf c = {
	    .group = f->group,
	    .transactional_id = f->txn_id,
	    .instance = f->fc.instance,
	    .inputs = f->spec.inputs,
	    .outputs = f->outputs,
	    .transaction_timeout_ms = f->fc.transaction_timeout_ms,
	    .session_timeout_ms = f->fc.session_timeout_ms,
	    .arg = f,
	    .assigned = flow_assigned,
	    .revoked = flow_revoked,
	    .on_data = turn,
	    .done = done,
	};

	return plb_txn_new(f->bus, f->loop, &c, &f->txn, ec);
}

static enum plb_err
clock_make(struct plb_flow *f, struct plb_errctx *ec)
{
	enum plb_err err;

	f->clock = plb_clock_system();
	if (f->conf == NULL || plb_conf_common(f->conf)->clock != PLB_CLOCK_TOPIC)
		return PLB_OK;
	err = clock_follow_new(
	    f->loop, f->bus, f->spec.service, f->fc.instance, clock_moved, f, &f->follow, ec);
	if (err == PLB_OK)
		f->clock = clock_follow_clock(f->follow);
	return err;
}

enum plb_err
plb_flow_new(struct plb_loop *l, struct plb_bus *b, const struct plb_conf *conf,
    const struct plb_conf_flow *fc, const struct plb_flow_spec *spec, struct plb_flow **out,
    struct plb_errctx *ec)
{
	struct plb_flow *f = calloc(1, sizeof(*f));
	enum plb_err err;

	*out = NULL;
	if (f == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "flow: out of memory");
	f->loop = l;
	f->bus = b;
	f->conf = conf;
	f->fc = *fc;
	f->spec = *spec;
	err = names_make(f, conf, ec);
	if (err == PLB_OK)
		err = outputs_make(f, ec);
	if (err == PLB_OK)
		err = memory_make(f, ec);
	if (err == PLB_OK)
		err = clock_make(f, ec);
	if (err == PLB_OK)
		err = txn_make(f, ec);
	if (err != PLB_OK) {
		plb_flow_free(&f);
		return err;
	}
	flow_metrics_init(spec->service, spec->inputs);
	*out = f;
	return PLB_OK;
}

enum plb_err
plb_flow_start(struct plb_flow *f, struct plb_errctx *ec)
{
	enum plb_err err = plb_txn_start(f->txn, ec);

	if (err == PLB_OK)
		flow_tick_in(f, 0);
	return err;
}

/* Leave the group and say so; from a turn of its own, because a client cannot be freed in its own
 * callback. */
static void
leave(void *arg)
{
	struct plb_flow *f = arg;
	plb_loop_fn *fn = f->drained;

	f->freeing = true;
	if (f->txn != NULL)
		plb_txn_free(&f->txn);
	flow_parts_free(f);
	f->drained = NULL;
	if (fn != NULL)
		fn(f->drained_arg);
}

void
flow_drain_step(struct plb_flow *f)
{
	enum flow_state s = f->batch.state;

	if (s == FLOW_COMMITTING || s == FLOW_ABORTING || f->leaving != NULL)
		return;
	f->leaving = plb_loop_timer_new(f->loop, leave, f);
	PLB_ASSERT(f->leaving != NULL);
	plb_loop_timer_in(f->leaving, 0);
}

void
plb_flow_drain(struct plb_flow *f, plb_loop_fn *fn, void *arg)
{
	if (f->draining)
		return;
	f->drained = fn;
	f->drained_arg = arg;
	if (f->failed == PLB_OK && (f->batch.state == FLOW_IDLE || f->batch.state == FLOW_OPEN))
		flow_outcomes_apply(f);
	f->draining = true;
	flow_event(f, FLOW_EV_COMMIT, PLB_OK, NULL);
	flow_drain_step(f);
}

void
plb_flow_free(struct plb_flow **fp)
{
	struct plb_flow *f = *fp;

	*fp = NULL;
	if (f == NULL)
		return;
	f->freeing = true;
	if (f->batch.state != FLOW_IDLE)
		f->batch.state = FLOW_FAILED; /* an open batch is not committed in passing */
	if (f->txn != NULL)
		plb_txn_free(&f->txn);
	clock_follow_free(&f->follow);
	flow_outcomes_fini(&f->out);
	flow_parts_free(f); /* a restore under way takes back what its reader was given */
	flow_restore_end(f);
	flow_kept_fini(&f->kept);
	plb_loop_timer_free(&f->tick);
	plb_loop_timer_free(&f->turn);
	plb_loop_timer_free(&f->backoff);
	plb_loop_timer_free(&f->restore);
	plb_loop_timer_free(&f->leaving);
	plb_arena_fini(&f->tx.arena);
	plb_arena_fini(&f->offsets);
	for (size_t i = 0; f->in_name != NULL && i < f->n_in; i++)
		free((void *)(uintptr_t)f->in_name[i]);
	free(f->in_name);
	free(f->tx.emits);
	free(f->scratch);
	free(f);
}

bool
plb_flow_ready(struct plb_flow *f, struct plb_buf *why_not)
{
	if (f->failed != PLB_OK)
		plb_buf_printf(why_not, "failed: %s", f->failure.text);
	else if (f->draining)
		plb_buf_str(why_not, "draining");
	else if (f->follow != NULL && !clock_follow_ready(f->follow))
		plb_buf_str(why_not, "clock topic not read");
	else if (!f->joined)
		plb_buf_str(why_not, "no partitions assigned yet");
	else if (f->restoring > 0)
		plb_buf_printf(why_not, "restoring %zu of %zu partitions", f->restoring, f->owned);
	else
		return true;
	return false;
}

bool
plb_flow_failed(const struct plb_flow *f, struct plb_errctx *ec)
{
	if (f->failed != PLB_OK && ec != NULL)
		*ec = f->failure;
	return f->failed != PLB_OK;
}

struct plb_time
plb_flow_now(const struct plb_flow *f)
{
	return f->clock.now(f->clock.arg);
}

bool
plb_flow_outcome(struct plb_flow *f, int32_t partition, void *outcome)
{
	struct flow_part *pt = flow_part(f, partition);

	if (pt == NULL || pt->state != FLOW_PART_READY || f->failed != PLB_OK || f->draining ||
	    f->spec.outcome == NULL || !flow_outcomes_add(&f->out, partition, outcome))
		return false;
	plb_loop_timer_in(f->turn, 0);
	return true;
}

struct walk {
	bool (*fn)(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
	    struct plb_time due);
	void *arg;
};

static bool
walk_one(void *arg, const struct flow_entry *e)
{
	struct walk *w = arg;

	return w->fn(w->arg, e->primary, e->sub, e->blob, (struct plb_time){e->due});
}

void
plb_flow_walk(struct plb_flow *f, int32_t partition,
    bool (*fn)(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
	struct plb_time due),
    void *arg)
{
	struct flow_part *pt = flow_part(f, partition);
	struct walk w = {fn, arg};

	if (pt != NULL)
		flow_table_walk(pt->table, walk_one, &w);
}

void
flow_metrics_state(const struct plb_flow *f)
{
	size_t entries = 0, bytes = 0;

	for (size_t i = 0; i < f->n_part; i++) {
		if (f->part[i] == NULL)
			continue;
		entries += flow_table_entries(f->part[i]->table);
		bytes += flow_table_bytes(f->part[i]->table);
	}
	flow_metric_set(FLOW_M_STATE_ENTRIES, (int64_t)entries);
	flow_metric_set(FLOW_M_STATE_BYTES, (int64_t)bytes);
}
