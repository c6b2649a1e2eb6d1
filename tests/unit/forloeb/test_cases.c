// SPDX-License-Identifier: MPL-2.0
/* The worked courses of tests/cases against the service in memory; each also with everything sent
 * twice, with a kill between any two facts or due times, and with facts between two decisions in
 * other orders.
 */
#include "hukommelse.h"
#include "sagsfil.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const sager[] = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10",
    "11", "12", "13", "14", "15", "16", "17", "18", "19"};

struct sagtest {
	struct sag sag;
	struct plb_arena a;
	struct plb_person person;
};

/* ---- play ---- */

static void
send(struct sagtest *t, size_t i, int gange)
{
	int g;

	for (g = 0; g < gange; g++)
		if (hukommelse_send(hu, t->sag.h[i].json, t->sag.h[i].afsender, &t->person) !=
		    PLB_OK)
			fail_msg("%s: event %zu: %s", t->sag.navn, i, hu->ec.text);
}

static void
spil(struct sagtest *t, int gange)
{
	size_t i;

	hukommelse_tom(hu);
	for (i = 0; i < t->sag.n_h; i++) {
		hukommelse_ur(hu, t->sag.h[i].ur);
		send(t, i, gange);
	}
	hukommelse_ur(hu, t->sag.slut);
}

#define ALLE SIZE_MAX
/* A kill when so many facts have been told (0 = before the first), or between any two of facts and
 * due times. */
static void
spil_draebt(struct sagtest *t, size_t efter)
{
	size_t i;

	hukommelse_tom(hu);
	hu->draebes_ved_tid = efter == ALLE;
	for (i = 0; i < t->sag.n_h; i++) {
		if (efter == i || efter == ALLE)
			hukommelse_draebt(hu);
		hukommelse_ur(hu, t->sag.h[i].ur);
		if (efter == ALLE)
			hukommelse_draebt(hu);
		send(t, i, 1);
	}
	if (efter == i || efter == ALLE)
		hukommelse_draebt(hu);
	hukommelse_ur(hu, t->sag.slut);
	hu->draebes_ved_tid = false;
}

/* Messages to anyone: decisions and relays. */
static size_t
antal_ud(void)
{
	size_t i, n = 0;

	for (i = 0; i < hu->n_ud; i++)
		n += strcmp(hu->ud[i].topic, "ud") == 0;
	return n;
}

/* Reminders among them: a fact that is sent past its deadline brings one about. */
static size_t
antal_paamindelser(void)
{
	size_t i, n = 0;

	for (i = 0; i < hu->n_ud; i++) {
		struct plb_slice navn;

		if (strcmp(hu->ud[i].topic, "ud") != 0)
			continue;
		navn = plb_event_name(hukommelse_laes(hu, &hu->ud[i], NULL).ev.type);
		n += plb_slice_is(navn, "samtale-mangler") || plb_slice_is(navn, "timer-mangler");
	}
	return n;
}

/* How many messages leave at each fact, and how many more before the next. */
static void
find_beslutninger(struct sagtest *t, size_t *straks, size_t *efter)
{
	size_t i, foer;

	hukommelse_tom(hu);
	for (i = 0; i < t->sag.n_h; i++) {
		hukommelse_ur(hu, t->sag.h[i].ur);
		foer = antal_ud();
		send(t, i, 1);
		straks[i] = antal_ud() - foer;
		hukommelse_ur(hu, i + 1 < t->sag.n_h ? t->sag.h[i + 1].ur : t->sag.slut);
		efter[i] = antal_ud() - foer - straks[i];
	}
}

/* Groups of facts with no decision between them: group g is fra[g] .. fra[g + 1]. */
struct grupper {
	size_t fra[SAG_MAX + 1], n;
};

static struct grupper
find_grupper(struct sagtest *t)
{
	size_t straks[SAG_MAX], efter[SAG_MAX], til;
	struct grupper g = {.n = 0};

	find_beslutninger(t, straks, efter);
	for (g.fra[0] = 0; g.fra[g.n] < t->sag.n_h; g.fra[++g.n] = til)
		for (til = g.fra[g.n] + 1; til < t->sag.n_h && straks[til - 1] == 0 &&
		     efter[til - 1] == 0 && straks[til] == 0;
		     til++)
			;
	return g;
}

