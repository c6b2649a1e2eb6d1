// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_BUS_INT_H
#define PLB_BUS_INT_H

#include <parloeb/bus.h>
#include <parloeb/metric.h>

#include <librdkafka/rdkafka.h>
#include <pthread.h>

/* What the files of this folder share. Nothing here leaves it. */

#define BUS_NAME_MAX 128   /* full topic name with NUL */
#define BUS_TOPICS_MAX 512 /* topics of one client: a recipient may have one of its own */
#define BUS_PARTITION_MAX 100000
#define BUS_MESSAGE_MAX 2000000 /* bytes of one record; the topics take a little more */

#define BUS_PLANS_MAX 20
#define BUS_STRINGS_MAX 8

struct bus_known {
	char name[BUS_NAME_MAX];
	int32_t partitions;
};

struct plb_bus {
	const struct plb_conf *conf;
	const struct plb_conf_common *common;
	char service[32];
	char prefix[64]; /* "parloeb." */
	size_t prefix_len;
	pthread_mutex_t lock; /* of the query clients and `known` */
	rd_kafka_t *query[2]; /* [committed]; made when first needed */
	struct bus_known known[BUS_TOPICS_MAX];
	size_t n_known;
	char min_isr[40];
	struct plb_topic_plan plan[BUS_PLANS_MAX];
	size_t n_plan;
};

/* ---- bus.c ---- */
enum bus_kind { BUS_QUERY, BUS_PRODUCER, BUS_READER, BUS_GROUP, BUS_TXN };

/* Configuration of one client with our properties and the operator's; NULL with ec set. `instance`
 * may be NULL. */
rd_kafka_conf_t *bus_client_conf(
    const struct plb_bus *b, enum bus_kind kind, const char *instance, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err bus_conf_set(
    rd_kafka_conf_t *conf, const char *name, const char *value, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err bus_conf_set_int(
    rd_kafka_conf_t *conf, const char *name, int64_t value, struct plb_errctx *ec);
/* Takes conf in every case. Logs go to the client's main queue. */
rd_kafka_t *bus_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, struct plb_errctx *ec);
/* "ind" → "parloeb.ind"; PLB_E_KONFIG when it does not fit. */
PLB_MUSTUSE enum plb_err bus_topic_name(
    const struct plb_bus *b, const char *topic, char out[BUS_NAME_MAX], struct plb_errctx *ec);
/* Our error for one of librdkafka's, as an answer to a query or a call. */
enum plb_err bus_err(rd_kafka_resp_err_t err);
/* Temporary: the same again later may work. */
bool bus_err_temporary(rd_kafka_resp_err_t err);
/* Wakes w whenever the queue is no longer empty, and once now: librdkafka tells only of the first
 * entry, and there may be some already. */
void bus_queue_wakes(rd_kafka_queue_t *queue, struct plb_wake *w);
void bus_queue_silent(rd_kafka_queue_t *queue);
/* A thread with all signals blocked. */
PLB_MUSTUSE enum plb_err bus_thread(
    pthread_t *out, void *(*fn)(void *), void *arg, struct plb_errctx *ec);

/* ---- watchdog.c ---- */
/* While armed: ten seconds later the process logs `what` and ends with _exit(3). rd_kafka_destroy
 * hangs for ever when an object is still held. */
struct bus_watchdog {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	const char *what;
	bool running, done;
};
void bus_watchdog_arm(struct bus_watchdog *w, const char *what);
void bus_watchdog_disarm(struct bus_watchdog *w);
/* Destroy under a watchdog; NULL is fine. */
void bus_client_destroy(rd_kafka_t **rk, const char *what);

/* ---- topic_table.c ---- */
/* Topic handles of one client by name without prefix. Entries never move or go before
 * bus_topics_fini, so that another thread may use those it was given. */
struct bus_topics {
	const struct plb_bus *bus;
	rd_kafka_t *rk;
	size_t n;
	char name[BUS_TOPICS_MAX][BUS_NAME_MAX];
	rd_kafka_topic_t *handle[BUS_TOPICS_MAX];
};
void bus_topics_init(struct bus_topics *t, const struct plb_bus *b, rd_kafka_t *rk);
/* Index of the topic, added when new; -1 with ec. */
int bus_topics_get(struct bus_topics *t, const char *topic, struct plb_errctx *ec);
void bus_topics_fini(struct bus_topics *t);
/* Ask for the metadata of topic i, so that its first message does not wait a second; blocking ≤
 * timeout. Partition count, or PLB_E_UKENDT, PLB_E_TIMEOUT. */
PLB_MUSTUSE enum plb_err bus_topics_warm(
    struct bus_topics *t, size_t i, int timeout_ms, int32_t *partitions, struct plb_errctx *ec);

/* ---- record.c ---- */
/* Fill out from a message; borrowed from it. */
void bus_record(const rd_kafka_message_t *m, const char *topic, struct plb_record *out);
/* librdkafka's list from ours; *out NULL when n is 0. */
PLB_MUSTUSE enum plb_err bus_headers(
    const struct plb_header *h, size_t n, rd_kafka_headers_t **out);
/* One produce call; err as librdkafka's. Takes nothing on error. partition -1 = murmur2. tombstone:
 * null value. */
rd_kafka_resp_err_t bus_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition,
    struct plb_slice key, struct plb_slice value, bool tombstone, const struct plb_header *h,
    size_t n, void *opaque);

/* ---- bus_metrics.c ---- */
enum { BUS_M_RENEWED, BUS_M_GHOSTS, BUS_M_DOUBTFUL, BUS_METRICS };
extern struct plb_metric bus_metrics[BUS_METRICS];
void bus_metrics_add(void);

/* ---- query.c ---- */
/* Client for questions; NULL with ec. Any thread. */
rd_kafka_t *bus_query_client(struct plb_bus *b, bool committed, struct plb_errctx *ec);
void bus_query_free(struct plb_bus *b);

/* ---- topics.c ---- */
void bus_plans_make(struct plb_bus *b);

/* ---- reader.c ---- */
/* plb_reader_new; `quick`: the end of a partition is told at once, at the price of a hundred
 * fetches a second while nothing comes. */
PLB_MUSTUSE enum plb_err bus_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed,
    bool quick, plb_loop_fn *on_data, void *arg, struct plb_reader **out, struct plb_errctx *ec);
/* For txn. */
/* Stop fetching and keep the position / go on from it. Unknown partitions are ignored. */
void bus_reader_hold(struct plb_reader *r, const char *topic, int32_t partition);
PLB_MUSTUSE enum plb_err bus_reader_go(
    struct plb_reader *r, const char *topic, int32_t partition, struct plb_errctx *ec);
/* Set the position of a partition without starting it. offset < 0 = the beginning. */
PLB_MUSTUSE enum plb_err bus_reader_place(struct plb_reader *r, const char *topic,
    int32_t partition, int64_t offset, struct plb_errctx *ec);

#endif
