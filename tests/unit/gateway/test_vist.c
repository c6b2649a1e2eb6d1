// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"
#include "vist.h"

static void
test_shown_once(void **state)
{
	struct plb_uuid u = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
	struct vist v = {.n = 0};

	(void)state;
	assert_int_equal(vist_id(u), 0x0102030405060708);
	assert_false(vist_fjern(&v, 1));
	vist_tilfoej(&v, 1);
	vist_tilfoej(&v, 2);
	vist_tilfoej(&v, 1);
	assert_int_equal(v.n, 2);
	assert_true(vist_fjern(&v, 1));
	assert_false(vist_fjern(&v, 1));
	assert_true(vist_fjern(&v, 2));
	assert_int_equal(v.n, 0);
}

static void
test_oldest_falls_away(void **state)
{
	struct vist v = {.n = 0};

	(void)state;
	for (uint64_t i = 0; i < VIST_MAX + 3; i++)
		vist_tilfoej(&v, i);
	assert_int_equal(v.n, VIST_MAX);
	for (uint64_t i = 0; i < 3; i++)
		assert_false(vist_fjern(&v, i));
	for (uint64_t i = 3; i < VIST_MAX + 3; i++)
		assert_true(vist_fjern(&v, i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shown_once),
	    cmocka_unit_test(test_oldest_falls_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
