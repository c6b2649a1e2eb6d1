// SPDX-License-Identifier: MPL-2.0
/* What was sent to whom, what is taken back, what comes back (contract § 3, § 6). */
#include "levering.h"
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

/* A conversation and its referat, shared from the pakkefrist on. */
static int
op(void **state)
{
	(void)op_tilmeldt(state);
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	bane_ur(b, "2024-05-28T09:00:00+02:00");
	return 0;
}

/* A status of a delivery comes; what is made of it lands among the messages. */
static void
svar(const struct besked *m, enum leveringstrin trin)
{
	struct forloeb_grund g = bane_grund(b);
	struct trin t = {.p = &b->p,
	    .now = b->ur,
	    .tid = b->ur,
	    .aarsag = plb_slice_str(plb_arena_printf(&b->a, "svar-%u", ++b->nr)),
	    .g = &g,
	    .rr = g.rr,
	    .a = &b->a,
	    .out = &b->out};
	struct levering_svar d = {
	    .org = m->e.til, .sequence = m->e.sequence, .trin = (int)trin, .tid = b->ur};

	b->out.n = 0;
	levering_besked(&t, bane_forloeb(b, 0), &d);
	assert_int_equal(t.fejl, PLB_OK);
	bane_saml(b);
}

static const struct besked *
til_kommunen(const char *type)
{
	return bane_besked(b, KOMMUNE, type, 0);
}

static bool
trukket(const struct besked *m, enum tilbagekaldt_aarsag aarsag)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		const struct effekt *e = &b->besked[i].e;

		if (e->art == EFFEKT_LAVET && e->type == LAVET_LEVERING_TILBAGEKALDT &&
		    plb_uuid_eq(e->u.levering_tilbagekaldt.leveringid, m->e.leveringid)) {
			assert_int_equal(e->u.levering_tilbagekaldt.aarsag, aarsag);
			assert_int_equal(e->sequence, m->e.sequence);
			assert_true(plb_org_eq(&e->til, &m->e.til));
			return true;
		}
	}
	return false;
}

/* ---- settled numbers ---- */

static void
settled_in_order_leaves_a_mark_alone(void **state)
{
	const struct forloeb *f = bane_forloeb(b, 0);
	struct plb_org k = org(KOMMUNE);
	const struct modtager *m = levering_modtager(f, &k);
	int64_t sidste = m->sequence, i;

	(void)state;
	assert_true(sidste >= 3);
	for (i = 1; i <= sidste; i++) {
		struct besked x = {.e = {.til = k, .sequence = i}};

		assert_true(levering_aaben(f, &k, i));
		svar(&x, LEVERINGSTRIN_LEVERET);
		assert_false(levering_aaben(f, &k, i));
	}
	m = levering_modtager(f, &k);
	assert_int_equal(m->afgjort, sidste);
	assert_int_equal(m->afgjorte.n, 0);
	assert_false(levering_aaben(f, &k, sidste + 1)); /* never given */
	assert_false(levering_aaben(f, &k, 0));
}

static void
settled_out_of_order_is_listed_until_the_gap_closes(void **state)
{
	const struct forloeb *f = bane_forloeb(b, 0);
	struct plb_org k = org(KOMMUNE);
	struct besked et = {.e = {.til = k, .sequence = 1}}, to = {.e = {.til = k, .sequence = 2}},
		      tre = {.e = {.til = k, .sequence = 3}};

	(void)state;
	svar(&tre, LEVERINGSTRIN_LEVERET);
	svar(&to, LEVERINGSTRIN_AFVIST_ENDELIGT);
	assert_true(levering_aaben(f, &k, 1));
	assert_false(levering_aaben(f, &k, 2) || levering_aaben(f, &k, 3));
	assert_int_equal(levering_modtager(f, &k)->afgjorte.n, 2);
	svar(&et, LEVERINGSTRIN_LEVERET);
	assert_int_equal(levering_modtager(f, &k)->afgjort, 3);
	assert_int_equal(levering_modtager(f, &k)->afgjorte.n, 0);
}

static void
attempts_and_parking_settle_nothing(void **state)
{
	const struct besked *m = til_kommunen("samtale-held");
	enum leveringstrin uden[] = {
	    LEVERINGSTRIN_FORSOEGT, LEVERINGSTRIN_AFVIST_MIDLERTIDIGT, LEVERINGSTRIN_PARKERET};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		svar(m, uden[i]);
		assert_true(levering_aaben(bane_forloeb(b, 0), &m->e.til, m->e.sequence));
	}
}

