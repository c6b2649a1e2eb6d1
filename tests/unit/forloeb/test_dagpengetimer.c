// SPDX-License-Identifier: MPL-2.0
/* Hours: "greater than" at a month's end, and the forecast (contract § 7 "Hours", "Forecast"). */
#include "bane.h"

#define MAANEDER 6

/* Registration, category, and what is reported from the first month on; -1 ends. */
struct tilfaelde {
	const char *navn, *tilmeldingsdato;
	int kategori;
	int64_t timer_c[MAANEDER];
	int passerer; /* number of the month, from 1; 0 = none of these */
	int64_t sum_c;
};

static const struct tilfaelde tabel[] = {
    {"full-time from the 1st", "2024-04-01", KATEGORI_FULDTID, {16033, 16033, 16033, -1}, 3, 48099},
    {"full-time from the 16th of 30 days", "2024-04-16", KATEGORI_FULDTID,
	{8017, 16033, 16033, 16033, -1}, 4, 56116},
    {"full-time from the 14th of 30 days", "2024-04-14", KATEGORI_FULDTID, {9085, 16033, 16033, -1},
	3, 41151},
    {"15 hours of work a week", "2024-04-01", KATEGORI_FULDTID, {9533, 9533, 9533, 9533, 9533, -1},
	5, 47665},
    {"a week of holiday in month 2", "2024-04-01", KATEGORI_FULDTID, {16033, 12333, 16033, -1}, 3,
	44399},
    {"three months of 136.66", "2024-04-01", KATEGORI_FULDTID, {13666, 13666, 13666, -1}, 0, 0},
    {"part-time from the 1st", "2024-04-01", KATEGORI_DELTID, {13000, 13000, 13000, -1}, 3, 39000},
    {"part-time from the 16th of 30 days", "2024-04-16", KATEGORI_DELTID,
	{6500, 13000, 13000, 13000, -1}, 4, 45500},
    {"410.00 is not enough", "2024-04-01", KATEGORI_FULDTID, {16033, 16033, 8934, -1}, 0, 0},
    {"410.01 is", "2024-04-01", KATEGORI_FULDTID, {16033, 16033, 8935, -1}, 3, 41001},
    {"333.00 is not enough", "2024-04-01", KATEGORI_DELTID, {13000, 13000, 7300, -1}, 0, 0},
    {"333.01 is", "2024-04-01", KATEGORI_DELTID, {13000, 13000, 7301, -1}, 3, 33301},
};

static struct regelsaet
regelsaet(void)
{
	return (struct regelsaet){.graense_c = {41000, 33300}, .norm_c = {16033, 13000}};
}

static struct forloeb
forloeb(const char *tilmeldingsdato, int kategori)
{
	return (struct forloeb){.tilmeldingsdato = dato(tilmeldingsdato),
	    .foerste_dagpengedag = PLB_DATO_NONE,
	    .afmeldt = PLB_DATO_NONE,
	    .kategori = kategori};
}

static void
hours_pass_at_the_month_of_the_table(void **state)
{
	struct regelsaet r = regelsaet();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++) {
		const struct tilfaelde *x = &tabel[i];
		struct forloeb f = forloeb(x->tilmeldingsdato, x->kategori);
		struct maanedstimer t[MAANEDER];
		struct plb_maaned foerste = plb_dato_maaned(f.tilmeldingsdato), m = {0};
		int64_t sum = 0;
		int n;

		for (n = 0; n < MAANEDER && x->timer_c[n] >= 0; n++)
			t[n] = (struct maanedstimer){.maaned = {foerste.n + n},
			    .akasse = org("akasse:hk"),
			    .timer_c = x->timer_c[n]};
		f.timer = (struct plb_list){t, (size_t)n};
		if (timer_passeret(&f, &r, &m, &sum) != (x->passerer > 0))
			fail_msg("%s", x->navn);
		if (x->passerer > 0 && (m.n != foerste.n + x->passerer - 1 || sum != x->sum_c))
			fail_msg(
			    "%s: month %d, sum %lld", x->navn, m.n - foerste.n + 1, (long long)sum);
	}
}

