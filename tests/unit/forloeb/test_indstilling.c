// SPDX-License-Identifier: MPL-2.0
/* Recommendations for upskilling that nobody answers: reminder, expiry, another kommune (contract
 * § 3). */
#include "op.h"

#define AKASSE "akasse:hk"
#define KOMMUNE "kommune:0461"
#define MIND "opkvalificering-paamindelse"
#define UDLOEB "opkvalificering-udloebet"

static int
op(void **state)
{
	(void)op_tom(state);
	b->rr.r[0].indstilling_svar_arbejdsdage = 10;
	b->rr.r[0].indstilling_paamindelse_arbejdsdage = 3;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	return 0;
}

static struct haendelse
indstillet(void)
{
	struct haendelse h = h_ny(b, HAENDELSE_OPKVALIFICERING_INDSTILLET);

	h.u.indstillet.id = uuid(40);
	return h;
}

static struct haendelse
svar(enum afgoerelse a)
{
	struct haendelse h = h_ny(b, HAENDELSE_OPKVALIFICERING_BESVARET);

	h.u.besvaret.id = uuid(40);
	h.u.besvaret.afgoerelse = (int)a;
	return h;
}

static void
reminder_three_working_days_before_and_expiry_after_ten(void **state)
{
	const struct effekt *e;

	(void)state;
	bane_ur(b, "2024-03-18T10:00:00+01:00");
	bane_tages(b, indstillet());
	e = &bane_besked(b, KOMMUNE, "opkvalificering-indstillet", 0)->e;
	assert_true(e->har_frist);
	assert_tid(e->frist, "2024-04-04T23:59:59+02:00");
	/* Ten working days from Monday 18 March; Easter lies between: Thursday 4 April. */
	bane_ur(b, "2024-03-27T23:59:58+01:00");
	assert_int_equal(bane_antal(b, AKASSE, MIND), 0);
	bane_ur(b, "2024-04-03T23:59:59+02:00");
	assert_int_equal(bane_antal(b, AKASSE, MIND), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, MIND), 1);
	e = &bane_besked(b, KOMMUNE, MIND, 0)->e;
	assert_true(plb_uuid_eq(e->u.indstilling_frist.id, uuid(40)));
	assert_tid(e->u.indstilling_frist.frist, "2024-04-04T23:59:59+02:00");
	assert_tid(e->time, "2024-03-27T23:59:59+01:00");
	assert_int_equal(bane_antal(b, AKASSE, UDLOEB), 0);
	bane_ur(b, "2024-04-04T23:59:59+02:00");
	assert_int_equal(bane_antal(b, AKASSE, UDLOEB), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, UDLOEB), 1);
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 0);
	bane_ur(b, "2024-05-20T10:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, MIND), 1);
	assert_int_equal(bane_antal(b, AKASSE, UDLOEB), 1);
}

static void
the_day_asked_for_comes_first(void **state)
{
	struct haendelse h;

	(void)state;
	bane_ur(b, "2024-03-04T10:00:00+01:00");
	h = indstillet();
	h.u.indstillet.har_frist = true;
	h.u.indstillet.frist = dato("2024-03-06"); /* too near for a reminder */
	bane_tages(b, h);
	bane_ur(b, "2024-03-06T23:59:59+01:00");
	assert_int_equal(bane_antal(b, KOMMUNE, MIND), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, UDLOEB), 1);
}

static void
an_answer_ends_it_and_a_question_stops_its_clock(void **state)
{
	(void)state;
	bane_ur(b, "2024-03-04T10:00:00+01:00");
	bane_tages(b, indstillet());
	bane_ur(b, "2024-03-05T10:00:00+01:00");
	bane_afsender(b, KOMMUNE);
	bane_tages(b, svar(AFGOERELSE_MANGLER_OPLYSNINGER));
	bane_ur(b, "2024-04-05T10:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, MIND) + bane_antal(b, KOMMUNE, UDLOEB), 0);
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 1);
	bane_tages(b, svar(AFGOERELSE_BEVILGET));
	bane_ur(b, "2024-05-05T10:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, MIND) + bane_antal(b, AKASSE, UDLOEB), 0);
}

static void
deregistration_voids_it(void **state)
{
	(void)state;
	bane_ur(b, "2024-03-04T10:00:00+01:00");
	bane_tages(b, indstillet());
	bane_tages(b, h_afmeld(b, 1, "2024-03-10"));
	bane_ur(b, "2024-05-05T10:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, MIND) + bane_antal(b, AKASSE, UDLOEB), 0);
}

static void
another_kommune_takes_it_over(void **state)
{
	const struct effekt *e;
	struct haendelse h;

	(void)state;
	bane_ur(b, "2024-03-04T10:00:00+01:00");
	bane_tages(b, indstillet());
	bane_afsender(b, "dfdg:star");
	h = h_ny(b, HAENDELSE_MYNDIGHED_AENDRET);
	h.u.myndighed_aendret.fra_kommune = plb_slice_str("0461");
	h.u.myndighed_aendret.til_kommune = plb_slice_str("0751");
	h.u.myndighed_aendret.virkningsdato = dato("2024-03-08");
	bane_tages(b, h);
	bane_ur(b, "2024-03-07T23:59:59+01:00");
	assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-videresendt"), 0);
	bane_ur(b, "2024-03-25T10:00:00+01:00");
	assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-videresendt"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "opkvalificering-videresendt"), 0);
	e = &bane_besked(b, "kommune:0751", "opkvalificering-videresendt", 0)->e;
	assert_true(plb_slice_is(e->u.indstilling_videresendt.fra, "0461"));
	assert_true(plb_slice_is(e->u.indstilling_videresendt.til, "0751"));
	assert_int_equal(bane_antal(b, "kommune:0751", UDLOEB), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, UDLOEB), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		reminder_three_working_days_before_and_expiry_after_ten, op, ned),
	    cmocka_unit_test_setup_teardown(the_day_asked_for_comes_first, op, ned),
	    cmocka_unit_test_setup_teardown(
		an_answer_ends_it_and_a_question_stops_its_clock, op, ned),
	    cmocka_unit_test_setup_teardown(deregistration_voids_it, op, ned),
	    cmocka_unit_test_setup_teardown(another_kommune_takes_it_over, op, ned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
