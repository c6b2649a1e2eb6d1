// SPDX-License-Identifier: MPL-2.0
#include "broker_test.h"

/* Two members of a group on a real broker. */

static void
two_members_share_and_one_takes_over(void **state)
{
	struct member a, b;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	member_open(&a, &e, "g", "a");
	env_until(&e, member_has_all, &a, WAIT_MS);
	assert_int_equal(a.revoked, 0);
	member_open(&b, &e, "g", "b");
	env_until(&e, member_has_half, &b, WAIT_MS);
	env_until(&e, member_has_half, &a, WAIT_MS);
	assert_int_equal(a.revoked, 1);
	assert_false(a.lost);
	assert_int_not_equal(a.owned[0], b.owned[0]);
	/* Both go on working. */
	member_begin(&b);
	member_send(&b, 0, "b");
	assert_int_equal(member_commit(&b, b.owned[0], 1), PLB_OK);
	/* b goes; its partitions come when its session is over. */
	plb_txn_free(&b.t);
	env_until(&e, member_has_all, &a, WAIT_MS);
	assert_int_equal(a.revoked, 2);
	member_begin(&a);
	member_send(&a, 0, "a");
	assert_int_equal(member_commit(&a, 0, 2), PLB_OK);
	plb_txn_free(&a.t);
	env_close(&e);
}

/* Back within the session, as after kill -9: the partitions are there at once and nobody else
 * notices. */
static void
a_restart_moves_nothing(void **state)
{
	struct member a, b;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	member_open(&a, &e, "g", "a");
	member_open(&b, &e, "g", "b");
	env_until(&e, member_has_half, &a, WAIT_MS);
	env_until(&e, member_has_half, &b, WAIT_MS);
	a.revoked = 0;
	plb_txn_free(&b.t);
	member_open(&b, &e, "g", "b");
	env_until(&e, member_has_half, &b, WAIT_MS);
	assert_int_equal(a.revoked, 0);
	assert_int_equal(a.n, 2);
	plb_txn_free(&b.t);
	plb_txn_free(&a.t);
	env_close(&e);
}

static void
two_of_one_name_do_not_live_together(void **state)
{
	struct member older, newer;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	member_open(&older, &e, "g", "a");
	env_until(&e, member_has_all, &older, WAIT_MS);
	member_open(&newer, &e, "g", "a");
	env_until(&e, member_failed, &older, WAIT_MS);
	assert_int_equal(older.failed, PLB_E_AFLOEST);
	env_until(&e, member_has_all, &newer, WAIT_MS);
	assert_int_equal(newer.failed, PLB_OK);
	plb_txn_free(&older.t);
	plb_txn_free(&newer.t);
	env_close(&e);
}

/* The batch at hand is committed while the group waits for this member: under the generation that
 * it was read in. */
static void
the_last_batch_is_committed_on_the_way_out(void **state)
{
	struct plb_errctx ec = {0};
	struct contents c;
	struct member a, b;
	struct env e;
	int64_t off = -1;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	member_open(&a, &e, "g", "a");
	env_until(&e, member_has_all, &a, WAIT_MS);
	member_begin(&a);
	member_send(&a, 1, "last");
	a.commit_on_revoke = true;
	a.done = 0;
	member_open(&b, &e, "g", "b");
	env_until(&e, member_is_done, &a, WAIT_MS);
	a.commit_on_revoke = false;
	assert_int_equal(a.err, PLB_OK);
	assert_int_equal(a.revoked, 1);
	env_until(&e, member_has_half, &b, WAIT_MS);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 1);
	assert_int_equal(plb_txn_committed(b.t, 0, &off, 5000, &ec), PLB_OK);
	assert_int_equal(off, 3);
	plb_txn_free(&b.t);
	plb_txn_free(&a.t);
	env_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_members_share_and_one_takes_over),
	    cmocka_unit_test(a_restart_moves_nothing),
	    cmocka_unit_test(two_of_one_name_do_not_live_together),
	    cmocka_unit_test(the_last_batch_is_committed_on_the_way_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
