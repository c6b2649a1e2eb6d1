// SPDX-License-Identifier: MPL-2.0
#include "mock_test.h"

/* The producer against the broker double: what became of a record, as the caller hears it. */

#define SENT_MAX 64

struct sent {
	struct env env;
	struct mock mock;
	struct plb_producer *p;
	size_t n;
	struct {
		int calls;
		enum plb_err err;
		int32_t partition;
		int64_t offset;
	} end[SENT_MAX];
	size_t ended;
};

static const char *const full[] = {"t.ind", "t.ud", NULL};
static const char *const bare[] = {"ind", "ud", NULL};

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct sent *s = arg;
	size_t i = (size_t)(uintptr_t)opaque;

	s->end[i].calls++;
	s->end[i].err = err;
	s->end[i].partition = partition;
	s->end[i].offset = offset;
	s->ended++;
}

static bool
ready(void *arg)
{
	return plb_producer_ready(((struct sent *)arg)->p);
}

static bool
all_ended(void *arg)
{
	struct sent *s = arg;

	return s->ended == s->n;
}

static void
open_on_loop(struct sent *s, const char *kafka)
{
	struct plb_errctx ec = {0};

	memset(s, 0, sizeof(*s));
	mock_open(&s->mock, full);
	env_open(&s->env, rd_kafka_mock_cluster_bootstraps(s->mock.cluster), "t", kafka);
	assert_int_equal(
	    plb_producer_new(s->env.bus, s->env.loop, bare, delivered, s, &s->p, &ec), PLB_OK);
}

static void
close_all(struct sent *s)
{
	plb_producer_free(&s->p);
	env_close(&s->env);
	mock_close(&s->mock);
	for (size_t i = 0; i < s->n; i++)
		assert_int_equal(s->end[i].calls, 1);
}

static enum plb_err
send_one(struct sent *s, int32_t partition, const char *key)
{
	static const struct plb_header h[] = {{"ce_id", {(const uint8_t *)"7", 1}}};
	enum plb_err err = plb_producer_send(s->p, "ind", partition, plb_slice_str(key),
	    plb_slice_str("value"), h, 1, (void *)(uintptr_t)s->n);

	if (err == PLB_OK)
		s->n++;
	return err;
}

static void
delivers_with_its_place(void **state)
{
	struct sent s;

	(void)state;
	open_on_loop(&s, "");
	env_until(&s.env, ready, &s, WAIT_MS);
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_one(&s, 2, "k"), PLB_OK);
	assert_int_equal(send_one(&s, -1, "another key"), PLB_OK);
	assert_int_equal(plb_producer_pending(s.p), 4);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(plb_producer_pending(s.p), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(s.end[i].err, PLB_OK);
		assert_int_equal(s.end[i].partition, 2);
		assert_int_equal(s.end[i].offset, i);
	}
	assert_int_equal(s.end[3].partition, plb_partition(plb_slice_str("another key"), 4));
	close_all(&s);
}

static void
without_a_loop_flush_drives(void **state)
{
	struct plb_errctx ec = {0};
	struct sent s = {0};

	(void)state;
	mock_open(&s.mock, full);
	env_open(&s.env, rd_kafka_mock_cluster_bootstraps(s.mock.cluster), "t", "");
	assert_int_equal(plb_producer_new(s.env.bus, NULL, bare, delivered, &s, &s.p, &ec), PLB_OK);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	assert_int_equal(plb_producer_flush(s.p, WAIT_MS), PLB_OK);
	assert_int_equal(s.end[0].err, PLB_OK);
	close_all(&s);
}

