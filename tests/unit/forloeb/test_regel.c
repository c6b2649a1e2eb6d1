// SPDX-License-Identifier: MPL-2.0
#include "bane.h"

static struct regler rr;

static int
op(void **state)
{
	(void)state;
	rr = bane_regler();
	rr.r[1] = rr.r[0];
	strcpy(rr.r[1].id, "reform-2026");
	rr.r[1].fra = dato("2026-07-01");
	rr.r[1].til = PLB_DATO_NONE;
	rr.n = 2;
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	plb_kalender_free(&rr.kalender);
	return 0;
}

static const struct regelsaet *
valgt(struct plb_dato d)
{
	struct plb_org hk = org("akasse:hk"), odense = org("kommune:0461");

	return regel_for(&rr, d, &hk, &odense);
}

static void
rule_set_by_date_of_registration(void **state)
{
	(void)state;
	assert_null(valgt(dato("2023-12-31")));
	assert_string_equal(valgt(dato("2024-01-01"))->id, "lab-2024");
	assert_string_equal(valgt(dato("2026-06-30"))->id, "lab-2024");
	assert_string_equal(valgt(dato("2026-07-01"))->id, "reform-2026");
	assert_string_equal(valgt(dato("2099-01-01"))->id, "reform-2026");
}

static void
rule_set_by_id(void **state)
{
	(void)state;
	assert_ptr_equal(regel_find(&rr, plb_slice_str("reform-2026")), &rr.r[1]);
	assert_null(regel_find(&rr, plb_slice_str("reform-202")));
	assert_null(regel_find(&rr, plb_slice(NULL, 0)));
}

static void
merge_pairs_in_either_order_and_no_others(void **state)
{
	static const int32_t typer[] = {7, 10, 15, 17, 3};
	size_t i, j, n = 0;

	(void)state;
	for (i = 0; i < 5; i++)
		for (j = 0; j < 5; j++)
			n += regel_maa_sammenlaegges(&rr.r[0], typer[i], typer[j]);
	assert_int_equal(n, 8); /* four pairs, two orders */
	assert_true(regel_maa_sammenlaegges(&rr.r[0], 7, 10));
	assert_true(regel_maa_sammenlaegges(&rr.r[0], 17, 15));
	assert_false(regel_maa_sammenlaegges(&rr.r[0], 10, 15));
	assert_false(regel_maa_sammenlaegges(&rr.r[0], 7, 7));
}

static void
who_leaves_the_scope_leaves_the_trial(void **state)
{
	struct regel_par par[] = {{org("akasse:hk"), org("kommune:0101")}};
	struct regelsaet r = {.omfang = par, .n_omfang = 1, .udtraeder = true};
	struct plb_org foa = org("akasse:foa"), odense = org("kommune:0461");

	(void)state;
	assert_false(regel_udtraadt(&r, &par[0].akasse, &par[0].kommune));
	assert_true(regel_udtraadt(&r, &foa, &par[0].kommune));
	assert_true(regel_udtraadt(&r, &par[0].akasse, &odense));
	r.udtraeder = false;
	assert_false(regel_udtraadt(&r, &foa, &odense));
}

static void
months_that_do_not_count_are_added(void **state)
{
	struct regelsaet r = {.maaneder = 4,
	    .taeller_ikke = {{maaned("2021-01"), maaned("2021-06")}},
	    .n_taeller_ikke = 1};

	(void)state;
	assert_dato(regel_efter_maaneder(&r, dato("2027-01-15")), "2027-05-15");
	assert_dato(regel_efter_maaneder(&r, dato("2027-10-31")), "2028-02-29");
	assert_dato(regel_efter_maaneder(&r, dato("2020-12-01")), "2021-10-01");
	assert_dato(regel_efter_maaneder(&r, dato("2021-06-30")), "2021-11-30");
	assert_true(regel_maaned_taeller(&r, maaned("2020-12")));
	assert_false(regel_maaned_taeller(&r, maaned("2021-01")));
	assert_false(regel_maaned_taeller(&r, maaned("2021-06")));
	assert_true(regel_maaned_taeller(&r, maaned("2021-07")));
}

