// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/buf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocfail.h"
#include "prop.h"

static struct plb_slice
done(const struct plb_buf *b)
{
	struct plb_slice s;

	assert_int_equal(plb_buf_done(b, &s), PLB_OK);
	return s;
}

#define assert_slice(s, text)                                                                      \
	do {                                                                                       \
		struct plb_slice s_ = (s);                                                         \
		assert_int_equal(s_.len, sizeof(text) - 1);                                        \
		assert_memory_equal(s_.p, text, sizeof(text) - 1);                                 \
	} while (0)

static void
every_put(void **state)
{
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 1000);
	plb_buf_put(&b, "ab", 2);
	plb_buf_put(&b, NULL, 0);
	plb_buf_slice(&b, plb_slice("\0c", 2));
	plb_buf_slice(&b, plb_slice(NULL, 0));
	plb_buf_str(&b, "de");
	plb_buf_str(&b, "");
	plb_buf_u8(&b, 0xff);
	plb_buf_u32(&b, 0x01020304);
	plb_buf_u64(&b, UINT64_C(0x05060708090a0b0c));
	plb_buf_hex(&b, plb_slice("\x00\x9f\xff", 3));
	plb_buf_hex(&b, plb_slice(NULL, 0));
	plb_buf_printf(&b, "|%d|", 42);
	assert_slice(done(&b),
	    "ab\0cde\xff\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c"
	    "009fff|42|");
	plb_buf_fini(&b);
}

static void
decimal(void **state)
{
	static const int64_t v[] = {0, 1, 9, 10, -1, -10, INT64_MAX, INT64_MIN};
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char want[32];
		struct plb_slice s;

		snprintf(want, sizeof(want), "%lld", (long long)v[i]);
		plb_buf_reset(&b);
		plb_buf_dec(&b, v[i]);
		s = done(&b);
		assert_true(plb_slice_is(s, want));
	}
	plb_buf_fini(&b);
}

static void
empty_buffer(void **state)
{
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 10);
	assert_int_equal(done(&b).len, 0);
	plb_buf_fini(&b);
	plb_buf_init(&b, 0);
	assert_int_equal(done(&b).len, 0);
	plb_buf_u8(&b, 1);
	assert_true(b.failed);
	plb_buf_fini(&b);
}

static void
failure_is_sticky_until_reset(void **state)
{
	struct plb_buf b;
	struct plb_slice s;

	(void)state;
	plb_buf_init(&b, 4);
	plb_buf_put(&b, "1234", 4);
	assert_slice(done(&b), "1234");
	plb_buf_u8(&b, '5');
	assert_int_equal(plb_buf_done(&b, &s), PLB_E_FOR_STOR);
	assert_int_equal(s.len, 0);
	plb_buf_str(&b, "");
	plb_buf_printf(&b, "%s", "");
	assert_null(plb_buf_reserve(&b, 0));
	assert_int_equal(plb_buf_done(&b, &s), PLB_E_FOR_STOR);
	plb_buf_reset(&b);
	plb_buf_str(&b, "ab");
	assert_slice(done(&b), "ab");
	plb_buf_fini(&b);
}

static void
huge_lengths_fail(void **state)
{
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 100);
	plb_buf_u8(&b, 1);
	plb_buf_put(&b, "x", SIZE_MAX);
	assert_true(b.failed);
	plb_buf_reset(&b);
	plb_buf_hex(&b, plb_slice("x", SIZE_MAX / 2 + 2));
	assert_true(b.failed);
	plb_buf_reset(&b);
	assert_null(plb_buf_reserve(&b, 101));
	plb_buf_fini(&b);
	plb_buf_init(&b, SIZE_MAX);
	plb_buf_u8(&b, 1);
	assert_null(plb_buf_reserve(&b, SIZE_MAX - 1));
	plb_buf_fini(&b);
}

static void
printf_up_to_the_cap(void **state)
{
	struct plb_buf b;

	(void)state;
	for (int cap = 1; cap < 600; cap += 7) {
		plb_buf_init(&b, (size_t)cap);
		plb_buf_printf(&b, "%0*d", cap, 7);
		assert_int_equal(done(&b).len, cap);
		assert_int_equal(b.p[cap - 1], '7');
		plb_buf_printf(&b, "%s", "");
		assert_false(b.failed);
		plb_buf_printf(&b, "%s", "x");
		assert_true(b.failed);
		plb_buf_fini(&b);
	}
}

static void
reserve_and_advance(void **state)
{
	struct plb_buf b;
	uint8_t *p;

	(void)state;
	plb_buf_init(&b, 1000);
	plb_buf_str(&b, "ab");
	p = plb_buf_reserve(&b, 998);
	assert_non_null(p);
	memset(p, 'c', 998);
	plb_buf_advance(&b, 2);
	assert_slice(done(&b), "abcc");
	assert_null(plb_buf_reserve(&b, 997));
	plb_buf_fini(&b);
}

