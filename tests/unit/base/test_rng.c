// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/rng.h>

static void
first_numbers_stay_the_same(void **state)
{
	/* xoshiro256** with the state 1, 2, 3, 4: the first ones follow by hand from its
	 * definition. */
	struct plb_rng r = {{1, 2, 3, 4}};

	(void)state;
	assert_int_equal(plb_rng_u64(&r), 11520);
	assert_int_equal(plb_rng_u64(&r), 0);
	assert_int_equal(plb_rng_u64(&r), 1509978240);
	assert_int_equal(plb_rng_u64(&r), 1215971899390074240);
}

static void
seed_decides(void **state)
{
	struct plb_rng a, b, c;
	int same = 0;

	(void)state;
	plb_rng_seed(&a, 0);
	plb_rng_seed(&b, 0);
	plb_rng_seed(&c, 1);
	/* splitmix64 from 0. */
	assert_int_equal(a.s[0], UINT64_C(0xe220a8397b1dcdaf));
	assert_int_equal(a.s[1], UINT64_C(0x6e789e6aa1b965f4));
	for (int i = 0; i < 100; i++) {
		uint64_t v = plb_rng_u64(&a);

		assert_int_equal(v, plb_rng_u64(&b));
		same += v == plb_rng_u64(&c);
	}
	assert_int_equal(same, 0);
}

static void
below_meets_every_value_evenly(void **state)
{
	struct plb_rng r;
	unsigned seen[7] = {0};

	(void)state;
	plb_rng_seed(&r, 7);
	for (int i = 0; i < 70000; i++) {
		uint64_t v = plb_rng_below(&r, 7);

		assert_true(v < 7);
		seen[v]++;
	}
	/* 10000 each; the standard deviation is 93. */
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 9500, 10500);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(plb_rng_below(&r, 1), 0);
		assert_true(plb_rng_below(&r, UINT64_MAX) < UINT64_MAX);
	}
}

static void
unit_lies_in_its_interval(void **state)
{
	struct plb_rng r;
	double sum = 0;

	(void)state;
	plb_rng_seed(&r, 8);
	for (int i = 0; i < 10000; i++) {
		double v = plb_rng_unit(&r);

		assert_true(v >= 0 && v < 1);
		sum += v;
	}
	assert_true(sum > 4800 && sum < 5200);
	r = (struct plb_rng){{0, UINT64_MAX, 0, 0}};
	for (int i = 0; i < 100; i++)
		assert_true(plb_rng_unit(&r) < 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_numbers_stay_the_same),
	    cmocka_unit_test(seed_decides),
	    cmocka_unit_test(below_meets_every_value_evenly),
	    cmocka_unit_test(unit_lies_in_its_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
