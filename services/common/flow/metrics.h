// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_METRICS_H
#define FLOW_METRICS_H

#include <parloeb/metric.h>

/* Metrics of the runtime, parloeb_<service>_…; one table a process, registered once. Any thread may
 * add. */
enum flow_metric {
	FLOW_M_RECORDS,
	FLOW_M_TIMERS,
	FLOW_M_OUTCOMES,
	FLOW_M_REJECTED,
	FLOW_M_COMMITS,
	FLOW_M_ABORTS,
	FLOW_M_DOUBTS,
	FLOW_M_RESTORED,
	FLOW_M_BAD_LOG,
	FLOW_M_RESTORE_SECONDS,
	FLOW_M_TXN_SECONDS,
	FLOW_M_STATE_BYTES,
	FLOW_M_STATE_ENTRIES,
	FLOW_M_KEPT_BYTES,
	FLOW_M_PARTITIONS,
	FLOW_M_RESTORING,
	FLOW_M_TIMER_LATE,
	FLOW_M_LAG, /* one for each input: FLOW_M_LAG + index */
	FLOW_M_LAG_MAX = FLOW_M_LAG + 8,
	FLOW_METRICS = FLOW_M_LAG_MAX
};

/* Names the table after the service; a second call changes nothing. inputs NULL-terminated, at most
 * 8 counted. */
void flow_metrics_init(const char *service, const char *const *inputs);
void flow_metric_add(enum flow_metric m, int64_t n);
void flow_metric_set(enum flow_metric m, int64_t v);
void flow_metric_observe_us(enum flow_metric m, int64_t us);
int64_t flow_metric_get(enum flow_metric m); /* histograms: the sum, µs */

#endif
