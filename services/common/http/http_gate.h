// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_HTTP_GATE_H
#define PLB_HTTP_GATE_H

#include <parloeb/slice.h>

/* The header gate: what a request must look like before anything else looks at it. Pure; borrows
 * everything for the call; any thread.
 *
 * libmicrohttpd takes more than RFC 9112 allows (bare LF, folded lines, several Content-Length,
 * Content-Length beside Transfer-Encoding). It splits the header block in place, writing NUL over
 * separators, so the block's *layout* still tells what stood there: between two lines of a
 * well-formed request lie exactly the two bytes of a CR LF. The gate lets a request through only
 * when all lines lie back to back like that from the method to the blank line. */

#define PLB_GATE_HEADERS 128 /* most header lines */
#define PLB_GATE_NAME 256    /* most bytes of a header's name */

struct plb_gate_header {
	struct plb_slice name, value;
};

struct plb_gate_request {
	struct plb_slice
	    block; /* from the method's first byte up to the first byte behind the blank line */
	struct plb_slice method, version;
	struct plb_slice
	    target; /* only place and length, as received: its bytes may have been decoded since */
	bool target_ok;                        /* plb_gate_target of the bytes as received */
	const struct plb_gate_header *headers; /* in the order received */
	size_t n;
};

struct plb_gate_limits {
	size_t header_max; /* bytes of the block */
	uint64_t body_max; /* bytes announced */
};

struct plb_gate_verdict {
	int status;      /* 0 = let through; otherwise the 4xx or 5xx to answer before closing */
	const char *why; /* static, for people, never input */
	uint64_t length; /* of the body, announced; 0 when chunked */
	bool chunked;
};

struct plb_gate_verdict plb_gate_check(
    const struct plb_gate_request *rq, const struct plb_gate_limits *lim);
/* The request target as received: origin form, visible ASCII, well-formed percent escapes, no %00.
 */
bool plb_gate_target(struct plb_slice target);
/* RFC 9110 token, and field value (no control characters but tab); also for headers that we send.
 */
bool plb_gate_token(struct plb_slice name);
bool plb_gate_value(struct plb_slice value);
/* Without the spaces and tabs that may stand behind a value. */
struct plb_slice plb_gate_trim(struct plb_slice value);

#endif
