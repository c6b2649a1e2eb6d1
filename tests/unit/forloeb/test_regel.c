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
	};

	return cmocka_run_group_tests(tests, op, ned);
}
