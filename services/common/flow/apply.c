// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

/* One record, timer or outcome in the open batch: the service's function, then what it made goes
 * out or is undone. */

/* REJECT ends here (parked by `dead`); what remains is PLB_OK, RETRY or FATAL. A call that failed
 * is undone even when its batch will be aborted: between the two somebody might look. */
static enum plb_err
settle(struct plb_flow *f, struct flow_part *pt, enum plb_err err, const struct flow_dead *dead,
    struct plb_errctx *ec)
{
	if (err == PLB_OK)
		err = flow_call_keep(f, ec);
	else
		flow_call_undo(f);
	if (plb_err_class(err) != PLB_CLASS_REJECT || dead == NULL)
		return err;
	pt->touched = true;
	return flow_afvist(f, dead, ec);
}

/* A send that the client refuses for good would be refused again in every repeat. */
static enum plb_err
no_reject(enum plb_err err, struct plb_errctx *ec)
{
	if (plb_err_class(err) != PLB_CLASS_REJECT)
		return err;
	return plb_err_wrap(
	    ec, PLB_E_INTERN, "Kafka client refuses a record (%s)", plb_err_name(err));
}

/* Park a timer: dead letter, and its due time is cleared so that it does not come back. */
static enum plb_err
timer_park(struct plb_flow *f, struct flow_part *pt, const struct flow_entry *e, enum plb_err why,
    struct plb_errctx *ec)
{
	struct flow_dead dead = {
	    .topic = f->spec.changelog,
	    .partition = pt->p,
	    .offset = -1,
	    .key = e->primary,
	    .sub = e->sub,
	    .value = e->blob,
	    .err = why,
	    .reason = ec->text,
	};
	enum plb_err err;

	pt->touched = true;
	err = flow_afvist(f, &dead, ec);
	if (err == PLB_OK)
		err = flow_table_put(pt->table, e->primary, e->sub, e->blob, INT64_MAX);
	return err;
}

enum plb_err
flow_apply_timer(
    struct plb_flow *f, struct flow_part *pt, const struct flow_entry *e, struct plb_errctx *ec)
{
	struct flow_entry after;
	enum plb_err err;

	f->batch.timers++;
	ec->text[0] = '\0';
	flow_call_begin(f, pt);
	if (f->spec.timer != NULL)
		err = f->spec.timer(f->spec.arg, &f->tx, e->primary, e->sub, e->blob,
		    (struct plb_time){e->due}, ec);
	else
		err = plb_err_set(ec, PLB_E_REGEL, "no timer function");
	if (err == PLB_OK && flow_table_get(pt->table, e->primary, e->sub, &after) &&
	    after.due <= e->due)
		err = plb_err_set(
		    ec, PLB_E_REGEL, "timer left its entry due: it would fire for ever");
	if (plb_err_class(err) != PLB_CLASS_REJECT)
		return no_reject(settle(f, pt, err, NULL, ec), ec);
	flow_call_undo(f);
	return no_reject(timer_park(f, pt, e, err, ec), ec);
}

enum plb_err
flow_apply_record(struct plb_flow *f, struct flow_part *pt, size_t in, const struct plb_record *rec,
    struct plb_time now, struct plb_errctx *ec)
{
	struct flow_pos *pos = &pt->in[in];
	struct flow_dead dead = {
	    .topic = rec->topic,
	    .partition = rec->partition,
	    .offset = rec->offset,
	    .key = rec->key,
	    .value = rec->value,
	    .tombstone = rec->tombstone,
	    .h = rec->header,
	    .n_h = rec->n_headers,
	    .reason = ec->text,
	};
	struct flow_entry e;
	enum plb_err err;

	/* What was due before this fact comes before it, whatever else is still waiting. */
	while (flow_table_due_of(pt->table, rec->key, now.ms, &e)) {
		err = flow_apply_timer(f, pt, &e, ec);
		if (err != PLB_OK)
			return err;
	}
	ec->text[0] = '\0';
	flow_call_begin(f, pt);
	err = f->spec.record(f->spec.arg, &f->tx, rec, now, ec);
	dead.err = err;
	err = no_reject(settle(f, pt, err, &dead, ec), ec);
	if (err != PLB_OK)
		return err;
	pos->next = rec->offset + 1;
	pos->eof = -1;
	f->batch.records++;
	f->batch.bytes += (int64_t)(rec->key.len + rec->value.len);
	return PLB_OK;
}

enum plb_err
flow_apply_outcome(struct plb_flow *f, struct flow_part *pt, void *outcome, struct plb_time now,
    struct plb_errctx *ec)
{
	enum plb_err err;

	f->batch.outcomes++;
	ec->text[0] = '\0';
	flow_call_begin(f, pt);
	err = f->spec.outcome(f->spec.arg, &f->tx, outcome, now, ec);
	if (plb_err_class(err) != PLB_CLASS_REJECT)
		return no_reject(settle(f, pt, err, NULL, ec), ec);
	/* No bytes to park: what it was about stands in the state, and the service's own timer
	 * takes it from there. */
	flow_call_undo(f);
	pt->touched = true;
	flow_metric_add(FLOW_M_REJECTED, 1);
	plb_log(PLB_LOG_ERROR, "outcome refused", plb_f_str("aarsag", ec->text),
	    plb_f_str("kode", plb_err_name(err)), plb_f_int("partition", pt->p));
	return PLB_OK;
}

struct log_out {
	struct plb_flow *f;
	int32_t p;
	struct plb_errctx *ec;
};

static enum plb_err
changed(void *arg, const struct flow_entry *e, bool deleted)
{
	struct log_out *o = arg;
	uint8_t *value = o->f->scratch + FLOW_LOG_KEY_MAX;
	struct plb_slice k = plb_slice(o->f->scratch, flow_log_key(e, o->f->scratch)), v = {0};

	if (!deleted)
		v = plb_slice(value, flow_log_value(e, value));
	return plb_txn_send(o->f->txn, o->f->spec.changelog, o->p, k, v, deleted, NULL, 0, o->ec);
}

/* Whose state is above its cap stops before it commits: what it was about to do waits on Kafka for
 * a process with more room. To refuse it would lose it: a timer in afvist is not put back. */
static enum plb_err
room_check(struct plb_flow *f, struct plb_errctx *ec)
{
	if (f->fc.state_max <= 0 || f->state_bytes <= (size_t)f->fc.state_max)
		return PLB_OK;
	return plb_err_set(ec, PLB_E_HUKOMMELSE,
	    "the state is %zu MiB, state_max %lld MiB: raise it, or start another instance",
	    f->state_bytes >> 20, (long long)(f->fc.state_max >> 20));
}

enum plb_err
flow_log_out(struct plb_flow *f, struct plb_errctx *ec)
{
	size_t bytes = 0;

	for (size_t i = 0; i < f->n_part; i++) {
		struct flow_part *pt = f->part[i];
		struct log_out o = {f, (int32_t)i, ec};
		enum plb_err err;

		if (pt == NULL)
			continue;
		err = flow_table_drain(pt->table, changed, &o);
		if (err != PLB_OK)
			return no_reject(err, ec);
		bytes += flow_table_bytes(pt->table);
	}
	f->state_bytes = bytes;
	return room_check(f, ec);
}
