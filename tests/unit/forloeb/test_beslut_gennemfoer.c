// SPDX-License-Identifier: MPL-2.0
/* What becomes of a handover that was sent: hard stop, warning, settled and by whom late, told of
 * what came after (contract § 7 "Hard stop", "Settled", "Corrections"). */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

/* Handed over on 1 June 2024 at midnight, a Saturday; one conversation with its referat. */
static int
op(void **state)
{
	(void)op_tom(state);
	bane_forloeb_med_timer(b, 0);
	bane_ur(b, "2024-03-11T12:00:00+01:00");
	bane_tages(b, h_samtale(b, 10, "2024-03-11T10:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	bane_ur(b, "2024-03-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-03", 16033));
	bane_ur(b, "2024-04-30T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-04", 16033));
	bane_ur(b, "2024-05-31T12:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 16033));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	return 0;
}

static const struct handover_gennemfoert *
gennemfoert(const char *til)
{
	return &bane_besked(b, til, "handover-gennemfoert", 0)->e.u.handover_gennemfoert;
}

static const struct besked *
overskredet(size_t i)
{
	return bane_besked(b, KOMMUNE, "handover-overskredet", i);
}

static void
indkald(unsigned id, const char *start, enum samtale_art art)
{
	struct haendelse h;

	bane_afsender(b, KOMMUNE);
	h = h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, id, start, NULL);
	h.u.indkaldelse_oprettet.art = (int)art;
	bane_tages(b, h);
	bane_afsender(b, AKASSE);
}

/* ---- hard stop and its warning ---- */

static void
without_a_summons_the_tenth_working_day(void **state)
{
	(void)state;
	/* 5 June is closed. */
	bane_ur(b, "2024-06-12T23:59:58+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 0);
	bane_ur(b, "2024-06-12T23:59:59+02:00");
	assert_tid(
	    overskredet(0)->e.u.handover_overskredet.haardt_stop, "2024-06-17T23:59:59+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "handover-overskredet"), 1);
	bane_ur(b, "2024-07-31T00:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 1);
}

static void
late_report_counts_from_the_day_it_was_sent(void **state)
{
	(void)ned(state);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_ur(b, "2024-06-20T09:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 41001));
	bane_ur(b, "2024-07-04T23:59:59+02:00");
	assert_tid(
	    overskredet(0)->e.u.handover_overskredet.haardt_stop, "2024-07-04T23:59:59+02:00");
	assert_tid(overskredet(0)->ur, "2024-07-01T23:59:59+02:00");
}

static void
three_working_days_before_the_first_conversation_at_the_same_clock_time(void **state)
{
	(void)state;
	indkald(30, "2024-06-12T10:30:00+02:00", SAMTALE_INDIVIDUEL);
	bane_ur(b, "2024-06-07T10:29:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 0);
	bane_ur(b, "2024-06-07T10:30:00+02:00");
	assert_tid(
	    overskredet(0)->e.u.handover_overskredet.haardt_stop, "2024-06-12T10:30:00+02:00");
}

static void
at_once_when_that_has_passed(void **state)
{
	(void)state;
	bane_ur(b, "2024-06-03T09:00:00+02:00");
	indkald(30, "2024-06-04T10:30:00+02:00", SAMTALE_INDIVIDUEL);
	assert_tid(overskredet(0)->ur, "2024-06-03T09:00:00+02:00");
}

/* Neither a group meeting, nor one before virkningsdato, nor the a-kasse's own. */
static void
other_meetings_do_not_stop_it(void **state)
{
	(void)state;
	indkald(30, "2024-06-04T10:30:00+02:00", SAMTALE_GRUPPE);
	indkald(31, "2024-05-31T10:30:00+02:00", SAMTALE_INDIVIDUEL);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 32, "2024-06-05T10:30:00+02:00", NULL));
	bane_ur(b, "2024-06-12T23:59:59+02:00");
	assert_tid(
	    overskredet(0)->e.u.handover_overskredet.haardt_stop, "2024-06-17T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 1);
}

static void
once_for_each_hard_stop(void **state)
{
	struct haendelse h;

	(void)state;
	indkald(30, "2024-06-07T10:30:00+02:00", SAMTALE_INDIVIDUEL);
	bane_ur(b, "2024-06-04T12:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 1);
	/* Rescheduled: the stop moves, and is warned of anew. */
	bane_afsender(b, KOMMUNE);
	h = h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-06-14T10:30:00+02:00", NULL);
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 1);
	bane_ur(b, "2024-06-11T10:30:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 2);
	/* Cancelled: the tenth working day. */
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
	bane_tages(b, h);
	bane_ur(b, "2024-06-12T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 3);
}

static void
never_before_handover_due(void **state)
{
	(void)ned(state);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_forloeb_med_timer(b, 3);
	indkald(30, "2024-06-03T10:30:00+02:00", SAMTALE_INDIVIDUEL);
	bane_ur(b, "2024-05-31T23:59:59+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 0);
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	assert_tid(overskredet(0)->ur, "2024-06-01T00:00:00+02:00");
}

/* ---- settled ---- */

static void
handled_in_time_with_nothing_missing_is_done(void **state)
{
	(void)state;
	bane_ur(b, "2024-06-03T09:00:00+02:00");
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_LEVERET);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_true(gennemfoert(KOMMUNE)->rettidig);
	assert_true(gennemfoert(AKASSE)->rettidig);
	assert_tid(gennemfoert(KOMMUNE)->gennemfoert, "2024-06-03T09:00:00+02:00");
	assert_int_equal(gennemfoert(KOMMUNE)->mangler.n, 0);
	/* Once, and nothing to warn of. */
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-07-01T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 0);
}

static void
the_akasses_copy_is_nobodys_receipt(void **state)
{
	(void)state;
	bane_svar(b, AKASSE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
}

static void
missing_referat_holds_it_until_it_comes(void **state)
{
	(void)state;
	bane_ur(b, "2024-06-03T08:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-05-31T10:00:00+02:00"));
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
	bane_ur(b, "2024-06-04T08:00:00+02:00");
	bane_tages(b, h_referat(b, 21, 11, 1));
	bane_svar(b, KOMMUNE, "referat-publiceret", 1, LEVERINGSTRIN_HAANDTERET);
	assert_true(gennemfoert(KOMMUNE)->rettidig);
}

/* A referat that came after the package, handed in on the 4th, with the handover itself handled on
 * the 3rd. */
static void
referat_efter_pakken(void)
{
	bane_ur(b, "2024-06-03T08:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-05-31T10:00:00+02:00"));
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-06-04T08:00:00+02:00");
	bane_tages(b, h_referat(b, 21, 11, 1));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
}

/* Told to the service of deliveries, for what does not say it itself. */
static void
what_belongs_to_the_package_must_arrive_by_the_hard_stop(void **state)
{
	const struct effekt *e;

	(void)state;
	/* Before the handover: by the day it was expected. */
	e = &bane_besked(b, KOMMUNE, "referat-publiceret", 0)->e;
	assert_true(e->har_frist);
	assert_tid(e->frist, "2024-06-01T00:00:00+02:00");
	referat_efter_pakken();
	e = &bane_besked(b, KOMMUNE, "referat-publiceret", 1)->e;
	assert_true(e->har_frist);
	assert_tid(e->frist, "2024-06-17T23:59:59+02:00");
	e = &bane_besked(b, KOMMUNE, "handover-opdateret", 1)->e;
	assert_true(e->har_frist);
	assert_tid(e->frist, "2024-06-17T23:59:59+02:00");
	assert_false(bane_besked(b, KOMMUNE, "handover-due", 0)->e.har_frist);
	assert_false(bane_besked(b, AKASSE, "handover-due", 0)->e.har_frist);
	/* Done: nothing hangs on what comes now. */
	bane_svar(b, KOMMUNE, "referat-publiceret", 1, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-06-05T08:00:00+02:00");
	bane_tages(b, h_referat(b, 21, 11, 2));
	assert_false(bane_besked(b, KOMMUNE, "referat-publiceret", 2)->e.har_frist);
}

/* Those in the package are handled with it (op: referat 20 went by itself before, unread). */
static void
referat_after_the_package_is_handled_by_itself(void **state)
{
	(void)state;
	referat_efter_pakken();
	bane_svar(b, KOMMUNE, "referat-publiceret", 1, LEVERINGSTRIN_LEVERET);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
	bane_ur(b, "2024-06-17T23:59:58+02:00");
	bane_svar(b, KOMMUNE, "referat-publiceret", 1, LEVERINGSTRIN_HAANDTERET);
	assert_true(gennemfoert(KOMMUNE)->rettidig);
}

static void
referat_unhandled_at_the_hard_stop_is_late(void **state)
{
	static const struct {
		enum leveringstrin trin;
		enum forsinkelse hvis;
	} tabel[] = {{LEVERINGSTRIN_FORSOEGT, FORSINKELSE_PARLOEB},
	    {LEVERINGSTRIN_LEVERET, FORSINKELSE_MODTAGER},
	    {LEVERINGSTRIN_AFVIST_ENDELIGT, FORSINKELSE_MODTAGER}};
	size_t i;

	for (i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++) {
		if (i > 0) {
			(void)ned(state);
			(void)op(state);
		}
		referat_efter_pakken();
		bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_LEVERET);
		bane_svar(b, KOMMUNE, "referat-publiceret", 1, tabel[i].trin);
		bane_ur(b, "2024-06-17T23:59:58+02:00");
		assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
		bane_ur(b, "2024-06-17T23:59:59+02:00");
		assert_false(gennemfoert(KOMMUNE)->rettidig);
		assert_int_equal(gennemfoert(KOMMUNE)->forsinkelse, tabel[i].hvis);
		assert_int_equal(gennemfoert(KOMMUNE)->mangler.n, 0);
	}
}

/* Not asked for: what is due after the hard stop, what is not for the kommune, what was taken back.
 */
static void
referater_that_need_no_receipt(void **state)
{
	struct haendelse h;

	(void)state;
	indkald(30, "2024-06-04T10:00:00+02:00", SAMTALE_INDIVIDUEL);
	bane_ur(b, "2024-06-04T09:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-06-04T08:00:00+02:00")); /* due on the 6th */
	bane_tages(b, h_referat(b, 21, 11, 1));
	bane_tages(b, h_samtale(b, 12, "2024-05-31T10:00:00+02:00"));
	h = h_referat(b, 22, 12, 1);
	h.u.referat_publiceret.har_deles = true;
	bane_tages(b, h);
	bane_tages(b, h_samtale(b, 13, "2024-05-31T11:00:00+02:00"));
	bane_tages(b, h_referat(b, 23, 13, 1));
	h = h_ny(b, HAENDELSE_SAMTALE_TILBAGEKALDT);
	h.ev.time.ms++;
	h.u.navngivet = uuid(13);
	bane_tages(b, h);
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_true(gennemfoert(KOMMUNE)->rettidig);
}

static void
missing_at_the_hard_stop_is_the_senders_lateness(void **state)
{
	const struct mangel *m;

	(void)state;
	bane_ur(b, "2024-06-03T08:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-05-31T10:00:00+02:00"));
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-06-17T23:59:58+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-overskredet"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-gennemfoert"), 0);
	bane_ur(b, "2024-06-17T23:59:59+02:00");
	assert_false(gennemfoert(KOMMUNE)->rettidig);
	assert_int_equal(gennemfoert(KOMMUNE)->forsinkelse, FORSINKELSE_AFSENDER);
	assert_int_equal(gennemfoert(KOMMUNE)->mangler.n, 1);
	m = gennemfoert(KOMMUNE)->mangler.p;
	assert_true(plb_uuid_eq(m->samtale, uuid(11)));
}

static void
handled_late_is_the_recipients_lateness(void **state)
{
	(void)state;
	bane_ur(b, "2024-06-03T09:00:00+02:00");
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_LEVERET);
	bane_ur(b, "2024-06-18T09:00:00+02:00");
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_false(gennemfoert(KOMMUNE)->rettidig);
	assert_int_equal(gennemfoert(KOMMUNE)->forsinkelse, FORSINKELSE_MODTAGER);
}

