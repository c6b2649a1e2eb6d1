// SPDX-License-Identifier: MPL-2.0
#include "fake_int.h"

#include <stdlib.h>

/* bus.h without transactions. */

struct plb_bus {
	int unused;
};
struct plb_producer {
	plb_delivered_fn *fn;
	void *arg;
};
struct plb_reader {
	struct fake_cursors cs;
	plb_loop_fn *on_data;
	void *arg;
	int64_t from; /* nothing before */
	struct plb_reader *next;
};

static struct plb_bus the_bus;
static struct plb_reader *readers;
static int64_t reader_lag;

struct plb_bus *
fake_bus(void)
{
	return &the_bus;
}

void
fake_readers_reset(void)
{
	PLB_ASSERT(readers == NULL);
	reader_lag = 0;
}

void
fake_reader_lag(int64_t ms)
{
	reader_lag = ms;
}

int64_t
fake_readers_next(void)
{
	int64_t next = INT64_MAX;

	for (struct plb_reader *r = readers; r != NULL; r = r->next)
		if (r->from > fake_now() && r->from < next)
			next = r->from;
	return next;
}

bool
fake_readers_step(void)
{
	struct plb_reader *next;
	struct plb_record rec;

	for (struct plb_reader *r = readers; r != NULL; r = next) {
		next = r->next;
		if (r->on_data != NULL && r->from <= fake_now() &&
		    fake_cursors_poll(&r->cs, &rec, true) != 0)
			r->on_data(r->arg);
	}
	return false; /* what was read has counted as progress */
}

enum plb_err
plb_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed, plb_loop_fn *on_data,
    void *arg, struct plb_reader **out, struct plb_errctx *ec)
{
	struct plb_reader *r = calloc(1, sizeof(*r));

	(void)b;
	(void)ec;
	PLB_ASSERT(r != NULL && (l != NULL || on_data == NULL));
	r->cs.committed = committed;
	r->on_data = on_data;
	r->arg = arg;
	r->from = committed ? 0 : fake_now() + reader_lag;
	r->next = readers;
	readers = r;
	*out = r;
	return PLB_OK;
}

void
plb_reader_free(struct plb_reader **rp)
{
	for (struct plb_reader **at = &readers; *at != NULL; at = &(*at)->next) {
		if (*at == *rp) {
			*at = (*rp)->next;
			break;
		}
	}
	free(*rp);
	*rp = NULL;
}

enum plb_err
plb_reader_assign(struct plb_reader *r, const char *topic, int32_t p, enum plb_read_from from,
    int64_t offset, struct plb_errctx *ec)
{
	struct fake_cursor *c = fake_cursor(&r->cs, topic, p, true);

	(void)ec;
	c->next = from == PLB_FROM_OFFSET ? offset
	    : from == PLB_FROM_END        ? fake_end(&c->t->part[p])
					  : c->t->part[p].low;
	c->eof = -1;
	c->running = true;
	return PLB_OK;
}

void
plb_reader_unassign(struct plb_reader *r, const char *topic, int32_t p)
{
	struct fake_cursor *c = fake_cursor(&r->cs, topic, p, false);

	if (c != NULL)
		c->running = false;
}

int
plb_reader_poll(
    struct plb_reader *r, int64_t timeout_ms, struct plb_record *out, struct plb_errctx *ec)
{
	int64_t limit = fake_now() + timeout_ms;

	for (;;) {
		int got = fake_cursors_poll(&r->cs, out, false);

		if (got < 0)
			plb_err_set(ec, PLB_E_KAFKA, "offset out of range");
		if (got != 0 || timeout_ms <= 0)
			return got;
		if (fake_now() >= limit || !fake_turn(limit)) {
			fake_advance_to(limit);
			return fake_cursors_poll(&r->cs, out, false);
		}
	}
}

enum plb_err
plb_producer_new(struct plb_bus *b, struct plb_loop *l, const char *const *topics,
    plb_delivered_fn *fn, void *arg, struct plb_producer **out, struct plb_errctx *ec)
{
	(void)b;
	(void)l;
	(void)topics;
	(void)ec;
	*out = calloc(1, sizeof(**out));
	PLB_ASSERT(*out != NULL);
	(*out)->fn = fn;
	(*out)->arg = arg;
	return PLB_OK;
}

enum plb_err
plb_producer_send(struct plb_producer *p, const char *topic, int32_t partition,
    struct plb_slice key, struct plb_slice value, const struct plb_header *h, size_t n,
    void *opaque)
{
	struct fake_topic *t = fake_find(topic);

	PLB_ASSERT(t != NULL && partition >= 0);
	p->fn(p->arg, opaque, PLB_OK, partition,
	    fake_data(&t->part[partition], key, value, false, h, n)->offset);
	return PLB_OK;
}

enum plb_err
plb_producer_flush(struct plb_producer *p, int64_t ms)
{
	(void)p;
	(void)ms;
	return PLB_OK;
}

void
plb_producer_free(struct plb_producer **p)
{
	free(*p);
	*p = NULL;
}

enum plb_err
plb_bus_watermarks(struct plb_bus *b, const char *topic, int32_t p, int64_t timeout_ms,
    int64_t *low, int64_t *high, struct plb_errctx *ec)
{
	struct fake_topic *t = fake_find(topic);

	(void)b;
	(void)timeout_ms;
	(void)ec;
	*low = t->part[p].low;
	*high = fake_end(&t->part[p]);
	return PLB_OK;
}

enum plb_err
plb_bus_end_offsets(struct plb_bus *b, const char *topic, int32_t n, bool committed,
    int64_t timeout_ms, int64_t *high, struct plb_errctx *ec)
{
	struct fake_topic *t = fake_find(topic);

	(void)b;
	(void)timeout_ms;
	(void)ec;
	for (int32_t p = 0; p < n; p++)
		high[p] = committed ? fake_stable(&t->part[p]) : fake_end(&t->part[p]);
	return PLB_OK;
}

enum plb_err
plb_topic_partitions(struct plb_bus *b, const char *topic, int32_t *out, struct plb_errctx *ec)
{
	struct fake_topic *t = fake_find(topic);

	(void)b;
	if (t == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "no topic %s", topic);
	*out = t->n;
	return PLB_OK;
}
