// SPDX-License-Identifier: MPL-2.0
/* Rule sets from YAML: the shipped ones as they are, and every fault with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "regel_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KODER PLB_SOURCE_DIR "/config/koder"

static char mappe[64], aftaler[80], lab[16384];

static void
skriv(const char *navn, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", mappe, navn);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
slet(const char *navn)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", mappe, navn);
	(void)remove(path);
}

static int
op(void **state)
{
	FILE *f = fopen(PLB_SOURCE_DIR "/config/regler/lab-2024.yaml", "r");
	size_t n;

	(void)state;
	assert_non_null(f);
	n = fread(lab, 1, sizeof(lab) - 1, f);
	lab[n] = '\0';
	fclose(f);
	strcpy(mappe, "/tmp/plb-regler-XXXXXX");
	assert_non_null(mkdtemp(mappe));
	strcpy(aftaler, mappe);
	strcat(aftaler, "/aftaler");
	assert_int_equal(mkdir(aftaler, 0700), 0);
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	slet("a.yaml");
	slet("b.yaml");
	slet("aftaler/a.yaml");
	slet("aftaler/b.yaml");
	slet("aftaler");
	return rmdir(mappe);
}

/* The text of lab-2024 with one part replaced; in static memory. */
static const char *
med(const char *fra, const char *til)
{
	static char ud[17000];
	const char *p = strstr(lab, fra);

	assert_non_null(p);
	snprintf(ud, sizeof(ud), "%.*s%s%s", (int)(p - lab), lab, til, p + strlen(fra));
	return ud;
}

static void
fejler(const char *a, const char *b, const char *forventet)
{
	struct plb_faults f;
	struct regler *r;

	skriv("a.yaml", a);
	slet("b.yaml");
	if (b != NULL)
		skriv("b.yaml", b);
	plb_faults_init(&f);
	r = regel_yaml_load(mappe, KODER, &f);
	assert_null(r);
	if (f.text == NULL || strstr(f.text, forventet) == NULL)
		fail_msg("expected \"%s\" in: %s", forventet, f.text == NULL ? "" : f.text);
	plb_faults_fini(&f);
}

static void
shipped_rule_sets_are_read_whole(void **state)
{
	struct plb_faults f;
	struct regler *rr;
	const struct regelsaet *r;

	(void)state;
	plb_faults_init(&f);
	rr = regel_yaml_load(PLB_SOURCE_DIR "/config/regler", KODER, &f);
	if (rr == NULL)
		fail_msg("%s", f.text);
	r = regel_find(rr, plb_slice_str("lab-2024"));
	assert_non_null(r);
	assert_true(r->overdragelse);
	assert_int_equal(r->version, 2);
	assert_int_equal(r->graense_c[KATEGORI_FULDTID], 41000);
	assert_int_equal(r->graense_c[KATEGORI_DELTID], 33300);
	assert_int_equal(r->norm_c[KATEGORI_FULDTID], 16033);
	assert_int_equal(r->norm_c[KATEGORI_DELTID], 13000);
	assert_int_equal(r->foerste_samtale_dage, 14);
	assert_int_equal(r->n_sammen, 4);
	assert_true(regel_maa_sammenlaegges(r, 17, 15));
	assert_int_equal(r->forvarsel_arbejdsdage, -1);
	assert_int_equal(r->deling, DELING_PAKKEFRIST);
	assert_int_equal(r->pakkefrist_arbejdsdage, 5);
	assert_int_equal(r->referat_frist_arbejdsdage, 1);
	assert_int_equal(r->haardt_stop_arbejdsdage, 10);
	assert_int_equal(r->overskredet_arbejdsdage, 3);
	assert_non_null(rr->kalender);
	regel_yaml_free(&rr);
	plb_faults_fini(&f);
}

/* "a.yaml:<line of this text in lab-2024>:" */
static const char *
sted(const char *text)
{
	static char ud[32];
	const char *p = strstr(lab, text), *c;
	int linje = 1;

	assert_non_null(p);
	for (c = lab; c < p; c++)
		linje += *c == '\n';
	snprintf(ud, sizeof(ud), "a.yaml:%d:", linje);
	return ud;
}

