// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <parloeb/log.h>

#include <stdio.h>
#include <stdlib.h>

/* A client that fetches partitions named one by one, by librdkafka's consume_start/consume_stop:
 * every start has an explicit position, nothing comes before it, and a stop makes what is queued
 * outdated. (Pausing and seeking within a group's assignment loses positions in 2.0.2.) There is no
 * group and nothing is committed. */

#define WARM_MS 1000
#define QUICK_MS "10"

struct part {
	int64_t next; /* position; -1 = not known yet */
	bool known;   /* assigned */
	bool running; /* librdkafka fetches it */
	bool begin;   /* started at the beginning: out of range starts there again */
	bool end;     /* started at the end, until the first record tells where that was */
};

struct topic {
	struct plb_reader *reader;
	char name[BUS_NAME_MAX];
	rd_kafka_topic_t *handle;
	struct part *part;
	int32_t n;
};

struct plb_reader {
	struct plb_bus *bus;
	struct plb_wake *wake;
	plb_loop_fn *on_data;
	void *arg;
	rd_kafka_t *rk;
	rd_kafka_queue_t *queue, *main;
	struct topic *topic[BUS_TOPICS_MAX];
	size_t n_topics;
	rd_kafka_message_t *last; /* what the record handed out borrows from */
	enum plb_err err;         /* of the last -1 */
	bool woken;               /* a wake of our own is under way */
	size_t taken; /* records and bytes handed out since the queue was last looked at, and since
			 the last nudge */
	size_t bytes;
	size_t peak; /* longest queue seen since then */
};

/* ---- topics and partitions ---- */

static struct topic *
topic_find(const struct plb_reader *r, const char *name)
{
	for (size_t i = 0; i < r->n_topics; i++)
		if (strcmp(r->topic[i]->name, name) == 0)
			return r->topic[i];
	return NULL;
}

/* librdkafka asks for a new topic's leaders on a timer of its own, half a second to a second later;
 * asked now, fetching starts at once. An error changes nothing: then the timer does it. */
static void
warm(rd_kafka_t *rk, rd_kafka_topic_t *topic)
{
	const struct rd_kafka_metadata *md = NULL;

	if (rd_kafka_metadata(rk, 0, topic, &md, WARM_MS) == RD_KAFKA_RESP_ERR_NO_ERROR)
		rd_kafka_metadata_destroy(md);
}

static struct topic *
topic_add(struct plb_reader *r, const char *name, struct plb_errctx *ec)
{
	char full[BUS_NAME_MAX];
	rd_kafka_topic_conf_t *conf;
	struct topic *t;

	if (r->n_topics == BUS_TOPICS_MAX) {
		plb_err_set(
		    ec, PLB_E_FOR_STOR, "more than %d topics in one reader", BUS_TOPICS_MAX);
		return NULL;
	}
	if (bus_topic_name(r->bus, name, full, ec) != PLB_OK)
		return NULL;
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		plb_err_set(ec, PLB_E_HUKOMMELSE, "reader");
		return NULL;
	}
	t->reader = r;
	snprintf(t->name, sizeof(t->name), "%s", name);
	conf = rd_kafka_default_topic_conf_dup(r->rk);
	rd_kafka_topic_conf_set_opaque(conf, t);
	t->handle = rd_kafka_topic_new(r->rk, full, conf);
	if (t->handle == NULL) {
		plb_err_set(
		    ec, PLB_E_KAFKA, "topic %s: %s", full, rd_kafka_err2str(rd_kafka_last_error()));
		rd_kafka_topic_conf_destroy(conf);
		free(t);
		return NULL;
	}
	warm(r->rk, t->handle);
	r->topic[r->n_topics++] = t;
	return t;
}

static struct part *
part_find(const struct plb_reader *r, const char *name, int32_t partition, struct topic **topic)
{
	struct topic *t = topic_find(r, name);

	*topic = t;
	if (t == NULL || partition < 0 || partition >= t->n || !t->part[partition].known)
		return NULL;
	return &t->part[partition];
}

static struct part *
part_get(struct plb_reader *r, const char *name, int32_t partition, struct topic **topic,
    struct plb_errctx *ec)
{
	struct topic *t = topic_find(r, name);
	struct part *grown;

