// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <parloeb/cpr.h>

#include <string.h>

static enum plb_err
parse(const char *text, enum plb_cpr_mode mode)
{
	struct plb_cpr c;

	return plb_cpr_parse(plb_slice_str(text), mode, &c);
}

static void
accepted_in_both_modes(void **state)
{
	static const char *const t[] = {
	    "2512484916",
	    "1012620000",
	    "1012620003", /* public test numbers */
	    "0101650000", /* 1 January without modulus 11 */
	    "2902040000", /* 1904 */
	    "2902004000", /* digit 7 = 4: 2000 */
	    "2902364000",
	    "2902409000", /* 2036, 1940 */
	    "2902565000", /* digit 7 = 5: 2056 */
	    "2902605000", /* 1860 */
	    "3112999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct plb_cpr c;

		assert_int_equal(plb_cpr_parse(plb_slice_str(t[i]), PLB_CPR_STRICT, &c), PLB_OK);
		assert_memory_equal(c.ciffer, t[i], 10);
		assert_int_equal(parse(t[i], PLB_CPR_WIDE), PLB_OK);
	}
}

static void
refused_in_both_modes(void **state)
{
	static const char *const t[] = {
	    "0000000000",
	    "",
	    "251248491",
	    "25124849160",
	    "251248-4916",
	    "251248 491",
	    "3202480000",
	    "0013480000",
	    "0113480000",
	    "0100480000",
	    "3104480000",
	    "2902000000", /* 1900 was no leap year */
	    "2902374000", /* digit 7 = 4 and 37: 1937 */
	    "2902585000", /* digit 7 = 5 and 58: 1858 */
	    "2902575000", /* and 57: 2057 */
	    "9212480000",
	    "6013480000",
	    "6000480000",
	    "a512484916",
	    "2512a84916",
	    "251248491a",
	    "251248a916",
	    "25124849 6",
	    "+512484916",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		if (parse(t[i], PLB_CPR_STRICT) != PLB_E_FORM)
			fail_msg("strict: row %zu", i);
		if (parse(t[i], PLB_CPR_WIDE) != PLB_E_FORM)
			fail_msg("wide: row %zu", i);
	}
	assert_int_equal(
	    plb_cpr_parse(plb_slice(NULL, 0), PLB_CPR_WIDE, &(struct plb_cpr){""}), PLB_E_FORM);
	assert_int_equal(
	    plb_cpr_parse(plb_slice("251248491\0", 10), PLB_CPR_WIDE, &(struct plb_cpr){""}),
	    PLB_E_FORM);
}

static void
replacement_numbers_only_when_wide(void **state)
{
	static const char *const t[] = {
	    "6101800017", "9112990001", "8902044000", "2512480AB6", "8512480AB6", "0101900A16"};
	struct plb_cpr c;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(parse(t[i], PLB_CPR_STRICT), PLB_E_FORM);
		assert_int_equal(parse(t[i], PLB_CPR_WIDE), PLB_OK);
	}
	/* Day + 60 of a day that does not exist. */
	assert_int_equal(parse("9104800017", PLB_CPR_WIDE), PLB_E_FORM);
	assert_int_equal(parse("6000800017", PLB_CPR_WIDE), PLB_E_FORM);
	/* The same person whichever case was typed. */
	assert_int_equal(plb_cpr_parse(plb_slice_str("2512480aB6"), PLB_CPR_WIDE, &c), PLB_OK);
	assert_memory_equal(c.ciffer, "2512480AB6", 10);
}

static void
wiping(void **state)
{
	static const struct plb_cpr no_cpr;
	static const struct plb_secret no_secret;
	struct plb_cpr c = {"251248491"};
	struct plb_secret s = {.b = {1, 2, 3}, .len = 3};

	(void)state;
	plb_cpr_wipe(&c);
	assert_memory_equal(&c, &no_cpr, sizeof(c));
	plb_secret_wipe(&s);
	assert_memory_equal(&s, &no_secret, sizeof(s));
}

