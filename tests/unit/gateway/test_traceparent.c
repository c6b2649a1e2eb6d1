// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include "traceparent.h"

static void
only_version_00_of_the_right_form(void **state)
{
	static const char *const wrong[] = {
	    "",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011",
	    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
	    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
	    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
	    "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	    "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	};

	(void)state;
	assert_true(traceparent_ok(S("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(traceparent_ok(S(wrong[i])));
}

static void
what_is_made_is_valid_and_new(void **state)
{
	char a[TRACEPARENT_TEXT], b[TRACEPARENT_TEXT];
	struct plb_rng r;

	(void)state;
	plb_rng_seed(&r, 1);
	assert_true(traceparent_ok(traceparent_ny(&r, a)));
	assert_true(traceparent_ok(traceparent_ny(&r, b)));
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_version_00_of_the_right_form),
	    cmocka_unit_test(what_is_made_is_valid_and_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
