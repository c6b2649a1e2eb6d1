// SPDX-License-Identifier: MPL-2.0
#include "fixture.h"

#include <parloeb/rng.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* after what declares size_t and jmp_buf */
#include <cmocka.h>

/* Many seeds: two instances share the partitions; records, timers and outcomes come in; commits are
 * refused, in doubt or slow, members are lost, revoked, killed and started anew. At the end what
 * stands in the topics is what one undisturbed process would have left. A failing seed says its
 * number: PLB_SEED=<n> runs it alone. */

#define SEEDS 300
#define STEPS 120
#define KEYS 12
#define MEMBERS 2

static struct svc svc[MEMBERS];
static bool alive[MEMBERS];
static int expected[KEYS], timers_set;
static unsigned started;

static int32_t
home(int key)
{
	return key % PARTS;
}

static void
start(int m)
{
	svc_start(&svc[m]);
	alive[m] = true;
	started++;
}

/* All partitions among those alive; whoever had some gives them up first, as the eager protocol has
 * it. */
static void
rebalance(struct plb_rng *r)
{
	int32_t part[MEMBERS][PARTS];
	size_t n[MEMBERS] = {0};
	int any = -1;

	for (int m = 0; m < MEMBERS; m++)
		if (alive[m])
			any = m;
	if (any < 0)
		return;
	for (int m = 0; m < MEMBERS; m++) {
		if (!alive[m])
			continue;
		fake_assign(svc[m].txn, NULL, 0);
	}
	/* Everybody has let go before anybody gets something. */
	for (int m = 0; m < MEMBERS; m++)
		for (int i = 0; alive[m] && i < 40 && !svc_failed(&svc[m]); i++)
			fake_run(100, NULL, NULL);
	for (int32_t p = 0; p < PARTS; p++) {
		int m = (int)plb_rng_below(r, MEMBERS);

		if (!alive[m])
			m = any;
		part[m][n[m]++] = p;
	}
	for (int m = 0; m < MEMBERS; m++)
		if (alive[m])
			fake_assign(svc[m].txn, part[m], n[m]);
}

static void
put(struct plb_rng *r)
{
	int key = (int)plb_rng_below(r, KEYS);
	char name[32], text[48];

	snprintf(name, sizeof(name), "k%d", key);
	if (plb_rng_below(r, 5) == 0) {
		/* Its own sub each, so that every timer fires for itself. */
		snprintf(text, sizeof(text), "due:%" PRId64 ":n%d",
		    plb_time_now().ms + (int64_t)plb_rng_below(r, 20000), timers_set++);
		fake_put("ind", home(key), name, text);
		return;
	}
	if (plb_rng_below(r, 15) == 0)
		fake_marker("svar", home(key));
	if (plb_rng_below(r, 12) == 0) {
		fake_put("ind", home(key), name, "reject");
		return;
	}
	fake_put(plb_rng_below(r, 2) ? "ind" : "svar", home(key), name,
	    plb_rng_below(r, 3) == 0 ? "later" : "+");
	expected[key]++;
}

static void
kill_one(struct plb_rng *r)
{
	int m = (int)plb_rng_below(r, MEMBERS);

	if (!alive[m] || started > 5)
		return;
	svc_stop(&svc[m]); /* its open transaction is aborted by init_transactions of the next */
	alive[m] = false;
	fake_run((int64_t)plb_rng_below(r, 3000), NULL, NULL);
	start(m);
	rebalance(r);
}

