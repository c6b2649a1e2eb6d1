// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_MODTAG_H
#define SIM_MODTAG_H

#include <parloeb/arena.h>
#include <parloeb/buf.h>
#include <parloeb/id.h>
#include <parloeb/map.h>
#include <parloeb/stamp.h>

/* The receiver's judgement: what a booking system sees of order, gaps and duplicates, and what it
 * had when. Pure. */

/* One message as read from a webhook. */
struct modtaget {
	struct plb_slice webhook_id, org, source, id, type,
	    forloeb; /* type without prefix; forloeb = correlationid */
	int64_t sequence;
	struct plb_time time;          /* CloudEvents time */
	struct plb_slice medlem;       /* sim_medlem_key of the person */
	struct plb_dato virkningsdato; /* of handover-due */
	struct plb_slice referat;
	int64_t version;          /* of referat-publiceret */
	struct plb_slice samtale; /* of samtale-held */
};

/* One thing of a course that has arrived: a referat with its newest version, or a conversation. */
struct modtag_ting {
	struct plb_map_node node; /* key: forløb ‖ id */
	struct modtag_ting *next;
	char art; /* 'r' or 's' */
	const char *id;
	int64_t version;
	struct plb_time time; /* of the first version that arrived */
};

struct modtag_forloeb {
	struct plb_map_node node; /* key: org ‖ forløb */
	struct modtag_forloeb *next;
	const char *org, *forloeb, *medlem;
	int64_t sidste; /* last sequence taken */
	bool due, aflyst;
	struct plb_dato virkningsdato;
	struct plb_time
	    samtale; /* the first jobcentre conversation booked; PLB_TIME_UNSET = none */
	struct modtag_ting *ting;
};

struct modtag {
	struct plb_arena *a;
	struct plb_map webhook_ids, events, forloeb, ting;
	struct modtag_forloeb *foerste, **sidste;
	int64_t leveringer, gentagelser, dubletter, huller, uorden, daarlig_signatur, daarlig_form;
};

void modtag_init(struct modtag *m, struct plb_arena *a);
void modtag_fini(struct modtag *m);

enum modtag_svar { MODTAG_NY, MODTAG_GENTAGELSE };
/* Judge one message whose signature is right. *f is its course (NULL outside a forløb).
 * PLB_E_FOR_STOR when memory is used up. */
PLB_MUSTUSE enum plb_err modtag_tag(
    struct modtag *m, const struct modtaget *x, enum modtag_svar *svar, struct modtag_forloeb **f);
/* A referat or conversation that came inside a package counts as arrived. */
PLB_MUSTUSE enum plb_err modtag_ting(struct modtag *m, struct modtag_forloeb *f, char art,
    struct plb_slice id, int64_t version, struct plb_time time);

/* The report as JSON. */
void modtag_rapport(const struct modtag *m, struct plb_buf *out);

#endif
