// SPDX-License-Identifier: MPL-2.0
#include "broker_test.h"

#include <librdkafka/rdkafka.h>

/* bus_ghost guarded|plain: two transactions, the first one's EndTxn kept back by the proxy that
 * PARLOEB_KAFKA names (../ghost_proxy.py), the second aborted. Prints a word at each stand and
 * waits for a line. `plain` is librdkafka as it is, to show that the late EndTxn does harm where
 * nobody looks out for it. At the end: what a reader of committed records sees. */

static void
stand(const char *word)
{
	char line[16];

	printf("%s\n", word);
	fflush(stdout);
	assert_non_null(fgets(line, sizeof(line), stdin));
}

static bool
has_dirty(void *arg)
{
	struct env *e = arg;
	struct plb_errctx ec = {0};
	int64_t low, high = 0;

	return plb_bus_watermarks(e->bus, "forloeb", 1, 5000, &low, &high, &ec) == PLB_OK &&
	    high == 3;
}

static void
report(struct env *e)
{
	struct contents c;

	broker_read(e, "forloeb", 1, true, &c);
	for (size_t i = 0; i < c.n; i++)
		printf("seen %s\n", c.value[i]);
	printf("end\n");
	fflush(stdout);
}

static void
guarded(struct env *e)
{
	struct member m;

	member_open(&m, e, "g", "one");
	env_until(e, member_has_all, &m, WAIT_MS);
	stand("before");
	member_begin(&m);
	member_send(&m, 1, "first");
	assert_int_equal(member_commit(&m, 0, 0), PLB_OK);
	member_begin(&m);
	member_send(&m, 1, "second");
	env_until(e, has_dirty, e, WAIT_MS);
	stand("open");
	assert_int_equal(member_abort(&m), PLB_OK);
	report(e);
	plb_txn_free(&m.t);
}

static void
produce(rd_kafka_t *rk, const char *topic, const char *value)
{
	assert_null(rd_kafka_begin_transaction(rk));
	assert_int_equal(rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(1),
			     RD_KAFKA_V_VALUE((void *)(uintptr_t)value, strlen(value)),
			     RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
	    0);
}

static void
plain(struct env *e)
{
	char text[128], topic[128];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_error_t *error;
	rd_kafka_t *rk;

	snprintf(topic, sizeof(topic), "%s.forloeb", plb_conf_common(e->conf)->topic_prefix);
	rd_kafka_conf_set(conf, "bootstrap.servers", broker_address(), text, sizeof(text));
	rd_kafka_conf_set(conf, "transactional.id", topic, text, sizeof(text));
	rd_kafka_conf_set(conf, "socket.timeout.ms", "2000", text, sizeof(text));
	rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof(text));
	assert_non_null(rk);
	assert_null(rd_kafka_init_transactions(rk, WAIT_MS));
	stand("before");
	produce(rk, topic, "first");
	assert_null(rd_kafka_commit_transaction(rk, -1)); /* no sign of anything */
	produce(rk, topic, "second");
	assert_int_equal(rd_kafka_flush(rk, WAIT_MS), 0);
	stand("open");
	error = rd_kafka_abort_transaction(rk, 10000);
	if (error != NULL)
		rd_kafka_error_destroy(error);
	report(e);
	rd_kafka_destroy(rk);
}

int
main(int argc, char **argv)
{
	struct env e;

	broker_env(&e, "  properties: {socket.timeout.ms: 2000}\n");
	broker_topic(&e, "ind", 4);
	broker_topic(&e, "forloeb", 4);
	if (argc == 2 && strcmp(argv[1], "plain") == 0)
		plain(&e);
	else
		guarded(&e);
	env_close(&e);
	return 0;
}
