// SPDX-License-Identifier: MPL-2.0
#include <parloeb/err.h>

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct err_row {
	const char *name;
	enum plb_class class;
};

static const struct err_row rows[PLB_E_ANTAL] = {
    [PLB_OK] = {"PLB_OK", PLB_CLASS_OK},
    [PLB_E_HUKOMMELSE] = {"PLB_E_HUKOMMELSE", PLB_CLASS_FATAL},
    [PLB_E_FOR_STOR] = {"PLB_E_FOR_STOR", PLB_CLASS_REJECT},
    [PLB_E_FORM] = {"PLB_E_FORM", PLB_CLASS_REJECT},
    [PLB_E_UKENDT] = {"PLB_E_UKENDT", PLB_CLASS_REJECT},
    [PLB_E_REGEL] = {"PLB_E_REGEL", PLB_CLASS_REJECT},
    [PLB_E_ADGANG] = {"PLB_E_ADGANG", PLB_CLASS_REJECT},
    [PLB_E_IO] = {"PLB_E_IO", PLB_CLASS_RETRY},
    [PLB_E_TIMEOUT] = {"PLB_E_TIMEOUT", PLB_CLASS_RETRY},
    [PLB_E_FULD] = {"PLB_E_FULD", PLB_CLASS_RETRY},
    [PLB_E_AFBRUDT] = {"PLB_E_AFBRUDT", PLB_CLASS_RETRY},
    [PLB_E_KONFIG] = {"PLB_E_KONFIG", PLB_CLASS_FATAL},
    [PLB_E_KAFKA] = {"PLB_E_KAFKA", PLB_CLASS_FATAL},
    [PLB_E_AFLOEST] = {"PLB_E_AFLOEST", PLB_CLASS_FATAL},
    [PLB_E_INTERN] = {"PLB_E_INTERN", PLB_CLASS_FATAL},
};

static bool
known(enum plb_err err)
{
	return (unsigned)err < PLB_E_ANTAL && rows[err].name != NULL;
}

enum plb_class
plb_err_class(enum plb_err err)
{
	/* An error nobody classed stops the process rather than being repeated for ever. */
	return known(err) ? rows[err].class : PLB_CLASS_FATAL;
}

const char *
plb_err_name(enum plb_err err)
{
	return known(err) ? rows[err].name : "PLB_E_?";
}

enum plb_err
plb_err_set(struct plb_errctx *ec, enum plb_err err, const char *fmt, ...)
{
	va_list ap;

	if (ec == NULL)
		return err;
	va_start(ap, fmt);
	if (vsnprintf(ec->text, sizeof(ec->text), fmt, ap) < 0)
		ec->text[0] = '\0';
	va_end(ap);
	return err;
}

/* Put ": " and what stood there behind the n bytes that now begin the text; cut at the end. */
static void
append_old(struct plb_errctx *ec, const char *old)
{
	size_t len = strnlen(ec->text, sizeof(ec->text) - 1);

	if (old[0] == '\0')
		return;
	(void)snprintf(ec->text + len, sizeof(ec->text) - len, ": %s", old);
}

enum plb_err
plb_err_wrap(struct plb_errctx *ec, enum plb_err err, const char *fmt, ...)
{
	struct plb_errctx old;
	va_list ap;

	if (ec == NULL)
		return err;
	old = *ec;
	va_start(ap, fmt);
	if (vsnprintf(ec->text, sizeof(ec->text), fmt, ap) < 0)
		ec->text[0] = '\0';
	va_end(ap);
	append_old(ec, old.text);
	return err;
}

enum plb_err
plb_err_errno(struct plb_errctx *ec, const char *fmt, ...)
{
	int no = errno;
	const char *what = strerrordesc_np(no);
	va_list ap;

	if (ec != NULL) {
		va_start(ap, fmt);
		if (vsnprintf(ec->text, sizeof(ec->text), fmt, ap) < 0)
			ec->text[0] = '\0';
		va_end(ap);
		append_old(ec, what == NULL ? "unknown error" : what);
	}
	return no == ENOMEM ? PLB_E_HUKOMMELSE : PLB_E_IO;
}

_Noreturn void
plb_assert_failed(const char *expr, const char *file, int line)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s:%d: assertion failed: %s\n", file, line, expr);

	if (n > 0) {
		size_t len = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;

		/* Nothing better is left to do when standard error is gone. */
		if (write(STDERR_FILENO, text, len) < 0)
			abort();
	}
	abort();
}
