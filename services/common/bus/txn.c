// SPDX-License-Identifier: MPL-2.0
#include "txn_int.h"

#include <parloeb/log.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- the worker's end, on the loop ---- */

static bool
busy(struct plb_txn *t)
{
	bool yes;

	pthread_mutex_lock(&t->lock);
	yes = t->job != TXN_IDLE;
	pthread_mutex_unlock(&t->lock);
	return yes;
}

/* While the worker has the client, it serves the client's queue itself. */
static void
serve_client(void *arg)
{
	struct plb_txn *t = arg;

	if (!busy(t) && t->client.rk != NULL)
		rd_kafka_poll(t->client.rk, 0);
}

static void
started(struct plb_txn *t, enum plb_err err, struct plb_errctx *ec)
{
	if (err == PLB_OK)
		err = txn_group_join(t, ec);
	if (err == PLB_OK || t->closing)
		return;
	plb_log(PLB_LOG_ERROR, "transactional client cannot start", plb_f_str("fejl", ec->text));
	t->failed = err;
	t->failed_text = *ec;
	t->c.done(t->c.arg, err);
}

/* Takes the result of a finished job and tells the runtime; nothing when there is none. */
static void
finish(void *arg)
{
	struct plb_txn *t = arg;
	struct plb_errctx ec;
	enum txn_job job;
	enum plb_err err;

	pthread_mutex_lock(&t->lock);
	if (!t->job_done) {
		pthread_mutex_unlock(&t->lock);
		return;
	}
	job = t->job;
	err = t->result;
	ec = t->result_text;
	t->job = TXN_IDLE;
	t->job_done = false;
	pthread_mutex_unlock(&t->lock);
	serve_client(t); /* what came meanwhile, so that the next entry wakes again */
	if (err != PLB_OK && err != PLB_E_AFBRUDT)
		plb_log(PLB_LOG_WARN, "transaction ended with an error",
		    plb_f_str("udfald", plb_err_name(err)), plb_f_str("fejl", ec.text));
	if (job == TXN_START)
		started(t, err, &ec);
	else if (job != TXN_RENEW && !t->closing)
		t->c.done(t->c.arg, err);
}

static void
post(struct plb_txn *t, enum txn_job job)
{
	pthread_mutex_lock(&t->lock);
	PLB_ASSERT(t->job == TXN_IDLE);
	t->job = job;
	t->job_done = false;
	pthread_cond_broadcast(&t->cond);
	pthread_mutex_unlock(&t->lock);
}

/* ---- life ---- */

static enum plb_err
names(struct plb_txn *t, const char *const *list, size_t max, struct plb_errctx *ec)
{
	size_t n = 0;

	for (; list != NULL && list[n] != NULL; n++) {
		bool there = false;

		if (n == max)
			return plb_err_set(ec, PLB_E_FOR_STOR, "more than %zu topics", max);
		for (size_t i = 0; i < t->n_names && !there; i++)
			there = strcmp(t->name[i], list[n]) == 0;
		if (!there)
			snprintf(t->name[t->n_names++], BUS_NAME_MAX, "%s", list[n]);
	}
	return PLB_OK;
}

static enum plb_err
copy_conf(struct plb_txn *t, const struct plb_txn_conf *c, struct plb_errctx *ec)
{
	enum plb_err err;

	t->c = *c;
	snprintf(t->group, sizeof(t->group), "%s", c->group);
	snprintf(t->transactional_id, sizeof(t->transactional_id), "%s", c->transactional_id);
	snprintf(t->instance, sizeof(t->instance), "%s", c->instance);
	t->c.group = t->group;
	t->c.transactional_id = t->transactional_id;
	t->c.instance = t->instance;
	err = names(t, c->inputs, TXN_INPUTS_MAX, ec);
	t->n_inputs = t->n_names;
	if (err == PLB_OK && t->n_inputs == 0)
		err = plb_err_set(ec, PLB_E_INTERN, "no input topics");
	if (err == PLB_OK)
		err = names(t, c->outputs, TXN_OUTPUTS_MAX, ec);
	t->c.inputs = t->c.outputs = NULL;
	return err;
}

