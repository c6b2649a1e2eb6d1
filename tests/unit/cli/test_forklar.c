// SPDX-License-Identifier: MPL-2.0
/* What a case worker reads about each kind of made event; the arithmetic is the core's. */
#include "cli_test.h"

#include <parloeb/kalender.h>
#include <parloeb/loop.h>
#include <stdio.h>
#include <stdlib.h>

#include "forklar.h"

static struct regler regler;
static struct maanedstimer timer[3];
static struct samtale samtale;
static struct forloeb f;

static struct plb_dato
dato(const char *text)
{
	struct plb_dato d;

	assert_int_equal(plb_dato_parse(S(text), &d), PLB_OK);
	return d;
}

static struct plb_time
tid(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(S(text), &t), PLB_OK);
	return t;
}

static int
op(void **state)
{
	static const char *const sagt[] = {
	    "2026-02-27T10:00:00+01:00", "2026-03-31T10:00:00+02:00", "2026-04-30T10:00:00+02:00"};
	struct plb_errctx ec = {{0}};
	size_t len, i;
	char *csv;

	(void)state;
	assert_int_equal(
	    plb_file_read("config/koder/helligdage.csv", 1 << 20, &csv, &len, &ec), PLB_OK);
	assert_int_equal(plb_kalender_parse(plb_slice(csv, len), &regler.kalender, &ec), PLB_OK);
	free(csv);
	regler.n = 1;
	regler.r[0] = (struct regelsaet){.id = "lab-2024",
	    .overdragelse = true,
	    .graense_c = {41000, 33300},
	    .norm_c = {16033, 13000},
	    .foerste_samtale_dage = 14,
	    .pakkefrist_arbejdsdage = 5,
	    .referat_frist_arbejdsdage = 1,
	    .overskredet_arbejdsdage = 3,
	    .timer_mangler_arbejdsdage = 5,
	    .fra = dato("2024-01-01"),
	    .til = PLB_DATO_NONE};
	f = (struct forloeb){.regelsaet = S("lab-2024"),
	    .tilmeldingsdato = dato("2026-02-01"),
	    .foerste_dagpengedag = PLB_DATO_NONE,
	    .indplaceringsdato = PLB_DATO_NONE,
	    .afmeldt = PLB_DATO_NONE,
	    .timer = {timer, 3},
	    .samtaler = {&samtale, 1}};
	assert_int_equal(plb_org_parse(S("akasse:hk"), &f.akasse), PLB_OK);
	assert_int_equal(plb_org_parse(S("kommune:0461"), &f.kommune), PLB_OK);
	for (i = 0; i < 3; i++)
		timer[i] = (struct maanedstimer){.maaned = {2026 * 12 + 1 + (int)i},
		    .akasse = f.akasse,
		    .timer_c = 16033,
		    .stempel = {tid(sagt[i]), S("x")}};
	samtale = (struct samtale){.type1 = 7,
	    .afholdt = tid("2026-04-01T14:00:00+02:00"),
	    .modtaget = PLB_TIME_UNSET,
	    .afholder = f.akasse,
	    .stempel = {tid("2026-04-01T15:00:00+02:00"), S("x")}};
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	plb_kalender_free(&regler.kalender);
	return 0;
}

static const char *
text(struct plb_buf *b)
{
	struct plb_slice s;

	plb_buf_u8(b, 0);
	assert_int_equal(plb_buf_done(b, &s), PLB_OK);
	return (const char *)s.p;
}

