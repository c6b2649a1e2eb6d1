// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_FLOW_H
#define PARLOEB_FLOW_H

#include <parloeb/bus.h>
#include <parloeb/metric.h>

/* The stream-processing runtime (docs/architecture.md "State and changelog", "Clock topic"). A
 * stateful service is a specification: input topics with one partition count, functions for a
 * record, a timer and an outcome of something done outside; the runtime owns the group, the
 * transaction, restore, undo, timers, clock answers, metrics. One per process, loop thread. */
struct plb_flow;
struct plb_flow_tx; /* what a callback may touch: state of the partition at hand, outputs of this
		       batch */

struct plb_flow_spec {
	const char *service;       /* "forloeb": group and transactional.id prefix, metric prefix */
	const char *const *inputs; /* topic names, NULL-terminated, co-partitioned */
	const char *const *outputs; /* topics written, for metadata warm-up, NULL-terminated */
	const char *changelog;      /* "forloeb.tilstand" */
	void *arg;
	/* An input record. PLB_OK; class REJECT: what this call changed is undone, the record goes
	 * to `afvist` with ec's text and origin, the stream goes on; class RETRY: the batch is
	 * aborted and repeated; FATAL: stop. */
	enum plb_err (*record)(void *arg, struct plb_flow_tx *tx, const struct plb_record *rec,
	    struct plb_time now, struct plb_errctx *ec);
	/* The due time of an entry has come; `now` = that due time. The function must move or clear
	 * the due time (asserted by a fault: else it is parked). */
	enum plb_err (*timer)(void *arg, struct plb_flow_tx *tx, struct plb_slice primary,
	    struct plb_slice sub, struct plb_slice blob, struct plb_time now,
	    struct plb_errctx *ec);
	/* An outcome handed in by plb_flow_outcome; NULL when the service has none. */
	enum plb_err (*outcome)(void *arg, struct plb_flow_tx *tx, void *outcome,
	    struct plb_time now, struct plb_errctx *ec);
	/* After the batch's commit is confirmed / after a confirmed abort (everything since the
	 * last commit undone; outcomes of the batch are handed in again by the runtime). May be
	 * NULL. */
	void (*committed)(void *arg);
	void (*aborted)(void *arg);
	/* A partition is restored and ours / about to go (its state may no longer be touched after
	 * the call). May be NULL. */
	void (*assigned)(void *arg, int32_t partition);
	void (*revoked)(void *arg, int32_t partition);
	/* External calls under way plus outcomes not yet committed, for the clock's quiet rule.
	 * NULL = 0. */
	int64_t (*in_flight)(void *arg);
	/* Frees an outcome after its batch is committed (or its partition gone). */
	void (*outcome_free)(void *arg, void *outcome);
};

PLB_MUSTUSE enum plb_err plb_flow_new(struct plb_loop *l, struct plb_bus *b,
    const struct plb_conf *conf, const struct plb_conf_flow *fc, const struct plb_flow_spec *spec,
    struct plb_flow **out, struct plb_errctx *ec);
/* Joins the group; everything else happens on the loop. A fatal error stops the loop;
 * plb_flow_failed then tells. */
PLB_MUSTUSE enum plb_err plb_flow_start(struct plb_flow *f, struct plb_errctx *ec);
/* Finish the batch, commit, leave the group, then call `done`. */
void plb_flow_drain(struct plb_flow *f, plb_loop_fn *done, void *arg);
void plb_flow_free(struct plb_flow **f);
bool plb_flow_ready(struct plb_flow *f,
    struct plb_buf *why_not); /* assigned at least once and all assigned partitions restored */
bool plb_flow_failed(const struct plb_flow *f, struct plb_errctx *ec);
struct plb_time plb_flow_now(const struct plb_flow *f); /* business clock */

