// SPDX-License-Identifier: MPL-2.0
/* Facts that name something unknown (contract § 7 "Late, twice, out of order"). */
#include "op.h"
#include "vent.h"

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

/* What the other a-kasse waited for is that the member is deregistered where he was. */
static void
a_registration_elsewhere_is_taken_when_the_member_is_deregistered(void **state)
{
	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	bane_afsender(b, "akasse:foa");
	venter(h_tilmeld_hos(b, 2, "2024-03-05", "foa"), "tilmeldingId");
	bane_afsender(b, "akasse:hk");
	bane_ur(b, "2024-03-06T09:00:00+01:00");
	bane_tages(b, h_afmeld(b, 1, "2024-03-06"));
	assert_int_equal(b->udfald, PLB_TRIN_BEHANDLET);
	assert_int_equal(b->p.ventende.n, 0);
	assert_int_equal(b->p.forloeb.n, 2);
	assert_string_equal(bane_forloeb(b, 1)->akasse.text, "akasse:foa");
}

/* Of several that wait, each has its own thirty days. */
static void
each_is_refused_when_its_own_time_is_up(void **state)
{
	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	venter(h_referat(b, 20, 10, 1), "samtaleId");
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	venter(h_referat(b, 21, 10, 1), "samtaleId");
	bane_ur(b, "2024-03-31T10:00:00+02:00");
	assert_int_equal(b->p.ventende.n, 1);
	bane_ur(b, "2024-04-01T09:59:59+02:00");
	assert_int_equal(bane_antal(b, "akasse:hk", "haendelse-afvist"), 1);
	bane_ur(b, "2024-04-01T10:00:00+02:00");
	assert_int_equal(bane_antal(b, "akasse:hk", "haendelse-afvist"), 2);
	assert_int_equal(b->p.ventende.n, 0);
}

/* A withdrawal of a referat waits for its own author's, not for any. */
static void
a_withdrawn_referat_is_waited_for(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_ur(b, "2024-03-01T10:00:00+01:00");
	h = h_ny(b, HAENDELSE_REFERAT_TILBAGEKALDT);
	h.u.navngivet = uuid(20);
	venter(h, "referatId");
	h = h_referat(b, 21, 10, 1);
	h.ev.time.ms -= 1000;
	bane_tages(b, h);
	assert_int_equal(b->p.ventende.n, 1);
	h = h_referat(b, 20, 10, 1);
	h.ev.time.ms -= 1000;
	bane_tages(b, h);
	assert_int_equal(b->p.ventende.n, 0);
	assert_true(((const struct referat *)bane_forloeb(b, 0)->referater.p)[1].tilbagekaldt);
}

/* An answer to a message waits for the message. */
static void
an_assessment_waits_for_the_message_it_answers(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	h = h_ny(b, HAENDELSE_RAADIGHED_VURDERET);
	h.u.raadighed_vurderet = (struct raadighed_vurderet){uuid(50), true};
	venter(h, "svarPaaBeskedId");
	bane_afsender(b, "kommune:0461");
	h = h_ny(b, HAENDELSE_NUPH_MODTAGET);
	h.u.navngivet = uuid(51);
	bane_tages(b, h);
	assert_int_equal(b->p.ventende.n, 1);
	h = h_ny(b, HAENDELSE_NUPH_MODTAGET);
	h.u.navngivet = uuid(50);
	bane_tages(b, h);
	assert_int_equal(b->p.ventende.n, 0);
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

/* Ids are kept in whole minutes, rounded up: the last goes with the window after its minute. */
static void
the_person_goes_with_the_last_id(void **state)
{
	(void)state;
	venter(h_timer(b, "2024-03", 100), "cpr");
	bane_ur(b, "2024-03-31T10:01:59+02:00"); /* refused, and its id still in the window */
	assert_int_equal(b->p.ventende.n, 0);
	assert_int_equal(b->p.set.n, 1);
	assert_tid(b->naeste, "2024-03-31T10:02:00+02:00");
	bane_ur(b, "2024-03-31T10:02:00+02:00");
	assert_true(forloeb_tom(&b->p));
}

static struct haendelse
med_indplacering(unsigned id, const char *dag)
{
	struct haendelse h = h_tilmeld(b, id, dag);

	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato(dag);
	return h;
}

/* Everything a course can keep: what was kept no more is not forgotten twice (the fixture sees
 * to it). */
static void
fyld(unsigned id)
{
	struct haendelse h;

	bane_tages(b, h_samtale(b, id, "2024-03-01T08:00:00+01:00"));
	bane_tages(b, h_referat(b, id + 1, id, 1));
	bane_tages(b, h_referat(b, id + 2, id, 1));
	h = h_ny(b, HAENDELSE_REFERAT_TILBAGEKALDT);
	h.ev.time.ms++;
	h.u.navngivet = uuid(id + 2);
	bane_tages(b, h);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, id + 3, "2024-05-20T10:00:00+02:00", NULL));
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, id + 4, "2024-05-20T10:00:00+02:00", NULL));
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.ev.time.ms++;
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(id + 4);
	bane_tages(b, h);
	h = h_ny(b, HAENDELSE_WORKSHOP_TILMELDT);
	h.u.navngivet = uuid(id + 6);
	bane_tages(b, h);
	h = h_ny(b, HAENDELSE_BESKED_SENDT); /* passed on, not kept */
	h.u.besked.id = uuid(id + 5);
	h.u.besked.til = plb_slice_str("kommune:0461");
	bane_tages(b, h);
}

