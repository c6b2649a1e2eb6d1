// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_PLAN_H
#define DISPATCH_PLAN_H

#include <parloeb/id.h>
#include <parloeb/map.h>
#include <parloeb/rng.h>
#include <parloeb/stamp.h>

#include "levering.h"

/* What is to be pushed to whom, in memory: rebuilt from the state, never the truth itself. Pure:
 * times are passed in (real time, ms); one thread. Owns endpoints, queues and deliveries.
 *
 *   endpoint (organisation and channel: the first one's, which makes the ladder, and its copies)
 *     ├─ queues, one a person: the unsettled in order; only the head may be attempted
 *     ├─ klar: queues whose head may get an intent now
 *     ├─ start: deliveries with a committed intent, waiting for a free call
 *     ├─ aabne: every delivery that is not LEVERET, in order
 *     ├─ overloeb: what lies on ud behind those, when they are too many
 *     └─ leverede: those that may still be receipted, in order of delivery
 *
 * Intents are committed ahead of free calls (`vindue` of them), because a commit takes longer than
 * a call. */
#define PLAN_SKRIDT_MAX 32
#define PLAN_VINDUE 64 /* intents for each call that an endpoint may have at the same time */
#define PLAN_FOERST 4  /* calls at the same time before the endpoint has shown that it answers */
#define PLAN_AABNE_I_ALT ((size_t)200000) /* unsettled deliveries in memory: with so many … */
#define PLAN_KANALER 4                    /* numbers of channels, 0 with them */
#define PLAN_AABNE_KNAP ((size_t)1000)    /* … an endpoint gets no further than this */
/* Content kept in memory, all together; the rest is read from ud again. */
#define PLAN_INDHOLD_MAX ((size_t)64 << 20)

struct plan_konf {
	int64_t kald;  /* calls at the same time in all */
	int64_t aabne; /* unsettled deliveries of one endpoint in memory */
	size_t n_skridt;
	int64_t skridt_ms[PLAN_SKRIDT_MAX]; /* pause before each attempt */
	int64_t jitter_procent;
	int64_t genopret_ms; /* how long an attempt of an earlier life is given */
	uint64_t froe;       /* seed of the jitter */
};

enum plan_aabning { EP_AABEN, EP_PAUSE, EP_FRA };

struct plan_led { /* link in a list */
	struct plan_led *forrige, *naeste;
};

struct levering;
struct koe;

/* What lies on ud for an endpoint with too many unsettled deliveries, and is not taken up yet. */
struct plan_overloeb {
	int64_t fra,
	    til; /* offsets on ud: from the first one to behind the last; fra == til: nothing */
	int64_t antal, aeldste_ms;
	bool hentes; /* being read */
};

struct endepunkt {
	struct plb_map_node node;
	char
	    navn[sizeof(struct plb_org) + 4]; /* key: the organisation, and the channel of a copy */
	struct plb_org org;
	int32_t partition;
	uint8_t kopi;            /* of copies by that channel; 0 = the organisation's first */
	struct endepunkt *hoved; /* the organisation's first; itself */
	struct endepunkt *kopier[PLAN_KANALER]; /* of the first: by channel; NULL = none yet */
	uint8_t staaende; /* of the first: bit n = each message gets a copy by channel n */
	uint8_t reserve;  /* of the first: channel of the fall-back; 0 = none */
	bool ses;         /* its deliveries are to be looked through (kopi.c) */
	uint8_t kanal;    /* number of the channel that it is pushed by; 0 = none */
	bool push;        /* there is a channel */
	enum plan_aabning aabning;
	bool holdt;        /* by an operator: it queues, and nothing leaves */
	bool proever;      /* paused, and one delivery may try whether it opens */
	int64_t alarm_ms;  /* real time of the newest alarm */
	int32_t n_proever; /* probes since it was paused */
	int64_t proeve_ms; /* real time of the next probe; 0 = none */
	int64_t samtidige; /* calls at the same time, at most */
	int64_t aaben_for; /* calls that it is trusted with now */
	bool traet;        /* it bore no more when it was tried last; not known after a restart */
	int64_t markoer;   /* fetched below this offset on ud */
	struct plan_overloeb overloeb;
	int64_t tidlige, tidlig_ms; /* receipts and discards before their message; since when */
	size_t antal;               /* deliveries in `aabne` */
	bool gnist;                 /* a spark for it is under way */
	size_t igang, kald;         /* intents; calls */
	struct plan_led klar, start, aabne, leverede; /* koe, levering, levering, levering */
	struct plan_led venter_paa_kald; /* in plan.venter_paa_kald when `start` is not empty */
	struct plan_led i_gnister;       /* in plan.gnister */
};

