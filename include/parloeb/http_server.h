// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_HTTP_SERVER_H
#define PARLOEB_HTTP_SERVER_H

#include <parloeb/buf.h>
#include <parloeb/loop.h>

/* HTTP/1.1 server on the loop (libmicrohttpd inside, epoll, no threads) with our own gate: absolute
 * header and body deadlines, exactly one Content-Length (or chunked), no CL with TE, Host required,
 * header and body caps, connection caps per address and in all, close after any 4xx of the gate. */
struct plb_http_server;
struct plb_http_req; /* one request, owned by the server; valid until answered or closed */

struct plb_http_server_conf {
	const char *listen;                             /* "127.0.0.1:8080", "[::1]:0" */
	const char *tls_cert, *tls_key, *tls_client_ca; /* paths; "" = plain */
	int64_t header_deadline_ms, body_deadline_ms; /* body: this plus 1 s per 64 KiB announced */
	int64_t header_max, body_max, connections, connections_per_address;
	/* A whole request is there (headers and body within the caps). Answer now with
	 * plb_http_answer, or keep `r` and answer later. */
	void (*request)(void *arg, struct plb_http_req *r);
	/* The connection of a kept request went away: `r` is invalid after this call. Not called
	 * after an answer. */
	void (*gone)(void *arg, struct plb_http_req *r);
	void *arg;
};

struct plb_http_server *plb_http_server_new(
    struct plb_loop *l, const struct plb_http_server_conf *c, struct plb_errctx *ec);
/* Stop listening; open requests go on. */
void plb_http_server_drain(struct plb_http_server *s);
void plb_http_server_free(struct plb_http_server *
	*s); /* calls gone() for each kept request; not from a callback of this server */
int plb_http_server_port(const struct plb_http_server *s);
size_t plb_http_server_open(
    const struct plb_http_server *s); /* requests whose answer is not sent yet */

/* Borrowed until the answer. */
struct plb_slice plb_http_method(const struct plb_http_req *r);
struct plb_slice plb_http_path(const struct plb_http_req *r);
struct plb_slice plb_http_body(const struct plb_http_req *r);
/* Header by lower-case or any-case name; {NULL,0} when absent; several values of a singleton header
 * are refused by the gate. */
struct plb_slice plb_http_header(const struct plb_http_req *r, const char *name);
/* All headers with the prefix (any case), e.g. "ce-": fn gets lower-case name and value. */
void plb_http_headers(const struct plb_http_req *r, const char *prefix,
    void (*fn)(void *arg, struct plb_slice name, struct plb_slice value), void *arg);
/* Decoded query argument; {NULL,0} when absent, p != NULL and len 0 when empty. */
struct plb_slice plb_http_query(const struct plb_http_req *r, const char *name);
/* SHA-256 of the client certificate (DER), and its subject's organizationIdentifier; false without
 * one. */
bool plb_http_client_cert(const struct plb_http_req *r, uint8_t sha256[32], char org_id[64]);
/* Which system speaks, by an OCES3 certificate: "NTRDK-<CVR>/UI:DK-O:G:<uuid>"; false without both.
 * The same over renewals of the certificate. */
#define PLB_HTTP_SYSTEM 128
bool plb_http_client_system(const struct plb_http_req *r, char out[PLB_HTTP_SYSTEM]);
void **plb_http_user(struct plb_http_req *r); /* a slot for the caller */

/* Answer once. headers: "Name: value" strings, NULL-terminated, may be NULL. Body is copied. */
void plb_http_answer(struct plb_http_req *r, int status, const char *content_type,
    struct plb_slice body, const char *const *headers);
/* Streaming (server-sent events): answer 200 with an open body, then write parts, then end. Write
 * returns false when the client does not keep up (more than 1 MiB buffered): end it. */
void plb_http_stream_begin(
    struct plb_http_req *r, const char *content_type, const char *const *headers);
bool plb_http_stream_write(struct plb_http_req *r, struct plb_slice part);
void plb_http_stream_end(struct plb_http_req *r);

/* The management port of every service: /healthz, /readyz (ready() decides; the text says what is
 * missing), /metrics, and further paths by `other`. */
struct plb_mgmt;
struct plb_mgmt *plb_mgmt_new(struct plb_loop *l, const char *listen,
    bool (*ready)(void *arg, struct plb_buf *why_not), void *arg, struct plb_errctx *ec);
void plb_mgmt_free(struct plb_mgmt **m);

#endif
