// SPDX-License-Identifier: MPL-2.0
#include "fake_int.h"

#include <stdlib.h>

/* Loop and clocks on virtual time. */

struct plb_loop {
	int unused;
};
struct plb_loop_timer {
	int64_t due;
	uint64_t order;
	plb_loop_fn *fn;
	void *arg;
	struct plb_loop_timer *next;
};

static struct plb_loop the_loop;
static struct plb_loop_timer *timers;
static int64_t mono = 1000000, real_offset;
static uint64_t orders;
static bool stopped, progress;

static struct {
	struct plb_conf_common common;
} confs[2];

void
fake_reset(void)
{
	PLB_ASSERT(timers == NULL); /* the last test freed what it made */
	fake_txn_reset();
	fake_readers_reset();
	fake_logs_reset();
	mono = 1000000;
	real_offset = INT64_C(1709280000000) - mono;
	stopped = false;
}

const struct plb_conf *
fake_conf(bool clock_topic)
{
	confs[clock_topic].common.clock = clock_topic ? PLB_CLOCK_TOPIC : PLB_CLOCK_SYSTEM;
	confs[clock_topic].common.topic_prefix = "p";
	return (const struct plb_conf *)(const void *)&confs[clock_topic];
}

const struct plb_conf_common *
plb_conf_common(const struct plb_conf *c)
{
	return (const struct plb_conf_common *)(const void *)c;
}

struct plb_loop *
fake_loop(void)
{
	return &the_loop;
}

int64_t
fake_now(void)
{
	return mono;
}

void
fake_time_set(int64_t ms)
{
	real_offset = ms - mono;
}

bool
fake_stopped(void)
{
	return stopped;
}

void
fake_progress(void)
{
	progress = true;
}

void
fake_advance_to(int64_t to)
{
	if (to > mono)
		mono = to;
}

static struct plb_loop_timer *
first_timer(void)
{
	struct plb_loop_timer *first = NULL;

	for (struct plb_loop_timer *t = timers; t != NULL; t = t->next)
		if (t->due != INT64_MAX &&
		    (first == NULL || t->due < first->due ||
			(t->due == first->due && t->order < first->order)))
			first = t;
	return first;
}

bool
fake_turn(int64_t limit)
{
	uint64_t began = orders;
	struct plb_loop_timer *t;
	int64_t next;

	progress = false;
	while ((t = first_timer()) != NULL && t->due <= mono && t->order <= began) {
		t->due = INT64_MAX;
		t->fn(t->arg);
		progress = true;
	}
	if (fake_txn_step())
		progress = true;
	if (fake_readers_step())
		progress = true;
	if (progress)
		return true;
	t = first_timer();
	next = t == NULL ? INT64_MAX : t->due;
	if (fake_txn_next() < next)
		next = fake_txn_next();
	if (fake_readers_next() < next)
		next = fake_readers_next();
	if (next > limit)
		return false;
	fake_advance_to(next);
	return true;
}

bool
fake_run(int64_t ms, bool (*until)(void *arg), void *arg)
{
	int64_t limit = mono + ms;

	for (;;) {
		if (until != NULL && until(arg))
			return true;
		if (!fake_turn(limit))
			break;
	}
	fake_advance_to(limit);
	return until != NULL && until(arg);
}

struct plb_loop_timer *
plb_loop_timer_new(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	struct plb_loop_timer *t = calloc(1, sizeof(*t));

	PLB_ASSERT(l == &the_loop && t != NULL);
	*t = (struct plb_loop_timer){.due = INT64_MAX, .fn = fn, .arg = arg, .next = timers};
	timers = t;
	return t;
}

void
plb_loop_timer_in(struct plb_loop_timer *t, int64_t ms)
{
	t->due = mono + (ms < 0 ? 0 : ms);
	t->order = ++orders;
}

void
plb_loop_timer_off(struct plb_loop_timer *t)
{
	t->due = INT64_MAX;
}

void
plb_loop_timer_free(struct plb_loop_timer **tp)
{
	struct plb_loop_timer *t = *tp;

	if (t == NULL)
		return;
	for (struct plb_loop_timer **at = &timers; *at != NULL; at = &(*at)->next) {
		if (*at == t) {
			*at = t->next;
			break;
		}
	}
	free(t);
	*tp = NULL;
}

void
plb_loop_stop(struct plb_loop *l)
{
	(void)l;
	stopped = true;
}

struct plb_mono
plb_loop_mono(const struct plb_loop *l)
{
	(void)l;
	return (struct plb_mono){mono};
}

struct plb_mono
plb_mono_now(void)
{
	return (struct plb_mono){mono};
}

struct plb_time
plb_time_now(void)
{
	return (struct plb_time){mono + real_offset};
}

static struct plb_time
system_now(void *arg)
{
	(void)arg;
	return plb_time_now();
}

struct plb_clock
plb_clock_system(void)
{
	return (struct plb_clock){system_now, NULL};
}

void
plb_random(void *p, size_t n)
{
	static uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		((uint8_t *)p)[i] = (uint8_t)x;
	}
}

void
plb_uuid4(struct plb_uuid *out)
{
	plb_random(out->b, sizeof(out->b));
	out->b[6] = (uint8_t)((out->b[6] & 0x0f) | 0x40);
	out->b[8] = (uint8_t)((out->b[8] & 0x3f) | 0x80);
}
