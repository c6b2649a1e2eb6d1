// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include "clock_quiet.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* The clock topic: followers, answers, and the stepper that waits for quiet. Two services as the
 * stepper expects them: "forloeb" on ind and svar, "dispatch" on ud and postkasse. */

static struct svc f, f2, d;
static struct plb_clock_stepper *stepper;
static char steps[1024];
static int64_t batch_records;

static int
setup(void **state)
{
	(void)state;
	f = f2 = d = (struct svc){0};
	stepper = NULL;
	batch_records = 10000;
	steps[0] = '\0';
	fixture_topics();
	fake_topic("postkasse", 2);
	fake_topic("dispatch.tilstand", 2);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	/* No answer ever names a position that is not known. */
	for (size_t i = 0; i < fake_len("ur", 0); i++)
		assert_null(
		    memmem(fake_at("ur", 0, i)->value.p, fake_at("ur", 0, i)->value.len, ":-1", 3));
	plb_clock_stepper_free(&stepper);
	if (f.flow != NULL)
		svc_stop(&f);
	if (f2.flow != NULL)
		svc_stop(&f2);
	if (d.flow != NULL)
		svc_stop(&d);
	return 0;
}

static void
start_forloeb(struct svc *s, const char *instance)
{
	static const char *const in[] = {"ind", "svar", NULL};
	struct plb_conf_flow fc = fixture_conf();

	fc.instance = instance;
	fc.batch_records = batch_records;
	svc_start_conf(s, "forloeb", in, "taeller.tilstand", fake_conf(true), &fc);
}

static void
start_dispatch(void)
{
	static const char *const in[] = {"ud", "postkasse", NULL};
	struct plb_conf_flow fc = fixture_conf();

	fc.instance = "d1";
	d.sink = true;
	svc_start_conf(&d, "dispatch", in, "dispatch.tilstand", fake_conf(true), &fc);
	svc_own(&d, 0, 2);
}

static void
both(void)
{
	start_forloeb(&f, "f1");
	svc_own(&f, 0, PARTS);
	start_dispatch();
	assert_true(fake_run(5000, svc_ready, &f));
	assert_true(fake_run(5000, svc_ready, &d));
}

static void
progress(void *arg, struct plb_time at)
{
	(void)arg;
	snprintf(steps + strlen(steps), sizeof(steps) - strlen(steps), "%" PRId64 " ", at.ms);
}

static enum plb_err
set(int64_t ms, struct plb_errctx *ec)
{
	if (stepper == NULL)
		assert_int_equal(
		    plb_clock_stepper_new(fake_bus(), fake_conf(true), &stepper, ec), PLB_OK);
	return plb_clock_stepper_set(stepper, (struct plb_time){ms}, progress, NULL, ec);
}

/* ---- followers ---- */

