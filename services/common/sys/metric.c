// SPDX-License-Identifier: MPL-2.0
#include <inttypes.h>

#include <parloeb/metric.h>

#include "metric_priv.h"

#define TABLES_MAX 64

static struct {
	struct plb_metric *m;
	size_t n;
} tables[TABLES_MAX];
static size_t n_tables;

void
plb_metrics_add(struct plb_metric *m, size_t n)
{
	PLB_ASSERT(n_tables < TABLES_MAX);
	tables[n_tables].m = m;
	tables[n_tables].n = n;
	n_tables++;
}

void
plb_metric_observe_us(struct plb_metric *m, int64_t us)
{
	size_t i = 0;

	if (us < 0)
		us = 0;
	while (i < PLB_HIST_BUCKETS && us > (INT64_C(1000) << i))
		i++;
	m->bucket[i]++;
	m->sum += us;
}

/* HELP text: backslash and line feed are the only two with a meaning. */
static void
put_help(struct plb_buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			plb_buf_str(b, "\\\\");
		else if (*s == '\n')
			plb_buf_str(b, "\\n");
		else
			plb_buf_put(b, s, 1);
	}
}

void
plb_metric_head(
    struct plb_buf *b, const char *name, const char *type, const char *help, const char *oper)
{
	plb_buf_printf(b, "# HELP %s ", name);
	put_help(b, help);
	if (oper != NULL && oper[0] != '\0') {
		plb_buf_str(b, " Operator: ");
		put_help(b, oper);
	}
	plb_buf_printf(b, "\n# TYPE %s %s\n", name, type);
}

static void
put_histogram(const struct plb_metric *m, struct plb_buf *b)
{
	const char *labels = m->labels == NULL ? "" : m->labels;
	const char *comma = labels[0] == '\0' ? "" : ",";
	const char *open = labels[0] == '\0' ? "" : "{", *close = labels[0] == '\0' ? "" : "}";
	int64_t total = 0, us = m->sum;
	size_t i;

	for (i = 0; i <= PLB_HIST_BUCKETS; i++) {
		total += m->bucket[i];
		plb_buf_printf(b, "%s_bucket{%s%sle=\"", m->name, labels, comma);
		if (i == PLB_HIST_BUCKETS)
			plb_buf_str(b, "+Inf");
		else
			plb_buf_printf(b, "%" PRId64 ".%03" PRId64, (INT64_C(1) << i) / 1000,
			    (INT64_C(1) << i) % 1000);
		plb_buf_printf(b, "\"} %" PRId64 "\n", total);
	}
	plb_buf_printf(b, "%s_sum%s%s%s %" PRId64 ".%06" PRId64 "\n", m->name, open, labels, close,
	    us / 1000000, us % 1000000);
	plb_buf_printf(b, "%s_count%s%s%s %" PRId64 "\n", m->name, open, labels, close, total);
}

static void
put_sample(const struct plb_metric *m, struct plb_buf *b)
{
	if (m->type == PLB_HISTOGRAM)
		put_histogram(m, b);
	else if (m->labels == NULL || m->labels[0] == '\0')
		plb_buf_printf(b, "%s %" PRId64 "\n", m->name, (int64_t)m->value);
	else
		plb_buf_printf(b, "%s{%s} %" PRId64 "\n", m->name, m->labels, (int64_t)m->value);
}

/* All samples of a name must stand together: each metric that shares it, from (table, at) on.
 * Returns whether an earlier one has the name (then it is written already). */
static bool
is_first(size_t table, size_t at)
{
	const char *name = tables[table].m[at].name;
	size_t t, i;

	for (t = 0; t <= table; t++) {
		for (i = 0; i < (t == table ? at : tables[t].n); i++) {
			if (strcmp(tables[t].m[i].name, name) == 0)
				return false;
		}
	}
	return true;
}

static void
put_family(size_t table, size_t at, struct plb_buf *b)
{
	static const char *const types[] = {"counter", "gauge", "histogram"};
	const struct plb_metric *m = &tables[table].m[at];
	size_t t, i;

	plb_metric_head(b, m->name, types[m->type], m->help, m->advice);
	for (t = table; t < n_tables; t++) {
		for (i = t == table ? at : 0; i < tables[t].n; i++) {
			if (strcmp(tables[t].m[i].name, m->name) == 0)
				put_sample(&tables[t].m[i], b);
		}
	}
}

void
plb_metrics_page(struct plb_buf *out)
{
	size_t t, i;

	for (t = 0; t < n_tables; t++) {
		for (i = 0; i < tables[t].n; i++) {
			if (is_first(t, i))
				put_family(t, i, out);
		}
	}
	plb_metric_process(out);
}
