// SPDX-License-Identifier: MPL-2.0
#include "sim_txn.h"

#include "proc.h"

#include <stdlib.h>

/* The runtime's side: what is called on the loop. */

#define LINGER_MS 3

static struct plb_txn *of_proc[SIM_PROCS];

struct sim_call **
sim_txn_calls(const struct plb_loop *p)
{
	struct plb_txn *t = of_proc[p->number];

	return t == NULL || !t->open ? NULL : t->calls;
}

static void
told(void *arg)
{
	struct plb_txn *t = arg;

	t->done = false;
	t->c.done(t->c.arg, t->result);
}

enum plb_err
plb_txn_new(struct plb_bus *b, struct plb_loop *l, const struct plb_txn_conf *c,
    struct plb_txn **out, struct plb_errctx *ec)
{
	struct plb_txn *t = calloc(1, sizeof(*t));

	(void)b, (void)ec;
	PLB_ASSERT(t != NULL);
	t->c = *c;
	t->proc = l;
	t->coord = sim_coord(l);
	while (c->inputs[t->n_in] != NULL)
		t->n_in++;
	sim_fetch_init(&t->fetch, l, true, c->on_data, c->arg);
	t->member = (struct sim_member){
	    .proc = l, .fetch = &t->fetch, .group = sim_group(c->group, c->inputs)};
	sim_rpc_init(&t->rpc, l, SIM_REQUEST_MS, txn_answer, t);
	t->linger = (struct sim_event){.fn = txn_pump, .arg = t, .proc = l};
	t->told = (struct sim_event){.fn = told, .arg = t, .proc = l, .loop = true};
	of_proc[l->number] = t;
	*out = t;
	return PLB_OK;
}

enum plb_err
plb_txn_start(struct plb_txn *t, struct plb_errctx *ec)
{
	(void)ec;
	txn_job_begin(t, JOB_RENEW);
	return PLB_OK;
}

bool
plb_txn_started(const struct plb_txn *t)
{
	return t->started;
}

void
plb_txn_free(struct plb_txn **tp)
{
	struct plb_txn *t = *tp;

	*tp = NULL;
	sim_group_gone(&t->member);
	sim_fetch_fini(&t->fetch);
	sim_rpc_fini(&t->rpc);
	for (int i = 0; i < t->n_out; i++)
		sim_rpc_fini(&t->out[i].rpc);
	sim_event_off(&t->linger);
	sim_event_off(&t->told);
	of_proc[t->proc->number] = NULL;
	free(t);
}

/* ---- membership and reading ---- */

static void
revoke(struct plb_txn *t, bool lost)
{
	struct sim_member *m = &t->member;

	sim_note("%s gives up %d partitions%s", t->proc->name, m->n_owned, lost ? ", lost" : "");
	t->c.revoked(t->c.arg, m->owned, (size_t)m->n_owned, lost);
	for (int i = 0; i < t->fetch.n; i++)
		t->fetch.c[i].running = false;
	m->n_owned = 0;
}

/* In the order in which a client learns of it. */
static void
membership(struct plb_txn *t)
{
	struct sim_member *m = &t->member;

	if (m->lost) {
		m->lost = m->rejoin = m->assigned = false;
		revoke(t, true);
		sim_group_join(m);
	} else if (m->rejoin) {
		m->rejoin = m->assigned = false;
		if (m->n_owned > 0)
			revoke(t, false);
		if (!t->proc->dying)
			sim_group_join(m);
	} else if (m->assigned) {
		m->assigned = false;
		if (m->n_owned > 0)
			revoke(t, false);
		memcpy(m->owned, m->coming, sizeof(m->owned));
		m->n_owned = m->n_coming;
		sim_note("%s gets %d partitions from %d, generation %d", t->proc->name, m->n_owned,
		    m->n_owned > 0 ? m->owned[0] : -1, m->generation);
		t->c.assigned(t->c.arg, m->owned, (size_t)m->n_owned);
	}
}

int
plb_txn_poll(struct plb_txn *t, struct plb_record *out, enum plb_err *err, struct plb_errctx *ec)
{
	(void)err, (void)ec;
	if (!sim_enter(t->proc))
		return 0;
	if (t->member.id == 0 && t->started)
		sim_group_join(&t->member);
	membership(t);
	return t->proc->dying ? 0 : sim_fetch_poll(&t->fetch, out);
}

static void
each_input(struct plb_txn *t, int32_t p, bool run)
{
	for (size_t i = 0; i < t->n_in; i++) {
		struct sim_cursor *c = sim_fetch_at(&t->fetch, t->c.inputs[i], p, false);

		if (c == NULL)
			continue;
		if (c->running != run)
			c->end_told = -1;
		c->running = run;
	}
	if (run)
		sim_fetch_wake(&t->fetch);
}

void
plb_txn_pause(struct plb_txn *t, int32_t p)
{
	each_input(t, p, false);
}

void
plb_txn_resume(struct plb_txn *t, int32_t p)
{
	each_input(t, p, true);
}

