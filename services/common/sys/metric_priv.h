// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_METRIC_PRIV_H
#define PLB_METRIC_PRIV_H

#include <parloeb/buf.h>

/* HELP and TYPE of a metric; oper may be NULL. */
void plb_metric_head(
    struct plb_buf *b, const char *name, const char *type, const char *help, const char *oper);
/* The process_* metrics that every Prometheus client has, and parloeb_build_info. */
void plb_metric_process(struct plb_buf *b);

#endif
