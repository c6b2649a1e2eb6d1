// SPDX-License-Identifier: MPL-2.0
/* Why and when responsibility passes besides the hours (contract § 7 "Other ways"), and what undoes
 * it again. */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

static int
op(void **state)
{
	(void)op_tom(state);
	bane_forloeb_med_timer(b, 1);
	return 0;
}

static const struct handover_due *
due(const char *til, size_t i)
{
	return &bane_besked(b, til, "handover-due", i)->e.u.handover_due;
}

static int
aflyst(const char *til, size_t i)
{
	return bane_besked(b, til, "handover-aflyst", i)->e.u.handover_aflyst.aarsag;
}

/* ---- asked for ---- */

static void
asked_for_passes_on_the_day_of_the_request(void **state)
{
	static const struct {
		enum anmodning_aarsag anmodet;
		int aarsag;
	} t[] = {
	    {ANMODNING_TIDLIG_INDSATS, DUE_TIDLIG},
	    {ANMODNING_UDDANNELSESPAALAEG, DUE_TIDLIG},
	    {ANMODNING_VALG, DUE_VALG},
	    {ANMODNING_ANDET, DUE_MANUEL},
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		if (i > 0) {
			(void)ned(state);
			(void)op(state);
		}
		bane_ur(b, "2024-04-10T15:00:00+02:00");
		bane_tages(b, h_anmod(b, 1, t[i].anmodet, NULL));
		assert_int_equal(due(KOMMUNE, 0)->aarsag, t[i].aarsag);
		assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-04-10");
		assert_int_equal(bane_antal(b, AKASSE, "handover-due"), 1);
	}
}

static void
chosen_actor_gets_the_package_the_kommune_is_told(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-10T15:00:00+02:00");
	bane_tages(b, h_anmod(b, 1, ANMODNING_VALG, "aktoer:12345678"));
	assert_string_equal(due("aktoer:12345678", 0)->til.text, "aktoer:12345678");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_RETTET);
	/* It acts for the jobcentre from now on. */
	bane_afsender(b, "aktoer:12345678");
	bane_tages(b, h_samtale(b, 50, "2024-04-10T14:00:00+02:00"));
}

