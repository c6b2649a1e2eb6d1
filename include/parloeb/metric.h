// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_METRIC_H
#define PARLOEB_METRIC_H

#include <parloeb/buf.h>

/* Metrics declared in tables; names parloeb_<service>_<what>_<unit>. Values are atomics: any thread
 * may add; the page is written on the loop thread. */
enum plb_metric_type { PLB_COUNTER, PLB_GAUGE, PLB_HISTOGRAM };
#define PLB_HIST_BUCKETS 16

struct plb_metric {
	const char *name; /* full name; a counter ends in _total */
	enum plb_metric_type type;
	const char *help;      /* one line */
	const char *advice;    /* what an operator does about it; printed as part of HELP */
	const char *labels;    /* fixed label set `trin="leveret"` or NULL */
	_Atomic int64_t value; /* counter, gauge */
	_Atomic int64_t
	    bucket[PLB_HIST_BUCKETS + 1]; /* histogram: 1 ms · 2^i upper bounds, last = +Inf */
	_Atomic int64_t sum;              /* histogram: microseconds */
};

/* Register a table (static storage). Called at start, before the page is served. */
void plb_metrics_add(struct plb_metric *m, size_t n);
static inline void
plb_metric_inc(struct plb_metric *m, int64_t by)
{
	__atomic_fetch_add((int64_t *)&m->value, by, __ATOMIC_RELAXED);
}
static inline void
plb_metric_set(struct plb_metric *m, int64_t v)
{
	__atomic_store_n((int64_t *)&m->value, v, __ATOMIC_RELAXED);
}
void plb_metric_observe_us(struct plb_metric *m, int64_t us);
/* The whole page in Prometheus text format 0.0.4, process metrics (RSS, CPU, fds, start time)
 * included. */
void plb_metrics_page(struct plb_buf *out);

#endif
