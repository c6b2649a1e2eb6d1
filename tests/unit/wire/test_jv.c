// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <stdlib.h>

static const struct plb_jv *
parse(struct fix *f, const char *text)
{
	const struct plb_jv *v;
	struct plb_errctx ec = {0};

	if (plb_jv_parse(&f->arena, plb_slice_str(text), &v, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	return v;
}

static void
test_read(void **state)
{
	const struct plb_jv *v = parse(*state,
				"{\"a\":[1,\"to\\u00e5\",null,true,2.5,{}],\"b\":-"
				"9223372036854775808,\"c\":{\"d\":false}}"),
			    *a = plb_jv_get(v, "a");

	assert_int_equal(plb_jv_kind(v), PLB_JV_OBJ);
	assert_int_equal(plb_jv_len(v), 3);
	assert_string_equal(plb_jv_key(v, 1), "b");
	assert_null(plb_jv_key(v, 3));
	assert_int_equal(plb_jv_len(a), 6);
	assert_int_equal(plb_jv_int(plb_jv_at(a, 0), 7), 1);
	assert_true(plb_slice_is(plb_jv_str(plb_jv_at(a, 1)), "toå"));
	assert_int_equal(plb_jv_kind(plb_jv_at(a, 2)), PLB_JV_NULL);
	assert_true(plb_jv_bool(plb_jv_at(a, 3), false));
	assert_int_equal(plb_jv_kind(plb_jv_at(a, 4)), PLB_JV_REAL);
	assert_true(plb_jv_real(plb_jv_at(a, 4), 0) == 2.5);
	assert_true(plb_jv_real(plb_jv_at(a, 0), 0) == 1);
	assert_true(plb_jv_real(plb_jv_at(a, 1), 7) == 7);
	assert_int_equal(plb_jv_len(plb_jv_at(a, 5)), 0);
	assert_true(plb_jv_int(plb_jv_get(v, "b"), 0) == INT64_MIN);
	assert_false(plb_jv_bool(plb_jv_get(plb_jv_get(v, "c"), "d"), true));
}

/* Any accessor takes what another one did not find. */
static void
test_absent(void **state)
{
	const struct plb_jv *v = parse(*state, "[1]");

	assert_null(plb_jv_get(v, "a"));
	assert_null(plb_jv_at(v, 1));
	assert_null(plb_jv_key(v, 0));
	assert_int_equal(plb_jv_kind(NULL), PLB_JV_NULL);
	assert_int_equal(plb_jv_len(NULL), 0);
	assert_null(plb_jv_get(NULL, "a"));
	assert_null(plb_jv_str(NULL).p);
	assert_int_equal(plb_jv_int(NULL, 7), 7);
	assert_true(plb_jv_bool(NULL, true));
	assert_int_equal(plb_jv_int(plb_jv_at(plb_jv_at(v, 0), 0), 7), 7);
}

static void
test_refused(void **state)
{
	struct fix *f = *state;
	static const char *const bad[] = {"", "{", "{\"a\":1,\"a\":2}", "[1e400]",
	    "[18446744073709551616]", "[\"\xff\"]", "nul", "1 2"};
	const struct plb_jv *v;
	char deep[101];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct plb_errctx ec = {0};

		assert_int_equal(
		    plb_jv_parse(&f->arena, plb_slice_str(bad[i]), &v, &ec), PLB_E_FORM);
		assert_null(v);
		assert_true(ec.text[0] != '\0');
	}
	memset(deep, '[', 33);
	memset(deep + 33, ']', 33);
	assert_int_equal(plb_jv_parse(&f->arena, plb_slice(deep, 66), &v, NULL), PLB_E_FORM);
	assert_int_equal(plb_jv_parse(&f->arena, plb_slice(deep + 1, 64), &v, NULL), PLB_OK);
}

static void
test_small_arena(void **state)
{
	struct plb_arena a;
	const struct plb_jv *v;

	(void)state;
	plb_arena_init(&a, 200);
	assert_int_equal(plb_jv_parse(&a, plb_slice_str("[1,2,3,4,5,6,7,8,9,10,11,12]"), &v, NULL),
	    PLB_E_FOR_STOR);
	assert_null(v);
	plb_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_read, fix_reset),
	    cmocka_unit_test_setup(test_absent, fix_reset),
	    cmocka_unit_test_setup(test_refused, fix_reset),
	    cmocka_unit_test_setup(test_small_arena, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
