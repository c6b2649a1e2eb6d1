// SPDX-License-Identifier: MPL-2.0
/* Facts that name something unknown (contract § 7 "Late, twice, out of order"). */
#include "bane.h"
#include "vent.h"

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
venter(struct haendelse h, const char *paa)
{
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_string_equal(b->ud.afventer, paa);
}

static void
a_fact_of_an_unknown_person_waits_for_the_registration(void **state)
{
	(void)state;
	venter(h_timer(b, "2024-03", 16033), "cpr");
	venter(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"), "cpr");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	assert_int_equal(b->udfald, PLB_TRIN_BEHANDLET);
	assert_int_equal(b->p.ventende.n, 0);
	assert_int_equal(bane_forloeb(b, 0)->timer.n, 1);
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 1);
}

static void
a_chain_is_taken_in_one_step(void **state)
{
	(void)state;
	venter(h_referat(b, 20, 10, 1), "samtaleId");
	venter(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"), "cpr");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	assert_int_equal(b->p.ventende.n, 0);
	assert_int_equal(bane_forloeb(b, 0)->referater.n, 1);
	bane_ur(b, "2024-03-20T09:00:00+01:00");
	assert_int_equal(bane_antal(b, "akasse:hk", "referat-mangler"), 0);
}

static void
what_waited_goes_on_as_it_came(void **state)
{
	struct haendelse referat = h_referat(b, 20, 10, 1);

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	venter(referat, "samtaleId");
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_ur(b, "2024-05-28T09:00:00+02:00"); /* the pakkefrist has passed */
	assert_int_equal(bane_antal(b, "kommune:0461", "referat-publiceret"), 1);
}

/* The deadline of a referat counts from when the conversation was accepted, waiting or not. */
static void
receipt_is_when_it_came(void **state)
{
	const struct samtale *s;

	(void)state;
	venter(h_samtale(b, 10, "2024-03-01T08:00:00+01:00"), "cpr");
	bane_ur(b, "2024-03-08T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	s = bane_forloeb(b, 0)->samtaler.p;
	assert_tid(s->modtaget, "2024-03-01T09:00:00+01:00");
}

static void
thirty_days_then_refused(void **state)
{
	const struct besked *m;

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	venter(h_referat(b, 20, 10, 1), "samtaleId");
	bane_ur(b, "2024-03-31T09:59:59+02:00");
	assert_int_equal(bane_antal(b, "akasse:hk", "haendelse-afvist"), 0);
	bane_ur(b, "2024-03-31T10:00:00+02:00");
	m = bane_besked(b, "akasse:hk", "haendelse-afvist", 0);
	assert_string_equal(m->e.u.haendelse_afvist.aarsag, "ukendt");
	assert_string_equal(m->e.u.haendelse_afvist.felt, "/data/samtaleId");
	assert_tid(m->e.time, "2024-03-31T10:00:00+02:00");
	assert_int_equal(b->udfald, PLB_TRIN_AFVIST);
	assert_int_equal(b->p.ventende.n, 0);
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00")); /* too late for it */
	assert_int_equal(bane_forloeb(b, 0)->referater.n, 0);
}

static void
not_yours_ends_like_unknown(void **state)
{
	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_afsender(b, "akasse:foa");
	venter(h_referat(b, 20, 10, 1), "samtaleId");
	venter(h_referat(b, 21, 11, 1), "samtaleId");
	bane_ur(b, "2024-03-31T10:00:00+02:00");
	assert_int_equal(bane_antal(b, "akasse:foa", "haendelse-afvist"), 2);
	assert_string_equal(
	    bane_besked(b, "akasse:foa", "haendelse-afvist", 0)->e.u.haendelse_afvist.besked,
	    bane_besked(b, "akasse:foa", "haendelse-afvist", 1)->e.u.haendelse_afvist.besked);
}

static void
a_claim_waits_for_the_word_of_the_other(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_afsender(b, "akasse:foa");
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	h = h_tilmeld_hos(b, 2, "2024-03-05", "foa");
	venter(h, "tilmeldingId");
	assert_int_equal(bane_antal(b, "akasse:foa", "handover-forventet"), 0); /* shares nothing */
}

static void
refused_for_another_reason_when_its_turn_comes(void **state)
{
	struct haendelse h = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");
	int32_t *typer = plb_arena_calloc(&b->a, 2, sizeof(*typer));

	(void)state;
	typer[0] = 7;
	typer[1] = 8;
	h.u.samtale_held.samtaletyper = (struct plb_list){typer, 2};
	venter(h, "cpr");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	assert_int_equal(b->udfald, PLB_TRIN_AFVIST);
	assert_string_equal(
	    bane_besked(b, "akasse:hk", "haendelse-afvist", 0)->e.u.haendelse_afvist.aarsag,
	    "sammenlaegning");
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 0);
}

static void
sent_twice_waits_once(void **state)
{
	struct haendelse h = h_timer(b, "2024-03", 100);

	(void)state;
	venter(h, "cpr");
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
	assert_int_equal(b->p.ventende.n, 1);
}

static void
no_more_than_a_hundred_wait(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		venter(h_timer(b, "2024-03", 100), "cpr");
	assert_int_equal(bane_tag(b, h_timer(b, "2024-03", 100)), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, "ukendt");
}

static void
summons_and_recommendation_are_waited_for(void **state)
{
	struct haendelse h = h_samtale(b, 10, "2024-03-01T08:00:00+01:00");

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	h.u.samtale_held.har_indkaldelse = true;
	h.u.samtale_held.indkaldelse_id = uuid(30);
	venter(h, "indkaldelseId");
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-01T08:00:00+01:00", NULL));
	assert_int_equal(bane_forloeb(b, 0)->samtaler.n, 1);
	bane_afsender(b, "kommune:0461");
	h = h_ny(b, HAENDELSE_OPKVALIFICERING_BESVARET);
	h.u.besvaret.id = uuid(40);
	venter(h, "indstillingId");
	bane_afsender(b, "akasse:hk");
	h = h_ny(b, HAENDELSE_OPKVALIFICERING_INDSTILLET);
	h.ev.time.ms -= 1000;
	h.u.indstillet.id = uuid(40);
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, "akasse:hk", "opkvalificering-besvaret"), 1);
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 0);
}

