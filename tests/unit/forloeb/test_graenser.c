// SPDX-License-Identifier: MPL-2.0
/* The edges of the rules that are pure functions of the facts: equal sums and times, first and last
 * days, empty lists, who counts and who does not (contract § 7). */
#include "aarsag.h"
#include "bane.h"
#include "fravaer.h"
#include "medlemskab.h"
#include "samtalekrav.h"

#define DAG_MS INT64_C(86400000)

static struct forloeb f;
static struct regler rr;
static struct regelsaet r;
static struct medlemskab medlemskaber[3];
static struct samtale samtale;

static int
op(void **state)
{
	(void)state;
	rr = bane_regler();
	r = rr.r[0];
	r.foerste_typer = (struct regel_typer){{7, 10, 17}, 3};
	samtale = (struct samtale){.afholder = org("akasse:hk"), .type1 = 7};
	f = (struct forloeb){.tilmeldingsdato = dato("2024-03-01"),
	    .tilmeldt_fra = dato("2024-03-01"),
	    .foerste_dagpengedag = PLB_DATO_NONE,
	    .afmeldt = PLB_DATO_NONE,
	    .tilmeldt_akasse = org("akasse:hk"),
	    .tilmeldt_kommune = org("kommune:0461"),
	    .akasse = org("akasse:hk"),
	    .kommune = org("kommune:0461"),
	    .medlemskaber = {medlemskaber, 0}};
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	plb_kalender_free(&rr.kalender);
	return 0;
}

static struct medlemskab *
aendring(enum aendring a, const char *akasse, const char *start)
{
	struct medlemskab *m = &medlemskaber[f.medlemskaber.n++];

	*m = (struct medlemskab){.aendring = (int)a,
	    .akasse = org(akasse),
	    .start = dato(start),
	    .kategori = -1,
	    .stempel = {.time = tid("2024-03-10T09:00:00+01:00"), .id = plb_slice_str("0m")}};
	m->stempel.time.ms += (int64_t)f.medlemskaber.n;
	return m;
}

static struct samtale *
holdt(const char *afholdt, const char *af)
{
	samtale.afholdt = tid(afholdt);
	samtale.afholder = org(af);
	f.samtaler = (struct plb_list){&samtale, 1};
	return &samtale;
}

/* ---- hours ---- */

static void
exactly_the_limit_does_not_pass_in_the_forecast(void **state)
{
	struct maanedstimer t[] = {{.maaned = maaned("2024-03"), .timer_c = 16033},
	    {.maaned = maaned("2024-04"), .timer_c = 16033},
	    {.maaned = maaned("2024-05"), .timer_c = 8934}};
	struct timer_led led[12];

	(void)state;
	f.timer = (struct plb_list){t, 3};
	assert_dato(timer_prognose(&f, &r), "2024-07-01");
	assert_int_equal(timer_led(&f, &r, led, 12), 4);
	t[2].timer_c = 8935;
	assert_dato(timer_prognose(&f, &r), "2024-06-01");
	assert_int_equal(timer_led(&f, &r, led, 12), 3);
}

static void
exactly_the_limit_before_the_first_month_has_not_passed(void **state)
{
	struct maanedstimer t = {.maaned = maaned("2024-02"), .timer_c = 41000};
	struct timer_led led[12];

	(void)state;
	f.timer = (struct plb_list){&t, 1};
	assert_dato(timer_prognose(&f, &r), "2024-04-01");
	assert_int_equal(timer_led(&f, &r, led, 12), 1);
	t.timer_c = 41001;
	assert_dato(timer_prognose(&f, &r), "2024-03-01");
	assert_int_equal(timer_led(&f, &r, led, 12), 0);
}

static void
benefit_counts_from_the_later_of_the_two_days(void **state)
{
	(void)state;
	assert_dato(timer_foerste_dag(&f), "2024-03-01");
	f.foerste_dagpengedag = dato("2024-02-29");
	assert_dato(timer_foerste_dag(&f), "2024-03-01");
	f.foerste_dagpengedag = dato("2024-03-02");
	assert_dato(timer_foerste_dag(&f), "2024-03-02");
}

/* ---- causes ---- */

