// SPDX-License-Identifier: MPL-2.0
#ifndef BUS_TEST_H
#define BUS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <parloeb/bus.h>
#include <parloeb/log.h>

/* A configuration, a bus and a loop of a test's own. */
struct env {
	char folder[64];
	struct plb_conf *conf;
	struct plb_bus *bus;
	struct plb_loop *loop;
	struct plb_loop_timer *tick;
	bool (*reached)(void *arg);
	void *arg;
	int64_t end;
	bool late;
};

static inline struct plb_conf *
env_conf(const char *folder, const char *yaml)
{
	char path[128];
	struct plb_faults faults;
	struct plb_conf *conf;
	FILE *f;

	snprintf(path, sizeof(path), "%s/parloeb.yaml", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(yaml, f);
	assert_int_equal(fclose(f), 0);
	plb_faults_init(&faults);
	conf = plb_conf_load_keys(path, 0, &faults);
	if (conf == NULL)
		print_error("%s\n", faults.text == NULL ? "?" : faults.text);
	plb_faults_fini(&faults);
	unlink(path);
	return conf;
}

static inline void
env_look(void *arg)
{
	struct env *e = arg;

	if (e->reached == NULL)
		return;
	e->late = plb_mono_now().ms > e->end;
	if (e->late || e->reached(e->arg))
		plb_loop_stop(e->loop);
	else
		plb_loop_timer_in(e->tick, 2);
}

/* `kafka` is what stands below kafka: beside the addresses; "" for nothing. */
static inline void
env_open(struct env *e, const char *bootstrap, const char *prefix, const char *kafka)
{
	char yaml[1024];
	struct plb_errctx ec = {0};

	memset(e, 0, sizeof(*e));
	plb_log_init("test", getenv("BUS_TEST_LOG") == NULL ? PLB_LOG_ERROR : PLB_LOG_DEBUG);
	snprintf(e->folder, sizeof(e->folder), "/tmp/bus-test-XXXXXX");
	assert_non_null(mkdtemp(e->folder));
	snprintf(yaml, sizeof(yaml),
	    "kafka:\n  bootstrap: \"%s\"\n%s"
	    "clock: topic\ntopics: {prefix: \"%s\", partitions: 4, org_partitions: 3}\n",
	    bootstrap, kafka, prefix);
	e->conf = env_conf(e->folder, yaml);
	assert_non_null(e->conf);
	e->loop = plb_loop_new(&ec);
	assert_non_null(e->loop);
	e->tick = plb_loop_timer_new(e->loop, env_look, e);
	if (plb_bus_new(e->conf, "test", &e->bus, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
}

static inline void
env_close(struct env *e)
{
	plb_bus_free(&e->bus);
	plb_loop_timer_free(&e->tick);
	plb_loop_free(&e->loop);
	plb_conf_free(&e->conf);
	rmdir(e->folder);
}

/* Turns the loop until `reached` says so; fails after `ms`. */
static inline void
env_until(struct env *e, bool (*reached)(void *arg), void *arg, int64_t ms)
{
	struct plb_errctx ec = {0};

	e->reached = reached;
	e->arg = arg;
	e->end = plb_mono_now().ms + ms;
	e->late = false;
	plb_loop_timer_in(e->tick, 0);
	assert_int_equal(plb_loop_run(e->loop, &ec), PLB_OK);
	e->reached = NULL;
	if (e->late)
		fail_msg("not reached within %lld ms", (long long)ms);
}

#define WAIT_MS 30000

#endif
