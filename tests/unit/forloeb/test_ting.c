// SPDX-License-Identifier: MPL-2.0
/* Who gets what when (contract § 3), for everything that the course only passes on. */
#include "deling.h"
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"
#define FRIST "2024-05-27T23:59:59+02:00" /* the pakkefrist of full hours from 1 March */

static struct haendelse
ting(const char *fra, enum haendelse_type type, unsigned id)
{
	struct haendelse h;

	bane_afsender(b, fra);
	h = h_ny(b, type);
	h.u.navngivet = uuid(id);
	return h;
}

/* One row of the table: who sends it, and when it must be with the other. */
struct raekke {
	enum haendelse_type type;
	const char *navn;
	const char *fra, *til;
	enum deling_hvornaar naar;
};

static const struct raekke tabel[] = {
    {HAENDELSE_FRAVAER_AENDRET, "fravaer-aendret", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_FRAVAER_AENDRET, "fravaer-aendret", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_FRIST_AENDRET, "frist-aendret", "dfdg:star", KOMMUNE, DEL_FRIST},
    {HAENDELSE_FRIST_AENDRET, "frist-aendret", "dfdg:star", AKASSE, DEL_STRAKS},
    {HAENDELSE_FRIST_AENDRET, "frist-aendret", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_WORKSHOP_TILMELDT, "workshop-tilmeldt", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_WORKSHOP_TILMELDT, "workshop-tilmeldt", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_PERSONGRUPPE_MARKERET, "persongruppe-markeret", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_PERSONGRUPPE_MARKERET, "persongruppe-markeret", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_CV_GODKENDT, "cv-godkendt", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_CV_GODKENDT, "cv-godkendt", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_JOBLOG_STATUS, "joblog-status", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_JOBLOG_STATUS, "joblog-status", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_JOBFORMIDLING_HENVIST, "jobformidling-henvist", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_JOBFORMIDLING_HENVIST, "jobformidling-henvist", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_PLAN_AENDRET, "plan-aendret", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_PLAN_AENDRET, "plan-aendret", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_RAADIGHED_VURDERET, "raadighed-vurderet", AKASSE, KOMMUNE, DEL_FRIST},
    {HAENDELSE_NUPH_MODTAGET, "nuph-modtaget", KOMMUNE, AKASSE, DEL_STRAKS},
    {HAENDELSE_OPKVALIFICERING_INDSTILLET, "opkvalificering-indstillet", AKASSE, KOMMUNE,
	DEL_STRAKS},
};

static void
each_row_of_the_table(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++) {
		struct haendelse h;

		ned(state);
		op_tilmeldt(state);
		h = ting(tabel[i].fra, tabel[i].type, 0);
		if (tabel[i].type == HAENDELSE_FRIST_AENDRET ||
		    tabel[i].type == HAENDELSE_WORKSHOP_TILMELDT)
			h.u.navngivet = uuid(40);
		bane_tages(b, h);
		if (bane_antal(b, tabel[i].til, tabel[i].navn) !=
		    (tabel[i].naar == DEL_STRAKS ? 1U : 0U))
			fail_msg("%s to %s before the pakkefrist", tabel[i].navn, tabel[i].til);
		bane_ur(b, "2024-05-27T23:59:58+02:00");
		assert_int_equal(bane_antal(b, tabel[i].til, tabel[i].navn),
		    tabel[i].naar == DEL_STRAKS ? 1 : 0);
		bane_ur(b, FRIST);
		if (bane_antal(b, tabel[i].til, tabel[i].navn) != 1)
			fail_msg("%s to %s at the pakkefrist", tabel[i].navn, tabel[i].til);
		assert_int_equal(bane_antal(b, tabel[i].fra, tabel[i].navn), 0);
	}
}

