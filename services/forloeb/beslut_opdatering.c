// SPDX-License-Identifier: MPL-2.0
/* What came or was corrected after handover-due: the coming organisation is told, and the content
 * goes as its own event. */
#include "beslut_int.h"
#include "dagpengetimer.h"
#include "levering.h"

static void
send(struct trin *t, struct forloeb *f, const struct regelsaet *r, const struct plb_uuid *id,
    struct handover_opdateret o)
{
	struct effekt *e = trin_lavet(t, f, LAVET_HANDOVER_OPDATERET, &f->due.til, id);

	if (e == NULL)
		return;
	beslut_saet_frist(t, f, r, e);
	o.mangler = beslut_find_mangler(t, f, r);
	e->u.handover_opdateret = o;
}

/* What a thing that the recipient has got, or had got, is to it. */
static enum opdatering
aendring(bool tilbagekaldt, bool foer_delt)
{
	return tilbagekaldt ? OPDATERING_TILBAGEKALDT
	    : foer_delt     ? OPDATERING_KORRIGERET
			    : OPDATERING_TILFOEJET;
}

static void
opdater_samtale(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, const struct samtale *s)
{
	if (s->nr < f->due.nr || !levering_sendt(&s->leveringer, &f->due.til, s->nr))
		return;
	send(t, f, r, &s->id,
	    (struct handover_opdateret){.aendring = (int)aendring(s->tilbagekaldt, s->foer_delt),
		.har_samtale = true,
		.samtale = s->id});
}

/* A referat that was taken back was sent under its older number. */
static void
opdater_referat(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, const struct referat *x)
{
	if (x->nr < f->due.nr ||
	    !levering_sendt(&x->leveringer, &f->due.til, x->tilbagekaldt ? 1 : x->nr))
		return;
	send(t, f, r, &x->id,
	    (struct handover_opdateret){.aendring = (int)aendring(x->tilbagekaldt, x->foer_delt),
		.har_samtale = true,
		.samtale = x->samtale,
		.har_referat = true,
		.referat = x->id,
		.version = x->version});
}

/* Hours of the months that brought the handover about, reported anew. */
static void
opdater_timer(struct trin *t, struct forloeb *f, const struct regelsaet *r)
{
	struct plb_maaned m = plb_dato_maaned(f->due.virkningsdato);
	int64_t sum;

	if (f->due.aarsag != DUE_TIMER)
		return;
	sum = timer_sum_til(f, r, (struct plb_maaned){m.n - 1});
	if (sum == f->due.timer_c)
		return;
	f->due.timer_c = sum;
	send(t, f, r, NULL,
	    (struct handover_opdateret){
		.aendring = OPDATERING_KORRIGERET, .har_timer = true, .timer_c = sum});
}

void
beslut_opdater(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	const struct samtale *s = f->samtaler.p;
	const struct referat *x = f->referater.p;
	size_t i;

	(void)next;
	if (!f->due.sendt)
		return;
	for (i = 0; i < f->samtaler.n; i++)
		opdater_samtale(t, f, r, &s[i]);
	for (i = 0; i < f->referater.n; i++)
		opdater_referat(t, f, r, &x[i]);
	opdater_timer(t, f, r);
	f->due.nr = f->naeste_nr;
}
