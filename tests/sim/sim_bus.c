// SPDX-License-Identifier: MPL-2.0
#include <parloeb/bus.h>

#include <stdlib.h>

#include "breaks.h"
#include "broker.h"
#include "proc.h"

/* <parloeb/bus.h> on the simulated Kafka: idempotent producer, readers, questions. */

#define MESSAGE_MS 8000 /* after which a record's outcome is unknown */
#define LINGER_MS 3
#define QUEUE 4096

/* ---- producer ---- */

struct message {
	struct sim_part *pt;
	struct sim_rec *rec;
	void *opaque;
};
struct plb_producer {
	struct plb_loop *proc;
	struct sim_coord *coord;
	int64_t seq[16][SIM_PARTS]; /* next to use, by topic and partition */
	plb_delivered_fn *fn;
	void *arg;
	struct message queue[QUEUE]; /* the first is under way while rpc.waiting */
	size_t n;
	int64_t since; /* when the first was sent first */
	struct sim_rpc rpc;
	struct sim_event linger;
};

static void
next(void *arg)
{
	struct plb_producer *p = arg;
	struct message *m = &p->queue[0];
	struct sim_rec **rec;

	if (p->n == 0 || p->rpc.waiting)
		return;
	rec = plb_arena_alloc(&sim.arena, sizeof(struct sim_rec *));
	PLB_ASSERT(rec != NULL);
	rec[0] = m->rec;
	if (p->since == 0)
		p->since = sim.mono;
	p->rpc.req = (struct sim_req){.type = REQ_PLAIN,
	    .coord = p->coord,
	    .part = {m->pt},
	    .n = 1,
	    .rec = rec,
	    .n_rec = 1,
	    .seq = p->seq[m->pt->topic->index][m->pt->p]};
	sim_rpc_send(&p->rpc);
}

static void
first_done(struct plb_producer *p, enum plb_err err)
{
	struct message m = p->queue[0];

	memmove(&p->queue[0], &p->queue[1], --p->n * sizeof(p->queue[0]));
	p->since = 0;
	if (m.opaque != NULL)
		p->fn(p->arg, m.opaque, err, m.pt->p, m.pt->n - 1);
	next(p);
}

/* Sent again under the same sequence number, so that a late arrival counts once. What is given up
 * may still arrive, under a producer id of the past. */
static void
answer(void *arg, enum sim_resp r)
{
	struct plb_producer *p = arg;

	if (r == RESP_OK) {
		p->seq[p->queue[0].pt->topic->index][p->queue[0].pt->p]++;
		first_done(p, PLB_OK);
	} else if (sim.mono - p->since >= MESSAGE_MS) {
		p->coord = sim_coord_plain();
		memset(p->seq, 0, sizeof(p->seq));
		first_done(p, PLB_E_TIMEOUT);
	} else if (r == RESP_TIMEOUT) {
		sim_rpc_send(&p->rpc);
	} else {
		sim_event_in(&p->linger, 20);
	}
}

enum plb_err
plb_producer_new(struct plb_bus *b, struct plb_loop *l, const char *const *topics,
    plb_delivered_fn *fn, void *arg, struct plb_producer **out, struct plb_errctx *ec)
{
	struct plb_producer *p = calloc(1, sizeof(*p));

	(void)b, (void)topics, (void)ec;
	PLB_ASSERT(p != NULL);
	p->proc = l;
	p->coord = sim_coord_plain();
	p->fn = fn;
	p->arg = arg;
	sim_rpc_init(&p->rpc, l, MESSAGE_MS / 4, answer, p);
	p->linger = (struct sim_event){.fn = next, .arg = p, .proc = l};
	*out = p;
	return PLB_OK;
}

bool
plb_producer_ready(const struct plb_producer *p)
{
	(void)p;
	return true;
}

struct early {
	struct plb_producer *p;
	void *opaque;
};

static void
early(void *arg)
{
	struct early *e = arg;

	e->p->fn(e->p->arg, e->opaque, PLB_OK, 0, 0);
}

enum plb_err
plb_producer_send(struct plb_producer *p, const char *topic, int32_t partition,
    struct plb_slice key, struct plb_slice value, const struct plb_header *h, size_t n,
    void *opaque)
{
	struct sim_topic *t = sim_topic(topic);

	if (p->n == QUEUE)
		return PLB_E_FULD;
	if (partition < 0)
		partition = plb_partition(key, t->n);
	if (sim_break(BREAK_PARTITION_BY_CHANCE))
		partition = (int32_t)sim_below(t->n);
	p->queue[p->n++] =
	    (struct message){&t->part[partition], sim_rec_new(key, value, false, h, n), opaque};
	if (!sim_enter(p->proc))
		return PLB_OK; /* it never leaves */
	if (sim_break(BREAK_ACK_EARLY) && opaque != NULL) {
		struct early *e = plb_arena_alloc(&sim.arena, sizeof(*e));

		PLB_ASSERT(e != NULL);
		*e = (struct early){p, opaque};
		p->queue[p->n - 1].opaque = NULL;
		sim_in(p->proc, true, 0, early, e);
	}
	if (p->linger.node.at == 0 && !p->rpc.waiting)
		sim_event_in(&p->linger, sim_below(LINGER_MS));
	return PLB_OK;
}

