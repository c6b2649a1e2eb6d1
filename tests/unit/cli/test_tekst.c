// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include <dirent.h>
#include <stdio.h>

#include "tekst.h"

static struct navne navne;
static struct plb_buf out;
static struct plb_arena arena;

static int
setup(void **state)
{
	(void)state;
	navne_init(&navne, "config/koder");
	plb_buf_init(&out, 65536);
	plb_arena_init(&arena, 1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	navne_fini(&navne);
	plb_buf_fini(&out);
	plb_arena_fini(&arena);
	return 0;
}

static const char *
text(void)
{
	struct plb_slice s;

	plb_buf_u8(&out, 0);
	assert_int_equal(plb_buf_done(&out, &s), PLB_OK);
	return (const char *)s.p;
}

static void
says(const char *navn, const char *json, const char *expected)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *data = NULL;

	plb_buf_reset(&out);
	plb_arena_reset(&arena);
	if (json != NULL)
		assert_int_equal(plb_jv_parse(&arena, S(json), &data, &ec), PLB_OK);
	tekst_haendelse(&navne, S(navn), data, &out);
	assert_string_equal(text(), expected);
}

static void
test_sentences(void **state)
{
	(void)state;
	says("timer-indberettet", "{\"dagpengemaaned\":\"2024-05\",\"udbetalteTimer\":160.33}",
	    "indberettede 160,33 dagpengetimer for maj 2024");
	says("timer-indberettet", "{\"dagpengemaaned\":\"2024-12\",\"udbetalteTimer\":100}",
	    "indberettede 100 dagpengetimer for december 2024");
	says("samtale-held", "{\"samtaletyper\":[7,17],\"afholdt\":\"2024-05-13T09:30:00+02:00\"}",
	    "holdt samtale (Jobsamtale + Fælles jobsamtale med dagpengemodtager) 13.05.2024 kl. "
	    "09.30");
	says("handover-due",
	    "{\"fraOrganisation\":\"akasse:hk\",\"tilOrganisation\":\"kommune:0461\","
	    "\"virkningsdato\":\"2024-06-01\",\"timer\":480.99,\"graense\":410}",
	    "overdrog ansvaret fra HK/Danmarks A-kasse til Odense Kommune fra 01.06.2024 (480,99 "
	    "timer; grænsen er 410)");
	says("handover-gennemfoert",
	    "{\"gennemfoert\":\"2024-06-01T12:00:00+02:00\",\"rettidig\":true}",
	    "gennemførte overdragelsen 01.06.2024 kl. 12.00 (rettidig: ja)");
}

static void
test_optional_parts(void **state)
{
	(void)state;
	says("handover-due",
	    "{\"fraOrganisation\":\"akasse:hk\",\"tilOrganisation\":\"kommune:0461\","
	    "\"virkningsdato\":\"2024-06-01\",\"graense\":410}",
	    "overdrog ansvaret fra HK/Danmarks A-kasse til Odense Kommune fra 01.06.2024");
	says("raadighed-vurderet", "{\"til\":\"2024-06-01\"}",
	    "vurderede rådigheden til 01.06.2024");
	says("raadighed-vurderet", NULL, "vurderede rådigheden");
}

static void
test_unknown_type(void **state)
{
	(void)state;
	says("noget-nyt", NULL, "sendte noget-nyt");
	says("noget\x1b[31m", NULL, "sendte noget?[31m");
}

/* Whoever puts a CPR number where none belongs: it is not shown. */
static void
test_cpr_is_masked(void **state)
{
	(void)state;
	says("joblog-status", "{\"status\":\"0101901234\"}", "meldte joblog: xxxxxxxxxx");
	plb_buf_reset(&out);
	tekst_fremmed(S("ring 010190-1234\nnu"), &out);
	assert_null(strstr(text(), "1234"));
}

static void
test_times(void **state)
{
	struct plb_time t;

	(void)state;
	assert_int_equal(plb_time_parse(S("2024-05-27T21:59:59Z"), &t), PLB_OK);
	plb_buf_reset(&out);
	tekst_tid(t, &out);
	assert_string_equal(text(), "27.05.2024 kl. 23.59");
}

static void
test_words(void **state)
{
	(void)state;
	assert_string_equal(tekst_trin(S("haandteret")), "håndteret hos modtageren");
	assert_string_equal(tekst_trin(S("x")), "ukendt trin");
	assert_string_equal(
	    tekst_fejl(S("ukendt")), "det, som hændelsen henviser til, kendes ikke");
	assert_null(tekst_fejl(S("x")));
}

/* A new event type needs its words: every schema that is an event has a sentence. */
static void
test_every_event_has_words(void **state)
{
	static const char *const INSIDE[] = {"dispatch-endepunkt", "dispatch-levering",
	    "dispatch-markoer", "dispatch-overloeb", "dispatch-sftp", "forloeb-gemt",
	    "forloeb-tilstand", "identitet", "kommando", "kvittering", "levering-status", "markoer",
	    "revision", "sftp-bestilt", NULL};
	struct dirent *e;
	DIR *d = opendir("schemas");
	size_t seen = 0, i;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || strchr(e->d_name, '.') != NULL)
			continue;
		for (i = 0; INSIDE[i] != NULL && strcmp(INSIDE[i], e->d_name) != 0; i++)
			;
		if (INSIDE[i] != NULL)
			continue;
		plb_buf_reset(&out);
		tekst_haendelse(&navne, S(e->d_name), NULL, &out);
		if (strncmp(text(), "sendte ", 7) == 0 && strstr(text(), e->d_name) != NULL)
			fail_msg("no words for %s", e->d_name);
		seen++;
	}
	closedir(d);
	assert_true(seen > 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sentences),
	    cmocka_unit_test(test_optional_parts),
	    cmocka_unit_test(test_unknown_type),
	    cmocka_unit_test(test_cpr_is_masked),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_every_event_has_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
