// SPDX-License-Identifier: MPL-2.0
#include "broker_test.h"

#include <librdkafka/rdkafka.h>

/* Transactions of one client on a real broker: what a reader may see, positions, fencing. */

static void
open_one(struct env *e, struct member *m)
{
	broker_env(e, "");
	broker_topic(e, "ind", 4);
	broker_topic(e, "forloeb", 4);
	member_open(m, e, "g", "one");
	env_until(e, member_has_all, m, WAIT_MS);
}

static void
close_one(struct env *e, struct member *m)
{
	plb_txn_free(&m->t);
	env_close(e);
}

static void
aborted_records_are_never_seen(void **state)
{
	struct contents c;
	struct member m;
	struct env e;

	(void)state;
	open_one(&e, &m);
	member_begin(&m);
	member_send(&m, 1, "kept");
	assert_int_equal(member_commit(&m, 0, 0), PLB_OK);
	member_begin(&m);
	member_send(&m, 1, "dropped");
	assert_int_equal(member_abort(&m), PLB_OK);
	member_begin(&m);
	member_send(&m, 1, "kept too");
	assert_int_equal(member_commit(&m, 0, 0), PLB_OK);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 2);
	assert_string_equal(c.value[0], "kept");
	assert_string_equal(c.value[1], "kept too");
	/* Two records and two control records; of the aborted transaction a record and a control
	 * record, as far as it had come. */
	assert_true(c.end >= 4 && c.end <= 6);
	close_one(&e, &m);
}

static bool
dirty(void *arg)
{
	struct env *e = arg;
	struct plb_errctx ec = {0};
	int64_t low, high = 0;

	return plb_bus_watermarks(e->bus, "forloeb", 1, 5000, &low, &high, &ec) == PLB_OK &&
	    high == 1;
}

static void
open_records_are_seen_by_those_who_ask(void **state)
{
	struct plb_errctx ec = {0};
	int64_t committed[4], all[4];
	struct contents c;
	struct member m;
	struct env e;

	(void)state;
	open_one(&e, &m);
	member_begin(&m);
	member_send(&m, 1, "open");
	env_until(&e, dirty, &e, WAIT_MS);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.end, 0); /* the last stable offset */
	broker_read(&e, "forloeb", 1, false, &c);
	assert_int_equal(c.n, 1);
	assert_int_equal(
	    plb_bus_end_offsets(e.bus, "forloeb", 4, true, 5000, committed, &ec), PLB_OK);
	assert_int_equal(plb_bus_end_offsets(e.bus, "forloeb", 4, false, 5000, all, &ec), PLB_OK);
	assert_int_equal(committed[1], 0);
	assert_int_equal(all[1], 1);
	assert_int_equal(member_commit(&m, 0, 0), PLB_OK);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 1);
	assert_int_equal(c.end, 2); /* past the control record */
	assert_int_equal(
	    plb_bus_end_offsets(e.bus, "forloeb", 4, true, 5000, committed, &ec), PLB_OK);
	assert_int_equal(committed[1], 2);
	close_one(&e, &m);
}

static void
an_aborted_record_moves_the_position(void **state)
{
	struct contents c;
	struct member m;
	struct env e;

	(void)state;
	open_one(&e, &m);
	member_begin(&m);
	member_send(&m, 1, "dropped");
	env_until(&e, dirty, &e, WAIT_MS);
	assert_int_equal(member_abort(&m), PLB_OK);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 0);
	assert_int_equal(c.end, 2);
	close_one(&e, &m);
}

static bool
read_all(void *arg)
{
	struct member *m = arg;

	for (int i = 0; i < 4; i++)
		if (m->ends[i] != 5)
			return false;
	return m->records == 20;
}

static bool
read_nothing_to_the_end(void *arg)
{
	struct member *m = arg;

	for (int i = 0; i < 4; i++)
		if (m->ends[i] < 0)
			return false;
	return true;
}

/* What was committed with the records is where the next process begins, and nothing comes twice. */
static void
goes_on_where_it_committed(void **state)
{
	struct plb_txn_offset o[4];
	struct member m;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	broker_fill(&e, 4, 5);
	member_open(&m, &e, "g", "one");
	env_until(&e, read_all, &m, WAIT_MS);
	for (int32_t i = 0; i < 4; i++) {
		assert_int_equal(m.committed[i], -1);
		o[i] = (struct plb_txn_offset){"ind", i, i == 3 ? 2 : 5};
	}
	member_begin(&m);
	member_send(&m, 0, "x");
	m.done = 0;
	plb_txn_commit(m.t, o, 4);
	env_until(&e, member_is_done, &m, WAIT_MS);
	assert_int_equal(m.err, PLB_OK);
	plb_txn_free(&m.t);

	member_open(&m, &e, "g", "one");
	env_until(&e, member_has_all, &m, WAIT_MS);
	env_until(&e, read_nothing_to_the_end, &m, WAIT_MS);
	assert_int_equal(m.committed[0], 5);
	assert_int_equal(m.committed[3], 2);
	assert_int_equal(m.records, 3); /* of partition 3 */
	close_one(&e, &m);
}

