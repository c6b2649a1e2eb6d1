// SPDX-License-Identifier: MPL-2.0
/* What is sent to whom, and when (contract § 3 and § 7). Each test drives one course. */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

/* ---- forecast ---- */

static void
forecast_at_registration_to_both(void **state)
{
	const struct besked *m;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	m = bane_besked(b, KOMMUNE, "handover-forventet", 0);
	assert_dato(m->e.u.handover_forventet.virkningsdato, "2024-06-01");
	assert_tid(m->e.u.handover_forventet.pakkefrist, "2024-05-27T23:59:59+02:00");
	assert_int_equal(m->e.u.handover_forventet.graense_c, 41000);
	assert_true(plb_slice_is(m->e.faelles.kommunekode, "0461"));
	assert_int_equal(m->e.sequence, 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-forventet"), 1);
	/* Nothing changes: nothing is sent. */
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 16033));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
}

static void
forecast_again_when_the_date_moves(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 4000));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
	assert_dato(
	    bane_besked(b, KOMMUNE, "handover-forventet", 1)->e.u.handover_forventet.virkningsdato,
	    "2024-07-01");
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-forventet", 1)
			     ->e.u.handover_forventet.timer_til_dato_c,
	    4000);
}

static void
corrected_kommune_gets_the_forecast_the_old_one_is_told(void **state)
{
	struct haendelse h;
	const struct besked *m;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.kommunekode = plb_slice_str("0101");
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, "kommune:0101", "handover-forventet"), 1);
	m = bane_besked(b, KOMMUNE, "handover-aflyst", 0);
	assert_int_equal(m->e.u.handover_aflyst.aarsag, AFLYST_RETTET);
	assert_true(plb_slice_is(m->e.faelles.kommunekode, "0461"));
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 0);
}

static void
forecast_n_working_days_before_the_pakkefrist(void **state)
{
	(void)state;
	b->rr.r[0].forvarsel_arbejdsdage = 10;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-05-10T23:59:58+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 0);
	bane_ur(b, "2024-05-13T23:59:58+02:00"); /* 20 May is Whit Monday */
	bane_ur(b, "2024-05-27T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
	assert_tid(
	    bane_besked(b, KOMMUNE, "handover-forventet", 0)->ur, "2024-05-10T23:59:59+02:00");
}

/* ---- handover ---- */

static void
due_at_month_end_at_local_midnight(void **state)
{
	const struct besked *m;

	(void)state;
	bane_forloeb_med_timer(b, 3);
	bane_ur(b, "2024-05-31T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	m = bane_besked(b, KOMMUNE, "handover-due", 0);
	assert_int_equal(m->e.u.handover_due.timer_c, 48099);
	assert_dato(m->e.u.handover_due.virkningsdato, "2024-06-01");
	assert_tid(m->e.time, "2024-06-01T00:00:00+02:00");
	assert_true(m->e.u.handover_due.hele);
	m = bane_besked(b, AKASSE, "handover-due", 0);
	assert_false(m->e.u.handover_due.hele);
	/* Once. */
	bane_ur(b, "2024-06-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-06", 16033));
	bane_ur(b, "2024-09-01T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
}

static void
due_when_the_report_comes_late(void **state)
{
	const struct besked *m;

	(void)state;
	bane_forloeb_med_timer(b, 2);
	bane_ur(b, "2024-06-10T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_tages(b, h_timer(b, "2024-05", 16033));
	m = bane_besked(b, KOMMUNE, "handover-due", 0);
	assert_dato(m->e.u.handover_due.virkningsdato, "2024-06-01");
	assert_tid(m->e.time, "2024-06-10T12:00:00+02:00"); /* of the fact that caused it */
}

static void
correction_down_before_month_end_takes_it_away(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 3);
	bane_tages(b, h_timer(b, "2024-05", 8934)); /* 410.00 */
	bane_ur(b, "2024-06-20T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
correction_up_before_month_end_brings_it(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 2);
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 8934));
	bane_ur(b, "2024-05-31T13:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 8935));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(
	    bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.timer_c, 41001);
}

