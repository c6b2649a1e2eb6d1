// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include "batch.h"
#include "metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* Transactions: what goes into one, when it ends, and what its end does to the state. */

static struct svc svc;

static int
setup(void **state)
{
	(void)state;
	svc = (struct svc){0};
	fixture_topics();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	svc_stop(&svc);
	return 0;
}

static void
up(void)
{
	svc_start(&svc);
	svc_up(&svc, PARTS);
}

/* ---- the table ---- */

static void
the_table_knows_every_legal_move(void **state)
{
	unsigned legal = 0;

	(void)state;
	for (int s = 0; s < FLOW_STATES; s++) {
		for (int e = 0; e < FLOW_EVENTS; e++) {
			struct flow_transition t =
			    flow_batch_next((enum flow_state)s, (enum flow_event)e);

			legal += t.action != FLOW_ACT_ILLEGAL;
			/* State is kept on a confirmed commit alone, undone on a confirmed abort
			 * alone. */
			assert_int_equal(
			    t.action == FLOW_ACT_KEEP, s == FLOW_COMMITTING && e == FLOW_EV_OK);
			assert_int_equal(
			    t.action == FLOW_ACT_UNDO, s == FLOW_ABORTING && e == FLOW_EV_OK);
			assert_int_equal(
			    t.action == FLOW_ACT_COMMIT, s == FLOW_OPEN && e == FLOW_EV_COMMIT);
			if (e == FLOW_EV_FATAL || t.action == FLOW_ACT_ILLEGAL)
				assert_int_equal(t.next, FLOW_FAILED);
			if (e == FLOW_EV_DOUBT && s != FLOW_FAILED)
				assert_true(
				    t.action == FLOW_ACT_DROP || t.action == FLOW_ACT_ILLEGAL);
		}
	}
	assert_int_equal(legal, 32);
	svc_start(&svc);
}

static void
unknown_ends_stop_the_process(void **state)
{
	(void)state;
	assert_int_equal(flow_batch_done(PLB_OK), FLOW_EV_OK);
	assert_int_equal(flow_batch_done(PLB_E_AFBRUDT), FLOW_EV_ABORTED);
	assert_int_equal(flow_batch_done(PLB_E_KAFKA), FLOW_EV_DOUBT);
	assert_int_equal(flow_batch_done(PLB_E_AFLOEST), FLOW_EV_FATAL);
	assert_int_equal(flow_batch_done(PLB_E_INTERN), FLOW_EV_FATAL);
	assert_int_equal(flow_backoff_ms(1), 100);
	assert_int_equal(flow_backoff_ms(2), 200);
	assert_int_equal(flow_backoff_ms(7), 6400);
	assert_int_equal(flow_backoff_ms(8), 10000);
	assert_int_equal(flow_backoff_ms(4000000000u), 10000);
	svc_start(&svc);
}

/* ---- one transaction a batch ---- */

static void
outputs_changelog_and_offsets_go_together(void **state)
{
	const struct plb_txn_offset *o;

	(void)state;
	up();
	fake_put("ind", 1, "a", "+");
	fake_put("ind", 1, "a", "+");
	fake_put("svar", 1, "a", "+");
	fake_put("ind", 3, "b", "+");
	assert_true(svc_quiet(&svc, 1000));
	assert_string_equal(outputs_of("a"), "a=1 a=2 a=3");
	assert_string_equal(outputs_of("b"), "b=1");
	assert_int_equal(fake_commits(), 1);
	assert_int_equal(fake_offsets(&o), 3); /* only what the batch touched */
	assert_int_equal(fake_committed("ind", 1), 2);
	assert_int_equal(fake_committed("svar", 1), 1);
	assert_int_equal(fake_committed("ind", 3), 1);
	assert_int_equal(fake_committed("ind", 0), -1);
	assert_int_equal(logged_count(1, "a"), 3); /* on the input's partition, not on the key's */
	assert_int_equal(logged_count(3, "b"), 1);
	assert_int_equal(svc.committed, 1);
}

static void
a_batch_is_all_or_nothing(void **state)
{
	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	fake_fault(FAKE_REFUSED);
	fake_run(5, NULL, NULL); /* the commit is under way */
	assert_true(fake_committing());
	assert_string_equal(outputs_of("a"), "");
	assert_int_equal(fake_committed("ind", 0), -1);
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(outputs_of("a"), "a=1");
	assert_int_equal(logged_count(0, "a"), 1);
}

static void
drained_input_commits_at_once(void **state)
{
	int64_t began;

	(void)state;
	up();
	began = fake_now();
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 1000));
	assert_in_range(fake_now() - began, 0, 30); /* the commit's 10 ms, not the batch's 100 */
}

