// SPDX-License-Identifier: MPL-2.0
#include "mock_test.h"

#include "bus_int.h"

#include <parloeb/txn.h>

/* The transactional client against the broker double, which answers requests but keeps no
 * transactions: what each error of each request becomes for the runtime. */

static const char *const full[] = {"t.ind", "t.forloeb", NULL};
static const char *const inputs[] = {"ind", NULL};
static const char *const outputs[] = {"forloeb", NULL};

struct flow {
	struct env env;
	struct mock mock;
	struct plb_txn *t;
	size_t assigned, revoked;
	bool lost;
	size_t records, ends;
	int failures;
	enum plb_err failed;
	size_t done;
	enum plb_err err;
};

static void
on_assigned(void *arg, const int32_t *p, size_t n)
{
	struct flow *f = arg;
	struct plb_errctx ec = {0};

	f->assigned = n;
	for (size_t i = 0; i < n; i++) {
		int64_t off = 0;

		assert_int_equal(plb_txn_committed(f->t, p[i], &off, 5000, &ec), PLB_OK);
		assert_int_equal(off, -1);
		assert_int_equal(plb_txn_seek(f->t, "ind", p[i], -1, &ec), PLB_OK);
		plb_txn_resume(f->t, p[i]);
	}
}

static void
on_revoked(void *arg, const int32_t *p, size_t n, bool lost)
{
	struct flow *f = arg;

	(void)p;
	f->assigned = 0;
	f->revoked += n;
	f->lost = lost;
}

static void
on_data(void *arg)
{
	struct flow *f = arg;
	struct plb_record rec;
	struct plb_errctx ec = {0};
	int found;

	while ((found = plb_txn_poll(f->t, &rec, &f->failed, &ec)) > 0) {
		f->records += found == 1;
		f->ends += found == 2;
	}
	f->failures += found < 0;
}

static void
on_done(void *arg, enum plb_err err)
{
	struct flow *f = arg;

	f->done++;
	f->err = err;
}

static bool
assigned(void *arg)
{
	return ((struct flow *)arg)->assigned == 4;
}

static bool
is_done(void *arg)
{
	return ((struct flow *)arg)->done > 0;
}

static void
open_session(struct flow *f, int session_ms)
{
	struct plb_txn_conf c = {.group = "g",
	    .transactional_id = "t-1",
	    .instance = "1",
	    .inputs = inputs,
	    .outputs = outputs,
	    .transaction_timeout_ms = 5000,
	    .session_timeout_ms = session_ms,
	    .arg = f,
	    .assigned = on_assigned,
	    .revoked = on_revoked,
	    .on_data = on_data,
	    .done = on_done};
	struct plb_errctx ec = {0};

	memset(f, 0, sizeof(*f));
	mock_open(&f->mock, full);
	env_open(&f->env, rd_kafka_mock_cluster_bootstraps(f->mock.cluster), "t",
	    "  properties: {socket.timeout.ms: 5000}\n"); /* this process may stand still */
	assert_int_equal(plb_txn_new(f->env.bus, f->env.loop, &c, &f->t, &ec), PLB_OK);
	assert_int_equal(plb_txn_start(f->t, &ec), PLB_OK);
	assert_false(plb_txn_started(f->t));
}

static void
open_all(struct flow *f)
{
	open_session(f, 10000);
}

static void
open_joined(struct flow *f)
{
	open_all(f);
	env_until(&f->env, assigned, f, WAIT_MS);
	assert_true(plb_txn_started(f->t));
	assert_int_equal(f->done, 0);
}

static void
close_all(struct flow *f)
{
	plb_txn_free(&f->t);
	env_close(&f->env);
	mock_close(&f->mock);
}

/* Joining takes the double three seconds: the tests that leave a sound client share one. */
static struct flow *
shared(void)
{
	static struct flow f;

	if (f.t == NULL)
		open_joined(&f);
	return &f;
}