static void
delivered_late_is_parloebs_lateness(void **state)
{
	(void)state;
	bane_ur(b, "2024-06-18T09:00:00+02:00");
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_LEVERET);
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_false(gennemfoert(KOMMUNE)->rettidig);
	assert_int_equal(gennemfoert(KOMMUNE)->forsinkelse, FORSINKELSE_PARLOEB);
}

static void
missing_conversation_is_named_and_does_not_block(void **state)
{
	const struct mangel *m;

	(void)ned(state);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_forloeb_med_timer(b, 3);
	bane_ur(b, "2024-06-03T09:00:00+02:00");
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_true(gennemfoert(KOMMUNE)->rettidig);
	m = gennemfoert(KOMMUNE)->mangler.p;
	assert_int_equal(m->art, MANGEL_SAMTALE);
}

/* The referat of a conversation about availability alone is not for the kommune. */
static void
availability_alone_owes_the_package_nothing(void **state)
{
	struct haendelse h;

	(void)state;
	h = h_samtale(b, 11, "2024-05-31T10:00:00+02:00");
	((int32_t *)h.u.samtale_held.samtaletyper.p)[0] = 15;
	bane_tages(b, h);
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_true(gennemfoert(KOMMUNE)->rettidig);
}

/* ---- after it only told ---- */

