// SPDX-License-Identifier: MPL-2.0
#include "batch.h"

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS 10000

/* Not listed = illegal. */
static const struct flow_transition table[FLOW_STATES][FLOW_EVENTS] =
    {
	[FLOW_IDLE] =
	    {
		[FLOW_EV_BEGIN] = {FLOW_OPEN, FLOW_ACT_BEGIN},
		[FLOW_EV_COMMIT] = {FLOW_IDLE, FLOW_ACT_NONE},
		[FLOW_EV_LOST] = {FLOW_IDLE, FLOW_ACT_NONE},
		[FLOW_EV_FATAL] = {FLOW_FAILED, FLOW_ACT_STOP},
	    },
	[FLOW_OPEN] =
	    {
		[FLOW_EV_COMMIT] = {FLOW_COMMITTING, FLOW_ACT_COMMIT},
		[FLOW_EV_RETRY] = {FLOW_ABORTING, FLOW_ACT_ABORT},
		[FLOW_EV_LOST] = {FLOW_ABORTING, FLOW_ACT_ABORT},
		[FLOW_EV_FATAL] = {FLOW_FAILED, FLOW_ACT_STOP},
	    },
	[FLOW_COMMITTING] =
	    {
		[FLOW_EV_COMMIT] = {FLOW_COMMITTING, FLOW_ACT_NONE},
		[FLOW_EV_LOST] = {FLOW_COMMITTING, FLOW_ACT_NONE}, /* the generation fences it */
		[FLOW_EV_OK] = {FLOW_IDLE, FLOW_ACT_KEEP},
		[FLOW_EV_ABORTED] = {FLOW_ABORTING, FLOW_ACT_ABORT},
		[FLOW_EV_DOUBT] = {FLOW_IDLE, FLOW_ACT_DROP},
		[FLOW_EV_FATAL] = {FLOW_FAILED, FLOW_ACT_STOP},
	    },
	[FLOW_ABORTING] =
	    {
		[FLOW_EV_COMMIT] = {FLOW_ABORTING, FLOW_ACT_NONE},
		[FLOW_EV_LOST] = {FLOW_ABORTING, FLOW_ACT_NONE},
		[FLOW_EV_OK] = {FLOW_BACKOFF, FLOW_ACT_UNDO},
		[FLOW_EV_ABORTED] = {FLOW_ABORTING, FLOW_ACT_ABORT},
		[FLOW_EV_DOUBT] = {FLOW_IDLE, FLOW_ACT_DROP},
		[FLOW_EV_FATAL] = {FLOW_FAILED, FLOW_ACT_STOP},
	    },
	[FLOW_BACKOFF] =
	    {
		[FLOW_EV_COMMIT] = {FLOW_BACKOFF, FLOW_ACT_NONE},
		[FLOW_EV_LOST] = {FLOW_BACKOFF, FLOW_ACT_NONE},
		[FLOW_EV_WAKE] = {FLOW_IDLE, FLOW_ACT_RESUME},
		[FLOW_EV_FATAL] = {FLOW_FAILED, FLOW_ACT_STOP},
	    },
	[FLOW_FAILED] =
	    {
		[FLOW_EV_COMMIT] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_RETRY] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_LOST] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_OK] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_ABORTED] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_DOUBT] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_WAKE] = {FLOW_FAILED, FLOW_ACT_NONE},
		[FLOW_EV_FATAL] = {FLOW_FAILED, FLOW_ACT_NONE},
	    },
};

struct flow_transition
flow_batch_next(enum flow_state s, enum flow_event e)
{
	struct flow_transition t = table[s][e];

	if (t.action == FLOW_ACT_ILLEGAL)
		t.next = FLOW_FAILED;
	return t;
}

enum flow_event
flow_batch_done(enum plb_err err)
{
	switch (err) {
	case PLB_OK:
		return FLOW_EV_OK;
	case PLB_E_AFBRUDT:
		return FLOW_EV_ABORTED;
	case PLB_E_KAFKA:
		return FLOW_EV_DOUBT;
	default: /* fenced, or something this table does not know: the safe end */
		return FLOW_EV_FATAL;
	}
}

const char *
flow_state_name(enum flow_state s)
{
	static const char *const names[FLOW_STATES] = {
	    "idle", "open", "committing", "aborting", "backoff", "failed"};

	return names[s];
}

int64_t
flow_backoff_ms(unsigned n)
{
	int64_t ms = BACKOFF_FIRST_MS;

	for (; n > 1 && ms < BACKOFF_MAX_MS; n--)
		ms *= 2;
	return ms < BACKOFF_MAX_MS ? ms : BACKOFF_MAX_MS;
}
