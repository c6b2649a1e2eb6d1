// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

#include "broker.h"

/* The invariants I1-I10, looked at whenever something happens that could break them.
 *
 * - I1 accepted is in the log, once where nothing was unknown: check_answered, check_end
 * - I2 no effect twice: check_visible (numbers, one outcome a fact), check_committed (no record
 *   twice), check_delivery_ud, check_call (nothing settled is called again)
 * - I3 order per person: check_committed (records in the log's order), check_call (the next is
 * first tried when the one before is settled)
 * - I4 all of a batch or none: check_end (every fact applied), check_replay (messages and state)
 * - I5 fenced: check_committed (no commit once a newer owner of the partition has begun)
 * - I6 timers: not before (check_timer), once and not lost (check_replay)
 * - I7 each delivery ends, written down before it is tried: check_call, check_received,
 *   check_deliveries_ended; all comes to rest: main.c
 * - I8 offsets never go back, nor beyond the log: check_offset
 * - I9 bounded: proc.c and gateway_proc.c look at each step
 * - I10 what is refused says why: check_visible (forloeb, afvist, ud), senders.c (at the door) */

/* A call of forloeb's core that went well: part of the transaction of its process, and of history
 * once that is committed. */
struct sim_call {
	struct sim_part *pt; /* of the record, or the partition of the timer on the first input */
	int64_t offset;      /* -1: a timer */
	struct plb_slice primary;
	struct plb_time now; /* timer: its due time */
	struct sim_call *next;
};

struct plb_flow_spec;
void check_reset(void);
void check_fini(void); /* memory of the maps */

/* ---- the log ---- */
void check_visible(struct sim_part *pt, int64_t offset);
void check_offset(const struct sim_part *pt, int64_t next);
void check_committed(struct sim_txn *t); /* its end is decided */

/* ---- forloeb's core ---- */
void check_record(const struct plb_loop *p, const struct plb_record *rec, struct plb_time now);
void check_timer(
    const struct plb_loop *p, int32_t partition, struct plb_slice primary, struct plb_time due);

/* ---- senders ---- */
/* An answer: 202, or one that leaves it unknown. */
void check_answered(struct plb_slice id, int status);

/* ---- deliveries ---- */
struct sim_hook;
struct dispatch_wire;
void check_wire(struct dispatch_wire *w); /* how states of deliveries are read */
void check_delivery_ud(const struct sim_rec *r);
void check_delivery_svar(const struct sim_rec *r);
void check_delivery_entry(const struct sim_rec *r);
void check_call(const struct plb_loop *p, const struct sim_hook *h);
void check_received(const struct sim_hook *h);
void check_deliveries_ended(void);
void check_delivery_reset(void);
void check_delivery_fini(void);

/* ---- at the end, when all is at rest ---- */
void check_end(void);
/* History played again by one undisturbed process makes the same messages and the same state. */
void check_replay(const struct sim_call *history);

#endif
