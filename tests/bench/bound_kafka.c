// SPDX-License-Identifier: MPL-2.0
//
// Bounds: the least a librdkafka client does with the settings that our services use, and no work
// of its own.
//   produce  idempotent, acks all, N records of 600 bytes
//   consume  read_committed, N records
//   txn      consume, change a byte, produce, commit every 100 ms
// Each prints one JSON line with rate and CPU seconds per million records.
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define SIZE 600

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double
cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void
set(rd_kafka_conf_t *c, const char *name, const char *value)
{
	char err[256];

	if (rd_kafka_conf_set(c, name, value, err, sizeof(err)) != RD_KAFKA_CONF_OK) {
		fprintf(stderr, "%s: %s\n", name, err);
		exit(2);
	}
}

static rd_kafka_t *
client(rd_kafka_type_t type, const char *bootstrap, const char *txn_id)
{
	rd_kafka_conf_t *c = rd_kafka_conf_new();
	char err[256];
	rd_kafka_t *rk;

	set(c, "bootstrap.servers", bootstrap);
	set(c, "socket.nagle.disable", "true");
	if (type == RD_KAFKA_PRODUCER) {
		set(c, "enable.idempotence", "true");
		set(c, "linger.ms", "5");
		set(c, "queue.buffering.max.messages", "1000000");
		if (txn_id != NULL) {
			set(c, "transactional.id", txn_id);
			set(c, "retry.backoff.ms", "10"); /* as ours */
		}
	} else {
		set(c, "group.id", txn_id != NULL ? txn_id : "bound");
		set(c, "isolation.level", "read_committed");
		set(c, "check.crcs", "true");
		set(c, "enable.auto.commit", "false");
		set(c, "auto.offset.reset", "earliest");
	}
	rk = rd_kafka_new(type, c, err, sizeof(err));
	if (rk == NULL) {
		fprintf(stderr, "%s\n", err);
		exit(3);
	}
	return rk;
}

static void
check(rd_kafka_error_t *e)
{
	if (e == NULL)
		return;
	fprintf(stderr, "%s\n", rd_kafka_error_string(e));
	exit(3);
}

static void
result(const char *what, long n, double t, double cpu)
{
	printf("{\"work\":\"%s\",\"records\":%ld,\"seconds\":%.3f,\"rate\":%.0f,\"cpu_per_"
	       "million\":%.2f}\n",
	    what, n, t, (double)n / t, cpu * 1e6 / (double)n);
}

static int n_headers; /* of each record written */

static rd_kafka_headers_t *
headers(void)
{
	rd_kafka_headers_t *h = n_headers == 0 ? NULL : rd_kafka_headers_new((size_t)n_headers);

	for (int i = 0; i < n_headers; i++)
		rd_kafka_header_add(h, "ce_specversion", -1, "24-bytes-as-most-of-ours", 24);
	return h;
}

static void
put(rd_kafka_t *p, const char *topic, const void *key, size_t key_len, const void *value,
    size_t len)
{
	rd_kafka_headers_t *h = headers();
	rd_kafka_resp_err_t err;

	for (;;) {
		err = rd_kafka_producev(p, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_KEY(key, key_len),
		    RD_KAFKA_V_VALUE((void *)(size_t)value, len), RD_KAFKA_V_HEADERS(h),
		    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
		if (err == RD_KAFKA_RESP_ERR_NO_ERROR)
			return;
		if (err != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
			fprintf(stderr, "%s\n", rd_kafka_err2str(err));
			exit(3);
		}
		rd_kafka_poll(p, 10);
	}
}

static void
produce(const char *bootstrap, const char *topic, long n)
{
	rd_kafka_t *p = client(RD_KAFKA_PRODUCER, bootstrap, NULL);
	char value[SIZE], key[16];
	double t, cpu;
	long i;

	memset(value, 'x', sizeof(value));
	memset(key, 0, sizeof(key));
	t = now_s();
	cpu = cpu_s();
	for (i = 0; i < n; i++) {
		memcpy(key, &i, sizeof(i));
		put(p, topic, key, sizeof(key), value, sizeof(value));
		if (i % 1000 == 0)
			rd_kafka_poll(p, 0);
	}
	rd_kafka_flush(p, 60000);
	result("produce", n, now_s() - t, cpu_s() - cpu);
	rd_kafka_destroy(p);
}

static rd_kafka_t *
subscribed(const char *bootstrap, const char *topic, const char *group)
{
	rd_kafka_t *c = client(RD_KAFKA_CONSUMER, bootstrap, group);
	rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(1);

	rd_kafka_poll_set_consumer(c);
	rd_kafka_topic_partition_list_add(l, topic, RD_KAFKA_PARTITION_UA);
	rd_kafka_subscribe(c, l);
	rd_kafka_topic_partition_list_destroy(l);
	return c;
}

static void
consume(const char *bootstrap, const char *topic, const char *group, long n)
{
	rd_kafka_t *c = subscribed(bootstrap, topic, group);
	double t = 0, cpu = 0, last = 0, last_cpu = 0;
	long got = 0;

	/* The wait that shows that there is no more does not count. */
	while (got < n) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(c, 10000);

		if (m == NULL)
			break;
		if (m->err == 0 && got++ == 0) {
			t = now_s();
			cpu = cpu_s();
		}
		if (m->err == 0 && got % 100 == 0) {
			last = now_s();
			last_cpu = cpu_s();
		}
		rd_kafka_message_destroy(m);
	}
	result("consume", got - got % 100, last - t, last_cpu - cpu);
	rd_kafka_consumer_close(c);
	rd_kafka_destroy(c);
}

