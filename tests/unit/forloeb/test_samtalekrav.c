// SPDX-License-Identifier: MPL-2.0
/* Required conversations: windows, mergers, forms, who held them; and whose referat makes the
 * package. */
#include "bane.h"
#include "samtalekrav.h"

enum { PERSONLIGT, TELEFON, DIGITALT, BREV };

#define SAMTALER_MAX 8
static struct samtale samtaler[SAMTALER_MAX];
static struct forloeb f;
static struct regelsaet r;

static int
op(void **state)
{
	(void)state;
	memset(samtaler, 0, sizeof(samtaler));
	f = (struct forloeb){.tilmeldingsdato = dato("2024-03-01"),
	    .akasse = org("akasse:hk"),
	    .kommune = org("kommune:0461"),
	    .samtaler = {samtaler, 0}};
	r = (struct regelsaet){.foerste_samtale_dage = 14, .foerste_typer = {{7, 10, 17}, 3}};
	return 0;
}

static struct samtale *
holdt(const char *afholdt, const char *af, int32_t type1, int32_t type2)
{
	struct samtale *s = &samtaler[f.samtaler.n++];

	*s = (struct samtale){.id = uuid((unsigned)f.samtaler.n),
	    .type1 = type1,
	    .type2 = type2,
	    .afholdt = tid(afholdt),
	    .afholder = org(af)};
	return s;
}

static void
krav(const char *navn, enum ansvarlig part, int32_t type, int antal, int efter, int inden)
{
	struct samtalekrav *k = &r.krav[r.n_krav++];

	*k = (struct samtalekrav){.part = part,
	    .typer = {{type}, 1},
	    .antal = antal,
	    .efter_maaneder = efter,
	    .inden_maaneder = inden,
	    .i_pakken = true};
	strcpy(k->navn, navn);
}

static struct kravstatus
status(size_t i)
{
	struct kravstatus ud[REGEL_KRAV_MAX];

	assert_in_range(i, 0, samtalekrav_status(&f, &r, ud) - 1);
	return ud[i];
}

static void
first_is_a_job_conversation_with_the_akasse(void **state)
{
	(void)state;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	holdt("2024-03-05T10:00:00+01:00", "akasse:hk", 15, 0);
	holdt("2024-03-05T11:00:00+01:00", "kommune:0461", 7, 0);
	holdt("2024-03-05T12:00:00+01:00", "akasse:hk", 7, 0)->art = SAMTALE_GRUPPE;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	holdt("2024-03-06T10:00:00+01:00", "akasse:hk", 15, 7);
	assert_true(samtalekrav_foerste_holdt(&f, &r));
}

static void
first_in_person_where_the_rule_set_says_so(void **state)
{
	struct samtale *s = holdt("2024-03-06T10:00:00+01:00", "akasse:hk", 7, 0);

	(void)state;
	s->form = TELEFON;
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	r.foerste_former = 1u << PERSONLIGT;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	s->form = PERSONLIGT;
	assert_true(samtalekrav_foerste_holdt(&f, &r));
}

static void
forms_count_in_their_periods(void **state)
{
	struct samtale *s = holdt("2021-08-31T10:00:00+02:00", "akasse:hk", 7, 0);

	(void)state;
	r.n_moedeformer = 2;
	r.moedeformer[0] =
	    (struct regel_moedeformer){PLB_DATO_NONE, PLB_DATO_NONE, 1u << PERSONLIGT};
	r.moedeformer[1] = (struct regel_moedeformer){
	    PLB_DATO_NONE, dato("2021-08-31"), 1u << TELEFON | 1u << DIGITALT};
	s->form = TELEFON;
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	s->form = BREV;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	s->form = TELEFON;
	s->afholdt = tid("2021-09-01T10:00:00+02:00");
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	s->form = PERSONLIGT;
	assert_true(samtalekrav_foerste_holdt(&f, &r));
}

