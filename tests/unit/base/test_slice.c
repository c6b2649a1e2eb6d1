// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/slice.h>

#include <stdio.h>

static void
equality_is_by_bytes(void **state)
{
	struct plb_slice none = plb_slice(NULL, 0);

	(void)state;
	assert_true(plb_slice_eq(none, plb_slice("x", 0)));
	assert_true(plb_slice_is(plb_slice("abc", 3), "abc"));
	assert_false(plb_slice_is(plb_slice("abc", 2), "abc"));
	assert_false(plb_slice_is(plb_slice("a\0c", 3), "a"));
	assert_true(plb_slice_is(none, ""));
	assert_int_equal(plb_slice_str(NULL).len, 0);
}

static void
prefixes(void **state)
{
	(void)state;
	assert_true(plb_slice_starts(plb_slice_str("akasse:hk"), plb_slice_str("akasse:")));
	assert_true(plb_slice_starts(plb_slice_str("a"), plb_slice(NULL, 0)));
	assert_false(plb_slice_starts(plb_slice_str("aka"), plb_slice_str("akasse:")));
	assert_false(plb_slice_starts(plb_slice_str("akasxe:hk"), plb_slice_str("akasse:")));
}

static void
order_is_bytes_then_length(void **state)
{
	/* Ascending. */
	static const char *const rising[] = {
	    "", "a", "aa", "ab", "b", "b\x01", "\x7f", "\x80", "\xff"};
	size_t n = sizeof(rising) / sizeof(rising[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int c = plb_slice_cmp(plb_slice_str(rising[i]), plb_slice_str(rising[j]));

			assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
		}
	assert_int_equal(plb_slice_cmp(plb_slice(NULL, 0), plb_slice("", 0)), 0);
}

static void
printing_is_bounded(void **state)
{
	char out[16];

	(void)state;
	snprintf(out, sizeof(out), "<%.*s>", PLB_SLICE_ARG(plb_slice("abcdef", 3)));
	assert_string_equal(out, "<abc>");
	snprintf(out, sizeof(out), "<%.*s>", PLB_SLICE_ARG(plb_slice(NULL, 0)));
	assert_string_equal(out, "<>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equality_is_by_bytes),
	    cmocka_unit_test(prefixes),
	    cmocka_unit_test(order_is_bytes_then_length),
	    cmocka_unit_test(printing_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
