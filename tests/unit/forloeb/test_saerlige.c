// SPDX-License-Identifier: MPL-2.0
/* Awkward cases that belong to no one rule: another CPR number, the 25 % exemption, two
 * conversations in one minute, a participation choice that is changed, a course that goes on in a
 * new registration. */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

static const struct handover_due *
due(const char *til, size_t i)
{
	return &bane_besked(b, til, "handover-due", i)->e.u.handover_due;
}

static struct haendelse
forseglet(struct haendelse h, const char *cpr)
{
	h.har_forseglet = true;
	h.forseglet = (struct forseglet){h.ev.source, h.ev.id, plb_slice_str(cpr)};
	return h;
}

/* ---- another CPR number ---- */

static void
another_cpr_number_is_told_and_used_from_then_on(void **state)
{
	(void)state;
	bane_tages(b, forseglet(h_tilmeld(b, 1, "2024-03-01"), "gammelt"));
	assert_true(plb_slice_is(b->p.forseglet.cpr, "gammelt"));
	bane_afsender(b, "dfdg:star");
	bane_tages(b, forseglet(h_ny(b, HAENDELSE_PERSON_IDENTITET_AENDRET), "nyt"));
	assert_true(plb_slice_is(b->p.forseglet.cpr, "nyt"));
	assert_int_equal(bane_antal(b, AKASSE, "person-identitet-aendret"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "person-identitet-aendret"), 1);
	/* One course, and the state stays where it was. */
	assert_int_equal(b->p.forloeb.n, 1);
}

static void
only_dfdg_changes_a_cpr_number(void **state)
{
	(void)state;
	bane_tages(b, forseglet(h_tilmeld(b, 1, "2024-03-01"), "gammelt"));
	assert_int_not_equal(
	    bane_tag(b, forseglet(h_ny(b, HAENDELSE_PERSON_IDENTITET_AENDRET), "nyt")),
	    PLB_TRIN_BEHANDLET);
	assert_true(plb_slice_is(b->p.forseglet.cpr, "gammelt"));
}

static struct haendelse
skift(const char *cpr, int64_t ms)
{
	struct haendelse h;

	bane_afsender(b, "dfdg:star");
	h = forseglet(h_ny(b, HAENDELSE_PERSON_IDENTITET_AENDRET), cpr);
	h.ev.time.ms += ms;
	bane_afsender(b, AKASSE);
	return h;
}

static void
newest_number_goes_out_whatever_order_they_are_told_in(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, forseglet(h_tilmeld(b, 1, "2024-03-01"), "foerste"));
	bane_tages(b, skift("tredje", 2));
	bane_tages(b, skift("andet", 1));
	assert_true(plb_slice_is(b->p.forseglet.cpr, "tredje"));
	/* Corrected under a number that he has no more. */
	h = forseglet(h_tilmeld(b, 1, "2024-03-02"), "foerste");
	h.ev.time.ms += 3;
	bane_tages(b, h);
	assert_dato(bane_forloeb(b, 0)->tilmeldingsdato, "2024-03-02");
	assert_true(plb_slice_is(b->p.forseglet.cpr, "tredje"));
}

/* The same under the key of the new number. */
static struct haendelse
flyttet(void)
{
	struct haendelse h = skift("nyt", 1);

	h.ev.has_foerste = true;
	return h;
}

static void
what_waits_under_the_later_number_is_given_back(void **state)
{
	struct haendelse h;

	(void)ned(state);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	assert_int_equal(bane_tag(b, h_timer(b, "2024-03", 100)), PLB_TRIN_AFVENTER);
	assert_int_equal(
	    bane_tag(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00")), PLB_TRIN_AFVENTER);
	bane_tages(b, flyttet());
	assert_int_equal(b->p.ventende.n, 0);
	assert_int_equal(bane_antal(b, AKASSE, "haendelse-afvist"), 2);
	assert_string_equal(
	    bane_besked(b, AKASSE, "haendelse-afvist", 0)->e.u.haendelse_afvist.aarsag,
	    "identitet");
	assert_null(b->p.forseglet.cpr.p); /* that is sealed for another key */
	/* And what slips through afterwards, a registration too. */
	h = h_tilmeld(b, 1, "2024-03-01");
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, "identitet");
	assert_int_equal(b->p.forloeb.n, 0);
}

static void
course_begun_under_the_later_number_ends(void **state)
{
	(void)state;
	bane_tages(b, flyttet());
	assert_dato(bane_forloeb(b, 0)->afmeldt, "2024-03-01");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "handover-aflyst"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "person-identitet-aendret"), 0);
	bane_ur(b, "2024-09-01T09:00:00+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "timer-mangler"), 0);
	assert_false(b->p.set.n == 0 && b->p.forloeb.n == 0);
}

static void
only_dfdg_moves_a_number(void **state)
{
	struct haendelse h = flyttet();

	(void)state;
	h.ev.org = org(AKASSE);
	assert_int_not_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	assert_false(b->p.flyttet);
}

/* ---- the 25 % exemption ---- */

