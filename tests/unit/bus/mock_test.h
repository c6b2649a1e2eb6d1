// SPDX-License-Identifier: MPL-2.0
#ifndef MOCK_TEST_H
#define MOCK_TEST_H

#include "bus_test.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

/* librdkafka's broker double in this process, one node, with the topics asked for. */
struct mock {
	rd_kafka_t *rk;
	rd_kafka_mock_cluster_t *cluster;
};

enum {
	API_PRODUCE = 0,
	API_JOIN = 11,
	API_HEARTBEAT = 12,
	API_INIT = 22,
	API_ADD_OFFSETS = 25,
	API_END = 26,
	API_OFFSET_COMMIT = 28
};

static inline void
mock_open(struct mock *m, const char *const *topics)
{
	char text[128];

	m->rk = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), text, sizeof(text));
	assert_non_null(m->rk);
	m->cluster = rd_kafka_mock_cluster_new(m->rk, 1);
	assert_non_null(m->cluster);
	for (size_t i = 0; topics[i] != NULL; i++)
		assert_int_equal(rd_kafka_mock_topic_create(m->cluster, topics[i], 4, 1), 0);
}

static inline void
mock_close(struct mock *m)
{
	rd_kafka_mock_cluster_destroy(m->cluster);
	rd_kafka_destroy(m->rk);
}

static inline void
mock_fail(struct mock *m, int16_t api, rd_kafka_resp_err_t err)
{
	rd_kafka_mock_push_request_errors(m->cluster, api, 1, err);
}

#endif
