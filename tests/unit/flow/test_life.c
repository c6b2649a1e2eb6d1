// SPDX-License-Identifier: MPL-2.0
#include "one_svc.h"

#include "metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* A process under load and at its end: back-pressure, caps, draining, what it tells of itself. */

/* ---- back-pressure and life ---- */

static void
a_long_commit_halts_and_keeps_polling(void **state)
{
	(void)state;
	up();
	fake_delay(8000);
	fake_put("ind", 0, "a", "+");
	fake_run(10, NULL, NULL);
	for (int i = 0; i < 70; i++) {
		if (i % 10 == 0)
			fake_put("ind", 0, "a", "+");
		fake_run(
		    100, NULL, NULL); /* news ten times a second puts the poll off no further */
		assert_in_range(fake_now() - fake_last_poll(svc.txn), 0, 2100);
		assert_int_equal(svc.calls, 1); /* nothing is applied beside a commit */
	}
	fake_delay(10);
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(outputs_of("a"), "a=1 a=2 a=3 a=4 a=5 a=6 a=7 a=8");
}

/* Halting throws away what was fetched: under load half of all moments lie in a commit. */
static void
an_ordinary_commit_halts_nothing(void **state)
{
	unsigned before;

	(void)state;
	up();
	fake_delay(300);
	before = fake_pauses();
	for (int i = 0; i < 200; i++) {
		fake_put("ind", 0, "a", "+");
		fake_run(100, NULL, NULL);
	}
	assert_int_equal(fake_pauses(), before);
	assert_true(fake_commits() > 30);
}

static void
up_with(int64_t state_max)
{
	static const char *const in[] = {"ind", "svar", NULL};
	struct plb_conf_flow fc = fixture_conf();

	fc.state_max = state_max;
	svc_start_conf(&svc, "taeller", in, "taeller.tilstand", fake_conf(false), &fc);
	svc_up(&svc, PARTS);
}

static void
again_with(int64_t state_max)
{
	svc_stop(&svc);
	up_with(state_max);
}

#define MIB 1048576

static void
state_above_its_cap_stops_the_process_and_loses_no_fact(void **state)
{
	(void)state;
	up_with(MIB);
	for (int i = 0; i < 20; i++) {
		char key[32];

		snprintf(key, sizeof(key), "k%d", i);
		fake_put("ind", 0, key, "big:100000");
		fake_run(1000, NULL, NULL);
	}
	assert_true(svc_failed(&svc));
	assert_in_range(fake_count("taeller.tilstand", NULL), 9, 11);
	again_with(4 * MIB);
	assert_true(svc_quiet(&svc, 5000));
	assert_int_equal(fake_count("taeller.tilstand", NULL), 20);
	assert_int_equal(fake_count("afvist", NULL), 0);
}

/* A month end that finds too little memory. */
static void
state_above_its_cap_loses_no_timer(void **state)
{
	char due[64];

	(void)state;
	up_with(4 * MIB);
	snprintf(due, sizeof(due), "due:%lld:more", (long long)plb_time_now().ms + 20000);
	fake_put("ind", 0, "x", due);
	for (int i = 0; i < 15; i++)
		fake_put("ind", 1, i % 2 == 0 ? "y" : "z", "big:200000");
	assert_true(svc_quiet(&svc, 5000));
	again_with(MIB / 4);
	fake_run(30000, NULL, NULL);
	assert_true(svc_failed(&svc));
	assert_string_equal(outputs_of("x"), "");
	again_with(4 * MIB);
	assert_true(svc_quiet(&svc, 5000));
	assert_non_null(strstr(outputs_of("x"), "x=1"));
	assert_int_equal(fake_count("afvist", NULL), 0);
}

/* The tables of a service that uses most of its memory, away and back again: eager rebalances do
 * that all the time, and every person would wait for a restore. What has gone to others is kept as
 * far as the share goes. */
static void
a_rebalance_reads_nothing_again_however_much_it_is(void **state)
{
	int64_t read;

	(void)state;
	up_with(MIB);
	for (int32_t p = 0; p < PARTS; p++)
		fake_put("ind", p, "x", "big:200000");
	assert_true(svc_quiet(&svc, 1000));
	read = flow_metric_get(FLOW_M_RESTORED);
	svc_own(&svc, 0, PARTS);
	fake_run(2000, NULL, NULL);
	assert_int_equal(svc.assigned[0], 2);
	assert_int_equal(flow_metric_get(FLOW_M_RESTORED), read);
	svc_own(&svc, 0, 1);
	fake_run(2000, NULL, NULL);
	assert_int_equal(svc.assigned[0], 3);
	assert_int_equal(flow_metric_get(FLOW_M_RESTORED), read);
	assert_in_range(flow_metric_get(FLOW_M_KEPT_BYTES), 200000, MIB / 4);
}

