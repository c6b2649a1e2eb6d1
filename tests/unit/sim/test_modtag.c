// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "modtag.h"

struct receiver {
	struct plb_arena arena;
	struct modtag m;
	struct modtag_forloeb *f; /* of the last message */
	enum modtag_svar svar;
};

static int
setup(void **state)
{
	static struct receiver r;

	plb_arena_init(&r.arena, 16u << 20);
	modtag_init(&r.m, &r.arena);
	*state = &r;
	return 0;
}

static int
teardown(void **state)
{
	struct receiver *r = *state;

	modtag_fini(&r->m);
	plb_arena_fini(&r->arena);
	return 0;
}

static struct modtaget
message(const char *webhook_id, const char *id, int64_t sequence)
{
	return (struct modtaget){.webhook_id = plb_slice_str(webhook_id),
	    .org = plb_slice_str("kommune:0461"),
	    .source = plb_slice_str("/akasse/hk/x"),
	    .id = plb_slice_str(id),
	    .type = plb_slice_str("handover-forventet"),
	    .forloeb = plb_slice_str("f1"),
	    .sequence = sequence,
	    .medlem = plb_slice_str("m1"),
	    .virkningsdato = PLB_DATO_NONE};
}

static void
take(struct receiver *r, struct modtaget x)
{
	assert_int_equal(modtag_tag(&r->m, &x, &r->svar, &r->f), PLB_OK);
}

static void
expect(
    const struct receiver *r, int64_t repeats, int64_t duplicates, int64_t gaps, int64_t disorder)
{
	assert_int_equal(r->m.gentagelser, repeats);
	assert_int_equal(r->m.dubletter, duplicates);
	assert_int_equal(r->m.huller, gaps);
	assert_int_equal(r->m.uorden, disorder);
}

static void
test_in_order(void **state)
{
	struct receiver *r = *state;

	take(r, message("w1", "e1", 1));
	take(r, message("w2", "e2", 2));
	take(r, message("w3", "e3", 3));
	expect(r, 0, 0, 0, 0);
	assert_int_equal(r->m.leveringer, 3);
}

static void
test_the_same_delivery_again_is_a_repeat(void **state)
{
	struct receiver *r = *state;

	take(r, message("w1", "e1", 1));
	take(r, message("w2", "e2", 2));
	take(r, message("w1", "e1", 1));
	assert_int_equal(r->svar, MODTAG_GENTAGELSE);
	assert_null(r->f);
	expect(r, 1, 0, 0, 0);
}

static void
test_the_same_event_under_another_id_is_a_duplicate(void **state)
{
	struct receiver *r = *state;

	take(r, message("w1", "e1", 1));
	take(r, message("w2", "e1", 2));
	expect(r, 0, 1, 0, 0);
}

static void
test_another_recipient_or_source_is_no_duplicate(void **state)
{
	struct receiver *r = *state;
	struct modtaget x = message("w2", "e1", 1), y = message("w3", "e1", 2);

	take(r, message("w1", "e1", 1));
	x.org = plb_slice_str("kommune:0101");
	take(r, x);
	y.source = plb_slice_str("/akasse/3f/x");
	take(r, y);
	expect(r, 0, 0, 0, 0);
}

static void
test_gaps_count_what_is_missing(void **state)
{
	struct receiver *r = *state;

	take(r, message("w1", "e1", 1));
	take(r, message("w4", "e4", 4));
	take(r, message("w5", "e5", 5));
	expect(r, 0, 0, 2, 0);
}

static void
test_a_course_that_begins_at_two_has_a_gap(void **state)
{
	struct receiver *r = *state;

	take(r, message("w2", "e2", 2));
	expect(r, 0, 0, 1, 0);
}

static void
test_late_is_out_of_order(void **state)
{
	struct receiver *r = *state;

	take(r, message("w1", "e1", 1));
	take(r, message("w3", "e3", 3));
	take(r, message("w2", "e2", 2));
	take(r, message("w4", "e4", 4));
	expect(r, 0, 0, 1, 1);
}