static void
init_locks(struct plb_txn *t)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->cond, &attr);
	pthread_condattr_destroy(&attr);
}

enum plb_err
plb_txn_new(struct plb_bus *b, struct plb_loop *l, const struct plb_txn_conf *c,
    struct plb_txn **out, struct plb_errctx *ec)
{
	struct plb_txn *t = calloc(1, sizeof(*t));
	enum plb_err err;

	*out = NULL;
	if (t == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "txn");
	t->bus = b;
	t->loop = l;
	init_locks(t);
	err = copy_conf(t, c, ec);
	t->client_wake = plb_wake_new(l, serve_client, t);
	t->done_wake = plb_wake_new(l, finish, t);
	if (err == PLB_OK && (t->client_wake == NULL || t->done_wake == NULL))
		err = plb_err_set(ec, PLB_E_IO, "txn: no wake-up descriptor");
	if (err == PLB_OK)
		err = plb_reader_new(b, l, true, c->on_data, c->arg, &t->reader, ec);
	if (err == PLB_OK)
		err = txn_group_open(t, ec);
	if (err == PLB_OK) {
		err = bus_thread(&t->worker, txn_work, t, ec);
		t->worker_runs = err == PLB_OK;
	}
	if (err != PLB_OK)
		plb_txn_free(&t);
	*out = t;
	return err;
}

enum plb_err
plb_txn_start(struct plb_txn *t, struct plb_errctx *ec)
{
	if (busy(t) || t->client.rk != NULL)
		return plb_err_set(ec, PLB_E_INTERN, "started twice");
	post(t, TXN_START);
	return PLB_OK;
}

bool
plb_txn_started(const struct plb_txn *t)
{
	return t->subscribed;
}

/* Under lock: until the job is done, at most s seconds. */
static bool
wait_job(struct plb_txn *t, int s)
{
	struct timespec end;
	int late = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += s;
	while (t->job != TXN_IDLE && !t->job_done && late == 0)
		late = pthread_cond_timedwait(&t->cond, &t->lock, &end);
	return t->job == TXN_IDLE || t->job_done;
}

#define CLOSE_MAX_S 5

/* Nothing is left half done: readers would wait for the transaction's timeout, and librdkafka 2.0.2
 * may hit an assertion of its own when it is destroyed while it adds partitions to a transaction.
 */
static void
close_transaction(struct plb_txn *t)
{
	pthread_mutex_lock(&t->lock);
	if (t->job != TXN_START && wait_job(t, CLOSE_MAX_S) && t->open && t->client.rk != NULL) {
		t->job = TXN_ABORT;
		t->job_done = false;
		pthread_cond_broadcast(&t->cond);
		wait_job(t, CLOSE_MAX_S);
	}
	pthread_mutex_unlock(&t->lock);
}

static void
quit(struct plb_txn *t)
{
	pthread_mutex_lock(&t->lock);
	t->quit = true;
	pthread_cond_broadcast(&t->cond);
	pthread_mutex_unlock(&t->lock);
	if (t->worker_runs)
		pthread_join(t->worker, NULL);
}

void
plb_txn_free(struct plb_txn **out)
{
	struct plb_txn *t = *out;
	struct bus_watchdog w;

	if (t == NULL)
		return;
	t->closing = true;
	close_transaction(t);
	bus_watchdog_arm(&w, "transactional client");
	quit(t);
	txn_group_close(t);
	plb_reader_free(&t->reader);
	txn_client_close(&t->client);
	bus_watchdog_disarm(&w);
	if (t->client_wake != NULL)
		plb_wake_free(&t->client_wake);
	if (t->done_wake != NULL)
		plb_wake_free(&t->done_wake);
	pthread_cond_destroy(&t->cond);
	pthread_mutex_destroy(&t->lock);
	free(t);
	*out = NULL;
}