static void
the_order_of_reports_does_not_matter(void **state)
{
	struct regelsaet r = regelsaet();
	struct forloeb f = forloeb("2024-04-01", KATEGORI_FULDTID);
	struct maanedstimer t[] = {{.maaned = maaned("2024-07"), .timer_c = 16033},
	    {.maaned = maaned("2024-05"), .timer_c = 16033},
	    {.maaned = maaned("2024-04"), .timer_c = 16033},
	    {.maaned = maaned("2024-06"), .timer_c = 16033}};
	struct plb_maaned m;
	int64_t sum;

	(void)state;
	f.timer = (struct plb_list){t, 4};
	assert_true(timer_passeret(&f, &r, &m, &sum));
	assert_int_equal(m.n, maaned("2024-06").n);
	assert_int_equal(sum, 48099);
	assert_int_equal(timer_sum(&f, &r), 4 * 16033);
}

/* January to June 2021 did not use up benefit: a member of the trial stayed that much longer. */
static void
months_that_do_not_count(void **state)
{
	struct forloeb f = forloeb("2020-12-01", KATEGORI_FULDTID);
	struct regelsaet r = regelsaet();
	struct maanedstimer t[] = {{.maaned = maaned("2020-12"), .timer_c = 16033},
	    {.maaned = maaned("2021-01"), .timer_c = 16033},
	    {.maaned = maaned("2021-06"), .timer_c = 16033},
	    {.maaned = maaned("2021-07"), .timer_c = 16033},
	    {.maaned = maaned("2021-08"), .timer_c = 16033}};
	struct timer_led led[12];
	struct plb_maaned m;
	int64_t sum;

	(void)state;
	r.taeller_ikke[0] = (struct regel_maaneder){maaned("2021-01"), maaned("2021-06")};
	r.n_taeller_ikke = 1;
	assert_dato(timer_prognose(&f, &r), "2021-09-01");
	f.timer = (struct plb_list){t, 4};
	assert_false(timer_passeret(&f, &r, &m, &sum));
	assert_int_equal(timer_sum(&f, &r), 2 * 16033);
	f.timer.n = 5;
	assert_true(timer_passeret(&f, &r, &m, &sum));
	assert_int_equal(m.n, maaned("2021-08").n);
	assert_int_equal(sum, 48099);
	assert_int_equal(timer_led(&f, &r, led, 12), 9);
	assert_true(led[1].rapporteret);
	assert_int_equal(led[1].timer_c, 0);
	assert_false(led[2].rapporteret);
	assert_int_equal(led[2].timer_c, 0);
	assert_int_equal(led[8].maaned.n, maaned("2021-08").n);
	r.n_taeller_ikke = 0;
	assert_true(timer_passeret(&f, &r, &m, &sum));
	assert_int_equal(m.n, maaned("2021-06").n);
}

/* The months of the forecast, one by one, end where the forecast ends. */
static void
the_forecast_month_by_month(void **state)
{
	struct forloeb f = forloeb("2024-04-16", KATEGORI_FULDTID);
	struct regelsaet r = regelsaet();
	struct maanedstimer t = {.maaned = maaned("2024-05"), .timer_c = 10000};
	struct timer_led led[12];
	size_t n;

	(void)state;
	f.timer = (struct plb_list){&t, 1};
	n = timer_led(&f, &r, led, 12);
	assert_int_equal(n, 4);
	assert_int_equal(led[0].timer_c, 8017);
	assert_true(led[1].rapporteret && led[1].timer_c == 10000);
	assert_false(led[2].rapporteret);
	assert_dato(timer_prognose(&f, &r), "2024-08-01");
	assert_int_equal(timer_led(&f, &r, led, 2), 2);
	t = (struct maanedstimer){.maaned = maaned("2024-03"), .timer_c = 50000};
	assert_int_equal(timer_led(&f, &r, led, 12), 0);
}