static void
a_single_month_is_a_number_of_months(void **state)
{
	struct maanedstimer t = {.maaned = maaned("2024-03"), .timer_c = 41001};
	struct plb_dato d = dato("2024-03-02");
	struct aarsag g;

	(void)state;
	f.timer = (struct plb_list){&t, 1};
	assert_true(aarsag_for(&rr, &f, &r, d, DUE_TIMER, &g));
	assert_false(aarsag_for(&rr, &f, &r, d, DUE_MAANEDER, &g));
	t.timer_c = 41000;
	assert_true(aarsag_prognose(&rr, &f, &r, d, &d));
	assert_dato(d, "2024-05-01");
	r.maaneder = 1;
	t.timer_c = 100;
	d = dato("2024-03-02");
	assert_true(aarsag_for(&rr, &f, &r, d, DUE_MAANEDER, &g));
	assert_dato(g.virkning, "2024-04-01");
	assert_true(aarsag_prognose(&rr, &f, &r, d, &d));
	assert_dato(d, "2024-04-01");
	t = (struct maanedstimer){.maaned = maaned("2024-02"), .timer_c = 41001};
	assert_false(aarsag_for(&rr, &f, &r, d, DUE_TIMER, &g)); /* they decide nothing here */
	assert_true(aarsag_prognose(&rr, &f, &r, d, &d));
	assert_dato(d, "2024-04-01");
}

static void
no_cause_has_another_number(void **state)
{
	struct aarsag g;

	(void)state;
	assert_false(aarsag_for(&rr, &f, &r, dato("2024-03-02"), -1, &g));
	assert_false(aarsag_for(&rr, &f, &r, dato("2024-03-02"), AARSAGER, &g));
}

/* ---- membership ---- */

static void
category_counts_from_the_month_after_or_from_entering(void **state)
{
	static const struct {
		enum aendring aendring;
		const char *start, *fra; /* NULL = not at all */
	} t[] = {
	    {AENDRING_KATEGORI, "2024-04-01", "2024-05-01"},
	    {AENDRING_KATEGORI, "2024-04-30", "2024-05-01"},
	    {AENDRING_KATEGORI, "2024-12-31", "2025-01-01"},
	    {AENDRING_IND, "2024-04-10", "2024-04-10"},
	    {AENDRING_SKIFT, "2024-04-10", "2024-04-10"},
	    {AENDRING_UD, "2024-04-10", NULL},
	    {AENDRING_TILBAGEKALDT, "2024-04-10", NULL},
	};
	struct medlemskab *m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		f.medlemskaber.n = 0;
		m = aendring(t[i].aendring, "akasse:hk", t[i].start);
		assert_false(plb_dato_set(medlemskab_kategori_fra(m)));
		for (m->kategori = KATEGORI_FULDTID; m->kategori <= KATEGORI_DELTID;
		     m->kategori++) {
			assert_true(plb_dato_set(medlemskab_kategori_fra(m)) == (t[i].fra != NULL));
			if (t[i].fra != NULL)
				assert_dato(medlemskab_kategori_fra(m), t[i].fra);
		}
	}
}

static void
leaving_before_the_registration_is_none(void **state)
{
	struct medlemskab *m = aendring(AENDRING_UD, "akasse:hk", "2024-02-29");

	(void)state;
	assert_false(plb_dato_set(medlemskab_forladt(&f)));
	m->start = dato("2024-03-01");
	assert_dato(medlemskab_forladt(&f), "2024-03-01");
}

static void
leaving_elsewhere_is_no_switch_and_no_recall(void **state)
{
	static const enum aendring andet[] = {
	    AENDRING_UD, AENDRING_KATEGORI, AENDRING_TILBAGEKALDT};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(andet) / sizeof(andet[0]); i++) {
		f.medlemskaber.n = 0;
		aendring(AENDRING_UD, "akasse:hk", "2024-04-01");
		aendring(andet[i], "akasse:foa", "2024-04-01");
		assert_dato(medlemskab_forladt(&f), "2024-04-01");
	}
}

static void
entering_the_same_or_the_next_day_is_a_switch(void **state)
{
	static const char *const start[] = {"2024-03-31", "2024-04-01", "2024-04-02", "2024-04-03"};
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		f.medlemskaber.n = 0;
		aendring(AENDRING_UD, "akasse:hk", "2024-04-01");
		aendring(i < 4 ? AENDRING_IND : AENDRING_SKIFT, "akasse:foa", start[i % 4]);
		if (i % 4 == 0) /* entered before: nothing of hk is left to leave */
			assert_string_equal(
			    medlemskab_akasse(&f, dato("2024-04-01")).text, "akasse:foa");
		assert_true(plb_dato_set(medlemskab_forladt(&f)) == (i % 4 == 3));
	}
}

