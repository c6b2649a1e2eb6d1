// SPDX-License-Identifier: MPL-2.0
//
// What is no event at all, and how one comes: structured, by headers, in a batch; what reading it
// costs.

#include "wire_test.h"

#include "allocfail.h"

#include <stdio.h>
#include <stdlib.h>

/* Text that is no event at all: 400, one fault. */
static void
test_not_events(void **state)
{
	static const struct {
		const char *text, *kode;
	} cases[] = {
	    {"", "json"},
	    {"x", "json"},
	    {"[]", "json"},
	    {"\"a\"", "json"},
	    {"{", "json"},
	    {"{\"a\":1,}", "json"},
	    {"{\"a\" 1}", "json"},
	    {"{a:1}", "json"},
	    {"{\"a\":1} x", "json"},
	    {"\xef\xbb\xbf{}", "json"},
	    {ENVELOPE DATA("01") "}", "json"},
	    {ENVELOPE DATA("1.") "}", "json"},
	    {ENVELOPE DATA("NaN") "}", "json"},
	    {ENVELOPE "{\"cpr\":\"0101701234\"", "json"},
	    {ENVELOPE "{\"cpr\":\"a\tb\"}}", "json"},
	    {ENVELOPE "{\"cpr\":\"\\x\"}}", "json"},
	    {ENVELOPE "{]}", "json"},
	    {ENVELOPE "{\"cpr\":\"\xff\"}}", "utf8"},
	    {ENVELOPE "{\"cpr\":\"\xc0\xaf\"}}", "utf8"},
	    {ENVELOPE "{\"cpr\":\"\xed\xa0\x80\"}}", "utf8"},
	    {ENVELOPE "{\"cpr\":\"\\ud800\"}}", "utf8"},
	    {ENVELOPE "{\"cpr\":\"\\udc00\\ud800\"}}", "utf8"},
	    {"{\"id\":\"\xff\"}", "utf8"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct verdict v;

		judge_text(*state, cases[i].text, &v);
		if (v.err != PLB_E_FORM || !v.not_event || v.faults.n != 1 ||
		    strcmp(v.faults.f[0].kode, cases[i].kode) != 0) {
			verdict_print(cases[i].text, &v);
			fail();
		}
	}
}

/* The id of a broken event is given back where it harms nobody. */
static void
test_id_of_broken_events(void **state)
{
	struct verdict v;

	judge_text(*state, "{\"id\":\"a-7\",\"x\":", &v);
	assert_true(v.not_event);
	assert_true(plb_slice_is(v.in.ev.id, "a-7"));
	judge_text(*state, "{\"id\":\"0101701234\",\"x\":", &v);
	assert_int_equal(v.in.ev.id.len, 0);
	judge_text(*state, "{\"id\":7,\"x\":", &v);
	assert_int_equal(v.in.ev.id.len, 0);
	assert_int_equal(v.faults.n, 1);
}

static void
test_missing_attributes(void **state)
{
	static const char *const needed[] = {"specversion", "id", "source", "type"};
	struct verdict v;

	for (size_t i = 0; i < 4; i++) {
		json_t *event = golden("timer-indberettet");
		char felt[32];

		(void)snprintf(felt, sizeof(felt), "/%s", needed[i]);
		assert_int_equal(json_object_del(event, needed[i]), 0);
		judge_tree(*state, event, &v);
		assert_int_equal(v.err, PLB_E_FORM);
		assert_true(v.not_event);
		assert_true(verdict_has(&v, felt, "mangler"));
		json_decref(event);
	}
	judge_text(*state, "{}", &v);
	assert_true(v.not_event);
	assert_int_equal(v.faults.n, 6); /* these four, time, data */
}

/* Depth is judged before anything recurses on it. */
static void
test_depth(void **state)
{
	struct verdict v;
	char *text = repeat(ENVELOPE, "[", 500000, "");

	judge_text(*state, text, &v);
	assert_true(v.not_event);
	free(text);

	text = repeat("{\"x\":", "[", 200000, "");
	judge_text(*state, text, &v);
	assert_true(v.not_event);
	assert_string_equal(v.faults.f[0].kode, "dybde");
	free(text);

	char *close = repeat("", "]", 31, "}}"), *deep = repeat(ENVELOPE "{\"x\":", "[", 31, close);

	judge_text(*state, deep, &v);
	assert_true(v.not_event);
	assert_string_equal(v.faults.f[0].kode, "dybde");
	/* 30 lists inside event and data are 32 levels: an unknown member like any other. */
	char *ok = repeat("", "]", 30, "}}"), *level = repeat(ENVELOPE "{\"x\":", "[", 30, ok);

	judge_text(*state, level, &v);
	assert_false(v.not_event);
	assert_true(verdict_has(&v, "/data/x", "ukendt"));
	free(close);
	free(deep);
	free(ok);
	free(level);
}

static void
test_duplicates(void **state)
{
	struct verdict v;

	judge_text(*state,
	    "{\"id\":\"x\","
	    "\"specversion\":\"1.0\",\"id\":\"a-1\",\"source\":\"/akasse/hk/"
	    "fag\",\"type\":\"dk.parloeb.timer-indberettet\",\"time\":\"2024-04-01T08:00:00Z\","
	    "\"data\":" DATA("1") ",\"data\":{}}",
	    &v);
	assert_int_equal(v.err, PLB_E_FORM);
	assert_false(v.not_event);
	assert_true(verdict_has(&v, "/id", "dublet"));
	assert_true(verdict_has(&v, "/data", "dublet"));
	assert_true(plb_slice_is(v.in.ev.id, "x"));

	judge_text(*state,
	    ENVELOPE "{\"cpr\":\"0101701234\",\"cpr\":\"0101701234\",\"udbetalteTimer\":1,"
		     "\"dagpengemaaned\":\"2024-03\",\"udbetalteTimer\":1,\"udbetalteTimer\":2}}",
	    &v);
	assert_true(verdict_has(&v, "/data/cpr", "dublet"));
	assert_true(verdict_has(&v, "/data/udbetalteTimer", "dublet"));
	assert_int_equal(v.faults.n, 3);
}

static void
test_envelope_is_filled(void **state)
{
	struct verdict v;

	judge_text(*state, ENVELOPE DATA("12.5") "}", &v);
	assert_int_equal(v.err, PLB_OK);
	assert_true(plb_slice_is(v.in.ev.id, "a-1"));
	assert_true(plb_slice_is(v.in.ev.source, "/akasse/hk/fag"));
	assert_true(plb_slice_is(v.in.ev.type, "dk.parloeb.timer-indberettet"));
	assert_string_equal(v.in.ev.org.text, "akasse:hk");
	assert_int_equal(v.in.ev.time.ms, INT64_C(1711958400000));
	assert_string_equal(plb_schema_navn(v.in.schema), "timer-indberettet");
	assert_int_equal(v.in.rest.len, 0);
}

static void
binary(struct fix *f, const struct plb_header *h, size_t n, const char *data, struct verdict *v)
{
	struct plb_json_ctx c = fix_ctx(f);

	memset(v, 0xa5, sizeof(*v));
	v->err =
	    plb_json_event_binary(&c, h, n, plb_slice_str(data), &v->in, &v->faults, &v->not_event);
}

#define H(name, value)                                                                             \
	{                                                                                          \
		name,                                                                              \
		{                                                                                  \
			(const uint8_t *)(value), sizeof(value) - 1                                \
		}                                                                                  \
	}

static void
test_binary_mode(void **state)
{
	struct plb_header h[] = {H("host", "x"), H("ce-specversion", "1.0"),
	    H("ce-id", "s%C3%B8ster%20%31"), H("ce-source", "/akasse/hk/fag"),
	    H("ce-type", "dk.parloeb.timer-indberettet"), H("ce-time", "2024-04-01T08:00:00Z"),
	    H("content-type", "application/json")};
	struct verdict v;

	binary(*state, h, 7, DATA("1"), &v);
	assert_int_equal(v.err, PLB_OK);
	assert_true(plb_slice_is(v.in.ev.id, "søster 1"));

	binary(*state, h, 7, DATA("1") "x", &v);
	assert_true(v.not_event);
	binary(*state, h, 7, "", &v);
	assert_true(v.not_event);
	binary(*state, h, 4, DATA("1"), &v);
	assert_true(v.not_event);
	assert_true(verdict_has(&v, "/type", "mangler"));

	struct plb_header odd[] = {H("ce-specversion", "1.0"), H("ce-id", "a\xff"),
	    H("ce-source", "/akasse/hk/fag"), H("ce-type", "dk.parloeb.timer-indberettet"),
	    H("ce-time", "2024-04-01T08:00:00Z"), H("ce-id", "b"), H("ce-ekstra", "1"),
	    H("ce-datacontenttype", "text/plain")};

	binary(*state, odd, 8, DATA("161"), &v);
	assert_int_equal(v.err, PLB_E_FORM);
	assert_false(v.not_event);
	assert_true(verdict_has(&v, "/id", "utf8"));
	assert_true(verdict_has(&v, "/id", "dublet"));
	assert_true(verdict_has(&v, "/ekstra", "ukendt"));
	assert_true(verdict_has(&v, "/datacontenttype", "ukendt"));
	assert_true(verdict_has(&v, "/data/udbetalteTimer", "interval"));
	assert_int_equal(v.faults.n, 5);
}

static void
test_split(void **state)
{
	struct plb_slice items[3];
	size_t n;
	char *deep;

	(void)state;
	assert_int_equal(
	    plb_json_split(plb_slice_str(" [ {\"a\":\"]\\\"\"} , 2,[3] ]\n"), items, 3, &n),
	    PLB_OK);
	assert_int_equal(n, 3);
	assert_true(plb_slice_is(items[0], "{\"a\":\"]\\\"\"}"));
	assert_true(plb_slice_is(items[1], "2"));
	assert_true(plb_slice_is(items[2], "[3]"));
	assert_int_equal(plb_json_split(plb_slice_str("[]"), items, 3, &n), PLB_OK);
	assert_int_equal(n, 0);
	assert_int_equal(plb_json_split(plb_slice_str("[1,2,3,4]"), items, 3, &n), PLB_E_FOR_STOR);
	static const char *const bad[] = {
	    "", "{}", "[1,]", "[1", "[1]]", "[1 2]", "[\"a]", "[,1]", "[{\"a\":}]", "[tru]"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(plb_json_split(plb_slice_str(bad[i]), items, 3, &n), PLB_E_FORM);
	/* An item that is too deep, or has bad text, is that item's fault alone. */
	deep = repeat("[1,", "[", 100000, "");
	assert_int_equal(plb_json_split(plb_slice_str(deep), items, 3, &n), PLB_E_FORM);
	free(deep);
	char *close = repeat("", "]", 100000, ",{\"b\":\"\xff\"}]");

	deep = repeat("[1,", "[", 100000, close);
	assert_int_equal(plb_json_split(plb_slice_str(deep), items, 3, &n), PLB_OK);
	assert_int_equal(n, 3);
	assert_int_equal(items[1].len, 200000);
	free(close);
	free(deep);
}

/* Without memory nothing is half done. */
static void
test_small_arena(void **state)
{
	struct fix *f = *state;
	struct plb_json_ctx c = fix_ctx(f);
	json_t *event = golden("referat-publiceret");
	struct plb_slice json = dump(f, event);
	struct plb_arena small;
	bool ok = false;

	for (size_t cap = 16; cap < 1 << 20 && !ok; cap *= 2) {
		struct verdict v;

		plb_arena_init(&small, cap);
		c.arena = &small;
		v.err = plb_json_event(&c, json, &v.in, &v.faults, &v.not_event);
		assert_true(v.err == PLB_OK || v.err == PLB_E_FOR_STOR);
		ok = v.err == PLB_OK;
		plb_arena_fini(&small);
	}
	assert_true(ok);
	json_decref(event);
}

/* Once the arena is warm, an event is read, keyed, compared and sealed without an allocation. */
static void
test_warm_path_allocates_nothing(void **state)
{
	static const char *const navne[] = {
	    "timer-indberettet", "referat-publiceret", "indkaldelse-oprettet"};
	struct fix *f = *state;

	for (size_t i = 0; i < 3; i++) {
		struct plb_json_ctx c = fix_ctx(f);
		json_t *event = golden(navne[i]);
		char *text = json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(15));
		struct plb_person person;
		struct verdict v;
		uint8_t mac[16];
		size_t before = 0;

		assert_non_null(text);
		for (int round = 0; round < 3; round++) {
			plb_arena_reset(&f->arena);
			plb_buf_reset(&f->out);
			before = allocfail_count();
			assert_int_equal(
			    plb_json_event(&c, plb_slice_str(text), &v.in, &v.faults, &v.not_event),
			    PLB_OK);
			assert_int_equal(plb_crypto_person(f->crypto, &v.in.cpr, &person), PLB_OK);
			assert_int_equal(plb_crypto_content(f->crypto, &v.in, mac), PLB_OK);
			assert_int_equal(
			    plb_crypto_seal(f->crypto, &v.in, &person, &f->out), PLB_OK);
		}
		assert_int_equal(allocfail_count(), before);
		free(text);
		json_decref(event);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_not_events, fix_reset),
	    cmocka_unit_test_setup(test_id_of_broken_events, fix_reset),
	    cmocka_unit_test_setup(test_missing_attributes, fix_reset),
	    cmocka_unit_test_setup(test_depth, fix_reset),
	    cmocka_unit_test_setup(test_duplicates, fix_reset),
	    cmocka_unit_test_setup(test_envelope_is_filled, fix_reset),
	    cmocka_unit_test_setup(test_binary_mode, fix_reset),
	    cmocka_unit_test_setup(test_split, fix_reset),
	    cmocka_unit_test_setup(test_small_arena, fix_reset),
	    cmocka_unit_test_setup(test_warm_path_allocates_nothing, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
