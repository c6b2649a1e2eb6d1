// SPDX-License-Identifier: MPL-2.0
#include "broker_test.h"

/* Topics, records and offsets on a real broker. */

static void
every_topic_of_the_project_is_accepted(void **state)
{
	const struct plb_topic_plan *plan;
	struct plb_errctx ec = {0};
	struct env e;
	size_t n;

	(void)state;
	broker_env(&e, "");
	plan = plb_topics(e.bus, &n);
	for (size_t i = 0; i < n; i++) {
		enum plb_topic_state is;
		int32_t partitions;

		assert_int_equal(plb_topic_check(e.bus, &plan[i], &is, &partitions, &ec), PLB_OK);
		assert_int_equal(is, PLB_TOPIC_MISSING);
		if (plb_topic_create(e.bus, &plan[i], &ec) != PLB_OK)
			fail_msg("%s", ec.text);
		assert_int_equal(plb_topic_create(e.bus, &plan[i], &ec), PLB_OK); /* again: fine */
		assert_int_equal(plb_topic_check(e.bus, &plan[i], &is, &partitions, &ec), PLB_OK);
		assert_int_equal(is, PLB_TOPIC_OK);
		assert_int_equal(partitions, plan[i].partitions);
		assert_int_equal(
		    plb_topic_partitions(e.bus, plan[i].name, &partitions, &ec), PLB_OK);
		assert_int_equal(partitions, plan[i].partitions);
	}
	env_close(&e);
}

static void
another_count_or_replication_is_told(void **state)
{
	struct plb_topic_plan plan = {.name = "ind", .partitions = 3, .replication = 1};
	enum plb_topic_state is;
	struct plb_errctx ec = {0};
	int32_t partitions;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 2);
	assert_int_equal(plb_topic_check(e.bus, &plan, &is, &partitions, &ec), PLB_OK);
	assert_int_equal(is, PLB_TOPIC_OTHER_COUNT);
	assert_int_equal(partitions, 2);
	plan.partitions = 2;
	plan.replication = 3;
	assert_int_equal(plb_topic_check(e.bus, &plan, &is, &partitions, &ec), PLB_OK);
	assert_int_equal(is, PLB_TOPIC_OTHER_REPLICATION);
	plan.name = "x";
	plan.replication = 99;
	assert_int_equal(plb_topic_create(e.bus, &plan, &ec), PLB_E_KONFIG);
	assert_int_equal(plb_topic_partitions(e.bus, "nothing", &partitions, &ec), PLB_E_UKENDT);
	env_close(&e);
}

struct answers {
	int n;
	int32_t partition[16];
	int64_t offset[16];
	struct plb_producer *p;
};

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct answers *a = arg;
	size_t i = (size_t)(uintptr_t)opaque;

	assert_int_equal(err, PLB_OK);
	a->partition[i] = partition;
	a->offset[i] = offset;
	a->n++;
}

static bool
ready(void *arg)
{
	return plb_producer_ready(((struct answers *)arg)->p);
}

static bool
eight(void *arg)
{
	return ((struct answers *)arg)->n == 8;
}

static void
a_record_comes_back_as_sent(void **state)
{
	static const char *const topics[] = {"ind", NULL};
	static const struct plb_header h[] = {{"ce_id", {(const uint8_t *)"a", 1}},
	    {"plb_hmac", {(const uint8_t *)"\0\1\2\3", 4}}, {"plb_fejl", {(const uint8_t *)"", 0}}};
	const int64_t before = plb_time_now().ms;
	struct plb_errctx ec = {0};
	struct answers a = {0};
	struct plb_record rec;
	struct plb_reader *r;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	assert_int_equal(plb_producer_new(e.bus, e.loop, topics, delivered, &a, &a.p, &ec), PLB_OK);
	env_until(&e, ready, &a, WAIT_MS);
	for (size_t i = 0; i < 8; i++) {
		char key[2] = {(char)('a' + i), 0};

		assert_int_equal(plb_producer_send(a.p, "ind", -1, plb_slice_str(key),
				     plb_slice("x\0y", 3), h, 3, (void *)(uintptr_t)i),
		    PLB_OK);
	}
	env_until(&e, eight, &a, WAIT_MS);
	assert_int_equal(plb_reader_new(e.bus, NULL, true, NULL, NULL, &r, &ec), PLB_OK);
	for (size_t i = 0; i < 8; i++) {
		char key[2] = {(char)('a' + i), 0};

		assert_int_equal(a.partition[i], plb_partition(plb_slice_str(key), 4));
		assert_int_equal(
		    plb_reader_assign(r, "ind", a.partition[i], PLB_FROM_OFFSET, a.offset[i], &ec),
		    PLB_OK);
		assert_int_equal(plb_reader_poll(r, WAIT_MS, &rec, &ec), 1);
		assert_int_equal(rec.partition, a.partition[i]);
		assert_int_equal(rec.offset, a.offset[i]);
		assert_true(plb_slice_is(rec.key, key));
		assert_true(plb_slice_eq(rec.value, plb_slice("x\0y", 3)));
		assert_true(
		    rec.timestamp.ms >= before && rec.timestamp.ms <= plb_time_now().ms + 60000);
		assert_int_equal(rec.n_headers, 3);
		for (int k = 0; k < 3; k++) {
			assert_string_equal(rec.header[k].name, h[k].name);
			assert_true(plb_slice_eq(rec.header[k].value, h[k].value));
		}
		plb_reader_unassign(r, "ind", a.partition[i]);
	}
	plb_reader_free(&r);
	plb_producer_free(&a.p);
	env_close(&e);
}

static void
offsets_of_many_partitions_at_once(void **state)
{
	struct plb_errctx ec = {0};
	int64_t end[24], low, high;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 24);
	broker_fill(&e, 24, 3);
	assert_int_equal(plb_bus_end_offsets(e.bus, "ind", 24, true, 10000, end, &ec), PLB_OK);
	for (int i = 0; i < 24; i++)
		assert_int_equal(end[i], 3);
	assert_int_equal(plb_bus_watermarks(e.bus, "ind", 23, 10000, &low, &high, &ec), PLB_OK);
	assert_int_equal(low, 0);
	assert_int_equal(high, 3);
	assert_int_equal(
	    plb_bus_end_offsets(e.bus, "nothing", 2, true, 3000, end, &ec), PLB_E_UKENDT);
	env_close(&e);
}

static void
an_offset_beyond_the_log_is_told(void **state)
{
	struct plb_errctx ec = {0};
	struct plb_record rec;
	struct plb_reader *r;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 1);
	broker_fill(&e, 1, 3);
	assert_int_equal(plb_reader_new(e.bus, NULL, true, NULL, NULL, &r, &ec), PLB_OK);
	assert_int_equal(plb_reader_assign(r, "ind", 0, PLB_FROM_OFFSET, 77, &ec), PLB_OK);
	assert_int_equal(plb_reader_poll(r, WAIT_MS, &rec, &ec), -1);
	assert_int_equal(plb_reader_error(r), PLB_E_UKENDT);
	assert_int_equal(rec.partition, 0);
	plb_reader_free(&r);
	env_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_topic_of_the_project_is_accepted),
	    cmocka_unit_test(another_count_or_replication_is_told),
	    cmocka_unit_test(a_record_comes_back_as_sent),
	    cmocka_unit_test(offsets_of_many_partitions_at_once),
	    cmocka_unit_test(an_offset_beyond_the_log_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