static void
whom_a_citizen_may_choose(void **state)
{
	struct regelsaet r = {.valg = 1u << ANSVARLIG_KOMMUNE | 1u << ANSVARLIG_AKTOER};
	struct plb_org hk = org("akasse:hk"), odense = org("kommune:0461"),
		       aktoer = org("aktoer:12345678"), dfdg = org("dfdg:star");

	(void)state;
	assert_false(regel_maa_vaelges(&r, &hk));
	assert_true(regel_maa_vaelges(&r, &odense));
	assert_true(regel_maa_vaelges(&r, &aktoer));
	assert_false(regel_maa_vaelges(&r, &dfdg));
	r.valg = 0;
	assert_true(regel_maa_vaelges(&r, &hk));
}

static void
how_narrowly_a_scope_names_a_pair(void **state)
{
	struct regel_par par[] = {{{{0}}, {{0}}}, {{{0}}, org("kommune:0101")},
	    {org("akasse:hk"), {{0}}}, {org("akasse:hk"), org("kommune:0101")}};
	struct regelsaet r = {.omfang = par, .n_omfang = 4};
	struct plb_org hk = org("akasse:hk"), foa = org("akasse:foa"), kbh = org("kommune:0101"),
		       odense = org("kommune:0461");

	(void)state;
	assert_int_equal(regel_omfatter(&r, &hk, &kbh), 3);
	r.n_omfang = 3; /* the a-kasse or the kommune, not both at once */
	assert_int_equal(regel_omfatter(&r, &hk, &kbh), 2);
	assert_int_equal(regel_omfatter(&r, &hk, &odense), 2);
	assert_int_equal(regel_omfatter(&r, &foa, &kbh), 2);
	assert_int_equal(regel_omfatter(&r, &foa, &odense), 1);
	r.omfang = par + 1; /* everybody is not named any more */
	assert_int_equal(regel_omfatter(&r, &foa, &odense), 0);
	r.omfang = par + 3;
	r.n_omfang = 1;
	assert_int_equal(regel_omfatter(&r, &foa, &kbh), 0);
	assert_int_equal(regel_omfatter(&r, &hk, &odense), 0);
	r.n_omfang = 0;
	assert_int_equal(regel_omfatter(&r, &foa, &odense), 1);
}

/* Of two that hold, the narrower; of two as narrow, the first. */
static void
rule_set_with_the_narrowest_scope(void **state)
{
	struct regel_par hk = {org("akasse:hk"), {{0}}},
			 begge = {org("akasse:hk"), org("kommune:0461")};
	struct regler x = rr;

	(void)state;
	x.r[1].fra = x.r[0].fra;
	x.r[2] = x.r[1];
	x.n = 3;
	assert_ptr_equal(regel_for(&x, dato("2024-01-01"), &begge.akasse, &begge.kommune), &x.r[0]);
	x.r[1].omfang = &hk;
	x.r[1].n_omfang = 1;
	assert_ptr_equal(regel_for(&x, dato("2024-01-01"), &begge.akasse, &begge.kommune), &x.r[1]);
	x.r[2].omfang = &begge;
	x.r[2].n_omfang = 1;
	assert_ptr_equal(regel_for(&x, dato("2024-01-01"), &begge.akasse, &begge.kommune), &x.r[2]);
}

