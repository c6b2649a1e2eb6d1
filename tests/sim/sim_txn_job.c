// SPDX-License-Identifier: MPL-2.0
#include "sim_txn.h"

#include "breaks.h"
#include "check.h"

/* The client's thread: flush, offsets, end, and a producer made anew. The verdicts are those of
 * services/common/bus/txn_worker.c. */

#define AGAIN_MS 20
#define TOO_LONG_MS (2 * SIM_TXN_TIMEOUT_MS)

enum verdict { V_OK, V_ABORT, V_FENCED, V_BROKEN };

static void
again(struct plb_txn *t)
{
	if (t->linger.node.at == 0)
		sim_event_in(&t->linger, AGAIN_MS);
}

static void
tell(struct plb_txn *t, enum plb_err err)
{
	t->job = JOB_NONE;
	t->open = false;
	/* What must be aborted is still open. */
	if (err == PLB_E_AFBRUDT)
		t->open = true;
	t->result = err;
	t->done = true;
	sim_event_in(&t->told, 0);
}

static void
renew(struct plb_txn *t, enum plb_err after)
{
	t->job = JOB_RENEW;
	t->after = after;
	for (int i = 0; i < t->n_out; i++) {
		sim_rpc_fini(&t->out[i].rpc);
		t->out[i].n = t->out[i].size = t->out[i].seq = 0;
		t->out[i].added = t->out[i].again = false;
	}
	sim_rpc_fini(&t->rpc);
	t->rpc.req = (struct sim_req){.type = REQ_INIT, .coord = t->coord};
	sim_rpc_send(&t->rpc);
}

static void
in_doubt(struct plb_txn *t)
{
	renew(t, sim_break(BREAK_DOUBT_IS_SUCCESS) ? PLB_OK : PLB_E_KAFKA);
}

static void
confirmed(struct plb_txn *t)
{
	if (t->ghost && !sim_break(BREAK_NO_GUARD)) {
		renew(t, PLB_OK);
		return;
	}
	t->ghost = false;
	tell(t, PLB_OK);
}

static void
broken(struct plb_txn *t, enum verdict v)
{
	if (v == V_FENCED && sim.mono - t->begun < SIM_TXN_TIMEOUT_MS)
		tell(t, PLB_E_AFLOEST);
	else
		in_doubt(t);
}

static void
judge(struct plb_txn *t, enum verdict v)
{
	if (v == V_OK)
		confirmed(t);
	else if (t->job == JOB_COMMIT && v == V_ABORT && !t->ending_ghost)
		tell(t, PLB_E_AFBRUDT);
	else if (t->job == JOB_ABORT && v != V_FENCED && !t->ending)
		renew(t, PLB_OK);
	else if (v == V_ABORT)
		in_doubt(t);
	else
		broken(t, v);
}

/* ---- what is to be asked next ---- */

static bool
adds(struct plb_txn *t)
{
	struct sim_req *q = &t->rpc.req;

	*q = (struct sim_req){
	    .type = REQ_ADD, .coord = t->coord, .epoch = t->epoch, .calls = t->calls};
	for (int i = 0; i < t->n_out; i++)
		if (t->out[i].n > 0 && !t->out[i].added)
			q->part[q->n++] = t->out[i].pt;
	if (q->n == 0)
		return false;
	sim_rpc_send(&t->rpc);
	return true;
}

static void
produces(struct sim_out *o)
{
	struct plb_txn *t = o->t;

	if (o->n == 0 || !o->added || o->rpc.waiting)
		return;
	if (o->again) { /* not with what came since: the broker would take all of it for known */
		o->again = false;
		sim_rpc_send(&o->rpc);
		return;
	}
	o->rpc.req = (struct sim_req){.type = REQ_PRODUCE,
	    .coord = t->coord,
	    .epoch = t->epoch,
	    .part = {o->pt},
	    .n = 1,
	    .rec = o->rec,
	    .n_rec = o->n,
	    .seq = o->seq};
	sim_rpc_send(&o->rpc);
}

static bool
flushed(const struct plb_txn *t)
{
	for (int i = 0; i < t->n_out; i++)
		if (t->out[i].n > 0 || t->out[i].rpc.waiting)
			return false;
	return true;
}

static void
end(struct plb_txn *t, bool commit)
{
	t->ending = t->ending || commit;
	t->rpc.req = (struct sim_req){
	    .type = REQ_END, .coord = t->coord, .epoch = t->epoch, .commit = commit};
	sim_rpc_send(&t->rpc);
}

static bool
timers_alone(const struct plb_txn *t)
{
	const struct sim_call *c = t->calls[0];

	while (c != NULL && c->offset < 0)
		c = c->next;
	return t->calls[0] != NULL && c == NULL;
}

static void
offsets(struct plb_txn *t)
{
	struct sim_req *q = &t->rpc.req;

	*q = (struct sim_req){.type = REQ_OFFSETS,
	    .coord = t->coord,
	    .epoch = t->epoch,
	    .group = t->member.group,
	    .member = t->id,
	    .generation = t->generation,
	    .n_off = t->n_off,
	    .calls = t->calls};
	memcpy(q->off, t->off, sizeof(q->off));
	if (sim_break(BREAK_OFFSETS_OUTSIDE)) {
		for (int i = 0; i < t->n_off; i++)
			t->off[i].part->committed = t->off[i].next;
		t->offsets_in = true;
		again(t);
		return;
	}
	if (sim_break(BREAK_TIMER_NOT_FENCED) && timers_alone(t)) {
		t->offsets_in = true;
		again(t);
		return;
	}
	t->offsets_tried = true;
	sim_rpc_send(&t->rpc);
}

