// SPDX-License-Identifier: MPL-2.0
#include <parloeb/registry.h>

#include "schema_dir.h"

#include <stdio.h>

/* A registry that remembers what it was told: the same schema text has the same id. */
struct fake {
	size_t calls;
	char urls[8][200];
	json_t *ids;
	int status;
	const char *answer; /* instead of an id */
	enum plb_err err;
};

static enum plb_err
post(void *arg, const char *url, struct plb_slice body, int *status, struct plb_buf *answer,
    struct plb_errctx *ec)
{
	struct fake *f = arg;
	json_t *j = json_loadb((const char *)body.p, body.len, 0, NULL), *id;
	const char *text = json_string_value(json_object_get(j, "schema"));

	assert_non_null(text);
	assert_string_equal(json_string_value(json_object_get(j, "schemaType")), "AVRO");
	if (f->calls < 8)
		(void)snprintf(f->urls[f->calls], sizeof(f->urls[0]), "%s", url);
	f->calls++;
	*status = f->status;
	id = json_object_get(f->ids, text);
	if (id == NULL) {
		id = json_integer((json_int_t)json_object_size(f->ids) + 41);
		assert_int_equal(json_object_set_new(f->ids, text, id), 0);
	}
	if (f->answer != NULL)
		plb_buf_str(answer, f->answer);
	else
		plb_buf_printf(answer, "{\"id\":%d}", (int)json_integer_value(id));
	json_decref(j);
	return f->err ? plb_err_set(ec, f->err, "no line") : PLB_OK;
}

struct setup {
	struct schema_dir d;
	struct plb_schemas *s;
	struct fake fake;
	struct plb_registry r;
};

static void
setup_init(struct setup *x)
{
	*x = (struct setup){.fake = {.status = 200}};
	x->fake.ids = json_object();
	x->r = (struct plb_registry){"http://reg:8081", "parloeb", post, &x->fake};
	schema_dir_init(&x->d);
	schema_dir_fields(&x->d, "{\"name\":\"a\",\"type\":\"int\"}");
	schema_dir_put(&x->d, "t-x/v2.avsc",
	    "{\"type\":\"record\",\"name\":\"TX\",\"namespace\":\"dk.parloeb\",\"fields\":[{"
	    "\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":[\"null\",\"int\"],"
	    "\"default\":null}]}");
	schema_dir_put(&x->d, "t-y/v1.avsc",
	    "{\"type\":\"record\",\"name\":\"TY\",\"namespace\":\"dk.parloeb\",\"fields\":[]}");
	schema_dir_put(
	    &x->d, "subjects.yaml", "- navn: t-x\n  afsendere: []\n  emner: [ind, ud]\n");
	x->s = schema_dir_load(&x->d);
}

static void
setup_fini(struct setup *x)
{
	json_decref(x->fake.ids);
	plb_schemas_free(&x->s);
	schema_dir_fini(&x->d);
}

static void
test_registered(void **state)
{
	struct setup x;
	const struct plb_schema *tx, *ty, *got;
	struct plb_slice body;
	struct plb_buf b;

	(void)state;
	setup_init(&x);
	assert_int_equal(plb_registry_register(x.s, &x.r, NULL), PLB_OK);
	assert_int_equal(x.fake.calls, 4);
	assert_string_equal(
	    x.fake.urls[0], "http://reg:8081/subjects/parloeb.ind-dk.parloeb.TX/versions");
	assert_string_equal(
	    x.fake.urls[3], "http://reg:8081/subjects/parloeb.ud-dk.parloeb.TX/versions");
	tx = plb_schema_find(x.s, plb_slice_str("t-x"));
	ty = plb_schema_find(x.s, plb_slice_str("t-y"));
	plb_buf_init(&b, 100);
	plb_frame_put(tx, &b);
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.p, "\0\0\0\0\x2a", 5);
	/* The older version is read by its own id. */
	assert_int_equal(
	    plb_frame_open(x.s, plb_slice("\0\0\0\0\x29", 5), &got, &body, NULL), PLB_OK);
	assert_ptr_not_equal(got, tx);
	assert_string_equal(plb_schema_navn(got), "t-x");
	/* What is on no topic keeps its frame. */
	plb_buf_reset(&b);
	plb_frame_put(ty, &b);
	assert_int_equal(b.len, 10);
	plb_buf_fini(&b);
	setup_fini(&x);
}

static void
test_prefix_is_escaped(void **state)
{
	struct setup x;

	(void)state;
	setup_init(&x);
	x.r.prefix = "a/b c";
	assert_int_equal(plb_registry_register(x.s, &x.r, NULL), PLB_OK);
	assert_string_equal(
	    x.fake.urls[0], "http://reg:8081/subjects/a%2Fb%20c.ind-dk.parloeb.TX/versions");
	setup_fini(&x);
}

static void
test_refused(void **state)
{
	static const struct {
		int status;
		const char *answer;
		enum plb_err err, want;
		const char *says;
	} cases[] = {
	    {409, "{\"error_code\":409}", PLB_OK, PLB_E_KONFIG, "t-x v1 is not compatible"},
	    {500, "{\"id\":3}", PLB_OK, PLB_E_KONFIG, "answer 500"},
	    {200, "{\"id\":0}", PLB_OK, PLB_E_KONFIG, "no id"},
	    {200, "{\"id\":4294967296}", PLB_OK, PLB_E_KONFIG, "no id"},
	    {200, "<html>", PLB_OK, PLB_E_KONFIG, "no id"},
	    {200, NULL, PLB_E_IO, PLB_E_IO, "no line"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plb_errctx ec = {0};
		struct setup x;

		setup_init(&x);
		x.fake.status = cases[i].status;
		x.fake.answer = cases[i].answer;
		x.fake.err = cases[i].err;
		assert_int_equal(plb_registry_register(x.s, &x.r, &ec), cases[i].want);
		if (strstr(ec.text, cases[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", ec.text, cases[i].says);
		setup_fini(&x);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_registered),
	    cmocka_unit_test(test_prefix_is_escaped),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
