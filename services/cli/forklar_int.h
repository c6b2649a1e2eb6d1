// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_FORKLAR_INT_H
#define CLI_FORKLAR_INT_H

#include "dagpengetimer.h"
#include "forklar.h"

/* What the explanations share; one thread. forklar.c has one function for each kind of event,
 * forklar_ord.c the words, forklar_regn.c facts and arithmetic. */

#define LED_MAX 60

/* One explanation while it is made: the course as it was told up to `tid`. */
struct sag {
	const struct forklar *g;
	const struct regelsaet *r;
	struct forloeb f;
	struct plb_time tid;
	const struct plb_jv *data;
	struct forklaring *ud;
};

/* Words: dates, amounts and names as a case worker says them. */
void forklar_klokken(struct plb_time t, struct plb_buf *out);
void forklar_maaned(struct plb_maaned m, struct plb_buf *out);
void forklar_arbejdsdage(int n, struct plb_buf *out);
/* The weekdays from a to b that are closed; weekends need no word. */
void forklar_lukkede(
    const struct sag *s, struct plb_dato a, struct plb_dato b, struct plb_buf *out);
void forklar_org(const struct sag *s, struct plb_slice o, struct plb_buf *out);

/* A rule that decided. */
void sag_regel(struct sag *s, enum regel_parameter p);
/* Members of the event; false = not there, or not of that shape. */
bool sag_dato(const struct sag *s, const char *medlem, struct plb_dato *ud);
bool sag_tid(const struct sag *s, const char *medlem, struct plb_time *ud);
bool sag_er(const struct sag *s, const char *medlem, const char *ord);

/* Lines among the facts. */
void sag_fakta_tilmelding(struct sag *s);
void sag_fakta_timer(struct sag *s);
/* Pieces of the arithmetic. */
void sag_regn_graense(struct sag *s, const struct timer_led *led, size_t n);
void sag_regn_pakkefrist(struct sag *s, struct plb_dato virkning);
void sag_regn_maaneder(struct sag *s);
void sag_regn_efter(struct sag *s, int n, struct plb_dato fra, struct plb_time frist);

#endif
