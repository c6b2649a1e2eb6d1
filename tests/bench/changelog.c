// SPDX-License-Identifier: MPL-2.0
#include "changelog.h"

#include <librdkafka/rdkafka.h>
#include <parloeb/bus.h>
#include <stdio.h>
#include <stdlib.h>

#define WAIT_MS 60000

struct writer {
	rd_kafka_t *rk;
	rd_kafka_topic_t *topic;
	int32_t partitions;
	uint64_t written, failed;
};

static void
give_up(const char *what, const char *why)
{
	fprintf(stderr, "bench_forloeb: %s: %s\n", what, why);
	exit(1);
}

static void
reported(rd_kafka_t *rk, const rd_kafka_message_t *m, void *arg)
{
	struct writer *w = arg;

	(void)rk;
	w->failed += m->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void
set(rd_kafka_conf_t *c, const char *name, const char *value)
{
	char err[256];

	if (rd_kafka_conf_set(c, name, value, err, sizeof(err)) != RD_KAFKA_CONF_OK)
		give_up(name, err);
}

static rd_kafka_t *
producer(const char *bootstrap, struct writer *w)
{
	rd_kafka_conf_t *c = rd_kafka_conf_new();
	char err[256];
	rd_kafka_t *rk;

	set(c, "bootstrap.servers", bootstrap);
	set(c, "enable.idempotence", "true");
	set(c, "linger.ms", "20");
	rd_kafka_conf_set_opaque(c, w);
	rd_kafka_conf_set_dr_msg_cb(c, reported);
	rk = rd_kafka_new(RD_KAFKA_PRODUCER, c, err, sizeof(err));
	if (rk == NULL)
		give_up("producer", err);
	return rk;
}

static int32_t
partitions_of(const struct writer *w, const char *topic)
{
	const struct rd_kafka_metadata *m;
	rd_kafka_resp_err_t err = rd_kafka_metadata(w->rk, 0, w->topic, &m, WAIT_MS);
	int32_t n;

	if (err != RD_KAFKA_RESP_ERR_NO_ERROR)
		give_up(topic, rd_kafka_err2str(err));
	n = m->topics[0].partition_cnt;
	rd_kafka_metadata_destroy(m);
	if (n == 0)
		give_up(topic, "no such topic");
	return n;
}

static bool
put(void *arg, const struct flow_entry *e)
{
	static uint8_t k[FLOW_LOG_KEY_MAX], v[FLOW_LOG_VALUE_MAX];
	struct writer *w = arg;
	size_t n_k = flow_log_key(e, k), n_v = flow_log_value(e, v);
	int32_t p = plb_partition(e->primary, w->partitions);

	while (rd_kafka_produce(w->topic, p, RD_KAFKA_MSG_F_COPY, v, n_v, k, n_k, NULL) != 0) {
		if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL)
			give_up("produce", rd_kafka_err2str(rd_kafka_last_error()));
		rd_kafka_poll(w->rk, 100);
	}
	if (++w->written % 1000 == 0)
		rd_kafka_poll(w->rk, 0);
	return true;
}

uint64_t
changelog_write(const struct flow_table *t, const char *bootstrap, const char *topic)
{
	struct writer w = {.written = 0};

	w.rk = producer(bootstrap, &w);
	w.topic = rd_kafka_topic_new(w.rk, topic, NULL);
	w.partitions = partitions_of(&w, topic);
	flow_table_walk(t, put, &w);
	if (rd_kafka_flush(w.rk, WAIT_MS) != RD_KAFKA_RESP_ERR_NO_ERROR || w.failed > 0)
		give_up(topic, "not written");
	rd_kafka_topic_destroy(w.topic);
	rd_kafka_destroy(w.rk);
	return w.written;
}