/* ---- withdrawals ---- */

static struct haendelse
om_samtale(enum haendelse_type type)
{
	struct haendelse h = h_ny(b, type);

	if (type == HAENDELSE_SAMTALE_KORRIGERET)
		h.u.samtale_held = h_samtale(b, 10, "2024-03-01T08:30:00+01:00").u.samtale_held;
	else
		h.u.navngivet = uuid(10);
	return h;
}

static void
corrected_conversation_under_way_is_taken_back_and_sent_anew(void **state)
{
	(void)state;
	bane_tages(b, om_samtale(HAENDELSE_SAMTALE_KORRIGERET));
	assert_true(trukket(til_kommunen("samtale-held"), TILBAGEKALDT_RETTET));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-korrigeret"), 1);
	assert_false(levering_aaben(bane_forloeb(b, 0), &til_kommunen("samtale-held")->e.til,
	    til_kommunen("samtale-held")->e.sequence));
}

static void
corrected_conversation_that_has_arrived_is_only_followed(void **state)
{
	(void)state;
	svar(til_kommunen("samtale-held"), LEVERINGSTRIN_LEVERET);
	bane_tages(b, om_samtale(HAENDELSE_SAMTALE_KORRIGERET));
	assert_false(trukket(til_kommunen("samtale-held"), TILBAGEKALDT_RETTET));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-korrigeret"), 1);
}

static void
withdrawn_conversation_takes_its_referat_with_it_delivered_or_not(void **state)
{
	const struct samtale *s;

	(void)state;
	svar(til_kommunen("samtale-held"), LEVERINGSTRIN_LEVERET);
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_HAANDTERET);
	bane_tages(b, om_samtale(HAENDELSE_SAMTALE_TILBAGEKALDT));
	assert_true(trukket(til_kommunen("referat-publiceret"), TILBAGEKALDT_TILBAGEKALDT));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-tilbagekaldt"), 1);
	s = bane_forloeb(b, 0)->samtaler.p;
	assert_true(s->tilbagekaldt);
	bane_tages(b, h_referat(b, 20, 10, 2)); /* of a conversation that never was */
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 1);
}

static void
withdrawn_conversation_held_again_is_shared_again(void **state)
{
	(void)state;
	bane_tages(b, om_samtale(HAENDELSE_SAMTALE_TILBAGEKALDT));
	bane_ur(b, "2024-05-28T10:00:00+02:00");
	bane_tages(b, om_samtale(HAENDELSE_SAMTALE_KORRIGERET));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-korrigeret"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 2);
}

static void
withdrawn_referat_is_told_to_whoever_got_it(void **state)
{
	struct haendelse h;

	(void)state;
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_LEVERET);
	h = h_ny(b, HAENDELSE_REFERAT_TILBAGEKALDT);
	h.u.navngivet = uuid(20);
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-tilbagekaldt"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "levering-tilbagekaldt"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "referat-tilbagekaldt"), 0);
	h.ev.id = plb_slice_str("again");
	h.ev.time.ms++;
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-tilbagekaldt"), 1);
}

static void
withdrawn_referat_under_way_is_taken_back_too(void **state)
{
	struct haendelse h = h_ny(b, HAENDELSE_REFERAT_TILBAGEKALDT);

	(void)state;
	h.u.navngivet = uuid(20);
	bane_tages(b, h);
	assert_true(trukket(til_kommunen("referat-publiceret"), TILBAGEKALDT_TILBAGEKALDT));
}

static void
withdrawn_referat_that_nobody_got_is_told_to_nobody(void **state)
{
	struct haendelse h;

	(void)state;
	bane_free(b);
	b = bane_new();
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_tages(b, h_samtale(b, 10, "2024-03-01T08:00:00+01:00"));
	bane_tages(b, h_referat(b, 20, 10, 1));
	h = h_ny(b, HAENDELSE_REFERAT_TILBAGEKALDT);
	h.u.navngivet = uuid(20);
	bane_tages(b, h);
	bane_ur(b, "2024-05-28T09:00:00+02:00");
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 0);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-tilbagekaldt"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "referat-mangler"), 1); /* owed again */
}

