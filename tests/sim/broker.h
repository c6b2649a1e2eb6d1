// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_BROKER_H
#define SIM_BROKER_H

#include "log.h"

/* What a Kafka does with requests: idempotent producers (sequence numbers), transactions by
 * protocol version 1 (a producer is an id and an epoch; EndTxn names no transaction), markers that
 * come later than the answer, a timeout. Requests and answers are under way for a while; they may
 * be lost, and a request may arrive long after its sender has given it up and sent it again. */

enum sim_req_type {
	REQ_INIT,    /* InitProducerId: new epoch, what is open is aborted */
	REQ_ADD,     /* AddPartitionsToTxn */
	REQ_PRODUCE, /* records of a transaction to one partition */
	REQ_OFFSETS, /* AddOffsetsToTxn and TxnOffsetCommit */
	REQ_END,     /* EndTxn */
	REQ_PLAIN    /* records without a transaction */
};
enum sim_resp {
	RESP_OK,
	RESP_TIMEOUT,    /* made by the client: no answer */
	RESP_AGAIN,      /* not now: the coordinator moves, or the last transaction still ends */
	RESP_ABORT,      /* refused: the transaction must be aborted */
	RESP_FENCED,     /* another epoch */
	RESP_STATE,      /* no transaction in that state */
	RESP_SEQUENCE,   /* records are missing before these */
	RESP_GENERATION, /* not a member of this generation */
};

struct sim_coord {
	struct plb_loop *proc; /* who asks for it; NULL: without transactions */
	int32_t epoch;
	enum { C_EMPTY, C_ONGOING, C_ENDING, C_COMMITTED, C_ABORTED } state;
	struct sim_txn *txn;
	int64_t seq[16][SIM_PARTS]; /* next expected, by topic and partition */
	struct sim_event timeout;
};
struct sim_offset {
	struct sim_part *part;
	int64_t next;
};
#define SIM_TXN_PARTS 48
#define SIM_TXN_OFFSETS 32
struct sim_call; /* check.h */
struct sim_txn {
	uint64_t no;
	struct sim_coord *coord;
	struct sim_part *part[SIM_TXN_PARTS];
	int n_part;
	struct sim_offset off[SIM_TXN_OFFSETS];
	int n_off;
	int markers; /* still to come */
	bool commit;
	struct sim_call **calls; /* what the client did in it; check.c */
};

struct sim_group;
struct sim_req {
	enum sim_req_type type;
	struct sim_coord *coord;
	int32_t epoch;
	struct sim_part *part[SIM_TXN_PARTS]; /* ADD: n; PRODUCE, PLAIN: the first */
	int n;
	struct sim_rec **rec; /* the seed's memory */
	int64_t n_rec, seq;
	struct sim_offset off[SIM_TXN_OFFSETS];
	int n_off;
	struct sim_group *group;
	uint64_t member;
	int32_t generation;
	bool commit;
	struct sim_call **calls;
};

/* A client's side of one request at a time. `done` comes exactly once for each send, as an event of
 * the client's own threads; RESP_TIMEOUT after `timeout`. *epoch: what INIT gave. */
struct sim_rpc {
	struct plb_loop *proc;
	void (*done)(void *arg, enum sim_resp r);
	void *arg;
	int64_t timeout;
	struct sim_req req;
	uint64_t id;
	bool waiting;
	int32_t epoch;
	struct sim_event timer;
};
void sim_rpc_init(struct sim_rpc *r, struct plb_loop *p, int64_t timeout,
    void (*done)(void *arg, enum sim_resp r), void *arg);
void sim_rpc_send(struct sim_rpc *r); /* r->req as it is now */
void sim_rpc_fini(struct sim_rpc *r);

void sim_broker_reset(void);
struct sim_coord *sim_coord(struct plb_loop *p); /* the one of a process's transactional.id */
struct sim_coord *sim_coord_plain(void);         /* a new producer id */
bool sim_broker_quiet(void);                     /* no transaction is open or ending */
void sim_outage(int64_t ms);                     /* no request arrives */
#define SIM_TXN_TIMEOUT_MS 15000
#define SIM_SESSION_MS 30000
#define SIM_REQUEST_MS 10000

/* ---- the group of a service ---- */
#define SIM_MEMBERS 4
struct sim_member { /* the client's side; embedded in it */
	struct plb_loop *proc;
	struct sim_fetch *fetch; /* to be woken */
	struct sim_group *group;
	uint64_t id; /* 0 = not joined */
	int32_t generation;
	bool rejoin, assigned, lost; /* to be told at the next poll */
	int32_t coming[SIM_PARTS], owned[SIM_PARTS];
	int n_coming, n_owned;
};
void sim_groups_reset(void);
struct sim_group *sim_group(const char *name, const char *const *inputs);
void sim_group_join(struct sim_member *m);
void sim_group_gone(struct sim_member *m); /* its memory goes; nothing is said */
bool sim_group_valid(const struct sim_group *g, uint64_t member, int32_t generation);
/* By its group's last assignment. */
bool sim_group_owns(const struct plb_loop *p, int32_t partition);

#endif
