// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

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
push(struct fxc *c, const char *what)
{
	char rq[512];

	snprintf(rq, sizeof rq, "POST /push HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n%s",
	    strlen(what), what);
	assert_string_equal(fxc_call(c, rq)->body, "pushed");
}

static void
events_come_one_by_one(void **state)
{
	struct fxc *s = fxc_open(*state), *c = fxc_open(*state);

	fxc_send(s, GET("/stream"));
	fxc_await(s, "Content-Type: text/event-stream\r\n");
	fxc_await(s, "\r\n\r\n");
	for (int i = 0; i < 50; i++) {
		char event[64];

		snprintf(event, sizeof event, "data: %d\n\n", i);
		push(c, event);
		fxc_await(s, event); /* before the next is sent: nothing waits in a buffer */
	}
	fxc_call(c, "POST /end HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	fxc_await(s, "0\r\n\r\n");
	/* The connection serves on. */
	assert_int_equal(fxc_call(s, GET("/echo"))->status, 200);
	fxc_close(&s);
	fxc_close(&c);
}

static void
many_events_before_they_are_read(void **state)
{
	struct fxc *s = fxc_open(*state), *c = fxc_open(*state);
	struct fx_reply *r;

	fxc_send(s, GET("/stream"));
	FX_WAIT(fx_requests(*state) == 1);
	for (int i = 0; i < 1000; i++)
		push(c, "0123456789");
	fxc_call(c, "POST /end HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	r = fxc_reply(s);
	assert_int_equal(r->len, 10000);
	for (size_t i = 0; i < r->len; i++)
		assert_int_equal(r->body[i], '0' + (int)(i % 10));
	fxc_close(&s);
	fxc_close(&c);
}

/* Small ones go past MHD, large ones do not: in order all the same. */
static void
small_and_large_in_turn(void **state)
{
	struct fxc *s = fxc_open(*state), *c = fxc_open(*state);
	size_t at = 0, len[20];
	char part[9001];
	struct fx_reply *r;
	char rq[10000];

	fxc_send(s, GET("/stream"));
	FX_WAIT(fx_requests(*state) == 1);
	for (size_t i = 0; i < 20; i++) {
		len[i] = i % 3 == 2 ? sizeof part - 1 : 10 + i;
		memset(part, 'a' + (int)i, len[i]);
		part[len[i]] = '\0';
		snprintf(rq, sizeof rq,
		    "POST /push HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n%s", len[i],
		    part);
		assert_string_equal(fxc_call(c, rq)->body, "pushed");
	}
	fxc_call(c, "POST /end HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	r = fxc_reply(s);
	for (size_t i = 0; i < 20; at += len[i++])
		for (size_t k = 0; k < len[i]; k++)
			assert_int_equal(r->body[at + k], 'a' + (int)i);
	assert_int_equal(r->len, at);
	fxc_close(&s);
	fxc_close(&c);
}

static void
to_an_old_client(void **state)
{
	struct fxc *s = fxc_open(*state), *c = fxc_open(*state);

	fxc_send(s, "GET /stream HTTP/1.0\r\nHost: a\r\n\r\n");
	fxc_await(s, "\r\n\r\n");
	push(c, "hello");
	fxc_await(s, "hello");
	fxc_call(c, "POST /end HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	assert_true(fxc_closed(s)); /* no chunks there: the end of the connection is the end */
	fxc_close(&s);
	fxc_close(&c);
}

static void
client_gone(void **state)
{
	struct fxc *s = fxc_open(*state), *c = fxc_open(*state);

	fxc_send(s, GET("/stream"));
	fxc_await(s, "\r\n\r\n");
	fxc_close(&s);
	FX_WAIT(fx_gone(*state) == 1);
	push(c, "to nobody");
	FX_WAIT(strcmp(fxc_call(c, GET("/open"))->body, "1") == 0);
	fxc_close(&c);
}

/* A client that does not read is held up to a bound and then cut, with its stream not ended as if
 * it were whole. */
static void
client_does_not_keep_up(void **state)
{
	struct fxc *s = fxc_open(*state), *c = fxc_open(*state);
	size_t taken;

	fxc_send(s, GET("/stream"));
	FX_WAIT(fx_requests(*state) == 1);
	taken = strtoul(
	    fxc_call(c, "POST /flood HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")->body, NULL,
	    10);
	assert_true(taken > 0 && taken <= 1 << 20);
	FX_WAIT(strcmp(fxc_call(c, GET("/open"))->body, "1") == 0);
	fxc_await(s, "\r\n\r\n");
	fxc_to_end(s);
	assert_int_equal(fx_gone(*state), 0); /* it was the application that ended it */
	fxc_close(&s);
	fxc_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(events_come_one_by_one, start, stop),
	    cmocka_unit_test_setup_teardown(many_events_before_they_are_read, start, stop),
	    cmocka_unit_test_setup_teardown(small_and_large_in_turn, start, stop),
	    cmocka_unit_test_setup_teardown(to_an_old_client, start, stop),
	    cmocka_unit_test_setup_teardown(client_gone, start, stop),
	    cmocka_unit_test_setup_teardown(client_does_not_keep_up, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
