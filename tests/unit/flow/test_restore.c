// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include "kept.h"
#include "metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* Partitions come and go; state comes back from the changelog, whole. */

static struct svc a, b;

static int
setup(void **state)
{
	(void)state;
	a = b = (struct svc){0};
	fixture_topics();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (a.flow != NULL)
		svc_stop(&a);
	if (b.flow != NULL)
		svc_stop(&b);
	return 0;
}

static void
log_put(int32_t p, const char *key, const char *blob)
{
	char k[32], v[64];
	int64_t never = INT64_MAX;

	snprintf(k, sizeof(k), "%c%s", (char)strlen(key), key);
	for (int i = 0; i < 8; i++)
		v[i] = (char)((uint64_t)never >> (56 - 8 * i));
	memcpy(v + 8, blob, strlen(blob));
	fake_put_bytes("taeller.tilstand", p, K(k), plb_slice(v, 8 + strlen(blob)), false);
}

static void
counts(const char *key, int32_t p, const char *want)
{
	fake_put("ind", p, key, "+");
	fake_run(1000, NULL, NULL);
	assert_string_equal(outputs_of(key), want);
}

/* ---- restore ---- */

static void
state_comes_back_before_the_first_record(void **state)
{
	(void)state;
	log_put(1, "x", "41");
	fake_put("ind", 1, "x", "+");
	fake_commit_set("ind", 1, 0);
	svc_start(&a);
	svc_up(&a, PARTS);
	assert_string_equal(outputs_of("x"), "x=42");
	assert_int_equal(a.walked, 1);
}

/* A fatal error elsewhere, while the reader of the changelog is at work. */
static void
a_process_may_end_while_it_restores(void **state)
{
	(void)state;
	log_put(1, "x", "41");
	fake_foreign_open("taeller.tilstand", 1, K("\1x"), K("12345678never"));
	svc_start(&a);
	svc_own(&a, 0, PARTS);
	fake_run(500, NULL, NULL);
	assert_false(svc_ready(&a));
	svc_stop(&a);
	assert_int_equal(a.assigned[1], 0);
}

static void
restore_goes_past_the_last_stable_offset(void **state)
{
	char key[] = "\1x", value[9] = "\x7f\xff\xff\xff\xff\xff\xff\xff";

	(void)state;
	log_put(1, "x", "7");
	value[8] = '9';
	/* The owner before us is dead, its transaction neither committed nor aborted: whether x is
	 * 7 or 9 is not known yet. */
	fake_foreign_open("taeller.tilstand", 1, K(key), plb_slice(value, 9));
	fake_put("ind", 1, "x", "+");
	fake_put("ind", 2, "y", "+");
	fake_commit_set("ind", 1, 0);
	svc_start(&a);
	svc_own(&a, 0, PARTS);
	fake_run(20000, NULL, NULL);
	assert_false(svc_ready(&a));
	assert_string_equal(outputs_of("x"), "");
	assert_string_equal(outputs_of("y"), "y=1"); /* others are not held up */
	assert_in_range(fake_now() - fake_last_poll(a.txn), 0, 1100);
	fake_foreign_end(true);
	assert_true(svc_quiet(&a, 5000));
	assert_string_equal(outputs_of("x"), "x=10");
}

static void
what_was_aborted_does_not_come_back(void **state)
{
	char key[] = "\1x", value[9] = "\x7f\xff\xff\xff\xff\xff\xff\xff";

	(void)state;
	log_put(1, "x", "7");
	value[8] = '9';
	fake_foreign_open("taeller.tilstand", 1, K(key), plb_slice(value, 9));
	fake_foreign_end(false);
	fake_commit_set("ind", 1, 0);
	svc_start(&a);
	svc_up(&a, PARTS);
	counts("x", 1, "x=8");
}

static void
committed_offsets_must_be_stable_first(void **state)
{
	(void)state;
	fake_unstable(true);
	fake_put("ind", 0, "x", "+");
	svc_start(&a);
	svc_own(&a, 0, PARTS);
	fake_run(10000, NULL, NULL);
	assert_false(svc_ready(&a));
	assert_false(svc_failed(&a));
	fake_unstable(false);
	assert_true(svc_quiet(&a, 5000));
	assert_string_equal(outputs_of("x"), "x=1");
}

