// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_HUKOMMELSE_H
#define GATEWAY_HUKOMMELSE_H

#include <parloeb/id.h>
#include <parloeb/map.h>
#include <parloeb/stamp.h>

#include "forsendelse.h"
#include "svar_pending.h"

/* What this gateway accepted lately: source + id → HMAC of the content and whether Kafka has it.
 * Pure; one thread. An entry lives `levetid_ms` from its acceptance; at the cap the oldest that is
 * in the log goes first. Source and id are kept as keyed digests, never as text. */
struct hukommelse_post {
	struct forsendelse f;     /* first: the delivery report leads back here */
	struct plb_map_node node; /* key: noegle */
	uint8_t noegle[16];       /* organisation and id */
	uint64_t kilde;           /* source */
	uint8_t hmac[16];
	struct hukommelse_post
	    *samme; /* next one of the same organisation and id from another source */
	struct hukommelse_post *aeldre, *nyere;
	struct plb_mono set;             /* accepted or tried, this process's clock */
	struct plb_time tid;             /* in the log since; PLB_TIME_UNSET = still under way */
	uint32_t bytes;                  /* of the record under way */
	struct svar *foerste;            /* who waits for the report … */
	struct hukommelse_venter *flere; /* … and who repeated it meanwhile */
};
struct hukommelse_venter {
	struct svar *s;
	struct hukommelse_venter *naeste;
};

struct hukommelse {
	struct plb_map map;
	uint8_t seed[2][16];
	size_t n, max;
	int64_t levetid_ms;
	int64_t
	    for_tidligt; /* entries dropped before their time: the cap is too low for the load */
	struct hukommelse_post *aeldst, *nyest;
	struct hukommelse_post *fri; /* linked by `samme` */
	struct hukommelse_blok *blokke;
	struct hukommelse_venter *fri_venter;
};

enum hukommelse_svar {
	HUKOMMELSE_NY,          /* *post is new: send it */
	HUKOMMELSE_GENTAGELSE,  /* the same is in the log */
	HUKOMMELSE_UNDERVEJS,   /* the same is on its way: hukommelse_vent */
	HUKOMMELSE_SAMMENSTOED, /* other content under the same identity */
	HUKOMMELSE_FULD /* no room: everything remembered is still on its way, or no memory */
};

/* max entries; seed: 32 random bytes. */
void hukommelse_init(struct hukommelse *h, size_t max, int64_t levetid_ms, const uint8_t seed[32]);
void hukommelse_fini(struct hukommelse *h);

enum hukommelse_svar hukommelse_se(struct hukommelse *h, const struct plb_org *org,
    struct plb_slice id, struct plb_slice kilde, const uint8_t hmac[16], struct plb_mono now,
    struct hukommelse_post **post);
/* s waits for the report of a post under way; false without memory. */
PLB_MUSTUSE bool hukommelse_vent(
    struct hukommelse *h, struct hukommelse_post *post, struct svar *s);
/* The report: everyone who waits hears it. Not in the log: the post is forgotten, a repeat is sent
 * anew. */
void hukommelse_leveret(struct hukommelse *h, struct hukommelse_post *post, enum plb_err err,
    struct plb_time tid, struct svar_pulje *p);
/* Forget a new post that was not sent after all. */
void hukommelse_glem(struct hukommelse *h, struct hukommelse_post *post);
/* Is this organisation's event with the id in the log, and since when. */
bool hukommelse_find(const struct hukommelse *h, const struct plb_org *org, struct plb_slice id,
    struct plb_time *tid);

#endif
