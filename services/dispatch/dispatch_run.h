// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_RUN_H
#define DISPATCH_RUN_H

#include <parloeb/bus.h>
#include <parloeb/conf.h>
#include <parloeb/crypto.h>
#include <parloeb/flow.h>

/* The service: flow's callbacks, timers and webhook calls on one loop. One per process, loop
 * thread. */
struct dispatch;
struct dispatch_dele { /* borrowed for the life of the service */
	struct plb_loop *loop;
	struct plb_bus *bus;
	const struct plb_conf *conf;
	const struct plb_conf_dispatch *dispatch;
	const struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	int64_t godkend_over; /* deliveries of an order that needs no second person */
};

PLB_MUSTUSE enum plb_err dispatch_new(
    const struct dispatch_dele *dele, struct dispatch **out, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err dispatch_start(struct dispatch *d, struct plb_errctx *ec);
/* Partner files read again; with faults (logged) the old ones stay. */
void dispatch_reload(void *arg);
/* No new calls; those under way are waited for; then commit, leave the group, call `done`. */
void dispatch_drain(struct dispatch *d, plb_loop_fn *done, void *arg);
bool dispatch_ready(void *arg, struct plb_buf *why_not);
bool dispatch_failed(const struct dispatch *d, struct plb_errctx *ec);
void dispatch_free(struct dispatch **d);

#endif
