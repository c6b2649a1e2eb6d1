// SPDX-License-Identifier: MPL-2.0
#include "world.h"

#include <parloeb/id.h>
#include <parloeb/metric.h>

#include <stdlib.h>

/* <parloeb/loop.h> on the simulation's time: timers and clocks. Nothing here has a file descriptor.
 */

struct plb_loop_timer {
	struct sim_event e;
};

struct plb_loop_timer *
plb_loop_timer_new(struct plb_loop *l, plb_loop_fn *fn, void *arg)
{
	struct plb_loop_timer *t = calloc(1, sizeof(*t));

	PLB_ASSERT(t != NULL);
	t->e = (struct sim_event){.fn = fn, .arg = arg, .proc = l, .loop = true};
	return t;
}

void
plb_loop_timer_in(struct plb_loop_timer *t, int64_t ms)
{
	sim_event_off(&t->e);
	sim_event_in(&t->e, ms);
}

void
plb_loop_timer_off(struct plb_loop_timer *t)
{
	sim_event_off(&t->e);
}

void
plb_loop_timer_free(struct plb_loop_timer **tp)
{
	if (*tp == NULL)
		return;
	sim_event_off(&(*tp)->e);
	free(*tp);
	*tp = NULL;
}

void
plb_loop_stop(struct plb_loop *l)
{
	l->stopped = true;
}

struct plb_mono
plb_loop_mono(const struct plb_loop *l)
{
	(void)l;
	return (struct plb_mono){sim.mono};
}

struct plb_mono
plb_mono_now(void)
{
	return (struct plb_mono){sim.mono};
}

struct plb_time
plb_time_now(void)
{
	return (struct plb_time){sim.mono + sim.real_offset};
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
	for (size_t i = 0; i < n; i++)
		((uint8_t *)p)[i] = (uint8_t)plb_rng_u64(&sim.rng);
}

void
plb_uuid4(struct plb_uuid *out)
{
	plb_random(out->b, sizeof(out->b));
	out->b[6] = (uint8_t)((out->b[6] & 0x0f) | 0x40);
	out->b[8] = (uint8_t)((out->b[8] & 0x3f) | 0x80);
}

/* Services name their metrics at each start; here they start often, in one process. */
void __wrap_plb_metrics_add(struct plb_metric *m, size_t n);

void
__wrap_plb_metrics_add(struct plb_metric *m, size_t n)
{
	(void)m, (void)n;
}
