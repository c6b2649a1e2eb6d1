// SPDX-License-Identifier: MPL-2.0
#include "plan_bane.h"

static void
test_one_of_a_person_at_a_time_in_order(void **state)
{
	struct bane b;
	struct levering *l[3], *anden;

	(void)state;
	lav(&b, 32);
	for (int i = 0; i < 3; i++)
		l[i] = ny(&b, 1, 10 + i);
	anden = ny(&b, 2, 20);
	hensigter(&b, b.ep);
	assert_ptr_equal(plan_start(&b.p), l[0]);
	assert_ptr_equal(plan_start(&b.p), anden);
	assert_null(plan_start(&b.p));
	plan_flyt(&b.p, l[0], LEV_LEVERET, 0);
	plan_kald_slut(&b.p, b.ep);
	hensigter(&b, b.ep);
	assert_ptr_equal(plan_start(&b.p), l[1]);
	assert_null(plan_start(&b.p));
	plan_fini(&b.p);
}

static void
test_nothing_starts_before_its_intent_is_committed(void **state)
{
	struct bane b;
	struct levering *l;

	(void)state;
	lav(&b, 32);
	l = ny(&b, 1, 10);
	assert_ptr_equal(plan_klar(b.ep), l);
	plan_flyt(&b.p, l, LEV_IGANG, 0);
	assert_null(plan_start(&b.p));
	plan_bekraeftet(&b.p);
	assert_ptr_equal(plan_start(&b.p), l);
	plan_fini(&b.p);
}

static void
test_a_parked_head_holds_its_tail_alone(void **state)
{
	struct plb_person person = {{1}};
	struct bane b;
	struct levering *hoved, *hale, *anden;

	(void)state;
	lav(&b, 32);
	hoved = ny(&b, 1, 10);
	hale = ny(&b, 1, 11);
	anden = ny(&b, 2, 12);
	assert_false(plan_koe_parkeret(&b.p, b.ep, &person));
	plan_flyt(&b.p, hoved, LEV_PARKERET, 0);
	assert_true(plan_koe_parkeret(&b.p, b.ep, &person));
	assert_ptr_equal(plan_klar(b.ep), anden);
	hensigter(&b, b.ep);
	assert_int_equal(hale->status, LEV_VENTER);
	plan_flyt(&b.p, hoved, LEV_LEVERET, 0);
	assert_ptr_equal(plan_klar(b.ep), hale);
	plan_fini(&b.p);
}

static void
test_sent_again_it_goes_before_what_came_after(void **state)
{
	struct bane b;
	struct levering *l[3];

	(void)state;
	lav(&b, 32);
	for (int i = 0; i < 3; i++)
		l[i] = ny(&b, 1, 10 + i);
	plan_flyt(&b.p, l[0], LEV_LEVERET, 0);
	plan_flyt(&b.p, l[0], LEV_VENTER, 5000);
	assert_null(plan_klar(b.ep));
	plan_flyt(&b.p, l[0], LEV_VENTER, 0);
	assert_ptr_equal(plan_klar(b.ep), l[0]);
	assert_ptr_equal(plan_af_ep(b.ep->aabne.naeste), l[0]);
	plan_fini(&b.p);
}

static void
test_without_a_person_nobody_waits(void **state)
{
	struct bane b;

	(void)state;
	lav(&b, 32);
	for (int i = 0; i < 5; i++)
		ny(&b, 0, 10 + i);
	hensigter(&b, b.ep);
	for (int i = 0; i < 5; i++)
		assert_non_null(plan_start(&b.p));
	plan_fini(&b.p);
}