static void
choosing_the_akasse_hands_nothing_over(void **state)
{
	(void)state;
	bane_tages(b, h_anmod(b, 1, ANMODNING_VALG, AKASSE));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
nobody_is_handed_to_a_kommune_that_is_not_his(void **state)
{
	(void)state;
	assert_int_equal(
	    bane_tag(b, h_anmod(b, 1, ANMODNING_ANDET, "kommune:0101")), PLB_TRIN_AFVIST);
	assert_int_equal(bane_antal(b, "kommune:0101", "handover-due"), 0);
}

/* Responsibility moves only on the word of the party that gives it up. */
static void
the_kommune_alone_cannot_take_it(void **state)
{
	(void)state;
	bane_afsender(b, KOMMUNE);
	assert_int_not_equal(
	    bane_tag(b, h_anmod(b, 1, ANMODNING_TIDLIG_INDSATS, NULL)), PLB_TRIN_BEHANDLET);
	assert_int_not_equal(
	    bane_tag(b, h_ansvar(b, KOMMUNE, "2024-04-01", NULL)), PLB_TRIN_BEHANDLET);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
one_handover_a_course(void **state)
{
	(void)state;
	bane_tages(b, h_anmod(b, 1, ANMODNING_TIDLIG_INDSATS, NULL));
	bane_tages(b, h_timer(b, "2024-04", 41000));
	bane_ur(b, "2024-05-02T00:00:00+02:00");
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-05-02"));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

/* ---- absence 75 and responsibility ---- */

static void
absence_75_ended_by_dfdg_passes_the_day_after(void **state)
{
	(void)state;
	bane_afsender(b, "dfdg:star");
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_fravaer(b, 60, 75, "2024-03-01", "2024-04-15"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	/* Known ahead: the forecast moves. */
	assert_dato(
	    bane_besked(b, KOMMUNE, "handover-forventet", 1)->e.u.handover_forventet.virkningsdato,
	    "2024-04-16");
	bane_ur(b, "2024-04-16T00:00:00+02:00");
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_TIDLIG);
	assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-04-16");
}

static void
absence_75_ended_on_a_months_last_day_waits_five_working_days_for_hours(void **state)
{
	(void)state;
	bane_afsender(b, "dfdg:star");
	bane_ur(b, "2024-04-30T09:00:00+02:00");
	bane_tages(b, h_fravaer(b, 60, 75, "2024-03-01", "2024-04-30"));
	bane_ur(b, "2024-05-07T23:59:58+02:00"); /* 1 May is a working day here */
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-05-07T23:59:59+02:00");
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_TIDLIG);
	assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-05-01");
}

static void
absence_75_hours_that_come_in_time_are_the_cause(void **state)
{
	(void)state;
	bane_afsender(b, "dfdg:star");
	bane_ur(b, "2024-04-30T09:00:00+02:00");
	bane_tages(b, h_fravaer(b, 60, 75, "2024-03-01", "2024-04-30"));
	bane_afsender(b, AKASSE);
	bane_ur(b, "2024-05-03T09:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 41001 - 16033));
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_TIMER);
	assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-05-01");
	bane_ur(b, "2024-05-31T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
}

static void
absence_75_opened_again_undoes(void **state)
{
	(void)state;
	bane_afsender(b, "dfdg:star");
	bane_ur(b, "2024-04-16T09:00:00+02:00");
	bane_tages(b, h_ansvar(b, KOMMUNE, "2024-04-16", NULL));
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_TIDLIG);
	bane_ur(b, "2024-04-17T09:00:00+02:00");
	bane_tages(b, h_ansvar(b, AKASSE, "2024-03-01", NULL));
	assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_RETTET);
	assert_int_equal(aflyst(AKASSE, 0), AFLYST_RETTET);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
}

static void
responsibility_of_another_actor(void **state)
{
	(void)state;
	bane_tages(b, h_ansvar(b, "aktoer:12345678", "2024-04-16", NULL));
	bane_ur(b, "2024-04-16T00:00:00+02:00");
	assert_dato(due("aktoer:12345678", 0)->virkningsdato, "2024-04-16");
}

/* ---- leaving and switching ---- */

static void
left_the_akasse_passes_on_the_day_of_leaving(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-15"));
	bane_ur(b, "2024-04-14T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-04-15T00:00:00+02:00");
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_FORLADT_AKASSE);
	assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-04-15");
	assert_string_equal(due(KOMMUNE, 0)->fra.text, AKASSE);
}

static void
left_but_entered_elsewhere_the_same_or_next_day_is_a_switch(void **state)
{
	static const char *const dag[] = {"2024-04-15", "2024-04-16", "2024-04-17"};
	size_t i;

	for (i = 0; i < 3; i++) {
		if (i > 0) {
			(void)ned(state);
			(void)op(state);
		}
		bane_ur(b, "2024-04-15T09:00:00+02:00");
		bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-15"));
		assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
		bane_ur(b, "2024-04-17T09:00:00+02:00");
		bane_afsender(b, "akasse:foa");
		bane_tages(b, h_medlemskab(b, AENDRING_IND, "foa", dag[i]));
		assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), i < 2 ? 1 : 0);
		if (i == 2)
			continue;
		assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_SKIFT);
		assert_int_equal(aflyst(AKASSE, 0), AFLYST_SKIFT);
		assert_int_equal(bane_antal(b, "akasse:foa", "handover-forventet"), 1);
		assert_string_equal(bane_forloeb(b, 0)->akasse.text, "akasse:foa");
	}
}

