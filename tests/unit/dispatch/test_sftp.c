// SPDX-License-Identifier: MPL-2.0
/* The pure parts of the nightly file: lines of an acknowledgement file, names, times. */
#include "sftp_kvit.h"
#include "sftp_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define ID "bcaaaa79-32e7-5414-980f-75d2cb725e15"

static void
linjer(void **state)
{
	static const struct {
		const char *linje;
		enum sftp_kvit_regel regel;
		int status;
		const char *aarsag;
	} tabel[] = {
	    {ID ";haandteret", SFTP_KVIT_OK, KVIT_HAANDTERET, ""},
	    {ID ";haandteret;", SFTP_KVIT_OK, KVIT_HAANDTERET, ""},
	    {ID ";afvist-midlertidigt", SFTP_KVIT_OK, KVIT_AFVIST_MIDLERTIDIGT, ""},
	    {ID ";afvist-endeligt;kender ikke \xc3\xa6", SFTP_KVIT_OK, KVIT_AFVIST_ENDELIGT,
		"kender ikke \xc3\xa6"},
	    {ID ";slettet", SFTP_KVIT_OK, KVIT_SLETTET, ""},
	    {"\xef\xbb\xbf" ID ";slettet", SFTP_KVIT_OK, KVIT_SLETTET, ""},
	    {"", SFTP_KVIT_TOM, 0, NULL},
	    {"leveringid;status;aarsag", SFTP_KVIT_TOM, 0, NULL},
	    {"\xef\xbb\xbfleveringid;status", SFTP_KVIT_TOM, 0, NULL},
	    {ID, SFTP_KVIT_FELTER, 0, NULL},
	    {ID ";slettet;a;b", SFTP_KVIT_FELTER, 0, NULL},
	    {"x;slettet", SFTP_KVIT_ID, 0, NULL},
	    {"BCAAAA79-32e7-5414-980f-75d2cb725e15;slettet", SFTP_KVIT_ID, 0, NULL},
	    {ID ";", SFTP_KVIT_STATUS, 0, NULL},
	    {ID ";Slettet", SFTP_KVIT_STATUS, 0, NULL},
	    {ID ";leveret", SFTP_KVIT_STATUS, 0, NULL},
	    {ID ";slettet;cpr 0101011234", SFTP_KVIT_TEKST, 0, NULL},
	    {ID ";slettet;\xff", SFTP_KVIT_TEKST, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tabel) / sizeof(tabel[0]); i++) {
		struct sftp_kvit k;

		assert_int_equal(sftp_kvit_laes(plb_slice_str(tabel[i].linje), &k), tabel[i].regel);
		if (tabel[i].regel != SFTP_KVIT_OK)
			continue;
		assert_int_equal(k.status, tabel[i].status);
		assert_true(plb_slice_is(k.aarsag, tabel[i].aarsag));
	}
	for (int r = SFTP_KVIT_FELTER; r < SFTP_KVIT_REGLER; r++)
		assert_true(strlen(sftp_kvit_regel_navn((enum sftp_kvit_regel)r)) > 10);
}

static void
for_lang_aarsag(void **state)
{
	char linje[sizeof(ID) + 600] = ID ";slettet;";
	size_t n = strlen(linje);
	struct sftp_kvit k;

	(void)state;
	memset(linje + n, 'a', SFTP_KVIT_AARSAG_MAX);
	assert_int_equal(
	    sftp_kvit_laes(plb_slice(linje, n + SFTP_KVIT_AARSAG_MAX), &k), SFTP_KVIT_OK);
	linje[n + SFTP_KVIT_AARSAG_MAX] = 'a';
	assert_int_equal(
	    sftp_kvit_laes(plb_slice(linje, n + SFTP_KVIT_AARSAG_MAX + 1), &k), SFTP_KVIT_TEKST);
}

static void
deles_i_linjer(void **state)
{
	struct plb_slice tekst = plb_slice_str("a\r\nb \n\n\nslut"), l;
	static const char *const ventet[] = {"a", "b", "", "", "slut"};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_true(sftp_kvit_linje(&tekst, &l));
		assert_true(plb_slice_is(l, ventet[i]));
	}
	assert_false(sftp_kvit_linje(&tekst, &l));
}

static void
navne(void **state)
{
	struct plb_org org = {"kommune:0461"};
	char navn[SFTP_NAVN];

	(void)state;
	assert_string_equal(
	    sftp_navn(&org, "2026-05-04", 1, navn), "parloeb-kommune-0461-2026-05-04-01.csv");
	assert_string_equal(
	    sftp_navn(&org, "2026-05-04", 123, navn), "parloeb-kommune-0461-2026-05-04-123.csv");
	assert_int_equal(sftp_nummer("2026-05-04", 3, "2026-05-04"), 4);
	assert_int_equal(sftp_nummer("2026-05-03", 3, "2026-05-04"), 1);
	assert_int_equal(sftp_nummer("", 0, "2026-05-04"), 1);
}

static void
er_naeste(const char *nu, int minut, const char *ventet)
{
	char tekst[PLB_TIME_TEXT];
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(nu), &t), PLB_OK);
	assert_string_equal(plb_time_text(sftp_naeste(minut, t), tekst), ventet);
}

/* Copenhagen's clock, also where it jumps. */
static void
tider(void **state)
{
	(void)state;
	er_naeste("2026-05-04T01:59:59+02:00", 120, "2026-05-04T02:00:00+02:00");
	er_naeste("2026-05-04T02:00:00+02:00", 120, "2026-05-05T02:00:00+02:00");
	er_naeste("2026-12-31T23:30:00+01:00", 0, "2027-01-01T00:00:00+01:00");
	/* There is no half past two in that night: the clock goes forward. */
	er_naeste("2026-03-28T12:00:00+01:00", 150, "2026-03-29T03:30:00+02:00");
	/* It comes twice in that one, and the file once. */
	er_naeste("2026-10-24T12:00:00+02:00", 150, "2026-10-25T02:30:00+02:00");
	er_naeste("2026-10-25T02:30:00+02:00", 150, "2026-10-26T02:30:00+01:00");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(linjer),
	    cmocka_unit_test(for_lang_aarsag),
	    cmocka_unit_test(deles_i_linjer),
	    cmocka_unit_test(navne),
	    cmocka_unit_test(tider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
