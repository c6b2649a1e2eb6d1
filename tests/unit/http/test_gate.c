// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"
#include "http_gate.h"

#include <stdio.h>
#include <string.h>

/* Requests as raw bytes through the whole server: what MHD makes of them, then what the gate says.
 * `status` 0 = closed without a word. */
static const struct {
	const char *name, *bytes;
	int status;
} cases[] = {
    {"plain", "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"no headers, 1.0", "GET /echo HTTP/1.0\r\n\r\n", 200},
    {"body", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200},
    {"empty value", "GET /echo HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n", 200},
    {"white before value", "GET /echo HTTP/1.1\r\nHost:\t  a\r\nX:    \r\n\r\n", 200},
    {"white behind value", "GET /echo HTTP/1.1\r\nHost: a \t\r\n\r\n", 200},
    {"IPv6 host", "GET /echo HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200},
    {"query", "GET /echo?a=%2F&b=+ HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"cookie", "GET /echo HTTP/1.1\r\nCookie: a=b; c=\"d\"\r\nHost: a\r\n\r\n", 200},
    {"blank line first", "\r\nGET /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"chunked",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	200},
    {"continue",
	"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
	200},
    {"two different lengths",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
	400},
    {"two same lengths",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
    {"length list", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
    {"negative length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc", 400},
    {"signed length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400},
    {"hex length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc", 400},
    {"empty length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
    {"huge length",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\nabc",
	413},
    {"length and chunked",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
	"chunked\r\n\r\n0\r\n\r\n",
	400},
    {"chunked and length",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
	"3\r\n\r\n0\r\n\r\n",
	400},
    {"chunked twice",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
	"chunked\r\n\r\n0\r\n\r\n",
	400},
    {"chunked in 1.0",
	"POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"other coding",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
    {"odd chunked",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
    {"chunked with space behind",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n", 501},
    {"trailer",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",
	400},
    {"bad chunk size",
	"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
    {"no host", "GET /echo HTTP/1.1\r\n\r\n", 400},
    {"empty host", "GET /echo HTTP/1.1\r\nHost:\r\n\r\n", 400},
    {"two hosts", "GET /echo HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"host with path", "GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"bare LF everywhere", "GET /echo HTTP/1.1\nHost: a\n\n", 400},
    {"bare LF behind request line", "GET /echo HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"bare LF behind header", "GET /echo HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
    {"bare LF behind last header", "GET /echo HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"bare LF as blank line", "GET /echo HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"bare CR in value", "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n", 400},
    {"control character in value", "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\x01\r\n\r\n", 400},
    {"folded line", "GET /echo HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400},
    {"folded host", "GET /echo HTTP/1.1\r\nHost:\r\n a\r\n\r\n", 400},
    {"space before colon", "GET /echo HTTP/1.1\r\nHost : a\r\nHost: a\r\n\r\n", 400},
    {"colon line for the blank one", "GET /echo HTTP/1.1\r\nHost: a\n:x\n", 400},
    {"no colon", "GET /echo HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400},
    {"empty name", "GET /echo HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400},
    {"odd name", "GET /echo HTTP/1.1\r\nHost: a\r\nX(y): b\r\n\r\n", 400},
    {"two content types",
	"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Type: "
	"c/d\r\nContent-Length: 0\r\n\r\n",
	400},
    {"two authorizations",
	"GET /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer "
	"b\r\n\r\n",
	400},
    {"ce attribute twice", "GET /echo HTTP/1.1\r\nHost: a\r\nce-id: a\r\nCE-Id: b\r\n\r\n", 400},
    {"other expectation",
	"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 0\r\n\r\n", 417},
    {"two spaces", "GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"space in target", "GET /ec ho HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"tab in request line", "GET\t/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute target", "GET http://a/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"bad escape", "GET /echo%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"escaped NUL", "GET /echo%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"fragment", "GET /echo#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"raw UTF-8", "GET /\xc3\xa6 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"odd method", "G@T /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"HTTP/1.2", "GET /echo HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"HTTP/2", "GET /echo HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"no version", "GET /echo\r\nHost: a\r\n\r\n", 400},
    {"nonsense", "nonsense\r\n\r\n", 400},
    {"TLS hello", "\x16\x03\x01\x02\x01\x01\n\n", 400},
};

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
raw_cases(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fxc *c = fxc_open(*state);
		int before = fx_requests(*state);
		struct fx_reply *r = fxc_call(c, cases[i].bytes);

		if (r->status != cases[i].status)
			fail_msg("%s: %d, expected %d", cases[i].name, r->status, cases[i].status);
		/* Nothing refused reaches the application, and the connection ends there. */
		if (fx_requests(*state) != before + (cases[i].status == 200))
			fail_msg("%s: %d requests", cases[i].name, fx_requests(*state) - before);
		if (cases[i].status != 200)
			fxc_to_end(c);
		fxc_close(&c);
	}
}

/* The same on a connection that has been used: the gate stands before every request, not only the
 * first. */
static void
raw_cases_second(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fxc *c = fxc_open(*state);
		int before;
		struct fx_reply *r = fxc_call(c, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");

		assert_int_equal(r->status, 200);
		before = fx_requests(*state);
		r = fxc_call(c, cases[i].bytes);
		/* Where there is no request line at all, a used connection is closed without a
		 * word. */
		if (r->status != cases[i].status && !(cases[i].status == 400 && r->status == 0))
			fail_msg("%s: %d, expected %d", cases[i].name, r->status, cases[i].status);
		if (fx_requests(*state) != before + (cases[i].status == 200))
			fail_msg("%s: %d requests", cases[i].name, fx_requests(*state) - before);
		fxc_close(&c);
	}
}

/* And pipelined behind a good one: the good one is answered, the bad one not served. */
static void
raw_cases_pipelined(void **state)
{
	char bytes[1024];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fxc *c = fxc_open(*state);
		int before = fx_requests(*state);
		struct fx_reply *r;

		snprintf(
		    bytes, sizeof bytes, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n%s", cases[i].bytes);
		r = fxc_call(c, bytes);
		assert_int_equal(r->status, 200);
		r = fxc_reply(c);
		if (r->status != cases[i].status && !(cases[i].status == 400 && r->status == 0))
			fail_msg("%s: %d, expected %d", cases[i].name, r->status, cases[i].status);
		if (fx_requests(*state) != before + 1 + (cases[i].status == 200))
			fail_msg("%s: %d requests", cases[i].name, fx_requests(*state) - before);
		fxc_close(&c);
	}
}

/* Byte by byte the verdict is the same as in one piece. The server has read each byte before the
 * next is sent: its loop answers the other connection behind it. */
static void
raw_cases_in_pieces(void **state)
{
	struct fxc *other = fxc_open(*state);

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct fxc *c = fxc_open(*state);
		int before = fx_requests(*state), sent = 0;
		struct fx_reply *r;

		for (const char *p = cases[i].bytes; *p != 0 && fxc_try(c, p, 1); p++, sent++)
			fxc_call(other, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
		r = fxc_reply(c);
		if (r->status != cases[i].status)
			fail_msg("%s: %d, expected %d", cases[i].name, r->status, cases[i].status);
		if (fx_requests(*state) != before + sent + (cases[i].status == 200))
			fail_msg("%s: %d requests", cases[i].name, fx_requests(*state) - before);
		fxc_close(&c);
	}
	fxc_close(&other);
}

/* NUL bytes, which the table of strings cannot hold. */
static void
nul_bytes(void **state)
{
	static const struct {
		const char *p;
		size_t n;
	} raw[] = {
#define RAW(s) {s, sizeof s - 1}
	    RAW("GET /echo HTTP/1.1\r\nHost: a\0b\r\n\r\n"),
	    RAW("GET /echo HTTP/1.1\r\nHost: a\0\r\n\r\n"),
	    RAW("GET /echo HTTP/1.1\r\nHo\0st: a\r\nHost: a\r\n\r\n"),
	    RAW("GET /ec\0ho HTTP/1.1\r\nHost: a\r\n\r\n"),
	    RAW("GE\0T /echo HTTP/1.1\r\nHost: a\r\n\r\n"),
	    RAW("GET /echo HTTP/1.1\r\nHost: a\r\nX: \0\0\0\r\nY: b\r\n\r\n"),
	};

	for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
		struct fxc *c = fxc_open(*state);
		int before = fx_requests(*state);

		fxc_send_n(c, raw[i].p, raw[i].n);
		if (fxc_reply(c)->status != 400)
			fail_msg("NUL case %zu", i);
		assert_int_equal(fx_requests(*state), before);
		fxc_close(&c);
	}
}

/* The gate by itself, where the server cannot get. */
static void
pure_limits(void **state)
{
	char block[] = "GET\0/\0HTTP/1.1\0\0Host\0 a\0\0\0\0";
	struct plb_gate_header h[PLB_GATE_HEADERS + 1] = {
	    {plb_slice(block + 16, 4), plb_slice(block + 22, 1)}};
	struct plb_gate_request rq = {
	    .block = plb_slice(block, 27),
	    .method = plb_slice(block, 3),
	    .target = plb_slice(block + 4, 1),
	    .version = plb_slice(block + 6, 8),
	    .target_ok = true,
	    .headers = h,
	    .n = 1,
	};
	struct plb_gate_limits lim = {.header_max = 27, .body_max = 10};

	(void)state;
	assert_int_equal(plb_gate_check(&rq, &lim).status, 0);
	lim.header_max = 26;
	assert_int_equal(plb_gate_check(&rq, &lim).status, 431);
	lim.header_max = 27;
	rq.n = PLB_GATE_HEADERS + 1;
	assert_int_equal(plb_gate_check(&rq, &lim).status, 431);
	rq.n = 1;
	/* A block that ends early or late, and parts that lie elsewhere. */
	rq.block.len = 26;
	assert_int_equal(plb_gate_check(&rq, &lim).status, 400);
	rq.block.len = 28;
	assert_int_equal(plb_gate_check(&rq, &lim).status, 431);
	lim.header_max = 28;
	assert_int_equal(plb_gate_check(&rq, &lim).status, 400);
	rq.block.len = 27;
	rq.version = plb_slice("HTTP/1.1", 8);
	assert_int_equal(plb_gate_check(&rq, &lim).status, 400);
	rq.version = plb_slice(block + 6, 8);
	h[0].value = plb_slice(block + 21, 1);
	assert_int_equal(plb_gate_check(&rq, &lim).status, 400);
}

static void
texts(void **state)
{
	(void)state;
	assert_true(plb_gate_target(plb_slice_str("/a%20b?c=d")));
	assert_false(plb_gate_target(plb_slice_str("")));
	assert_false(plb_gate_target(plb_slice_str("*")));
	assert_false(plb_gate_target(plb_slice_str("/%")));
	assert_false(plb_gate_target(plb_slice_str("/%0")));
	assert_false(plb_gate_target(plb_slice_str("/%g0")));
	assert_false(plb_gate_target(plb_slice_str("/a\x7f")));
	assert_true(plb_gate_token(plb_slice_str("X-y_1")));
	assert_false(plb_gate_token(plb_slice_str("")));
	assert_false(plb_gate_token(plb_slice_str("a b")));
	assert_false(plb_gate_token(plb_slice("a\0b", 3)));
	assert_true(plb_gate_value(plb_slice_str("a\tb \xc3\xa6")));
	assert_false(plb_gate_value(plb_slice_str("a\r\nb")));
	assert_false(plb_gate_value(plb_slice("a\0", 2)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(raw_cases, start, stop),
	    cmocka_unit_test_setup_teardown(raw_cases_second, start, stop),
	    cmocka_unit_test_setup_teardown(raw_cases_pipelined, start, stop),
	    cmocka_unit_test_setup_teardown(raw_cases_in_pieces, start, stop),
	    cmocka_unit_test_setup_teardown(nul_bytes, start, stop),
	    cmocka_unit_test(pure_limits),
	    cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
