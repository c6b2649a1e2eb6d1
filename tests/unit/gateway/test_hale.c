// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>

#include "hale.h"
#include "prop.h"

static struct plb_record
record(int64_t offset, const char *key, const char *value)
{
	struct plb_record r = {
	    .topic = "ud", .offset = offset, .key = S(key), .value = S(value), .n_headers = 1};

	r.header[0] = (struct plb_header){"ce_id", S(value)};
	return r;
}

static void
unknown_until_the_reader_stands(void **state)
{
	struct hale h;

	(void)state;
	hale_init(&h, 10000);
	assert_int_equal(h.fra, -1);
	assert_null(hale_find(&h, S("akasse:hk"), 0));
	hale_naaet(&h, 7);
	assert_int_equal(h.fra, 7);
	assert_int_equal(h.til, 7);
	hale_naaet(&h, 9); /* a control record has passed */
	assert_int_equal(h.fra, 7);
	assert_int_equal(h.til, 9);
	hale_ukendt(&h);
	assert_int_equal(h.fra, -1);
	hale_fini(&h);
}

static void
a_record_comes_back_as_it_was(void **state)
{
	struct plb_record in = record(5, "akasse:hk", "value"), out;
	const struct hale_post *p;
	struct hale h;

	(void)state;
	hale_init(&h, 10000);
	hale_tilfoej(&h, &in);
	p = hale_find(&h, S("akasse:hk"), 5);
	assert_non_null(p);
	hale_record(p, 3, &out);
	assert_int_equal(out.partition, 3);
	assert_int_equal(out.offset, 5);
	assert_true(plb_slice_eq(out.key, in.key));
	assert_true(plb_slice_eq(out.value, in.value));
	assert_int_equal(out.n_headers, 1);
	assert_string_equal(out.header[0].name, "ce_id");
	assert_true(plb_slice_is(out.header[0].value, "value"));
	hale_fini(&h);
}

static void
a_log_written_anew_starts_over(void **state)
{
	struct plb_record a = record(100, "akasse:hk", "old"), b = record(3, "akasse:hk", "new");
	struct hale h;

	(void)state;
	hale_init(&h, 10000);
	hale_tilfoej(&h, &a);
	hale_tilfoej(&h, &b);
	assert_int_equal(h.fra, 3);
	assert_int_equal(h.til, 4);
	assert_int_equal(hale_find(&h, S("akasse:hk"), 0)->offset, 3);
	hale_fini(&h);
}

/* Everything from `fra` on is found, in order; memory stays under the cap. */
static bool
complete_from_fra(struct prop *pr, void *arg)
{
	static const char *const keys[] = {"akasse:hk", "kommune:0101"};
	struct {
		int64_t offset;
		size_t key;
	} seen[400];
	size_t n = 0;
	int64_t offset = prop_int(pr, 0, 1000);
	struct hale h;
	bool ok = true;

	(void)arg;
	hale_init(&h, 2000);
	while (n < 400 && prop_more(pr, 60)) {
		size_t key = prop_below(pr, 2);
		char value[128];
		struct plb_record r;

		memset(value, 'x', sizeof(value));
		value[prop_below(pr, sizeof(value))] = '\0';
		value[sizeof(value) - 1] = '\0';
		r = record(offset, keys[key], value);
		hale_tilfoej(&h, &r);
		ok = ok && h.bytes <= 2000 && h.til == offset + 1;
		seen[n].offset = offset;
		seen[n++].key = key;
		offset += prop_int(pr, 1, 3);
	}
	for (size_t key = 0; key < 2 && ok; key++) {
		int64_t at = h.fra;

		for (size_t i = 0; i < n && ok; i++) {
			const struct hale_post *p;

			if (seen[i].offset < h.fra || seen[i].key != key)
				continue;
			p = hale_find(&h, S(keys[key]), at);
			ok = p != NULL && p->offset == seen[i].offset;
			at = seen[i].offset + 1;
		}
		ok = ok && hale_find(&h, S(keys[key]), at) == NULL;
	}
	hale_fini(&h);
	return ok;
}

static void
nothing_is_missing_from_fra_on(void **state)
{
	(void)state;
	assert_true(prop_holds("hale", complete_from_fra, NULL, 1000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unknown_until_the_reader_stands),
	    cmocka_unit_test(a_record_comes_back_as_it_was),
	    cmocka_unit_test(a_log_written_anew_starts_over),
	    cmocka_unit_test(nothing_is_missing_from_fra_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