/* Of one person at one endpoint; a message without a person has a queue of its own. */
struct koe {
	struct plb_map_node node;
	uint8_t noegle[sizeof(struct plb_org) + 1 + 16];
	struct endepunkt *ep;
	struct plan_led led; /* in ep->klar */
	struct levering *foerste, *sidste;
};

struct levering {
	struct plb_map_node node; /* by id */
	struct plb_uuid id;
	struct plb_uuid
	    leveringid; /* what the recipient knows it by: of a copy that of the first */
	struct endepunkt *ep;
	struct koe *koe;               /* NULL: not in a queue */
	struct levering *efter, *foer; /* in the queue */
	struct plan_led i_ep;          /* aabne or leverede */
	struct plan_led i_start;       /* ep->start, or plan.nye before the commit */
	struct plb_heap_node
	    forfald; /* when it may be attempted, or when an unresolved attempt counts as lost */
	struct plb_person person;
	bool har_person;
	bool vor; /* the attempt was begun in this life of the partition: its outcome will come */
	bool gammel;       /* not seen yet in the walk of a rebuild */
	bool hentes;       /* the content is being read again; not ready until it is there */
	bool forbi;        /* in a queue of its own, past its person's */
	bool laast;        /* a withdrawal that waits for the outcome of what it withdraws */
	bool lavet;        /* its content does not stand on ud: it is made here */
	bool tilbagekaldt; /* withdrawn while its attempt is under way */
	bool reserve;      /* has a copy by the fall-back channel; of a copy: is that one */
	bool naaet;        /* a copy of it has arrived */
	enum lev_status status;
	int32_t forsoeg, skridt;
	int64_t
	    plads;    /* offset on ud that gives its place in the queue, and its key in the state */
	int64_t laes; /* offset on ud where its content stands */
	int64_t ankommet, frist; /* real; business time, 0 = none */
	struct plb_slice blob;   /* its entry, borrowed from the state */
	void *indhold;           /* what the body is built from; NULL: on ud only */
	size_t indhold_len;
};

struct plan_genopbyg {
	struct levering *l;
	int64_t forfald_ms;
};

struct plan {
	struct plan_konf konf;
	struct plb_rng rng;
	struct plb_map endepunkter, koer, leveringer;
	struct plb_heap forfald;
	struct plan_led nye;             /* intents of the open batch */
	struct plan_led venter_paa_kald; /* endpoints, served by turns */
	struct plan_led gnister;         /* endpoints that have something to decide in a callback */
	size_t kald, igang, hentes, antal; /* antal: in `aabne`, of all endpoints */
	size_t indhold;                    /* bytes */
	struct plan_genopbyg *genopbyg;    /* met in the walk, not in their lists yet */
	size_t n_genopbyg, plads_genopbyg;
};

void plan_init(struct plan *p, const struct plan_konf *k);
void plan_fini(struct plan *p);

/* The organisation's first, or its copies by a channel. NULL = not known. */
struct endepunkt *plan_endepunkt(const struct plan *p, struct plb_slice org);
struct endepunkt *plan_endepunkt_af(const struct plan *p, const struct plb_org *org, uint8_t kopi);
/* NULL: out of memory, or no organisation. */
struct endepunkt *plan_endepunkt_lav(struct plan *p, struct plb_slice org, int32_t partition);
struct endepunkt *plan_kopi_lav(struct plan *p, struct endepunkt *hoved, uint8_t kopi);
/* Channel (0 = none), opening or number of calls changed: what is ready is worked out anew. */
void plan_endepunkt_saet(struct plan *p, struct endepunkt *ep, uint8_t kanal, int64_t samtidige);
void plan_endepunkt_aabn(struct plan *p, struct endepunkt *ep, enum plan_aabning aabning);
void plan_hold(struct plan *p, struct endepunkt *ep, bool holdt);

