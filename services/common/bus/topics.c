// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <stdio.h>
#include <time.h>

/* The topics of the project. */

enum counted { BY_PERSON, BY_ORG, ONE };
enum kept { DAYS_30, DAYS_400, COMPACTED, COMPACTED_DAY, NEWEST_30 };

static const struct row {
	const char *name;
	enum counted counted;
	enum kept kept;
} rows[] = {
    {"ind", BY_PERSON, DAYS_30},
    {"svar", BY_PERSON, DAYS_30},
    {"forloeb", BY_PERSON, DAYS_30},
    {"ud", BY_ORG, DAYS_30},
    {"postkasse", BY_ORG, DAYS_30},
    {"tilbagekaldt", BY_ORG, NEWEST_30},
    {"forloeb.tilstand", BY_PERSON, COMPACTED},
    {"dispatch.tilstand", BY_ORG, COMPACTED},
    {"identitet", BY_PERSON, COMPACTED},
    {"noegler", BY_PERSON, COMPACTED_DAY},
    {"dfdg.ind", BY_PERSON, DAYS_30},
    {"afvist", BY_PERSON, DAYS_30},
    {"revision", BY_ORG, DAYS_400},
    {"ur", ONE, COMPACTED},
};
_Static_assert(sizeof(rows) / sizeof(rows[0]) <= BUS_PLANS_MAX, "room for every topic");

#define EACH_TOPIC                                                                                 \
	"message.timestamp.type=LogAppendTime", "unclean.leader.election.enable=false",            \
	    "max.message.bytes=2097152"
/* Small segments: the active one is never compacted, and a restore reads it whole. Tombstones stay
 * a week, longer than any instance keeps the state of a partition that it does not own. */
#define EACH_COMPACTED                                                                             \
	"cleanup.policy=compact", "segment.bytes=8388608", "segment.ms=3600000",                   \
	    "min.cleanable.dirty.ratio=0.2", "delete.retention.ms=604800000"

#define CONFIG_MAX 14
static const char *const kept_config[][CONFIG_MAX] = {
    [DAYS_30] = {EACH_TOPIC, "cleanup.policy=delete", "retention.ms=2592000000",
	"retention.bytes=-1"},
    [DAYS_400] = {EACH_TOPIC, "cleanup.policy=delete", "retention.ms=34560000000",
	"retention.bytes=-1"},
    [COMPACTED] = {EACH_TOPIC, EACH_COMPACTED},
    [NEWEST_30] = {EACH_TOPIC, "cleanup.policy=compact,delete", "retention.ms=2592000000"},
    [COMPACTED_DAY] = {EACH_TOPIC, EACH_COMPACTED, "max.compaction.lag.ms=86400000"},
};

void
bus_plans_make(struct plb_bus *b)
{
	const struct plb_conf_common *c = b->common;
	const int32_t count[] = {
	    [BY_PERSON] = (int32_t)c->partitions, [BY_ORG] = (int32_t)c->org_partitions, [ONE] = 1};

	snprintf(b->min_isr, sizeof(b->min_isr), "min.insync.replicas=%lld", (long long)c->min_isr);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plb_topic_plan *p = &b->plan[b->n_plan++];
		size_t n = 0;

		p->name = rows[i].name;
		p->partitions = count[rows[i].counted];
		p->replication = (int32_t)c->replication;
		for (; n < CONFIG_MAX && kept_config[rows[i].kept][n] != NULL; n++)
			p->config[n] = kept_config[rows[i].kept][n];
		p->config[n++] = b->min_isr;
		p->config[n] = NULL;
	}
}

/* Few: it is one recipient's own, and a person stays in one. */
#define RECIPIENT_PARTITIONS 3

void
plb_topic_recipient(struct plb_bus *b, const char *name, struct plb_topic_plan *out)
{
	size_t n = 0;

	*out = (struct plb_topic_plan){.name = name,
	    .partitions = RECIPIENT_PARTITIONS,
	    .replication = (int32_t)b->common->replication};
	for (; n < CONFIG_MAX && kept_config[DAYS_30][n] != NULL; n++)
		out->config[n] = kept_config[DAYS_30][n];
	out->config[n++] = b->min_isr;
	out->config[n] = NULL;
}

const struct plb_topic_plan *
plb_topics(struct plb_bus *b, size_t *n)
{
	*n = b->n_plan;
	return b->plan;
}

static enum plb_err
judge(const struct rd_kafka_metadata_topic *topic, const struct plb_topic_plan *t,
    enum plb_topic_state *out, int32_t *partitions, struct plb_errctx *ec)
{
	*partitions = topic->partition_cnt;
	*out = PLB_TOPIC_OK;
	if (topic->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	    topic->err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
		*out = PLB_TOPIC_MISSING;
		return PLB_OK;
	}
	if (topic->err)
		return plb_err_set(ec, bus_err(topic->err), "topic %.64s: %s", t->name,
		    rd_kafka_err2str(topic->err));
	for (int i = 0; i < topic->partition_cnt; i++)
		if (topic->partitions[i].replica_cnt != t->replication)
			*out = PLB_TOPIC_OTHER_REPLICATION;
	if (topic->partition_cnt != t->partitions)
		*out = PLB_TOPIC_OTHER_COUNT;
	return PLB_OK;
}

#define CHECK_MS 5000

