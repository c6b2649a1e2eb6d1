// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kvittering.h"

/* Status and steps after the receipt's events have been applied. */
static enum lev_status
anvend(enum lev_status s, enum kvittering k, bool push, bool igen, unsigned *handling)
{
	enum lev_haendelse h[KVIT_HAENDELSER_MAX];
	int n = kvittering_haendelser(s, k, push, igen, h);

	*handling = 0;
	for (int i = 0; i < n; i++) {
		struct lev_overgang o = lev_naeste(s, h[i]);

		*handling |= o.handling & ~LEV_IGNORER;
		s = o.naeste;
	}
	return s;
}

static void
test_final_receipts_end_it_from_every_state(void **state)
{
	static const unsigned meld[] = {
	    [KVIT_HAANDTERET] = LEV_MELD_HAANDTERET,
	    [KVIT_AFVIST_ENDELIGT] = LEV_MELD_AFVIST_ENDELIGT,
	    [KVIT_SLETTET] = LEV_MELD_SLETTET,
	};
	static const enum kvittering endelige[] = {
	    KVIT_HAANDTERET, KVIT_AFVIST_ENDELIGT, KVIT_SLETTET};

	(void)state;
	for (int s = 0; s < LEV_SLUT; s++) {
		for (int i = 0; i < 3; i++) {
			unsigned handling;

			assert_int_equal(
			    anvend((enum lev_status)s, endelige[i], true, true, &handling),
			    LEV_SLUT);
			assert_true((handling & meld[endelige[i]]) != 0);
			/* Whoever receipts has received. */
			assert_int_equal((handling & LEV_MELD_LEVERET) != 0, s != LEV_LEVERET);
		}
	}
}

static void
test_temporarily_refused(void **state)
{
	unsigned handling;

	(void)state;
	assert_int_equal(
	    anvend(LEV_LEVERET, KVIT_AFVIST_MIDLERTIDIGT, true, true, &handling), LEV_VENTER);
	assert_int_equal(handling, LEV_MELD_AFVIST_MIDLERTIDIGT | LEV_PLANLAEG);
	assert_int_equal(
	    anvend(LEV_LEVERET, KVIT_AFVIST_MIDLERTIDIGT, true, false, &handling), LEV_PARKERET);
	assert_int_equal(
	    anvend(LEV_LEVERET, KVIT_AFVIST_MIDLERTIDIGT, false, true, &handling), LEV_LEVERET);
	assert_int_equal(handling, LEV_MELD_AFVIST_MIDLERTIDIGT);
	/* In flight: the refusal is of this attempt. */
	assert_int_equal(
	    anvend(LEV_IGANG, KVIT_AFVIST_MIDLERTIDIGT, true, true, &handling), LEV_VENTER);
}

static void
test_a_repeated_refusal_changes_nothing(void **state)
{
	unsigned handling;

	(void)state;
	assert_int_equal(
	    anvend(LEV_VENTER, KVIT_AFVIST_MIDLERTIDIGT, true, true, &handling), LEV_VENTER);
	assert_int_equal(handling, 0);
	assert_int_equal(
	    anvend(LEV_PARKERET, KVIT_AFVIST_MIDLERTIDIGT, true, false, &handling), LEV_PARKERET);
	assert_int_equal(handling, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_final_receipts_end_it_from_every_state),
	    cmocka_unit_test(test_temporarily_refused),
	    cmocka_unit_test(test_a_repeated_refusal_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
