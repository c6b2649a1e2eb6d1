// SPDX-License-Identifier: MPL-2.0
//
// Writes tests/contract/golden/<navn>.avro.hex for each event with a golden JSON: single-object
// encoding of the body as avro-c writes it, confidential fields and seal null. Run by hand when a
// schema is new; a released version's bytes never change.

#include "oracle.h"
#include "wire_test.h"

#include <stdio.h>
#include <stdlib.h>

static void
make_one(struct fix *f, const struct plb_schema *s)
{
	const char *navn = plb_schema_navn(s);
	json_t *event = golden(navn);
	char path[256];
	FILE *out;

	plb_buf_reset(&f->out);
	plb_frame_put(s, &f->out);
	oracle_body(navn, json_object_get(event, "data"), NULL, NULL, &f->out);
	(void)snprintf(path, sizeof(path), "tests/contract/golden/%s.avro.hex", navn);
	out = fopen(path, "w");
	assert_non_null(out);
	for (size_t i = 0; i < f->out.len; i++)
		fprintf(out, "%02x%s", f->out.p[i], i % 50 == 49 ? "\n" : "");
	fprintf(out, "%s", f->out.len % 50 == 0 ? "" : "\n");
	assert_int_equal(fclose(out), 0);
	json_decref(event);
}

static void
make_all(void **state)
{
	struct fix *f = *state;

	for (size_t i = 0; i < plb_schemas_count(f->schemas); i++)
		if (has_golden(plb_schema_navn(plb_schemas_at(f->schemas, i))))
			make_one(f, plb_schemas_at(f->schemas, i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(make_all)};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
