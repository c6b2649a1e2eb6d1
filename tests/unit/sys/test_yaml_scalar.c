// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include "yaml_priv.h"

enum kind { STR, INT, BOOL, DATO, HUNDREDTHS, MS, BYTES, WORD };

static const char *const words[] = {"system", "topic", NULL};

/* Reads key v of the document by its kind; numbers as int64. */
static bool
read_as(enum kind kind, struct plb_yaml *n, int64_t *out, struct plb_faults *f)
{
	struct plb_dato dato = PLB_DATO_NONE;
	const char *s = NULL;
	bool b = false, ok = false;
	int w = -1;

	switch (kind) {
	case STR:
		ok = plb_yaml_str(n, &s, f);
		*out = s == NULL ? -1 : (int64_t)strlen(s);
		break;
	case INT:
		return plb_yaml_int(n, -5, 100, out, f);
	case BOOL:
		ok = plb_yaml_bool(n, &b, f);
		*out = b;
		break;
	case DATO:
		ok = plb_yaml_dato(n, &dato, f);
		*out = dato.dage;
		break;
	case HUNDREDTHS:
		return plb_yaml_hundredths(n, out, f);
	case MS:
		return plb_yaml_ms(n, 10, 96 * 3600000LL, out, f);
	case BYTES:
		return plb_yaml_bytes(n, 1, 8 << 20, out, f);
	case WORD:
		ok = plb_yaml_word(n, words, &w, f);
		*out = w;
		break;
	}
	return ok;
}

static const struct {
	enum kind kind;
	const char *text;
	int64_t value;
} good[] = {
    {STR, "abc", 3},
    {STR, "\"\"", 0},
    {STR, "'null'", 4},
    {STR, "0461", 4},
    {STR, "true", 4},
    {INT, "0", 0},
    {INT, "-5", -5},
    {INT, "100", 100},
    {INT, "-0", 0},
    {BOOL, "true", 1},
    {BOOL, "false", 0},
    {DATO, "1970-01-02", 1},
    {DATO, "'2024-02-29'", 19782},
    {HUNDREDTHS, "410.00", 41000},
    {HUNDREDTHS, "410", 41000},
    {HUNDREDTHS, "160.33", 16033},
    {HUNDREDTHS, "0.5", 50},
    {HUNDREDTHS, "-1.05", -105},
    {MS, "10ms", 10},
    {MS, "5s", 5000},
    {MS, "2m", 120000},
    {MS, "3h", 10800000},
    {MS, "4d", 345600000},
    {BYTES, "512", 512},
    {BYTES, "16KiB", 16384},
    {BYTES, "8MiB", 8388608},
    {WORD, "system", 0},
    {WORD, "'topic'", 1},
};

static void
takes_every_type(void **state)
{
	struct doc d;
	char text[64];
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		snprintf(text, sizeof(text), "v: %s\n", good[i].text);
		doc_open(&d, text);
		v = INT64_MIN;
		if (!read_as(good[i].kind, plb_yaml_need(d.root, "v", &d.faults), &v, &d.faults) ||
		    v != good[i].value || d.faults.n != 0)
			fail_msg("%s: %lld, %s", good[i].text, (long long)v,
			    d.faults.text == NULL ? "" : d.faults.text);
		doc_close(&d);
	}
}

