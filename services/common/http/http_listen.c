// SPDX-License-Identifier: MPL-2.0
/* The listening socket is ours, not MHD's, so that caps hold before MHD spends anything on a
 * connection. */

#include "http_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BACKLOG 4096
#define ACCEPTS_A_TURN 128
#define PAUSE_MS 100 /* without descriptors or memory */

/* "127.0.0.1:8080", "[::1]:0": numeric only, a service listens where the operator said. */
static bool
parse(const char *text, struct sockaddr_storage *ss, socklen_t *len)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)ss;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)ss;
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	size_t n;
	char *end;
	long port;

	memset(ss, 0, sizeof *ss);
	if (colon == NULL || colon[1] < '0' || colon[1] > '9' ||
	    (size_t)(colon - text) >= sizeof host)
		return false;
	port = strtol(colon + 1, &end, 10);
	if (*end != 0 || port > 65535)
		return false;
	n = (size_t)(colon - text);
	memcpy(host, text, n);
	host[n] = 0;
	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = 0;
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*len = sizeof *v6;
		return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	*len = sizeof *v4;
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

static int
port_of(int fd)
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof ss;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) != 0)
		return 0;
	if (ss.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)(void *)&ss)->sin6_port);
	return ntohs(((struct sockaddr_in *)(void *)&ss)->sin_port);
}

static void
close_at_once(int fd)
{
	plb_metric_inc(&http_metrics[HTTP_M_CAP], 1);
	close(fd);
}

static void
admit(struct plb_http_server *s, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct http_address *address;
	struct plb_http_req *r;

	if (!http_caps_take(s, sa, &address)) {
		close_at_once(fd);
		return;
	}
	r = http_conn_new(s, fd);
	if (r == NULL) {
		http_caps_give(s, &address);
		close(fd);
		return;
	}
	r->address = address;
	s->adding = r;
	/* MHD closes the socket when it fails; it has called http_on_connection in pairs or not at
	 * all. */
	if (MHD_add_connection(s->mhd, fd, sa, len) != MHD_YES && s->adding == r)
		http_conn_free(r);
	s->adding = NULL;
}

static void
accept_some(void *arg, unsigned events)
{
	struct plb_http_server *s = arg;
	int i;

	(void)events;
	for (i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_storage ss;
		socklen_t len = sizeof ss;
		int fd = accept4(
		    s->listen_fd, (struct sockaddr *)&ss, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			admit(s, fd, (struct sockaddr *)&ss, len);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS) {
			plb_loop_fd_set(s->listen_watch, 0);
			plb_loop_timer_in(s->accept_again, PAUSE_MS);
			break;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			break; /* nobody left to accept */
		}
	}
	if (i > 0)
		http_server_run(s);
}

static void
accept_again(void *arg)
{
	struct plb_http_server *s = arg;

	if (s->listen_watch != NULL)
		plb_loop_fd_set(s->listen_watch, EPOLLIN);
}

enum plb_err
http_listen_open(struct plb_http_server *s, const char *text, struct plb_errctx *ec)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int on = 1;

	if (text == NULL || !parse(text, &ss, &len))
		return plb_err_set(
		    ec, PLB_E_KONFIG, "listen address is not <IPv4>:<port> or [<IPv6>]:<port>");
	s->listen_fd = socket(ss.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->listen_fd < 0)
		return plb_err_errno(ec, "socket");
	if (setsockopt(s->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
		return plb_err_errno(ec, "SO_REUSEADDR");
	if (bind(s->listen_fd, (struct sockaddr *)&ss, len) != 0)
		return plb_err_errno(ec, "bind %s", text);
	if (listen(s->listen_fd, BACKLOG) != 0)
		return plb_err_errno(ec, "listen %s", text);
	s->port = port_of(s->listen_fd);
	s->accept_again = plb_loop_timer_new(s->loop, accept_again, s);
	s->listen_watch = plb_loop_fd_add(s->loop, s->listen_fd, EPOLLIN, accept_some, s);
	if (s->accept_again == NULL || s->listen_watch == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "listen");
	return PLB_OK;
}

void
http_listen_close(struct plb_http_server *s)
{
	plb_loop_fd_del(&s->listen_watch);
	plb_loop_timer_free(&s->accept_again);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	s->listen_fd = -1;
}
