// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_INT_H
#define FLOW_INT_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/flow.h>
#include <parloeb/log.h>
#include <parloeb/txn.h>

#include "batch.h"
#include "clock_follow.h"
#include "kept.h"
#include "metrics.h"
#include "outcomes.h"
#include "table.h"

/* The runtime's own structures; one thread (the loop). */

/* Of one input partition. All offsets are the next to read. */
struct flow_pos {
	int64_t next;      /* after the last record applied, this batch included */
	int64_t committed; /* as `next`, last batch committed; -1 = nothing ever */
	int64_t start;     /* where reading began after the restore */
	int64_t sent;      /* what `committed` becomes when the running commit succeeds */
	int64_t eof;       /* end reached there, past control records; -1 = not at the end */
	int64_t eof_mono;  /* when, for the tidy commit */
	bool rewind;       /* a record was let go: seek to `next` before reading on */
};

enum flow_part_state {
	FLOW_PART_OFFSETS, /* committed offsets wanted */
	FLOW_PART_TARGET,  /* end of the changelog wanted */
	FLOW_PART_READING, /* changelog being read up to `target` */
	FLOW_PART_READY    /* being processed */
};

struct flow_part {
	int32_t p;
	enum flow_part_state state;
	struct flow_table *table;
	int64_t log_pos; /* the table holds the changelog up to here */
	int64_t target;
	int64_t log_records; /* seen in the changelog, this time and before */
	struct plb_mono since;
	bool touched;         /* by this batch */
	struct flow_pos in[]; /* f->n_in */
};

struct flow_emit {
	const char *topic;
	int32_t partition;
	struct plb_slice key, value;
	struct plb_header *h;
	size_t n_h;
};

#define FLOW_OUTPUTS_MAX 16
#define FLOW_EMITS_MAX 4096 /* of one call */
#define FLOW_EMIT_BYTES_MAX (900 * 1024)

struct plb_flow_tx {
	struct plb_flow *f;
	struct flow_part *pt;
	size_t mark; /* of the table's log, where this call began */
	struct plb_arena arena;
	struct flow_emit *emits;
	size_t n_emits;
	bool can_wait;
};

struct flow_batch {
	enum flow_state state;
	struct plb_mono opened;
	int64_t records, timers, outcomes, bytes;
	bool hurry;      /* somebody waits for what it holds */
	unsigned aborts; /* in a row */
	bool lost;       /* back-off without delay: the partitions are gone anyway */
};

struct plb_flow {
	struct plb_loop *loop;
	struct plb_bus *bus;
	const struct plb_conf *conf;
	struct plb_conf_flow fc;
	struct plb_flow_spec spec;
	char txn_id[192], group[128];
	size_t n_in;

	struct plb_txn *txn;
	struct plb_reader *reader; /* of the changelog, while anything is restored */
	struct plb_clock clock;
	struct clock_follow *follow; /* NULL: system clock */

	struct flow_part **part; /* by partition number; NULL = not ours */
	size_t n_part;           /* room in part */
	int32_t partitions;      /* of the changelog and of every input; 0 = not asked yet */
	size_t owned, restoring;
	size_t state_bytes; /* of all tables, as of the last slice */
	bool joined;        /* assigned at least once */
	bool halted;        /* all partitions paused: back-off or a long commit */

	struct flow_kept kept;
	struct flow_outcomes out;
	struct flow_batch batch;
	unsigned first; /* the kind (pump.c) whose turn comes first in a slice */
	struct plb_flow_tx tx;
	uint8_t *scratch;         /* a changelog record */
	struct plb_arena offsets; /* of the running commit */
	const char **in_name;     /* inputs with the topic prefix */
	/* The service's, the changelog, afvist; NULL-terminated. */
	const char *outputs[FLOW_OUTPUTS_MAX + 3];

	struct plb_loop_timer *tick; /* liveness, next due time */
	int64_t tick_at;             /* monotonic ms; 0 = not armed */
	int64_t lag_at;              /* when the lag is asked for next */
	int64_t polled_at;
	struct plb_loop_timer *turn;    /* go on in the next turn */
	struct plb_loop_timer *backoff; /* of the batch */
	struct plb_loop_timer *restore; /* of the restore's next step */
	struct plb_loop_timer *leaving; /* end of the drain */
	unsigned restore_tries;
	size_t burst, restore_burst; /* records since a reader's queue was last empty */
	bool pumping, freeing;

