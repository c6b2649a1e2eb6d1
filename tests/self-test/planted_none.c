// SPDX-License-Identifier: MPL-2.0
//
// Control: nothing is wrong here.

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

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_right)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
