// SPDX-License-Identifier: MPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dispatch_wire.h"

#include <string.h>

#include "plan.h"

struct fast {
	struct plb_schemas *schemas;
	struct dispatch_wire *w;
};

static int
saet_op(void **state)
{
	static struct fast f;
	struct plb_errctx ec = {0};

	assert_int_equal(plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder",
			     &f.schemas, &ec),
	    PLB_OK);
	assert_int_equal(dispatch_wire_new(f.schemas, &f.w, &ec), PLB_OK);
	*state = &f;
	return 0;
}

static int
riv_ned(void **state)
{
	struct fast *f = *state;

	dispatch_wire_free(&f->w);
	plb_schemas_free(&f->schemas);
	return 0;
}

static const struct post fuld = {
    .id = {{1, 2, 3}},
    .haendelse_id = {(const uint8_t *)"h-1", 3},
    .kilde = {(const uint8_t *)"/akasse/hk/x", 12},
    .har_forloeb = true,
    .forloeb = {{9}},
    .traceparent = {(const uint8_t *)"00-aa-bb-01", 11},
    .status = LEV_PARKERET,
    .forsoeg = 7,
    .skridt = 3,
    .ankommet = 1,
    .foerste = 2,
    .seneste = 3,
    .naeste = INT64_MAX,
    .aarsag = {(const uint8_t *)"HTTP 404", 8},
    .sequence = 4,
    .frist = 5,
    .laes = 6,
    .forbi = true,
    .har_afloeses = true,
    .afloeses = {{8}},
};

static void
test_an_entry_comes_back_as_it_was(void **state)
{
	struct fast *f = *state;
	struct plb_errctx ec = {0};
	uint8_t kopi[1024];
	struct plb_slice s = dispatch_wire_skriv(f->w, SLAGS_LEVERING, &fuld);
	struct post p;

	assert_true(s.len > 0 && s.len < sizeof(kopi));
	memcpy(kopi, s.p, s.len);
	assert_int_equal(dispatch_wire_slags(f->w, plb_slice(kopi, s.len)), SLAGS_LEVERING);
	assert_int_equal(
	    dispatch_wire_laes(f->w, SLAGS_LEVERING, plb_slice(kopi, s.len), &p, &ec), PLB_OK);
	assert_true(
	    plb_uuid_eq(p.id, fuld.id) && plb_uuid_eq(p.forloeb, fuld.forloeb) && p.har_forloeb);
	assert_int_equal(p.status, LEV_PARKERET);
	assert_int_equal(p.forsoeg, 7);
	assert_int_equal(p.naeste, INT64_MAX);
	assert_true(
	    plb_slice_is(p.aarsag, "HTTP 404") && plb_slice_is(p.traceparent, "00-aa-bb-01"));
	assert_true(p.forbi && p.har_afloeses && !p.har_afloeser);
	assert_int_equal(p.sequence * 100 + p.frist * 10 + p.laes, 456);
}

/* The bindings' words are those of the core's enums. */
static void
test_words_match_the_enums(void **state)
{
	struct fast *f = *state;
	struct plb_errctx ec = {0};
	struct post p = fuld, q;

	for (int s = 0; s < LEV_SLUT; s++) {
		p.status = s;
		assert_int_equal(dispatch_wire_laes(f->w, SLAGS_LEVERING,
				     dispatch_wire_skriv(f->w, SLAGS_LEVERING, &p), &q, &ec),
		    PLB_OK);
		assert_int_equal(q.status, s);
	}
	for (int t = 0; t <= TRIN_UDLOEBET; t++) {
		struct status_post st = {.trin = t}, st2;

		assert_int_equal(dispatch_wire_laes(f->w, SLAGS_STATUS,
				     dispatch_wire_skriv(f->w, SLAGS_STATUS, &st), &st2, &ec),
		    PLB_OK);
		assert_int_equal(st2.trin, t);
		assert_true(strlen(trin_navn((enum trin)t)) > 0);
	}
	for (int a = TILBAGE_FLYTTET; a <= TILBAGE_KASSERET; a++) {
		struct tilbagekaldt_post t = {.aarsag = a}, t2;

		assert_int_equal(dispatch_wire_laes(f->w, SLAGS_TILBAGEKALDT,
				     dispatch_wire_skriv(f->w, SLAGS_TILBAGEKALDT, &t), &t2, &ec),
		    PLB_OK);
		assert_int_equal(t2.aarsag, a);
	}
	for (int a = EP_AABEN; a <= EP_FRA; a++) {
		struct endepunkt_post e = {.status = a}, e2;

		assert_int_equal(dispatch_wire_laes(f->w, SLAGS_ENDEPUNKT,
				     dispatch_wire_skriv(f->w, SLAGS_ENDEPUNKT, &e), &e2, &ec),
		    PLB_OK);
		assert_int_equal(e2.status, a);
	}
	assert_string_equal(trin_navn(TRIN_AFVIST_MIDLERTIDIGT), "afvist-midlertidigt");
}

/* Cut at every place, and with every byte changed: an error or a value, never more. */
static void
test_hostile_bytes(void **state)
{
	struct fast *f = *state;
	struct plb_errctx ec = {0};
	uint8_t kopi[1024];
	struct plb_slice s = dispatch_wire_skriv(f->w, SLAGS_LEVERING, &fuld);
	size_t len = s.len;
	struct post p;

	memcpy(kopi, s.p, len);
	for (size_t n = 0; n < len; n++)
		assert_int_not_equal(
		    dispatch_wire_laes(f->w, SLAGS_LEVERING, plb_slice(kopi, n), &p, &ec), PLB_OK);
	for (size_t n = 0; n < len; n++) {
		for (int bit = 0; bit < 8; bit++) {
			kopi[n] ^= (uint8_t)(1 << bit);
			if (dispatch_wire_laes(
				f->w, SLAGS_LEVERING, plb_slice(kopi, len), &p, &ec) == PLB_OK)
				assert_true(p.aarsag.len <= len && p.kilde.len <= len);
			kopi[n] ^= (uint8_t)(1 << bit);
		}
	}
	assert_int_not_equal(dispatch_wire_laes(f->w, SLAGS_MARKOER, plb_slice(kopi, len),
				 &(struct markoer_post){0}, &ec),
	    PLB_OK);
	assert_int_equal(dispatch_wire_slags(f->w, plb_slice("\xc3\x01xxxxxxxx", 10)), SLAGS_ANTAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_entry_comes_back_as_it_was),
	    cmocka_unit_test(test_words_match_the_enums),
	    cmocka_unit_test(test_hostile_bytes),
	};

	return cmocka_run_group_tests(tests, saet_op, riv_ned);
}