static void
grows_seldom_and_keeps_memory(void **state)
{
	struct plb_buf b;
	size_t before = allocfail_count();

	(void)state;
	plb_buf_init(&b, 1 << 20);
	assert_int_equal(allocfail_count(), before);
	for (int i = 0; i < 100000; i++)
		plb_buf_u8(&b, (uint8_t)i);
	assert_true(allocfail_count() - before < 15);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (uint8_t)i);
	before = allocfail_count();
	plb_buf_reset(&b);
	for (int i = 0; i < 100000; i++)
		plb_buf_u8(&b, 1);
	assert_int_equal(allocfail_count(), before);
	plb_buf_fini(&b);
}

static void
refused_memory_sets_failed(void **state)
{
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 10000);
	allocfail_at(0);
	plb_buf_str(&b, "x");
	assert_true(allocfail_off());
	assert_true(b.failed);
	plb_buf_reset(&b);
	plb_buf_str(&b, "x");
	allocfail_at(0);
	plb_buf_printf(&b, "%05000d", 1);
	assert_true(allocfail_off());
	assert_true(b.failed);
	plb_buf_fini(&b);
}

static void
json_strings(void **state)
{
	static const struct {
		const char *in;
		size_t len;
		const char *want;
	} t[] = {
	    {"", 0, "\"\""},
	    {"abc", 3, "\"abc\""},
	    {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
	    {"\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\""},
	    {"\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\""},
	    {"\xc3\xa6\xc3\xb8\xc3\xa5", 6, "\"\xc3\xa6\xc3\xb8\xc3\xa5\""},
	    {"\xe2\x82\xac\xf0\x9f\x99\x82", 7, "\"\xe2\x82\xac\xf0\x9f\x99\x82\""},
	    /* alone, cut short, overlong, surrogate, too great */
	    {"\x80z", 2, "\"\xef\xbf\xbdz\""},
	    {"\xc3", 1, "\"\xef\xbf\xbd\""},
	    {"\xc3(", 2, "\"\xef\xbf\xbd(\""},
	    {"\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xe0\x9f\xbf", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xf4\x90\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xf0\x8f\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xf4\x8f\xbf\xbf", 4, "\"\xf4\x8f\xbf\xbf\""},
	    {"\xf5\x80\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
	    {"\xff\xfe", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
	};
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 100);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		plb_buf_reset(&b);
		plb_buf_json(&b, plb_slice(t[i].in, t[i].len));
		assert_true(plb_slice_is(done(&b), t[i].want));
	}
	plb_buf_reset(&b);
	plb_buf_json(&b, plb_slice(NULL, 0));
	assert_slice(done(&b), "\"\"");
	plb_buf_fini(&b);
}

static void
reader_moves_only_on_success(void **state)
{
	static const uint8_t in[] = {1, 0x80, 0, 0, 2, 0xff, 1, 2, 3, 4, 5, 6, 7, 8};
	struct plb_rd r = plb_rd(plb_slice(in, sizeof(in)));
	struct plb_slice s;
	uint64_t u64;
	uint32_t u32;
	uint8_t u8;

	(void)state;
	assert_true(plb_rd_u8(&r, &u8) && u8 == 1);
	assert_true(plb_rd_u32(&r, &u32) && u32 == 0x80000002u);
	assert_true(plb_rd_u64(&r, &u64) && u64 == UINT64_C(0xff01020304050607));
	assert_int_equal(plb_rd_left(&r), 1);
	assert_false(plb_rd_u32(&r, &u32));
	assert_false(plb_rd_u64(&r, &u64));
	assert_false(plb_rd_bytes(&r, 2, &s));
	assert_false(plb_rd_bytes(&r, SIZE_MAX, &s));
	assert_true(plb_rd_bytes(&r, 1, &s) && s.len == 1 && s.p[0] == 8);
	assert_true(plb_rd_bytes(&r, 0, &s) && s.len == 0);
	assert_false(plb_rd_u8(&r, &u8));
	r = plb_rd(plb_slice(NULL, 0));
	assert_false(plb_rd_u8(&r, &u8));
	assert_true(plb_rd_bytes(&r, 0, &s));
}

/* Any sequence of puts is what a plain array would hold, and fails exactly above the cap. */
static bool
puts_are_an_array(struct prop *p, void *arg)
{
	size_t cap = (size_t)prop_below(p, 1500);
	uint8_t model[8192], piece[600];
	size_t len = 0;
	bool failed = false, same;
	struct plb_buf b;
	struct plb_slice s;

	(void)arg;
	plb_buf_init(&b, cap);
	while (prop_more(p, 10) && len + sizeof(piece) < sizeof(model)) {
		size_t n = prop_bytes(p, piece, sizeof(piece));

		failed |= n > 0 && (failed || len + n > cap);
		plb_buf_put(&b, piece, n);
		if (!failed)
			memcpy(model + len, piece, n);
		len += failed ? 0 : n;
	}
	prop_note(p, "cap %zu, length %zu, failed %d", cap, len, failed);
	same = plb_buf_done(&b, &s) == (failed ? PLB_E_FOR_STOR : PLB_OK) &&
	    (failed || plb_slice_eq(s, plb_slice(model, len)));
	plb_buf_fini(&b);
	return same;
}

static void
property_puts(void **state)
{
	(void)state;
	assert_true(prop_holds("puts_are_an_array", puts_are_an_array, NULL, 1000));
}

/* Whatever goes in, what comes out is one JSON string: quotes around, escapes whole, no control
 * characters. */
static bool
json_is_well_formed(struct prop *p, void *arg)
{
	uint8_t in[200];
	size_t n = prop_bytes(p, in, sizeof(in));
	struct plb_buf b;
	struct plb_slice s;
	bool ok;
	size_t i = 1;

	(void)arg;
	plb_buf_init(&b, 6 * sizeof(in) + 2);
	plb_buf_json(&b, plb_slice(in, n));
	ok = plb_buf_done(&b, &s) == PLB_OK && s.len >= 2 && s.p[0] == '"' && s.p[s.len - 1] == '"';
	while (ok && i + 1 < s.len) {
		ok = s.p[i] >= 0x20 && s.p[i] != '"';
		if (ok && s.p[i] == '\\') {
			i++;
			ok = i + 1 < s.len && strchr("\"\\bfnrtu", s.p[i]) != NULL;
			if (ok && s.p[i] == 'u') {
				ok = i + 5 < s.len &&
				    strspn((const char *)s.p + i + 1, "0123456789abcdef") >= 4;
				i += 4;
			}
		}
		i++;
	}
	prop_note(p, "%zu bytes in, fault before byte %zu out", n, i);
	plb_buf_fini(&b);
	return ok;
}

static void
property_json(void **state)
{
	(void)state;
	assert_true(prop_holds("json_is_well_formed", json_is_well_formed, NULL, 2000));
}

/* Numbers written are the numbers read. */
static bool
reader_reads_what_was_put(struct prop *p, void *arg)
{
	uint64_t a = (uint64_t)prop_int(p, INT64_MIN, INT64_MAX), a2 = 0;
	uint32_t c = (uint32_t)prop_int(p, 0, UINT32_MAX), c2 = 0;
	uint8_t bytes[50], d = (uint8_t)prop_below(p, 256), d2 = 0;
	size_t n = prop_bytes(p, bytes, sizeof(bytes));
	struct plb_slice s, got = {NULL, 0};
	struct plb_buf b;
	struct plb_rd r;
	bool ok;

	(void)arg;
	plb_buf_init(&b, 100);
	plb_buf_u64(&b, a);
	plb_buf_slice(&b, plb_slice(bytes, n));
	plb_buf_u32(&b, c);
	plb_buf_u8(&b, d);
	ok = plb_buf_done(&b, &s) == PLB_OK;
	r = plb_rd(s);
	ok = ok && plb_rd_u64(&r, &a2) && plb_rd_bytes(&r, n, &got) && plb_rd_u32(&r, &c2) &&
	    plb_rd_u8(&r, &d2) && plb_rd_left(&r) == 0;
	ok = ok && a == a2 && c == c2 && d == d2 && plb_slice_eq(got, plb_slice(bytes, n));
	plb_buf_fini(&b);
	return ok;
}

static void
property_reader(void **state)
{
	(void)state;
	assert_true(prop_holds("reader_reads_what_was_put", reader_reads_what_was_put, NULL, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_put),
	    cmocka_unit_test(decimal),
	    cmocka_unit_test(empty_buffer),
	    cmocka_unit_test(failure_is_sticky_until_reset),
	    cmocka_unit_test(huge_lengths_fail),
	    cmocka_unit_test(printf_up_to_the_cap),
	    cmocka_unit_test(reserve_and_advance),
	    cmocka_unit_test(grows_seldom_and_keeps_memory),
	    cmocka_unit_test(refused_memory_sets_failed),
	    cmocka_unit_test(json_strings),
	    cmocka_unit_test(reader_moves_only_on_success),
	    cmocka_unit_test(property_puts),
	    cmocka_unit_test(property_json),
	    cmocka_unit_test(property_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
