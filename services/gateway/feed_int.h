// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_FEED_INT_H
#define GATEWAY_FEED_INT_H

#include <parloeb/follower.h>

#include "feed.h"
#include "hale.h"
#include "tilbage.h"
#include "visning.h"
#include "vist.h"

#define FEED_LAESERE 4 /* reads of older mail at once */

/* One reading of a mailbox, from the request to its answer; a stream goes on until its client
 * leaves. VENTER  in the waiting list of its partition: for news, or for the position of the tail
 *   KOE     in the queue for a reader of older mail
 *   BAGUD   has such a reader
 *   PAUSE   a stream between two pages of older mail: in no list, its timer is set
 * and for the time of a call no list. */
enum laesning_tilstand {
	LAESNING_FRI,
	LAESNING_VENTER,
	LAESNING_KOE,
	LAESNING_BAGUD,
	LAESNING_PAUSE
};
struct laesning {
	struct holdt holdt; /* first */
	struct feed *feed;
	struct plb_http_req *r;
	struct plb_org org;
	int32_t partition;
	int64_t pos; /* next offset to look at; -1 = from the oldest */
	int64_t
	    set_pos; /* pos when the timer was set: older mail may take its time while it moves */
	struct vist vist; /* withdrawals shown ahead of pos */
	int64_t maks;
	struct plb_mono vent_til, frist; /* of an empty answer; of any answer */
	bool stroem;                     /* server-sent events */
	bool fornyet;                    /* stream: something was written since the timer was set */
	struct plb_buf side;             /* the page so far */
	size_t n;                        /* its events */
	enum laesning_tilstand tilstand;
	struct laesning *naeste, *forrige; /* in the list of its state */
	struct bagud *bagud;
	struct plb_loop_timer *timer;
};

struct laesninger { /* a list in order */
	struct laesning *foerste, *sidste;
};
void laesninger_ind(struct laesninger *l, struct laesning *x);
void laesninger_ud(struct laesninger *l, struct laesning *x);

struct feed_partition {
	struct hale hale;
	struct laesninger venter;
	bool nyt;    /* something came in this turn */
	bool fundet; /* … and only now the place of the tail is known: all who wait look again */
};

/* A reader of older mail. At rest it keeps its place for a while: the next page often goes on
 * there. */
struct bagud {
	struct feed *feed;
	struct plb_reader *laeser;
	struct laesning *nu; /* NULL: at rest */
	int32_t partition;   /* -1: none assigned */
	int64_t pos;         /* next offset it gives; -1 = the oldest there is */
	bool aeldste;        /* looks for the oldest offset, to answer 410 with it */
	struct plb_mono sidst;
};

struct feed {
	struct gateway *g;
	int32_t n;
	struct feed_partition *partition;
	struct plb_reader *laeser; /* the tails */
	struct visning visning;
	struct tilbage tilbage;
	struct plb_follower *tilbage_laeser; /* NULL: the log is mocked */
	struct laesninger koe;
	struct bagud bagud[FEED_LAESERE];
	struct plb_loop_timer *ryd; /* readers at rest give their partition back */
	struct plb_map markoerer;   /* last cursor written for each organisation */
	size_t laesninger, baguder;
	bool slutter;
};

/* feed.c */
/* SIGTERM: answered with what there is. */
void laesning_slut(struct laesning *l);
/* Is the page full? */
bool laesning_fuld(const struct laesning *l);
/* A record of the partition; others' are passed over. Moves pos past it. */
void laesning_record(struct laesning *l, const struct plb_record *r);
/* Looks again at what there is: answers, waits or goes on. l may be gone afterwards. */
void laesning_videre(struct laesning *l);
/* What has been found goes out; a request is over by it. */
void laesning_side(struct laesning *l);
/* 410, with the oldest place there is. */
void laesning_for_gammel(struct laesning *l, int64_t aeldste);
/* Kafka does not give it. */
void laesning_opgiv(struct laesning *l);

/* bagud.c: older mail */
void bagud_init(struct feed *f);
void bagud_fini(struct feed *f);
/* l is read from Kafka, now or in its turn. */
void bagud_start(struct feed *f, struct laesning *l);
/* l wants no more. */
void bagud_slip(struct laesning *l);

/* tilbagekaldte.c: withdrawals, known ahead */
void tilbagekaldte_init(struct feed *f);
void tilbagekaldte_fini(struct feed *f);
PLB_MUSTUSE enum plb_err tilbagekaldte_start(struct feed *f, struct plb_errctx *ec);

/* markoer.c: fetching past an event settles it */
void markoer_init(struct feed *f);
void markoer_fini(struct feed *f);
void markoer_hentet(struct feed *f, const struct plb_org *org, int64_t position);

#endif
