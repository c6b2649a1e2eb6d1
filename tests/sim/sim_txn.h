// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_TXN_H
#define SIM_TXN_H

#include <parloeb/txn.h>

#include "broker.h"

/* <parloeb/txn.h> on the simulated Kafka: what librdkafka and services/common/bus/txn_worker.c do,
 * as a state machine of the client's own thread, guard included. */
struct sim_out { /* records for one partition, in order */
	struct plb_txn *t;
	struct sim_part *pt;
	struct sim_rec **rec;
	int64_t n, size, seq;
	bool added; /* to the transaction at the coordinator */
	bool again; /* the last request was not taken: the same once more */
	struct sim_rpc rpc;
};

struct plb_txn {
	struct plb_txn_conf c;
	struct plb_loop *proc;
	struct sim_coord *coord;
	int32_t epoch;
	struct sim_fetch fetch;
	struct sim_member member;
	size_t n_in;
	bool started, open;
	enum { JOB_NONE, JOB_COMMIT, JOB_ABORT, JOB_RENEW } job;
	enum plb_err after;        /* of a renewal: what is told then */
	bool offsets_in;           /* of the running commit */
	bool offsets_tried;        /* the coordinator may have begun a transaction for them */
	bool ghost;                /* a request got no answer: it may still arrive */
	bool ending, ending_ghost; /* a commit was asked for; without answer */
	bool fault, fenced;
	struct sim_out out[SIM_TXN_PARTS];
	int n_out;
	struct sim_rpc rpc; /* to the coordinator */
	int64_t begun, job_began;
	struct sim_offset off[SIM_TXN_OFFSETS];
	int n_off;
	int32_t generation; /* and member, when the commit was asked for */
	uint64_t id;
	struct sim_event linger, told;
	enum plb_err result;
	bool done;
	struct sim_call **calls;
};

/* The list of calls of the transaction that a process has open; NULL = none. */
struct sim_call **sim_txn_calls(const struct plb_loop *p);

/* sim_txn_job.c: the client's thread. */
void txn_pump(void *arg);
void txn_job_begin(struct plb_txn *t, int job);
void txn_out_answer(void *arg, enum sim_resp r);
void txn_answer(void *arg, enum sim_resp r);

#endif
