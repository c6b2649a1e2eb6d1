// SPDX-License-Identifier: MPL-2.0
#include "schema_dir.h"

#include "plan.h"
#include "schema_pcf.h"

#include "allocfail.h"

#include <stdio.h>
#include <stdlib.h>

static void
test_shipped(void **state)
{
	struct fix *f = *state;
	const struct plb_schema *s = plb_schema_find(f->schemas, plb_slice_str("samtale-held"));

	assert_non_null(s);
	assert_string_equal(plb_schema_navn(s), "samtale-held");
	assert_string_equal(plb_schema_type(s), "dk.parloeb.samtale-held");
	assert_true(plb_schema_sealed(s));
	assert_true(plb_schema_may_send(s, PLB_ORG_KOMMUNE));
	assert_false(plb_schema_may_send(s, PLB_ORG_INGEN));
	assert_false(plb_schema_may_send(s, 40));
	s = plb_schema_find(f->schemas, plb_slice_str("handover-due"));
	assert_false(plb_schema_may_send(s, PLB_ORG_DFDG));
	assert_null(plb_schema_find(f->schemas, plb_slice_str("samtale")));
	assert_null(plb_schema_find(f->schemas, plb_slice(NULL, 0)));
	for (size_t i = 0; i < plb_schemas_count(f->schemas); i++) {
		s = plb_schemas_at(f->schemas, i);
		assert_ptr_equal(plb_schema_find(f->schemas, plb_slice_str(plb_schema_navn(s))), s);
	}
	assert_null(plb_schemas_at(f->schemas, plb_schemas_count(f->schemas)));
}

/* Fingerprints of the Avro project's own table of cases. */
static void
test_fingerprints(void **state)
{
	static const struct {
		const char *schema;
		int64_t crc;
	} cases[] = {
	    {"\"null\"", INT64_C(7195948357588979594)},
	    {"{\"type\":\"boolean\"}", INT64_C(-6970731678124411036)},
	    {"\"int\"", INT64_C(8247732601305521295)},
	    {"{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
		INT64_C(-3434872931120570953)},
	    {"\"bytes\"", INT64_C(5746618253357095269)},
	    {"\"string\"", INT64_C(-8142146995180207161)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *j = json_loads(cases[i].schema, JSON_DECODE_ANY, NULL);
		struct plb_buf b;

		plb_buf_init(&b, 1000);
		wire_pcf(j, "", &b);
		assert_true((int64_t)wire_crc64(plb_slice(b.p, b.len)) == cases[i].crc);
		plb_buf_fini(&b);
		json_decref(j);
	}
}

/* Full names, order of attributes, and nothing that readers do not need. */
static void
test_canonical_form(void **state)
{
	static const char schema[] =
	    "{\"fields\":[{\"type\":{\"size\":16,\"name\":\"Uuid\",\"type\":\"fixed\"},\"doc\":"
	    "\"x\",\"name\":\"a\",\"maks\":3},"
	    "{\"name\":\"b\",\"type\":[\"null\",\"Uuid\"],\"default\":null},"
	    "{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"enum\",\"name\":"
	    "\"andet.E\",\"symbols\":[\"x\",\"y\"]}}},"
	    "{\"name\":\"d\",\"type\":{\"type\":\"andet.E\"}}],\"name\":\"R\",\"type\":\"record\","
	    "\"namespace\":\"dk.parloeb\"}";
	static const char want[] =
	    "{\"name\":\"dk.parloeb.R\",\"type\":\"record\",\"fields\":[{\"name\":\"a\",\"type\":{"
	    "\"name\":\"dk.parloeb.Uuid\",\"type\":\"fixed\",\"size\":16}},"
	    "{\"name\":\"b\",\"type\":[\"null\",\"dk.parloeb.Uuid\"]},"
	    "{\"name\":\"c\",\"type\":{\"type\":\"array\",\"items\":{\"name\":\"andet.E\",\"type\":"
	    "\"enum\",\"symbols\":[\"x\",\"y\"]}}},"
	    "{\"name\":\"d\",\"type\":\"andet.E\"}]}";
	json_t *j = json_loads(schema, 0, NULL);
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 10000);
	wire_pcf(j, "", &b);
	plb_buf_u8(&b, 0);
	assert_string_equal((const char *)b.p, want);
	plb_buf_fini(&b);
	json_decref(j);
}

