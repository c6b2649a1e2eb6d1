// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_CLOCK_FOLLOW_H
#define FLOW_CLOCK_FOLLOW_H

#include <parloeb/bus.h>

#include "ur.h"

/* A service's side of the clock topic: reads `ur` from its beginning, keeps the greatest time of
 * any tik, and sends the answers that its owner gives. Loop thread. */
struct clock_follow;

/* `moved` is called on the loop when a tik has come (after the first end of the topic was reached).
 * service and instance are copied. */
PLB_MUSTUSE enum plb_err clock_follow_new(struct plb_loop *l, struct plb_bus *b,
    const char *service, const char *instance, plb_loop_fn *moved, void *arg,
    struct clock_follow **out, struct plb_errctx *ec);
void clock_follow_free(struct clock_follow **c);
struct plb_clock clock_follow_clock(
    struct clock_follow *c);                           /* PLB_TIME_UNSET until the first tik */
bool clock_follow_ready(const struct clock_follow *c); /* `ur` was read to its end */

/* The last round waits for our answer. */
bool clock_follow_asked(const struct clock_follow *c);
/* Milliseconds (monotonic) when that round was read. */
int64_t clock_follow_asked_at(const struct clock_follow *c);
/* Answer the last round. positions are borrowed for the call. i_gang > 0 means "alive, not quiet"
 * (the positions show whether it gets on): the round stays asked. Answered again only after
 * clock_follow_again (positions were taken over) or when the send failed. */
void clock_follow_answer(struct clock_follow *c, struct ur_position *pos, size_t n,
    struct plb_time naeste, int64_t i_gang);
void clock_follow_again(struct clock_follow *c);

#endif
