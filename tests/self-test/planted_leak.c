// SPDX-License-Identifier: MPL-2.0
//
// A test that passes and loses its memory.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_leak(void **state)
{
	char *volatile p = malloc(100);

	(void)state;
	assert_non_null(p);
	p = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_leak)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
