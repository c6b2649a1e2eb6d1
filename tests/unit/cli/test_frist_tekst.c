// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include "frist_tekst.h"

static struct plb_time
at(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

static void
as_an_operator_reads_it(void **state)
{
	static const struct {
		const char *t, *now, *want;
	} rows[] = {
	    {"2024-03-05T16:00:00+01:00", "2024-03-05T09:00:00+01:00", "today 16:00"},
	    {"2024-03-06T16:00:00+01:00", "2024-03-05T09:00:00+01:00", "tomorrow 16:00"},
	    {"2024-03-07T08:05:00+01:00", "2024-03-05T09:00:00+01:00", "2024-03-07 08:05"},
	    {"2024-03-05T08:00:00+01:00", "2024-03-05T09:00:00+01:00", "passed, today 08:00"},
	    {"2024-02-29T23:59:59+01:00", "2024-03-05T09:00:00+01:00", "passed, 2024-02-29 23:59"},
	    /* the night of the change to summer time */
	    {"2024-03-31T12:00:00+02:00", "2024-03-30T23:30:00+01:00", "tomorrow 12:00"},
	};
	char out[FRIST_TEKST];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(frist_tekst(at(rows[i].t), at(rows[i].now), out), rows[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(as_an_operator_reads_it)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
