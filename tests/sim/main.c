// SPDX-License-Identifier: MPL-2.0
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <parloeb/log.h>

#include "breaks.h"
#include "broker.h"
#include "check.h"
#include "dispatch_wire.h"
#include "metrics.h"
#include "proc.h"
#include "senders.h"

/* tests/sim/run: seeds of the whole system on one virtual clock; docs/adr/0016-simulation.md. */

#define DAY_MS INT64_C(86400000)
#define PERSONS 8
#define MOMENTS 14
#define CHECK_MS 500
#define REST_MS (2 * 3600000) /* a fact may be an hour ahead of a clock that went back */
#define SETTLE_MS 4000        /* longer than the slowest control record */

static uint64_t steps, facts, kills, pauses, traces; /* of all seeds */

/* ---- one seed ---- */

/* Every seed has a character of its own, some are calm. */
static struct sim_faults
character(void)
{
	struct sim_faults f = {0};

	f.lost = (uint32_t)(sim_below(3) * 4000);
	f.late = (uint32_t)(sim_below(3) * 6000);
	f.crash = (uint32_t)(sim_below(4) * 150);
	f.pause = (uint32_t)(sim_below(3) * 40);
	f.refused = (uint32_t)(sim_below(3) * 8000);
	f.http = (uint32_t)(sim_below(3) * 120000);
	f.twice = (uint32_t)(sim_below(3) * 100000);
	return f;
}

static void
look(void *arg)
{
	sim_procs_check();
	sim_in(NULL, false, CHECK_MS, look, arg);
}

static bool
rests(void *unused)
{
	(void)unused;
	return senders_done() && sim_broker_quiet() && sim_procs_whole() &&
	    sim_procs_busy() == NULL;
}

/* At rest, and still so when what was under way has arrived. */
static bool
settles(void)
{
	for (int i = 0; i < 20 && !sim.failed; i++) {
		if (!sim_run(REST_MS, rests, NULL))
			return false;
		(void)sim_run(SETTLE_MS, NULL, NULL);
		if (rests(NULL))
			return true;
	}
	return false;
}

/* The system's clock goes on by days between two moments, sometimes back by an hour. By less while
 * a fact is still unanswered: its id is remembered for 30 days only. */
static void
leap(void)
{
	if (sim_below(6) == 0)
		sim.real_offset -= 3600000;
	else
		sim.real_offset += sim_below(senders_done() ? 12 : 2) * DAY_MS + sim_below(DAY_MS);
}

static void
trouble(void)
{
	if (sim.fault.lost > 0 && sim_below(5) == 0)
		sim_outage(sim_below(20000));
	if (sim.fault.crash > 0 && sim_below(3) == 0)
		sim_kill(&sim.proc[sim_below(sim.procs)]);
	if (sim.fault.pause > 0 && sim_below(4) == 0)
		sim_pause(&sim.proc[sim_below(sim.procs)], sim_below(70000));
}

static void
play(void)
{
	int64_t clock = INT64_C(1709280000000); /* 2024-03-01 */

	sim.real_offset = clock + 5 * DAY_MS - sim.mono;
	sim_procs_make();
	sim_in(NULL, false, CHECK_MS, look, NULL);
	sim.fault = character();
	for (int i = 0; i < MOMENTS && !sim.failed; i++) {
		senders_moment();
		trouble();
		(void)sim_run(sim_below(20000), NULL, NULL);
		/* Most of what was told has arrived before the clock leaps. */
		(void)sim_run(40000, rests, NULL);
		leap();
	}
	sim.fault = (struct sim_faults){0};
	for (int i = 0; i < 9 && !sim.failed; i++) {
		if (i > 0)
			sim.real_offset += 8 * DAY_MS;
		if (!settles())
			sim_fail("I7", "no rest: facts %s, transactions %s, partitions %s, %s",
			    senders_done() ? "answered" : "open",
			    sim_broker_quiet() ? "ended" : "open",
			    sim_procs_whole() ? "owned" : "without owner",
			    sim_procs_whole() ? sim_procs_busy() : "");
	}
	if (!sim.failed)
		check_end();
}