static void
what_nobody_waits_for_stays_open_until_the_batch_is_old(void **state)
{
	int64_t began;

	(void)state;
	up();
	began = fake_now();
	fake_put("ind", 0, "a", "later");
	fake_run(50, NULL, NULL);
	fake_put("ind", 0, "a", "later");
	fake_run(40, NULL, NULL);
	assert_int_equal(fake_commits(), 0);
	assert_true(svc_quiet(&svc, 1000));
	assert_int_equal(fake_commits(), 1);
	assert_string_equal(outputs_of("a"), "a=1 a=2");
	assert_in_range(fake_now() - began, 100, 130);
}

static void
what_hurries_takes_along_what_can_wait(void **state)
{
	(void)state;
	up();
	fake_put("ind", 0, "a", "later");
	fake_run(20, NULL, NULL);
	fake_put("ind", 1, "b", "+");
	fake_run(20, NULL, NULL);
	assert_string_equal(outputs_of("a"), "a=1");
	assert_string_equal(outputs_of("b"), "b=1");
	assert_int_equal(fake_commits(), 1);
	fake_put("ind", 0, "a", "later"); /* the next batch is in no hurry again */
	fake_run(50, NULL, NULL);
	assert_int_equal(fake_commits(), 1);
}

static void
a_batch_has_a_most_of_records(void **state)
{
	struct plb_conf_flow fc = fixture_conf();
	static const char *const in[] = {"ind", "svar", NULL};

	(void)state;
	fc.batch_records = 10;
	svc_start_conf(&svc, "taeller", in, "taeller.tilstand", fake_conf(false), &fc);
	svc_up(&svc, PARTS);
	for (int i = 0; i < 95; i++)
		fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 10000));
	assert_int_equal(fake_commits(), 10);
	assert_int_equal(logged_count(0, "a"), 95);
}

static void
a_batch_has_a_most_of_bytes(void **state)
{
	struct plb_conf_flow fc = fixture_conf();
	static const char *const in[] = {"ind", "svar", NULL};

	(void)state;
	fc.batch_bytes = 100000;
	svc_start_conf(&svc, "taeller", in, "taeller.tilstand", fake_conf(false), &fc);
	svc_up(&svc, PARTS);
	for (int i = 0; i < 6; i++)
		fake_put("ind", 0, "a", "big:60000");
	assert_true(svc_quiet(&svc, 10000));
	assert_int_equal(fake_committed("ind", 0), 6);
	assert_int_equal(fake_commits(), 3);
	assert_int_equal(fake_count("taeller.tilstand", NULL),
	    3); /* one key: one record a batch, whatever its versions */
}

/* ---- KIP-447: an owned position in every transaction ---- */

static void
timers_alone_commit_an_owned_position(void **state)
{
	const struct plb_txn_offset *o;
	char due[64];

	(void)state;
	up();
	snprintf(due, sizeof(due), "due:%lld", (long long)plb_time_now().ms + 5000);
	fake_put("svar", 2, "a", due);
	assert_true(svc_quiet(&svc, 1000));
	fake_run(10000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
	assert_int_equal(fake_commits(), 2);
	assert_int_equal(fake_offsets(&o), 1);
	assert_string_equal(o[0].topic, "ind");
	assert_int_equal(o[0].partition, 2);
	assert_int_equal(o[0].offset, 0);
	assert_int_equal(fake_committed("svar", 2), 1); /* the others stand where they stood */
}

static void
an_outcome_alone_commits_an_owned_position(void **state)
{
	const struct plb_txn_offset *o;

	(void)state;
	fake_put("ind", 1, "a", "+");
	up();
	assert_true(plb_flow_outcome(svc.flow, 1, strdup("fine")));
	fake_run(100, NULL, NULL);
	assert_string_equal(outputs_of("o"), "outcome:fine");
	assert_int_equal(fake_offsets(&o), 1);
	assert_int_equal(o[0].partition, 1);
	assert_int_equal(o[0].offset, 1);
	assert_int_equal(svc.freed, 1);
}

static void
a_member_that_is_out_commits_nothing(void **state)
{
	char due[64];

	(void)state;
	up();
	snprintf(due, sizeof(due), "due:%lld", (long long)plb_time_now().ms + 1000);
	fake_put("ind", 0, "a", due);
	assert_true(svc_quiet(&svc, 500));
	fake_evict(svc.txn); /* and does not know: what saves us is the generation in the offsets */
	fake_run(5000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 0);
	assert_true(fake_aborts() > 0);
}

/* ---- the state follows the transaction ---- */

static void
undo_comes_after_the_confirmed_abort(void **state)
{
	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 1000));
	fake_put("ind", 0, "a", "+");
	fake_put("ind", 0, "a", "+");
	fake_fault(FAKE_REFUSED); /* commit */
	fake_fault(FAKE_OK);      /* abort, confirmed */
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(
	    outputs_of("a"), "a=1 a=2 a=3"); /* not a=4: the state was undone before the repeat */
	assert_int_equal(svc.aborted, 1);
	assert_int_equal(svc.assigned[0], 1); /* nothing had to be restored */
}