/* Pause keeps the position; nothing comes while it lasts. */
static void
pause_and_seek(void **state)
{
	struct plb_errctx ec = {0};
	struct member m;
	struct env e;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	broker_fill(&e, 4, 5);
	member_open(&m, &e, "g", "one");
	env_until(&e, read_all, &m, WAIT_MS);
	plb_txn_pause(m.t, 2);
	broker_fill(&e, 4, 1);
	m.records = 0;
	for (int i = 0; i < 4; i++)
		m.ends[i] = i == 2 ? 0 : -1;
	env_until(&e, read_nothing_to_the_end, &m, WAIT_MS);
	assert_int_equal(m.records, 3);
	m.ends[2] = -1;
	plb_txn_resume(m.t, 2);
	env_until(&e, read_nothing_to_the_end, &m, WAIT_MS);
	assert_int_equal(m.records, 4);
	assert_int_equal(m.next[2], 6);
	assert_int_equal(plb_txn_seek(m.t, "ind", 1, 4, &ec), PLB_OK);
	plb_txn_resume(m.t, 1);
	m.ends[1] = -1;
	env_until(&e, read_nothing_to_the_end, &m, WAIT_MS);
	assert_int_equal(m.records, 6);
	close_one(&e, &m);
}

/* The older of two processes with one transactional.id commits nothing any more. */
static void
a_newer_process_fences_the_older(void **state)
{
	struct contents c;
	struct member older, newer;
	struct env e;

	(void)state;
	open_one(&e, &older);
	member_begin(&older);
	member_send(&older, 1, "older");
	env_until(&e, dirty, &e, WAIT_MS);
	member_open(&newer, &e, "another group", "one");
	env_until(&e, member_has_all, &newer, WAIT_MS);
	assert_int_equal(member_commit(&older, 0, 0), PLB_E_AFLOEST);
	member_begin(&newer);
	member_send(&newer, 1, "newer");
	assert_int_equal(member_commit(&newer, 0, 0), PLB_OK);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 1);
	assert_string_equal(c.value[0], "newer");
	plb_txn_free(&newer.t);
	close_one(&e, &older);
}

/* Another client's transaction over our group's offsets: what is not stable is not told. */
static rd_kafka_t *
hold_offsets(struct env *e)
{
	char text[128], topic[128];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata_new("held");
	rd_kafka_t *rk;

	rd_kafka_conf_set(conf, "bootstrap.servers", broker_address(), text, sizeof(text));
	rd_kafka_conf_set(conf, "transactional.id", "holder", text, sizeof(text));
	rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	assert_non_null(rk);
	assert_null(rd_kafka_init_transactions(rk, WAIT_MS));
	assert_null(rd_kafka_begin_transaction(rk));
	snprintf(topic, sizeof(topic), "%s.ind", plb_conf_common(e->conf)->topic_prefix);
	rd_kafka_topic_partition_list_add(list, topic, 0)->offset = 42;
	assert_null(rd_kafka_send_offsets_to_transaction(rk, list, group, WAIT_MS));
	rd_kafka_consumer_group_metadata_destroy(group);
	rd_kafka_topic_partition_list_destroy(list);
	return rk;
}

static void
unstable_offsets_are_waited_for(void **state)
{
	struct plb_errctx ec = {0};
	rd_kafka_t *holder;
	struct member m;
	struct env e;
	int64_t off;

	(void)state;
	broker_env(&e, "");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	holder = hold_offsets(&e);
	member_open(&m, &e, "held", "two");
	m.no_committed = true;
	env_until(&e, member_has_all, &m, WAIT_MS);
	assert_int_equal(plb_err_class(plb_txn_committed(m.t, 0, &off, 600, &ec)), PLB_CLASS_RETRY);
	assert_null(rd_kafka_commit_transaction(holder, WAIT_MS));
	rd_kafka_destroy(holder);
	assert_int_equal(plb_txn_committed(m.t, 0, &off, 10000, &ec), PLB_OK);
	assert_int_equal(off, 42);
	close_one(&e, &m);
}

/* A process that stood still for longer than its transaction may last: it starts over instead of
 * ending. */
static bool
given_up(void *arg)
{
	struct env *e = arg;
	struct plb_errctx ec = {0};
	int64_t low, high = 0;

	/* The record, and the broker's own mark that it is aborted. */
	return plb_bus_watermarks(e->bus, "forloeb", 1, 5000, &low, &high, &ec) == PLB_OK &&
	    high == 2;
}

static void
a_transaction_that_timed_out_starts_over(void **state)
{
	struct contents c;
	struct member m;
	struct env e;
	enum plb_err err;

	(void)state;
	open_one(&e, &m);
	member_begin(&m);
	member_send(&m, 1, "late");
	env_until(&e, dirty, &e, WAIT_MS);
	/* The broker looks for such transactions every ten seconds. */
	env_until(&e, given_up, &e, 2 * WAIT_MS);
	err = member_commit(&m, 0, 0);
	assert_true(err == PLB_E_KAFKA || err == PLB_E_AFBRUDT);
	if (err == PLB_E_AFBRUDT) {
		err = member_abort(&m);
		assert_true(err == PLB_OK || err == PLB_E_KAFKA);
	}
	member_begin(&m);
	member_send(&m, 1, "again");
	assert_int_equal(member_commit(&m, 0, 0), PLB_OK);
	broker_read(&e, "forloeb", 1, true, &c);
	assert_int_equal(c.n, 1);
	assert_string_equal(c.value[0], "again");
	close_one(&e, &m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(aborted_records_are_never_seen),
	    cmocka_unit_test(open_records_are_seen_by_those_who_ask),
	    cmocka_unit_test(an_aborted_record_moves_the_position),
	    cmocka_unit_test(goes_on_where_it_committed),
	    cmocka_unit_test(pause_and_seek),
	    cmocka_unit_test(a_newer_process_fences_the_older),
	    cmocka_unit_test(unstable_offsets_are_waited_for),
	    cmocka_unit_test(a_transaction_that_timed_out_starts_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
