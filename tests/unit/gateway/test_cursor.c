// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>

#include "cursor.h"

static const struct plb_secret KEY = {{1, 2, 3}, 32};
static const struct plb_org HK = {"akasse:hk"}, F3 = {"akasse:3f"};

static void
comes_back(void **state)
{
	static const int64_t offsets[] = {0, 1, 255, 1000000, INT64_MAX};
	char text[CURSOR_TEXT];
	int64_t back;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(cursor_skriv(&KEY, &HK, 3, offsets[i], text), PLB_OK);
		assert_int_equal(strlen(text), CURSOR_TEXT - 1);
		assert_int_equal(
		    strspn(
			text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
		    CURSOR_TEXT - 1);
		assert_int_equal(cursor_laes(&KEY, &HK, 3, S(text), &back), PLB_OK);
		assert_int_equal(back, offsets[i]);
	}
}

static void
only_for_whom_it_was_written(void **state)
{
	struct plb_secret other = {{9}, 32};
	char text[CURSOR_TEXT];
	int64_t back;

	(void)state;
	assert_int_equal(cursor_skriv(&KEY, &HK, 3, 77, text), PLB_OK);
	assert_int_equal(cursor_laes(&KEY, &F3, 3, S(text), &back), PLB_E_FORM);
	assert_int_equal(cursor_laes(&KEY, &HK, 4, S(text), &back), PLB_E_FORM);
	assert_int_equal(cursor_laes(&other, &HK, 3, S(text), &back), PLB_E_FORM);
}

static void
any_change_is_seen(void **state)
{
	char text[CURSOR_TEXT], changed[CURSOR_TEXT];
	int64_t back;

	(void)state;
	assert_int_equal(cursor_skriv(&KEY, &HK, 3, 77, text), PLB_OK);
	for (size_t i = 0; i < CURSOR_TEXT - 1; i++) {
		memcpy(changed, text, sizeof(text));
		changed[i] = changed[i] == '0' ? '1' : '0';
		assert_int_equal(cursor_laes(&KEY, &HK, 3, S(changed), &back), PLB_E_FORM);
		assert_int_equal(cursor_laes(&KEY, &HK, 3, plb_slice(text, i), &back), PLB_E_FORM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(only_for_whom_it_was_written),
	    cmocka_unit_test(any_change_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
