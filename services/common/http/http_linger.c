// SPDX-License-Identifier: MPL-2.0
/* Last words. Closing a socket with unread bytes makes the kernel send a reset, which can overtake
 * the answer that says why. So the socket outlives MHD's connection for a while where a client is
 * still sending. */

#include "http_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

void
http_raw_answer(int fd, int status)
{
	const char *title = MHD_get_reason_phrase_for((unsigned)status);
	char body[HTTP_PROBLEM_MAX], text[HTTP_PROBLEM_MAX + 256];
	int n = snprintf(body, sizeof body, HTTP_PROBLEM, title, status);

	n = snprintf(text, sizeof text,
	    "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Type: "
	    "application/problem+json\r\nContent-Length: %d\r\n\r\n%s",
	    status, title, n, body);
	/* A socket that takes nothing closes without it. */
	(void)!send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* MHD closes without a word when the first line is no request line. Nothing has been sent then, and
 * the client is still there. */
static bool
deserves_400(const struct plb_http_req *r)
{
	struct tcp_info ti = {0};
	socklen_t len = sizeof ti;
	char c;

	if (r->s->tls || r->state != HTTP_HEADER || r->line_seen)
		return false;
	if (getsockopt(r->fd, IPPROTO_TCP, TCP_INFO, &ti, &len) != 0 ||
	    ti.tcpi_bytes_received == 0 || ti.tcpi_bytes_sent > 0)
		return false;
	return recv(r->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0 || errno == EAGAIN;
}

static void
drain(void *arg, unsigned events)
{
	struct plb_http_req *r = arg;
	char waste[16384];
	ssize_t n = 0;

	(void)events;
	for (int i = 0; i < 16 && r->drained < HTTP_DRAIN_BYTES; i++) {
		n = recv(r->fd, waste, sizeof waste, MSG_DONTWAIT);
		if (n <= 0)
			break;
		r->drained += n;
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
	    r->drained >= HTTP_DRAIN_BYTES)
		http_conn_free(r);
}

bool
http_linger_start(struct plb_http_req *r)
{
	int fd;

	if (r->linger == HTTP_LINGER_NONE && deserves_400(r)) {
		http_raw_answer(r->fd, 400);
		r->linger = HTTP_LINGER_DRAIN;
	}
	if (r->linger == HTTP_LINGER_NONE || r->s->draining)
		return false;
	fd = fcntl(r->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return false;
	shutdown(fd, SHUT_WR);
	r->fd = fd;
	http_conn_state(
	    r, HTTP_LINGER, r->linger == HTTP_LINGER_HOLD ? HTTP_HOLD_CUT_MS : HTTP_DRAIN_MS);
	if (r->linger == HTTP_LINGER_DRAIN)
		r->watch = plb_loop_fd_add(r->s->loop, fd, EPOLLIN | EPOLLRDHUP, drain, r);
	return true;
}
