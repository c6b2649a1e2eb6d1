// SPDX-License-Identifier: MPL-2.0
#include "txn_int.h"

#include <parloeb/log.h>

#include <stdlib.h>

/* The membership. The consumer is assigned nothing in librdkafka, whatever the group gives us: the
 * records are fetched by a reader of our own, so that no record comes before the runtime has set
 * the position, and the group's generation still fences a commit. */

static void
fail(struct plb_txn *t, enum plb_err err, const char *text)
{
	if (t->failed == PLB_OK)
		t->failed = plb_err_set(&t->failed_text, err, "group %s: %s", t->group, text);
}

/* Partitions that every input has: they are co-partitioned, so a number stands for all. */
static void
own(struct plb_txn *t, const rd_kafka_topic_partition_list_t *list)
{
	int count;

	t->n_owned = 0;
	free(t->owned);
	t->owned = calloc((size_t)list->cnt + 1, sizeof(*t->owned));
	if (t->owned == NULL) {
		fail(t, PLB_E_HUKOMMELSE, "assignment");
		return;
	}
	for (int i = 0; i < list->cnt; i++) {
		bool seen = false;

		count = 0;
		for (int k = 0; k < list->cnt; k++)
			if (list->elems[k].partition == list->elems[i].partition) {
				count++;
				seen = seen || k < i;
			}
		if (seen)
			continue;
		if ((size_t)count == t->n_inputs)
			t->owned[t->n_owned++] = list->elems[i].partition;
		else
			fail(t, PLB_E_KONFIG,
			    "a member reads other topics, or the topics differ in partitions");
	}
}

static void
on_assign(struct plb_txn *t, const rd_kafka_topic_partition_list_t *list)
{
	rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);

	t->session_lost = false;
	own(t, list);
	rd_kafka_assign(t->consumer, none);
	rd_kafka_topic_partition_list_destroy(none);
	plb_log(PLB_LOG_INFO, "partitions assigned", plb_f_int("antal", (int64_t)t->n_owned));
	if (t->failed == PLB_OK)
		t->c.assigned(t->c.arg, t->owned, t->n_owned);
}

static void
on_revoke(struct plb_txn *t)
{
	bool lost = rd_kafka_assignment_lost(t->consumer) != 0;

	t->session_lost = lost;
	plb_log(PLB_LOG_INFO, "partitions revoked", plb_f_int("antal", (int64_t)t->n_owned),
	    plb_f_str("tabt", lost ? "ja" : "nej"));
	if (!t->closing)
		t->c.revoked(t->c.arg, t->owned, t->n_owned, lost);
	for (size_t i = 0; i < t->n_owned; i++)
		for (size_t k = 0; k < t->n_inputs; k++)
			plb_reader_unassign(t->reader, t->name[k], t->owned[i]);
	t->n_owned = 0;
	rd_kafka_assign(t->consumer, NULL);
}

static void
on_rebalance(
    rd_kafka_t *rk, rd_kafka_resp_err_t err, rd_kafka_topic_partition_list_t *list, void *opaque)
{
	struct plb_txn *t = opaque;

	if (err == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !t->closing) {
		on_assign(t, list);
	} else if (err == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
		on_revoke(t);
	} else {
		rd_kafka_assign(rk, NULL);
	}
}

static void
on_error(rd_kafka_t *rk, int err, const char *reason, void *opaque)
{
	struct plb_txn *t = opaque;

	(void)rk;
	if (err == RD_KAFKA_RESP_ERR__FATAL)
		t->consumer_due = true;
	plb_log(PLB_LOG_WARN, "Kafka group consumer", plb_f_str("kode", rd_kafka_err2name(err)),
	    plb_f_str("fejl", reason));
}

static void
on_wake(void *arg)
{
	struct plb_txn *t = arg;

	t->consumer_due = true;
	if (t->c.on_data != NULL)
		t->c.on_data(t->c.arg);
}

static enum plb_err
configure(const struct plb_txn *t, rd_kafka_conf_t *conf, struct plb_errctx *ec)
{
	/* At most this long between two polls; never below the session. */
	const int64_t poll_ms = t->c.session_timeout_ms > 60000 ? t->c.session_timeout_ms : 60000;
	const int64_t beat_ms =
	    t->c.session_timeout_ms / 3 < 3000 ? t->c.session_timeout_ms / 3 : 3000;
	enum plb_err err = bus_conf_set(conf, "group.id", t->group, ec);

	/* Static membership: a restart within the session moves no partition, and a second process
	 * of the same name is fenced. */
	if (err == PLB_OK)
		err = bus_conf_set(conf, "group.instance.id", t->transactional_id, ec);
	if (err == PLB_OK)
		err = bus_conf_set_int(conf, "session.timeout.ms", t->c.session_timeout_ms, ec);
	if (err == PLB_OK)
		err = bus_conf_set_int(conf, "heartbeat.interval.ms", beat_ms, ec);
	if (err == PLB_OK)
		err = bus_conf_set_int(conf, "max.poll.interval.ms", poll_ms, ec);
	return err;
}

