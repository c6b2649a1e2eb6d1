// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_TRIN_H
#define FORLOEB_TRIN_H

#include "grund.h"

/* One step: what all handlers and deciders work on. Lives for one call of forloeb_step or
 * forloeb_timer. */
struct trin {
	struct person *p;
	const struct haendelse *h; /* NULL in a timer's step */
	struct plb_time now;       /* PLB_TIME_UNSET: nothing is due */
	struct plb_time modtaget;  /* when the fact was accepted: now, or before it waited */
	struct plb_time tid; /* `time` of what is made in this step: the fact's, or the due time */
	struct plb_slice aarsag; /* id of the cause: the fact's id, or the timer's */
	const struct forloeb_grund *g;
	const struct regler *rr; /* g's */
	struct plb_arena *a;
	struct effekter *out;
	struct plb_uuid forloeb;    /* the forløb that the fact belongs to; nil = none */
	enum venter_paa venter_paa; /* with an afvisning: what is not known but may become so */
	struct plb_uuid venter_id;
	struct plb_uuid genspil; /* key of the fact that waited, while it is taken; nil otherwise */
	enum plb_err fejl;       /* sticky: arena or effects full */
};

/* Why a fact was refused; static. */
struct afvisning {
	const char *aarsag, *felt, *besked;
};

/* The civil date of the step; the registration's while the clock is unset. */
struct plb_dato trin_idag(const struct trin *t, const struct forloeb *f);
/* A new effect, or NULL with t->fejl set. */
struct effekt *trin_effekt(struct trin *t, enum effekt_art art);
/* Id of the delivery that has this number. */
struct plb_uuid trin_leveringid(
    const struct forloeb *f, const struct plb_org *til, int64_t sequence);
/* A new message to `til` in forløb f: numbered, with its delivery id. */
struct effekt *trin_besked(
    struct trin *t, struct forloeb *f, enum effekt_art art, const struct plb_org *til);
/* A new event made here about `emne_id` (NULL = the forløb itself). */
struct effekt *trin_lavet(struct trin *t, struct forloeb *f, enum lavet_type type,
    const struct plb_org *til, const struct plb_uuid *emne_id);
/* Take back one delivery, delivered or not: whoever has it or would have got it is told under the
 * same number. */
void trin_tilbagekald(struct trin *t, struct forloeb *f, const struct plb_org *hos,
    int64_t sequence, enum tilbagekaldt_aarsag aarsag);
/* Every delivery to an organisation that is not settled, except those numbered in `undtagen`. */
void trin_tilbagekald_alt(struct trin *t, struct forloeb *f, const struct plb_org *hos,
    const int64_t *undtagen, size_t n, enum tilbagekaldt_aarsag aarsag);
/* Tell the sender of the fact at hand that it was refused. Outside any forløb: no number, nothing
 * about the person (contract § 3). */
void trin_afvis(struct trin *t, const struct afvisning *nej, const uint8_t hmac[16]);
/* Keep or drop the event of a thing. */
void trin_gem(struct trin *t, char art, struct plb_uuid id);
void trin_glem(struct trin *t, char art, struct plb_uuid id);

/* Name of a made type: "handover-due". */
const char *lavet_navn(enum lavet_type type);

#endif
