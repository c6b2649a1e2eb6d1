// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/err.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
every_error_has_class_and_name(void **state)
{
	static const enum plb_class want[PLB_E_ANTAL] = {
	    [PLB_OK] = PLB_CLASS_OK,
	    [PLB_E_HUKOMMELSE] = PLB_CLASS_FATAL,
	    [PLB_E_FOR_STOR] = PLB_CLASS_REJECT,
	    [PLB_E_FORM] = PLB_CLASS_REJECT,
	    [PLB_E_UKENDT] = PLB_CLASS_REJECT,
	    [PLB_E_REGEL] = PLB_CLASS_REJECT,
	    [PLB_E_ADGANG] = PLB_CLASS_REJECT,
	    [PLB_E_IO] = PLB_CLASS_RETRY,
	    [PLB_E_TIMEOUT] = PLB_CLASS_RETRY,
	    [PLB_E_FULD] = PLB_CLASS_RETRY,
	    [PLB_E_AFBRUDT] = PLB_CLASS_RETRY,
	    [PLB_E_KONFIG] = PLB_CLASS_FATAL,
	    [PLB_E_KAFKA] = PLB_CLASS_FATAL,
	    [PLB_E_AFLOEST] = PLB_CLASS_FATAL,
	    [PLB_E_INTERN] = PLB_CLASS_FATAL,
	};

	(void)state;
	for (int e = 0; e < PLB_E_ANTAL; e++) {
		assert_int_equal(plb_err_class((enum plb_err)e), want[e]);
		assert_int_equal(
		    strncmp(plb_err_name((enum plb_err)e), e == 0 ? "PLB_OK" : "PLB_E_", 6), 0);
		for (int other = 0; other < e; other++)
			assert_string_not_equal(
			    plb_err_name((enum plb_err)e), plb_err_name((enum plb_err)other));
	}
	assert_string_equal(plb_err_name(PLB_E_FORM), "PLB_E_FORM");
}

static void
an_unclassed_error_is_fatal(void **state)
{
	(void)state;
	assert_int_equal(plb_err_class(PLB_E_ANTAL), PLB_CLASS_FATAL);
	assert_int_equal(plb_err_class((enum plb_err) - 1), PLB_CLASS_FATAL);
	assert_string_equal(plb_err_name((enum plb_err)999), "PLB_E_?");
}

static void
text_is_set_and_prefixed(void **state)
{
	struct plb_errctx ec = {""};

	(void)state;
	assert_int_equal(plb_err_set(&ec, PLB_E_FORM, "byte %d", 7), PLB_E_FORM);
	assert_string_equal(ec.text, "byte 7");
	assert_int_equal(plb_err_wrap(&ec, PLB_E_FORM, "field %s", "tid"), PLB_E_FORM);
	assert_int_equal(plb_err_wrap(&ec, PLB_E_KONFIG, "event"), PLB_E_KONFIG);
	assert_string_equal(ec.text, "event: field tid: byte 7");

	ec.text[0] = '\0';
	plb_err_wrap(&ec, PLB_E_FORM, "alone");
	assert_string_equal(ec.text, "alone");

	assert_int_equal(plb_err_set(NULL, PLB_E_IO, "x"), PLB_E_IO);
	assert_int_equal(plb_err_wrap(NULL, PLB_E_IO, "x"), PLB_E_IO);
}

static void
long_text_is_cut(void **state)
{
	struct plb_errctx ec = {""};
	char text[600];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	plb_err_set(&ec, PLB_E_FORM, "%s", text);
	assert_int_equal(strlen(ec.text), sizeof(ec.text) - 1);
	plb_err_wrap(&ec, PLB_E_FORM, "before");
	assert_int_equal(strlen(ec.text), sizeof(ec.text) - 1);
	assert_int_equal(strncmp(ec.text, "before: aaaa", 12), 0);
	plb_err_wrap(&ec, PLB_E_FORM, "%s", text);
	assert_int_equal(strlen(ec.text), sizeof(ec.text) - 1);
	assert_int_equal(ec.text[254], 'a');
}

static void
errno_ends_in_the_text(void **state)
{
	struct plb_errctx ec = {""};

	(void)state;
	errno = ENOENT;
	assert_int_equal(plb_err_errno(&ec, "open %s", "f"), PLB_E_IO);
	assert_string_equal(ec.text, "open f: No such file or directory");
	errno = ENOMEM;
	assert_int_equal(plb_err_errno(&ec, "mmap"), PLB_E_HUKOMMELSE);
	errno = 100000;
	assert_int_equal(plb_err_errno(&ec, "odd"), PLB_E_IO);
	assert_string_equal(ec.text, "odd: unknown error");
	errno = ENOMEM;
	assert_int_equal(plb_err_errno(NULL, "x"), PLB_E_HUKOMMELSE);
}

static void
assertion_says_where_and_aborts(void **state)
{
	char text[256] = "";
	size_t len = 0;
	ssize_t n;
	int fd[2], status;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(fd[1], STDERR_FILENO);
		PLB_ASSERT(1 + 1 == 2);
		PLB_ASSERT(pid == 42);
		_exit(0);
	}
	close(fd[1]);
	while ((n = read(fd[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	close(fd[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, "test_err.c:"));
	assert_non_null(strstr(text, "assertion failed: pid == 42\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_error_has_class_and_name),
	    cmocka_unit_test(an_unclassed_error_is_fatal),
	    cmocka_unit_test(text_is_set_and_prefixed),
	    cmocka_unit_test(long_text_is_cut),
	    cmocka_unit_test(errno_ends_in_the_text),
	    cmocka_unit_test(assertion_says_where_and_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
