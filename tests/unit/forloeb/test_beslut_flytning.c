// SPDX-License-Identifier: MPL-2.0
/* The citizen moves (contract § 7 "Moving"): who is left is told, who comes gets forecast or
 * package; only the kommune that is left can say so, or DFDG. */
#include "op.h"

#define GAMMEL "kommune:0461"
#define NY "kommune:0101"
#define AKASSE "akasse:hk"

static int
aflyst(const char *til, size_t i)
{
	return bane_besked(b, til, "handover-aflyst", i)->e.u.handover_aflyst.aarsag;
}

static void
flyt(const char *afsender, const char *fra, const char *til, const char *virkning)
{
	bane_afsender(b, afsender);
	bane_tages(b, h_flyt(b, fra, til, virkning));
	bane_afsender(b, AKASSE);
}

/* More hours than the limit in April: due on 1 May. */
static void
overdrag(void)
{
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 41001));
	bane_ur(b, "2024-05-01T00:00:00+02:00");
}

static void
before_the_handover_the_new_one_gets_the_forecast(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	flyt(GAMMEL, "0461", "0101", "2024-04-10");
	assert_int_equal(aflyst(GAMMEL, 0), AFLYST_FLYTTET);
	assert_true(plb_slice_is(
	    bane_besked(b, GAMMEL, "handover-aflyst", 0)->e.faelles.kommunekode, "0461"));
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-forventet"), 2);
	overdrag();
	assert_int_equal(bane_antal(b, NY, "handover-due"), 1);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-due"), 0);
}

static void
date_ahead_takes_effect_at_midnight(void **state)
{
	(void)state;
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	flyt(GAMMEL, "0461", "0101", "2024-04-20");
	bane_ur(b, "2024-04-19T23:59:59+02:00");
	assert_int_equal(bane_antal(b, GAMMEL, "handover-aflyst"), 0);
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 0);
	bane_ur(b, "2024-04-20T00:00:00+02:00");
	assert_int_equal(aflyst(GAMMEL, 0), AFLYST_FLYTTET);
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 1);
}

static void
what_was_shared_goes_to_the_new_one_too(void **state)
{
	(void)state;
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_ur(b, "2024-05-28T09:00:00+02:00"); /* past the pakkefrist of 1 June */
	assert_int_equal(bane_antal(b, GAMMEL, "samtale-held"), 1);
	flyt("dfdg:star", "0461", "0101", "2024-05-28");
	assert_int_equal(bane_antal(b, NY, "samtale-held"), 1);
}

static void
after_the_handover_the_new_one_gets_the_package(void **state)
{
	const struct handover_due *d;

	(void)state;
	overdrag();
	bane_ur(b, "2024-05-03T09:00:00+02:00");
	flyt(GAMMEL, "0461", "0101", "2024-05-03");
	assert_int_equal(aflyst(GAMMEL, 0), AFLYST_FLYTTET);
	d = &bane_besked(b, NY, "handover-due", 0)->e.u.handover_due;
	assert_dato(d->virkningsdato, "2024-05-01");
	assert_true(d->hele);
	assert_string_equal(d->til.text, NY);
	assert_int_equal(bane_antal(b, AKASSE, "handover-due"), 2);
	/* The old one's receipt, late, settles nothing; the new one's does. */
	bane_svar(b, GAMMEL, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(bane_antal(b, NY, "handover-gennemfoert"), 0);
	bane_svar(b, NY, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(bane_antal(b, NY, "handover-gennemfoert"), 1);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-gennemfoert"), 0);
}

static void
after_completion_the_new_one_gets_the_package_and_it_stays_done(void **state)
{
	(void)state;
	overdrag();
	bane_svar(b, GAMMEL, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-05-20T09:00:00+02:00");
	flyt(GAMMEL, "0461", "0101", "2024-05-20");
	assert_int_equal(bane_antal(b, NY, "handover-due"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-due"), 1);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-aflyst"), 0);
	bane_ur(b, "2024-08-01T09:00:00+02:00");
	assert_int_equal(bane_antal(b, NY, "handover-overskredet"), 0);
	assert_int_equal(bane_antal(b, NY, "handover-due"), 1);
}

static void
undelivered_is_withdrawn_from_the_old_one(void **state)
{
	(void)state;
	overdrag();
	bane_svar(b, GAMMEL, "handover-forventet", 0, LEVERINGSTRIN_LEVERET);
	bane_svar(b, GAMMEL, "handover-forventet", 1, LEVERINGSTRIN_LEVERET);
	bane_ur(b, "2024-05-03T09:00:00+02:00");
	flyt(GAMMEL, "0461", "0101", "2024-05-03");
	/* The forecast was delivered, the package not. */
	assert_int_equal(bane_antal(b, GAMMEL, "levering-tilbagekaldt"), 1);
	assert_true(plb_uuid_eq(bane_besked(b, GAMMEL, "levering-tilbagekaldt", 0)
				    ->e.u.levering_tilbagekaldt.leveringid,
	    bane_besked(b, GAMMEL, "handover-due", 0)->e.leveringid));
	/* The cancelling is itself never withdrawn. */
	assert_int_equal(bane_antal(b, GAMMEL, "handover-aflyst"), 1);
	bane_ur(b, "2024-06-03T09:00:00+02:00");
	flyt(NY, "0101", "0851", "2024-06-03");
	assert_int_equal(bane_antal(b, GAMMEL, "levering-tilbagekaldt"), 1);
}

/* Where the kommune is responsible from the start there is no handover to cancel. */
static void
undelivered_is_withdrawn_without_a_handover_too(void **state)
{
	(void)ned(state);
	b = bane_new();
	b->rr.r[0].overdragelse = false;
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, GAMMEL, "samtale-held"), 1);
	flyt(GAMMEL, "0461", "0101", "2024-03-05");
	bane_ur(b, "2024-03-05T00:00:00+01:00");
	assert_int_equal(bane_antal(b, GAMMEL, "levering-tilbagekaldt"), 1);
	assert_int_equal(bane_antal(b, NY, "samtale-held"), 1);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-aflyst"), 0);
}

static void
the_claim_of_another_waits_and_shares_nothing(void **state)
{
	(void)state;
	bane_afsender(b, NY);
	assert_int_equal(bane_tag(b, h_flyt(b, "0461", "0101", "2024-03-05")), PLB_TRIN_AFVENTER);
	bane_ur(b, "2024-03-31T08:59:59+02:00");
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 0);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-aflyst"), 0);
	assert_string_equal(bane_forloeb(b, 0)->kommune.text, GAMMEL);
	assert_int_equal(bane_antal(b, NY, "haendelse-afvist"), 0);
	/* It lapses after 30 days. */
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	assert_int_equal(bane_antal(b, NY, "haendelse-afvist"), 1);
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 0);
}

