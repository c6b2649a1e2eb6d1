// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_LEVERING_H
#define DISPATCH_LEVERING_H

#include <stdbool.h>

/* The states of one delivery as a table. Pure; plain values; any thread.
 *
 *            ┌──────── again ─────────┐
 *   VENTER ──┴─send→ IGANG ──2xx→ LEVERET ──receipt→ SLUT
 *     │ ↑              │
 *     │ └─genoptag─ PARKERET ←── refused, schedule used up, or behind such a one
 *   fetched, expired, withdrawn: from every state before LEVERET
 *
 * POSTKASSE is the message of an organisation without a webhook: it waits to be fetched. */
enum lev_status {
	LEV_VENTER,    /* to be pushed, now or at its time */
	LEV_IGANG,     /* an attempt is written down; its outcome is not */
	LEV_PARKERET,  /* held until somebody resumes it */
	LEV_POSTKASSE, /* feed only */
	LEV_LEVERET,   /* arrived; a receipt may follow */
	LEV_UDLOEBET,  /* no more pushing; the feed still has it */
	LEV_SLUT,      /* the entry is deleted */
	LEV_STATUSSER
};

enum lev_haendelse {
	LEV_H_SEND,        /* an attempt is about to start */
	LEV_H_OK,          /* 2xx */
	LEV_H_MIDLERTIDIG, /* failed, another attempt later */
	LEV_H_OPBRUGT,     /* failed, and it was the last of the schedule */
	LEV_H_AFVIST,      /* refused for good */
	LEV_H_PAUSE,       /* the endpoint takes nothing now */
	LEV_H_UVIS,        /* an attempt of an earlier life, time enough has passed: repeat it */
	LEV_H_BAGVED,      /* one before it of the same person is parked */
	LEV_H_GENOPTAG,
	LEV_H_HENTET, /* fetched past in the feed, or receipted before the 2xx was seen */
	LEV_H_HAANDTERET,
	LEV_H_AFVIST_IGEN,    /* receipt: temporarily refused, to be pushed again */
	LEV_H_AFVIST_FEED,    /* the same where there is nothing to push to */
	LEV_H_AFVIST_OPBRUGT, /* the same, the schedule is used up */
	LEV_H_AFVIST_ENDELIGT,
	LEV_H_SLETTET,
	LEV_H_UDLOEB,      /* too old to be pushed */
	LEV_H_FORAELD,     /* too old to be receipted */
	LEV_H_TILBAGEKALD, /* a withdrawal takes its place */
	LEV_H_GENSEND,     /* an operator has it sent once more */
	LEV_H_HOLD,        /* an operator holds its person */
	LEV_H_NAAET,       /* arrived by another channel: an attempt in vain is the last */
	LEV_H_OVERFLOEDIG, /* a copy that is needed no more */
	LEV_HAENDELSER
};

/* What the adapter does, in this order. */
#define LEV_FORSOEGT (1u << 0)        /* step `forsoegt` on svar */
#define LEV_MELD_LEVERET (1u << 1)    /* … `leveret` */
#define LEV_MELD_HAANDTERET (1u << 2) /* … */
#define LEV_MELD_AFVIST_MIDLERTIDIGT (1u << 3)
#define LEV_MELD_AFVIST_ENDELIGT (1u << 4)
#define LEV_MELD_SLETTET (1u << 5)
#define LEV_MELD_PARKERET (1u << 6)
#define LEV_MELD_UDLOEBET (1u << 7)
#define LEV_PLANLAEG (1u << 8) /* next attempt by the schedule */
#define LEV_FORFRA (1u << 9)   /* schedule from its beginning, at once */
#define LEV_IGNORER (1u << 10) /* nothing: it comes too late, or again */
#define LEV_MELD_TILBAGEKALDT (1u << 11)
#define LEV_FORBI (1u << 12) /* from now on past the queue of its person */

struct lev_overgang {
	enum lev_status naeste;
	unsigned handling;
};

struct lev_overgang lev_naeste(enum lev_status s, enum lev_haendelse h);
/* The same for a copy by another channel, which makes no ladder of its own: it ends when it has
 * arrived (`husk`: stays known until it is too old) and tells of that only where `fortael`, and of
 * trouble. */
struct lev_overgang lev_kopi(enum lev_status s, enum lev_haendelse h, bool fortael, bool husk);
/* Nothing has arrived, and may still. */
bool lev_uafgjort(enum lev_status s);
/* Not settled: holds what comes after it of the same person. */
bool lev_holder_koe(enum lev_status s);
/* Static names, as in the schema. */
const char *lev_status_navn(enum lev_status s);

#endif
