// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <parloeb/afvist.h>

static struct plb_record
letter(const char *partition, const char *offset)
{
	return (struct plb_record){.n_headers = 6,
	    .header = {{"ce_id", plb_slice_str("x")}, {"plb_kode", plb_slice_str("PLB_E_FORM")},
		{"plb_emne", plb_slice_str("ind")}, {"plb_partition", plb_slice_str(partition)},
		{"plb_offset", plb_slice_str(offset)}, {"plb_aarsag", plb_slice_str("odd")}}};
}

static void
whence_and_why(void **state)
{
	struct plb_record r = letter("3", "1099511627776");
	struct plb_afvist a;

	(void)state;
	assert_true(plb_afvist_laes(&r, &a));
	assert_true(plb_slice_is(a.emne, "ind") && plb_slice_is(a.kode, "PLB_E_FORM"));
	assert_true(plb_slice_is(a.aarsag, "odd") && a.tjeneste.len == 0 && !a.udeladt);
	assert_int_equal(a.partition, 3);
	assert_int_equal(a.offset, INT64_C(1) << 40);
	r = letter("3", "-1");
	assert_true(plb_afvist_laes(&r, &a) && a.offset == -1);
}

static void
anything_else_is_none(void **state)
{
	static const char *const odd[] = {"", "x", "1x", "-1", "123456789012345678901234"};
	struct plb_afvist a;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct plb_record r = letter(odd[i], "0");

		assert_false(plb_afvist_laes(&r, &a));
	}
	for (size_t i = 1; i < 5; i++) {
		struct plb_record r = letter("3", "0");

		r.header[i].name = "other";
		assert_false(plb_afvist_laes(&r, &a));
	}
	assert_true(plb_afvist_egen("plb_offset") && plb_afvist_egen("plb_laengde"));
	assert_false(plb_afvist_egen("plb_org") || plb_afvist_egen("plb_hmac"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whence_and_why), cmocka_unit_test(anything_else_is_none)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