static void
switch_known_before_it_takes_effect_hands_nothing_over(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-15"));
	bane_afsender(b, "akasse:foa");
	bane_tages(b, h_medlemskab(b, AENDRING_IND, "foa", "2024-04-16"));
	assert_int_equal(bane_antal(b, "akasse:foa", "handover-forventet"), 0); /* not yet his */
	bane_ur(b, "2024-04-16T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	assert_int_equal(bane_antal(b, "akasse:foa", "handover-forventet"), 1);
	assert_int_equal(aflyst(AKASSE, 0), AFLYST_SKIFT);
	/* The hours follow. */
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 41001 - 16033));
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	assert_int_equal(due(KOMMUNE, 0)->timer_c, 41001);
	assert_string_equal(due(KOMMUNE, 0)->fra.text, "akasse:foa");
}

static void
switch_told_by_the_one_that_is_left(void **state)
{
	(void)state;
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-01"));
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, "akasse:foa");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

/* Another a-kasse's claim waits for the word of the one that is left, and shares nothing. */
static void
claim_of_another_akasse_moves_nobody(void **state)
{
	(void)state;
	bane_afsender(b, "akasse:foa");
	assert_int_not_equal(
	    bane_tag(b, h_medlemskab(b, AENDRING_IND, "foa", "2024-04-01")), PLB_TRIN_BEHANDLET);
	assert_int_not_equal(
	    bane_tag(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-01")), PLB_TRIN_BEHANDLET);
	bane_ur(b, "2024-04-02T00:00:00+02:00");
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, AKASSE);
	assert_int_equal(bane_antal(b, "akasse:foa", "handover-forventet"), 0);
}

/* Whichever of the two speaks first. */
static void
entering_told_before_leaving_waits_for_it(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-15T09:00:00+02:00");
	bane_afsender(b, "akasse:foa");
	assert_int_equal(
	    bane_tag(b, h_medlemskab(b, AENDRING_IND, "foa", "2024-04-15")), PLB_TRIN_AFVENTER);
	bane_ur(b, "2024-04-16T09:00:00+02:00");
	bane_afsender(b, AKASSE);
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-15"));
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, "akasse:foa");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
recalled_leaving_is_none(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-15T09:00:00+02:00");
	bane_tages(b, h_medlemskab(b, AENDRING_UD, "hk", "2024-04-15"));
	bane_ur(b, "2024-04-16T09:00:00+02:00");
	bane_tages(b, h_medlemskab(b, AENDRING_TILBAGEKALDT, "hk", "2024-04-15"));
	assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_SKIFT);
	assert_int_equal(aflyst(AKASSE, 0), AFLYST_SKIFT);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
}

static void
former_akasse_speaks_of_the_membership_s_time(void **state)
{
	(void)state;
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-01"));
	bane_ur(b, "2024-04-05T09:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 10000));
	assert_int_equal(timer_sum(bane_forloeb(b, 0), &b->rr.r[0]), 10000);
	bane_tages(b, h_samtale(b, 70, "2024-03-20T10:00:00+01:00"));
	bane_tages(b, h_referat(b, 71, 70, 1));
	assert_int_equal(bane_tag(b, h_timer(b, "2024-05", 10000)) == PLB_TRIN_BEHANDLET, false);
	assert_int_equal(
	    bane_tag(b, h_samtale(b, 72, "2024-04-03T10:00:00+02:00")) == PLB_TRIN_BEHANDLET,
	    false);
}

/* ---- corrections ---- */

static void
hours_corrected_down_before_completion_undo(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 41001 - 16033));
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	bane_ur(b, "2024-05-02T09:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 41000 - 16033));
	assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_RETTET);
	assert_int_equal(aflyst(AKASSE, 0), AFLYST_RETTET);
	assert_dato(
	    bane_besked(b, KOMMUNE, "handover-forventet", 2)->e.u.handover_forventet.virkningsdato,
	    "2024-06-01");
	/* And again when they pass after all. */
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 1));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_dato(due(KOMMUNE, 1)->virkningsdato, "2024-06-01");
}

static void
hours_corrected_up_before_completion_give_a_new_date(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 41001 - 16033));
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 41001));
	assert_dato(due(KOMMUNE, 1)->virkningsdato, "2024-04-01");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
}

