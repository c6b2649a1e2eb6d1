// SPDX-License-Identifier: MPL-2.0
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

/* Events of one member at most: registration, leaving, two reports a month, a conversation with two
 * versions each. */
#define EVENTS_PR_MEDLEM (2 + 2 * SIM_MAANEDER + 3 * SIM_SAMTALER)

struct maker {
	struct sim_plan *p;
	struct plb_rng rng;
	size_t cap;
	uint32_t nu; /* the member being made */
};

static bool
chance(struct maker *k, unsigned percent)
{
	return plb_rng_below(&k->rng, 100) < percent;
}

static int
mellem(struct maker *k, int fra, int til)
{
	return fra + (int)plb_rng_below(&k->rng, (uint64_t)(til - fra + 1));
}

static struct plb_uuid
ny_id(struct maker *k)
{
	struct plb_uuid u;
	uint64_t a = plb_rng_u64(&k->rng), b = plb_rng_u64(&k->rng);

	memcpy(u.b, &a, 8);
	memcpy(u.b + 8, &b, 8);
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | 0x40); /* RFC 9562: version 4, variant 10 */
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	return u;
}

static struct sim_event *
haendelse(struct maker *k, enum sim_type type, struct plb_time tid)
{
	struct sim_event *e;

	if (!plb_time_before(tid, k->p->slut) || k->p->n_events == k->cap)
		return NULL;
	e = &k->p->event[k->p->n_events++];
	*e = (struct sim_event){.tid = tid, .type = type, .medlem = k->nu, .id = ny_id(k)};
	return e;
}

/* A member who has left by then says no more. */
static bool
vaek(const struct sim_medlem *m, struct plb_time tid)
{
	return plb_dato_set(m->afmeldt) && !plb_time_before(tid, plb_dato_start(m->afmeldt));
}

/* Unique by index: day 61-88, month, year 50-99, serial. */
static void
lav_cpr(struct sim_medlem *m, uint32_t i)
{
	snprintf(m->cpr, sizeof(m->cpr), "%02u%02u%02u%04u", 61 + i % 28, 1 + i / 28 % 12,
	    50 + i / 336 % 50, 1000 + i / 16800 % 9000);
}

static void
lav_stamdata(struct maker *k, struct sim_medlem *m)
{
	const struct sim_conf *c = &k->p->c;
	int indtag = c->maaneder > 2 ? c->maaneder - 2 : 1;
	struct plb_dato sidste = plb_dato_add_months(c->start, indtag);
	struct plb_time tid;

	lav_cpr(m, k->nu);
	m->akasse = c->akasser[plb_rng_below(&k->rng, c->n_akasser)];
	m->kommune = c->kommuner[plb_rng_below(&k->rng, c->n_kommuner)];
	m->deltid = chance(k, 15);
	m->supplerende = chance(k, 15);
	m->tilmelding = ny_id(k);
	m->tilmeldt = plb_dato_add(c->start, mellem(k, 0, sidste.dage - c->start.dage - 1));
	m->afmeldt = chance(k, 35) ? plb_dato_add(m->tilmeldt, mellem(k, 15, 170)) : PLB_DATO_NONE;
	tid = plb_time_from_local(m->tilmeldt, 9, 0, 0);
	(void)haendelse(k, SIM_REGISTERED, tid);
	if (plb_dato_set(m->afmeldt))
		(void)haendelse(k, SIM_DEREGISTERED, plb_time_from_local(m->afmeldt, 9, 0, 0));
}

/* Hundredths of an hour paid for one month. */
static int64_t
maanedens_timer(struct maker *k, const struct sim_medlem *m, int nr)
{
	int64_t norm = m->deltid ? 13000 : 16033;
	struct plb_ymd d = plb_dato_ymd(m->tilmeldt);
	int dage = plb_days_in_month(d.year, d.month);

	if (m->supplerende)
		norm = mellem(k, 7000, 12000);
	return nr == 0 ? norm * (dage - d.day + 1) / dage : norm;
}

