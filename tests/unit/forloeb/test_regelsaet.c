// SPDX-License-Identifier: MPL-2.0
/* The rule sets as they are shipped (config/regler), each by what it makes of a registration: five
 * generations of law (contract § 7 "Rule set"). */
#include "bane.h"
#include "regel_yaml.h"

#include <stdio.h>

#define AKASSE "akasse:hk"
#define KOMMUNE "kommune:0461"
#define KOEBENHAVN "kommune:0101"

static struct regler *rr;
static struct bane *b;

static int
gruppe_op(void **state)
{
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	rr = regel_yaml_load(PLB_SOURCE_DIR "/config/regler", PLB_SOURCE_DIR "/config/koder", &f);
	if (rr == NULL)
		fail_msg("%s", f.text);
	plb_faults_fini(&f);
	return 0;
}

static int
gruppe_ned(void **state)
{
	(void)state;
	regel_yaml_free(&rr);
	return 0;
}

static int
op(void **state)
{
	(void)state;
	b = bane_new();
	plb_kalender_free(&b->rr.kalender);
	b->rr = *rr;
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	b->rr.kalender = NULL; /* the group's */
	bane_free(b);
	return 0;
}

/* The hk member of this kommune, registered on a day at nine. */
static void
tilmeldt(const char *kommunekode, const char *dag)
{
	char ur[40];
	struct haendelse h;

	snprintf(ur, sizeof(ur), "%sT09:00:00+01:00", dag);
	bane_ur(b, ur);
	h = h_tilmeld(b, 1, dag);
	h.u.member_registered.kommunekode = plb_slice_str(kommunekode);
	bane_tages(b, h);
}

/* ---- which one ---- */

static const struct valgt {
	const char *dag, *akasse, *kommune, *id;
} valgte[] = {
    {"2019-12-31", AKASSE, KOEBENHAVN, NULL},
    {"2020-01-01", AKASSE, KOMMUNE, "lab-2020"},
    {"2020-01-01", AKASSE, KOEBENHAVN, "forsoeg-2020"},
    {"2023-12-31", "akasse:foa", KOEBENHAVN, "forsoeg-2020"},
    {"2023-12-31", "akasse:ase", KOEBENHAVN, "lab-2020"},
    {"2023-12-31", AKASSE, KOMMUNE, "lab-2020"},
    {"2024-01-01", AKASSE, KOEBENHAVN, "lab-2024"},
    {"2026-06-30", AKASSE, KOMMUNE, "lab-2024"},
    {"2026-07-01", AKASSE, KOMMUNE, "reform-2026"},
    {"2026-12-31", AKASSE, KOEBENHAVN, "reform-2026"},
    {"2027-01-01", AKASSE, KOMMUNE, "model-2027-4mdr"},
    {"2027-01-01", AKASSE, KOEBENHAVN, "model-2027-valg"},
    {"2027-01-01", AKASSE, "kommune:0851", "model-2027-4mdr"},
    {"2035-01-01", AKASSE, "kommune:0851", "model-2027-4mdr"},
};

static void
one_rule_set_a_day_and_pair(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(valgte) / sizeof(valgte[0]); i++) {
		const struct valgt *v = &valgte[i];
		struct plb_org a = org(v->akasse), k = org(v->kommune);
		const struct regelsaet *r = regel_for(rr, dato(v->dag), &a, &k);

		if ((r == NULL) != (v->id == NULL) || (r != NULL && strcmp(r->id, v->id) != 0))
			fail_msg("%s %s %s: %s", v->dag, v->akasse, v->kommune,
			    r == NULL ? "none" : r->id);
	}
}

static void
nine_akasser_in_the_trial(void **state)
{
	static const char *const alle[] = {"3f", "akademikernes", "ase", "bupl", "ca", "metal",
	    "dfh", "fak", "dsa", "foa", "frie", "ftfa", "hk", "ajks", "krifa", "lederne", "dlfa",
	    "ma", "min", "sl", "tak", "nnf"};
	static const char *const ni[] = {
	    "3f", "bupl", "metal", "foa", "ftfa", "hk", "ma", "min", "sl"};
	struct plb_org k = org(KOEBENHAVN);
	size_t i, j, n = 0;

	(void)state;
	for (i = 0; i < sizeof(alle) / sizeof(alle[0]); i++) {
		char navn[24];
		struct plb_org a;
		bool med = false;

		snprintf(navn, sizeof(navn), "akasse:%s", alle[i]);
		a = org(navn);
		for (j = 0; j < sizeof(ni) / sizeof(ni[0]); j++)
			med = med || strcmp(alle[i], ni[j]) == 0;
		assert_string_equal(regel_for(rr, dato("2022-06-15"), &a, &k)->id,
		    med ? "forsoeg-2020" : "lab-2020");
		n += med;
	}
	assert_int_equal(n, 9);
}

