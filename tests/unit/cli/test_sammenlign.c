// SPDX-License-Identifier: MPL-2.0
/* Two tellings of the same course: what came, went, moved, changed. */
#include "cli_test.h"

#include "sammenlign.h"

struct fundet {
	struct forskel f[8];
	size_t n, nok;
};

static bool
noter(void *arg, const struct forskel *f)
{
	struct fundet *x = arg;

	x->f[x->n++] = *f;
	return x->n < x->nok;
}

static struct sendt
sendt(const char *til, const char *navn, const char *emne, int64_t ur, const char *data)
{
	struct sendt s = {.navn = S(navn), .emne = S(emne), .data = S(data), .ur = {ur}};

	assert_int_equal(plb_org_parse(S(til), &s.til), PLB_OK);
	return s;
}

static void
test_each_kind_of_difference(void **state)
{
	struct sendt a[] = {sendt("akasse:hk", "referat-mangler", "s1", 1, "x"),
	    sendt("akasse:hk", "handover-due", "", 5, "x"),
	    sendt("kommune:0461", "handover-due", "", 5, "x"),
	    sendt("akasse:hk", "handover-forventet", "", 0, "1. juni")};
	struct sendt b[] = {sendt("akasse:hk", "handover-forventet", "", 0, "1. maj"),
	    sendt("akasse:hk", "handover-due", "", 4, "x"),
	    sendt("kommune:0461", "handover-due", "", 5, "x"),
	    sendt("akasse:hk", "referat-mangler", "s2", 1, "x")};
	struct plb_list la = {a, 4}, lb = {b, 4};
	struct fundet x = {.nok = 8};

	(void)state;
	assert_true(sammenlign(&la, &lb, noter, &x));
	assert_int_equal(x.n, 4);
	assert_int_equal(x.f[0].art, FORSKEL_BORT);
	assert_int_equal(x.f[0].foer.ms, 1);
	assert_true(x.f[0].efter.ms == PLB_TIME_UNSET.ms);
	assert_int_equal(x.f[1].art, FORSKEL_FLYTTET);
	assert_int_equal(x.f[1].foer.ms, 5);
	assert_int_equal(x.f[1].efter.ms, 4);
	assert_string_equal(x.f[1].til.text, "akasse:hk");
	assert_int_equal(x.f[2].art, FORSKEL_AENDRET);
	assert_int_equal(x.f[3].art, FORSKEL_TIL);
	assert_true(x.f[3].foer.ms == PLB_TIME_UNSET.ms);
}

static void
test_the_nth_is_compared_with_the_nth(void **state)
{
	struct sendt a[] = {sendt("akasse:hk", "handover-forventet", "", 0, "x"),
	    sendt("akasse:hk", "handover-forventet", "", 9, "y")};
	struct sendt b[] = {sendt("akasse:hk", "handover-forventet", "", 0, "x"),
	    sendt("akasse:hk", "handover-forventet", "", 9, "y"),
	    sendt("akasse:hk", "handover-forventet", "", 12, "y")};
	struct plb_list la = {a, 2}, lb = {b, 3};
	struct fundet x = {.nok = 8};

	(void)state;
	assert_true(sammenlign(&la, &lb, noter, &x));
	assert_int_equal(x.n, 1);
	assert_int_equal(x.f[0].art, FORSKEL_TIL);
	assert_int_equal(x.f[0].efter.ms, 12);
}

static void
test_it_ends_when_nobody_can_take_more(void **state)
{
	struct sendt a[] = {
	    sendt("akasse:hk", "a", "", 0, "x"), sendt("akasse:hk", "b", "", 9, "y")};
	struct plb_list la = {a, 2}, tom = {NULL, 0};
	struct fundet x = {.nok = 1};

	(void)state;
	assert_false(sammenlign(&la, &tom, noter, &x));
	assert_int_equal(x.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_each_kind_of_difference),
	    cmocka_unit_test(test_the_nth_is_compared_with_the_nth),
	    cmocka_unit_test(test_it_ends_when_nobody_can_take_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
