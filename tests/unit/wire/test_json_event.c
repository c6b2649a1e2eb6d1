// SPDX-License-Identifier: MPL-2.0
//
// What the edge refuses, and by which name. Each row takes a good event, spoils one place and
// expects one fault there.

#include "wire_test.h"

#include <stdio.h>
#include <stdlib.h>

struct row {
	const char *navn, *at, *value; /* JSON text; NULL = delete */
	const char *felt, *kode;       /* felt NULL: the same as at */
};

static const struct row rows[] = {
    /* envelope */
    {"timer-indberettet", "/specversion", "\"0.3\"", NULL, "version"},
    {"timer-indberettet", "/specversion", "1.0", NULL, "type"},
    {"timer-indberettet", "/id", "\"\"", NULL, "laengde"},
    {"timer-indberettet", "/id", "17", NULL, "type"},
    {"timer-indberettet", "/id", "\"a\\u0007b\"", NULL, "tegn"},
    {"timer-indberettet", "/id", "\"t-0101701234\"", NULL, "cpr-i-tekst"},
    {"timer-indberettet", "/source", "\"/akasse/hk/0101701234\"", NULL, "cpr-i-tekst"},
    {"timer-indberettet", "/source", "\"akasse/hk/fagsystem\"", NULL, "kilde"},
    {"timer-indberettet", "/source", "\"/parloeb/forloeb\"", NULL, "kilde"},
    {"timer-indberettet", "/source", "\"/akasse/hk\"", NULL, "kilde"},
    {"timer-indberettet", "/source", "\"/akasse/hk/et system\"", NULL, "kilde"},
    {"timer-indberettet", "/type", "\"dk.parloeb.findes-ikke\"", NULL, "haendelsestype"},
    {"timer-indberettet", "/type", "\"org.andet.timer-indberettet\"", NULL, "haendelsestype"},
    {"timer-indberettet", "/type", "\"dk.parloeb.handover-due\"", NULL, "haendelsestype"},
    {"timer-indberettet", "/type", "\"dk.parloeb.forloeb-tilstand\"", NULL, "haendelsestype"},
    {"indkaldelse-oprettet", "/data/deltagere/0/navn", "\"A\\nB\"", NULL, "tegn"},
    {"timer-indberettet", "/time", NULL, NULL, "mangler"},
    {"timer-indberettet", "/time", "\"2024-04-10T09:45:30\"", NULL, "tid"},
    {"timer-indberettet", "/time", "\"2024-02-30T09:45:30Z\"", NULL, "tid"},
    {"timer-indberettet", "/time", "1712740000", NULL, "type"},
    {"timer-indberettet", "/time", "\"2024-04-10T09:11:41Z\"", NULL, "fremtid"},
    {"timer-indberettet", "/datacontenttype", "\"text/xml\"", NULL, "moenster"},
    {"timer-indberettet", "/datacontenttype", "\"application/jsonx\"", NULL, "moenster"},
    {"timer-indberettet", "/traceparent",
	"\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331\"", NULL, "moenster"},
    {"timer-indberettet", "/traceparent",
	"\"00-00000000000000000000000000000000-b7ad6b7169203331-01\"", NULL, "moenster"},
    {"timer-indberettet", "/sequence", "\"1\"", NULL, "ukendt"},
    {"timer-indberettet", "/data_base64", "\"e30=\"", NULL, "ukendt"},
    {"timer-indberettet", "/subject", "\"0101701234\"", NULL, "cpr-i-tekst"},
    {"timer-indberettet", "/data", NULL, NULL, "mangler"},
    {"timer-indberettet", "/data", "[]", NULL, "type"},
    {"timer-indberettet", "/data", "null", NULL, "type"},
    /* members */
    {"timer-indberettet", "/data/dagpengemaaned", NULL, NULL, "mangler"},
    {"timer-indberettet", "/data/cpr", NULL, NULL, "mangler"},
    {"timer-indberettet", "/data/ekstra", "1", NULL, "ukendt"},
    {"timer-indberettet", "/data/forseglet", "null", NULL, "ukendt"},
    {"timer-indberettet", "/data/cpr", "\"0000000000\"", NULL, "cpr"},
    {"timer-indberettet", "/data/cpr", "\"010170123\"", NULL, "cpr"},
    {"timer-indberettet", "/data/cpr", "\"310270-1234\"", NULL, "cpr"},
    {"timer-indberettet", "/data/cpr", "101701234", NULL, "type"},
    {"timer-indberettet", "/data/berigtigelse", "null", NULL, "type"},
    {"timer-indberettet", "/data/berigtigelse", "1", NULL, "type"},
    {"timer-indberettet", "/data/dagpengemaaned", "\"2024-13\"", NULL, "dato"},
    /* numbers */
    {"timer-indberettet", "/data/udbetalteTimer", "\"160\"", NULL, "type"},
    {"timer-indberettet", "/data/udbetalteTimer", "160.34", NULL, "interval"},
    {"timer-indberettet", "/data/udbetalteTimer", "-0.01", NULL, "interval"},
    {"timer-indberettet", "/data/udbetalteTimer", "99999999999999", NULL, "interval"},
    {"referat-publiceret", "/data/version", "0", NULL, "interval"},
    {"referat-publiceret", "/data/version", "2147483648", NULL, "interval"},
    {"referat-publiceret", "/data/version", "1.5", NULL, "type"},
    /* dates, times, ids */
    {"member-registered", "/data/tilmeldingsdato", "\"2023-02-29\"", NULL, "dato"},
    {"member-registered", "/data/tilmeldingsdato", "\"2023-2-9\"", NULL, "dato"},
    {"member-registered", "/data/tilmeldingId", "\"0A2EFEB8-DD79-5FDC-A106-22FA8AFC2230\"", NULL,
	"uuid"},
    {"member-registered", "/data/tilmeldingId", "\"0a2efeb8\"", NULL, "uuid"},
    {"samtale-held", "/data/afholdt", "\"2024-03-13T09:00:00\"", NULL, "tid"},
    {"samtale-held", "/data/afholdt", "\"2024-03-13\"", NULL, "tid"},
    /* codes and enums */
    {"member-registered", "/data/akassekode", "\"xyz\"", NULL, "kode"},
    {"member-registered", "/data/kommunekode", "\"9999\"", NULL, "kode"},
    {"member-registered", "/data/forsikringskategori", "\"halvtid\"", NULL, "vaerdi"},
    {"samtale-held", "/data/samtaletyper/0", "99", NULL, "kode"},
    {"samtale-held", "/data/afholdelsesform", "\"paa_arbejdspladsen\"", NULL, "vaerdi"},
    {"overdragelse-anmodet", "/data/tilOrganisation", "\"kommune:461\"", NULL, "organisation"},
    {"overdragelse-anmodet", "/data/tilOrganisation", "\"kommune:9999\"", NULL, "organisation"},
    /* lists */
    {"samtale-held", "/data/samtaletyper", "[]", NULL, "laengde"},
    {"samtale-held", "/data/samtaletyper", "[7,10,17]", NULL, "laengde"},
    {"samtale-held", "/data/samtaletyper", "[7,7]", NULL, "unik"},
    {"samtale-held", "/data/samtaletyper", "[7,15,{}]", NULL, "laengde"},
    {"samtale-held", "/data/samtaletyper", "{}", NULL, "type"},
    {"samtale-held", "/data/deltagere", "[\"akasse:hk\",\"akasse:hk\"]", NULL, "unik"},
    {"samtale-held", "/data/deltagere/1", "null", NULL, "type"},
    {"referat-publiceret", "/data/emner", "[]", NULL, "laengde"},
    /* members that hang together */
    {"samtale-held", "/data/flereMyndigheder", "false", "/data/deltagelsesstatus", "naar"},
    {"samtale-held", "/data/deltagelsesstatus", NULL, NULL, "mangler"},
    {"indkaldelse-oprettet", "/data/ombookingMulig", "false", "/data/ombookingsfrist", "naar"},
    {"indkaldelse-oprettet", "/data/ombookingsfrist", NULL, NULL, "mangler"},
    {"indkaldelse-oprettet", "/data/aflysningMulig", "false", "/data/aflysningsfrist", "naar"},
    {"indkaldelse-oprettet", "/data/aflysningsfrist", NULL, NULL, "mangler"},
    {"indkaldelse-oprettet", "/data/digitaltMoedelink", NULL, NULL, "mangler"},
    {"indkaldelse-oprettet", "/data/moedegruppetype", "\"faelles\"", "/data/gruppemoedeId", "naar"},
    {"samtale-held", "/data/samtaletyper", "[10,15]", NULL, "regel"},
    {"samtale-held", "/data/samtaletyper", "[7,17]", NULL, "regel"},
    {"samtale-korrigeret", "/data/samtaletyper", "[17,7]", NULL, "regel"},
    {"samtale-held", "/data/afholdt", "\"2099-01-01T10:00:00+01:00\"", NULL, "regel"},
    {"indkaldelse-oprettet", "/data/slut", "\"2020-01-01T00:00:00Z\"", NULL, "regel"},
    {"fravaer-aendret", "/data/slut", "\"2020-01-01\"", NULL, "regel"},
    {"ansvar-aendret", "/data/til", "\"2020-01-01\"", NULL, "regel"},
    {"person-identitet-aendret", "/data/tidligereCpr", "\"6101901234\"", NULL, "regel"},
    {"opkvalificering-indstillet", "/data/samtykke", "false", NULL, "vaerdi"},
    /* texts */
    {"referat-publiceret", "/data/tekst", "\"\"", NULL, "laengde"},
    {"referat-publiceret", "/data/tekst", "\"a <b>fed</b> tekst\"", NULL, "opmaerkning"},
    {"referat-publiceret", "/data/tekst", "\"<!-- x -->\"", NULL, "opmaerkning"},
    {"referat-publiceret", "/data/tekst", "\"cafe\\u0301\"", NULL, "nfc"},
    {"referat-publiceret", "/data/tekst", "\"\\u212b\"", NULL, "nfc"},
    {"referat-publiceret", "/data/tekst", "\"a\\tb\"", NULL, "tegn"},
    {"referat-publiceret", "/data/tekst", "\"a\\r\\nb\"", NULL, "tegn"},
    {"referat-publiceret", "/data/tekst", "\"a\\u0000b\"", NULL, "tegn"},
    {"referat-publiceret", "/data/tekst", "\"a\\u0085b\"", NULL, "tegn"},
    {"referat-publiceret", "/data/tekst", "\"a\\u007fb\"", NULL, "tegn"},
    {"referat-publiceret", "/data/aftaler/0/tekst", "7", NULL, "type"},
    {"referat-publiceret", "/data/aftaler/0/ansvarlig", "\"naboen\"", NULL, "organisation"},
    {"referat-publiceret", "/data/aftaler/1/frist", "\"2024-04-31\"", NULL, "dato"},
    {"referat-publiceret", "/data/aftaler/1/hvem", "\"x\"", NULL, "ukendt"},
    {"referat-publiceret", "/data/aftaler/1/tekst", NULL, NULL, "mangler"},
    {"indkaldelse-oprettet", "/data/digitaltMoedelink", "\"javascript:alert(1)\"", NULL,
	"moenster"},
    {"indkaldelse-oprettet", "/data/digitaltMoedelink", "\"https://a b\"", NULL, "moenster"},
    {"indkaldelse-oprettet", "/data/telefon", "\"ring\"", NULL, "moenster"},
    {"indkaldelse-oprettet", "/data/deltagere/0/email", "\"a@b\"", NULL, "moenster"},
    {"jobformidling-henvist", "/data/stillingId", "\"S-0101701234\"", NULL, "cpr-i-tekst"},
};

