// SPDX-License-Identifier: MPL-2.0
#include "dagpengetimer.h"

/* A forecast that has not passed the limit after this many months has no norm to pass it with. */
#define MAANEDER_MAX 240

int64_t
timer_sum(const struct forloeb *f)
{
	const struct maanedstimer *t = f->timer.p;
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < f->timer.n; i++)
		sum += t[i].timer_c;
	return sum;
}

/* Hours reported for a month by all a-kasser; false when there is no report. */
static bool
rapporteret(const struct forloeb *f, struct plb_maaned m, int64_t *sum)
{
	const struct maanedstimer *t = f->timer.p;
	bool fundet = false;
	size_t i;

	*sum = 0;
	for (i = 0; i < f->timer.n; i++) {
		if (t[i].maaned.n != m.n)
			continue;
		*sum += t[i].timer_c;
		fundet = true;
	}
	return fundet;
}

static int64_t
sum_til_og_med(const struct forloeb *f, struct plb_maaned m)
{
	const struct maanedstimer *t = f->timer.p;
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < f->timer.n; i++)
		if (t[i].maaned.n <= m.n)
			sum += t[i].timer_c;
	return sum;
}

bool
timer_passeret(
    const struct forloeb *f, const struct regelsaet *r, struct plb_maaned *maaned, int64_t *sum_c)
{
	const struct maanedstimer *t = f->timer.p;
	bool fundet = false;
	size_t i;

	for (i = 0; i < f->timer.n; i++) {
		int64_t sum = sum_til_og_med(f, t[i].maaned);

		if (sum <= r->graense_c[f->kategori])
			continue;
		if (fundet && t[i].maaned.n >= maaned->n)
			continue;
		*maaned = t[i].maaned;
		*sum_c = sum;
		fundet = true;
	}
	return fundet;
}

/* The day from which benefit counts. */
static struct plb_dato
foerste_dag(const struct forloeb *f)
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

struct plb_dato
timer_prognose(const struct forloeb *f, const struct regelsaet *r)
{
	struct plb_dato fra = foerste_dag(f);
	struct plb_maaned m = plb_dato_maaned(fra);
	int64_t norm = r->norm_c[f->kategori], sum, maanedens;
	int i;

	/* Hours reported before the first month count, as they do at the month's end. */
	sum = sum_til_og_med(f, (struct plb_maaned){m.n - 1});
	for (i = 0; i < MAANEDER_MAX && sum <= r->graense_c[f->kategori]; i++, m.n++) {
		if (!rapporteret(f, m, &maanedens))
			maanedens = i == 0 ? foerste_maaneds_norm(fra, norm) : norm;
		sum += maanedens;
	}
	return plb_maaned_first(m);
}
