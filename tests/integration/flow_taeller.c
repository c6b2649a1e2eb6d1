// SPDX-License-Identifier: MPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <parloeb/flow.h>
#include <parloeb/log.h>

/* A counting service on the runtime, and the verbs that a test on a real broker needs beside it.
 *
 *   flow_taeller CONFIG run SERVICE INSTANCE IN,IN CHANGELOG OUT
 *   flow_taeller CONFIG topics
 *   flow_taeller CONFIG put TOPIC N KEYS [VALUE]   N records, round the KEYS keys
 *   flow_taeller CONFIG dump TOPIC                 committed records: partition offset key value
 *   flow_taeller CONFIG clock                      reads times from stdin, sets each, prints the
 * milliseconds it took
 *
 * run: a record counts its key up and emits "<count> <topic>/<partition>/<offset>" on OUT under the
 * same key; "due:<ms>" sets a timer, which emits "timer <now>". OUT "-": nothing is emitted. Prints
 * "ready" and "not ready", and its metrics on SIGHUP and at the end. */

struct taeller {
	struct plb_loop *loop;
	struct plb_flow *flow;
	const char *out;
	bool said_ready;
	struct plb_loop_timer *look;
};

static int64_t
number(struct plb_slice s)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*s", PLB_SLICE_ARG(s));
	return strtoll(text, NULL, 10);
}

static enum plb_err
emit(struct taeller *t, struct plb_flow_tx *tx, struct plb_slice key, const char *text)
{
	if (strcmp(t->out, "-") == 0)
		return PLB_OK;
	return plb_flow_emit(tx, t->out, -1, key, plb_slice_str(text), NULL, 0);
}

static enum plb_err
record(void *arg, struct plb_flow_tx *tx, const struct plb_record *rec, struct plb_time now,
    struct plb_errctx *ec)
{
	struct plb_slice blob = {0}, v = rec->value;
	struct plb_time due = PLB_TIME_NEVER;
	int64_t count = 1;
	char n[200], text[128];
	enum plb_err err;

	(void)now;
	(void)ec;
	if (plb_slice_starts(v, plb_slice_str("due:")))
		return plb_flow_put(tx, rec->key, plb_slice_str("t"), v,
		    (struct plb_time){number(plb_slice(v.p + 4, v.len - 4))});
	if (plb_flow_get(tx, rec->key, plb_slice("", 0), &blob, &due))
		count = number(blob) + 1;
	/* 100 bytes of state, as a small course has. */
	snprintf(n, sizeof(n), "%-100" PRId64, count);
	err = plb_flow_put(tx, rec->key, plb_slice("", 0), plb_slice_str(n), due);
	snprintf(text, sizeof(text), "%" PRId64 " %s/%d/%" PRId64, count, rec->topic,
	    rec->partition, rec->offset);
	return err != PLB_OK ? err : emit(arg, tx, rec->key, text);
}

static enum plb_err
timer(void *arg, struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time now, struct plb_errctx *ec)
{
	char text[64];
	enum plb_err err;

	(void)blob;
	(void)ec;
	snprintf(text, sizeof(text), "timer %" PRId64, now.ms);
	err = plb_flow_del(tx, primary, sub);
	return err != PLB_OK ? err : emit(arg, tx, primary, text);
}

static void
look(void *arg)
{
	struct taeller *t = arg;
	struct plb_buf why;
	bool ready;

	plb_buf_init(&why, 512);
	ready = plb_flow_ready(t->flow, &why);
	plb_buf_fini(&why);
	if (ready != t->said_ready) {
		puts(ready ? "ready" : "not ready");
		fflush(stdout);
	}
	t->said_ready = ready;
	plb_loop_timer_in(t->look, 5);
}