	if (t == NULL && (t = topic_add(r, name, ec)) == NULL)
		return NULL;
	if (partition < 0 || partition >= BUS_PARTITION_MAX) {
		plb_err_set(ec, PLB_E_INTERN, "partition %d", (int)partition);
		return NULL;
	}
	*topic = t;
	if (partition >= t->n) {
		grown = realloc(t->part, ((size_t)partition + 1) * sizeof(*grown));
		if (grown == NULL) {
			plb_err_set(ec, PLB_E_HUKOMMELSE, "reader");
			return NULL;
		}
		memset(grown + t->n, 0, ((size_t)(partition + 1 - t->n)) * sizeof(*grown));
		t->part = grown;
		t->n = partition + 1;
	}
	return &t->part[partition];
}

static enum plb_err
start(struct plb_reader *r, struct topic *t, int32_t partition, int64_t at, struct plb_errctx *ec)
{
	if (rd_kafka_consume_start_queue(t->handle, partition, at, r->queue) != 0)
		return plb_err_set(ec, PLB_E_KAFKA, "fetch %s/%d: %s", t->name, (int)partition,
		    rd_kafka_err2str(rd_kafka_last_error()));
	t->part[partition].running = true;
	return PLB_OK;
}

static void
stop(struct topic *t, int32_t partition)
{
	if (!t->part[partition].running)
		return;
	rd_kafka_consume_stop(t->handle, partition);
	t->part[partition].running = false;
}

static int64_t
start_at(const struct part *p)
{
	if (p->next >= 0)
		return p->next;
	return p->end ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
}

static void
place(struct part *p, enum plb_read_from from, int64_t offset)
{
	p->known = true;
	p->next = from == PLB_FROM_OFFSET ? offset : -1;
	p->begin = from == PLB_FROM_BEGINNING;
	p->end = from == PLB_FROM_END;
}

enum plb_err
plb_reader_assign(struct plb_reader *r, const char *topic, int32_t partition,
    enum plb_read_from from, int64_t offset, struct plb_errctx *ec)
{
	struct topic *t;
	struct part *p = part_get(r, topic, partition, &t, ec);

	if (p == NULL)
		return PLB_E_KAFKA;
	if (from == PLB_FROM_OFFSET && offset < 0)
		return plb_err_set(ec, PLB_E_INTERN, "%s/%d: offset %lld", t->name, (int)partition,
		    (long long)offset);
	stop(t, partition);
	place(p, from, offset);
	return start(r, t, partition, start_at(p), ec);
}

enum plb_err
bus_reader_place(struct plb_reader *r, const char *topic, int32_t partition, int64_t offset,
    struct plb_errctx *ec)
{
	struct topic *t;
	struct part *p = part_get(r, topic, partition, &t, ec);

	if (p == NULL)
		return PLB_E_KAFKA;
	stop(t, partition);
	place(p, offset < 0 ? PLB_FROM_BEGINNING : PLB_FROM_OFFSET, offset);
	return PLB_OK;
}

void
bus_reader_hold(struct plb_reader *r, const char *topic, int32_t partition)
{
	struct topic *t;

	if (part_find(r, topic, partition, &t) != NULL)
		stop(t, partition);
}

enum plb_err
bus_reader_go(struct plb_reader *r, const char *topic, int32_t partition, struct plb_errctx *ec)
{
	struct topic *t;
	struct part *p = part_find(r, topic, partition, &t);

	if (p == NULL)
		return plb_err_set(
		    ec, PLB_E_INTERN, "%.64s/%d has no position", topic, (int)partition);
	return p->running ? PLB_OK : start(r, t, partition, start_at(p), ec);
}

void
plb_reader_unassign(struct plb_reader *r, const char *topic, int32_t partition)
{
	struct topic *t;
	struct part *p = part_find(r, topic, partition, &t);

	if (p == NULL)
		return;
	stop(t, partition);
	p->known = false;
}

/* ---- polling ---- */

static void
release(struct plb_reader *r)
{
	if (r->last != NULL)
		rd_kafka_message_destroy(r->last);
	r->last = NULL;
}

static void
on_wake(void *arg)
{
	struct plb_reader *r = arg;

	r->woken = false;
	rd_kafka_poll(r->rk, 0); /* its log and errors */
	if (r->on_data != NULL)
		r->on_data(r->arg);
}

/* The descriptor tells only that the queue was empty: who leaves something in it is called again in
 * the next turn. */
