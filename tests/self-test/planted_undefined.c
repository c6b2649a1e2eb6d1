// SPDX-License-Identifier: MPL-2.0
//
// A signed addition that overflows; no assertion sees it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_undefined(void **state)
{
	volatile int32_t most = INT32_MAX;
	volatile int32_t sum;

	(void)state;
	sum = most + 1;
	assert_true(sum <= most || sum > most);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_undefined)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
