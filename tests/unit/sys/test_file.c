// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <parloeb/loop.h>

static char folder[64];

static int
setup(void **state)
{
	(void)state;
	temp_folder(folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(folder);
}

static enum plb_err
read_of(size_t size, size_t max, char **out, size_t *len)
{
	struct plb_errctx ec = {0};
	char *text = malloc(size + 1), path[128];
	enum plb_err err;

	assert_non_null(text);
	memset(text, 'x', size + 1);
	write_file(folder, "f", text, size);
	free(text);
	snprintf(path, sizeof(path), "%s/f", folder);
	err = plb_file_read(path, max, out, len, &ec);
	remove_in(folder, "f");
	return err;
}

static void
reads_up_to_max(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 8192, 8193, 100000};
	size_t i, len;
	char *p;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(read_of(sizes[i], sizes[i], &p, &len), PLB_OK);
		assert_int_equal(len, sizes[i]);
		assert_int_equal(strlen(p), len);
		free(p);
		assert_int_equal(read_of(sizes[i], 1 << 20, &p, &len), PLB_OK);
		assert_int_equal(len, sizes[i]);
		free(p);
	}
}

static void
refuses_one_more_than_max(void **state)
{
	static const size_t sizes[] = {1, 4096, 4097, 8193, 100000};
	size_t i, len;
	char *p;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(read_of(sizes[i], sizes[i] - 1, &p, &len), PLB_E_FOR_STOR);
		assert_null(p);
	}
}

static void
names_what_it_cannot_read(void **state)
{
	struct plb_errctx ec = {0};
	size_t len;
	char *p;

	(void)state;
	assert_int_equal(plb_file_read("/nowhere/at/all", 10, &p, &len, &ec), PLB_E_IO);
	assert_non_null(strstr(ec.text, "/nowhere/at/all"));
	assert_int_equal(plb_file_read(folder, 10, &p, &len, &ec), PLB_E_IO);
	assert_null(p);
	assert_int_equal(plb_file_read(folder, SIZE_MAX, &p, &len, &ec), PLB_E_INTERN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_up_to_max),
	    cmocka_unit_test(refuses_one_more_than_max),
	    cmocka_unit_test(names_what_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
