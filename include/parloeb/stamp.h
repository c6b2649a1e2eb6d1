// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_STAMP_H
#define PARLOEB_STAMP_H

#include <parloeb/err.h>
#include <parloeb/slice.h>

/* Three kinds of time that the compiler does not let mix. Plain values. */
struct plb_time { /* a moment: milliseconds since 1970-01-01T00:00:00Z */
	int64_t ms;
};
struct plb_mono { /* monotonic clock of this process, milliseconds; never leaves it */
	int64_t ms;
};
struct plb_dato { /* a civil date in Europe/Copenhagen: days since 1970-01-01 */
	int32_t dage;
};

#define PLB_TIME_NEVER ((struct plb_time){INT64_MAX})
#define PLB_TIME_UNSET ((struct plb_time){INT64_MIN})
#define PLB_DATO_NONE ((struct plb_dato){INT32_MIN})

static inline bool
plb_time_before(struct plb_time a, struct plb_time b)
{
	return a.ms < b.ms;
}
static inline bool
plb_time_eq(struct plb_time a, struct plb_time b)
{
	return a.ms == b.ms;
}
static inline bool
plb_dato_before(struct plb_dato a, struct plb_dato b)
{
	return a.dage < b.dage;
}
static inline bool
plb_dato_eq(struct plb_dato a, struct plb_dato b)
{
	return a.dage == b.dage;
}
static inline bool
plb_dato_set(struct plb_dato d)
{
	return d.dage != INT32_MIN;
}

struct plb_ymd {
	int year, month, day; /* month 1-12, day 1-31 */
};

/* Proleptic Gregorian; valid for years 1-9999. PLB_E_FORM when the date does not exist. */
PLB_MUSTUSE enum plb_err plb_dato_from_ymd(struct plb_ymd ymd, struct plb_dato *out);
struct plb_ymd plb_dato_ymd(struct plb_dato d);
/* ISO weekday: 1 = Monday … 7 = Sunday. */
int plb_dato_weekday(struct plb_dato d);
int plb_days_in_month(int year, int month);
/* Same day n months on (n may be negative); the last of the month where that day does not exist.
 * Ends at years 1 and 9999. */
struct plb_dato plb_dato_add_months(struct plb_dato d, int n);
static inline struct plb_dato
plb_dato_add(struct plb_dato d, int32_t n)
{
	/* Dates from outside may be anything: held at the ends instead of overflowing. */
	if (__builtin_add_overflow(d.dage, n, &d.dage))
		d.dage = n < 0 ? INT32_MIN + 1 : INT32_MAX;
	return d;
}
struct plb_dato plb_dato_month_first(struct plb_dato d);
struct plb_dato plb_dato_month_last(struct plb_dato d);
/* Easter Sunday (Gregorian, Meeus/Jones/Butcher). */
struct plb_dato plb_dato_easter(int year);

/* A month as one number: year * 12 + month - 1. */
struct plb_maaned {
	int32_t n;
};
struct plb_maaned plb_dato_maaned(struct plb_dato d);
struct plb_dato plb_maaned_first(struct plb_maaned m);
struct plb_dato plb_maaned_last(struct plb_maaned m);

/* Civil time in Copenhagen: CET/CEST by the EU rule (last Sunday of March 01:00 UTC to last Sunday
 * of October 01:00 UTC; Directive 2000/84/EC), used for every year from 1996 on and, for dates
 * only, before. A local time that does not exist moves forward; one that exists twice is the first.
 */
struct plb_time plb_time_from_local(struct plb_dato d, int hour, int minute, int second);
static inline struct plb_time
plb_dato_start(struct plb_dato d)
{
	return plb_time_from_local(d, 0, 0, 0);
}
static inline struct plb_time
plb_dato_end(struct plb_dato d)
{
	return plb_time_from_local(d, 23, 59, 59);
}
struct plb_dato plb_time_dato(struct plb_time t);
/* Local clock of a moment: seconds after local midnight, 0-86399. */
int plb_time_local_seconds(struct plb_time t);
/* Offset in minutes: 60 or 120. */
int plb_time_offset_minutes(struct plb_time t);

/* Text. Parsers take the whole slice or PLB_E_FORM. */
PLB_MUSTUSE enum plb_err plb_dato_parse(struct plb_slice s, struct plb_dato *out); /* YYYY-MM-DD */
PLB_MUSTUSE enum plb_err plb_maaned_parse(struct plb_slice s, struct plb_maaned *out); /* YYYY-MM */
/* RFC 3339 with offset or Z, years 1900-9999, seconds 00-59, fraction cut to milliseconds; a time
 * without offset is PLB_E_FORM. */
PLB_MUSTUSE enum plb_err plb_time_parse(struct plb_slice s, struct plb_time *out);

#define PLB_DATO_TEXT 11
#define PLB_TIME_TEXT 32
/* NUL-terminated, returned for convenience. */
const char *plb_dato_text(struct plb_dato d, char out[PLB_DATO_TEXT]);
const char *plb_maaned_text(struct plb_maaned m, char out[PLB_DATO_TEXT]);
/* Copenhagen's offset, milliseconds only when not zero: 2024-05-27T23:59:59+02:00 */
const char *plb_time_text(struct plb_time t, char out[PLB_TIME_TEXT]);
/* UTC with milliseconds always: 2024-05-27T21:59:59.000Z */
const char *plb_time_text_utc(struct plb_time t, char out[PLB_TIME_TEXT]);

#endif
