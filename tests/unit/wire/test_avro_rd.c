// SPDX-License-Identifier: MPL-2.0
//
// Hostile bytes against the decoder: bounded by budgets, never beyond the input.

#include "schema_dir.h"

#include "oracle.h"
#include "prop.h"

struct probe {
	struct schema_dir d;
	struct plb_schemas *schemas;
	const struct plb_schema *s;
};

static void
probe_init(struct probe *p, const char *fields)
{
	schema_dir_init(&p->d);
	schema_dir_fields(&p->d, fields);
	p->schemas = schema_dir_load(&p->d);
	p->s = plb_schemas_at(p->schemas, 0);
}

static void
probe_fini(struct probe *p)
{
	plb_schemas_free(&p->schemas);
	schema_dir_fini(&p->d);
}

static bool
takes(const struct probe *p, const void *bytes, size_t len)
{
	struct plb_errctx ec = {0};
	enum plb_err err = plb_avro_check(p->s, plb_slice(bytes, len), &ec);

	assert_true(err == PLB_OK || (err == PLB_E_FORM && ec.text[0] != '\0'));
	return err == PLB_OK;
}

#define TAKES(p, bytes) takes(p, bytes, sizeof(bytes) - 1)

/* Six bytes that say "two thousand million items of nothing". */
static void
test_bomb_of_nulls(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p, "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"null\"}}");
	assert_true(TAKES(&p, "\x06\x00"));
	assert_true(TAKES(&p, "\x00"));
	assert_false(TAKES(&p, "\xfe\xff\xff\xff\x0f\x00"));
	/* The budget is for the body, not for the block: 100,000 in ten blocks, and one more. */
	uint8_t blocks[64];
	size_t n = 0;

	for (int i = 0; i < 10; i++) {
		memcpy(blocks + n, "\xa0\x9c\x01", 3); /* 10,000 */
		n += 3;
	}
	blocks[n] = 0;
	assert_true(takes(&p, blocks, n + 1));
	memcpy(blocks + n, "\x02\x00", 2);
	assert_false(takes(&p, blocks, n + 2));
	probe_fini(&p);
}

/* Nested lists multiply without bytes: records of no fields inside lists. */
static void
test_bomb_of_empty_records(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p,
	    "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":"
	    "\"Tom\",\"fields\":[]}}}");
	assert_true(TAKES(&p, "\xc8\x01\x00"));
	assert_false(TAKES(&p, "\x80\xea\x30\x00"));
	probe_fini(&p);
}

