// SPDX-License-Identifier: MPL-2.0
/* Answers: whole, refused, streamed. */

#include "http_gate.h"
#include "http_priv.h"

#include <linux/sockios.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#define ANSWER_MS                                                                                  \
	10000 /* to send a small answer; a larger one has a second more for each 64 KiB            \
	       */
#define STREAM_BLOCK 4096            /* kept by MHD for each open stream */
#define DIRECT_MAX ((size_t)8 << 10) /* fits into any socket's empty buffer */

void
http_resume(struct plb_http_req *r)
{
	if (!r->suspended)
		return;
	r->suspended = false;
	MHD_resume_connection(r->mhd);
	http_server_run_soon(r->s);
}

/* "Name: value". A header that the protocol forbids is a fault of ours, not of a client. */
static void
add_header(struct MHD_Response *resp, const char *line)
{
	const char *colon = strchr(line, ':');
	char name[PLB_GATE_NAME];
	size_t n;

	PLB_ASSERT(colon != NULL && (size_t)(colon - line) < sizeof name);
	n = (size_t)(colon - line);
	memcpy(name, line, n);
	name[n] = 0;
	for (colon++; *colon == ' ';)
		colon++;
	PLB_ASSERT(plb_gate_token(plb_slice(name, n)) && plb_gate_value(plb_slice_str(colon)));
	MHD_add_response_header(resp, name, colon);
}

static void
add_headers(const struct plb_http_req *r, struct MHD_Response *resp, const char *content_type,
    const char *const *headers)
{
	if (content_type != NULL)
		MHD_add_response_header(resp, "Content-Type", content_type);
	for (; headers != NULL && *headers != NULL; headers++)
		add_header(resp, *headers);
	if (r->s->draining)
		MHD_add_response_header(resp, "Connection", "close");
}

/* MHD has the answer, or the connection is broken; in both cases the application is done with the
 * request. */
static bool
queue(struct plb_http_req *r, int status, struct MHD_Response *resp, enum http_state next,
    int64_t in_ms)
{
	bool ok = resp != NULL && MHD_queue_response(r->mhd, (unsigned)status, resp) == MHD_YES;

	if (resp != NULL)
		MHD_destroy_response(resp);
	plb_loop_fd_del(&r->watch);
	http_conn_state(r, ok ? next : HTTP_DEAD, ok ? in_ms : -1);
	if (!ok)
		shutdown(r->fd, SHUT_RDWR);
	http_resume(r);
	return ok;
}

void
plb_http_answer(struct plb_http_req *r, int status, const char *content_type, struct plb_slice body,
    const char *const *headers)
{
	struct MHD_Response *resp;

	PLB_ASSERT(r->state == HTTP_HELD);
	/* MHD copies; its argument lacks a const. */
	resp = MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.p,
	    body.len == 0 ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
	if (resp != NULL)
		add_headers(r, resp, content_type, headers);
	(void)queue(r, status, resp, HTTP_SENDING, ANSWER_MS + (int64_t)(body.len / 65536) * 1000);
}

bool
http_refuse(struct plb_http_req *r, int status)
{
	static const char *const close_it[] = {"Connection: close", NULL};
	struct MHD_Response *resp;
	char body[HTTP_PROBLEM_MAX];
	int n = snprintf(
	    body, sizeof body, HTTP_PROBLEM, MHD_get_reason_phrase_for((unsigned)status), status);

	plb_metric_inc(&http_metrics[HTTP_M_GATE], 1);
	r->linger = HTTP_LINGER_DRAIN;
	resp = MHD_create_response_from_buffer((size_t)n, body, MHD_RESPMEM_MUST_COPY);
	if (resp != NULL)
		add_headers(r, resp, "application/problem+json", close_it);
	return queue(r, status, resp, HTTP_SENDING, ANSWER_MS);
}

/* The stream ends by ending the connection: cut short, or to a client that knows no chunks. MHD
 * forgets a connection that its reader ends so (its state becomes closed, and nobody looks at it
 * again); one that fails to write it cleans up. So it is given a byte that it cannot send any more.
 */
