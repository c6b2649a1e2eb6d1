// SPDX-License-Identifier: MPL-2.0
/* What the client sends, what it refuses to, and what it takes for an answer. */
#include "client_fixture.h"
#include "http_priv.h"

#include <time.h>

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
int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CLIENT_TEST(what_is_sent),
	    CLIENT_TEST(connection_reused),
	    CLIENT_TEST(waits_in_order),
	    CLIENT_TEST(timeouts),
	    CLIENT_TEST(refused_addresses),
	    CLIENT_TEST(refused_on_reuse),
	    CLIENT_TEST(urls_not_allowed),
	    CLIENT_TEST(requests_not_allowed),
	    CLIENT_TEST(redirect_not_followed),
	    CLIENT_TEST(response_limits),
	    CLIENT_TEST(retry_after_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