static void
a_claim_that_is_granted_is_no_claim_any_more(void **state)
{
	(void)state;
	bane_afsender(b, NY);
	assert_int_equal(bane_tag(b, h_flyt(b, "0461", "0101", "2024-03-05")), PLB_TRIN_AFVENTER);
	bane_ur(b, "2024-03-10T09:00:00+01:00");
	flyt(GAMMEL, "0461", "0101", "2024-03-05");
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 1);
	bane_ur(b, "2024-05-01T09:00:00+02:00");
	assert_int_equal(bane_antal(b, NY, "haendelse-afvist"), 0);
}

static void
coming_kommune_may_speak_before_the_date(void **state)
{
	(void)state;
	flyt(GAMMEL, "0461", "0101", "2024-05-01");
	bane_afsender(b, NY);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-05-10T10:00:00+02:00", NULL));
	assert_int_equal(bane_antal(b, NY, "handover-forventet"), 0);
}

static void
moved_there_and_back(void **state)
{
	(void)state;
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	flyt(GAMMEL, "0461", "0101", "2024-03-05");
	bane_ur(b, "2024-03-12T09:00:00+01:00");
	flyt(NY, "0101", "0461", "2024-03-12");
	assert_string_equal(bane_forloeb(b, 0)->kommune.text, GAMMEL);
	assert_int_equal(aflyst(NY, 0), AFLYST_FLYTTET);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-forventet"), 2);
}

static void
dfdg_moves_whomever_we_took_for_responsible(void **state)
{
	(void)state;
	flyt("dfdg:star", "0851", "0101", "2024-03-01");
	assert_string_equal(bane_forloeb(b, 0)->kommune.text, NY);
}

static void
wrongly_registered_kommune_is_corrected_after_the_handover(void **state)
{
	struct haendelse h;

	(void)state;
	overdrag();
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.kommunekode = plb_slice_str("0101");
	bane_tages(b, h);
	assert_int_equal(aflyst(GAMMEL, 0), AFLYST_RETTET);
	assert_int_equal(bane_antal(b, NY, "handover-due"), 1);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tilmeldt, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(before_the_handover_the_new_one_gets_the_forecast),
	    test(date_ahead_takes_effect_at_midnight),
	    test(what_was_shared_goes_to_the_new_one_too),
	    test(after_the_handover_the_new_one_gets_the_package),
	    test(after_completion_the_new_one_gets_the_package_and_it_stays_done),
	    test(undelivered_is_withdrawn_from_the_old_one),
	    test(undelivered_is_withdrawn_without_a_handover_too),
	    test(the_claim_of_another_waits_and_shares_nothing),
	    test(a_claim_that_is_granted_is_no_claim_any_more),
	    test(coming_kommune_may_speak_before_the_date),
	    test(moved_there_and_back),
	    test(dfdg_moves_whomever_we_took_for_responsible),
	    test(wrongly_registered_kommune_is_corrected_after_the_handover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
