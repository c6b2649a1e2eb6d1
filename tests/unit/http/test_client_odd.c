// SPDX-License-Identifier: MPL-2.0
/* Servers that break off or are not there, and calls that end in another way than by an answer. */
#include "client_fixture.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A server that says just these bytes to whoever comes first, and closes. */
struct parrot {
	int fd, port;
	const char *bytes;
	size_t repeat;
	pthread_t thread;
};

static void *
parrot_thread(void *arg)
{
	struct parrot *p = arg;
	char rq[4096];
	int fd = accept(p->fd, NULL, NULL);

	if (fd < 0 || recv(fd, rq, sizeof rq, 0) <= 0)
		return NULL;
	for (size_t i = 0; i < p->repeat; i++)
		if (send(fd, p->bytes, strlen(p->bytes), MSG_NOSIGNAL) < 0)
			break;
	shutdown(fd, SHUT_WR);
	while (recv(fd, rq, sizeof rq, 0) > 0)
		continue;
	close(fd);
	return NULL;
}

static enum plb_http_outcome
told(struct bench *b, const char *bytes, size_t repeat)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct parrot p = {.bytes = bytes, .repeat = repeat};
	socklen_t len = sizeof sa;
	enum plb_http_outcome outcome;
	struct plb_http_request rq;
	char u[64];

	p.fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(p.fd, (struct sockaddr *)&sa, sizeof sa), 0);
	assert_int_equal(listen(p.fd, 1), 0);
	assert_int_equal(getsockname(p.fd, (struct sockaddr *)&sa, &len), 0);
	assert_int_equal(pthread_create(&p.thread, NULL, parrot_thread, &p), 0);
	snprintf(u, sizeof u, "http://127.0.0.1:%d/", ntohs(sa.sin_port));
	rq = request(u, 0);
	outcome = call(b, &rq)->outcome;
	start_client(b, 8, 8); /* closes the connection */
	pthread_join(p.thread, NULL);
	close(p.fd);
	return outcome;
}

static void
broken_servers(void **state)
{
	struct bench *b = *state;

	assert_int_equal(
	    told(b, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 1), PLB_HTTP_ANSWER);
	assert_int_equal(
	    told(b, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		1),
	    PLB_HTTP_ANSWER);
	assert_int_equal(told(b, "", 1), PLB_HTTP_CONNECT);
	assert_int_equal(told(b, "nonsense\r\n\r\n", 1), PLB_HTTP_CONNECT);
	assert_int_equal(
	    told(b, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok", 1), PLB_HTTP_CONNECT);
	assert_int_equal(told(b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 1),
	    PLB_HTTP_CONNECT);
	assert_int_equal(
	    told(b, "HTTP/1.1 100 Continue\r\nX: 0123456789012345678901234567890123456789\r\n\r\n",
		100000),
	    PLB_HTTP_TOO_LARGE);
	assert_int_equal(
	    told(b, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok", 1),
	    PLB_HTTP_ANSWER);
}

static void
nobody_there(void **state)
{
	struct bench *b = *state;
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof sa;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct plb_http_request rq;
	char u[64];

	/* Bound and not listening: nobody else can come to this port meanwhile. */
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
	snprintf(u, sizeof u, "http://127.0.0.1:%d/secret?x=y", ntohs(sa.sin_port));
	rq = request(u, 0);
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_CONNECT);
	assert_null(strstr(b->done[0].res.error, "x=y"));
	/* Plain text where TLS is expected. */
	snprintf(u, sizeof u, "https://127.0.0.1:%d/", fx_port(b->fx));
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_TLS);
	rq.url = "http://no-such-host.invalid/";
	/* A resolver may be slow to say no. */
	assert_true(call(b, &rq)->outcome == PLB_HTTP_CONNECT ||
	    b->done[2].res.outcome == PLB_HTTP_TIMEOUT);
	close(fd);
}

static struct plb_http_call *victim;
static int chained;

static void
cancel_another(void *arg, const struct plb_http_result *res)
{
	plb_http_cancel(&victim);
	on_done(arg, res);
}

static void
start_another(void *arg, const struct plb_http_result *res)
{
	struct plb_http_request rq = request(url(&bench, "/echo"), ++chained);

	on_done(arg, res);
	rq.done = start_another;
	if (chained < 20)
		begin(&bench, &rq);
}

static void
cancelled(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/hold"), 1);
	struct plb_http_call *c;

	/* Running, at the server already. */
	c = begin(b, &rq);
	spin(b, n_requests, 1);
	plb_http_cancel(&c);
	assert_null(c);
	FX_WAIT(fx_gone(b->fx) == 1);
	/* Waiting. */
	start_client(b, 1, 1);
	victim = begin(b, &rq);
	c = begin(b, &rq);
	plb_http_cancel(&c);
	/* By another one's done(), and the place is taken over. */
	plb_http_cancel(&victim);
	start_client(b, 2, 2);
	victim = begin(b, &rq);
	rq = request(url(b, "/echo"), 2);
	rq.done = cancel_another;
	begin(b, &rq);
	rq.done = on_done;
	begin(b, &rq);
	spin(b, n_done, 2);
	assert_null(victim);
	assert_int_equal(plb_http_client_open(b->k), 0);
	/* Not yet begun, and failed before it began. */
	rq = request("ftp://x/", 3);
	c = begin(b, &rq);
	plb_http_cancel(&c);
	assert_int_equal(get(b, "/echo")->status, 200);
	assert_int_equal(b->n_done, 3);
}

static void
started_from_done(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/echo"), 0);

	chained = 0;
	start_client(b, 1, 1);
	rq.done = start_another;
	begin(b, &rq);
	spin(b, n_done, 20);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(b->done[i].res.status, 200);
		assert_int_equal(b->done[i].id, i);
	}
}