static void
corrections_after_completion_only_tell(void **state)
{
	const struct handover_opdateret *o;

	(void)state;
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-06-10T09:00:00+02:00");
	bane_tages(b, h_timer(b, "2024-05", 100));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-due"), 1);
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 0)->e.u.handover_opdateret;
	assert_int_equal(o->aendring, OPDATERING_KORRIGERET);
	assert_true(o->har_timer);
	assert_int_equal(o->timer_c, 16033 + 16033 + 100);
	/* Hours of a later month are none of its business. */
	bane_tages(b, h_timer(b, "2024-06", 16033));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-opdateret"), 1);
	/* A deregistration ends what is open, and this is not. */
	bane_tages(b, h_afmeld(b, 1, "2024-06-10"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-aflyst"), 0);
}

static void
what_comes_after_is_told_and_sent(void **state)
{
	const struct handover_opdateret *o;
	struct haendelse h;

	(void)state;
	bane_ur(b, "2024-06-03T08:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-05-31T10:00:00+02:00"));
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 0)->e.u.handover_opdateret;
	assert_int_equal(o->aendring, OPDATERING_TILFOEJET);
	assert_true(o->har_samtale && plb_uuid_eq(o->samtale, uuid(11)));
	assert_false(o->har_referat);
	assert_int_equal(o->mangler.n, 1);
	bane_tages(b, h_referat(b, 21, 11, 1));
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 1)->e.u.handover_opdateret;
	assert_true(o->har_referat && plb_uuid_eq(o->referat, uuid(21)));
	assert_int_equal(o->version, 1);
	assert_int_equal(o->mangler.n, 0);
	bane_ur(b, "2024-06-04T08:00:00+02:00");
	bane_tages(b, h_referat(b, 20, 10, 2));
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 2)->e.u.handover_opdateret;
	assert_int_equal(o->aendring, OPDATERING_KORRIGERET);
	assert_int_equal(o->version, 2);
	h = h_samtale(b, 10, "2024-03-11T11:00:00+01:00");
	bane_tages(b, h);
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 3)->e.u.handover_opdateret;
	assert_int_equal(o->aendring, OPDATERING_KORRIGERET);
	/* The kommune's own is no news to it. */
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_samtale(b, 12, "2024-06-03T10:00:00+02:00"));
	assert_int_equal(bane_antal(b, KOMMUNE, "handover-opdateret"), 4);
	assert_int_equal(bane_antal(b, AKASSE, "handover-opdateret"), 0);
}

