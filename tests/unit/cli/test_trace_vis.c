// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include "trace.h"

static const struct plb_time TID = {INT64_C(1717149600000)}; /* 2024-05-31T12:00:00+02:00 */

static const char *
text(struct plb_buf *b)
{
	struct plb_slice s;

	plb_buf_u8(b, 0);
	assert_int_equal(plb_buf_done(b, &s), PLB_OK);
	return (const char *)s.p;
}

static void
shows(const struct trace_post *p, const char *expected)
{
	struct trace_post copy = *p;
	struct trace t = {.post = &copy, .n = 1};
	struct plb_buf out;
	struct navne n;

	navne_init(&n, "config/koder");
	plb_buf_init(&out, 65536);
	trace_vis(&t, &n, &out);
	assert_string_equal(text(&out), expected);
	plb_buf_fini(&out);
	navne_fini(&n);
}

static struct trace_post
post(const char *navn, const char *org)
{
	struct trace_post p = {.id = S("a"),
	    .kilde = S("/akasse/hk/x"),
	    .navn = S(navn),
	    .time = TID,
	    .accepteret = TID,
	    .afgjort = PLB_TIME_UNSET};

	if (org != NULL)
		assert_int_equal(plb_org_parse(S(org), &p.org), PLB_OK);
	return p;
}

static void
test_what_became_of_a_fact(void **state)
{
	struct trace_post p = post("cv-godkendt", "akasse:hk");

	(void)state;
	shows(&p,
	    "Uden for et forløb\n  31.05.2024 kl. 12.00  HK/Danmarks A-kasse godkendte CV\n      "
	    "modtaget, endnu ikke behandlet\n");
	p.trin = PLB_TRIN_AFVENTER;
	p.fejl = S("ukendt");
	shows(&p,
	    "Uden for et forløb\n  31.05.2024 kl. 12.00  HK/Danmarks A-kasse godkendte CV\n      "
	    "venter: det, som hændelsen henviser til, kendes ikke\n");
	p.trin = PLB_TRIN_AFVIST;
	p.fejl = S("ny-kode");
	shows(&p,
	    "Uden for et forløb\n  31.05.2024 kl. 12.00  HK/Danmarks A-kasse godkendte CV\n      "
	    "afvist: ny-kode\n");
}

static void
test_what_became_of_a_delivery(void **state)
{
	struct trace_trin leveret = {NULL, S("leveret"), S(""), TID, 2},
			  igen = {&leveret, S("forsoegt"), S("svar 503"), TID, 2},
			  forsoegt = {&igen, S("forsoegt"), S(""), TID, 1};
	struct trace_levering stille = {.id = {{2}}},
			      l = {.next = &stille, .id = {{1}}, .trin = &forsoegt};
	struct trace_post p = post("referat-mangler", NULL);

	(void)state;
	assert_int_equal(plb_org_parse(S("akasse:hk"), &l.til), PLB_OK);
	assert_int_equal(plb_org_parse(S("kommune:0461"), &stille.til), PLB_OK);
	p.trin = PLB_TRIN_AFLEDT;
	p.har_forloeb = true;
	p.data = S("{\"frist\":\"2024-05-30T23:59:59+02:00\"}");
	p.levering = &l;
	shows(&p,
	    "Forløb 00000000-0000-0000-0000-000000000000\n"
	    "  31.05.2024 kl. 12.00  Parløb efterlyste referatet af en samtale (frist 30.05.2024 "
	    "kl. 23.59)\n"
	    "      -> til HK/Danmarks A-kasse: forsøgt leveret 31.05.2024 kl. 12.00; forsøgt "
	    "leveret (2. gang) 31.05.2024 kl. 12.00 (svar 503); "
	    "leveret 31.05.2024 kl. 12.00\n"
	    "      -> til Odense Kommune: lagt klar, endnu ikke hentet eller leveret\n");
}

/* Text of a partner: neither CPR numbers nor control characters reach the terminal, in either form.
 */
static void
test_reasons_of_partners_are_cleaned(void **state)
{
	struct trace_trin afvist = {
	    NULL, S("afvist-endeligt"), S("0101901234 er\x1b]0;x flyttet"), TID, 1};
	struct trace_levering l = {.trin = &afvist};
	struct trace_post p = post("referat-mangler", NULL);
	struct trace t = {.post = &p, .n = 1};
	struct plb_buf out;
	struct navne n;
	const char *s;

	(void)state;
	p.levering = &l;
	navne_init(&n, "config/koder");
	plb_buf_init(&out, 65536);
	trace_vis(&t, &n, &out);
	trace_json(&t, &out);
	s = text(&out);
	assert_null(strstr(s, "0101901234"));
	assert_null(strchr(s, 0x1b));
	assert_non_null(strstr(s, "flyttet"));
	plb_buf_fini(&out);
	navne_fini(&n);
}

static void
test_each_forloeb_is_a_part(void **state)
{
	struct trace_post a = post("cv-godkendt", "akasse:hk"), b = a, c = a;
	struct trace t = {.post = &a, .n = 3};
	struct plb_buf out;
	struct navne n;

	(void)state;
	a.trin = b.trin = c.trin = PLB_TRIN_BEHANDLET;
	a.har_forloeb = b.har_forloeb = c.har_forloeb = true;
	b.forloeb.b[15] = 1;
	a.next = &b;
	b.next = &c;
	navne_init(&n, "config/koder");
	plb_buf_init(&out, 65536);
	trace_vis(&t, &n, &out);
	assert_string_equal(text(&out),
	    "Forløb 00000000-0000-0000-0000-000000000000\n"
	    "  31.05.2024 kl. 12.00  HK/Danmarks A-kasse godkendte CV\n"
	    "  31.05.2024 kl. 12.00  HK/Danmarks A-kasse godkendte CV\n\n"
	    "Forløb 00000000-0000-0000-0000-000000000001\n"
	    "  31.05.2024 kl. 12.00  HK/Danmarks A-kasse godkendte CV\n");
	plb_buf_fini(&out);
	navne_fini(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_became_of_a_fact),
	    cmocka_unit_test(test_what_became_of_a_delivery),
	    cmocka_unit_test(test_reasons_of_partners_are_cleaned),
	    cmocka_unit_test(test_each_forloeb_is_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
