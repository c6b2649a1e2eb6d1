// SPDX-License-Identifier: MPL-2.0
#include "console_test.h"

#include <stdlib.h>
#include <string.h>

#include "ordre.h"

/* Every state and event: what follows, and that nothing else is possible. */
static void
the_life_of_an_order(void **state)
{
	static const struct {
		enum ordre_tilstand fra;
		enum ordre_haendelse h;
		enum ordre_tilstand til;
	} rows[] = {
	    {ORDRE_SKRIVES, ORDRE_H_SKREVET, ORDRE_KOERER},
	    {ORDRE_SKRIVES, ORDRE_H_SKREVET_VENTER, ORDRE_AFVENTER},
	    {ORDRE_SKRIVES, ORDRE_H_FEJL, ORDRE_MISLYKKET},
	    {ORDRE_AFVENTER, ORDRE_H_GODKEND, ORDRE_GODKENDES},
	    {ORDRE_AFVENTER, ORDRE_H_STOP, ORDRE_SLUTTER},
	    {ORDRE_GODKENDES, ORDRE_H_GODKENDT, ORDRE_KOERER},
	    {ORDRE_GODKENDES, ORDRE_H_FEJL, ORDRE_AFVENTER},
	    {ORDRE_KOERER, ORDRE_H_STOP, ORDRE_SLUTTER},
	    {ORDRE_KOERER, ORDRE_H_FAERDIG, ORDRE_SLUTTER},
	    {ORDRE_KOERER, ORDRE_H_FEJL, ORDRE_SLUTTER},
	    {ORDRE_AFBRUDT, ORDRE_H_GENOPTAG, ORDRE_GENOPTAGES},
	    {ORDRE_AFBRUDT, ORDRE_H_STOP, ORDRE_SLUTTER},
	    {ORDRE_GENOPTAGES, ORDRE_H_GENOPTAGET, ORDRE_KOERER},
	    {ORDRE_GENOPTAGES, ORDRE_H_FEJL, ORDRE_AFBRUDT},
	    {ORDRE_SLUTTER, ORDRE_H_SLUT, ORDRE_UDFOERT},
	};
	size_t moves = 0;

	(void)state;
	for (int t = 0; t < ORDRE_TILSTANDE; t++)
		for (int h = 0; h < ORDRE_HAENDELSER; h++) {
			enum ordre_tilstand want = (enum ordre_tilstand)t;

			for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
				if ((int)rows[i].fra == t && (int)rows[i].h == h)
					want = rows[i].til;
			assert_int_equal(
			    ordre_naeste((enum ordre_tilstand)t, (enum ordre_haendelse)h), want);
			moves += (int)want != t;
		}
	assert_int_equal(moves, sizeof(rows) / sizeof(rows[0]));
}

static enum plb_err
asked(const char *json, struct anmodning *out)
{
	static struct plb_arena a;
	static bool made;
	struct plb_errctx ec = {{0}};

	if (!made)
		plb_arena_init(&a, 4u << 20);
	made = true;
	plb_arena_reset(&a);
	return anmodning_laes(S(json), &a, out, &ec);
}

#define ID "\"bcaaaa79-32e7-5414-980f-75d2cb725e15\""

static void
requests(void **state)
{
	static const char *const refused[] = {
	    "",
	    "[]",
	    "{}",
	    "{\"handling\":\"replay\"}",
	    "{\"handling\":\"genoptag\",\"organisation\":\"kommune:0461\"}",
	    "{\"handling\":\"replay\",\"organisation\":\"nobody\"}",
	    "{\"handling\":\"replay\",\"organisation\":\"kommune:0461\",\"new\":1}",
	    "{\"handling\":\"replay\",\"leveringider\":[\"x\"]}",
	    "{\"handling\":\"replay\",\"leveringider\":[1]}",
	    "{\"handling\":\"replay\",\"organisation\":\"kommune:0461\",\"rate\":0}",
	    "{\"handling\":\"replay\",\"organisation\":\"kommune:0461\",\"maks\":0}",
	    "{\"handling\":\"replay\",\"organisation\":\"kommune:0461\",\"status\":\"odd\"}",
	    "{\"handling\":\"replay\",\"organisation\":\"kommune:0461\",\"fra\":\"monday\"}",
	    "{\"handling\":\"discard\",\"leveringider\":[" ID "]}",
	    "{\"handling\":\"discard\",\"leveringider\":[" ID
	    "],\"begrundelse\":\"about 0101701234\"}",
	    "{\"handling\":\"discard\",\"organisation\":\"kommune:0461\",\"status\":\"alle\","
	    "\"begrundelse\":\"x\"}",
	    "{\"handling\":\"hold\",\"leveringider\":[" ID "," ID "]}",
	    "{\"handling\":\"hold\",\"organisation\":\"kommune:0461\",\"gruppe\":\"x\"}",
	};
	struct anmodning r;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (asked(refused[i], &r) != PLB_E_FORM)
			fail_msg("taken: %s", refused[i]);
	assert_int_equal(asked("{\"handling\":\"replay\",\"organisation\":\"kommune:0461\",\"fra\":"
			       "\"2024-03-01T00:00:00+01:00\",\"maks\":7}",
			     &r),
	    PLB_OK);
	assert_int_equal(r.art, KOMMANDO_REPLAY);
	assert_true(r.filter.har_fra && !r.filter.har_til && r.filter.maks == 7 && r.rate == 50);
	assert_string_equal(r.filter.status, "parkeret");
	assert_int_equal(asked("{\"handling\":\"discard\",\"leveringider\":[" ID
			       "],\"begrundelse\":\"wrong office\"}",
			     &r),
	    PLB_OK);
	assert_int_equal(r.n_ider, 1);
}

static void
orders_to_dispatch_and_back(void **state)
{
	struct bord_post post[2] = {{uuid(1), 17}, {uuid(2), INT64_C(1) << 40}};
	struct kommando k = {.art = KOMMANDO_DISCARD,
			    .organisation = S("kommune:0461"),
			    .aktoer = S("anna"),
			    .godkender = S("bent"),
			    .aarsag = S("why"),
			    .har_ordre = true,
			    .ordre = uuid(9),
			    .har_antal = true,
			    .antal = 2,
			    .udvalg = {post, 2},
			    .tid = kl(0)},
			got;
	struct plb_schemas *schemas;
	struct kommandoer *codec;
	struct plb_errctx ec = {{0}};
	struct plb_slice value;

	(void)state;
	assert_int_equal(plb_schemas_load("schemas", "config/koder", &schemas, &ec), PLB_OK);
	assert_int_equal(kommandoer_new(schemas, &codec, &ec), PLB_OK);
	assert_int_equal(kommando_skriv(codec, &k, &value, &ec), PLB_OK);
	assert_true(kommando_laes(codec, value, &got));
	assert_int_equal(got.art, KOMMANDO_DISCARD);
	assert_true(plb_slice_is(got.godkender, "bent") && got.har_ordre &&
	    plb_uuid_eq(got.ordre, uuid(9)) && !got.har_leveringid);
	assert_int_equal(got.udvalg.n, 2);
	assert_int_equal(((struct bord_post *)got.udvalg.p)[1].offset, INT64_C(1) << 40);
	for (size_t n = 0; n < value.len; n++)
		assert_false(kommando_laes(codec, plb_slice(value.p, n), &got));
	kommandoer_free(&codec);
	plb_schemas_free(&schemas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_life_of_an_order),
	    cmocka_unit_test(requests), cmocka_unit_test(orders_to_dispatch_and_back)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
