// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <parloeb/log.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* One message under way. The list holds what has no delivery report yet, so that nothing is
 * forgotten when a client in a fatal state is given up. */
struct pending {
	struct pending *next, *prev; /* next alone in the free list */
	void *opaque;
};
#define CHUNK 256
struct chunk {
	struct chunk *next;
	struct pending slot[CHUNK];
};

struct plb_producer {
	struct plb_bus *bus;
	struct plb_wake *wake; /* NULL without a loop: plb_producer_flush drives */
	plb_delivered_fn *fn;
	void *arg;
	rd_kafka_t *rk; /* NULL: given up and not yet made anew */
	rd_kafka_queue_t *queue;
	struct bus_topics topics;
	size_t n_warm;            /* the first topics of the table are those of plb_producer_new */
	struct pending under_way; /* ring */
	struct pending *free;
	struct chunk *chunks;
	size_t n_pending;
	bool fatal; /* seen by error_cb or a delivery report */
	bool serving;
	pthread_t warmer;
	bool warming;       /* thread to be joined */
	_Atomic bool warm;  /* every topic known and a broker reachable */
	_Atomic bool ended; /* the warmer has come to its end */
	_Atomic bool stop;
};

/* ---- messages under way ---- */

static struct pending *
pending_new(struct plb_producer *p, void *opaque)
{
	struct pending *m;

	if (p->free == NULL) {
		struct chunk *c = malloc(sizeof(*c));

		if (c == NULL)
			return NULL;
		c->next = p->chunks;
		p->chunks = c;
		for (size_t i = 0; i < CHUNK; i++) {
			c->slot[i].next = p->free;
			p->free = &c->slot[i];
		}
	}
	m = p->free;
	p->free = m->next;
	m->opaque = opaque;
	m->prev = p->under_way.prev;
	m->next = &p->under_way;
	m->prev->next = m;
	m->next->prev = m;
	p->n_pending++;
	return m;
}

static void
pending_drop(struct plb_producer *p, struct pending *m)
{
	m->prev->next = m->next;
	m->next->prev = m->prev;
	m->next = p->free;
	p->free = m;
	p->n_pending--;
}

static enum plb_err
delivery_err(const struct plb_producer *p, const rd_kafka_message_t *m)
{
	if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return PLB_OK;
	if (p->fatal || rd_kafka_message_status(m) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
		return PLB_E_TIMEOUT;
	return PLB_E_IO;
}

static void
on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
	struct plb_producer *p = opaque;
	struct pending *sent = m->_private;
	void *theirs = sent->opaque;
	enum plb_err err;

	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR &&
	    rd_kafka_fatal_error(rk, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
		p->fatal = true;
	err = delivery_err(p, m);
	pending_drop(p, sent);
	p->fn(
	    p->arg, theirs, err, err == PLB_OK ? m->partition : -1, err == PLB_OK ? m->offset : -1);
}

/* ---- metadata in the background ---- */

#define WARM_TRY_MS 1000
#define WARM_PAUSE_MS 200

static void *
warm_up(void *arg)
{
	struct plb_producer *p = arg;
	struct plb_errctx ec = {0};
	bool told = false;

	for (size_t i = 0; i < p->n_warm && !atomic_load(&p->stop);) {
		const struct timespec pause = {0, WARM_PAUSE_MS * 1000000L};
		int32_t partitions;

		if (bus_topics_warm(&p->topics, i, WARM_TRY_MS, &partitions, &ec) == PLB_OK) {
			i++;
			continue;
		}
		if (!told)
			plb_log(PLB_LOG_WARN, "waiting for Kafka's metadata",
			    plb_f_str("fejl", ec.text));
		told = true;
		nanosleep(&pause, NULL);
	}
	atomic_store(&p->warm, !atomic_load(&p->stop));
	atomic_store(&p->ended, true);
	if (p->wake != NULL)
		plb_wake(p->wake);
	return NULL;
}

static void
warmer_join(struct plb_producer *p)
{
	if (!p->warming)
		return;
	pthread_join(p->warmer, NULL);
	p->warming = false;
}

static void
warmer_start(struct plb_producer *p)
{
	struct plb_errctx ec = {0};

	if (p->warming && !atomic_load(&p->ended))
		return;
	warmer_join(p);
	atomic_store(&p->warm, false);
	atomic_store(&p->ended, false);
	atomic_store(&p->stop, false);
	if (bus_thread(&p->warmer, warm_up, p, &ec) == PLB_OK)
		p->warming = true;
	else
		plb_log(PLB_LOG_ERROR, "producer stays not ready", plb_f_str("fejl", ec.text));
}

/* ---- the client ---- */

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct plb_producer *p = opaque;

	(void)rk;
	if (err == RD_KAFKA_RESP_ERR__FATAL) {
		p->fatal = true;
		plb_log(PLB_LOG_ERROR, "producer in a fatal state; made anew",
		    plb_f_str("fejl", reason));
	} else if (err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && !p->fatal) {
		warmer_start(p); /* not ready until a broker answers again */
	}
}

