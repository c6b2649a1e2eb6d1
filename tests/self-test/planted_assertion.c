// SPDX-License-Identifier: MPL-2.0
//
// A deliberately broken assertion beside one that holds.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_right(void **state)
{
	(void)state;
	assert_int_equal(1 + 1, 2);
}

static void
test_wrong(void **state)
{
	(void)state;
	assert_int_equal(1 + 1, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_right),
	    cmocka_unit_test(test_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
