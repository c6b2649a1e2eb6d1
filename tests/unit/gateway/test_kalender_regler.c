// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>
#include <stdlib.h>

#include <parloeb/loop.h>

#include <libical/ical.h>

#include "ics.h"
#include "kalender_regler.h"

static const uint8_t seed[16] = {1};

struct fix {
	struct plb_arena arena;
	struct kalender k;
};

static int
setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	plb_arena_init(&f->arena, 1 << 20);
	kalender_init(&f->k, 100, seed);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fix *f = *state;

	plb_arena_fini(&f->arena);
	kalender_fini(&f->k);
	free(f);
	return 0;
}

static enum plb_err
tell(struct fix *f, const char *navn, const char *data)
{
	struct plb_event ev = {.time = {1777888800000}, .leveringid = {{5}}};
	const struct plb_jv *v;
	char type[100];

	snprintf(type, sizeof(type), "dk.parloeb.%s", navn);
	ev.type = S(type);
	assert_int_equal(plb_jv_parse(&f->arena, S(data), &v, NULL), PLB_OK);
	return kalender_haendelse(&f->k, &ev, v);
}

/* The data of the schema's golden event, text of a JSON object. */
static void
tell_golden(struct fix *f, const char *navn)
{
	struct plb_event ev = {.time = {1777888800000}, .leveringid = {{5}}};
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	char path[256], *text;
	size_t len;

	snprintf(path, sizeof(path), SCHEMAS "/%s/golden/1.json", navn);
	if (plb_file_read(path, 1 << 20, &text, &len, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	assert_int_equal(plb_jv_parse(&f->arena, plb_slice(text, len), &v, &ec), PLB_OK);
	ev.type = plb_jv_str(plb_jv_get(v, "type"));
	assert_int_equal(kalender_haendelse(&f->k, &ev, plb_jv_get(v, "data")), PLB_OK);
	free(text);
}

static size_t
count(const struct kalender *k, enum kalender_slags slags, bool aflyst)
{
	size_t n, found = 0;
	const struct kalender_post **alle = kalender_poster(k, &n);

	for (size_t i = 0; i < n; i++)
		found += alle[i]->slags == slags && alle[i]->aflyst == aflyst;
	free(alle);
	return found;
}

static void
golden_events_say_what_the_table_expects(void **state)
{
	static const struct {
		const char *navn;
		enum kalender_slags slags;
	} of[] = {
	    {"indkaldelse-oprettet", KALENDER_MOEDE},
	    {"indkaldelse-aendret", KALENDER_MOEDE},
	    {"frist-aendret", KALENDER_FRIST},
	    {"handover-forventet", KALENDER_OVERDRAGELSE},
	    {"handover-forventet", KALENDER_PAKKE},
	    {"handover-due", KALENDER_OVERDRAGELSE},
	    {"handover-overskredet", KALENDER_HAARDT_STOP},
	    {"referat-mangler", KALENDER_REFERAT},
	    {"samtale-mangler", KALENDER_SAMTALE},
	    {"opkvalificering-indstillet", KALENDER_INDSTILLING},
	    {"opkvalificering-paamindelse", KALENDER_INDSTILLING},
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct fix *f = *state;

		kalender_fini(&f->k);
		kalender_init(&f->k, 100, seed);
		tell_golden(f, of[i].navn);
		if (count(&f->k, of[i].slags, false) != 1)
			fail_msg("%s says nothing of its date", of[i].navn);
	}
}

#define ID "\"indkaldelseId\":\"11111111-2222-4333-8444-555555555555\""

static void
a_summons_and_its_deadlines(void **state)
{
	struct fix *f = *state;

	assert_int_equal(
	    tell(f, "indkaldelse-oprettet",
		"{" ID ",\"samtaletype\":17,\"start\":\"2026-05-11T10:00:00+02:00\","
		"\"slut\":\"2026-05-11T11:00:00+02:00\",\"ombookingsfrist\":\"2026-05-08\"}"),
	    PLB_OK);
	assert_int_equal(count(&f->k, KALENDER_MOEDE, false), 1);
	assert_int_equal(count(&f->k, KALENDER_OMBOOKING, false), 1);
	assert_int_equal(count(&f->k, KALENDER_AFLYSNING, false), 0);
	/* Booking it anew is not possible any more. */
	assert_int_equal(tell(f, "indkaldelse-aendret",
			     "{" ID ",\"samtaletype\":17,\"start\":\"2026-05-11T10:00:00+02:00\"}"),
	    PLB_OK);
	assert_int_equal(count(&f->k, KALENDER_OMBOOKING, true), 1);
	assert_int_equal(tell(f, "indkaldelse-annulleret", "{" ID "}"), PLB_OK);
	assert_int_equal(count(&f->k, KALENDER_MOEDE, true), 1);
	assert_int_equal(
	    tell(f, "levering-tilbagekaldt",
		"{\"tilbagekaldtLeveringid\":\"05000000-0000-0000-0000-000000000000\"}"),
	    PLB_OK);
	/* What it does not know, and what is not as its schema promises. */
	assert_int_equal(tell(f, "cv-godkendt", "{}"), PLB_OK);
	assert_int_equal(tell(f, "indkaldelse-annulleret", "{}"), PLB_E_FORM);
	assert_int_equal(tell(f, "levering-tilbagekaldt", "{}"), PLB_E_FORM);
	assert_int_equal(
	    tell(f, "indkaldelse-oprettet", "{" ID ",\"start\":\"i morgen\"}"), PLB_E_FORM);
}

/* libical reads what it wrote, and finds nothing wrong with it. */
static void
the_calendar_is_one_for_libical(void **state)
{
	struct fix *f = *state;
	icalcomponent *c;
	struct plb_buf b, again;
	size_t lines = 0, n;

	tell_golden(f, "indkaldelse-oprettet");
	tell_golden(f, "handover-forventet");
	assert_int_equal(tell(f, "handover-overskredet",
			     "{\"forloebId\":\"11111111-2222-4333-8444-555555555555\","
			     "\"haardtStop\":\"2026-10-25T02:30:00+01:00\"}"),
	    PLB_OK);
	plb_buf_init(&b, 1 << 20);
	plb_buf_init(&again, 1 << 20);
	assert_int_equal(ics_skriv(&f->k, "Parløb kommune:0461", &b), PLB_OK);
	assert_int_equal(ics_skriv(&f->k, "Parløb kommune:0461", &again), PLB_OK);
	assert_int_equal(b.len, again.len);
	assert_memory_equal(b.p, again.p, b.len);
	for (size_t i = 0, at = 0; i < b.len; i++) {
		if (b.p[i] != '\n')
			continue;
		assert_true(i > at && b.p[i - 1] == '\r' && i - at <= 76);
		at = i + 1;
		lines++;
	}
	assert_true(lines > 40);
	free(kalender_poster(&f->k, &n));
	assert_true(n >= 4);
	plb_buf_u8(&b, 0);
	c = icalparser_parse_string((const char *)b.p);
	assert_non_null(c);
	assert_int_equal(icalcomponent_count_errors(c), 0);
	assert_true(icalrestriction_check(c));
	assert_int_equal(icalcomponent_count_components(c, ICAL_VEVENT_COMPONENT), n);
	assert_int_equal(icalcomponent_count_components(c, ICAL_VTIMEZONE_COMPONENT), 1);
	icalcomponent_free(c);
	plb_buf_fini(&b);
	plb_buf_fini(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		golden_events_say_what_the_table_expects, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_summons_and_its_deadlines, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_calendar_is_one_for_libical, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
