// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"
#include "http_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define HELD_MAX 64

struct fx {
	struct plb_loop *loop;
	struct plb_http_server *server;
	struct plb_wake *stop, *drain;
	pthread_t thread;
	atomic_int requests, gone;
	struct plb_http_req *held[HELD_MAX], *streams[HELD_MAX];
	size_t n_held, n_streams;
};

static bool
drop(struct plb_http_req **list, size_t *n, struct plb_http_req *r)
{
	for (size_t i = 0; i < *n; i++) {
		if (list[i] != r)
			continue;
		list[i] = list[--*n];
		return true;
	}
	return false;
}

static void
text(struct plb_http_req *r, int status, const char *s)
{
	plb_http_answer(r, status, "text/plain", plb_slice_str(s), NULL);
}

static void
echo(struct fx *f, struct plb_http_req *r)
{
	struct plb_buf b;
	struct plb_slice s;

	(void)f;
	plb_buf_init(&b, 1 << 21);
	plb_buf_slice(&b, plb_http_method(r));
	plb_buf_str(&b, " ");
	plb_buf_slice(&b, plb_http_path(r));
	plb_buf_str(&b, " ");
	plb_buf_slice(&b, plb_http_body(r));
	PLB_ASSERT(plb_buf_done(&b, &s) == PLB_OK);
	plb_http_answer(r, 200, "text/plain", s, (const char *const[]){"X-Echo: yes", NULL});
	plb_buf_fini(&b);
}

static void
query(struct fx *f, struct plb_http_req *r)
{
	struct plb_slice a = plb_http_query(r, "a");
	char out[256];

	(void)f;
	if (a.p == NULL)
		snprintf(out, sizeof out, "absent");
	else
		snprintf(out, sizeof out, "[%.*s]", PLB_SLICE_ARG(a));
	text(r, 200, out);
}

static void
add_line(void *arg, struct plb_slice name, struct plb_slice value)
{
	plb_buf_printf(arg, "%.*s=%.*s\n", PLB_SLICE_ARG(name), PLB_SLICE_ARG(value));
}

static void
ce(struct fx *f, struct plb_http_req *r)
{
	struct plb_buf b;

	(void)f;
	plb_buf_init(&b, 1 << 16);
	plb_http_headers(r, "Ce-", add_line, &b);
	plb_buf_printf(&b, "absent=%d", plb_http_header(r, "x-not-there").p == NULL);
	plb_http_answer(r, 200, "text/plain", plb_slice(b.p, b.len), NULL);
	plb_buf_fini(&b);
}

static void
hold(struct fx *f, struct plb_http_req *r)
{
	PLB_ASSERT(f->n_held < HELD_MAX);
	*plb_http_user(r) = f;
	f->held[f->n_held++] = r;
}

static void
release(struct fx *f, struct plb_http_req *r)
{
	while (f->n_held > 0) {
		struct plb_http_req *h = f->held[--f->n_held];

		PLB_ASSERT(*plb_http_user(h) == f);
		text(h, 200, "later");
	}
	text(r, 200, "released");
}

static void
open_requests(struct fx *f, struct plb_http_req *r)
{
	char out[32];

	snprintf(out, sizeof out, "%zu", plb_http_server_open(f->server));
	text(r, 200, out);
}

static void
stream(struct fx *f, struct plb_http_req *r)
{
	PLB_ASSERT(f->n_streams < HELD_MAX);
	plb_http_stream_begin(
	    r, "text/event-stream", (const char *const[]){"Cache-Control: no-store", NULL});
	f->streams[f->n_streams++] = r;
}

static void
push(struct fx *f, struct plb_http_req *r)
{
	for (size_t i = 0; i < f->n_streams; i++)
		PLB_ASSERT(plb_http_stream_write(f->streams[i], plb_http_body(r)));
	text(r, 200, "pushed");
}

static void
end(struct fx *f, struct plb_http_req *r)
{
	while (f->n_streams > 0)
		plb_http_stream_end(f->streams[--f->n_streams]);
	text(r, 200, "ended");
}

/* Answers how many bytes a client that reads nothing could be sent. */
static void
flood(struct fx *f, struct plb_http_req *r)
{
	static uint8_t block[65536];
	char out[64];
	size_t n = 0;

	PLB_ASSERT(f->n_streams == 1);
	while (plb_http_stream_write(f->streams[0], plb_slice(block, sizeof block)))
		n += sizeof block;
	plb_http_stream_end(f->streams[0]);
	f->n_streams = 0;
	snprintf(out, sizeof out, "%zu", n);
	text(r, 200, out);
}

static void
big(struct fx *f, struct plb_http_req *r)
{
	struct plb_slice n = plb_http_query(r, "n");
	size_t len = n.p == NULL ? 0 : strtoul((const char *)n.p, NULL, 10);
	uint8_t *p = calloc(1, len + 1);

	(void)f;
	PLB_ASSERT(p != NULL);
	memset(p, 'b', len);
	plb_http_answer(r, 200, "application/octet-stream", plb_slice(p, len), NULL);
	free(p);
}

