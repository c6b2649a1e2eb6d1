// SPDX-License-Identifier: MPL-2.0
#include "mock_test.h"

/* The reader against the broker double. Partition 0 of ind holds five records, partition 1 none. */

static const char *const full[] = {"t.ind", "t.ud", NULL};

#define RECORDS 5

struct seen {
	struct env env;
	struct mock mock;
	struct plb_reader *r;
	int64_t offset[64];
	size_t n;
	bool at_end;
	int64_t end;
	int faults;
	enum plb_err err;
	size_t until; /* records, for `enough` */
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
	static const struct plb_header h[] = {
	    {"ce_id", {(const uint8_t *)"id-1", 4}}, {"empty", {(const uint8_t *)"", 0}}};
	static const char *const topics[] = {"ind", NULL};
	struct plb_producer *p;
	struct plb_errctx ec = {0};

	assert_int_equal(plb_producer_new(s->env.bus, NULL, topics, ignore, s, &p, &ec), PLB_OK);
	for (int i = 0; i < RECORDS; i++)
		assert_int_equal(
		    plb_producer_send(p, "ind", 0, plb_slice_str("key"),
			i == 4 ? plb_slice(NULL, 0) : plb_slice_str("value"), h, 2, NULL),
		    PLB_OK);
	assert_int_equal(plb_producer_flush(p, WAIT_MS), PLB_OK);
	plb_producer_free(&p);
}

/* One record a call, so that the rest must be called for again. */
static void
on_data(void *arg)
{
	struct seen *s = arg;
	struct plb_record rec;
	struct plb_errctx ec = {0};
	int found = plb_reader_poll(s->r, 0, &rec, &ec);

	if (found == 1) {
		assert_string_equal(rec.topic, "ind");
		s->offset[s->n++] = rec.offset;
		s->at_end = false;
	} else if (found == 2) {
		s->at_end = true;
		s->end = rec.offset;
	} else if (found < 0) {
		s->faults++;
		s->err = plb_reader_error(s->r);
		assert_string_equal(rec.topic, "ind");
		assert_int_equal(rec.partition, 0);
	}
}

static void
open_all(struct seen *s)
{
	struct plb_errctx ec = {0};

	memset(s, 0, sizeof(*s));
	mock_open(&s->mock, full);
	env_open(&s->env, rd_kafka_mock_cluster_bootstraps(s->mock.cluster), "t", "");
	fill(s);
	assert_int_equal(
	    plb_reader_new(s->env.bus, s->env.loop, true, on_data, s, &s->r, &ec), PLB_OK);
}

static void
close_all(struct seen *s)
{
	plb_reader_free(&s->r);
	env_close(&s->env);
	mock_close(&s->mock);
}

static void
assign(struct seen *s, enum plb_read_from from, int64_t offset)
{
	struct plb_errctx ec = {0};

	s->at_end = false;
	assert_int_equal(plb_reader_assign(s->r, "ind", 0, from, offset, &ec), PLB_OK);
}

static bool
at_end(void *arg)
{
	return ((struct seen *)arg)->at_end;
}

static bool
enough(void *arg)
{
	struct seen *s = arg;

	return s->n >= s->until;
}

static bool
faulted(void *arg)
{
	return ((struct seen *)arg)->faults > 0;
}

static void
from_the_beginning_to_the_end(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s);
	assign(&s, PLB_FROM_BEGINNING, 0);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, RECORDS);
	for (int i = 0; i < RECORDS; i++)
		assert_int_equal(s.offset[i], i);
	assert_int_equal(s.end, RECORDS);
	close_all(&s);
}

static void
from_an_offset_and_moved(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s);
	assign(&s, PLB_FROM_OFFSET, 3);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.offset[0], 3);
	assign(&s, PLB_FROM_OFFSET, 1);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, 6);
	assert_int_equal(s.offset[2], 1);
	close_all(&s);
}