static void
one_row(struct fix *f, const struct row *r)
{
	json_t *event = golden(r->navn);
	const char *felt = r->felt == NULL ? r->at : r->felt;
	struct verdict v;
	char title[200];

	(void)snprintf(
	    title, sizeof(title), "%s %s = %s", r->navn, r->at, r->value == NULL ? "-" : r->value);
	edit(event, r->at, r->value);
	judge_tree(f, event, &v);
	if (v.err != PLB_E_FORM || v.not_event || v.faults.n != 1 ||
	    !verdict_has(&v, felt, r->kode)) {
		verdict_print(title, &v);
		fail();
	}
	assert_true(strlen(v.faults.f[0].besked) > 5);
	json_decref(event);
}

static void
test_refusals(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		plb_arena_reset(&((struct fix *)*state)->arena);
		one_row(*state, &rows[i]);
	}
}

/* What must not be refused. */
static const struct row good[] = {
    {"timer-indberettet", "/time", "\"2024-04-10T09:11:40Z\"", NULL, NULL},
    {"timer-indberettet", "/time", "\"2024-04-10T11:00:00.123456+02:00\"", NULL, NULL},
    {"timer-indberettet", "/datacontenttype", "\"application/json; charset=utf-8\"", NULL, NULL},
    {"timer-indberettet", "/traceparent",
	"\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"", NULL, NULL},
    {"timer-indberettet", "/subject", "\"timer\"", NULL, NULL},
    {"timer-indberettet", "/dataschema", "\"https://eksempel.dk/skema\"", NULL, NULL},
    {"timer-indberettet", "/id", "\"0e0c1010-1701-4234-a106-010170123412\"", NULL, NULL},
    {"timer-indberettet", "/data/udbetalteTimer", "0", NULL, NULL},
    {"timer-indberettet", "/data/berigtigelse", NULL, NULL, NULL},
    {"samtale-held", "/data/samtaletyper", "[17,10]", NULL, NULL},
    {"samtale-held", "/data/samtaletyper", "[15,7]", NULL, NULL},
    {"samtale-held", "/data/deltagere", "[\"aktoer:12345678\",\"dfdg:star\"]", NULL, NULL},
    {"referat-publiceret", "/data/tekst", "\"linje 1\\nlinje 2, 3 < 4 og \\\"x\\\"\"", NULL, NULL},
    {"referat-publiceret", "/data/tekst", "\"\\ud83d\\ude00 \\u1e69 \\u20ac\"", NULL, NULL},
    {"referat-publiceret", "/data/tekst", "\"ring 0101701234\"", NULL, NULL},
    {"referat-publiceret", "/data/aftaler", "[]", NULL, NULL},
    {"indkaldelse-oprettet", "/data/slut", NULL, NULL, NULL},
};

static void
test_accepted(void **state)
{
	struct fix *f = *state;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		json_t *event = golden(good[i].navn);
		struct verdict v;

		edit(event, good[i].at, good[i].value);
		judge_tree(f, event, &v);
		if (v.err != PLB_OK)
			verdict_print(good[i].at, &v);
		assert_int_equal(v.err, PLB_OK);
		json_decref(event);
		plb_arena_reset(&f->arena);
	}
}

