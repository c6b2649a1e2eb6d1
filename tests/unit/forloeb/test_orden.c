// SPDX-License-Identifier: MPL-2.0
/* Properties of any course: the order of facts between two decisions does not matter, sending twice
 * does nothing, messages are numbered without gaps, and every delivery has an id of its own
 * (contract § 3, § 7). */
#include "bane.h"
#include "prop.h"

#include <stdio.h>
#include <stdlib.h>

#define FAKTA_MAX 24

/* A course as numbers, so that it can be played in another order. */
struct fakta {
	int art, et, to;
};
struct spil {
	struct fakta f[FAKTA_MAX];
	size_t n;
};

/* Kinds of facts from `fra` to below `til`. */
enum { ART_TING = 0, ART_SKIFT = 5, ART_ALLE = 13 };

static void
traek_af(struct prop *p, struct spil *s, int fra, int til)
{
	s->n = 0;
	while (s->n < FAKTA_MAX && prop_more(p, 10)) {
		struct fakta *f = &s->f[s->n++];

		f->art = fra + (int)prop_below(p, (uint64_t)(til - fra));
		f->et = (int)prop_below(p, 4);
		f->to = (int)prop_below(p, 16034);
		prop_note(p, "(%d %d %d) ", f->art, f->et, f->to);
	}
}

static void
traek(struct prop *p, struct spil *s)
{
	traek_af(p, s, ART_TING, ART_SKIFT);
}

/* Somebody else speaks. */
static struct haendelse
af(struct bane *b, const char *afsender, struct haendelse h)
{
	h.ev.org = org(afsender);
	h.ev.source = plb_slice_str(plb_arena_printf(&b->a, "/%s/test", afsender));
	return h;
}

/* A change that takes effect later than every fact is handed in. */
static struct haendelse
skift(struct bane *b, const struct fakta *f)
{
	static const char *const dage[] = {"2024-04-10", "2024-04-11", "2024-05-02", "2024-06-01"};
	static const char *const kommuner[] = {"0101", "0851", "0330", "0101"};
	const char *dag = dage[f->et], *senere = dage[f->to % 4];

	switch (f->art) {
	case 5:
		return h_medlemskab(b, AENDRING_UD, "hk", dag);
	case 6:
		return af(b, "akasse:foa", h_medlemskab(b, AENDRING_IND, "foa", dag));
	case 7:
		return h_medlemskab(b, AENDRING_TILBAGEKALDT, "hk", dag);
	case 8:
		return h_kategori(b, (enum kategori)(f->to % 2), dag);
	case 9:
		return af(b, "kommune:0461", h_flyt(b, "0461", kommuner[f->to % 4], dag));
	case 10:
		return af(b, "dfdg:star", h_flyt(b, kommuner[f->to % 4], "0751", dag));
	case 11:
		return h_fravaer(b, 40 + (unsigned)(f->to % 3), f->to % 2 != 0 ? 11 : 10, dag,
		    f->to % 4 > f->et ? senere : NULL);
	default:
		return af(b, "dfdg:star", h_gruppe(b, f->to % 3 == 0 ? 13 : 1, dag));
	}
}