static void
test_frames(void **state)
{
	struct fix *f = *state;
	const struct plb_schema *s = plb_schema_find(f->schemas, plb_slice_str("samtale-held")),
				*got;
	struct plb_slice body;
	uint8_t unknown[12] = {0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9};

	plb_frame_put(s, &f->out);
	assert_int_equal(f->out.len, 10);
	assert_int_equal(f->out.p[0], 0xc3);
	plb_buf_str(&f->out, "xy");
	assert_int_equal(
	    plb_frame_open(f->schemas, plb_slice(f->out.p, f->out.len), &got, &body, NULL), PLB_OK);
	assert_ptr_equal(got, s);
	assert_true(plb_slice_is(body, "xy"));
	for (size_t len = 0; len < 10; len++)
		assert_int_equal(
		    plb_frame_open(f->schemas, plb_slice(f->out.p, len), &got, &body, NULL),
		    PLB_E_FORM);
	assert_int_equal(
	    plb_frame_open(f->schemas, plb_slice(unknown, sizeof(unknown)), &got, &body, NULL),
	    PLB_E_UKENDT);
	unknown[0] = 0;
	assert_int_equal(
	    plb_frame_open(f->schemas, plb_slice(unknown, sizeof(unknown)), &got, &body, NULL),
	    PLB_E_UKENDT);
	memset(unknown, 0, sizeof(unknown)); /* id 0 is nobody's */
	assert_int_equal(
	    plb_frame_open(f->schemas, plb_slice(unknown, sizeof(unknown)), &got, &body, NULL),
	    PLB_E_UKENDT);

	plb_schema_id_set(f->schemas, s, 0x01020304);
	plb_buf_reset(&f->out);
	plb_frame_put(s, &f->out);
	assert_int_equal(f->out.len, 5);
	assert_memory_equal(f->out.p, "\0\1\2\3\4", 5);
	assert_int_equal(
	    plb_frame_open(f->schemas, plb_slice(f->out.p, 5), &got, &body, NULL), PLB_OK);
	assert_ptr_equal(got, s);
	assert_int_equal(body.len, 0);
	plb_schema_id_set(f->schemas, s, 0);
}

