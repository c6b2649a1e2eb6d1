// SPDX-License-Identifier: MPL-2.0
/* What is asked for when it does not come (samtale-mangler, timer-mangler, referat-mangler,
 * levering-ulaest), what a package says that it lacks, and which of several causes counts. */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"
#define SAMTALE "samtale-mangler"
#define TIMER "timer-mangler"

static int
op(void **state)
{
	(void)op_tom(state);
	b->rr.r[0].foerste_typer = (struct regel_typer){{7, 10, 17}, 3};
	return 0;
}

static void
forfra(void **state)
{
	(void)ned(state);
	(void)op(state);
}

static void
tilmeld(void)
{
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
}

static const struct handover_due *
due(void)
{
	return &bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due;
}

/* ---- samtale-mangler ---- */

static void
samtale_mangler_at_the_end_of_the_last_day_once(void **state)
{
	static const struct {
		int dage;
		const char *foer, *frist;
	} t[] = {
	    {1, "2024-03-02T23:59:58+01:00", "2024-03-02T23:59:59+01:00"},
	    {14, "2024-03-15T23:59:58+01:00", "2024-03-15T23:59:59+01:00"},
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		forfra(state);
		b->rr.r[0].foerste_samtale_dage = t[i].dage;
		tilmeld();
		bane_ur(b, t[i].foer);
		assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 0);
		bane_ur(b, t[i].frist);
		assert_tid(bane_besked(b, AKASSE, SAMTALE, 0)->e.u.samtale_mangler, t[i].frist);
		bane_ur(b, "2024-05-01T00:00:00+02:00");
		assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 1);
		assert_int_equal(bane_antal(b, KOMMUNE, SAMTALE), 0);
	}
}

static void
samtale_mangler_not_where_no_days_are_set_or_nothing_is_handed_over(void **state)
{
	(void)state;
	b->rr.r[0].foerste_samtale_dage = 0;
	tilmeld();
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 0);
	forfra(state);
	b->rr.r[0].overdragelse = false;
	tilmeld();
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 0);
}

static void
samtale_mangler_not_when_it_was_held_handed_over_or_ended(void **state)
{
	int i;

	for (i = 0; i < 3; i++) {
		forfra(state);
		tilmeld();
		bane_ur(b, "2024-03-05T12:00:00+01:00");
		if (i == 0)
			bane_tages(b, h_samtale(b, 10, "2024-03-05T10:00:00+01:00"));
		else if (i == 1)
			bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
		else
			bane_tages(b, h_afmeld(b, 1, "2024-03-15"));
		bane_ur(b, "2024-03-31T00:00:00+01:00");
		assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 0);
	}
	/* Ended the day after the last day: it was still owed. */
	forfra(state);
	tilmeld();
	bane_ur(b, "2024-03-05T12:00:00+01:00");
	bane_tages(b, h_afmeld(b, 1, "2024-03-16"));
	bane_ur(b, "2024-03-31T00:00:00+01:00");
	assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 1);
}

static void
samtale_mangler_not_when_the_window_had_passed_at_registration(void **state)
{
	(void)state;
	bane_ur(b, "2024-03-16T00:00:00+01:00");
	tilmeld();
	bane_ur(b, "2024-04-30T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, SAMTALE), 0);
}

/* ---- timer-mangler ---- */

static void
timer_mangler_some_working_days_after_each_month_without_hours(void **state)
{
	(void)state;
	b->rr.r[0].timer_mangler_arbejdsdage = 5;
	tilmeld();
	/* March ends on Easter Sunday; 1 April is closed. */
	bane_ur(b, "2024-04-08T23:59:58+02:00");
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 0);
	bane_ur(b, "2024-04-08T23:59:59+02:00");
	assert_int_equal(
	    bane_besked(b, AKASSE, TIMER, 0)->e.u.timer_mangler.n, maaned("2024-03").n);
	bane_ur(b, "2024-05-07T23:59:59+02:00");
	assert_int_equal(
	    bane_besked(b, AKASSE, TIMER, 1)->e.u.timer_mangler.n, maaned("2024-04").n);
	/* May is reported, June is not. */
	bane_tages(b, h_timer(b, "2024-05", 100));
	bane_ur(b, "2024-06-30T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 2);
	bane_ur(b, "2024-07-31T00:00:00+02:00");
	assert_int_equal(
	    bane_besked(b, AKASSE, TIMER, 2)->e.u.timer_mangler.n, maaned("2024-06").n);
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 3);
	assert_int_equal(bane_antal(b, KOMMUNE, TIMER), 0);
}

