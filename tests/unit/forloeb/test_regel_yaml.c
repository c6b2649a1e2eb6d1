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
#include <unistd.h>

#define KODER PLB_SOURCE_DIR "/config/koder"

static char mappe[64], lab[8192];

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
	(void)unlink(path);
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
	return 0;
}

static int
ned(void **state)
{
	(void)state;
	slet("a.yaml");
	slet("b.yaml");
	return rmdir(mappe);
}

/* The text of lab-2024 with one part replaced; in static memory. */
static const char *
med(const char *fra, const char *til)
{
	static char ud[8400];
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
	assert_int_equal(r->version, 1);
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

static void
every_fault_has_its_place(void **state)
{
	(void)state;
	fejler(med("version: 1", "version: 1\nversjon: 2"), NULL, "a.yaml:6:1");
	fejler(med("fuldtid: 410.00", "fuldtid: mange"), NULL, "a.yaml:10:");
	fejler(med("fuldtid: 410.00", "fuldtid: 0"), NULL, "hours above 0");
	fejler(med("deling: pakkefrist", "deling: aldrig"), NULL, "a.yaml:20:");
	fejler(med("til: 2026-06-30", "til: 2023-06-30"), NULL, "not before fra");
	fejler(med("[10, 7], ", "[10, 7, 3], "), NULL, "pairs of conversation types");
	fejler(
	    med("id: lab-2024", "id: en-meget-lang-id-som-ingen-i-hele-verden-kan-huske-i-morgen"),
	    NULL, "id: 1 to 50");
	fejler(med("referat_frist_arbejdsdage: 1\n", ""), NULL, "referat_frist_arbejdsdage");
	fejler(med("forvarsel: registrering", "forvarsel: -1"), NULL, "a.yaml:18:");
	fejler(med("akasser: alle", "akasser: hk"), NULL, "a.yaml:7:");
	fejler("", NULL, "id");
	fejler("[", NULL, "a.yaml");
}

static void
two_rule_sets_do_not_share_a_day(void **state)
{
	static char b[8400];

	(void)state;
	snprintf(b, sizeof(b), "%s", med("id: lab-2024", "id: lab-anden"));
	fejler(lab, b, "b.yaml:1:1");
	fejler(lab, lab, "another rule set already");
}

static void
days_that_follow_are_two_rule_sets(void **state)
{
	struct plb_faults f;
	struct regler *r;
	static char b[8400];
	char *p;

	(void)state;
	snprintf(
	    b, sizeof(b), "%s", med("{fra: 2024-01-01, til: 2026-06-30}", "{fra: 2026-07-01}"));
	p = strstr(b, "id: lab-2024");
	assert_non_null(p);
	memcpy(p, "id: lab-2026", 12);
	skriv("a.yaml", lab);
	skriv("b.yaml", b);
	plb_faults_init(&f);
	r = regel_yaml_load(mappe, KODER, &f);
	if (r == NULL)
		fail_msg("%s", f.text);
	assert_int_equal(r->n, 2);
	assert_false(plb_dato_set(regel_find(r, plb_slice_str("lab-2026"))->til));
	regel_yaml_free(&r);
	plb_faults_fini(&f);
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
	    cmocka_unit_test(two_rule_sets_do_not_share_a_day),
	    cmocka_unit_test(days_that_follow_are_two_rule_sets),
	    cmocka_unit_test(no_rule_sets_and_no_calendar_are_faults),
	};

	return cmocka_run_group_tests(tests, op, ned);
}