static void
nineteen_kommuner_where_the_citizen_chooses(void **state)
{
	const struct regelsaet *r = regel_find(rr, plb_slice_str("model-2027-valg"));
	struct plb_org akasse = org(AKASSE), kommune = org(KOMMUNE),
		       aktoer = org("aktoer:12345678");

	(void)state;
	assert_int_equal(r->n_omfang, 19);
	assert_true(regel_maa_vaelges(r, &akasse));
	assert_true(regel_maa_vaelges(r, &kommune));
	assert_true(regel_maa_vaelges(r, &aktoer));
	r = regel_find(rr, plb_slice_str("model-2027-4mdr"));
	assert_false(regel_maa_vaelges(r, &akasse));
}

/* ---- what each asks for ---- */

static void
parameters_by_generation(void **state)
{
	static const struct {
		const char *id;
		bool overdragelse, udtraeder;
		int maaneder, fuldtid, deltid, kvote, fritagelse;
		enum deling deling;
		enum pakke_referater referater;
		enum deltagelse foerste_kommune;
	} t[] = {
	    {"lab-2020", false, false, 0, 0, 0, 0, 0, DELING_LOEBENDE, PAKKE_ALLE,
		DELTAGELSE_FRAVALG},
	    {"forsoeg-2020", true, true, 0, 41000, 33300, 0, 0, DELING_PAKKEFRIST,
		PAKKE_TIL_FAELLES, DELTAGELSE_FRAVALG},
	    {"lab-2024", true, false, 0, 41000, 33300, 0, 0, DELING_PAKKEFRIST, PAKKE_ALLE,
		DELTAGELSE_TILVALG},
	    {"reform-2026", true, false, 0, 41000, 33300, 75, 25, DELING_PAKKEFRIST, PAKKE_ALLE,
		DELTAGELSE_TILVALG},
	    {"model-2027-4mdr", true, false, 4, 0, 0, 75, 25, DELING_PAKKEFRIST, PAKKE_ALLE,
		DELTAGELSE_TILVALG},
	    {"model-2027-valg", true, false, 4, 0, 0, 75, 25, DELING_PAKKEFRIST, PAKKE_ALLE,
		DELTAGELSE_TILVALG},
	};
	size_t i;

	(void)state;
	assert_int_equal(rr->n, sizeof(t) / sizeof(t[0]));
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct regelsaet *r = regel_find(rr, plb_slice_str(t[i].id));

		assert_non_null(r);
		assert_int_equal(r->overdragelse, t[i].overdragelse);
		assert_int_equal(r->udtraeder, t[i].udtraeder);
		assert_int_equal(r->maaneder, t[i].maaneder);
		assert_int_equal(r->graense_c[KATEGORI_FULDTID], t[i].fuldtid);
		assert_int_equal(r->graense_c[KATEGORI_DELTID], t[i].deltid);
		assert_int_equal(r->kvote_procent, t[i].kvote);
		assert_int_equal(r->fritagelse_procent, t[i].fritagelse);
		assert_int_equal(r->deling, t[i].deling);
		assert_int_equal(r->pakke_referater, t[i].referater);
		assert_int_equal(r->deltagelse[DELTAGELSE_FOERSTE_KOMMUNE], t[i].foerste_kommune);
		assert_int_equal(r->deltagelse[DELTAGELSE_MAANED_16], DELTAGELSE_FRAVALG);
	}
}

