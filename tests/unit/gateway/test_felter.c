// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include "felter.h"

struct fix {
	struct plb_arena a;
	const struct plb_jv *v;
	struct plb_fejl_list fejl;
};

static void
start(struct fix *f, const char *json)
{
	struct plb_errctx ec = {{0}};

	plb_arena_init(&f->a, 1 << 20);
	f->fejl.n = f->fejl.more = 0;
	assert_int_equal(plb_jv_parse(&f->a, S(json), &f->v, &ec), PLB_OK);
}

static void
one_fault(struct fix *f, const char *felt, const char *kode)
{
	assert_int_equal(f->fejl.n, 1);
	assert_string_equal(f->fejl.f[0].felt, felt);
	assert_string_equal(f->fejl.f[0].kode, kode);
	plb_arena_fini(&f->a);
}

static void
unknown_members_without_their_names(void **state)
{
	static const char *const names[] = {"a", NULL};
	struct fix f;

	(void)state;
	start(&f, "{\"a\":1,\"secret\":2,\"other\":3}");
	assert_false(felter_kendte(&f.a, f.v, names, &f.fejl));
	one_fault(&f, "", "ukendt");
	start(&f, "{\"a\":1}");
	assert_true(felter_kendte(&f.a, f.v, names, &f.fejl));
	plb_arena_fini(&f.a);
}

static void
uuid_in_lower_case(void **state)
{
	struct plb_uuid u;
	struct fix f;
	bool there;

	(void)state;
	start(&f, "{\"u\":\"bcaaaa79-32e7-5414-980f-75d2cb725e15\"}");
	assert_true(felter_uuid(&f.a, f.v, "u", &there, &u, &f.fejl));
	assert_true(there);
	assert_int_equal(u.b[0], 0xbc);
	assert_true(felter_uuid(&f.a, f.v, "w", &there, &u, &f.fejl));
	assert_false(there);
	plb_arena_fini(&f.a);
	start(&f, "{\"u\":\"BCAAAA79-32e7-5414-980f-75d2cb725e15\"}");
	assert_false(felter_uuid(&f.a, f.v, "u", &there, &u, &f.fejl));
	one_fault(&f, "/u", "uuid");
	start(&f, "{\"u\":7}");
	assert_false(felter_uuid(&f.a, f.v, "u", &there, &u, &f.fejl));
	one_fault(&f, "/u", "type");
}

static void
text_by_code_points_without_controls_and_cpr(void **state)
{
	static const struct {
		const char *json, *kode;
	} wrong[] = {
	    {"{\"t\":\"\"}", "laengde"},
	    {"{\"t\":\"abcdef\"}", "laengde"},
	    {"{\"t\":\"a\\nb\"}", "tegn"},
	    {"{\"t\":5}", "type"},
	    {"{\"t\":null}", "type"},
	};
	struct plb_slice s;
	struct fix f;

	(void)state;
	start(&f, "{\"t\":\"æøåæø\"}");
	assert_true(felter_tekst(&f.a, f.v, "t", 5, &s, &f.fejl));
	assert_int_equal(s.len, 10);
	assert_true(felter_tekst(&f.a, f.v, "absent", 5, &s, &f.fejl));
	assert_int_equal(s.len, 0);
	plb_arena_fini(&f.a);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		start(&f, wrong[i].json);
		assert_false(felter_tekst(&f.a, f.v, "t", 5, &s, &f.fejl));
		one_fault(&f, "/t", wrong[i].kode);
	}
	start(&f, "{\"t\":\"om 6101901234.\"}");
	assert_false(felter_tekst(&f.a, f.v, "t", 100, &s, &f.fejl));
	one_fault(&f, "/t", "cpr-i-tekst");
}

static void
one_of_the_words(void **state)
{
	static const char *const words[] = {"a", "b-c", NULL};
	struct fix f;
	int out;

	(void)state;
	start(&f, "{\"o\":\"b-c\",\"p\":\"b\"}");
	assert_true(felter_ord(&f.a, f.v, "o", words, &out, &f.fejl));
	assert_int_equal(out, 1);
	assert_false(felter_ord(&f.a, f.v, "p", words, &out, &f.fejl));
	one_fault(&f, "/p", "vaerdi");
	start(&f, "{}");
	assert_false(felter_ord(&f.a, f.v, "o", words, &out, &f.fejl));
	one_fault(&f, "/o", "mangler");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(unknown_members_without_their_names),
	    cmocka_unit_test(uuid_in_lower_case),
	    cmocka_unit_test(text_by_code_points_without_controls_and_cpr),
	    cmocka_unit_test(one_of_the_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
