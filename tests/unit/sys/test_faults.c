// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

static void
writes_place_and_text(void **state)
{
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	plb_faults_add(&f, "a.yaml", 3, 7, "wrong %d", 5);
	plb_faults_add(&f, "a.yaml", 0, 0, "no place");
	assert_int_equal(f.n, 2);
	assert_string_equal(f.text, "a.yaml:3:7: wrong 5\na.yaml: no place\n");
	plb_faults_fini(&f);
	assert_null(f.text);
}

static void
same_fault_counts_once(void **state)
{
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	plb_faults_add(&f, "a", 1, 1, "x");
	plb_faults_add(&f, "a", 1, 1, "xy");
	plb_faults_add(&f, "a", 1, 1, "x");
	assert_int_equal(f.n, 2);
	assert_string_equal(f.text, "a:1:1: x\na:1:1: xy\n");
	plb_faults_fini(&f);
}

static void
one_line_each_and_no_cpr(void **state)
{
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	plb_faults_add(&f, "a", 1, 1, "new\nline 0101901234 \x1b[2J");
	assert_string_equal(f.text, "a:1:1: new?line xxxxxxxxxx ?[2J\n");
	plb_faults_fini(&f);
}

static void
memory_is_bounded(void **state)
{
	struct plb_faults f;
	char longer[5000];
	int i;

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	plb_faults_init(&f);
	for (i = 0; i < 10000; i++)
		plb_faults_add(&f, "a", i + 1, 1, "%s", longer);
	assert_int_equal(f.n, 10000);
	assert_in_range(f.len, 256 * 500, 256 * 512);
	plb_faults_fini(&f);
	/* NULL collects nothing: a caller that does not want them. */
	plb_faults_add(NULL, "a", 1, 1, "x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_place_and_text),
	    cmocka_unit_test(same_fault_counts_once),
	    cmocka_unit_test(one_line_each_and_no_cpr),
	    cmocka_unit_test(memory_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
