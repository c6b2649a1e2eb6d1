// SPDX-License-Identifier: MPL-2.0
#include <parloeb/kalender.h>

#include <stdlib.h>

#define FIRST_YEAR 1990
#define LAST_YEAR 2100
#define FIRST_DAY 7305 /* 1990-01-01 */
#define DAYS 40542     /* to 2100-12-31, both included */
#define CELL_MAX 256
#define LAST_DATE 2932896 /* 9999-12-31: no count goes beyond */
#define FIRST_DATE (-719162)

struct plb_kalender {
	uint64_t lukket[(DAYS + 63) / 64]; /* holidays and closing days, weekends not */
};

enum column { KODE, NAVN, REGEL, DATO, PAASKEDAGE, GYLDIG_FRA, GYLDIG_TIL, ART, COLUMNS };

static const char *const column_name[COLUMNS] = {
    [KODE] = "kode",
    [NAVN] = "navn",
    [REGEL] = "regel",
    [DATO] = "dato",
    [PAASKEDAGE] = "paaskedage",
    [GYLDIG_FRA] = "gyldig_fra",
    [GYLDIG_TIL] = "gyldig_til",
    [ART] = "art",
};

struct cell {
	char text[CELL_MAX];
	size_t len;
};

struct reader {
	const uint8_t *p, *end;
	int line;
	int at[COLUMNS]; /* position of each column in the rows */
	int width;       /* columns of the header row */
	struct cell cell[COLUMNS];
	struct plb_errctx *ec;
};

static enum plb_err
fault(struct reader *r, enum column c, const char *what)
{
	return plb_err_set(r->ec, PLB_E_KONFIG, "line %d, %s: %s", r->line, column_name[c], what);
}

static bool
end_of_row(const struct reader *r)
{
	return r->p == r->end || *r->p == '\n';
}

static bool
add(struct cell *c, uint8_t sign)
{
	if (c->len == sizeof(c->text))
		return false;
	c->text[c->len++] = (char)sign;
	return true;
}

/* The cell within quotes that begins at p; a doubled quote is one, a line break is refused. */
static bool
read_quoted(struct reader *r, struct cell *c)
{
	for (r->p++; !end_of_row(r); r->p++) {
		if (*r->p == '"') {
			r->p++;
			if (end_of_row(r) || *r->p != '"')
				return end_of_row(r) || *r->p == ',' || *r->p == '\r';
		}
		if (!add(c, *r->p))
			return false;
	}
	return false;
}

/* One cell up to the comma or the end of the row, neither consumed. */
static bool
read_cell(struct reader *r, struct cell *c)
{
	c->len = 0;
	if (!end_of_row(r) && *r->p == '"') {
		if (!read_quoted(r, c))
			return false;
	} else {
		for (; !end_of_row(r) && *r->p != ',' && *r->p != '\r'; r->p++)
			if (*r->p == '"' || !add(c, *r->p))
				return false;
	}
	if (r->p != r->end && *r->p == '\r') {
		r->p++;
		return end_of_row(r);
	}
	return true;
}

static bool
is(const struct cell *c, const char *s)
{
	return plb_slice_is(plb_slice(c->text, c->len), s);
}

/* Past the comma (true: another cell follows) or the line's end. */
static bool
more_cells(struct reader *r)
{
	if (r->p == r->end)
		return false;
	return *r->p++ == ',';
}

static enum plb_err
read_header(struct reader *r)
{
	struct cell c;
	bool more;

	for (int i = 0; i < COLUMNS; i++)
		r->at[i] = -1;
	do {
		if (!read_cell(r, &c))
			return plb_err_set(r->ec, PLB_E_KONFIG, "line 1: not a CSV header row");
		for (int i = 0; i < COLUMNS; i++)
			if (is(&c, column_name[i]))
				r->at[i] = r->width;
		r->width++;
		more = more_cells(r);
	} while (more);
	for (int i = 0; i < COLUMNS; i++)
		if (r->at[i] < 0)
			return fault(r, (enum column)i, "column is missing");
	return PLB_OK;
}