/* ---- what is over ---- */

static void
an_ended_course_goes_after_its_time_and_the_person_with_it(void **state)
{
	size_t i, gemt = 0;

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	bane_tages(b, h_afmeld(b, 1, "2024-03-10"));
	bane_ur(b, "2027-03-10T23:00:00+01:00"); /* 1,096 days less an hour */
	assert_int_equal(b->p.forloeb.n, 1);
	bane_ur(b, "2027-03-11T00:00:00+01:00");
	assert_int_equal(b->p.forloeb.n, 0);
	for (i = 0; i < KASSE_MAX; i++)
		gemt += b->kasse[i].brugt;
	assert_int_equal(gemt, 0);
	assert_true(forloeb_tom(&b->p));
	assert_int_equal(b->naeste.ms, INT64_MAX);
}

static void
a_person_who_only_waited_goes_too(void **state)
{
	(void)state;
	venter(h_timer(b, "2024-03", 100), "cpr");
	bane_ur(b, "2024-04-02T09:00:00+02:00");
	assert_true(forloeb_tom(&b->p));
	assert_int_equal(b->naeste.ms, INT64_MAX);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(a_fact_of_an_unknown_person_waits_for_the_registration),
	    test(a_chain_is_taken_in_one_step),
	    test(what_waited_goes_on_as_it_came),
	    test(receipt_is_when_it_came),
	    test(thirty_days_then_refused),
	    test(not_yours_ends_like_unknown),
	    test(a_claim_waits_for_the_word_of_the_other),
	    test(refused_for_another_reason_when_its_turn_comes),
	    test(sent_twice_waits_once),
	    test(no_more_than_a_hundred_wait),
	    test(summons_and_recommendation_are_waited_for),
	    test(an_ended_course_goes_after_its_time_and_the_person_with_it),
	    test(a_person_who_only_waited_goes_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
