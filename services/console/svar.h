// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_SVAR_H
#define CONSOLE_SVAR_H

#include <parloeb/buf.h>
#include <parloeb/http_server.h>

/* How the console answers: JSON, faults as {"fejl":"…"}. Each answers the request. Loop thread. */
int svar_status(enum plb_err err); /* HTTP status of an error kind */
void svar_fejl(struct plb_http_req *r, int status, const char *text);
/* What stands in out with 200; or the fault of err, or of out. */
void svar_giv(
    struct plb_http_req *r, enum plb_err err, struct plb_buf *out, const struct plb_errctx *ec);

#endif
