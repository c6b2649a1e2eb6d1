// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libical/ical.h>

#include <stdlib.h>

#include <parloeb/ical.h>

#define MOEDE ((struct plb_uuid){{0xab, 0xcd, 0xef, 1, 5}})
#define FRA "parloeb+abc@eksempel.dk"
#define TIL "samtaler@kommune.eksempel.dk"

static struct plb_ical_post
moede(void)
{
	struct plb_ical_post p = {.id = MOEDE,
	    .slags = "moede",
	    .titel = plb_samtale_titel(17),
	    .optager = true,
	    .sekvens = 7,
	    .aendret = {INT64_C(1712740000999)}};

	assert_int_equal(plb_time_parse(plb_slice_str("2026-07-01T09:30:00Z"), &p.start), PLB_OK);
	assert_int_equal(plb_time_parse(plb_slice_str("2026-07-01T10:15:00Z"), &p.slut), PLB_OK);
	return p;
}

/* What libical reads again; the caller frees. Lines are folded as RFC 5545 wants them. */
static icalcomponent *
laest(struct plb_buf *b)
{
	icalcomponent *c;

	for (size_t i = 0, at = 0; i < b->len; i++)
		if (b->p[i] == '\n') {
			assert_true(i > at && b->p[i - 1] == '\r' && i - at <= 76);
			at = i + 1;
		}
	plb_buf_u8(b, 0);
	assert_false(b->failed);
	c = icalparser_parse_string((const char *)b->p);
	assert_non_null(c);
	assert_int_equal(icalcomponent_count_errors(c), 0);
	assert_true(icalrestriction_check(c));
	return c;
}

static icalcomponent *
itip(const struct plb_ical_post *p)
{
	struct plb_buf b, igen;
	icalcomponent *c;

	plb_buf_init(&b, 1 << 16);
	plb_buf_init(&igen, 1 << 16);
	assert_int_equal(plb_ical_itip(p, FRA, TIL, &b), PLB_OK);
	assert_int_equal(plb_ical_itip(p, FRA, TIL, &igen), PLB_OK);
	assert_int_equal(b.len, igen.len);
	assert_memory_equal(b.p, igen.p, b.len);
	c = laest(&b);
	plb_buf_fini(&b);
	plb_buf_fini(&igen);
	return c;
}

static void
a_request_asks_one_recipient(void **state)
{
	struct plb_ical_post p = moede();
	icalcomponent *c = itip(&p), *e;
	icalproperty *deltager;

	(void)state;
	assert_int_equal(icalcomponent_get_method(c), ICAL_METHOD_REQUEST);
	assert_int_equal(icalcomponent_count_components(c, ICAL_VTIMEZONE_COMPONENT), 1);
	e = icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT);
	assert_string_equal(
	    icalcomponent_get_uid(e), "abcdef01-0500-0000-0000-000000000000-moede@parloeb");
	assert_int_equal(icalcomponent_get_sequence(e), 7);
	assert_string_equal(icalcomponent_get_summary(e), "Fælles samtale, ref. ABCDEF01");
	assert_int_equal(icalcomponent_get_status(e), ICAL_STATUS_CONFIRMED);
	assert_int_equal(icalcomponent_get_dtstart(e).hour, 11); /* Copenhagen, summer */
	assert_int_equal(icalcomponent_get_dtend(e).minute, 15);
	assert_string_equal(
	    icaltime_as_ical_string(icalcomponent_get_dtstamp(e)), "20240410T090640Z");
	assert_string_equal(icalproperty_get_organizer(
				icalcomponent_get_first_property(e, ICAL_ORGANIZER_PROPERTY)),
	    "mailto:" FRA);
	deltager = icalcomponent_get_first_property(e, ICAL_ATTENDEE_PROPERTY);
	assert_string_equal(icalproperty_get_attendee(deltager), "mailto:" TIL);
	assert_int_equal(
	    icalparameter_get_rsvp(icalproperty_get_first_parameter(deltager, ICAL_RSVP_PARAMETER)),
	    ICAL_RSVP_TRUE);
	assert_null(icalcomponent_get_next_property(e, ICAL_ATTENDEE_PROPERTY));
	icalcomponent_free(c);
}

static void
a_cancellation_needs_no_time(void **state)
{
	struct plb_ical_post p = moede();
	icalcomponent *c, *e;

	(void)state;
	p.aflyst = true;
	p.start = p.slut = PLB_TIME_UNSET;
	p.titel = plb_samtale_titel(0);
	c = itip(&p);
	e = icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT);
	assert_int_equal(icalcomponent_get_method(c), ICAL_METHOD_CANCEL);
	assert_int_equal(icalcomponent_get_status(e), ICAL_STATUS_CANCELLED);
	assert_null(icalcomponent_get_first_property(e, ICAL_DTSTART_PROPERTY));
	assert_string_equal(icalcomponent_get_summary(e), "Aflyst: Samtale, ref. ABCDEF01");
	icalcomponent_free(c);
}

static void
a_calendar_of_several(void **state)
{
	struct plb_ical_post p[2] = {moede(), moede()};
	struct plb_buf b;
	icalcomponent *c, *e;

	(void)state;
	p[1].id.b[0] = 1;
	p[1].hele_dagen = true;
	p[1].optager = false;
	plb_buf_init(&b, 1 << 16);
	assert_int_equal(plb_ical_kalender("Parløb", p, 2, &b), PLB_OK);
	c = laest(&b);
	assert_int_equal(icalcomponent_get_method(c), ICAL_METHOD_NONE);
	e = icalcomponent_get_first_component(c, ICAL_VEVENT_COMPONENT);
	assert_false(icalcomponent_get_dtstart(e).is_date);
	e = icalcomponent_get_next_component(c, ICAL_VEVENT_COMPONENT);
	assert_true(icalcomponent_get_dtstart(e).is_date);
	assert_int_equal(icalcomponent_get_dtend(e).day, 2);
	icalcomponent_free(c);
	plb_buf_fini(&b);
	plb_buf_init(&b, 100); /* too small for it */
	assert_int_equal(plb_ical_kalender("Parløb", p, 2, &b), PLB_E_FOR_STOR);
	plb_buf_fini(&b);
}

static void
a_meeting_has_a_name_whatever_its_type(void **state)
{
	(void)state;
	assert_string_equal(plb_samtale_titel(7), "Jobsamtale");
	assert_string_equal(plb_samtale_titel(15), "Rådigheds- og rådgivningssamtale");
	assert_string_equal(plb_samtale_titel(-1), "Samtale");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_request_asks_one_recipient),
	    cmocka_unit_test(a_cancellation_needs_no_time),
	    cmocka_unit_test(a_calendar_of_several),
	    cmocka_unit_test(a_meeting_has_a_name_whatever_its_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
