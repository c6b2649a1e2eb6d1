// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <time.h>

#include <parloeb/metric.h>

static struct plb_metric first[] = {
    {.name = "parloeb_test_events_total",
	.type = PLB_COUNTER,
	.help = "Events \\ seen.\nAll.",
	.advice = "none",
	.labels = "trin=\"a\""},
    {.name = "parloeb_test_depth", .type = PLB_GAUGE, .help = "Depth."},
    {.name = "parloeb_test_wait_seconds", .type = PLB_HISTOGRAM, .help = "Wait."},
};
static struct plb_metric second[] = {
    {.name = "parloeb_test_events_total", .type = PLB_COUNTER, .help = "x", .labels = "trin=\"b\""},
    {.name = "parloeb_test_call_seconds",
	.type = PLB_HISTOGRAM,
	.help = "Call.",
	.labels = "art=\"w\""},
};

static char *
page(void)
{
	struct plb_buf b;
	struct plb_slice s;
	char *out;

	plb_buf_init(&b, 1 << 20);
	plb_metrics_page(&b);
	assert_int_equal(plb_buf_done(&b, &s), PLB_OK);
	out = strndup((const char *)s.p, s.len);
	plb_buf_fini(&b);
	assert_non_null(out);
	return out;
}

static int
setup(void **state)
{
	(void)state;
	plb_metrics_add(first, 3);
	plb_metrics_add(second, 2);
	return 0;
}

static void
counters_and_gauges(void **state)
{
	char *p;

	(void)state;
	plb_metric_inc(&first[0], 3);
	plb_metric_inc(&second[0], 4);
	plb_metric_set(&first[1], -7);
	p = page();
	/* A family stands together although its members come from two tables. */
	assert_non_null(strstr(p,
	    "# HELP parloeb_test_events_total Events \\\\ seen.\\nAll. Operator: none\n"
	    "# TYPE parloeb_test_events_total counter\n"
	    "parloeb_test_events_total{trin=\"a\"} 3\n"
	    "parloeb_test_events_total{trin=\"b\"} 4\n"
	    "# HELP parloeb_test_depth Depth.\n"
	    "# TYPE parloeb_test_depth gauge\n"
	    "parloeb_test_depth -7\n"));
	free(p);
}

static void
histogram_in_seconds(void **state)
{
	static const int64_t us[] = {-5, 0, 1000, 1001, 2000, 32768000, 32768001, 3600000000};
	char *p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(us) / sizeof(us[0]); i++)
		plb_metric_observe_us(&first[2], us[i]);
	plb_metric_observe_us(&second[1], 1500);
	p = page();
	assert_non_null(strstr(p,
	    "# TYPE parloeb_test_wait_seconds histogram\n"
	    "parloeb_test_wait_seconds_bucket{le=\"0.001\"} 3\n"
	    "parloeb_test_wait_seconds_bucket{le=\"0.002\"} 5\n"
	    "parloeb_test_wait_seconds_bucket{le=\"0.004\"} 5\n"));
	assert_non_null(strstr(p,
	    "_wait_seconds_bucket{le=\"16.384\"} 5\n"
	    "parloeb_test_wait_seconds_bucket{le=\"32.768\"} 6\n"
	    "parloeb_test_wait_seconds_bucket{le=\"+Inf\"} 8\n"
	    "parloeb_test_wait_seconds_sum 3665.540002\n"
	    "parloeb_test_wait_seconds_count 8\n"));
	assert_non_null(strstr(p, "parloeb_test_call_seconds_bucket{art=\"w\",le=\"0.002\"} 1\n"));
	assert_non_null(strstr(p,
	    "parloeb_test_call_seconds_sum{art=\"w\"} 0.001500\n"
	    "parloeb_test_call_seconds_count{art=\"w\"} 1\n"));
	free(p);
}

static int64_t
value_of(const char *p, const char *name)
{
	char at[128];
	const char *s;

	snprintf(at, sizeof(at), "\n%s ", name);
	s = strstr(p, at);
	if (s == NULL)
		fail_msg("%s is missing", name);
	return strtoll(s + strlen(at), NULL, 10);
}

static void
process_metrics(void **state)
{
	int64_t before, now = (int64_t)time(NULL);
	int fd[2];
	char *p;

	(void)state;
	p = page();
	assert_in_range(value_of(p, "process_resident_memory_bytes"), 100000, INT64_C(1) << 40);
	assert_true(value_of(p, "process_virtual_memory_bytes") >=
	    value_of(p, "process_resident_memory_bytes"));
	assert_in_range(value_of(p, "process_start_time_seconds"), now - 600, now + 1);
	assert_int_equal(value_of(p, "process_threads"), 1);
	assert_true(value_of(p, "process_max_fds") > 3);
	value_of(p, "process_cpu_seconds_total");
	assert_non_null(strstr(p, "\nparloeb_build_info{version=\""));
	before = value_of(p, "process_open_fds");
	free(p);
	assert_int_equal(pipe(fd), 0);
	p = page();
	assert_int_equal(value_of(p, "process_open_fds"), before + 2);
	free(p);
	close(fd[0]);
	close(fd[1]);
}

/* The rule of the format: one HELP and TYPE a family, samples behind them. */
static void
every_family_once(void **state)
{
	char *p = page(), *line, *save, seen[4096] = "", name[160];

	(void)state;
	for (line = strtok_r(p, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "# TYPE ", 7) != 0)
			continue;
		snprintf(name, sizeof(name), " %.*s ", (int)strcspn(line + 7, " "), line + 7);
		assert_null(strstr(seen, name));
		strcat(seen, name);
	}
	assert_non_null(strstr(seen, " parloeb_test_call_seconds "));
	free(p);
}

static void
small_page_buffer_fails_cleanly(void **state)
{
	struct plb_slice s;
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 100);
	plb_metrics_page(&b);
	assert_int_equal(plb_buf_done(&b, &s), PLB_E_FOR_STOR);
	plb_buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counters_and_gauges),
	    cmocka_unit_test(histogram_in_seconds),
	    cmocka_unit_test(process_metrics),
	    cmocka_unit_test(every_family_once),
	    cmocka_unit_test(small_page_buffer_fails_cleanly),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
