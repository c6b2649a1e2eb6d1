// SPDX-License-Identifier: MPL-2.0
#include "bus_int.h"

#include <parloeb/log.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct setting {
	unsigned kinds; /* bits of enum bus_kind */
	const char *name, *value;
};
#define K(kind) (1u << (kind))
#define ALL (~0u)
#define CONSUMERS (K(BUS_READER) | K(BUS_GROUP) | K(BUS_QUERY))
#define PRODUCERS (K(BUS_PRODUCER) | K(BUS_TXN))

static const struct setting settings[] = {
    {ALL, "socket.nagle.disable", "true"},
    {ALL, "socket.timeout.ms", "10000"}, /* a short window of doubt for a request under way */
    {ALL, "socket.keepalive.enable", "true"},
    {ALL, "reconnect.backoff.max.ms", "2000"},
    {ALL, "log.queue", "true"},
    {ALL, "allow.auto.create.topics", "false"}, /* topics come from `topics apply` alone */
    {ALL, "broker.address.family", "any"},
    {CONSUMERS, "check.crcs", "true"},
    {CONSUMERS, "enable.auto.commit", "false"},
    {CONSUMERS, "enable.auto.offset.store", "false"},
    {CONSUMERS, "auto.offset.reset", "error"}, /* a position that is gone must be heard of */
    {CONSUMERS, "enable.partition.eof", "true"},
    {CONSUMERS, "queued.max.messages.kbytes", "16384"},
    {CONSUMERS, "fetch.max.bytes", "4194304"},
    {CONSUMERS, "max.partition.fetch.bytes", "1048576"},
    {K(BUS_GROUP), "isolation.level",
	"read_committed"}, /* makes the fetch of offsets ask for stable ones */
    {K(BUS_GROUP), "partition.assignment.strategy", "range"},
    {PRODUCERS, "enable.idempotence", "true"},
    {PRODUCERS, "acks", "all"},
    {PRODUCERS, "partitioner", "murmur2_random"},
    {K(BUS_PRODUCER), "queue.buffering.max.messages", "32768"}, /* some 30 MB at most */
    {K(BUS_TXN), "queue.buffering.max.messages", "100000"},
    {K(BUS_PRODUCER), "queue.buffering.max.kbytes", "32768"},
    {K(BUS_PRODUCER), "linger.ms", "2"}, /* longer saves no CPU an event, and each answer waits */
    {K(BUS_PRODUCER), "message.timeout.ms", "8000"}, /* ends before an HTTP client gives up */
    {K(BUS_TXN), "queue.buffering.max.kbytes", "65536"},
    {K(BUS_TXN), "linger.ms", "1"},
    /* The coordinator answers "concurrent transactions" until it has written the last commit's
     * markers, some milliseconds: at the default of 100 each of two transactions in a row waits. */
    {K(BUS_TXN), "retry.backoff.ms", "10"},
};

/* Properties that are ours: another value would break exactly-once, order or the placement of keys.
 */
static const char *const refused[] = {
    "acks",
    "allow.auto.create.topics",
    "auto.commit.enable",
    "auto.offset.reset",
    "bootstrap.servers",
    "client.id",
    "default_topic_conf",
    "delivery.report.only.error",
    "delivery.timeout.ms",
    "enable.auto.commit",
    "enable.auto.offset.store",
    "enable.gapless.guarantee",
    "enable.idempotence",
    "enable.partition.eof",
    "enabled_events",
    "group.id",
    "group.instance.id",
    "isolation.level",
    "log.queue",
    "message.max.bytes",
    "message.timeout.ms",
    "metadata.broker.list",
    "partition.assignment.strategy",
    "partitioner",
    "plugin.library.paths",
    "request.required.acks",
    "retries",
    "message.send.max.retries",
    "session.timeout.ms",
    "transaction.timeout.ms",
    "transactional.id",
};

