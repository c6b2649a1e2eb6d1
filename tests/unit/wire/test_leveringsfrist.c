// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <parloeb/leveringsfrist.h>

/* The golden event of a type as a record on ud, with a changed member. */
static struct plb_record
record(struct fix *f, const char *navn, const char *pointer, const char *text)
{
	json_t *event = golden(navn);
	struct plb_record r = {.topic = "ud"};
	struct verdict v;

	if (pointer != NULL)
		edit(event, pointer, text);
	judge_tree(f, event, &v);
	if (v.err != PLB_OK)
		verdict_print(navn, &v);
	assert_int_equal(v.err, PLB_OK);
	plb_buf_reset(&f->out);
	plb_frame_put(v.in.schema, &f->out);
	plb_buf_slice(&f->out, v.in.body);
	assert_int_equal(plb_buf_done(&f->out, &r.value), PLB_OK);
	json_decref(event);
	return r;
}

static struct plb_time
at(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

static void
the_nearest_of_header_and_content(void **state)
{
	struct fix *f = *state;
	struct plb_errctx ec = {{0}};
	struct plb_frister *fr;
	struct plb_record r;
	struct plb_time t;

	assert_int_equal(plb_frister_new(f->schemas, &fr, &ec), PLB_OK);
	r = record(f, "indkaldelse-oprettet", "/data/start", "\"2024-05-01T10:00:00+02:00\"");
	assert_true(plb_frist_af(fr, &r, &t));
	assert_true(plb_time_eq(t, at("2024-05-01T08:00:00Z")));
	r.n_headers = 1;
	r.header[0] = (struct plb_header){"plb_frist", plb_slice_str("2024-04-01T00:00:00.000Z")};
	assert_true(plb_frist_af(fr, &r, &t));
	assert_true(plb_time_eq(t, at("2024-04-01T00:00:00Z")));
	r.header[0].value = plb_slice_str("2024-06-01T00:00:00.000Z");
	assert_true(plb_frist_af(fr, &r, &t));
	assert_true(plb_time_eq(t, at("2024-05-01T08:00:00Z")));
	r.header[0].value = plb_slice_str("soon");
	assert_true(plb_frist_af(fr, &r, &t));
	plb_frister_free(&fr);
}

static void
dates_count_to_their_start_and_may_be_absent(void **state)
{
	struct fix *f = *state;
	struct plb_errctx ec = {{0}};
	struct plb_frister *fr;
	struct plb_record r;
	struct plb_time t;

	assert_int_equal(plb_frister_new(f->schemas, &fr, &ec), PLB_OK);
	r = record(f, "opkvalificering-indstillet", "/data/svarOenskesSenest", "\"2024-07-01\"");
	assert_true(plb_frist_af(fr, &r, &t));
	assert_true(plb_time_eq(t, at("2024-06-30T22:00:00Z")));
	r = record(f, "opkvalificering-indstillet", "/data/svarOenskesSenest", NULL);
	assert_false(plb_frist_af(fr, &r, &t));
	r = record(f, "joblog-status", NULL, NULL);
	assert_false(plb_frist_af(fr, &r, &t));
	r.value = plb_slice(r.value.p, 5);
	assert_false(plb_frist_af(fr, &r, &t));
	r.value = plb_slice(NULL, 0);
	assert_false(plb_frist_af(fr, &r, &t));
	plb_frister_free(&fr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(the_nearest_of_header_and_content, fix_reset),
	    cmocka_unit_test_setup(dates_count_to_their_start_and_may_be_absent, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