static void
a_claim_waits_exactly_thirty_days(void **state)
{
	static const int64_t mere[] = {-1, 0, 1};
	struct medlemskab *ud, *ind;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		f.medlemskaber.n = 0;
		ud = aendring(AENDRING_UD, "akasse:hk", "2024-04-01");
		ind = aendring(AENDRING_IND, "akasse:foa", "2024-04-01");
		ind->krav = true;
		ud->stempel.time.ms = ind->stempel.time.ms + 30 * DAG_MS + mere[i];
		assert_string_equal(medlemskab_akasse(&f, dato("2024-04-01")).text,
		    mere[i] > 0 ? "akasse:hk" : "akasse:foa");
		assert_true(plb_dato_set(medlemskab_forladt(&f)) == (mere[i] > 0));
	}
}

static void
known_is_who_was_registered_or_entered_but_no_claim(void **state)
{
	struct plb_org hk = org("akasse:hk"), foa = org("akasse:foa"), tre = org("akasse:3f"),
		       k1 = org("kommune:0461"), k2 = org("kommune:0101");
	struct flytning fl = {.fra = k1, .til = k2, .virkning = dato("2024-05-01")};

	(void)state;
	assert_true(medlemskab_kendt(&f, &hk) && medlemskab_kendt(&f, &k1));
	assert_false(medlemskab_kendt(&f, &foa) || medlemskab_kendt(&f, &k2));
	aendring(AENDRING_IND, "akasse:foa", "2024-05-01");
	assert_true(medlemskab_kendt(&f, &foa));
	assert_false(medlemskab_kendt(&f, &tre));
	medlemskaber[0].krav = true;
	assert_false(medlemskab_kendt(&f, &foa));
	f.flytninger = (struct plb_list){&fl, 1};
	assert_true(medlemskab_kendt(&f, &k2));
}

static void
a_move_counts_from_the_registration_on_and_from_the_kommune_that_has_it(void **state)
{
	struct flytning fl = {
	    .fra = org("kommune:0461"), .til = org("kommune:0101"), .virkning = dato("2024-02-29")};

	(void)state;
	f.flytninger = (struct plb_list){&fl, 1};
	assert_string_equal(medlemskab_kommune(&f, dato("2024-04-01")).text, "kommune:0461");
	fl.virkning = dato("2024-03-01");
	assert_string_equal(medlemskab_kommune(&f, dato("2024-02-29")).text, "kommune:0461");
	assert_string_equal(medlemskab_kommune(&f, dato("2024-03-01")).text, "kommune:0101");
	fl.fra = org("kommune:0157");
	assert_string_equal(medlemskab_kommune(&f, dato("2024-03-01")).text, "kommune:0461");
	fl.dfdg = true;
	assert_string_equal(medlemskab_kommune(&f, dato("2024-03-01")).text, "kommune:0101");
}

/* ---- absence ---- */

static void
sickness_suspends_from_its_first_to_its_last_day(void **state)
{
	struct fravaer x = {
	    .type = 11, .aktiv = true, .start = dato("2024-04-02"), .slut = dato("2024-04-05")};

	(void)state;
	assert_false(plb_dato_set(fravaer_naeste(&f, dato("2024-04-01"))));
	f.fravaer = (struct plb_list){&x, 1};
	assert_false(fravaer_suspenderer(&f, dato("2024-04-01")));
	assert_true(fravaer_suspenderer(&f, dato("2024-04-02")));
	assert_true(fravaer_suspenderer(&f, dato("2024-04-05")));
	assert_false(fravaer_suspenderer(&f, dato("2024-04-06")));
	assert_dato(fravaer_naeste(&f, dato("2024-04-01")), "2024-04-02");
	assert_dato(fravaer_naeste(&f, dato("2024-04-02")), "2024-04-06");
	assert_dato(fravaer_naeste(&f, dato("2024-04-05")), "2024-04-06");
	assert_false(plb_dato_set(fravaer_naeste(&f, dato("2024-04-06"))));
}

