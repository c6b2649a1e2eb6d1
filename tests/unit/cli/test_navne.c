// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

static void
kode_er(struct navne *n, const char *liste, const char *kode, const char *expected)
{
	struct plb_slice s = navne_kode(n, liste, S(kode));

	assert_int_equal(s.len, strlen(expected));
	assert_memory_equal(s.p, expected, s.len);
}

static void
test_codes(void **state)
{
	struct navne n;

	(void)state;
	navne_init(&n, "config/koder");
	kode_er(&n, "samtaletyper", "7", "Jobsamtale");
	kode_er(&n, "kommuner", "0461", "Odense");
	kode_er(&n, "kommuner", "9999", "9999");
	kode_er(&n, "kommuner", "", "");
	kode_er(&n, "kommuner", "kode",
	    "navn"); /* the head is a line like the others: no code is called so */
	kode_er(&n, "no-such-list", "7", "7");
	navne_fini(&n);
}

static void
test_organisations(void **state)
{
	char out[100], small[8];
	struct navne n;

	(void)state;
	navne_init(&n, "config/koder");
	assert_string_equal(navne_org(&n, S("akasse:hk"), out, sizeof(out)), "HK/Danmarks A-kasse");
	assert_string_equal(navne_org(&n, S("kommune:0461"), out, sizeof(out)), "Odense Kommune");
	assert_string_equal(
	    navne_org(&n, S("aktoer:12345678"), out, sizeof(out)), "anden aktør 12345678");
	assert_string_equal(navne_org(&n, S("dfdg:star"), out, sizeof(out)), "DFDG");
	assert_string_equal(navne_org(&n, S("borger"), out, sizeof(out)), "borger");
	assert_string_equal(navne_org(&n, S("akasse:hk"), small, sizeof(small)), "HK/Danm");
	navne_fini(&n);
}

static void
test_more_lists_than_places(void **state)
{
	static const char *const LISTER[] = {"a", "b", "c", "d", "e", "f", "g", "h", "kommuner"};
	struct navne n;

	(void)state;
	navne_init(&n, "config/koder");
	for (size_t i = 0; i < sizeof(LISTER) / sizeof(LISTER[0]); i++)
		kode_er(&n, LISTER[i], "0461", "0461");
	navne_fini(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_codes),
	    cmocka_unit_test(test_organisations),
	    cmocka_unit_test(test_more_lists_than_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