/* The order of one group: backwards for seed 0, else drawn. */
static void
bland(size_t *orden, size_t fra, size_t til, unsigned seed)
{
	size_t i, k, sidst;

	for (i = 0; i < til - fra; i++)
		orden[i] = til - 1 - i;
	for (i = til - fra; i-- > 1 && seed != 0;) {
		seed = seed * 1103515245U + 12345U;
		k = (seed >> 16) % (i + 1);
		sidst = orden[i];
		orden[i] = orden[k];
		orden[k] = sidst;
	}
}

/* The facts of each group at the clock time of the last of them, in another order. */
static void
spil_blandet(struct sagtest *t, const struct grupper *g, unsigned seed)
{
	size_t orden[SAG_MAX], k, i;

	hukommelse_tom(hu);
	for (k = 0; k < g->n; k++) {
		bland(orden, g->fra[k], g->fra[k + 1], seed + (seed != 0) * (unsigned)k);
		hukommelse_ur(hu, t->sag.h[g->fra[k + 1] - 1].ur);
		for (i = 0; i < g->fra[k + 1] - g->fra[k]; i++)
			send(t, orden[i], 1);
	}
	hukommelse_ur(hu, t->sag.slut);
}

/* ---- judge ---- */

static bool
er(const struct laest *l, const struct udsendt *u, const struct sag_besked *m)
{
	return plb_slice_is(u->key, m->til) && plb_slice_is(plb_event_name(l->ev.type), m->type);
}

static void
forventet(struct sagtest *t, const char *hvordan)
{
	size_t i, k;

	/* In order for each recipient; others may lie between. */
	for (i = 0; i < t->sag.n_forventet; i++) {
		const struct sag_besked *m = &t->sag.forventet[i];
		size_t nr = 0, fundet = 0;

		for (k = 0; k < i; k++)
			nr += strcmp(t->sag.forventet[k].til, m->til) == 0;
		for (k = 0; k < hu->n_ud && fundet <= nr; k++) {
			const struct sag_besked *naeste = NULL;
			size_t j, set = 0;
			struct laest l;

			if (strcmp(hu->ud[k].topic, "ud") != 0)
				continue;
			l = hukommelse_laes(hu, &hu->ud[k], &t->person);
			for (j = 0; j < t->sag.n_forventet && naeste == NULL; j++)
				if (strcmp(t->sag.forventet[j].til, m->til) == 0 && set++ == fundet)
					naeste = &t->sag.forventet[j];
			if (naeste != NULL && er(&l, &hu->ud[k], naeste) &&
			    sag_indeholder(plb_slice_str(l.data), naeste->data))
				fundet++;
		}
		if (fundet <= nr)
			fail_msg(
			    "%s (%s): %s to %s is missing", t->sag.navn, hvordan, m->type, m->til);
	}
}

static void
aldrig(struct sagtest *t, const char *hvordan)
{
	size_t i, k;

	for (i = 0; i < t->sag.n_aldrig; i++)
		for (k = 0; k < hu->n_ud; k++) {
			struct laest l;

			if (strcmp(hu->ud[k].topic, "ud") != 0)
				continue;
			l = hukommelse_laes(hu, &hu->ud[k], &t->person);
			if (er(&l, &hu->ud[k], &t->sag.aldrig[i]))
				fail_msg("%s (%s): %s to %s was sent", t->sag.navn, hvordan,
				    t->sag.aldrig[i].type, t->sag.aldrig[i].til);
		}
}

/* Every message is of this person, numbered from 1, and holds his number for the recipient alone. A
 * withdrawal keeps the number of what it takes back, and holds nothing. */
