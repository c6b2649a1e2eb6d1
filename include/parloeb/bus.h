// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_BUS_H
#define PARLOEB_BUS_H

#include <parloeb/conf.h>
#include <parloeb/event.h>
#include <parloeb/loop.h>

/* librdkafka, in this layer only (API of 2.0.2). All calls on the loop thread unless said
 * otherwise; librdkafka's own threads only wake the loop. Topics are named without the prefix
 * ("ind"); the prefix of the configuration is put before them ("parloeb.ind"). */

struct plb_bus; /* configuration shared by the clients of a process */
PLB_MUSTUSE enum plb_err plb_bus_new(
    const struct plb_conf *conf, const char *service, struct plb_bus **out, struct plb_errctx *ec);
void plb_bus_free(struct plb_bus **b);

/* ---- idempotent producer (gateway, console, cli) ---- */
struct plb_producer;
/* err PLB_OK: in the log at partition/offset. PLB_E_IO: not persisted, repeat. PLB_E_TIMEOUT:
 * unknown outcome. */
typedef void plb_delivered_fn(
    void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset);
/* Metadata of `topics` (NULL-terminated) is warmed in the background; plb_producer_ready tells
 * when. l may be NULL (cli): then plb_producer_flush drives it. */
PLB_MUSTUSE enum plb_err plb_producer_new(struct plb_bus *b, struct plb_loop *l,
    const char *const *topics, plb_delivered_fn *fn, void *arg, struct plb_producer **out,
    struct plb_errctx *ec);
bool plb_producer_ready(const struct plb_producer *p); /* Kafka reachable and every topic known */
/* Copies key, value and headers. PLB_E_FULD: queue full, nothing taken. partition -1 = murmur2 of
 * the key. fn is called exactly once per PLB_OK. A fatal producer is re-created inside; what was
 * pending is reported PLB_E_TIMEOUT. */
PLB_MUSTUSE enum plb_err plb_producer_send(struct plb_producer *p, const char *topic,
    int32_t partition, struct plb_slice key, struct plb_slice value, const struct plb_header *h,
    size_t n, void *opaque);
size_t plb_producer_pending(const struct plb_producer *p);
PLB_MUSTUSE enum plb_err plb_producer_flush(struct plb_producer *p, int64_t ms);
void plb_producer_free(struct plb_producer **p);

/* The partition that a key goes to (murmur2, as Java's producer). */
int32_t plb_partition(struct plb_slice key, int32_t partitions);

/* ---- reader without a group: assigned partitions, own offsets ---- */
struct plb_reader;
enum plb_read_from { PLB_FROM_BEGINNING, PLB_FROM_END, PLB_FROM_OFFSET };
/* committed: read_committed (position stops at the last stable offset), otherwise read_uncommitted.
 * on_data is called on the loop when there is something to poll (l may be NULL: poll with a
 * timeout). */
PLB_MUSTUSE enum plb_err plb_reader_new(struct plb_bus *b, struct plb_loop *l, bool committed,
    plb_loop_fn *on_data, void *arg, struct plb_reader **out, struct plb_errctx *ec);
/* Add one partition, or move it. */
PLB_MUSTUSE enum plb_err plb_reader_assign(struct plb_reader *r, const char *topic,
    int32_t partition, enum plb_read_from from, int64_t offset, struct plb_errctx *ec);
void plb_reader_unassign(struct plb_reader *r, const char *topic, int32_t partition);
/* 1: *out is filled (borrowed until the next poll); 0: nothing now; 2: reached the end of
 * out->topic/partition, out->offset = position there (past control records); -1: error in ec (RETRY
 * kinds are logged and skipped inside). */
int plb_reader_poll(
    struct plb_reader *r, int64_t timeout_ms, struct plb_record *out, struct plb_errctx *ec);
/* Kind of the last -1. PLB_E_UKENDT: the offset asked for is not in the log (out->topic,
 * out->partition tell which; the partition stands until it is assigned anew). */
enum plb_err plb_reader_error(const struct plb_reader *r);
void plb_reader_free(struct plb_reader **r);

/* First and end offset of a partition (blocking ≤ timeout; cli and start only). */
PLB_MUSTUSE enum plb_err plb_bus_watermarks(struct plb_bus *b, const char *topic, int32_t partition,
    int64_t timeout_ms, int64_t *low, int64_t *high, struct plb_errctx *ec);
/* All partitions at once: arrays of n. */
PLB_MUSTUSE enum plb_err plb_bus_end_offsets(struct plb_bus *b, const char *topic, int32_t n,
    bool committed, int64_t timeout_ms, int64_t *high, struct plb_errctx *ec);

/* ---- topics ---- */
struct plb_topic_plan {
	const char *name; /* without prefix */
	int32_t partitions, replication;
	const char *config[16]; /* "key=value", NULL-terminated */
};
/* The topics of the project for a configuration; static count in *n. Lives as long as b. */
const struct plb_topic_plan *plb_topics(struct plb_bus *b, size_t *n);
/* The plan of a topic that one recipient reads; `name` is borrowed, the rest lives as long as b. */
void plb_topic_recipient(struct plb_bus *b, const char *name, struct plb_topic_plan *out);
enum plb_topic_state {
	PLB_TOPIC_MISSING,
	PLB_TOPIC_OK,
	PLB_TOPIC_OTHER_COUNT,
	PLB_TOPIC_OTHER_REPLICATION
};
PLB_MUSTUSE enum plb_err plb_topic_check(struct plb_bus *b, const struct plb_topic_plan *t,
    enum plb_topic_state *out, int32_t *partitions, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err plb_topic_create(
    struct plb_bus *b, const struct plb_topic_plan *t, struct plb_errctx *ec);
/* Partition count of an existing topic, cached. */
PLB_MUSTUSE enum plb_err plb_topic_partitions(
    struct plb_bus *b, const char *topic, int32_t *out, struct plb_errctx *ec);

#endif