static void
everything_open_can_be_taken_back_but_what_is_named(void **state)
{
	struct forloeb_grund g = bane_grund(b);
	struct trin t = {.p = &b->p,
	    .now = b->ur,
	    .tid = b->ur,
	    .g = &g,
	    .rr = g.rr,
	    .a = &b->a,
	    .out = &b->out};
	struct plb_org k = org(KOMMUNE);
	const int64_t undtagen[] = {2};
	int64_t sidste = levering_modtager(bane_forloeb(b, 0), &k)->sequence;

	(void)state;
	svar(&(struct besked){.e = {.til = k, .sequence = 1}}, LEVERINGSTRIN_LEVERET);
	b->out.n = 0;
	trin_tilbagekald_alt(&t, bane_forloeb(b, 0), &k, undtagen, 1, TILBAGEKALDT_FLYTTET);
	assert_int_equal(b->out.n, sidste - 2);
	assert_true(levering_aaben(bane_forloeb(b, 0), &k, 2));
}

/* "Referat texts leave the state when the handover closes": what is kept is dropped, what is known
 * of the referat stays, and a new version is still passed on. */
static void
texts_leave_the_state_when_the_handover_closes(void **state)
{
	const struct referat *r;
	size_t i;

	(void)state;
	bane_tages(b, h_timer(b, "2024-03", 16033));
	bane_tages(b, h_timer(b, "2024-04", 16033));
	bane_tages(b, h_timer(b, "2024-05", 16033));
	bane_ur(b, "2024-06-01T00:00:00+02:00");
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_ur(b, "2024-07-01T00:00:00+02:00");
	assert_true(bane_forloeb(b, 0)->due.gennemfoert);
	for (i = 0; i < KASSE_MAX; i++)
		assert_false(b->kasse[i].brugt && b->kasse[i].emne.art == 'r');
	bane_tages(b, h_referat(b, 20, 10, 2));
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 2);
	r = bane_forloeb(b, 0)->referater.p;
	assert_true(r->glemt && r->version == 2);
}

/* ---- what the author is told ---- */

static void
author_is_told_what_became_of_his_referat(void **state)
{
	const struct besked *m = til_kommunen("referat-publiceret"), *til;

	(void)state;
	svar(m, LEVERINGSTRIN_LEVERET);
	svar(m, LEVERINGSTRIN_LEVERET);
	svar(m, LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(bane_antal(b, AKASSE, "referat-leveret"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "referat-laest"), 1);
	til = bane_besked(b, AKASSE, "referat-laest", 0);
	assert_true(plb_uuid_eq(til->e.u.referat_status.referat_id, uuid(20)));
	assert_int_equal(til->e.u.referat_status.version, 1);
	assert_string_equal(til->e.u.referat_status.org.text, KOMMUNE);
}

static void
author_is_told_of_a_refusal(void **state)
{
	(void)state;
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_AFVIST_ENDELIGT);
	assert_int_equal(bane_antal(b, AKASSE, "referat-afvist"), 1);
}

static void
receipts_of_notices_make_no_notices(void **state)
{
	size_t n;

	(void)state;
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_HAANDTERET);
	n = b->n;
	svar(bane_besked(b, AKASSE, "referat-laest", 0), LEVERINGSTRIN_LEVERET);
	svar(bane_besked(b, AKASSE, "referat-laest", 0), LEVERINGSTRIN_HAANDTERET);
	svar(til_kommunen("samtale-held"), LEVERINGSTRIN_HAANDTERET);
	assert_int_equal(b->n, n);
}

static void
sender_is_told_that_his_message_was_read(void **state)
{
	struct haendelse h = h_ny(b, HAENDELSE_BESKED_SENDT);

	(void)state;
	h.u.besked.id = uuid(50);
	h.u.besked.til = plb_slice_str(KOMMUNE);
	bane_tages(b, h);
	svar(til_kommunen("besked-sendt"), LEVERINGSTRIN_LEVERET);
	assert_int_equal(bane_antal(b, AKASSE, "besked-laest"), 0);
	svar(til_kommunen("besked-sendt"), LEVERINGSTRIN_HAANDTERET);
	assert_true(plb_uuid_eq(
	    bane_besked(b, AKASSE, "besked-laest", 0)->e.u.levering_laest.id, uuid(50)));
}

