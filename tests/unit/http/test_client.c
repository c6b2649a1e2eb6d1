// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"
#include "http_priv.h"

#include <parloeb/http_client.h>

#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CALLS 64

/* Client and its loop on the test's thread, the fixture's server on its own. */
struct bench {
	struct fx *fx;
	struct plb_loop *loop;
	struct plb_http_client *k;
	struct plb_loop_timer *look;
	bool (*until)(struct bench *b);
	int rounds, n; /* of what until() waits for */
	bool starting; /* inside plb_http_start */
	struct {       /* outcomes in order of done() */
		struct plb_http_result res;
		char body[256];
		long id;
	} done[CALLS];
	int n_done;
};

static struct bench bench;

static void
look(void *arg)
{
	struct bench *b = arg;

	if (b->until(b)) {
		plb_loop_stop(b->loop);
		return;
	}
	if (b->rounds++ > FX_WAIT_MS / 5)
		fail_msg("never came");
	plb_loop_timer_in(b->look, 5);
}

static void
spin(struct bench *b, bool (*until)(struct bench *b), int n)
{
	struct plb_errctx ec = {0};

	b->until = until;
	b->n = n;
	b->rounds = 0;
	plb_loop_timer_in(b->look, 0);
	assert_int_equal(plb_loop_run(b->loop, &ec), PLB_OK);
}

static bool
n_done(struct bench *b)
{
	return b->n_done >= b->n;
}

static bool
n_requests(struct bench *b)
{
	return fx_requests(b->fx) >= b->n;
}

static void
start_client(struct bench *b, int64_t calls, int64_t per_host)
{
	struct plb_errctx ec = {0};

	plb_http_client_free(&b->k);
	b->k = plb_http_client_new(b->loop, &(struct plb_http_client_conf){calls, per_host}, &ec);
	assert_non_null(b->k);
}

static int
start(void **state)
{
	struct plb_http_server_conf c = fx_conf();
	struct plb_errctx ec = {0};

	memset(&bench, 0, sizeof bench);
	bench.fx = fx_start(&c);
	bench.loop = plb_loop_new(&ec);
	assert_non_null(bench.loop);
	bench.look = plb_loop_timer_new(bench.loop, look, &bench);
	start_client(&bench, 8, 8);
	*state = &bench;
	return 0;
}

static int
stop(void **state)
{
	struct bench *b = *state;

	plb_http_client_free(&b->k);
	plb_loop_timer_free(&b->look);
	plb_loop_free(&b->loop);
	fx_stop(&b->fx);
	return 0;
}

static void
on_done(void *arg, const struct plb_http_result *res)
{
	struct bench *b = &bench;
	size_t n =
	    res->body.len < sizeof b->done[0].body - 1 ? res->body.len : sizeof b->done[0].body - 1;

	assert_false(b->starting);
	assert_true(b->n_done < CALLS);
	b->done[b->n_done].res = *res;
	b->done[b->n_done].id = (long)(intptr_t)arg;
	if (n > 0)
		memcpy(b->done[b->n_done].body, res->body.p, n);
	b->done[b->n_done].body[n] = 0;
	b->n_done++;
}

static struct plb_http_request
request(const char *url, long id)
{
	return (struct plb_http_request){
	    .method = "GET",
	    .url = url,
	    .timeout_ms = FX_WAIT_MS,
	    .response_max = 65536,
	    .allow_private = true,
	    .allow_http = true,
	    .done = on_done,
	    .arg = (void *)(intptr_t)id,
	};
}

static const char *
url(struct bench *b, const char *path)
{
	static char out[512];

	snprintf(out, sizeof out, "http://127.0.0.1:%d%s", fx_port(b->fx), path);
	return out;
}

static struct plb_http_call *
begin(struct bench *b, const struct plb_http_request *rq)
{
	struct plb_http_call *c = NULL;
	struct plb_errctx ec = {0};

	b->starting = true;
	assert_int_equal(plb_http_start(b->k, rq, &c, &ec), PLB_OK);
	b->starting = false;
	assert_non_null(c);
	return c;
}

