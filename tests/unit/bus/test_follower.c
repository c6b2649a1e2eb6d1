// SPDX-License-Identifier: MPL-2.0
#include <parloeb/follower.h>

#include "mock_test.h"

/* A follower against the broker double: all that is there, then what comes, each record once. */

static const char *const full[] = {"t.ind", NULL};

#define RECORDS 5
#define PARTITIONS 2 /* the second is empty */

struct seen {
	struct env env;
	struct mock mock;
	struct plb_follower *f;
	int64_t offset[64];
	size_t n, until;
	int turns;
};

static void
ignore(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	(void)arg, (void)opaque, (void)partition, (void)offset;
	assert_int_equal(err, PLB_OK);
}

static void
fill(struct seen *s)
{
	static const char *const topics[] = {"ind", NULL};
	struct plb_producer *p;
	struct plb_errctx ec = {0};

	assert_int_equal(plb_producer_new(s->env.bus, NULL, topics, ignore, s, &p, &ec), PLB_OK);
	for (int i = 0; i < RECORDS; i++)
		assert_int_equal(plb_producer_send(p, "ind", 0, plb_slice_str("key"),
				     plb_slice_str("value"), NULL, 0, NULL),
		    PLB_OK);
	assert_int_equal(plb_producer_flush(p, WAIT_MS), PLB_OK);
	plb_producer_free(&p);
}

static void
record(void *arg, const struct plb_record *r)
{
	struct seen *s = arg;

	assert_string_equal(r->topic, "ind");
	assert_int_equal(r->partition, 0);
	assert_true(s->n < sizeof(s->offset) / sizeof(s->offset[0]));
	s->offset[s->n++] = r->offset;
}

static void
turn(void *arg)
{
	((struct seen *)arg)->turns++;
}

static void
open_all(struct seen *s, bool filled)
{
	const struct plb_follower_conf c = {
	    .topic = "ind", .partitions = PARTITIONS, .record = record, .turn = turn, .arg = s};
	struct plb_errctx ec = {0};

	memset(s, 0, sizeof(*s));
	mock_open(&s->mock, full);
	env_open(&s->env, rd_kafka_mock_cluster_bootstraps(s->mock.cluster), "t", "");
	if (filled)
		fill(s);
	assert_int_equal(plb_follower_new(s->env.bus, s->env.loop, &c, &s->f, &ec), PLB_OK);
	assert_false(plb_follower_known(s->f));
}

static void
close_all(struct seen *s)
{
	plb_follower_free(&s->f);
	assert_null(s->f);
	env_close(&s->env);
	mock_close(&s->mock);
}

static bool
known(void *arg)
{
	return plb_follower_known(((struct seen *)arg)->f);
}

static bool
enough(void *arg)
{
	const struct seen *s = arg;

	return s->n >= s->until;
}

static void
each_once(const struct seen *s, size_t n)
{
	assert_int_equal(s->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(s->offset[i], i);
}

static void
all_that_is_there_is_known(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s, true);
	env_until(&s.env, known, &s, WAIT_MS);
	each_once(&s, RECORDS);
	assert_true(s.turns > 0);
	close_all(&s);
}

static void
nothing_there_is_known_too(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s, false);
	env_until(&s.env, known, &s, WAIT_MS);
	each_once(&s, 0);
	close_all(&s);
}

/* Whichever client reads it: the hurried one, or the one that takes over from it. */
static void
what_comes_later_comes_once(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s, true);
	env_until(&s.env, known, &s, WAIT_MS);
	for (s.until = 2 * RECORDS; s.until <= 4 * RECORDS; s.until += RECORDS) {
		fill(&s);
		env_until(&s.env, enough, &s, WAIT_MS);
	}
	each_once(&s, 4 * RECORDS);
	close_all(&s);
}

/* Freed with the change of clients still before it. */
static void
freed_at_once(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s, true);
	close_all(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_that_is_there_is_known),
	    cmocka_unit_test(nothing_there_is_known_too),
	    cmocka_unit_test(what_comes_later_comes_once),
	    cmocka_unit_test(freed_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