static void
test_courses_count_by_themselves(void **state)
{
	struct receiver *r = *state;
	struct modtaget other = message("w2", "e2", 1);

	take(r, message("w1", "e1", 1));
	other.forloeb = plb_slice_str("f2");
	take(r, other);
	take(r, message("w3", "e3", 2));
	expect(r, 0, 0, 0, 0);
}

static void
test_outside_a_course_nothing_is_numbered(void **state)
{
	struct receiver *r = *state;
	struct modtaget x = message("w1", "e1", 0);

	x.forloeb = plb_slice(NULL, 0);
	take(r, x);
	assert_int_equal(r->svar, MODTAG_NY);
	assert_null(r->f);
	expect(r, 0, 0, 0, 0);
}

static const char *
report(struct receiver *r)
{
	struct plb_buf out;
	const char *text;

	plb_buf_init(&out, 1u << 16);
	modtag_rapport(&r->m, &out);
	assert_false(out.failed);
	text = plb_arena_printf(&r->arena, "%.*s", (int)out.len, (const char *)out.p);
	plb_buf_fini(&out);
	assert_non_null(text);
	return text;
}

static void
test_a_referat_keeps_its_newest_version_and_first_time(void **state)
{
	struct receiver *r = *state;
	struct modtaget x = message("w1", "e1", 1);

	x.type = plb_slice_str("referat-publiceret");
	x.referat = plb_slice_str("r1");
	x.version = 2;
	x.time = (struct plb_time){1709542800000}; /* 2024-03-04T10:00+01:00 */
	take(r, x);
	x.webhook_id = plb_slice_str("w2");
	x.id = plb_slice_str("e2");
	x.sequence = 2;
	x.version = 1;
	x.time.ms += 1000;
	take(r, x);
	assert_non_null(strstr(report(r),
	    "\"ting\":[{\"art\":\"r\",\"id\":\"r1\",\"version\":2,\"time\":\"2024-03-04T10:00:00+"
	    "01:00\"}]"));
}

static void
test_a_package_brings_its_things(void **state)
{
	struct receiver *r = *state;
	struct modtaget x = message("w1", "e1", 1);

	x.type = plb_slice_str("handover-due");
	assert_int_equal(plb_dato_parse(plb_slice_str("2024-06-01"), &x.virkningsdato), PLB_OK);
	take(r, x);
	assert_int_equal(modtag_ting(&r->m, r->f, 'r', plb_slice_str("r1"), 1, x.time), PLB_OK);
	assert_int_equal(modtag_ting(&r->m, r->f, 'r', plb_slice_str("r1"), 3, x.time), PLB_OK);
	assert_non_null(strstr(report(r),
	    "\"due\":true,\"aflyst\":false,\"virkningsdato\":\"2024-06-01\",\"ting\":[{\"art\":"
	    "\"r\",\"id\":\"r1\",\"version\":3,"));
}

static void
test_memory_used_up_is_told(void **state)
{
	struct receiver *r = *state;
	struct modtaget x = message("w1", "e1", 1);
	struct plb_arena small;
	struct modtag m;
	char id[2][24];
	enum plb_err err = PLB_OK;
	int i;

	plb_arena_init(&small, 65536);
	modtag_init(&m, &small);
	for (i = 0; err == PLB_OK && i < 10000; i++) {
		snprintf(id[0], sizeof(id[0]), "w%d", i);
		snprintf(id[1], sizeof(id[1]), "e%d", i);
		x.webhook_id = plb_slice_str(id[0]);
		x.id = plb_slice_str(id[1]);
		x.sequence = i + 1;
		err = modtag_tag(&m, &x, &r->svar, &r->f);
	}
	assert_int_equal(err, PLB_E_FOR_STOR);
	modtag_fini(&m);
	plb_arena_fini(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_the_same_delivery_again_is_a_repeat, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_the_same_event_under_another_id_is_a_duplicate, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_another_recipient_or_source_is_no_duplicate, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_gaps_count_what_is_missing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_course_that_begins_at_two_has_a_gap, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_late_is_out_of_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_courses_count_by_themselves, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_outside_a_course_nothing_is_numbered, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_referat_keeps_its_newest_version_and_first_time, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_a_package_brings_its_things, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_memory_used_up_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