static void
wake_again(struct plb_reader *r)
{
	if (r->wake == NULL || r->woken)
		return;
	r->woken = true;
	plb_wake(r->wake);
}

#define NUDGE_EACH 128         /* records between two looks */
#define NUDGE_BYTES (4u << 20) /* at most one nudge in so many */
#define NUDGE_MS 50

/* A broker thread whose queue has reached its limit sleeps for up to a second, however soon there
 * is room again (2.0.2). Any request wakes it, so one is made when the queue is half empty: a
 * backlog is then read several times as fast. */
static void
nudge(struct plb_reader *r)
{
	rd_kafka_topic_partition_list_t *list;
	size_t length;

	if (++r->taken < NUDGE_EACH)
		return;
	r->taken = 0;
	length = rd_kafka_queue_length(r->queue);
	if (length > r->peak)
		r->peak = length;
	if (r->bytes < NUDGE_BYTES || length > r->peak / 2)
		return;
	list = rd_kafka_topic_partition_list_new(16);
	for (size_t i = 0; i < r->n_topics; i++)
		for (int32_t k = 0; k < r->topic[i]->n; k++)
			if (r->topic[i]->part[k].running)
				rd_kafka_topic_partition_list_add(
				    list, rd_kafka_topic_name(r->topic[i]->handle), k)
				    ->offset = RD_KAFKA_OFFSET_END;
	rd_kafka_offsets_for_times(r->rk, list, NUDGE_MS);
	rd_kafka_topic_partition_list_destroy(list);
	r->peak = r->bytes = 0;
}

static int
failed(struct plb_reader *r, enum plb_err err)
{
	r->err = err;
	return -1;
}

static int
out_of_range(struct plb_reader *r, struct topic *t, struct part *p, const rd_kafka_message_t *m,
    struct plb_errctx *ec)
{
	int64_t was = p->next;

	stop(t, m->partition);
	if (!p->begin && !p->end) {
		plb_err_set(ec, PLB_E_UKENDT,
		    "%s/%d: offset %lld is not there any more (or not yet)", t->name,
		    (int)m->partition, (long long)was);
		return failed(r, PLB_E_UKENDT);
	}
	plb_log(PLB_LOG_WARN, "position out of range; from the beginning again",
	    plb_f_str("emne", t->name), plb_f_int("partition", m->partition),
	    plb_f_int("offset", was));
	p->next = -1;
	if (start(r, t, m->partition, start_at(p), ec) != PLB_OK)
		return failed(r, PLB_E_KAFKA);
	return 0;
}

/* 0 = nothing for the caller. */
static int
fault(struct plb_reader *r, struct topic *t, struct part *p, const rd_kafka_message_t *m,
    struct plb_errctx *ec)
{
	enum plb_err err = bus_err(m->err);

	if (m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
	    m->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
		return out_of_range(r, t, p, m, ec);
	if (plb_err_class(err) == PLB_CLASS_RETRY) {
		plb_log(PLB_LOG_WARN, "fetch failed; goes on by itself", plb_f_str("emne", t->name),
		    plb_f_int("partition", m->partition),
		    plb_f_str("fejl", rd_kafka_err2str(m->err)));
		return 0;
	}
	if (err == PLB_E_UKENDT)
		err = PLB_E_KONFIG; /* the topic, not a position in it */
	plb_err_set(ec, err, "%s/%d: %s", t->name, (int)m->partition, rd_kafka_err2str(m->err));
	return failed(r, err);
}

static int
take(struct plb_reader *r, rd_kafka_message_t *m, struct plb_record *out, struct plb_errctx *ec)
{
	struct topic *t = m->rkt == NULL ? NULL : rd_kafka_topic_opaque(m->rkt);
	struct part *p;

	r->last = m;
	if (t == NULL || m->partition < 0 || m->partition >= t->n || !t->part[m->partition].running)
		return 0;
	p = &t->part[m->partition];
	out->topic = t->name;
	out->partition = m->partition;
	out->offset = m->offset;
	if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
		p->next = m->offset;
		p->end = false;
		return 2;
	}
	if (m->err)
		return fault(r, t, p, m, ec);
	p->next = m->offset + 1;
	p->end = false;
	bus_record(m, t->name, out);
	r->bytes += out->key.len + out->value.len;
	nudge(r);
	return 1;
}

