// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include "kvote.h"

static const uint8_t A[32] = {1}, B[32] = {2};

static int
taken(struct kvote *k, const uint8_t *who, int64_t rate, int64_t at, int tries)
{
	int64_t wait;
	int n = 0;

	for (int i = 0; i < tries; i++)
		n += kvote_tag(k, who, rate, (struct plb_mono){at}, &wait);
	return n;
}

static void
a_second_at_once_then_the_rate(void **state)
{
	struct kvote k;

	(void)state;
	kvote_init(&k, 8);
	assert_int_equal(taken(&k, A, 10, 5000, 50), 10);
	assert_int_equal(taken(&k, A, 10, 5099, 5), 0);
	assert_int_equal(taken(&k, A, 10, 5100, 5), 1);
	assert_int_equal(taken(&k, A, 10, 5600, 50), 5);
	/* An hour of silence gives a second's worth. */
	assert_int_equal(taken(&k, A, 10, 3605600, 50), 10);
	kvote_fini(&k);
}

static void
each_has_its_own(void **state)
{
	struct kvote k;

	(void)state;
	kvote_init(&k, 8);
	assert_int_equal(taken(&k, A, 3, 0, 5), 3);
	assert_int_equal(taken(&k, B, 4, 0, 5), 4);
	kvote_fini(&k);
}

static void
the_wait_told_is_enough_and_no_more(void **state)
{
	struct kvote k;
	int64_t wait;

	(void)state;
	kvote_init(&k, 8);
	assert_int_equal(taken(&k, A, 3, 0, 3), 3);
	assert_false(kvote_tag(&k, A, 3, (struct plb_mono){0}, &wait));
	assert_int_equal(wait, 334);
	assert_false(kvote_tag(&k, A, 3, (struct plb_mono){wait - 1}, &wait));
	assert_int_equal(wait, 1);
	assert_true(kvote_tag(&k, A, 3, (struct plb_mono){334}, &wait));
	kvote_fini(&k);
}

static void
the_table_is_bounded(void **state)
{
	struct kvote k;
	int64_t wait;

	(void)state;
	kvote_init(&k, 4);
	for (uint8_t i = 0; i < 200; i++) {
		uint8_t who[32] = {i};

		assert_true(kvote_tag(&k, who, 1, (struct plb_mono){0}, &wait));
		assert_true(k.map.n <= 4);
	}
	kvote_fini(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_second_at_once_then_the_rate),
	    cmocka_unit_test(each_has_its_own),
	    cmocka_unit_test(the_wait_told_is_enough_and_no_more),
	    cmocka_unit_test(the_table_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