static void
availability_and_recommendation_never_go_to_the_akasse(void **state)
{
	(void)state;
	bane_tages(b, ting("dfdg:star", HAENDELSE_RAADIGHED_VURDERET, 0));
	bane_tages(b, ting("dfdg:star", HAENDELSE_OPKVALIFICERING_INDSTILLET, 40));
	bane_ur(b, FRIST);
	assert_int_equal(bane_antal(b, AKASSE, "raadighed-vurderet"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-indstillet"), 0);
}

/* What only the a-kasse gets stays from the kommune that comes after the sender, too. */
static void
answers_and_nuph_go_to_no_kommune(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_OPKVALIFICERING_INDSTILLET, 40));
	for (int afgoerelse = AFGOERELSE_BEVILGET; afgoerelse <= AFGOERELSE_IKKE_ANSVARLIG;
	     afgoerelse++) {
		bane_ur_ms(b, (struct plb_time){b->ur.ms + 60000});
		h = ting(KOMMUNE, HAENDELSE_OPKVALIFICERING_BESVARET, 0);
		h.u.besvaret.id = uuid(40);
		h.u.besvaret.afgoerelse = afgoerelse;
		bane_tages(b, h);
	}
	bane_tages(b, ting(KOMMUNE, HAENDELSE_NUPH_MODTAGET, 41));
	bane_tages(b, h_flyt(b, "0461", "0101", "2024-03-10"));
	bane_ur(b, FRIST);
	assert_int_equal(bane_antal(b, "kommune:0101", "handover-forventet"), 1);
	assert_int_equal(bane_antal(b, "kommune:0101", "opkvalificering-besvaret"), 0);
	assert_int_equal(bane_antal(b, "kommune:0101", "nuph-modtaget"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-besvaret"), 5);
}

/* "The newest of each so far in the order accepted, then each at once." */
static void
newest_of_each_in_the_order_accepted(void **state)
{
	struct plb_uuid w1 = uuid(40), w2 = uuid(41);

	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_WORKSHOP_TILMELDT, 40));
	bane_tages(b, ting(AKASSE, HAENDELSE_WORKSHOP_TILMELDT, 41));
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	bane_tages(b, ting(AKASSE, HAENDELSE_WORKSHOP_TILMELDT, 40)); /* newer of the first */
	bane_ur(b, FRIST);
	assert_int_equal(bane_antal(b, KOMMUNE, "workshop-tilmeldt"), 2);
	assert_true(plb_uuid_eq(bane_besked(b, KOMMUNE, "workshop-tilmeldt", 0)->ting, w2));
	assert_true(plb_uuid_eq(bane_besked(b, KOMMUNE, "workshop-tilmeldt", 1)->ting, w1));
	bane_ur(b, "2024-05-28T09:00:00+02:00");
	bane_tages(b, ting(AKASSE, HAENDELSE_WORKSHOP_TILMELDT, 40));
	assert_int_equal(bane_antal(b, KOMMUNE, "workshop-tilmeldt"), 3);
}

static void
an_older_one_that_comes_late_is_not_passed_on(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, ting(KOMMUNE, HAENDELSE_WORKSHOP_TILMELDT, 40));
	h = ting(KOMMUNE, HAENDELSE_WORKSHOP_TILMELDT, 40);
	h.ev.time.ms -= 60000;
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, AKASSE, "workshop-tilmeldt"), 1);
}

static void
deregistered_before_the_pakkefrist_nothing_is_shared(void **state)
{
	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_WORKSHOP_TILMELDT, 40));
	bane_ur(b, "2024-04-12T09:00:00+02:00");
	bane_tages(b, h_afmeld(b, 1, "2024-04-12"));
	bane_ur(b, "2024-07-01T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "workshop-tilmeldt"), 0);
}

/* ---- upskilling ---- */

static struct haendelse
svar(enum afgoerelse a)
{
	struct haendelse h = ting(KOMMUNE, HAENDELSE_OPKVALIFICERING_BESVARET, 0);

	h.u.besvaret.id = uuid(40);
	h.u.besvaret.afgoerelse = (int)a;
	return h;
}

static void
a_recommendation_is_open_until_it_is_answered(void **state)
{
	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_OPKVALIFICERING_INDSTILLET, 40));
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 1);
	bane_ur(b, "2024-03-04T09:00:00+01:00");
	bane_tages(b, svar(AFGOERELSE_MANGLER_OPLYSNINGER)); /* asks for more */
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 1);
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	bane_tages(b, svar(AFGOERELSE_BEVILGET));
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 0);
	assert_int_equal(bane_antal(b, AKASSE, "opkvalificering-besvaret"), 2);
}