static bool
one_seed(uint64_t seed)
{
	sim_begin(seed);
	sim_topics_reset();
	sim_broker_reset();
	check_reset();
	senders_reset(seed, PERSONS);
	play();
	sim_end();
	check_fini();
	steps += sim.steps;
	facts += senders_facts();
	kills += sim.crashes;
	pauses += sim.pauses;
	traces = traces * 31 + sim.trace;
	return !sim.failed;
}

/* ---- the program ---- */

static void
repeat_line(void)
{
	printf("repeat: tests/sim/run --seed %" PRIu64 "%s%s\n", sim.seed,
	    sim_broken == BREAK_NONE ? "" : " --break ",
	    sim_broken == BREAK_NONE ? "" : sim_break_name(sim_broken));
	fflush(stdout);
}

/* An assertion of the services' own, or worse. */
static void
aborted(int sig)
{
	printf(sig == SIGABRT ? "an assertion failed\n" : "a crash\n");
	repeat_line();
	sim_common_clean();
	_exit(1);
}

static int
usage(void)
{
	fputs("usage: tests/sim/run [--seeds N] [--first S] [--seed S] [--break NAME] "
	      "[--list-breaks] "
	      "[--verbose]\n",
	    stderr);
	return 2;
}

static int
list_breaks(void)
{
	for (int b = 1; b < BREAKS; b++)
		printf("%-22s %s\n", sim_break_name((enum sim_break)b),
		    sim_break_help((enum sim_break)b));
	return 0;
}

static double
cpu_s(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

static int
run(uint64_t first, uint64_t n)
{
	double began = cpu_s(), s;

	for (uint64_t seed = first; seed < first + n; seed++) {
		if (one_seed(seed))
			continue;
		printf("seed %" PRIu64 ": %s\n", seed, sim.failure);
		repeat_line();
		return 1;
	}
	s = cpu_s() - began;
	printf("%" PRIu64 " seeds hold: %" PRIu64 " facts, %" PRIu64
	       " events, %.0f events/s, trace %016" PRIx64 "\n",
	    n, facts, steps, (double)steps / (s > 0 ? s : 1), traces);
	printf("met on the way: %" PRIu64 " kills, %" PRIu64
	       " pauses, %lld commits, %lld aborts, %lld in doubt\n",
	    kills, pauses, (long long)flow_metric_get(FLOW_M_COMMITS),
	    (long long)flow_metric_get(FLOW_M_ABORTS), (long long)flow_metric_get(FLOW_M_DOUBTS));
	return 0;
}

static bool
number(const char *text, uint64_t *out)
{
	char *end;

	*out = strtoull(text, &end, 10);
	return *text != '\0' && *end == '\0';
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"seeds", required_argument, NULL, 'n'},
	    {"first", required_argument, NULL, 'f'}, {"seed", required_argument, NULL, 's'},
	    {"break", required_argument, NULL, 'b'}, {"list-breaks", no_argument, NULL, 'l'},
	    {"verbose", no_argument, NULL, 'v'}, {NULL, 0, NULL, 0}};
	uint64_t first = 1, n = 200;
	struct dispatch_wire *wire;
	struct plb_errctx ec = {{0}};
	int c, code;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		bool good = c != '?';

		if (c == 'l')
			return list_breaks();
		if (c == 'n')
			good = number(optarg, &n);
		else if (c == 'f')
			good = number(optarg, &first);
		else if (c == 's' && (good = number(optarg, &first)))
			n = 1;
		else if (c == 'b')
			good = (sim_broken = sim_break_find(optarg)) != BREAKS;
		else if (c == 'v')
			sim.verbose = true;
		if (!good)
			return usage();
	}
	signal(SIGABRT, aborted);
	signal(SIGSEGV, aborted);
	plb_log_level_set((enum plb_log_level)(PLB_LOG_ERROR + (sim.verbose ? -1 : 1)));
	sim_common_load();
	PLB_ASSERT(dispatch_wire_new(sim_common.schemas, &wire, &ec) == PLB_OK);
	check_wire(wire);
	code = run(first, n);
	dispatch_wire_free(&wire);
	sim_common_free();
	plb_arena_fini(&sim.arena);
	return code;
}