static void
the_akasses_responsibility_is_an_active_75_told_by_dfdg(void **state)
{
	struct fravaer x = {.type = 75, .aktiv = true, .dfdg = true};

	(void)state;
	assert_null(fravaer_ansvar(&f));
	f.fravaer = (struct plb_list){&x, 1};
	assert_ptr_equal(fravaer_ansvar(&f), &x);
	x.dfdg = false;
	assert_null(fravaer_ansvar(&f));
	x.dfdg = true;
	x.aktiv = false;
	assert_null(fravaer_ansvar(&f));
	x.aktiv = true;
	x.type = 74;
	assert_null(fravaer_ansvar(&f));
}

/* ---- hard stop ---- */

static void
whose_conversation_stops_a_handover(void **state)
{
	static const struct {
		const char *afholder;
		bool stopper;
	} t[] = {{"kommune:0461", true}, {"aktoer:12345678", true}, {"dfdg:star", true},
	    {"akasse:hk", false}, {"kommune:0101", false}};
	struct indkaldelse k;
	size_t i;

	(void)state;
	f.due = (struct due){.sendt = true,
	    .til = org("kommune:0461"),
	    .virkningsdato = dato("2024-06-01"),
	    .sendt_dag = dato("2024-06-01")};
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const char *stop =
		    t[i].stopper ? "2024-06-04T10:00:00+02:00" : "2024-06-17T23:59:59+02:00";

		holdt("2024-06-04T10:00:00+02:00", t[i].afholder)->art = SAMTALE_INDIVIDUEL;
		assert_tid(frist_haardt_stop(&rr, &r, &f), stop);
		samtale.art = SAMTALE_GRUPPE;
		assert_tid(frist_haardt_stop(&rr, &r, &f), "2024-06-17T23:59:59+02:00");
		f.samtaler.n = 0;
		k = (struct indkaldelse){
		    .start = tid("2024-06-04T10:00:00+02:00"), .afholder = org(t[i].afholder)};
		f.indkaldelser = (struct plb_list){&k, 1};
		assert_tid(frist_haardt_stop(&rr, &r, &f), stop);
		k.annulleret = true;
		assert_tid(frist_haardt_stop(&rr, &r, &f), "2024-06-17T23:59:59+02:00");
		f.indkaldelser.n = 0;
	}
	/* From the first moment of virkningsdato on. */
	holdt("2024-05-31T23:59:59+02:00", "kommune:0461")->art = SAMTALE_INDIVIDUEL;
	assert_tid(frist_haardt_stop(&rr, &r, &f), "2024-06-17T23:59:59+02:00");
	samtale.afholdt = tid("2024-06-01T00:00:00+02:00");
	assert_tid(frist_haardt_stop(&rr, &r, &f), "2024-06-01T00:00:00+02:00");
}

