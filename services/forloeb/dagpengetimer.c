// SPDX-License-Identifier: MPL-2.0
#include "dagpengetimer.h"

#include "medlemskab.h"

/* A forecast that has not passed the limit after this many months has no norm to pass it with. */
#define MAANEDER_MAX 240

bool
timer_over_deltid(const struct regelsaet *r, int64_t timer_c)
{
	return r->norm_c[KATEGORI_DELTID] > 0 && timer_c > r->norm_c[KATEGORI_DELTID];
}

static bool
deltid_ved_udgangen(const struct forloeb *f, struct plb_maaned m)
{
	/* Most members never change: no date is asked for then. */
	if (f->medlemskaber.n == 0)
		return f->kategori == KATEGORI_DELTID;
	return medlemskab_kategori(f, plb_maaned_last(m)) == KATEGORI_DELTID;
}

bool
timer_gyldig(const struct forloeb *f, const struct regelsaet *r, const struct maanedstimer *t,
    int64_t *timer_c)
{
	*timer_c = t->timer_c;
	if (!timer_over_deltid(r, t->timer_c) || !deltid_ved_udgangen(f, t->maaned))
		return true;
	*timer_c = t->lavere_c;
	return t->lavere.id.p != NULL;
}

/* What a report gives: the hours of a month that does not count are none. */
static int64_t
taeller(const struct forloeb *f, const struct regelsaet *r, const struct maanedstimer *t)
{
	int64_t timer_c;

	return regel_maaned_taeller(r, t->maaned) && timer_gyldig(f, r, t, &timer_c) ? timer_c : 0;
}

int64_t
timer_sum(const struct forloeb *f, const struct regelsaet *r)
{
	const struct maanedstimer *t = f->timer.p;
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < f->timer.n; i++)
		sum += taeller(f, r, &t[i]);
	return sum;
}

bool
timer_rapporteret(
    const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m, int64_t *sum)
{
	const struct maanedstimer *t = f->timer.p;
	bool fundet = false;
	int64_t timer_c;
	size_t i;

	*sum = 0;
	for (i = 0; i < f->timer.n; i++) {
		if (t[i].maaned.n != m.n || !timer_gyldig(f, r, &t[i], &timer_c))
			continue;
		*sum += regel_maaned_taeller(r, m) ? timer_c : 0;
		fundet = true;
	}
	return fundet;
}

int64_t
timer_sum_til(const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m)
{
	const struct maanedstimer *t = f->timer.p;
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < f->timer.n; i++)
		if (t[i].maaned.n <= m.n)
			sum += taeller(f, r, &t[i]);
	return sum;
}

/* The limit at the end of a month: by the category that the member has then. */
static int64_t
graense(const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m)
{
	return r->graense_c[medlemskab_kategori(f, plb_maaned_last(m))];
}

/* Keep month m when the sum passes at its end and no earlier one is known. */
static void
proev(const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m, bool *fundet,
    struct plb_maaned *maaned, int64_t *sum_c)
{
	int64_t sum;

	if (*fundet && m.n >= maaned->n)
		return;
	sum = timer_sum_til(f, r, m);
	if (sum <= graense(f, r, m))
		return;
	*maaned = m;
	*sum_c = sum;
	*fundet = true;
}

bool
timer_passeret(
    const struct forloeb *f, const struct regelsaet *r, struct plb_maaned *maaned, int64_t *sum_c)
{
	const struct maanedstimer *t = f->timer.p;
	const struct medlemskab *m = f->medlemskaber.p;
	bool fundet = false;
	size_t i;

	for (i = 0; i < f->timer.n; i++)
		proev(f, r, t[i].maaned, &fundet, maaned, sum_c);
	/* A lower limit can be passed without any new hours. */
	for (i = 0; i < f->medlemskaber.n; i++)
		if (plb_dato_set(medlemskab_kategori_fra(&m[i])))
			proev(f, r, plb_dato_maaned(medlemskab_kategori_fra(&m[i])), &fundet,
			    maaned, sum_c);
	return fundet;
}

struct plb_dato
timer_foerste_dag(const struct forloeb *f)
{
	if (plb_dato_set(f->foerste_dagpengedag) &&
	    plb_dato_before(f->tilmeldingsdato, f->foerste_dagpengedag))
		return f->foerste_dagpengedag;
	return f->tilmeldingsdato;
}

/* The norm of the first month in proportion to its calendar days, rounded half up to 0.01. */
static int64_t
foerste_maaneds_norm(struct plb_dato fra, int64_t norm_c)
{
	struct plb_ymd d = plb_dato_ymd(fra);
	int dage = plb_days_in_month(d.year, d.month);
	int64_t tilbage = dage - d.day + 1;

	return (2 * norm_c * tilbage + dage) / (2 * dage);
}

/* What was reported of months before month m; true when that is over the limit by itself. */
static bool
passeret_forinden(
    const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m, int64_t *sum)
{
	struct plb_maaned foer = {m.n - 1};

	*sum = timer_sum_til(f, r, foer);
	return *sum > graense(f, r, foer);
}

/* Month m of the forecast, the i-th. */
static struct timer_led
led(const struct forloeb *f, const struct regelsaet *r, struct plb_maaned m, size_t i)
{
	int64_t norm = r->norm_c[medlemskab_kategori(f, plb_maaned_last(m))];
	struct timer_led l = {m, 0, false};

	l.rapporteret = timer_rapporteret(f, r, m, &l.timer_c);
	if (!l.rapporteret && regel_maaned_taeller(r, m))
		l.timer_c = i == 0 ? foerste_maaneds_norm(timer_foerste_dag(f), norm) : norm;
	return l;
}

size_t
timer_led(const struct forloeb *f, const struct regelsaet *r, struct timer_led *ud, size_t max)
{
	struct plb_maaned m = plb_dato_maaned(timer_foerste_dag(f));
	int64_t sum;
	size_t i;

	if (passeret_forinden(f, r, m, &sum))
		return 0;
	for (i = 0; i < max; i++, m.n++) {
		ud[i] = led(f, r, m, i);
		sum += ud[i].timer_c;
		if (sum > graense(f, r, m))
			return i + 1;
	}
	return max;
}

struct plb_dato
timer_prognose(const struct forloeb *f, const struct regelsaet *r)
{
	struct plb_maaned m = plb_dato_maaned(timer_foerste_dag(f));
	int64_t sum;
	size_t i;

	/* Hours reported before the first month count, as they do at the month's end. */
	if (passeret_forinden(f, r, m, &sum))
		return plb_maaned_first(m);
	for (i = 0; i < MAANEDER_MAX; i++, m.n++) {
		sum += led(f, r, m, i).timer_c;
		if (sum > graense(f, r, m))
			return plb_maaned_first((struct plb_maaned){m.n + 1});
	}
	return plb_maaned_first(m);
}
