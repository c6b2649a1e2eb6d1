// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_INDHOLD_H
#define DISPATCH_INDHOLD_H

#include <parloeb/buf.h>
#include <parloeb/event.h>

/* What the body of a webhook is built from, beside the entry of the state. It stands on ud and is
 * kept in memory while the message may leave soon; never in the state. Slices are borrowed. */
struct indhold {
	struct plb_slice type, causationid, skjul, nummer, vaerdi;
	struct plb_time tid;
};

struct indhold indhold_af(const struct plb_event *ev, const struct plb_record *r);
/* One block; failure is sticky in out. */
void indhold_pak(const struct indhold *i, struct plb_buf *out);
/* A block of indhold_pak; `out` borrows from it. */
void indhold_pak_ud(const void *blok, struct indhold *out);

#endif