static const struct plb_http_result *
call(struct bench *b, const struct plb_http_request *rq)
{
	int n = b->n_done;

	begin(b, rq);
	spin(b, n_done, n + 1);
	return &b->done[n].res;
}

static const struct plb_http_result *
get(struct bench *b, const char *path)
{
	struct plb_http_request rq = request(url(b, path), 0);

	return call(b, &rq);
}

static void
what_is_sent(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/a/b"), 7);
	const struct plb_http_result *res;

	rq.method = "PATCH";
	rq.body = plb_slice_str("hello");
	rq.headers = (const char *const[]){"ce-id: 1", "ce-x:2", NULL};
	res = call(b, &rq);
	assert_int_equal(res->outcome, PLB_HTTP_ANSWER);
	assert_int_equal(res->status, 200);
	assert_string_equal(b->done[0].body, "PATCH /a/b hello");
	assert_string_equal(res->error, "");
	assert_int_equal(res->retry_after_ms, -1);
	assert_true(res->duration_us > 0);
	assert_int_equal(b->done[0].id, 7);
	rq.url = url(b, "/ce");
	call(b, &rq);
	assert_string_equal(b->done[1].body, "ce-id=1\nce-x=2\nabsent=1");
	rq.method = "POST";
	rq.url = url(b, "/echo");
	rq.body = (struct plb_slice){0};
	call(b, &rq);
	assert_string_equal(b->done[2].body, "POST /echo ");
	rq.method = "HEAD";
	res = call(b, &rq);
	assert_int_equal(res->status, 200);
	assert_string_equal(b->done[3].body, "");
	rq.method = "DELETE";
	call(b, &rq);
	assert_string_equal(b->done[4].body, "DELETE /echo ");
	assert_int_equal(plb_http_client_open(b->k), 0);
}

static void
connection_reused(void **state)
{
	struct bench *b = *state;
	int64_t before = atomic_load(&http_metrics[HTTP_M_ACCEPTED].value);

	for (int i = 0; i < 50; i++)
		assert_int_equal(get(b, "/echo")->status, 200);
	assert_int_equal(atomic_load(&http_metrics[HTTP_M_ACCEPTED].value) - before, 1);
}

static void
waits_in_order(void **state)
{
	struct bench *b = *state;

	start_client(b, 2, 8);
	for (long i = 0; i < 20; i++) {
		struct plb_http_request rq = request(url(b, i < 2 ? "/hold" : "/echo"), i);

		begin(b, &rq);
	}
	assert_int_equal(plb_http_client_open(b->k), 20);
	spin(b, n_requests, 2);
	assert_int_equal(b->n_done, 0);
	assert_int_equal(
	    fx_requests(b->fx), 2); /* two places, two kept requests: nothing else was sent */
	{
		struct fxc *c = fxc_open(b->fx);

		fxc_call(c, "POST /release HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
		fxc_close(&c);
	}
	spin(b, n_done, 20);
	for (long i = 2; i < 20; i++) /* two run at a time, so neighbours may overtake each other */
		assert_true(labs(b->done[i].id - i) <= 2);
}

static void
timeouts(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/hold"), 1);

	rq.timeout_ms = 200;
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_TIMEOUT);
	/* Waiting for a place counts. */
	start_client(b, 1, 1);
	rq.timeout_ms = FX_WAIT_MS;
	begin(b, &rq);
	rq.timeout_ms = 200;
	rq.arg = (void *)(intptr_t)2;
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_TIMEOUT);
	assert_int_equal(b->done[1].id, 2);
	/* And waiting for a connection to the host. */
	start_client(b, 8, 1);
	rq.timeout_ms = FX_WAIT_MS;
	begin(b, &rq);
	rq.timeout_ms = 200;
	rq.arg = (void *)(intptr_t)3;
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_TIMEOUT);
	assert_int_equal(b->done[2].id, 3);
	assert_int_equal(plb_http_client_open(b->k), 1);
	start_client(b, 8, 8);
	FX_WAIT(fx_gone(b->fx) == fx_requests(b->fx));
}

