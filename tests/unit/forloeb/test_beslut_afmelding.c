// SPDX-License-Identifier: MPL-2.0
/* Deregistration before, on and after the day of handover, and ahead of time (contract § 7 "Dates
 * ahead"). */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

/* ---- deregistration ---- */

static void
deregistration_cancels_and_shares_nothing(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 1);
	bane_tages(b, h_samtale(b, 10, "2024-03-31T08:00:00+02:00"));
	bane_ur(b, "2024-04-12T09:00:00+02:00");
	bane_tages(b, h_afmeld(b, 1, "2024-04-12"));
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-aflyst", 0)->e.u.handover_aflyst.aarsag,
	    AFLYST_AFMELDT);
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 1);
	bane_tages(b, h_timer(b, "2024-04", 16033));
	bane_tages(b, h_timer(b, "2024-05", 16033));
	bane_ur(b, "2024-07-12T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
}

static void
deregistration_ahead_stops_sharing_now_and_cancels_at_midnight(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 2);
	bane_ur(b, "2024-05-20T09:00:00+02:00");
	bane_tages(b, h_samtale(b, 10, "2024-05-20T08:00:00+02:00"));
	bane_tages(b, h_afmeld(b, 1, "2024-05-29"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
	bane_ur(b, "2024-05-28T23:59:59+02:00"); /* past the pakkefrist */
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
	bane_ur(b, "2024-05-29T00:00:00+02:00");
	assert_tid(
	    bane_besked(b, KOMMUNE, "handover-aflyst", 0)->e.time, "2024-05-29T00:00:00+02:00");
	bane_ur(b, "2024-06-10T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
deregistered_on_the_day_of_handover_is_gone_the_day_after_is_not(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 3);
	bane_tages(b, h_afmeld(b, 1, "2024-06-01"));
	bane_ur(b, "2024-06-02T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	ned(NULL);
	op_tom(NULL);
	bane_forloeb_med_timer(b, 3);
	bane_tages(b, h_afmeld(b, 1, "2024-06-02"));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	bane_ur(b, "2024-06-02T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
}

static void
deregistration_after_handover_cancels_it_once(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 3);
	bane_ur(b, "2024-06-05T09:00:00+02:00");
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_afmeld(b, 1, "2024-06-05"));
	bane_ur(b, "2024-08-05T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

static void
deregistration_voids_the_open_deadline_not_the_passed_one(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-11T10:30:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	bane_tages(b, h_afmeld(b, 1, "2024-03-12"));
	bane_ur(b, "2024-03-20T10:30:00+01:00");
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
}

static void
registered_again_the_forecast_stands_again(void **state)
{
	struct haendelse h;

	(void)state;
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato("2024-03-01");
	bane_tages(b, h);
	bane_ur(b, "2024-03-12T10:30:00+01:00");
	bane_tages(b, h_afmeld(b, 1, "2024-03-12"));
	bane_ur(b, "2024-03-20T10:30:00+01:00");
	h = h_tilmeld(b, 2, "2024-03-20");
	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato("2024-03-01");
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
	bane_ur(b, "2024-05-31T10:30:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 41001));
	bane_ur(b, "2024-06-01T10:30:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(deregistration_cancels_and_shares_nothing),
	    test(deregistration_ahead_stops_sharing_now_and_cancels_at_midnight),
	    test(deregistered_on_the_day_of_handover_is_gone_the_day_after_is_not),
	    test(deregistration_after_handover_cancels_it_once),
	    test(deregistration_voids_the_open_deadline_not_the_passed_one),
	    test(registered_again_the_forecast_stands_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