static void
test_calls_are_limited_for_each_endpoint_and_in_all(void **state)
{
	struct endepunkt *ep2;
	struct bane b;
	size_t n = 0;

	(void)state;
	lav(&b, 2);
	b.p.konf.kald = 3;
	ep2 = plan_endepunkt_lav(&b.p, plb_slice_str("kommune:0101"), 4);
	plan_endepunkt_saet(&b.p, ep2, 1, 2);
	for (int i = 0; i < 6; i++) {
		struct levering v = vaerdi(&b, ep2, 0, i);

		ny(&b, 0, i);
		assert_non_null(plan_tilfoej(&b.p, &v, 0));
	}
	hensigter(&b, b.ep);
	hensigter(&b, ep2);
	while (plan_start(&b.p) != NULL)
		n++;
	assert_int_equal(n, 3);
	assert_true(b.ep->kald <= 2 && ep2->kald <= 2);
	/* One ends: one begins; all twelve in the end. */
	while (b.p.kald > 0) {
		plan_kald_slut(&b.p, b.ep->kald > 0 ? b.ep : ep2);
		while (plan_start(&b.p) != NULL)
			n++;
		assert_true(b.ep->kald <= 2 && ep2->kald <= 2 && b.p.kald <= 3);
	}
	assert_int_equal(n, 12);
	plan_fini(&b.p);
}

static void
test_intents_ahead_are_limited(void **state)
{
	struct bane b;

	(void)state;
	lav(&b, 1);
	for (int i = 0; i < PLAN_VINDUE + 10; i++)
		ny(&b, 0, i);
	hensigter(&b, b.ep);
	assert_int_equal(b.ep->igang, PLAN_VINDUE);
	assert_int_equal(b.p.igang, PLAN_VINDUE);
	plan_fini(&b.p);
}

static void
test_a_closed_endpoint_holds(void **state)
{
	struct bane b;
	struct levering *l;

	(void)state;
	lav(&b, 32);
	l = ny(&b, 1, 10);
	plan_endepunkt_aabn(&b.p, b.ep, EP_PAUSE);
	assert_null(plan_klar(b.ep));
	ny(&b, 2, 11);
	assert_null(plan_klar(b.ep));
	while (plan_gnist(&b.p) != NULL)
		;
	plan_endepunkt_aabn(&b.p, b.ep, EP_AABEN);
	assert_ptr_equal(plan_gnist(&b.p), b.ep);
	assert_ptr_equal(plan_klar(b.ep), l);
	plan_endepunkt_saet(&b.p, b.ep, 0, 1);
	assert_null(plan_klar(b.ep));
	plan_fini(&b.p);
}

static void
test_due_times(void **state)
{
	struct bane b;
	struct levering *l, *uvis;

	(void)state;
	lav(&b, 32);
	assert_int_equal(plan_naeste_forfald(&b.p), INT64_MAX);
	l = ny(&b, 1, 10);
	plan_flyt(&b.p, l, LEV_VENTER, 5000);
	assert_null(plan_klar(b.ep));
	assert_int_equal(plan_naeste_forfald(&b.p), 5000);
	assert_false(plan_forfald(&b.p, 4999, &uvis));
	while (plan_gnist(&b.p) != NULL)
		;
	assert_true(plan_forfald(&b.p, 5000, &uvis));
	assert_null(uvis);
	assert_ptr_equal(plan_gnist(&b.p), b.ep);
	assert_ptr_equal(plan_klar(b.ep), l);
	plan_fini(&b.p);
}

static void
test_content_that_is_being_read_makes_nobody_else_wait(void **state)
{
	struct bane b;
	struct levering *l, *anden;

	(void)state;
	lav(&b, 32);
	l = ny(&b, 1, 10);
	anden = ny(&b, 2, 11);
	plan_hentes(&b.p, l, true);
	assert_ptr_equal(plan_klar(b.ep), anden);
	plan_flyt(&b.p, anden, LEV_LEVERET, 0);
	assert_null(plan_klar(b.ep));
	plan_hentes(&b.p, l, false);
	assert_ptr_equal(plan_klar(b.ep), l);
	plan_fini(&b.p);
}

