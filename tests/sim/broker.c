// SPDX-License-Identifier: MPL-2.0
#include "broker.h"

#include "breaks.h"
#include "check.h"

#define COORDS 512
#define MARKER_MS 20
#define MARKER_SLOW_MS 3000

static struct sim_coord *coords[COORDS];
static int n_coords;
static uint64_t txn_no;
static int64_t outage;

void
sim_broker_reset(void)
{
	n_coords = 0;
	txn_no = 0;
	outage = 0;
	sim_groups_reset();
}

void
sim_outage(int64_t ms)
{
	outage = sim.mono + ms;
	sim_note("Kafka is away for %lld ms", (long long)ms);
}

static void timed_out(void *arg);

static struct sim_coord *
coord_new(struct plb_loop *p)
{
	struct sim_coord *c = plb_arena_calloc(&sim.arena, 1, sizeof(*c));

	PLB_ASSERT(c != NULL && n_coords < COORDS);
	c->proc = p;
	c->timeout = (struct sim_event){.fn = timed_out, .arg = c};
	return coords[n_coords++] = c;
}

struct sim_coord *
sim_coord(struct plb_loop *p)
{
	for (int i = 0; i < n_coords; i++)
		if (coords[i]->proc == p)
			return coords[i];
	return coord_new(p);
}

struct sim_coord *
sim_coord_plain(void)
{
	return coord_new(NULL);
}

bool
sim_broker_quiet(void)
{
	for (int i = 0; i < n_coords; i++)
		if (coords[i]->state == C_ONGOING || coords[i]->state == C_ENDING)
			return false;
	return true;
}

/* ---- ends of transactions ---- */

struct marker {
	struct sim_txn *txn;
	struct sim_part *part; /* NULL: of the offsets */
};

static void
offsets_apply(struct sim_txn *t)
{
	for (int i = 0; i < t->n_off; i++) {
		struct sim_part *pt = t->off[i].part;

		pt->pending_offsets--;
		if (!t->commit)
			continue;
		check_offset(pt, t->off[i].next);
		pt->committed = t->off[i].next;
	}
}

static void
marker(void *arg)
{
	struct marker *m = arg;
	struct sim_txn *t = m->txn;

	if (m->part == NULL)
		offsets_apply(t);
	else
		sim_marker(m->part, t, t->commit);
	if (--t->markers > 0)
		return;
	t->coord->state = t->commit ? C_COMMITTED : C_ABORTED;
	t->coord->txn = NULL;
}

static void
marker_soon(struct sim_txn *t, struct sim_part *part)
{
	struct marker *m = plb_arena_alloc(&sim.arena, sizeof(*m));

	PLB_ASSERT(m != NULL);
	*m = (struct marker){t, part};
	t->markers++;
	sim_in(NULL, false, sim_chance(20000) ? sim_below(MARKER_SLOW_MS) : sim_below(MARKER_MS),
	    marker, m);
}

static void
end_begin(struct sim_coord *c, bool commit)
{
	struct sim_txn *t = c->txn;

	sim_event_off(&c->timeout);
	c->state = C_ENDING;
	t->commit = commit;
	if (commit)
		check_committed(t);
	for (int i = 0; i < t->n_part; i++)
		marker_soon(t, t->part[i]);
	if (t->n_off > 0)
		marker_soon(t, NULL);
	if (t->markers == 0) {
		c->state = commit ? C_COMMITTED : C_ABORTED;
		c->txn = NULL;
	}
}

/* The coordinator's own end of a transaction that lasts too long; the epoch moves on, so that its
 * producer learns of it. */
static void
timed_out(void *arg)
{
	struct sim_coord *c = arg;

	if (c->state != C_ONGOING)
		return;
	c->epoch++;
	end_begin(c, false);
}

/* ---- requests ---- */

static enum sim_resp
on_init(struct sim_coord *c, const struct sim_req *q)
{
	(void)q;
	if (c->state == C_ONGOING) {
		c->epoch++;
		end_begin(c, false);
	}
	if (c->state == C_ENDING)
		return RESP_AGAIN;
	c->epoch++;
	c->state = C_EMPTY;
	memset(c->seq, 0, sizeof(c->seq));
	return RESP_OK;
}

/* The transaction that a request belongs to, begun by the first. */
static enum sim_resp
txn_of(struct sim_coord *c, const struct sim_req *q)
{
	struct sim_txn *t;

	if (q->epoch != c->epoch)
		return RESP_FENCED;
	if (c->state == C_ENDING)
		return RESP_AGAIN;
	if (c->state == C_ONGOING)
		return RESP_OK;
	t = plb_arena_calloc(&sim.arena, 1, sizeof(*t));
	PLB_ASSERT(t != NULL);
	t->no = ++txn_no;
	t->coord = c;
	t->calls = q->calls;
	c->txn = t;
	c->state = C_ONGOING;
	sim_event_in(&c->timeout, SIM_TXN_TIMEOUT_MS);
	return RESP_OK;
}

static bool
in_txn(const struct sim_txn *t, const struct sim_part *pt)
{
	for (int i = 0; i < t->n_part; i++)
		if (t->part[i] == pt)
			return true;
	return false;
}

static enum sim_resp
on_add(struct sim_coord *c, const struct sim_req *q)
{
	enum sim_resp r = txn_of(c, q);

	for (int i = 0; r == RESP_OK && i < q->n; i++) {
		if (in_txn(c->txn, q->part[i]))
			continue;
		PLB_ASSERT(c->txn->n_part < SIM_TXN_PARTS);
		c->txn->part[c->txn->n_part++] = q->part[i];
	}
	return r;
}

