// SPDX-License-Identifier: MPL-2.0
/* Who gets conversations and referater, and when (contract § 3 "Who gets what when"). */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

/* ---- sharing ---- */

static void
shared_from_the_pakkefrist_in_the_order_accepted(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-11T10:30:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	bane_ur(b, "2024-03-18T10:30:00+01:00");
	bane_tages(b, h_samtale(b, 11, "2024-03-18T10:00:00+01:00"));
	bane_tages(b, h_referat(b, 21, 11, 1));
	bane_tages(b, h_referat(b, 20, 10, 2));
	bane_ur(b, "2024-05-27T23:59:58+02:00");
	assert_int_equal(
	    bane_antal(b, KOMMUNE, "samtale-held") + bane_antal(b, KOMMUNE, "referat-publiceret"),
	    0);
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
	bane_tages(b, h_referat(b, 21, 11, 2));
	assert_int_equal(bane_besked(b, KOMMUNE, "referat-publiceret", 2)->version, 2);
	/* The a-kasse gets nothing of its own. */
	assert_int_equal(
	    bane_antal(b, AKASSE, "samtale-held") + bane_antal(b, AKASSE, "referat-publiceret"), 0);
}

static void
conversation_told_again_is_shared_again(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-05-28T10:30:00+02:00");
	bane_tages(b, h_samtale(b, 10, "2024-05-28T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-05-28T11:30:00+02:00");
	bane_tages(b, h_samtale(b, 10, "2024-05-28T09:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
}

static void
pakkefrist_that_moves_away_holds_further_ones(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 2);
	bane_ur(b, "2024-05-28T10:30:00+02:00");
	bane_tages(b, h_samtale(b, 10, "2024-05-28T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 1000)); /* now 1 July */
	bane_ur(b, "2024-06-03T12:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-06-03T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	bane_ur(b, "2024-06-24T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
}

static void
sharing_by_parameter(void **state)
{
	(void)state;
	b->rr.r[0].deling = DELING_LOEBENDE;
	bane_forloeb_med_timer(b, 0);
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	b->rr.r[0].deling = DELING_VED_OVERDRAGELSE;
	bane_tages(b, h_samtale(b, 11, "2024-03-01T08:00:00+01:00"));
	bane_tages(b, h_timer(b, "2024-03", 41001));
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
	bane_forloeb_med_timer(b, 0);
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	h = h_referat(b, 20, 10, 1);
	h.u.referat_publiceret.har_deles = true;
	bane_tages(b, h);
	h = h_samtale(b, 11, "2024-03-01T08:00:00+01:00"); /* 15 alone: not shared by default */
	((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = 15;
	bane_tages(b, h);
	bane_tages(b, h_referat(b, 21, 11, 1));
	h = h_referat(b, 22, 11, 1); /* 15 alone, but the author says yes */
	h.u.referat_publiceret.har_deles = h.u.referat_publiceret.deles = true;
	bane_tages(b, h);
	bane_tages(b, h_timer(b, "2024-03", 41001));
	bane_ur(b, "2024-04-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
	assert_true(plb_uuid_eq(bane_besked(b, KOMMUNE, "referat-publiceret", 0)->ting, uuid(22)));
	assert_int_equal(
	    bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.referater.n, 1);
	/* It is there all the same: nothing is missing. */
	assert_int_equal(bane_besked(b, KOMMUNE, "handover-due", 0)->e.u.handover_due.mangler.n, 0);
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0);
}

static void
kommunes_own_goes_to_the_akasse_at_once(void **state)
{
	struct haendelse h;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held"), 1);
	bane_tages(b, h_referat(b, 20, 10, 1));
	assert_int_equal(
	    bane_antal(b, AKASSE, "referat-publiceret"), 0); /* not a joint conversation */
	h = h_samtale(b, 11, "2024-03-01T08:00:00+01:00");
	((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = 17;
	bane_tages(b, h);
	bane_tages(b, h_referat(b, 21, 11, 1));
	assert_int_equal(bane_antal(b, AKASSE, "referat-publiceret"), 1);
	bane_ur(b, "2024-06-10T00:00:00+02:00");
	assert_int_equal(
	    bane_antal(b, KOMMUNE, "samtale-held") + bane_antal(b, KOMMUNE, "referat-publiceret"),
	    0);
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 0); /* not owed by the a-kasse */
}

static void
akasse_referat_of_a_joint_conversation_goes_to_the_kommune(void **state)
{
	struct haendelse h;

	(void)state;
	bane_forloeb_med_timer(b, 3);
	bane_ur(b, "2024-06-05T12:00:00+02:00");
	bane_afsender(b, KOMMUNE);
	h = h_samtale(b, 10, "2024-06-05T10:00:00+02:00");
	h.u.samtale_held.flere_myndigheder = true;
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held"), 1);
	bane_afsender(b, AKASSE);
	bane_tages(b, h_referat(b, 20, 10, 1));
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_referat(b, 21, 10, 1));
	assert_int_equal(bane_antal(b, AKASSE, "referat-publiceret"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
}

static void
what_dfdg_tells_waits_for_the_pakkefrist_too(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, "dfdg:star");
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_antal(b, AKASSE, "samtale-held"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 0);
	bane_ur(b, "2024-05-27T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	assert_int_equal(bane_antal(b, "dfdg:star", "samtale-held"), 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(shared_from_the_pakkefrist_in_the_order_accepted),
	    test(conversation_told_again_is_shared_again),
	    test(pakkefrist_that_moves_away_holds_further_ones),
	    test(sharing_by_parameter),
	    test(referat_not_to_be_shared_goes_nowhere),
	    test(kommunes_own_goes_to_the_akasse_at_once),
	    test(akasse_referat_of_a_joint_conversation_goes_to_the_kommune),
	    test(what_dfdg_tells_waits_for_the_pakkefrist_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