static const struct {
	enum kind kind;
	const char *text, *fault;
} bad[] = {
    {STR, "", "is empty; expected text"},
    {STR, "~", "is empty; expected text"},
    {STR, "null", "is empty; expected text"},
    {STR, "[a]", "expected text (\"\" for none), not a list or mapping"},
    {INT, "x", "expected a whole number from -5 to 100"},
    {INT, "1.5", "expected a whole number"},
    {INT, "1 2", "expected a whole number"},
    {INT, "+1", "expected a whole number"},
    {INT, "0x10", "expected a whole number"},
    {INT, "007", "expected a whole number"},
    {INT, "1_0", "expected a whole number"},
    {INT, "--", "expected a whole number"},
    {INT, "9223372036854775808", "expected a whole number"},
    {INT, "101", "out of range: from -5 to 100"},
    {INT, "-6", "out of range: from -5 to 100"},
    {INT, "'5'", "expected a whole number, without quotes"},
    {INT, "{a: b}", "expected a whole number, not a list or mapping"},
    {BOOL, "yes", "expected true or false"},
    {BOOL, "True", "expected true or false"},
    {BOOL, "'true'", "without quotes"},
    {DATO, "2023-02-29", "expected an existing date YYYY-MM-DD"},
    {DATO, "1.1.2024", "expected an existing date"},
    {HUNDREDTHS, "1.005", "at most two decimals"},
    {HUNDREDTHS, "1.", "at most two decimals"},
    {HUNDREDTHS, ".5", "at most two decimals"},
    {HUNDREDTHS, "1e3", "at most two decimals"},
    {HUNDREDTHS, "92233720368547758.08", "at most two decimals"},
    {HUNDREDTHS, "'1'", "without quotes"},
    {MS, "5", "expected a time such as"},
    {MS, "5 s", "expected a time such as"},
    {MS, "-5s", "expected a time such as"},
    {MS, "5S", "expected a time such as"},
    {MS, "5us", "expected a time such as"},
    {MS, "9223372036854775807d", "expected a time such as"},
    {MS, "9ms", "out of range: from 10ms to 4d"},
    {MS, "5d", "out of range: from 10ms to 4d"},
    {BYTES, "16kb", "expected a size such as"},
    {BYTES, "16 KiB", "expected a size such as"},
    {BYTES, "0", "out of range: from 1 to 8MiB"},
    {BYTES, "9MiB", "out of range: from 1 to 8MiB"},
    {WORD, "sytem", "expected one of: system, topic"},
    {WORD, "[]", "expected a word, not a list or mapping"},
};

static void
faults_say_place_key_and_expectation(void **state)
{
	struct doc d;
	char text[64];
	int64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "# one\nm:\n  v: %s\n", bad[i].text);
		doc_open(&d, text);
		assert_non_null(d.root);
		assert_false(read_as(bad[i].kind,
		    plb_yaml_get(plb_yaml_get(d.root, "m", &d.faults), "v", &d.faults), &v,
		    &d.faults));
		plb_yaml_unused(d.root, &d.faults);
		if (d.faults.n != 1 || strncmp(d.faults.text, "t.yaml:3:3: \"v\": ", 17) != 0 ||
		    strstr(d.faults.text, bad[i].fault) == NULL)
			fail_msg("%s: expected \"%s\", got \"%s\"", bad[i].text, bad[i].fault,
			    d.faults.text == NULL ? "nothing" : d.faults.text);
		doc_close(&d);
	}
}

static void
faults_never_hold_the_value(void **state)
{
	static const char secret[] = "hunter2hunter2";
	struct doc d;
	char text[64];
	int64_t v;
	int kind;

	(void)state;
	snprintf(text, sizeof(text), "v: %s\n", secret);
	for (kind = INT; kind <= WORD; kind++) {
		doc_open(&d, text);
		assert_false(
		    read_as((enum kind)kind, plb_yaml_get(d.root, "v", &d.faults), &v, &d.faults));
		assert_int_equal(d.faults.n, 1);
		assert_null(strstr(d.faults.text, secret));
		doc_close(&d);
	}
}

static void
absent_is_no_fault_unless_needed(void **state)
{
	struct doc d;
	int64_t v = 7;
	int kind;

	(void)state;
	doc_open(&d, "m:\n  a: 1\n");
	for (kind = STR; kind <= WORD; kind++)
		assert_false(
		    read_as((enum kind)kind, plb_yaml_get(d.root, "x", &d.faults), &v, &d.faults));
	assert_null(plb_yaml_get(NULL, "x", &d.faults));
	assert_null(plb_yaml_need(NULL, "x", &d.faults));
	assert_int_equal(d.faults.n, 0);
	assert_null(plb_yaml_need(plb_yaml_get(d.root, "m", &d.faults), "b", &d.faults));
	assert_string_equal(d.faults.text, "t.yaml:1:1: \"m\": \"b\" is missing\n");
	doc_close(&d);
}

static void
mapping_expected(void **state)
{
	struct doc d;

	(void)state;
	doc_open(&d, "a: [1, {x: y}]\nb:\nc: 5\n");
	assert_null(plb_yaml_get(plb_yaml_get(d.root, "a", &d.faults), "k", &d.faults));
	assert_null(plb_yaml_get(plb_yaml_get(d.root, "a", &d.faults), "l", &d.faults));
	/* A section with nothing in it is an empty one. */
	assert_null(plb_yaml_get(plb_yaml_get(d.root, "b", &d.faults), "k", &d.faults));
	assert_null(plb_yaml_need(plb_yaml_get(d.root, "c", &d.faults), "k", &d.faults));
	plb_yaml_unused(d.root, &d.faults);
	assert_string_equal(d.faults.text,
	    "t.yaml:1:1: \"a\": expected a mapping (key: value)\n"
	    "t.yaml:3:1: \"c\": expected a mapping (key: value)\n");
	doc_close(&d);
}