static void
a_merged_meeting_is_two_conversations(void **state)
{
	(void)state;
	krav("job", ANSVARLIG_AKASSE, 7, 2, 0, 3);
	krav("faelles", ANSVARLIG_AKASSE, 17, 1, 0, 3);
	krav("raadighed", ANSVARLIG_AKASSE, 15, 1, 0, 3);
	r.foerste_typer = (struct regel_typer){{10}, 1};
	holdt("2024-03-05T10:00:00+01:00", "akasse:hk", 10, 7);
	holdt("2024-04-05T10:00:00+02:00", "akasse:hk", 15, 17);
	holdt("2024-05-05T10:00:00+02:00", "akasse:hk", 7, 0);
	/* Five conversations in three meetings. */
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	assert_true(
	    kravstatus_opfyldt(&(struct kravstatus){.krav = &r.krav[0], .holdt = status(0).holdt}));
	assert_int_equal(status(0).holdt, 2);
	assert_int_equal(status(1).holdt, 1);
	assert_int_equal(status(2).holdt, 1);
}

static void
a_window_has_a_first_and_a_last_day(void **state)
{
	(void)state;
	krav("job", ANSVARLIG_AKASSE, 7, 1, 1, 3);
	holdt("2024-03-31T23:59:59+02:00", "akasse:hk", 7, 0);
	holdt("2024-06-01T00:00:00+02:00", "akasse:hk", 7, 0);
	assert_int_equal(status(0).holdt, 0);
	assert_dato(status(0).fra, "2024-04-01");
	assert_dato(status(0).inden, "2024-06-01");
	holdt("2024-04-01T00:00:00+02:00", "akasse:hk", 7, 0);
	holdt("2024-05-31T23:59:59+02:00", "akasse:hk", 7, 0);
	assert_int_equal(status(0).holdt, 2);
}

static void
the_kommunes_window_may_begin_with_the_handover(void **state)
{
	(void)state;
	krav("kommune", ANSVARLIG_KOMMUNE, 7, 2, 0, 3);
	r.krav[0].fra_overdragelse = true;
	holdt("2024-06-10T10:00:00+02:00", "kommune:0461", 7, 0);
	holdt("2024-07-10T10:00:00+02:00", "aktoer:12345678", 7, 0);
	holdt("2024-07-11T10:00:00+02:00", "akasse:hk", 7, 0);
	assert_false(plb_dato_set(status(0).fra));
	f.due.sendt = true;
	f.due.virkningsdato = dato("2024-06-01");
	assert_int_equal(status(0).holdt, 2);
	/* DFDG does not say who held it: from the handover on it was the kommune. */
	holdt("2024-07-12T10:00:00+02:00", "dfdg:star", 7, 0);
	assert_int_equal(status(0).holdt, 3);
}

static void
the_handover_names_what_is_missing(void **state)
{
	struct manglende_samtale m[MANGLENDE_SAMTALER_MAX];

	(void)state;
	krav("job", ANSVARLIG_AKASSE, 7, 3, 0, 3);
	krav("kommune", ANSVARLIG_KOMMUNE, 7, 2, 3, 6);
	r.krav[1].i_pakken = false;
	assert_int_equal(samtalekrav_mangler(&f, &r, m), 4);
	assert_int_equal(m[0].type, 7);
	assert_tid(m[0].frist, "2024-03-15T23:59:59+01:00");
	assert_tid(m[3].frist, "2024-05-31T23:59:59+02:00");
	holdt("2024-03-05T10:00:00+01:00", "akasse:hk", 7, 0);
	holdt("2024-04-05T10:00:00+02:00", "akasse:hk", 7, 0);
	assert_int_equal(samtalekrav_mangler(&f, &r, m), 1);
	holdt("2024-05-05T10:00:00+02:00", "akasse:hk", 7, 0);
	assert_int_equal(samtalekrav_mangler(&f, &r, m), 0);
}

