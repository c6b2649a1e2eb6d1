// SPDX-License-Identifier: MPL-2.0
#ifndef BENCH_BARE_FEED_H
#define BENCH_BARE_FEED_H

#include <stddef.h>

/* Bound of the feed: a process that holds connections and sends the same bytes to all of them, one
 * call each, and does nothing else. The port is on 127.0.0.1. */
struct bare_feed {
	int pid, order; /* the pipe that tells it what to send */
	int port;
};
void bare_feed_start(struct bare_feed *b);
/* One complete chunk or answer; text[0..len) goes to every connection. */
void bare_feed_send(const struct bare_feed *b, const char *text, size_t len);
void bare_feed_end(struct bare_feed *b);

#endif
