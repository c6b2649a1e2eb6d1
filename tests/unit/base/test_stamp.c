// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/stamp.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "prop.h"

static struct plb_dato
dato(int y, int m, int d)
{
	struct plb_dato out;

	assert_int_equal(plb_dato_from_ymd((struct plb_ymd){y, m, d}, &out), PLB_OK);
	return out;
}

static struct plb_time
tid(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

#define assert_dato(d, want)                                                                       \
	do {                                                                                       \
		char text_[PLB_DATO_TEXT];                                                         \
		assert_string_equal(plb_dato_text((d), text_), want);                              \
	} while (0)
#define assert_tid(t, want)                                                                        \
	do {                                                                                       \
		char text_[PLB_TIME_TEXT];                                                         \
		assert_string_equal(plb_time_text((t), text_), want);                              \
	} while (0)

/* Every day of the years 1-9999, one after the other. */
static void
calendar_counts_every_day(void **state)
{
	struct plb_dato d = dato(1, 1, 1);
	int weekday = plb_dato_weekday(d);

	(void)state;
	assert_int_equal(weekday, 1); /* 0001-01-01 was a Monday in this calendar */
	for (int y = 1; y <= 9999; y++)
		for (int m = 1; m <= 12; m++) {
			int days = plb_days_in_month(y, m);

			for (int day = 1; day <= days; day++, d.dage++, weekday = weekday % 7 + 1) {
				struct plb_ymd ymd = plb_dato_ymd(d);

				if (ymd.year != y || ymd.month != m || ymd.day != day ||
				    dato(y, m, day).dage != d.dage ||
				    plb_dato_weekday(d) != weekday)
					fail_msg("%04d-%02d-%02d", y, m, day);
			}
		}
	assert_int_equal(d.dage, dato(9999, 12, 31).dage + 1);
}

static void
known_days(void **state)
{
	(void)state;
	assert_int_equal(dato(1970, 1, 1).dage, 0);
	assert_int_equal(dato(1969, 12, 31).dage, -1);
	assert_int_equal(dato(2000, 3, 1).dage, 11017);
	assert_int_equal(plb_dato_weekday(dato(2026, 4, 1)), 3);
	assert_int_equal(plb_dato_weekday(dato(2024, 3, 31)), 7);
	assert_false(plb_dato_set(PLB_DATO_NONE));
	assert_true(plb_dato_set(dato(1970, 1, 1)));
}

static void
leap_years(void **state)
{
	static const struct {
		int year, days;
	} t[] = {{1900, 28}, {2000, 29}, {2023, 28}, {2024, 29}, {2100, 28}, {2400, 29}, {4, 29},
	    {100, 28}};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(plb_days_in_month(t[i].year, 2), t[i].days);
	assert_int_equal(plb_days_in_month(2024, 0), 0);
	assert_int_equal(plb_days_in_month(2024, 13), 0);
}

static void
dates_that_do_not_exist(void **state)
{
	static const struct plb_ymd t[] = {{2023, 2, 29}, {1900, 2, 29}, {2024, 4, 31},
	    {2024, 13, 1}, {2024, 0, 1}, {2024, 1, 0}, {2024, 1, 32}, {0, 1, 1}, {10000, 1, 1},
	    {-5, 1, 1}};
	struct plb_dato d;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(plb_dato_from_ymd(t[i], &d), PLB_E_FORM);
}

static void
months_are_added_by_the_calendar(void **state)
{
	static const struct {
		const char *from;
		int n;
		const char *want;
	} t[] = {
	    {"2024-01-31", 1, "2024-02-29"},
	    {"2023-01-31", 1, "2023-02-28"},
	    {"2023-01-28", 1, "2023-02-28"},
	    {"2024-02-29", 12, "2025-02-28"},
	    {"2024-02-29", 48, "2028-02-29"},
	    {"2024-03-31", -1, "2024-02-29"},
	    {"2024-12-15", 1, "2025-01-15"},
	    {"2024-01-15", -1, "2023-12-15"},
	    {"2024-05-31", 0, "2024-05-31"},
	    {"2024-08-31", 6, "2025-02-28"},
	    {"2024-08-31", -18, "2023-02-28"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct plb_dato d;

		assert_int_equal(plb_dato_parse(plb_slice_str(t[i].from), &d), PLB_OK);
		assert_dato(plb_dato_add_months(d, t[i].n), t[i].want);
	}
	assert_dato(plb_dato_month_first(dato(2024, 2, 17)), "2024-02-01");
	assert_dato(plb_dato_month_last(dato(2024, 2, 17)), "2024-02-29");
	assert_dato(plb_dato_month_last(dato(2023, 12, 31)), "2023-12-31");
	assert_dato(plb_dato_add(dato(2024, 2, 28), 2), "2024-03-01");
}

static void
months_as_numbers(void **state)
{
	struct plb_maaned m = plb_dato_maaned(dato(2024, 12, 31));
	char text[PLB_DATO_TEXT];

	(void)state;
	assert_int_equal(m.n, 2024 * 12 + 11);
	assert_dato(plb_maaned_first(m), "2024-12-01");
	assert_dato(plb_maaned_last(m), "2024-12-31");
	assert_string_equal(plb_maaned_text(m, text), "2024-12");
	assert_int_equal(plb_maaned_parse(plb_slice_str("2025-01"), &m), PLB_OK);
	assert_int_equal(m.n, 2025 * 12);
	assert_dato(plb_maaned_last((struct plb_maaned){m.n + 1}), "2025-02-28");
	for (const char *const *s = (const char *const[]){"2025-13", "2025-00", "2025-1", "0000-01",
		 "2025-011", "25-01", "2025/01", " 2025-1", "2025-0a", "", NULL};
	     *s != NULL; s++)
		assert_int_equal(plb_maaned_parse(plb_slice_str(*s), &m), PLB_E_FORM);
}

static void
easter(void **state)
{
	/* 2020-2035, and the earliest and latest there can be. */
	static const char *const t[] = {"2020-04-12", "2021-04-04", "2022-04-17", "2023-04-09",
	    "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01",
	    "2030-04-21", "2031-04-13", "2032-03-28", "2033-04-17", "2034-04-09", "2035-03-25",
	    "1818-03-22", "1943-04-25", "2038-04-25", "1961-04-02", "2000-04-23"};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct plb_dato d;

		assert_int_equal(plb_dato_parse(plb_slice_str(t[i]), &d), PLB_OK);
		assert_dato(plb_dato_easter(plb_dato_ymd(d).year), t[i]);
	}
	for (int y = 1583; y <= 9999; y++) {
		struct plb_dato d = plb_dato_easter(y);

		assert_int_equal(plb_dato_weekday(d), 7);
		assert_true(d.dage >= dato(y, 3, 22).dage && d.dage <= dato(y, 4, 25).dage);
	}
}

/* The day of March and of October on which Copenhagen's clocks were or will be moved (tzdata). */
static const struct {
	int year, march, october;
} switches[] = {{1996, 31, 27}, {1997, 30, 26}, {1998, 29, 25}, {1999, 28, 31}, {2000, 26, 29},
    {2001, 25, 28}, {2002, 31, 27}, {2003, 30, 26}, {2004, 28, 31}, {2005, 27, 30}, {2006, 26, 29},
    {2007, 25, 28}, {2008, 30, 26}, {2009, 29, 25}, {2010, 28, 31}, {2011, 27, 30}, {2012, 25, 28},
    {2013, 31, 27}, {2014, 30, 26}, {2015, 29, 25}, {2016, 27, 30}, {2017, 26, 29}, {2018, 25, 28},
    {2019, 31, 27}, {2020, 29, 25}, {2021, 28, 31}, {2022, 27, 30}, {2023, 26, 29}, {2024, 31, 27},
    {2025, 30, 26}, {2026, 29, 25}, {2027, 28, 31}, {2028, 26, 29}, {2029, 25, 28}, {2030, 31, 27},
    {2031, 30, 26}, {2032, 28, 31}, {2033, 27, 30}, {2034, 26, 29}, {2035, 25, 28}, {2036, 30, 26},
    {2037, 29, 25}};

static struct plb_time
utc(int year, int month, int day, int hour)
{
	return (struct plb_time){dato(year, month, day).dage * INT64_C(86400000) + hour * 3600000};
}

static void
clocks_move_on_the_last_sundays(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		struct plb_time on = utc(switches[i].year, 3, switches[i].march, 1);
		struct plb_time off = utc(switches[i].year, 10, switches[i].october, 1);

		assert_int_equal(plb_time_offset_minutes((struct plb_time){on.ms - 1}), 60);
		assert_int_equal(plb_time_offset_minutes(on), 120);
		assert_int_equal(plb_time_offset_minutes((struct plb_time){off.ms - 1}), 120);
		assert_int_equal(plb_time_offset_minutes(off), 60);
		assert_int_equal(plb_time_offset_minutes(utc(switches[i].year, 1, 1, 0)), 60);
		assert_int_equal(plb_time_offset_minutes(utc(switches[i].year, 7, 1, 0)), 120);
		assert_int_equal(plb_time_offset_minutes(utc(switches[i].year, 12, 31, 23)), 60);
	}
}

