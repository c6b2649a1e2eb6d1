// SPDX-License-Identifier: MPL-2.0
#include "one_svc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* What a service refuses or puts off, what Kafka does not take, and outcomes on the way through it.
 */

/* ---- RETRY, REJECT, FATAL ---- */

static void
retry_backs_off_and_keeps_polling(void **state)
{
	int64_t began = fake_now(), poll;
	unsigned early;

	(void)state;
	up();
	svc.retrying = true;
	fake_put("ind", 0, "a", "+");
	fake_put("ind", 0, "a", "retry");
	fake_put("ind", 0, "a", "+");
	fake_run(2000, NULL, NULL);
	early = fake_aborts();
	assert_in_range(early, 3, 6); /* 100, 200, 400, 800 ms … */
	for (int i = 0; i < 30; i++) {
		fake_run(1000, NULL, NULL);
		poll = fake_last_poll(svc.txn);
		assert_in_range(fake_now() - poll, 0, 1100); /* a member all the while */
	}
	assert_in_range(fake_aborts() - early, 3, 6); /* … up to 10 s */
	assert_int_equal(fake_count("ud", NULL), 0);
	svc.retrying = false;
	assert_true(svc_quiet(&svc, 15000));
	assert_string_equal(outputs_of("a"), "a=1 a=2 a=3");
	assert_true(fake_now() > began);
}

static void
a_rejected_record_is_parked_and_leaves_nothing_else(void **state)
{
	const struct fake_rec *r;

	(void)state;
	up();
	fake_put("ind", 2, "a", "+");
	fake_put("ind", 2, "a", "reject");
	fake_put("ind", 2, "a", "+");
	assert_true(svc_quiet(&svc, 1000));
	assert_string_equal(outputs_of("a"), "a=1 a=2");
	assert_int_equal(logged_count(2, "a"), 2);
	assert_int_equal(fake_count("afvist", NULL), 1);
	r = fake_at("afvist", 0, 0);
	assert_true(plb_slice_is(r->key, "a"));
	assert_true(plb_slice_is(r->value, "reject"));
	assert_string_equal(fake_header(r, "plb_aarsag"), "not good");
	assert_string_equal(fake_header(r, "plb_kode"), "PLB_E_FORM");
	assert_string_equal(fake_header(r, "plb_emne"), "ind");
	assert_string_equal(fake_header(r, "plb_partition"), "2");
	assert_string_equal(fake_header(r, "plb_offset"), "1");
	assert_string_equal(fake_header(r, "plb_tjeneste"), "taeller");
	assert_int_equal(fake_committed("ind", 2), 3);
	assert_int_equal(fake_commits(), 1);
}

static void
a_rejected_tombstone_stays_one(void **state)
{
	(void)state;
	up();
	fake_put_bytes("ind", 0, K("a"), K("reject"), true);
	assert_true(svc_quiet(&svc, 1000));
	assert_true(fake_at("afvist", 0, 0)->tombstone);
}

static void
a_fatal_record_stops_and_commits_nothing(void **state)
{
	struct plb_errctx ec = {0};

	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	fake_put("ind", 0, "a", "fatal");
	assert_true(fake_run(5000, svc_failed, &svc));
	assert_true(plb_flow_failed(svc.flow, &ec));
	assert_string_equal(ec.text, "told to stop");
	assert_int_equal(fake_count("ud", NULL), 0);
}

static void
a_send_that_fails_aborts_and_repeats(void **state)
{
	(void)state;
	up();
	fake_send_fails(1);
	fake_put("ind", 0, "a", "+");
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(outputs_of("a"), "a=1 a=2");
	assert_int_equal(fake_aborts(), 1);
}

static void
a_begin_that_fails_is_aborted_and_repeated(void **state)
{
	(void)state;
	up();
	fake_begin_fails(2);
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(outputs_of("a"), "a=1");
	assert_int_equal(fake_aborts(), 2);
}

/* ---- outcomes ---- */

static void
outcomes_of_an_aborted_batch_come_again(void **state)
{
	(void)state;
	up();
	fake_fault(FAKE_REFUSED);
	assert_true(plb_flow_outcome(svc.flow, 0, strdup("one")));
	assert_true(plb_flow_outcome(svc.flow, 1, strdup("two")));
	fake_run(5, NULL, NULL);
	assert_true(fake_committing());
	assert_true(plb_flow_outcome(
	    svc.flow, 0, strdup("three"))); /* after the batch: must not get lost or ahead */
	fake_run(2000, NULL, NULL);
	assert_string_equal(outputs_of("o"), "outcome:one outcome:two outcome:three");
	assert_int_equal(svc.freed, 3);
}

static void
an_outcome_for_another_owner_is_not_taken(void **state)
{
	char *mine = strdup("late");

	(void)state;
	svc_start(&svc);
	assert_false(plb_flow_outcome(svc.flow, 0, mine));
	svc_up(&svc, 2);
	assert_false(plb_flow_outcome(svc.flow, 2, mine));
	assert_false(plb_flow_outcome(svc.flow, 1000, mine));
	assert_false(plb_flow_outcome(svc.flow, -1, mine));
	free(mine);
	assert_int_equal(svc.freed, 0);
}

static void
outcomes_go_with_their_partition(void **state)
{
	(void)state;
	up();
	svc.retrying = true;
	assert_true(plb_flow_outcome(svc.flow, 0, strdup("retry")));
	assert_true(plb_flow_outcome(svc.flow, 3, strdup("kept out by the one before")));
	fake_run(500, NULL, NULL);
	svc_own(&svc, 2, 2);
	fake_run(5000, NULL, NULL);
	svc.retrying = false;
	fake_run(15000, NULL, NULL);
	assert_int_equal(svc.freed, 2); /* eager: all partitions went for a moment */
	assert_string_equal(outputs_of("o"), "");
}

static void
a_refused_outcome_is_dropped_and_the_rest_goes_on(void **state)
{
	(void)state;
	up();
	assert_true(plb_flow_outcome(svc.flow, 0, strdup("reject")));
	assert_true(plb_flow_outcome(svc.flow, 0, strdup("good")));
	fake_run(1000, NULL, NULL);
	assert_string_equal(outputs_of("o"), "outcome:good");
	assert_int_equal(svc.freed, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(retry_backs_off_and_keeps_polling),
	    T(a_rejected_record_is_parked_and_leaves_nothing_else),
	    T(a_rejected_tombstone_stays_one),
	    T(a_fatal_record_stops_and_commits_nothing),
	    T(a_send_that_fails_aborts_and_repeats),
	    T(a_begin_that_fails_is_aborted_and_repeated),
	    T(outcomes_of_an_aborted_batch_come_again),
	    T(an_outcome_for_another_owner_is_not_taken),
	    T(outcomes_go_with_their_partition),
	    T(a_refused_outcome_is_dropped_and_the_rest_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
