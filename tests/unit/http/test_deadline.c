// SPDX-License-Identifier: MPL-2.0
/* Slow clients. Nothing here measures time: what must be cut is cut, in the end, and what may live
 * answers afterwards. A client of the test's own that stood still for a whole deadline before it
 * had said its first word was cut for that: it comes again. */

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

/* A connection whose first request has been answered. */
static struct fxc *
used(struct fx *f)
{
	struct fxc *c;

	for (int i = 0;; i++) {
		c = fxc_open(f);
		if (fxc_try(c, GET("/echo"), strlen(GET("/echo"))) && fxc_reply(c)->status == 200)
			return c;
		fxc_close(&c);
		fx_pause(i, "an answer");
	}
}

/* Begins so, and goes on drop by drop (NULL: is silent): told to be too slow. */
static void
too_slow(struct fx *f, const char *begin, const char *byte)
{
	int status = 0;

	for (int i = 0; status == 0; i++) {
		struct fxc *c = fxc_open(f);

		if (fxc_try(c, begin, strlen(begin)) && byte != NULL)
			drip(c, byte);
		status = fxc_reply(c)->status;
		fxc_close(&c);
		fx_pause(i, "408");
	}
	assert_int_equal(status, 408);
}

static void
slow_header(void **state)
{
	too_slow(*state, "GET /echo HTTP/1.1\r\nHost: a\r\nX: ", "x");
	too_slow(*state, "G", "G");
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
	struct fxc *c = used(*state);

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
	too_slow(*state, "\n", "\n");
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
	too_slow(*state, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", "x");
	too_slow(*state,
	    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n", "x");
	assert_int_equal(fx_requests(*state), 0);
}

/* A large body has time by its size: 1 MiB announced may take 16 s more, so a pause of a few
 * deadlines is no fault. */
static void
large_body_has_time(void **state)
{
	static char body[1 << 20];
	struct fxc *c = used(*state);

	fxc_send(c, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
	fxc_send_n(c, body, sizeof body / 2);
	/* At least one deadline passes. */
	too_slow(*state, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", NULL);
	fxc_send_n(c, body, sizeof body / 2);
	fxc_await(c, "HTTP/1.1 200 OK");
	fxc_close(&c);
}

/* A used connection: idle longer than the header deadline is fine, a second header is under it like
 * the first. */
static void
slow_second_header(void **state)
{
	struct fxc *c = used(*state), *idle = used(*state);

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
	struct fxc *c = used(*state);

	fxc_send(c, "GET ");
	drip(c, "x");
	assert_int_equal(fxc_reply(c)->status, 408);
	fxc_close(&c);
}

/* A request kept by the application has no deadline of ours. */
static void
kept_request_has_time(void **state)
{
	struct fxc *held = used(*state), *c = used(*state);
	int before = fx_requests(*state);

	fxc_send(held, GET("/hold"));
	FX_WAIT(fx_requests(*state) == before + 1);
	for (int i = 0; i < 3; i++)
		too_slow(*state, "GET", NULL); /* a deadline passes */
	fxc_call(c, "POST /release HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(fxc_reply(held)->body, "later");
	fxc_close(&c);
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
			(void)fxc_try(crowd[i], "GET /ec", 7);
		if (i % 100 == 0) {
			c = used(*state);
			fxc_close(&c);
		}
	}
	for (int i = 0; i < n; i++) {
		fxc_to_end(crowd[i]);
		fxc_close(&crowd[i]);
	}
	c = used(*state);
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