static void
cert(struct fx *f, struct plb_http_req *r)
{
	uint8_t sha[32];
	char org[64], out[160] = "none";

	(void)f;
	if (plb_http_client_cert(r, sha, org)) {
		for (size_t i = 0; i < sizeof sha; i++)
			snprintf(out + 2 * i, 3, "%02x", sha[i]);
		snprintf(out + 64, sizeof out - 64, " %s", org);
	}
	text(r, 200, out);
}

static void
retry_after(struct fx *f, struct plb_http_req *r)
{
	struct plb_slice v = plb_http_query(r, "v");
	char line[128];

	(void)f;
	snprintf(line, sizeof line, "Retry-After: %.*s", PLB_SLICE_ARG(v));
	plb_http_answer(
	    r, 503, "text/plain", plb_slice_str("full"), (const char *const[]){line, NULL});
}

static void
redirect(struct fx *f, struct plb_http_req *r)
{
	(void)f;
	plb_http_answer(
	    r, 302, NULL, (struct plb_slice){0}, (const char *const[]){"Location: /echo", NULL});
}

/* Feeds itself: each client read makes room for more. */
static void
endless(struct fx *f, struct plb_http_req *r)
{
	static uint8_t block[65536];

	stream(f, r);
	for (int i = 0; i < 8; i++)
		PLB_ASSERT(plb_http_stream_write(r, plb_slice(block, sizeof block)));
}

static const struct {
	const char *path;
	void (*fn)(struct fx *f, struct plb_http_req *r);
} pages[] = {
    {"/query", query},
    {"/ce", ce},
    {"/hold", hold},
    {"/release", release},
    {"/open", open_requests},
    {"/stream", stream},
    {"/push", push},
    {"/end", end},
    {"/flood", flood},
    {"/big", big},
    {"/cert", cert},
    {"/retry-after", retry_after},
    {"/redirect", redirect},
    {"/endless", endless},
};

static void
on_request(void *arg, struct plb_http_req *r)
{
	struct fx *f = arg;

	atomic_fetch_add(&f->requests, 1);
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (plb_slice_is(plb_http_path(r), pages[i].path)) {
			pages[i].fn(f, r);
			return;
		}
	}
	echo(f, r);
}

static void
on_gone(void *arg, struct plb_http_req *r)
{
	struct fx *f = arg;

	PLB_ASSERT(drop(f->held, &f->n_held, r) || drop(f->streams, &f->n_streams, r));
	atomic_fetch_add(&f->gone, 1);
}

static void
on_stop(void *arg)
{
	plb_loop_stop(((struct fx *)arg)->loop);
}

static void
on_drain(void *arg)
{
	plb_http_server_drain(((struct fx *)arg)->server);
}

static void *
loop_thread(void *arg)
{
	struct fx *f = arg;
	struct plb_errctx ec = {0};

	PLB_ASSERT(plb_loop_run(f->loop, &ec) == PLB_OK);
	return NULL;
}

struct plb_http_server_conf
fx_conf(void)
{
	return (struct plb_http_server_conf){
	    .listen = "127.0.0.1:0",
	    .header_deadline_ms = FX_WAIT_MS,
	    .body_deadline_ms = FX_WAIT_MS,
	    .header_max = 16384,
	    .body_max = 1 << 20,
	    .connections = 1024,
	    .connections_per_address = 512,
	};
}

struct fx *
fx_start(const struct plb_http_server_conf *c)
{
	struct plb_http_server_conf conf = *c;
	struct fx *f = calloc(1, sizeof *f);
	struct plb_errctx ec = {0};

	assert_non_null(f);
	f->loop = plb_loop_new(&ec);
	assert_non_null(f->loop);
	conf.request = on_request;
	conf.gone = on_gone;
	conf.arg = f;
	f->server = plb_http_server_new(f->loop, &conf, &ec);
	if (f->server == NULL)
		fail_msg("%s", ec.text);
	f->stop = plb_wake_new(f->loop, on_stop, f);
	f->drain = plb_wake_new(f->loop, on_drain, f);
	assert_non_null(f->stop);
	assert_non_null(f->drain);
	assert_int_equal(pthread_create(&f->thread, NULL, loop_thread, f), 0);
	return f;
}

void
fx_stop(struct fx **pf)
{
	FX_WAIT(atomic_load(&http_metrics[HTTP_M_CONNECTIONS].value) == 0);
	fx_kill(pf);
}

void
fx_kill(struct fx **pf)
{
	struct fx *f = *pf;

	*pf = NULL;
	plb_wake(f->stop);
	assert_int_equal(pthread_join(f->thread, NULL), 0);
	plb_http_server_free(&f->server);
	assert_int_equal(f->n_held + f->n_streams, 0); /* gone() was called for each */
	plb_wake_free(&f->stop);
	plb_wake_free(&f->drain);
	plb_loop_free(&f->loop);
	free(f);
}

int
fx_port(const struct fx *f)
{
	return plb_http_server_port(f->server);
}

