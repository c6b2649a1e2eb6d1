// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_KALD_H
#define SIM_KALD_H

#include <parloeb/http_client.h>

#include "miljoe.h"

/* Calls to the gateway with a partner's token, repeated until they are answered: 408, 429, 5xx,
 * timeouts and broken connections are tried again with the same bytes, as the contract asks of a
 * sender. */
struct kalder;
PLB_MUSTUSE enum plb_err kalder_new(struct plb_loop *l, const char *gateway,
    const struct miljoe *env, struct kalder **out, struct plb_errctx *ec);
void kalder_free(struct kalder **k);

/* The final answer; body borrowed for the call. */
typedef void kald_fn(void *arg, int status, struct plb_slice body);
/* POST (body.p not NULL) or GET of path as org. content_type NULL = application/json. */
PLB_MUSTUSE enum plb_err kalder_start(struct kalder *k, const struct plb_org *org, const char *path,
    const char *content_type, struct plb_slice body, kald_fn *fn, void *arg, struct plb_errctx *ec);
size_t kalder_open(const struct kalder *k);
/* Answers that made a repeat necessary. */
int64_t kalder_repeats(const struct kalder *k);

#endif
