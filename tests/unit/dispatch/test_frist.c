// SPDX-License-Identifier: MPL-2.0
#include <parloeb/err.h>

#include "frist.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on

#define MINUT INT64_C(60000)
#define TIME (60 * MINUT)

static void
test_the_nearer_the_deadline_the_shorter_the_pause(void **state)
{
	int64_t foer = INT64_MAX;

	(void)state;
	for (int64_t tilbage = 300 * TIME; tilbage > 0; tilbage -= 7 * MINUT) {
		int64_t p = frist_pause(tilbage, 0);

		assert_true(p > 0 && p <= foer && p <= 30 * MINUT);
		foer = p;
	}
	assert_int_equal(frist_pause(8 * MINUT, 0), MINUT);
	assert_int_equal(frist_pause(1, 0), 5000);
}

static void
test_a_deadline_that_has_passed_hastens_nothing(void **state)
{
	(void)state;
	assert_int_equal(frist_pause(0, 0), 0);
	assert_int_equal(frist_pause(-TIME, 1000), 0);
}

static void
test_the_partner_may_ask_for_more(void **state)
{
	(void)state;
	assert_int_equal(frist_pause(8 * MINUT, 2 * MINUT), 2 * MINUT);
}

static void
test_when_the_fall_back_is_used(void **state)
{
	(void)state;
	assert_true(frist_er_naer(999, 1000));
	assert_true(frist_er_naer(-5, 1000)); /* passed */
	assert_false(frist_er_naer(1000, 1000));
	assert_false(frist_er_naer(-5, 0)); /* never, by configuration */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_when_the_fall_back_is_used),
	    cmocka_unit_test(test_the_nearer_the_deadline_the_shorter_the_pause),
	    cmocka_unit_test(test_a_deadline_that_has_passed_hastens_nothing),
	    cmocka_unit_test(test_the_partner_may_ask_for_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
