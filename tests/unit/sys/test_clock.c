// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <parloeb/id.h>
#include <parloeb/loop.h>

static void
uuid4_has_version_and_variant(void **state)
{
	struct plb_uuid a, b;

	(void)state;
	plb_uuid4(&a);
	plb_uuid4(&b);
	assert_int_equal(a.b[6] >> 4, 4);
	assert_int_equal(a.b[8] >> 6, 2);
	assert_false(plb_uuid_eq(a, b));
}

static void
random_fills_all_bytes(void **state)
{
	uint8_t p[64] = {0}, seen[64] = {0};
	int round;
	size_t i;

	(void)state;
	/* A byte that stays 0 in 32 rounds is not filled (chance 64 / 256^32). */
	for (round = 0; round < 32; round++) {
		plb_random(p, sizeof(p));
		for (i = 0; i < sizeof(p); i++)
			seen[i] |= p[i];
	}
	for (i = 0; i < sizeof(p); i++)
		assert_int_not_equal(seen[i], 0);
}

static void
clocks_move_forward(void **state)
{
	struct plb_mono a = plb_mono_now(), b = plb_mono_now();
	struct plb_clock c = plb_clock_system();
	struct plb_time before = plb_time_now(), now = c.now(c.arg);

	(void)state;
	assert_true(b.ms >= a.ms);
	assert_true(now.ms >= before.ms);
	/* After 2024-01-01: the real-time clock, not the monotonic one. */
	assert_true(now.ms > INT64_C(1704067200000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(uuid4_has_version_and_variant),
	    cmocka_unit_test(random_fills_all_bytes),
	    cmocka_unit_test(clocks_move_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
