// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include <string.h>

#include "genindsat.h"

#define NU 10000000

static struct plb_uuid
ordre(uint8_t n)
{
	return (struct plb_uuid){{n}};
}

static void
told(struct genindsat *g, uint8_t who, const char *udfald, const char *detalje, int64_t ms)
{
	struct plb_errctx ec = {{0}};

	assert_int_equal(
	    genindsat_laes(g,
		&(struct plb_revision_post){.handling = plb_slice_str("afvist.redrive"),
		    .udfald = plb_slice_str(udfald),
		    .har_ordre = true,
		    .ordre = ordre(who),
		    .detalje = plb_slice_str(detalje),
		    .tid = {ms}},
		&ec),
	    PLB_OK);
}

static enum genindsat_stand
stand(const struct genindsat *g, const char *id)
{
	return genindsat_stand(g, id, NULL, (struct plb_time){NU});
}

/* Of several orders about one letter the furthest counts, and what came to nothing does not. */
static void
what_the_audit_says(void **state)
{
	struct genindsat g = {NULL, 0, 0};
	struct plb_uuid mine = ordre(3);

	(void)state;
	assert_int_equal(stand(&g, "1/7"), GENINDSAT_FRI);
	told(&g, 1, "begyndt", "{\"afvist\":[\"1/7\",\"2/8\"]}", NU - GENINDSAT_UVIS_MS);
	assert_int_equal(stand(&g, "1/7"), GENINDSAT_UVIS);
	assert_int_equal(stand(&g, "1/70"), GENINDSAT_FRI);
	told(&g, 1, "udfoert", "{\"afvist\":[\"1/7\"]}", NU);
	told(&g, 1, "mislykket", "{\"afvist\":[\"2/8\"]}", NU);
	assert_int_equal(stand(&g, "1/7"), GENINDSAT_ER_SAT);
	assert_int_equal(stand(&g, "2/8"), GENINDSAT_FRI);
	told(&g, 2, "begyndt", "{\"afvist\":[\"2/8\"]}", NU - GENINDSAT_UVIS_MS + 1);
	assert_int_equal(stand(&g, "2/8"), GENINDSAT_UNDER_VEJS);
	told(&g, 3, "begyndt", "{\"afvist\":[\"3/9\"]}", NU);
	assert_int_equal(stand(&g, "3/9"), GENINDSAT_UNDER_VEJS);
	assert_int_equal(genindsat_stand(&g, "3/9", &mine, (struct plb_time){NU}), GENINDSAT_FRI);
	told(&g, 4, "begyndt", "{\"afvist\":[\"3/9\"]}", NU);
	assert_int_equal(
	    genindsat_stand(&g, "3/9", &mine, (struct plb_time){NU}), GENINDSAT_UNDER_VEJS);
	genindsat_fri(&g);
}

static void
odd_records_say_nothing(void **state)
{
	static const char *const odd[] = {"", "{", "[]", "{}", "{\"afvist\":1}",
	    "{\"afvist\":[1,null,\"\"]}",
	    "{\"afvist\":[\"1234567890123456789012345678901234567890/1\"]}"};
	struct genindsat g = {NULL, 0, 0};
	struct plb_errctx ec = {{0}};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		told(&g, 1, "udfoert", odd[i], NU);
	assert_int_equal(
	    genindsat_laes(&g,
		&(struct plb_revision_post){.handling = plb_slice_str("levering.replay"),
		    .udfald = plb_slice_str("udfoert"),
		    .har_ordre = true,
		    .detalje = plb_slice_str("{\"afvist\":[\"1/7\"]}")},
		&ec),
	    PLB_OK);
	assert_int_equal(g.n, 0);
	genindsat_fri(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_audit_says), cmocka_unit_test(odd_records_say_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
