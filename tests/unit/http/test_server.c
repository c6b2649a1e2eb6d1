// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST(path) "POST " path " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"

static int
start(void **state)
{
	struct plb_http_server_conf c = fx_conf();

	*state = fx_start(&c);
	return 0;
}

static int
stop(void **state)
{
	fx_stop((struct fx **)state);
	return 0;
}

static void
what_the_application_sees(void **state)
{
	struct fxc *c = fxc_open(*state);
	struct fx_reply *r;

	r = fxc_call(
	    c, "PUT /a%20b/%C3%A6?q=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
	assert_string_equal(r->body, "PUT /a b/\xc3\xa6 body");
	assert_non_null(strstr(r->head, "X-Echo: yes\r\n"));
	assert_string_equal(fxc_call(c, GET("/query?b=1"))->body, "absent");
	assert_string_equal(fxc_call(c, GET("/query?a"))->body, "[]");
	assert_string_equal(fxc_call(c, GET("/query?a="))->body, "[]");
	assert_string_equal(fxc_call(c, GET("/query?b=1&a=x%26y+z"))->body, "[x&y z]");
	r = fxc_call(c,
	    "GET /ce HTTP/1.1\r\nHost: a\r\nCE-Id: 7 \r\nx-ce-id: no\r\nce-Time:\tnow\r\nce: "
	    "no\r\n\r\n");
	assert_string_equal(r->body, "ce-id=7\nce-time=now\nabsent=1");
	fxc_close(&c);
}

static void
head_has_no_body(void **state)
{
	struct fxc *c = fxc_open(*state);

	fxc_send(c, "HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n");
	fxc_await(c, "\r\n\r\n");
	assert_int_equal(
	    fxc_call(c, GET("/echo"))->status, 200); /* what follows is the next answer */
	fxc_close(&c);
}

static void
kept_alive(void **state)
{
	struct fxc *c = fxc_open(*state);

	for (int i = 0; i < 1000; i++)
		assert_string_equal(
		    fxc_call(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
			->body,
		    "POST /echo hi");
	assert_int_equal(
	    fxc_call(c, "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")->status, 200);
	assert_true(fxc_closed(c));
	fxc_close(&c);
}

static void
pipelined(void **state)
{
	struct fxc *c = fxc_open(*state);
	char want[64];

	for (int i = 0; i < 100; i++) {
		char rq[128];

		snprintf(rq, sizeof rq,
		    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n%03d", i);
		fxc_send(c, rq);
	}
	for (int i = 0; i < 100; i++) {
		snprintf(want, sizeof want, "POST /echo %03d", i);
		assert_string_equal(fxc_reply(c)->body, want);
	}
	fxc_close(&c);
}

/* Half of the client's connection closed behind its last request: it is answered all the same, and
 * the connection ends, also where the server sees request and end at once (some of a hundred). */
static void
half_closed(void **state)
{
	struct fxc *c[100];

	for (size_t i = 0; i < 100; i++) {
		c[i] = fxc_open(*state);
		fxc_send(c[i], GET("/echo"));
		shutdown(c[i]->fd, SHUT_WR);
	}
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(fxc_reply(c[i])->status, 200);
		assert_true(fxc_closed(c[i]));
		fxc_close(&c[i]);
	}
}

static void
bodies(void **state)
{
	static char body[(1 << 20) + 1];
	struct fxc *c = fxc_open(*state);

	memset(body, 'x', sizeof body);
	fxc_send(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
	fxc_send_n(c, body, 1 << 20);
	fxc_await(c, "Content-Length: 1048587\r\n");
	fxc_close(&c);
	/* One byte more: the whole of it can be sent, and the answer is read. */
	c = fxc_open(*state);
	fxc_send(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n");
	fxc_send_n(c, body, sizeof body);
	assert_int_equal(fxc_reply(c)->status, 413);
	assert_true(fxc_closed(c));
	fxc_close(&c);
	/* Who asks first is told before sending. */
	c = fxc_open(*state);
	assert_int_equal(fxc_call(c,
			     "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: "
			     "100-continue\r\nContent-Length: 1048577\r\n\r\n")
			     ->status,
	    413);
	fxc_close(&c);
	assert_int_equal(fx_requests(*state), 1);
}

static void
send_chunks(struct fxc *c, size_t n)
{
	static char chunk[8192 + 8];

	memcpy(chunk, "2000\r\n", 6);
	memset(chunk + 6, 'x', 8192);
	memcpy(chunk + 6 + 8192, "\r\n", 2);
	for (; n > 0; n--)
		if (!fxc_try(c, chunk, sizeof chunk))
			return;
}

static void
chunked_bodies(void **state)
{
	static const char head[] =
	    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
	struct fxc *c = fxc_open(*state);

	fxc_send(c, head);
	send_chunks(c, 128);
	fxc_send(c, "0\r\n\r\n");
	fxc_await(c, "Content-Length: 1048587\r\n");
	fxc_close(&c);
	/* Too much, and ended: 413. */
	c = fxc_open(*state);
	fxc_send(c, head);
	send_chunks(c, 129);
	fxc_send(c, "0\r\n\r\n");
	assert_int_equal(fxc_reply(c)->status, 413);
	assert_true(fxc_closed(c));
	fxc_close(&c);
	/* Far too much: 413 without waiting for the end. */
	c = fxc_open(*state);
	fxc_send(c, head);
	send_chunks(c, 400);
	assert_int_equal(fxc_reply(c)->status, 413);
	fxc_close(&c);
	assert_int_equal(fx_requests(*state), 1);
}

static void
send_header_of(struct fxc *c, size_t bytes)
{
	static const char begin[] = "GET /echo HTTP/1.1\r\nHost: a\r\nX: ";
	char *p = malloc(bytes);

	assert_non_null(p);
	memset(p, 'x', bytes);
	memcpy(p, begin, sizeof begin - 1);
	memcpy(p + bytes - 4, "\r\n\r\n", 4);
	(void)fxc_try(c, p, bytes);
	free(p);
}

static void
headers(void **state)
{
	static const struct {
		size_t bytes;
		int status;
	} rows[] = {{16384, 200}, {16385, 431}, {20000, 431}, {200000, 431}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fxc *c = fxc_open(*state);

		send_header_of(c, rows[i].bytes);
		if (fxc_reply(c)->status != rows[i].status)
			fail_msg("header of %zu bytes", rows[i].bytes);
		fxc_close(&c);
	}
	assert_int_equal(fx_requests(*state), 1);
}

static void
many_headers(void **state)
{
	static const struct {
		int n, status;
	} rows[] = {{127, 200}, {128, 431}, {1000, 431}, {3000, 431}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fxc *c = fxc_open(*state);
		int n;

		fxc_send(c, "GET /echo HTTP/1.1\r\nHost: a\r\n");
		for (n = 0; n < rows[i].n; n++)
			if (!fxc_try(c, "X:y\r\n", 5))
				break;
		(void)fxc_try(c, "\r\n", 2);
		if (fxc_reply(c)->status != rows[i].status)
			fail_msg("%d headers", rows[i].n);
		fxc_close(&c);
	}
}

static void
long_target(void **state)
{
	struct fxc *c = fxc_open(*state);
	char *p = malloc(100000);

	assert_non_null(p);
	memset(p, 'x', 100000);
	memcpy(p, "GET /", 5);
	(void)fxc_try(c, p, 100000);
	assert_int_equal(fxc_reply(c)->status, 414);
	fxc_close(&c);
	free(p);
}

static void
answered_later(void **state)
{
	struct fxc *held[8], *c = fxc_open(*state);

	for (int i = 0; i < 8; i++) {
		held[i] = fxc_open(*state);
		fxc_send(held[i], GET("/hold") GET("/echo"));
	}
	FX_WAIT(fx_requests(*state) == 8); /* the pipelined ones wait behind the kept ones */
	assert_string_equal(fxc_call(c, GET("/open"))->body, "9");
	assert_string_equal(fxc_call(c, POST("/release"))->body, "released");
	for (int i = 0; i < 8; i++) {
		assert_string_equal(fxc_reply(held[i])->body, "later");
		assert_string_equal(fxc_reply(held[i])->body, "GET /echo ");
		fxc_close(&held[i]);
	}
	assert_string_equal(fxc_call(c, GET("/open"))->body, "1");
	assert_int_equal(fx_gone(*state), 0);
	fxc_close(&c);
}

static void
client_gone(void **state)
{
	struct fxc *held[8], *c = fxc_open(*state);

	for (int i = 0; i < 8; i++) {
		held[i] = fxc_open(*state);
		fxc_send(held[i], GET("/hold"));
	}
	FX_WAIT(fx_requests(*state) == 8);
	for (int i = 0; i < 4; i++)
		fxc_close(&held[i]);
	FX_WAIT(fx_gone(*state) == 4);
	FX_WAIT(strcmp(fxc_call(c, GET("/open"))->body, "5") == 0);
	assert_string_equal(fxc_call(c, POST("/release"))->body, "released");
	for (int i = 4; i < 8; i++) {
		assert_string_equal(fxc_reply(held[i])->body, "later");
		fxc_close(&held[i]);
	}
	assert_int_equal(fx_gone(*state), 4);
	fxc_close(&c);
}

/* A kept request whose client has left is answered before anybody noticed: nothing bad happens. */
static void
answered_after_leaving(void **state)
{
	struct fxc *held = fxc_open(*state), *c = fxc_open(*state);

	fxc_send(held, GET("/hold"));
	FX_WAIT(fx_requests(*state) == 1);
	fxc_close(&held);
	fxc_call(c, POST("/release"));
	FX_WAIT(strcmp(fxc_call(c, GET("/open"))->body, "1") == 0);
	fxc_close(&c);
}

/* The server goes while requests are kept: the application hears of each (fx_stop checks). */
static void
stopped_with_kept_requests(void **state)
{
	struct fxc *held = fxc_open(*state), *half = fxc_open(*state), *streams = fxc_open(*state);

	fxc_send(held, GET("/hold"));
	fxc_send(streams, GET("/stream"));
	fxc_send(half, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
	FX_WAIT(fx_requests(*state) == 2);
	fx_kill((struct fx **)state);
	assert_int_equal(fxc_reply(held)->status, 0);
	fxc_to_end(half);
	fxc_to_end(streams);
	fxc_close(&held);
	fxc_close(&half);
	fxc_close(&streams);
	start(state);
}

static void
drained(void **state)
{
	struct fxc *idle = fxc_open(*state), *held = fxc_open(*state), *c = fxc_open(*state);

	assert_int_equal(fxc_call(idle, GET("/echo"))->status, 200);
	assert_int_equal(
	    fxc_call(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nPOST")->status,
	    200);
	fxc_send(held, GET("/hold"));
	FX_WAIT(fx_requests(*state) == 3);
	fx_drain(*state);
	assert_true(fxc_closed(idle));
	fxc_close(&idle);
	fxc_close(&c);
	/* Not reachable any more; the kept one goes on until the server is freed. */
	assert_int_equal(fx_gone(*state), 0);
	fx_kill((struct fx **)state);
	fxc_close(&held);
	start(state);
}

static int
start_capped(void **state)
{
	struct plb_http_server_conf c = fx_conf();

	c.connections = 6;
	c.connections_per_address = 4;
	*state = fx_start(&c);
	return 0;
}

static void
capped(void **state)
{
	struct fxc *c[8], *over;

	for (int i = 0; i < 4; i++) {
		c[i] = fxc_open_from(*state, "127.0.0.2");
		assert_int_equal(fxc_call(c[i], GET("/echo"))->status, 200);
	}
	over = fxc_open_from(*state, "127.0.0.2");
	assert_true(fxc_closed(over));
	fxc_close(&over);
	for (int i = 4; i < 6; i++) {
		c[i] = fxc_open_from(*state, "127.0.0.3");
		assert_int_equal(fxc_call(c[i], GET("/echo"))->status, 200);
	}
	over = fxc_open_from(*state, "127.0.0.4");
	assert_true(fxc_closed(over));
	fxc_close(&over);
	/* A place comes free with the connection. */
	fxc_close(&c[0]);
	for (int i = 0;; i++) {
		c[0] = fxc_open_from(*state, "127.0.0.2");
		if (fxc_try(c[0], GET("/echo"), strlen(GET("/echo"))) &&
		    fxc_reply(c[0])->status == 200)
			break;
		fxc_close(&c[0]);
		fx_pause(i, "a free place");
	}
	for (int i = 0; i < 6; i++) {
		assert_int_equal(fxc_call(c[i], GET("/echo"))->status, 200);
		fxc_close(&c[i]);
	}
}

static void
bad_configurations(void **state)
{
	static const char *const listen[] = {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
	    "127.0.0.1:70000", "localhost:0", "[::1:0", "::1:0", "300.0.0.1:0"};
	struct plb_errctx ec = {0};
	struct plb_loop *l = plb_loop_new(&ec);
	struct plb_http_server_conf c = fx_conf();
	char taken[32];

	assert_non_null(l);
	for (size_t i = 0; i < sizeof listen / sizeof listen[0]; i++) {
		c.listen = listen[i];
		if (plb_http_server_new(l, &c, &ec) != NULL)
			fail_msg("'%s' is taken for an address", listen[i]);
	}
	snprintf(taken, sizeof taken, "127.0.0.1:%d", fx_port(*state));
	c.listen = taken;
	assert_null(plb_http_server_new(l, &c, &ec));
	assert_non_null(strstr(ec.text, taken));
	c.listen = "127.0.0.1:0";
	c.tls_cert = "/nonexistent";
	assert_null(plb_http_server_new(l, &c, &ec));
	plb_loop_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(what_the_application_sees, start, stop),
	    cmocka_unit_test_setup_teardown(head_has_no_body, start, stop),
	    cmocka_unit_test_setup_teardown(kept_alive, start, stop),
	    cmocka_unit_test_setup_teardown(pipelined, start, stop),
	    cmocka_unit_test_setup_teardown(half_closed, start, stop),
	    cmocka_unit_test_setup_teardown(bodies, start, stop),
	    cmocka_unit_test_setup_teardown(chunked_bodies, start, stop),
	    cmocka_unit_test_setup_teardown(headers, start, stop),
	    cmocka_unit_test_setup_teardown(many_headers, start, stop),
	    cmocka_unit_test_setup_teardown(long_target, start, stop),
	    cmocka_unit_test_setup_teardown(answered_later, start, stop),
	    cmocka_unit_test_setup_teardown(client_gone, start, stop),
	    cmocka_unit_test_setup_teardown(answered_after_leaving, start, stop),
	    cmocka_unit_test_setup_teardown(stopped_with_kept_requests, start, stop),
	    cmocka_unit_test_setup_teardown(drained, start, stop),
	    cmocka_unit_test_setup_teardown(capped, start_capped, stop),
	    cmocka_unit_test_setup_teardown(bad_configurations, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
