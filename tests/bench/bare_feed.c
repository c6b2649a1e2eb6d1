// SPDX-License-Identifier: MPL-2.0
#include "bare_feed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS_MAX 65536
#define TEXT_MAX 65536

static void
die(const char *what)
{
	fprintf(stderr, "bare_feed: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void
take_one(int listener, int epoll, int *fds, size_t *n)
{
	struct epoll_event e = {.events = EPOLLIN};
	int one = 1;

	e.data.fd = accept(listener, NULL, NULL);
	if (e.data.fd < 0 || *n == CONNECTIONS_MAX ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e) != 0)
		die("accept");
	(void)setsockopt(e.data.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	fds[(*n)++] = e.data.fd;
}

/* A request, read and thrown away; an end closes. */
static void
take_request(int fd)
{
	char text[4096];

	if (recv(fd, text, sizeof text, MSG_DONTWAIT) == 0)
		close(fd);
}

/* False: the order's end. */
static int
carry_out(int order, const int *fds, size_t n)
{
	static char text[TEXT_MAX];
	ssize_t len = read(order, text, sizeof text);

	if (len <= 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (send(fds[i], text, (size_t)len, MSG_NOSIGNAL | MSG_DONTWAIT) != len)
			die("send");
	return 1;
}

static void
serve(int listener, int order)
{
	static int fds[CONNECTIONS_MAX];
	struct epoll_event e[256],
	    at[2] = {
		{.events = EPOLLIN, .data.fd = listener}, {.events = EPOLLIN, .data.fd = order}};
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	size_t n = 0;

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &at[0]) != 0 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, order, &at[1]) != 0)
		die("epoll");
	for (;;) {
		int ready = epoll_wait(epoll, e, 256, -1);

		for (int i = 0; i < ready; i++) {
			if (e[i].data.fd == listener)
				take_one(listener, epoll, fds, &n);
			else if (e[i].data.fd != order)
				take_request(e[i].data.fd);
			else if (!carry_out(order, fds, n))
				_exit(0);
		}
	}
}

void
bare_feed_start(struct bare_feed *b)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), way[2];
	socklen_t len = sizeof sa;

	if (listener < 0 || bind(listener, (struct sockaddr *)&sa, sizeof sa) != 0 ||
	    listen(listener, 1024) != 0 ||
	    getsockname(listener, (struct sockaddr *)&sa, &len) != 0 || pipe(way) != 0)
		die("start");
	b->port = ntohs(sa.sin_port);
	b->order = way[1];
	b->pid = fork();
	if (b->pid < 0)
		die("fork");
	if (b->pid == 0) {
		close(way[1]);
		serve(listener, way[0]);
	}
	close(way[0]);
	close(listener);
}

void
bare_feed_send(const struct bare_feed *b, const char *text, size_t len)
{
	if (len > TEXT_MAX || write(b->order, text, len) != (ssize_t)len)
		die("order");
}

void
bare_feed_end(struct bare_feed *b)
{
	close(b->order);
	(void)waitpid(b->pid, NULL, 0);
}