static void
test_pauses_follow_the_schedule_with_jitter(void **state)
{
	struct bane b;
	int64_t mindst = INT64_MAX, hoejst = 0;

	(void)state;
	lav(&b, 1);
	assert_int_equal(plan_pause(&b.p, 0, 0), 0);
	for (int i = 0; i < 1000; i++) {
		int64_t ms = plan_pause(&b.p, 2, 0);

		mindst = ms < mindst ? ms : mindst;
		hoejst = ms > hoejst ? ms : hoejst;
	}
	assert_true(mindst >= 54000 && mindst < 55000);
	assert_true(hoejst <= 66000 && hoejst > 65000);
	assert_int_equal(plan_pause(&b.p, 3, 0), -1);
	assert_int_equal(plan_pause(&b.p, 1, 90000), 90000);
	assert_int_equal(plan_pause(&b.p, 1, INT64_MAX), 24 * 3600 * 1000);
	plan_fini(&b.p);
}

/* An attempt of an earlier life is given its time, and only then said to be lost. */
static void
test_restored_attempts_wait(void **state)
{
	struct bane b;
	struct levering v, *uvis, *l;

	(void)state;
	lav(&b, 32);
	plan_genopbyg_begynd(&b.p, 3);
	plan_genopbyg_slut(&b.p, 3); /* nothing met */
	plan_genopbyg_begynd(&b.p, 3);
	v = vaerdi(&b, b.ep, 1, 10);
	v.status = LEV_IGANG;
	v.forsoeg = 2;
	assert_true(plan_genopbyg_en(&b.p, &v, 0, 1000));
	plan_genopbyg_slut(&b.p, 3);
	l = plan_find(&b.p, &v.id);
	assert_null(plan_start(&b.p));
	assert_int_equal(b.p.igang, 1);
	assert_false(plan_forfald(&b.p, 17999, &uvis));
	assert_true(plan_forfald(&b.p, 18000, &uvis));
	assert_ptr_equal(uvis, l);
	plan_fini(&b.p);
}

/* After an abort the plan is what the state says, and attempts whose calls go on are left alone. */
static void
test_rebuild_after_an_abort(void **state)
{
	struct levering v[4], *l[4], kopi;
	struct bane b;

	(void)state;
	lav(&b, 32);
	for (int i = 0; i < 3; i++) {
		v[i] = vaerdi(&b, b.ep, (uint8_t)(1 + i), 10 + i);
		l[i] = plan_tilfoej(&b.p, &v[i], 0);
	}
	l[0]->forsoeg = 1;
	plan_flyt(&b.p, l[0], LEV_IGANG, 0);
	plan_bekraeftet(&b.p);
	assert_ptr_equal(plan_start(&b.p), l[0]);
	/* The batch that is aborted: an intent, a delivery that ended, a new one. */
	l[1]->forsoeg = 1;
	plan_flyt(&b.p, l[1], LEV_IGANG, 0);
	plan_flyt(&b.p, l[2], LEV_SLUT, 0);
	l[3] = ny(&b, 9, 20);
	kopi = *l[3];

	plan_genopbyg_begynd(&b.p, 3);
	v[0].status = LEV_IGANG;
	v[0].forsoeg = 1;
	for (int i = 2; i >= 0; i--) /* a walk has no order */
		assert_true(plan_genopbyg_en(&b.p, &v[i], 0, 1000));
	plan_genopbyg_slut(&b.p, 3);

	assert_ptr_equal(plan_find(&b.p, &v[0].id), l[0]);
	assert_true(l[0]->vor && l[0]->status == LEV_IGANG && l[0]->forfald.at == 0);
	assert_int_equal(l[1]->status, LEV_VENTER);
	assert_non_null(plan_find(&b.p, &v[2].id));
	assert_null(plan_find(&b.p, &kopi.id));
	assert_int_equal(b.p.igang, 1);
	plan_bekraeftet(&b.p);
	assert_null(plan_start(&b.p));
	assert_int_equal(plan_af_ep(b.ep->aabne.naeste)->plads, 10);
	assert_int_equal(plan_af_ep(b.ep->aabne.forrige)->plads, 12);
	hensigter(&b, b.ep);
	assert_int_equal(b.p.igang, 3);
	plan_fini(&b.p);
}

