// SPDX-License-Identifier: MPL-2.0
#include "metrics.h"

#include <stdio.h>

#define NAME_MAX_LEN 96

struct def {
	enum plb_metric_type type;
	const char *what, *help, *advice;
};

static const struct def defs[FLOW_M_LAG] = {
    [FLOW_M_RECORDS] = {PLB_COUNTER, "records_total", "input records applied", NULL},
    [FLOW_M_TIMERS] = {PLB_COUNTER, "timers_total", "timers fired", NULL},
    [FLOW_M_OUTCOMES] = {PLB_COUNTER, "outcomes_total", "outcomes of outside work applied", NULL},
    [FLOW_M_REJECTED] = {PLB_COUNTER, "rejected_total", "records and timers parked in afvist",
	"read them with parloeb afvist list"},
    [FLOW_M_COMMITS] = {PLB_COUNTER, "commits_total", "transactions committed", NULL},
    [FLOW_M_ABORTS] = {PLB_COUNTER, "aborts_total", "transactions aborted and repeated",
	"a steady rate: look for errors in the log, and at Kafka"},
    [FLOW_M_DOUBTS] = {PLB_COUNTER, "doubts_total",
	"transactions of unknown outcome: state was dropped and restored",
	"look at the network to Kafka"},
    [FLOW_M_RESTORED] = {PLB_COUNTER, "restored_records_total", "changelog records read", NULL},
    [FLOW_M_BAD_LOG] = {PLB_COUNTER, "changelog_bad_total", "changelog records that were not ours",
	"find out who writes to the changelog"},
    [FLOW_M_RESTORE_SECONDS] = {PLB_HISTOGRAM, "restore_seconds", "time to restore a partition",
	NULL},
    [FLOW_M_TXN_SECONDS] = {PLB_HISTOGRAM, "transaction_seconds", "from begin to confirmed commit",
	"steadily above 0.5: Kafka is slow"},
    [FLOW_M_STATE_BYTES] = {PLB_GAUGE, "state_bytes", "memory of the state",
	"at state_max the service stops: raise it, or start another instance"},
    [FLOW_M_STATE_ENTRIES] = {PLB_GAUGE, "state_entries", "entries of the state", NULL},
    [FLOW_M_KEPT_BYTES] = {PLB_GAUGE, "kept_bytes",
	"memory of tables kept for partitions taken away", NULL},
    [FLOW_M_PARTITIONS] = {PLB_GAUGE, "partitions", "partitions owned", NULL},
    [FLOW_M_RESTORING] = {PLB_GAUGE, "restoring_partitions", "partitions not restored yet",
	"above 0 for minutes: look at the changelog's open transactions"},
    [FLOW_M_TIMER_LATE] = {PLB_GAUGE, "timer_late_seconds",
	"how long the oldest due timer has waited", "growing: the service cannot keep up"},
};

static struct plb_metric table[FLOW_METRICS];
static char names[FLOW_METRICS][NAME_MAX_LEN], labels[FLOW_METRICS][NAME_MAX_LEN];
static size_t used;

static void
define(size_t i, const char *service, const struct def *d)
{
	snprintf(names[i], sizeof(names[i]), "parloeb_%s_%s", service, d->what);
	table[i].name = names[i];
	table[i].type = d->type;
	table[i].help = d->help;
	table[i].advice = d->advice;
}

void
flow_metrics_init(const char *service, const char *const *inputs)
{
	static const struct def lag = {PLB_GAUGE, "lag_records",
	    "records of the input not read yet",
	    "growing: start another instance, or find what is slow"};

	if (used > 0)
		return;
	for (used = 0; used < FLOW_M_LAG; used++)
		define(used, service, &defs[used]);
	for (size_t i = 0; inputs[i] != NULL && used < FLOW_M_LAG_MAX; i++, used++) {
		define(used, service, &lag);
		snprintf(labels[used], sizeof(labels[used]), "emne=\"%s\"", inputs[i]);
		table[used].labels = labels[used];
	}
	plb_metrics_add(table, used);
}

void
flow_metric_add(enum flow_metric m, int64_t n)
{
	plb_metric_inc(&table[m], n);
}

void
flow_metric_set(enum flow_metric m, int64_t v)
{
	if ((size_t)m < used)
		plb_metric_set(&table[m], v);
}

void
flow_metric_observe_us(enum flow_metric m, int64_t us)
{
	plb_metric_observe_us(&table[m], us);
}

int64_t
flow_metric_get(enum flow_metric m)
{
	return table[m].type == PLB_HISTOGRAM ? table[m].sum : table[m].value;
}
