// SPDX-License-Identifier: MPL-2.0
/* Which sockets the loop watches for curl. Between two calls of a kept connection curl lets go of
 * its socket, to ask for the same again a moment later: such a watch stays. Only sockets whose end
 * curl tells us of are kept so; another's number may come back as a different socket. */

#include "http_client_priv.h"

#include <stdlib.h>
#include <unistd.h>

struct http_socket {
	struct http_sockets *all;
	struct plb_loop_fd *watch; /* NULL: not watched */
	curl_socket_t fd;
	unsigned events;
	bool ours;   /* opened by us, so curl has us close it */
	bool wanted; /* curl waits for it */
};

static struct http_socket *
find(const struct http_sockets *s, curl_socket_t fd)
{
	return (size_t)fd < s->n ? s->at[fd] : NULL;
}

static struct http_socket *
make(struct http_sockets *s, curl_socket_t fd)
{
	struct http_socket *k = find(s, fd), **more;
	size_t n = (size_t)fd + 64;

	if (k != NULL)
		return k;
	if ((size_t)fd >= s->n) {
		more = realloc(s->at, n * sizeof(struct http_socket *));
		if (more == NULL)
			return NULL;
		memset(more + s->n, 0, (n - s->n) * sizeof(struct http_socket *));
		s->at = more;
		s->n = n;
	}
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NULL;
	k->all = s;
	k->fd = fd;
	s->at[fd] = k;
	return k;
}

static void
drop(struct http_sockets *s, curl_socket_t fd)
{
	struct http_socket *k = find(s, fd);

	if (k == NULL)
		return;
	plb_loop_fd_del(&k->watch);
	s->at[fd] = NULL;
	free(k);
}

static void
event(void *arg, unsigned events)
{
	struct http_socket *k = arg;

	if (k->wanted)
		k->all->ready(k->all->arg, k->fd, events);
	else /* closed from over there; curl finds out when it wants to use it again */
		plb_loop_fd_del(&k->watch);
}

void
http_sockets_want(struct http_sockets *s, curl_socket_t fd, unsigned events)
{
	struct http_socket *k = make(s, fd);

	if (k == NULL)
		return;
	if (k->watch == NULL)
		k->watch = plb_loop_fd_add(s->loop, fd, events, event, k);
	else if (k->events != events)
		plb_loop_fd_set(k->watch, events);
	k->events = events;
	k->wanted = true;
}

void
http_sockets_leave(struct http_sockets *s, curl_socket_t fd)
{
	struct http_socket *k = find(s, fd);

	if (k != NULL && k->ours)
		k->wanted = false;
	else
		drop(s, fd);
}

void
http_sockets_opened(struct http_sockets *s, curl_socket_t fd)
{
	struct http_socket *k;

	drop(s, fd); /* a socket of that number that is no more */
	k = make(s, fd);
	if (k != NULL)
		k->ours = true;
}

int
http_sockets_close(void *sockets, curl_socket_t fd)
{
	drop(sockets, fd);
	return close(fd);
}

void
http_sockets_fini(struct http_sockets *s)
{
	for (size_t fd = 0; fd < s->n; fd++)
		drop(s, (curl_socket_t)fd);
	free(s->at);
	s->at = NULL;
	s->n = 0;
}
