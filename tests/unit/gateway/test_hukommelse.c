// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>

#include "hukommelse.h"
#include "prop.h"

#define LIVE_MS 600000

static const uint8_t SEED[32] = {7};
static const uint8_t H1[16] = {1}, H2[16] = {2};

struct fix {
	struct hukommelse h;
	struct svar_pulje p;
	int answered;
	enum plb_err worst;
};

static void
done(void *arg, struct svar *s)
{
	struct fix *f = arg;

	f->answered++;
	f->worst = s->vaerst;
}

static void
fix_init(struct fix *f, size_t max)
{
	*f = (struct fix){.answered = 0};
	hukommelse_init(&f->h, max, LIVE_MS, SEED);
	svar_pulje_init(&f->p, 1024, done, f);
}

static void
fix_fini(struct fix *f)
{
	hukommelse_fini(&f->h);
	svar_pulje_fini(&f->p);
}

static enum hukommelse_svar
see(struct fix *f, const char *id, const char *source, const uint8_t hmac[16], int64_t at,
    struct hukommelse_post **post)
{
	struct plb_org o = {"akasse:hk"};

	return hukommelse_se(&f->h, &o, S(id), S(source), hmac, (struct plb_mono){at}, post);
}

static void
report(struct fix *f, struct hukommelse_post *p, enum plb_err err)
{
	hukommelse_leveret(&f->h, p, err, (struct plb_time){42}, &f->p);
}

static void
repeat_and_clash(void **state)
{
	struct hukommelse_post *p, *q;
	struct fix f;

	(void)state;
	fix_init(&f, 10);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H1, 0, &p), HUKOMMELSE_NY);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H1, 0, &q), HUKOMMELSE_UNDERVEJS);
	assert_ptr_equal(p, q);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H2, 0, &q), HUKOMMELSE_SAMMENSTOED);
	report(&f, p, PLB_OK);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H1, LIVE_MS - 1, &q), HUKOMMELSE_GENTAGELSE);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H2, LIVE_MS - 1, &q), HUKOMMELSE_SAMMENSTOED);
	/* The same id from another source is another event. */
	assert_int_equal(see(&f, "1", "/akasse/hk/b", H2, 0, &q), HUKOMMELSE_NY);
	assert_int_equal(f.h.n, 2);
	report(&f, q, PLB_OK);
	fix_fini(&f);
}

static void
a_repeat_waits_for_the_first(void **state)
{
	struct hukommelse_post *p;
	struct svar *s[3];
	struct fix f;

	(void)state;
	fix_init(&f, 10);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H1, 0, &p), HUKOMMELSE_NY);
	for (size_t i = 0; i < 3; i++) {
		s[i] = svar_ny(&f.p, &f, (struct plb_mono){0});
		assert_true(hukommelse_vent(&f.h, p, s[i]));
		svar_luk(&f.p, s[i]);
	}
	assert_int_equal(f.answered, 0);
	report(&f, p, PLB_E_IO);
	assert_int_equal(f.answered, 3);
	assert_int_equal(f.worst, PLB_E_IO);
	/* Not in the log: the next one is sent anew, also with other content. */
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H2, 0, &p), HUKOMMELSE_NY);
	hukommelse_glem(&f.h, p);
	assert_int_equal(f.h.n, 0);
	fix_fini(&f);
}

static void
the_oldest_go_first_but_never_what_is_under_way(void **state)
{
	struct hukommelse_post *p[3], *q;
	struct fix f;

	(void)state;
	fix_init(&f, 3);
	assert_int_equal(see(&f, "0", "/akasse/hk/a", H1, 0, &p[0]), HUKOMMELSE_NY);
	assert_int_equal(see(&f, "1", "/akasse/hk/a", H1, 1, &p[1]), HUKOMMELSE_NY);
	assert_int_equal(see(&f, "2", "/akasse/hk/a", H1, 2, &p[2]), HUKOMMELSE_NY);
	assert_int_equal(see(&f, "3", "/akasse/hk/a", H1, 3, &q), HUKOMMELSE_FULD);
	report(&f, p[0], PLB_OK);
	assert_int_equal(see(&f, "3", "/akasse/hk/a", H1, 3, &q), HUKOMMELSE_NY);
	assert_int_equal(f.h.for_tidligt, 1);
	assert_int_equal(f.h.n, 3);
	report(&f, p[1], PLB_OK);
	report(&f, p[2], PLB_OK);
	report(&f, q, PLB_OK);
	/* By age alone nothing is dropped too early. */
	assert_int_equal(see(&f, "4", "/akasse/hk/a", H1, LIVE_MS + 3, &q), HUKOMMELSE_NY);
	assert_int_equal(f.h.n, 1);
	assert_int_equal(f.h.for_tidligt, 1);
	report(&f, q, PLB_OK);
	fix_fini(&f);
}