static void
ten_working_days_over_easter_and_christmas(void **state)
{
	static const struct {
		const char *virkning, *sendt, *stop;
	} t[] = {
	    /* 28 and 29 March and 1 April 2024 are closed. */
	    {"2024-03-20", "2024-03-20", "2024-04-08T23:59:59+02:00"},
	    {"2024-03-01", "2024-03-20", "2024-04-08T23:59:59+02:00"},
	    /* 24 to 26 and 31 December, 1 January are closed. */
	    {"2024-12-20", "2024-12-19", "2025-01-10T23:59:59+01:00"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		f.due = (struct due){.til = org("kommune:0461"),
		    .virkningsdato = dato(t[i].virkning),
		    .sendt_dag = dato(t[i].sendt)};
		assert_tid(frist_haardt_stop(&rr, &r, &f), t[i].stop);
	}
}

/* ---- conversations ---- */

static void
what_makes_a_conversation_joint(void **state)
{
	struct samtale s = {.type1 = 7, .type2 = 18};

	(void)state;
	assert_false(samtalekrav_faelles(&s));
	s = (struct samtale){.type1 = 17};
	assert_true(samtalekrav_faelles(&s));
	s = (struct samtale){.type1 = 10, .type2 = 17};
	assert_true(samtalekrav_faelles(&s));
	s = (struct samtale){.type1 = 7, .art = SAMTALE_FAELLES};
	assert_true(samtalekrav_faelles(&s));
	s = (struct samtale){.type1 = 7, .flere_myndigheder = true};
	assert_true(samtalekrav_faelles(&s));
}

static void
one_taken_back_was_never_held(void **state)
{
	(void)state;
	holdt("2024-03-05T10:00:00+01:00", "akasse:hk");
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	samtale.tilbagekaldt = true;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
}

static void
before_the_handover_what_dfdg_tells_is_the_akasses(void **state)
{
	(void)state;
	holdt("2024-05-31T23:59:59+02:00", "dfdg:star");
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	f.due.sendt = true;
	f.due.virkningsdato = dato("2024-06-01");
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	samtale.afholdt = tid("2024-06-01T00:00:00+02:00");
	assert_false(samtalekrav_foerste_holdt(&f, &r));
}

static void
a_form_that_has_no_bit_does_not_count(void **state)
{
	(void)state;
	holdt("2024-03-05T10:00:00+01:00", "akasse:hk");
	r.foerste_former = 1u | 1u << 31;
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	samtale.form = 31;
	assert_true(samtalekrav_foerste_holdt(&f, &r));
	samtale.form = 32;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
	samtale.form = -1;
	assert_false(samtalekrav_foerste_holdt(&f, &r));
}

static void
the_missing_first_has_the_rule_sets_first_type(void **state)
{
	struct manglende_samtale m[MANGLENDE_SAMTALER_MAX];

	(void)state;
	r.foerste_typer = (struct regel_typer){{10}, 1};
	assert_int_equal(samtalekrav_mangler(&f, &r, m), 1);
	assert_int_equal(m[0].type, 10);
	r.foerste_typer.n = 0;
	assert_int_equal(samtalekrav_mangler(&f, &r, m), 1);
	assert_int_equal(m[0].type, 7);
}

static void
a_requirement_without_types_counts_meetings_and_an_actors_are_its_own(void **state)
{
	struct kravstatus k[REGEL_KRAV_MAX];

	(void)state;
	r.n_krav = 1;
	r.krav[0] = (struct samtalekrav){.part = ANSVARLIG_AKTOER, .antal = 2, .inden_maaneder = 3};
	holdt("2024-04-05T10:00:00+02:00", "aktoer:12345678")->type2 = 10;
	assert_int_equal(samtalekrav_status(&f, &r, k), 1);
	assert_int_equal(k[0].holdt, 1);
	holdt("2024-04-05T10:00:00+02:00", "kommune:0461");
	assert_int_equal(samtalekrav_status(&f, &r, k), 1);
	assert_int_equal(k[0].holdt, 0);
}

static void
held_and_exempted_make_a_requirement_together(void **state)
{
	const struct samtalekrav krav = {.antal = 2};

	(void)state;
	assert_true(kravstatus_opfyldt(&(struct kravstatus){&krav, {0}, {0}, 2, 0}));
	assert_true(kravstatus_opfyldt(&(struct kravstatus){&krav, {0}, {0}, 1, 1}));
	assert_false(kravstatus_opfyldt(&(struct kravstatus){&krav, {0}, {0}, 1, 0}));
}

#define test(x) cmocka_unit_test_setup_teardown(x, op, ned)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    test(exactly_the_limit_does_not_pass_in_the_forecast),
	    test(exactly_the_limit_before_the_first_month_has_not_passed),
	    test(benefit_counts_from_the_later_of_the_two_days),
	    test(a_single_month_is_a_number_of_months),
	    test(no_cause_has_another_number),
	    test(category_counts_from_the_month_after_or_from_entering),
	    test(leaving_before_the_registration_is_none),
	    test(leaving_elsewhere_is_no_switch_and_no_recall),
	    test(entering_the_same_or_the_next_day_is_a_switch),
	    test(a_claim_waits_exactly_thirty_days),
	    test(known_is_who_was_registered_or_entered_but_no_claim),
	    test(a_move_counts_from_the_registration_on_and_from_the_kommune_that_has_it),
	    test(sickness_suspends_from_its_first_to_its_last_day),
	    test(the_akasses_responsibility_is_an_active_75_told_by_dfdg),
	    test(whose_conversation_stops_a_handover),
	    test(ten_working_days_over_easter_and_christmas),
	    test(what_makes_a_conversation_joint),
	    test(one_taken_back_was_never_held),
	    test(before_the_handover_what_dfdg_tells_is_the_akasses),
	    test(a_form_that_has_no_bit_does_not_count),
	    test(the_missing_first_has_the_rule_sets_first_type),
	    test(a_requirement_without_types_counts_meetings_and_an_actors_are_its_own),
	    test(held_and_exempted_make_a_requirement_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