enum plb_err
bus_conf_set(rd_kafka_conf_t *conf, const char *name, const char *value, struct plb_errctx *ec)
{
	char text[8];

	/* librdkafka's own text holds the value, which may be a password. */
	if (rd_kafka_conf_set(conf, name, value, text, sizeof(text)) == RD_KAFKA_CONF_OK)
		return PLB_OK;
	return plb_err_set(
	    ec, PLB_E_KONFIG, "kafka property %.100s: unknown, or not a value for it", name);
}

enum plb_err
bus_conf_set_int(rd_kafka_conf_t *conf, const char *name, int64_t value, struct plb_errctx *ec)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	return bus_conf_set(conf, name, text, ec);
}

static void
on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
	/* syslog levels. Level 3 is a connection that broke: it comes again by itself. */
	enum plb_log_level to = level <= 2 ? PLB_LOG_ERROR
	    : level <= 4                   ? PLB_LOG_WARN
	    : level == 5                   ? PLB_LOG_INFO
					   : PLB_LOG_DEBUG;

	plb_log(to, "librdkafka", plb_f_str("klient", rk == NULL ? "" : rd_kafka_name(rk)),
	    plb_f_str("emne", facility), plb_f_str("tekst", text));
}

static enum plb_err
set_operator(const struct plb_bus *b, rd_kafka_conf_t *conf, struct plb_errctx *ec)
{
	size_t n;
	const struct plb_prop *p = plb_conf_kafka_props(b->conf, &n);
	enum plb_err err = PLB_OK;

	for (size_t i = 0; i < n && err == PLB_OK; i++) {
		for (size_t r = 0; r < sizeof(refused) / sizeof(refused[0]); r++)
			if (strcmp(p[i].name, refused[r]) == 0)
				return plb_err_set(ec, PLB_E_KONFIG,
				    "kafka.properties: %s is not the operator's to set",
				    refused[r]);
		err = bus_conf_set(conf, p[i].name, p[i].value, ec);
	}
	return err;
}

static enum plb_err
set_common(const struct plb_bus *b, rd_kafka_conf_t *conf, enum bus_kind kind, const char *instance,
    struct plb_errctx *ec)
{
	char id[65]; /* longer ones crash librdkafka before 2.5 */
	enum plb_err err;

	snprintf(id, sizeof(id), "parloeb-%s%s%s", b->service, instance == NULL ? "" : "-",
	    instance == NULL ? "" : instance);
	err = bus_conf_set(conf, "client.id", id, ec);
	if (err == PLB_OK)
		err = bus_conf_set(conf, "bootstrap.servers", b->common->kafka_bootstrap, ec);
	if (err == PLB_OK)
		err = bus_conf_set_int(conf, "message.max.bytes", BUS_MESSAGE_MAX, ec);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && err == PLB_OK; i++)
		if (settings[i].kinds & K(kind))
			err = bus_conf_set(conf, settings[i].name, settings[i].value, ec);
	/* The end of a partition is told by the fetch after the last record: with the clock topic
	 * each step waits for it, otherwise an idle client should be quiet. */
	if (err == PLB_OK && (K(kind) & CONSUMERS))
		err = bus_conf_set(conf, "fetch.wait.max.ms",
		    b->common->clock == PLB_CLOCK_TOPIC ? "10" : "200", ec);
	return err;
}

rd_kafka_conf_t *
bus_client_conf(
    const struct plb_bus *b, enum bus_kind kind, const char *instance, struct plb_errctx *ec)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	enum plb_err err = set_common(b, conf, kind, instance, ec);

	if (err == PLB_OK)
		err = set_operator(b, conf, ec);
	if (err != PLB_OK) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	rd_kafka_conf_set_log_cb(conf, on_log);
	return conf;
}

