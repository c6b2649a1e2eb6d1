// SPDX-License-Identifier: MPL-2.0
/* What is sent to whom, and when (contract § 3 and § 7). Each test drives one course. */
#include "bane.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

static struct bane *b;

static int
op(void **state)
{
	(void)state;
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	bane_free(b);
	return 0;
}

static void
tages(struct haendelse h)
{
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
}

/* Registered on 1 March 2024 with the hours of full months until the end of `n` months. */
static void
forloeb(int n)
{
	static const char *const maaneder[][2] = {{"2024-03", "2024-03-31T12:00:00+02:00"},
	    {"2024-04", "2024-04-30T12:00:00+02:00"},
	    {"2024-05", "2024-05-31T12:00:00+02:00"}};
	int i;

	tages(h_tilmeld(b, 1, "2024-03-01"));
	for (i = 0; i < n; i++) {
		bane_ur(b, maaneder[i][1]);
		tages(h_timer(b, maaneder[i][0], 16033));
	}
}

/* ---- forecast ---- */

static void
forecast_at_registration_to_both(void **state)
{
	const struct besked *m;

	(void)state;
	forloeb(0);
	m = bane_besked(b, KOMMUNE, "handover-forventet", 0);
	assert_dato(m->e.u.handover_forventet.virkningsdato, "2024-06-01");
	assert_tid(m->e.u.handover_forventet.pakkefrist, "2024-05-27T23:59:59+02:00");
	assert_int_equal(m->e.u.handover_forventet.graense_c, 41000);
	assert_true(plb_slice_is(m->e.faelles.kommunekode, "0461"));
	assert_int_equal(m->e.sequence, 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-forventet"), 1);
	/* Nothing changes: nothing is sent. */
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	tages(h_timer(b, "2024-03", 16033));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
}

static void
forecast_again_when_the_date_moves(void **state)
{
	(void)state;
	forloeb(0);
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	tages(h_timer(b, "2024-03", 4000));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
	assert_dato(bane_besked(b, KOMMUNE, "handover-forventet", 1)->e.u.handover_forventet.virkningsdato, "2024-07-01");
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-forventet", 1)->e.u.handover_forventet.timer_til_dato_c, 4000);
}

static void
corrected_kommune_gets_the_forecast_the_old_one_is_told(void **state)
{
	struct haendelse h;
	const struct besked *m;

	(void)state;
	forloeb(0);
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.kommunekode = plb_slice_str("0101");
	tages(h);
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
	forloeb(0);
	bane_ur(b, "2024-05-10T23:59:58+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 0);
	bane_ur(b, "2024-05-13T23:59:58+02:00"); /* 20 May is Whit Monday */
	bane_ur(b, "2024-05-27T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
	assert_tid(bane_besked(b, KOMMUNE, "handover-forventet", 0)->ur, "2024-05-10T23:59:59+02:00");
}

/* ---- handover ---- */

static void
due_at_month_end_at_local_midnight(void **state)
{
	const struct besked *m;

	(void)state;
	forloeb(3);
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
	tages(h_timer(b, "2024-06", 16033));
	bane_ur(b, "2024-09-01T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
}

static void
due_when_the_report_comes_late(void **state)
{
	const struct besked *m;

	(void)state;
	forloeb(2);
	bane_ur(b, "2024-06-10T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	tages(h_timer(b, "2024-05", 16033));
	m = bane_besked(b, KOMMUNE, "handover-due", 0);
	assert_dato(m->e.u.handover_due.virkningsdato, "2024-06-01");
	assert_tid(m->e.time, "2024-06-10T12:00:00+02:00"); /* of the fact that caused it */
}

static void
correction_down_before_month_end_takes_it_away(void **state)
{
	(void)state;
	forloeb(3);
	tages(h_timer(b, "2024-05", 8934)); /* 410.00 */
	bane_ur(b, "2024-06-20T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
correction_up_before_month_end_brings_it(void **state)
{
	(void)state;
	forloeb(2);
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	tages(h_timer(b, "2024-05", 8934));
	bane_ur(b, "2024-05-31T13:00:00+02:00");
	tages(h_timer(b, "2024-05", 8935));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.timer_c, 41001);
}

static void
correction_up_after_month_end_is_due_at_once(void **state)
{
	(void)state;
	forloeb(2);
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	tages(h_timer(b, "2024-05", 8934));
	bane_ur(b, "2024-06-12T12:00:00+02:00");
	tages(h_timer(b, "2024-03", 16040));
	assert_dato(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.virkningsdato, "2024-06-01");
}

static void
package_names_what_is_missing(void **state)
{
	const struct handover_due *d;

	(void)state;
	forloeb(0);
	bane_ur(b, "2024-03-11T10:30:00+01:00");
	tages(h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	tages(h_samtale(b, 11, "2024-03-11T09:00:00+01:00"));
	tages(h_referat(b, 20, 11, 1));
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	tages(h_timer(b, "2024-03", 16033));
	tages(h_timer(b, "2024-04", 16033));
	tages(h_timer(b, "2024-05", 16033));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	d = &bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due;
	assert_int_equal(d->samtaler.n, 2);
	assert_int_equal(d->referater.n, 1);
	assert_int_equal(d->n_mangler, 1);
	assert_int_equal(d->mangler[0].art, MANGEL_REFERAT);
	assert_true(plb_uuid_eq(d->mangler[0].samtale, uuid(10)));
	assert_tid(d->mangler[0].frist, "2024-03-12T23:59:59+01:00");
}

static void
package_without_any_conversation_says_so(void **state)
{
	const struct handover_due *d;

	(void)state;
	forloeb(3);
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	d = &bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due;
	assert_int_equal(d->n_mangler, 1);
	assert_int_equal(d->mangler[0].art, MANGEL_SAMTALE);
	assert_int_equal(d->mangler[0].samtaletype, 7);
	assert_tid(d->mangler[0].frist, "2024-03-15T23:59:59+01:00");
}

/* ---- sharing ---- */

static void
shared_from_the_pakkefrist_in_the_order_accepted(void **state)
{
	(void)state;
	forloeb(0);
	bane_ur(b, "2024-03-11T10:30:00+01:00");
	tages(h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	tages(h_referat(b, 20, 10, 1));
	bane_ur(b, "2024-03-18T10:30:00+01:00");
	tages(h_samtale(b, 11, "2024-03-18T10:00:00+01:00"));
	tages(h_referat(b, 21, 11, 1));
	tages(h_referat(b, 20, 10, 2));
	bane_ur(b, "2024-05-27T23:59:58+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held") + bane_antal(b, KOMMUNE, "referat-publiceret"), 0);
	bane_ur(b, "2024-05-27T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 2);
	assert_true(plb_uuid_eq(b->besked[b->n - 4].ting, uuid(10)));
	assert_true(plb_uuid_eq(b->besked[b->n - 3].ting, uuid(11)));
	assert_true(plb_uuid_eq(b->besked[b->n - 2].ting, uuid(21)));
	assert_true(plb_uuid_eq(b->besked[b->n - 1].ting, uuid(20)));
	assert_int_equal(b->besked[b->n - 1].version, 2); /* the newest only */
	/* Then each at once. */
	bane_ur(b, "2024-05-28T10:00:00+02:00");
	tages(h_referat(b, 21, 11, 2));
	assert_int_equal(bane_besked(b, KOMMUNE, "referat-publiceret", 2)->version, 2);
	/* The a-kasse gets nothing of its own. */
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held") + bane_antal(b, AKASSE, "referat-publiceret"), 0);
}

static void
conversation_told_again_is_shared_again(void **state)
{
	(void)state;
	forloeb(0);
	bane_ur(b, "2024-05-28T10:30:00+02:00");
	tages(h_samtale(b, 10, "2024-05-28T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-05-28T11:30:00+02:00");
	tages(h_samtale(b, 10, "2024-05-28T09:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
}

static void
pakkefrist_that_moves_away_holds_further_ones(void **state)
{
	(void)state;
	forloeb(2);
	bane_ur(b, "2024-05-28T10:30:00+02:00");
	tages(h_samtale(b, 10, "2024-05-28T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	tages(h_timer(b, "2024-05", 1000)); /* now 1 July */
	bane_ur(b, "2024-06-03T12:00:00+02:00");
	tages(h_samtale(b, 11, "2024-06-03T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-06-24T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
}

static void
sharing_by_parameter(void **state)
{
	(void)state;
	b->rr.r[0].deling = DELING_LOEBENDE;
	forloeb(0);
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	b->rr.r[0].deling = DELING_VED_OVERDRAGELSE;
	tages(h_samtale(b, 11, "2024-03-01T08:00:00+01:00"));
	tages(h_timer(b, "2024-03", 41001));
	bane_ur(b, "2024-03-31T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
}

static void
referat_not_to_be_shared_goes_nowhere(void **state)
{
	struct haendelse h;

	(void)state;
	forloeb(0);
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	h = h_referat(b, 20, 10, 1);
	h.u.referat_publiceret.har_deles = true;
	tages(h);
	h = h_samtale(b, 11, "2024-03-01T08:00:00+01:00"); /* 15 alone: not shared by default */
	((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = 15;
	tages(h);
	tages(h_referat(b, 21, 11, 1));
	h = h_referat(b, 22, 11, 1); /* 15 alone, but the author says yes */
	h.u.referat_publiceret.har_deles = h.u.referat_publiceret.deles = true;
	tages(h);
	tages(h_timer(b, "2024-03", 41001));
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
	assert_true(plb_uuid_eq(bane_besked(b, KOMMUNE, "referat-publiceret", 0)->ting, uuid(22)));
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.referater.n, 1);
	/* It is there all the same: nothing is missing. */
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.n_mangler, 0);
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
}

static void
kommunes_own_goes_to_the_akasse_at_once(void **state)
{
	struct haendelse h;

	(void)state;
	forloeb(0);
	bane_afsender(b, KOMMUNE);
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held"), 1);
	tages(h_referat(b, 20, 10, 1));
	assert_int_equal(bane_antal(b, AKASSE, "referat-publiceret"), 0); /* not a joint conversation */
	h = h_samtale(b, 11, "2024-03-01T08:00:00+01:00");
	((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = 17;
	tages(h);
	tages(h_referat(b, 21, 11, 1));
	assert_int_equal(bane_antal(b, AKASSE, "referat-publiceret"), 1);
	bane_ur(b, "2024-06-10T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held") + bane_antal(b, KOMMUNE, "referat-publiceret"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0); /* not owed by the a-kasse */
}

static void
akasse_referat_of_a_joint_conversation_goes_to_the_kommune(void **state)
{
	struct haendelse h;

	(void)state;
	forloeb(3);
	bane_ur(b, "2024-06-05T12:00:00+02:00");
	bane_afsender(b, KOMMUNE);
	h = h_samtale(b, 10, "2024-06-05T10:00:00+02:00");
	h.u.samtale_held.flere_myndigheder = true;
	tages(h);
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held"), 1);
	bane_afsender(b, AKASSE);
	tages(h_referat(b, 20, 10, 1));
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
	bane_afsender(b, KOMMUNE);
	tages(h_referat(b, 21, 10, 1));
	assert_int_equal(bane_antal(b, AKASSE, "referat-publiceret"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
}

static void
what_dfdg_tells_waits_for_the_pakkefrist_too(void **state)
{
	(void)state;
	forloeb(0);
	bane_afsender(b, "dfdg:star");
	tages(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 0);
	bane_ur(b, "2024-05-27T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	assert_int_equal(bane_antal(b, "dfdg:star", "samtale-held"), 0);
}

/* ---- referat-mangler ---- */

static void
referat_is_asked_for_once_at_its_deadline(void **state)
{
	(void)state;
	forloeb(0);
	bane_ur(b, "2024-03-27T10:30:00+01:00");
	tages(h_samtale(b, 10, "2024-03-27T10:00:00+01:00"));
	bane_ur(b, "2024-04-02T23:59:58+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
	bane_ur(b, "2024-04-02T23:59:59+02:00");
	assert_tid(bane_besked(b, AKASSE, "referat-mangler", 0)->e.u.referat_mangler.frist, "2024-04-02T23:59:59+02:00");
	bane_ur(b, "2024-05-02T23:59:59+02:00");
	tages(h_timer(b, "2024-03", 100)); /* looks at everything again */
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 1);
}

static void
group_meetings_need_no_referat(void **state)
{
	struct haendelse h;

	(void)state;
	forloeb(0);
	h = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");
	h.u.samtale_held.har_art = true;
	h.u.samtale_held.art = SAMTALE_GRUPPE;
	tages(h);
	tages(h_timer(b, "2024-03", 41001));
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
	/* And do not count as the first conversation. */
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.mangler[0].art, MANGEL_SAMTALE);
}

/* ---- deregistration ---- */

static void
deregistration_cancels_and_shares_nothing(void **state)
{
	(void)state;
	forloeb(1);
	tages(h_samtale(b, 10, "2024-03-31T08:00:00+02:00"));
	bane_ur(b, "2024-04-12T09:00:00+02:00");
	tages(h_afmeld(b, 1, "2024-04-12"));
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-aflyst", 0)->e.u.handover_aflyst.aarsag, AFLYST_AFMELDT);
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 1);
	tages(h_timer(b, "2024-04", 16033));
	tages(h_timer(b, "2024-05", 16033));
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
	forloeb(2);
	bane_ur(b, "2024-05-20T09:00:00+02:00");
	tages(h_samtale(b, 10, "2024-05-20T08:00:00+02:00"));
	tages(h_afmeld(b, 1, "2024-05-29"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
	bane_ur(b, "2024-05-28T23:59:59+02:00"); /* past the pakkefrist */
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
	bane_ur(b, "2024-05-29T00:00:00+02:00");
	assert_tid(bane_besked(b, KOMMUNE, "handover-aflyst", 0)->e.time, "2024-05-29T00:00:00+02:00");
	bane_ur(b, "2024-06-10T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
deregistered_on_the_day_of_handover_is_gone_the_day_after_is_not(void **state)
{
	(void)state;
	forloeb(3);
	tages(h_afmeld(b, 1, "2024-06-01"));
	bane_ur(b, "2024-06-02T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	ned(NULL);
	op(NULL);
	forloeb(3);
	tages(h_afmeld(b, 1, "2024-06-02"));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	bane_ur(b, "2024-06-02T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
}

static void
deregistration_after_handover_cancels_it_once(void **state)
{
	(void)state;
	forloeb(3);
	bane_ur(b, "2024-06-05T09:00:00+02:00");
	bane_afsender(b, KOMMUNE);
	tages(h_afmeld(b, 1, "2024-06-05"));
	bane_ur(b, "2024-08-05T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

static void
deregistration_voids_the_open_deadline_not_the_passed_one(void **state)
{
	(void)state;
	forloeb(0);
	bane_ur(b, "2024-03-11T10:30:00+01:00");
	tages(h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	tages(h_afmeld(b, 1, "2024-03-12"));
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
	tages(h);
	bane_ur(b, "2024-03-12T10:30:00+01:00");
	tages(h_afmeld(b, 1, "2024-03-12"));
	bane_ur(b, "2024-03-20T10:30:00+01:00");
	h = h_tilmeld(b, 2, "2024-03-20");
	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato("2024-03-01");
	tages(h);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
	bane_ur(b, "2024-05-31T10:30:00+02:00");
	tages(h_timer(b, "2024-05", 41001));
	bane_ur(b, "2024-06-01T10:30:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

/* ---- summonses ---- */

static void
summons_to_guests_and_responsible(void **state)
{
	static const char *const gaester[] = {AKASSE, "aktoer:12345678", NULL}, *const flere[] = {AKASSE, "aktoer:12345678", "aktoer:87654321", NULL};

	(void)state;
	forloeb(0);
	bane_afsender(b, KOMMUNE);
	tages(h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-oprettet"), 1); /* guest and responsible: once */
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "indkaldelse-oprettet"), 0);
	bane_ur(b, "2024-03-02T10:00:00+01:00");
	tages(h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00", flere));
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-aendret"), 1);
	/* Who joins first gets the summons itself. */
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-aendret"), 1);
	assert_int_equal(bane_besked(b, "aktoer:87654321", "indkaldelse-oprettet", 0)->e.sequence, 1);
	assert_int_equal(bane_besked(b, "aktoer:87654321", "indkaldelse-aendret", 0)->e.sequence, 2);
}

static void
guest_who_leaves_is_told_that_it_is_cancelled(void **state)
{
	static const char *const gaester[] = {AKASSE, "aktoer:12345678", "aktoer:87654321", NULL}, *const faerre[] = {"aktoer:87654321", NULL};
	const struct besked *m;

	(void)state;
	forloeb(0);
	bane_afsender(b, KOMMUNE);
	tages(h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	bane_ur(b, "2024-03-02T10:00:00+01:00");
	tages(h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00", faerre));
	m = bane_besked(b, "aktoer:12345678", "indkaldelse-annulleret", 0);
	assert_true(plb_uuid_eq(m->e.u.indkaldelse_annulleret, uuid(30)));
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-aendret"), 0);
	/* Who stays, or is responsible, gets the change. */
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-annulleret"), 0);
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-aendret"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-aendret"), 1);
}

static void
cancelled_summons(void **state)
{
	static const char *const gaester[] = {"aktoer:12345678", NULL};
	struct haendelse h;

	(void)state;
	forloeb(0);
	bane_afsender(b, KOMMUNE);
	tages(h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	bane_ur(b, "2024-03-02T10:00:00+01:00");
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
	tages(h);
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-annulleret"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 1);
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
	tages(h);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 1);
	/* Changed after all: what was made is not kept any more, the change says it. */
	bane_ur(b, "2024-03-03T10:00:00+01:00");
	tages(h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00", (const char *const[]){"aktoer:87654321", NULL}));
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-aendret"), 1);
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-oprettet"), 0);
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
		tages(h);
		h = h_timer(b, "2024-03", 41001);
		h.ev.time = tid("2024-03-31T09:00:00+02:00");
		tages(h);
	}
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

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
	    test(shared_from_the_pakkefrist_in_the_order_accepted),
	    test(conversation_told_again_is_shared_again),
	    test(pakkefrist_that_moves_away_holds_further_ones),
	    test(sharing_by_parameter),
	    test(referat_not_to_be_shared_goes_nowhere),
	    test(kommunes_own_goes_to_the_akasse_at_once),
	    test(akasse_referat_of_a_joint_conversation_goes_to_the_kommune),
	    test(what_dfdg_tells_waits_for_the_pakkefrist_too),
	    test(referat_is_asked_for_once_at_its_deadline),
	    test(group_meetings_need_no_referat),
	    test(deregistration_cancels_and_shares_nothing),
	    test(deregistration_ahead_stops_sharing_now_and_cancels_at_midnight),
	    test(deregistered_on_the_day_of_handover_is_gone_the_day_after_is_not),
	    test(deregistration_after_handover_cancels_it_once),
	    test(deregistration_voids_the_open_deadline_not_the_passed_one),
	    test(registered_again_the_forecast_stands_again),
	    test(summons_to_guests_and_responsible),
	    test(guest_who_leaves_is_told_that_it_is_cancelled),
	    test(cancelled_summons),
	    test(nothing_is_due_while_the_clock_is_unset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