static bool
anything_added(const struct plb_txn *t)
{
	for (int i = 0; i < t->n_out; i++)
		if (t->out[i].added)
			return true;
	return t->offsets_tried || t->ending;
}

static void
commits(struct plb_txn *t)
{
	if (!flushed(t) && !sim_break(BREAK_NO_FLUSH))
		return;
	if (!t->offsets_in)
		offsets(t);
	else
		end(t, true);
}

static void
aborts(struct plb_txn *t)
{
	for (int i = 0; i < t->n_out; i++)
		if (t->out[i].rpc.waiting)
			return;
	if (anything_added(t))
		end(t, false);
	else
		confirmed(t);
}

void
txn_pump(void *arg)
{
	struct plb_txn *t = arg;

	if (t->job == JOB_RENEW) {
		if (!t->rpc.waiting)
			sim_rpc_send(&t->rpc);
		return;
	}
	if (t->job == JOB_NONE && !t->open)
		return;
	if (t->job != JOB_NONE && sim.mono - t->job_began > TOO_LONG_MS) {
		judge(t, V_BROKEN);
		return;
	}
	if (t->job == JOB_COMMIT && (t->fault || t->fenced) && !t->rpc.waiting) {
		judge(t, t->fenced ? V_FENCED : V_ABORT);
		return;
	}
	if (t->job != JOB_ABORT && !t->fault && !t->fenced) {
		if (!t->rpc.waiting && adds(t))
			return;
		for (int i = 0; i < t->n_out; i++)
			produces(&t->out[i]);
	}
	if (t->rpc.waiting)
		return;
	if (t->job == JOB_COMMIT)
		commits(t);
	else if (t->job == JOB_ABORT)
		aborts(t);
}

void
txn_job_begin(struct plb_txn *t, int job)
{
	t->job_began = sim.mono;
	if (job == JOB_RENEW) {
		renew(t, PLB_OK);
		return;
	}
	t->job = job == JOB_COMMIT ? JOB_COMMIT : JOB_ABORT;
	if (job == JOB_COMMIT)
		t->offsets_in = false;
	if (job == JOB_ABORT) {
		for (int i = 0; i < t->n_out; i++) { /* what was not sent is purged */
			if (t->out[i].n > 0)
				t->ghost = true; /* a gap in its sequence */
			t->out[i].n = t->out[i].size = 0;
			t->out[i].again = false;
			sim_rpc_fini(&t->out[i].rpc);
		}
	}
	if (t->linger.node.at == 0)
		sim_event_in(&t->linger, 0);
}

/* ---- answers ---- */

void
txn_out_answer(void *arg, enum sim_resp r)
{
	struct sim_out *o = arg;
	struct plb_txn *t = o->t;

	switch (r) {
	case RESP_OK:
		o->seq += o->rpc.req.n_rec;
		o->rec += o->rpc.req.n_rec;
		o->n -= o->rpc.req.n_rec;
		o->size -= o->rpc.req.n_rec;
		break;
	case RESP_TIMEOUT:
		t->ghost = o->again = true;
		break;
	case RESP_AGAIN:
		o->again = true;
		again(t);
		return;
	case RESP_FENCED:
		t->fenced = true;
		break;
	default:
		t->fault = t->ghost = true;
		break;
	}
	txn_pump(t);
}

static void
added(struct plb_txn *t)
{
	for (int i = 0; i < t->n_out; i++)
		for (int k = 0; k < t->rpc.req.n; k++)
			if (t->out[i].pt == t->rpc.req.part[k])
				t->out[i].added = true;
}

static void
renewed(struct plb_txn *t)
{
	bool first = !t->started;

	t->epoch = t->rpc.epoch;
	t->ghost = t->fault = t->fenced = t->ending = t->offsets_in = false;
	if (!first) {
		tell(t, t->after);
		return;
	}
	t->job = JOB_NONE;
	t->started = true;
	sim_fetch_wake(&t->fetch);
}

static void
succeeded(struct plb_txn *t)
{
	switch (t->rpc.req.type) {
	case REQ_INIT:
		renewed(t);
		return;
	case REQ_ADD:
		added(t);
		break;
	case REQ_OFFSETS:
		t->offsets_in = true;
		break;
	case REQ_END:
		judge(t, V_OK);
		return;
	default:
		break;
	}
	txn_pump(t);
}

/* Answers of the coordinator. */
void
txn_answer(void *arg, enum sim_resp r)
{
	struct plb_txn *t = arg;
	enum sim_req_type type = t->rpc.req.type;

	switch (r) {
	case RESP_OK:
		succeeded(t);
		return;
	case RESP_TIMEOUT:
		t->ghost = true;
		if (type == REQ_END)
			t->ending_ghost = true;
		again(t);
		return;
	case RESP_AGAIN:
		again(t);
		return;
	case RESP_FENCED:
		t->fenced = true;
		break;
	case RESP_GENERATION:
		t->fault = true;
		break;
	default:
		t->fault = true;
		break;
	}
	if (type == REQ_END)
		judge(t, t->fenced ? V_FENCED : V_BROKEN);
	else
		txn_pump(t);
}