/* ---- category ---- */

static void
category_changes_the_limit_from_the_next_month(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_kategori(b, KATEGORI_DELTID, "2024-04-10"));
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 33301 - 16033));
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	/* At the end of April he is full-time still. */
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	assert_dato(bane_besked(b, KOMMUNE, "handover-forventet",
			bane_antal(b, KOMMUNE, "handover-forventet") - 1)
			->e.u.handover_forventet.virkningsdato,
	    "2024-06-01");
	/* At the end of May the lower limit counts, without any new hours. */
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(due(KOMMUNE, 0)->graense_c, 33300);
	assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-06-01");
}

/* ---- the end of the course ---- */

static void
group_13_ends_the_course(void **state)
{
	(void)state;
	bane_afsender(b, KOMMUNE);
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_gruppe(b, 13, "2024-04-20"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
	bane_ur(b, "2024-04-20T00:00:00+02:00");
	assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_AFMELDT);
	assert_int_equal(aflyst(AKASSE, 0), AFLYST_AFMELDT);
}

static void
death_is_a_deregistration_by_dfdg(void **state)
{
	(void)state;
	bane_afsender(b, "dfdg:star");
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_afmeld(b, 1, "2024-04-09"));
	assert_int_equal(aflyst(KOMMUNE, 0), AFLYST_AFMELDT);
	assert_int_equal(aflyst(AKASSE, 0), AFLYST_AFMELDT);
	bane_ur(b, "2024-12-31T09:00:00+01:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

/* ---- other rule sets ---- */

static void
after_so_many_months(void **state)
{
	(void)ned(state);
	b = bane_new();
	b->rr.r[0].maaneder = 4;
	bane_ur(b, "2024-03-10T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-10"));
	assert_dato(
	    bane_besked(b, KOMMUNE, "handover-forventet", 0)->e.u.handover_forventet.virkningsdato,
	    "2024-07-10");
	bane_ur(b, "2024-07-09T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-07-10T00:00:00+02:00");
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_MAANEDER);
	assert_dato(due(KOMMUNE, 0)->virkningsdato, "2024-07-10");
}

static void
months_wait_for_the_end_of_sickness_but_do_not_come_back(void **state)
{
	(void)ned(state);
	b = bane_new();
	b->rr.r[0].maaneder = 4;
	bane_ur(b, "2024-03-10T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-10"));
	bane_tages(b, h_fravaer(b, 80, 11, "2024-07-01", "2024-07-20"));
	bane_ur(b, "2024-07-20T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
	bane_ur(b, "2024-07-21T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	/* Sick again: what was sent stands. */
	bane_tages(b, h_fravaer(b, 81, 11, "2024-07-22", NULL));
	bane_ur(b, "2024-07-23T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
}

static void
out_of_the_trial(void **state)
{
	static struct regel_par par;

	(void)ned(state);
	b = bane_new();
	par = (struct regel_par){org(AKASSE), org(KOMMUNE)};
	b->rr.r[0].omfang = &par;
	b->rr.r[0].n_omfang = 1;
	b->rr.r[0].udtraeder = true;
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_afsender(b, KOMMUNE);
	bane_ur(b, "2024-03-20T09:00:00+01:00");
	bane_tages(b, h_flyt(b, "0461", "0101", "2024-04-01"));
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(due("kommune:0101", 0)->aarsag, DUE_UDTRAADT_FORSOEG);
	assert_dato(due("kommune:0101", 0)->virkningsdato, "2024-04-01");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

/* ---- absence 11 ---- */

static void
sickness_suspends_forecast_and_pakkefrist_but_hours_count(void **state)
{
	(void)state;
	bane_tages(b, h_samtale(b, 10, "2024-03-15T10:00:00+01:00"));
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_fravaer(b, 80, 11, "2024-04-10", NULL));
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 1000));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
	/* The pakkefrist of June is over, nothing was shared. */
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 0);
	/* Well again: the forecast speaks. */
	bane_tages(b, h_fravaer(b, 80, 11, "2024-04-10", "2024-05-31"));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 2);
	/* Sick again, but the hours pass. */
	bane_tages(b, h_fravaer(b, 81, 11, "2024-06-02", NULL));
	bane_ur(b, "2024-06-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-06", 41001 - 17033));
	bane_ur(b, "2024-07-01T00:00:00+02:00");
	assert_int_equal(due(KOMMUNE, 0)->aarsag, DUE_TIMER);
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
}

