// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "itip_svar.h"

/* A copy of exactly that length, so that the sanitizers see a byte too many. */
static struct itip_svar
laes(const char *text, size_t len)
{
	uint8_t *kopi = malloc(len + (len == 0));
	struct itip_svar s;

	assert_non_null(kopi);
	memcpy(kopi, text, len);
	itip_svar_laes(kopi, len, &s);
	free(kopi);
	return s;
}
#define LAES(t) laes(t, sizeof(t) - 1)

#define HOVED "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
#define BUND "END:VEVENT\r\nEND:VCALENDAR\r\n"

static void
an_answer_as_programs_write_it(void **state)
{
	struct itip_svar s = LAES(HOVED
	    "UID:x-moede@parloeb\r\n"
	    "ORGANIZER;CN=\"Parløb; drift:\":MAILTO:parloeb+0a@eks\r\n empel.dk\r\n"
	    "ATTENDEE;CN=\"A: B; PARTSTAT=DECLINED\";PARTSTAT=ACCEP\r\n\tTED;ROLE=REQ-PARTICIPANT:"
	    "mailto:samtaler@kommune.dk\r\nSEQUENCE:12\r\n" BUND);

	(void)state;
	assert_true(s.svar);
	assert_int_equal(s.partstat, PARTSTAT_ACCEPTED);
	assert_int_equal(s.sekvens, 12);
	assert_string_equal(s.arrangoer, "parloeb+0a@eksempel.dk");
}

static void
what_the_attendee_says(void **state)
{
	static const struct {
		const char *ord;
		enum partstat svar;
	} t[] = {
	    {"ACCEPTED", PARTSTAT_ACCEPTED},
	    {"accepted", PARTSTAT_ACCEPTED},
	    {"\"TENTATIVE\"", PARTSTAT_TENTATIVE},
	    {"DELEGATED", PARTSTAT_DELEGATED},
	    {"DECLINED", PARTSTAT_DECLINED},
	    {"NEEDS-ACTION", PARTSTAT_INTET},
	    {"", PARTSTAT_INTET},
	    {"ACCEPTEDX", PARTSTAT_INTET},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char text[200];
		int n = snprintf(text, sizeof(text), "%sATTENDEE;PARTSTAT=%s:mailto:a@b.dk\n%s",
		    HOVED, t[i].ord, BUND);

		assert_int_equal(laes(text, (size_t)n).partstat, t[i].svar);
	}
}

static void
only_the_first_meeting_counts(void **state)
{
	struct itip_svar s = LAES("BEGIN:VCALENDAR\nMETHOD:REPLY\nSEQUENCE:1\n"
				  "BEGIN:VTIMEZONE\nSEQUENCE:2\nATTENDEE;PARTSTAT=DECLINED:x\n"
				  "END:VTIMEZONE\nBEGIN:VEVENT\nBEGIN:VALARM\n"
				  "ATTENDEE;PARTSTAT=DECLINED:x\nEND:VALARM\nSEQUENCE:3\n"
				  "ATTENDEE;PARTSTAT=TENTATIVE:x\nEND:VEVENT\n"
				  "BEGIN:VEVENT\nSEQUENCE:4\nEND:VEVENT\nEND:VCALENDAR\n");

	(void)state;
	assert_true(s.svar);
	assert_int_equal(s.sekvens, 3);
	assert_int_equal(s.partstat, PARTSTAT_TENTATIVE);
}

static void
what_is_no_answer_says_nothing(void **state)
{
	static const char nul[] = "BEGIN:VCALENDAR\nMETHOD:RE\0PLY\n";
	struct itip_svar s;

	(void)state;
	assert_false(LAES("").svar);
	assert_false(LAES("METHOD:REPLY\r\n").svar); /* outside every calendar */
	assert_false(LAES("BEGIN:VCALENDAR\nMETHOD:REQUEST\n").svar);
	assert_false(laes(nul, sizeof(nul) - 1).svar);
	s = LAES(HOVED "SEQUENCE:-1\nORGANIZER:http://x.dk\n" BUND);
	assert_int_equal(s.sekvens, 0);
	assert_string_equal(s.arrangoer, "");
	s = LAES(
	    HOVED "SEQUENCE:99999999999999999999\nORGANIZER:mailto:a@b.dk\\nBcc:c@d.dk\n" BUND);
	assert_int_equal(s.sekvens, 0);
	assert_string_equal(s.arrangoer, "");
	/* Cut off anywhere: no reading past the end. */
	s = LAES(HOVED "ATTENDEE;PARTSTAT=\"ACC");
	assert_int_equal(s.partstat, PARTSTAT_INTET);
	assert_int_equal(LAES(HOVED "ATTENDEE;;=;PARTSTAT:x").partstat, PARTSTAT_INTET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_answer_as_programs_write_it),
	    cmocka_unit_test(what_the_attendee_says),
	    cmocka_unit_test(only_the_first_meeting_counts),
	    cmocka_unit_test(what_is_no_answer_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
