// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <parloeb/event.h>

static void
whole(struct plb_event *ev)
{
	*ev = (struct plb_event){.id = plb_slice_str("a-1"),
	    .source = plb_slice_str("/akasse/hk/fag"),
	    .type = plb_slice_str("dk.parloeb.samtale-held"),
	    .time = {INT64_C(1709280000123)},
	    .traceparent = plb_slice_str("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
	    .has_hmac = true,
	    .has_person = true,
	    .has_leveringid = true,
	    .has_correlationid = true,
	    .trin = PLB_TRIN_AFVIST,
	    .fejl = plb_slice_str("ukendt"),
	    .sequence = 17,
	    .causationid = plb_slice_str("a-0"),
	    .has_tilbagekalder = true,
	    .skjul = plb_slice_str("sted"),
	    .afventer = plb_slice_str("samtaleId"),
	    .has_foerste = true,
	    .nummer = plb_slice_str("/dfdg/star")};
	for (uint8_t i = 0; i < 16; i++) {
		ev->hmac[i] = i;
		ev->person.b[i] = (uint8_t)(0xf0 + i);
		ev->leveringid.b[i] = (uint8_t)(3 * i);
		ev->correlationid.b[i] = (uint8_t)(5 * i);
		ev->tilbagekalder.b[i] = (uint8_t)(7 * i);
		ev->foerste.b[i] = (uint8_t)(11 * i);
	}
	assert_int_equal(plb_org_parse(plb_slice_str("akasse:hk"), &ev->org), PLB_OK);
}

static void
record(const struct plb_event *ev, struct plb_event_texts *t, struct plb_record *r)
{
	*r = (struct plb_record){.topic = "ud"};
	r->n_headers = plb_event_headers(ev, t, r->header);
}

static void
test_there_and_back(void **state)
{
	struct plb_event_texts t;
	struct plb_event ev, back;
	struct plb_record r;
	struct plb_errctx ec = {0};

	(void)state;
	whole(&ev);
	record(&ev, &t, &r);
	assert_int_equal(r.n_headers, 21);
	if (plb_event_from_record(&r, false, &back, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	assert_true(plb_slice_eq(ev.id, back.id));
	assert_true(plb_slice_eq(ev.source, back.source));
	assert_true(plb_slice_eq(ev.type, back.type));
	assert_true(plb_time_eq(ev.time, back.time));
	assert_true(plb_slice_eq(ev.traceparent, back.traceparent));
	assert_true(plb_org_eq(&ev.org, &back.org));
	assert_true(
	    back.has_person && back.has_hmac && back.has_leveringid && back.has_correlationid);
	assert_memory_equal(ev.person.b, back.person.b, 16);
	assert_memory_equal(ev.hmac, back.hmac, 16);
	assert_memory_equal(ev.leveringid.b, back.leveringid.b, 16);
	assert_memory_equal(ev.correlationid.b, back.correlationid.b, 16);
	assert_int_equal(back.trin, PLB_TRIN_AFVIST);
	assert_true(plb_slice_is(back.fejl, "ukendt"));
	assert_int_equal(back.sequence, 17);
	assert_true(plb_slice_is(back.causationid, "a-0"));
	assert_true(back.has_tilbagekalder);
	assert_memory_equal(ev.tilbagekalder.b, back.tilbagekalder.b, 16);
	assert_true(plb_slice_is(back.skjul, "sted"));
	assert_true(plb_slice_is(back.afventer, "samtaleId"));
	assert_true(back.has_foerste);
	assert_memory_equal(ev.foerste.b, back.foerste.b, 16);
	assert_true(plb_slice_is(back.nummer, "/dfdg/star"));
}

static const char *
header_text(const struct plb_record *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (strcmp(r->header[i].name, name) == 0)
			return (const char *)r->header[i].value.p;
	return NULL;
}

static void
test_least(void **state)
{
	struct plb_event ev = {.id = plb_slice_str("a"),
			     .source = plb_slice_str("/x"),
			     .type = plb_slice_str("dk.parloeb.x"),
			     .time = {0}},
			 back;
	struct plb_event_texts t;
	struct plb_record r;

	(void)state;
	record(&ev, &t, &r);
	assert_int_equal(r.n_headers, 6);
	assert_string_equal(header_text(&r, "ce_time"), "1970-01-01T00:00:00.000Z");
	assert_int_equal(plb_event_from_record(&r, false, &back, NULL), PLB_OK);
	assert_false(
	    back.has_person || back.has_hmac || back.has_leveringid || back.has_correlationid);
	assert_int_equal(back.trin, PLB_TRIN_INGEN);
	assert_int_equal(back.sequence, 0);
	/* On person-keyed topics the key is the person. */
	assert_int_equal(plb_event_from_record(&r, true, &back, NULL), PLB_E_FORM);
	r.key = plb_slice("0123456789abcdef", 16);
	assert_int_equal(plb_event_from_record(&r, true, &back, NULL), PLB_OK);
	assert_true(back.has_person);
	assert_memory_equal(back.person.b, "0123456789abcdef", 16);
}

/* Only written: who asks for it reads the record. */
static void
test_frist(void **state)
{
	struct plb_event_texts t;
	struct plb_record r;
	struct plb_event ev;

	(void)state;
	whole(&ev);
	record(&ev, &t, &r);
	assert_null(header_text(&r, "plb_frist"));
	ev.has_frist = true;
	ev.frist.ms = INT64_C(1709366400000);
	record(&ev, &t, &r);
	assert_string_equal(header_text(&r, "plb_frist"), "2024-03-02T08:00:00.000Z");
}

/* Each needed header missing, each header twice, each with an odd value: refused by name. */
static void
test_odd(void **state)
{
	static const char *const odd[] = {"ce_specversion", "1.1", "ce_id", "", "ce_source", "x",
	    "ce_type", "org.x", "ce_time", "2024", "content-type", "text/plain", "plb_hmac", "kort",
	    "plb_org", "x", "plb_person", "kort", "plb_trin", "sovset", "ce_leveringid",
	    "0A2EFEB8-DD79-5FDC-A106-22FA8AFC2230", "ce_correlationid", "x", "ce_sequence", "01",
	    "ce_sequence", "-1", "ce_sequence", "1234567890123456789", "plb_tilbagekalder", "kort",
	    "plb_skjul", "", "plb_afventer", ""};
	struct plb_event_texts t;
	struct plb_event ev, back;
	struct plb_record r, broken;

	(void)state;
	whole(&ev);
	record(&ev, &t, &r);
	for (size_t i = 0; i < 6; i++) {
		struct plb_errctx ec = {0};
		const char *name = r.header[i].name;

		broken = r;
		broken.header[i] = r.header[r.n_headers - 1];
		broken.n_headers--;
		assert_int_equal(plb_event_from_record(&broken, false, &back, &ec), PLB_E_FORM);
		assert_non_null(strstr(ec.text, name));
	}
	for (size_t i = 0; i < r.n_headers; i++) {
		broken = r;
		broken.header[broken.n_headers++] = r.header[i];
		assert_int_equal(plb_event_from_record(&broken, false, &back, NULL), PLB_E_FORM);
	}
	for (size_t k = 0; k < sizeof(odd) / sizeof(odd[0]); k += 2) {
		struct plb_errctx ec = {0};
		size_t i = 0;

		broken = r;
		while (strcmp(broken.header[i].name, odd[k]) != 0)
			i++;
		broken.header[i].value = plb_slice_str(odd[k + 1]);
		if (plb_event_from_record(&broken, false, &back, &ec) != PLB_E_FORM ||
		    strstr(ec.text, odd[k]) == NULL)
			fail_msg("%s: %s", odd[k], ec.text);
	}
	/* What a newer writer adds is passed over. */
	broken = r;
	broken.header[broken.n_headers++] = (struct plb_header){"plb_ny", plb_slice_str("x")};
	assert_int_equal(plb_event_from_record(&broken, false, &back, NULL), PLB_OK);
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(
	    plb_slice_is(plb_event_name(plb_slice_str("dk.parloeb.samtale-held")), "samtale-held"));
	assert_null(plb_event_name(plb_slice_str("dk.parloebet.x")).p);
	assert_null(plb_event_name(plb_slice_str("")).p);
	assert_string_equal(plb_trin_text(PLB_TRIN_GENTAGELSE), "gentagelse");
	assert_string_equal(plb_trin_text((enum plb_trin)99), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_there_and_back),
	    cmocka_unit_test(test_least),
	    cmocka_unit_test(test_frist),
	    cmocka_unit_test(test_odd),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