/* ---- who takes part ---- */

static void
package_carries_the_last_choice_of_taking_part(void **state)
{
	struct haendelse h;

	(void)state;
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 90, "2024-06-05T10:00:00+02:00",
		(const char *const[]){AKASSE, NULL}));
	h = h_ny(b, HAENDELSE_DELTAGELSESVALG_AENDRET);
	h.u.deltagelsesvalg_aendret = (struct deltagelsesvalg_aendret){uuid(90), 3};
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, AKASSE, "deltagelsesvalg-aendret"), 1);
	bane_afsender(b, AKASSE);
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_true(due(KOMMUNE, 0)->har_valg);
	assert_int_equal(due(KOMMUNE, 0)->valg, 3);
}

/* Nobody has chosen: by the rule set the guest takes part, or has to be asked for. */
static void
without_a_choice_the_package_carries_the_default(void **state)
{
	(void)state;
	b->rr.r[0].deltagelse[DELTAGELSE_FOERSTE_KOMMUNE] = DELTAGELSE_FRAVALG;
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_true(due(KOMMUNE, 0)->har_valg);
	assert_int_equal(due(KOMMUNE, 0)->valg, VALG_STANDARD_DELTAGER);
	(void)ned(state);
	(void)op(state);
	b->rr.r[0].deltagelse[DELTAGELSE_FOERSTE_KOMMUNE] = DELTAGELSE_TILVALG;
	b->rr.r[0].deltagelse[DELTAGELSE_FAELLES] = DELTAGELSE_FRAVALG; /* is another one */
	b->rr.r[0].deltagelse[DELTAGELSE_MAANED_16] = DELTAGELSE_FRAVALG;
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_false(due(KOMMUNE, 0)->har_valg);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(asked_for_passes_on_the_day_of_the_request),
	    test(chosen_actor_gets_the_package_the_kommune_is_told),
	    test(choosing_the_akasse_hands_nothing_over),
	    test(nobody_is_handed_to_a_kommune_that_is_not_his),
	    test(the_kommune_alone_cannot_take_it),
	    test(one_handover_a_course),
	    test(absence_75_ended_by_dfdg_passes_the_day_after),
	    test(absence_75_ended_on_a_months_last_day_waits_five_working_days_for_hours),
	    test(absence_75_hours_that_come_in_time_are_the_cause),
	    test(absence_75_opened_again_undoes),
	    test(responsibility_of_another_actor),
	    test(left_the_akasse_passes_on_the_day_of_leaving),
	    test(left_but_entered_elsewhere_the_same_or_next_day_is_a_switch),
	    test(switch_known_before_it_takes_effect_hands_nothing_over),
	    test(switch_told_by_the_one_that_is_left),
	    test(claim_of_another_akasse_moves_nobody),
	    test(entering_told_before_leaving_waits_for_it),
	    test(recalled_leaving_is_none),
	    test(former_akasse_speaks_of_the_membership_s_time),
	    test(hours_corrected_down_before_completion_undo),
	    test(hours_corrected_up_before_completion_give_a_new_date),
	    test(category_changes_the_limit_from_the_next_month),
	    test(group_13_ends_the_course),
	    test(death_is_a_deregistration_by_dfdg),
	    test(after_so_many_months),
	    test(months_wait_for_the_end_of_sickness_but_do_not_come_back),
	    test(out_of_the_trial),
	    test(sickness_suspends_forecast_and_pakkefrist_but_hours_count),
	    test(package_carries_the_last_choice_of_taking_part),
	    test(without_a_choice_the_package_carries_the_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
