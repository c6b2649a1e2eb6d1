// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

static void
builds_the_tree_with_places(void **state)
{
	struct plb_yaml *a, *item;
	struct doc d;

	(void)state;
	doc_open(&d, "# first\na:\n  - x\n  - 'y'\n  - {k: v}\nb: \"\"\n");
	assert_non_null(d.root);
	assert_int_equal(d.root->kind, PLB_YAML_MAP);
	a = plb_yaml_need(d.root, "a", &d.faults);
	assert_int_equal(a->kind, PLB_YAML_LIST);
	assert_int_equal(a->line, 2);
	assert_int_equal(a->column, 1);
	item = a->first;
	assert_true(plb_slice_is(item->text, "x"));
	assert_false(item->quoted);
	assert_int_equal(item->line, 3);
	assert_int_equal(item->column, 5);
	assert_true(item->next->quoted);
	item = item->next->next;
	assert_int_equal(item->kind, PLB_YAML_MAP);
	assert_true(plb_slice_is(item->first->key, "k"));
	assert_int_equal(item->first->text.p[1], '\0');
	assert_null(item->next);
	assert_string_equal(d.root->file, "t.yaml");
	assert_int_equal(d.faults.n, 0);
	doc_close(&d);
}

static void
empty_is_an_empty_mapping(void **state)
{
	static const char *const text[] = {"", "\n", "# nothing\n", "---\n", "\xef\xbb\xbf"};
	struct doc d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		doc_open(&d, text[i]);
		assert_non_null(d.root);
		assert_int_equal(d.root->kind, PLB_YAML_MAP);
		assert_null(d.root->first);
		doc_close(&d);
	}
}

/* One document, the fault that must be among those found. */
static const struct {
	const char *text, *fault;
} refused[] = {
    {"a: &x 1\nb: 2\n", "t.yaml:1:4: anchors are not taken"},
    {"a: &x [1]\n", "t.yaml:1:4: anchors are not taken"},
    {"a: *x\n", "t.yaml:1:4: aliases are not taken"},
    {"*x : 1\n", "t.yaml:1:1: aliases are not taken"},
    {"a: &x {<<: *x}\n", "aliases are not taken"},
    {"a: !!int 1\n", "t.yaml:1:4: tags are not taken"},
    {"a: ! 1\n", "t.yaml:1:4: tags are not taken"},
    {"a: !!map {}\n", "t.yaml:1:4: tags are not taken"},
    {"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: \"a\": the key stands on line 1 already"},
    {"a: {x: 1, x: 2}\n", "t.yaml:1:11: \"x\": the key stands on line 1 already"},
    {"a: 1\n---\nb: 2\n", "t.yaml:2:1: more than one document"},
    {"a:\n\tb: 1\n", "t.yaml:2:1: a tab character; indent with spaces"},
    {"a: 1\n b: 2\n", "t.yaml:2:3: mapping values are not allowed in this context"},
    {"[a]: 1\n", "t.yaml:1:1: a key must be a word"},
    {"? {a: b}\n: 1\n", "t.yaml:1:3: a key must be a word"},
    {"a: \"\\0\"\n", "t.yaml:1:4: a NUL character in the text"},
    {"a: [1\n", "t.yaml:2:1: "},
    {"a: b\nc: \xff\n", "t.yaml:2:4: not UTF-8 text"},
    {"a: \xc0\xaf\n", "t.yaml:1:4: not UTF-8 text"},
    {"\xc3\xa6: \xed\xa0\x80\n", "t.yaml:1:4: not UTF-8 text"},
    {"a: \x01\n", "t.yaml:1:4: not UTF-8 text"},
    {"\xff\xfe"
     "a",
	"t.yaml:1:1: not UTF-8 text"},
};

static void
refuses_with_place(void **state)
{
	struct doc d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		doc_open(&d, refused[i].text);
		if (d.root != NULL || d.faults.text == NULL ||
		    strstr(d.faults.text, refused[i].fault) == NULL)
			fail_msg("%zu: expected \"%s\", got \"%s\"", i, refused[i].fault,
			    d.faults.text == NULL ? "nothing" : d.faults.text);
		doc_close(&d);
	}
}

static void
collects_several_faults(void **state)
{
	struct doc d;

	(void)state;
	doc_open(&d, "a: &x 1\nb: *x\na: !!str 2\n");
	assert_null(d.root);
	assert_int_equal(d.faults.n, 4);
	doc_close(&d);
}

static void
size_limit_is_exact(void **state)
{
	size_t max = 64 * 1024;
	char *text = malloc(max + 1);
	struct doc d;

	(void)state;
	assert_non_null(text);
	memset(text, '#', max + 1);
	doc_open_n(&d, text, max);
	assert_non_null(d.root);
	doc_close(&d);
	doc_open_n(&d, text, max + 1);
	assert_null(d.root);
	assert_string_equal(d.faults.text, "t.yaml:1:1: larger than 64 KiB\n");
	doc_close(&d);
	free(text);
}

static void
depth_limit_is_exact(void **state)
{
	char text[256];
	struct doc d;
	int depth, i, n;

	(void)state;
	for (depth = 32; depth <= 33; depth++) {
		n = 0;
		for (i = 0; i < depth; i++)
			text[n++] = '[';
		for (i = 0; i < depth; i++)
			text[n++] = ']';
		doc_open_n(&d, text, (size_t)n);
		if (depth == 32)
			assert_non_null(d.root);
		else
			assert_string_equal(
			    d.faults.text, "t.yaml:1:33: nested deeper than 32 levels\n");
		doc_close(&d);
	}
}