int
fx_requests(const struct fx *f)
{
	return atomic_load(&f->requests);
}

int
fx_gone(const struct fx *f)
{
	return atomic_load(&f->gone);
}

void
fx_drain(struct fx *f)
{
	plb_wake(f->drain);
}

void
fx_pause(int round, const char *what)
{
	if (round > FX_WAIT_MS / 5)
		fail_msg("never: %s", what);
	poll(NULL, 0, 5);
}

struct fxc *
fxc_open_from(const struct fx *f, const char *address)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)fx_port(f))};
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct timeval limit = {FX_WAIT_MS / 1000, 0};
	struct fxc *c = malloc(sizeof *c);

	assert_non_null(c);
	c->len = 0;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(c->fd >= 0);
	if (address != NULL) {
		assert_int_equal(inet_pton(AF_INET, address, &from.sin_addr), 1);
		assert_int_equal(bind(c->fd, (struct sockaddr *)&from, sizeof from), 0);
	}
	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
	return c;
}

struct fxc *
fxc_open(const struct fx *f)
{
	return fxc_open_from(f, NULL);
}

void
fxc_close(struct fxc **c)
{
	close((*c)->fd);
	free(*c);
	*c = NULL;
}

bool
fxc_try(struct fxc *c, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t k = send(c->fd, at, n, MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

void
fxc_send_n(struct fxc *c, const void *p, size_t n)
{
	assert_true(fxc_try(c, p, n));
}

void
fxc_send(struct fxc *c, const char *bytes)
{
	fxc_send_n(c, bytes, strlen(bytes));
}

/* More bytes into the buffer; false at the end or after a reset; a silent server fails the test. */
static bool
more(struct fxc *c)
{
	ssize_t n;

	assert_true(c->len < sizeof c->buf);
	n = recv(c->fd, c->buf + c->len, sizeof c->buf - c->len, 0);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		fail_msg("no answer in time");
	if (n > 0)
		c->len += (size_t)n;
	return n > 0;
}

static void
consume(struct fxc *c, size_t n)
{
	memmove(c->buf, c->buf + n, c->len - n);
	c->len -= n;
}

static void
add_body(struct fx_reply *r, const char *p, size_t n)
{
	size_t room = sizeof r->body - 1 - r->len;

	n = n > room ? room : n;
	memcpy(r->body + r->len, p, n);
	r->len += n;
	r->body[r->len] = 0;
}

/* n bytes of body, or what comes before the end. */
static bool
read_body(struct fxc *c, struct fx_reply *r, size_t n)
{
	while (n > 0) {
		size_t part;

		if (c->len == 0 && !more(c))
			return false;
		part = c->len < n ? c->len : n;
		add_body(r, c->buf, part);
		consume(c, part);
		n -= part;
	}
	return true;
}

static char *
find(struct fxc *c, const char *bytes)
{
	return memmem(c->buf, c->len, bytes, strlen(bytes));
}

static void
read_chunks(struct fxc *c, struct fx_reply *r)
{
	for (;;) {
		char *eol;
		size_t n;

		while ((eol = find(c, "\r\n")) == NULL)
			if (!more(c))
				return;
		n = strtoul(c->buf, NULL, 16);
		consume(c, (size_t)(eol - c->buf) + 2);
		if (!read_body(c, r, n))
			return;
		while (c->len < 2)
			if (!more(c))
				return;
		consume(c, 2);
		if (n == 0)
			return;
	}
}

struct fx_reply *
fxc_reply(struct fxc *c)
{
	static struct fx_reply r;
	const char *length;
	char *end_of_head;
	size_t n;

	memset(&r, 0, offsetof(struct fx_reply, body) + 1);
	r.len = 0;
	do {
		r.status = 0;
		while ((end_of_head = find(c, "\r\n\r\n")) == NULL)
			if (!more(c))
				return &r;
		n = (size_t)(end_of_head - c->buf) + 4;
		assert_true(n < sizeof r.head);
		memcpy(r.head, c->buf, n);
		r.head[n] = 0;
		consume(c, n);
		assert_int_equal(sscanf(r.head, "HTTP/1.%*d %d", &r.status), 1);
	} while (r.status == 100);
	length = strcasestr(r.head, "content-length:");
	if (length != NULL)
		read_body(c, &r, strtoul(length + 15, NULL, 10));
	else if (strcasestr(r.head, "transfer-encoding: chunked") != NULL)
		read_chunks(c, &r);
	return &r;
}

struct fx_reply *
fxc_call(struct fxc *c, const char *bytes)
{
	fxc_send(c, bytes);
	return fxc_reply(c);
}

bool
fxc_closed(struct fxc *c)
{
	return c->len == 0 && !more(c);
}

void
fxc_to_end(struct fxc *c)
{
	do
		c->len = 0;
	while (more(c));
}

void
fxc_await(struct fxc *c, const char *bytes)
{
	char *at;

	while ((at = find(c, bytes)) == NULL)
		assert_true(more(c));
	consume(c, (size_t)(at - c->buf) + strlen(bytes));
}