static void
an_answer_closes_what_was_told_before_it_in_whatever_order(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_OPKVALIFICERING_INDSTILLET, 40));
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	bane_tages(b, svar(AFGOERELSE_AFSLAG));
	h = ting(AKASSE, HAENDELSE_OPKVALIFICERING_INDSTILLET, 40); /* told before, comes after */
	h.ev.time = tid("2024-03-04T09:00:00+01:00");
	bane_tages(b, h);
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 0);
}

static void
taken_back_recommendation_is_told_to_who_knows_it(void **state)
{
	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_OPKVALIFICERING_INDSTILLET, 40));
	bane_ur(b, "2024-03-05T09:00:00+01:00");
	bane_tages(b, ting(AKASSE, HAENDELSE_OPKVALIFICERING_TRUKKET, 40));
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "opkvalificering-trukket"), 1);
}

static struct haendelse
indstilling(unsigned id)
{
	struct haendelse h = ting(AKASSE, HAENDELSE_OPKVALIFICERING_INDSTILLET, 0);

	h.u.indstillet.id = uuid(id);
	return h;
}

static void
recommendation_that_cannot_be(void **state)
{
	struct haendelse h = indstilling(40);

	(void)state;
	h.u.indstillet.tilbudstype = -1; /* a symbol of a later version */
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVIST);
	h = indstilling(40);
	h.u.indstillet.har_samtale = true;
	h.u.indstillet.samtale_id = uuid(10);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_string_equal(b->ud.afventer, "samtaleId");
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 1); /* waited for it */
	h = svar(AFGOERELSE_BEVILGET);
	h.u.besvaret.afgoerelse = -1;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVIST);
	bane_tages(b, svar(AFGOERELSE_BEVILGET)); /* the first symbol */
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 0);
}

/* An answer, or a taking back, closes its own recommendation and no newer word of it. */
static void
only_the_recommendation_that_was_answered_is_closed(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, indstilling(40));
	bane_tages(b, indstilling(41));
	bane_tages(b, indstilling(42));
	bane_ur(b, "2024-03-06T09:00:00+01:00");
	bane_tages(b, indstilling(40)); /* told again: still one */
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 3);
	h = svar(AFGOERELSE_AFSLAG);
	h.ev.time = tid("2024-03-05T09:00:00+01:00");
	bane_tages(b, h);
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 3);
	h = ting(AKASSE, HAENDELSE_OPKVALIFICERING_TRUKKET, 40);
	h.ev.time = tid("2024-03-05T09:00:00+01:00");
	bane_tages(b, h);
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 3);
	bane_tages(b, ting(AKASSE, HAENDELSE_OPKVALIFICERING_TRUKKET, 41));
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 2);
	bane_tages(b, svar(AFGOERELSE_AFSLAG));
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 1);
	assert_true(plb_uuid_eq(
	    ((const struct indstilling *)bane_forloeb(b, 0)->indstillinger.p)->id, uuid(42)));
}

static void
answer_to_anothers_recommendation_waits(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, indstilling(40));
	h = svar(AFGOERELSE_AFSLAG);
	h.ev.org = org("kommune:0101");
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_string_equal(b->ud.afventer, "indstillingId");
	assert_int_equal(bane_forloeb(b, 0)->indstillinger.n, 1);
}

static void
newest_plan_is_the_courses(void **state)
{
	struct haendelse h;

	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_PLAN_AENDRET, 80));
	bane_ur(b, "2024-03-02T09:00:00+01:00");
	bane_tages(b, ting(AKASSE, HAENDELSE_PLAN_AENDRET, 81));
	h = ting(AKASSE, HAENDELSE_PLAN_AENDRET, 82);
	h.ev.time.ms -= 1000;
	bane_tages(b, h);
	assert_true(plb_uuid_eq(bane_forloeb(b, 0)->plan, uuid(81)));
	assert_int_equal(bane_forloeb(b, 0)->ting.n, 1);
}