static ssize_t
end_connection(struct plb_http_req *r, char *p)
{
	shutdown(r->fd, SHUT_WR);
	*p = 0;
	return 1;
}

/* MHD wants bytes of the stream. */
static ssize_t
read_stream(void *cls, uint64_t at, char *p, size_t max)
{
	struct plb_http_req *r = cls;
	size_t n = r->out.len - r->out_at;

	(void)at;
	if (r->state == HTTP_DEAD)
		return end_connection(r, p);
	if (n == 0 && r->ended)
		return r->http10 ? end_connection(r, p) : MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		MHD_suspend_connection(r->mhd);
		r->suspended = true;
		return 0;
	}
	n = n > max ? max : n;
	memcpy(p, r->out.p + r->out_at, n);
	r->out_at += n;
	if (r->out_at == r->out.len) {
		plb_buf_reset(&r->out);
		r->out_at = 0;
	}
	return (ssize_t)n;
}

void
plb_http_stream_begin(struct plb_http_req *r, const char *content_type, const char *const *headers)
{
	struct MHD_Response *resp;

	PLB_ASSERT(r->state == HTTP_HELD);
	r->ended = false;
	resp =
	    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, r, NULL);
	if (resp != NULL)
		add_headers(r, resp, content_type, headers);
	/* When that failed the connection is closed next, and gone() says so as for any stream. */
	if (!queue(r, 200, resp, HTTP_STREAM, HTTP_HOLD_CHECK_MS))
		r->state = HTTP_STREAM;
}

enum direct { DIRECT_NO, DIRECT_SENT, DIRECT_CUT };

/* MHD sleeps between two chunks and has nothing to send: a small part that the empty socket takes
 * whole is a chunk of our own, and MHD need not be woken. With ten thousand streams that is half of
 * the work. */
static enum direct
write_direct(struct plb_http_req *r, struct plb_slice part)
{
	char size[24];
	int unsent = 1, head = snprintf(size, sizeof(size), "%zx\r\n", part.len);
	struct iovec v[] = {{size, (size_t)head}, {(void *)(uintptr_t)part.p, part.len},
	    {(void *)(uintptr_t) "\r\n", 2}};
	const struct msghdr m = {.msg_iov = v, .msg_iovlen = 3};
	ssize_t n;

	if (!r->suspended || r->s->tls || r->http10 || r->out.len > 0 || r->out.failed ||
	    part.len == 0 || part.len > DIRECT_MAX || ioctl(r->fd, SIOCOUTQ, &unsent) != 0 ||
	    unsent > 0)
		return DIRECT_NO;
	n = sendmsg(r->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return DIRECT_NO;
	return (size_t)n == part.len + (size_t)head + 2 ? DIRECT_SENT : DIRECT_CUT;
}

bool
plb_http_stream_write(struct plb_http_req *r, struct plb_slice part)
{
	enum direct d;

	PLB_ASSERT(r->state == HTTP_STREAM);
	d = write_direct(r, part);
	r->out.failed = r->out.failed || d == DIRECT_CUT; /* as for one that does not keep up */
	if (d != DIRECT_NO)
		return d == DIRECT_SENT;
	if (r->out_at > 0) {
		memmove(r->out.p, r->out.p + r->out_at, r->out.len - r->out_at);
		r->out.len -= r->out_at;
		r->out_at = 0;
	}
	plb_buf_slice(&r->out, part);
	if (r->out.failed)
		return false;
	http_resume(r);
	return true;
}

void
plb_http_stream_end(struct plb_http_req *r)
{
	PLB_ASSERT(r->state == HTTP_STREAM);
	/* A client that did not keep up has a part cut off: it must not take the rest for whole. */
	if (r->out.failed) {
		http_conn_state(r, HTTP_DEAD, -1);
		shutdown(r->fd, SHUT_RDWR);
	} else {
		r->ended = true;
		http_conn_state(r, HTTP_SENDING, ANSWER_MS + (int64_t)(r->out.len / 65536) * 1000);
	}
	plb_loop_fd_del(&r->watch);
	http_resume(r);
}
