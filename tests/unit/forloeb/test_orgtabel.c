// SPDX-License-Identifier: MPL-2.0
#include "bane.h"
#include "orgtabel.h"

#include <stdio.h>

static void
each_is_named_once_and_comes_back(void **state)
{
	struct plb_arena a;
	struct orgtabel ud = {.a = &a}, ind = {.a = &a};
	struct plb_list tekster;
	struct plb_org o[40], igen;
	char navn[24];
	int i;

	(void)state;
	plb_arena_init(&a, 1 << 20);
	for (i = 0; i < 40; i++) {
		snprintf(navn, sizeof(navn), "kommune:%04d", i / 2);
		o[i] = org(navn);
		assert_int_equal(orgtabel_nr(&ud, &o[i]), i / 2);
	}
	orgtabel_skriv(&ud, &tekster);
	assert_int_equal(tekster.n, 20);
	orgtabel_laes(&ind, &tekster);
	for (i = 0; i < 40; i++) {
		orgtabel_hent(&ind, i / 2, &igen);
		assert_true(plb_org_eq(&igen, &o[i]));
	}
	assert_false(ud.fejl || ind.fejl);
	plb_arena_fini(&a);
}

static void
numbers_and_texts_that_are_none(void **state)
{
	static const int32_t numre[] = {-1, 1, INT32_MAX, INT32_MIN};
	struct plb_arena a;
	struct plb_slice en = plb_slice_str("akasse:hk"), ingen = plb_slice_str("akasse");
	struct plb_org o;
	size_t i;

	(void)state;
	plb_arena_init(&a, 1 << 20);
	for (i = 0; i < sizeof(numre) / sizeof(numre[0]); i++) {
		struct orgtabel t = {.a = &a};

		orgtabel_laes(&t, &(struct plb_list){&en, 1});
		assert_false(t.fejl);
		orgtabel_hent(&t, numre[i], &o);
		assert_true(t.fejl);
	}
	{
		struct orgtabel t = {.a = &a};

		orgtabel_laes(&t, &(struct plb_list){&ingen, 1});
		assert_true(t.fejl);
	}
	plb_arena_fini(&a);
}

static void
full_arena(void **state)
{
	struct plb_arena a;
	struct plb_org o = org("akasse:hk");
	struct orgtabel t = {.a = &a};
	struct plb_list tekster;

	(void)state;
	plb_arena_init(&a, 16);
	(void)orgtabel_nr(&t, &o);
	assert_true(t.fejl);
	t = (struct orgtabel){.a = &a, .n = 2}; /* fails before it looks at them */
	orgtabel_skriv(&t, &tekster);
	assert_true(t.fejl);
	plb_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_is_named_once_and_comes_back),
	    cmocka_unit_test(numbers_and_texts_that_are_none),
	    cmocka_unit_test(full_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