static void
trouble(struct plb_rng *r)
{
	static const enum fake_fault faults[] = {
	    FAKE_REFUSED, FAKE_DOUBT_YES, FAKE_DOUBT_NO, FAKE_OK};

	switch (plb_rng_below(r, 8)) {
	case 0:
	case 1:
		fake_fault(faults[plb_rng_below(r, 4)]);
		break;
	case 2:
		fake_delay((int64_t)plb_rng_below(r, 4000));
		break;
	case 3:
		fake_begin_fails(1);
		break;
	case 4:
		fake_send_fails((unsigned)plb_rng_below(r, 20));
		break;
	case 5:
		rebalance(r);
		break;
	case 6:
		kill_one(r);
		break;
	default:
		for (int m = 0; m < MEMBERS; m++) {
			if (!alive[m] || plb_rng_below(r, 2))
				continue;
			fake_lose(svc[m].txn);
			fake_run(3000, NULL, NULL);
			rebalance(r);
		}
	}
}

static bool
settled(void *arg)
{
	bool ready = !fake_committing();

	(void)arg;
	for (int m = 0; m < MEMBERS; m++)
		ready = ready && (!alive[m] || svc_ready(&svc[m]));
	for (int32_t p = 0; ready && p < PARTS; p++) {
		static const char *const in[] = {"ind", "svar"};

		for (int i = 0; ready && i < 2; i++) {
			int64_t at = fake_committed(in[i], p);

			for (size_t k = at < 0 ? 0 : (size_t)at; k < fake_len(in[i], p); k++)
				ready = ready && fake_at(in[i], p, k)->kind != FAKE_DATA;
		}
	}
	return ready;
}

static int
count_timers(void)
{
	int n = 0;

	for (int32_t p = 0; p < 2; p++) {
		for (size_t i = 0; i < fake_len("ud", p); i++) {
			const struct fake_rec *r = fake_at("ud", p, i);

			n += r->kind == FAKE_DATA && r->fate == FAKE_COMMITTED &&
			    memchr(r->value.p, '!', r->value.len) != NULL;
		}
	}
	return n;
}

/* Counts of a key in its outputs must read 1, 2, 3 … */
static void
check(int key)
{
	char name[32], want[64];
	const char *at;

	snprintf(name, sizeof(name), "k%d", key);
	at = outputs_of(name);
	for (int i = 1; i <= expected[key]; i++) {
		snprintf(want, sizeof(want), "%s=%d", name, i);
		at = strstr(at, want);
		if (at == NULL)
			fail_msg("%s: no output %s in %s", name, want, outputs_of(name));
		at += strlen(want);
	}
	assert_null(strchr(at, '='));
	assert_int_equal(logged_count(home(key), name), expected[key] == 0 ? -1 : expected[key]);
}

static void
one_seed(uint64_t seed)
{
	struct plb_rng r;

	plb_rng_seed(&r, seed);
	fixture_topics();
	memset(expected, 0, sizeof(expected));
	memset(svc, 0, sizeof(svc));
	timers_set = 0;
	started = 0;
	for (int m = 0; m < MEMBERS; m++)
		start(m);
	rebalance(&r);
	for (int step = 0; step < STEPS; step++) {
		for (uint64_t n = plb_rng_below(&r, 6); n > 0; n--)
			put(&r);
		if (plb_rng_below(&r, 4) == 0)
			trouble(&r);
		fake_run((int64_t)plb_rng_below(&r, 400), NULL, NULL);
		for (int m = 0; m < MEMBERS; m++)
			assert_false(alive[m] && svc_failed(&svc[m]));
	}
	fake_delay(10);
	rebalance(&r);
	assert_true(fake_run(120000, settled, NULL));
	fake_run(40000, NULL, NULL); /* the last timers */
	assert_true(fake_run(60000, settled, NULL));
	for (int key = 0; key < KEYS; key++)
		check(key);
	assert_int_equal(count_timers(), timers_set);
	for (int m = 0; m < MEMBERS; m++)
		if (alive[m])
			svc_stop(&svc[m]);
}

static void
whatever_happens_each_record_counts_once(void **state)
{
	const char *one = getenv("PLB_SEED");

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		if (one != NULL && strtoull(one, NULL, 10) != seed)
			continue;
		print_message("seed %" PRIu64 "\r", seed);
		one_seed(seed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whatever_happens_each_record_counts_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