static enum sim_resp
append(struct sim_coord *c, const struct sim_req *q, struct sim_txn *t)
{
	struct sim_part *pt = q->part[0];
	int64_t *next = &c->seq[pt->topic->index][pt->p];

	if (q->seq < *next)
		return RESP_OK; /* came before */
	if (q->seq > *next)
		return RESP_SEQUENCE;
	*next += q->n_rec;
	for (int64_t i = 0; i < q->n_rec; i++)
		sim_append(pt, q->rec[i], t);
	return RESP_OK;
}

/* Brokers from 4.0 ask the coordinator before they write. */
static enum sim_resp
on_produce(struct sim_coord *c, const struct sim_req *q)
{
	if (q->epoch != c->epoch)
		return RESP_FENCED;
	if (c->state != C_ONGOING || !in_txn(c->txn, q->part[0]))
		return RESP_STATE;
	return append(c, q, c->txn);
}

static enum sim_resp
on_offsets(struct sim_coord *c, const struct sim_req *q)
{
	enum sim_resp r = txn_of(c, q);
	struct sim_txn *t = c->txn;

	if (r != RESP_OK)
		return r;
	if (!sim_group_valid(q->group, q->member, q->generation))
		return RESP_GENERATION;
	for (int i = 0; i < q->n_off; i++) {
		int k = 0;

		while (k < t->n_off && t->off[k].part != q->off[i].part)
			k++;
		PLB_ASSERT(k < SIM_TXN_OFFSETS);
		if (k == t->n_off) {
			t->n_off++;
			q->off[i].part->pending_offsets++;
		}
		t->off[k] = q->off[i];
	}
	return RESP_OK;
}

static enum sim_resp
on_end(struct sim_coord *c, const struct sim_req *q)
{
	if (q->epoch != c->epoch)
		return RESP_FENCED;
	switch (c->state) {
	case C_ONGOING:
		end_begin(c, q->commit);
		return RESP_OK;
	case C_ENDING:
		return c->txn->commit == q->commit ? RESP_AGAIN : RESP_STATE;
	case C_COMMITTED:
		return q->commit ? RESP_OK : RESP_STATE;
	case C_ABORTED:
		return q->commit ? RESP_STATE : RESP_OK;
	case C_EMPTY:
		break;
	}
	return RESP_STATE;
}

static enum sim_resp
on_plain(struct sim_coord *c, const struct sim_req *q)
{
	return append(c, q, NULL);
}

static enum sim_resp (*const handlers[])(struct sim_coord *c, const struct sim_req *q) = {
    [REQ_INIT] = on_init,
    [REQ_ADD] = on_add,
    [REQ_PRODUCE] = on_produce,
    [REQ_OFFSETS] = on_offsets,
    [REQ_END] = on_end,
    [REQ_PLAIN] = on_plain,
};

/* ---- requests and answers under way ---- */

struct sent {
	struct sim_rpc *rpc;
	struct plb_loop *proc;
	unsigned life;
	uint64_t id;
	struct sim_req req;
	enum sim_resp resp;
	int32_t epoch;
};

static void
answered(void *arg)
{
	struct sent *s = arg;
	struct sim_rpc *r = s->rpc;

	if (!r->waiting || r->id != s->id)
		return; /* given up before */
	r->waiting = false;
	r->epoch = s->epoch;
	sim_event_off(&r->timer);
	r->done(r->arg, s->resp);
}

/* Refused before it is looked at: mostly "not now", sometimes for good. */
static enum sim_resp
refusal(enum sim_req_type type)
{
	bool of_txn = type == REQ_ADD || type == REQ_PRODUCE || type == REQ_OFFSETS;

	return of_txn && sim_below(3) == 0 ? RESP_ABORT : RESP_AGAIN;
}

static void
arrived(void *arg)
{
	struct sent *s = arg;

	if (sim.mono < outage)
		return;
	s->resp = sim_chance(sim.fault.refused) ? refusal(s->req.type)
						: handlers[s->req.type](s->req.coord, &s->req);
	s->epoch = s->req.coord->epoch;
	if (!s->proc->alive || s->proc->dying || s->life != s->proc->life ||
	    sim_chance(sim.fault.lost))
		return;
	sim_in(s->proc, false, sim_net_ms(), answered, s);
}

static void
gave_up(void *arg)
{
	struct sim_rpc *r = arg;

	r->waiting = false;
	r->id++;
	r->done(r->arg, RESP_TIMEOUT);
}

void
sim_rpc_init(struct sim_rpc *r, struct plb_loop *p, int64_t timeout,
    void (*done)(void *arg, enum sim_resp r), void *arg)
{
	*r = (struct sim_rpc){.proc = p, .timeout = timeout, .done = done, .arg = arg};
	r->timer = (struct sim_event){.fn = gave_up, .arg = r, .proc = p};
}

void
sim_rpc_fini(struct sim_rpc *r)
{
	sim_event_off(&r->timer);
	r->waiting = false;
}

void
sim_rpc_send(struct sim_rpc *r)
{
	struct sent *s = plb_arena_alloc(&sim.arena, sizeof(*s));
	int64_t ms = sim_net_ms();

	PLB_ASSERT(s != NULL && !r->waiting);
	*s = (struct sent){r, r->proc, r->proc->life, ++r->id, r->req, RESP_OK, 0};
	r->waiting = true;
	sim_event_in(&r->timer, r->timeout);
	if (sim_chance(sim.fault.late))
		ms = r->timeout + sim_below(r->timeout);
	if (!sim_chance(sim.fault.lost))
		sim_in(NULL, false, ms, arrived, s);
}