/* ---- reading ---- */

#define GROUP_POLL_MS 250

int
plb_txn_poll(struct plb_txn *t, struct plb_record *out, enum plb_err *err, struct plb_errctx *ec)
{
	int found;

	if (t->consumer_due || plb_loop_mono(t->loop).ms - t->consumer_polled.ms >= GROUP_POLL_MS)
		txn_group_serve(t);
	if (t->failed != PLB_OK) {
		*err = t->failed;
		plb_err_set(ec, t->failed, "%s", t->failed_text.text);
		return -1;
	}
	found = plb_reader_poll(t->reader, 0, out, ec);
	if (found >= 0)
		return found;
	*err = plb_reader_error(t->reader);
	/* A committed position that the log no longer has: records were lost to retention. Never
	 * skip in silence. */
	if (*err == PLB_E_UKENDT)
		*err = plb_err_wrap(ec, PLB_E_KAFKA, "committed position lost");
	return -1;
}

void
plb_txn_pause(struct plb_txn *t, int32_t p)
{
	for (size_t i = 0; i < t->n_inputs; i++)
		bus_reader_hold(t->reader, t->name[i], p);
}

void
plb_txn_resume(struct plb_txn *t, int32_t p)
{
	for (size_t i = 0; i < t->n_inputs; i++) {
		struct plb_errctx ec = {0};
		enum plb_err err = bus_reader_go(t->reader, t->name[i], p, &ec);

		if (err != PLB_OK && t->failed == PLB_OK) {
			t->failed = err;
			t->failed_text = ec;
		}
	}
}

enum plb_err
plb_txn_seek(struct plb_txn *t, const char *topic, int32_t p, int64_t offset, struct plb_errctx *ec)
{
	return bus_reader_place(t->reader, topic, p, offset, ec);
}

enum plb_err
plb_txn_committed(
    struct plb_txn *t, int32_t p, int64_t *offs, int64_t timeout_ms, struct plb_errctx *ec)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)t->n_inputs);
	rd_kafka_resp_err_t kerr = RD_KAFKA_RESP_ERR_NO_ERROR;
	char full[BUS_NAME_MAX];
	enum plb_err err = PLB_OK;

	for (size_t i = 0; i < t->n_inputs && err == PLB_OK; i++) {
		err = bus_topic_name(t->bus, t->name[i], full, ec);
		if (err == PLB_OK)
			rd_kafka_topic_partition_list_add(list, full, p);
	}
	if (err == PLB_OK)
		kerr = rd_kafka_committed(t->consumer, list, (int)timeout_ms);
	for (size_t i = 0; i < t->n_inputs && err == PLB_OK && !kerr; i++) {
		kerr = list->elems[i].err;
		offs[i] = list->elems[i].offset >= 0 ? list->elems[i].offset : -1;
	}
	if (err == PLB_OK && kerr)
		err = plb_err_set(ec, bus_err(kerr), "committed offsets of partition %d: %s",
		    (int)p, rd_kafka_err2str(kerr));
	rd_kafka_topic_partition_list_destroy(list);
	return err;
}

/* ---- transactions ---- */

/* An error within a transaction: the runtime aborts, and the abort finds out what there is to
 * repair. */
static enum plb_err
spoilt(const char *what, rd_kafka_resp_err_t kerr, struct plb_errctx *ec)
{
	return plb_err_set(ec, PLB_E_AFBRUDT, "%s: %s", what, rd_kafka_err2str(kerr));
}