static void
freed_while_running(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/hold"), 0);

	start_client(b, 2, 2);
	for (int i = 0; i < 4; i++)
		begin(b, &rq);
	rq.url = "ftp://x/";
	begin(b, &rq);
	spin(b, n_requests, 2);
	plb_http_client_free(&b->k);
	assert_true(b->n_done <= 1); /* the refused one at most */
	FX_WAIT(fx_gone(b->fx) == 2);
}

static void
blocking_fetch(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/echo"), 0);
	struct plb_http_result res;
	struct plb_errctx ec = {0};
	struct plb_buf body;

	plb_buf_init(&body, 100);
	plb_buf_str(&body, "before ");
	rq.method = "POST";
	rq.body = plb_slice_str("x");
	assert_int_equal(plb_http_fetch(&rq, &res, &body, &ec), PLB_OK);
	assert_int_equal(res.outcome, PLB_HTTP_ANSWER);
	assert_true(plb_slice_is(res.body, "POST /echo x"));
	assert_true(plb_slice_is(plb_slice(body.p, body.len), "before POST /echo x"));
	rq.allow_private = false;
	assert_int_equal(plb_http_fetch(&rq, &res, &body, &ec), PLB_OK);
	assert_int_equal(res.outcome, PLB_HTTP_ADDRESS);
	rq.allow_private = true;
	rq.url = "file:///etc/passwd";
	assert_int_equal(plb_http_fetch(&rq, &res, &body, &ec), PLB_OK);
	assert_int_equal(res.outcome, PLB_HTTP_URL);
	rq.url = url(b, "/big?n=101");
	assert_int_equal(plb_http_fetch(&rq, &res, &body, &ec), PLB_E_FOR_STOR);
	plb_buf_fini(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLIENT_TEST(broken_servers),
	    CLIENT_TEST(nobody_there),
	    CLIENT_TEST(cancelled),
	    CLIENT_TEST(started_from_done),
	    CLIENT_TEST(freed_while_running),
	    CLIENT_TEST(blocking_fetch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