static void
siger(const char *navn, const char *ur, const char *json, const char *tekst,
    const char *regnestykke, const char *fakta)
{
	const struct plb_jv *data;
	struct plb_errctx ec = {{0}};
	struct forklaring ud;
	struct plb_arena a;
	struct navne n;
	struct forklar g = {&regler, &f, &n, &a};

	plb_arena_init(&a, 1 << 20);
	navne_init(&n, "config/koder");
	forklaring_init(&ud);
	assert_int_equal(plb_jv_parse(&a, S(json), &data, &ec), PLB_OK);
	assert_int_equal(forklar(&g, S(navn), tid(ur), data, &ud), PLB_OK);
	assert_string_equal(text(&ud.tekst), tekst);
	assert_string_equal(text(&ud.regnestykke), regnestykke);
	if (fakta != NULL)
		assert_string_equal(text(&ud.fakta), fakta);
	assert_in_range(ud.n_regler, 1, FORKLARING_REGLER);
	assert_non_null(forklar_regel(ud.regler[0]));
	forklaring_fini(&ud);
	navne_fini(&n);
	plb_arena_fini(&a);
}

#define FRA_TIL                                                                                    \
	"\"fraOrganisation\":\"akasse:hk\",\"tilOrganisation\":\"kommune:0461\","                  \
	"\"virkningsdato\":\"2026-05-01\""

static void
test_a_forecast_counts_what_was_known_then(void **state)
{
	(void)state;
	siger("handover-forventet", "2026-03-01T09:00:00+01:00",
	    "{\"forventetVirkningsdato\":\"2026-05-01\",\"graense\":410.0,\"pakkefrist\":\"2026-04-"
	    "24T23:59:59+02:00\"}",
	    "Ansvaret ventes at gå over til kommunen 1. maj 2026.",
	    "160,33 (februar 2026) + 160,33 (marts 2026, ventet) + 160,33 (april 2026, ventet) = "
	    "480,99 timer er mere end 410,00; målt ved udgangen af april 2026; "
	    "pakkefrist: fem arbejdsdage før, 24. april 2026 kl. 23:59:59",
	    "tilmeldt 1. februar 2026, fuldtidsforsikret\n160,33 timer for februar 2026, meldt af "
	    "HK/Danmarks A-kasse 27. februar 2026 kl. 10.00\n");
}

static void
test_a_forecast_that_was_corrected_since_says_so(void **state)
{
	(void)state;
	siger("handover-forventet", "2026-02-01T09:00:00+01:00",
	    "{\"forventetVirkningsdato\":\"2026-06-01\",\"graense\":410.0,\"pakkefrist\":\"2026-05-"
	    "21T23:59:59+02:00\"}",
	    "Ansvaret ventes at gå over til kommunen 1. juni 2026.",
	    "160,33 (februar 2026, ventet) + 160,33 (marts 2026, ventet) + 160,33 (april 2026, "
	    "ventet) = 480,99 timer er mere end 410,00; målt ved udgangen af april 2026 "
	    "(grundlaget er rettet siden); pakkefrist: fem arbejdsdage før, 22. maj 2026 kl. "
	    "23:59:59; lukket: 25. maj 2026 (hændelsen sagde 21. maj 2026 kl. 23:59:59; "
	    "grundlaget er rettet siden)",
	    NULL);
}

static void
test_handover_by_hours(void **state)
{
	(void)state;
	siger("handover-due", "2026-05-01T00:00:00+02:00",
	    "{\"aarsag\":\"timer\",\"graense\":410.0," FRA_TIL
	    ",\"mangler\":[{\"art\":\"referat\",\"frist\":\"2026-04-07T23:59:59+02:00\"}]}",
	    "Ansvaret går over fra HK/Danmarks A-kasse til Odense Kommune 1. maj 2026, fordi de "
	    "udbetalte timer har passeret grænsen. Der mangler: et referat (frist 7. april 2026 "
	    "kl. 23:59:59).",
	    "160,33 (februar 2026) + 160,33 (marts 2026) + 160,33 (april 2026) = 480,99 timer er "
	    "mere end 410,00; målt ved udgangen af april 2026; ansvaret går over den "
	    "første i måneden efter, 1. maj 2026",
	    NULL);
}

