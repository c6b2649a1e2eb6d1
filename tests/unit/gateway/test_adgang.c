// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include "adgang.h"

static struct plb_org
org(const char *text)
{
	struct plb_org o;

	assert_int_equal(plb_org_parse(S(text), &o), PLB_OK);
	return o;
}

static void
bearer_takes_one_token(void **state)
{
	static const char *const wrong[] = {
	    "", "Bearer", "Bearer ", "Bearer   ", "Basic abc", "Bearer a b", "abc", "Bearerabc"};
	struct plb_slice t;

	(void)state;
	assert_true(adgang_bearer(S("Bearer abc"), &t));
	assert_true(plb_slice_is(t, "abc"));
	assert_true(adgang_bearer(S("bEARER  x.y-z"), &t));
	assert_true(plb_slice_is(t, "x.y-z"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(adgang_bearer(S(wrong[i]), &t));
}

static void
a_partner_speaks_for_its_own(void **state)
{
	struct plb_partner p = {.org = {org("akasse:hk"), org("kommune:0101")}, .n_org = 2};
	struct plb_org o = org("kommune:0101");

	(void)state;
	assert_true(adgang_taler_for(&p, &o));
	o = org("kommune:0147");
	assert_false(adgang_taler_for(&p, &o));
}

static void
its_file_limits_event_names(void **state)
{
	const char *names[] = {"samtale-held", "referat-publiceret", NULL};
	struct plb_partner p = {.n_org = 0};

	(void)state;
	assert_true(adgang_maa_sende(&p, S("cv-godkendt")));
	p.haendelser = names;
	assert_true(adgang_maa_sende(&p, S("referat-publiceret")));
	assert_false(adgang_maa_sende(&p, S("cv-godkendt")));
	assert_false(adgang_maa_sende(&p, S("samtale")));
}

static void
reading_names_one_organisation(void **state)
{
	struct plb_partner one = {.org = {org("akasse:hk")}, .n_org = 1};
	struct plb_partner two = {.org = {org("akasse:hk"), org("akasse:3f")}, .n_org = 2};
	struct plb_org o;

	(void)state;
	assert_int_equal(adgang_laeser(&one, plb_slice(NULL, 0), &o), ADGANG_OK);
	assert_string_equal(o.text, "akasse:hk");
	assert_int_equal(adgang_laeser(&two, plb_slice(NULL, 0), &o), ADGANG_MANGLER);
	assert_int_equal(adgang_laeser(&two, S("akasse:3f"), &o), ADGANG_OK);
	assert_string_equal(o.text, "akasse:3f");
	assert_int_equal(adgang_laeser(&one, S("akasse:3f"), &o), ADGANG_NEJ);
	assert_int_equal(adgang_laeser(&one, S("nobody"), &o), ADGANG_FORM);
	assert_int_equal(adgang_laeser(&one, S(""), &o), ADGANG_FORM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bearer_takes_one_token),
	    cmocka_unit_test(a_partner_speaks_for_its_own),
	    cmocka_unit_test(its_file_limits_event_names),
	    cmocka_unit_test(reading_names_one_organisation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
