// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_FAKE_INT_H
#define FLOW_FAKE_INT_H

#include "fake.h"

#define FAKE_TOPICS 16
#define FAKE_PARTS 32
#define FAKE_NAME 64

struct fake_part {
	struct fake_rec *rec;
	size_t n, size;
	int64_t low;
	int64_t committed; /* the group's; -1 = none */
};
struct fake_topic {
	char name[FAKE_NAME];
	int32_t n;
	struct fake_part part[FAKE_PARTS];
};

/* A position in a partition that somebody reads. */
struct fake_cursor {
	struct fake_topic *t;
	int32_t p;
	int64_t next, eof;
	bool known, running;
};
struct fake_cursors {
	struct fake_cursor c[FAKE_TOPICS * FAKE_PARTS];
	size_t n, turn;
	bool committed;
};

struct fake_topic *fake_find(const char *name); /* NULL = none */
struct fake_rec *fake_append(struct fake_part *pt);
struct fake_rec *fake_data(struct fake_part *pt, struct plb_slice key, struct plb_slice value,
    bool tombstone, const struct plb_header *h, size_t n);
int64_t fake_end(const struct fake_part *pt);
int64_t fake_stable(const struct fake_part *pt); /* last stable offset */
void fake_logs_reset(void);

struct fake_cursor *fake_cursor(struct fake_cursors *cs, const char *topic, int32_t p, bool make);
/* As plb_reader_poll; `peek`: would there be something? */
int fake_cursors_poll(struct fake_cursors *cs, struct plb_record *out, bool peek);

/* The loop's hooks into the others; true when something happened. */
bool fake_txn_step(void);
int64_t fake_txn_next(void); /* when an end is due; INT64_MAX */
bool fake_readers_step(void);
int64_t fake_readers_next(void); /* when a slow reader wakes; INT64_MAX */
void fake_txn_reset(void);
void fake_readers_reset(void);
bool fake_turn(int64_t limit); /* one turn; false when nothing happens before `limit` */
void fake_progress(void);      /* somebody got something: this turn was not idle */
void fake_advance_to(int64_t mono);

#endif