static void
an_unconfirmed_abort_drops_the_state(void **state)
{
	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 1000));
	svc.walked = 0;
	fake_put("ind", 0, "a", "+");
	fake_fault(FAKE_REFUSED);
	fake_fault(FAKE_DOUBT_YES); /* what was to be aborted: nobody knows */
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(outputs_of("a"), "a=1 a=2");
	assert_int_equal(svc.aborted, 0);
	assert_int_equal(svc.revoked[0], 1);
	assert_int_equal(svc.assigned[0], 2);
	assert_int_equal(svc.walked, 1); /* from the changelog */
}

static void
in_doubt(enum fake_fault f)
{
	up();
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 1000));
	fake_put("ind", 0, "a", "+");
	fake_put("svar", 2, "b", "+");
	fake_fault(f);
	assert_true(svc_quiet(&svc, 5000));
	fake_put("ind", 0, "a", "+");
	assert_true(svc_quiet(&svc, 5000));
	assert_string_equal(outputs_of("a"), "a=1 a=2 a=3");
	assert_string_equal(outputs_of("b"), "b=1");
	for (int p = 0; p < PARTS; p++)
		assert_int_equal(svc.assigned[p], 2); /* every partition, touched or not */
	assert_int_equal(logged_count(0, "a"), 3);
}

static void
a_commit_in_doubt_that_happened(void **state)
{
	(void)state;
	in_doubt(FAKE_DOUBT_YES);
}

static void
a_commit_in_doubt_that_did_not(void **state)
{
	(void)state;
	in_doubt(FAKE_DOUBT_NO);
}

static void
fenced_is_the_end(void **state)
{
	struct plb_errctx ec = {0};

	(void)state;
	up();
	fake_put("ind", 0, "a", "+");
	fake_fault(FAKE_FENCED);
	assert_true(fake_run(5000, svc_failed, &svc));
	assert_true(fake_stopped());
	assert_true(plb_flow_failed(svc.flow, &ec));
	assert_non_null(strstr(ec.text, "PLB_E_AFLOEST"));
	assert_int_equal(fake_count("ud", NULL), 0);
}

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
state_has_a_cap(void **state)
{
	struct plb_conf_flow fc = fixture_conf();
	static const char *const in[] = {"ind", "svar", NULL};

	(void)state;
	fc.state_max = 1024 * 1024;
	svc_start_conf(&svc, "taeller", in, "taeller.tilstand", fake_conf(false), &fc);
	svc_up(&svc, PARTS);
	for (int i = 0; i < 20; i++) {
		char key[32];

		snprintf(key, sizeof(key), "k%d", i);
		fake_put("ind", 0, key, "big:100000");
		assert_true(svc_quiet(&svc, 1000));
	}
	assert_in_range(fake_count("taeller.tilstand", NULL), 9, 12);
	assert_int_equal(fake_count("afvist", NULL), 20 - fake_count("taeller.tilstand", NULL));
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

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_table_knows_every_legal_move),
	    T(unknown_ends_stop_the_process),
	    T(outputs_changelog_and_offsets_go_together),
	    T(a_batch_is_all_or_nothing),
	    T(drained_input_commits_at_once),
	    T(what_nobody_waits_for_stays_open_until_the_batch_is_old),
	    T(what_hurries_takes_along_what_can_wait),
	    T(a_batch_has_a_most_of_records),
	    T(a_batch_has_a_most_of_bytes),
	    T(timers_alone_commit_an_owned_position),
	    T(an_outcome_alone_commits_an_owned_position),
	    T(a_member_that_is_out_commits_nothing),
	    T(undo_comes_after_the_confirmed_abort),
	    T(an_unconfirmed_abort_drops_the_state),
	    T(a_commit_in_doubt_that_happened),
	    T(a_commit_in_doubt_that_did_not),
	    T(fenced_is_the_end),
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
	    T(a_long_commit_halts_and_keeps_polling),
	    T(an_ordinary_commit_halts_nothing),
	    T(state_has_a_cap),
	    T(drain_finishes_the_batch_and_leaves),
	    T(drain_takes_waiting_outcomes_along),
	    T(an_end_long_reached_is_committed),
	    T(metrics_count_what_was_committed),
	    T(lag_is_what_has_not_been_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