/* A newer version is what is written; what the older one wrote is still read. */
static void
test_versions(void **state)
{
	struct schema_dir d;
	struct plb_schemas *s;
	const struct plb_schema *got;
	struct plb_slice body;
	struct plb_buf old;

	(void)state;
	schema_dir_init(&d);
	schema_dir_fields(&d, "{\"name\":\"a\",\"type\":\"int\"}");
	s = schema_dir_load(&d);
	plb_buf_init(&old, 100);
	plb_frame_put(plb_schemas_at(s, 0), &old);
	plb_schemas_free(&s);
	schema_dir_put(&d, "t-x/v2.avsc",
	    "{\"type\":\"record\",\"name\":\"TX\",\"namespace\":\"dk.parloeb\",\"fields\":[{"
	    "\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":[\"null\",\"int\"],"
	    "\"default\":null}]}");
	s = schema_dir_load(&d);
	assert_int_equal(plb_schemas_count(s), 1);
	assert_int_equal(plb_schemas_at(s, 0)->version, 2);
	assert_int_equal(plb_frame_open(s, plb_slice(old.p, old.len), &got, &body, NULL), PLB_OK);
	assert_int_equal(got->version, 1);
	plb_buf_fini(&old);
	plb_schemas_free(&s);
	schema_dir_fini(&d);
}

struct bad {
	const char *fields, *says;
};

/* A fault in a schema stops the start, and says where. */
static void
test_bad_schemas(void **state)
{
	static const struct bad cases[] = {
	    {"{\"name\":\"a\"}", "no Avro schema"},
	    {"{\"name\":\"a\",\"type\":\"ukendt\"}", "no Avro schema"},
	    {"{\"name\":\"a\",\"type\":\"int\",\"mask\":3}", "/a: unknown attribute \"mask\""},
	    {"{\"name\":\"a\",\"type\":\"double\"}", "/a: type or logical type not supported"},
	    {"{\"name\":\"a\",\"type\":{\"type\":\"int\",\"logicalType\":\"time-millis\"}}",
		"/a: type or logical type not supported"},
	    {"{\"name\":\"a\",\"type\":[\"int\",\"null\"]}", "/a: the only union"},
	    {"{\"name\":\"a\",\"type\":[\"null\",\"int\",\"string\"]}", "/a: the only union"},
	    {"{\"name\":\"a\",\"type\":[\"null\",\"int\"]}", "/a: default is null"},
	    {"{\"name\":\"a\",\"type\":\"int\",\"default\":3}", "/a: default is null"},
	    {"{\"name\":\"a\",\"type\":{\"type\":\"map\",\"values\":\"int\"}}", "/a: maps"},
	    {"{\"name\":\"a\",\"type\":\"string\",\"fortrolig\":true}", "/a: a confidential field"},
	    {"{\"name\":\"a\",\"type\":\"int\",\"kode\":\"findes-ikke\"}", "findes-ikke.csv"},
	    {"{\"name\":\"a\",\"type\":\"string\",\"format\":\"x\"}", "/a: unknown format"},
	    {"{\"name\":\"a\",\"type\":\"int\",\"decimaler\":2}", "/a: decimaler"},
	    {"{\"name\":\"a\",\"type\":\"int\",\"maks\":1.5}", "/a: maks"},
	    {"{\"name\":\"a\",\"type\":\"int\",\"unik\":true}", "/a: unik"},
	    {"{\"name\":\"a\",\"type\":[\"null\",\"int\"],\"default\":null,\"naar\":{\"felt\":"
	     "\"b\",\"er\":true}}",
		"/a: naar names no field"},
	    {"{\"name\":\"b\",\"type\":\"int\"},{\"name\":\"a\",\"type\":[\"null\",\"int\"],"
	     "\"default\":null,\"naar\":{\"felt\":\"b\",\"er\":true}}",
		"/a: naar compares"},
	    {"{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"default\":[],"
	     "\"udledt\":\"b.c\"}",
		"/a: udledt"},
	    {"{\"name\":\"a\",\"type\":[\"null\",\"TX\"],\"default\":null}",
		"/a: unknown type (a record inside itself"},
	    {"{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"int\"]}}",
		"/a: items cannot be null"},
	    {"{\"name\":\"forseglet\",\"type\":[\"null\",\"int\"],\"default\":null,\"intern\":"
	     "true}",
		"forseglet is the last field"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plb_errctx ec = {0};
		struct plb_schemas *s;
		struct schema_dir d;

		schema_dir_init(&d);
		schema_dir_fields(&d, cases[i].fields);
		assert_int_equal(plb_schemas_load(d.path, "config/koder", &s, &ec), PLB_E_KONFIG);
		assert_null(s);
		if (strstr(ec.text, cases[i].says) == NULL ||
		    strstr(ec.text, i == 11 ? "csv" : "t-x/v1.avsc") == NULL)
			fail_msg("%zu: \"%s\" does not say \"%s\"", i, ec.text, cases[i].says);
		schema_dir_fini(&d);
	}
}

static void
expect_fault(struct schema_dir *d, const char *koder, const char *says)
{
	struct plb_errctx ec = {0};
	struct plb_schemas *s;

	assert_int_equal(plb_schemas_load(d->path, koder, &s, &ec), PLB_E_KONFIG);
	if (strstr(ec.text, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", ec.text, says);
}

static void
test_bad_folders(void **state)
{
	struct schema_dir d;

	(void)state;
	schema_dir_init(&d);
	expect_fault(&d, NULL, "no schemas");
	schema_dir_put(&d, "t-x/v1.avsc", "{");
	expect_fault(&d, NULL, "t-x/v1.avsc: 1:");
	schema_dir_put(&d, "t-x/v1.avsc",
	    "{\"type\":\"record\",\"name\":\"TY\",\"namespace\":\"dk.parloeb\",\"fields\":[]}");
	expect_fault(&d, NULL, "expected dk.parloeb.TX");
	schema_dir_put(&d, "t-x/v1.avsc", "{\"type\":\"int\"}");
	expect_fault(&d, NULL, "the root is a record");
	schema_dir_fields(
	    &d, "{\"name\":\"a\",\"type\":\"string\",\"format\":\"organisation\",\"intern\":true}");
	schema_dir_put(&d, "subjects.yaml", "- navn: t-x\n  afsendere: [akasse]\n");
	expect_fault(&d, NULL, "intern field a has no default");
	schema_dir_put(&d, "subjects.yaml", "- navn: t-y\n  afsendere: [akasse]\n");
	expect_fault(&d, NULL, "subjects.yaml:1:");
	schema_dir_put(&d, "subjects.yaml", "- navn: t-x\n  afsendere: [kongen]\n");
	expect_fault(&d, NULL, "subjects.yaml:2:");
	schema_dir_put(&d, "subjects.yaml", "a: b\n");
	expect_fault(&d, NULL, "expected a list");
	expect_fault(&d, d.path, "akasser.csv");
	schema_dir_fini(&d);
}

/* The same bytes under two names would make a frame ambiguous; the record's name prevents it, but
 * for an unchanged new version. */
static void
test_unchanged_version(void **state)
{
	struct schema_dir d;

	(void)state;
	schema_dir_init(&d);
	schema_dir_fields(&d, "{\"name\":\"a\",\"type\":\"int\"}");
	schema_dir_put(&d, "t-x/v2.avsc",
	    "{\"type\":\"record\",\"name\":\"TX\",\"namespace\":\"dk.parloeb\",\"fields\":[{"
	    "\"name\":\"a\",\"type\":\"int\",\"maks\":3}]}");
	expect_fault(&d, NULL, "same fingerprint");
	schema_dir_fini(&d);
}

/* Code lists: quoted cells, open ends, a code with two periods, faults with their line. */
static void
test_koder(void **state)
{
	struct plb_arena a;
	struct schema_dir d;
	struct wire_lists l = {.arena = &a};
	const struct wire_koder *k;
	struct plb_errctx ec = {0};
	struct plb_dato before, on, between, later;

	(void)state;
	schema_dir_init(&d);
	plb_arena_init(&a, 1 << 20);
	l.folder = d.path;
	schema_dir_put(&d, "a.csv",
	    "navn,kode,gyldig_til,gyldig_fra\r\n\"X, \"\"Y\"\" "
	    "Z\",1,2020-12-31,2020-01-01\nigen,1,,2022-01-01\n\nevig,2,,\n");
	k = wire_lists_get(&l, "a", &ec);
	if (k == NULL)
		fail_msg("%s", ec.text);
	assert_ptr_equal(wire_lists_get(&l, "a", &ec), k);
	assert_int_equal(plb_dato_parse(plb_slice_str("2019-12-31"), &before), PLB_OK);
	assert_int_equal(plb_dato_parse(plb_slice_str("2020-12-31"), &on), PLB_OK);
	assert_int_equal(plb_dato_parse(plb_slice_str("2021-01-01"), &between), PLB_OK);
	assert_int_equal(plb_dato_parse(plb_slice_str("2022-01-01"), &later), PLB_OK);
	assert_false(wire_kode_valid(k, plb_slice_str("1"), before));
	assert_true(wire_kode_valid(k, plb_slice_str("1"), on));
	assert_false(wire_kode_valid(k, plb_slice_str("1"), between));
	assert_true(wire_kode_valid(k, plb_slice_str("1"), later));
	assert_true(wire_kode_valid(k, plb_slice_str("1"), PLB_DATO_NONE));
	assert_true(wire_kode_valid(k, plb_slice_str("2"), before));
	assert_false(wire_kode_valid(k, plb_slice_str("3"), PLB_DATO_NONE));

	static const struct {
		const char *text, *says;
	} bad[] = {
	    {"navn,gyldig_fra,gyldig_til\n", "b.csv:1: no column kode"},
	    {"kode,gyldig_fra,gyldig_til\n1,,\n2,2020-02-30,\n", "b.csv:3:"},
	    {"kode,gyldig_fra,gyldig_til\n1,\n", "b.csv:2: 2 columns"},
	    {"kode,gyldig_fra,gyldig_til\n\"1,,\n", "b.csv:2:"},
	    {"kode,gyldig_fra,gyldig_til\n,,\n", "b.csv:2:"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wire_lists_fini(&l);
		schema_dir_put(&d, "b.csv", bad[i].text);
		assert_null(wire_lists_get(&l, "b", &ec));
		if (strstr(ec.text, bad[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", ec.text, bad[i].says);
	}
	wire_lists_fini(&l);
	plb_arena_fini(&a);
	schema_dir_fini(&d);
}

/* Each allocation refused in turn: an error and nothing left behind. */
static void
test_out_of_memory(void **state)
{
	struct schema_dir d;
	long n;

	(void)state;
	schema_dir_init(&d);
	schema_dir_fields(&d, "{\"name\":\"a\",\"type\":\"int\",\"kode\":\"samtaletyper\"}");
	schema_dir_put(&d, "subjects.yaml", "- navn: t-x\n  afsendere: [akasse]\n  emner: [ind]\n");
	for (n = 0; n < 1000; n++) {
		struct plb_schemas *s;
		enum plb_err err;

		allocfail_at(n);
		err = plb_schemas_load(d.path, "config/koder", &s, NULL);
		if (!allocfail_off()) {
			assert_int_equal(err, PLB_OK);
			plb_schemas_free(&s);
			break;
		}
		assert_int_not_equal(err, PLB_OK);
		assert_null(s);
	}
	assert_in_range(n, 5, 999);
	schema_dir_fini(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_shipped, fix_reset),
	    cmocka_unit_test_setup(test_fingerprints, fix_reset),
	    cmocka_unit_test_setup(test_canonical_form, fix_reset),
	    cmocka_unit_test_setup(test_frames, fix_reset),
	    cmocka_unit_test_setup(test_versions, fix_reset),
	    cmocka_unit_test_setup(test_bad_schemas, fix_reset),
	    cmocka_unit_test_setup(test_bad_folders, fix_reset),
	    cmocka_unit_test_setup(test_unchanged_version, fix_reset),
	    cmocka_unit_test_setup(test_koder, fix_reset),
	    cmocka_unit_test_setup(test_out_of_memory, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