static void
local_time_both_ways(void **state)
{
	struct plb_dato march = dato(2024, 3, 31), october = dato(2024, 10, 27);

	(void)state;
	assert_tid(plb_time_from_local(march, 1, 59, 59), "2024-03-31T01:59:59+01:00");
	/* 02:00-02:59 does not exist and moves forward. */
	assert_tid(plb_time_from_local(march, 2, 0, 0), "2024-03-31T03:00:00+02:00");
	assert_tid(plb_time_from_local(march, 2, 30, 0), "2024-03-31T03:30:00+02:00");
	assert_tid(plb_time_from_local(march, 2, 59, 59), "2024-03-31T03:59:59+02:00");
	assert_tid(plb_time_from_local(march, 3, 0, 0), "2024-03-31T03:00:00+02:00");
	/* 02:00-02:59 comes twice: the first. */
	assert_tid(plb_time_from_local(october, 1, 59, 59), "2024-10-27T01:59:59+02:00");
	assert_tid(plb_time_from_local(october, 2, 0, 0), "2024-10-27T02:00:00+02:00");
	assert_tid(plb_time_from_local(october, 2, 30, 0), "2024-10-27T02:30:00+02:00");
	assert_tid(plb_time_from_local(october, 3, 0, 0), "2024-10-27T03:00:00+01:00");
	assert_tid(tid("2024-10-27T01:30:00Z"), "2024-10-27T02:30:00+01:00");

	assert_tid(plb_dato_start(march), "2024-03-31T00:00:00+01:00");
	assert_tid(plb_dato_end(march), "2024-03-31T23:59:59+02:00");
	assert_tid(plb_dato_start(october), "2024-10-27T00:00:00+02:00");
	assert_tid(plb_dato_end(october), "2024-10-27T23:59:59+01:00");
	/* Days of 23 and 25 hours. */
	assert_int_equal(plb_dato_end(march).ms - plb_dato_start(march).ms, (23 * 3600 - 1) * 1000);
	assert_int_equal(
	    plb_dato_end(october).ms - plb_dato_start(october).ms, (25 * 3600 - 1) * 1000);
}

