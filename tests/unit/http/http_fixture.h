// SPDX-License-Identifier: MPL-2.0
#ifndef HTTP_FIXTURE_H
#define HTTP_FIXTURE_H

/* A server with a small application on a loop thread of its own, and a raw client for the test's
 * thread.
 *
 * Paths: /echo answers "<method> <path> <body>" at once; /query?a= answers "[<a>]"; /ce lists ce-
 * headers; /hold is kept until POST /release, which answers all kept ones with "later"; /open
 * answers the number of requests not answered; /stream begins a stream (events come by POST /push,
 * the end by POST /end); /flood streams until the client lags too far; /big?n= answers n bytes;
 * /cert tells of the client's certificate; /retry-after?v= answers 503 with that header; /redirect
 * answers 302; /endless never ends its body. */

#include <parloeb/http_server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FX_WAIT_MS 20000 /* longest wait for anything that must come */

struct fx;
struct plb_http_server_conf fx_conf(void);                 /* generous limits on 127.0.0.1:0 */
struct fx *fx_start(const struct plb_http_server_conf *c); /* fails the test when it cannot */
/* When every connection is gone, which the clients' ends must have brought about. */
void fx_stop(struct fx **f);
/* At once, whatever is open. */
void fx_kill(struct fx **f);
int fx_port(const struct fx *f);
int fx_requests(const struct fx *f); /* requests the application has seen */
int fx_gone(const struct fx *f);     /* calls of gone() */
/* Run on the loop thread: stop listening. */
void fx_drain(struct fx *f);

/* Wait until the condition holds; fail the test when it never does. */
#define FX_WAIT(cond)                                                                              \
	do {                                                                                       \
		for (int fx_i_ = 0; !(cond); fx_i_++)                                              \
			fx_pause(fx_i_, #cond);                                                    \
	} while (0)
void fx_pause(int round, const char *what);

/* A client connection. */
struct fxc {
	int fd;
	size_t len;
	char buf[1 << 17];
};
struct fxc *fxc_open(const struct fx *f);
struct fxc *fxc_open_from(const struct fx *f, const char *address);
void fxc_close(struct fxc **c);
void fxc_send(struct fxc *c, const char *bytes);
void fxc_send_n(struct fxc *c, const void *p, size_t n);
/* Send, and do not mind when the other side has closed. */
bool fxc_try(struct fxc *c, const void *p, size_t n);

struct fx_reply {
	int status; /* 0: closed without an answer */
	char head[4096];
	char body[1 << 16]; /* chunks joined; at most what fits */
	size_t len;
};
/* The next answer. */
struct fx_reply *fxc_reply(struct fxc *c); /* static storage */
/* True when the other side closes (or resets) without another byte. */
bool fxc_closed(struct fxc *c);
/* Wait until the other side closes, whatever else it says before. */
void fxc_to_end(struct fxc *c);
/* Wait until these bytes have come; they and all before them are dropped. */
void fxc_await(struct fxc *c, const char *bytes);
struct fx_reply *fxc_call(struct fxc *c, const char *bytes);

/* Runs the loop on the test's thread until the condition holds; fails the test after FX_WAIT_MS.
 * Each test program has its own struct bench. */
struct bench;
void fx_spin(struct plb_loop *l, bool (*until)(struct bench *b), struct bench *b);

#endif