static void
drained(void *arg)
{
	((struct svc *)arg)->drained++;
}

static void
drain_finishes_the_batch_and_leaves(void **state)
{
	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	fake_run(3, NULL, NULL);
	assert_true(fake_committing());
	assert_true(plb_flow_outcome(svc.flow, 1, strdup("late")));
	fake_put("ind", 0, "a", "+");
	plb_flow_drain(svc.flow, drained, &svc);
	assert_int_equal(svc.drained, 0);
	fake_run(1000, NULL, NULL);
	assert_int_equal(svc.drained, 1);
	assert_string_equal(outputs_of("a"), "a=1");
	assert_int_equal(svc.calls, 1);
	assert_int_equal(svc.revoked[0], 1);
	assert_false(svc_ready(&svc));
}

static void
drain_takes_waiting_outcomes_along(void **state)
{
	(void)state;
	up();
	assert_true(plb_flow_outcome(svc.flow, 1, strdup("last")));
	plb_flow_drain(svc.flow, drained, &svc);
	fake_run(1000, NULL, NULL);
	assert_int_equal(svc.drained, 1);
	assert_string_equal(outputs_of("o"), "outcome:last");
}

/* A control record behind the last record: in thirty days it is all that is left, and the log
 * begins after it. */
static void
an_end_long_reached_is_committed(void **state)
{
	(void)state;
	up();
	fake_put("svar", 1, "a", "+");
	assert_true(svc_quiet(&svc, 1000));
	fake_marker("svar", 1);
	fake_run(1000, NULL, NULL);
	assert_int_equal(fake_committed("svar", 1), 1);
	fake_run(70000, NULL, NULL);
	assert_int_equal(fake_committed("svar", 1), 2);
	assert_int_equal(fake_commits(), 2);
	fake_run(300000, NULL, NULL);
	assert_int_equal(fake_commits(), 2); /* once */
}

static void
metrics_count_what_was_committed(void **state)
{
	int64_t records = flow_metric_get(FLOW_M_RECORDS), aborts = flow_metric_get(FLOW_M_ABORTS),
		commits = flow_metric_get(FLOW_M_COMMITS);

	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	fake_put("ind", 0, "a", "+");
	fake_fault(FAKE_REFUSED);
	assert_true(svc_quiet(&svc, 5000));
	fake_run(2000, NULL, NULL);
	assert_int_equal(flow_metric_get(FLOW_M_RECORDS) - records, 2);
	assert_int_equal(flow_metric_get(FLOW_M_ABORTS) - aborts, 1);
	assert_int_equal(flow_metric_get(FLOW_M_COMMITS) - commits, 1);
	assert_int_equal(flow_metric_get(FLOW_M_PARTITIONS), PARTS);
	assert_int_equal(flow_metric_get(FLOW_M_STATE_ENTRIES), 1);
	assert_true(flow_metric_get(FLOW_M_STATE_BYTES) > 0);
}

static void
lag_is_what_has_not_been_read(void **state)
{
	(void)state;
	up();
	svc.retrying = true;
	fake_put("ind", 0, "a", "retry");
	fake_put("ind", 0, "a", "+");
	fake_put("ind", 1, "b", "+");
	fake_run(30000, NULL, NULL);
	assert_int_equal(flow_metric_get(FLOW_M_LAG), 3);
	assert_int_equal(flow_metric_get((enum flow_metric)(FLOW_M_LAG + 1)), 0);
	svc.retrying = false;
	fake_run(30000, NULL, NULL);
	fake_marker("ind", 1);
	fake_run(30000, NULL, NULL);
	assert_int_equal(flow_metric_get(FLOW_M_LAG), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_long_commit_halts_and_keeps_polling),
	    T(an_ordinary_commit_halts_nothing),
	    T(state_above_its_cap_stops_the_process_and_loses_no_fact),
	    T(state_above_its_cap_loses_no_timer),
	    T(a_rebalance_reads_nothing_again_however_much_it_is),
	    T(drain_finishes_the_batch_and_leaves),
	    T(drain_takes_waiting_outcomes_along),
	    T(an_end_long_reached_is_committed),
	    T(metrics_count_what_was_committed),
	    T(lag_is_what_has_not_been_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