static void
correction_up_after_month_end_is_due_at_once(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 2);
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 8934));
	bane_ur(b, "2024-06-12T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 16040));
	assert_dato(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.virkningsdato,
	    "2024-06-01");
}

static void
package_names_what_is_missing(void **state)
{
	const struct handover_due *d;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-11T10:30:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	bane_tages(b, h_samtale(b, 11, "2024-03-11T09:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 11, 1));
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 16033));
	bane_tages(b, h_timer(b, "2024-04", 16033));
	bane_tages(b, h_timer(b, "2024-05", 16033));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	d = &bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due;
	assert_int_equal(d->samtaler.n, 2);
	assert_int_equal(d->referater.n, 1);
	assert_int_equal(d->mangler.n, 1);
	assert_int_equal(((const struct mangel *)d->mangler.p)[0].art, MANGEL_REFERAT);
	assert_true(plb_uuid_eq(((const struct mangel *)d->mangler.p)[0].samtale, uuid(10)));
	assert_tid(((const struct mangel *)d->mangler.p)[0].frist, "2024-03-12T23:59:59+01:00");
}

static void
package_without_any_conversation_says_so(void **state)
{
	const struct handover_due *d;

	(void)state;
	bane_forloeb_med_timer(b, 3);
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	d = &bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due;
	assert_int_equal(d->mangler.n, 1);
	assert_int_equal(((const struct mangel *)d->mangler.p)[0].art, MANGEL_SAMTALE);
	assert_int_equal(((const struct mangel *)d->mangler.p)[0].samtaletype, 7);
	assert_tid(((const struct mangel *)d->mangler.p)[0].frist, "2024-03-15T23:59:59+01:00");
}

/* ---- referat-mangler ---- */

static void
referat_is_asked_for_once_at_its_deadline(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-27T10:30:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-27T10:00:00+01:00"));
	bane_ur(b, "2024-04-02T23:59:58+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
	bane_ur(b, "2024-04-02T23:59:59+02:00");
	assert_tid(bane_besked(b, AKASSE, "referat-mangler", 0)->e.u.referat_mangler.frist,
	    "2024-04-02T23:59:59+02:00");
	bane_ur(b, "2024-05-02T23:59:59+02:00");
	bane_tages(b, h_timer(b, "2024-03", 100)); /* looks at everything again */
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 1);
}

static void
group_meetings_need_no_referat(void **state)
{
	const struct mangel *m;
	struct haendelse h;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	h = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");
	h.u.samtale_held.har_art = true;
	h.u.samtale_held.art = SAMTALE_GRUPPE;
	bane_tages(b, h);
	bane_tages(b, h_timer(b, "2024-03", 41001));
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
	/* And do not count as the first conversation. */
	m = bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.mangler.p;
	assert_int_equal(m->art, MANGEL_SAMTALE);
}

/* ---- always ---- */

static void
nothing_is_due_while_the_clock_is_unset(void **state)
{
	(void)state;
	b->ur = PLB_TIME_UNSET;
	{
		struct haendelse h = h_tilmeld(b, 1, "2024-03-01");

		h.ev.time = tid("2024-03-01T09:00:00+01:00");
		bane_tages(b, h);
		h = h_timer(b, "2024-03", 41001);
		h.ev.time = tid("2024-03-31T09:00:00+02:00");
		bane_tages(b, h);
	}
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(forecast_at_registration_to_both),
	    test(forecast_again_when_the_date_moves),
	    test(corrected_kommune_gets_the_forecast_the_old_one_is_told),
	    test(forecast_n_working_days_before_the_pakkefrist),
	    test(due_at_month_end_at_local_midnight),
	    test(due_when_the_report_comes_late),
	    test(correction_down_before_month_end_takes_it_away),
	    test(correction_up_before_month_end_brings_it),
	    test(correction_up_after_month_end_is_due_at_once),
	    test(package_names_what_is_missing),
	    test(package_without_any_conversation_says_so),
	    test(referat_is_asked_for_once_at_its_deadline),
	    test(group_meetings_need_no_referat),
	    test(nothing_is_due_while_the_clock_is_unset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
