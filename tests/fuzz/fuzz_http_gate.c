// SPDX-License-Identifier: MPL-2.0
//
// Any bytes on a connection, through libmicrohttpd and the gate. Whatever reaches the application
// must be what a strict reading of the same bytes finds, request by request: same method, same
// length of target, same body. The first byte says where the bytes are cut into two parts.

#include "http_priv.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define BODY_MAX 4096
#define INPUT_MAX 60000 /* what a socket takes without anybody reading */

static struct plb_http_server *server;
static struct plb_rd input; /* of the strict reading: what is not read yet */
static uint8_t body[BODY_MAX];
/* libmicrohttpd writes NUL over CR, LF and the colon of a header, so two things cannot be told from
 * a well-formed end of line: a NUL in its place, and a line of a colon alone instead of the blank
 * line. Such input must only do no harm. */
static bool comparable;

/* A line without its end; only CR LF ends one. */
static bool
read_line(struct plb_rd *r, struct plb_slice *line)
{
	const uint8_t *lf = memchr(r->p, '\n', plb_rd_left(r));

	if (lf == NULL || lf == r->p || lf[-1] != '\r')
		return false;
	*line = plb_slice(r->p, (size_t)(lf - r->p) - 1);
	r->p = lf + 1;
	return memchr(line->p, '\r', line->len) == NULL;
}

/* Lines that libmicrohttpd takes for empty before a request. */
static void
skip_blank(struct plb_rd *r)
{
	while (plb_rd_left(r) > 0) {
		const uint8_t *lf = memchr(r->p, '\n', plb_rd_left(r));

		if (lf == NULL || !(lf == r->p || (lf == r->p + 1 && r->p[0] == '\r')))
			return;
		r->p = lf + 1;
	}
}

struct strict {
	struct plb_slice method, target, body;
	int64_t length; /* -1 = none */
	bool chunked, host, http11;
};

static bool
is(struct plb_slice s, const char *name)
{
	return s.len == strlen(name) && strncasecmp((const char *)s.p, name, s.len) == 0;
}

static void
read_header(struct plb_slice line, struct strict *q)
{
	const uint8_t *colon = memchr(line.p, ':', line.len);
	struct plb_slice name, value;

	PLB_ASSERT(colon != NULL && colon != line.p);
	name = plb_slice(line.p, (size_t)(colon - line.p));
	for (size_t i = 0; i < name.len; i++)
		PLB_ASSERT(name.p[i] > ' ' && name.p[i] < 0x7f);
	value = plb_slice(colon + 1, line.len - name.len - 1);
	while (value.len > 0 && (value.p[0] == ' ' || value.p[0] == '\t'))
		value = plb_slice(value.p + 1, value.len - 1);
	if (is(name, "host")) {
		PLB_ASSERT(!q->host);
		q->host = true;
	} else if (is(name, "transfer-encoding")) {
		PLB_ASSERT(!q->chunked && is(value, "chunked"));
		q->chunked = true;
	} else if (is(name, "content-length")) {
		PLB_ASSERT(q->length < 0 && value.len > 0 && value.len < 19);
		q->length = 0;
		for (size_t i = 0; i < value.len; i++) {
			PLB_ASSERT(value.p[i] >= '0' && value.p[i] <= '9');
			q->length = q->length * 10 + (value.p[i] - '0');
		}
	}
}

static void
read_request_line(struct plb_slice line, struct strict *q)
{
	const uint8_t *a = memchr(line.p, ' ', line.len), *b;

	PLB_ASSERT(a != NULL && a != line.p);
	q->method = plb_slice(line.p, (size_t)(a - line.p));
	a++;
	b = memchr(a, ' ', (size_t)(line.p + line.len - a));
	PLB_ASSERT(b != NULL && *a == '/');
	q->target = plb_slice(a, (size_t)(b - a));
	b++;
	line = plb_slice(b, (size_t)(line.p + line.len - b));
	q->http11 = plb_slice_is(line, "HTTP/1.1");
	PLB_ASSERT(q->http11 || plb_slice_is(line, "HTTP/1.0"));
}

