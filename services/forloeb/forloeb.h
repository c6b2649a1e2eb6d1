// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_FORLOEB_H
#define FORLOEB_FORLOEB_H

#include "grund.h"
#include "levering.h"

/* The course of one person as a pure function of (state, fact or due time, now). No clock, I/O,
 * randomness or log; effects are data. */

struct forloeb_udfald {
	enum plb_trin trin;     /* behandlet, afventer, afvist, gentagelse */
	const char *fejl;       /* with afvist: the code of the reason; static */
	const char *afventer;   /* with afventer: the member that names what is not known; static */
	struct plb_time naeste; /* next due time of the person, PLB_TIME_NEVER = none */
	struct plb_uuid forloeb; /* the forløb the fact belongs to; nil when none */
};

/* Take a fact. `p` is changed in place and lives in `a`, as everything that `out` points to.
 * PLB_OK with the outcome in `ud`, a refused fact included; PLB_E_FOR_STOR when arena or effects
 * are full (class REJECT: the record is parked, the state stays as it was). Any thread. */
PLB_MUSTUSE enum plb_err forloeb_step(struct person *p, const struct haendelse *h,
    struct plb_time now, const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct forloeb_udfald *ud);

/* What became of a delivery in this forløb (levering-status); `tid` = of the status. An unknown
 * forløb or number changes nothing. */
PLB_MUSTUSE enum plb_err forloeb_svar(struct person *p, struct plb_uuid forloeb,
    const struct levering_svar *s, struct plb_slice aarsag, struct plb_time now,
    const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct plb_time *naeste);

/* A due time of the person has come; now = that due time. */
PLB_MUSTUSE enum plb_err forloeb_timer(struct person *p, struct plb_slice aarsag,
    struct plb_time now, const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct plb_time *naeste);

/* Nothing is known of the person any more: the entry can go. */
bool forloeb_tom(const struct person *p);

#endif
