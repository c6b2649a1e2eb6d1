// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_TXN_INT_H
#define PLB_TXN_INT_H

#include "bus_int.h"

#include <parloeb/txn.h>
#include <stdatomic.h>

#define TXN_INPUTS_MAX 8
#define TXN_OUTPUTS_MAX 32

/* What went wrong in one producer: requests that librdkafka gave up on and that may still reach the
 * broker, records that failed. Written by its threads, outlives them. */
struct txn_ghost {
	_Atomic bool any; /* of a kind that belongs to a transaction: the client is made anew before
			     the next one */
	_Atomic bool ending; /* an EndTxn: the end of the transaction is in doubt */
};

struct txn_client {
	rd_kafka_t *rk; /* NULL: none */
	rd_kafka_queue_t *queue;
	struct txn_ghost *ghost;
	struct bus_topics topics;
};

enum txn_job { TXN_IDLE, TXN_START, TXN_COMMIT, TXN_ABORT, TXN_RENEW };

/* The client belongs to the worker while a job is there, otherwise to the loop's thread. */
struct plb_txn {
	struct plb_bus *bus;
	struct plb_txn_conf c; /* strings copied */
	char group[64], transactional_id[128], instance[64];
	char name[TXN_INPUTS_MAX + TXN_OUTPUTS_MAX][BUS_NAME_MAX];
	size_t n_inputs, n_names; /* inputs first, then outputs */

	/* group and fetch */
	rd_kafka_t *consumer; /* membership, offsets, generation; fetches nothing */
	rd_kafka_queue_t *consumer_queue;
	struct plb_wake *consumer_wake;
	bool consumer_due;
	struct plb_mono consumer_polled;
	struct plb_reader *reader; /* the records */
	int32_t *owned;
	size_t n_owned;
	bool subscribed, closing;
	bool session_lost;   /* and no assignment since */
	bool rejoin;         /* the membership is to be made anew */
	enum plb_err failed; /* membership is over */
	struct plb_errctx failed_text;

	/* transactions */
	struct txn_client client;
	struct plb_wake *client_wake, *done_wake;
	struct plb_loop *loop;
	bool open;
	bool ending; /* a commit was asked for in this transaction */
	struct plb_mono begun;

	/* worker */
	pthread_t worker;
	bool worker_runs;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	enum txn_job job; /* under lock, as what follows */
	bool job_done, quit;
	enum plb_err result;
	struct plb_errctx result_text;
	rd_kafka_topic_partition_list_t *offsets; /* of a commit */
	rd_kafka_consumer_group_metadata_t *generation;
	int32_t n_partitions; /* of every input, found by TXN_START */
};

/* ---- txn_worker.c ---- */
void *txn_work(void *t);
void txn_client_close(struct txn_client *c);

/* ---- txn_group.c ---- */
PLB_MUSTUSE enum plb_err txn_group_open(struct plb_txn *t, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err txn_group_join(struct plb_txn *t, struct plb_errctx *ec);
/* Rebalance and errors of the membership; t->failed tells. */
void txn_group_serve(struct plb_txn *t);
void txn_group_close(struct plb_txn *t);

#endif