size_t
plb_producer_pending(const struct plb_producer *p)
{
	return p->n;
}

void
plb_producer_free(struct plb_producer **p)
{
	if (*p == NULL)
		return;
	sim_rpc_fini(&(*p)->rpc);
	sim_event_off(&(*p)->linger);
	for (size_t i = 0; i < (*p)->n; i++)
		if ((*p)->queue[i].opaque != NULL)
			(*p)->fn((*p)->arg, (*p)->queue[i].opaque, PLB_E_TIMEOUT, -1, -1);
	free(*p);
	*p = NULL;
}

/* ---- readers ---- */

struct plb_reader {
	struct sim_fetch fetch;
};

enum plb_err
plb_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed, plb_loop_fn *on_data,
    void *arg, struct plb_reader **out, struct plb_errctx *ec)
{
	struct plb_reader *r = calloc(1, sizeof(*r));

	(void)b, (void)ec;
	PLB_ASSERT(r != NULL && l != NULL);
	sim_fetch_init(
	    &r->fetch, l, committed && !sim_break(BREAK_RESTORE_UNCOMMITTED), on_data, arg);
	*out = r;
	return PLB_OK;
}

/* What a follower opens its readers by; here they all are quick. */
enum plb_err bus_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed, bool quick,
    plb_loop_fn *on_data, void *arg, struct plb_reader **out, struct plb_errctx *ec);

enum plb_err
bus_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed, bool quick,
    plb_loop_fn *on_data, void *arg, struct plb_reader **out, struct plb_errctx *ec)
{
	(void)quick;
	return plb_reader_new(b, l, committed, on_data, arg, out, ec);
}

enum plb_err
plb_reader_assign(struct plb_reader *r, const char *topic, int32_t p, enum plb_read_from from,
    int64_t offset, struct plb_errctx *ec)
{
	struct sim_cursor *c = sim_fetch_at(&r->fetch, topic, p, true);

	(void)ec;
	c->next = from == PLB_FROM_OFFSET ? offset : from == PLB_FROM_END ? c->pt->n : 0;
	c->end_told = -1;
	c->running = true;
	sim_fetch_wake(&r->fetch);
	return PLB_OK;
}

void
plb_reader_unassign(struct plb_reader *r, const char *topic, int32_t p)
{
	struct sim_cursor *c = sim_fetch_at(&r->fetch, topic, p, false);

	if (c != NULL)
		c->running = false;
}

int
plb_reader_poll(
    struct plb_reader *r, int64_t timeout_ms, struct plb_record *out, struct plb_errctx *ec)
{
	(void)timeout_ms, (void)ec;
	return sim_enter(r->fetch.proc) ? sim_fetch_poll(&r->fetch, out) : 0;
}

enum plb_err
plb_reader_error(const struct plb_reader *r)
{
	(void)r;
	return PLB_OK; /* nothing is ever deleted from these logs */
}

void
plb_reader_free(struct plb_reader **r)
{
	if (*r == NULL)
		return;
	sim_fetch_fini(&(*r)->fetch);
	free(*r);
	*r = NULL;
}

/* ---- questions ---- */

static enum plb_err
asked(struct plb_bus *b, struct plb_errctx *ec)
{
	if (!sim_enter(b->proc) || sim_chance(sim.fault.refused))
		return plb_err_set(ec, PLB_E_TIMEOUT, "Kafka does not answer");
	return PLB_OK;
}

enum plb_err
plb_bus_watermarks(struct plb_bus *b, const char *topic, int32_t p, int64_t timeout_ms,
    int64_t *low, int64_t *high, struct plb_errctx *ec)
{
	(void)timeout_ms;
	*low = 0;
	*high = sim_topic(topic)->part[p].n;
	return asked(b, ec);
}

enum plb_err
plb_bus_end_offsets(struct plb_bus *b, const char *topic, int32_t n, bool committed,
    int64_t timeout_ms, int64_t *high, struct plb_errctx *ec)
{
	const struct sim_topic *t = sim_topic(topic);

	(void)timeout_ms;
	for (int32_t p = 0; p < n; p++)
		high[p] = committed ? t->part[p].stable : t->part[p].n;
	return asked(b, ec);
}

enum plb_err
plb_topic_partitions(struct plb_bus *b, const char *topic, int32_t *out, struct plb_errctx *ec)
{
	*out = sim_topic(topic)->n;
	return asked(b, ec);
}
