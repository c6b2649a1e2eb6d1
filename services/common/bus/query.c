// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <stdio.h>
#include <stdlib.h>

/* Questions about topics: clients without a group that never fetch, one for each isolation level,
 * because the end of a partition depends on it. */

static rd_kafka_t *
make(struct plb_bus *b, bool committed, struct plb_errctx *ec)
{
	rd_kafka_conf_t *conf = bus_client_conf(b, BUS_QUERY, NULL, ec);

	if (conf == NULL)
		return NULL;
	if (bus_conf_set(conf, "isolation.level", committed ? "read_committed" : "read_uncommitted",
		ec) != PLB_OK) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	return bus_client_new(RD_KAFKA_CONSUMER, conf, ec);
}

rd_kafka_t *
bus_query_client(struct plb_bus *b, bool committed, struct plb_errctx *ec)
{
	rd_kafka_t *rk;

	pthread_mutex_lock(&b->lock);
	if (b->query[committed] == NULL)
		b->query[committed] = make(b, committed, ec);
	rk = b->query[committed];
	pthread_mutex_unlock(&b->lock);
	if (rk != NULL)
		rd_kafka_poll(rk, 0); /* its log */
	return rk;
}

void
bus_query_free(struct plb_bus *b)
{
	bus_client_destroy(&b->query[0], "query client");
	bus_client_destroy(&b->query[1], "query client, committed");
}

enum plb_err
plb_bus_watermarks(struct plb_bus *b, const char *topic, int32_t partition, int64_t timeout_ms,
    int64_t *low, int64_t *high, struct plb_errctx *ec)
{
	char name[BUS_NAME_MAX];
	rd_kafka_resp_err_t kerr;
	enum plb_err err = bus_topic_name(b, topic, name, ec);
	rd_kafka_t *rk;

	if (err != PLB_OK)
		return err;
	rk = bus_query_client(b, false, ec);
	if (rk == NULL)
		return PLB_E_KONFIG;
	kerr = rd_kafka_query_watermark_offsets(rk, name, partition, low, high, (int)timeout_ms);
	if (kerr)
		return plb_err_set(ec, bus_err(kerr), "offsets of %s/%d: %s", name, (int)partition,
		    rd_kafka_err2str(kerr));
	return PLB_OK;
}

static enum plb_err
read_offsets(
    const rd_kafka_topic_partition_list_t *list, int32_t n, int64_t *high, struct plb_errctx *ec)
{
	for (int32_t i = 0; i < n; i++)
		high[i] = -1;
	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *e = &list->elems[i];

		if (e->err)
			return plb_err_set(ec, bus_err(e->err), "end of %s/%d: %s", e->topic,
			    (int)e->partition, rd_kafka_err2str(e->err));
		if (e->partition >= 0 && e->partition < n && e->offset >= 0)
			high[e->partition] = e->offset;
	}
	for (int32_t i = 0; i < n; i++)
		if (high[i] < 0)
			return plb_err_set(
			    ec, PLB_E_TIMEOUT, "end of partition %d: no answer", (int)i);
	return PLB_OK;
}

enum plb_err
plb_bus_end_offsets(struct plb_bus *b, const char *topic, int32_t n, bool committed,
    int64_t timeout_ms, int64_t *high, struct plb_errctx *ec)
{
	char name[BUS_NAME_MAX];
	enum plb_err err = bus_topic_name(b, topic, name, ec);
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t kerr;
	rd_kafka_t *rk;

	if (err != PLB_OK)
		return err;
	rk = bus_query_client(b, committed, ec);
	if (rk == NULL)
		return PLB_E_KONFIG;
	/* One request for each leader, whatever the number of partitions. */
	list = rd_kafka_topic_partition_list_new(n);
	for (int32_t p = 0; p < n; p++)
		rd_kafka_topic_partition_list_add(list, name, p)->offset = RD_KAFKA_OFFSET_END;
	kerr = rd_kafka_offsets_for_times(rk, list, (int)timeout_ms);
	if (kerr)
		err = plb_err_set(
		    ec, bus_err(kerr), "end offsets of %s: %s", name, rd_kafka_err2str(kerr));
	else
		err = read_offsets(list, n, high, ec);
	rd_kafka_topic_partition_list_destroy(list);
	return err;
}

static bool
known(struct plb_bus *b, const char *topic, int32_t *out)
{
	bool found = false;

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n_known && !found; i++) {
		found = strcmp(b->known[i].name, topic) == 0;
		if (found)
			*out = b->known[i].partitions;
	}
	pthread_mutex_unlock(&b->lock);
	return found;
}

static void
remember(struct plb_bus *b, const char *topic, int32_t partitions)
{
	pthread_mutex_lock(&b->lock);
	if (b->n_known < BUS_TOPICS_MAX) {
		snprintf(b->known[b->n_known].name, BUS_NAME_MAX, "%s", topic);
		b->known[b->n_known++].partitions = partitions;
	}
	pthread_mutex_unlock(&b->lock);
}

enum plb_err
plb_topic_partitions(struct plb_bus *b, const char *topic, int32_t *out, struct plb_errctx *ec)
{
	struct plb_topic_plan plan = {.name = topic};
	enum plb_topic_state state;
	enum plb_err err;

	if (known(b, topic, out))
		return PLB_OK;
	err = plb_topic_check(b, &plan, &state, out, ec);
	if (err != PLB_OK)
		return err;
	if (state == PLB_TOPIC_MISSING)
		return plb_err_set(
		    ec, PLB_E_UKENDT, "topic %s%.64s is not there", b->prefix, topic);
	remember(b, topic, *out);
	return PLB_OK;
}
