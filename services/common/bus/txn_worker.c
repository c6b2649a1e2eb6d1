// SPDX-License-Identifier: MPL-2.0
#include "txn_int.h"

#include <parloeb/log.h>

#include <stdlib.h>
#include <time.h>

/* The thread that makes the blocking calls of a transaction: init, offsets, commit, abort, and a
 * producer made anew. */

/* ---- ghost guard ---- */

/* API keys: Produce, InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn, TxnOffsetCommit.
 */
static bool
of_transaction(int16_t api)
{
	return api == 0 || api == 22 || (api >= 24 && api <= 26) || api == 28;
}

/* A request without an answer may arrive at the broker later and, as EndTxn v1 names a producer and
 * not a transaction, end another one. Runs on librdkafka's threads. */
static rd_kafka_resp_err_t
on_response(rd_kafka_t *rk, int sockfd, const char *broker, int32_t id, int16_t api,
    int16_t version, int32_t correlation, size_t size, int64_t rtt, rd_kafka_resp_err_t err,
    void *opaque)
{
	struct txn_ghost *g = opaque;

	(void)rk, (void)sockfd, (void)broker, (void)id, (void)version, (void)correlation,
	    (void)size, (void)rtt;
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR || !of_transaction(api))
		return RD_KAFKA_RESP_ERR_NO_ERROR;
	plb_metric_inc(&bus_metrics[BUS_M_GHOSTS], 1);
	if (api == 26)
		atomic_store(&g->ending, true);
	atomic_store(&g->any, true);
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t
on_new(rd_kafka_t *rk, const rd_kafka_conf_t *conf, void *opaque, char *text, size_t size)
{
	(void)conf, (void)text, (void)size;
	return rd_kafka_interceptor_add_on_response_received(rk, "plb_ghost", on_response, opaque);
}

/* ---- the client ---- */

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	(void)rk;
	(void)opaque;
	plb_log(PLB_LOG_WARN, "transactional producer", plb_f_str("kode", rd_kafka_err2name(err)),
	    plb_f_str("fejl", reason));
}

/* A record that failed (others than those an abort throws away) leaves a gap in librdkafka's
 * sequence, on which the next transaction would fail as well. */
static void
on_failed(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
	struct txn_ghost *g = opaque;

	(void)rk;
	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR && m->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
	    m->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
		atomic_store(&g->any, true);
}

static enum plb_err
configure(
    const struct plb_txn *t, rd_kafka_conf_t *conf, struct txn_ghost *ghost, struct plb_errctx *ec)
{
	enum plb_err err = bus_conf_set(conf, "transactional.id", t->transactional_id, ec);

	if (err == PLB_OK)
		err = bus_conf_set_int(
		    conf, "transaction.timeout.ms", t->c.transaction_timeout_ms, ec);
	if (err == PLB_OK &&
	    rd_kafka_conf_interceptor_add_on_new(conf, "plb_ghost", on_new, ghost) !=
		RD_KAFKA_RESP_ERR_NO_ERROR)
		err = plb_err_set(ec, PLB_E_KAFKA, "interceptor");
	if (err == PLB_OK)
		err = bus_conf_set(conf, "delivery.report.only.error", "true", ec);
	rd_kafka_conf_set_opaque(conf, ghost);
	rd_kafka_conf_set_dr_msg_cb(conf, on_failed);
	rd_kafka_conf_set_error_cb(conf, on_error);
	return err;
}