static void
timer_mangler_the_next_working_day_where_one_is_set(void **state)
{
	(void)state;
	b->rr.r[0].timer_mangler_arbejdsdage = 1;
	tilmeld();
	bane_ur(b, "2024-04-02T23:59:58+02:00");
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 0);
	bane_ur(b, "2024-04-02T23:59:59+02:00");
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 1);
}

static void
timer_mangler_only_where_hours_decide(void **state)
{
	static const struct {
		int dage, maaneder;
		bool overdragelse;
	} t[] = {{0, 0, true}, {5, 1, true}, {5, 4, true}, {5, 0, false}};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		forfra(state);
		b->rr.r[0].timer_mangler_arbejdsdage = t[i].dage;
		b->rr.r[0].maaneder = t[i].maaneder;
		b->rr.r[0].overdragelse = t[i].overdragelse;
		/* By months: suspended, so that no handover keeps it quiet. */
		tilmeld();
		if (t[i].maaneder > 0)
			bane_tages(b, h_fravaer(b, 60, 11, "2024-03-01", NULL));
		bane_ur(b, "2024-06-30T00:00:00+02:00");
		assert_int_equal(bane_antal(b, AKASSE, TIMER), 0);
	}
}

static void
timer_mangler_not_for_months_that_do_not_count_or_lay_before(void **state)
{
	struct haendelse h;

	(void)state;
	b->rr.r[0].timer_mangler_arbejdsdage = 5;
	b->rr.r[0].taeller_ikke[0] = (struct regel_maaneder){maaned("2024-03"), maaned("2024-03")};
	b->rr.r[0].n_taeller_ikke = 1;
	tilmeld();
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 0);
	/* Registered when the day for March had passed: April is the first. */
	forfra(state);
	b->rr.r[0].timer_mangler_arbejdsdage = 5;
	bane_ur(b, "2024-04-09T00:00:00+02:00");
	tilmeld();
	bane_ur(b, "2024-05-31T00:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 1);
	/* Benefit from an earlier day than the registration's changes nothing. */
	forfra(state);
	b->rr.r[0].timer_mangler_arbejdsdage = 5;
	bane_ur(b, "2024-04-02T09:00:00+02:00");
	h = h_tilmeld(b, 1, "2024-04-02");
	h.u.member_registered.har_foerste_dagpengedag = true;
	h.u.member_registered.foerste_dagpengedag = dato("2024-03-20");
	bane_tages(b, h);
	bane_ur(b, "2024-05-31T00:00:00+02:00");
	assert_int_equal(
	    bane_besked(b, AKASSE, TIMER, 0)->e.u.timer_mangler.n, maaned("2024-04").n);
	assert_int_equal(bane_antal(b, AKASSE, TIMER), 1);
}

/* ---- referat-mangler by agreement, levering-ulaest ---- */