static void
nummereret(struct sagtest *t)
{
	size_t i, k;

	for (i = 0; i < hu->n_ud; i++) {
		struct laest l;
		int64_t foer = 0;

		if (strcmp(hu->ud[i].topic, "ud") != 0)
			continue;
		l = hukommelse_laes(hu, &hu->ud[i], &t->person);
		assert_true(
		    l.ev.has_leveringid && l.ev.has_correlationid && l.ev.causationid.len > 0);
		assert_true(plb_person_eq(l.ev.person, t->person));
		if (l.ev.has_tilbagekalder) {
			assert_null(strstr(l.data, "\"cpr\""));
			continue;
		}
		assert_non_null(strstr(l.data, "\"cpr\":\""));
		for (k = 0; k < i; k++)
			if (strcmp(hu->ud[k].topic, "ud") == 0 &&
			    plb_slice_eq(hu->ud[k].key, hu->ud[i].key) &&
			    !hukommelse_laes(hu, &hu->ud[k], &t->person).ev.has_tilbagekalder)
				foer++;
		assert_int_equal(l.ev.sequence, foer + 1);
	}
}

static void
sag_op(struct sagtest *t, const char *nr)
{
	char path[200];

	plb_arena_init(&t->a, (size_t)1 << 20);
	snprintf(path, sizeof(path), PLB_SOURCE_DIR "/tests/cases/%s.json", nr);
	sag_laes(&t->a, path, &t->sag);
}

static void
holder(struct sagtest *t, const char *hvordan, unsigned nr)
{
	char navn[48];

	snprintf(navn, sizeof(navn), "%s %u", hvordan, nr);
	forventet(t, navn);
	aldrig(t, navn);
	nummereret(t);
}

#define ORDENER 40

static void
case_holds(void **state)
{
	struct sagtest *t = calloc(1, sizeof(*t));
	size_t n, paamindelser, snit;
	struct grupper g;
	unsigned seed;

	assert_non_null(t);
	sag_op(t, *state);
	spil(t, 1);
	holder(t, "once", 1);
	n = antal_ud();
	paamindelser = antal_paamindelser();
	spil(t, 2);
	assert_int_equal(antal_ud(), n);
	holder(t, "each told", 2);
	spil_draebt(t, ALLE);
	assert_int_equal(antal_ud(), n);
	holder(t, "killed everywhere", 0);
	for (snit = 0; snit <= t->sag.n_h; snit++) {
		spil_draebt(t, snit);
		assert_int_equal(antal_ud(), n);
		holder(t, "killed behind fact", (unsigned)snit);
	}
	g = find_grupper(t);
	for (seed = 0; seed < ORDENER; seed++) {
		spil_blandet(t, &g, seed);
		holder(t, "other order, seed", seed);
		assert_int_equal(antal_ud() - antal_paamindelser(), n - paamindelser);
	}
	plb_arena_fini(&t->a);
	free(t);
}

/* Every case file is in the list, so that none is skipped in silence. */
static void
every_case_is_listed(void **state)
{
	char path[200];
	size_t i, k, n = 0;

	(void)state;
	for (i = 1; i < 100; i++) {
		char nr[4];
		FILE *f;
		bool kendt = false;

		snprintf(nr, sizeof(nr), "%02u", (unsigned)i % 100);
		snprintf(path, sizeof(path), PLB_SOURCE_DIR "/tests/cases/%s.json", nr);
		f = fopen(path, "rb");
		if (f == NULL)
			continue;
		fclose(f);
		n++;
		for (k = 0; k < sizeof(sager) / sizeof(sager[0]); k++)
			kendt = kendt || strcmp(sager[k], nr) == 0;
		if (!kendt)
			fail_msg("case %s is in no list", nr);
	}
	assert_int_equal(n, sizeof(sager) / sizeof(sager[0]));
}

int
main(void)
{
	enum { N = sizeof(sager) / sizeof(sager[0]) };
	struct CMUnitTest tests[N + 1];
	char navne[N][16];
	size_t i;

	for (i = 0; i < N; i++) {
		snprintf(navne[i], sizeof(navne[i]), "case_%s", sager[i]);
		tests[i] = (struct CMUnitTest){
		    navne[i], case_holds, NULL, NULL, (void *)(uintptr_t)sager[i]};
	}
	tests[N] = (struct CMUnitTest)cmocka_unit_test(every_case_is_listed);
	return cmocka_run_group_tests(tests, hukommelse_gruppe_op, hukommelse_gruppe_ned);
}
