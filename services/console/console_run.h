// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_CONSOLE_RUN_H
#define CONSOLE_CONSOLE_RUN_H

#include <parloeb/bus.h>
#include <parloeb/http_server.h>

#include "indlaes.h"

/* The console at work: readers over all partitions feed the read model in batches; a loopback API
 * answers from it. Loop thread. */
struct console_run;
PLB_MUSTUSE enum plb_err console_run_new(struct plb_loop *l, struct plb_bus *b,
    const struct plb_conf *conf, const struct plb_conf_console *c,
    const struct plb_schemas *schemas, struct console_run **out, struct plb_errctx *ec);
void console_run_free(struct console_run **r);
/* Ready: every partition has been read to the end it had at the start. */
bool console_run_ready(struct console_run *r, struct plb_buf *why_not);

#endif