static void
fill(char *text, size_t size, const char *piece)
{
	size_t len = strlen(piece), i;

	for (i = 0; i < size; i++)
		text[i] = piece[i % len];
}

static void
bombs_are_refused(void **state)
{
	static const char *const piece[] = {"[", "{", "[{", "- ", "? ", "- - ? ", "a: {", "[\n"};
	size_t size = 64 * 1024, i;
	char *text = malloc(size);
	struct doc d;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < sizeof(piece) / sizeof(piece[0]); i++) {
		fill(text, size, piece[i]);
		doc_open_n(&d, text, size);
		assert_null(d.root);
		assert_true(d.faults.n > 0);
		doc_close(&d);
	}
	free(text);
}

static void
early_bracket_limit(void **state)
{
	char text[600];
	struct doc d;

	(void)state;
	memset(text, '[', sizeof(text));
	doc_open_n(&d, text, 257);
	assert_string_equal(d.faults.text, "t.yaml:1:257: brackets nested too deep\n");
	doc_close(&d);
	/* Many, but never open together. */
	fill(text, sizeof(text), "[],");
	text[0] = '[';
	text[1] = text[2] = ' ';
	text[sizeof(text) - 1] = ']';
	doc_open_n(&d, text, sizeof(text));
	assert_non_null(d.root);
	doc_close(&d);
}

static void
aliases_do_not_multiply(void **state)
{
	struct doc d;

	(void)state;
	doc_open(&d,
	    "a: &a [x,x,x,x,x,x,x,x,x]\n"
	    "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
	    "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
	    "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n");
	assert_null(d.root);
	assert_int_equal(d.faults.n, 4 + 27);
	assert_true(d.arena.used < 32 * 1024);
	doc_close(&d);
}

static void
too_many_keys(void **state)
{
	char *text = malloc(64 * 1024);
	struct doc d;
	int n, i;

	(void)state;
	assert_non_null(text);
	for (n = 0, i = 0; i < 2048; i++)
		n += sprintf(text + n, "k%d: 1\n", i);
	doc_open(&d, text);
	assert_non_null(d.root);
	doc_close(&d);
	sprintf(text + n, "more: 1\n");
	doc_open(&d, text);
	assert_null(d.root);
	assert_string_equal(d.faults.text, "t.yaml:2049:1: more than 2048 keys in one mapping\n");
	doc_close(&d);
	free(text);
}

static void
arena_full_is_a_fault(void **state)
{
	struct plb_faults f;
	struct plb_arena a;

	(void)state;
	plb_faults_init(&f);
	plb_arena_init(&a, 512);
	assert_null(plb_yaml_parse(&a, "t", plb_slice_str("[1,2,3,4,5,6,7,8,9]"), &f));
	assert_non_null(strstr(f.text, "too much for the memory"));
	plb_arena_fini(&a);
	plb_faults_fini(&f);
}

static void
load_names_the_file(void **state)
{
	struct plb_faults f;
	struct plb_arena a;
	char folder[64], path[128], text[64 * 1024 + 1];
	struct plb_yaml *root;

	(void)state;
	plb_faults_init(&f);
	plb_arena_init(&a, 1 << 20);
	temp_folder(folder);
	snprintf(path, sizeof(path), "%s/x.yaml", folder);
	write_file(folder, "x.yaml", "a: 1\n", 5);
	root = plb_yaml_load(&a, path, &f);
	assert_non_null(root);
	assert_string_equal(root->file, path);
	memset(text, '#', sizeof(text));
	write_file(folder, "x.yaml", text, sizeof(text));
	assert_null(plb_yaml_load(&a, path, &f));
	assert_non_null(strstr(f.text, "larger than 64 KiB"));
	remove_in(folder, "x.yaml");
	assert_null(plb_yaml_load(&a, path, &f));
	assert_non_null(strstr(f.text, "x.yaml: No such file or directory: cannot be read"));
	assert_int_equal(rmdir(folder), 0);
	plb_arena_fini(&a);
	plb_faults_fini(&f);
}

static void
every_prefix_is_survived(void **state)
{
	static const char text[] =
	    "a: {b: [1, \"\\x41\", 'c'], ? d : e}\nf: |+\n  x\n  y\ng: >-\n  z\n";
	struct doc d;
	size_t i;

	(void)state;
	for (i = 0; i <= sizeof(text) - 1; i++) {
		doc_open_n(&d, text, i);
		assert_true((d.root == NULL) == (d.faults.n > 0));
		doc_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(builds_the_tree_with_places),
	    cmocka_unit_test(empty_is_an_empty_mapping),
	    cmocka_unit_test(refuses_with_place),
	    cmocka_unit_test(collects_several_faults),
	    cmocka_unit_test(size_limit_is_exact),
	    cmocka_unit_test(depth_limit_is_exact),
	    cmocka_unit_test(bombs_are_refused),
	    cmocka_unit_test(early_bracket_limit),
	    cmocka_unit_test(aliases_do_not_multiply),
	    cmocka_unit_test(too_many_keys),
	    cmocka_unit_test(arena_full_is_a_fault),
	    cmocka_unit_test(load_names_the_file),
	    cmocka_unit_test(every_prefix_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