/* Every agreement is found among many, by its parties and the date of registration. */
static void
agreement_by_parties_and_date(void **state)
{
	static const char *const par[][2] = {{"akasse:ase", "kommune:0101"},
	    {"akasse:ase", "kommune:0461"}, {"akasse:foa", "kommune:0101"},
	    {"akasse:hk", "kommune:0461"}, {"akasse:hk", "kommune:0461"},
	    {"akasse:hk", "kommune:0851"}, {"akasse:ma", "kommune:0101"}};
	struct aftale aftaler[7] = {{.n = 0}};
	struct regler x = rr;
	struct forloeb f = {.regelsaet = plb_slice_str("lab-2024")};
	size_t i;

	(void)state;
	for (i = 0; i < 7; i++) {
		aftaler[i].parter = (struct regel_par){org(par[i][0]), org(par[i][1])};
		aftaler[i].fra = dato(i == 4 ? "2025-01-01" : "2024-01-01");
		aftaler[i].til = dato("2024-12-31");
		aftaler[i].r = rr.r;
		aftaler[i].n = 2;
	}
	aftaler[4].til = PLB_DATO_NONE;
	x.aftaler = aftaler;
	for (x.n_aftaler = 0; x.n_aftaler <= 7; x.n_aftaler++)
		for (i = 0; i < 7; i++) {
			f.akasse = aftaler[i].parter.akasse;
			f.kommune = aftaler[i].parter.kommune;
			f.tilmeldingsdato = i == 4 ? dato("2025-01-01") : dato("2024-12-31");
			assert_ptr_equal(
			    regel_aftale(&x, &f), i < x.n_aftaler ? &aftaler[i] : NULL);
		}
	x.n_aftaler = 7;
	f.akasse = org("akasse:hk");
	f.kommune = org("kommune:0851");
	f.tilmeldingsdato = dato("2025-01-01"); /* ended, and the neighbour's is not theirs */
	assert_null(regel_aftale(&x, &f));
	f.kommune = org("kommune:0101"); /* between two */
	assert_null(regel_aftale(&x, &f));
	f.akasse = org("akasse:zz"); /* after all of them */
	assert_null(regel_aftale(&x, &f));
}

/* An agreement that was laid over another rule set is none of the course's. */
static void
agreement_of_the_courses_own_rule_set(void **state)
{
	struct aftale a = {.parter = {org("akasse:hk"), org("kommune:0461")},
	    .fra = dato("2024-01-01"),
	    .til = PLB_DATO_NONE,
	    .r = rr.r,
	    .n = 1};
	struct regler x = rr;
	struct forloeb f = {.regelsaet = plb_slice_str("lab-2024"),
	    .akasse = a.parter.akasse,
	    .kommune = a.parter.kommune,
	    .tilmeldingsdato = dato("2024-01-01")};

	(void)state;
	x.aftaler = &a;
	x.n_aftaler = 1;
	assert_ptr_equal(regel_forloeb(&x, &f), &rr.r[0]);
	f.regelsaet = plb_slice_str("reform-2026");
	assert_ptr_equal(regel_forloeb(&x, &f), &x.r[1]);
	a.n = 2;
	assert_ptr_equal(regel_forloeb(&x, &f), &rr.r[1]);
}

static void
meeting_forms_count_in_their_time(void **state)
{
	struct regelsaet r = {.moedeformer = {{dato("2024-02-01"), dato("2024-02-29"), 1u << 0},
				  {dato("2024-03-01"), PLB_DATO_NONE, 1u << 0 | 1u << 31}}};

	(void)state;
	assert_true(regel_form_taeller(&r, -1, dato("2024-03-01"))); /* none named: any */
	r.n_moedeformer = 2;
	assert_true(regel_form_taeller(&r, 0, dato("2024-02-01")));
	assert_false(regel_form_taeller(&r, 0, dato("2024-01-31")));
	assert_false(regel_form_taeller(&r, 31, dato("2024-02-29")));
	assert_true(regel_form_taeller(&r, 31, dato("2024-03-01")));
	assert_false(regel_form_taeller(&r, 1, dato("2024-03-01")));
	assert_false(regel_form_taeller(&r, 32, dato("2024-03-01")));
	assert_false(regel_form_taeller(&r, -1, dato("2024-03-01")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rule_set_by_date_of_registration),
	    cmocka_unit_test(rule_set_by_id),
	    cmocka_unit_test(merge_pairs_in_either_order_and_no_others),
	    cmocka_unit_test(who_leaves_the_scope_leaves_the_trial),
	    cmocka_unit_test(months_that_do_not_count_are_added),
	    cmocka_unit_test(whom_a_citizen_may_choose),
	    cmocka_unit_test(how_narrowly_a_scope_names_a_pair),
	    cmocka_unit_test(rule_set_with_the_narrowest_scope),
	    cmocka_unit_test(agreement_by_parties_and_date),
	    cmocka_unit_test(agreement_of_the_courses_own_rule_set),
	    cmocka_unit_test(meeting_forms_count_in_their_time),
	};

	return cmocka_run_group_tests(tests, op, ned);
}
