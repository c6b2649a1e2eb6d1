// SPDX-License-Identifier: MPL-2.0
//
// Every event with a golden JSON: the bytes that avro-c writes for it are the ones on file and the
// ones we write; and from the sealed bytes comes the same JSON, member for member.

#include "oracle.h"
#include "wire_test.h"

#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

/* True when the event counts. */
typedef bool each_fn(struct fix *f, const struct plb_schema *s, json_t *event);

static unsigned
each(struct fix *f, each_fn *fn)
{
	unsigned n = 0;

	for (size_t i = 0; i < plb_schemas_count(f->schemas); i++) {
		const struct plb_schema *s = plb_schemas_at(f->schemas, i);
		json_t *event;

		if (!has_golden(plb_schema_navn(s)))
			continue;
		event = golden(plb_schema_navn(s));
		plb_arena_reset(&f->arena);
		plb_buf_reset(&f->out);
		n += fn(f, s, event);
		json_decref(event);
	}
	return n;
}

static bool
sendable(const struct plb_schema *s)
{
	for (int t = PLB_ORG_AKASSE; t <= PLB_ORG_DFDG; t++)
		if (plb_schema_may_send(s, t))
			return true;
	return false;
}

/* Bytes of a hex file. */
static struct plb_slice
hex_file(struct fix *f, const char *navn)
{
	char path[256], *text;
	size_t len, n = 0;
	uint8_t *out;

	(void)snprintf(path, sizeof(path), "tests/contract/golden/%s.avro.hex", navn);
	if (plb_file_read(path, 1 << 20, &text, &len, NULL) != PLB_OK)
		fail_msg("%s is missing: run wire_golden_make", path);
	out = plb_arena_alloc(&f->arena, len);
	assert_non_null(out);
	for (size_t i = 0; i < len; i++) {
		unsigned byte;

		if (text[i] == '\n')
			continue;
		assert_int_equal(sscanf(text + i++, "%2x", &byte), 1);
		out[n++] = (uint8_t)byte;
	}
	free(text);
	return plb_slice(out, n);
}

static void
assert_same(const char *navn, const char *what, struct plb_slice a, struct plb_slice b)
{
	if (plb_slice_eq(a, b))
		return;
	print_error("%s, %s:\n%.*s\n%.*s\n", navn, what, PLB_SLICE_ARG(a), PLB_SLICE_ARG(b));
	fail();
}

static bool
bytes_are_on_file(struct fix *f, const struct plb_schema *s, json_t *event)
{
	const char *navn = plb_schema_navn(s);

	plb_frame_put(s, &f->out);
	oracle_body(navn, json_object_get(event, "data"), NULL, NULL, &f->out);
	assert_same(navn, "file and avro-c", hex_file(f, navn), plb_slice(f->out.p, f->out.len));
	return true;
}

static void
test_bytes_on_file(void **state)
{
	assert_true(each(*state, bytes_are_on_file) >= 53);
}

/* The confidential members in the order of the schema, as the text that is sealed. */
static struct plb_slice
expected_rest(struct fix *f, const struct plb_schema *s, json_t *data)
{
	json_t *rest = json_object();
	struct plb_slice text = {NULL, 0};

	for (size_t i = 0; i < s->root->n; i++) {
		const char *name = (const char *)s->root->field[i].name.p;
		json_t *m = json_object_get(data, name);

		if (m != NULL && s->root->field[i].fortrolig && strcmp(name, "cpr") != 0)
			assert_int_equal(json_object_set(rest, name, m), 0);
	}
	if (json_object_size(rest) > 0)
		text = dump(f, rest);
	json_decref(rest);
	return text;
}