static enum plb_err
client_open(struct plb_txn *t, struct plb_errctx *ec)
{
	struct txn_client *c = &t->client;
	rd_kafka_conf_t *conf = bus_client_conf(t->bus, BUS_TXN, t->instance, ec);

	if (conf == NULL)
		return PLB_E_KONFIG;
	c->ghost = calloc(1, sizeof(*c->ghost));
	if (c->ghost == NULL || configure(t, conf, c->ghost, ec) != PLB_OK) {
		rd_kafka_conf_destroy(conf);
		free(c->ghost);
		c->ghost = NULL;
		return PLB_E_KONFIG;
	}
	c->rk = bus_client_new(RD_KAFKA_PRODUCER, conf, ec);
	if (c->rk == NULL)
		return PLB_E_KONFIG;
	c->queue = rd_kafka_queue_get_main(c->rk);
	bus_queue_wakes(c->queue, t->client_wake);
	bus_topics_init(&c->topics, t->bus, c->rk);
	for (size_t i = 0; i < t->n_names; i++)
		if (bus_topics_get(&c->topics, t->name[i], ec) < 0)
			return PLB_E_KONFIG;
	return PLB_OK;
}

void
txn_client_close(struct txn_client *c)
{
	if (c->rk == NULL)
		return;
	rd_kafka_purge(c->rk,
	    RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
	bus_queue_silent(c->queue);
	rd_kafka_queue_destroy(c->queue);
	bus_topics_fini(&c->topics);
	bus_client_destroy(&c->rk, "transactional producer");
	free(c->ghost);
	c->ghost = NULL;
}

/* ---- waiting ---- */

/* False when the process leaves. */
static bool
pause_ms(struct plb_txn *t, int64_t ms)
{
	struct timespec end;
	bool quit;
	int late = 0;

	rd_kafka_poll(t->client.rk, 0); /* its log */
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += (ms % 1000) * 1000000;
	end.tv_sec += ms / 1000 + end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	pthread_mutex_lock(&t->lock);
	while (!t->quit && late == 0)
		late = pthread_cond_timedwait(&t->cond, &t->lock, &end);
	quit = t->quit;
	pthread_mutex_unlock(&t->lock);
	return !quit;
}

/* ---- errors ---- */

enum verdict { V_OK, V_AGAIN, V_ABORT, V_FENCED, V_BROKEN };

static bool
is_fence(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR__FENCED || err == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
	    err == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

/* Takes the error. Fatal first, then "must be aborted", then "again"; what says none of these is
 * beyond repair. */
static enum verdict
judge(struct plb_txn *t, const char *call, rd_kafka_error_t *e, struct plb_errctx *ec)
{
	enum verdict v = V_BROKEN;
	char text[160] = "";
	rd_kafka_resp_err_t cause;

	if (e == NULL)
		return V_OK;
	cause = rd_kafka_error_code(e);
	if (rd_kafka_error_is_fatal(e)) {
		rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(t->client.rk, text, sizeof(text));

		v = is_fence(cause) || is_fence(fatal) ? V_FENCED : V_BROKEN;
	} else if (rd_kafka_error_txn_requires_abort(e)) {
		v = V_ABORT;
	} else if (rd_kafka_error_is_retriable(e)) {
		v = V_AGAIN;
	}
	plb_err_set(ec, v == V_FENCED ? PLB_E_AFLOEST : PLB_E_KAFKA, "%s: %s", call,
	    rd_kafka_error_string(e));
	plb_log(v == V_AGAIN ? PLB_LOG_INFO : PLB_LOG_WARN, "transaction call failed",
	    plb_f_str("kald", call), plb_f_str("kode", rd_kafka_err2name(cause)),
	    plb_f_str("fejl", rd_kafka_error_string(e)), plb_f_int("udfald", v));
	rd_kafka_error_destroy(e);
	return v;
}

/* ---- init ---- */

#define INIT_TRY_MS 1000
#define PAUSE_MS 200

static bool
is_refusal(rd_kafka_resp_err_t err)
{
	return err == RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED ||
	    err == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED ||
	    err == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT ||
	    err == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE;
}

/* PLB_E_FULD: not now; the caller makes another client. */
static enum plb_err
init(struct plb_txn *t, struct plb_errctx *ec)
{
	for (;;) {
		rd_kafka_error_t *e = rd_kafka_init_transactions(t->client.rk, INIT_TRY_MS);
		bool refused = e != NULL &&
		    (is_refusal(rd_kafka_error_code(e)) ||
			is_refusal(rd_kafka_fatal_error(t->client.rk, NULL, 0)));
		enum verdict v = judge(t, "init_transactions", e, ec);

		if (v == V_OK)
			return PLB_OK;
		if (refused)
			return PLB_E_KONFIG;
		if (!pause_ms(t, PAUSE_MS))
			return PLB_E_TIMEOUT;
		if (v != V_AGAIN)
			return PLB_E_FULD;
	}
}

static enum plb_err
warm(struct plb_txn *t, struct plb_errctx *ec)
{
	for (size_t i = 0; i < t->n_names;) {
		int32_t n = 0;

		if (bus_topics_warm(&t->client.topics, i, INIT_TRY_MS, &n, ec) == PLB_OK) {
			if (i == 0)
				t->n_partitions = n;
			else if (i < t->n_inputs && n != t->n_partitions)
				return plb_err_set(ec, PLB_E_KONFIG,
				    "topics %s and %s differ in partitions", t->name[0],
				    t->name[i]);
			i++;
			continue;
		}
		plb_log(PLB_LOG_WARN, "waiting for Kafka's metadata", plb_f_str("fejl", ec->text));
		if (!pause_ms(t, PAUSE_MS))
			return PLB_E_TIMEOUT;
	}
	return PLB_OK;
}

/* A new producer under the same transactional.id: what is left of the old one's transaction is
 * aborted, its late requests are fenced by the new epoch. */
static enum plb_err
renew(struct plb_txn *t, struct plb_errctx *ec)
{
	enum plb_err err = PLB_E_FULD;

	for (int64_t pause = PAUSE_MS; err == PLB_E_FULD;
	     pause = pause < 5000 ? pause * 2 : pause) {
		if (t->client.rk != NULL && !pause_ms(t, pause))
			return PLB_E_TIMEOUT;
		if (t->client.rk != NULL)
			plb_metric_inc(&bus_metrics[BUS_M_RENEWED], 1);
		txn_client_close(&t->client);
		err = client_open(t, ec);
		if (err == PLB_OK)
			err = init(t, ec);
	}
	if (err == PLB_OK)
		err = warm(t, ec);
	t->open = t->ending = false;
	return err;
}

/* ---- commit, abort ---- */

/* After an end that the broker confirmed. */
static enum plb_err
confirmed(struct plb_txn *t, struct plb_errctx *ec)
{
	t->open = t->ending = false;
	if (!atomic_load(&t->client.ghost->any))
		return PLB_OK;
	plb_log(PLB_LOG_INFO, "a request failed or got no answer; producer made anew");
	return renew(t, ec);
}

/* After one that was not: the producer is made anew, and the runtime starts from what is committed.
 */
static enum plb_err
in_doubt(struct plb_txn *t, struct plb_errctx *ec)
{
	enum plb_err err;

	plb_metric_inc(&bus_metrics[BUS_M_DOUBTFUL], 1);
	err = renew(t, ec);
	return err == PLB_OK ? PLB_E_KAFKA : err;
}

static enum plb_err
broken(struct plb_txn *t, enum verdict v, struct plb_errctx *ec)
{
	/* The coordinator itself fences a transaction that is older than its timeout; earlier than
	 * that it was another process. */
	if (v == V_FENCED && plb_mono_now().ms - t->begun.ms < t->c.transaction_timeout_ms)
		return PLB_E_AFLOEST;
	return in_doubt(t, ec);
}

typedef rd_kafka_error_t *call_fn(struct plb_txn *t);

static rd_kafka_error_t *
call_offsets(struct plb_txn *t)
{
	return rd_kafka_send_offsets_to_transaction(t->client.rk, t->offsets, t->generation, -1);
}

static rd_kafka_error_t *
call_commit(struct plb_txn *t)
{
	t->ending = true;
	return rd_kafka_commit_transaction(t->client.rk, -1);
}

static rd_kafka_error_t *
call_abort(struct plb_txn *t)
{
	return rd_kafka_abort_transaction(t->client.rk, -1);
}

/* The same call with the same arguments for as long as it says "again", up to twice the
 * transaction's timeout. */
static enum verdict
repeat(struct plb_txn *t, const char *name, call_fn *call, struct plb_errctx *ec)
{
	const int64_t end = plb_mono_now().ms + 2 * t->c.transaction_timeout_ms;
	enum verdict v;

	while ((v = judge(t, name, call(t), ec)) == V_AGAIN)
		if (plb_mono_now().ms > end || !pause_ms(t, 20))
			return V_BROKEN;
	return v;
}

static enum plb_err
commit(struct plb_txn *t, struct plb_errctx *ec)
{
	enum verdict v = t->offsets->cnt == 0
	    ? V_OK
	    : repeat(t, "send_offsets_to_transaction", call_offsets, ec);

	if (v == V_OK)
		v = repeat(t, "commit_transaction", call_commit, ec);
	if (v == V_OK)
		return confirmed(t, ec);
	/* "Must be aborted" after an EndTxn without an answer: it may have committed all the same.
	 */
	if (v == V_ABORT && !atomic_load(&t->client.ghost->ending))
		return PLB_E_AFBRUDT;
	return v == V_ABORT ? in_doubt(t, ec) : broken(t, v, ec);
}

static enum plb_err
abort_(struct plb_txn *t, struct plb_errctx *ec)
{
	enum verdict v = repeat(t, "abort_transaction", call_abort, ec);

	if (v == V_OK)
		return confirmed(t, ec);
	/* The new producer's init aborts what is open: that is an abort as well, unless a commit
	 * was on its way. (A broker answers INVALID_TXN_STATE to an abort that comes before the
	 * transaction has a partition.) */
	if (v != V_FENCED && !t->ending)
		return renew(t, ec);
	return v == V_ABORT ? in_doubt(t, ec) : broken(t, v, ec);
}

/* ---- the thread ---- */

static enum plb_err
run(struct plb_txn *t, enum txn_job job, struct plb_errctx *ec)
{
	if (t->client.rk == NULL && job != TXN_START && job != TXN_RENEW)
		return in_doubt(t, ec); /* the last renewal came to nothing */
	switch (job) {
	case TXN_START:
	case TXN_RENEW:
		return renew(t, ec);
	case TXN_COMMIT:
		return commit(t, ec);
	case TXN_ABORT:
		return abort_(t, ec);
	case TXN_IDLE:
		break;
	}
	return plb_err_set(ec, PLB_E_INTERN, "job %d", (int)job);
}

static void
job_free(struct plb_txn *t)
{
	if (t->offsets != NULL)
		rd_kafka_topic_partition_list_destroy(t->offsets);
	if (t->generation != NULL)
		rd_kafka_consumer_group_metadata_destroy(t->generation);
	t->offsets = NULL;
	t->generation = NULL;
}

void *
txn_work(void *arg)
{
	struct plb_txn *t = arg;

	pthread_mutex_lock(&t->lock);
	while (!t->quit) {
		struct plb_errctx ec = {0};
		enum txn_job job = t->job;
		enum plb_err err;

		if (job == TXN_IDLE || t->job_done) {
			pthread_cond_wait(&t->cond, &t->lock);
			continue;
		}
		pthread_mutex_unlock(&t->lock);
		err = run(t, job, &ec);
		pthread_mutex_lock(&t->lock);
		job_free(t);
		t->result = err;
		t->result_text = ec;
		t->job_done = true;
		pthread_cond_broadcast(&t->cond);
		plb_wake(t->done_wake);
	}
	job_free(t);
	pthread_mutex_unlock(&t->lock);
	return NULL;
}