/* Moved in the midst: nothing of what was fetched for the old position comes. */
static void
moved_in_the_midst(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s);
	assign(&s, PLB_FROM_BEGINNING, 0);
	s.until = 2;
	env_until(&s.env, enough, &s, WAIT_MS);
	s.n = 0;
	assign(&s, PLB_FROM_OFFSET, 4);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.offset[0], 4);
	close_all(&s);
}

static void
from_the_end_sees_what_comes(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s);
	assign(&s, PLB_FROM_END, 0);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, 0);
	assert_int_equal(s.end, RECORDS);
	fill(&s);
	s.until = RECORDS;
	env_until(&s.env, enough, &s, WAIT_MS);
	assert_int_equal(s.offset[0], RECORDS);
	close_all(&s);
}

static void
an_offset_that_is_not_there_is_told(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s);
	assign(&s, PLB_FROM_OFFSET, 999);
	env_until(&s.env, faulted, &s, WAIT_MS);
	assert_int_equal(s.err, PLB_E_UKENDT);
	assert_int_equal(s.n, 0);
	assign(&s, PLB_FROM_OFFSET, 4); /* and it can be put right */
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, 1);
	close_all(&s);
}

static void
nothing_comes_of_what_was_taken_off(void **state)
{
	struct seen s;
	struct plb_errctx ec = {0};

	(void)state;
	open_all(&s);
	assign(&s, PLB_FROM_BEGINNING, 0);
	s.until = 1;
	env_until(&s.env, enough, &s, WAIT_MS);
	plb_reader_unassign(s.r, "ind", 0);
	s.n = 0;
	/* Another partition's end shows that the queue has been read through. */
	assert_int_equal(plb_reader_assign(s.r, "ind", 1, PLB_FROM_BEGINNING, 0, &ec), PLB_OK);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, 0);
	assert_int_equal(s.end, 0);
	close_all(&s);
}

static void
a_passing_fault_is_skipped(void **state)
{
	struct seen s;

	(void)state;
	open_all(&s);
	rd_kafka_mock_push_request_errors(s.mock.cluster, 1 /* Fetch */, 2,
	    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR__TRANSPORT);
	assign(&s, PLB_FROM_BEGINNING, 0);
	env_until(&s.env, at_end, &s, WAIT_MS);
	assert_int_equal(s.n, RECORDS);
	assert_int_equal(s.faults, 0);
	close_all(&s);
}

static void
a_record_is_whole(void **state)
{
	struct seen s;
	struct plb_reader *r;
	struct plb_record rec;
	struct plb_errctx ec = {0};

	(void)state;
	open_all(&s);
	/* Without a loop: the timeout waits. */
	assert_int_equal(plb_reader_new(s.env.bus, NULL, false, NULL, NULL, &r, &ec), PLB_OK);
	assert_int_equal(plb_reader_assign(r, "ind", 0, PLB_FROM_OFFSET, 3, &ec), PLB_OK);
	assert_int_equal(plb_reader_poll(r, WAIT_MS, &rec, &ec), 1);
	assert_true(plb_slice_is(rec.key, "key"));
	assert_true(plb_slice_is(rec.value, "value"));
	assert_false(rec.tombstone);
	assert_true(rec.timestamp.ms > 1500000000000);
	assert_int_equal(rec.n_headers, 2);
	assert_string_equal(rec.header[0].name, "ce_id");
	assert_true(plb_slice_is(rec.header[0].value, "id-1"));
	assert_int_equal(rec.header[1].value.len, 0);
	assert_int_equal(plb_reader_poll(r, WAIT_MS, &rec, &ec), 1);
	assert_int_equal(rec.offset, 4);
	assert_true(rec.tombstone);
	plb_reader_free(&r);
	close_all(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(from_the_beginning_to_the_end),
	    cmocka_unit_test(from_an_offset_and_moved),
	    cmocka_unit_test(moved_in_the_midst),
	    cmocka_unit_test(from_the_end_sees_what_comes),
	    cmocka_unit_test(an_offset_that_is_not_there_is_told),
	    cmocka_unit_test(nothing_comes_of_what_was_taken_off),
	    cmocka_unit_test(a_passing_fault_is_skipped),
	    cmocka_unit_test(a_record_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
