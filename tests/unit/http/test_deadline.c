// SPDX-License-Identifier: MPL-2.0
/* Slow clients. Nothing here measures time: what must be cut is cut, in the end, and what may live
 * answers afterwards. */

#include "http_fixture.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

static int
start(void **state)
{
	struct plb_http_server_conf c = fx_conf();

	c.header_deadline_ms = 300;
	c.body_deadline_ms = 300;
	c.connections = 12000;
	c.connections_per_address = 12000;
	*state = fx_start(&c);
	return 0;
}

static int
stop(void **state)
{
	fx_stop((struct fx **)state);
	return 0;
}

/* Send the same byte again and again, never silent, until the server has had enough; true when
 * something came back. */
static void
drip(struct fxc *c, const char *byte)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};

	for (int i = 0; poll(&p, 1, 20) == 0; i++) {
		if (i > FX_WAIT_MS / 20)
			fail_msg("never cut");
		if (!fxc_try(c, byte, 1))
			return;
	}
}

static void
slow_header(void **state)
{
	struct fxc *c = fxc_open(*state);

	fxc_send(c, "GET /echo HTTP/1.1\r\nHost: a\r\nX: ");
	drip(c, "x");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
	c = fxc_open(*state);
	fxc_send(c, "G");
	drip(c, "G");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
	assert_int_equal(fx_requests(*state), 0);
}

/* What a client says last before the server's own shutdown of its connection (the linker's --wrap):
 * the byte lies in the socket when MHD looks at it next. */
static atomic_int hurried = -1;

int __real_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how);

int
__wrap_shutdown(int fd, int how)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int client = atomic_exchange(&hurried, -1);

	if (client >= 0) {
		PLB_ASSERT(send(client, "x", 1, MSG_NOSIGNAL) == 1);
		PLB_ASSERT(poll(&p, 1, FX_WAIT_MS) == 1);
	}
	return __real_shutdown(fd, how);
}

/* Bytes that come just then do not keep it. */
static void
byte_at_the_cut(void **state)
{
	struct fxc *c = fxc_open(*state);

	fxc_send(c, "GET /echo HTTP/1.1\r\nHost: a\r\nX: ");
	atomic_store(&hurried, c->fd);
	assert_int_equal(fxc_reply(c)->status, 408);
	assert_true(fxc_closed(c));
	fxc_close(&c);
}

/* Empty lines before a request line do not buy time. */
static void
blank_lines_only(void **state)
{
	struct fxc *c = fxc_open(*state);

	drip(c, "\n");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
}

static void
silent_from_the_start(void **state)
{
	struct fxc *c = fxc_open(*state);

	assert_true(fxc_closed(c)); /* without a word: it has said none either */
	fxc_close(&c);
}

static void
slow_body(void **state)
{
	struct fxc *c = fxc_open(*state);

	fxc_send(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
	drip(c, "x");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
	c = fxc_open(*state);
	fxc_send(c, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n");
	drip(c, "x");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
	assert_int_equal(fx_requests(*state), 0);
}

/* A large body has time by its size: 1 MiB announced may take 16 s more, so a pause of a few
 * deadlines is no fault. */
static void
large_body_has_time(void **state)
{
	static char body[1 << 20];
	struct fxc *c = fxc_open(*state), *other = fxc_open(*state);

	fxc_send(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
	fxc_send_n(c, body, sizeof body / 2);
	fxc_send(other, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
	assert_int_equal(fxc_reply(other)->status, 408); /* at least one deadline has passed */
	fxc_send_n(c, body, sizeof body / 2);
	fxc_await(c, "HTTP/1.1 200 OK");
	fxc_close(&c);
	fxc_close(&other);
}

/* A used connection: idle longer than the header deadline is fine, a second header is under it like
 * the first. */
static void
slow_second_header(void **state)
{
	struct fxc *c = fxc_open(*state), *idle = fxc_open(*state);

	assert_int_equal(fxc_call(c, GET("/echo"))->status, 200);
	assert_int_equal(fxc_call(idle, GET("/echo"))->status, 200);
	fxc_send(c, "GET /echo HTTP/1.1\r\nX: ");
	drip(c, "x");
	assert_int_equal(fxc_reply(c)->status, 408);
	assert_int_equal(fxc_call(idle, GET("/echo"))->status, 200);
	fxc_close(&c);
	fxc_close(&idle);
}

static void
slow_second_request_line(void **state)
{
	struct fxc *c = fxc_open(*state);

	assert_int_equal(fxc_call(c, GET("/echo"))->status, 200);
	fxc_send(c, "GET ");
	drip(c, "x");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
}

/* A request kept by the application has no deadline of ours. */
static void
kept_request_has_time(void **state)
{
	struct fxc *held = fxc_open(*state), *slow = fxc_open(*state), *c;

	fxc_send(held, GET("/hold"));
	FX_WAIT(fx_requests(*state) == 1);
	for (int i = 0; i < 3; i++) {
		fxc_send(slow, "GET");
		assert_int_equal(fxc_reply(slow)->status, 408); /* a deadline passes */
		fxc_close(&slow);
		slow = fxc_open(*state);
	}
	c = fxc_open(*state);
	fxc_call(c, "POST /release HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(fxc_reply(held)->body, "later");
	fxc_close(&c);
	fxc_close(&slow);
	fxc_close(&held);
}

/* Thousands that say nothing, or half a line, are cut, and others are served meanwhile. As many as
 * the descriptors allow: each end takes one. */
static void
idle_crowd(void **state)
{
	enum { MOST = 10000 };
	static struct fxc *crowd[MOST];
	struct rlimit rl;
	struct fxc *c;
	int n = MOST;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &rl), 0); /* raised by the server */
	if (rl.rlim_cur < 2 * MOST + 100)
		n = (int)(rl.rlim_cur - 100) / 2;
	assert_true(n > 400);
	for (int i = 0; i < n; i++) {
		crowd[i] = fxc_open_from(*state, i % 2 != 0 ? "127.0.0.2" : "127.0.0.3");
		if (i % 4 == 0)
			fxc_send(crowd[i], "GET /ec");
		if (i % 100 == 0) {
			c = fxc_open(*state);
			assert_int_equal(fxc_call(c, GET("/echo"))->status, 200);
			fxc_close(&c);
		}
	}
	for (int i = 0; i < n; i++) {
		fxc_to_end(crowd[i]);
		fxc_close(&crowd[i]);
	}
	c = fxc_open(*state);
	assert_int_equal(fxc_call(c, GET("/echo"))->status, 200);
	fxc_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(slow_header, start, stop),
	    cmocka_unit_test_setup_teardown(byte_at_the_cut, start, stop),
	    cmocka_unit_test_setup_teardown(blank_lines_only, start, stop),
	    cmocka_unit_test_setup_teardown(silent_from_the_start, start, stop),
	    cmocka_unit_test_setup_teardown(slow_body, start, stop),
	    cmocka_unit_test_setup_teardown(large_body_has_time, start, stop),
	    cmocka_unit_test_setup_teardown(slow_second_header, start, stop),
	    cmocka_unit_test_setup_teardown(slow_second_request_line, start, stop),
	    cmocka_unit_test_setup_teardown(kept_request_has_time, start, stop),
	    cmocka_unit_test_setup_teardown(idle_crowd, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