	bool draining;
	plb_loop_fn *drained;
	void *drained_arg;

	enum plb_err failed;
	struct plb_errctx failure;
};

/* lag.c: how far behind the inputs' ends; asks Kafka now and then. */
void flow_lag_look(struct plb_flow *f);

/* flow.c */
void flow_drain_step(struct plb_flow *f);
void flow_metrics_state(const struct plb_flow *f);

/* event.c */
void flow_fail(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec);
void flow_event(
    struct plb_flow *f, enum flow_event e, enum plb_err err, const struct plb_errctx *ec);
void flow_halt(struct plb_flow *f);
void flow_go_on(struct plb_flow *f);
void flow_settled(struct plb_flow *f);                       /* a commit or abort has ended */
int flow_input(const struct plb_flow *f, const char *topic); /* index, -1 = none of ours */

/* A client whose queue was full looks at it again only after a second (librdkafka 2.0.2), and a
 * small queue is drained in a tenth of that. After so many records without a pause a queue may have
 * been full: then the partitions that are not at their end are started again, which wakes the
 * fetcher at once. Rare enough to cost nothing, and never without progress. */
#define FLOW_BURST 16384

/* pump.c */
void flow_pump(struct plb_flow *f);
void flow_tick(void *arg);
void flow_tick_in(struct plb_flow *f, int64_t ms);
void flow_outcomes_apply(struct plb_flow *f); /* all that wait, for the drain */
void flow_clock_answer(struct plb_flow *f);
bool flow_idle(const struct plb_flow *f); /* nothing open, pending or due; inputs at their end */

/* apply.c: one thing in the open batch. The error's class says what becomes of the batch (never
 * REJECT). */
PLB_MUSTUSE enum plb_err flow_apply_record(struct plb_flow *f, struct flow_part *pt, size_t in,
    const struct plb_record *rec, struct plb_time now, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err flow_apply_timer(
    struct plb_flow *f, struct flow_part *pt, const struct flow_entry *e, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err flow_apply_outcome(struct plb_flow *f, struct flow_part *pt, void *outcome,
    struct plb_time now, struct plb_errctx *ec);
/* Changes since the last time → changelog records of the transaction. */
PLB_MUSTUSE enum plb_err flow_log_out(struct plb_flow *f, struct plb_errctx *ec);

/* tx.c: a call of the service and what it made. */
void flow_call_begin(struct plb_flow *f, struct flow_part *pt);
void flow_call_undo(struct plb_flow *f);
PLB_MUSTUSE enum plb_err flow_call_keep(struct plb_flow *f, struct plb_errctx *ec);

/* afvist.c */
#define FLOW_AFVIST "afvist"
struct flow_dead {
	const char *topic; /* where it stood, without prefix */
	int32_t partition;
	int64_t offset; /* -1: a timer */
	struct plb_slice key, sub, value;
	bool tombstone;
	const struct plb_header *h; /* its own headers, handed on */
	size_t n_h;
	enum plb_err err;
	const char *reason;
};
PLB_MUSTUSE enum plb_err flow_afvist(
    struct plb_flow *f, const struct flow_dead *d, struct plb_errctx *ec);

/* offsets.c: what a commit carries. Room for owned * n_in. */
size_t flow_offsets(struct plb_flow *f, struct plb_txn_offset *out);
void flow_offsets_keep(struct plb_flow *f);   /* committed */
void flow_offsets_rewind(struct plb_flow *f); /* aborted */
/* Touches partitions whose end was reached long ago and is not committed; false when there are
 * none. */
bool flow_offsets_tidy(struct plb_flow *f, int64_t mono_ms);

/* part.c: coming and going of partitions. */
void flow_assigned(void *arg, const int32_t *p, size_t n);
void flow_revoked(void *arg, const int32_t *p, size_t n, bool lost);
void flow_drop_all(struct plb_flow *f); /* commit in doubt: everything is read again */
struct flow_part *flow_part(const struct plb_flow *f, int32_t p); /* NULL = not ours */
void flow_part_ready(struct plb_flow *f, struct flow_part *pt);
void flow_parts_free(struct plb_flow *f);

/* restore.c */
void flow_restore_begin(struct plb_flow *f, struct flow_part *pt);
void flow_restore_step(void *arg); /* timer */
void flow_restore_cancel(struct plb_flow *f, struct flow_part *pt);
void flow_restore_end(struct plb_flow *f); /* free the reader */

#endif
