// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <parloeb/ordresegl.h>

static struct plb_secret
key(void)
{
	struct plb_secret k = {.len = 32};

	for (size_t i = 0; i < k.len; i++)
		k.b[i] = (uint8_t)i;
	return k;
}

/* HMAC-SHA-256 of another implementation. */
static void
known_answer(void **state)
{
	static const char want[] =
	    "c745b06eb722fee8823d61228072945c7f9712fb71356f41ebf20017b0ee9b40";
	struct plb_secret k = key();
	uint8_t got[32];
	char hex[65];

	(void)state;
	plb_ordresegl(&k, plb_slice_str("kommune:0461"), plb_slice_str("value"), got);
	for (size_t i = 0; i < sizeof(got); i++)
		snprintf(hex + 2 * i, 3, "%02x", got[i]);
	assert_string_equal(hex, want);
}

static bool
bears(const struct plb_secret *k, const char *header, struct plb_slice segl, const char *org,
    const char *value)
{
	struct plb_record r = {.key = plb_slice_str(org),
	    .value = plb_slice_str(value),
	    .n_headers = 2,
	    .header = {{"ce_id", plb_slice_str("x")}, {header, segl}}};

	return plb_ordresegl_er(k, &r);
}

static void
anything_else_does_not_open(void **state)
{
	struct plb_secret k = key(), other = key();
	uint8_t segl[32];
	struct plb_slice s = plb_slice(segl, sizeof(segl));

	(void)state;
	plb_ordresegl(&k, plb_slice_str("kommune:0461"), plb_slice_str("value"), segl);
	assert_true(bears(&k, PLB_ORDRESEGL_HEADER, s, "kommune:0461", "value"));
	assert_false(bears(&k, "plb_other", s, "kommune:0461", "value"));
	assert_false(bears(&k, PLB_ORDRESEGL_HEADER, s, "kommune:0462", "value"));
	assert_false(bears(&k, PLB_ORDRESEGL_HEADER, s, "kommune:0461", "valve"));
	assert_false(bears(&k, PLB_ORDRESEGL_HEADER, plb_slice(segl, 31), "kommune:0461", "value"));
	assert_false(bears(&k, PLB_ORDRESEGL_HEADER, plb_slice(NULL, 0), "kommune:0461", "value"));
	other.b[31] ^= 1;
	assert_false(bears(&other, PLB_ORDRESEGL_HEADER, s, "kommune:0461", "value"));
	for (size_t bit = 0; bit < 8 * sizeof(segl); bit++) {
		segl[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_false(bears(&k, PLB_ORDRESEGL_HEADER, s, "kommune:0461", "value"));
		segl[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_answer), cmocka_unit_test(anything_else_does_not_open)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