static void
two_akasser_in_one_month_are_added(void **state)
{
	struct regelsaet r = regelsaet();
	struct forloeb f = forloeb("2024-04-01", KATEGORI_FULDTID);
	struct maanedstimer t[] = {
	    {.maaned = maaned("2024-04"), .akasse = org("akasse:hk"), .timer_c = 20501},
	    {.maaned = maaned("2024-04"), .akasse = org("akasse:foa"), .timer_c = 20500}};
	struct plb_maaned m;
	int64_t sum;

	(void)state;
	f.timer = (struct plb_list){t, 2};
	assert_true(timer_passeret(&f, &r, &m, &sum));
	assert_int_equal(sum, 41001);
}

static void
forecast_takes_the_norm_for_months_without_report(void **state)
{
	struct regelsaet r = regelsaet();
	struct forloeb f = forloeb("2024-04-01", KATEGORI_FULDTID);
	struct maanedstimer t[] = {{.maaned = maaned("2024-04"), .timer_c = 0},
	    {.maaned = maaned("2024-05"), .timer_c = 7400}};

	(void)state;
	assert_dato(timer_prognose(&f, &r), "2024-07-01");
	f.timer = (struct plb_list){t, 1};
	assert_dato(timer_prognose(&f, &r), "2024-08-01");
	f.timer.n = 2; /* 0 + 74 + 160.33 + 160.33 = 394.66: one more */
	assert_dato(timer_prognose(&f, &r), "2024-09-01");
	f = forloeb("2024-04-01", KATEGORI_DELTID);
	assert_dato(timer_prognose(&f, &r), "2024-07-01");
}

static void
forecast_of_the_first_month_in_proportion(void **state)
{
	struct regelsaet r = regelsaet();
	struct forloeb f = forloeb("2024-04-14", KATEGORI_FULDTID);

	(void)state;
	/* 17 of 30 days: 90.85 + 160.33 + 160.33 = 411.51. */
	assert_dato(timer_prognose(&f, &r), "2024-07-01");
	f = forloeb("2024-04-15", KATEGORI_FULDTID); /* 16 of 30: 85.51, in all 406.17 */
	assert_dato(timer_prognose(&f, &r), "2024-08-01");
	/* The later of registration and first benefit day. */
	f = forloeb("2024-04-01", KATEGORI_FULDTID);
	f.foerste_dagpengedag = dato("2024-04-15");
	assert_dato(timer_prognose(&f, &r), "2024-08-01");
	f = forloeb("2024-04-14", KATEGORI_FULDTID);
	f.foerste_dagpengedag = dato("2024-04-01");
	assert_dato(timer_prognose(&f, &r), "2024-07-01");
}

/* Limit and norm so small that the last hundredth decides. */
static void
proportion_is_rounded_half_up(void **state)
{
	struct regelsaet r = {.graense_c = {1, 1}, .norm_c = {3, 0}};
	struct forloeb f =
	    forloeb("2024-04-16", KATEGORI_FULDTID); /* 15 of 30 of 0.03 = 0.015 → 0.02 */

	(void)state;
	assert_dato(timer_prognose(&f, &r), "2024-05-01"); /* 0.02 > 0.01 */
	f = forloeb("2024-04-17", KATEGORI_FULDTID);       /* 14 of 30 of 0.03 = 0.014 → 0.01 */
	assert_dato(timer_prognose(&f, &r), "2024-06-01");
}

static void
forecast_without_any_norm_ends(void **state)
{
	struct regelsaet r = {.graense_c = {41000, 33300}};
	struct forloeb f = forloeb("2024-04-01", KATEGORI_FULDTID);

	(void)state;
	assert_true(plb_dato_before(dato("2040-01-01"), timer_prognose(&f, &r)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hours_pass_at_the_month_of_the_table),
	    cmocka_unit_test(the_order_of_reports_does_not_matter),
	    cmocka_unit_test(two_akasser_in_one_month_are_added),
	    cmocka_unit_test(forecast_takes_the_norm_for_months_without_report),
	    cmocka_unit_test(forecast_of_the_first_month_in_proportion),
	    cmocka_unit_test(proportion_is_rounded_half_up),
	    cmocka_unit_test(forecast_without_any_norm_ends),
	    cmocka_unit_test(months_that_do_not_count),
	    cmocka_unit_test(the_forecast_month_by_month),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
