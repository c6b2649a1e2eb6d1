// SPDX-License-Identifier: MPL-2.0
/* Awkward cases that fall between the rules: who is left behind by a move or a switch, what of him
 * still counts, and what he may still say. regler.txt names the tests of all of them. */
#include "bane.h"

#define GAMMEL "kommune:0461"
#define NY "kommune:0101"
#define AKASSE "akasse:hk"
#define NY_AKASSE "akasse:foa"

static struct bane *b;

static int
op(void **state)
{
	(void)state;
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
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
flyttet(const char *dag)
{
	bane_afsender(b, GAMMEL);
	bane_tages(b, h_flyt(b, "0461", "0101", dag));
	bane_afsender(b, AKASSE);
}

static void
the_kommune_that_was_left_is_party_no_more(void **state)
{
	struct haendelse h;

	(void)state;
	flyttet("2024-04-10");
	bane_ur(b, "2024-04-09T23:59:59+02:00");
	bane_afsender(b, GAMMEL);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-04-20T10:00:00+02:00", NULL));
	bane_ur(b, "2024-04-10T00:00:00+02:00");
	h = h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 31, "2024-04-21T10:00:00+02:00", NULL);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-oprettet"), 1);
	bane_afsender(b, NY);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 32, "2024-04-22T10:00:00+02:00", NULL));
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-oprettet"), 2);
}

/* Its planned conversation is no first conversation of the one that took over: the tenth working
 * day counts. */
static void
summons_of_the_kommune_that_was_left_stops_nothing(void **state)
{
	(void)state;
	bane_afsender(b, GAMMEL);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-06-05T10:00:00+02:00", NULL));
	flyttet("2024-04-10");
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 41001));
	bane_ur(b, "2024-06-12T23:59:59+02:00");
	assert_int_equal(bane_antal(b, NY, "handover-overskredet"), 1);
	assert_tid(
	    bane_besked(b, NY, "handover-overskredet", 0)->e.u.handover_overskredet.haardt_stop,
	    "2024-06-17T23:59:59+02:00");
}

/* Hours go on in the other a-kasse, the referater of the first one do not follow. */
static void
switched_the_hours_follow_and_the_referater_stay(void **state)
{
	(void)state;
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 25000));
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-01"));
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	assert_string_equal(bane_forloeb(b, 0)->akasse.text, NY_AKASSE);
	bane_afsender(b, NY_AKASSE);
	bane_tages(b, h_timer(b, "2024-04", 16001));
	bane_ur(b, "2024-05-01T00:00:00+02:00");
	assert_int_equal(
	    bane_besked(b, GAMMEL, "handover-due", 0)->e.u.handover_due.timer_c, 41001);
	assert_string_equal(
	    bane_besked(b, GAMMEL, "handover-due", 0)->e.u.handover_due.fra.text, NY_AKASSE);
	assert_int_equal(bane_antal(b, NY_AKASSE, "referat-publiceret"), 0);
	assert_int_equal(bane_antal(b, GAMMEL, "referat-publiceret"), 1);
}

/* Of what lay in its own time the former a-kasse may still tell; of the time after, not. */
static void
the_akasse_that_was_left_tells_of_its_own_time(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-01"));
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 16033));
	h = h_timer(b, "2024-04", 16033);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_int_equal(bane_forloeb(b, 0)->timer.n, 1);
}

static void
the_new_akasse_gets_the_copy_of_a_handover_that_stands(void **state)
{
	const struct handover_due *d;

	(void)state;
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-16"));
	assert_int_equal(bane_antal(b, NY_AKASSE, "handover-due"), 0);
	bane_ur(b, "2024-04-16T00:00:00+02:00");
	d = &bane_besked(b, NY_AKASSE, "handover-due", 0)->e.u.handover_due;
	assert_false(d->hele);
	assert_string_equal(d->fra.text, AKASSE);
	assert_int_equal(
	    bane_besked(b, AKASSE, "handover-aflyst", 0)->e.u.handover_aflyst.aarsag, AFLYST_SKIFT);
	assert_int_equal(bane_antal(b, GAMMEL, "handover-due"), 1);
	/* From here on the new one is told. */
	bane_svar(b, GAMMEL, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(bane_antal(b, NY_AKASSE, "handover-gennemfoert"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-gennemfoert"), 0);
	bane_ur(b, "2024-09-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, NY_AKASSE, "handover-due"), 1);
}

/* It is done: what the parties know of it stays. */
static void
a_handover_that_is_done_is_not_copied(void **state)
{
	(void)state;
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	bane_svar(b, GAMMEL, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_tages(b, h_medlemskab(b, AENDRING_SKIFT, "foa", "2024-04-16"));
	bane_ur(b, "2024-04-16T00:00:00+02:00");
	assert_int_equal(bane_antal(b, NY_AKASSE, "handover-due"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(the_kommune_that_was_left_is_party_no_more),
	    test(summons_of_the_kommune_that_was_left_stops_nothing),
	    test(switched_the_hours_follow_and_the_referater_stay),
	    test(the_akasse_that_was_left_tells_of_its_own_time),
	    test(the_new_akasse_gets_the_copy_of_a_handover_that_stands),
	    test(a_handover_that_is_done_is_not_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