static void
what_the_broker_refused_may_be_repeated(void **state)
{
	struct sent s;

	(void)state;
	open_on_loop(&s, "");
	env_until(&s.env, ready, &s, WAIT_MS);
	mock_fail(&s.mock, API_PRODUCE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(s.end[0].err, PLB_E_IO);
	close_all(&s);
}

static void
a_passing_fault_is_not_heard_of(void **state)
{
	struct sent s;

	(void)state;
	open_on_loop(&s, "");
	env_until(&s.env, ready, &s, WAIT_MS);
	mock_fail(&s.mock, API_PRODUCE, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(s.end[0].err, PLB_OK);
	assert_int_equal(s.end[0].offset, 0);
	close_all(&s);
}

/* The answer stays away until the record's time is out: nobody knows, and the next one goes
 * through. */
static void
without_an_answer_the_outcome_is_unknown(void **state)
{
	struct sent s;

	(void)state;
	open_on_loop(&s, "  properties: {socket.timeout.ms: 2000}\n");
	env_until(&s.env, ready, &s, WAIT_MS);
	rd_kafka_mock_broker_set_rtt(s.mock.cluster, 1, 20000);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(s.end[0].err, PLB_E_TIMEOUT);
	rd_kafka_mock_broker_set_rtt(s.mock.cluster, 1, 0);
	env_until(&s.env, ready, &s, WAIT_MS);
	assert_int_equal(send_one(&s, 1, "k"), PLB_OK);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(s.end[1].err, PLB_OK);
	close_all(&s);
}

static void
a_fatal_client_is_made_anew(void **state)
{
	static const char *const topics[] = {"t.ind", "t.ud", NULL};
	struct plb_errctx ec = {0};
	struct sent s = {0};
	enum plb_err err;

	(void)state;
	mock_open(&s.mock, topics);
	mock_fail(&s.mock, API_INIT, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
	env_open(&s.env, rd_kafka_mock_cluster_bootstraps(s.mock.cluster), "t", "");
	assert_int_equal(
	    plb_producer_new(s.env.bus, s.env.loop, bare, delivered, &s, &s.p, &ec), PLB_OK);
	/* Taken before the fault is known, and then lost with the client; refused after. */
	err = send_one(&s, 0, "k");
	assert_true(err == PLB_OK || err == PLB_E_FULD);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_true(s.n == 0 || s.end[0].err == PLB_E_TIMEOUT);
	env_until(&s.env, ready, &s, WAIT_MS);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(s.end[s.n - 1].err, PLB_OK);
	close_all(&s);
}

static void
faults_of_the_call(void **state)
{
	struct sent s;
	char *big = calloc(1, 3000000);

	(void)state;
	assert_non_null(big);
	open_on_loop(&s, "");
	env_until(&s.env, ready, &s, WAIT_MS);
	assert_int_equal(send_one(&s, 99, "k"), PLB_E_UKENDT);
	assert_int_equal(plb_producer_send(s.p, "ind", 0, plb_slice_str("k"),
			     plb_slice(big, 3000000), NULL, 0, NULL),
	    PLB_E_FOR_STOR);
	assert_int_equal(plb_producer_pending(s.p), 0);
	close_all(&s);
	free(big);
}

static void
a_full_queue_takes_nothing(void **state)
{
	struct sent s;
	size_t taken = 0;

	(void)state;
	open_on_loop(&s, "  properties: {queue.buffering.max.messages: 10}\n");
	env_until(&s.env, ready, &s, WAIT_MS);
	rd_kafka_mock_broker_set_down(s.mock.cluster, 1);
	while (taken < SENT_MAX && send_one(&s, 0, "k") == PLB_OK)
		taken++;
	assert_int_equal(taken, 10);
	assert_int_equal(send_one(&s, 0, "k"), PLB_E_FULD);
	rd_kafka_mock_broker_set_up(s.mock.cluster, 1);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	env_until(&s.env, all_ended, &s, WAIT_MS);
	close_all(&s);
}

/* Freed with records under way: each is reported once, none as delivered by guess. */
static void
free_reports_what_is_under_way(void **state)
{
	struct sent s;

	(void)state;
	open_on_loop(&s, "");
	env_until(&s.env, ready, &s, WAIT_MS);
	rd_kafka_mock_broker_set_down(s.mock.cluster, 1);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	assert_int_equal(send_one(&s, 0, "k"), PLB_OK);
	close_all(&s);
	assert_int_equal(s.end[0].err, PLB_E_TIMEOUT);
	assert_int_equal(s.end[1].err, PLB_E_TIMEOUT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(delivers_with_its_place),
	    cmocka_unit_test(without_a_loop_flush_drives),
	    cmocka_unit_test(what_the_broker_refused_may_be_repeated),
	    cmocka_unit_test(a_passing_fault_is_not_heard_of),
	    cmocka_unit_test(without_an_answer_the_outcome_is_unknown),
	    cmocka_unit_test(a_fatal_client_is_made_anew),
	    cmocka_unit_test(faults_of_the_call),
	    cmocka_unit_test(a_full_queue_takes_nothing),
	    cmocka_unit_test(free_reports_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