static bool
encoder_agrees(struct fix *f, const struct plb_schema *s, json_t *event)
{
	const char *navn = plb_schema_navn(s);
	json_t *data = json_object_get(event, "data");
	struct verdict v;

	if (!sendable(s))
		return false;
	judge_tree(f, event, &v);
	if (v.err != PLB_OK)
		verdict_print(navn, &v);
	assert_int_equal(v.err, PLB_OK);
	oracle_body(navn, data, NULL, NULL, &f->out);
	assert_same(navn, "body", plb_slice(f->out.p, f->out.len), v.in.body);
	assert_true(v.in.has_cpr);
	assert_memory_equal(v.in.cpr.ciffer, json_string_value(json_object_get(data, "cpr")), 10);
	assert_same(navn, "rest", expected_rest(f, s, data), v.in.rest);
	assert_int_equal(plb_avro_check(s, v.in.body, NULL), PLB_OK);
	return true;
}

static void
test_encoder_agrees(void **state)
{
	assert_true(each(*state, encoder_agrees) >= 33);
}

/* Members in another order, and white space: the same bytes. */
static json_t *
reversed(json_t *j)
{
	size_t n = json_object_size(j), i = 0;
	const char **keys = calloc(n + 1, sizeof(*keys)), *key;
	json_t *out, *v;

	assert_non_null(keys);
	if (json_is_array(j)) {
		out = json_array();
		json_array_foreach(j, i, v)
		    assert_int_equal(json_array_append_new(out, reversed(v)), 0);
	} else if (json_is_object(j)) {
		out = json_object();
		json_object_foreach(j, key, v) keys[i++] = key;
		while (i-- > 0)
			assert_int_equal(json_object_set_new(
					     out, keys[i], reversed(json_object_get(j, keys[i]))),
			    0);
	} else {
		out = json_incref(j);
	}
	free(keys);
	return out;
}