enum plb_err
plb_topic_check(struct plb_bus *b, const struct plb_topic_plan *t, enum plb_topic_state *out,
    int32_t *partitions, struct plb_errctx *ec)
{
	char name[BUS_NAME_MAX];
	const struct rd_kafka_metadata *md = NULL;
	rd_kafka_topic_t *topic;
	rd_kafka_resp_err_t kerr;
	enum plb_err err = bus_topic_name(b, t->name, name, ec);
	rd_kafka_t *rk;

	if (err != PLB_OK)
		return err;
	rk = bus_query_client(b, false, ec);
	if (rk == NULL)
		return PLB_E_KONFIG;
	topic = rd_kafka_topic_new(rk, name, NULL);
	if (topic == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "topic name %s: %s", name,
		    rd_kafka_err2str(rd_kafka_last_error()));
	kerr = rd_kafka_metadata(rk, 0, topic, &md, CHECK_MS);
	rd_kafka_topic_destroy(topic);
	if (kerr)
		return plb_err_set(
		    ec, bus_err(kerr), "metadata of topic %s: %s", name, rd_kafka_err2str(kerr));
	if (md->topic_cnt == 1)
		err = judge(&md->topics[0], t, out, partitions, ec);
	else
		err = plb_err_set(ec, PLB_E_TIMEOUT, "metadata of topic %s: empty answer", name);
	rd_kafka_metadata_destroy(md);
	return err;
}

static rd_kafka_NewTopic_t *
new_topic(const char *name, const struct plb_topic_plan *t, struct plb_errctx *ec)
{
	char text[160];
	rd_kafka_NewTopic_t *topic =
	    rd_kafka_NewTopic_new(name, t->partitions, t->replication, text, sizeof(text));

	if (topic == NULL) {
		plb_err_set(ec, PLB_E_KONFIG, "topic %s: %s", name, text);
		return NULL;
	}
	for (size_t i = 0; t->config[i] != NULL; i++) {
		char key[64];
		const char *equals = strchr(t->config[i], '=');

		PLB_ASSERT(equals != NULL && (size_t)(equals - t->config[i]) < sizeof(key));
		snprintf(key, sizeof(key), "%.*s", (int)(equals - t->config[i]), t->config[i]);
		rd_kafka_NewTopic_set_config(topic, key, equals + 1);
	}
	return topic;
}

#define CREATE_MS 20000

static enum plb_err
read_result(rd_kafka_event_t *event, const char *name, struct plb_errctx *ec)
{
	const rd_kafka_topic_result_t **results;
	rd_kafka_resp_err_t kerr;
	size_t n = 0;

	if (event == NULL)
		return plb_err_set(ec, PLB_E_TIMEOUT, "create topic %s: no answer", name);
	kerr = rd_kafka_event_error(event);
	if (kerr)
		return plb_err_set(
		    ec, bus_err(kerr), "create topic %s: %s", name, rd_kafka_err2str(kerr));
	results =
	    rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &n);
	kerr = n == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR__BAD_MSG;
	/* Another apply was quicker. */
	if (kerr == RD_KAFKA_RESP_ERR_NO_ERROR || kerr == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
		return PLB_OK;
	return plb_err_set(ec, bus_err(kerr) == PLB_E_TIMEOUT ? PLB_E_TIMEOUT : PLB_E_KONFIG,
	    "create topic %s: %s", name, rd_kafka_err2str(kerr));
}

static enum plb_err
create(rd_kafka_t *rk, rd_kafka_NewTopic_t *topic, const char *name, struct plb_errctx *ec)
{
	char text[160];
	rd_kafka_AdminOptions_t *options =
	    rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_CREATETOPICS);
	rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
	rd_kafka_event_t *event;
	enum plb_err err;

	rd_kafka_AdminOptions_set_request_timeout(options, CREATE_MS, text, sizeof(text));
	rd_kafka_AdminOptions_set_operation_timeout(options, CREATE_MS / 2, text, sizeof(text));
	rd_kafka_CreateTopics(rk, &topic, 1, options, queue);
	event = rd_kafka_queue_poll(queue, CREATE_MS + 1000);
	err = read_result(event, name, ec);
	if (event != NULL)
		rd_kafka_event_destroy(event);
	rd_kafka_queue_destroy(queue);
	rd_kafka_AdminOptions_destroy(options);
	return err;
}

#define KNOWN_MS 10000
#define KNOWN_PAUSE_MS 20

/* The controller has made it; the brokers hear of it a moment later. */
static enum plb_err
wait_known(struct plb_bus *b, const struct plb_topic_plan *t, struct plb_errctx *ec)
{
	const struct timespec pause = {0, KNOWN_PAUSE_MS * 1000000L};
	const int64_t end = plb_mono_now().ms + KNOWN_MS;

	for (;;) {
		enum plb_topic_state state = PLB_TOPIC_MISSING;
		int32_t partitions = 0;
		enum plb_err err = plb_topic_check(b, t, &state, &partitions, ec);

		if (err == PLB_OK && state != PLB_TOPIC_MISSING && partitions > 0)
			return PLB_OK;
		if (plb_mono_now().ms > end)
			return err != PLB_OK
			    ? err
			    : plb_err_set(ec, PLB_E_TIMEOUT,
				  "topic %.64s was created and is not there yet", t->name);
		nanosleep(&pause, NULL);
	}
}

enum plb_err
plb_topic_create(struct plb_bus *b, const struct plb_topic_plan *t, struct plb_errctx *ec)
{
	char name[BUS_NAME_MAX];
	enum plb_err err = bus_topic_name(b, t->name, name, ec);
	rd_kafka_NewTopic_t *topic;
	rd_kafka_t *rk;

	if (err != PLB_OK)
		return err;
	rk = bus_query_client(b, false, ec);
	if (rk == NULL)
		return PLB_E_KONFIG;
	topic = new_topic(name, t, ec);
	if (topic == NULL)
		return PLB_E_KONFIG;
	err = create(rk, topic, name, ec);
	rd_kafka_NewTopic_destroy(topic);
	return err == PLB_OK ? wait_known(b, t, ec) : err;
}
