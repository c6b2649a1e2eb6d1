// SPDX-License-Identifier: MPL-2.0
/* Records in, records out: envelopes as docs/architecture.md says, seals handed on, hostile bytes
 * refused. */
#include "hukommelse.h"

#include <stdio.h>
#include <stdlib.h>

#define CPR "8802761482"
#define EV(id, type, time, data)                                                                   \
	"{\"specversion\":\"1.0\",\"id\":\"" id                                                    \
	"\",\"source\":\"/akasse/hk/test\",\"type\":\"dk.parloeb." type "\",\"time\":\"" time      \
	"\",\"traceparent\":\"" TRACE "\",\"data\":{\"cpr\":\"" CPR "\"," data "}}"
#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define TILMELDT                                                                                   \
	EV("t-1", "member-registered", "2024-03-01T09:00:00+01:00",                                \
	    "\"tilmeldingId\":\"78e51061-7311-48a3-82ce-6f447ed4d57b\",\"tilmeldingsdato\":"       \
	    "\"2024-03-01\",\"akassekode\":\"hk\",\"forsikringskategori\":\"fuldtid\","            \
	    "\"kommunekode\":\"0461\"")
#define SAMTALE "c7af3626-f949-4568-9eb0-e066de26e655"
#define HOLDT                                                                                      \
	EV("s-1", "samtale-held", "2024-03-11T10:30:00+01:00",                                     \
	    "\"samtaleId\":\"" SAMTALE                                                             \
	    "\",\"samtaletyper\":[10,7],\"afholdt\":\"2024-03-11T10:00:00+01:00\","                \
	    "\"afholdelsesform\":\"paa-arbejdspladsen\",\"flereMyndigheder\":false")
#define REFERAT                                                                                    \
	EV("r-1", "referat-publiceret", "2024-03-11T15:00:00+01:00",                               \
	    "\"referatId\":\"1959b9ef-58d0-4674-b34d-e73d60c290d0\",\"samtaleId\":\"" SAMTALE      \
	    "\",\"version\":1,\"emner\":[\"CV\"],\"aftaler\":[],\"tekst\":\"Hemmelig "             \
	    "tekst.\",\"synligForBorger\":true,\"sprog\":\"da\"")
#define TIMER(id, m, n)                                                                            \
	EV(id, "timer-indberettet", m "-30T12:00:00+02:00",                                        \
	    "\"dagpengemaaned\":\"" m "\",\"udbetalteTimer\":" n)

static struct plb_person person;