static void
refused_addresses(void **state)
{
	static const char *const hosts[] = {
	    "127.0.0.1",
	    "localhost",
	    "127.1",
	    "2130706433",
	    "0x7f000001",
	    "0177.0.0.1",
	    "0.0.0.0",
	    "10.0.0.1",
	    "100.64.0.1",
	    "169.254.169.254",
	    "172.16.0.1",
	    "192.168.0.1",
	    "224.0.0.1",
	    "255.255.255.255",
	    "[::1]",
	    "[::]",
	    "[::ffff:127.0.0.1]",
	    "[::ffff:7f00:1]",
	    "[64:ff9b::7f00:1]",
	    "[fe80::1]",
	    "[fc00::1]",
	    "[fd00:ec2::254]",
	    "[ff02::1]",
	    "[2002:7f00:1::]",
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		char u[128];
		struct plb_http_request rq = request(u, 0);
		const struct plb_http_result *res;

		snprintf(u, sizeof u, "http://%s:%d/echo", hosts[i], fx_port(b->fx));
		rq.allow_private = false;
		b->n_done = 0;
		res = call(b, &rq);
		/* An address family the machine does not have fails earlier; what counts is that
		 * nothing is sent. */
		if (res->outcome != PLB_HTTP_ADDRESS &&
		    !(hosts[i][0] == '[' && res->outcome == PLB_HTTP_CONNECT))
			fail_msg("%s: outcome %d: %s", hosts[i], (int)res->outcome, res->error);
	}
	assert_int_equal(fx_requests(b->fx), 0);
	assert_int_equal(atomic_load(&http_metrics[HTTP_M_CONNECTIONS].value), 0);
}

/* A connection that a call with more rights has opened is no way around the rule. */
static void
refused_on_reuse(void **state)
{
	struct bench *b = *state;
	struct plb_http_request rq = request(url(b, "/echo"), 0);

	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_ANSWER);
	rq.allow_private = false;
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_ADDRESS);
	assert_int_equal(fx_requests(b->fx), 1);
}

static void
urls_not_allowed(void **state)
{
	static const char *const urls[] = {
	    "",
	    "x",
	    "https://",
	    "ftp://127.0.0.1/",
	    "file:///etc/passwd",
	    "gopher://127.0.0.1/",
	    "https://user@127.0.0.1/",
	    "https://user:pw@127.0.0.1/",
	    "https://127.0.0.1:99999/",
	    "https://a b/",
	    "https://127.0.0.1/\r\nX: y",
	};
	struct bench *b = *state;
	struct plb_http_request rq;

	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		rq = request(urls[i], 0);
		if (call(b, &rq)->outcome != PLB_HTTP_URL)
			fail_msg("%s: outcome %d", urls[i], (int)b->done[i].res.outcome);
	}
	rq = request(url(b, "/echo"), 0);
	rq.allow_http = false;
	assert_int_equal(call(b, &rq)->outcome, PLB_HTTP_URL);
	assert_int_equal(fx_requests(b->fx), 0);
}

static void
requests_not_allowed(void **state)
{
	static const char *const headers[] = {"X: a\r\nY: b", "X: a\nb", "X", "X y: z", ": z", "",
	    "Host: b", "content-length: 3", "Transfer-Encoding: chunked", "Connection: close",
	    "X: a\x01"};
	struct bench *b = *state;
	struct plb_http_call *c = NULL;
	struct plb_errctx ec = {0};
	struct plb_http_request rq = request(url(b, "/echo"), 0);

	for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
		rq.headers = (const char *const[]){headers[i], NULL};
		if (plb_http_start(b->k, &rq, &c, &ec) != PLB_E_FORM)
			fail_msg("header %zu is taken", i);
	}
	rq.headers = NULL;
	rq.method = "GET /x";
	assert_int_equal(plb_http_start(b->k, &rq, &c, &ec), PLB_E_FORM);
	rq.method = "GET";
	rq.timeout_ms = 0;
	assert_int_equal(plb_http_start(b->k, &rq, &c, &ec), PLB_E_FORM);
	assert_null(c);
	assert_int_equal(plb_http_client_open(b->k), 0);
}

