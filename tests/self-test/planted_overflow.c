// SPDX-License-Identifier: MPL-2.0
//
// One byte read past an allocation; no assertion sees it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_overflow(void **state)
{
	volatile size_t at = 8;
	volatile char *p = calloc(1, at);

	(void)state;
	assert_non_null(p);
	assert_in_range((unsigned char)p[at], 0, 255);
	free((void *)(uintptr_t)p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_overflow)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
