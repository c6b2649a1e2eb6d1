// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/kalender.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocfail.h"
#include "prop.h"

#define HEAD "kode,navn,regel,dato,paaskedage,gyldig_fra,gyldig_til,art\n"

static struct plb_kalender *shipped;

static struct plb_dato
dato(const char *text)
{
	struct plb_dato d;

	assert_int_equal(plb_dato_parse(plb_slice_str(text), &d), PLB_OK);
	return d;
}

static struct plb_kalender *
kalender(const char *csv)
{
	struct plb_errctx ec = {""};
	struct plb_kalender *k;

	if (plb_kalender_parse(plb_slice_str(csv), &k, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	return k;
}

static int
load_shipped(void **state)
{
	static char csv[16384];
	FILE *f = fopen(PLB_SOURCE_DIR "/config/koder/helligdage.csv", "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(csv, 1, sizeof(csv) - 1, f);
	fclose(f);
	csv[n] = '\0';
	shipped = kalender(csv);
	return 0;
}

static int
free_shipped(void **state)
{
	(void)state;
	plb_kalender_free(&shipped);
	plb_kalender_free(&shipped);
	return shipped == NULL ? 0 : -1;
}

#define assert_dato(d, want)                                                                       \
	do {                                                                                       \
		char text_[PLB_DATO_TEXT];                                                         \
		assert_string_equal(plb_dato_text((d), text_), want);                              \
	} while (0)

static bool
closed(const char *text)
{
	return !plb_kalender_arbejdsdag(shipped, dato(text));
}

/* Month and day of Easter Sunday and the weekday-independent rest, from 2020 on. */
static const char *const easter[] = {"2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09",
    "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
    "2030-04-21", "2031-04-13", "2032-03-28", "2033-04-17", "2034-04-09", "2035-03-25"};

static bool
expected_holiday(struct plb_dato d, int year)
{
	static const int moved[] = {-3, -2, 0, 1, 39, 49, 50};
	static const char *const fixed[] = {"01-01", "12-25", "12-26", "06-05", "12-24", "12-31"};
	struct plb_dato sunday = dato(easter[year - 2020]);
	char text[PLB_DATO_TEXT];

	plb_dato_text(d, text);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (strcmp(text + 5, fixed[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(moved) / sizeof(moved[0]); i++)
		if (d.dage == sunday.dage + moved[i])
			return true;
	return year <= 2023 && d.dage == sunday.dage + 26;
}

static void
every_day_2020_to_2035(void **state)
{
	(void)state;
	for (int year = 2020; year <= 2035; year++)
		for (int m = 1; m <= 12; m++)
			for (int day = 1; day <= plb_days_in_month(year, m); day++) {
				struct plb_dato d;
				bool work;

				assert_int_equal(
				    plb_dato_from_ymd((struct plb_ymd){year, m, day}, &d), PLB_OK);
				work = plb_dato_weekday(d) <= 5 && !expected_holiday(d, year);
				if (plb_kalender_arbejdsdag(shipped, d) != work)
					fail_msg("%04d-%02d-%02d", year, m, day);
			}
}

static void
store_bededag_ends_in_2023(void **state)
{
	(void)state;
	assert_true(closed("2022-05-13"));
	assert_true(closed("2023-05-05"));
	assert_false(closed("2024-04-26"));
	assert_false(closed("2025-05-16"));
}

static void
customary_closing_days(void **state)
{
	(void)state;
	assert_true(closed("2026-06-05"));
	assert_true(closed("2026-12-24"));
	assert_true(closed("2026-12-31"));
	assert_false(closed("2026-05-01"));
	assert_false(closed("2026-05-15")); /* Friday after Ascension */
}

static void
examples(void **state)
{
	struct plb_kalender *without = kalender(HEAD "juledag,Juledag,fast,12-25,,,,helligdag\n");

	(void)state;
	/* Over Easter. */
	assert_dato(plb_kalender_plus(shipped, dato("2026-04-01"), 1), "2026-04-07");
	/* 24 December closed, and open. */
	assert_dato(plb_kalender_minus(shipped, dato("2026-12-31"), 5), "2026-12-22");
	assert_dato(plb_kalender_minus(without, dato("2026-12-31"), 5), "2026-12-23");
	assert_dato(plb_kalender_plus(shipped, dato("2026-04-04"), 0), "2026-04-04");
	assert_dato(plb_kalender_minus(shipped, dato("2026-04-04"), 0), "2026-04-04");
	assert_dato(plb_kalender_plus(shipped, dato("2026-04-04"), 1), "2026-04-07");
	assert_dato(plb_kalender_minus(shipped, dato("2026-04-04"), 1), "2026-04-01");
	assert_dato(plb_kalender_plus(shipped, dato("2026-08-03"), 10), "2026-08-17");
	plb_kalender_free(&without);
}

static void
moments_keep_their_clock_time(void **state)
{
	static const struct {
		const char *from;
		int n;
		const char *want;
	} t[] = {
	    {"2026-04-07T14:00:00+02:00", 1, "2026-04-01T14:00:00+02:00"},
	    {"2026-04-01T09:15:30.250+02:00", 3, "2026-03-27T09:15:30.250+01:00"},
	    {"2026-10-26T10:00:00+01:00", 1, "2026-10-23T10:00:00+02:00"},
	    {"2026-04-04T10:00:00+02:00", 1, "2026-04-01T10:00:00+02:00"},
	    {"2024-10-27T02:30:00+01:00", 0, "2024-10-27T02:30:00+01:00"},
	    {"2026-04-08T00:00:00+02:00", 1, "2026-04-07T00:00:00+02:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char text[PLB_TIME_TEXT];
		struct plb_time from;

		assert_int_equal(plb_time_parse(plb_slice_str(t[i].from), &from), PLB_OK);
		plb_time_text(plb_kalender_minus_time(shipped, from, t[i].n), text);
		assert_string_equal(text, t[i].want);
	}
}

static void
outside_the_years_only_weekends_close(void **state)
{
	(void)state;
	assert_true(closed("1990-01-01"));
	assert_false(closed("1989-12-25"));
	assert_true(closed("1989-12-24")); /* a Sunday */
	assert_true(closed("2100-12-31"));
	assert_false(closed("2101-12-26"));
	assert_dato(plb_kalender_plus(shipped, dato("9999-12-30"), 1000), "9999-12-31");
	assert_dato(plb_kalender_minus(shipped, dato("0001-01-02"), 1000), "0001-01-01");
}

static void
forms_of_the_file(void **state)
{
	struct plb_kalender *k;

	(void)state;
	/* Other order, more columns, quotes, CRLF, empty lines, no line end last. */
	k = kalender("art,kode,navn,kilde,regel,dato,paaskedage,gyldig_fra,gyldig_til\r\n"
		     "helligdag,a,\"A, \"\"den\"\" første\",x,fast,03-02,,2020,2021\r\n"
		     "\n"
		     "lukkedag,b,B,\"\",paaske,,-3,,");
	assert_true(plb_kalender_arbejdsdag(k, dato("2022-03-02")));
	assert_false(plb_kalender_arbejdsdag(k, dato("2020-03-02")));
	assert_false(plb_kalender_arbejdsdag(k, dato("2021-03-02")));
	assert_false(plb_kalender_arbejdsdag(k, dato("2026-04-02")));
	plb_kalender_free(&k);
	/* 29 February closes where it exists. */
	k = kalender(HEAD "s,Skuddag,fast,02-29,,,,lukkedag\n");
	assert_false(plb_kalender_arbejdsdag(k, dato("2024-02-29")));
	assert_true(plb_kalender_arbejdsdag(k, dato("2023-03-01")));
	plb_kalender_free(&k);
	k = kalender(HEAD);
	assert_true(plb_kalender_arbejdsdag(k, dato("2025-12-25")));
	plb_kalender_free(&k);
}

static void
faults_name_line_and_column(void **state)
{
	static const struct {
		const char *csv, *text;
	} t[] = {
	    {"", "line 1: the list of holidays is empty"},
	    {"kode,navn,regel,dato,paaskedage,gyldig_fra,gyldig_til\n",
		"line 1, art: column is missing"},
	    {"\"kode", "line 1: not a CSV header row"},
	    {HEAD "a,A,fast,01-01,,,helligdag\n", "line 2: 7 columns, the header has 8"},
	    {HEAD "a,A,fast,01-01,,,,helligdag,\n", "line 2: 9 columns, the header has 8"},
	    {HEAD "a,A,fast,01-01,,,,helligdag\n,A,fast,01-01,,,,helligdag\n",
		"line 3, kode: is empty"},
	    {HEAD "a,A,fixed,01-01,,,,helligdag\n", "line 2, regel: neither fast nor paaske"},
	    {HEAD "a,A,fast,13-01,,,,helligdag\n", "line 2, dato: not MM-DD"},
	    {HEAD "a,A,fast,02-30,,,,helligdag\n", "line 2, dato: not MM-DD"},
	    {HEAD "a,A,fast,1-01,,,,helligdag\n", "line 2, dato: not MM-DD"},
	    {HEAD "a,A,fast,,,,,helligdag\n", "line 2, dato: not MM-DD"},
	    {HEAD "a,A,fast,01-01,3,,,helligdag\n", "line 2, paaskedage: only with regel paaske"},
	    {HEAD "a,A,paaske,01-01,3,,,helligdag\n", "line 2, dato: only with regel fast"},
	    {HEAD "a,A,paaske,,,,,helligdag\n",
		"line 2, paaskedage: not a number of days from -80 to 250"},
	    {HEAD "a,A,paaske,,-81,,,helligdag\n",
		"line 2, paaskedage: not a number of days from -80 to 250"},
	    {HEAD "a,A,paaske,,9999999999,,,helligdag\n",
		"line 2, paaskedage: not a number of days from -80 to 250"},
	    {HEAD "a,A,paaske,,-,,,helligdag\n",
		"line 2, paaskedage: not a number of days from -80 to 250"},
	    {HEAD "a,A,fast,01-01,,2020-01-01,,helligdag\n", "line 2, gyldig_fra: not a year"},
	    {HEAD "a,A,fast,01-01,,,x,helligdag\n", "line 2, gyldig_til: not a year"},
	    {HEAD "a,A,fast,01-01,,2024,2023,helligdag\n", "line 2, gyldig_til: before gyldig_fra"},
	    {HEAD "a,A,fast,01-01,,,,\n", "line 2, art: neither helligdag nor lukkedag"},
	    {HEAD "a,\"A\nB\",fast,01-01,,,,helligdag\n",
		"line 2, navn: quotes or length of the cell"},
	    {HEAD "a,A\"B,fast,01-01,,,,helligdag\n", "line 2, navn: quotes or length of the cell"},
	    {HEAD "a,\"A\"B,fast,01-01,,,,helligdag\n",
		"line 2, navn: quotes or length of the cell"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct plb_errctx ec = {""};
		struct plb_kalender *k = shipped;

		assert_int_equal(
		    plb_kalender_parse(plb_slice_str(t[i].csv), &k, &ec), PLB_E_KONFIG);
		assert_null(k);
		assert_string_equal(ec.text, t[i].text);
		assert_int_equal(
		    plb_kalender_parse(plb_slice_str(t[i].csv), &k, NULL), PLB_E_KONFIG);
	}
}

static void
refused_memory(void **state)
{
	struct plb_kalender *k;
	long n;

	(void)state;
	for (n = 0; n < 100; n++) {
		enum plb_err err;

		allocfail_at(n);
		err = plb_kalender_parse(plb_slice_str(HEAD), &k, NULL);
		if (!allocfail_off()) {
			assert_int_equal(err, PLB_OK);
			break;
		}
		assert_int_equal(err, PLB_E_HUKOMMELSE);
		assert_null(k);
	}
	assert_in_range(n, 1, 99);
	plb_kalender_free(&k);
}

/* plus and minus against counting, and against each other. */
static bool
counting_is_consistent(struct prop *p, void *arg)
{
	struct plb_dato d = {(int32_t)prop_int(p, 7000, 48500)}, there, back;
	int n = (int)prop_int(p, 1, 60), seen = 0;

	(void)arg;
	there = plb_kalender_plus(shipped, d, n);
	for (int32_t day = d.dage + 1; day <= there.dage; day++)
		seen += plb_kalender_arbejdsdag(shipped, (struct plb_dato){day});
	back = plb_kalender_minus(shipped, there, n);
	prop_note(
	    p, "dage %d, n %d: %d, counted %d, back %d", d.dage, n, there.dage, seen, back.dage);
	if (seen != n || !plb_kalender_arbejdsdag(shipped, there))
		return false;
	/* From a working day it leads back exactly, else to the working day before. */
	return plb_kalender_arbejdsdag(shipped, d)
	    ? back.dage == d.dage
	    : back.dage == plb_kalender_minus(shipped, d, 1).dage;
}

/* A spoilt or random file is taken or refused with a text; never more. */
static bool
any_file_is_taken_or_refused(struct prop *p, void *arg)
{
	char csv[600] = HEAD;
	size_t n = strlen(csv), at = (size_t)prop_below(p, n + 1);
	struct plb_errctx ec = {""};
	struct plb_kalender *k;
	enum plb_err err;

	(void)arg;
	n = at +
	    prop_text(p, csv + at, sizeof(csv) - at, ",\n\r\"-0123456789afst helligdagpaaskelukke");
	err = plb_kalender_parse(plb_slice(csv, n), &k, &ec);
	prop_note(p, "%s %s", plb_err_name(err), ec.text);
	plb_kalender_free(&k);
	return err == PLB_OK ? ec.text[0] == '\0' : err == PLB_E_KONFIG && ec.text[0] != '\0';
}

static void
properties(void **state)
{
	(void)state;
	assert_true(prop_holds("counting_is_consistent", counting_is_consistent, NULL, 20000));
	assert_true(
	    prop_holds("any_file_is_taken_or_refused", any_file_is_taken_or_refused, NULL, 3000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_day_2020_to_2035),
	    cmocka_unit_test(store_bededag_ends_in_2023),
	    cmocka_unit_test(customary_closing_days),
	    cmocka_unit_test(examples),
	    cmocka_unit_test(moments_keep_their_clock_time),
	    cmocka_unit_test(outside_the_years_only_weekends_close),
	    cmocka_unit_test(forms_of_the_file),
	    cmocka_unit_test(faults_name_line_and_column),
	    cmocka_unit_test(refused_memory),
	    cmocka_unit_test(properties),
	};

	return cmocka_run_group_tests(tests, load_shipped, free_shipped);
}
