// SPDX-License-Identifier: MPL-2.0
/* Summonses and their guests (contract § 3). */
#include "op.h"

#define KOMMUNE "kommune:0461"
#define AKASSE "akasse:hk"

/* ---- summonses ---- */

static void
summons_to_guests_and_responsible(void **state)
{
	static const char *const gaester[] = {AKASSE, "aktoer:12345678", NULL},
				 *const flere[] = {
				     AKASSE, "aktoer:12345678", "aktoer:87654321", NULL};

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	assert_int_equal(
	    bane_antal(b, AKASSE, "indkaldelse-oprettet"), 1); /* guest and responsible: once */
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_antal(b, KOMMUNE, "indkaldelse-oprettet"), 0);
	bane_ur(b, "2024-03-02T10:00:00+01:00");
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00", flere));
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-aendret"), 1);
	/* Who joins first gets the summons itself. */
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-aendret"), 1);
	assert_int_equal(
	    bane_besked(b, "aktoer:87654321", "indkaldelse-oprettet", 0)->e.sequence, 1);
	assert_int_equal(
	    bane_besked(b, "aktoer:87654321", "indkaldelse-aendret", 0)->e.sequence, 2);
}

static void
guest_who_leaves_is_told_that_it_is_cancelled(void **state)
{
	static const char *const gaester[] = {AKASSE, "aktoer:12345678", "aktoer:87654321", NULL},
				 *const faerre[] = {"aktoer:87654321", NULL};
	const struct besked *m;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	bane_ur(b, "2024-03-02T10:00:00+01:00");
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00", faerre));
	m = bane_besked(b, "aktoer:12345678", "indkaldelse-annulleret", 0);
	assert_true(plb_uuid_eq(m->e.u.indkaldelse_annulleret, uuid(30)));
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-aendret"), 0);
	/* Who stays, or is responsible, gets the change. */
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-annulleret"), 0);
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-aendret"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 0);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-aendret"), 1);
}

static void
cancelled_summons(void **state)
{
	static const char *const gaester[] = {"aktoer:12345678", NULL};
	struct haendelse h;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	bane_ur(b, "2024-03-02T10:00:00+01:00");
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-annulleret"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 1);
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 1);
	/* Changed after all: what was made is not kept any more, the change says it. */
	bane_ur(b, "2024-03-03T10:00:00+01:00");
	bane_tages(b,
	    h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00",
		(const char *const[]){"aktoer:87654321", NULL}));
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-aendret"), 1);
	assert_int_equal(bane_antal(b, "aktoer:87654321", "indkaldelse-oprettet"), 0);
}

static void
two_participants_of_one_organisation_are_one_guest(void **state)
{
	static const char *const gaester[] = {"aktoer:12345678", "aktoer:12345678", NULL};
	static const char *const nogen[] = {"aktoer", NULL};

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	assert_int_equal(bane_antal(b, "aktoer:12345678", "indkaldelse-oprettet"), 1);
	assert_int_equal(bane_tag(b,
			     h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 31,
				 "2024-03-20T10:00:00+01:00", nogen)),
	    PLB_TRIN_AFVIST);
}

static void
more_guests_than_a_summons_holds_are_refused(void **state)
{
	const char *gaester[18] = {NULL};
	size_t n;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	for (n = 0; n < 17; n++)
		gaester[n] = plb_arena_printf(&b->a, "aktoer:%08u", 10000000 + (unsigned)n);
	assert_int_equal(bane_tag(b,
			     h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30,
				 "2024-03-20T10:00:00+01:00", gaester)),
	    PLB_TRIN_AFVIST);
	gaester[16] = NULL;
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaester));
	assert_int_equal(bane_antal(b, gaester[15], "indkaldelse-oprettet"), 1);
}

static void
change_older_than_a_second_cancellation_brings_nothing_back(void **state)
{
	struct haendelse h;
	int i;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_afsender(b, KOMMUNE);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", NULL));
	for (i = 2; i <= 4; i += 2) {
		h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
		h.ev.time.ms += i * 60000;
		h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
		bane_tages(b, h);
	}
	h = h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30, "2024-03-21T10:00:00+01:00", NULL);
	h.ev.time.ms += 3 * 60000;
	bane_tages(b, h);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-annulleret"), 1);
	assert_int_equal(bane_antal(b, AKASSE, "indkaldelse-aendret"), 0);
}

