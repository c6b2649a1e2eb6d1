// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <stdio.h>

void
bus_topics_init(struct bus_topics *t, const struct plb_bus *b, rd_kafka_t *rk)
{
	t->bus = b;
	t->rk = rk;
	t->n = 0;
}

static int
add(struct bus_topics *t, const char *topic, struct plb_errctx *ec)
{
	char full[BUS_NAME_MAX];

	if (t->n == BUS_TOPICS_MAX) {
		plb_err_set(
		    ec, PLB_E_FOR_STOR, "more than %d topics in one client", BUS_TOPICS_MAX);
		return -1;
	}
	if (bus_topic_name(t->bus, topic, full, ec) != PLB_OK)
		return -1;
	t->handle[t->n] = rd_kafka_topic_new(t->rk, full, NULL);
	if (t->handle[t->n] == NULL) {
		plb_err_set(
		    ec, PLB_E_KAFKA, "topic %s: %s", full, rd_kafka_err2str(rd_kafka_last_error()));
		return -1;
	}
	snprintf(t->name[t->n], BUS_NAME_MAX, "%s", topic);
	return (int)t->n++;
}

int
bus_topics_get(struct bus_topics *t, const char *topic, struct plb_errctx *ec)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->name[i], topic) == 0)
			return (int)i;
	return add(t, topic, ec);
}

void
bus_topics_fini(struct bus_topics *t)
{
	for (size_t i = 0; i < t->n; i++)
		rd_kafka_topic_destroy(t->handle[i]);
	t->n = 0;
}

enum plb_err
bus_topics_warm(
    struct bus_topics *t, size_t i, int timeout_ms, int32_t *partitions, struct plb_errctx *ec)
{
	const struct rd_kafka_metadata *md = NULL;
	rd_kafka_resp_err_t err = rd_kafka_metadata(t->rk, 0, t->handle[i], &md, timeout_ms);

	*partitions = 0;
	if (err)
		return plb_err_set(ec, bus_err(err), "metadata of topic %s: %s", t->name[i],
		    rd_kafka_err2str(err));
	if (md->topic_cnt == 1) {
		err = md->topics[0].err;
		*partitions = md->topics[0].partition_cnt;
	}
	rd_kafka_metadata_destroy(md);
	if (err || *partitions == 0)
		return plb_err_set(ec, err ? bus_err(err) : PLB_E_UKENDT, "topic %s: %s",
		    t->name[i], err ? rd_kafka_err2str(err) : "not there");
	return PLB_OK;
}