static void
the_date_is_copenhagens(void **state)
{
	(void)state;
	assert_dato(plb_time_dato(tid("2024-05-27T21:59:59.999Z")), "2024-05-27");
	assert_dato(plb_time_dato(tid("2024-05-27T22:00:00Z")), "2024-05-28");
	assert_dato(plb_time_dato(tid("2024-12-31T22:59:59Z")), "2024-12-31");
	assert_dato(plb_time_dato(tid("2024-12-31T23:00:00Z")), "2025-01-01");
	assert_int_equal(plb_time_local_seconds(tid("2024-05-27T22:00:00Z")), 0);
	assert_int_equal(plb_time_local_seconds(tid("2024-05-27T21:59:59.999Z")), 86399);
	assert_int_equal(plb_time_local_seconds(tid("1969-12-31T22:59:59.5Z")), 86399);
	assert_dato(plb_time_dato(tid("1969-12-31T22:59:59.5Z")), "1969-12-31");
}

static void
date_text(void **state)
{
	static const char *const bad[] = {"", "2024-02-30", "2023-02-29", "2024-13-01",
	    "2024-00-10", "2024-01-00", "0000-01-01", "2024-1-01", "2024-01-1", "2024-01-011",
	    "20240101", "2024/01/01", "2024-01-01 ", " 2024-01-01", "+024-01-01", "2024-0a-01",
	    "2024-01-01T", "-024-01-01", "2024-01\0-1"};
	struct plb_dato d;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(plb_dato_parse(plb_slice_str(bad[i]), &d), PLB_E_FORM);
	assert_int_equal(plb_dato_parse(plb_slice(NULL, 0), &d), PLB_E_FORM);
	assert_int_equal(plb_dato_parse(plb_slice_str("2024-02-29"), &d), PLB_OK);
	assert_dato(d, "2024-02-29");
	assert_int_equal(plb_dato_parse(plb_slice_str("0001-01-01"), &d), PLB_OK);
	assert_dato(d, "0001-01-01");
	assert_int_equal(plb_dato_parse(plb_slice_str("9999-12-31"), &d), PLB_OK);
	assert_dato(d, "9999-12-31");
	assert_dato(PLB_DATO_NONE, "0001-01-01");
	assert_dato(((struct plb_dato){INT32_MAX}), "9999-12-31");
}

