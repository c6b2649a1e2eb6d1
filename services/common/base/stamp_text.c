// SPDX-License-Identifier: MPL-2.0
#include <parloeb/stamp.h>

#define DAY_MS INT64_C(86400000)
/* 1900-01-01T00:00:00.000Z, 9999-12-31T23:59:59.999Z: what is read can always be written again. */
#define TIME_MIN INT64_C(-2208988800000)
#define TIME_MAX INT64_C(253402300799999)
/* 0001-01-01 and 9999-12-31, between which four digits of a year suffice. */
#define DATO_MIN (-719162)
#define DATO_MAX 2932896
#define TEXT_MIN (DATO_MIN * DAY_MS)

/* Text of all numbers of two digits. */
static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

static inline void
put2(char *to, size_t v)
{
	memcpy(to, pairs + 2 * v, 2);
}

static inline void
put_month(char *to, int year, int month)
{
	put2(to, (unsigned)year / 100);
	put2(to + 2, (unsigned)year % 100);
	to[4] = '-';
	put2(to + 5, (unsigned)month);
}

static inline void
put_date(char *to, struct plb_dato d)
{
	struct plb_ymd ymd = plb_dato_ymd(d);

	put_month(to, ymd.year, ymd.month);
	to[7] = '-';
	put2(to + 8, (unsigned)ymd.day);
}

/* n digits into *out; false when there is anything else among them. */
static inline bool
get(const uint8_t *p, int n, int *out)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		unsigned digit = (unsigned)p[i] - '0';

		if (digit > 9)
			return false;
		v = v * 10 + (int)digit;
	}
	*out = v;
	return true;
}

static bool
get_date(const uint8_t *p, struct plb_dato *out)
{
	struct plb_ymd ymd;

	if (!get(p, 4, &ymd.year) || p[4] != '-' || !get(p + 5, 2, &ymd.month) || p[7] != '-' ||
	    !get(p + 8, 2, &ymd.day))
		return false;
	return plb_dato_from_ymd(ymd, out) == PLB_OK;
}

enum plb_err
plb_dato_parse(struct plb_slice s, struct plb_dato *out)
{
	return s.len == 10 && get_date(s.p, out) ? PLB_OK : PLB_E_FORM;
}

enum plb_err
plb_maaned_parse(struct plb_slice s, struct plb_maaned *out)
{
	int year, month;

	if (s.len != 7 || !get(s.p, 4, &year) || s.p[4] != '-' || !get(s.p + 5, 2, &month))
		return PLB_E_FORM;
	if (year < 1 || month < 1 || month > 12)
		return PLB_E_FORM;
	out->n = year * 12 + month - 1;
	return PLB_OK;
}

/* ".123…" at *at: milliseconds, the digits behind them passed over. */
static bool
get_fraction(struct plb_slice s, size_t *at, int *ms)
{
	int unit = 100;
	size_t i = *at;

	*ms = 0;
	if (i >= s.len || s.p[i] != '.')
		return true;
	for (i++; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		*ms += (s.p[i] - '0') * unit;
		unit /= 10;
	}
	if (i == *at + 1)
		return false;
	*at = i;
	return true;
}

/* The rest of the text from at is an offset, in minutes east of UTC. */
static bool
get_offset(struct plb_slice s, size_t at, int *minutes)
{
	int h, m;

	if (s.len - at == 1 && (s.p[at] | 0x20) == 'z') {
		*minutes = 0;
		return true;
	}
	if (s.len - at != 6 || (s.p[at] != '+' && s.p[at] != '-') || s.p[at + 3] != ':')
		return false;
	if (!get(s.p + at + 1, 2, &h) || !get(s.p + at + 4, 2, &m) || h > 23 || m > 59)
		return false;
	*minutes = s.p[at] == '-' ? -(h * 60 + m) : h * 60 + m;
	return true;
}

enum plb_err
plb_time_parse(struct plb_slice s, struct plb_time *out)
{
	struct plb_dato d;
	int h, m, sec, ms, offset;
	size_t at = 19;
	int64_t t;

	if (s.len < 20 || !get_date(s.p, &d) || (s.p[10] | 0x20) != 't')
		return PLB_E_FORM;
	if (!get(s.p + 11, 2, &h) || s.p[13] != ':' || !get(s.p + 14, 2, &m) || s.p[16] != ':' ||
	    !get(s.p + 17, 2, &sec))
		return PLB_E_FORM;
	if (h > 23 || m > 59 || sec > 59)
		return PLB_E_FORM;
	if (!get_fraction(s, &at, &ms) || !get_offset(s, at, &offset))
		return PLB_E_FORM;
	t = d.dage * DAY_MS + ((h * 60 + m - offset) * 60 + sec) * INT64_C(1000) + ms;
	/* Judged in UTC, in which it is stored and sent on. */
	if (t < TIME_MIN || t > TIME_MAX)
		return PLB_E_FORM;
	out->ms = t;
	return PLB_OK;
}

const char *
plb_dato_text(struct plb_dato d, char out[PLB_DATO_TEXT])
{
	/* What four digits cannot say is shown as the nearest date they can. */
	if (d.dage < DATO_MIN)
		d.dage = DATO_MIN;
	if (d.dage > DATO_MAX)
		d.dage = DATO_MAX;
	put_date(out, d);
	out[10] = '\0';
	return out;
}

const char *
plb_maaned_text(struct plb_maaned m, char out[PLB_DATO_TEXT])
{
	int32_t n = m.n;

	if (n < 12)
		n = 12;
	if (n > 9999 * 12 + 11)
		n = 9999 * 12 + 11;
	put_month(out, n / 12, n % 12 + 1);
	out[7] = '\0';
	return out;
}

/* "YYYY-MM-DDTHH:MM:SS" and, with millis, ".mmm" of a moment within the limits; its length. */
static size_t
put_time(char *out, int64_t ms, bool millis)
{
	int64_t days = ms / DAY_MS - (ms % DAY_MS < 0);
	uint32_t rest = (uint32_t)(ms - days * DAY_MS);
	uint32_t sec = rest / 1000, part = rest % 1000;

	put_date(out, (struct plb_dato){(int32_t)days});
	out[10] = 'T';
	put2(out + 11, sec / 3600);
	out[13] = ':';
	put2(out + 14, sec / 60 % 60);
	out[16] = ':';
	put2(out + 17, sec % 60);
	if (!millis)
		return 19;
	out[19] = '.';
	out[20] = (char)('0' + part / 100);
	put2(out + 21, part % 100);
	return 23;
}

static int64_t
within_text(struct plb_time t)
{
	if (t.ms < TEXT_MIN)
		return TEXT_MIN;
	return t.ms > TIME_MAX ? TIME_MAX : t.ms;
}

const char *
plb_time_text(struct plb_time t, char out[PLB_TIME_TEXT])
{
	int64_t ms = within_text(t);
	int offset = plb_time_offset_minutes((struct plb_time){ms});
	size_t n;

	/* The last hour of 9999 would need a fifth digit in Copenhagen: the same moment in UTC. */
	if (ms > TIME_MAX - (int64_t)offset * 60000)
		offset = 0;
	n = put_time(out, ms + (int64_t)offset * 60000, ms % 1000 != 0);
	memcpy(out + n, offset == 0 ? "+00:00" : offset == 60 ? "+01:00" : "+02:00", 7);
	return out;
}

const char *
plb_time_text_utc(struct plb_time t, char out[PLB_TIME_TEXT])
{
	size_t n = put_time(out, within_text(t), true);

	out[n] = 'Z';
	out[n + 1] = '\0';
	return out;
}
