// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_STEMPEL_H
#define FORLOEB_STEMPEL_H

#include <parloeb/arena.h>
#include <parloeb/id.h>
#include <parloeb/stamp.h>

/* Which of two facts about the same thing is newer: the later `time`, then the greater id (contract
 * § 1). Plain value. */
struct stempel {
	struct plb_time time;
	struct plb_slice id; /* short form, see below */
};

/* An event id in short form: 01 and the 16 bytes of a lower-case UUID, or 00 and the text as it
 * was. Most ids are UUIDs and every thing known of a person has one. {NULL,0} when the arena is
 * full. */
struct plb_slice kort_id(struct plb_arena *a, struct plb_slice id);
/* The text again; {NULL,0} when it is no short form or the arena is full. */
struct plb_slice lang_id(struct plb_arena *a, struct plb_slice kort);

bool stempel_nyere(const struct stempel *a, const struct stempel *b);

#endif
