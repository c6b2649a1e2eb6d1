// SPDX-License-Identifier: MPL-2.0
#ifndef PLB_HTTP_CLIENT_PRIV_H
#define PLB_HTTP_CLIENT_PRIV_H

/* Inside of the HTTP client: one call's easy handle (http_call.c) apart from the multi handle on
 * the loop (http_client.c). */

#include <parloeb/http_client.h>
#include <parloeb/map.h>

#include <curl/curl.h>
#include <sys/socket.h>

/* Where a call is; each state has its list in the client.
 *  WAITING  for a slot, in order
 *  RUNNING  with curl
 *  FAILED   refused before it began; done() comes with the next turn */
enum http_call_state { HTTP_CALL_WAITING, HTTP_CALL_RUNNING, HTTP_CALL_FAILED, HTTP_CALL_STATES };

#define HTTP_CALL_HEADERS 32

struct plb_http_call {
	struct plb_http_client *client;
	struct plb_http_call *prev, *next;
	enum http_call_state state;
	struct plb_heap_node due; /* when its time is out, queue included: curl does not look at the
				     clock of a call without connection */
	int64_t started_ms;       /* monotonic */
	enum plb_http_outcome failure; /* FAILED */

	void (*done)(void *arg, const struct plb_http_result *res);
	void *arg;
	int64_t timeout_ms, connect_timeout_ms, response_max;
	bool allow_private, allow_http;
	bool address_refused, too_large; /* why we broke it off ourselves */

	struct http_sockets *sockets;                /* NULL: a call without loop */
	CURL *easy;                                  /* kept from call to call */
	struct curl_slist header[HTTP_CALL_HEADERS]; /* curl's list, in our memory */
	size_t n_headers;
	struct plb_buf header_text;
	struct plb_buf out;                /* the request's body */
	struct plb_buf text;               /* method, URL and file names, each with NUL */
	size_t method, url, ca, cert, key; /* offsets into text */
	struct plb_buf ready; /* what the easy handle is set up for: text and switches */
	struct plb_buf in;    /* the response's body */
	size_t header_bytes;
};

/* http_address.c */
bool http_sockaddr_public(const struct sockaddr *sa);
/* For CURLOPT_OPENSOCKETFUNCTION; sets *refused when the address may not be gone to. */
curl_socket_t http_open_socket(
    bool allow_private, bool *refused, curlsocktype purpose, const struct curl_sockaddr *a);

/* http_socket.c: what the loop watches for curl. Without memory a socket is not watched, and its
 * call ends by its deadline. */
struct http_socket;
struct http_sockets {
	struct plb_loop *loop;
	void (*ready)(void *arg, curl_socket_t fd, unsigned events); /* EPOLL… */
	void *arg;
	struct http_socket **at; /* by descriptor */
	size_t n;
};
void http_sockets_want(struct http_sockets *s, curl_socket_t fd, unsigned events);
void http_sockets_leave(struct http_sockets *s, curl_socket_t fd);
void http_sockets_opened(struct http_sockets *s, curl_socket_t fd); /* by our own callback */
int http_sockets_close(void *sockets, curl_socket_t fd); /* CURLOPT_CLOSESOCKETFUNCTION */
void http_sockets_fini(struct http_sockets *s);

/* http_call.c */
void http_curl_once(void);
struct plb_http_call *http_call_new(void); /* NULL = no memory */
void http_call_free(struct plb_http_call *c);
/* Copy the request into an unused call. PLB_E_FORM: a header that may not be sent. */
PLB_MUSTUSE enum plb_err http_call_set(
    struct plb_http_call *c, const struct plb_http_request *rq, struct plb_errctx *ec);
/* Drop the request, keep the memory. */
void http_call_reset(struct plb_http_call *c);
/* URL and scheme allowed? */
PLB_MUSTUSE bool http_call_url_ok(const struct plb_http_call *c);
/* Fill the easy handle; curl itself ends the call after timeout_ms, 0 = not. */
PLB_MUSTUSE bool http_call_prepare(struct plb_http_call *c, int64_t timeout_ms);
void http_call_result(struct plb_http_call *c, CURLcode code, struct plb_http_result *res);
void http_call_fail(enum plb_http_outcome outcome, const char *why, struct plb_http_result *res);

#endif
