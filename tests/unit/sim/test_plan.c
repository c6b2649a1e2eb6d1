// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "tekst.h"

#define MEMBERS 2000

static struct plb_kalender *kalender;
static struct plb_org akasser[3], kommuner[4];

static struct plb_dato
dato(const char *text)
{
	struct plb_dato d;

	assert_int_equal(plb_dato_parse(plb_slice_str(text), &d), PLB_OK);
	return d;
}

static struct plb_time
tid(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

static int
load(void **state)
{
	static const char *const A[] = {"hk", "3f", "ase"},
				 *const K[] = {"0461", "0101", "0851", "0751"};
	struct plb_errctx ec = {{0}};
	static char csv[16384];
	FILE *f = fopen(PLB_SOURCE_DIR "/config/koder/helligdage.csv", "r");
	size_t i, n;

	(void)state;
	assert_non_null(f);
	n = fread(csv, 1, sizeof(csv), f);
	fclose(f);
	assert_int_equal(plb_kalender_parse(plb_slice(csv, n), &kalender, &ec), PLB_OK);
	for (i = 0; i < 3; i++)
		akasser[i] = plb_org_make(PLB_ORG_AKASSE, plb_slice_str(A[i]));
	for (i = 0; i < 4; i++)
		kommuner[i] = plb_org_make(PLB_ORG_KOMMUNE, plb_slice_str(K[i]));
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	plb_kalender_free(&kalender);
	return 0;
}

static void
plan(struct plb_arena *a, uint64_t seed, uint32_t members, struct sim_plan *p)
{
	struct sim_conf c = {.seed = seed,
	    .medlemmer = members,
	    .maaneder = 6,
	    .start = dato("2024-03-01"),
	    .akasser = akasser,
	    .kommuner = kommuner,
	    .n_akasser = 3,
	    .n_kommuner = 4,
	    .kalender = kalender};

	plb_arena_init(a, 256u << 20);
	assert_int_equal(sim_plan_new(&c, a, p), PLB_OK);
}

static void
test_same_seed_same_plan(void **state)
{
	struct plb_arena a, b, c;
	struct sim_plan p, q, other;

	(void)state;
	plan(&a, 7, 50, &p);
	plan(&b, 7, 50, &q);
	plan(&c, 8, 50, &other);
	assert_int_equal(p.n_events, q.n_events);
	assert_memory_equal(p.event, q.event, p.n_events * sizeof(*p.event));
	assert_true(other.n_events != p.n_events ||
	    memcmp(other.event, p.event, p.n_events * sizeof(*p.event)) != 0);
	plb_arena_fini(&a);
	plb_arena_fini(&b);
	plb_arena_fini(&c);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Nobody's numbers (day + 60), each once. */
static void
test_numbers_of_nobody(void **state)
{
	static const char *cpr[MEMBERS];
	struct plb_arena a;
	struct sim_plan p;
	uint32_t i;

	(void)state;
	plan(&a, 1, MEMBERS, &p);
	for (i = 0; i < MEMBERS; i++) {
		cpr[i] = p.medlem[i].cpr;
		assert_int_equal(strlen(cpr[i]), 10);
		assert_in_range((cpr[i][0] - '0') * 10 + cpr[i][1] - '0', 61, 91);
		assert_in_range((cpr[i][2] - '0') * 10 + cpr[i][3] - '0', 1, 12);
	}
	qsort(cpr, MEMBERS, sizeof(cpr[0]), by_text);
	for (i = 1; i < MEMBERS; i++)
		assert_string_not_equal(cpr[i - 1], cpr[i]);
	plb_arena_fini(&a);
}

/* In order of time, inside the period, nothing of a member before the registration or after
 * leaving. */
static void
test_events_in_their_time(void **state)
{
	struct plb_arena a;
	struct sim_plan p;
	size_t i;

	(void)state;
	plan(&a, 1, MEMBERS, &p);
	assert_true(p.n_events > MEMBERS);
	for (i = 0; i < p.n_events; i++) {
		const struct sim_event *e = &p.event[i];
		const struct sim_medlem *m = &p.medlem[e->medlem];

		assert_true(i == 0 || !plb_time_before(e->tid, p.event[i - 1].tid));
		assert_true(plb_time_before(e->tid, p.slut));
		assert_true(!plb_dato_before(plb_time_dato(e->tid), m->tilmeldt));
		if (plb_dato_set(m->afmeldt) && e->type != SIM_DEREGISTERED)
			assert_true(plb_time_before(e->tid, plb_dato_start(m->afmeldt)));
		if (e->type == SIM_SAMTALE) {
			assert_true(plb_kalender_arbejdsdag(kalender, plb_time_dato(e->tid)));
			assert_true(plb_time_before(m->afholdt[e->nr], e->tid));
		}
		if (e->type == SIM_REFERAT)
			assert_true(plb_time_before(m->afholdt[e->nr], e->tid));
		if (e->type == SIM_TIMER)
			assert_in_range(e->timer_c, 0, 16033);
	}
	plb_arena_fini(&a);
}

struct shape {
	unsigned stay, three, part, left, conversations, written, second;
};

static struct shape
shape_of(const struct sim_plan *p)
{
	struct shape s = {0};
	uint32_t i;
	int k;

	for (i = 0; i < p->c.medlemmer; i++) {
		const struct sim_medlem *m = &p->medlem[i];

		s.part += m->deltid;
		s.left += plb_dato_set(m->afmeldt);
		/* Who has time for all of them: registered in the first month, and stays. */
		if (!plb_dato_set(m->afmeldt) && plb_dato_before(m->tilmeldt, dato("2024-04-01"))) {
			s.stay++;
			s.three += m->n_samtaler >= 3;
		}
		for (k = 0; k < m->n_samtaler; k++) {
			s.conversations++;
			s.written += m->versioner[k] > 0;
			s.second += m->versioner[k] > 1;
		}
	}
	return s;
}

#define SHARE(x, of) ((x)*1000 / (of)) /* per thousand */

/* The published shares, with room for chance: the seed is fixed, so the test always says the same.
 */
static void
test_published_shape(void **state)
{
	struct plb_arena a;
	struct sim_plan p;
	struct shape s;

	(void)state;
	plan(&a, 1, MEMBERS, &p);
	s = shape_of(&p);
	assert_in_range(SHARE(s.three, s.stay), 680, 780);
	assert_in_range(SHARE(s.part, MEMBERS), 120, 180);
	assert_in_range(SHARE(s.left, MEMBERS), 310, 390);
	assert_in_range(SHARE(s.written, s.conversations), 900, 980);
	assert_in_range(SHARE(s.second, s.written), 40, 110);
	plb_arena_fini(&a);
}

static void
test_too_small_an_arena(void **state)
{
	struct sim_conf c = {.seed = 1,
	    .medlemmer = MEMBERS,
	    .maaneder = 6,
	    .start = dato("2024-03-01"),
	    .akasser = akasser,
	    .kommuner = kommuner,
	    .n_akasser = 3,
	    .n_kommuner = 4,
	    .kalender = kalender};
	struct plb_arena a;
	struct sim_plan p;

	(void)state;
	plb_arena_init(&a, 65536);
	assert_int_equal(sim_plan_new(&c, &a, &p), PLB_E_FOR_STOR);
	plb_arena_fini(&a);
}

/* ---- when responsibility passes: by hand ---- */

static const struct overdragelse {
	const char *navn;
	const char *tilmeldt, *afmeldt; /* NULL = stays */
	bool deltid;
	struct {
		int maaned;
		int64_t timer_c;
		const char *tid;
	} rapport[5];
	const char *virkning, *kendt; /* NULL = never */
} overdragelser[] = {
    {"three whole months: known at the end of the third", "2024-03-01", NULL, false,
	{{0, 16033, "2024-03-31T12:00:00+02:00"}, {1, 16033, "2024-04-30T12:00:00+02:00"},
	    {2, 16033, "2024-05-31T12:00:00+02:00"}},
	"2024-06-01", "2024-06-01T00:00:00+02:00"},
    {"410.00 is not above the limit", "2024-03-01", NULL, false,
	{{0, 16000, "2024-03-31T12:00:00+02:00"}, {1, 16000, "2024-04-30T12:00:00+02:00"},
	    {2, 9000, "2024-05-31T12:00:00+02:00"}},
	NULL, NULL},
    {"410.01 is", "2024-03-01", NULL, false,
	{{0, 16000, "2024-03-31T12:00:00+02:00"}, {1, 16000, "2024-04-30T12:00:00+02:00"},
	    {2, 9001, "2024-05-31T12:00:00+02:00"}},
	"2024-06-01", "2024-06-01T00:00:00+02:00"},
    {"333.00 part time", "2024-03-01", NULL, true,
	{{0, 13000, "2024-03-31T12:00:00+02:00"}, {1, 13000, "2024-04-30T12:00:00+02:00"},
	    {2, 7301, "2024-05-31T12:00:00+02:00"}},
	"2024-06-01", "2024-06-01T00:00:00+02:00"},
    {"a report that comes late makes it known late", "2024-03-01", NULL, false,
	{{0, 16033, "2024-03-31T12:00:00+02:00"}, {1, 16033, "2024-04-30T12:00:00+02:00"},
	    {2, 16033, "2024-06-05T12:00:00+02:00"}},
	"2024-06-01", "2024-06-05T12:00:00+02:00"},
    {"a correction before the month's end takes it back", "2024-03-01", NULL, false,
	{{0, 16033, "2024-03-31T12:00:00+02:00"}, {1, 16033, "2024-04-30T12:00:00+02:00"},
	    {1, 8000, "2024-05-08T12:00:00+02:00"}, {2, 16033, "2024-05-31T12:00:00+02:00"},
	    {3, 16033, "2024-06-30T12:00:00+02:00"}},
	"2024-07-01", "2024-07-01T00:00:00+02:00"},
    {"left before it passes", "2024-03-01", "2024-05-15", false,
	{{0, 16033, "2024-03-31T12:00:00+02:00"}, {1, 16033, "2024-04-30T12:00:00+02:00"}}, NULL,
	NULL},
    {"left on the very day", "2024-03-01", "2024-06-01", false,
	{{0, 16033, "2024-03-31T12:00:00+02:00"}, {1, 16033, "2024-04-30T12:00:00+02:00"},
	    {2, 16033, "2024-05-31T12:00:00+02:00"}},
	NULL, NULL},
    {"left the day after", "2024-03-01", "2024-06-02", false,
	{{0, 16033, "2024-03-31T12:00:00+02:00"}, {1, 16033, "2024-04-30T12:00:00+02:00"},
	    {2, 16033, "2024-05-31T12:00:00+02:00"}},
	"2024-06-01", "2024-06-01T00:00:00+02:00"},
    {"beyond the period", "2024-06-15", NULL, false,
	{{0, 8000, "2024-06-30T12:00:00+02:00"}, {1, 16033, "2024-07-31T12:00:00+02:00"},
	    {2, 16033, "2024-08-31T12:00:00+02:00"}},
	NULL, NULL},
};

static void
test_overdragelse(void **state)
{
	const struct sim_plan p = {.slut = plb_dato_start(dato("2024-09-01"))};
	size_t i;
	int k;

	(void)state;
	for (i = 0; i < sizeof(overdragelser) / sizeof(overdragelser[0]); i++) {
		const struct overdragelse *o = &overdragelser[i];
		struct sim_medlem m = {.deltid = o->deltid,
		    .tilmeldt = dato(o->tilmeldt),
		    .afmeldt = o->afmeldt != NULL ? dato(o->afmeldt) : PLB_DATO_NONE};
		struct plb_dato virkning;
		struct plb_time kendt;
		bool due;

		for (k = 0; k < 5 && o->rapport[k].tid != NULL; k++) {
			m.rapport[k].maaned = o->rapport[k].maaned;
			m.rapport[k].timer_c = o->rapport[k].timer_c;
			m.rapport[k].tid = tid(o->rapport[k].tid);
		}
		m.n_rapporter = k;
		due = sim_overdragelse(&p, &m, &virkning, &kendt);
		if (due != (o->virkning != NULL))
			fail_msg("%s: due %d", o->navn, due);
		if (due &&
		    (!plb_dato_eq(virkning, dato(o->virkning)) ||
			!plb_time_eq(kendt, tid(o->kendt))))
			fail_msg("%s: another moment", o->navn);
	}
}

/* ---- what is sent ---- */

static void
test_tekst(void **state)
{
	char key[17], other[17];
	struct plb_arena a;
	struct plb_buf b;
	struct sim_plan p;
	size_t i;

	(void)state;
	plan(&a, 1, 20, &p);
	plb_buf_init(&b, 1u << 16);
	for (i = 0; i < p.n_events; i++) {
		plb_buf_reset(&b);
		sim_tekst(&p, &p.event[i], &b);
		assert_false(b.failed);
		assert_int_equal(b.p[0], '{');
		assert_int_equal(b.p[b.len - 1], '}');
		assert_non_null(memmem(b.p, b.len, p.medlem[p.event[i].medlem].cpr, 10));
	}
	plb_buf_fini(&b);
	sim_medlem_key(plb_slice(p.medlem[0].cpr, 10), key);
	sim_medlem_key(plb_slice(p.medlem[1].cpr, 10), other);
	assert_int_equal(strlen(key), 16);
	assert_string_not_equal(key, other);
	plb_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_seed_same_plan),
	    cmocka_unit_test(test_numbers_of_nobody),
	    cmocka_unit_test(test_events_in_their_time),
	    cmocka_unit_test(test_published_shape),
	    cmocka_unit_test(test_too_small_an_arena),
	    cmocka_unit_test(test_overdragelse),
	    cmocka_unit_test(test_tekst),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
