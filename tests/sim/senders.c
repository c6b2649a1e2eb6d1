// SPDX-License-Identifier: MPL-2.0
#include "senders.h"

#include <stdio.h>

#include "check.h"
#include "facts.h"
#include "proc.h"

#define PATIENCE_MS 20000
#define PERSONS_MAX 64
#define SPREAD_MS 3000

struct fact {
	struct facts_event e;
	bool answered;
	unsigned tries;
	struct sim_event patience;
};

static struct {
	struct plb_rng rng; /* of what is told: the same whatever happens to it */
	uint64_t seed, facts;
	unsigned persons, next[PERSONS_MAX];
	int64_t open;
	bool first;
} s;

static uint64_t
below(void *arg, uint64_t n)
{
	(void)arg;
	return plb_rng_below(&s.rng, n);
}

void
senders_reset(uint64_t seed, unsigned persons)
{
	PLB_ASSERT(persons <= PERSONS_MAX);
	memset(&s, 0, sizeof(s));
	plb_rng_seed(&s.rng, seed * 2654435761u + 1);
	s.seed = seed;
	s.persons = persons;
	s.first = true;
}

bool
senders_done(void)
{
	return s.open == 0;
}

uint64_t
senders_facts(void)
{
	return s.facts;
}

/* ---- one fact, sent until it is answered ---- */

struct request {
	struct sim_post post;
	struct fact *f;
};

static void try(void *arg);

static void
settle(struct fact *f)
{
	if (f->answered)
		return;
	f->answered = true;
	s.open--;
	sim_event_off(&f->patience);
}

/* An answer that came, and is not believed. */
static void
once_more(void *arg)
{
	s.open--;
	try(arg);
}

static void
answered(struct sim_post *p, int status)
{
	struct fact *f = ((struct request *)(void *)p)->f;

	check_answered(f->e.id, status);
	if (status == 202) {
		settle(f);
		if (sim_chance(sim.fault.twice) && f->tries < 4) {
			s.open++;
			sim_in(NULL, false, sim_below(10000), once_more, f);
		}
	} else if (status == 422 && strncmp(p->refusal, "/time", 5) == 0) {
		/* The system's clock went back: later its time is no longer ahead. */
		sim_in(NULL, false, 10000, try, f);
	} else if (status == 422) {
		sim_fail("I10", "%s is refused at the door: %s %.*s", f->e.type, p->refusal,
		    PLB_SLICE_ARG(f->e.json));
	} else if (!f->answered) {
		sim_in(NULL, false, 500 + sim_below(2000), try, f);
	}
}

static void
out_of_patience(void *arg)
{
	struct fact *f = arg;

	if (f->answered)
		return;
	check_answered(f->e.id, 0);
	try(f);
}

static void
try(void *arg)
{
	struct fact *f = arg;
	struct request *r = plb_arena_calloc(&sim.arena, 1, sizeof(*r));

	PLB_ASSERT(r != NULL);
	r->f = f;
	r->post = (struct sim_post){.json = f->e.json,
	    .org = f->e.org,
	    .answer = answered,
	    .until = sim.mono + PATIENCE_MS};
	if (f->tries++ > 0)
		check_answered(f->e.id, 0); /* perhaps to another gateway, which knows of nothing */
	if (!f->answered)
		sim_event_in(&f->patience, PATIENCE_MS);
	(void)sim_gateway_post((int)sim_below(SIM_GATEWAYS), &r->post);
}

static void
tell(unsigned person, size_t type, int64_t in_ms)
{
	const struct facts_draw d = {below, NULL};
	struct fact *f = plb_arena_calloc(&sim.arena, 1, sizeof(*f));

	PLB_ASSERT(f != NULL);
	facts_make(&sim.arena, &d, type, s.seed, person, s.next[person]++, plb_time_now(), &f->e);
	f->patience = (struct sim_event){.fn = out_of_patience, .arg = f};
	s.facts++;
	s.open++;
	sim_in(NULL, false, in_ms, try, f);
}

void
senders_moment(void)
{
	for (unsigned p = 0; p < s.persons; p++) {
		if (s.first)
			tell(p, FACTS_REGISTRATION, (int64_t)below(NULL, SPREAD_MS));
		for (uint64_t n = below(NULL, 3); n > 0; n--) {
			/* The first ones of the table are what makes a handover: half of all. */
			size_t type = below(NULL, 2) == 0
			    ? 1 + (size_t)below(NULL, 4)
			    : 1 + (size_t)below(NULL, facts_types() - 1);

			tell(p, type, (int64_t)below(NULL, SPREAD_MS));
		}
	}
	s.first = false;
}