static void
found_by_organisation_and_id_once_delivered(void **state)
{
	struct plb_org hk = {"akasse:hk"}, other = {"akasse:3f"};
	struct hukommelse_post *p;
	struct plb_time tid;
	struct fix f;

	(void)state;
	fix_init(&f, 10);
	assert_int_equal(see(&f, "x", "/akasse/hk/a", H1, 0, &p), HUKOMMELSE_NY);
	assert_false(hukommelse_find(&f.h, &hk, S("x"), &tid));
	report(&f, p, PLB_OK);
	assert_true(hukommelse_find(&f.h, &hk, S("x"), &tid));
	assert_int_equal(tid.ms, 42);
	assert_false(hukommelse_find(&f.h, &other, S("x"), &tid));
	assert_false(hukommelse_find(&f.h, &hk, S("y"), &tid));
	fix_fini(&f);
}

/* Against a plain table: ids and sources from a small set, reports and time in any order. */
#define IDS 4
#define SOURCES 3
struct model {
	bool there, under_way;
	uint8_t hmac;
	struct hukommelse_post *post;
};

static bool
same_as_the_model(struct prop *pr, void *arg)
{
	struct model m[IDS][SOURCES] = {{{.there = false}}};
	struct fix f;
	bool ok = true;

	(void)arg;
	fix_init(&f, 1000);
	while (ok && prop_more(pr, 40)) {
		size_t i = prop_below(pr, IDS), k = prop_below(pr, SOURCES);
		uint8_t hmac[16] = {(uint8_t)prop_below(pr, 2)};
		struct model *e = &m[i][k];
		enum hukommelse_svar want, got;
		struct hukommelse_post *p;
		char id[8], source[32];

		if (e->under_way && prop_bool(pr)) {
			enum plb_err err = prop_bool(pr) ? PLB_OK : PLB_E_TIMEOUT;

			report(&f, e->post, err);
			e->under_way = false;
			e->there = err == PLB_OK;
			continue;
		}
		(void)snprintf(id, sizeof(id), "%zu", i);
		(void)snprintf(source, sizeof(source), "/akasse/hk/%zu", k);
		want = !e->there         ? HUKOMMELSE_NY
		    : e->hmac != hmac[0] ? HUKOMMELSE_SAMMENSTOED
		    : e->under_way       ? HUKOMMELSE_UNDERVEJS
					 : HUKOMMELSE_GENTAGELSE;
		got = see(&f, id, source, hmac, 0, &p);
		ok = got == want;
		if (got == HUKOMMELSE_NY)
			*e = (struct model){true, true, hmac[0], p};
	}
	/* Everything goes by age, whatever the order was. */
	for (size_t i = 0; i < IDS; i++)
		for (size_t k = 0; k < SOURCES; k++)
			if (m[i][k].under_way)
				report(&f, m[i][k].post, PLB_OK);
	if (ok) {
		struct hukommelse_post *p;

		ok =
		    see(&f, "last", "/akasse/hk/z", H1, LIVE_MS, &p) == HUKOMMELSE_NY && f.h.n == 1;
	}
	fix_fini(&f);
	return ok;
}

static void
behaves_as_a_plain_table(void **state)
{
	(void)state;
	assert_true(prop_holds("hukommelse", same_as_the_model, NULL, 3000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(repeat_and_clash),
	    cmocka_unit_test(a_repeat_waits_for_the_first),
	    cmocka_unit_test(the_oldest_go_first_but_never_what_is_under_way),
	    cmocka_unit_test(found_by_organisation_and_id_once_delivered),
	    cmocka_unit_test(behaves_as_a_plain_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
