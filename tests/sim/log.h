// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_LOG_H
#define SIM_LOG_H

#include <parloeb/event.h>

#include "world.h"

/* The topics: partitions of records, with control records, open and aborted transactions, last
 * stable offset; and readers' positions in them. Memory is the seed's. */
struct sim_txn;

enum sim_fate { SIM_PLAIN, SIM_OPEN, SIM_COMMITTED, SIM_ABORTED, SIM_MARKER };

struct sim_rec {
	int64_t ts; /* real time of appending */
	struct plb_slice key, value;
	const struct plb_header *h;
	uint8_t n_h, fate;
	bool tombstone;
	struct sim_txn *txn;
};

#define SIM_PARTS 8
#define SIM_OPEN_TXNS 8
struct sim_part {
	struct sim_topic *topic;
	int32_t p;
	struct sim_rec **rec;
	int64_t n, size, stable;
	struct {
		struct sim_txn *txn;
		int64_t first;
	} open[SIM_OPEN_TXNS];
	int n_open;
	int64_t committed;   /* offset of the one group that reads it; -1 = none */
	int pending_offsets; /* transactions that will move it */
};
struct sim_topic {
	const char *name;
	int index;
	int32_t n;
	struct sim_part part[SIM_PARTS];
};

void sim_topics_reset(void);
struct sim_topic *sim_topic_add(const char *name, int32_t partitions);
struct sim_topic *sim_topic(const char *name); /* must be there */
struct sim_topic *sim_topic_at(int i);         /* NULL behind the last */

/* A copy that outlives its maker. */
struct sim_rec *sim_rec_new(struct plb_slice key, struct plb_slice value, bool tombstone,
    const struct plb_header *h, size_t n);
/* txn NULL: plain. */
void sim_append(struct sim_part *pt, struct sim_rec *r, struct sim_txn *txn);
/* The end of a transaction in one partition: its control record. */
void sim_marker(struct sim_part *pt, struct sim_txn *txn, bool commit);
struct plb_slice sim_header(const struct sim_rec *r, const char *name); /* p NULL: absent */
/* Seen by a read_committed reader. */
static inline bool
sim_visible(const struct sim_rec *r)
{
	return r->fate == SIM_PLAIN || r->fate == SIM_COMMITTED;
}

/* ---- reading ---- */
struct sim_cursor {
	struct sim_part *pt;
	int64_t next, end_told;
	bool running;
};
#define SIM_CURSORS 64
struct sim_fetch {
	struct plb_loop *proc;
	bool committed;
	struct sim_event wake;
	struct sim_cursor c[SIM_CURSORS];
	int n, turn;
	struct sim_fetch *next; /* of all */
};
void sim_fetch_init(
    struct sim_fetch *f, struct plb_loop *p, bool committed, plb_loop_fn *on_data, void *arg);
void sim_fetch_fini(struct sim_fetch *f);
struct sim_cursor *sim_fetch_at(struct sim_fetch *f, const char *topic, int32_t p, bool make);
void sim_fetch_wake(struct sim_fetch *f); /* soon */
/* As plb_reader_poll without waiting. */
int sim_fetch_poll(struct sim_fetch *f, struct plb_record *out);

#endif