static void
krav(void)
{
	b->rr.r[0].fritagelse_procent = 25;
	b->rr.r[0].krav[0] = (struct samtalekrav){.navn = "minimum",
	    .part = ANSVARLIG_AKASSE,
	    .typer = {{7}, 1},
	    .antal = 2,
	    .inden_maaneder = 3,
	    .fritages = true,
	    .i_pakken = true};
	b->rr.r[0].n_krav = 1;
}

static void
frita(unsigned id, int32_t type)
{
	struct haendelse h = h_ny(b, HAENDELSE_SAMTALE_FRITAGET);

	h.u.samtale_fritaget = (struct samtale_fritaget){uuid(id), type, dato("2024-04-01")};
	bane_tages(b, h);
}

static void
exempted_conversation_is_not_missing(void **state)
{
	static const int32_t type[] = {7, 15};
	size_t i;

	for (i = 0; i < 2; i++) {
		if (i > 0) {
			(void)ned(state);
			(void)op_tilmeldt(state);
		}
		krav();
		bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
		bane_tages(b, h_referat(b, 20, 10, 1));
		bane_ur(b, "2024-04-02T09:00:00+02:00");
		frita(70, type[i]);
		frita(70, type[i]); /* one decision, told twice */
		bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
		assert_int_equal(due(KOMMUNE, 0)->mangler.n, i == 0 ? 0 : 1);
	}
}

static void
the_first_conversation_is_never_exempted(void **state)
{
	const struct mangel *m;

	(void)state;
	b->rr.r[0].fritagelse_procent = 25;
	bane_ur(b, "2024-04-02T09:00:00+02:00");
	frita(70, 7);
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_int_equal(due(KOMMUNE, 0)->mangler.n, 1);
	m = due(KOMMUNE, 0)->mangler.p;
	assert_int_equal(m->art, MANGEL_SAMTALE);
}

/* ---- two conversations in one minute ---- */

static void
two_conversations_in_one_minute_are_two(void **state)
{
	(void)state;
	bane_ur(b, "2024-03-04T12:00:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-04T10:00:00+01:00"));
	bane_tages(b, h_samtale(b, 11, "2024-03-04T10:00:00+01:00"));
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_int_equal(due(KOMMUNE, 0)->samtaler.n, 2);
	assert_int_equal(due(KOMMUNE, 0)->mangler.n, 2); /* a referat of each */
}

/* ---- taking part ---- */

static void
choice_belongs_to_its_conversation_and_the_last_word_counts(void **state)
{
	static const int valg[] = {3, 1};
	struct haendelse h;
	size_t i;

	(void)state;
	bane_afsender(b, KOMMUNE);
	for (i = 0; i < 2; i++)
		bane_tages(b,
		    h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 90 + (unsigned)i,
			"2024-06-05T10:00:00+02:00", NULL));
	for (i = 0; i < 2; i++) {
		h = h_ny(b, HAENDELSE_DELTAGELSESVALG_AENDRET);
		h.ev.time.ms += (int64_t)i;
		h.u.deltagelsesvalg_aendret = (struct deltagelsesvalg_aendret){uuid(90), valg[i]};
		bane_tages(b, h);
	}
	bane_afsender(b, AKASSE);
	bane_tages(b, h_anmod(b, 1, ANMODNING_ANDET, NULL));
	assert_int_equal(due(KOMMUNE, 0)->valg, 1);
	/* The summons that it was about is cancelled: it is no choice any more. */
	assert_false(
	    ((const struct indkaldelse *)bane_forloeb(b, 0)->indkaldelser.p)[1].valgt.id.p != NULL);
}

/* ---- registered again ---- */

static void
registered_again_in_the_same_period_the_hours_go_on(void **state)
{
	struct haendelse h;

	(void)ned(state);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	h = h_tilmeld(b, 1, "2024-03-01");
	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato("2024-02-01");
	bane_tages(b, h);
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 16033));
	bane_tages(b, h_timer(b, "2024-04", 16033));
	bane_tages(b, h_afmeld(b, 1, "2024-04-30"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 1);
	/* Back in June, in another kommune: the moves of before count no more. */
	bane_ur(b, "2024-06-03T09:00:00+02:00");
	h = h_tilmeld(b, 2, "2024-06-03");
	h.u.member_registered.kommunekode = plb_slice_str("0101");
	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato("2024-02-01");
	bane_tages(b, h);
	assert_int_equal(b->p.forloeb.n, 1);
	bane_ur(b, "2024-06-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-06", 9000));
	bane_ur(b, "2024-07-01T00:00:00+02:00");
	assert_int_equal(due("kommune:0101", 0)->timer_c, 41066);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tilmeldt, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(another_cpr_number_is_told_and_used_from_then_on),
	    test(only_dfdg_changes_a_cpr_number),
	    test(newest_number_goes_out_whatever_order_they_are_told_in),
	    test(what_waits_under_the_later_number_is_given_back),
	    test(course_begun_under_the_later_number_ends),
	    test(only_dfdg_moves_a_number),
	    test(exempted_conversation_is_not_missing),
	    test(the_first_conversation_is_never_exempted),
	    test(two_conversations_in_one_minute_are_two),
	    test(choice_belongs_to_its_conversation_and_the_last_word_counts),
	    test(registered_again_in_the_same_period_the_hours_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
