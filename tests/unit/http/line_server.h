// SPDX-License-Identifier: MPL-2.0
#ifndef LINE_SERVER_H
#define LINE_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* A server of lines (SMTP, IMAP) that follows a script, on a thread of its own. */
#define SAID_MAX 65536

/* A line that begins so is answered so; NULL: never. Another ends the connection. */
struct line {
	const char *begins, *answer;
};

/* One connection at a time; every line received is kept. After "354" lines are kept unanswered up
 * to a dot. */
struct server {
	int listening, port;
	const char *hello;
	const struct line *script;
	pthread_t thread;
	pthread_mutex_t lock;
	char said[SAID_MAX]; /* by the client */
	size_t n_said;
	int connections;
	int stop[2]; /* a pipe: closed = end */
};

/* hello: said first; one that begins with * makes it IMAP. Fails the test when it cannot. */
void server_start(struct server *s, const char *hello, const struct line *script);
void server_stop(struct server *s); /* nothing when it was not started */
int connections(struct server *s);
bool heard(struct server *s, const char *text);

#endif
