// SPDX-License-Identifier: MPL-2.0
/* Who is party to whom: the table of who may speak of what. */
#include "bane.h"

static struct plb_org gaest;
static struct indkaldelse indkaldelse;

static struct forloeb
forloeb(void)
{
	gaest = org("aktoer:12345678");
	indkaldelse = (struct indkaldelse){.gaester = {&gaest, 1}};
	return (struct forloeb){.akasse = org("akasse:hk"),
	    .kommune = org("kommune:0461"),
	    .indkaldelser = {&indkaldelse, 1}};
}

static void
who_may_speak(void **state)
{
	static const struct {
		const char *org;
		bool maa_tale, deltager;
	} t[] = {
	    {"akasse:hk", true, true},
	    {"kommune:0461", true, true},
	    {"dfdg:star", true, true},
	    {"aktoer:12345678", false, true},
	    {"aktoer:12345679", false, false},
	    {"akasse:foa", false, false},
	    {"kommune:0101", false, false},
	};
	struct forloeb f = forloeb();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct plb_org o = org(t[i].org);

		if (part_maa_tale(&f, &o) != t[i].maa_tale ||
		    part_deltager(&f, &o) != t[i].deltager)
			fail_msg("%s", t[i].org);
	}
}

static void
guest_of_a_cancelled_summons_is_none(void **state)
{
	struct forloeb f = forloeb();

	(void)state;
	indkaldelse.annulleret = true;
	assert_false(part_deltager(&f, &gaest));
}

static void
responsible_is_the_akasse_until_handover(void **state)
{
	struct forloeb f = forloeb();
	struct regler rr = {.r = {{.id = "x", .overdragelse = true}}, .n = 1};

	(void)state;
	f.regelsaet = plb_slice_str("x");
	assert_string_equal(part_ansvarlig(&rr, &f)->text, "akasse:hk");
	f.due = (struct due){.sendt = true, .fra = f.akasse, .til = org("kommune:0851")};
	assert_string_equal(part_ansvarlig(&rr, &f)->text, "kommune:0851");
	assert_true(part_maa_tale(&f, &f.due.til));
}

static void
responsible_from_the_start_is_the_kommune_where_nothing_is_handed_over(void **state)
{
	struct forloeb f = forloeb();
	struct regler rr = {.r = {{.id = "x", .overdragelse = false}}, .n = 1};

	(void)state;
	f.regelsaet = plb_slice_str("x");
	assert_string_equal(part_ansvarlig(&rr, &f)->text, "kommune:0461");
}

static void
a_handover_makes_no_stranger_a_party(void **state)
{
	static const char *const fremmede[] = {
	    "akasse:foa", "kommune:0101", "aktoer:12345679", "aktoer:12345678"};
	struct forloeb f = forloeb();
	size_t i;

	(void)state;
	f.due = (struct due){.sendt = true, .fra = f.akasse, .til = org("kommune:0851")};
	for (i = 0; i < sizeof(fremmede) / sizeof(fremmede[0]); i++) {
		struct plb_org o = org(fremmede[i]);

		assert_false(part_maa_tale(&f, &o));
	}
}

static void
newest_course_of_which_the_sender_is_party(void **state)
{
	struct forloeb f[3] = {forloeb(), forloeb(), forloeb()};
	struct person p = {.forloeb = {f, 3}};
	struct plb_org hk = org("akasse:hk"), foa = org("akasse:foa"), ma = org("akasse:ma");

	(void)state;
	f[2].akasse = foa;
	assert_ptr_equal(part_forloeb(&p, &hk, part_maa_tale), &f[1]);
	assert_ptr_equal(part_forloeb(&p, &foa, part_maa_tale), &f[2]);
	assert_null(part_forloeb(&p, &ma, part_maa_tale));
}

static void
course_of_the_akasse_of_that_day(void **state)
{
	struct forloeb f[2] = {forloeb(), forloeb()};
	struct person p = {.forloeb = {f, 2}};
	struct plb_org hk = org("akasse:hk"), foa = org("akasse:foa");
	struct medlemskab skift = {
	    .aendring = AENDRING_SKIFT, .akasse = foa, .start = dato("2024-04-01"), .kategori = -1};

	(void)state;
	f[0].tilmeldt_akasse = f[1].tilmeldt_akasse = hk;
	f[0].tilmeldt_fra = f[1].tilmeldt_fra = dato("2024-03-01");
	assert_ptr_equal(part_forloeb_paa(&p, &hk, dato("2024-04-01")), &f[1]);
	assert_null(part_forloeb_paa(&p, &foa, dato("2024-04-01")));
	f[1].medlemskaber = (struct plb_list){&skift, 1};
	assert_ptr_equal(part_forloeb_paa(&p, &hk, dato("2024-03-31")), &f[1]);
	assert_ptr_equal(part_forloeb_paa(&p, &hk, dato("2024-04-01")), &f[0]);
	assert_ptr_equal(part_forloeb_paa(&p, &foa, dato("2024-04-01")), &f[1]);
	assert_true(part_deltager_om(&f[1], &foa, dato("2024-04-01")));
	assert_false(part_deltager_om(&f[1], &foa, dato("2024-03-31")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_may_speak),
	    cmocka_unit_test(guest_of_a_cancelled_summons_is_none),
	    cmocka_unit_test(responsible_is_the_akasse_until_handover),
	    cmocka_unit_test(
		responsible_from_the_start_is_the_kommune_where_nothing_is_handed_over),
	    cmocka_unit_test(a_handover_makes_no_stranger_a_party),
	    cmocka_unit_test(newest_course_of_which_the_sender_is_party),
	    cmocka_unit_test(course_of_the_akasse_of_that_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