static void
unset_means_nothing_falls_due(void **state)
{
	(void)state;
	both();
	fake_put("ind", 0, "x", "due:1000");
	fake_put("ind", 0, "x", "tick");
	fake_run(5000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
	assert_string_equal(outputs_of("x"),
	    "x@-9223372036854775808"); /* PLB_TIME_UNSET, for the service to decide */
	assert_int_equal(plb_flow_now(f.flow).ms, INT64_MIN);
}

static void
the_clock_is_read_to_its_end_before_the_first_record(void **state)
{
	(void)state;
	fake_put("ur", 0, "tik",
	    "{\"art\":\"tik\",\"tid\":5000,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964ff\"}");
	fake_put("ur", 0, "tik",
	    "{\"art\":\"tik\",\"tid\":9000,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964fe\"}");
	fake_put("ur", 0, "tik",
	    "{\"art\":\"tik\",\"tid\":7000,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964fd\"}");
	fake_put("ind", 0, "x", "tick");
	fake_reader_lag(400);
	both();
	fake_run(1000, NULL, NULL);
	assert_string_equal(outputs_of("x"), "x@9000"); /* the greatest of all tik */
}

static void
rubbish_on_the_clock_topic_moves_nothing(void **state)
{
	static const char *const rubbish[] = {"", "{", "[]", "{\"art\":\"tik\"}",
	    "{\"art\":\"tik\",\"tid\":\"5\",\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964ff\"}",
	    "{\"art\":\"tik\",\"tid\":5,\"runde\":\"x\"}",
	    "{\"art\":\"tok\",\"tid\":5,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964ff\"}",
	    "null"};

	(void)state;
	both();
	for (size_t i = 0; i < sizeof(rubbish) / sizeof(rubbish[0]); i++)
		fake_put("ur", 0, "tik", rubbish[i]);
	fake_put("ur", 0, NULL, NULL);
	fake_run(2000, NULL, NULL);
	assert_int_equal(plb_flow_now(f.flow).ms, INT64_MIN);
	assert_int_equal(set(4000, &(struct plb_errctx){0}), PLB_OK);
	assert_int_equal(plb_flow_now(f.flow).ms, 4000);
}

static void
an_answer_names_positions_past_control_records(void **state)
{
	const struct fake_rec *r;
	char text[2048];

	(void)state;
	both();
	fake_put("ind", 1, "x", "+");
	fake_marker("ind", 1);
	fake_put("ind", 2, "x2", "due:70000");
	assert_int_equal(set(5000, &(struct plb_errctx){0}), PLB_OK);
	for (size_t i = fake_len("ur", 0); i-- > 0;) {
		r = fake_at("ur", 0, i);
		if (!plb_slice_is(r->key, "svar/forloeb/f1"))
			continue;
		snprintf(text, sizeof(text), "%.*s", PLB_SLICE_ARG(r->value));
		assert_non_null(
		    strstr(text, "{\"emne\":\"p.ind\",\"partition\":1,\"position\":2}"));
		assert_non_null(
		    strstr(text, "{\"emne\":\"p.svar\",\"partition\":3,\"position\":0}"));
		assert_non_null(strstr(text, "\"tid\":5000"));
		assert_non_null(strstr(text, "\"naeste\":70000,\"iGang\":0}"));
		return;
	}
	fail();
}

static size_t
answers(void)
{
	size_t n = 0;

	for (size_t i = 0; i < fake_len("ur", 0); i++)
		n += plb_slice_is(fake_at("ur", 0, i)->key, "svar/forloeb/f1");
	return n;
}

/* Having applied all that came is not having read all there is: only the end of a partition tells.
 */
static void
an_answer_waits_for_the_end_of_every_input(void **state)
{
	size_t before;

	(void)state;
	both();
	fake_run(1000, NULL, NULL);
	fake_hold_ends(true);
	fake_put("ind", 0, "x", "+");
	fake_run(100, NULL, NULL);
	before = answers();
	fake_put("ur", 0, "tik",
	    "{\"art\":\"tik\",\"tid\":5000,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964ff\"}");
	fake_run(300, NULL, NULL);
	assert_int_equal(plb_flow_now(f.flow).ms, 5000);
	assert_int_equal(answers(), before);
	fake_hold_ends(false);
	fake_run(100, NULL, NULL);
	assert_int_equal(answers(), before + 1);
}

static void
a_service_without_partitions_answers_too(void **state)
{
	struct plb_clock_topic *c = NULL;
	struct plb_errctx ec = {0};
	bool found = false;

	(void)state;
	assert_int_equal(
	    plb_clock_topic_new(fake_loop(), fake_bus(), "gateway", "g1", &c, &ec), PLB_OK);
	fake_run(100, NULL, NULL);
	assert_true(plb_clock_topic_ready(c));
	assert_int_equal(plb_clock_topic_clock(c).now(plb_clock_topic_clock(c).arg).ms, INT64_MIN);
	both();
	assert_int_equal(set(5000, &ec), PLB_OK);
	assert_int_equal(plb_clock_topic_clock(c).now(plb_clock_topic_clock(c).arg).ms, 5000);
	for (size_t i = 0; i < fake_len("ur", 0); i++)
		found = found || plb_slice_is(fake_at("ur", 0, i)->key, "svar/gateway/g1");
	assert_true(found);
	plb_clock_topic_free(&c);
	assert_null(c);
}

/* ---- stepping ---- */

static void
steps_go_from_due_time_to_due_time(void **state)
{
	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	fake_put("ind", 0, "x", "due:5000");
	fake_put("svar", 1, "y", "due:3000:again"); /* 3000, 4000, 5000, 6000 */
	fake_put("ind", 2, "z", "due:90000");
	steps[0] = '\0';
	assert_int_equal(set(10000, &(struct plb_errctx){0}), PLB_OK);
	assert_string_equal(steps, "3000 4000 5000 6000 10000 ");
	assert_string_equal(outputs_of("x"), "x!t@5000");
	assert_string_equal(outputs_of("y"), "y!again@3000 y!again@4000 y!again@5000 y!again@6000");
	assert_int_equal(plb_clock_stepper_now(stepper).ms, 10000);
	assert_int_equal(plb_flow_now(d.flow).ms, 10000);
}

/* What fell due in one service has been dealt with by the next one when set() returns: forloeb
 * writes ud, dispatch counts each of its records. */
static void
what_fell_due_has_gone_all_the_way(void **state)
{
	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	for (int i = 0; i < 50; i++) {
		char key[32], text[32];

		snprintf(key, sizeof(key), "x%d", i);
		snprintf(text, sizeof(text), "due:%d", 2000 + i % 3);
		fake_put("ind", i % PARTS, key, text);
	}
	d.calls = 0;
	fake_delay(700); /* a slow Kafka: answers must wait for it */
	assert_int_equal(set(2002, &(struct plb_errctx){0}), PLB_OK);
	assert_true(d.calls >= 50);
}

static void
a_running_commit_is_not_quiet(void **state)
{
	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	fake_put("ind", 0, "x", "due:2000:quiet"); /* nothing leaves the service: only its own
						      commit shows that it is done */
	fake_run(1000, NULL, NULL);
	fake_delay(700);
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_false(fake_committing());
	assert_int_equal(fake_count("taeller.tilstand", NULL), 2); /* the entry, and its end */
}

/* A commit is answered before its control records are written: until then the next service cannot
 * read what has fallen due, and must not be taken for quiet. */
static void
what_is_not_visible_yet_is_waited_for(void **state)
{
	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	fake_marker_lag(900);
	fake_put("ind", 1, "x", "due:2000");
	d.calls = 0;
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_int_equal(d.calls, 1);
}

static void
the_first_time_may_be_any_and_steps_from_what_is_due(void **state)
{
	(void)state;
	both();
	fake_put("ind", 0, "x", "due:5000");
	assert_int_equal(set(20000, &(struct plb_errctx){0}), PLB_OK);
	assert_string_equal(steps, "5000 20000 ");
}

static void
backwards_is_refused(void **state)
{
	struct plb_errctx ec = {0};

	(void)state;
	both();
	assert_int_equal(set(5000, &ec), PLB_OK);
	assert_int_equal(set(4999, &ec), PLB_E_REGEL);
	assert_int_equal(set(5000, &ec), PLB_OK);
	/* Another stepper, later, knows the time too. */
	plb_clock_stepper_free(&stepper);
	assert_int_equal(set(4999, &ec), PLB_E_REGEL);
	assert_int_equal(plb_clock_stepper_now(stepper).ms, 5000);
}

static void
without_owners_it_gives_up(void **state)
{
	struct plb_errctx ec = {0};
	int64_t began;

	(void)state;
	start_forloeb(&f, "f1");
	svc_own(&f, 0, 3); /* partition 3 is nobody's, and there is no dispatch */
	assert_true(fake_run(5000, svc_ready, &f));
	began = fake_now();
	assert_int_equal(set(5000, &ec), PLB_E_TIMEOUT);
	assert_non_null(strstr(ec.text, "p.ind partition 3: no owner has answered"));
	assert_in_range(fake_now() - began, 60000, 120000);
}

static void
kill_f2(void *arg)
{
	*(bool *)arg = true;
	svc_stop(&f2); /* it never says goodbye */
	svc_own(&f, 0, PARTS);
}

/* An owner dies in the middle: the step waits until its partitions have moved, and nothing is lost.
 */
static void
a_dead_owner_is_waited_for(void **state)
{
	struct plb_errctx ec = {0};
	struct plb_loop_timer *t;
	bool killed = false;

	(void)state;
	start_forloeb(&f, "f1");
	svc_own(&f, 0, 2);
	start_forloeb(&f2, "f2");
	svc_own(&f2, 2, 2);
	start_dispatch();
	assert_true(fake_run(5000, svc_ready, &f));
	assert_true(fake_run(5000, svc_ready, &f2));
	assert_true(fake_run(5000, svc_ready, &d));
	assert_int_equal(set(1000, &ec), PLB_OK);
	fake_put("ind", 3, "x", "due:2000");
	fake_run(500, NULL, NULL);
	t = plb_loop_timer_new(fake_loop(), kill_f2, &killed);
	plb_loop_timer_in(t, 20000);
	f2.in_flight = 1; /* stuck until it dies */
	assert_int_equal(set(3000, &ec), PLB_OK);
	assert_true(killed);
	assert_string_equal(outputs_of("x"), "x!t@2000");
	plb_loop_timer_free(&t);
}

static void
settle_work(void *arg)
{
	(void)arg;
	d.in_flight = 0;
	assert_true(plb_flow_outcome(d.flow, 0, strdup("answered")));
}

static void
work_under_way_is_waited_for(void **state)
{
	struct plb_loop_timer *t = plb_loop_timer_new(fake_loop(), settle_work, NULL);
	int64_t began;

	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	d.in_flight = 1;
	plb_loop_timer_in(
	    t, 12000); /* longer than a round, and than a silent instance is waited for */
	began = fake_now();
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_in_range(fake_now() - began, 12000, 14000);
	assert_string_equal(outputs_of("o"), "outcome:answered");
	plb_loop_timer_free(&t);
}

/* Two minutes of work that gets on are waited for; only standing still is given up. */
static void
a_long_backlog_is_waited_for(void **state)
{
	int64_t began;

	(void)state;
	batch_records = 10;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	fake_delay(2000);
	for (int i = 0; i < 600; i++)
		fake_put("ind", 0, "x", "+");
	began = fake_now();
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_in_range(fake_now() - began, 120000, 140000);
	assert_int_equal(logged_count(0, "x"), 600);
}

/* An idle step: two rounds, no waiting for anything but the services. */
static void
an_idle_step_is_quick(void **state)
{
	int64_t began;
	size_t rounds = 0, before;

	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	began = fake_now();
	before = fake_len("ur", 0);
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_in_range(fake_now() - began, 0, 20);
	for (size_t i = before; i < fake_len("ur", 0); i++)
		rounds += plb_slice_is(fake_at("ur", 0, i)->key, "tik");
	assert_int_equal(rounds, 4); /* quiet at 1000, quiet at 2000 */
}

/* A round is somebody who waits. */
static void
a_round_commits_what_could_have_waited(void **state)
{
	int64_t began;

	(void)state;
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	fake_put("ind", 0, "x", "later");
	began = fake_now();
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_in_range(fake_now() - began, 10, 60); /* a commit or two, not batch_ms */
	assert_string_equal(outputs_of("x"), "x=1");
}

static void
an_instance_of_the_past_is_not_waited_for_long(void **state)
{
	int64_t began;

	(void)state;
	/* It answered once, in a round long ago. */
	fake_put("ur", 0, "svar/gateway/old",
	    "{\"art\":\"svar\",\"tid\":1,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964ff\","
	    "\"tjeneste\":\"gateway\",\"instans\":\"old\",\"partitioner\":[],\"naeste\":null,"
	    "\"iGang\":0}");
	both();
	began = fake_now();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	assert_in_range(fake_now() - began, 8000, 10000);
	plb_clock_stepper_free(&stepper);
	began = fake_now();
	assert_int_equal(set(2000, &(struct plb_errctx){0}), PLB_OK);
	assert_in_range(fake_now() - began, 0, 100);
}

static struct plb_clock_topic *gateway;

static void
gateway_start(void *arg)
{
	struct plb_errctx ec = {0};

	(void)arg;
	assert_int_equal(
	    plb_clock_topic_new(fake_loop(), fake_bus(), "gateway", "g1", &gateway, &ec), PLB_OK);
}

/* Kafka was away: who stepped then has asked and ended, and the gateway is slower to come back than
 * the others. The next one waits for it all the same, or facts of the new time would be refused. */
static void
who_was_there_before_is_waited_for(void **state)
{
	struct plb_loop_timer *t = plb_loop_timer_new(fake_loop(), gateway_start, NULL);

	(void)state;
	gateway_start(NULL);
	fake_run(100, NULL, NULL);
	both();
	assert_int_equal(set(1000, &(struct plb_errctx){0}), PLB_OK);
	plb_clock_stepper_free(&stepper);
	plb_clock_topic_free(&gateway);
	fake_put("ur", 0, "tik",
	    "{\"art\":\"tik\",\"tid\":2000,\"runde\":\"6f9619ff-8b86-4011-b42d-00c04fc964ff\"}");
	plb_loop_timer_in(t, 5000); /* longer than a round */
	assert_int_equal(set(3000, &(struct plb_errctx){0}), PLB_OK);
	assert_non_null(gateway);
	assert_int_equal(
	    plb_clock_topic_clock(gateway).now(plb_clock_topic_clock(gateway).arg).ms, 3000);
	plb_clock_topic_free(&gateway);
	plb_loop_timer_free(&t);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(unset_means_nothing_falls_due),
	    T(the_clock_is_read_to_its_end_before_the_first_record),
	    T(rubbish_on_the_clock_topic_moves_nothing),
	    T(an_answer_names_positions_past_control_records),
	    T(an_answer_waits_for_the_end_of_every_input),
	    T(a_service_without_partitions_answers_too),
	    T(steps_go_from_due_time_to_due_time),
	    T(what_fell_due_has_gone_all_the_way),
	    T(what_is_not_visible_yet_is_waited_for),
	    T(a_running_commit_is_not_quiet),
	    T(the_first_time_may_be_any_and_steps_from_what_is_due),
	    T(backwards_is_refused),
	    T(without_owners_it_gives_up),
	    T(a_dead_owner_is_waited_for),
	    T(work_under_way_is_waited_for),
	    T(a_long_backlog_is_waited_for),
	    T(an_idle_step_is_quick),
	    T(a_round_commits_what_could_have_waited),
	    T(an_instance_of_the_past_is_not_waited_for_long),
	    T(who_was_there_before_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