struct levering *plan_find(const struct plan *p, const struct plb_uuid *id);
/* A delivery with the plain members of `v`; NULL: out of memory or id known. `forfald_ms`: 0 = at
 * once. */
struct levering *plan_tilfoej(struct plan *p, const struct levering *v, int64_t forfald_ms);
/* The one way in which a delivery changes place. LEV_SLUT frees it. */
void plan_flyt(struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms);
/* Is the person's queue held by a parked one? */
bool plan_koe_parkeret(
    const struct plan *p, const struct endepunkt *ep, const struct plb_person *person);
struct levering *plan_koe_foerste(/* NULL = nothing unsettled */
    const struct plan *p, const struct endepunkt *ep, const struct plb_person *person);

/* The next delivery of ep to write an intent for; NULL = none may. Then plan_flyt(LEV_IGANG). */
struct levering *plan_klar(struct endepunkt *ep);
/* The batch's intents are committed: they may start. */
void plan_bekraeftet(struct plan *p);
/* Content is being read again, or has come. */
void plan_hentes(struct plan *p, struct levering *l, bool hentes);
/* Keeps a copy, as far as there is room (false: none). */
bool plan_indhold(struct plan *p, struct levering *l, const void *indhold, size_t len);
void plan_indhold_slip(struct plan *p, struct levering *l);
/* From now on in a queue of its own. */
void plan_forbi(struct plan *p, struct levering *l);
/* May go on, now that what it withdraws has its outcome. */
void plan_lad_gaa(struct plan *p, struct levering *l);
/* Room for one more unsettled delivery? Otherwise it stays on ud for now. */
bool plan_er_plads(const struct plan *p, const struct endepunkt *ep);
/* An attempt has shown how the endpoint bears the load. */
void plan_baerer(struct plan *p, struct endepunkt *ep, bool godt);
/* One delivery may try the paused endpoint. */
void plan_proev(struct plan *p, struct endepunkt *ep);
/* The next delivery whose call may start; NULL = none now. Counted as a call until
 * plan_kald_slut(its ep). */
struct levering *plan_start(struct plan *p);
void plan_kald_slut(struct plan *p, struct endepunkt *ep);
/* Takes what is due at now_ms; an endpoint with something ready gets a spark. False: `now` is too
 * early for all. */
bool plan_forfald(struct plan *p, int64_t now_ms, struct levering **uvis);
int64_t plan_naeste_forfald(const struct plan *p); /* INT64_MAX = none */
/* Endpoints that wait for a spark; NULL = none. */
struct endepunkt *plan_gnist(struct plan *p);
void plan_gnist_bed(struct plan *p, struct endepunkt *ep);

/* Pause before the attempt of that step, jittered, at least `mindst_ms` (Retry-After, at most a
 * day); -1: the schedule is used up. */
int64_t plan_pause(struct plan *p, int32_t skridt, int64_t mindst_ms);

/* ---- a rebuild: after an abort, or when a partition is restored ---- */
void plan_genopbyg_begynd(struct plan *p, int32_t partition);
/* One entry as it is in the state: adds or corrects. false: out of memory. */
bool plan_genopbyg_en(struct plan *p, const struct levering *v, int64_t forfald_ms, int64_t now_ms);
void plan_genopbyg_slut(struct plan *p, int32_t partition);
/* The partition is gone: its endpoints and deliveries are freed; its calls must have ended before.
 */
void plan_partition_vaek(struct plan *p, int32_t partition);

/* The delivery around its link in `aabne` or `leverede`. */
struct levering *plan_af_ep(const struct plan_led *led);
static inline bool
plan_tom(const struct plan_led *hoved)
{
	return hoved->naeste == hoved;
}

#endif
