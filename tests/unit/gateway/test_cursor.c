// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>

#include "cursor.h"

static const struct plb_secret KEY = {{1, 2, 3}, 32};
static const struct plb_org HK = {"akasse:hk"}, F3 = {"akasse:3f"};

static const struct vist NONE;

static struct vist
shown(size_t n)
{
	struct vist v = {.n = n};

	for (size_t i = 0; i < n; i++)
		v.id[i] = UINT64_C(0x0123456789abcdef) * (i + 1);
	return v;
}

static void
comes_back(void **state)
{
	static const int64_t offsets[] = {0, 1, 255, 1000000, INT64_MAX};
	struct vist vist = {.n = 3};
	char text[CURSOR_TEXT];
	int64_t back;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(cursor_skriv(&KEY, &HK, 3, offsets[i], &NONE, text), PLB_OK);
		assert_int_equal(strlen(text), 26);
		assert_int_equal(
		    strspn(
			text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
		    26);
		assert_int_equal(cursor_laes(&KEY, &HK, 3, S(text), &back, &vist), PLB_OK);
		assert_int_equal(back, offsets[i]);
		assert_int_equal(vist.n, 0);
	}
}

static void
with_what_was_shown_ahead(void **state)
{
	static const size_t sizes[] = {1, 2, VIST_MAX};
	char text[CURSOR_TEXT];
	struct vist back;
	int64_t offset;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct vist v = shown(sizes[i]);

		assert_int_equal(cursor_skriv(&KEY, &HK, 3, 5, &v, text), PLB_OK);
		assert_int_equal(cursor_laes(&KEY, &HK, 3, S(text), &offset, &back), PLB_OK);
		assert_int_equal(offset, 5);
		assert_int_equal(back.n, v.n);
		assert_memory_equal(back.id, v.id, v.n * sizeof(v.id[0]));
	}
	assert_int_equal(strlen(text), CURSOR_TEXT - 1);
}

static void
only_for_whom_it_was_written(void **state)
{
	struct plb_secret other = {{9}, 32};
	char text[CURSOR_TEXT];
	struct vist vist;
	int64_t back;

	(void)state;
	assert_int_equal(cursor_skriv(&KEY, &HK, 3, 77, &NONE, text), PLB_OK);
	assert_int_equal(cursor_laes(&KEY, &F3, 3, S(text), &back, &vist), PLB_E_FORM);
	assert_int_equal(cursor_laes(&KEY, &HK, 4, S(text), &back, &vist), PLB_E_FORM);
	assert_int_equal(cursor_laes(&other, &HK, 3, S(text), &back, &vist), PLB_E_FORM);
}

static void
any_change_is_seen(void **state)
{
	char text[CURSOR_TEXT], changed[CURSOR_TEXT];
	struct vist v = shown(2), vist;
	int64_t back;

	(void)state;
	for (size_t n = 0; n <= 2; n += 2) {
		v.n = n;
		assert_int_equal(cursor_skriv(&KEY, &HK, 3, 77, &v, text), PLB_OK);
		for (size_t i = 0; i < strlen(text); i++) {
			memcpy(changed, text, sizeof(text));
			changed[i] = changed[i] == '0' ? '1' : '0';
			assert_int_equal(
			    cursor_laes(&KEY, &HK, 3, S(changed), &back, &vist), PLB_E_FORM);
			assert_int_equal(
			    cursor_laes(&KEY, &HK, 3, plb_slice(text, i), &back, &vist),
			    PLB_E_FORM);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(with_what_was_shown_ahead),
	    cmocka_unit_test(only_for_whom_it_was_written),
	    cmocka_unit_test(any_change_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