static void
time_text_accepted(void **state)
{
	static const struct {
		const char *in, *utc;
	} t[] = {
	    {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
	    {"2024-05-27T23:59:59+02:00", "2024-05-27T21:59:59.000Z"},
	    {"2024-05-27t23:59:59z", "2024-05-27T23:59:59.000Z"},
	    {"2024-01-01T00:30:00+01:00", "2023-12-31T23:30:00.000Z"},
	    {"2024-02-29T12:00:00.1Z", "2024-02-29T12:00:00.100Z"},
	    {"2024-02-29T12:00:00.12Z", "2024-02-29T12:00:00.120Z"},
	    {"2024-02-29T12:00:00.123Z", "2024-02-29T12:00:00.123Z"},
	    {"2024-02-29T12:00:00.1239999999999999999999Z", "2024-02-29T12:00:00.123Z"},
	    {"2024-02-29T12:00:00.0009Z", "2024-02-29T12:00:00.000Z"},
	    {"2024-02-29T12:00:00-05:30", "2024-02-29T17:30:00.000Z"},
	    {"2024-02-29T12:00:00-00:00", "2024-02-29T12:00:00.000Z"},
	    {"2024-02-29T23:59:59+23:59", "2024-02-29T00:00:59.000Z"},
	    {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
	    {"1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000Z"},
	    {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
	};
	char text[PLB_TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_string_equal(plb_time_text_utc(tid(t[i].in), text), t[i].utc);
	assert_int_equal(tid("1970-01-01T00:00:00.001Z").ms, 1);
	assert_int_equal(tid("1969-12-31T23:59:59.999Z").ms, -1);
	assert_int_equal(tid("2024-05-27T23:59:59+02:00").ms, INT64_C(1716847199000));
}

static void
time_text_refused(void **state)
{
	static const char *const bad[] = {
	    "",
	    "2024-05-27",
	    "2024-05-27T10:00:00", /* no offset */
	    "2024-05-27T10:00:00.123",
	    "2024-05-27T10:00Z",
	    "2024-05-27 10:00:00Z",
	    "2024-05-27T24:00:00Z",
	    "2024-05-27T10:60:00Z",
	    "2024-05-27T10:00:60Z", /* leap seconds are not taken */
	    "2016-12-31T23:59:60Z",
	    "2024-02-30T10:00:00Z",
	    "2024-05-27T10:00:00.Z",
	    "2024-05-27T10:00:00,5Z",
	    "2024-05-27T10:00:00+0200",
	    "2024-05-27T10:00:00+02",
	    "2024-05-27T10:00:00+24:00",
	    "2024-05-27T10:00:00+02:60",
	    "2024-05-27T10:00:00+2:00",
	    "2024-05-27T10:00:00+02:000",
	    "2024-05-27T10:00:00ZZ",
	    "2024-05-27T10:00:00Z ",
	    " 2024-05-27T10:00:00Z",
	    "2024-05-27T10:00:00+02:00[Europe/Copenhagen]",
	    "2024-05-27T1 :00:00Z",
	    "2024-05-27T10:00:0:Z",
	    "24-05-27T10:00:00Z",
	    "12024-05-27T10:00:00Z",
	    "20240527T100000Z",
	    "1899-12-31T23:59:59Z",
	    "1900-01-01T00:00:00+01:00", /* 1899 in UTC */
	    "9999-12-31T23:59:59-01:00", /* 10000 in UTC */
	    "0000-01-01T00:00:00Z",
	};
	struct plb_time t;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (plb_time_parse(plb_slice_str(bad[i]), &t) != PLB_E_FORM)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(plb_time_parse(plb_slice(NULL, 0), &t), PLB_E_FORM);
	assert_int_equal(plb_time_parse(plb_slice("2024-05-27T10:00:00\0", 20), &t), PLB_E_FORM);
}

static void
time_text_written(void **state)
{
	char text[PLB_TIME_TEXT];

	(void)state;
	assert_tid(tid("2024-05-27T21:59:59Z"), "2024-05-27T23:59:59+02:00");
	assert_tid(tid("2024-05-27T21:59:59.007Z"), "2024-05-27T23:59:59.007+02:00");
	assert_tid(tid("2024-01-27T21:59:59.120Z"), "2024-01-27T22:59:59.120+01:00");
	assert_tid(tid("1969-12-31T23:59:59.999Z"), "1970-01-01T00:59:59.999+01:00");
	/* Where Copenhagen's year would need a fifth digit, and beyond all text. */
	assert_tid(tid("9999-12-31T22:59:59Z"), "9999-12-31T23:59:59+01:00");
	assert_tid(tid("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59+00:00");
	assert_tid(PLB_TIME_NEVER, "9999-12-31T23:59:59.999+00:00");
	assert_tid(PLB_TIME_UNSET, "0001-01-01T01:00:00+01:00");
	assert_string_equal(plb_time_text_utc(PLB_TIME_NEVER, text), "9999-12-31T23:59:59.999Z");
	assert_string_equal(plb_time_text_utc(PLB_TIME_UNSET, text), "0001-01-01T00:00:00.000Z");
}

/* Extreme values neither crash nor leave the ranges. */
static void
extremes(void **state)
{
	static const int64_t t[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct plb_time x = {t[i]};
		int offset = plb_time_offset_minutes(x), s = plb_time_local_seconds(x);

		assert_true(offset == 60 || offset == 120);
		assert_true(s >= 0 && s < 86400);
		assert_true(plb_dato_set(plb_time_dato(x)));
	}
	assert_dato(plb_dato_add_months(dato(2024, 5, 31), INT_MAX), "9999-12-31");
	assert_dato(plb_dato_add_months(dato(2024, 5, 31), INT_MIN), "0001-01-31");
	assert_int_equal(plb_dato_add((struct plb_dato){INT32_MAX}, 1).dage, INT32_MAX);
	assert_true(plb_dato_set(plb_dato_add(PLB_DATO_NONE, -1)));
	for (int64_t d = INT32_MIN; d <= INT32_MAX; d += INT32_MAX / 3) {
		struct plb_ymd ymd = plb_dato_ymd((struct plb_dato){(int32_t)d});

		assert_true(ymd.month >= 1 && ymd.month <= 12 && ymd.day >= 1 && ymd.day <= 31);
		assert_in_range(plb_dato_weekday((struct plb_dato){(int32_t)d}), 1, 7);
	}
}

/* libc's UTC as the model. */
static bool
utc_text_is_libcs(struct prop *p, void *arg)
{
	int64_t ms = prop_int(p, INT64_C(-2208988800000), INT64_C(253402300799999));
	time_t sec = (time_t)(ms / 1000 - (ms % 1000 < 0));
	char want[64], got[PLB_TIME_TEXT];
	struct plb_time back;
	struct tm tm;

	(void)arg;
	gmtime_r(&sec, &tm);
	snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(ms - sec * 1000));
	plb_time_text_utc((struct plb_time){ms}, got);
	prop_note(p, "ms %lld: %s, libc %s", (long long)ms, got, want);
	return strcmp(want, got) == 0 && plb_time_parse(plb_slice_str(got), &back) == PLB_OK &&
	    back.ms == ms;
}

static bool
local_text_parses_back(struct prop *p, void *arg)
{
	struct plb_time t = {prop_int(p, INT64_C(-2208988800000), INT64_C(253402300799999))}, back;
	char text[PLB_TIME_TEXT];

	(void)arg;
	plb_time_text(t, text);
	prop_note(p, "ms %lld: %s", (long long)t.ms, text);
	return plb_time_parse(plb_slice_str(text), &back) == PLB_OK && back.ms == t.ms;
}

/* Local date and clock lead back to the moment, or to the first of two like ones an hour before. */
static bool
local_time_leads_back(struct prop *p, void *arg)
{
	struct plb_time t = {prop_int(p, 0, INT64_C(4102444800)) * 1000}, back;
	int s = plb_time_local_seconds(t);

	(void)arg;
	back = plb_time_from_local(plb_time_dato(t), s / 3600, s / 60 % 60, s % 60);
	prop_note(p, "ms %lld, back %lld", (long long)t.ms, (long long)back.ms);
	return back.ms == t.ms ||
	    (back.ms == t.ms - 3600000 && plb_time_offset_minutes(back) == 120 &&
		plb_time_offset_minutes(t) == 60);
}

/* Any bytes are refused, or are a time that is written and read alike. */
static bool
any_text_is_refused_or_read(struct prop *p, void *arg)
{
	char in[48], text[PLB_TIME_TEXT];
	struct plb_time t = {0}, back = {0};
	size_t n;

	(void)arg;
	memcpy(in, "2024-05-27T10:00:00.5+02:00", 28);
	n = 27;
	/* A good text, spoilt in a few places, or anything at all. */
	if (prop_bool(p))
		for (int i = 0; i < 3; i++)
			in[prop_below(p, 27)] = "0123456789-:+TZ.zt "[prop_below(p, 19)];
	else
		n = prop_text(p, in, sizeof(in), "0129-:TZ+.");
	prop_note(p, "\"%.*s\"", (int)n, in);
	if (plb_time_parse(plb_slice(in, n), &t) != PLB_OK)
		return t.ms == 0;
	plb_time_text(t, text);
	return plb_time_parse(plb_slice_str(text), &back) == PLB_OK && back.ms == t.ms;
}

static bool
months_there_and_back(struct prop *p, void *arg)
{
	struct plb_dato d = {(int32_t)prop_int(p, -200000, 200000)}, there, back;
	int n = (int)prop_int(p, -500, 500);

	(void)arg;
	there = plb_dato_add_months(d, n);
	back = plb_dato_add_months(there, -n);
	prop_note(p, "dage %d, n %d", d.dage, n);
	/* The month is exact; the day is only ever cut, by three at most. */
	return plb_dato_maaned(there).n == plb_dato_maaned(d).n + n &&
	    plb_dato_maaned(back).n == plb_dato_maaned(d).n && back.dage <= d.dage &&
	    d.dage - back.dage <= 3;
}

static void
properties(void **state)
{
	(void)state;
	assert_true(prop_holds("utc_text_is_libcs", utc_text_is_libcs, NULL, 20000));
	assert_true(prop_holds("local_text_parses_back", local_text_parses_back, NULL, 20000));
	assert_true(prop_holds("local_time_leads_back", local_time_leads_back, NULL, 20000));
	assert_true(
	    prop_holds("any_text_is_refused_or_read", any_text_is_refused_or_read, NULL, 20000));
	assert_true(prop_holds("months_there_and_back", months_there_and_back, NULL, 20000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(calendar_counts_every_day),
	    cmocka_unit_test(known_days),
	    cmocka_unit_test(leap_years),
	    cmocka_unit_test(dates_that_do_not_exist),
	    cmocka_unit_test(months_are_added_by_the_calendar),
	    cmocka_unit_test(months_as_numbers),
	    cmocka_unit_test(easter),
	    cmocka_unit_test(clocks_move_on_the_last_sundays),
	    cmocka_unit_test(local_time_both_ways),
	    cmocka_unit_test(the_date_is_copenhagens),
	    cmocka_unit_test(date_text),
	    cmocka_unit_test(time_text_accepted),
	    cmocka_unit_test(time_text_refused),
	    cmocka_unit_test(time_text_written),
	    cmocka_unit_test(extremes),
	    cmocka_unit_test(properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
