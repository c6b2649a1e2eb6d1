// SPDX-License-Identifier: MPL-2.0
/* Which of two facts is newer (contract § 1), and ids in short form. */
#include "bane.h"
#include "stempel.h"

#define UUID_A "0a8f7f0e-1b2c-4d3e-8f90-112233445566"
#define UUID_B "0a8f7f0e-1b2c-4d3e-8f90-112233445567"

static struct stempel
stempel(struct plb_arena *a, int64_t ms, const char *id)
{
	return (struct stempel){{ms}, kort_id(a, plb_slice_str(id))};
}

static bool
nyere(int64_t ta, const char *ida, int64_t tb, const char *idb)
{
	struct plb_arena a;
	struct stempel x, y;
	bool r;

	plb_arena_init(&a, 4096);
	x = stempel(&a, ta, ida);
	y = stempel(&a, tb, idb);
	r = stempel_nyere(&x, &y);
	plb_arena_fini(&a);
	return r;
}

static void
later_time_is_newer(void **state)
{
	(void)state;
	assert_true(nyere(2, "a", 1, "b"));
	assert_false(nyere(1, "b", 2, "a"));
}

static void
equal_times_go_by_greater_id_as_text(void **state)
{
	(void)state;
	assert_true(nyere(1, "b", 1, "a"));
	assert_false(nyere(1, "a", 1, "b"));
	assert_true(nyere(1, "ab", 1, "a"));
	assert_true(nyere(1, UUID_B, 1, UUID_A));
	assert_false(nyere(1, UUID_A, 1, UUID_B));
	/* One a UUID, the other not: still the text decides. */
	assert_true(nyere(1, "1", 1, UUID_A));
	assert_false(nyere(1, UUID_A, 1, "1"));
	assert_true(nyere(1, UUID_A, 1, "0a8f"));
	assert_false(nyere(1, "0A8F7F0E", 1, UUID_A));
}

static void
the_same_fact_is_not_newer_than_itself(void **state)
{
	(void)state;
	assert_false(nyere(1, "a", 1, "a"));
	assert_false(nyere(1, UUID_A, 1, UUID_A));
}

static void
short_form_gives_the_text_back(void **state)
{
	static const char *const ids[] = {UUID_A, "h-1", "0A8F7F0E-1B2C-4D3E-8F90-112233445566",
	    "0a8f7f0e1b2c4d3e8f90112233445566", "sixteen bytes: ,", ""};
	struct plb_arena a;
	size_t i;

	(void)state;
	plb_arena_init(&a, 4096);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct plb_slice kort = kort_id(&a, plb_slice_str(ids[i]));

		assert_true(plb_slice_is(lang_id(&a, kort), ids[i]));
		assert_true(kort.len == (i == 0 ? 17 : strlen(ids[i]) + 1));
	}
	plb_arena_fini(&a);
}

static void
odd_short_forms_are_refused(void **state)
{
	struct plb_arena a;

	(void)state;
	plb_arena_init(&a, 4096);
	assert_null(lang_id(&a, plb_slice(NULL, 0)).p);
	assert_null(lang_id(&a,
	    plb_slice("\x01"
		      "too short",
		10))
			.p);
	assert_null(lang_id(&a,
	    plb_slice("\x02"
		      "0123456789abcdef",
		17))
			.p);
	plb_arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(later_time_is_newer),
	    cmocka_unit_test(equal_times_go_by_greater_id_as_text),
	    cmocka_unit_test(the_same_fact_is_not_newer_than_itself),
	    cmocka_unit_test(short_form_gives_the_text_back),
	    cmocka_unit_test(odd_short_forms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