#define U "0101900001-"
static void
numbers_in_text(void **state)
{
	static const struct {
		const char *text;
		bool found;
	} t[] = {
	    {"", false},
	    {"2512484916", true},
	    {"sag-2512484916-a", true},
	    {"x2512484916x", true},
	    {"6101800017", true},
	    {"9112990001", true},
	    {"3002200000", true}, /* the shape decides, not the date */
	    {"251248491", false},
	    {"25124849160", false},
	    {"3212484916", false},
	    {"6012484916", false},
	    {"9212484916", false},
	    {"2513484916", false},
	    {"2500484916", false},
	    {"0012484916", false},
	    {"251248-4916", false},
	    {"12345 2512484916", true},
	    {"1 2 3 4 5 6 7 8 9 0", false},
	    /* digits of UUIDs */
	    {"a1b2c3d4-1111-2222-3333-ab0101900001", false},
	    {"A1B2C3D4-1111-2222-3333-0101900001AB", false},
	    {"urn:uuid:a1b2c3d4-1111-2222-3333-ab0101900001", false},
	    {"samtale-a1b2c3d4-1111-2222-3333-ab0101900001/1", false},
	    {"a1b2c3d4-1111-2222-3333-ab0101900001 2512484916", true},
	    {"a1b2c3d4-1111-2222-3333-ab0101900001,a1b2c3d4-1111-2222-3333-ab0101900001", false},
	    /* what only looks like one */
	    {"a1b2c3d4-1111-2222-3333-ab0101900001c", true},
	    {"a1b2c3d4-1111-2222-3333-abc010190000", false},
	    {"a1b2c3d4-1111-2222-3333-abcd01019000"
	     "01",
		true},
	    {"a1b2c3d4x1111-2222-3333-ab0101900001", true},
	    {"g1b2c3d4-1111-2222-3333-ab0101900001", true},
	    {U "1111-2222-3333-abcdefabcdef", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (plb_cpr_in_text(plb_slice_str(t[i].text)) != t[i].found)
			fail_msg("row %zu", i);
	assert_false(plb_cpr_in_text(plb_slice(NULL, 0)));
}

static void
masking(void **state)
{
	static const struct {
		const char *in, *out;
		size_t n;
	} t[] = {
	    {"", "", 0},
	    {"no number", "no number", 0},
	    {"cpr 2512484916.", "cpr xxxxxxxxxx.", 1},
	    {"cpr 251248-4916.", "cpr xxxxxx-xxxx.", 1},
	    {"2512484916 6101800017", "xxxxxxxxxx xxxxxxxxxx", 2},
	    {"251248-49160", "251248-49160", 0},
	    {"1251248-4916", "1251248-4916", 0},
	    {"251248-491", "251248-491", 0},
	    {"251348-4916", "251348-4916", 0},
	    {"tid 1716847199000", "tid 1716847199000", 0},
	    {"a1b2c3d4-1111-2222-3333-ab0101900001", "a1b2c3d4-1111-2222-3333-ab0101900001", 0},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		strcpy(text, t[i].in);
		assert_int_equal(plb_cpr_mask(text, strlen(text)), t[i].n);
		assert_string_equal(text, t[i].out);
	}
	assert_int_equal(plb_cpr_mask(NULL, 0), 0);
}

static void
secrets_from_hex(void **state)
{
	struct plb_secret s = {.len = 0};
	char long_hex[131];

	(void)state;
	assert_int_equal(plb_secret_hex(plb_slice_str(" \t00fFa9\r\n"), &s), PLB_OK);
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.b, "\x00\xff\xa9", 3);
	memset(long_hex, 'a', sizeof(long_hex));
	assert_int_equal(plb_secret_hex(plb_slice(long_hex, 128), &s), PLB_OK);
	assert_int_equal(s.len, 64);
	assert_int_equal(plb_secret_hex(plb_slice(long_hex, 130), &s), PLB_E_KONFIG);
	assert_int_equal(plb_secret_hex(plb_slice(long_hex, 3), &s), PLB_E_KONFIG);
	assert_int_equal(plb_secret_hex(plb_slice_str(""), &s), PLB_E_KONFIG);
	assert_int_equal(plb_secret_hex(plb_slice_str(" \n"), &s), PLB_E_KONFIG);
	assert_int_equal(plb_secret_hex(plb_slice_str("0g"), &s), PLB_E_KONFIG);
	assert_int_equal(plb_secret_hex(plb_slice_str("00 11"), &s), PLB_E_KONFIG);
	assert_int_equal(plb_secret_hex(plb_slice(NULL, 0), &s), PLB_E_KONFIG);
}

static void
constant_time_equality(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};

	(void)state;
	assert_true(plb_ct_eq(a, b, sizeof(a)));
	assert_true(plb_ct_eq(NULL, NULL, 0));
	for (size_t i = 0; i < sizeof(a); i++) {
		b[i] = 0x80;
		assert_false(plb_ct_eq(a, b, sizeof(a)));
		b[i] = 0;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(accepted_in_both_modes),
	    cmocka_unit_test(refused_in_both_modes),
	    cmocka_unit_test(replacement_numbers_only_when_wide),
	    cmocka_unit_test(wiping),
	    cmocka_unit_test(numbers_in_text),
	    cmocka_unit_test(masking),
	    cmocka_unit_test(secrets_from_hex),
	    cmocka_unit_test(constant_time_equality),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