static void
print_metrics(void)
{
	struct plb_buf page;
	struct plb_slice text;

	plb_buf_init(&page, 1024 * 1024);
	plb_metrics_page(&page);
	if (plb_buf_done(&page, &text) == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	plb_buf_fini(&page);
	puts("# end");
	fflush(stdout);
}

static void
on_reload(void *arg)
{
	(void)arg;
	print_metrics();
}

static void
drained(void *arg)
{
	plb_loop_stop(((struct taeller *)arg)->loop);
}

static void
on_stop(void *arg)
{
	struct taeller *t = arg;

	plb_flow_drain(t->flow, drained, t);
}

static int
fault(const char *what, const struct plb_errctx *ec)
{
	fprintf(stderr, "flow_taeller: %s: %s\n", what, ec->text);
	return 1;
}

static int
run(const struct plb_conf *conf, char **argv)
{
	struct plb_conf_forloeb section = {0};
	struct plb_errctx ec = {0};
	struct plb_bus *bus = NULL;
	struct taeller t = {.out = argv[4]};
	const char *inputs[4] = {NULL},
		   *outputs[] = {strcmp(argv[4], "-") == 0 ? NULL : argv[4], NULL};
	struct plb_flow_spec spec = {.service = argv[0],
	    .inputs = inputs,
	    .outputs = outputs,
	    .changelog = argv[3],
	    .arg = &t,
	    .record = record,
	    .timer = timer};
	struct plb_faults f;
	int code = 0;

	plb_faults_init(&f);
	for (char *save = NULL, *in = strtok_r(argv[2], ",", &save); in != NULL;
	     in = strtok_r(NULL, ",", &save))
		inputs[inputs[0] == NULL ? 0 : 1] = in;
	if (plb_conf_section(conf, &plb_section_forloeb, &section, &f) != PLB_OK)
		return 1;
	plb_faults_fini(&f);
	section.flow.instance = argv[1];
	t.loop = plb_loop_new(&ec);
	if (t.loop == NULL || plb_bus_new(conf, argv[0], &bus, &ec) != PLB_OK ||
	    plb_flow_new(t.loop, bus, conf, &section.flow, &spec, &t.flow, &ec) != PLB_OK ||
	    plb_flow_start(t.flow, &ec) != PLB_OK)
		return fault("start", &ec);
	plb_loop_on_stop(t.loop, on_stop, &t);
	plb_loop_on_reload(t.loop, on_reload, NULL);
	t.look = plb_loop_timer_new(t.loop, look, &t);
	plb_loop_timer_in(t.look, 0);
	if (plb_loop_run(t.loop, &ec) != PLB_OK || plb_flow_failed(t.flow, &ec))
		code = fault("run", &ec);
	print_metrics();
	plb_loop_timer_free(&t.look);
	plb_flow_free(&t.flow);
	plb_bus_free(&bus);
	plb_loop_free(&t.loop);
	return code;
}

static int
topics(const struct plb_conf *conf)
{
	struct plb_errctx ec = {0};
	struct plb_bus *bus = NULL;
	const struct plb_topic_plan *plan;
	size_t n;

	if (plb_bus_new(conf, "cli", &bus, &ec) != PLB_OK)
		return fault("bus", &ec);
	plan = plb_topics(bus, &n);
	for (size_t i = 0; i < n; i++) {
		enum plb_topic_state state;
		int32_t partitions;

		if (plb_topic_check(bus, &plan[i], &state, &partitions, &ec) != PLB_OK ||
		    (state == PLB_TOPIC_MISSING && plb_topic_create(bus, &plan[i], &ec) != PLB_OK))
			return fault("topics", &ec);
	}
	plb_bus_free(&bus);
	return 0;
}

struct put {
	const char *topic, *value;
	struct plb_producer *p;
	int64_t keys;
	int64_t *again; /* record numbers that Kafka surely does not have */
	int64_t n_again;
	bool unsure;
};

/* A broker that has just come up may take longer than the producer waits. */
static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	struct put *put = arg;

	(void)partition;
	(void)offset;
	if (err == PLB_E_IO)
		put->again[put->n_again++] = (intptr_t)opaque;
	else if (err != PLB_OK)
		put->unsure = true;
}

static void
put_one(struct put *put, int64_t i)
{
	char key[32];

	snprintf(key, sizeof(key), "k%" PRId64, i % put->keys);
	while (plb_producer_send(put->p, put->topic, -1, plb_slice_str(key),
		   plb_slice_str(put->value), NULL, 0, (void *)(intptr_t)i) == PLB_E_FULD)
		(void)!plb_producer_flush(put->p, 10);
}

static bool
put_all(struct put *put, int64_t n)
{
	int64_t *todo = calloc((size_t)n + 1, sizeof(*todo));

	put->again = calloc((size_t)n + 1, sizeof(*put->again));
	if (todo == NULL || put->again == NULL)
		return false;
	for (int64_t i = 0; i < n; i++)
		todo[i] = i;
	for (int64_t *before; n > 0 && !put->unsure; n = put->n_again) {
		put->n_again = 0;
		for (int64_t i = 0; i < n; i++)
			put_one(put, todo[i]);
		if (plb_producer_flush(put->p, 60000) != PLB_OK)
			return false;
		before = todo;
		todo = put->again;
		put->again = before;
	}
	free(todo);
	free(put->again);
	return !put->unsure;
}

