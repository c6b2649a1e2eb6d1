// SPDX-License-Identifier: MPL-2.0
/* Properties over every event type (contract § 7 "Late, twice, out of order"): the facts come from
 * the table of tests/sim/facts.c, so a new type joins by a row there. */
#include "facts.h"
#include "hukommelse.h"
#include "prop.h"

#include <stdio.h>
#include <stdlib.h>

#define FAKTA_MAX 12
#define GRUPPE_MAX 5
#define DAG_MS INT64_C(86400000)

struct kort { /* one fact, told at a time of its own, known when the clock stands at `ur` */
	struct facts_event e;
	struct plb_time ur;
};
struct spil {
	struct plb_arena a;
	struct kort f[FAKTA_MAX + GRUPPE_MAX];
	size_t n, foer; /* the first `foer` have their order; the rest is known at one time */
};

static uint64_t
traek(void *arg, uint64_t n)
{
	return prop_below(arg, n);
}

static void
kort(struct prop *p, struct spil *s, size_t type, struct plb_time ur)
{
	const struct facts_draw d = {traek, p};
	struct plb_time sagt = {ur.ms - 60000 + 1000 * (int64_t)s->n}; /* none at the same time */

	s->f[s->n].ur = ur;
	facts_make(&s->a, &d, type, 1, 0, (unsigned)s->n, sagt, &s->f[s->n].e);
	prop_note(p, "%s ", s->f[s->n].e.type);
	s->n++;
}

static void
del(struct prop *p, struct spil *s)
{
	struct plb_time ur;

	memset(s, 0, sizeof(*s));
	plb_arena_init(&s->a, (size_t)1 << 20);
	assert_int_equal(plb_time_parse(plb_slice_str("2024-03-06T09:00:00+01:00"), &ur), PLB_OK);
	kort(p, s, FACTS_REGISTRATION, ur);
	while (s->n < FAKTA_MAX && prop_more(p, 4)) {
		ur.ms += DAG_MS * (int64_t)(1 + prop_below(p, 20));
		kort(p, s, (size_t)prop_below(p, facts_types()), ur);
	}
	s->foer = s->n;
	ur.ms += DAG_MS;
	prop_note(p, "| ");
	while (s->n < s->foer + GRUPPE_MAX && prop_more(p, 3))
		kort(p, s, (size_t)prop_below(p, facts_types()), ur);
}

static size_t
beskeder(void)
{
	size_t i, n = 0;

	for (i = 0; i < hu->n_ud; i++)
		n += strcmp(hu->ud[i].topic, "ud") == 0;
	return n;
}

/* Plays it, the last group in that order, each fact `gange` times, the process killed between any
 * two facts or due times where wanted; true when the group itself made nobody a message. Then two
 * years pass. */
static bool
spil(const struct spil *s, const size_t *orden, int gange, bool draebt)
{
	size_t i, foer = 0;
	bool stille;
	int g;

	hukommelse_tom(hu);
	hu->draebes_ved_tid = draebt;
	for (i = 0; i < s->n; i++) {
		const struct kort *k = &s->f[i < s->foer ? i : s->foer + orden[i - s->foer]];

		if (draebt)
			hukommelse_draebt(hu);
		hukommelse_ur(hu, k->ur);
		if (i == s->foer)
			foer = beskeder();
		for (g = 0; g < gange; g++)
			if (hukommelse_send(hu, (const char *)k->e.json.p, k->e.org, NULL) !=
			    PLB_OK)
				fail_msg("%s: %s", k->e.type, hu->ec.text);
	}
	stille = s->n == s->foer || beskeder() == foer;
	hukommelse_ur(hu, (struct plb_time){s->f[s->n - 1].ur.ms + 730 * DAG_MS});
	return stille;
}

/* What everybody got: recipient and type, sorted. */
#define LINJE 96
static char (*post(size_t *n))[LINJE]
{
	char(*l)[LINJE] = calloc(beskeder() + 1, sizeof(*l));
	size_t i, h;

	assert_non_null(l);
	for (*n = i = 0; i < hu->n_ud; i++) {
		struct plb_slice type = {NULL, 0};

		if (strcmp(hu->ud[i].topic, "ud") != 0)
			continue;
		for (h = 0; h < hu->ud[i].n_headers; h++)
			if (strcmp(hu->ud[i].header[h].name, "ce_type") == 0)
				type = hu->ud[i].header[h].value;
		snprintf(l[(*n)++], LINJE, "%.*s %.*s", PLB_SLICE_ARG(hu->ud[i].key),
		    PLB_SLICE_ARG(type));
	}
	qsort(l, *n, sizeof(*l), (int (*)(const void *, const void *))strcmp);
	return l;
}

static bool
samme(char (*a)[LINJE], size_t na, char (*b)[LINJE], size_t nb, struct prop *p)
{
	for (size_t i = 0; i < na || i < nb; i++) {
		if (i < na && i < nb && strcmp(a[i], b[i]) == 0)
			continue;
		prop_note(p, "=> %s / %s", i < na ? a[i] : "-", i < nb ? b[i] : "-");
		return false;
	}
	return true;
}

static void
frem_og_tilbage(const struct spil *s, size_t *frem, size_t *tilbage)
{
	size_t n = s->n - s->foer;

	for (size_t i = 0; i < n; i++) {
		frem[i] = i;
		tilbage[i] = n - 1 - i;
	}
}

static bool
order_does_not_matter_where_no_decision_lies_between(struct prop *p, void *arg)
{
	size_t frem[GRUPPE_MAX], tilbage[GRUPPE_MAX], na, nb;
	char(*a)[LINJE], (*b)[LINJE];
	struct spil s;
	bool stille, ok;

	(void)arg;
	del(p, &s);
	frem_og_tilbage(&s, frem, tilbage);
	stille = spil(&s, frem, 1, false);
	a = post(&na);
	stille = spil(&s, tilbage, 1, false) && stille;
	b = post(&nb);
	ok = !stille || samme(a, na, b, nb, p);
	free(a);
	free(b);
	plb_arena_fini(&s.a);
	return ok;
}

/* The same messages when each fact comes `gange` times, or with kills between. */
static bool
samme_post(struct prop *p, int gange, bool draebt)
{
	size_t frem[GRUPPE_MAX], tilbage[GRUPPE_MAX], na, nb;
	char(*a)[LINJE], (*b)[LINJE];
	struct spil s;
	bool ok;

	del(p, &s);
	frem_og_tilbage(&s, frem, tilbage);
	(void)spil(&s, frem, 1, false);
	a = post(&na);
	(void)spil(&s, frem, gange, draebt);
	b = post(&nb);
	ok = samme(a, na, b, nb, p);
	free(a);
	free(b);
	plb_arena_fini(&s.a);
	return ok;
}

static bool
every_type_twice_is_once(struct prop *p, void *arg)
{
	(void)arg;
	return samme_post(p, 2, false);
}

static bool
kills_between_any_two_change_nothing(struct prop *p, void *arg)
{
	(void)arg;
	return samme_post(p, 1, true);
}

static void
holds(void **state)
{
	(void)state;
	assert_true(prop_holds("every_type_twice_is_once", every_type_twice_is_once, NULL, 400));
	assert_true(prop_holds("kills_between_any_two_change_nothing",
	    kills_between_any_two_change_nothing, NULL, 150));
	assert_true(prop_holds("order_does_not_matter_where_no_decision_lies_between",
	    order_does_not_matter_where_no_decision_lies_between, NULL, 600));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(holds)};

	return cmocka_run_group_tests(tests, hukommelse_gruppe_op, hukommelse_gruppe_ned);
}