/* `sted` is left out for anyone but the invited when adressebeskyttet (contract § 3). */
static void
place_of_a_protected_person_is_for_the_invited(void **state)
{
	const char *const gaest[] = {"aktoer:12345678", NULL};
	struct haendelse h = h_tilmeld(b, 1, "2024-03-01");

	(void)state;
	bane_tages(b, h); /* protected unless told otherwise */
	bane_afsender(b, "kommune:0461");
	h = h_indkaldelse(
	    b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", gaest);
	bane_tages(b, h);
	assert_false(bane_besked(b, gaest[0], "indkaldelse-oprettet", 0)->e.skjul_sted);
	assert_true(bane_besked(b, AKASSE, "indkaldelse-oprettet", 0)->e.skjul_sted);
	bane_forloeb(b, 0)->adressebeskyttet = false;
	h.u.indkaldelse_oprettet.indkaldelse_id = uuid(31);
	h.ev.id = plb_slice_str("another");
	bane_tages(b, h);
	assert_false(bane_besked(b, AKASSE, "indkaldelse-oprettet", 1)->e.skjul_sted);
}

/* Whoever is not party learns nothing from the id of a summons that is there. */
static void
foreign_summons_looks_like_an_unknown_one(void **state)
{
	static const enum haendelse_type typer[] = {
	    HAENDELSE_INDKALDELSE_OPRETTET, HAENDELSE_INDKALDELSE_AENDRET};
	size_t i;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_tages(b, h_indkaldelse(b, typer[0], 30, "2024-03-20T10:00:00+01:00", NULL));
	bane_afsender(b, "kommune:0101");
	for (i = 0; i < 2; i++) {
		const char *der;
		size_t n = b->n;

		assert_int_equal(
		    bane_tag(b, h_indkaldelse(b, typer[i], 30, "2024-03-20T10:00:00+01:00", NULL)),
		    PLB_TRIN_AFVENTER);
		der = b->ud.afventer;
		assert_int_equal(
		    bane_tag(b, h_indkaldelse(b, typer[i], 31, "2024-03-20T10:00:00+01:00", NULL)),
		    PLB_TRIN_AFVENTER);
		assert_string_equal(b->ud.afventer, der);
		assert_int_equal(b->n, n);
	}
}

/* Whoever changes it, a summons stays his who made it; only DFDG's becomes a party's. */
static void
a_summons_stays_with_who_made_it(void **state)
{
	static const char *const raekke[][3] = {{KOMMUNE, AKASSE, KOMMUNE},
	    {"dfdg:star", AKASSE, AKASSE}, {AKASSE, "dfdg:star", AKASSE}};
	size_t i;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	for (i = 0; i < 3; i++) {
		const struct indkaldelse *k;

		bane_afsender(b, raekke[i][0]);
		bane_tages(b,
		    h_indkaldelse(b, HAENDELSE_INDKALDELSE_OPRETTET, 30 + (unsigned)i,
			"2024-03-20T10:00:00+01:00", NULL));
		bane_afsender(b, raekke[i][1]);
		bane_tages(b,
		    h_indkaldelse(b, HAENDELSE_INDKALDELSE_AENDRET, 30 + (unsigned)i,
			"2024-03-21T10:00:00+01:00", NULL));
		k = (const struct indkaldelse *)bane_forloeb(b, 0)->indkaldelser.p + i;
		assert_tid(k->start, "2024-03-21T10:00:00+01:00");
		assert_string_equal(k->afholder.text, raekke[i][2]);
	}
}

static struct haendelse
valg(int v)
{
	struct haendelse h = h_ny(b, HAENDELSE_DELTAGELSESVALG_AENDRET);

	h.u.deltagelsesvalg_aendret = (struct deltagelsesvalg_aendret){uuid(30), v};
	return h;
}

static void
a_choice_of_a_later_version_is_refused(void **state)
{
	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", NULL));
	assert_int_equal(bane_tag(b, valg(-1)), PLB_TRIN_AFVIST);
	assert_string_equal(b->ud.fejl, "form");
	bane_tages(b, valg(0)); /* the first symbol */
	assert_non_null(
	    ((const struct indkaldelse *)bane_forloeb(b, 0)->indkaldelser.p)->valgt.id.p);
}

/* Neither the summons nor the choice of another's citizen. */
static void
choice_and_cancellation_of_a_foreign_summons_wait(void **state)
{
	struct haendelse h;

	(void)state;
	bane_forloeb_med_timer(b, 0);
	bane_tages(b,
	    h_indkaldelse(
		b, HAENDELSE_INDKALDELSE_OPRETTET, 30, "2024-03-20T10:00:00+01:00", NULL));
	bane_afsender(b, "kommune:0101");
	assert_int_equal(bane_tag(b, valg(1)), PLB_TRIN_AFVENTER);
	h = h_ny(b, HAENDELSE_INDKALDELSE_ANNULLERET);
	h.u.indkaldelse_annulleret.indkaldelse_id = uuid(30);
	assert_int_equal(bane_tag(b, h), PLB_TRIN_AFVENTER);
	assert_false(((const struct indkaldelse *)bane_forloeb(b, 0)->indkaldelser.p)->annulleret);
}

#define test(f) cmocka_unit_test_setup_teardown(f, op_tom, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(summons_to_guests_and_responsible),
	    test(guest_who_leaves_is_told_that_it_is_cancelled),
	    test(cancelled_summons),
	    test(two_participants_of_one_organisation_are_one_guest),
	    test(more_guests_than_a_summons_holds_are_refused),
	    test(change_older_than_a_second_cancellation_brings_nothing_back),
	    test(place_of_a_protected_person_is_for_the_invited),
	    test(foreign_summons_looks_like_an_unknown_one),
	    test(a_summons_stays_with_who_made_it),
	    test(a_choice_of_a_later_version_is_refused),
	    test(choice_and_cancellation_of_a_foreign_summons_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
