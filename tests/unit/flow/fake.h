// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_FAKE_H
#define FLOW_FAKE_H

#include <parloeb/flow.h>
#include <parloeb/txn.h>

/* A Kafka, a loop and a clock in memory: second implementations of bus.h, txn.h and loop.h under
 * the runtime, on virtual time, in one thread. Logs have control records, last stable offsets,
 * aborted and open transactions; a group has generations; ends of transactions take time and can be
 * given any outcome. */

/* ---- world ---- */
void fake_reset(void); /* forget everything; before each test */
/* Let things happen until nothing does, or ms have passed, or `until` says true (may be NULL).
 * Returns what `until` said at last. */
bool fake_run(int64_t ms, bool (*until)(void *arg), void *arg);
int64_t fake_now(void); /* monotonic ms */
void fake_time_set(int64_t
	ms); /* the system's real-time clock, ms since the epoch; it goes on with virtual time */
bool fake_stopped(void); /* somebody called plb_loop_stop */
struct plb_loop *fake_loop(void);
struct plb_bus *fake_bus(void);
const struct plb_conf *fake_conf(bool clock_topic);

/* ---- logs ---- */
struct fake_rec {
	int64_t offset;
	struct plb_time timestamp;
	enum { FAKE_DATA, FAKE_MARKER } kind;
	enum { FAKE_OPEN, FAKE_COMMITTED, FAKE_ABORTED } fate;
	const struct plb_txn *txn; /* NULL: no transaction */
	uint64_t txn_no;
	struct plb_slice key, value;
	bool tombstone;
	size_t n_headers;
	struct plb_header header[PLB_HEADERS_MAX];
};
void fake_topic(const char *name, int32_t partitions);
/* As a producer outside transactions. Texts; value NULL = tombstone. Returns the offset. */
int64_t fake_put(const char *topic, int32_t p, const char *key, const char *value);
int64_t fake_put_bytes(
    const char *topic, int32_t p, struct plb_slice key, struct plb_slice value, bool tombstone);
/* A control record, as another's transaction leaves it. */
void fake_marker(const char *topic, int32_t p);
/* An open transaction of a stranger on a partition: a record pending until fake_foreign_end. */
void fake_foreign_open(const char *topic, int32_t p, struct plb_slice key, struct plb_slice value);
void fake_foreign_end(bool commit);
void fake_wipe(const char *topic, int32_t p); /* a new, empty log */
void fake_hold_ends(bool yes); /* while true nobody is told that an end was reached */
/* Uncommitted readers made from now on get nothing for so long. */
void fake_reader_lag(int64_t ms);
void fake_trim(const char *topic, int32_t p, int64_t low); /* retention */
size_t fake_len(const char *topic, int32_t p);
const struct fake_rec *fake_at(const char *topic, int32_t p, size_t i);
/* Committed data records with this text value (NULL: any) on any partition. */
size_t fake_count(const char *topic, const char *value);
const char *fake_header(const struct fake_rec *r, const char *name); /* text, "" when absent */

/* ---- group ---- */
/* Partitions to a member, at its next poll; a member that has some gets them revoked first. n = 0:
 * only revoked. */
void fake_assign(struct plb_txn *t, const int32_t *p, size_t n);
/* The group gave the member's partitions to others without asking: generation over; told at its
 * next poll. */
void fake_lose(struct plb_txn *t);
/* The member is out, but does not know (its commits are refused). */
void fake_evict(struct plb_txn *t);
struct plb_txn *fake_txn(size_t i);                   /* in order of making */
int64_t fake_committed(const char *topic, int32_t p); /* -1 = none */
void fake_commit_set(const char *topic, int32_t p, int64_t offset);
void fake_commit_clear(void);
int64_t fake_last_poll(const struct plb_txn *t); /* fake_now of the last plb_txn_poll */

/* ---- faults: the outcome of the next ends of transactions, in order; then all is well again ----
 */
enum fake_fault {
	FAKE_OK,
	FAKE_REFUSED,   /* commit: PLB_E_AFBRUDT, nothing happened, abort it */
	FAKE_DOUBT_YES, /* PLB_E_KAFKA, and the commit has happened */
	FAKE_DOUBT_NO,  /* PLB_E_KAFKA, and it has not */
	FAKE_FENCED     /* PLB_E_AFLOEST */
};
void fake_fault(enum fake_fault f);
void fake_delay(int64_t ms);       /* how long each commit or abort takes; 10 at first */
void fake_marker_lag(int64_t ms);  /* control records come so much later than the commit's answer */
void fake_begin_fails(unsigned n); /* the next n begins: PLB_E_AFBRUDT */
void fake_send_fails(unsigned after); /* the send after so many more: PLB_E_AFBRUDT */
void fake_unstable(bool yes);         /* committed offsets: PLB_E_TIMEOUT */
unsigned fake_begins(void);
unsigned fake_pauses(void);  /* of partitions */
unsigned fake_commits(void); /* called */
unsigned fake_aborts(void);
/* The offsets of the last commit called. */
size_t fake_offsets(const struct plb_txn_offset **o);
bool fake_committing(void); /* an end is under way */

#endif
