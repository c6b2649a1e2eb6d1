// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_KALENDER_H
#define GATEWAY_KALENDER_H

#include <parloeb/id.h>
#include <parloeb/map.h>
#include <parloeb/stamp.h>

/* The dates of one organisation, as its mailbox tells them. Holds nothing that was sealed: no name,
 * no number, no place; an entry is known by an id of the thing it is about. Pure; one thread. */
enum kalender_slags {
	KALENDER_MOEDE,
	KALENDER_OMBOOKING,
	KALENDER_AFLYSNING,
	KALENDER_FRIST,
	KALENDER_OVERDRAGELSE,
	KALENDER_PAKKE,
	KALENDER_HAARDT_STOP,
	KALENDER_REFERAT,
	KALENDER_SAMTALE,
	KALENDER_INDSTILLING,
	KALENDER_SLAGS
};
/* What it is called in a UID; part of the calendar's identity: never changed. */
const char *kalender_slags_navn(enum kalender_slags s);

/* When it is. A whole day's start is its midnight; slut may be PLB_TIME_UNSET. */
struct kalender_tid {
	bool hele_dagen;
	struct plb_time start, slut;
};
struct kalender_post {
	struct plb_map_node node; /* key: id and slags */
	struct plb_uuid id;
	uint8_t slags; /* enum kalender_slags; right behind id */
	bool aflyst;
	int32_t sekvens; /* counts the changes of time, and the cancellation */
	struct kalender_tid tid;
	const char *titel;          /* static */
	struct plb_time aendret;    /* business time of the last change */
	struct plb_uuid leveringid; /* that told it last */
};
struct kalender {
	struct plb_map map;
	size_t max;
	uint64_t version; /* moves with every change that shows */
};

void kalender_init(struct kalender *k, size_t max, const uint8_t seed[16]);
void kalender_fini(struct kalender *k);

struct kalender_aendring {
	struct plb_uuid id, leveringid;
	enum kalender_slags slags;
	struct plb_time ved; /* business time of the event */
};
/* It is then, and called so. When there is no room the one that is over first falls away. */
PLB_MUSTUSE enum plb_err kalender_saet(struct kalender *k, const struct kalender_aendring *a,
    const struct kalender_tid *tid, const char *titel);
/* It is cancelled; what is not known stays unknown. */
void kalender_aflys(struct kalender *k, const struct kalender_aendring *a);
/* What this delivery told is cancelled. */
void kalender_tilbagekald(struct kalender *k, struct plb_uuid leveringid, struct plb_time ved);
/* What was over before then is forgotten. */
void kalender_ryd(struct kalender *k, struct plb_time foer);
/* All entries by time into an array that the caller frees; NULL without memory, or when there are
 * none (*n 0). */
const struct kalender_post **kalender_poster(const struct kalender *k, size_t *n);

#endif
