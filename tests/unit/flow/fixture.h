// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_FIXTURE_H
#define FLOW_FIXTURE_H

#include "fake.h"

/* A small counting service on the fake world. Topics: inputs ind and svar (PARTS partitions),
 * outputs ud (2), changelog taeller.tilstand, afvist, ur.
 *
 * What a record's text makes it do to its key K:
 *   +            count K up, emit "K=<count>" on ud
 *   later        as +, and nobody waits for it
 *   due:<ms>     entry (K, "t") due then; "due:<ms>:<sub>" with another sub
 *   reject       count up and emit, then refuse
 *   retry        refuse for the time being while svc->retrying
 *   fatal        stop
 *   tick         emit "K@<now>"
 *   big:<n>      put a blob of n bytes
 * A timer emits "K!<sub>@<now>" and deletes its entry; sub "quiet" emits nothing, "stuck" leaves it
 * due, "bad" refuses, "again" moves itself 1000 ms on up to 3 times, "more" deletes itself and
 * counts K up as "+". An outcome is a text: it is emitted as "outcome:<text>"; "reject" is refused,
 * "retry" as above. */
#define PARTS 4

struct svc {
	struct plb_flow *flow;
	struct plb_txn *txn;
	unsigned committed, aborted, assigned[PARTS], revoked[PARTS], freed, drained;
	bool retrying;
	bool sink;        /* counts without emitting */
	unsigned hook_at; /* the so-many-th call of record() calls the hook first */
	void (*hook)(struct svc *s);
	int64_t in_flight;
	unsigned calls; /* of record() */
	int64_t walked; /* entries seen by assigned() */
};

struct plb_conf_flow fixture_conf(void);
void fixture_topics(void);
void svc_start_conf(struct svc *s, const char *service, const char *const *inputs,
    const char *changelog, const struct plb_conf *conf, const struct plb_conf_flow *fc);
void svc_start(struct svc *s);                         /* "taeller" on ind and svar, system clock */
void svc_own(struct svc *s, int32_t first, int32_t n); /* partitions first … first+n-1 */
void svc_stop(struct svc *s);                          /* frees the runtime */
bool svc_ready(void *s);
bool svc_failed(void *s);
/* Ready with partitions 0 … n-1, all inputs at their end. */
void svc_up(struct svc *s, int32_t n);
/* Until the service has nothing open and nothing to read, at most ms. */
bool svc_quiet(struct svc *s, int64_t ms);
/* Committed texts on ud of a key, in order of offset, joined with blanks. */
const char *outputs_of(const char *key);
/* State as the changelog has it (committed, last value of each key): count of K, -1 = none. */
int64_t logged_count(int32_t p, const char *key);

#define K(s) plb_slice_str(s)

#endif
