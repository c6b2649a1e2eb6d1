// SPDX-License-Identifier: MPL-2.0
//
// An endpoint's own state, what passes a queue, and how much is kept.
#include "plan_bane.h"

static void
test_an_endpoint_earns_its_calls(void **state)
{
	struct bane b;

	(void)state;
	lav(&b, 32);
	assert_int_equal(b.ep->aaben_for, 32);
	assert_false(b.ep->traet);
	for (int64_t ventet = 16; ventet > 0; ventet /= 2) {
		plan_baerer(&b.p, b.ep, false);
		assert_int_equal(b.ep->aaben_for, ventet);
		assert_true(b.ep->traet);
	}
	plan_baerer(&b.p, b.ep, false);
	assert_int_equal(b.ep->aaben_for, 1);
	for (int i = 0; i < 3; i++)
		ny(&b, (uint8_t)(i + 1), 10 + i);
	hensigter(&b, b.ep);
	assert_non_null(plan_start(&b.p));
	assert_null(plan_start(&b.p));
	plan_baerer(&b.p, b.ep, true);
	assert_false(b.ep->traet);
	assert_non_null(plan_start(&b.p));
	assert_null(plan_start(&b.p));
	plan_fini(&b.p);
}

static void
test_a_held_mailbox_queues(void **state)
{
	struct bane b;
	struct levering *l;

	(void)state;
	lav(&b, 32);
	plan_hold(&b.p, b.ep, true);
	l = ny(&b, 1, 10);
	assert_null(plan_klar(b.ep));
	plan_hold(&b.p, b.ep, false);
	assert_ptr_equal(plan_klar(b.ep), l);
	plan_fini(&b.p);
}

static void
test_a_probe_goes_alone(void **state)
{
	struct bane b;
	struct levering *l;

	(void)state;
	lav(&b, 32);
	for (int i = 0; i < 3; i++)
		ny(&b, (uint8_t)(i + 1), 10 + i);
	plan_endepunkt_aabn(&b.p, b.ep, EP_PAUSE);
	b.ep->proeve_ms = 5;
	assert_null(plan_klar(b.ep));
	plan_proev(&b.p, b.ep);
	assert_int_equal(b.ep->proeve_ms, 0);
	l = plan_klar(b.ep);
	assert_non_null(l);
	plan_flyt(&b.p, l, LEV_IGANG, 0);
	assert_null(plan_klar(b.ep));
	plan_flyt(&b.p, l, LEV_LEVERET, 0);
	plan_endepunkt_aabn(&b.p, b.ep, EP_AABEN);
	assert_false(b.ep->proever);
	assert_non_null(plan_klar(b.ep));
	plan_fini(&b.p);
}

static void
test_a_mailbox_has_room_for_so_many_unsettled(void **state)
{
	struct bane b;
	struct levering *l[3];

	(void)state;
	lav(&b, 32);
	b.p.konf.aabne = 3;
	for (int i = 0; i < 3; i++) {
		assert_true(plan_er_plads(&b.p, b.ep));
		l[i] = ny(&b, 1, 10 + i);
	}
	assert_false(plan_er_plads(&b.p, b.ep));
	plan_flyt(&b.p, l[0], LEV_LEVERET, 0);
	assert_true(plan_er_plads(&b.p, b.ep));
	plan_flyt(&b.p, l[0], LEV_VENTER, 0);
	assert_false(plan_er_plads(&b.p, b.ep));
	plan_flyt(&b.p, l[2], LEV_SLUT, 0);
	assert_true(plan_er_plads(&b.p, b.ep));
	assert_int_equal(b.p.antal, 2);
	b.p.konf.aabne = INT32_MAX;
	b.p.antal += PLAN_AABNE_I_ALT;
	b.ep->antal = PLAN_AABNE_KNAP;
	assert_false(plan_er_plads(&b.p, b.ep));
	b.ep->antal = 2;
	b.p.antal -= PLAN_AABNE_I_ALT;
	plan_fini(&b.p);
}