/* A conversation that is taken back afterwards; its referat is missing no more. */
static void
what_is_taken_back_is_told(void **state)
{
	const struct handover_opdateret *o;
	struct haendelse h;

	(void)state;
	bane_ur(b, "2024-06-03T08:00:00+02:00");
	bane_tages(b, h_samtale(b, 11, "2024-05-31T10:00:00+02:00"));
	h = h_ny(b, HAENDELSE_SAMTALE_TILBAGEKALDT);
	h.ev.time.ms++;
	h.u.navngivet = uuid(11);
	bane_tages(b, h);
	o = &bane_besked(b, KOMMUNE, "handover-opdateret", 1)->e.u.handover_opdateret;
	assert_int_equal(o->aendring, OPDATERING_TILBAGEKALDT);
	assert_true(plb_uuid_eq(o->samtale, uuid(11)));
	assert_int_equal(o->mangler.n, 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(without_a_summons_the_tenth_working_day),
	    test(late_report_counts_from_the_day_it_was_sent),
	    test(three_working_days_before_the_first_conversation_at_the_same_clock_time),
	    test(at_once_when_that_has_passed),
	    test(other_meetings_do_not_stop_it),
	    test(once_for_each_hard_stop),
	    test(never_before_handover_due),
	    test(handled_in_time_with_nothing_missing_is_done),
	    test(the_akasses_copy_is_nobodys_receipt),
	    test(missing_referat_holds_it_until_it_comes),
	    test(what_belongs_to_the_package_must_arrive_by_the_hard_stop),
	    test(referat_after_the_package_is_handled_by_itself),
	    test(referat_unhandled_at_the_hard_stop_is_late),
	    test(referater_that_need_no_receipt),
	    test(missing_at_the_hard_stop_is_the_senders_lateness),
	    test(handled_late_is_the_recipients_lateness),
	    test(delivered_late_is_parloebs_lateness),
	    test(missing_conversation_is_named_and_does_not_block),
	    test(availability_alone_owes_the_package_nothing),
	    test(corrections_after_completion_only_tell),
	    test(what_comes_after_is_told_and_sent),
	    test(what_is_taken_back_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
