// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* Timers: at or after their time, in order, once in effect. */

static struct svc svc;
static int64_t T0;

static int
setup(void **state)
{
	(void)state;
	svc = (struct svc){0};
	fixture_topics();
	svc_start(&svc);
	svc_up(&svc, PARTS);
	T0 = plb_time_now().ms;
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
due(int32_t p, const char *key, int64_t after, const char *sub)
{
	char text[64];

	snprintf(text, sizeof(text), "due:%lld:%s", (long long)(T0 + after), sub);
	fake_put("ind", p, key, text);
}

static const char *at(const char *format, ...) PLB_PRINTF(1, 2);
static const char *
at(const char *format, ...)
{
	static char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return text;
}

#define D(after) ((long long)(T0 + (after)))

static void
a_timer_fires_at_its_time(void **state)
{
	(void)state;
	due(0, "x", 5000, "t");
	assert_true(svc_quiet(&svc, 1000));
	fake_run(T0 + 4990 - plb_time_now().ms, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 0);
	fake_run(30, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1); /* and not a second late */
	assert_string_equal(outputs_of("x"), at("x!t@%lld", D(5000)));
	fake_run(10000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
}

static void
now_is_the_due_time_however_late(void **state)
{
	(void)state;
	due(0, "x", -100000, "t");
	due(0, "x", -50000, "u");
	fake_run(1000, NULL, NULL);
	assert_string_equal(outputs_of("x"), at("x!t@%lld x!u@%lld", D(-100000), D(-50000)));
}

static void
a_jump_fires_what_fell_due_in_order(void **state)
{
	(void)state;
	due(1, "x", 3600 * 1000, "b");
	due(1, "x", 1800 * 1000, "a");
	due(2, "x2", 2700 * 1000, "c");
	due(1, "x", 1000 * 1000,
	    "again"); /* moves itself on a second at a time, four times in all */
	assert_true(svc_quiet(&svc, 1000));
	fake_time_set(T0 + 4000 * 1000);
	fake_run(3000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 7);
	assert_non_null(
	    strstr(outputs_of("x"), at("!again@%lld x!a@%lld", D(1003 * 1000), D(1800 * 1000))));
}

static void
a_clock_set_back_fires_nothing_twice(void **state)
{
	(void)state;
	due(0, "x", 2000, "t");
	due(0, "y", 8000, "t");
	fake_run(3000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
	fake_time_set(T0 - 3600 * 1000);
	fake_run(10000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 1);
	fake_time_set(T0 + 9000);
	fake_run(2000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 2);
}

/* The person's due timers go before his next fact, whatever else waits. */
static void
due_timers_go_before_the_next_fact_of_the_person(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		char key[32];

		snprintf(key, sizeof(key), "other%d", i);
		due(0, key, 4000, "t");
	}
	due(0, "x", 5000, "b");
	due(0, "x", 4500, "more");
	assert_true(svc_quiet(&svc, 3000));
	fake_time_set(T0 + 6000); /* 2,002 are due; x's are the last of them */
	fake_put("ind", 0, "x", "+");
	fake_run(5000, NULL, NULL);
	assert_string_equal(outputs_of("x"), at("x!more@%lld x=1 x!b@%lld x=2", D(4500), D(5000)));
}

/* How many records lie before the one of "quick" on its partition of ud. */
static size_t
before_quick(void)
{
	for (int32_t p = 0; p < 2; p++)
		for (size_t i = 0; i < fake_len("ud", p); i++)
			if (plb_slice_is(fake_at("ud", p, i)->value, "quick=1"))
				return i;
	return SIZE_MAX;
}

/* 5,000 timers fall due, and a record comes: how many on its partition of ud come before it. */
static size_t
timers_before_the_record(void)
{
	for (int i = 0; i < 5000; i++) {
		char key[32];

		snprintf(key, sizeof(key), "t%d", i);
		due(i % PARTS, key, 4000, "t");
	}
	assert_true(svc_quiet(&svc, 5000));
	fake_time_set(T0 + 6000);
	fake_put("ind", 1, "quick", "+");
	fake_run(20000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 5001);
	return before_quick();
}

static void
timers_and_input_take_turns(void **state)
{
	(void)state;
	assert_in_range(timers_before_the_record(), 0, 600); /* a slice, not five thousand */
}

/* One slice of anything fills them, as large messages do. */
static void
small_batches(void)
{
	static const char *const in[] = {"ind", "svar", NULL};
	struct plb_conf_flow fc = fixture_conf();

	svc_stop(&svc);
	fc.batch_records = 100;
	svc_start_conf(&svc, "taeller", in, "taeller.tilstand", fake_conf(false), &fc);
	svc_up(&svc, PARTS);
}

static void
timers_that_fill_each_batch_leave_the_input_its_turn(void **state)
{
	(void)state;
	small_batches();
	assert_in_range(timers_before_the_record(), 0, 600);
}

static void
outcomes_that_fill_each_batch_leave_the_input_its_turn(void **state)
{
	(void)state;
	small_batches();
	fake_put("ind", 1, "quick", "+");
	for (int i = 0; i < 2000; i++)
		assert_true(plb_flow_outcome(svc.flow, 1, strdup("fine")));
	fake_run(20000, NULL, NULL);
	assert_int_equal(fake_count("ud", NULL), 2001);
	assert_in_range(before_quick(), 0, 600);
}

static void
a_bad_timer_is_parked_and_the_rest_goes_on(void **state)
{
	const struct fake_rec *r;

	(void)state;
	due(2, "x", 1000, "bad");
	due(2, "x", 2000, "t");
	fake_run(5000, NULL, NULL);
	assert_string_equal(outputs_of("x"), at("x!t@%lld", D(2000)));
	assert_int_equal(fake_count("afvist", NULL), 1);
	r = fake_at("afvist", 0, 0);
	assert_true(plb_slice_is(r->key, "x"));
	assert_true(plb_slice_is(r->value, "x"));
	assert_string_equal(fake_header(r, "plb_aarsag"), "timer is bad");
	assert_string_equal(fake_header(r, "plb_emne"), "taeller.tilstand");
	assert_string_equal(fake_header(r, "plb_partition"), "2");
	assert_string_equal(fake_header(r, "plb_offset"), "-1");
	assert_string_equal(fake_header(r, "plb_sub"), "bad");
}

static void
a_timer_that_stays_due_is_parked(void **state)
{
	(void)state;
	due(0, "x", 1000, "stuck");
	fake_run(5000, NULL, NULL);
	assert_int_equal(fake_count("afvist", NULL), 1);
	assert_string_equal(outputs_of("x"), ""); /* what it did was undone */
	fake_run(20000, NULL, NULL);
	assert_int_equal(fake_count("afvist", NULL), 1);
	/* Its entry is still there, without a due time, and so it is after a restore. */
	svc_stop(&svc);
	svc_start(&svc);
	svc_up(&svc, PARTS);
	assert_int_equal(svc.walked, 1);
	fake_run(5000, NULL, NULL);
	assert_int_equal(fake_count("afvist", NULL), 1);
}

static void
a_timer_that_must_wait_is_repeated(void **state)
{
	(void)state;
	svc.retrying = true;
	due(0, "x", 1000, "retry");
	fake_run(4000, NULL, NULL);
	assert_true(fake_aborts() > 1);
	assert_int_equal(fake_count("ud", NULL), 0);
	svc.retrying = false;
	fake_run(15000, NULL, NULL);
	assert_string_equal(outputs_of("x"), at("x!retry@%lld", D(1000)));
}

static void
an_aborted_timer_fires_again_once_in_effect(void **state)
{
	(void)state;
	due(0, "x", 1000, "more");
	assert_true(svc_quiet(&svc, 500));
	fake_fault(FAKE_REFUSED);
	fake_run(5000, NULL, NULL);
	assert_int_equal(fake_aborts(), 1);
	assert_string_equal(outputs_of("x"), at("x!more@%lld x=1", D(1000)));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_timer_fires_at_its_time),
	    T(now_is_the_due_time_however_late),
	    T(a_jump_fires_what_fell_due_in_order),
	    T(a_clock_set_back_fires_nothing_twice),
	    T(due_timers_go_before_the_next_fact_of_the_person),
	    T(timers_and_input_take_turns),
	    T(timers_that_fill_each_batch_leave_the_input_its_turn),
	    T(outcomes_that_fill_each_batch_leave_the_input_its_turn),
	    T(a_bad_timer_is_parked_and_the_rest_goes_on),
	    T(a_timer_that_stays_due_is_parked),
	    T(a_timer_that_must_wait_is_repeated),
	    T(an_aborted_timer_fires_again_once_in_effect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