static int
put(const struct plb_conf *conf, char **argv)
{
	const char *names[] = {argv[0], NULL};
	struct put put = {.topic = argv[0],
	    .value = argv[3] != NULL ? argv[3] : "+",
	    .keys = strtoll(argv[2], NULL, 10)};
	int64_t n = strtoll(argv[1], NULL, 10);
	struct plb_errctx ec = {0};
	struct plb_bus *bus = NULL;

	if (plb_bus_new(conf, "cli", &bus, &ec) != PLB_OK ||
	    plb_producer_new(bus, NULL, names, delivered, &put, &put.p, &ec) != PLB_OK)
		return fault("producer", &ec);
	if (!put_all(&put, n))
		return fault("put", &ec);
	plb_producer_free(&put.p);
	plb_bus_free(&bus);
	return 0;
}

static int
dump(const struct plb_conf *conf, const char *topic)
{
	struct plb_errctx ec = {0};
	struct plb_reader *r = NULL;
	struct plb_bus *bus = NULL;
	struct plb_record rec;
	int32_t n, ended = 0;
	int got = 0;

	if (plb_bus_new(conf, "cli", &bus, &ec) != PLB_OK ||
	    plb_topic_partitions(bus, topic, &n, &ec) != PLB_OK ||
	    plb_reader_new(bus, NULL, true, NULL, NULL, &r, &ec) != PLB_OK)
		return fault("reader", &ec);
	for (int32_t p = 0; p < n; p++)
		if (plb_reader_assign(r, topic, p, PLB_FROM_BEGINNING, 0, &ec) != PLB_OK)
			return fault("reader", &ec);
	while (ended < n && (got = plb_reader_poll(r, 120000, &rec, &ec)) > 0) {
		if (got == 2)
			ended++;
		else
			printf("%d %" PRId64 " %.*s %.*s\n", rec.partition, rec.offset,
			    PLB_SLICE_ARG(rec.key), PLB_SLICE_ARG(rec.value));
	}
	plb_reader_free(&r);
	plb_bus_free(&bus);
	return ended == n ? 0 : fault("dump", &ec);
}

static int
set_clock(const struct plb_conf *conf)
{
	struct plb_clock_stepper *s = NULL;
	struct plb_errctx ec = {0};
	struct plb_bus *bus = NULL;
	char line[64];

	if (plb_bus_new(conf, "cli", &bus, &ec) != PLB_OK ||
	    plb_clock_stepper_new(bus, conf, &s, &ec) != PLB_OK)
		return fault("stepper", &ec);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		int64_t began = plb_mono_now().ms;

		if (plb_clock_stepper_set(
			s, (struct plb_time){strtoll(line, NULL, 10)}, NULL, NULL, &ec) != PLB_OK)
			return fault("clock", &ec);
		printf("%" PRId64 "\n", plb_mono_now().ms - began);
		fflush(stdout);
	}
	plb_clock_stepper_free(&s);
	plb_bus_free(&bus);
	return 0;
}

int
main(int argc, char **argv)
{
	struct plb_faults f;
	struct plb_conf *conf;
	int code = 2;

	plb_faults_init(&f);
	if (argc < 3 || (conf = plb_conf_load(argv[1], &f)) == NULL) {
		fprintf(stderr, "flow_taeller: CONFIG VERB ..., or a fault in the configuration\n");
		return 2;
	}
	plb_log_init(argc > 3 ? argv[3] : "taeller", PLB_LOG_INFO);
	if (strcmp(argv[2], "run") == 0 && argc == 8)
		code = run(conf, argv + 3);
	else if (strcmp(argv[2], "topics") == 0)
		code = topics(conf);
	else if (strcmp(argv[2], "put") == 0 && argc >= 6)
		code = put(conf, argv + 3);
	else if (strcmp(argv[2], "dump") == 0 && argc == 4)
		code = dump(conf, argv[3]);
	else if (strcmp(argv[2], "clock") == 0)
		code = set_clock(conf);
	plb_conf_free(&conf);
	plb_faults_fini(&f);
	return code;
}
