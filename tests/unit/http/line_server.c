// SPDX-License-Identifier: MPL-2.0
#include "line_server.h"
#include "http_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void
keep(struct server *s, const char *line)
{
	size_t n = strlen(line);

	pthread_mutex_lock(&s->lock);
	if (n < SAID_MAX - s->n_said) {
		memcpy(s->said + s->n_said, line, n + 1);
		s->n_said += n;
	}
	pthread_mutex_unlock(&s->lock);
}

/* & stands for IMAP's tag. */
static void
say(int fd, const char *tag, const char *answer)
{
	char out[1024];
	size_t n = 0;

	for (const char *p = answer; *p != 0 && n + strlen(tag) + 1 < sizeof out; p++) {
		if (*p == '&')
			n += (size_t)sprintf(out + n, "%s", tag);
		else
			out[n++] = *p;
	}
	/* Closed meanwhile: the next read tells. */
	(void)!send(fd, out, n, MSG_NOSIGNAL);
}

/* NULL: it is none of the script. */
static const struct line *
found(const struct server *s, const char *line)
{
	for (const struct line *l = s->script; l->begins != NULL; l++)
		if (strncmp(line, l->begins, strlen(l->begins)) == 0)
			return l;
	return NULL;
}

/* A line, without its end; false: closed, or the server is to end. */
static bool
next_line(struct server *s, int fd, char *out, size_t max)
{
	size_t n = 0;

	for (;;) {
		struct pollfd w[2] = {{fd, POLLIN, 0}, {s->stop[0], POLLIN, 0}};
		char c;

		if (poll(w, 2, FX_WAIT_MS) <= 0 || w[1].revents != 0 || recv(fd, &c, 1, 0) <= 0)
			return false;
		if (c == '\n')
			break;
		if (n + 1 < max)
			out[n++] = c;
	}
	out[n > 0 && out[n - 1] == '\r' ? n - 1 : n] = 0;
	return true;
}

static void
talk(struct server *s, int fd)
{
	char line[2048], tag[32];
	bool data = false;

	say(fd, "", s->hello);
	while (next_line(s, fd, line, sizeof line)) {
		const char *command = line;
		const struct line *l;

		keep(s, line);
		keep(s, "\n");
		tag[0] = 0;
		if (data && strcmp(line, ".") != 0)
			continue;
		data = false;
		/* IMAP: "A001 COMMAND". */
		if (s->hello[0] == '*' && strlen(line) > 5) {
			snprintf(tag, sizeof tag, "%.4s", line);
			command = line + 5;
		}
		l = found(s, command);
		if (l == NULL)
			return;
		if (l->answer == NULL)
			continue;
		say(fd, tag, l->answer);
		data = strncmp(l->answer, "354", 3) == 0;
	}
}

static void *
serve(void *arg)
{
	struct server *s = arg;

	for (;;) {
		struct pollfd w[2] = {{s->listening, POLLIN, 0}, {s->stop[0], POLLIN, 0}};
		int fd;

		if (poll(w, 2, -1) <= 0 || w[1].revents != 0)
			return NULL;
		fd = accept4(s->listening, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			return NULL;
		pthread_mutex_lock(&s->lock);
		s->connections++;
		pthread_mutex_unlock(&s->lock);
		talk(s, fd);
		close(fd);
	}
}

void
server_start(struct server *s, const char *hello, const struct line *script)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof at;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->hello = hello;
	s->script = script;
	s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listening, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(s->listening, 16), 0);
	assert_int_equal(getsockname(s->listening, (struct sockaddr *)&at, &len), 0);
	s->port = ntohs(at.sin_port);
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_mutex_init(&s->lock, NULL), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void
server_stop(struct server *s)
{
	if (s->hello == NULL)
		return;
	close(s->stop[1]);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	close(s->stop[0]);
	close(s->listening);
	pthread_mutex_destroy(&s->lock);
}

int
connections(struct server *s)
{
	int n;

	pthread_mutex_lock(&s->lock);
	n = s->connections;
	pthread_mutex_unlock(&s->lock);
	return n;
}

bool
heard(struct server *s, const char *text)
{
	bool is;

	pthread_mutex_lock(&s->lock);
	is = strstr(s->said, text) != NULL;
	pthread_mutex_unlock(&s->lock);
	return is;
}
