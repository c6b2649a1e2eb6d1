// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_TILBAGE_H
#define GATEWAY_TILBAGE_H

#include <parloeb/event.h>
#include <parloeb/map.h>

/* Every withdrawal of the last weeks, by what it withdraws: what `tilbagekaldt` holds, as little of
 * it as its event needs. Kept up to a cap; the oldest goes first, and is then seen at its own place
 * only. Pure; one thread. */
struct tilbage_post;
struct tilbage {
	struct plb_map map;
	struct tilbage_post *foerste, *sidste; /* in order of arrival */
	size_t n, bytes, max;
	int64_t glemt; /* gone for want of room */
};

void tilbage_init(struct tilbage *t, size_t max_bytes, const uint8_t seed[16]);
void tilbage_fini(struct tilbage *t);
/* A withdrawal (ev->has_tilbagekalder) whose record holds `value` and came into the log at `ind`.
 * Known ones stay as they are. PLB_E_FORM: its texts are too long to keep. */
PLB_MUSTUSE enum plb_err tilbage_tilfoej(
    struct tilbage *t, const struct plb_event *ev, struct plb_slice value, struct plb_time ind);
/* What came into the log before this is gone from the mailboxes too. */
void tilbage_glem(struct tilbage *t, struct plb_time foer);
/* Is this delivery withdrawn? Then the withdrawal's event, at the place (sequence, forløb, person)
 * of the withdrawn one, and its value; both borrowed until the next change. */
bool tilbage_find(const struct tilbage *t, const struct plb_event *tilbagekaldt,
    struct plb_event *out, struct plb_slice *value);

#endif
