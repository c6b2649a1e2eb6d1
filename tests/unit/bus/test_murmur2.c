// SPDX-License-Identifier: MPL-2.0
#include "bus_test.h"

#include <parloeb/rng.h>

#include <librdkafka/rdkafka.h>

/* Hashes that Kafka's own Java test expects. */
static void
java_hashes(void **state)
{
	static const struct {
		const char *key;
		int32_t hash;
	} t[] = {
	    {"21", -973932308},
	    {"foobar", -790332482},
	    {"a-little-bit-long-string", -985981536},
	    {"a-little-bit-longer-string", -1486304829},
	    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
	    {"abc", 479470107},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(plb_partition(plb_slice_str(t[i].key), INT32_MAX),
		    (int32_t)((uint32_t)t[i].hash & 0x7fffffff));
}

static void
as_librdkafka(void **state)
{
	struct plb_rng rng;
	uint8_t key[64];

	(void)state;
	plb_rng_seed(&rng, 7);
	for (int i = 0; i < 20000; i++) {
		size_t len = (size_t)plb_rng_below(&rng, sizeof(key) + 1);
		int32_t n = 1 + (int32_t)plb_rng_below(&rng, 200);

		for (size_t k = 0; k < len; k++)
			key[k] = (uint8_t)plb_rng_below(&rng, 256);
		assert_int_equal(plb_partition(plb_slice(key, len), n),
		    rd_kafka_msg_partitioner_murmur2(NULL, key, len, n, NULL, NULL));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(java_hashes),
	    cmocka_unit_test(as_librdkafka),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