static int64_t
hours(struct fix *f, const char *text, const char **kode)
{
	struct plb_slice out;
	struct verdict v;
	struct plb_buf b;
	json_t *j;
	int64_t h;
	char *json;

	assert_true(asprintf(&json, ENVELOPE DATA("%s") "}", text) > 0);
	judge_text(f, json, &v);
	*kode = v.faults.n == 0 ? NULL : v.faults.f[0].kode;
	free(json);
	if (v.err != PLB_OK)
		return -1;
	plb_buf_init(&b, 10000);
	assert_int_equal(plb_json_data(v.in.schema, v.in.body, NULL, NULL, &b, NULL), PLB_OK);
	assert_int_equal(plb_buf_done(&b, &out), PLB_OK);
	j = json_loadb((const char *)out.p, out.len, 0, NULL);
	h = (int64_t)(json_number_value(json_object_get(j, "udbetalteTimer")) * 100 + 0.5);
	json_decref(j);
	plb_buf_fini(&b);
	return h;
}

/* Hundredths without floating point: the classic victims come back as they went in. */
static void
test_decimals(void **state)
{
	static const struct {
		const char *text;
		int64_t hundredths;
		const char *kode;
	} cases[] = {
	    {"160.33", 16033, NULL},
	    {"0.07", 7, NULL},
	    {"1.1", 110, NULL},
	    {"0.29", 29, NULL},
	    {"-0", 0, NULL},
	    {"130.00", 13000, NULL},
	    {"160.330", 0, "decimaler"},
	    {"16e1", 0, "decimaler"},
	    {"0.1e1", 0, "decimaler"},
	    {"123456789012345678901234567890", 0, "interval"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *kode;
		int64_t h = hours(*state, cases[i].text, &kode);

		if (cases[i].kode == NULL) {
			assert_null(kode);
			assert_int_equal(h, cases[i].hundredths);
		} else {
			assert_non_null(kode);
			assert_string_equal(kode, cases[i].kode);
		}
	}
}

/* Every wrong field at once, and nothing of the input in what is said. */
static void
test_all_at_once_nothing_echoed(void **state)
{
	struct verdict v;

	judge_text(*state,
	    "{\"specversion\":\"hemmeligA\",\"id\":\"\",\"source\":\"hemmeligB\",\"type\":\"dk."
	    "parloeb.referat-publiceret\",\"time\":\"hemmeligC\",\"0101701234\":1,\"hemmeligD!\":1,"
	    "\"data\":{\"cpr\":\"hemmeligE\",\"referatId\":\"hemmeligF\",\"version\":\"hemmeligG\","
	    "\"emner\":[\"<hemmelig>\"],\"aftaler\":[{\"tekst\":1},{\"0101701234\":\"hemmeligH\"}],"
	    "\"tekst\":\"<p>hemmeligI\",\"synligForBorger\":\"ja\",\"1234567890\":1}}",
	    &v);
	assert_int_equal(v.err, PLB_E_FORM);
	assert_false(v.not_event);
	static const char *const want[][2] = {{"/specversion", "version"}, {"/id", "laengde"},
	    {"/source", "kilde"}, {"/time", "tid"}, {"", "ukendt"}, {"/data/cpr", "cpr"},
	    {"/data/referatId", "uuid"}, {"/data/samtaleId", "mangler"}, {"/data/version", "type"},
	    {"/data/emner/0", "opmaerkning"}, {"/data/aftaler/0/tekst", "type"},
	    {"/data/aftaler/0/ansvarlig", "mangler"}, {"/data/aftaler/1", "ukendt"},
	    {"/data/aftaler/1/tekst", "mangler"}, {"/data/tekst", "opmaerkning"},
	    {"/data/synligForBorger", "type"}, {"/data", "ukendt"}};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (!verdict_has(&v, want[i][0], want[i][1])) {
			verdict_print(want[i][0], &v);
			fail_msg("%s %s is not named", want[i][0], want[i][1]);
		}
	for (size_t i = 0; i < v.faults.n; i++) {
		assert_null(strstr(v.faults.f[i].felt, "emmelig"));
		assert_null(strstr(v.faults.f[i].besked, "emmelig"));
		assert_null(strstr(v.faults.f[i].felt, "0101701234"));
		assert_null(strstr(v.faults.f[i].felt, "1234567890"));
	}
}

static void
test_many_faults_are_counted(void **state)
{
	char *text = repeat(ENVELOPE "{\"x\":1", ",\"x\":1", 200, "}}");
	struct verdict v;

	judge_text(*state, text, &v);
	assert_int_equal(v.faults.n, PLB_FEJL_MAX);
	assert_int_equal(v.faults.n + v.faults.more, 201 + 3);
	free(text);
}

static void
test_length_in_code_points(void **state)
{
	static const struct {
		const char *what;
		size_t n;
		bool ok;
	} cases[] = {{"x", 4000, true}, {"x", 4001, false}, {"æ", 4000, true}, {"æ", 4001, false},
	    {"😀", 4000, true}, {"😀", 4001, false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *event = golden("referat-publiceret");
		char *text = repeat("", cases[i].what, cases[i].n, "");
		struct verdict v;

		assert_int_equal(
		    json_object_set_new(json_object_get(event, "data"), "tekst", json_string(text)),
		    0);
		judge_tree(*state, event, &v);
		assert_int_equal(v.err, cases[i].ok ? PLB_OK : PLB_E_FORM);
		assert_int_equal(verdict_has(&v, "/data/tekst", "laengde"), !cases[i].ok);
		free(text);
		json_decref(event);
	}
}

/* Codes are judged on the date of the event: nnf ended with 2024. */
static void
test_codes_have_dates(void **state)
{
	struct fix *f = *state;
	struct plb_json_ctx c = fix_ctx(f);
	static const struct {
		const char *time;
		bool ok;
	} cases[] = {
	    {"\"2024-12-31T23:59:59+01:00\"", true}, {"\"2025-01-01T00:00:00+01:00\"", false}};

	c.now = PLB_TIME_UNSET;
	for (size_t i = 0; i < 2; i++) {
		json_t *event = golden("member-registered");
		struct verdict v;

		edit(event, "/time", cases[i].time);
		edit(event, "/data/akassekode", "\"nnf\"");
		v.err = plb_json_event(&c, dump(f, event), &v.in, &v.faults, &v.not_event);
		assert_int_equal(v.err, cases[i].ok ? PLB_OK : PLB_E_FORM);
		assert_int_equal(verdict_has(&v, "/data/akassekode", "kode"), !cases[i].ok);
		json_decref(event);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_refusals, fix_reset),
	    cmocka_unit_test_setup(test_accepted, fix_reset),
	    cmocka_unit_test_setup(test_decimals, fix_reset),
	    cmocka_unit_test_setup(test_all_at_once_nothing_echoed, fix_reset),
	    cmocka_unit_test_setup(test_many_faults_are_counted, fix_reset),
	    cmocka_unit_test_setup(test_length_in_code_points, fix_reset),
	    cmocka_unit_test_setup(test_codes_have_dates, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