/* Sent on 28 May: the fifth working day after it is 4 June (5 June is closed). */
static void
unread_after_five_working_days_is_told_once(void **state)
{
	struct haendelse h = h_ny(b, HAENDELSE_BESKED_SENDT);

	(void)state;
	b->rr.r[0].ulaest_arbejdsdage = 5;
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_HAANDTERET); /* read */
	h.u.besked.id = uuid(50);
	h.u.besked.til = plb_slice_str(KOMMUNE);
	bane_tages(b, h);
	bane_ur(b, "2024-06-04T23:59:58+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "levering-ulaest"), 0);
	bane_ur(b, "2024-06-04T23:59:59+02:00");
	assert_true(plb_uuid_eq(bane_besked(b, AKASSE, "levering-ulaest", 0)->e.u.levering_laest.id,
	    til_kommunen("besked-sendt")->e.leveringid));
	bane_ur(b, "2024-07-04T23:59:59+02:00");
	assert_int_equal(bane_antal(b, AKASSE, "levering-ulaest"), 1);
}

/* What was taken back has not been sent: moved there and back, the first thing of the course goes
 * there again. */
static void
what_was_taken_back_is_sent_again_on_the_way_back(void **state)
{
	(void)state;
	assert_int_equal(((const struct samtale *)bane_forloeb(b, 0)->samtaler.p)->nr, 1);
	bane_afsender(b, KOMMUNE);
	bane_tages(b, h_flyt(b, "0461", "0101", "2024-05-28"));
	assert_true(trukket(til_kommunen("samtale-held"), TILBAGEKALDT_FLYTTET));
	assert_int_equal(bane_antal(b, "kommune:0101", "samtale-held"), 1);
	bane_ur(b, "2024-05-29T09:00:00+02:00");
	bane_afsender(b, "kommune:0101");
	bane_tages(b, h_flyt(b, "0101", "0461", "2024-05-29"));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-held"), 2);
	assert_int_equal(bane_antal(b, KOMMUNE, "referat-publiceret"), 2);
}

/* Numbers that were never given, and statuses of a later version, settle nothing. */
static void
odd_receipts_are_passed_by(void **state)
{
	struct forloeb *f = bane_forloeb(b, 0);
	struct plb_org k = org(KOMMUNE);
	int64_t sidste = levering_modtager(f, &k)->sequence;
	struct besked ingen = {.e = {.til = k, .sequence = 0}},
		      ny = {.e = {.til = k, .sequence = sidste + 1}},
		      ved = {.e = {.til = k, .sequence = sidste}};
	size_t n = b->n;

	(void)state;
	svar(&ingen, LEVERINGSTRIN_LEVERET);
	svar(&ny, LEVERINGSTRIN_LEVERET);
	svar(&ved, (enum leveringstrin) - 1);
	svar(&ved, LEVERINGSTRIN_ANTAL);
	assert_int_equal(levering_modtager(f, &k)->afgjorte.n, 0);
	assert_int_equal(levering_modtager(f, &k)->afgjort, 0);
	assert_int_equal(b->n, n);
	svar(&ved, LEVERINGSTRIN_LEVERET);
	svar(&ved, LEVERINGSTRIN_HAANDTERET); /* settled already: listed once */
	assert_int_equal(levering_modtager(f, &k)->afgjorte.n, 1);
	assert_false(levering_aaben(f, &k, sidste));
	assert_true(levering_aaben(f, &k, sidste - 1));
}

/* A conversation that has arrived is told to be withdrawn by its own event. */
static void
withdrawn_conversation_is_taken_back_only_under_way(void **state)
{
	(void)state;
	svar(til_kommunen("samtale-held"), LEVERINGSTRIN_LEVERET);
	bane_tages(b, om_samtale(HAENDELSE_SAMTALE_TILBAGEKALDT));
	assert_false(trukket(til_kommunen("samtale-held"), TILBAGEKALDT_TILBAGEKALDT));
	assert_int_equal(bane_antal(b, KOMMUNE, "samtale-tilbagekaldt"), 1);
}

/* Handed over on 1 June, and not completed: a referat is missing. */
static void
overdrag_med_mangel(void)
{
	bane_tages(b, h_samtale(b, 11, "2024-05-28T08:00:00+02:00"));
	bane_tages(b, h_timer(b, "2024-03", 16033));
	bane_tages(b, h_timer(b, "2024-04", 16033));
	bane_tages(b, h_timer(b, "2024-05", 16033));
	bane_ur(b, "2024-06-03T09:00:00+02:00");
}

