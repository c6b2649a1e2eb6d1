// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include "plan.h"

static json_t *
schema_of(struct fix *f, const char *navn)
{
	struct plb_errctx ec = {0};
	json_error_t je;
	json_t *j;

	plb_buf_reset(&f->out);
	if (plb_json_schema(plb_schema_find(f->schemas, plb_slice_str(navn)), &f->out, &ec) !=
	    PLB_OK)
		fail_msg("%s", ec.text);
	j = json_loadb((const char *)f->out.p, f->out.len, JSON_REJECT_DUPLICATES, &je);
	if (j == NULL)
		fail_msg("%s: %s", navn, je.text);
	return j;
}

static json_t *
at(json_t *j, const char *a, const char *b, const char *c)
{
	j = json_object_get(j, a);
	if (b != NULL)
		j = json_object_get(j, b);
	return c == NULL ? j : json_object_get(j, c);
}

static bool requires(json_t *data, const char *name)
{
	json_t *list = json_object_get(data, "required"), *v;
	size_t i;

	json_array_foreach(list, i, v) if (strcmp(json_string_value(v), name) == 0) return true;
	return false;
}

static void
test_timer(void **state)
{
	json_t *j = schema_of(*state, "timer-indberettet"), *data = at(j, "$defs", "data", NULL),
	       *p = json_object_get(data, "properties");

	assert_string_equal(
	    json_string_value(json_object_get(j, "title")), "dk.parloeb.timer-indberettet");
	assert_string_equal(json_string_value(at(p, "udbetalteTimer", "type", NULL)), "number");
	assert_true(json_number_value(at(p, "udbetalteTimer", "maximum", NULL)) > 160.32);
	assert_true(json_number_value(at(p, "udbetalteTimer", "maximum", NULL)) < 160.34);
	assert_true(requires(data, "cpr") && requires(data, "udbetalteTimer") &&
	    !requires(data, "berigtigelse"));
	assert_null(json_object_get(p, "forseglet"));
	assert_true(json_is_false(json_object_get(data, "additionalProperties")));
	json_decref(j);
}

static void
test_samtale(void **state)
{
	json_t *j = schema_of(*state, "samtale-held"), *data = at(j, "$defs", "data", NULL),
	       *p = json_object_get(data, "properties"), *rule;

	assert_int_equal(json_integer_value(at(p, "samtaletyper", "maxItems", NULL)), 2);
	assert_true(json_is_true(at(p, "samtaletyper", "uniqueItems", NULL)));
	assert_string_equal(
	    json_string_value(json_array_get(at(p, "afholdelsesform", "enum", NULL), 4)),
	    "paa-arbejdspladsen");
	assert_string_equal(json_string_value(at(p, "afholdt", "format", NULL)), "date-time");
	assert_false(requires(data, "deltagelsesstatus"));
	rule = json_array_get(json_object_get(data, "allOf"), 0);
	assert_true(json_is_true(json_object_get(
	    at(json_object_get(rule, "if"), "properties", "flereMyndigheder", NULL), "const")));
	assert_true(requires(json_object_get(rule, "then"), "deltagelsesstatus"));
	json_decref(j);
}

/* Each shipped schema gives JSON, and names every member of the golden event. */
static void
test_all(void **state)
{
	struct fix *f = *state;

	for (size_t i = 0; i < plb_schemas_count(f->schemas); i++) {
		const char *navn = plb_schema_navn(plb_schemas_at(f->schemas, i)), *key;
		json_t *j = schema_of(f, navn),
		       *p = json_object_get(at(j, "$defs", "data", NULL), "properties"), *event, *v;

		if (has_golden(navn)) {
			event = golden(navn);
			json_object_foreach(json_object_get(event, "data"), key, v)
			    assert_non_null(json_object_get(p, key));
			json_decref(event);
		}
		json_decref(j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_timer, fix_reset),
	    cmocka_unit_test_setup(test_samtale, fix_reset),
	    cmocka_unit_test_setup(test_all, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