/* Two courses, two plans: one that ended and is forgotten does not take the other's along. */
static void
each_course_has_its_own_plan(void **state)
{
	struct plb_uuid yngste;
	struct haendelse h;

	(void)state;
	bane_tages(b, ting(AKASSE, HAENDELSE_PLAN_AENDRET, 80));
	bane_afsender(b, AKASSE);
	bane_tages(b, h_afmeld(b, 1, "2024-03-05"));
	bane_ur(b, "2024-03-10T09:00:00+01:00");
	h = h_tilmeld(b, 2, "2024-03-10");
	h.u.member_registered.har_indplaceringsdato = true;
	h.u.member_registered.indplaceringsdato = dato("2024-03-10");
	bane_tages(b, h);
	bane_tages(b, ting(AKASSE, HAENDELSE_PLAN_AENDRET, 81));
	assert_true(plb_uuid_eq(bane_forloeb(b, 0)->plan, uuid(80)));
	assert_true(plb_uuid_eq(bane_forloeb(b, 1)->plan, uuid(81)));
	yngste = bane_forloeb(b, 1)->id;
	assert_true(plb_uuid_eq(
	    ((const struct ting *)bane_forloeb(b, 0)->ting.p)->id, bane_forloeb(b, 0)->id));
	/* The older course is forgotten years later; the younger one's plan can still be sent. */
	bane_ur(b, "2027-06-01T09:00:00+02:00");
	assert_int_equal(b->p.forloeb.n, 1);
	bane_tages(b, h_anmod(b, 2, ANMODNING_ANDET, NULL));
	assert_int_equal(bane_antal(b, KOMMUNE, "plan-aendret"), 1);
	assert_true(plb_uuid_eq(bane_besked(b, KOMMUNE, "plan-aendret", 0)->ting, yngste));
}

/* ---- messages ---- */

static struct haendelse
besked(const char *fra, const char *til)
{
	struct haendelse h = ting(fra, HAENDELSE_BESKED_SENDT, 0);

	h.u.besked.id = uuid(50);
	h.u.besked.til = plb_slice_str(til);
	return h;
}

static void
a_message_goes_to_its_recipient_at_once_and_once(void **state)
{
	struct haendelse h = besked(AKASSE, KOMMUNE);

	(void)state;
	bane_tages(b, h);
	h.ev.id = plb_slice_str("again");
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, KOMMUNE, "besked-sendt"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "besked-sendt"), 0);
}

static void
a_message_is_nobody_elses(void **state)
{
	static const char *const gaester[] = {"aktoer:12345678", NULL};

	(void)state;
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	bane_tages(b, besked(KOMMUNE, gaester[0]));
	bane_ur(b, FRIST);
	assert_int_equal(bane_antal(b, gaester[0], "besked-sendt"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "besked-sendt"), 0);
}

static void
a_message_to_who_is_not_party_is_refused(void **state)
{
	const char *const andre[] = {"kommune:0101", "akasse:foa", AKASSE, "dfdg:star"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(andre) / sizeof(andre[0]); i++) {
		assert_int_equal(bane_tag(b, besked(AKASSE, andre[i])), PLB_TRIN_AFVIST);
		assert_string_equal(b->ud.fejl, "ikke-part");
		assert_int_equal(bane_antal(b, andre[i], "besked-sendt"), 0);
	}
}

static void
a_message_to_no_organisation_is_refused(void **state)
{
	(void)state;
	assert_int_equal(bane_tag(b, besked(AKASSE, "nobody")), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, "form");
	assert_int_equal(bane_tag(b, besked("akasse:foa", KOMMUNE)), PLB_TRIN_AFVENTER);
	assert_int_equal(bane_forloeb(b, 0)->ting.n, 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tilmeldt, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(each_row_of_the_table),
	    test(availability_and_recommendation_never_go_to_the_akasse),
	    test(answers_and_nuph_go_to_no_kommune),
	    test(newest_of_each_in_the_order_accepted),
	    test(an_older_one_that_comes_late_is_not_passed_on),
	    test(deregistered_before_the_pakkefrist_nothing_is_shared),
	    test(a_recommendation_is_open_until_it_is_answered),
	    test(an_answer_closes_what_was_told_before_it_in_whatever_order),
	    test(taken_back_recommendation_is_told_to_who_knows_it),
	    test(a_message_goes_to_its_recipient_at_once_and_once),
	    test(a_message_is_nobody_elses),
	    test(a_message_to_who_is_not_party_is_refused),
	    test(recommendation_that_cannot_be),
	    test(only_the_recommendation_that_was_answered_is_closed),
	    test(answer_to_anothers_recommendation_waits),
	    test(newest_plan_is_the_courses),
	    test(each_course_has_its_own_plan),
	    test(a_message_to_no_organisation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