static void
test_numbers(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p, "{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"b\",\"type\":\"int\"}");
	assert_true(TAKES(&p, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01"));
	assert_false(TAKES(&p, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x01"));
	assert_false(TAKES(&p, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01"));
	assert_true(TAKES(&p, "\x00\xff\xff\xff\xff\x0f"));
	assert_false(TAKES(&p, "\x00\x80\x80\x80\x80\x10"));
	assert_false(TAKES(&p, "\x00"));
	assert_false(TAKES(&p, "\x00\x80"));
	assert_false(TAKES(&p, "\x00\x00\x00"));
	probe_fini(&p);
}

static void
test_lengths(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p,
	    "{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"b\",\"type\":\"bytes\"},{\"name\":"
	    "\"c\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":3}}");
	assert_true(TAKES(&p, "\x02x\x00yyy"));
	assert_false(TAKES(&p, "\x01x\x00yyy")); /* -1 */
	assert_false(TAKES(&p, "\x01\x00yyy"));
	assert_false(TAKES(&p, "\x02x\x08yyy")); /* one too long */
	assert_false(TAKES(&p, "\x02x\x00yy"));
	assert_false(TAKES(&p, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01x\x00yyy")); /* INT64_MAX */
	assert_false(TAKES(&p, "\x02\xff\x00yyy"));                                  /* no UTF-8 */
	probe_fini(&p);
}

static void
test_choices(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p,
	    "{\"name\":\"a\",\"type\":[\"null\",\"boolean\"],\"default\":null},{\"name\":\"b\","
	    "\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"x\",\"y\"]}}");
	assert_true(TAKES(&p, "\x02\x01\x02"));
	assert_true(TAKES(&p, "\x00\x00"));
	assert_false(TAKES(&p, "\x04\x01\x02")); /* branch 2 */
	assert_false(TAKES(&p, "\x01\x01\x02")); /* branch -1 */
	assert_false(TAKES(&p, "\x02\x02\x02")); /* boolean 2 */
	assert_false(TAKES(&p, "\x02\x01\x04")); /* symbol 2 */
	assert_false(TAKES(&p, "\x02\x01\x01")); /* symbol -1 */
	probe_fini(&p);
}

static void
test_dates(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p,
	    "{\"name\":\"a\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},{\"name\":\"b\","
	    "\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}}");
	assert_true(TAKES(&p, "\x00\x00"));
	assert_false(TAKES(&p, "\xff\xff\xff\xff\x0f\x00")); /* PLB_DATO_NONE */
	assert_false(
	    TAKES(&p, "\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")); /* PLB_TIME_UNSET */
	probe_fini(&p);
}

static void
test_blocks(void **state)
{
	struct probe p;

	(void)state;
	probe_init(&p, "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"int\"}}");
	assert_true(TAKES(&p, "\x04\x02\x04\x02\x06\x00")); /* 2 + 1 */
	assert_true(TAKES(&p, "\x03\x04\x02\x04\x00"));     /* -2, 2 bytes */
	assert_false(TAKES(&p, "\x03\x10\x02\x04\x00"));    /* more bytes than are left */
	assert_false(TAKES(&p, "\x03\x03\x02\x04\x00"));    /* -2 bytes */
	assert_false(TAKES(&p, "\x04\x02\x04"));            /* no end */
	assert_false(TAKES(&p, "\x10\x02\x00"));            /* more items than bytes */
	assert_false(
	    TAKES(&p, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00")); /* INT64_MIN items */
	probe_fini(&p);
}

static void
test_too_large(void **state)
{
	struct probe p;
	struct plb_slice body;
	uint8_t *big;

	(void)state;
	probe_init(&p, "{\"name\":\"a\",\"type\":\"int\"}");
	big = test_calloc(1, (1 << 20) + 1);
	body = plb_slice(big, (1 << 20) + 1);
	assert_int_equal(plb_avro_check(p.s, body, NULL), PLB_E_FORM);
	test_free(big);
	assert_int_equal(plb_avro_check(p.s, plb_slice(NULL, 0), NULL), PLB_E_FORM);
	probe_fini(&p);
}

struct mutation {
	struct fix *f;
	const struct plb_schema *s;
	struct plb_slice body;
};

/* Any few bytes changed: refused, or read to the end and written as JSON that jansson takes. */
static bool
survives(struct prop *p, void *arg)
{
	struct mutation *m = arg;
	uint8_t copy[4096];
	size_t len = m->body.len;
	struct plb_slice bytes;
	struct plb_buf out;
	enum plb_err check, write;
	bool ok = true;
	json_t *j;

	memcpy(copy, m->body.p, len);
	for (uint64_t n = prop_below(p, 4); n > 0; n--)
		copy[prop_below(p, len)] = (uint8_t)prop_below(p, 256);
	if (prop_bool(p))
		len = (size_t)prop_below(p, len + 1);
	bytes = plb_slice(copy, len);
	check = plb_avro_check(m->s, bytes, NULL);
	plb_buf_init(&out, 1 << 20);
	write = plb_json_data(m->s, bytes, NULL, NULL, &out, NULL);
	prop_note(p, "check %s, write %s", plb_err_name(check), plb_err_name(write));
	if (check == PLB_OK || write == PLB_OK)
		ok = check == write;
	if (ok && write == PLB_OK) {
		j = json_loadb(
		    (const char *)out.p, out.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
		ok = j != NULL;
		json_decref(j);
	}
	plb_buf_fini(&out);
	return ok;
}

static void
test_mutations(void **state)
{
	static const char *const navne[] = {
	    "handover-due", "samtale-held", "referat-publiceret", "indkaldelse-oprettet"};
	struct fix *f = *state;

	for (size_t i = 0; i < 4; i++) {
		struct mutation m = {
		    f, plb_schema_find(f->schemas, plb_slice_str(navne[i])), {NULL, 0}};
		json_t *event = golden(navne[i]);

		plb_buf_reset(&f->out);
		oracle_body(navne[i], json_object_get(event, "data"), NULL, NULL, &f->out);
		m.body = plb_slice(f->out.p, f->out.len);
		assert_true(prop_holds(navne[i], survives, &m, 5000));
		json_decref(event);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_bomb_of_nulls, fix_reset),
	    cmocka_unit_test_setup(test_bomb_of_empty_records, fix_reset),
	    cmocka_unit_test_setup(test_numbers, fix_reset),
	    cmocka_unit_test_setup(test_lengths, fix_reset),
	    cmocka_unit_test_setup(test_choices, fix_reset),
	    cmocka_unit_test_setup(test_dates, fix_reset),
	    cmocka_unit_test_setup(test_blocks, fix_reset),
	    cmocka_unit_test_setup(test_too_large, fix_reset),
	    cmocka_unit_test_setup(test_mutations, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