static void
test_a_partition_that_goes_takes_its_own_alone(void **state)
{
	struct endepunkt *ep2;
	struct levering v;
	struct bane b;

	(void)state;
	lav(&b, 32);
	ep2 = plan_endepunkt_lav(&b.p, plb_slice_str("kommune:0101"), 4);
	plan_endepunkt_saet(&b.p, ep2, 1, 2);
	v = vaerdi(&b, ep2, 1, 1);
	assert_non_null(plan_tilfoej(&b.p, &v, 0));
	for (int i = 0; i < 100; i++)
		ny(&b, (uint8_t)(i % 7), i);
	hensigter(&b, b.ep);
	plan_partition_vaek(&b.p, 3);
	assert_null(plan_endepunkt(&b.p, ORG));
	assert_ptr_equal(plan_endepunkt(&b.p, plb_slice_str("kommune:0101")), ep2);
	assert_int_equal(b.p.leveringer.n, 1);
	assert_int_equal(b.p.igang, 0);
	plan_fini(&b.p);
}

/* Any course of events: a person's attempts begin in order, and never two at a time. */
static void
test_order_holds_whatever_happens(void **state)
{
	enum { PERSONER = 5, SKRIDT = 20000 };
	int64_t set[PERSONER + 1] = {0}, offset = 1;
	struct levering *igang[64];
	struct plb_rng r;
	size_t n = 0;
	struct bane b;

	(void)state;
	plb_rng_seed(&r, 4711);
	lav(&b, 4);
	for (int i = 0; i < SKRIDT; i++) {
		struct levering *l;

		if (plb_rng_below(&r, 3) == 0)
			ny(&b, (uint8_t)(1 + plb_rng_below(&r, PERSONER)), offset++);
		hensigter(&b, b.ep);
		while ((l = plan_start(&b.p)) != NULL) {
			for (size_t k = 0; k < n; k++)
				assert_int_not_equal(igang[k]->person.b[0], l->person.b[0]);
			if (l->forsoeg == 1) {
				assert_true(l->plads > set[l->person.b[0]]);
				set[l->person.b[0]] = l->plads;
			} else {
				assert_true(l->plads == set[l->person.b[0]]);
			}
			assert_true(n < sizeof(igang) / sizeof(igang[0]));
			igang[n++] = l;
		}
		if (n > 0 && plb_rng_below(&r, 2) == 0) {
			size_t k = (size_t)plb_rng_below(&r, n);

			l = igang[k];
			igang[k] = igang[--n];
			plan_kald_slut(&b.p, b.ep);
			plan_flyt(&b.p, l, plb_rng_below(&r, 4) == 0 ? LEV_VENTER : LEV_SLUT, 0);
		}
	}
	assert_true(offset > SKRIDT / 4);
	plan_fini(&b.p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_of_a_person_at_a_time_in_order),
	    cmocka_unit_test(test_nothing_starts_before_its_intent_is_committed),
	    cmocka_unit_test(test_a_parked_head_holds_its_tail_alone),
	    cmocka_unit_test(test_sent_again_it_goes_before_what_came_after),
	    cmocka_unit_test(test_without_a_person_nobody_waits),
	    cmocka_unit_test(test_calls_are_limited_for_each_endpoint_and_in_all),
	    cmocka_unit_test(test_intents_ahead_are_limited),
	    cmocka_unit_test(test_a_closed_endpoint_holds),
	    cmocka_unit_test(test_due_times),
	    cmocka_unit_test(test_content_that_is_being_read_makes_nobody_else_wait),
	    cmocka_unit_test(test_pauses_follow_the_schedule_with_jitter),
	    cmocka_unit_test(test_restored_attempts_wait),
	    cmocka_unit_test(test_rebuild_after_an_abort),
	    cmocka_unit_test(test_a_partition_that_goes_takes_its_own_alone),
	    cmocka_unit_test(test_order_holds_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
