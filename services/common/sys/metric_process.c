// SPDX-License-Identifier: MPL-2.0
//
// What /proc says about this process. A value that cannot be read is left out, not shown as 0.

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <parloeb/conf.h>
#include <parloeb/loop.h>
#include <parloeb/metric.h>

#include "metric_priv.h"

/* Fields of /proc/self/stat as proc(5) counts them. */
#define STAT_UTIME 14
#define STAT_STIME 15
#define STAT_THREADS 20
#define STAT_START 22
#define STAT_VSIZE 23
#define STAT_RSS 24

/* Value of one field; the command name (field 2) may hold spaces and brackets, so count from its
 * end. */
static bool
stat_field(const char *stat, int field, int64_t *out)
{
	const char *at = strrchr(stat, ')');
	int i;

	for (i = 2; at != NULL && i < field; i++) {
		at = strchr(at, ' ');
		if (at != NULL)
			at++;
	}
	if (at == NULL)
		return false;
	*out = strtoll(at, NULL, 10);
	return true;
}

static int
count_fds(int64_t *out)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	if (d == NULL)
		return -1;
	*out = -1; /* the folder itself is open */
	while ((e = readdir(d)) != NULL)
		*out += e->d_name[0] != '.';
	closedir(d);
	return 0;
}

/* Start in seconds since 1970: now less the time since it started. */
static int64_t
start_seconds(int64_t start_ticks, int64_t hz)
{
	return (plb_time_now().ms - (plb_mono_now().ms - start_ticks * 1000 / hz)) / 1000;
}

static void
put(struct plb_buf *b, const char *name, const char *type, const char *help, int64_t v)
{
	plb_metric_head(b, name, type, help, NULL);
	plb_buf_printf(b, "%s %" PRId64 "\n", name, v);
}

static void
put_stat(struct plb_buf *b, const char *stat)
{
	int64_t hz = sysconf(_SC_CLK_TCK), page = sysconf(_SC_PAGESIZE);
	int64_t user, sys, v;

	if (stat_field(stat, STAT_UTIME, &user) && stat_field(stat, STAT_STIME, &sys)) {
		v = (user + sys) * 100 / hz;
		plb_metric_head(
		    b, "process_cpu_seconds_total", "counter", "CPU time, user and system.", NULL);
		plb_buf_printf(
		    b, "process_cpu_seconds_total %" PRId64 ".%02" PRId64 "\n", v / 100, v % 100);
	}
	if (stat_field(stat, STAT_RSS, &v))
		put(b, "process_resident_memory_bytes", "gauge", "Resident memory.", v * page);
	if (stat_field(stat, STAT_VSIZE, &v))
		put(b, "process_virtual_memory_bytes", "gauge", "Virtual memory.", v);
	if (stat_field(stat, STAT_THREADS, &v))
		put(b, "process_threads", "gauge", "Threads.", v);
	if (stat_field(stat, STAT_START, &v))
		put(b, "process_start_time_seconds", "gauge", "Start, in seconds since 1970.",
		    start_seconds(v, hz));
}

void
plb_metric_process(struct plb_buf *b)
{
	char *stat = NULL;
	struct rlimit lim;
	size_t len;
	int64_t fds;

	if (plb_file_read("/proc/self/stat", 4096, &stat, &len, NULL) == PLB_OK)
		put_stat(b, stat);
	free(stat);
	if (count_fds(&fds) == 0)
		put(b, "process_open_fds", "gauge", "Open file descriptors.", fds);
	if (getrlimit(RLIMIT_NOFILE, &lim) == 0 && lim.rlim_cur <= INT64_MAX)
		put(b, "process_max_fds", "gauge", "Most file descriptors allowed.",
		    (int64_t)lim.rlim_cur);
	plb_metric_head(
	    b, "parloeb_build_info", "gauge", "Always 1; the label is the version.", NULL);
	plb_buf_printf(b, "parloeb_build_info{version=\"%s\"} 1\n", plb_version());
}