static size_t
gemte(void)
{
	size_t i, n = 0;

	for (i = 0; i < KASSE_MAX; i++)
		n += b->kasse[i].brugt;
	return n;
}

/* A course that another followed ended when that began; the last one is open. */
static void
a_course_followed_by_another_goes_after_its_time_with_all_it_kept(void **state)
{
	size_t n;

	(void)state;
	bane_tages(b, med_indplacering(1, "2024-03-01"));
	fyld(100);
	n = gemte();
	assert_int_equal(n, 4);
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, med_indplacering(2, "2024-04-10"));
	bane_ur(b, "2024-04-11T09:00:00+02:00");
	fyld(200);
	bane_ur(b, "2027-04-10T23:59:59+02:00"); /* 1,096 days less a second */
	assert_int_equal(b->p.forloeb.n, 2);
	assert_int_equal(gemte(), 2 * n);
	bane_ur(b, "2027-04-11T00:00:00+02:00");
	assert_int_equal(b->p.forloeb.n, 1);
	assert_dato(bane_forloeb(b, 0)->tilmeldingsdato, "2024-04-10");
	assert_int_equal(gemte(), n);
	bane_ur(b, "2034-04-11T00:00:00+02:00");
	assert_int_equal(b->p.forloeb.n, 1);
	bane_tages(b, h_gruppe(b, 2, "2034-04-11"));
	assert_int_equal(b->naeste.ms, INT64_MAX); /* an id is no reason to look again */
}

/* The later one first: each goes with its own. */
static void
a_later_course_that_ended_goes_by_itself(void **state)
{
	(void)state;
	bane_tages(b, med_indplacering(1, "2024-03-01"));
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, med_indplacering(2, "2024-04-10"));
	fyld(100);
	bane_tages(b, h_afmeld(b, 2, "2024-04-10"));
	bane_tages(b, h_afmeld(b, 1, "2024-04-12")); /* told late */
	assert_int_equal(gemte(), 4);
	bane_ur(b, "2027-04-10T23:59:59+02:00");
	assert_int_equal(gemte(), 4);
	bane_ur(b, "2027-04-11T00:00:00+02:00");
	assert_int_equal(gemte(), 0);
	assert_int_equal(b->p.forloeb.n, 1);
	bane_ur(b, "2027-04-13T00:00:00+02:00");
	assert_true(forloeb_tom(&b->p));
}

/* Both fall due at one moment: the older is over because of the one that goes with it. */
static void
two_courses_over_on_one_day_go_together(void **state)
{
	(void)state;
	bane_tages(b, med_indplacering(1, "2024-03-01"));
	bane_ur(b, "2024-04-10T09:00:00+02:00");
	bane_tages(b, med_indplacering(2, "2024-04-10"));
	bane_tages(b, h_afmeld(b, 2, "2024-04-10"));
	bane_ur(b, "2027-04-10T23:59:59+02:00");
	assert_int_equal(b->p.forloeb.n, 2);
	bane_ur(b, "2027-04-13T00:00:00+02:00");
	assert_true(forloeb_tom(&b->p));
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

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
	    test(a_registration_elsewhere_is_taken_when_the_member_is_deregistered),
	    test(each_is_refused_when_its_own_time_is_up),
	    test(a_withdrawn_referat_is_waited_for),
	    test(an_assessment_waits_for_the_message_it_answers),
	    test(the_person_goes_with_the_last_id),
	    test(a_course_followed_by_another_goes_after_its_time_with_all_it_kept),
	    test(a_later_course_that_ended_goes_by_itself),
	    test(two_courses_over_on_one_day_go_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