static void
indberet(struct maker *k, struct sim_medlem *m, int nr, struct plb_time tid, int64_t timer_c,
    bool berigtigelse)
{
	struct sim_event *e;

	if (vaek(m, tid))
		return;
	e = haendelse(k, SIM_TIMER, tid);
	if (e == NULL)
		return;
	e->nr = (uint32_t)nr;
	e->timer_c = timer_c;
	e->berigtigelse = berigtigelse;
	m->rapport[m->n_rapporter++] = (struct sim_rapport){nr, timer_c, tid};
}

static void
lav_timer(struct maker *k, struct sim_medlem *m)
{
	struct plb_maaned foerste = plb_dato_maaned(m->tilmeldt);
	int nr;

	for (nr = 0; nr < SIM_MAANEDER; nr++) {
		struct plb_dato sidste = plb_maaned_last((struct plb_maaned){foerste.n + nr});
		int64_t timer_c = maanedens_timer(k, m, nr);

		if (chance(k, 5))
			sidste = plb_dato_add(sidste, mellem(k, 3, 10));
		indberet(k, m, nr, plb_time_from_local(sidste, 12, 0, 0), timer_c, false);
		if (chance(k, 3))
			indberet(k, m, nr,
			    plb_time_from_local(plb_dato_add(sidste, mellem(k, 5, 12)), 12, 0, 0),
			    timer_c / 2, true);
	}
}

static void
lav_referat(struct maker *k, struct sim_medlem *m, int nr)
{
	struct plb_dato dag = plb_time_dato(m->afholdt[nr]);
	struct sim_event *e;
	int v, versioner = chance(k, 8) ? 2 : 1;

	m->referat_tid[nr] = PLB_TIME_NEVER;
	if (chance(k, 5))
		return;
	dag = chance(k, 10) ? plb_kalender_plus(k->p->c.kalender, dag, mellem(k, 2, 6))
	    : chance(k, 70) ? plb_kalender_plus(k->p->c.kalender, dag, 1)
			    : dag;
	for (v = 1; v <= versioner; v++) {
		struct plb_time tid = plb_time_from_local(dag, 16, 0, 0);

		if (vaek(m, tid))
			return;
		e = haendelse(k, SIM_REFERAT, tid);
		if (e == NULL)
			return;
		e->nr = (uint32_t)nr;
		e->version = v;
		m->versioner[nr] = v;
		m->referat_tid[nr] = tid;
		dag = plb_kalender_plus(k->p->c.kalender, dag, mellem(k, 1, 4));
	}
}

/* 0/1/2/3/4/5 conversations: 6/9/12/45/20/8 %. */
static int
antal_samtaler(struct maker *k)
{
	static const unsigned til[] = {6, 15, 27, 72, 92, 100};
	uint64_t x = plb_rng_below(&k->rng, 100);
	int n = 0;

	while (x >= til[n])
		n++;
	return n;
}

static void
lav_samtaler(struct maker *k, struct sim_medlem *m)
{
	int n = antal_samtaler(k), i, dage = mellem(k, 3, 13);

	for (i = 0; i < n; i++, dage += mellem(k, 14, 30)) {
		struct plb_dato dag =
		    plb_kalender_plus(k->p->c.kalender, plb_dato_add(m->tilmeldt, dage), 1);
		struct plb_time tid = plb_time_from_local(dag, 12, 0, 0);
		struct sim_event *e;

		if (vaek(m, tid))
			return;
		e = haendelse(k, SIM_SAMTALE, tid);
		if (e == NULL)
			return;
		e->nr = (uint32_t)i;
		m->n_samtaler = i + 1;
		m->samtale[i] = ny_id(k);
		m->referat[i] = ny_id(k);
		m->afholdt[i] = plb_time_from_local(dag, mellem(k, 9, 11), 0, 0);
		lav_referat(k, m, i);
	}
}