/* The days that are agreed and the pairs that may be merged are the same in all. */
static void
what_all_generations_share(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < rr->n; i++) {
		const struct regelsaet *r = &rr->r[i];

		assert_int_equal(r->foerste_samtale_dage, 14);
		assert_int_equal(r->pakkefrist_arbejdsdage, 5);
		assert_int_equal(r->referat_frist_arbejdsdage, 1);
		assert_int_equal(r->haardt_stop_arbejdsdage, 10);
		assert_int_equal(r->overskredet_arbejdsdage, 3);
		assert_int_equal(r->timer_mangler_arbejdsdage, 5);
		assert_int_equal(r->timer_vent_arbejdsdage, 5);
		assert_int_equal(r->ulaest_arbejdsdage, 5);
		assert_int_equal(r->forvarsel_arbejdsdage, -1);
		assert_int_equal(r->n_sammen, 4);
		assert_true(regel_maa_sammenlaegges(r, 10, 7));
		assert_true(regel_maa_sammenlaegges(r, 10, 17));
		assert_true(regel_maa_sammenlaegges(r, 15, 7));
		assert_true(regel_maa_sammenlaegges(r, 15, 17));
		assert_false(regel_maa_sammenlaegges(r, 10, 15));
		assert_false(regel_maa_sammenlaegges(r, 7, 17));
	}
}

/* How many conversations of these the rule set wants of the party. */
static int
antal(const char *id, enum ansvarlig part, int32_t type)
{
	const struct regelsaet *r = regel_find(rr, plb_slice_str(id));
	size_t i, j;
	int n = 0;

	for (i = 0; i < r->n_krav; i++)
		for (j = 0; j < r->krav[i].typer.n; j++)
			if (r->krav[i].part == part && r->krav[i].typer.type[j] == type &&
			    r->krav[i].efter_maaneder < 6)
				n += r->krav[i].antal;
	return n;
}

static void
conversations_by_generation(void **state)
{
	(void)state;
	assert_int_equal(antal("lab-2020", ANSVARLIG_KOMMUNE, 7), 4);
	assert_int_equal(antal("lab-2020", ANSVARLIG_KOMMUNE, 17), 2);
	assert_int_equal(antal("lab-2020", ANSVARLIG_AKASSE, 15), 2);
	assert_int_equal(antal("forsoeg-2020", ANSVARLIG_AKASSE, 7), 2);
	assert_int_equal(antal("forsoeg-2020", ANSVARLIG_AKASSE, 17), 1);
	assert_int_equal(antal("lab-2024", ANSVARLIG_AKASSE, 7), 3);
	assert_int_equal(antal("lab-2024", ANSVARLIG_KOMMUNE, 7), 3);
	assert_int_equal(antal("reform-2026", ANSVARLIG_AKASSE, 7), 2);
	assert_int_equal(antal("reform-2026", ANSVARLIG_KOMMUNE, 7), 2);
}

/* ---- what each makes of a course ---- */

static void
lab_2020_hands_nothing_over_and_shares_at_once(void **state)
{
	(void)state;
	tilmeldt("0461", "2020-03-02");
	bane_tages(b, h_samtale(b, 10, "2020-03-02T08:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
	bane_ur(b, "2020-03-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2020-03", 41001));
	bane_ur(b, "2021-03-31T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 0);
}

static void
lab_2020_the_kommune_is_responsible_from_the_start(void **state)
{
	(void)state;
	tilmeldt("0461", "2020-03-02");
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2020-03-10T10:00:00+01:00", NULL));
	assert_int_equal(bane_antal(b, KOMMUNE, "indkaldelse-oprettet"), 1);
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 31, "2020-03-11T10:00:00+01:00", NULL));
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-oprettet"), 0);
}

/* January to June 2021 do not count: the hours of the trial go on in July. */
static void
forsoeg_2020_does_not_count_the_first_half_of_2021(void **state)
{
	(void)state;
	tilmeldt("0101", "2021-05-03");
	bane_ur(b, "2021-07-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2021-05", 16033));
	bane_tages(b, h_timer(b, "2021-06", 16033));
	bane_tages(b, h_timer(b, "2021-07", 16033));
	bane_ur(b, "2021-08-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2021-08", 16033));
	bane_ur(b, "2021-09-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2021-09", 16033));
	bane_ur(b, "2021-09-30T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOEBENHAVN, "handover-due"), 0);
	bane_ur(b, "2021-10-01T00:00:00+02:00");
	assert_int_equal(
	    bane_besked(b, KOEBENHAVN, "handover-due", 0)->e.u.handover_due.timer_c, 3 * 16033);
}