rd_kafka_t *
bus_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct plb_errctx *ec)
{
	char text[160] = "";
	rd_kafka_t *rk = rd_kafka_new(type, conf, text, sizeof(text));

	if (rk == NULL) {
		/* conf leaks: with interceptors in it, librdkafka before 2.13 has freed part of it
		 * already. The process ends. */
		plb_err_set(ec, PLB_E_KONFIG, "Kafka client: %s", text);
		return NULL;
	}
	rd_kafka_set_log_queue(rk, NULL);
	return rk;
}

enum plb_err
bus_topic_name(
    const struct plb_bus *b, const char *topic, char out[BUS_NAME_MAX], struct plb_errctx *ec)
{
	int n = snprintf(out, BUS_NAME_MAX, "%s%s", b->prefix, topic);

	if (n <= 0 || n >= BUS_NAME_MAX)
		return plb_err_set(
		    ec, PLB_E_KONFIG, "topic name longer than %d bytes", BUS_NAME_MAX - 1);
	return PLB_OK;
}

bool
bus_err_temporary(rd_kafka_resp_err_t err)
{
	switch (err) {
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
	case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__WAIT_COORD:
	case RD_KAFKA_RESP_ERR__WAIT_CACHE:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
	case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
	case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
	case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
	case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
	case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
		return true;
	default:
		return false;
	}
}

enum plb_err
bus_err(rd_kafka_resp_err_t err)
{
	if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
		return PLB_OK;
	if (err == RD_KAFKA_RESP_ERR__QUEUE_FULL)
		return PLB_E_FULD;
	if (err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
		return PLB_E_FOR_STOR;
	if (err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
	    err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
	    err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
		return PLB_E_UKENDT;
	if (bus_err_temporary(err))
		return PLB_E_TIMEOUT;
	if (err == RD_KAFKA_RESP_ERR__FENCED || err == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ||
	    err == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
	    err == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
		return PLB_E_AFLOEST;
	return PLB_E_KAFKA;
}

void
bus_queue_wakes(rd_kafka_queue_t *queue, struct plb_wake *w)
{
	const uint64_t one = 1;

	rd_kafka_queue_io_event_enable(queue, plb_wake_fd(w), &one, sizeof(one));
	plb_wake(w);
}

void
bus_queue_silent(rd_kafka_queue_t *queue)
{
	rd_kafka_queue_io_event_enable(queue, -1, NULL, 0);
}

enum plb_err
bus_thread(pthread_t *out, void *(*fn)(void *), void *arg, struct plb_errctx *ec)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(out, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "pthread_create: error %d", failed);
	return PLB_OK;
}

enum plb_err
plb_bus_new(
    const struct plb_conf *conf, const char *service, struct plb_bus **out, struct plb_errctx *ec)
{
	struct plb_bus *b = calloc(1, sizeof(*b));
	rd_kafka_conf_t *probe;

	*out = NULL;
	if (b == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "bus");
	b->conf = conf;
	b->common = plb_conf_common(conf);
	snprintf(b->service, sizeof(b->service), "%s", service);
	b->prefix_len =
	    (size_t)snprintf(b->prefix, sizeof(b->prefix), "%s.", b->common->topic_prefix);
	pthread_mutex_init(&b->lock, NULL);
	if (b->prefix_len >= sizeof(b->prefix)) {
		plb_err_set(ec, PLB_E_KONFIG, "topics.prefix is longer than %zu bytes",
		    sizeof(b->prefix) - 2);
		plb_bus_free(&b);
		return PLB_E_KONFIG;
	}
	/* Faults of kafka.properties are told now, not with the first client. */
	probe = bus_client_conf(b, BUS_QUERY, NULL, ec);
	if (probe == NULL) {
		plb_bus_free(&b);
		return PLB_E_KONFIG;
	}
	rd_kafka_conf_destroy(probe);
	bus_plans_make(b);
	bus_metrics_add();
	*out = b;
	return PLB_OK;
}

void
plb_bus_free(struct plb_bus **b)
{
	if (*b == NULL)
		return;
	bus_query_free(*b);
	pthread_mutex_destroy(&(*b)->lock);
	free(*b);
	*b = NULL;
}