static enum plb_err
read_row(struct reader *r)
{
	struct cell other;
	int n = 0;
	bool more;

	do {
		int which = -1;

		for (int i = 0; i < COLUMNS; i++)
			if (r->at[i] == n)
				which = i;
		if (!read_cell(r, which < 0 ? &other : &r->cell[which]))
			return which < 0
			    ? plb_err_set(r->ec, PLB_E_KONFIG, "line %d: not a CSV row", r->line)
			    : fault(r, (enum column)which, "quotes or length of the cell");
		n++;
		more = more_cells(r);
	} while (more);
	if (n != r->width)
		return plb_err_set(r->ec, PLB_E_KONFIG, "line %d: %d columns, the header has %d",
		    r->line, n, r->width);
	return PLB_OK;
}

/* The whole cell as a number in min..max. */
static bool
number(const struct cell *c, int min, int max, int *out)
{
	bool minus = c->len > 0 && c->text[0] == '-';
	int v = 0;

	if (c->len == (size_t)minus || c->len > (size_t)minus + 6)
		return false;
	for (size_t i = minus; i < c->len; i++) {
		if (c->text[i] < '0' || c->text[i] > '9')
			return false;
		v = v * 10 + (c->text[i] - '0');
	}
	*out = minus ? -v : v;
	return *out >= min && *out <= max;
}

/* A day of the row: date in the year, or days from Easter. */
struct rule {
	bool easter;
	int month, day, days;
	int from, to; /* years, both included */
};

static enum plb_err
read_years(struct reader *r, struct rule *u)
{
	u->from = FIRST_YEAR;
	u->to = LAST_YEAR;
	if (r->cell[GYLDIG_FRA].len > 0 && !number(&r->cell[GYLDIG_FRA], 1, 9999, &u->from))
		return fault(r, GYLDIG_FRA, "not a year");
	if (r->cell[GYLDIG_TIL].len > 0 && !number(&r->cell[GYLDIG_TIL], 1, 9999, &u->to))
		return fault(r, GYLDIG_TIL, "not a year");
	if (r->cell[GYLDIG_FRA].len > 0 && r->cell[GYLDIG_TIL].len > 0 && u->to < u->from)
		return fault(r, GYLDIG_TIL, "before gyldig_fra");
	if (u->from < FIRST_YEAR)
		u->from = FIRST_YEAR;
	if (u->to > LAST_YEAR)
		u->to = LAST_YEAR;
	return PLB_OK;
}

static enum plb_err
read_date(struct reader *r, struct rule *u)
{
	struct cell month = {.len = 2}, day = {.len = 2};
	const struct cell *c = &r->cell[DATO];

	if (c->len != 5 || c->text[2] != '-')
		return fault(r, DATO, "not MM-DD");
	memcpy(month.text, c->text, 2);
	memcpy(day.text, c->text + 3, 2);
	if (!number(&month, 1, 12, &u->month) || !number(&day, 1, 31, &u->day) ||
	    u->day > plb_days_in_month(2000, u->month))
		return fault(r, DATO, "not MM-DD");
	if (r->cell[PAASKEDAGE].len > 0)
		return fault(r, PAASKEDAGE, "only with regel paaske");
	return PLB_OK;
}

static enum plb_err
read_rule(struct reader *r, struct rule *u)
{
	*u = (struct rule){0};
	if (r->cell[KODE].len == 0)
		return fault(r, KODE, "is empty");
	if (!is(&r->cell[ART], "helligdag") && !is(&r->cell[ART], "lukkedag"))
		return fault(r, ART, "neither helligdag nor lukkedag");
	if (read_years(r, u) != PLB_OK)
		return PLB_E_KONFIG;
	if (is(&r->cell[REGEL], "fast"))
		return read_date(r, u);
	if (!is(&r->cell[REGEL], "paaske"))
		return fault(r, REGEL, "neither fast nor paaske");
	u->easter = true;
	/* Within the same year for every Easter there can be (22 March to 25 April). */
	if (!number(&r->cell[PAASKEDAGE], -80, 250, &u->days))
		return fault(r, PAASKEDAGE, "not a number of days from -80 to 250");
	if (r->cell[DATO].len > 0)
		return fault(r, DATO, "only with regel fast");
	return PLB_OK;
}