static void
every_fault_has_its_place(void **state)
{
	static const struct {
		const char *fra, *til, *fejl; /* fejl NULL: the place is what matters */
	} f[] = {
	    {"fuldtid: 410.00", "fuldtid: mange", NULL},
	    {"fuldtid: 410.00", "fuldtid: 0", "hours above 0"},
	    {"deling: pakkefrist", "deling: aldrig", NULL},
	    {"til: 2026-06-30", "til: 2023-06-30", "not before fra"},
	    {"[10, 7], ", "[10, 7, 15], ", "at most 2 items"},
	    {"[10, 7], ", "[10], ", "pairs of two"},
	    {"[10, 7], ", "[10, 4711], ", "no conversation type has this number"},
	    {"forvarsel: registrering", "forvarsel: -1", NULL},
	    {"omfang: {akasser: alle", "omfang: {akasser: [hk, ukendt]",
		"no a-kasse has this code"},
	    {"kommuner: alle", "kommuner: [\"0999\"]", "no kommune has this code"},
	    {"kommuner: alle", "kommuner: 0101", "a list expected"},
	    {"ansvarlig: {foerst: akasse", "ansvarlig: {foerst: kommune", "follows an a-kasse"},
	    {"valg: [kommune, aktoer]", "valg: []", "at least one word"},
	    {"taeller_ikke: []", "taeller_ikke: [{fra: 2021-06, til: 2021-01}]", "1 to 60 months"},
	    {"taeller_ikke: []", "taeller_ikke: [{fra: 2021-13, til: 2022-01}]", "YYYY-MM"},
	    {"typer: [7, 10, 17], moedeformer", "typer: [], moedeformer", "at least one"},
	    {"moedeformer: [personligt]}", "moedeformer: [brevdue]}", NULL},
	    {"inden_maaneder: 3, fritages", "inden_maaneder: 0, fritages", "out of range"},
	    {"efter_maaneder: 3, inden", "efter_maaneder: 6, inden", "window ends before"},
	    {"kvote: ingen", "kvote: {procent: 80, fritagelse_procent: 25}", "more than 100"},
	    {"faelles_referat_arbejdsdage: ingen", "faelles_referat_arbejdsdage: 0",
		"out of range"},
	    {"faelles: fravalg", "faelles: aldrig", NULL},
	    {"pakkefrist_arbejdsdage: 5", "pakkefrist_arbejdsdage: 251", "out of range"},
	    {"  deling: \"aftalt\"", "  deling: \"\"", "a source expected"},
	    {"  deling: \"aftalt\"", "  deling: \"aftalt\"\n  delinger: \"x\"", "delinger"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(f) / sizeof(f[0]); i++)
		fejler(
		    med(f[i].fra, f[i].til), NULL, f[i].fejl != NULL ? f[i].fejl : sted(f[i].fra));
	fejler(med("version: 2", "versjon: 2"), NULL, sted("version: 2"));
	fejler(
	    med("id: lab-2024", "id: en-meget-lang-id-som-ingen-i-hele-verden-kan-huske-i-morgen"),
	    NULL, "id: 1 to 50");
	fejler(med("referat_frist_arbejdsdage: 1\n", ""), NULL, "referat_frist_arbejdsdage");
	fejler(med("  udtraeder: \"aftalt\"\n", ""), NULL, "udtraeder");
	fejler(
	    med("graense: {fuldtid: 410.00, deltid: 333.00, test: stoerre-end}", "graense: ingen"),
	    NULL, "`ingen` where nothing is handed over");
	fejler(med("maanedsnorm: {fuldtid: 160.33, deltid: 130.00}", "maanedsnorm: ingen"), NULL,
	    "hours of a month");
	fejler("", NULL, "id");
	fejler("[", NULL, "a.yaml");
}

/* lab-2024 as another rule set, with two parts replaced; in static memory. */
static const char *
anden(const char *fra, const char *til)
{
	static char ud[17000];
	char *p;

	snprintf(ud, sizeof(ud), "%s", med(fra, til));
	p = strstr(ud, "id: lab-2024");
	assert_non_null(p);
	memcpy(p, "id: lab-2026", 12);
	return ud;
}

#define GYLDIG_24 "{fra: 2024-01-01, til: 2026-06-30}"
#define ALLE "{akasser: alle, kommuner: alle}"

static struct regler *
holder(const char *a, const char *b)
{
	struct plb_faults f;
	struct regler *r;

	skriv("a.yaml", a);
	slet("b.yaml");
	if (b != NULL)
		skriv("b.yaml", b);
	plb_faults_init(&f);
	r = regel_yaml_load(mappe, KODER, &f);
	if (r == NULL)
		fail_msg("%s", f.text);
	plb_faults_fini(&f);
	return r;
}

static void
two_rule_sets_of_equal_scope_do_not_share_a_day(void **state)
{
	(void)state;
	fejler(lab, anden(GYLDIG_24, "{fra: 2026-06-30}"),
	    "b.yaml:1:1: omfang: from 2026-06-30 to 2026-06-30 \"lab-2024\"");
	fejler(lab, lab, "another rule set already");
	/* One names an a-kasse, the other a kommune: neither is narrower for hk in 0101. */
	fejler(med(ALLE, "{akasser: [hk], kommuner: alle}"),
	    anden(ALLE, "{akasser: alle, kommuner: [\"0101\"]}"),
	    "is for akasse:hk in kommune:0101 too");
}

static void
a_day_or_an_organisation_without_rules_is_a_gap(void **state)
{
	(void)state;
	fejler(lab, anden(GYLDIG_24, "{fra: 2026-07-02}"),
	    "gyldig: from 2026-07-01 to 2026-07-01 no rule set is for every other a-kasse");
	fejler(med(ALLE, "{akasser: [hk], kommuner: alle}"), NULL,
	    "from 2024-01-01 to 2026-06-30 no rule set is for every other a-kasse");
	fejler(lab,
	    anden(GYLDIG_24 "\nomfang: " ALLE,
		"{fra: 2026-07-01}\nomfang: {akasser: alle, kommuner: [\"0101\"]}"),
	    "from 2026-07-01 to the end no rule set is for every other a-kasse in every other "
	    "kommune");
}

static void
days_that_follow_are_two_rule_sets(void **state)
{
	struct regler *r = holder(lab, anden(GYLDIG_24, "{fra: 2026-07-01}"));

	(void)state;
	assert_int_equal(r->n, 2);
	assert_false(plb_dato_set(regel_find(r, plb_slice_str("lab-2026"))->til));
	regel_yaml_free(&r);
}

static void
the_narrower_scope_wins(void **state)
{
	struct regler *r = holder(lab,
	    anden(ALLE,
		"[{akasser: [hk, foa], kommuner: [\"0101\", \"0461\"]}, {akasser: [3f], kommuner: "
		"[\"0101\"]}]"));
	struct plb_dato d;
	struct plb_org hk = plb_org_make(PLB_ORG_AKASSE, plb_slice_str("hk")),
		       f3 = plb_org_make(PLB_ORG_AKASSE, plb_slice_str("3f")),
		       odense = plb_org_make(PLB_ORG_KOMMUNE, plb_slice_str("0461")),
		       aarhus = plb_org_make(PLB_ORG_KOMMUNE, plb_slice_str("0751"));

	(void)state;
	assert_int_equal(plb_dato_parse(plb_slice_str("2025-05-05"), &d), PLB_OK);
	assert_string_equal(regel_for(r, d, &hk, &odense)->id, "lab-2026");
	assert_string_equal(regel_for(r, d, &hk, &aarhus)->id, "lab-2024");
	assert_string_equal(regel_for(r, d, &f3, &odense)->id, "lab-2024");
	regel_yaml_free(&r);
}

/* ---- agreements ---- */

#define AFTALE                                                                                     \
	"id: hk-kbh\nparter: {akasse: hk, kommune: \"0101\"}\ngyldig: {fra: 2024-06-01}\n"         \
	"opsigelse: {varsel_maaneder: 1, opsagt: 2025-01-31}\nregelsaet: [lab-2024]\n"             \
	"parametre: {faelles_referat_arbejdsdage: 3}\nkilder: {faelles_referat_arbejdsdage: "      \
	"aftale}\n"

static void
aftale_fejler(const char *fra, const char *til, const char *forventet)
{
	static char ud[2000];
	const char *p = strstr(AFTALE, fra);

	assert_non_null(p);
	snprintf(ud, sizeof(ud), "%.*s%s%s", (int)(p - AFTALE), AFTALE, til, p + strlen(fra));
	skriv("aftaler/a.yaml", ud);
	fejler(lab, NULL, forventet);
}

static const struct regelsaet *
regler_for(const struct regler *r, const char *akasse, const char *kommune, const char *dato)
{
	struct forloeb f = {.regelsaet = plb_slice_str("lab-2024"),
	    .akasse = plb_org_make(PLB_ORG_AKASSE, plb_slice_str(akasse)),
	    .kommune = plb_org_make(PLB_ORG_KOMMUNE, plb_slice_str(kommune))};

	assert_int_equal(plb_dato_parse(plb_slice_str(dato), &f.tilmeldingsdato), PLB_OK);
	return regel_forloeb(r, &f);
}

static void
an_agreement_lies_over_the_rule_set_of_its_parties(void **state)
{
	struct regler *r;

	(void)state;
	skriv("aftaler/a.yaml", AFTALE);
	r = holder(lab, NULL);
	assert_int_equal(regler_for(r, "hk", "0101", "2024-06-01")->faelles_referat_arbejdsdage, 3);
	assert_string_equal(regler_for(r, "hk", "0101", "2024-06-01")->id, "lab-2024");
	assert_string_equal(
	    regler_for(r, "hk", "0101", "2024-06-01")->kilde[REGEL_FAELLES_REFERAT], "aftale");
	assert_int_equal(regler_for(r, "hk", "0101", "2024-05-31")->faelles_referat_arbejdsdage, 0);
	/* Notice given on 31 January: the last day is 28 February. */
	assert_int_equal(regler_for(r, "hk", "0101", "2025-02-28")->faelles_referat_arbejdsdage, 3);
	assert_int_equal(regler_for(r, "hk", "0101", "2025-03-01")->faelles_referat_arbejdsdage, 0);
	assert_int_equal(regler_for(r, "hk", "0461", "2024-07-01")->faelles_referat_arbejdsdage, 0);
	assert_int_equal(
	    regler_for(r, "foa", "0101", "2024-07-01")->faelles_referat_arbejdsdage, 0);
	regel_yaml_free(&r);
	slet("aftaler/a.yaml");
}

static void
faults_of_agreements_have_their_place(void **state)
{
	(void)state;
	aftale_fejler("[lab-2024]", "[lab-2020]", "aftaler/a.yaml:5:13: no such rule set");
	aftale_fejler("akasse: hk", "akasse: hkk", "no a-kasse has this code");
	aftale_fejler(
	    "{faelles_referat_arbejdsdage: 3}", "{udtraeder: true}", "not for two parties");
	aftale_fejler("{faelles_referat_arbejdsdage: 3}", "{}", "changes nothing");
	aftale_fejler("{faelles_referat_arbejdsdage: 3}", "{faelles_referat: 3}", "unknown");
	aftale_fejler("{faelles_referat_arbejdsdage: aftale}", "{deling: aftale}", "is missing");
	aftale_fejler("opsagt: 2025-01-31", "opsagt: 2024-01-31", "end before it begins");
	skriv("aftaler/b.yaml", AFTALE);
	aftale_fejler("id: hk-kbh", "id: hk-igen", "\"hk-igen\" of the same parties");
	slet("aftaler/a.yaml");
	slet("aftaler/b.yaml");
}

static void
a_rule_set_that_is_gone_stops_the_reload(void **state)
{
	struct regler *gamle = holder(lab, anden(GYLDIG_24, "{fra: 2026-07-01}"));
	struct regler *nye = holder(lab, NULL);
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	assert_true(regel_yaml_afloeser(gamle, nye, mappe, &f));
	assert_false(regel_yaml_afloeser(nye, gamle, mappe, &f));
	assert_non_null(strstr(f.text, "\"lab-2026\" is gone"));
	plb_faults_fini(&f);
	regel_yaml_free(&gamle);
	regel_yaml_free(&nye);
}

static void
no_rule_sets_and_no_calendar_are_faults(void **state)
{
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	assert_null(regel_yaml_load("/tmp/plb-no-such-folder", mappe, &f));
	assert_non_null(strstr(f.text, "no rule sets here"));
	assert_non_null(strstr(f.text, "helligdage.csv"));
	plb_faults_fini(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shipped_rule_sets_are_read_whole),
	    cmocka_unit_test(every_fault_has_its_place),
	    cmocka_unit_test(two_rule_sets_of_equal_scope_do_not_share_a_day),
	    cmocka_unit_test(a_day_or_an_organisation_without_rules_is_a_gap),
	    cmocka_unit_test(the_narrower_scope_wins),
	    cmocka_unit_test(an_agreement_lies_over_the_rule_set_of_its_parties),
	    cmocka_unit_test(faults_of_agreements_have_their_place),
	    cmocka_unit_test(a_rule_set_that_is_gone_stops_the_reload),
	    cmocka_unit_test(days_that_follow_are_two_rule_sets),
	    cmocka_unit_test(no_rule_sets_and_no_calendar_are_faults),
	};

	return cmocka_run_group_tests(tests, op, ned);
}