/* The first word on the handover stands, whatever is repeated later. */
static void
package_is_delivered_and_handled_once(void **state)
{
	static const enum leveringstrin trin[] = {LEVERINGSTRIN_FORSOEGT, LEVERINGSTRIN_LEVERET,
	    LEVERINGSTRIN_LEVERET, LEVERINGSTRIN_HAANDTERET, LEVERINGSTRIN_HAANDTERET};
	const struct due *d;
	size_t i;

	(void)state;
	overdrag_med_mangel();
	for (i = 0; i < 5; i++) {
		bane_ur_ms(b, (struct plb_time){b->ur.ms + 60000});
		bane_svar(b, KOMMUNE, "handover-due", 0, trin[i]);
		d = &bane_forloeb(b, 0)->due;
		assert_int_equal(d->leveret.ms == PLB_TIME_UNSET.ms, i < 1);
		assert_int_equal(d->haandteret.ms == PLB_TIME_UNSET.ms, i < 3);
	}
	d = &bane_forloeb(b, 0)->due;
	assert_tid(d->leveret, "2024-06-03T09:02:00+02:00");
	assert_tid(d->haandteret, "2024-06-03T09:04:00+02:00");
}

/* The a-kasse's copy, or another number of the kommune, says nothing about the package. */
static void
receipt_of_something_else_is_not_the_packages(void **state)
{
	(void)state;
	overdrag_med_mangel();
	bane_svar(b, AKASSE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	bane_svar(b, KOMMUNE, "samtale-held", 0, LEVERINGSTRIN_HAANDTERET);
	assert_true(bane_forloeb(b, 0)->due.leveret.ms == PLB_TIME_UNSET.ms);
	assert_true(bane_forloeb(b, 0)->due.haandteret.ms == PLB_TIME_UNSET.ms);
	bane_svar(b, KOMMUNE, "handover-due", 0, LEVERINGSTRIN_HAANDTERET);
	assert_tid(bane_forloeb(b, 0)->due.leveret, "2024-06-03T09:00:00+02:00"); /* so it came */
}

/* Of a conversation nobody asks whether it was read; of a referat, until it was. */
static void
reading_is_asked_of_referater_alone(void **state)
{
	struct plb_org k = org(KOMMUNE);
	const struct samtale *s = bane_forloeb(b, 0)->samtaler.p;
	const struct referat *r = bane_forloeb(b, 0)->referater.p;

	(void)state;
	assert_false(plb_dato_set(levering_til(&s->leveringer, &k)->sendt));
	assert_dato(levering_til(&r->leveringer, &k)->sendt, "2024-05-27"); /* the pakkefrist */
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_LEVERET);
	assert_true(plb_dato_set(levering_til(&r->leveringer, &k)->sendt));
	svar(til_kommunen("referat-publiceret"), LEVERINGSTRIN_HAANDTERET);
	assert_false(plb_dato_set(levering_til(&r->leveringer, &k)->sendt));
}

#define test(f) cmocka_unit_test_setup_teardown(f, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(settled_in_order_leaves_a_mark_alone),
	    test(settled_out_of_order_is_listed_until_the_gap_closes),
	    test(attempts_and_parking_settle_nothing),
	    test(corrected_conversation_under_way_is_taken_back_and_sent_anew),
	    test(corrected_conversation_that_has_arrived_is_only_followed),
	    test(withdrawn_conversation_takes_its_referat_with_it_delivered_or_not),
	    test(withdrawn_conversation_held_again_is_shared_again),
	    test(withdrawn_referat_is_told_to_whoever_got_it),
	    test(withdrawn_referat_under_way_is_taken_back_too),
	    test(withdrawn_referat_that_nobody_got_is_told_to_nobody),
	    test(everything_open_can_be_taken_back_but_what_is_named),
	    test(texts_leave_the_state_when_the_handover_closes),
	    test(author_is_told_what_became_of_his_referat),
	    test(author_is_told_of_a_refusal),
	    test(receipts_of_notices_make_no_notices),
	    test(sender_is_told_that_his_message_was_read),
	    test(unread_after_five_working_days_is_told_once),
	    test(what_was_taken_back_is_sent_again_on_the_way_back),
	    test(odd_receipts_are_passed_by),
	    test(withdrawn_conversation_is_taken_back_only_under_way),
	    test(package_is_delivered_and_handled_once),
	    test(reading_is_asked_of_referater_alone),
	    test(receipt_of_something_else_is_not_the_packages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
