// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/epost.h>

static void
addresses_by_their_form(void **state)
{
	static const struct {
		const char *text;
		bool ok, ren;
	} t[] = {
	    {"parloeb@eksempel.dk", true, true},
	    {"a.b-c_d+e@post.eksempel.dk", true, true},
	    {"søren@eksempel.dk", true, false},
	    {"o'brien@eksempel.dk", true, false},
	    {"a%b@eksempel.dk", true, false},
	    {"", false, false},
	    {"@eksempel.dk", false, false},
	    {"a@", false, false},
	    {"a@dk", false, false},
	    {"a@.dk", false, false},
	    {"a@eksempel.", false, false},
	    {"a@b@eksempel.dk", false, false},
	    {"<a@eksempel.dk>", false, false},
	    {"a b@eksempel.dk", false, false},
	    {"a@eksempel.dk,b@eksempel.dk", false, false},
	    {"a@eksempel.dk\r\nBcc: b@eksempel.dk", false, false},
	    {"a@eksempel.dk\n", false, false},
	    {"a@eksempel.dk>", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(plb_epost_ok(plb_slice_str(t[i].text)), t[i].ok);
		assert_int_equal(plb_epost_ren(plb_slice_str(t[i].text)), t[i].ren);
	}
	assert_false(plb_epost_ren(plb_slice("a@b.dk\0c.dk", 11)));
}

static void
no_longer_than_smtp_takes(void **state)
{
	char text[PLB_EPOST_MAX + 2];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 10, "@eksempel.", 10);
	assert_true(plb_epost_ren(plb_slice(text, PLB_EPOST_MAX)));
	assert_false(plb_epost_ren(plb_slice(text, PLB_EPOST_MAX + 1)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_by_their_form),
	    cmocka_unit_test(no_longer_than_smtp_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
