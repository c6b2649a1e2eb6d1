// SPDX-License-Identifier: MPL-2.0
/* Repeats and clashes (contract § 4), numbers and ids of messages (§ 3). */
#include "op.h"

static void
sent_twice_changes_nothing(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");
	size_t n;

	(void)state;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	n = b->n;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
	assert_int_equal(b->n, n);
	assert_int_equal(b->p.set.n, 1);
}

static void
same_id_with_other_content_is_refused_once(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01"), andet = h;
	size_t n;

	(void)state;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	andet.u.member_registered.kategori = KATEGORI_DELTID;
	andet.ev.hmac[0] ^= 0xff;
	n = b->n;
	assert_int_equal(bane_tag(b, andet), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, "id-genbrugt");
	assert_int_equal(b->n, n + 1);
	assert_int_equal(bane_forloeb(b, 0)->kategori, KATEGORI_FULDTID);
	/* The clash again, and the first again: repeats. */
	assert_int_equal(bane_tag(b, andet), PLB_TRIN_GENTAGELSE);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
	assert_int_equal(b->n, n + 1);
	/* A third content has an answer of its own. */
	andet.ev.hmac[0] ^= 0x0f;
	assert_int_equal(bane_tag(b, andet), PLB_TRIN_AFVIST);
	assert_false(plb_uuid_eq(b->besked[n].e.leveringid, b->besked[n + 1].e.leveringid));
}

static void
same_id_from_another_source_is_another_event(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01"), andet = h;

	(void)state;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	andet.ev.source = plb_slice_str("/akasse/hk/other");
	andet.ev.time.ms++;
	andet.u.member_registered.tilmeldingsdato = dato("2024-04-01"); /* another forecast */
	assert_int_equal(bane_tag(b, andet), PLB_TRIN_BEHANDLET);
	assert_false(plb_uuid_eq(bane_besked(b, "kommune:0461", "handover-forventet", 0)->e.id,
	    bane_besked(b, "kommune:0461", "handover-forventet", 1)->e.id));
}

static void
refused_twice_is_told_once(void **state)
{
	struct haendelse h = h_ny(b, HAENDELSE_UKENDT);

	(void)state;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVIST);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
	assert_int_equal(bane_antal(b, "akasse:hk", "haendelse-afvist"), 1);
	assert_true(plb_uuid_is_nil(b->ud.forloeb));
}

static void
remembered_thirty_days(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");

	(void)state;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	bane_ur(b, "2024-03-31T10:00:00+02:00"); /* 30 days by the clock of seconds */
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
	bane_ur(b, "2024-04-01T10:00:00+02:00");
	assert_int_equal(
	    bane_tag(b, h), PLB_TRIN_BEHANDLET); /* forgotten, and still nothing newer */
	assert_int_equal(b->p.forloeb.n, 1);
	assert_int_equal(b->p.set.n, 1);
	assert_int_equal(bane_antal(b, "kommune:0461", "handover-forventet"), 1);
}

/* Kept in whole minutes, rounded up: still known 30 days after that minute, not a moment later. */
static void
forgotten_thirty_days_after_its_minute(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");
	struct plb_time ende = {tid("2024-03-31T10:01:00+02:00").ms};

	(void)state;
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	bane_ur_ms(b, ende);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
	bane_ur_ms(b, (struct plb_time){ende.ms + 1});
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
}

/* From when it came, not from the time that it tells. */
static void
remembered_by_the_clock(void **state)
{
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");

	(void)state;
	h.ev.time = tid("2024-02-10T09:00:00+01:00");
	assert_int_equal(bane_tag(b, h), PLB_TRIN_BEHANDLET);
	bane_ur(b, "2024-03-20T09:00:00+01:00");
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
}

static void
many_ids_push_out_the_oldest(void **state)
{
	struct haendelse foerste = h_timer(b, "2024-03", 1);
	int i;

	(void)state;
	(void)bane_tag(b, foerste);
	for (i = 0; i < 1999; i++) {
		(void)bane_tag(b, h_timer(b, "2024-03", 1));
		b->n = 0;
	}
	assert_int_equal(b->p.set.n, 2000);
	assert_int_equal(bane_tag(b, foerste), PLB_TRIN_GENTAGELSE);
	(void)bane_tag(b, h_timer(b, "2024-03", 1));
	assert_int_equal(b->p.set.n, 2000);
	assert_int_equal(bane_tag(b, foerste), PLB_TRIN_AFVIST);
}

static void
a_hostile_time_is_remembered_too(void **state)
{
	struct haendelse h = h_timer(b, "2024-03", 1);

	(void)state;
	b->ur = PLB_TIME_UNSET;
	h.ev.time = tid("9999-12-31T23:59:59Z");
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_GENTAGELSE);
}

static void
full_arena_is_an_error_and_no_half_step(void **state)
{
	struct plb_arena lille;
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");
	struct forloeb_grund g = bane_grund(b);
	enum plb_err err = PLB_E_FOR_STOR;
	size_t cap;

	(void)state;
	for (cap = 16; err == PLB_E_FOR_STOR; cap += 16) {
		struct person p = {.set = {NULL, 0}};

		assert_in_range(cap, 16, 65536);
		plb_arena_init(&lille, cap);
		err = forloeb_step(&p, &h, b->ur, &g, &lille, &b->out, &b->ud);
		plb_arena_fini(&lille);
	}
	assert_int_equal(err, PLB_OK);
	assert_in_range(cap, 512, 65536); /* some of them did fail */
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(sent_twice_changes_nothing),
	    test(same_id_with_other_content_is_refused_once),
	    test(same_id_from_another_source_is_another_event),
	    test(refused_twice_is_told_once),
	    test(remembered_thirty_days),
	    test(many_ids_push_out_the_oldest),
	    test(a_hostile_time_is_remembered_too),
	    test(full_arena_is_an_error_and_no_half_step),
	    test(forgotten_thirty_days_after_its_minute),
	    test(remembered_by_the_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