static void
the_kommune_owes_a_joint_referat_only_by_agreement(void **state)
{
	struct haendelse h;
	int dage;

	for (dage = 0; dage < 2; dage++) {
		forfra(state);
		b->rr.r[0].faelles_referat_arbejdsdage = dage;
		tilmeld();
		bane_ur(b, "2024-03-04T15:00:00+01:00");
		bane_afsender(b, KOMMUNE);
		h = h_samtale(b, 30, "2024-03-04T14:00:00+01:00");
		((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = 17;
		bane_tages(b, h);
		bane_ur(b, "2024-03-31T00:00:00+01:00");
		assert_int_equal(bane_antal(b, KOMMUNE, "referat-mangler"), dage);
	}
}

static void
unread_for_one_working_day_is_told_where_one_is_set(void **state)
{
	struct haendelse h;

	(void)state;
	b->rr.r[0].ulaest_arbejdsdage = 1;
	tilmeld();
	h = h_ny(b, HAENDELSE_BESKED_SENDT);
	h.u.besked.id = uuid(50);
	h.u.besked.til = plb_slice_str(KOMMUNE);
	bane_tages(b, h);
	bane_ur(b, "2024-03-04T23:59:58+01:00"); /* sent on a Friday */
	assert_int_equal(bane_antal(b, AKASSE, "levering-ulaest"), 0);
	bane_ur(b, "2024-03-04T23:59:59+01:00");
	assert_int_equal(bane_antal(b, AKASSE, "levering-ulaest"), 1);
}

/* ---- the forecast and the package ---- */

static void
forecast_at_the_pakkefrist_itself(void **state)
{
	(void)state;
	b->rr.r[0].forvarsel_arbejdsdage = 0;
	tilmeld();
	bane_ur(b, "2024-05-27T23:59:58+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 0);
	bane_ur(b, "2024-05-27T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
}

static void
what_a_package_lacks_says_which_and_by_when(void **state)
{
	const struct mangel *m;

	(void)state;
	tilmeld();
	bane_ur(b, "2024-03-04T12:00:00+01:00");
	b->rr.r[0].foerste_typer = (struct regel_typer){{10}, 1};
	bane_tages(b, h_samtale(b, 10, "2024-03-04T10:00:00+01:00"));
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_int_equal(due()->mangler.n, 2);
	m = due()->mangler.p;
	assert_int_equal(m[0].art, MANGEL_REFERAT);
	assert_true(m[0].har_samtale && m[0].har_frist && !m[0].har_type);
	assert_tid(m[0].frist, "2024-03-05T23:59:59+01:00");
	assert_int_equal(m[1].art, MANGEL_SAMTALE);
	assert_true(!m[1].har_samtale && m[1].har_frist && m[1].har_type);
	assert_int_equal(m[1].samtaletype, 10);
}

static void
a_referat_told_after_the_package_names_its_conversation(void **state)
{
	const struct handover_opdateret *o;

	(void)state;
	tilmeld();
	bane_ur(b, "2024-03-04T12:00:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-04T10:00:00+01:00"));
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	bane_tages(b, h_referat(b, 20, 10, 1));
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 0)->e.u.handover_opdateret;
	assert_true(o->har_referat && plb_uuid_eq(o->referat, uuid(20)));
	assert_true(o->har_samtale && plb_uuid_eq(o->samtale, uuid(10)));
}

/* The category of the last day before virkningsdato gives the limit that is told. */
static void
the_limit_told_is_that_of_the_last_day(void **state)
{
	struct haendelse h;

	(void)state;
	bane_forloeb_med_timer(b, 3);
	/* In May no more than a part-time insured can have. */
	h = h_timer(b, "2024-05", 13000);
	h.ev.time.ms++;
	bane_tages(b, h);
	h = h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-05-31");
	h.u.membership_changed.har_kategori = true;
	h.u.membership_changed.kategori = KATEGORI_DELTID;
	h.u.membership_changed.fra_akasse = plb_slice_str("hk");
	bane_tages(b, h);
	assert_int_equal(
	    bane_besked(b, "akasse:foa", "handover-forventet", 0)->e.u.handover_forventet.graense_c,
	    33300);
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(due()->graense_c, 33300);
}

/* Told while nothing could fall due: of three causes the one that takes effect first counts. */
static void
of_causes_due_together_the_first_in_effect_counts(void **state)
{
	struct haendelse h[4];
	size_t i;

	(void)state;
	b->ur = PLB_TIME_UNSET;
	h[0] = h_tilmeld(b, 1, "2024-03-01");
	h[1] = h_timer(b, "2024-03", 41001);
	h[2] = h_medlemskab(b, AENDRING_UD, "hk", "2024-03-20");
	h[3] = h_anmod(b, 1, ANMODNING_TIDLIG_INDSATS, NULL);
	for (i = 0; i < 4; i++) {
		h[i].ev.time =
		    tid(i < 3 ? "2024-03-01T09:00:00+01:00" : "2024-03-25T09:00:00+01:00");
		bane_tages(b, h[i]);
	}
	bane_ur(b, "2024-04-02T00:00:00+02:00");
	assert_int_equal(due()->aarsag, DUE_FORLADT_AKASSE);
	assert_dato(due()->virkningsdato, "2024-03-20");
}

/* ---- recommendations ---- */

static struct haendelse
indstillet(void)
{
	struct haendelse h = h_ny(b, HAENDELSE_OPKVALIFICERING_INDSTILLET);

	h.u.indstillet.id = uuid(40);
	h.u.indstillet.har_frist = true;
	h.u.indstillet.frist = dato("2024-03-22");
	return h;
}

static void
a_closed_recommendation_is_not_sent_to_who_never_had_it(void **state)
{
	struct haendelse h;

	(void)state;
	tilmeld();
	bane_tages(b, indstillet());
	assert_int_equal(bane_antal(b, KOMMUNE, "opkvalificering-indstillet"), 1);
	bane_afsender(b, KOMMUNE);
	h = h_ny(b, HAENDELSE_OPKVALIFICERING_BESVARET);
	h.u.besvaret.id = uuid(40);
	h.u.besvaret.afgoerelse = AFGOERELSE_BEVILGET;
	bane_tages(b, h);
	bane_ur(b, "2024-03-04T09:00:00+01:00");
	bane_tages(b, h_flyt(b, "0461", "0101", "2024-03-04"));
	assert_int_equal(bane_antal(b, "kommune:0101", "handover-forventet"), 1);
	assert_int_equal(bane_antal(b, "kommune:0101", "opkvalificering-indstillet"), 0);
}

/* A recommendation whose day lies after the deregistration is void: nobody is reminded of it. */
static void
a_recommendation_that_ends_with_the_course_is_not_reminded_of(void **state)
{
	int i;

	for (i = 0; i < 2; i++) {
		forfra(state);
		b->rr.r[0].indstilling_paamindelse_arbejdsdage = 5;
		tilmeld();
		bane_tages(b, indstillet());
		bane_tages(b, h_afmeld(b, 1, i == 0 ? "2024-03-22" : "2024-03-23"));
		bane_ur(b, "2024-03-31T00:00:00+01:00");
		assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-paamindelse"), i);
		assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-udloebet"), i);
	}
}

#define test(x) cmocka_unit_test_setup_teardown(x, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(samtale_mangler_at_the_end_of_the_last_day_once),
	    test(samtale_mangler_not_where_no_days_are_set_or_nothing_is_handed_over),
	    test(samtale_mangler_not_when_it_was_held_handed_over_or_ended),
	    test(samtale_mangler_not_when_the_window_had_passed_at_registration),
	    test(timer_mangler_some_working_days_after_each_month_without_hours),
	    test(timer_mangler_the_next_working_day_where_one_is_set),
	    test(timer_mangler_only_where_hours_decide),
	    test(timer_mangler_not_for_months_that_do_not_count_or_lay_before),
	    test(the_kommune_owes_a_joint_referat_only_by_agreement),
	    test(unread_for_one_working_day_is_told_where_one_is_set),
	    test(forecast_at_the_pakkefrist_itself),
	    test(what_a_package_lacks_says_which_and_by_when),
	    test(a_referat_told_after_the_package_names_its_conversation),
	    test(the_limit_told_is_that_of_the_last_day),
	    test(of_causes_due_together_the_first_in_effect_counts),
	    test(a_closed_recommendation_is_not_sent_to_who_never_had_it),
	    test(a_recommendation_that_ends_with_the_course_is_not_reminded_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