enum plb_err
plb_txn_begin(struct plb_txn *t, struct plb_errctx *ec)
{
	rd_kafka_error_t *e;
	rd_kafka_resp_err_t kerr;

	if (busy(t) || t->open || t->client.rk == NULL)
		return plb_err_set(ec, PLB_E_INTERN, "begin: not the time for it");
	if (atomic_load(&t->client.ghost->any)) {
		/* Seen only after the last transaction had ended. */
		post(t, TXN_RENEW);
		plb_txn_wait(t);
		if (t->client.rk == NULL)
			return plb_err_set(ec, PLB_E_KAFKA, "begin: no producer");
	}
	t->begun = plb_mono_now();
	t->ending = false;
	e = rd_kafka_begin_transaction(t->client.rk);
	t->open = true; /* even when it failed: an abort puts things right */
	if (e == NULL)
		return PLB_OK;
	kerr = rd_kafka_error_code(e);
	rd_kafka_error_destroy(e);
	return spoilt("begin", kerr, ec);
}

#define FULL_POLL_MS 10

enum plb_err
plb_txn_send(struct plb_txn *t, const char *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, bool tombstone, const struct plb_header *h, size_t n,
    struct plb_errctx *ec)
{
	rd_kafka_resp_err_t kerr;
	enum plb_err err;
	int i;

	if (busy(t) || !t->open)
		return plb_err_set(ec, PLB_E_INTERN, "send outside a transaction");
	i = bus_topics_get(&t->client.topics, topic, ec);
	if (i < 0)
		return PLB_E_KONFIG;
	while ((kerr = bus_produce(t->client.rk, t->client.topics.handle[i], partition, key, value,
		    tombstone, h, n, NULL)) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
		if (plb_mono_now().ms - t->begun.ms > t->c.transaction_timeout_ms)
			return plb_err_set(ec, PLB_E_AFBRUDT,
			    "send: queue full for as long as the transaction may last");
		rd_kafka_poll(t->client.rk, FULL_POLL_MS);
	}
	if (kerr == RD_KAFKA_RESP_ERR_NO_ERROR)
		return PLB_OK;
	err = bus_err(kerr);
	if (err == PLB_E_FOR_STOR || err == PLB_E_UKENDT)
		return plb_err_set(ec, err, "send to %.64s: %s", topic, rd_kafka_err2str(kerr));
	return spoilt("send", kerr, ec);
}

static enum plb_err
offsets_list(const struct plb_txn *t, const struct plb_txn_offset *o, size_t n,
    rd_kafka_topic_partition_list_t **out)
{
	char full[BUS_NAME_MAX];

	*out = rd_kafka_topic_partition_list_new((int)n);
	for (size_t i = 0; i < n; i++) {
		enum plb_err err = bus_topic_name(t->bus, o[i].topic, full, NULL);

		if (err != PLB_OK)
			return err;
		rd_kafka_topic_partition_list_add(*out, full, o[i].partition)->offset = o[i].offset;
	}
	return PLB_OK;
}

void
plb_txn_commit(struct plb_txn *t, const struct plb_txn_offset *o, size_t n)
{
	PLB_ASSERT(!busy(t) && t->open);
	PLB_ASSERT(offsets_list(t, o, n, &t->offsets) == PLB_OK);
	t->generation = rd_kafka_consumer_group_metadata(t->consumer);
	post(t, TXN_COMMIT);
}

void
plb_txn_abort(struct plb_txn *t)
{
	PLB_ASSERT(!busy(t));
	post(t, TXN_ABORT);
}

#define WAIT_MAX_S 120

void
plb_txn_wait(struct plb_txn *t)
{
	pthread_mutex_lock(&t->lock);
	if (!wait_job(t, WAIT_MAX_S)) {
		/* A loop that stands this long is of no use to anybody; the next start restores
		 * from what is committed. */
		plb_log(PLB_LOG_ERROR, "transaction does not end; leaving",
		    plb_f_int("sekunder", WAIT_MAX_S));
		_exit(3);
	}
	pthread_mutex_unlock(&t->lock);
	finish(t);
}
