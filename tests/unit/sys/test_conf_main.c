// SPDX-License-Identifier: MPL-2.0
#include "sys_test.h"

#include <parloeb/conf.h>

static char folder[64], good[96], bad[96];

static int
setup(void **state)
{
	static const char text[] = "secrets: {person_key: k, data_key: k, hmac_key: k}\n";
	char hex[64];

	(void)state;
	memset(hex, 'a', sizeof(hex));
	temp_folder(folder);
	snprintf(good, sizeof(good), "%s/good.yaml", folder);
	snprintf(bad, sizeof(bad), "%s/bad.yaml", folder);
	write_file(folder, "k", hex, sizeof(hex));
	write_file(folder, "good.yaml", text, sizeof(text) - 1);
	write_file(folder, "bad.yaml", "gateway: {rate: 0}\nx: 1\n", 24);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	remove_in(folder, "k");
	remove_in(folder, "good.yaml");
	remove_in(folder, "bad.yaml");
	return rmdir(folder);
}

static char out_text[64 * 1024], err_text[64 * 1024];
static struct plb_conf_console console;

/* Runs the start with these arguments (NULL at the end); texts in out_text and err_text. */
static struct plb_conf *
run(int *code, const char *a, const char *b, const char *c)
{
	const struct plb_section *s = &plb_section_console;
	const char *args[] = {"parloeb-console", a, b, c, NULL};
	struct caught out, err;
	char *argv[5];
	struct plb_conf *conf;
	int argc;

	for (argc = 0; args[argc] != NULL; argc++) {
		argv[argc] = strdup(args[argc]);
		assert_non_null(argv[argc]);
	}
	argv[argc] = NULL;
	catch_fd(&out, STDOUT_FILENO);
	catch_fd(&err, STDERR_FILENO);
	*code = -1;
	conf = plb_conf_main(argc, argv, "parloeb-console", s, &console, code);
	caught_text(&err, err_text, sizeof(err_text));
	caught_text(&out, out_text, sizeof(out_text));
	while (argc > 0)
		free(argv[--argc]);
	return conf;
}

static void
starts_with_a_good_file(void **state)
{
	struct plb_conf *c;
	int code;

	(void)state;
	c = run(&code, "--config", good, NULL);
	assert_non_null(c);
	assert_string_equal(console.management, "127.0.0.1:8084");
	assert_string_equal(out_text, "");
	assert_string_equal(err_text, "");
	plb_conf_free(&c);
}

static void
check_counts_faults(void **state)
{
	char expected[512];
	int code;

	(void)state;
	assert_null(run(&code, "--check", "--config", good));
	assert_int_equal(code, 0);
	assert_string_equal(out_text, "0 faults\n");
	assert_null(run(&code, "--check", "--config", bad));
	assert_int_equal(code, 1);
	snprintf(expected, sizeof(expected),
	    "%s:1:11: \"rate\": out of range: from 1 to 10000000\n%s:2:1: unknown key \"x\"\n"
	    "2 faults\n",
	    bad, bad);
	assert_string_equal(err_text, expected);
	assert_string_equal(out_text, "");
}

static void
refuses_to_start_with_faults(void **state)
{
	int code;

	(void)state;
	assert_null(run(&code, "--config", bad, NULL));
	assert_int_equal(code, 1);
	assert_non_null(strstr(err_text, "2 faults\n"));
	assert_null(run(&code, "--config", "/nowhere.yaml", NULL));
	assert_int_equal(code, 1);
	assert_string_equal(
	    err_text, "/nowhere.yaml: cannot be read: No such file or directory\n1 fault\n");
}

static void
prints_configuration(void **state)
{
	int code;

	(void)state;
	assert_null(run(&code, "--print-config", "--config", good));
	assert_int_equal(code, 0);
	assert_non_null(strstr(out_text, "console:\n  # address:port"));
	assert_non_null(strstr(out_text, "/k\"\n"));
	assert_null(strstr(out_text, "aaaaaaaa"));
	assert_null(strstr(out_text, "gateway:"));
}

static void
version_and_help(void **state)
{
	char expected[128];
	int code;

	(void)state;
	assert_null(run(&code, "--version", NULL, NULL));
	assert_int_equal(code, 0);
	snprintf(expected, sizeof(expected), "parloeb-console %s\n", plb_version());
	assert_string_equal(out_text, expected);
	assert_null(run(&code, "--help", NULL, NULL));
	assert_int_equal(code, 0);
	assert_non_null(strstr(out_text, "usage: parloeb-console --config FILE"));
	assert_non_null(strstr(out_text, "\n  console.batch_records\n"));
	assert_non_null(strstr(out_text, "reloaded by SIGHUP"));
	assert_null(strstr(out_text, "gateway."));
}

static void
usage_faults(void **state)
{
	int code;

	(void)state;
	assert_null(run(&code, NULL, NULL, NULL));
	assert_int_equal(code, 2);
	assert_non_null(strstr(err_text, "--config FILE is missing"));
	assert_null(run(&code, "--config", good, "more"));
	assert_int_equal(code, 2);
	assert_null(run(&code, "--nonsense", NULL, NULL));
	assert_int_equal(code, 2);
	assert_null(run(&code, "--config", NULL, NULL));
	assert_int_equal(code, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(starts_with_a_good_file),
	    cmocka_unit_test(check_counts_faults),
	    cmocka_unit_test(refuses_to_start_with_faults),
	    cmocka_unit_test(prints_configuration),
	    cmocka_unit_test(version_and_help),
	    cmocka_unit_test(usage_faults),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