static struct plb_time
tid(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

static void
send(const char *json)
{
	if (hukommelse_send(hu, json, "akasse:hk", &person) != PLB_OK)
		fail_msg("%s", hu->ec.text);
}

static int
op(void **state)
{
	(void)state;
	hukommelse_tom(hu);
	hukommelse_ur(hu, tid("2024-03-01T09:00:00+01:00"));
	return 0;
}

static const struct udsendt *
find(const char *topic, const char *key, const char *type, size_t i)
{
	size_t k;

	for (k = 0; k < hu->n_ud; k++) {
		struct laest l;

		if (strcmp(hu->ud[k].topic, topic) != 0 ||
		    (key != NULL && !plb_slice_is(hu->ud[k].key, key)))
			continue;
		l = hukommelse_laes(hu, &hu->ud[k], NULL);
		if (plb_slice_is(plb_event_name(l.ev.type), type) && i-- == 0)
			return &hu->ud[k];
	}
	fail_msg("%s on %s is missing", type, topic);
	return NULL;
}

static const char *
header(const struct udsendt *u, const char *navn)
{
	size_t i;

	for (i = 0; i < u->n_headers; i++)
		if (strcmp(u->header[i].name, navn) == 0)
			return (const char *)u->header[i].value.p;
	return NULL;
}

static void
fact_goes_to_forloeb_with_what_became_of_it(void **state)
{
	const struct udsendt *u;

	(void)state;
	send(TILMELDT);
	u = find("forloeb", NULL, "member-registered", 0);
	assert_int_equal(u->key.len, 16);
	assert_string_equal(header(u, "ce_id"), "t-1");
	assert_string_equal(header(u, "plb_trin"), "behandlet");
	assert_string_equal(header(u, "plb_org"), "akasse:hk");
	assert_non_null(header(u, "plb_hmac"));
	assert_non_null(header(u, "ce_correlationid"));
	assert_string_equal(header(u, "traceparent"), TRACE);
	assert_null(header(u, "plb_fejl"));
	send(TILMELDT);
	assert_string_equal(
	    header(find("forloeb", NULL, "member-registered", 1), "plb_trin"), "gentagelse");
}

static void
made_event_goes_to_its_recipient_and_to_forloeb(void **state)
{
	const struct udsendt *u, *kopi;
	struct laest l;

	(void)state;
	send(TILMELDT);
	u = find("ud", "kommune:0461", "handover-forventet", 0);
	l = hukommelse_laes(hu, u, &person);
	assert_true(plb_slice_is(l.ev.source, "/parloeb/forloeb"));
	assert_int_equal(l.ev.sequence, 1);
	assert_true(plb_slice_is(l.ev.causationid, "t-1"));
	assert_true(plb_person_eq(l.ev.person, person));
	assert_string_equal(header(u, "traceparent"), TRACE);
	assert_null(header(u, "plb_org"));
	assert_null(header(u, "plb_hmac"));
	assert_null(header(u, "plb_trin"));
	assert_non_null(strstr(l.data, "\"cpr\":\"" CPR "\""));
	assert_non_null(strstr(l.data, "\"forventetVirkningsdato\":\"2024-06-01\""));
	assert_non_null(strstr(l.data, "\"regelsaet\":\"lab-2024\""));
	kopi = find("forloeb", NULL, "handover-forventet", 0);
	assert_string_equal(header(kopi, "plb_trin"), "afledt");
	assert_string_equal(header(kopi, "ce_causationid"), "t-1");
	assert_string_equal(header(kopi, "ce_id"), header(u, "ce_id"));
	assert_true(plb_slice_eq(kopi->value, u->value));
}

static void
number_of_the_person_is_nowhere_in_clear(void **state)
{
	size_t i, k;

	(void)state;
	send(TILMELDT);
	hukommelse_ur(hu, tid("2024-03-11T16:00:00+01:00"));
	send(HOLDT);
	send(REFERAT);
	hukommelse_ur(hu, tid("2024-06-10T00:00:00+02:00"));
	for (i = 0; i < hu->n_ud; i++) {
		const struct udsendt *u = &hu->ud[i];

		assert_null(memmem(u->value.p, u->value.len, CPR, 10));
		assert_null(memmem(u->value.p, u->value.len, "Hemmelig", 8));
		for (k = 0; k < u->n_headers; k++)
			assert_null(memmem(u->header[k].value.p, u->header[k].value.len, CPR, 10));
	}
	assert_in_range(hu->n_post, 3, 100);
	for (i = 0; i < hu->n_post; i++) {
		assert_null(memmem(hu->post[i].blob.p, hu->post[i].blob.len, CPR, 10));
		assert_null(memmem(hu->post[i].blob.p, hu->post[i].blob.len, "Hemmelig", 8));
	}
}

static void
relay_keeps_what_the_event_was(void **state)
{
	const struct udsendt *u;
	struct laest l;

	(void)state;
	send(TILMELDT);
	hukommelse_ur(hu, tid("2024-03-11T16:00:00+01:00"));
	send(HOLDT);
	send(REFERAT);
	hukommelse_ur(hu, tid("2024-05-27T23:59:59+02:00"));
	u = find("ud", "kommune:0461", "referat-publiceret", 0);
	l = hukommelse_laes(hu, u, &person);
	assert_true(plb_slice_is(l.ev.id, "r-1"));
	assert_true(plb_slice_is(l.ev.source, "/akasse/hk/test"));
	assert_true(plb_time_eq(l.ev.time, tid("2024-03-11T15:00:00+01:00")));
	assert_string_equal(header(u, "traceparent"), TRACE);
	assert_int_equal(l.ev.sequence, 3); /* behind forecast and conversation */
	assert_int_equal(l.ev.causationid.len, 36);
	assert_non_null(strstr(l.data, "Hemmelig tekst."));
	assert_non_null(strstr(l.data, CPR));
}

static void
hele_pakken(void)
{
	send(TILMELDT);
	hukommelse_ur(hu, tid("2024-03-11T16:00:00+01:00"));
	send(HOLDT);
	send(REFERAT);
	hukommelse_ur(hu, tid("2024-05-31T12:00:00+02:00"));
	send(TIMER("h-1", "2024-03", "160.33"));
	send(TIMER("h-2", "2024-04", "160.33"));
	send(TIMER("h-3", "2024-05", "160.33"));
	hukommelse_ur(hu, tid("2024-06-01T00:00:00+02:00"));
}

static void
package_is_whole_for_the_kommune_and_ids_for_the_akasse(void **state)
{
	struct laest l;

	(void)state;
	hele_pakken();
	l = hukommelse_laes(hu, find("ud", "kommune:0461", "handover-due", 0), &person);
	assert_non_null(strstr(l.data, "\"timer\":480.99"));
	assert_non_null(strstr(
	    l.data, "\"fraOrganisation\":\"akasse:hk\",\"tilOrganisation\":\"kommune:0461\""));
	assert_non_null(strstr(l.data, "\"samtaletyper\":[10,7]"));
	assert_non_null(strstr(l.data, "\"afholdelsesform\":\"paa-arbejdspladsen\""));
	assert_non_null(strstr(l.data, "Hemmelig tekst."));
	assert_non_null(strstr(l.data, "\"synligForBorger\":true"));
	assert_non_null(strstr(l.data, "\"sprog\":\"da\""));
	assert_non_null(strstr(l.data, "\"cpr\":\"" CPR "\""));
	/* Held at a workplace, it is not the first conversation that the rules ask for. */
	assert_non_null(strstr(l.data, "\"mangler\":[{\"art\":\"samtale\",\"samtaletype\":7"));
	l = hukommelse_laes(hu, find("ud", "akasse:hk", "handover-due", 0), &person);
	assert_non_null(strstr(l.data,
	    "\"referater\":[{\"referatId\":\"1959b9ef-58d0-4674-b34d-e73d60c290d0\",\"version\":1}"
	    "]"));
	assert_non_null(strstr(l.data, "\"cpr\":\"" CPR "\""));
}

static void
package_goes_without_a_referat_that_is_lost(void **state)
{
	struct laest l;
	size_t i;

	(void)state;
	send(TILMELDT);
	hukommelse_ur(hu, tid("2024-05-31T12:00:00+02:00"));
	send(HOLDT);
	send(REFERAT);
	send(TIMER("h-1", "2024-05", "160.33"));
	send(TIMER("h-2", "2024-04", "160.33"));
	send(TIMER("h-3", "2024-03", "160.33"));
	for (i = 0; i < hu->n_post; i++)
		if (hu->post[i].sub.len > 0 && hu->post[i].sub.p[0] == 'r')
			hu->post[i] = hu->post[--hu->n_post];
	hukommelse_ur(hu, tid("2024-06-01T00:00:00+02:00"));
	l = hukommelse_laes(hu, find("ud", "kommune:0461", "handover-due", 0), &person);
	assert_non_null(
	    strstr(l.data, "\"referatId\":\"1959b9ef-58d0-4674-b34d-e73d60c290d0\",\"version\":1"));
}

#define INDKALDT(id, type, time, deltagere)                                                        \
	EV(id, type, time,                                                                         \
	    "\"indkaldelseId\":\"090b20bb-257e-4454-a5b6-75cd0492c4f5\",\"samtaletype\":7,"        \
	    "\"moedegruppetype\":\"individuel\",\"afholdelsesform\":\"personligt\","               \
	    "\"start\":\"2024-03-20T10:30:00+01:00\",\"ombookingMulig\":false,\"aflysningMulig\":" \
	    "false,\"deltagere\":[" deltagere "]")
#define GAEST(o) "{\"organisation\":\"" o "\",\"navn\":\"Testperson 17\"}"

static void
guests_come_from_the_summons_and_go(void **state)
{
	struct laest l;

	(void)state;
	send(TILMELDT);
	send(INDKALDT("i-1", "indkaldelse-oprettet", "2024-03-01T09:00:00+01:00",
	    GAEST("aktoer:12345678") "," GAEST("kommune:0461")));
	l = hukommelse_laes(hu, find("ud", "aktoer:12345678", "indkaldelse-oprettet", 0), &person);
	assert_non_null(strstr(l.data, "Testperson 17"));
	(void)find("ud", "kommune:0461", "indkaldelse-oprettet", 0);
	hukommelse_ur(hu, tid("2024-03-02T09:00:00+01:00"));
	send(INDKALDT(
	    "i-2", "indkaldelse-aendret", "2024-03-02T09:00:00+01:00", GAEST("kommune:0461")));
	l = hukommelse_laes(
	    hu, find("ud", "aktoer:12345678", "indkaldelse-annulleret", 0), &person);
	assert_true(plb_slice_is(l.ev.source, "/parloeb/forloeb"));
	assert_non_null(strstr(l.data,
	    "\"indkaldelseId\":\"090b20bb-257e-4454-a5b6-75cd0492c4f5\",\"aarsag\":\"andet\""));
	assert_non_null(strstr(l.data, CPR));
	(void)find("ud", "kommune:0461", "indkaldelse-aendret", 0);
}

static void
refusal_says_nothing_about_the_person(void **state)
{
	const struct udsendt *u;
	struct laest l;
	size_t i;

	(void)state;
	send(TIMER("h-1", "2024-03", "10"));
	u = find("forloeb", NULL, "timer-indberettet", 0);
	assert_string_equal(header(u, "plb_trin"), "afventer");
	assert_string_equal(header(u, "plb_afventer"), "cpr");
	hukommelse_ur(hu, tid("2024-03-31T10:00:00+02:00")); /* 30 days */
	u = find("ud", "akasse:hk", "haendelse-afvist", 0);
	l = hukommelse_laes(hu, u, &person);
	assert_false(l.ev.has_person);
	assert_int_equal(l.ev.sequence, 0);
	assert_true(l.ev.has_leveringid);
	assert_false(l.ev.has_correlationid);
	assert_null(memmem(u->value.p, u->value.len, person.b, sizeof(person.b)));
	assert_null(strstr(l.data, CPR));
	assert_non_null(strstr(l.data, "\"haendelseId\":\"h-1\",\"aarsag\":\"ukendt\""));
	for (i = 0; i < hu->n_ud; i++)
		assert_false(strcmp(hu->ud[i].topic, "forloeb") == 0 &&
		    plb_slice_is(hukommelse_laes(hu, &hu->ud[i], NULL).ev.type,
			"dk.parloeb.haendelse-afvist"));
	u = find("forloeb", NULL, "timer-indberettet", 1);
	assert_string_equal(header(u, "plb_trin"), "afvist");
	assert_string_equal(header(u, "plb_fejl"), "ukendt");
}

/* ---- another version's state ---- */

static void
a_downgrade_is_refused_at_the_start(void **state)
{
	(void)state;
	send(TILMELDT);
	hukommelse_start(hu);
	assert_int_equal(hu->stoppet, PLB_OK);
	/* A fingerprint that this version does not ship. */
	for (size_t i = 0; i < hu->n_post; i++)
		((uint8_t *)(uintptr_t)hu->post[i].blob.p)[4] ^= 0xff;
	hukommelse_start(hu);
	assert_int_equal(hu->stoppet, PLB_E_KONFIG);
	assert_non_null(strstr(hu->ec.text, "newer version"));
}

/* ---- hostile records ---- */

static void
parkeres(const struct plb_record *rec)
{
	size_t n_ud = hu->n_ud, n_post = hu->n_post;
	enum plb_err err = hukommelse_tag(hu, rec);

	assert_int_equal(plb_err_class(err), PLB_CLASS_REJECT);
	assert_int_not_equal(hu->ec.text[0], '\0');
	assert_null(strstr(hu->ec.text, CPR));
	assert_int_equal(hu->n_ud, n_ud);
	assert_int_equal(hu->n_post, n_post);
}

static void
every_truncation_is_parked_and_never_more(void **state)
{
	struct plb_record rec;
	size_t n;

	(void)state;
	send(TILMELDT);
	rec = hukommelse_record(hu, HOLDT, "akasse:hk");
	for (n = 0; n < rec.value.len; n++) {
		struct plb_record kort = rec;
		uint8_t *kopi = malloc(n > 0 ? n : 1); /* so that a sanitizer sees the end */

		assert_non_null(kopi);
		memcpy(kopi, rec.value.p, n);
		kort.value = plb_slice(kopi, n);
		parkeres(&kort);
		free(kopi);
	}
	assert_int_equal(hukommelse_tag(hu, &rec), PLB_OK);
}

static void
bent_bytes_are_taken_or_parked(void **state)
{
	struct plb_record rec;
	uint8_t kopi[4096];
	size_t i;
	int bit;

	(void)state;
	send(TILMELDT);
	rec = hukommelse_record(hu, HOLDT, "akasse:hk");
	assert_in_range(rec.value.len, 1, sizeof(kopi));
	for (i = 0; i < rec.value.len; i++)
		for (bit = 0; bit < 8; bit += 3) {
			struct plb_record boejet = rec;
			enum plb_class c;

			memcpy(kopi, rec.value.p, rec.value.len);
			kopi[i] ^= (uint8_t)(1u << bit);
			boejet.value = plb_slice(kopi, rec.value.len);
			c = plb_err_class(hukommelse_tag(hu, &boejet));
			assert_true(c == PLB_CLASS_OK || c == PLB_CLASS_REJECT);
		}
	hukommelse_ur(hu, tid("2024-07-01T00:00:00+02:00"));
}

static void
headers_and_keys_that_are_not_ours(void **state)
{
	struct plb_record rec, x;
	size_t i;

	(void)state;
	rec = hukommelse_record(hu, TILMELDT, "akasse:hk");
	x = rec;
	x.key.len = 15;
	parkeres(&x);
	x = rec;
	x.n_headers = 0;
	parkeres(&x);
	for (i = 0; i < rec.n_headers; i++) {
		x = rec;
		if (strcmp(x.header[i].name, "ce_type") ==
		    0) /* a value of another type than the header says */
			x.header[i].value = plb_slice_str("dk.parloeb.samtale-held");
		else if (strcmp(x.header[i].name, "plb_org") == 0)
			x.header[i].name = "plb_other";
		else
			continue;
		parkeres(&x);
	}
}

/* From the satellites come facts as from a partner. */
static void
facts_of_the_satellites_count(void **state)
{
	struct plb_record rec = hukommelse_record(hu, TILMELDT, "akasse:hk");

	(void)state;
	rec.topic = "svar";
	assert_int_equal(hukommelse_tag(hu, &rec), PLB_OK);
	(void)find("ud", "kommune:0461", "handover-forventet", 0);
	rec.value.len -= 5;
	parkeres(&rec);
}

static void
odd_state_parks_the_record(void **state)
{
	struct plb_record rec = hukommelse_record(hu, TILMELDT, "akasse:hk");

	(void)state;
	send(TILMELDT);
	hu->post[0].blob.len -= 3;
	parkeres(&rec);
	hu->post[0].blob = plb_slice_str("garbage");
	parkeres(&rec);
}

#define test(f) cmocka_unit_test_setup(f, op)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(fact_goes_to_forloeb_with_what_became_of_it),
	    test(made_event_goes_to_its_recipient_and_to_forloeb),
	    test(number_of_the_person_is_nowhere_in_clear),
	    test(relay_keeps_what_the_event_was),
	    test(package_is_whole_for_the_kommune_and_ids_for_the_akasse),
	    test(package_goes_without_a_referat_that_is_lost),
	    test(guests_come_from_the_summons_and_go),
	    test(refusal_says_nothing_about_the_person),
	    test(a_downgrade_is_refused_at_the_start),
	    test(every_truncation_is_parked_and_never_more),
	    test(bent_bytes_are_taken_or_parked),
	    test(headers_and_keys_that_are_not_ours),
	    test(facts_of_the_satellites_count),
	    test(odd_state_parks_the_record),
	};

	return cmocka_run_group_tests(tests, hukommelse_gruppe_op, hukommelse_gruppe_ned);
}