static bool
order_does_not_matter(struct fix *f, const struct plb_schema *s, json_t *event)
{
	uint8_t a[16], b[16];
	struct verdict v, w;
	json_t *other;
	char *text;

	if (!sendable(s))
		return false;
	judge_tree(f, event, &v);
	other = reversed(event);
	text = json_dumps(other, JSON_INDENT(3) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
	assert_non_null(text);
	judge(f, plb_slice_str(text), &w);
	assert_int_equal(w.err, PLB_OK);
	assert_same(plb_schema_navn(s), "order", v.in.body, w.in.body);
	assert_same(plb_schema_navn(s), "order of rest", v.in.rest, w.in.rest);
	assert_int_equal(plb_crypto_content(f->crypto, &v.in, a), PLB_OK);
	assert_int_equal(plb_crypto_content(f->crypto, &w.in, b), PLB_OK);
	assert_memory_equal(a, b, 16);
	free(text);
	json_decref(other);
	return true;
}

static void
test_order_does_not_matter(void **state)
{
	assert_true(each(*state, order_does_not_matter) >= 33);
}

struct sealing {
	struct fix *f;
	const struct plb_schema *s;
	struct plb_slice kilde, id;
};

/* Seal by the same door as an accepted event: an incoming one whose body is the null of forseglet
 * alone. */
static bool
seal(void *arg, json_t *confidential, struct plb_buf *out)
{
	struct sealing *x = arg;
	struct plb_person person = {{1, 2, 3}};
	struct plb_incoming in = {.schema = x->s};
	const char *cpr = json_string_value(json_object_get(confidential, "cpr"));
	static const uint8_t null = 0;
	struct plb_buf b;

	if (json_object_size(confidential) == 0)
		return false;
	in.body = plb_slice(&null, 1);
	in.ev.source = x->kilde;
	in.ev.id = x->id;
	if (cpr != NULL) {
		in.has_cpr = true;
		memcpy(in.cpr.ciffer, cpr, 10);
		assert_int_equal(json_object_del(confidential, "cpr"), 0);
	}
	if (json_object_size(confidential) > 0)
		in.rest = dump(x->f, confidential);
	plb_buf_init(&b, 1 << 20);
	assert_int_equal(plb_crypto_seal(x->f->crypto, &in, &person, &b), PLB_OK);
	plb_buf_put(out, b.p + 11, b.len - 11); /* behind frame and branch */
	plb_buf_fini(&b);
	return true;
}

static struct plb_slice
text_of(json_t *event, const char *name)
{
	return plb_slice_str(json_string_value(json_object_get(event, name)));
}

static void
envelope(json_t *event, struct plb_event *ev)
{
	struct plb_slice seq = text_of(event, "sequence");

	*ev = (struct plb_event){.id = text_of(event, "id"),
	    .source = text_of(event, "source"),
	    .type = text_of(event, "type"),
	    .causationid = text_of(event, "causationid")};
	ev->has_person = true;
	ev->person = (struct plb_person){{1, 2, 3}};
	assert_int_equal(plb_time_parse(text_of(event, "time"), &ev->time), PLB_OK);
	ev->has_leveringid =
	    plb_uuid_parse(text_of(event, "leveringid"), true, &ev->leveringid) == PLB_OK;
	ev->has_correlationid =
	    plb_uuid_parse(text_of(event, "correlationid"), true, &ev->correlationid) == PLB_OK;
	ev->sequence = seq.p == NULL ? 0 : strtol((const char *)seq.p, NULL, 10);
}

/* Sealed bytes → the golden JSON itself, in the same order. Two of three records in a list may
 * carry seals of their own. */
static bool
json_comes_back(struct fix *f, const struct plb_schema *s, json_t *event)
{
	const char *navn = plb_schema_navn(s),
		   *key = json_string_value(json_object_get(event, "partitionkey"));
	struct plb_opener op = plb_crypto_opener(f->crypto);
	struct sealing x = {f, plb_schema_find(f->schemas, plb_slice_str("referat-publiceret")),
	    plb_slice_str("/akasse/hk/fagsystem"), plb_slice_str("urevent")};
	struct plb_errctx ec = {0};
	struct plb_buf json;
	struct plb_event ev;

	envelope(event, &ev);
	oracle_body(navn, json_object_get(event, "data"), seal, &x, &f->out);
	plb_buf_init(&json, 1 << 20);
	if (plb_json_cloudevent(s, &ev, plb_slice(f->out.p, f->out.len), key, &op, &json, &ec) !=
	    PLB_OK)
		fail_msg("%s: %s", navn, ec.text);
	assert_same(navn, "JSON", dump(f, event), plb_slice(json.p, json.len));
	plb_buf_fini(&json);
	return true;
}

static void
test_json_comes_back(void **state)
{
	assert_true(each(*state, json_comes_back) >= 53);
}

/* Without a key nothing confidential is seen, and the rest is. */
static bool
nothing_confidential(struct fix *f, const struct plb_schema *s, json_t *event)
{
	struct sealing x = {f, plb_schema_find(f->schemas, plb_slice_str("referat-publiceret")),
	    plb_slice_str("/akasse/hk/fagsystem"), plb_slice_str("urevent")};
	struct plb_buf json;
	json_t *data;

	oracle_body(plb_schema_navn(s), json_object_get(event, "data"), seal, &x, &f->out);
	plb_buf_init(&json, 1 << 20);
	assert_int_equal(
	    plb_json_data(s, plb_slice(f->out.p, f->out.len), NULL, NULL, &json, NULL), PLB_OK);
	data = json_loadb((const char *)json.p, json.len, 0, NULL);
	assert_non_null(data);
	for (size_t i = 0; i < s->root->n; i++) {
		const struct wire_field *w = &s->root->field[i];
		const char *name = (const char *)w->name.p;

		if (w->fortrolig || w->intern)
			assert_null(json_object_get(data, name));
		else if (json_object_get(json_object_get(event, "data"), name) != NULL)
			assert_non_null(json_object_get(data, name));
	}
	json_decref(data);
	plb_buf_fini(&json);
	return true;
}

static void
test_nothing_confidential(void **state)
{
	assert_true(each(*state, nothing_confidential) >= 53);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_bytes_on_file, fix_reset),
	    cmocka_unit_test_setup(test_encoder_agrees, fix_reset),
	    cmocka_unit_test_setup(test_order_does_not_matter, fix_reset),
	    cmocka_unit_test_setup(test_json_comes_back, fix_reset),
	    cmocka_unit_test_setup(test_nothing_confidential, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
