// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_UR_H
#define SIM_UR_H

#include <parloeb/loop.h>

/* The clock of the simulated period: a child process that is told times and answers when the system
 * has reached them (`parloeb clock set -`). */
struct ur;
/* command NULL or "": every step is done at once. done(arg, false): the child failed or ended. */
typedef void ur_fn(void *arg, bool ok);
PLB_MUSTUSE enum plb_err ur_new(struct plb_loop *l, const char *command, ur_fn *done, void *arg,
    struct ur **out, struct plb_errctx *ec);
/* One step at a time; `done` follows from the loop. */
void ur_step(struct ur *u, struct plb_time t);
void ur_free(struct ur **u);

#endif