/* Next offsets of what was read in this transaction. */
static void
note(rd_kafka_topic_partition_list_t *l, const rd_kafka_message_t *m)
{
	const char *topic = rd_kafka_topic_name(m->rkt);
	rd_kafka_topic_partition_t *p = rd_kafka_topic_partition_list_find(l, topic, m->partition);

	if (p == NULL)
		p = rd_kafka_topic_partition_list_add(l, topic, m->partition);
	p->offset = m->offset + 1;
}

static long
one_transaction(rd_kafka_t *c, rd_kafka_t *p, const char *out, int copies, rd_kafka_message_t *m)
{
	rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_new(24);
	rd_kafka_consumer_group_metadata_t *md;
	double until = now_s() + 0.1;
	long n = 0;

	check(rd_kafka_begin_transaction(p));
	while (m != NULL) {
		((char *)m->payload)[0] ^= 1;
		for (int i = 0; i < copies; i++)
			put(p, out, m->key, m->key_len, m->payload, m->len);
		note(l, m);
		rd_kafka_message_destroy(m);
		n++;
		m = now_s() < until ? rd_kafka_consumer_poll(c, 0) : NULL;
		if (m != NULL && m->err != 0) {
			rd_kafka_message_destroy(m);
			m = NULL;
		}
	}
	md = rd_kafka_consumer_group_metadata(c);
	check(rd_kafka_send_offsets_to_transaction(p, l, md, -1));
	rd_kafka_consumer_group_metadata_destroy(md);
	rd_kafka_topic_partition_list_destroy(l);
	check(rd_kafka_commit_transaction(p, -1));
	return n;
}

static void
transact(
    const char *bootstrap, const char *in, const char *out, const char *group, long n, int copies)
{
	rd_kafka_t *c = subscribed(bootstrap, in, group),
		   *p = client(RD_KAFKA_PRODUCER, bootstrap, group);
	double t = 0, cpu = 0;
	long done = 0;

	check(rd_kafka_init_transactions(p, -1));
	while (done < n) {
		rd_kafka_message_t *m = rd_kafka_consumer_poll(c, 10000);

		if (m == NULL)
			break;
		if (m->err != 0) {
			rd_kafka_message_destroy(m);
			continue;
		}
		if (done == 0) {
			t = now_s();
			cpu = cpu_s();
		}
		done += one_transaction(c, p, out, copies, m);
	}
	result("txn", done, now_s() - t, cpu_s() - cpu);
	rd_kafka_consumer_close(c);
	rd_kafka_destroy(c);
	rd_kafka_destroy(p);
}

/* A topic with 24 partitions; one that is there already is fine. */
static void
create(const char *bootstrap, const char *topic)
{
	rd_kafka_t *p = client(RD_KAFKA_PRODUCER, bootstrap, NULL);
	rd_kafka_queue_t *q = rd_kafka_queue_new(p);
	char err[256];
	rd_kafka_NewTopic_t *t = rd_kafka_NewTopic_new(topic, 24, 1, err, sizeof(err));
	rd_kafka_event_t *ev;

	if (t == NULL) {
		fprintf(stderr, "%s\n", err);
		exit(3);
	}
	rd_kafka_CreateTopics(p, &t, 1, NULL, q);
	ev = rd_kafka_queue_poll(q, 30000);
	if (ev == NULL || rd_kafka_event_error(ev) != 0) {
		fprintf(stderr, "topic %s could not be created\n", topic);
		exit(3);
	}
	rd_kafka_event_destroy(ev);
	rd_kafka_NewTopic_destroy(t);
	rd_kafka_queue_destroy(q);
	rd_kafka_destroy(p);
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "produce") == 0)
		produce(argv[2], argv[3], atol(argv[4]));
	else if (argc == 6 && strcmp(argv[1], "consume") == 0)
		consume(argv[2], argv[3], argv[4], atol(argv[5]));
	else if (argc == 7 && strcmp(argv[1], "txn") == 0)
		transact(argv[2], argv[3], argv[4], argv[5], atol(argv[6]), 1);
	else if (argc == 9 && strcmp(argv[1], "txn") == 0) {
		n_headers = atoi(argv[8]);
		transact(argv[2], argv[3], argv[4], argv[5], atol(argv[6]), atoi(argv[7]));
	} else if (argc == 4 && strcmp(argv[1], "create") == 0)
		create(argv[2], argv[3]);
	else {
		fprintf(stderr,
		    "usage: bound_kafka create BOOTSTRAP TOPIC | produce BOOTSTRAP TOPIC N | "
		    "consume BOOTSTRAP TOPIC GROUP N | txn BOOTSTRAP IN OUT GROUP N [COPIES "
		    "HEADERS]\n");
		return 2;
	}
	return 0;
}
