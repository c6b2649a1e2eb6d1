// SPDX-License-Identifier: MPL-2.0
#include "clock_quiet.h"

#include <parloeb/loop.h>

#include <setjmp.h>
#include <stdarg.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* One round of the stepper, as a table: whose answers make it whole, and when two are the same. */

static void
quiet_is_judged_on_every_partition(void **state)
{
	struct quiet_topics q = {0};
	struct quiet_round r, r2;
	struct ur_position pos[] = {{plb_slice_str("p.a"), 0, 5}, {plb_slice_str("p.a"), 1, 6},
	    {plb_slice_str("p.b"), 0, 7}, {plb_slice_str("p.other"), 0, 1},
	    {plb_slice_str("p.b"), 9, 1}};
	struct ur_record whole = {.pos = pos, .n_pos = 5, .naeste = {100}},
			 half = {.pos = pos, .n_pos = 2, .naeste = PLB_TIME_NEVER},
			 rest = {.pos = pos + 2, .n_pos = 1, .naeste = {50}};
	int64_t ends[] = {5, 6, 7};
	struct plb_slice text;
	struct plb_buf why;

	(void)state;
	plb_buf_init(&why, 200);
	assert_int_equal(quiet_topics_add(&q, "p.a", 2), PLB_OK);
	assert_int_equal(quiet_topics_add(&q, "p.b", 1), PLB_OK);
	assert_int_equal(quiet_topics_add(&q, "p.c", 0), PLB_E_FOR_STOR);
	assert_int_equal(quiet_round_init(&r, &q), PLB_OK);
	assert_int_equal(quiet_round_init(&r2, &q), PLB_OK);
	quiet_round_add(&r, &half);
	assert_false(quiet_round_whole(&r, &why));
	assert_int_equal(plb_buf_done(&why, &text), PLB_OK);
	assert_true(plb_slice_is(text, "p.b partition 0: no owner has answered"));
	quiet_round_add(&r, &rest);
	assert_true(quiet_round_whole(&r, NULL));
	assert_int_equal(r.naeste, 50);
	assert_true(quiet_round_reached(&r, ends, NULL));
	ends[2] = 8;
	assert_false(quiet_round_reached(&r, ends, NULL));
	quiet_round_add(&r, &rest); /* two owners: one of them does not know yet */
	assert_false(quiet_round_whole(&r, NULL));
	quiet_round_clear(&r);
	whole.i_gang = 1;
	quiet_round_add(&r, &whole);
	assert_false(quiet_round_whole(&r, NULL));
	quiet_round_clear(&r);
	whole.i_gang = 0;
	quiet_round_add(&r, &whole);
	quiet_round_add(&r2, &whole);
	assert_true(quiet_round_same(&r, &r2));
	r2.pos[2]++;
	assert_false(quiet_round_same(&r, &r2));
	r2.pos[2]--;
	r2.naeste++;
	assert_false(quiet_round_same(&r, &r2));
	quiet_round_fini(&r);
	quiet_round_fini(&r2);
	plb_buf_fini(&why);
}

static void
records_of_the_clock_survive_the_round_trip(void **state)
{
	struct ur_position pos[] = {{plb_slice_str("p.ind"), 3, 120}};
	struct ur_record in = {.svar = true,
			     .tid = {1709280000000},
			     .tjeneste = plb_slice_str("forloeb"),
			     .instans = plb_slice_str("forloeb-1"),
			     .pos = pos,
			     .n_pos = 1,
			     .naeste = PLB_TIME_NEVER,
			     .i_gang = 2},
			 out;
	struct plb_arena a;
	struct plb_buf b, key;
	struct plb_slice json, k;

	(void)state;
	plb_arena_init(&a, 1 << 20);
	plb_buf_init(&b, 4096);
	plb_buf_init(&key, 256);
	plb_uuid4(&in.runde);
	ur_encode(&in, &b);
	ur_key(&in, &key);
	assert_int_equal(plb_buf_done(&b, &json), PLB_OK);
	assert_int_equal(plb_buf_done(&key, &k), PLB_OK);
	assert_true(plb_slice_is(k, "svar/forloeb/forloeb-1"));
	assert_true(ur_key_is_svar(k));
	assert_int_equal(ur_decode(&a, json, &out, NULL), PLB_OK);
	assert_true(out.svar && plb_uuid_eq(in.runde, out.runde) && plb_time_eq(in.tid, out.tid) &&
	    plb_time_eq(out.naeste, PLB_TIME_NEVER));
	assert_int_equal(out.n_pos, 1);
	assert_true(plb_slice_is(out.pos[0].emne, "p.ind"));
	assert_int_equal(out.pos[0].partition, 3);
	assert_int_equal(out.pos[0].position, 120);
	assert_int_equal(out.i_gang, 2);
	assert_true(plb_slice_is(out.instans, "forloeb-1"));
	plb_arena_fini(&a);
	plb_buf_fini(&b);
	plb_buf_fini(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quiet_is_judged_on_every_partition),
	    cmocka_unit_test(records_of_the_clock_survive_the_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