enum plb_err
plb_txn_seek(struct plb_txn *t, const char *topic, int32_t p, int64_t offset, struct plb_errctx *ec)
{
	struct sim_cursor *c = sim_fetch_at(&t->fetch, topic, p, true);

	(void)ec;
	c->next = offset < 0 ? 0 : offset;
	c->end_told = -1;
	c->running = false;
	return PLB_OK;
}

/* A group tells no offset over which a transaction is pending. */
enum plb_err
plb_txn_committed(
    struct plb_txn *t, int32_t p, int64_t *offs, int64_t timeout_ms, struct plb_errctx *ec)
{
	(void)timeout_ms;
	if (!sim_enter(t->proc) || sim_chance(sim.fault.refused))
		return plb_err_set(ec, PLB_E_TIMEOUT, "coordinator not there");
	for (size_t i = 0; i < t->n_in; i++) {
		const struct sim_part *pt = &sim_topic(t->c.inputs[i])->part[p];

		if (pt->pending_offsets > 0)
			return plb_err_set(ec, PLB_E_TIMEOUT, "offsets unstable");
		offs[i] = pt->committed;
	}
	return PLB_OK;
}

/* ---- transactions ---- */

enum plb_err
plb_txn_begin(struct plb_txn *t, struct plb_errctx *ec)
{
	(void)ec;
	PLB_ASSERT(!t->open && t->job == JOB_NONE);
	(void)sim_enter(t->proc);
	t->open = true;
	t->begun = sim.mono;
	t->ending = t->ending_ghost = t->fault = false;
	t->offsets_in = t->offsets_tried = false;
	t->calls = plb_arena_calloc(&sim.arena, 2, sizeof(struct sim_call *));
	PLB_ASSERT(t->calls != NULL);
	for (int i = 0; i < t->n_out; i++)
		t->out[i].added = false;
	return PLB_OK;
}

static struct sim_out *
out_of(struct plb_txn *t, struct sim_part *pt)
{
	struct sim_out *o;

	for (int i = 0; i < t->n_out; i++)
		if (t->out[i].pt == pt)
			return &t->out[i];
	PLB_ASSERT(t->n_out < SIM_TXN_PARTS);
	o = &t->out[t->n_out++];
	*o = (struct sim_out){.t = t, .pt = pt};
	sim_rpc_init(&o->rpc, t->proc, SIM_REQUEST_MS, txn_out_answer, o);
	return o;
}

static void
out_put(struct sim_out *o, struct sim_rec *r)
{
	if (o->n == o->size) {
		int64_t size = o->size < 16 ? 16 : o->size * 2;
		struct sim_rec **rec =
		    plb_arena_alloc(&sim.arena, (size_t)size * sizeof(struct sim_rec *));

		PLB_ASSERT(rec != NULL);
		if (o->n > 0)
			memcpy(rec, o->rec, (size_t)o->n * sizeof(struct sim_rec *));
		o->rec = rec;
		o->size = size;
	}
	o->rec[o->n++] = r;
}

enum plb_err
plb_txn_send(struct plb_txn *t, const char *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, bool tombstone, const struct plb_header *h, size_t n,
    struct plb_errctx *ec)
{
	struct sim_topic *to = sim_topic(topic);

	PLB_ASSERT(t->open && t->job == JOB_NONE);
	if (!sim_enter(t->proc))
		return PLB_OK;
	if (t->fault || t->fenced)
		return plb_err_set(ec, PLB_E_AFBRUDT, "transaction must be aborted");
	if (partition < 0)
		partition = plb_partition(key, to->n);
	out_put(out_of(t, &to->part[partition]), sim_rec_new(key, value, tombstone, h, n));
	if (t->linger.node.at == 0)
		sim_event_in(&t->linger, sim_below(LINGER_MS));
	return PLB_OK;
}

void
plb_txn_commit(struct plb_txn *t, const struct plb_txn_offset *o, size_t n)
{
	PLB_ASSERT(t->open && n <= SIM_TXN_OFFSETS);
	(void)sim_enter(t->proc);
	for (t->n_off = 0; t->n_off < (int)n; t->n_off++)
		t->off[t->n_off] = (struct sim_offset){
		    &sim_topic(o[t->n_off].topic)->part[o[t->n_off].partition], o[t->n_off].offset};
	t->generation = t->member.generation;
	t->id = t->member.id;
	txn_job_begin(t, JOB_COMMIT);
}

void
plb_txn_abort(struct plb_txn *t)
{
	(void)sim_enter(t->proc);
	txn_job_begin(t, JOB_ABORT);
}

void
plb_txn_wait(struct plb_txn *t)
{
	if (t->job == JOB_NONE && !t->done)
		return;
	sim_block(t->proc, &t->done);
	sim_event_off(&t->told);
	if (!t->done) { /* killed while it waited */
		t->job = JOB_NONE;
		t->result = PLB_E_AFLOEST;
	}
	told(t);
}