/* ---- inside callbacks ---- */
int32_t plb_flow_partition(const struct plb_flow_tx *tx);
/* Blob borrowed until the entry is put or deleted; false when absent. due may be NULL. */
bool plb_flow_get(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice *blob, struct plb_time *due);
/* Copies. due PLB_TIME_NEVER = no timer. primary ≤ 64, sub ≤ 64 bytes, blob ≤ 256 KiB;
 * PLB_E_FOR_STOR beyond. Where all state is more than state_max the batch is not committed and the
 * process stops. */
PLB_MUSTUSE enum plb_err plb_flow_put(struct plb_flow_tx *tx, struct plb_slice primary,
    struct plb_slice sub, struct plb_slice blob, struct plb_time due);
PLB_MUSTUSE enum plb_err plb_flow_del(
    struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub); /* absent is fine */
/* Entries of one primary in order of sub (bytes): *it starts at {NULL,0} and holds the last sub;
 * false at the end. Puts and deletes between steps are allowed. */
bool plb_flow_next(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice *sub,
    struct plb_slice *blob);
/* Produce in this batch's transaction. partition -1 = murmur2 of key. Copies. */
PLB_MUSTUSE enum plb_err plb_flow_emit(struct plb_flow_tx *tx, const char *topic, int32_t partition,
    struct plb_slice key, struct plb_slice value, const struct plb_header *h, size_t n);
/* Nobody waits for what this call did: the batch may stay open for batch_ms, so that what comes
 * next joins it instead of waiting behind it. Without this a drained input is committed at once. */
void plb_flow_can_wait(struct plb_flow_tx *tx);
/* The partition that a key has on a topic: for records that must lie beside those of another key.
 * Asks Kafka the first time; -1 when it does not answer. */
int32_t plb_flow_partition_for(struct plb_flow_tx *tx, const char *topic, struct plb_slice key);

/* ---- outside callbacks, loop thread ---- */
/* Hand in the outcome of something done outside for a partition; false when the partition is no
 * longer ours (outcome not taken). */
bool plb_flow_outcome(struct plb_flow *f, int32_t partition, void *outcome);
/* The service cannot go on: nothing more is committed, the loop stops, and plb_flow_failed says
 * why. */
void plb_flow_stop(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec);
/* Walk all committed entries of an assigned partition (dispatch rebuilds its plan after restore):
 * fn returns false to stop. Only from assigned() and aborted(). */
void plb_flow_walk(struct plb_flow *f, int32_t partition,
    bool (*fn)(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
	struct plb_time due),
    void *arg);

/* ---- the clock topic for services without partitions (gateway) ---- */
struct plb_clock_topic;
/* Follows `ur` and answers each round with an empty list. The clock reads PLB_TIME_UNSET until the
 * first tik. */
PLB_MUSTUSE enum plb_err plb_clock_topic_new(struct plb_loop *l, struct plb_bus *b,
    const char *service, const char *instance, struct plb_clock_topic **out, struct plb_errctx *ec);
struct plb_clock plb_clock_topic_clock(struct plb_clock_topic *c);
bool plb_clock_topic_ready(const struct plb_clock_topic *c);
void plb_clock_topic_free(struct plb_clock_topic **c);

/* `parloeb clock set` (cli): blocking. Steps the clock to `target` and returns when everything is
 * quiet there. progress may be NULL. PLB_E_REGEL when backwards, PLB_E_TIMEOUT when owners do not
 * answer. */
struct plb_clock_stepper;
PLB_MUSTUSE enum plb_err plb_clock_stepper_new(struct plb_bus *b, const struct plb_conf *conf,
    struct plb_clock_stepper **out, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err plb_clock_stepper_set(struct plb_clock_stepper *s, struct plb_time target,
    void (*progress)(void *arg, struct plb_time at), void *arg, struct plb_errctx *ec);
struct plb_time plb_clock_stepper_now(struct plb_clock_stepper *s);
void plb_clock_stepper_free(struct plb_clock_stepper **s);

#endif
