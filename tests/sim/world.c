// SPDX-License-Identifier: MPL-2.0
#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)2 << 30)
#define RESTART_MS 8000                            /* mostly; sometimes longer than a session */
#define EVENT(n) ((struct sim_event *)(void *)(n)) /* the node is the first member */

struct sim sim;

static struct plb_heap heap;
static struct sim_event *pool;

/* ---- chance ---- */

bool
sim_chance(uint32_t in_a_million)
{
	return in_a_million > 0 && plb_rng_below(&sim.rng, 1000000) < in_a_million;
}

int64_t
sim_below(int64_t n)
{
	return (int64_t)plb_rng_below(&sim.rng, (uint64_t)n);
}

int64_t
sim_net_ms(void)
{
	return sim_chance(10000) ? sim_below(600) : sim_below(4);
}

/* ---- words ---- */

void
sim_fail(const char *what, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (sim.failed)
		return;
	sim.failed = true;
	n = snprintf(sim.failure, sizeof(sim.failure), "%s: ", what);
	va_start(ap, fmt);
	vsnprintf(sim.failure + n, sizeof(sim.failure) - (size_t)n, fmt, ap);
	va_end(ap);
}

void
sim_note(const char *fmt, ...)
{
	va_list ap;

	if (!sim.verbose)
		return;
	char now[PLB_TIME_TEXT];

	printf("%10lld %s  ", (long long)sim.mono, plb_time_text(plb_time_now(), now));
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* ---- events ---- */

void
sim_event_in(struct sim_event *e, int64_t ms)
{
	if (e->held)
		return; /* it comes as soon as its thread goes on */
	e->life = e->proc == NULL ? 0 : e->proc->life;
	PLB_ASSERT(plb_heap_put(&heap, &e->node, sim.mono + (ms < 0 ? 0 : ms)) == PLB_OK);
}

void
sim_event_off(struct sim_event *e)
{
	plb_heap_del(&heap, &e->node);
	if (!e->held)
		return;
	e->held = false;
	for (struct sim_event **at = &e->proc->held; *at != NULL; at = &(*at)->next) {
		if (*at != e)
			continue;
		*at = e->next;
		if (*at == NULL)
			e->proc->held_end = at;
		return;
	}
}

void
sim_in(struct plb_loop *p, bool loop, int64_t ms, void (*fn)(void *arg), void *arg)
{
	struct sim_event *e = pool;

	if (e != NULL)
		pool = e->next;
	else
		e = malloc(sizeof(*e));
	PLB_ASSERT(e != NULL);
	*e = (struct sim_event){.fn = fn, .arg = arg, .proc = p, .loop = loop, .pooled = true};
	sim_event_in(e, ms);
}

static void
release(struct sim_event *e)
{
	if (!e->pooled)
		return;
	e->next = pool;
	pool = e;
}

/* ---- processes ---- */

struct plb_loop *
sim_proc(
    const char *name, void (*start)(struct plb_loop *p), void (*end)(struct plb_loop *p), void *arg)
{
	struct plb_loop *p = &sim.proc[sim.procs];

	PLB_ASSERT(sim.procs < SIM_PROCS);
	*p = (struct plb_loop){
	    .name = name, .number = sim.procs++, .start = start, .end = end, .arg = arg};
	p->held_end = &p->held;
	return p;
}

void
sim_proc_start(struct plb_loop *p)
{
	p->life++;
	p->alive = true;
	p->dying = p->stopped = p->blocked = false;
	p->paused = 0;
	sim_note("%s starts (life %u)", p->name, p->life);
	p->depth++;
	p->start(p);
	p->depth--;
}

static void
start_again(void *arg)
{
	struct plb_loop *p = arg;

	if (!p->alive)
		sim_proc_start(p);
}

void
sim_pause(struct plb_loop *p, int64_t ms)
{
	if (!p->alive || p->paused > sim.mono)
		return;
	p->paused = sim.mono + ms;
	sim.pauses++;
	sim_note("%s stands still for %lld ms", p->name, (long long)ms);
}

/* Its memory goes once nothing of it is on the stack. */
static void
reap(struct plb_loop *p)
{
	if (!p->alive || p->depth > 0 || (!p->dying && !p->stopped))
		return;
	p->dying = true;
	p->depth++;
	p->end(p);
	p->depth--;
	p->alive = false;
	while (p->held != NULL) {
		struct sim_event *e = p->held;

		p->held = e->next;
		e->held = false;
		release(e);
	}
	p->held_end = &p->held;
	sim_in(NULL, false, sim_chance(100000) ? sim_below(60000) : sim_below(RESTART_MS),
	    start_again, p);
}

static void
reap_now(void *arg)
{
	reap(arg);
}

void
sim_kill(struct plb_loop *p)
{
	if (!p->alive || p->dying)
		return;
	p->dying = true;
	sim.crashes++;
	sim_note("%s is killed", p->name);
	sim_in(NULL, false, 0, reap_now, p);
}

bool
sim_enter(struct plb_loop *p)
{
	if (p->dying || sim.failed)
		return false;
	if (sim_chance(sim.fault.crash)) {
		sim_kill(p);
		return false;
	}
	if (sim_chance(sim.fault.pause))
		sim_pause(p, 1000 + sim_below(60000));
	return true;
}

static void
unblock(struct plb_loop *p)
{
	struct sim_event *e = p->held;

	p->blocked = false;
	p->held = NULL;
	p->held_end = &p->held;
	while (e != NULL) {
		struct sim_event *next = e->next;

		e->held = false;
		PLB_ASSERT(plb_heap_put(&heap, &e->node, sim.mono) == PLB_OK);
		e = next;
	}
}

void
sim_block(struct plb_loop *p, const bool *done)
{
	p->blocked = true;
	while (!*done && !p->dying && sim_step())
		;
	unblock(p);
}

/* ---- the course of things ---- */

static bool
stands_still(struct sim_event *e)
{
	struct plb_loop *p = e->proc;

	if (p == NULL)
		return false;
	if (p->paused > sim.mono) {
		PLB_ASSERT(plb_heap_put(&heap, &e->node, p->paused) == PLB_OK);
		return true;
	}
	if (!e->loop || !p->blocked)
		return false;
	e->next = NULL;
	e->held = true;
	*p->held_end = e;
	p->held_end = &e->next;
	return true;
}

static void
run(struct sim_event *e)
{
	void (*fn)(void *arg) = e->fn;
	void *arg = e->arg;
	struct plb_loop *p = e->proc;

	sim.steps++;
	sim.trace = (sim.trace ^ (uint64_t)sim.mono) * 0x100000001b3u +
	    (p == NULL ? 0 : (unsigned)p->number + 1u);
	release(e);
	if (p == NULL) {
		fn(arg);
		return;
	}
	p->depth++;
	fn(arg);
	p->depth--;
}

bool
sim_step(void)
{
	struct plb_heap_node *n = plb_heap_min(&heap);
	struct sim_event *e;
	struct plb_loop *p;

	if (n == NULL || sim.failed)
		return false;
	e = EVENT(n);
	p = e->proc;
	if (n->due > sim.mono)
		sim.mono = n->due;
	plb_heap_del(&heap, n);
	if (p != NULL && (e->life != p->life || !p->alive || p->dying)) {
		release(e);
		reap(p);
		return true;
	}
	if (stands_still(e))
		return true;
	run(e);
	if (p != NULL)
		reap(p);
	return true;
}

bool
sim_run(int64_t ms, bool (*until)(void *arg), void *arg)
{
	int64_t end = sim.mono + ms;
	struct plb_heap_node *n;

	while (!sim.failed && (until == NULL || !until(arg))) {
		n = plb_heap_min(&heap);
		if (n == NULL || n->due > end) {
			sim.mono = end;
			return until != NULL && until(arg);
		}
		(void)sim_step();
	}
	return !sim.failed;
}

/* ---- a seed ---- */

void
sim_begin(uint64_t seed)
{
	bool verbose = sim.verbose;
	struct plb_arena arena = sim.arena;

	if (arena.cap == 0)
		plb_arena_init(&arena, ARENA_MAX);
	plb_arena_fini(&arena);
	plb_arena_init(&arena, ARENA_MAX);
	memset(&sim, 0, sizeof(sim));
	sim.verbose = verbose;
	sim.arena = arena;
	sim.seed = seed;
	sim.mono = 1000000;
	plb_rng_seed(&sim.rng, seed);
	plb_heap_init(&heap);
}

void
sim_end(void)
{
	struct plb_heap_node *n;

	for (int i = 0; i < sim.procs; i++) {
		struct plb_loop *p = &sim.proc[i];

		if (!p->alive)
			continue;
		p->dying = true;
		p->end(p);
		p->alive = false;
	}
	while ((n = plb_heap_min(&heap)) != NULL) {
		plb_heap_del(&heap, n);
		release(EVENT(n));
	}
	plb_heap_fini(&heap);
}