static enum plb_err
client_open(struct plb_producer *p, struct plb_errctx *ec)
{
	rd_kafka_conf_t *conf = bus_client_conf(p->bus, BUS_PRODUCER, NULL, ec);

	if (conf == NULL)
		return PLB_E_KONFIG;
	rd_kafka_conf_set_opaque(conf, p);
	rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
	rd_kafka_conf_set_error_cb(conf, on_error);
	p->rk = bus_client_new(RD_KAFKA_PRODUCER, conf, ec);
	if (p->rk == NULL)
		return PLB_E_KONFIG;
	p->queue = rd_kafka_queue_get_main(p->rk);
	if (p->wake != NULL)
		bus_queue_wakes(p->queue, p->wake);
	/* The warmer reads the table: it is filled before and moves no more. */
	bus_topics_init(&p->topics, p->bus, p->rk);
	return PLB_OK;
}

#define PURGE_MS 1000

/* Ends the client; every message still under way is reported as unknown. */
static void
client_close(struct plb_producer *p)
{
	if (p->rk == NULL)
		return;
	atomic_store(&p->stop, true);
	warmer_join(p);
	p->fatal = true;
	rd_kafka_purge(p->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
	rd_kafka_flush(p->rk, PURGE_MS);
	if (p->wake != NULL)
		bus_queue_silent(p->queue);
	rd_kafka_queue_destroy(p->queue);
	bus_topics_fini(&p->topics);
	bus_client_destroy(&p->rk, "producer");
	while (p->under_way.next != &p->under_way) {
		void *theirs = p->under_way.next->opaque;

		pending_drop(p, p->under_way.next);
		p->fn(p->arg, theirs, PLB_E_TIMEOUT, -1, -1);
	}
}

static enum plb_err
client_renew(struct plb_producer *p, struct plb_errctx *ec)
{
	char names[BUS_TOPICS_MAX][BUS_NAME_MAX];
	enum plb_err err;

	memcpy(names, p->topics.name, sizeof(names));
	p->serving = true;
	client_close(p);
	p->serving = false;
	err = client_open(p, ec);
	for (size_t i = 0; i < p->n_warm && err == PLB_OK; i++)
		if (bus_topics_get(&p->topics, names[i], ec) < 0)
			err = PLB_E_KAFKA;
	if (err != PLB_OK)
		return err;
	p->fatal = false;
	plb_metric_inc(&bus_metrics[BUS_M_RENEWED], 1);
	warmer_start(p);
	return PLB_OK;
}

static void
serve(void *arg)
{
	struct plb_producer *p = arg;
	struct plb_errctx ec = {0};

	if (p->rk == NULL || p->serving)
		return;
	p->serving = true;
	rd_kafka_poll(p->rk, 0);
	p->serving = false;
	if (p->fatal && client_renew(p, &ec) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "producer cannot be made anew", plb_f_str("fejl", ec.text));
}

enum plb_err
plb_producer_new(struct plb_bus *b, struct plb_loop *l, const char *const *topics,
    plb_delivered_fn *fn, void *arg, struct plb_producer **out, struct plb_errctx *ec)
{
	struct plb_producer *p = calloc(1, sizeof(*p));
	enum plb_err err;

	*out = NULL;
	if (p == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "producer");
	p->bus = b;
	p->fn = fn;
	p->arg = arg;
	p->under_way.next = p->under_way.prev = &p->under_way;
	if (l != NULL && (p->wake = plb_wake_new(l, serve, p)) == NULL) {
		free(p);
		return plb_err_set(ec, PLB_E_IO, "producer: no wake-up descriptor");
	}
	err = client_open(p, ec);
	for (size_t i = 0; err == PLB_OK && topics[i] != NULL; i++, p->n_warm++)
		if (bus_topics_get(&p->topics, topics[i], ec) < 0)
			err = PLB_E_KONFIG;
	if (err != PLB_OK) {
		plb_producer_free(&p);
		return err;
	}
	warmer_start(p);
	*out = p;
	return PLB_OK;
}

bool
plb_producer_ready(const struct plb_producer *p)
{
	return p->rk != NULL && !p->fatal && atomic_load(&p->warm);
}

static enum plb_err
produce_err(struct plb_producer *p, const char *topic, rd_kafka_resp_err_t kerr)
{
	if (kerr == RD_KAFKA_RESP_ERR__FATAL) {
		p->fatal = true;
		if (p->wake != NULL)
			plb_wake(p->wake);
		return PLB_E_FULD; /* nothing taken; room again when the client is made anew */
	}
	if (kerr != RD_KAFKA_RESP_ERR__QUEUE_FULL)
		plb_log(PLB_LOG_WARN, "record not taken by the producer", plb_f_str("emne", topic),
		    plb_f_str("fejl", rd_kafka_err2str(kerr)));
	return bus_err(kerr);
}

enum plb_err
plb_producer_send(struct plb_producer *p, const char *topic, int32_t partition,
    struct plb_slice key, struct plb_slice value, const struct plb_header *h, size_t n,
    void *opaque)
{
	struct plb_errctx ec = {0};
	rd_kafka_resp_err_t kerr;
	struct pending *m;
	int i;

	if (p->rk == NULL && (p->serving || client_renew(p, &ec) != PLB_OK))
		return PLB_E_FULD;
	if (p->fatal)
		return produce_err(p, topic, RD_KAFKA_RESP_ERR__FATAL);
	i = bus_topics_get(&p->topics, topic, &ec);
	if (i < 0)
		return PLB_E_KONFIG;
	m = pending_new(p, opaque);
	if (m == NULL)
		return PLB_E_FULD;
	kerr = bus_produce(
	    p->rk, p->topics.handle[i], partition, key, value, value.p == NULL, h, n, m);
	if (kerr == RD_KAFKA_RESP_ERR_NO_ERROR)
		return PLB_OK;
	pending_drop(p, m);
	return produce_err(p, topic, kerr);
}

size_t
plb_producer_pending(const struct plb_producer *p)
{
	return p->n_pending;
}

enum plb_err
plb_producer_flush(struct plb_producer *p, int64_t ms)
{
	const int64_t end = plb_mono_now().ms + ms;

	while (p->n_pending > 0 && p->rk != NULL) {
		const int64_t left = end - plb_mono_now().ms;

		p->serving = true;
		rd_kafka_flush(p->rk, left < 0 ? 0 : left > 1000 ? 1000 : (int)left);
		p->serving = false;
		if (p->fatal)
			serve(p);
		if (left <= 0)
			break;
	}
	return p->n_pending == 0 ? PLB_OK : PLB_E_TIMEOUT;
}

void
plb_producer_free(struct plb_producer **out)
{
	struct plb_producer *p = *out;

	if (p == NULL)
		return;
	client_close(p);
	if (p->wake != NULL)
		plb_wake_free(&p->wake);
	while (p->chunks != NULL) {
		struct chunk *next = p->chunks->next;

		free(p->chunks);
		p->chunks = next;
	}
	free(p);
	*out = NULL;
}
