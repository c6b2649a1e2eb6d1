// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"
#include "tilbage.h"

static const uint8_t seed[16] = {1};

static struct plb_event
withdrawal(uint32_t n)
{
	struct plb_event ev = {.id = plb_slice_str("id"),
	    .source = plb_slice_str("/parloeb/forloeb"),
	    .causationid = plb_slice_str("aarsagen"),
	    .time = {(int64_t)n},
	    .has_leveringid = true,
	    .has_tilbagekalder = true};

	memcpy(ev.tilbagekalder.b, &n, sizeof(n));
	ev.leveringid.b[15] = (uint8_t)n;
	return ev;
}

static struct plb_event
withdrawn(uint32_t n)
{
	struct plb_event ev = {.has_leveringid = true,
	    .sequence = 7,
	    .has_correlationid = true,
	    .correlationid = {{9}},
	    .has_person = true,
	    .person = {{8}}};

	memcpy(ev.leveringid.b, &n, sizeof(n));
	return ev;
}

static bool
known(const struct tilbage *t, uint32_t n)
{
	struct plb_event of = withdrawn(n), out;
	struct plb_slice value;

	return tilbage_find(t, &of, &out, &value);
}

static void
test_stands_at_the_place_of_the_withdrawn(void **state)
{
	struct plb_event ev = withdrawal(5), of = withdrawn(5), out;
	struct plb_slice value;
	struct tilbage t;

	(void)state;
	tilbage_init(&t, 1 << 20, seed);
	assert_int_equal(
	    tilbage_tilfoej(&t, &ev, plb_slice_str("value"), (struct plb_time){1}), PLB_OK);
	assert_false(known(&t, 6));
	assert_true(tilbage_find(&t, &of, &out, &value));
	assert_true(plb_slice_is(value, "value"));
	assert_true(plb_slice_is(out.id, "id") && plb_slice_is(out.source, "/parloeb/forloeb"));
	assert_true(plb_slice_is(out.type, "dk.parloeb.levering-tilbagekaldt"));
	assert_true(plb_slice_is(out.causationid, "aarsagen"));
	assert_true(plb_uuid_eq(out.leveringid, ev.leveringid));
	assert_int_equal(out.time.ms, 5);
	assert_int_equal(out.sequence, 7);
	assert_int_equal(out.correlationid.b[0], 9);
	assert_int_equal(out.person.b[0], 8);
	/* The log may give it again. */
	assert_int_equal(
	    tilbage_tilfoej(&t, &ev, plb_slice_str("other"), (struct plb_time){2}), PLB_OK);
	assert_int_equal(t.n, 1);
	tilbage_fini(&t);
}

static void
test_hostile(void **state)
{
	static uint8_t big[70000];
	struct plb_event ev = withdrawal(1);
	struct tilbage t;

	(void)state;
	tilbage_init(&t, 1 << 20, seed);
	assert_int_equal(
	    tilbage_tilfoej(&t, &ev, plb_slice(big, sizeof(big)), (struct plb_time){0}),
	    PLB_E_FORM);
	ev.has_tilbagekalder = false;
	assert_int_equal(
	    tilbage_tilfoej(&t, &ev, plb_slice_str(""), (struct plb_time){0}), PLB_E_FORM);
	assert_int_equal(t.n, 0);
	tilbage_fini(&t);
}

static void
test_bounded_oldest_first(void **state)
{
	struct tilbage t;
	size_t kept;

	(void)state;
	tilbage_init(&t, 20000, seed);
	for (uint32_t i = 0; i < 1000; i++) {
		struct plb_event ev = withdrawal(i);

		assert_int_equal(
		    tilbage_tilfoej(&t, &ev, plb_slice_str("value"), (struct plb_time){(int64_t)i}),
		    PLB_OK);
		assert_true(t.bytes <= 20000);
		assert_true(known(&t, i));
	}
	kept = t.n;
	assert_true(kept > 50 && kept < 1000);
	assert_int_equal(t.glemt, 1000 - (int64_t)kept);
	assert_false(known(&t, 999 - (uint32_t)kept));
	assert_true(known(&t, 1000 - (uint32_t)kept));
	tilbage_glem(&t, (struct plb_time){998});
	assert_int_equal(t.n, 2);
	assert_true(known(&t, 998));
	tilbage_glem(&t, PLB_TIME_NEVER);
	assert_int_equal(t.n, 0);
	assert_int_equal(t.bytes, 0);
	tilbage_fini(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stands_at_the_place_of_the_withdrawn),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_bounded_oldest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
