// SPDX-License-Identifier: MPL-2.0
/* Deadlines in civil time over Easter, Christmas and the clock's change (contract § 7). */
#include "bane.h"

static struct regler rr;

static int
op(void **state)
{
	(void)state;
	rr = bane_regler();
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	plb_kalender_free(&rr.kalender);
	return 0;
}

static void
pakkefrist_is_the_fifth_working_day_before(void **state)
{
	static const struct {
		const char *virkning, *frist;
	} t[] = {
	    {"2024-06-01", "2024-05-27T23:59:59+02:00"}, /* from a Saturday */
	    {"2024-07-01", "2024-06-24T23:59:59+02:00"},
	    {"2024-04-01", "2024-03-21T23:59:59+01:00"}, /* Easter: 28, 29 March, 1 April closed */
	    {"2024-05-01",
		"2024-04-24T23:59:59+02:00"}, /* 26 April 2024 is no prayer day any more */
	    {"2025-01-01", "2024-12-19T23:59:59+01:00"}, /* 24-26 and 31 December closed */
	    {"2024-11-01", "2024-10-25T23:59:59+02:00"}, /* over the end of summer time */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_tid(frist_pakke(&rr, &rr.r[0], dato(t[i].virkning)), t[i].frist);
}

static struct plb_time
referat(const char *afholdt, const char *modtaget)
{
	struct samtale s = {
	    .afholdt = tid(afholdt), .modtaget = modtaget == NULL ? PLB_TIME_UNSET : tid(modtaget)};

	return frist_referat(&rr, &rr.r[0], &s);
}

static void
referat_is_due_on_the_first_working_day_after(void **state)
{
	(void)state;
	assert_tid(referat("2024-03-11T10:00:00+01:00", NULL), "2024-03-12T23:59:59+01:00");
	assert_tid(
	    referat("2024-03-15T10:00:00+01:00", NULL), "2024-03-18T23:59:59+01:00"); /* weekend */
	assert_tid(
	    referat("2024-03-27T10:00:00+01:00", NULL), "2024-04-02T23:59:59+02:00"); /* Easter */
	assert_tid(referat("2026-04-01T14:00:00+02:00", NULL), "2026-04-07T23:59:59+02:00");
	assert_tid(referat("2024-12-23T10:00:00+01:00", NULL),
	    "2024-12-27T23:59:59+01:00"); /* Christmas */
	/* A conversation at 23:30 UTC is held on the next day in Copenhagen. */
	assert_tid(referat("2024-06-10T23:30:00Z", NULL), "2024-06-12T23:59:59+02:00");
}

static void
receipt_later_than_the_deadline_moves_it(void **state)
{
	(void)state;
	assert_tid(referat("2024-03-11T10:00:00+01:00", "2024-03-12T23:59:59+01:00"),
	    "2024-03-12T23:59:59+01:00");
	assert_tid(referat("2024-03-11T10:00:00+01:00", "2024-03-13T00:00:00+01:00"),
	    "2024-03-14T23:59:59+01:00");
	assert_tid(referat("2024-03-11T10:00:00+01:00", "2024-03-22T09:00:00+01:00"),
	    "2024-03-25T23:59:59+01:00");
}

static void
first_conversation_within_two_weeks(void **state)
{
	(void)state;
	assert_tid(
	    frist_foerste_samtale(&rr.r[0], dato("2024-03-01")), "2024-03-15T23:59:59+01:00");
	assert_tid(
	    frist_foerste_samtale(&rr.r[0], dato("2024-03-20")), "2024-04-03T23:59:59+02:00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pakkefrist_is_the_fifth_working_day_before),
	    cmocka_unit_test(referat_is_due_on_the_first_working_day_after),
	    cmocka_unit_test(receipt_later_than_the_deadline_moves_it),
	    cmocka_unit_test(first_conversation_within_two_weeks),
	};

	return cmocka_run_group_tests(tests, op, ned);
}
