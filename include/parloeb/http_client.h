// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_HTTP_CLIENT_H
#define PARLOEB_HTTP_CLIENT_H

#include <parloeb/buf.h>
#include <parloeb/loop.h>

/* HTTP client on the loop: one libcurl multi handle, connections reused per host, no redirects, no
 * proxy, HTTP/1.1, addresses vetted after DNS on the connected address
 * (CURLOPT_OPENSOCKETFUNCTION): loopback, private, link-local, CGNAT, multicast, unspecified,
 * v4-mapped and NAT64 forms of these and metadata addresses are refused unless allow_private.
 * Responses are read to at most `response_max` bytes. */
struct plb_http_client;
struct plb_http_call; /* owned by the client from start to done */

struct plb_http_client_conf {
	int64_t calls;    /* most calls at once in all; further ones wait in order */
	int64_t per_host; /* most connections per host */
};
struct plb_http_client *plb_http_client_new(
    struct plb_loop *l, const struct plb_http_client_conf *c, struct plb_errctx *ec);
void plb_http_client_free(
    struct plb_http_client **c); /* calls under way are dropped without done() */

enum plb_http_outcome {
	PLB_HTTP_ANSWER, /* status is set */
	PLB_HTTP_TIMEOUT,
	PLB_HTTP_CONNECT,  /* could not connect, or the connection broke */
	PLB_HTTP_TLS,      /* handshake or certificate failed */
	PLB_HTTP_ADDRESS,  /* refused address */
	PLB_HTTP_URL,      /* URL or scheme not allowed */
	PLB_HTTP_TOO_LARGE /* endless body; status is set when it had come */
};
struct plb_http_result {
	enum plb_http_outcome outcome;
	int status;
	int64_t retry_after_ms; /* -1 when absent or not understood; seconds or HTTP date */
	int64_t duration_us;
	struct plb_slice body; /* borrowed for the call; at most response_max */
	char error[160];       /* for people; no URL query, no body */
};
struct plb_http_request {
	const char *method, *url;   /* borrowed for the call of plb_http_start only */
	const char *const *headers; /* "Name: value", NULL-terminated; vetted: no CR, LF, NUL */
	struct plb_slice body;      /* copied */
	int64_t timeout_ms, connect_timeout_ms, response_max;
	bool allow_private, allow_http;
	const char *ca_file, *cert_file,
	    *key_file; /* NULL or "" = system CAs, no client certificate */
	void (*done)(void *arg,
	    const struct plb_http_result
		*res); /* exactly once, on the loop thread, never from within plb_http_start */
	void *arg;
};
PLB_MUSTUSE enum plb_err plb_http_start(struct plb_http_client *c,
    const struct plb_http_request *rq, struct plb_http_call **out, struct plb_errctx *ec);
/* Drop without done(). */
void plb_http_cancel(struct plb_http_call **call);
size_t plb_http_client_open(const struct plb_http_client *c);

/* Blocking convenience for CLI and registry (own easy handle): same rules. */
PLB_MUSTUSE enum plb_err plb_http_fetch(const struct plb_http_request *rq,
    struct plb_http_result *res, struct plb_buf *body, struct plb_errctx *ec);

/* A POST of the schema registry's content type by the blocking call (a plb_registry_post_fn;
 * registry addresses are ours, so private ones and http are fine). */
PLB_MUSTUSE enum plb_err plb_http_registry_post(void *arg, const char *url, struct plb_slice body,
    int *status, struct plb_buf *answer, struct plb_errctx *ec);

/* The address rule by itself: `text` is a numeric IPv4/IPv6 address. */
bool plb_http_address_public(const char *text);

#endif
