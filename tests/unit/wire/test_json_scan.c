// SPDX-License-Identifier: MPL-2.0
//
// The scanner against jansson: the same texts are JSON to both, and strings come out the same.

#include "wire_test.h"

#include "json_scan.h"
#include "prop.h"

#include <stdlib.h>

/* Both opinions about a text; depth is left out of the comparison, as jansson's bound is another.
 */
static bool
agree(struct prop *p, struct plb_slice text)
{
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	struct plb_arena a;
	struct wire_js js;
	json_error_t je;
	bool ours, depth;
	json_t *j;

	plb_arena_init(&a, 1 << 20);
	wire_js_init(&js, &a, text);
	ours = wire_js_skip(&js) && wire_js_end(&js);
	depth = !ours && strcmp(js.fejl, "dybde") == 0;
	j = json_loadb((const char *)text.p, text.len, flags, &je);
	/* jansson refuses numbers that its C types do not hold and the key "\u0000"; both are JSON.
	 */
	bool own = j == NULL &&
	    (json_error_code(&je) == json_error_numeric_overflow ||
		json_error_code(&je) == json_error_null_byte_in_key);

	prop_note(p, "ours %d (%s), jansson %d (%s): %.*s", ours, js.fejl, j != NULL, je.text,
	    PLB_SLICE_ARG(text));
	plb_arena_fini(&a);
	if (j != NULL)
		json_decref(j);
	return depth || own || ours == (j != NULL);
}

static bool
random_text(struct prop *p, void *arg)
{
	char text[200];

	(void)arg;
	return agree(p,
	    plb_slice(
		text, prop_text(p, text, sizeof(text), "[]{}\",:\\u00d81eE+-. tnf\n\x80\xc3\xa5")));
}

/* A golden event with a few bytes changed, cut or doubled. */
static bool
mutated(struct prop *p, void *arg)
{
	struct plb_slice text = *(struct plb_slice *)arg;
	static const char bytes[] = "[]{}\",:\\u0 x19-.\xc3\xff\n";
	uint8_t copy[8192];
	size_t len = text.len;

	memcpy(copy, text.p, len);
	for (uint64_t n = 1 + prop_below(p, 3); n > 0; n--) {
		size_t at = (size_t)prop_below(p, len);

		switch (prop_below(p, 3)) {
		case 0:
			copy[at] = (uint8_t)bytes[prop_below(p, sizeof(bytes) - 1)];
			break;
		case 1:
			memmove(copy + at, copy + at + 1, len - at - 1);
			len--;
			break;
		default:
			memmove(copy + at + 1, copy + at, len - at);
			len++;
			break;
		}
	}
	return agree(p, plb_slice(copy, len));
}

static void
test_same_opinion(void **state)
{
	static const char *const navne[] = {
	    "referat-publiceret", "samtale-held", "timer-indberettet"};
	struct fix *f = *state;

	assert_true(prop_holds("random_text", random_text, NULL, 20000));
	for (size_t i = 0; i < 3; i++) {
		json_t *event = golden(navne[i]);
		struct plb_slice text = dump(f, event);

		assert_true(text.len < 8000);
		assert_true(prop_holds(navne[i], mutated, &text, 10000));
		json_decref(event);
	}
}

/* Any bytes as a JSON text of jansson's come back through our decoder. */
static bool
decodes(struct prop *p, void *arg)
{
	static const char *const pieces[] = {"a", "æ", "€", "😀", "\"", "\\", "/", "\n", "\x01",
	    "\x7f", "\xc2\x85", "long enough for the fast path"};
	size_t flags = JSON_ENCODE_ANY | (prop_bool(p) ? JSON_ENSURE_ASCII : 0) |
	    (prop_bool(p) ? JSON_ESCAPE_SLASH : 0);
	struct plb_arena a;
	struct plb_buf b;
	struct wire_js js;
	struct plb_slice out;
	unsigned what;
	json_t *j;
	char *text;
	bool ok, high = false;

	(void)arg;
	plb_buf_init(&b, 10000);
	while (prop_more(p, 5))
		plb_buf_str(&b, pieces[prop_below(p, sizeof(pieces) / sizeof(pieces[0]))]);
	j = json_stringn(b.p == NULL ? "" : (const char *)b.p, b.len);
	text = json_dumps(j, flags);
	prop_note(p, "%s", text);
	plb_arena_init(&a, 1 << 20);
	wire_js_init(&js, &a, plb_slice_str(text));
	ok = wire_js_kind(&js) == WIRE_JS_STR && wire_js_str(&js, &out, &what) &&
	    wire_js_end(&js) && plb_slice_eq(out, plb_slice(b.p, b.len));
	for (size_t i = 0; i < b.len; i++)
		high = high || b.p[i] >= 0x80;
	ok = ok && high == ((what & WIRE_TXT_HIGH) != 0);
	plb_arena_fini(&a);
	plb_buf_fini(&b);
	free(text);
	json_decref(j);
	return ok;
}

static void
test_strings_decode(void **state)
{
	(void)state;
	assert_true(prop_holds("decodes", decodes, NULL, 5000));
}

/* Structure alone: accepts at least what is JSON, and finds the same end. */
static bool
raw_finds_the_end(struct prop *p, void *arg)
{
	struct plb_slice text = *(struct plb_slice *)arg;
	size_t cut = (size_t)prop_below(p, text.len);
	struct wire_js js;

	prop_note(p, "cut at %zu", cut);
	wire_js_init(&js, NULL, plb_slice(text.p, cut));
	js.raw = true;
	if (wire_js_skip(&js))
		return false; /* an unfinished object has no end */
	wire_js_init(&js, NULL, text);
	js.raw = true;
	return wire_js_skip(&js) && wire_js_end(&js);
}

static void
test_raw(void **state)
{
	struct fix *f = *state;
	json_t *event = golden("referat-publiceret");
	struct plb_slice text = dump(f, event);

	assert_true(prop_holds("raw_finds_the_end", raw_finds_the_end, &text, 2000));
	json_decref(event);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_same_opinion, fix_reset),
	    cmocka_unit_test_setup(test_strings_decode, fix_reset),
	    cmocka_unit_test_setup(test_raw, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
