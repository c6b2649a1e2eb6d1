// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "svarklasse.h"

static enum svarklasse
ventet(int status)
{
	switch (status) {
	case 401:
	case 403:
		return SVAR_PAUSE;
	case 410:
		return SVAR_FRA;
	case 408:
	case 425:
	case 429:
		return SVAR_MIDLERTIDIG;
	default:
		if (status >= 200 && status < 300)
			return SVAR_LEVERET;
		return status >= 300 && status < 500 ? SVAR_AFVIST : SVAR_MIDLERTIDIG;
	}
}

static void
test_every_status(void **state)
{
	(void)state;
	for (int status = -1; status <= 1000; status++)
		assert_int_equal(svarklasse(SVAR_ART_STATUS, status), ventet(status));
}

static void
test_no_answer(void **state)
{
	(void)state;
	assert_int_equal(svarklasse(SVAR_ART_TAVS, 0), SVAR_MIDLERTIDIG);
	assert_int_equal(
	    svarklasse(SVAR_ART_TAVS, 200), SVAR_MIDLERTIDIG); /* an endless body is no delivery */
	assert_int_equal(svarklasse(SVAR_ART_TLS, 0), SVAR_PAUSE);
	assert_int_equal(svarklasse(SVAR_ART_ADRESSE, 0), SVAR_VORES);
	assert_string_equal(svarklasse_navn(SVAR_VORES), "vores");
}

static enum svarklasse
ventet_smtp(int status)
{
	if (status >= 200 && status < 300)
		return SVAR_LEVERET;
	if (status >= 500 && status <= 504)
		return SVAR_VORES;
	if (status == 521 || (status >= 530 && status <= 538))
		return SVAR_PAUSE;
	return status >= 500 && status < 600 ? SVAR_AFVIST : SVAR_MIDLERTIDIG;
}

static void
test_every_reply_of_smtp(void **state)
{
	(void)state;
	for (int status = -1; status <= 1000; status++)
		assert_int_equal(svarklasse_smtp(SVAR_ART_STATUS, status), ventet_smtp(status));
	assert_int_equal(svarklasse_smtp(SVAR_ART_TAVS, 250), SVAR_MIDLERTIDIG);
	assert_int_equal(svarklasse_smtp(SVAR_ART_TLS, 0), SVAR_PAUSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_status),
	    cmocka_unit_test(test_no_answer),
	    cmocka_unit_test(test_every_reply_of_smtp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