static int
close_shared(void **state)
{
	(void)state;
	close_all(shared());
	return 0;
}

static int64_t
metric(int which)
{
	return bus_metrics[which].value;
}

static void
begin_and_send(struct flow *f)
{
	struct plb_errctx ec = {0};

	f->done = 0;
	if (plb_txn_begin(f->t, &ec) != PLB_OK ||
	    plb_txn_send(f->t, "forloeb", 1, plb_slice_str("k"), plb_slice_str("v"), false, NULL, 0,
		&ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

static enum plb_err
end_commit(struct flow *f)
{
	const struct plb_txn_offset o = {"ind", 1, 7};

	f->done = 0;
	plb_txn_commit(f->t, &o, 1);
	env_until(&f->env, is_done, f, WAIT_MS);
	assert_int_equal(f->done, 1);
	return f->err;
}

static enum plb_err
end_abort(struct flow *f)
{
	f->done = 0;
	plb_txn_abort(f->t);
	env_until(&f->env, is_done, f, WAIT_MS);
	assert_int_equal(f->done, 1);
	return f->err;
}

/* After whatever happened, the next transaction goes through. */
static void
next_goes_through(struct flow *f)
{
	begin_and_send(f);
	assert_int_equal(end_commit(f), PLB_OK);
}

static void
commits_and_aborts(void **state)
{
	int64_t renewed = metric(BUS_M_RENEWED);
	struct flow *f = shared();

	(void)state;
	next_goes_through(f);
	begin_and_send(f);
	assert_int_equal(end_abort(f), PLB_OK);
	next_goes_through(f);
	assert_int_equal(metric(BUS_M_RENEWED), renewed);
}

static void
a_wait_ends_with_done(void **state)
{
	const struct plb_txn_offset o = {"ind", 1, 7};
	struct flow *f = shared();

	(void)state;
	begin_and_send(f);
	plb_txn_commit(f->t, &o, 1);
	plb_txn_wait(f->t);
	assert_int_equal(f->done, 1);
	assert_int_equal(f->err, PLB_OK);
	plb_txn_wait(f->t); /* nothing to wait for */
	assert_int_equal(f->done, 1);
}

/* One error of one request, and what commit says. */
static const struct fault {
	const char *what;
	int16_t api;
	rd_kafka_resp_err_t err;
	enum plb_err commit;
	bool renewed;
} faults[] = {
    {"offsets: coordinator loads", API_OFFSET_COMMIT,
	RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, PLB_OK, false},
    {"offsets: older generation", API_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
	PLB_E_AFBRUDT, false},
    {"offsets: unknown member", API_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
	PLB_E_AFBRUDT, false},
    {"add offsets: concurrent", API_ADD_OFFSETS, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, PLB_OK,
	false},
    {"add offsets: fenced", API_ADD_OFFSETS, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
	PLB_E_AFLOEST, false},
    /* librdkafka drops its connection to the old one with the repeat in it: that looks like a
       request without an answer, and is taken for one. */
    {"end: coordinator moves", API_END, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, PLB_OK, true},
    {"end: fenced", API_END, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, PLB_E_AFLOEST, false},
    {"end: wrong state", API_END, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, PLB_E_KAFKA, true},
    {"end: connection broken", API_END, RD_KAFKA_RESP_ERR__TRANSPORT, PLB_OK, true},
    {"produce: refused", API_PRODUCE, RD_KAFKA_RESP_ERR_POLICY_VIOLATION, PLB_E_AFBRUDT, false},
    {"produce: connection broken", API_PRODUCE, RD_KAFKA_RESP_ERR__TRANSPORT, PLB_OK, true},
};

static void
becomes(struct flow *f, const struct fault *t)
{
	int64_t renewed = metric(BUS_M_RENEWED);
	enum plb_err err;

	mock_fail(&f->mock, t->api, t->err);
	begin_and_send(f);
	err = end_commit(f);
	if (err != t->commit || (metric(BUS_M_RENEWED) > renewed) != t->renewed)
		fail_msg("%s: %s, renewed %d", t->what, plb_err_name(err),
		    (int)(metric(BUS_M_RENEWED) - renewed));
	if (err == PLB_E_AFBRUDT)
		assert_int_equal(end_abort(f), PLB_OK);
}

static void
what_errors_become(void **state)
{
	struct flow *f = shared();

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		next_goes_through(f);
		becomes(f, &faults[i]);
		if (f->err != PLB_E_AFLOEST)
			continue;
		close_all(f); /* fenced: the process ends */
		f = shared();
	}
	next_goes_through(f);
}

/* The answer to an EndTxn comes after librdkafka has given it up: the call succeeds by a repeat,
 * the first one is still on its way. */
static void
a_late_end_is_found_out(void **state)
{
	int64_t renewed, ghosts;
	struct flow *f = shared();

	(void)state;
	next_goes_through(f);
	renewed = metric(BUS_M_RENEWED);
	ghosts = metric(BUS_M_GHOSTS);
	rd_kafka_mock_broker_push_request_error_rtts(
	    f->mock.cluster, 1, API_END, 1, RD_KAFKA_RESP_ERR_NO_ERROR, 12000);
	begin_and_send(f);
	assert_int_equal(end_commit(f), PLB_OK);
	assert_true(metric(BUS_M_GHOSTS) > ghosts);
	assert_int_equal(metric(BUS_M_RENEWED), renewed + 1);
	next_goes_through(f);
	close_all(f); /* the double asks a node's own list of errors alone from now on */
}

static void
an_abort_that_fails_is_put_right(void **state)
{
	int64_t renewed;
	struct flow *f = shared();

	(void)state;
	renewed = metric(BUS_M_RENEWED);
	mock_fail(&f->mock, API_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION);
	begin_and_send(f);
	assert_int_equal(end_commit(f), PLB_E_AFBRUDT);
	mock_fail(&f->mock, API_END, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE);
	assert_int_equal(end_abort(f), PLB_OK); /* by the new producer */
	assert_int_equal(metric(BUS_M_RENEWED), renewed + 1);
	next_goes_through(f);
}

/* The commit was asked for and failed, and so does the abort: who knows. */
static void
an_abort_that_fails_after_a_commit_is_in_doubt(void **state)
{
	int64_t doubtful = metric(BUS_M_DOUBTFUL);
	struct flow *f = shared();

	(void)state;
	next_goes_through(f);
	mock_fail(&f->mock, API_END, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID);
	begin_and_send(f);
	assert_int_equal(end_commit(f), PLB_E_AFBRUDT);
	mock_fail(&f->mock, API_END, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE);
	assert_int_equal(end_abort(f), PLB_E_KAFKA);
	assert_int_equal(metric(BUS_M_DOUBTFUL), doubtful + 1);
	next_goes_through(f);
}

static void
an_abort_without_a_transaction_is_put_right(void **state)
{
	struct flow *f = shared();

	(void)state;
	assert_int_equal(end_abort(f), PLB_OK);
	next_goes_through(f);
}

static void
start_waits_for_kafka(void **state)
{
	struct flow f;

	(void)state;
	open_all(&f);
	rd_kafka_mock_push_request_errors(f.mock.cluster, API_INIT, 3,
	    RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
	    RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
	    RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS);
	env_until(&f.env, assigned, &f, WAIT_MS);
	next_goes_through(&f);
	close_all(&f);
}

static void
start_refused_is_told(void **state)
{
	struct plb_record rec;
	struct plb_errctx ec = {0};
	enum plb_err err = PLB_OK;
	struct flow f;

	(void)state;
	open_all(&f);
	rd_kafka_mock_push_request_errors(f.mock.cluster, API_INIT, 3,
	    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
	    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
	    RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
	env_until(&f.env, is_done, &f, WAIT_MS);
	assert_int_equal(f.err, PLB_E_KONFIG);
	assert_int_equal(plb_txn_poll(f.t, &rec, &err, &ec), -1);
	assert_int_equal(err, PLB_E_KONFIG);
	assert_non_null(strstr(ec.text, "init_transactions"));
	close_all(&f);
}

static void
calls_out_of_turn(void **state)
{
	struct plb_errctx ec = {0};
	struct flow f;

	(void)state;
	open_all(&f);
	assert_int_equal(plb_txn_begin(f.t, &ec), PLB_E_INTERN);
	env_until(&f.env, assigned, &f, WAIT_MS);
	assert_int_equal(plb_txn_send(f.t, "forloeb", 0, plb_slice_str("k"), plb_slice_str("v"),
			     false, NULL, 0, &ec),
	    PLB_E_INTERN);
	assert_int_equal(plb_txn_start(f.t, &ec), PLB_E_INTERN);
	begin_and_send(&f);
	assert_int_equal(plb_txn_begin(f.t, &ec), PLB_E_INTERN);
	assert_int_equal(plb_txn_send(f.t, "forloeb", 99, plb_slice_str("k"), plb_slice_str("v"),
			     false, NULL, 0, &ec),
	    PLB_E_UKENDT);
	assert_int_equal(end_commit(&f), PLB_OK);
	close_all(&f);
}

static bool
session_lost(void *arg)
{
	struct flow *f = arg;

	return f->revoked == 4 && f->lost;
}

static bool
has_failed(void *arg)
{
	return ((struct flow *)arg)->failures > 0;
}

static void
another_process_of_our_name_ends_us(void **state)
{
	struct flow f;

	(void)state;
	open_joined(&f);
	mock_fail(&f.mock, API_HEARTBEAT, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
	env_until(&f.env, has_failed, &f, WAIT_MS);
	assert_int_equal(f.failed, PLB_E_AFLOEST);
	close_all(&f);
}

/* What a broker says to a client that joins again while a heartbeat under its old member id is
 * under way. */
static void
fenced_by_ourselves_after_a_lost_session_we_join_again(void **state)
{
	struct flow f;

	(void)state;
	open_session(&f, 3000);
	env_until(&f.env, assigned, &f, WAIT_MS);
	assert_int_equal(rd_kafka_mock_broker_set_down(f.mock.cluster, 1), 0);
	env_until(&f.env, session_lost, &f, WAIT_MS);
	mock_fail(&f.mock, API_JOIN, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
	assert_int_equal(rd_kafka_mock_broker_set_up(f.mock.cluster, 1), 0);
	env_until(&f.env, assigned, &f, WAIT_MS);
	assert_int_equal(f.failures, 0);
	next_goes_through(&f);
	close_all(&f);
}

/* Freed in every state. */
static void
freed_before_it_started(void **state)
{
	struct flow f;

	(void)state;
	open_all(&f);
	close_all(&f);
	open_joined(&f);
	begin_and_send(&f);
	close_all(&f);
	assert_int_equal(f.revoked, 0); /* no call into what is being freed */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commits_and_aborts),
	    cmocka_unit_test(a_wait_ends_with_done),
	    cmocka_unit_test(what_errors_become),
	    cmocka_unit_test(a_late_end_is_found_out),
	    cmocka_unit_test(an_abort_that_fails_is_put_right),
	    cmocka_unit_test(an_abort_that_fails_after_a_commit_is_in_doubt),
	    cmocka_unit_test(an_abort_without_a_transaction_is_put_right),
	    cmocka_unit_test(start_waits_for_kafka),
	    cmocka_unit_test(start_refused_is_told),
	    cmocka_unit_test(calls_out_of_turn),
	    cmocka_unit_test(another_process_of_our_name_ends_us),
	    cmocka_unit_test(fenced_by_ourselves_after_a_lost_session_we_join_again),
	    cmocka_unit_test(freed_before_it_started),
	};

	return cmocka_run_group_tests(tests, NULL, close_shared);
}