static void
test_other_causes_of_a_handover(void **state)
{
	(void)state;
	siger("handover-due", "2026-05-01T00:00:00+02:00",
	    "{\"aarsag\":\"udtraadt-forsoeg\"," FRA_TIL ",\"mangler\":[]}",
	    "Ansvaret går over fra HK/Danmarks A-kasse til Odense Kommune 1. maj 2026, fordi "
	    "borgeren ikke længere er omfattet af forsøget.",
	    "", NULL);
	regler.r[0].maaneder = 4;
	siger("handover-due", "2026-06-01T00:00:00+02:00",
	    "{\"aarsag\":\"maaneder\"," FRA_TIL ",\"mangler\":[]}",
	    "Ansvaret går over fra HK/Danmarks A-kasse til Odense Kommune 1. maj 2026, fordi "
	    "a-kassens måneder er gået.",
	    "1. februar 2026 + 4 måneder = 1. juni 2026", NULL);
}

static void
test_deadlines_name_the_days_that_are_closed(void **state)
{
	char json[100], id[PLB_UUID_TEXT];

	(void)state;
	snprintf(json, sizeof(json),
	    "{\"samtaleId\":\"%s\",\"frist\":\"2026-04-07T23:59:59+02:00\"}",
	    plb_uuid_text(samtale.id, id));
	siger("referat-mangler", "2026-04-07T23:59:59+02:00", json,
	    "Referatet af en samtale er ikke kommet til tiden.",
	    "én arbejdsdag efter 1. april 2026: 7. april 2026 kl. 23:59:59; lukket: 2. april 2026, "
	    "3. april 2026 og 6. april 2026",
	    "samtalen blev holdt 1. april 2026 kl. 14.00 af HK/Danmarks A-kasse\n");
	siger("handover-overskredet", "2026-05-13T09:00:00+02:00",
	    "{\"haardtStop\":\"2026-05-19T09:00:00+02:00\",\"mangler\":[]}",
	    "Overdragelsen skal være på plads ved det hårde stop 19. maj 2026 kl. 09.00.",
	    "tre arbejdsdage før det hårde stop: 13. maj 2026 kl. 09.00; lukket: 14. maj 2026", "");
	siger("timer-mangler", "2026-03-06T23:59:59+01:00", "{\"dagpengemaaned\":\"2026-02\"}",
	    "Timerne for februar 2026 er ikke meldt.",
	    "fem arbejdsdage efter 28. februar 2026: 6. marts 2026 kl. 23:59:59", "");
	siger("samtale-mangler", "2026-02-15T23:59:59+01:00",
	    "{\"frist\":\"2026-02-15T23:59:59+01:00\"}",
	    "Den første samtale er ikke holdt inden for fristen.",
	    "1. februar 2026 + 14 dage = 15. februar 2026 kl. 23:59:59", NULL);
}

static void
test_the_end_of_a_handover(void **state)
{
	(void)state;
	siger("handover-gennemfoert", "2026-05-10T00:00:00+02:00",
	    "{\"rettidig\":false,\"forsinkelseAarsag\":\"modtager\",\"mangler\":[]}",
	    "Overdragelsen er gennemført, men ikke til tiden (forsinkelsen ligger hos modtageren).",
	    "", NULL);
	siger("handover-aflyst", "2026-05-10T00:00:00+02:00", "{\"aarsag\":\"skift\"}",
	    "Overdragelsen bliver ikke til noget: borgeren er gået over til en anden a-kasse.", "",
	    NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_forecast_counts_what_was_known_then, op, ned),
	    cmocka_unit_test_setup_teardown(
		test_a_forecast_that_was_corrected_since_says_so, op, ned),
	    cmocka_unit_test_setup_teardown(test_handover_by_hours, op, ned),
	    cmocka_unit_test_setup_teardown(test_other_causes_of_a_handover, op, ned),
	    cmocka_unit_test_setup_teardown(test_deadlines_name_the_days_that_are_closed, op, ned),
	    cmocka_unit_test_setup_teardown(test_the_end_of_a_handover, op, ned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