static void
unknown_keys_with_suggestion(void **state)
{
	struct plb_yaml *m;
	struct doc d;

	(void)state;
	doc_open(&d,
	    "gateway:\n  lsiten: x\n  zzzzzz: 1\n  rate: 2\n  rat: 3\nl: [1]\n"
	    "free: {a: {b: c}}\n");
	m = plb_yaml_get(d.root, "gateway", &d.faults);
	plb_yaml_get(m, "listen", &d.faults);
	plb_yaml_get(m, "management", &d.faults);
	plb_yaml_get(m, "rate", &d.faults);
	plb_yaml_get(d.root, "l", &d.faults);
	plb_yaml_use_all(plb_yaml_get(d.root, "free", &d.faults));
	plb_yaml_unused(d.root, &d.faults);
	assert_string_equal(d.faults.text,
	    "t.yaml:2:3: unknown key \"lsiten\"; did you mean \"listen\"?\n"
	    "t.yaml:3:3: unknown key \"zzzzzz\"\n"
	    "t.yaml:5:3: unknown key \"rat\"; did you mean \"rate\"?\n"
	    "t.yaml:6:5: an item that nothing reads\n");
	doc_close(&d);
}

static void
long_keys_are_cut_and_masked(void **state)
{
	char text[400], key[200];
	struct doc d;

	(void)state;
	memset(key, 'k', sizeof(key));
	key[sizeof(key) - 1] = '\0';
	/* The cut falls into the number. */
	memcpy(key + 62, "-0101901234-", 12);
	snprintf(text, sizeof(text), "? %s\n: 1\n0101901234: 2\n", key);
	doc_open(&d, text);
	assert_non_null(d.root);
	plb_yaml_unused(d.root, &d.faults);
	assert_int_equal(d.faults.n, 2);
	assert_null(strstr(d.faults.text, "01"));
	assert_non_null(strstr(d.faults.text, "kkk\xe2\x80\xa6\""));
	assert_non_null(strstr(d.faults.text, "\"xxxxxxxxxx\""));
	doc_close(&d);
}

static void
quantities_print_in_their_largest_unit(void **state)
{
	char out[PLB_QUANTITY_TEXT];

	(void)state;
	assert_string_equal(plb_ms_text(0, out), "0s");
	assert_string_equal(plb_ms_text(1500, out), "1500ms");
	assert_string_equal(plb_ms_text(90000, out), "90s");
	assert_string_equal(plb_ms_text(2 * 86400000LL, out), "2d");
	assert_string_equal(plb_bytes_text(0, out), "0");
	assert_string_equal(plb_bytes_text(1000, out), "1000");
	assert_string_equal(plb_bytes_text(1 << 20, out), "1MiB");
	assert_string_equal(plb_bytes_text(3 << 10, out), "3KiB");
}

static void
word_distance(void **state)
{
	static const struct {
		const char *a, *b;
		size_t d;
	} t[] = {{"", "", 0}, {"a", "", 1}, {"", "ab", 2}, {"rate", "rate", 0}, {"rtae", "rate", 1},
	    {"kitten", "sitting", 3}, {"retyr", "retry", 1}};
	char big[64] = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(
		    plb_word_distance(plb_slice_str(t[i].a), plb_slice_str(t[i].b)), t[i].d);
	memset(big, 'x', 41);
	assert_true(plb_word_distance(plb_slice_str(big), plb_slice_str("x")) == SIZE_MAX);
	assert_false(plb_word_close(plb_slice_str("ab"), 2));
	assert_true(plb_word_close(plb_slice_str("rat"), 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_every_type),
	    cmocka_unit_test(faults_say_place_key_and_expectation),
	    cmocka_unit_test(faults_never_hold_the_value),
	    cmocka_unit_test(absent_is_no_fault_unless_needed),
	    cmocka_unit_test(mapping_expected),
	    cmocka_unit_test(unknown_keys_with_suggestion),
	    cmocka_unit_test(long_keys_are_cut_and_masked),
	    cmocka_unit_test(quantities_print_in_their_largest_unit),
	    cmocka_unit_test(word_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