int
plb_reader_poll(
    struct plb_reader *r, int64_t timeout_ms, struct plb_record *out, struct plb_errctx *ec)
{
	const int64_t end = timeout_ms > 0 ? plb_mono_now().ms + timeout_ms : 0;
	int64_t left = timeout_ms > 0 ? timeout_ms : 0;

	for (;;) {
		rd_kafka_message_t *m;
		int found;

		release(r);
		if (r->wake == NULL)
			rd_kafka_poll(r->rk, 0);
		m = rd_kafka_consume_queue(r->queue, (int)left);
		if (m == NULL)
			return 0;
		found = take(r, m, out, ec);
		if (found != 0) {
			wake_again(r);
			return found;
		}
		if (end != 0) {
			left = end - plb_mono_now().ms;
			left = left < 0 ? 0 : left;
		}
	}
}

enum plb_err
plb_reader_error(const struct plb_reader *r)
{
	return r->err;
}

/* ---- life ---- */

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	(void)rk;
	(void)opaque;
	plb_log(PLB_LOG_WARN, "Kafka reader", plb_f_str("kode", rd_kafka_err2name(err)),
	    plb_f_str("fejl", reason));
}

static enum plb_err
client_open(struct plb_reader *r, bool committed, bool quick, struct plb_errctx *ec)
{
	rd_kafka_conf_t *conf = bus_client_conf(r->bus, BUS_READER, NULL, ec);

	if (conf == NULL)
		return PLB_E_KONFIG;
	if (bus_conf_set(conf, "isolation.level", committed ? "read_committed" : "read_uncommitted",
		ec) != PLB_OK ||
	    (quick && bus_conf_set(conf, "fetch.wait.max.ms", QUICK_MS, ec) != PLB_OK)) {
		rd_kafka_conf_destroy(conf);
		return PLB_E_KONFIG;
	}
	rd_kafka_conf_set_error_cb(conf, on_error);
	r->rk = bus_client_new(RD_KAFKA_CONSUMER, conf, ec);
	if (r->rk == NULL)
		return PLB_E_KONFIG;
	r->queue = rd_kafka_queue_new(r->rk);
	r->main = rd_kafka_queue_get_main(r->rk);
	if (r->wake != NULL) {
		bus_queue_wakes(r->queue, r->wake);
		bus_queue_wakes(r->main, r->wake);
	}
	return PLB_OK;
}

enum plb_err
bus_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed, bool quick,
    plb_loop_fn *on_data, void *arg, struct plb_reader **out, struct plb_errctx *ec)
{
	struct plb_reader *r = calloc(1, sizeof(*r));
	enum plb_err err;

	*out = NULL;
	if (r == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "reader");
	r->bus = b;
	r->on_data = on_data;
	r->arg = arg;
	if (l != NULL && (r->wake = plb_wake_new(l, on_wake, r)) == NULL) {
		free(r);
		return plb_err_set(ec, PLB_E_IO, "reader: no wake-up descriptor");
	}
	err = client_open(r, committed, quick, ec);
	if (err != PLB_OK)
		plb_reader_free(&r);
	*out = r;
	return err;
}

enum plb_err
plb_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed, plb_loop_fn *on_data,
    void *arg, struct plb_reader **out, struct plb_errctx *ec)
{
	return bus_reader_new(b, l, committed, false, on_data, arg, out, ec);
}

static void
topics_free(struct plb_reader *r)
{
	for (size_t i = 0; i < r->n_topics; i++) {
		struct topic *t = r->topic[i];

		for (int32_t p = 0; p < t->n; p++)
			stop(t, p);
		rd_kafka_topic_destroy(t->handle);
		free(t->part);
		free(t);
	}
	r->n_topics = 0;
}

void
plb_reader_free(struct plb_reader **out)
{
	struct plb_reader *r = *out;
	struct bus_watchdog w;

	if (r == NULL)
		return;
	bus_watchdog_arm(&w, "reader");
	release(r);
	topics_free(r);
	if (r->queue != NULL) {
		bus_queue_silent(r->queue);
		bus_queue_silent(r->main);
		rd_kafka_queue_destroy(r->queue);
		rd_kafka_queue_destroy(r->main);
	}
	if (r->rk != NULL)
		rd_kafka_destroy(r->rk);
	bus_watchdog_disarm(&w);
	if (r->wake != NULL)
		plb_wake_free(&r->wake);
	free(r);
	*out = NULL;
}