static void
lab_2024_and_reform_2026_hand_over_by_hours(void **state)
{
	static const char *const dage[][4] = {
	    {"2024-03-01", "2024-03", "2024-03-31T12:00:00+02:00", "2024-04-01T00:00:00+02:00"},
	    {"2026-07-01", "2026-07", "2026-07-31T12:00:00+02:00", "2026-08-01T00:00:00+02:00"}};
	size_t i;

	for (i = 0; i < 2; i++) {
		if (i > 0) {
			(void)ned(state);
			(void)op(state);
		}
		tilmeldt("0461", dage[i][0]);
		assert_int_equal(bane_antal(b, KOMMUNE, "handover-forventet"), 1);
		bane_ur(b, dage[i][2]);
		bane_tages(b, h_timer(b, dage[i][1], 41001));
		bane_ur(b, dage[i][3]);
		assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	}
}

static void
models_of_2027_hand_over_after_four_months(void **state)
{
	static const char *const kommuner[][2] = {{"0851", "kommune:0851"}, {"0101", KOEBENHAVN}};
	size_t i;

	for (i = 0; i < 2; i++) {
		if (i > 0) {
			(void)ned(state);
			(void)op(state);
		}
		tilmeldt(kommuner[i][0], "2027-02-10");
		bane_ur(b, "2027-05-31T12:00:00+02:00");
		bane_tages(b, h_timer(b, "2027-05", 16033));
		bane_ur(b, "2027-06-09T23:59:59+02:00");
		assert_int_equal(bane_antal(b, kommuner[i][1], "handover-due"), 0);
		bane_ur(b, "2027-06-10T00:00:00+02:00");
		assert_int_equal(
		    bane_besked(b, kommuner[i][1], "handover-due", 0)->e.u.handover_due.aarsag,
		    DUE_MAANEDER);
	}
}

/* Registered again after the law has changed: the same benefit period goes on under the old one. */
static void
a_course_keeps_its_rule_set_for_its_benefit_period(void **state)
{
	struct haendelse h;
	bool samme;

	for (samme = true;; samme = false) {
		bane_ur(b, "2026-06-01T09:00:00+02:00");
		h = h_tilmeld(b, 1, "2026-06-01");
		h.u.member_registered.har_indplaceringsdato = true;
		h.u.member_registered.indplaceringsdato = dato("2026-06-01");
		bane_tages(b, h);
		bane_tages(b, h_samtale(b, 10, "2026-06-01T08:00:00+02:00"));
		bane_ur(b, "2026-06-20T09:00:00+02:00");
		bane_tages(b, h_afmeld(b, 1, "2026-06-20"));
		bane_ur(b, "2026-07-15T09:00:00+02:00");
		h = h_tilmeld(b, 2, "2026-07-15");
		h.u.member_registered.har_indplaceringsdato = true;
		h.u.member_registered.indplaceringsdato = dato(samme ? "2026-06-01" : "2026-07-15");
		bane_tages(b, h);
		assert_int_equal(b->p.forloeb.n, samme ? 1 : 2);
		assert_true(plb_slice_is(bane_forloeb(b, b->p.forloeb.n - 1)->regelsaet,
		    samme ? "lab-2024" : "reform-2026"));
		assert_int_equal(bane_forloeb(b, b->p.forloeb.n - 1)->samtaler.n, samme ? 1 : 0);
		if (!samme)
			return;
		(void)ned(state);
		(void)op(state);
	}
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_rule_set_a_day_and_pair),
	    cmocka_unit_test(nine_akasser_in_the_trial),
	    cmocka_unit_test(nineteen_kommuner_where_the_citizen_chooses),
	    cmocka_unit_test(parameters_by_generation),
	    cmocka_unit_test(what_all_generations_share),
	    cmocka_unit_test(conversations_by_generation),
	    test(lab_2020_hands_nothing_over_and_shares_at_once),
	    test(lab_2020_the_kommune_is_responsible_from_the_start),
	    test(forsoeg_2020_does_not_count_the_first_half_of_2021),
	    test(lab_2024_and_reform_2026_hand_over_by_hours),
	    test(a_course_keeps_its_rule_set_for_its_benefit_period),
	    test(models_of_2027_hand_over_after_four_months),
	};

	return cmocka_run_group_tests(tests, gruppe_op, gruppe_ned);
}