static void
redirect_not_followed(void **state)
{
	struct bench *b = *state;

	assert_int_equal(get(b, "/redirect")->status, 302);
	assert_int_equal(fx_requests(b->fx), 1);
}

static void
response_limits(void **state)
{
	struct bench *b = *state;
	const struct plb_http_result *res;

	res = get(b, "/big?n=65536");
	assert_int_equal(res->outcome, PLB_HTTP_ANSWER);
	assert_int_equal(res->body.len, 65536);
	res = get(b, "/big?n=65537");
	assert_int_equal(res->outcome, PLB_HTTP_TOO_LARGE);
	assert_int_equal(res->status, 200);
	res = get(b, "/endless");
	assert_int_equal(res->outcome, PLB_HTTP_TOO_LARGE);
	FX_WAIT(fx_gone(b->fx) == 1);
}

static int64_t
retry_after(struct bench *b, const char *value)
{
	char path[256] = "/retry-after?v=";

	for (; *value != 0; value++)
		snprintf(path + strlen(path), 4, "%%%02X", (unsigned)(unsigned char)*value);
	return get(b, path)->retry_after_ms;
}

static void
retry_after_forms(void **state)
{
	struct bench *b = *state;
	char date[64];
	time_t t = time(NULL) + 3600;
	int64_t ms;

	assert_int_equal(retry_after(b, "120"), 120000);
	assert_int_equal(retry_after(b, "0"), 0);
	assert_int_equal(
	    retry_after(b, "99999999999999999999999"), INT64_C(366) * 24 * 3600 * 1000);
	assert_int_equal(retry_after(b, "-1"), -1);
	assert_int_equal(retry_after(b, "soon"), -1);
	assert_int_equal(retry_after(b, "12x"), -1);
	assert_int_equal(retry_after(b, "Wed, 21 Oct 2015 07:28:00 GMT"), 0);
	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&t));
	ms = retry_after(b, date);
	assert_true(ms > 0 && ms <= 3600000);
}

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
	    cmocka_unit_test_setup_teardown(what_is_sent, start, stop),
	    cmocka_unit_test_setup_teardown(connection_reused, start, stop),
	    cmocka_unit_test_setup_teardown(waits_in_order, start, stop),
	    cmocka_unit_test_setup_teardown(timeouts, start, stop),
	    cmocka_unit_test_setup_teardown(refused_addresses, start, stop),
	    cmocka_unit_test_setup_teardown(refused_on_reuse, start, stop),
	    cmocka_unit_test_setup_teardown(urls_not_allowed, start, stop),
	    cmocka_unit_test_setup_teardown(requests_not_allowed, start, stop),
	    cmocka_unit_test_setup_teardown(redirect_not_followed, start, stop),
	    cmocka_unit_test_setup_teardown(response_limits, start, stop),
	    cmocka_unit_test_setup_teardown(retry_after_forms, start, stop),
	    cmocka_unit_test_setup_teardown(broken_servers, start, stop),
	    cmocka_unit_test_setup_teardown(nobody_there, start, stop),
	    cmocka_unit_test_setup_teardown(cancelled, start, stop),
	    cmocka_unit_test_setup_teardown(started_from_done, start, stop),
	    cmocka_unit_test_setup_teardown(freed_while_running, start, stop),
	    cmocka_unit_test_setup_teardown(blocking_fetch, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