/* Chunks are libmicrohttpd's business, with bare LF and extensions; sizes are hexadecimal. */
static void
read_chunks(struct plb_rd *r, struct strict *q)
{
	size_t n = 0;

	for (;;) {
		const uint8_t *lf = memchr(r->p, '\n', plb_rd_left(r));
		struct plb_slice part;
		char digits[32] = "";
		size_t size, k;
		char *end;

		PLB_ASSERT(lf != NULL);
		k = (size_t)(lf - r->p);
		memcpy(digits, r->p, k < sizeof digits - 1 ? k : sizeof digits - 1);
		size = strtoul(digits, &end, 16);
		PLB_ASSERT(end != digits);
		r->p = lf + 1;
		if (size == 0)
			break;
		PLB_ASSERT(plb_rd_bytes(r, size, &part) && size <= sizeof body - n);
		memcpy(body + n, part.p, size);
		n += size;
		PLB_ASSERT(plb_rd_left(r) > 0);
		r->p += r->p[0] == '\r' ? 2 : 1;
	}
	/* No trailer: only the empty line. */
	PLB_ASSERT(plb_rd_left(r) > 0 &&
	    (r->p[0] == '\n' || (plb_rd_left(r) > 1 && memcmp(r->p, "\r\n", 2) == 0)));
	r->p += r->p[0] == '\r' ? 2 : 1;
	q->body = plb_slice(body, n);
}

static void
read_strictly(struct strict *q)
{
	struct plb_slice line;

	*q = (struct strict){.length = -1};
	skip_blank(&input);
	PLB_ASSERT(read_line(&input, &line));
	read_request_line(line, q);
	for (;;) {
		PLB_ASSERT(read_line(&input, &line));
		if (line.len == 0)
			break;
		read_header(line, q);
	}
	PLB_ASSERT(q->host || !q->http11);
	PLB_ASSERT(!q->chunked || (q->length < 0 && q->http11));
	if (q->chunked)
		read_chunks(&input, q);
	else if (q->length > 0)
		PLB_ASSERT(plb_rd_bytes(&input, (size_t)q->length, &q->body));
}

static void
on_request(void *arg, struct plb_http_req *r)
{
	struct strict q;

	(void)arg;
	if (comparable) {
		read_strictly(&q);
		PLB_ASSERT(plb_slice_eq(q.method, plb_http_method(r)));
		PLB_ASSERT(q.target.len == r->target.len);
		PLB_ASSERT(plb_slice_eq(q.body, plb_http_body(r)));
	}
	(void)plb_http_header(r, "authorization");
	(void)plb_http_query(r, "a");
	plb_http_answer(r, 200, "text/plain", plb_slice_str("ok"), NULL);
}

static void
start(void)
{
	struct plb_errctx ec = {0};
	struct plb_loop *loop = plb_loop_new(&ec);
	const struct plb_http_server_conf conf = {
	    .listen = "127.0.0.1:0",
	    .header_deadline_ms = 1000,
	    .body_deadline_ms = 1000,
	    .header_max = 8192,
	    .body_max = BODY_MAX,
	    .connections = 16,
	    .connections_per_address = 16,
	    .request = on_request,
	};

	PLB_ASSERT(loop != NULL);
	server = plb_http_server_new(loop, &conf, &ec);
	PLB_ASSERT(server != NULL);
}

static void
say(int fd, const uint8_t *p, size_t n)
{
	char waste[65536];

	if (n > 0)
		(void)!send(fd, p, n, MSG_NOSIGNAL);
	for (int i = 0; i < 3; i++)
		http_server_run(server);
	while (recv(fd, waste, sizeof waste, 0) > 0)
		http_server_run(server);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sockaddr_in sa = {.sin_family = AF_INET};
	size_t cut;
	int fd[2];

	if (server == NULL)
		start();
	if (len < 1 || len > INPUT_MAX)
		return 0;
	cut = data[0] < len ? data[0] : len - 1;
	data++;
	len--;
	comparable = memchr(data, 0, len) == NULL && memmem(data, len, "\n:\n", 3) == NULL &&
	    memmem(data, len, "\n:\r\n", 4) == NULL;
	input = plb_rd(plb_slice(data, len));
	PLB_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) == 0);
	server->adding = http_conn_new(server, fd[0]);
	PLB_ASSERT(server->adding != NULL);
	PLB_ASSERT(
	    MHD_add_connection(server->mhd, fd[0], (struct sockaddr *)&sa, sizeof sa) == MHD_YES);
	say(fd[1], data, cut);
	say(fd[1], data + cut, len - cut);
	close(fd[1]);
	for (int i = 0; server->all != NULL; i++) {
		PLB_ASSERT(i < 100);
		if (server->all->state == HTTP_LINGER)
			http_conn_free(server->all);
		else
			http_server_run(server);
	}
	return 0;
}
