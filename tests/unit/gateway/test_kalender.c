// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdlib.h>

#include "dagsliste.h"
#include "kalender.h"

#define DAG INT64_C(86400000)

static const uint8_t seed[16] = {1};

static struct kalender_aendring
om(uint8_t id, enum kalender_slags slags)
{
	return (struct kalender_aendring){
	    .id = {{id}}, .leveringid = {{id, 9}}, .slags = slags, .ved = {1000}};
}

static void
saet(struct kalender *k, uint8_t id, enum kalender_slags slags, int64_t ms)
{
	struct kalender_aendring a = om(id, slags);
	struct kalender_tid tid = {.start = {ms}, .slut = {ms + 1800000}};

	assert_int_equal(kalender_saet(k, &a, &tid, "Fælles samtale"), PLB_OK);
}

static struct kalender_post
eneste(const struct kalender *k)
{
	size_t n;
	const struct kalender_post **alle = kalender_poster(k, &n);
	struct kalender_post p;

	assert_int_equal(n, 1);
	p = *alle[0];
	free(alle);
	return p;
}

static void
a_change_of_time_and_a_cancellation_count(void **state)
{
	struct kalender_aendring a = om(1, KALENDER_MOEDE);
	struct kalender k;

	(void)state;
	kalender_init(&k, 10, seed);
	saet(&k, 1, KALENDER_MOEDE, 5000000);
	assert_int_equal(eneste(&k).sekvens, 0);
	saet(&k, 1, KALENDER_MOEDE, 5000000); /* told again: nothing has changed */
	assert_int_equal(eneste(&k).sekvens, 0);
	saet(&k, 1, KALENDER_MOEDE, 6000000);
	assert_int_equal(eneste(&k).sekvens, 1);
	kalender_aflys(&k, &a);
	kalender_aflys(&k, &a);
	assert_int_equal(eneste(&k).sekvens, 2);
	assert_true(eneste(&k).aflyst);
	saet(&k, 1, KALENDER_MOEDE, 6000000); /* it takes place after all */
	assert_int_equal(eneste(&k).sekvens, 3);
	assert_false(eneste(&k).aflyst);
	a = om(7, KALENDER_MOEDE);
	kalender_aflys(&k, &a); /* never heard of */
	assert_int_equal(eneste(&k).id.b[0], 1);
	kalender_fini(&k);
}

static void
what_a_withdrawn_delivery_told_is_cancelled(void **state)
{
	struct kalender k;
	size_t n;
	const struct kalender_post **alle;

	(void)state;
	kalender_init(&k, 10, seed);
	saet(&k, 1, KALENDER_MOEDE, DAG);
	saet(&k, 1, KALENDER_OMBOOKING, DAG);
	saet(&k, 2, KALENDER_MOEDE, 2 * DAG);
	kalender_tilbagekald(&k, (struct plb_uuid){{1, 9}}, (struct plb_time){5});
	alle = kalender_poster(&k, &n);
	assert_int_equal(n, 3);
	assert_true(alle[0]->aflyst && alle[1]->aflyst);
	assert_false(alle[2]->aflyst);
	free(alle);
	kalender_fini(&k);
}

static void
bounded_and_tidied(void **state)
{
	struct kalender k;
	size_t n;
	const struct kalender_post **alle;

	(void)state;
	kalender_init(&k, 5, seed);
	for (uint8_t i = 1; i <= 20; i++)
		saet(&k, i, KALENDER_MOEDE, (21 - i) * DAG);
	alle = kalender_poster(&k, &n);
	/* What was over first fell away, and the newest is there. */
	assert_int_equal(n, 5);
	assert_int_equal(alle[0]->id.b[0], 20);
	assert_int_equal(alle[4]->id.b[0], 1);
	free(alle);
	kalender_ryd(&k, (struct plb_time){18 * DAG});
	alle = kalender_poster(&k, &n);
	assert_int_equal(n, 3);
	free(alle);
	kalender_ryd(&k, PLB_TIME_NEVER);
	assert_null(kalender_poster(&k, &n));
	assert_int_equal(n, 0);
	kalender_fini(&k);
}

static bool
holds(const struct plb_buf *b, const char *text)
{
	return memmem(b->p, b->len, text, strlen(text)) != NULL;
}

static void
the_list_of_a_day(void **state)
{
	struct plb_dato dag;
	struct kalender_aendring a = om(3, KALENDER_FRIST);
	struct kalender_tid tid = {.hele_dagen = true, .slut = PLB_TIME_UNSET};
	struct kalender k;
	struct plb_buf b;

	(void)state;
	assert_int_equal(plb_dato_parse(S("2026-05-04"), &dag), PLB_OK);
	kalender_init(&k, 10, seed);
	plb_buf_init(&b, 1 << 20);
	dagsliste_skriv(&k, "kommune:0461", dag, &b);
	assert_true(holds(&b, "Dagsliste for kommune:0461"));
	assert_true(holds(&b, "mandag den 4. maj 2026"));
	assert_true(holds(&b, "ingen samtaler eller frister"));
	saet(&k, 0xab, KALENDER_MOEDE, plb_time_from_local(dag, 9, 30, 0).ms);
	saet(&k, 2, KALENDER_MOEDE, plb_time_from_local(dag, 0, 0, 0).ms - 1);
	tid.start = plb_dato_start(dag);
	assert_int_equal(kalender_saet(&k, &a, &tid, "Frist for samtale"), PLB_OK);
	plb_buf_reset(&b);
	dagsliste_skriv(&k, "kommune:0461", dag, &b);
	assert_true(holds(&b, "<td>09.30–10.00</td><td>Fælles samtale</td><td>AB000000</td>"));
	assert_true(holds(&b, "<td>I dag</td><td>Frist for samtale</td><td>03000000</td>"));
	assert_false(holds(&b, "02000000"));
	/* A meeting that fell away is told, a deadline that did is not. */
	kalender_aflys(&k, &a);
	a = om(0xab, KALENDER_MOEDE);
	kalender_aflys(&k, &a);
	plb_buf_reset(&b);
	dagsliste_skriv(&k, "kommune:0461", dag, &b);
	assert_true(holds(&b, "Aflyst: Fælles samtale"));
	assert_false(holds(&b, "Frist for samtale"));
	plb_buf_fini(&b);
	kalender_fini(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_change_of_time_and_a_cancellation_count),
	    cmocka_unit_test(what_a_withdrawn_delivery_told_is_cancelled),
	    cmocka_unit_test(bounded_and_tidied),
	    cmocka_unit_test(the_list_of_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
