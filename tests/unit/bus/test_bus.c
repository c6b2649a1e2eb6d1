// SPDX-License-Identifier: MPL-2.0
#include "bus_test.h"

static enum plb_err
open_with(const char *kafka, struct plb_errctx *ec)
{
	char folder[] = "/tmp/bus-test-XXXXXX", yaml[512];
	struct plb_conf *conf;
	struct plb_bus *bus = NULL;
	enum plb_err err;

	assert_non_null(mkdtemp(folder));
	snprintf(yaml, sizeof(yaml), "kafka: {properties: {%s}}\n", kafka);
	conf = env_conf(folder, yaml);
	assert_non_null(conf);
	err = plb_bus_new(conf, "test", &bus, ec);
	plb_bus_free(&bus);
	plb_conf_free(&conf);
	rmdir(folder);
	return err;
}

static void
properties_pass_through(void **state)
{
	struct plb_errctx ec = {0};

	(void)state;
	assert_int_equal(open_with("linger.ms: 7, security.protocol: plaintext", &ec), PLB_OK);
}

static void
properties_that_break_the_promise_are_refused(void **state)
{
	static const char *const name[] = {"enable.idempotence", "isolation.level",
	    "enable.auto.commit", "enable.auto.offset.store", "transactional.id",
	    "transaction.timeout.ms", "group.id", "group.instance.id", "acks",
	    "request.required.acks", "partitioner", "auto.offset.reset", "allow.auto.create.topics",
	    "partition.assignment.strategy", "message.timeout.ms"};

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct plb_errctx ec = {0};
		char kafka[80];

		snprintf(kafka, sizeof(kafka), "%s: \"1\"", name[i]);
		assert_int_equal(open_with(kafka, &ec), PLB_E_KONFIG);
		assert_non_null(strstr(ec.text, name[i]));
	}
}

static void
a_bad_property_is_named_without_its_value(void **state)
{
	struct plb_errctx ec = {0};

	(void)state;
	assert_int_equal(open_with("no.such.property: hunter2", &ec), PLB_E_KONFIG);
	assert_non_null(strstr(ec.text, "no.such.property"));
	assert_null(strstr(ec.text, "hunter2"));
	assert_int_equal(open_with("socket.timeout.ms: hunter2", &ec), PLB_E_KONFIG);
	assert_null(strstr(ec.text, "hunter2"));
}

static bool
has(const struct plb_topic_plan *p, const char *config)
{
	for (size_t i = 0; p->config[i] != NULL; i++)
		if (strcmp(p->config[i], config) == 0)
			return true;
	return false;
}

static void
topics_of_the_project(void **state)
{
	static const struct {
		const char *name, *config;
		int32_t partitions;
	} t[] = {
	    {"ind", "retention.ms=2592000000", 4},
	    {"svar", "retention.ms=2592000000", 4},
	    {"forloeb", "retention.ms=2592000000", 4},
	    {"ud", "retention.ms=2592000000", 3},
	    {"postkasse", "retention.ms=2592000000", 3},
	    {"tilbagekaldt", "cleanup.policy=compact,delete", 3},
	    {"forloeb.tilstand", "cleanup.policy=compact", 4},
	    {"dispatch.tilstand", "cleanup.policy=compact", 3},
	    {"identitet", "cleanup.policy=compact", 4},
	    {"noegler", "max.compaction.lag.ms=86400000", 4},
	    {"dfdg.ind", "retention.ms=2592000000", 4},
	    {"afvist", "retention.ms=2592000000", 4},
	    {"revision", "retention.ms=34560000000", 3},
	    {"ur", "cleanup.policy=compact", 1},
	};
	const struct plb_topic_plan *plan;
	struct env e;
	size_t n;

	(void)state;
	env_open(&e, "127.0.0.1:1", "p", "");
	plan = plb_topics(e.bus, &n);
	assert_int_equal(n, sizeof(t) / sizeof(t[0]));
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(plan[i].name, t[i].name);
		assert_int_equal(plan[i].partitions, t[i].partitions);
		assert_int_equal(plan[i].replication, 1);
		assert_true(has(&plan[i], t[i].config));
		assert_true(has(&plan[i], "message.timestamp.type=LogAppendTime"));
		assert_true(has(&plan[i], "min.insync.replicas=1"));
	}
	env_close(&e);
}

static void
without_kafka_a_question_times_out(void **state)
{
	struct plb_errctx ec = {0};
	int64_t low, high, end[2];
	struct env e;

	(void)state;
	env_open(&e, "127.0.0.1:1", "p", "");
	assert_int_equal(plb_bus_watermarks(e.bus, "ind", 0, 200, &low, &high, &ec), PLB_E_TIMEOUT);
	assert_int_equal(plb_bus_end_offsets(e.bus, "ind", 2, true, 200, end, &ec), PLB_E_TIMEOUT);
	assert_true(strlen(ec.text) > 0);
	env_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(properties_pass_through),
	    cmocka_unit_test(properties_that_break_the_promise_are_refused),
	    cmocka_unit_test(a_bad_property_is_named_without_its_value),
	    cmocka_unit_test(topics_of_the_project),
	    cmocka_unit_test(without_kafka_a_question_times_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