static void
deleted_entries_stay_deleted(void **state)
{
	char due[64];

	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	snprintf(due, sizeof(due), "due:%lld", (long long)plb_time_now().ms + 1000);
	fake_put("ind", 0, "x", due);
	fake_run(5000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
	svc_stop(&a);
	svc_start(&b);
	svc_up(&b, PARTS);
	fake_run(5000, NULL, NULL);
	assert_int_equal(b.walked, 0);
	assert_int_equal(fake_count("ud", NULL), 1); /* the timer did not fire twice */
}

static void
timers_come_back(void **state)
{
	char due[64];

	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	snprintf(due, sizeof(due), "due:%lld", (long long)plb_time_now().ms + 60000);
	fake_put("ind", 3, "x", due);
	assert_true(svc_quiet(&a, 1000));
	svc_stop(&a);
	svc_start(&b);
	svc_up(&b, PARTS);
	assert_int_equal(fake_count("ud", NULL), 0);
	fake_run(70000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
}

static void
foreign_bytes_in_the_changelog_are_skipped(void **state)
{
	int64_t bad = flow_metric_get(FLOW_M_BAD_LOG);

	(void)state;
	log_put(0, "x", "1");
	fake_put("taeller.tilstand", 0, "\7x", "rubbish");
	fake_put("taeller.tilstand", 0, "", "");
	log_put(0, "x", "2");
	fake_commit_set("ind", 0, 0);
	svc_start(&a);
	svc_up(&a, PARTS);
	counts("x", 0, "x=3");
	assert_int_equal(flow_metric_get(FLOW_M_BAD_LOG) - bad, 2);
}

/* ---- start ---- */

static void
a_first_start_reads_from_the_earliest(void **state)
{
	(void)state;
	fake_put("ind", 0, "x", "+");
	fake_put("ind", 0, "x", "+");
	fake_put("ind", 0, "x", "+");
	fake_trim("ind", 0, 1); /* what is still there */
	svc_start(&a);
	svc_up(&a, PARTS);
	assert_string_equal(outputs_of("x"), "x=1 x=2");
	assert_int_equal(fake_committed("ind", 0), 3);
}

static void
lost_offsets_refuse_to_start(void **state)
{
	struct plb_errctx ec = {0};

	(void)state;
	log_put(2, "x", "5");
	fake_put("ind", 2, "x", "+");
	svc_start(&a);
	svc_own(&a, 0, PARTS);
	assert_true(fake_run(5000, svc_failed, &a));
	assert_true(plb_flow_failed(a.flow, &ec));
	assert_non_null(strstr(ec.text, "partition 2"));
	assert_non_null(strstr(ec.text, "no committed offsets"));
	assert_string_equal(outputs_of("x"), "");
}

static void
one_input_without_offset_is_no_loss(void **state)
{
	(void)state;
	log_put(2, "x", "5");
	fake_commit_set("ind", 2, 0); /* svar has simply never had a record */
	fake_put("svar", 2, "x", "+");
	svc_start(&a);
	svc_up(&a, PARTS);
	assert_string_equal(outputs_of("x"), "x=6");
}

/* A crash in the very first transaction leaves aborted records and no offsets: still a first start.
 */
static void
a_changelog_of_aborted_records_is_empty(void **state)
{
	(void)state;
	fake_foreign_open("taeller.tilstand", 2, K("\1x"),
	    K("\x7f\xff\xff\xff\xff\xff\xff\xff"
	      "5"));
	fake_foreign_end(false);
	fake_put("ind", 2, "x", "+");
	svc_start(&a);
	svc_up(&a, PARTS);
	assert_string_equal(outputs_of("x"), "x=1");
}

static void
a_committed_offset_out_of_range_stops(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		fake_put("ind", 0, "x", "+");
	fake_commit_set("ind", 0, 2);
	fake_trim("ind", 0, 4); /* 2 and 3 were lost unread */
	svc_start(&a);
	svc_own(&a, 0, PARTS);
	assert_true(fake_run(5000, svc_failed, &a));
	assert_int_equal(fake_count("ud", NULL), 0);
}

static void
partition_counts_must_agree(void **state)
{
	static const char *const in[] = {"ind", "ud", NULL};
	struct plb_conf_flow fc = fixture_conf();
	struct plb_errctx ec = {0};

	(void)state;
	svc_start_conf(&a, "taeller", in, "taeller.tilstand", fake_conf(false), &fc);
	svc_own(&a, 0, 2);
	assert_true(fake_run(5000, svc_failed, &a));
	assert_true(plb_flow_failed(a.flow, &ec));
	assert_non_null(strstr(ec.text, "partitions"));
}

static void
not_ready_says_why(void **state)
{
	struct plb_buf why;
	struct plb_slice text;

	(void)state;
	plb_buf_init(&why, 200);
	svc_start(&a);
	assert_false(plb_flow_ready(a.flow, &why));
	assert_int_equal(plb_buf_done(&why, &text), PLB_OK);
	assert_true(plb_slice_is(text, "no partitions assigned yet"));
	plb_buf_fini(&why);
}

/* ---- coming and going ---- */

static void
state_and_timers_follow_the_partition(void **state)
{
	char due[64];

	(void)state;
	svc_start(&a);
	svc_start(&b);
	svc_own(&a, 0, PARTS);
	svc_own(&b, 0, 0);
	assert_true(fake_run(1000, svc_ready, &a));
	snprintf(due, sizeof(due), "due:%lld", (long long)plb_time_now().ms + 60000);
	fake_put("ind", 1, "x", "+");
	fake_put("ind", 2, "y", "+");
	fake_put("ind", 2, "y", due);
	fake_run(1000, NULL, NULL);
	svc_own(&a, 0, 2);
	fake_run(2000, NULL, NULL);
	svc_own(&b, 2, 2);
	fake_run(2000, NULL, NULL);
	counts("x", 1, "x=1 x=2");
	counts("y", 2, "y=1 y=2");
	assert_int_equal(a.revoked[1], 1);
	assert_int_equal(a.assigned[1], 2);
	assert_int_equal(b.assigned[2], 1);
	fake_run(70000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 5); /* and the timer, once */
}

static void
revoke_waits_for_the_running_commit(void **state)
{
	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	fake_delay(5000);
	fake_put("ind", 0, "x", "+");
	fake_run(10, NULL, NULL);
	assert_true(fake_committing());
	svc_own(&a, 2, 2); /* the fake asserts that nothing is open when revoked() returns */
	fake_run(1500, NULL, NULL);
	assert_string_equal(outputs_of("x"), "x=1");
	assert_int_equal(fake_committed("ind", 0), 1);
}

static void
own_again(struct svc *s)
{
	svc_own(s, 0, PARTS);
}

static void
revoke_commits_the_open_batch(void **state)
{
	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	a.hook = own_again;
	a.hook_at = 7;
	for (int i = 0; i < 10; i++)
		fake_put("ind", 0, "x", "+");
	assert_true(svc_quiet(&a, 20000));
	assert_int_equal(a.revoked[0], 1);
	assert_int_equal(a.calls, 10); /* what was applied was committed, not repeated */
	assert_int_equal(logged_count(0, "x"), 10);
	assert_int_equal(fake_commits(), 2);
	assert_int_equal(fake_aborts(), 0);
}

static void
lose_all(struct svc *s)
{
	fake_lose(s->txn);
}

static void
an_open_batch_of_lost_partitions_is_aborted(void **state)
{
	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	a.hook = lose_all;
	a.hook_at = 7;
	for (int i = 0; i < 10; i++)
		fake_put("ind", 0, "x", "+");
	fake_run(3000, NULL, NULL);
	assert_int_equal(fake_commits(), 0); /* not even tried */
	assert_int_equal(fake_aborts(), 1);
	assert_int_equal(a.revoked[0], 1);
	svc_own(&a, 0, PARTS);
	fake_run(3000, NULL, NULL);
	assert_int_equal(logged_count(0, "x"), 10);
}

static void
another_changelog_is_read_whole(void **state)
{
	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	fake_put("ind", 1, "x", "+");
	assert_true(svc_quiet(&a, 1000));
	svc_own(&a, 2, 2);
	fake_run(2000, NULL, NULL);
	fake_wipe("taeller.tilstand", 1); /* deleted and made anew */
	svc_own(&a, 0, PARTS);
	fake_run(2000, NULL, NULL);
	counts("x", 1, "x=1 x=1");
}

static void
a_lost_partition_commits_nothing(void **state)
{
	(void)state;
	svc_start(&a);
	svc_start(&b);
	svc_own(&a, 0, PARTS);
	svc_own(&b, 0, 0);
	assert_true(fake_run(1000, svc_ready, &a));
	fake_delay(3000);
	fake_put("ind", 0, "x", "+");
	fake_run(10, NULL, NULL);
	assert_true(fake_committing());
	fake_lose(a.txn);
	svc_own(&b, 0, PARTS);
	fake_run(10000, NULL, NULL);
	fake_delay(10);
	fake_run(5000, NULL, NULL);
	assert_string_equal(outputs_of("x"), "x=1"); /* by b alone */
	assert_int_equal(a.committed, 0);
	assert_int_equal(b.committed, 1);
	counts("x", 0, "x=1 x=2");
}

static void
a_kept_table_needs_the_tail_only(void **state)
{
	int64_t read;

	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	for (int i = 0; i < 50; i++) {
		char key[32];

		snprintf(key, sizeof(key), "k%d", i);
		fake_put("ind", 1, key, "+");
	}
	assert_true(svc_quiet(&a, 1000));
	read = flow_metric_get(FLOW_M_RESTORED);
	svc_own(&a, 0, PARTS); /* eager: all away and back again */
	assert_true(fake_run(5000, svc_ready, &a));
	fake_run(2000, NULL, NULL);
	assert_int_equal(a.revoked[1], 1);
	assert_int_equal(a.assigned[1], 2);
	assert_int_equal(flow_metric_get(FLOW_M_RESTORED) - read, 0);
	assert_int_equal(a.walked, 50);
	/* Away, and what another owner then wrote is read. */
	svc_own(&a, 2, 2);
	fake_run(2000, NULL, NULL);
	log_put(1, "k7", "100");
	svc_own(&a, 0, PARTS);
	fake_run(2000, NULL, NULL);
	assert_in_range(flow_metric_get(FLOW_M_RESTORED) - read, 1, 2); /* one record and the end */
	counts("k7", 1, "k7=1 k7=101");
	counts("k8", 1, "k8=1 k8=2");
}

/* A lost partition may have been written by another before we knew: what it wrote must be read. */
static void
a_table_lost_is_read_from_where_it_was_sure(void **state)
{
	(void)state;
	svc_start(&a);
	svc_up(&a, PARTS);
	fake_put("ind", 1, "x", "+");
	assert_true(svc_quiet(&a, 1000));
	fake_evict(a.txn);
	log_put(1, "x", "50"); /* the other owner, before a learns of it */
	fake_lose(a.txn);
	fake_run(3000, NULL, NULL);
	svc_own(&a, 0, PARTS);
	fake_run(3000, NULL, NULL);
	counts("x", 1, "x=1 x=51");
}

static void
kept_tables_have_a_cap_and_an_age(void **state)
{
	struct flow_kept k;
	struct flow_kept_one one = {.log_pos = 5};
	uint8_t blob[1000] = {0};

	(void)state;
	flow_kept_init(&k, 5000);
	for (int32_t p = 0; p < 5; p++) {
		one.p = p;
		one.since.ms = p;
		one.table = flow_table_new(1);
		assert_int_equal(
		    flow_table_load(one.table, K("\1p"), plb_slice(blob, 1000), false), PLB_OK);
		flow_kept_add(&k, one);
	}
	assert_in_range(k.bytes, 5001, SIZE_MAX); /* all of them until the rebalance is over */
	flow_kept_trim(&k);
	assert_in_range(k.bytes, 1000, 5000);
	assert_false(flow_kept_take(&k, 0, (struct plb_mono){10}, &one)); /* the oldest went */
	assert_true(flow_kept_take(&k, 4, (struct plb_mono){10}, &one));
	assert_int_equal(one.log_pos, 5);
	flow_table_free(&one.table);
	flow_kept_fini(&k);
	flow_kept_init(&k, 1000000);
	one = (struct flow_kept_one){.p = 3, .table = flow_table_new(1), .since = {100}};
	flow_kept_add(&k, one);
	assert_false(flow_kept_take(&k, 3, (struct plb_mono){101 + FLOW_KEPT_MAX_AGE_MS}, &one));
	assert_int_equal(k.n, 0);
	assert_int_equal(k.bytes, 0);
	flow_kept_fini(&k);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(state_comes_back_before_the_first_record),
	    T(a_process_may_end_while_it_restores),
	    T(restore_goes_past_the_last_stable_offset),
	    T(what_was_aborted_does_not_come_back),
	    T(committed_offsets_must_be_stable_first),
	    T(deleted_entries_stay_deleted),
	    T(timers_come_back),
	    T(foreign_bytes_in_the_changelog_are_skipped),
	    T(a_first_start_reads_from_the_earliest),
	    T(lost_offsets_refuse_to_start),
	    T(one_input_without_offset_is_no_loss),
	    T(a_changelog_of_aborted_records_is_empty),
	    T(a_committed_offset_out_of_range_stops),
	    T(partition_counts_must_agree),
	    T(not_ready_says_why),
	    T(state_and_timers_follow_the_partition),
	    T(revoke_waits_for_the_running_commit),
	    T(revoke_commits_the_open_batch),
	    T(an_open_batch_of_lost_partitions_is_aborted),
	    T(another_changelog_is_read_whole),
	    T(a_lost_partition_commits_nothing),
	    T(a_kept_table_needs_the_tail_only),
	    T(a_table_lost_is_read_from_where_it_was_sure),
	    T(kept_tables_have_a_cap_and_an_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