enum plb_err
txn_group_open(struct plb_txn *t, struct plb_errctx *ec)
{
	rd_kafka_conf_t *conf = bus_client_conf(t->bus, BUS_GROUP, t->instance, ec);

	if (conf == NULL)
		return PLB_E_KONFIG;
	if (configure(t, conf, ec) != PLB_OK) {
		rd_kafka_conf_destroy(conf);
		return PLB_E_KONFIG;
	}
	rd_kafka_conf_set_opaque(conf, t);
	rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
	rd_kafka_conf_set_error_cb(conf, on_error);
	if (t->consumer_wake == NULL) /* it outlives a membership */
		t->consumer_wake = plb_wake_new(t->loop, on_wake, t);
	if (t->consumer_wake == NULL) {
		rd_kafka_conf_destroy(conf);
		return plb_err_set(ec, PLB_E_IO, "group: no wake-up descriptor");
	}
	t->consumer = bus_client_new(RD_KAFKA_CONSUMER, conf, ec);
	if (t->consumer == NULL)
		return PLB_E_KONFIG;
	rd_kafka_poll_set_consumer(t->consumer);
	t->consumer_queue = rd_kafka_queue_get_consumer(t->consumer);
	bus_queue_wakes(t->consumer_queue, t->consumer_wake);
	return PLB_OK;
}

enum plb_err
txn_group_join(struct plb_txn *t, struct plb_errctx *ec)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)t->n_inputs);
	rd_kafka_resp_err_t kerr = RD_KAFKA_RESP_ERR_NO_ERROR;
	char full[BUS_NAME_MAX];
	enum plb_err err = PLB_OK;

	for (size_t i = 0; i < t->n_inputs && err == PLB_OK; i++) {
		err = bus_topic_name(t->bus, t->name[i], full, ec);
		if (err == PLB_OK)
			rd_kafka_topic_partition_list_add(list, full, RD_KAFKA_PARTITION_UA);
	}
	if (err == PLB_OK)
		kerr = rd_kafka_subscribe(t->consumer, list);
	if (kerr)
		err = plb_err_set(ec, bus_err(kerr), "subscribe: %s", rd_kafka_err2str(kerr));
	rd_kafka_topic_partition_list_destroy(list);
	t->subscribed = err == PLB_OK;
	return err;
}

/* After a session that ran out for want of a coordinator librdkafka joins under a new member id,
 * while a heartbeat under the old one may still be on its way: the broker calls that fenced
 * although nobody else is there. Then the membership is made anew; a newer process, if there is one
 * after all, fences our producer. */
static void
fenced(struct plb_txn *t)
{
	if (!t->session_lost) {
		fail(t, PLB_E_AFLOEST, "a newer process has this instance's name");
		return;
	}
	plb_log(PLB_LOG_WARN, "fenced after a lost session: the membership is made anew",
	    plb_f_str("gruppe", t->group));
	t->rejoin = true;
}

static void
fault(struct plb_txn *t, const rd_kafka_message_t *m)
{
	char text[200] = "";
	rd_kafka_resp_err_t kerr = m->err;

	if (kerr == RD_KAFKA_RESP_ERR__FATAL)
		kerr = rd_kafka_fatal_error(t->consumer, text, sizeof(text));
	switch (kerr) {
	case RD_KAFKA_RESP_ERR__FENCED:
	case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
		fenced(t);
		return;
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
	case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
		fail(t, PLB_E_KONFIG, rd_kafka_err2str(kerr));
		return;
	default:
		if (m->err == RD_KAFKA_RESP_ERR__FATAL)
			fail(t, PLB_E_KAFKA, rd_kafka_err2str(kerr));
		else
			plb_log(PLB_LOG_WARN, "group: goes on by itself",
			    plb_f_str("fejl", rd_kafka_err2str(kerr)));
	}
}

static void
leave(struct plb_txn *t)
{
	bool before = t->closing;

	if (t->consumer == NULL)
		return;
	t->closing = true;
	rd_kafka_consumer_close(t->consumer);
	bus_queue_silent(t->consumer_queue);
	rd_kafka_queue_destroy(t->consumer_queue);
	rd_kafka_destroy(t->consumer);
	t->consumer = NULL;
	t->closing = before;
}

static void
rejoin(struct plb_txn *t)
{
	struct plb_errctx ec = {{0}};
	struct bus_watchdog w;

	t->rejoin = false;
	bus_watchdog_arm(&w, "group consumer");
	leave(t);
	bus_watchdog_disarm(&w);
	if (txn_group_open(t, &ec) != PLB_OK || txn_group_join(t, &ec) != PLB_OK)
		fail(t, PLB_E_KAFKA, ec.text);
}

void
txn_group_serve(struct plb_txn *t)
{
	rd_kafka_message_t *m;

	if (t->consumer == NULL)
		return; /* a rejoin came to nothing; t->failed tells */
	t->consumer_due = false;
	t->consumer_polled = plb_loop_mono(t->loop);
	while ((m = rd_kafka_consumer_poll(t->consumer, 0)) != NULL) {
		if (m->err)
			fault(t, m);
		rd_kafka_message_destroy(m);
	}
	if (t->rejoin)
		rejoin(t);
}

void
txn_group_close(struct plb_txn *t)
{
	t->closing = true;
	leave(t);
	if (t->consumer_wake != NULL)
		plb_wake_free(&t->consumer_wake);
	free(t->owned);
	t->owned = NULL;
}