/* A withdrawal that waits for an outcome is locked; let go, it passes the queue. */
static void
test_past_the_queue_and_locked(void **state)
{
	struct bane b;
	struct levering v, *w;

	(void)state;
	lav(&b, 32);
	plan_flyt(&b.p, ny(&b, 1, 10), LEV_PARKERET, 0);
	v = vaerdi(&b, b.ep, 1, 12);
	v.forbi = v.laast = true;
	w = plan_tilfoej(&b.p, &v, 0);
	assert_non_null(w);
	assert_null(plan_klar(b.ep));
	plan_lad_gaa(&b.p, w);
	assert_ptr_equal(plan_klar(b.ep), w);
	assert_ptr_not_equal(plan_koe_foerste(&b.p, b.ep, &w->person), w);
	plan_fini(&b.p);
}

static void
test_content_is_kept_as_far_as_there_is_room(void **state)
{
	struct bane b;
	struct levering *l;

	(void)state;
	lav(&b, 32);
	l = ny(&b, 1, 10);
	assert_true(plan_indhold(&b.p, l, "abc", 3));
	assert_memory_equal(l->indhold, "abc", 3);
	assert_int_equal(b.p.indhold, 3);
	assert_false(plan_indhold(&b.p, l, "abc", PLAN_INDHOLD_MAX + 1));
	assert_null(l->indhold);
	assert_true(plan_indhold(&b.p, l, "ab", 2));
	plan_flyt(&b.p, l, LEV_SLUT, 0);
	assert_int_equal(b.p.indhold, 0);
	plan_fini(&b.p);
}

/* The same person at two channels: two queues, two endpoints, gone together. */
static void
test_a_copy_has_queues_of_its_own(void **state)
{
	struct endepunkt *kopi;
	struct levering v, *l[2], *k[2];
	struct bane b;

	(void)state;
	lav(&b, 32);
	kopi = plan_kopi_lav(&b.p, b.ep, 2);
	assert_non_null(kopi);
	assert_ptr_equal(plan_kopi_lav(&b.p, b.ep, 2), kopi);
	assert_ptr_equal(plan_endepunkt(&b.p, ORG), b.ep);
	assert_ptr_equal(plan_endepunkt_af(&b.p, &b.ep->org, 2), kopi);
	assert_null(plan_endepunkt_af(&b.p, &b.ep->org, 1));
	assert_ptr_equal(kopi->hoved, b.ep);
	plan_endepunkt_saet(&b.p, kopi, 2, 1);
	for (int i = 0; i < 2; i++) {
		l[i] = ny(&b, 1, 10 + i);
		v = vaerdi(&b, kopi, 1, 10 + i);
		k[i] = plan_tilfoej(&b.p, &v, 0);
		assert_non_null(k[i]);
	}
	plan_flyt(&b.p, l[0], LEV_PARKERET, 0);
	assert_null(plan_klar(b.ep));
	assert_ptr_equal(plan_klar(kopi), k[0]);
	plan_flyt(&b.p, k[0], LEV_SLUT, 0);
	assert_ptr_equal(plan_klar(kopi), k[1]);
	plan_endepunkt_aabn(&b.p, kopi, EP_PAUSE);
	assert_null(plan_klar(kopi));
	plan_flyt(&b.p, l[0], LEV_LEVERET, 0);
	assert_ptr_equal(plan_klar(b.ep), l[1]);
	plan_partition_vaek(&b.p, 3);
	assert_null(plan_endepunkt(&b.p, ORG));
	assert_int_equal(b.p.endepunkter.n, 0);
	plan_fini(&b.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_copy_has_queues_of_its_own),
	    cmocka_unit_test(test_an_endpoint_earns_its_calls),
	    cmocka_unit_test(test_a_held_mailbox_queues),
	    cmocka_unit_test(test_a_probe_goes_alone),
	    cmocka_unit_test(test_a_mailbox_has_room_for_so_many_unsettled),
	    cmocka_unit_test(test_past_the_queue_and_locked),
	    cmocka_unit_test(test_content_is_kept_as_far_as_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
