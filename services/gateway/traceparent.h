// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_TRACEPARENT_H
#define GATEWAY_TRACEPARENT_H

#include <parloeb/rng.h>
#include <parloeb/slice.h>

#define TRACEPARENT_TEXT 56

/* W3C Trace Context, version 00: given by the caller, or made here. Pure. */
bool traceparent_ok(struct plb_slice s);
/* A new trace; NUL-terminated. */
struct plb_slice traceparent_ny(struct plb_rng *r, char out[TRACEPARENT_TEXT]);

#endif