static void
close_days(struct plb_kalender *k, const struct rule *u)
{
	for (int year = u->from; year <= u->to; year++) {
		struct plb_dato d;
		size_t i;

		if (u->easter)
			d = plb_dato_add(plb_dato_easter(year), u->days);
		else if (plb_dato_from_ymd((struct plb_ymd){year, u->month, u->day}, &d))
			continue; /* 29 February in another year */
		i = (size_t)(d.dage - FIRST_DAY);
		PLB_ASSERT(i < DAYS);
		k->lukket[i / 64] |= UINT64_C(1) << (i % 64);
	}
}

static enum plb_err
read_rules(struct reader *r, struct plb_kalender *k)
{
	struct rule u;
	enum plb_err err = read_header(r);

	while (err == PLB_OK && r->p != r->end) {
		r->line++;
		/* An empty line, as at the end of the file, is none. */
		if (*r->p == '\n') {
			r->p++;
			continue;
		}
		err = read_row(r);
		if (err == PLB_OK)
			err = read_rule(r, &u);
		if (err == PLB_OK)
			close_days(k, &u);
	}
	return err;
}

enum plb_err
plb_kalender_parse(struct plb_slice csv, struct plb_kalender **out, struct plb_errctx *ec)
{
	struct plb_kalender *k;
	struct reader *r;
	enum plb_err err;

	*out = NULL;
	if (csv.len == 0)
		return plb_err_set(ec, PLB_E_KONFIG, "line 1: the list of holidays is empty");
	k = calloc(1, sizeof(*k));
	r = calloc(1, sizeof(*r));
	if (k == NULL || r == NULL) {
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "calendar");
		goto out;
	}
	r->p = csv.p;
	r->end = csv.p + csv.len;
	r->line = 1;
	r->ec = ec;
	err = read_rules(r, k);
	if (err != PLB_OK)
		goto out;
	*out = k;
	k = NULL;
out:
	free(r);
	free(k);
	return err;
}

void
plb_kalender_free(struct plb_kalender **k)
{
	free(*k);
	*k = NULL;
}

bool
plb_kalender_arbejdsdag(const struct plb_kalender *k, struct plb_dato d)
{
	size_t i;

	if (plb_dato_weekday(d) > 5)
		return false;
	if (d.dage < FIRST_DAY || d.dage >= FIRST_DAY + DAYS)
		return true;
	i = (size_t)(d.dage - FIRST_DAY);
	return (k->lukket[i / 64] >> (i % 64) & 1) == 0;
}

struct plb_dato
plb_kalender_plus(const struct plb_kalender *k, struct plb_dato d, int n)
{
	while (n > 0 && d.dage < LAST_DATE) {
		d.dage++;
		n -= plb_kalender_arbejdsdag(k, d);
	}
	return d;
}

struct plb_dato
plb_kalender_minus(const struct plb_kalender *k, struct plb_dato d, int n)
{
	while (n > 0 && d.dage > FIRST_DATE) {
		d.dage--;
		n -= plb_kalender_arbejdsdag(k, d);
	}
	return d;
}

struct plb_time
plb_kalender_minus_time(const struct plb_kalender *k, struct plb_time t, int n)
{
	struct plb_dato d = plb_kalender_minus(k, plb_time_dato(t), n);
	int s = plb_time_local_seconds(t);
	int64_t part = t.ms % 1000;
	struct plb_time to;

	if (n <= 0)
		return t; /* also keeps the second of two like clock times in October */
	to = plb_time_from_local(d, s / 3600, s / 60 % 60, s % 60);
	to.ms += part < 0 ? part + 1000 : part;
	return to;
}