static int
by_time(const void *a, const void *b)
{
	const struct sim_event *x = a, *y = b;

	if (x->tid.ms != y->tid.ms)
		return x->tid.ms < y->tid.ms ? -1 : 1;
	if (x->medlem != y->medlem)
		return x->medlem < y->medlem ? -1 : 1;
	return (int)x->type - (int)y->type;
}

enum plb_err
sim_plan_new(const struct sim_conf *c, struct plb_arena *a, struct sim_plan *out)
{
	struct maker k = {.p = out, .cap = (size_t)c->medlemmer * EVENTS_PR_MEDLEM};

	*out = (struct sim_plan){.c = *c};
	out->slut = plb_dato_start(plb_dato_add_months(c->start, c->maaneder));
	out->medlem = plb_arena_calloc(a, c->medlemmer, sizeof(*out->medlem));
	out->event = plb_arena_calloc(a, k.cap, sizeof(*out->event));
	if (out->medlem == NULL || out->event == NULL)
		return PLB_E_FOR_STOR;
	plb_rng_seed(&k.rng, c->seed);
	for (k.nu = 0; k.nu < c->medlemmer; k.nu++) {
		struct sim_medlem *m = &out->medlem[k.nu];

		lav_stamdata(&k, m);
		lav_timer(&k, m);
		lav_samtaler(&k, m);
	}
	qsort(out->event, out->n_events, sizeof(*out->event), by_time);
	return PLB_OK;
}

/* Hours of the months up to `n` as known at `t`: the newest report of each month. */
static int64_t
sum_kendt(const struct sim_medlem *m, int n, struct plb_time t)
{
	int64_t kendt[SIM_MAANEDER] = {0}, sum = 0;
	int i;

	for (i = 0; i < m->n_rapporter; i++)
		if (!plb_time_before(t, m->rapport[i].tid))
			kendt[m->rapport[i].maaned] = m->rapport[i].timer_c;
	for (i = 0; i <= n; i++)
		sum += kendt[i];
	return sum;
}

/* Does the sum pass the limit at `t`, at the end of a month that has ended by then? */
static bool
passerer(const struct sim_medlem *m, struct plb_time t, struct plb_dato *virkning)
{
	struct plb_maaned foerste = plb_dato_maaned(m->tilmeldt);
	int n;

	for (n = 0; n < SIM_MAANEDER; n++) {
		*virkning = plb_maaned_first((struct plb_maaned){foerste.n + n + 1});
		if (plb_time_before(t, plb_dato_start(*virkning)))
			return false;
		if (sum_kendt(m, n, t) > (m->deltid ? 33300 : 41000))
			return true;
	}
	return false;
}

static bool
tidligere(const struct sim_medlem *m, struct plb_time t, struct plb_time *kendt,
    struct plb_dato *virkning)
{
	struct plb_dato v;

	if (!plb_time_before(t, *kendt) || !passerer(m, t, &v))
		return false;
	*kendt = t;
	*virkning = v;
	return true;
}

bool
sim_overdragelse(const struct sim_plan *p, const struct sim_medlem *m, struct plb_dato *virkning,
    struct plb_time *kendt)
{
	struct plb_maaned foerste = plb_dato_maaned(m->tilmeldt);
	int i;

	*kendt = p->slut;
	/* It can become known when a month ends or when a report comes. */
	for (i = 1; i <= SIM_MAANEDER; i++)
		(void)tidligere(m,
		    plb_dato_start(plb_maaned_first((struct plb_maaned){foerste.n + i})), kendt,
		    virkning);
	for (i = 0; i < m->n_rapporter; i++)
		(void)tidligere(m, m->rapport[i].tid, kendt, virkning);
	if (!plb_time_before(*kendt, p->slut) || vaek(m, *kendt))
		return false;
	return !plb_dato_set(m->afmeldt) || plb_dato_before(*virkning, m->afmeldt);
}