/* The i-th fact, `time` a second after the one before whatever the order of handing in. */
static struct haendelse
fakta(struct bane *b, const struct spil *s, size_t i)
{
	static const char *const maaneder[] = {"2024-03", "2024-04", "2024-05", "2024-06"};
	const struct fakta *f = &s->f[i];
	struct haendelse h;

	b->nr = (unsigned)i;
	switch (f->art) {
	case 0:
		h = h_timer(b, maaneder[f->et], f->to);
		break;
	case 1:
		h = h_samtale(b, 10 + (unsigned)f->et, "2024-03-04T10:00:00+01:00");
		((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = f->to % 2 != 0 ? 15 : 7;
		break;
	case 2:
		h = h_referat(b, 20 + (unsigned)f->et, 9, 1 + f->to % 3);
		break;
	case 3:
		h = h_referat(b, 20 + (unsigned)f->et, 9, 1 + f->to % 3);
		h.u.referat_publiceret.har_deles = true;
		h.u.referat_publiceret.deles = f->to % 2 != 0;
		break;
	case 4:
		h = af(b, "kommune:0461",
		    h_samtale(b, 30 + (unsigned)f->et, "2024-03-04T10:00:00+01:00"));
		break;
	default:
		h = skift(b, f);
		break;
	}
	h.ev.time.ms += 1000 * (int64_t)i;
	return h;
}

/* Plays the course in the order given by `raekke`, `gange` times each, and lets a year pass. */
static struct bane *
spil(const struct spil *s, const size_t *raekke, int gange)
{
	struct bane *b = bane_new();
	size_t i;
	int g;

	bane_ur(b, "2024-03-01T09:00:00+01:00");
	(void)bane_tag(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_ur(b, "2024-03-04T12:00:00+01:00");
	b->nr = 900;
	(void)bane_tag(b, h_samtale(b, 9, "2024-03-04T09:00:00+01:00"));
	for (i = 0; i < s->n; i++)
		for (g = 0; g < gange; g++)
			(void)bane_tag(b, fakta(b, s, raekke[i]));
	bane_ur(b, "2025-03-01T09:00:00+01:00");
	return b;
}

/* What a message says, without numbers and ids that follow the order of sending. */
static void
tekst(const struct besked *m, char *ud, size_t n)
{
	char ting[PLB_UUID_TEXT];
	long tal = 0;

	if (strcmp(m->type, "handover-due") == 0)
		tal = (long)m->e.u.handover_due.timer_c * 100000 +
		    m->e.u.handover_due.virkningsdato.dage + (long)m->e.u.handover_due.mangler.n +
		    10 * (long)m->e.u.handover_due.referater.n;
	snprintf(ud, n, "%s %s %s v%d %ld", m->e.til.text, m->type, plb_uuid_text(m->ting, ting),
	    (int)m->version, tal);
}

static int
sammenlign(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Every forecast on the way is a decision sent, and may be withdrawn: they differ, the last one
 * counts. A claim that never held is refused, one that did and was overtaken is not. */
static bool
foelger_raekkefoelgen(const char *type)
{
	return strcmp(type, "handover-forventet") == 0 ||
	    strcmp(type, "levering-tilbagekaldt") == 0 || strcmp(type, "haendelse-afvist") == 0;
}

#define LINJE 160
static char (*linjer(const struct bane *b, bool uden_varsler, size_t *n))[LINJE]
{
	char(*l)[LINJE] = calloc(b->n + 1, sizeof(*l));
	size_t i;

	*n = 0;
	for (i = 0; l != NULL && i < b->n; i++) {
		if (uden_varsler && foelger_raekkefoelgen(b->besked[i].type))
			continue;
		tekst(&b->besked[i], l[(*n)++], LINJE);
	}
	if (l != NULL)
		qsort(l, *n, sizeof(*l), sammenlign);
	return l;
}

static bool
samme_beskeder(const struct bane *a, const struct bane *b, bool uden_varsler)
{
	size_t na, nb, i;
	char(*la)[LINJE] = linjer(a, uden_varsler, &na);
	char(*lb)[LINJE] = linjer(b, uden_varsler, &nb);
	bool ok = la != NULL && lb != NULL && na == nb;

	for (i = 0; ok && i < na; i++)
		ok = strcmp(la[i], lb[i]) == 0;
	free(la);
	free(lb);
	return ok;
}

static bool
samme_forloeb(struct bane *a, struct bane *b)
{
	const struct forloeb *x = a->p.forloeb.p, *y = b->p.forloeb.p;

	return a->p.forloeb.n == b->p.forloeb.n &&
	    timer_sum(x, &a->rr.r[0]) == timer_sum(y, &b->rr.r[0]) &&
	    x->samtaler.n == y->samtaler.n && x->referater.n == y->referater.n &&
	    x->due.sendt == y->due.sendt &&
	    x->due.virkningsdato.dage == y->due.virkningsdato.dage &&
	    plb_dato_eq(x->varsel.virkningsdato, y->varsel.virkningsdato);
}

static void
ligeud(const struct spil *s, size_t *raekke)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		raekke[i] = i;
}

static void
bland(struct prop *p, size_t *raekke, size_t n)
{
	size_t i;

	for (i = n; i > 1; i--) {
		size_t j = (size_t)prop_below(p, i), x = raekke[i - 1];

		raekke[i - 1] = raekke[j];
		raekke[j] = x;
	}
}

/* A fact that was refused in one order and not in another would be a difference; that is why the
 * conversation which all referater are about is known before. */
static bool
order_between_decisions_does_not_matter(struct prop *p, void *arg)
{
	struct spil s;
	size_t frem[FAKTA_MAX] = {0}, blandet[FAKTA_MAX] = {0}, i;
	struct bane *a, *b;
	bool ok;

	(void)arg;
	traek(p, &s);
	ligeud(&s, frem);
	ligeud(&s, blandet);
	bland(p, blandet, s.n);
	a = spil(&s, frem, 1);
	b = spil(&s, blandet, 1);
	/* The kommune's conversations go to the a-kasse as each comes: only their newest is sure to
	 * be sent. Those are left to the counts below. */
	ok = samme_forloeb(a, b);
	for (i = 0; ok && i < s.n; i++)
		if (s.f[i].art == 4)
			break;
	if (ok && i == s.n)
		ok = samme_beskeder(a, b, true);
	bane_free(a);
	bane_free(b);
	return ok;
}

/* Leaving, entering, moving, category, absence, contact group and hours: in whatever order they are
 * told, the same handover comes on the same day between the same parties. */
static bool
order_of_changes_does_not_matter(struct prop *p, void *arg)
{
	struct spil s;
	size_t frem[FAKTA_MAX] = {0}, blandet[FAKTA_MAX] = {0}, i;
	struct bane *a, *b;
	bool ok;

	(void)arg;
	traek_af(p, &s, ART_SKIFT - 1, ART_ALLE);
	for (i = 0; i < s.n; i++)
		if (s.f[i].art == ART_SKIFT - 1)
			s.f[i].art = 0; /* hours among them, also more than part-time gives */
	ligeud(&s, frem);
	ligeud(&s, blandet);
	bland(p, blandet, s.n);
	a = spil(&s, frem, 1);
	b = spil(&s, blandet, 1 + (int)prop_below(p, 2));
	ok = samme_forloeb(a, b) && samme_beskeder(a, b, true) &&
	    plb_org_eq(&bane_forloeb(a, 0)->akasse, &bane_forloeb(b, 0)->akasse) &&
	    plb_org_eq(&bane_forloeb(a, 0)->kommune, &bane_forloeb(b, 0)->kommune) &&
	    bane_forloeb(a, 0)->kategori == bane_forloeb(b, 0)->kategori &&
	    bane_forloeb(a, 0)->due.aarsag == bane_forloeb(b, 0)->due.aarsag;
	bane_free(a);
	bane_free(b);
	return ok;
}

static bool
sending_twice_does_nothing(struct prop *p, void *arg)
{
	struct spil s;
	size_t frem[FAKTA_MAX] = {0};
	struct bane *a, *b;
	bool ok;

	(void)arg;
	traek(p, &s);
	ligeud(&s, frem);
	a = spil(&s, frem, 1);
	b = spil(&s, frem, 2);
	ok = samme_beskeder(a, b, false) && samme_forloeb(a, b);
	bane_free(a);
	bane_free(b);
	return ok;
}

static bool
tilbagekaldt(const struct effekt *e)
{
	return e->art == EFFEKT_LAVET && e->type == LAVET_LEVERING_TILBAGEKALDT;
}

/* Numbers 1, 2, 3 … for each recipient and course, where a withdrawal has the number of what it
 * takes back; ids of deliveries and of made events are never used twice. */
static bool
numbered_without_gaps_and_unique(struct prop *p, void *arg)
{
	struct spil s;
	size_t frem[FAKTA_MAX] = {0}, i, j;
	struct bane *b;
	bool ok = true;

	(void)arg;
	traek(p, &s);
	ligeud(&s, frem);
	b = spil(&s, frem, 1);
	for (i = 0; ok && i < b->n; i++) {
		const struct effekt *e = &b->besked[i].e;
		int64_t foer = 0;

		for (j = 0; ok && j < i; j++) {
			const struct effekt *x = &b->besked[j].e;

			ok = !plb_uuid_eq(x->leveringid, e->leveringid) &&
			    !(x->art == EFFEKT_LAVET && e->art == EFFEKT_LAVET &&
				plb_uuid_eq(x->id, e->id));
			if (!tilbagekaldt(x) && plb_org_eq(&x->til, &e->til) &&
			    plb_uuid_eq(x->correlationid, e->correlationid))
				foer = x->sequence;
		}
		ok = ok &&
		    (e->type == LAVET_HAENDELSE_AFVIST && e->art == EFFEKT_LAVET ? e->sequence == 0
			    : tilbagekaldt(e) ? e->sequence <= foer
					      : e->sequence == foer + 1);
	}
	bane_free(b);
	return ok;
}

static void
holds(void **state)
{
	(void)state;
	assert_true(prop_holds("order_between_decisions_does_not_matter",
	    order_between_decisions_does_not_matter, NULL, 400));
	assert_true(prop_holds(
	    "order_of_changes_does_not_matter", order_of_changes_does_not_matter, NULL, 600));
	assert_true(
	    prop_holds("sending_twice_does_nothing", sending_twice_does_nothing, NULL, 200));
	assert_true(prop_holds(
	    "numbered_without_gaps_and_unique", numbered_without_gaps_and_unique, NULL, 200));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(holds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
