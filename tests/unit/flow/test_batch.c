// SPDX-License-Identifier: MPL-2.0
#include "one_svc.h"

#include "batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* Transactions: what goes into one, when it ends, and what its end does to the state. */

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