static void
exemption_takes_one_away_but_never_the_first(void **state)
{
	struct fritagelse x[] = {{.samtaletype = 7, .dato = dato("2026-08-01")},
	    {.samtaletype = 7, .dato = dato("2026-08-02")},
	    {.samtaletype = 15, .dato = dato("2026-08-02")}};

	(void)state;
	f.tilmeldingsdato = dato("2026-07-01");
	krav("minimum", ANSVARLIG_AKASSE, 7, 2, 0, 3);
	r.krav[0].fritages = true;
	r.fritagelse_procent = 25;
	f.fritagelser = (struct plb_list){x, 1};
	assert_int_equal(status(0).fritaget, 1);
	f.fritagelser.n = 3;
	assert_int_equal(status(0).fritaget, 1);
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	holdt("2026-07-10T10:00:00+02:00", "akasse:hk", 7, 0);
	assert_int_equal(status(0).holdt + status(0).fritaget, 2);
	r.fritagelse_procent = 0;
	assert_int_equal(status(0).fritaget, 0);
	r.fritagelse_procent = 25;
	r.krav[0].fritages = false;
	assert_int_equal(status(0).fritaget, 0);
	r.krav[0].fritages = true;
	x[0].dato = x[1].dato = dato("2026-10-01"); /* after the window */
	assert_int_equal(status(0).fritaget, 0);
}

static void
whose_referat_makes_the_package(void **state)
{
	(void)state;
	holdt("2024-03-05T10:00:00+01:00", "akasse:hk", 7, 0);
	holdt("2024-04-05T10:00:00+02:00", "akasse:hk", 17, 0);
	holdt("2024-05-05T10:00:00+02:00", "akasse:hk", 7, 0);
	holdt("2024-05-06T10:00:00+02:00", "kommune:0461", 7, 0);
	assert_true(samtalekrav_pakke_referat(&f, &r, &samtaler[0]));
	r.pakke_referater = PAKKE_SIDSTE;
	assert_false(samtalekrav_pakke_referat(&f, &r, &samtaler[1]));
	assert_true(samtalekrav_pakke_referat(&f, &r, &samtaler[2]));
	r.pakke_referater = PAKKE_TIL_FAELLES;
	assert_true(samtalekrav_pakke_referat(&f, &r, &samtaler[0]));
	assert_true(samtalekrav_pakke_referat(&f, &r, &samtaler[1]));
	assert_false(samtalekrav_pakke_referat(&f, &r, &samtaler[2]));
}

/* An agreement between the parties: the kommune owes a referat of a joint conversation too. */
static void
the_kommune_owes_a_referat_of_a_joint_conversation(void **state)
{
	struct bane *b = bane_new();
	struct haendelse h;
	int32_t typer[] = {17};

	(void)state;
	b->rr.r[0].faelles_referat_arbejdsdage = 3;
	bane_ur(b, "2024-03-01T09:00:00+01:00");
	bane_tages(b, h_tilmeld(b, 1, "2024-03-01"));
	bane_afsender(b, "kommune:0461");
	bane_ur(b, "2024-03-04T15:00:00+01:00");
	h = h_samtale(b, 30, "2024-03-04T14:00:00+01:00");
	h.u.samtale_held.samtaletyper = (struct plb_list){typer, 1};
	bane_tages(b, h);
	bane_tages(b, h_samtale(b, 31, "2024-03-04T14:30:00+01:00")); /* its own: none is owed */
	bane_ur(b, "2024-03-07T23:59:58+01:00");
	assert_int_equal(bane_antal(b, "kommune:0461", "referat-mangler"), 0);
	bane_ur(b, "2024-03-11T12:00:00+01:00");
	assert_int_equal(bane_antal(b, "kommune:0461", "referat-mangler"), 1);
	assert_int_equal(bane_antal(b, "akasse:hk", "referat-mangler"), 0);
	assert_tid(bane_besked(b, "kommune:0461", "referat-mangler", 0)->e.u.referat_mangler.frist,
	    "2024-03-07T23:59:59+01:00");
	bane_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(first_is_a_job_conversation_with_the_akasse, op),
	    cmocka_unit_test_setup(first_in_person_where_the_rule_set_says_so, op),
	    cmocka_unit_test_setup(forms_count_in_their_periods, op),
	    cmocka_unit_test_setup(a_merged_meeting_is_two_conversations, op),
	    cmocka_unit_test_setup(a_window_has_a_first_and_a_last_day, op),
	    cmocka_unit_test_setup(the_kommunes_window_may_begin_with_the_handover, op),
	    cmocka_unit_test_setup(the_handover_names_what_is_missing, op),
	    cmocka_unit_test_setup(exemption_takes_one_away_but_never_the_first, op),
	    cmocka_unit_test(the_kommune_owes_a_referat_of_a_joint_conversation),
	    cmocka_unit_test_setup(whose_referat_makes_the_package, op),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
