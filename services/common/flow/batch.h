// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_BATCH_H
#define FLOW_BATCH_H

#include <stdint.h>

#include <parloeb/err.h>

/* The life of a batch as a table. Pure.
 *
 *   IDLE ─begin→ OPEN ─commit→ COMMITTING ─ok→ IDLE             state kept
 *                  │               ├─aborted→ ABORTING          transaction must be aborted
 *                  │               └─doubt→ IDLE                state dropped, restored
 *                  └─retry, lost→ ABORTING ─ok→ BACKOFF ─wake→ IDLE   undone, then repeated
 *
 * The undo log is applied on ABORTING+ok alone: only a confirmed abort proves that the batch did
 * not happen. */
enum flow_state {
	FLOW_IDLE,
	FLOW_OPEN,
	FLOW_COMMITTING,
	FLOW_ABORTING,
	FLOW_BACKOFF,
	FLOW_FAILED,
	FLOW_STATES
};

enum flow_event {
	FLOW_EV_BEGIN,   /* there is something to apply */
	FLOW_EV_COMMIT,  /* drained, full, old, or its partition goes */
	FLOW_EV_RETRY,   /* something in it must be repeated */
	FLOW_EV_LOST,    /* its partitions were lost: nothing may be committed */
	FLOW_EV_OK,      /* commit or abort confirmed */
	FLOW_EV_ABORTED, /* commit refused: abort it */
	FLOW_EV_DOUBT,   /* outcome unknown; the producer is a new one */
	FLOW_EV_WAKE,    /* back-off over */
	FLOW_EV_FATAL,
	FLOW_EVENTS
};

enum flow_action {
	FLOW_ACT_ILLEGAL, /* our own fault: fatal */
	FLOW_ACT_NONE,
	FLOW_ACT_BEGIN,
	FLOW_ACT_COMMIT,
	FLOW_ACT_ABORT,
	FLOW_ACT_KEEP,   /* forget the undo log, move the positions */
	FLOW_ACT_UNDO,   /* apply the undo log, arm the back-off */
	FLOW_ACT_DROP,   /* forget all state, restore */
	FLOW_ACT_RESUME, /* rewind, go on */
	FLOW_ACT_STOP
};

struct flow_transition {
	enum flow_state next;
	enum flow_action action;
};

struct flow_transition flow_batch_next(enum flow_state s, enum flow_event e);
/* The event that the end of a commit or abort is. */
enum flow_event flow_batch_done(enum plb_err err);
const char *flow_state_name(enum flow_state s);

/* Back-off before a batch is repeated: 100 ms, doubled up to 10 s. `n` = aborts in a row, from 1.
 */
int64_t flow_backoff_ms(unsigned n);

#endif
