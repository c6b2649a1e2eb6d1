// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <stdlib.h>

#include <parloeb/revision.h>

#define RECORDS 4

/* A chain of records as they lie on the topic. */
struct log {
	struct plb_record rec[RECORDS];
	uint8_t *value[RECORDS];
};

static struct plb_revision_post
act(const char *udfald)
{
	return (struct plb_revision_post){
	    .aktoer = plb_slice_str("anna"),
	    .handling = plb_slice_str("levering.replay"),
	    .udfald = plb_slice_str(udfald),
	    .organisation = plb_slice_str("kommune:0461"),
	    .antal = 12,
	    .tid = FIX_NOW,
	};
}

static struct plb_revision *
fresh(struct fix *f)
{
	struct plb_errctx ec = {{0}};
	struct plb_revision *r;

	assert_int_equal(plb_revision_new(f->schemas, "console@a", &r, &ec), PLB_OK);
	return r;
}

static void
write_log(struct fix *f, struct log *l)
{
	struct plb_revision *r = fresh(f);
	struct plb_revision_laest got;
	struct plb_errctx ec = {{0}};
	int64_t nr;

	for (int i = 0; i < RECORDS; i++) {
		struct plb_revision_post p = act(i % 2 == 0 ? "bestilt" : "udfoert");
		struct plb_slice value;

		assert_int_equal(plb_revision_byg(r, &p, &value, &nr, &ec), PLB_OK);
		assert_int_equal(nr, i + 1);
		l->value[i] = malloc(value.len);
		assert_non_null(l->value[i]);
		memcpy(l->value[i], value.p, value.len);
		l->rec[i] = (struct plb_record){.topic = "revision",
		    .key = plb_slice_str("anna"),
		    .value = plb_slice(l->value[i], value.len)};
		assert_int_equal(plb_revision_laest(r, &l->rec[i], &got, &ec), PLB_OK);
		assert_int_equal(got.stand, PLB_REVISION_OK);
		assert_int_equal(got.post.antal, 12);
		assert_true(plb_slice_is(got.skriver, "console@a"));
	}
	plb_revision_free(&r);
}

static void
free_log(struct log *l)
{
	for (int i = 0; i < RECORDS; i++)
		free(l->value[i]);
}

/* What a reader finds at each of the records named. */
static void
read_again(
    struct fix *f, struct log *l, const int *order, const enum plb_revision_stand *want, int n)
{
	struct plb_revision *r = fresh(f);
	struct plb_revision_laest got;
	struct plb_errctx ec = {{0}};

	for (int i = 0; i < n; i++) {
		assert_int_equal(plb_revision_laest(r, &l->rec[order[i]], &got, &ec), PLB_OK);
		assert_int_equal(got.stand, want[i]);
	}
	plb_revision_free(&r);
}

static void
every_kind_of_tampering_shows(void **state)
{
	const enum plb_revision_stand O = PLB_REVISION_OK, B = PLB_REVISION_BEGYNDER,
				      H = PLB_REVISION_HUL, G = PLB_REVISION_GREN,
				      C = PLB_REVISION_BRUD;
	struct fix *f = *state;
	struct log l;

	write_log(f, &l);
	read_again(f, &l, (int[]){0, 1, 2, 3}, (enum plb_revision_stand[]){O, O, O, O}, 4);
	read_again(f, &l, (int[]){1, 2, 3}, (enum plb_revision_stand[]){B, O, O}, 3);
	read_again(f, &l, (int[]){0, 2, 3}, (enum plb_revision_stand[]){O, H, O}, 3);
	read_again(f, &l, (int[]){0, 1, 1, 2}, (enum plb_revision_stand[]){O, O, G, O}, 4);
	/* "bestilt" of the third becomes another word: the fourth tells. */
	for (size_t i = 0; i + 7 < l.rec[2].value.len; i++)
		if (memcmp(l.value[2] + i, "bestilt", 7) == 0)
			l.value[2][i] = 'g';
	read_again(f, &l, (int[]){0, 1, 2, 3}, (enum plb_revision_stand[]){O, O, O, C}, 4);
	free_log(&l);
}

static void
the_ends_of_the_chains(void **state)
{
	struct fix *f = *state;
	struct plb_revision *r = fresh(f);
	struct plb_revision_laest got;
	struct plb_errctx ec = {{0}};
	struct log l;

	write_log(f, &l);
	assert_int_equal(plb_revision_laest(r, &l.rec[0], &got, &ec), PLB_OK);
	plb_buf_reset(&f->out);
	plb_revision_ender(r, &f->out);
	plb_buf_u8(&f->out, 0);
	assert_memory_equal(f->out.p, "anna\tconsole@a\t1\t", 17);
	assert_int_equal(f->out.len, 17 + 64 + 2);
	plb_revision_free(&r);
	free_log(&l);
}

static void
odd_records_are_refused(void **state)
{
	struct fix *f = *state;
	struct plb_revision *r = fresh(f);
	struct plb_revision_laest got;
	struct plb_errctx ec = {{0}};
	struct plb_record rec;
	struct log l;

	write_log(f, &l);
	for (size_t n = 0; n < l.rec[0].value.len; n++) {
		rec = l.rec[0];
		rec.value.len = n;
		assert_int_equal(
		    plb_err_class(plb_revision_laest(r, &rec, &got, &ec)), PLB_CLASS_REJECT);
	}
	rec = l.rec[0];
	rec.key = plb_slice_str("bent");
	assert_int_equal(plb_revision_laest(r, &rec, &got, &ec), PLB_E_FORM);
	plb_revision_free(&r);
	free_log(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(every_kind_of_tampering_shows, fix_reset),
	    cmocka_unit_test_setup(the_ends_of_the_chains, fix_reset),
	    cmocka_unit_test_setup(odd_records_are_refused, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
