// SPDX-License-Identifier: MPL-2.0
#include <parloeb/stamp.h>

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)
#define CET_MIN 60
#define CEST_MIN 120

/* Days and civil dates by counting years from 1 March, which puts the leap day last, within eras of
 * 400 years (146,097 days). Day 0 of that count, 0000-03-01, is 719,468 days before 1970-01-01. */
#define ERA_DAYS 146097
#define EPOCH_SHIFT 719468

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool
leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
plb_days_in_month(int year, int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && leap(year));
}

/* Any year that an int32_t of days reaches; month and day as in the calendar. */
static int32_t
days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(y, 400);
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return (int32_t)(era * ERA_DAYS + doe - EPOCH_SHIFT);
}

enum plb_err
plb_dato_from_ymd(struct plb_ymd ymd, struct plb_dato *out)
{
	if (ymd.year < 1 || ymd.year > 9999 || ymd.day < 1 ||
	    ymd.day > plb_days_in_month(ymd.year, ymd.month))
		return PLB_E_FORM;
	out->dage = days_of(ymd.year, ymd.month, ymd.day);
	return PLB_OK;
}

struct plb_ymd
plb_dato_ymd(struct plb_dato d)
{
	int64_t z = (int64_t)d.dage + EPOCH_SHIFT;
	int64_t era = floor_div(z, ERA_DAYS);
	uint32_t doe = (uint32_t)(z - era * ERA_DAYS);
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;
	struct plb_ymd ymd;

	ymd.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	ymd.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	ymd.year = (int)(era * 400 + yoe + (ymd.month <= 2));
	return ymd;
}

int
plb_dato_weekday(struct plb_dato d)
{
	/* 1970-01-01 was a Thursday. */
	int64_t z = (int64_t)d.dage + 3;

	return (int)(z - floor_div(z, 7) * 7) + 1;
}

struct plb_maaned
plb_dato_maaned(struct plb_dato d)
{
	struct plb_ymd ymd = plb_dato_ymd(d);

	return (struct plb_maaned){ymd.year * 12 + ymd.month - 1};
}

static struct plb_ymd
maaned_ymd(struct plb_maaned m)
{
	int64_t year = floor_div(m.n, 12);

	return (struct plb_ymd){(int)year, (int)(m.n - year * 12) + 1, 1};
}

/* The day of a month, or its last one where the month is shorter. */
static struct plb_dato
in_month(struct plb_maaned m, int day)
{
	struct plb_ymd ymd = maaned_ymd(m);
	int last = plb_days_in_month(ymd.year, ymd.month);

	return (struct plb_dato){days_of(ymd.year, ymd.month, day > last ? last : day)};
}

struct plb_dato
plb_maaned_first(struct plb_maaned m)
{
	return in_month(m, 1);
}

struct plb_dato
plb_maaned_last(struct plb_maaned m)
{
	return in_month(m, 31);
}

struct plb_dato
plb_dato_month_first(struct plb_dato d)
{
	return plb_maaned_first(plb_dato_maaned(d));
}

struct plb_dato
plb_dato_month_last(struct plb_dato d)
{
	return plb_maaned_last(plb_dato_maaned(d));
}

struct plb_dato
plb_dato_add_months(struct plb_dato d, int n)
{
	struct plb_maaned m = plb_dato_maaned(d);

	/* A count from outside may be anything; the calendar ends with the year 9999. */
	if (__builtin_add_overflow(m.n, n, &m.n) || m.n < 12 || m.n > 9999 * 12 + 11)
		m.n = n < 0 ? 12 : 9999 * 12 + 11;
	return in_month(m, plb_dato_ymd(d).day);
}

struct plb_dato
plb_dato_easter(int year)
{
	/* Meeus/Jones/Butcher; the letters are the method's own. */
	int a = year % 19, b = year / 100, c = year % 100;
	int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int h = (19 * a + b - d - g + 15) % 30;
	int i = c / 4, k = c % 4;
	int l = (32 + 2 * e + 2 * i - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451;
	int x = h + l - 7 * m + 114;

	return (struct plb_dato){days_of(year, x / 31, x % 31 + 1)};
}

/* 01:00 UTC on the last Sunday of a month of 31 days, where summer time begins and ends. */
static int64_t
switch_ms(int year, int month)
{
	struct plb_dato last = {days_of(year, month, 31)};
	int back = plb_dato_weekday(last) % 7;

	return (int64_t)(last.dage - back) * DAY_MS + 3600000;
}

static struct plb_dato
utc_date(int64_t ms)
{
	int64_t days = floor_div(ms, DAY_MS);

	if (days > INT32_MAX)
		days = INT32_MAX;
	if (days <= INT32_MIN)
		days = (int64_t)INT32_MIN + 1; /* INT32_MIN is "none" */
	return (struct plb_dato){(int32_t)days};
}

int
plb_time_offset_minutes(struct plb_time t)
{
	struct plb_ymd ymd = plb_dato_ymd(utc_date(t.ms));

	if (ymd.month < 3 || ymd.month > 10)
		return CET_MIN;
	if (ymd.month == 3)
		return t.ms >= switch_ms(ymd.year, 3) ? CEST_MIN : CET_MIN;
	if (ymd.month == 10)
		return t.ms >= switch_ms(ymd.year, 10) ? CET_MIN : CEST_MIN;
	return CEST_MIN;
}

struct plb_time
plb_time_from_local(struct plb_dato d, int hour, int minute, int second)
{
	int64_t local =
	    (int64_t)d.dage * DAY_MS + (((int64_t)hour * 60 + minute) * 60 + second) * 1000;
	struct plb_time summer = {local - CEST_MIN * MINUTE_MS};
	struct plb_time winter = {local - CET_MIN * MINUTE_MS};

	/* Twice in October: the summer reading is the first. Never in March: neither reading is
	 * right, and the winter one is the clock moved forward. */
	return plb_time_offset_minutes(summer) == CEST_MIN ? summer : winter;
}

/* Milliseconds of the local clock since 1970-01-01T00:00 local, kept within int64_t. */
static int64_t
local_ms(struct plb_time t)
{
	int64_t ms;

	if (__builtin_add_overflow(t.ms, plb_time_offset_minutes(t) * MINUTE_MS, &ms))
		return t.ms;
	return ms;
}

struct plb_dato
plb_time_dato(struct plb_time t)
{
	return utc_date(local_ms(t));
}

int
plb_time_local_seconds(struct plb_time t)
{
	int64_t of_day = local_ms(t) % DAY_MS;

	if (of_day < 0)
		of_day += DAY_MS;
	return (int)(of_day / 1000);
}
