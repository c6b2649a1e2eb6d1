// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_TXN_H
#define PARLOEB_TXN_H

#include <parloeb/bus.h>

/* Group consumer + transactional producer of one process (KIP-98, KIP-447): what the flow runtime
 * stands on. Loop thread. Commit and abort run on a thread of their own, so that the loop goes on
 * meanwhile; their end comes as a callback. One transactional.id per process, stable over restarts;
 * eager (range) assignment. The guard against a delayed EndTxn (request that timed out or whose
 * connection broke: API keys 0, 22, 24, 25, 26, 28, seen by an on_response_received interceptor)
 * re-creates the producer before the next transaction. */
struct plb_txn;

struct plb_txn_conf {
	const char *group; /* consumer group */
	const char *transactional_id;
	const char *instance;       /* client.id suffix */
	const char *const *inputs;  /* subscribed, co-partitioned; NULL-terminated */
	const char *const *outputs; /* metadata warmed */
	int64_t transaction_timeout_ms, session_timeout_ms;
	void *arg;
	/* Called from within plb_txn_poll. Partitions are numbers: partition p of every input. They
	 * start paused; the runtime restores, sets positions and resumes. */
	void (*assigned)(void *arg, const int32_t *p, size_t n);
	/* The runtime must be done with a running commit (plb_txn_wait) before it returns. lost:
	 * nothing may be committed any more. */
	void (*revoked)(void *arg, const int32_t *p, size_t n, bool lost);
	void (*on_data)(void *arg); /* something to poll */
	/* End of plb_txn_commit / plb_txn_abort, on the loop. PLB_OK; PLB_E_AFBRUDT: the
	 * transaction must be aborted (call plb_txn_abort); PLB_E_AFLOEST: fenced; PLB_E_KAFKA: the
	 * producer was beyond repair or the outcome of a commit is in doubt: it has been re-created
	 * (init_transactions done), the runtime drops its state and restores. Others FATAL. */
	void (*done)(void *arg, enum plb_err err);
};
PLB_MUSTUSE enum plb_err plb_txn_new(struct plb_bus *b, struct plb_loop *l,
    const struct plb_txn_conf *c, struct plb_txn **out, struct plb_errctx *ec);
/* init_transactions and metadata warm-up run in the background; subscribe follows. */
PLB_MUSTUSE enum plb_err plb_txn_start(struct plb_txn *t, struct plb_errctx *ec);
bool plb_txn_started(const struct plb_txn *t);
/* As plb_reader_poll: 1 record, 2 end of a partition (offset = position past control records), 0
 * nothing, -1 error (PLB_E_AFLOEST, PLB_E_KAFKA in *err). Keeps group membership alive: call at
 * least every 5 s. */
int plb_txn_poll(
    struct plb_txn *t, struct plb_record *out, enum plb_err *err, struct plb_errctx *ec);

void plb_txn_pause(struct plb_txn *t, int32_t p); /* all inputs of p */
void plb_txn_resume(struct plb_txn *t, int32_t p);
/* Committed offset per input for partition p into offs[n_inputs]; -1 = none. Blocking ≤ timeout;
 * RETRY class on unstable offsets or an unreachable coordinator. */
PLB_MUSTUSE enum plb_err plb_txn_committed(
    struct plb_txn *t, int32_t p, int64_t *offs, int64_t timeout_ms, struct plb_errctx *ec);
/* Set the position of one input partition, and pause it; offset < 0 = the first there is. */
PLB_MUSTUSE enum plb_err plb_txn_seek(
    struct plb_txn *t, const char *topic, int32_t p, int64_t offset, struct plb_errctx *ec);

PLB_MUSTUSE enum plb_err plb_txn_begin(struct plb_txn *t, struct plb_errctx *ec);
/* Copies. PLB_E_FULD is handled inside (serves delivery reports and tries again up to the
 * transaction timeout). value.p NULL with tombstone true = null value. partition -1 = murmur2. */
PLB_MUSTUSE enum plb_err plb_txn_send(struct plb_txn *t, const char *topic, int32_t partition,
    struct plb_slice key, struct plb_slice value, bool tombstone, const struct plb_header *h,
    size_t n, struct plb_errctx *ec);
struct plb_txn_offset {
	const char *topic;
	int32_t partition;
	int64_t offset; /* next to read */
};
/* send_offsets_to_transaction with fresh group metadata, then commit, in the background; done()
 * follows. */
void plb_txn_commit(struct plb_txn *t, const struct plb_txn_offset *o, size_t n);
void plb_txn_abort(struct plb_txn *t);
/* Block until a running commit or abort has ended and done() has been called. */
void plb_txn_wait(struct plb_txn *t);
/* Leave the group, flush, destroy under a watchdog (10 s, then _exit(3)). */
void plb_txn_free(struct plb_txn **t);

#endif
