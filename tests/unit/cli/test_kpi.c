// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include <stdlib.h>
#include <string.h>

#include "kpi.h"

static struct plb_uuid
id(uint8_t n)
{
	return (struct plb_uuid){{n}};
}

static struct plb_time
kl(const char *text)
{
	struct plb_time t;

	assert_int_equal(plb_time_parse(plb_slice_str(text), &t), PLB_OK);
	return t;
}

static void
sted(struct kpi *k, uint8_t forloeb, const char *akasse, const char *kommune)
{
	struct plb_uuid f = id(forloeb);

	assert_int_equal(kpi_sted(k, &f, plb_slice_str(akasse), plb_slice_str(kommune)), PLB_OK);
}

static void
ting(struct kpi *k, enum kpi_art art, uint8_t n, uint8_t forloeb, const char *tid, bool sen,
    int aarsag)
{
	struct plb_uuid i = id(n), f = id(forloeb);

	assert_int_equal(kpi_ting(k, art, &i, &f, kl(tid), sen, aarsag), PLB_OK);
}

static void
says(const struct kpi *k, bool json, const char *want)
{
	struct plb_slice s;
	struct plb_buf b;

	plb_buf_init(&b, 1u << 16);
	assert_int_equal(kpi_skriv(k, json, &b), PLB_OK);
	assert_int_equal(plb_buf_done(&b, &s), PLB_OK);
	assert_int_equal(s.len, strlen(want));
	assert_memory_equal(s.p, want, s.len);
	plb_buf_fini(&b);
}

#define NUL ",\"foersteSamtaler\":{\"antal\":0,\"rettidige\":0}"
#define INTET ",\"referater\":{\"antal\":0,\"rettidige\":0}"

/* Copenhagen's month; a thing told twice counts once; late stays late, in the month of its
 * deadline; places as told last. */
static void
what_is_counted(void **state)
{
	struct kpi k;

	(void)state;
	kpi_init(&k);
	says(&k, true, "{\"maaneder\":[]}\n");
	says(&k, false, "none\n");
	sted(&k, 1, "3f", "0101");
	sted(&k, 1, "hk", "0461");
	sted(&k, 2, "hk", "0461");
	ting(&k, KPI_REFERAT, 10, 1, "2024-03-31T23:30:00+02:00", false, -1);
	ting(&k, KPI_REFERAT, 10, 1, "2024-04-02T12:00:00+02:00", false, -1); /* a second version */
	ting(&k, KPI_REFERAT, 11, 2, "2024-04-01T00:30:00+02:00", false, -1);
	ting(&k, KPI_REFERAT, 11, 2, "2024-03-28T23:59:59+01:00", true, -1);
	ting(&k, KPI_REFERAT, 11, 2, "2024-05-01T00:00:00+02:00", false, -1);
	ting(&k, KPI_OVERDRAGELSE, 1, 1, "2024-04-10T12:00:00+02:00", true, 2);
	ting(&k, KPI_OVERDRAGELSE, 2, 2, "2024-04-11T12:00:00+02:00", false, -1);
	ting(&k, KPI_SAMTALE, 3, 3, "2024-04-11T12:00:00+02:00", false,
	    -1); /* of a course that nobody has placed */
	says(&k, true,
	    "{\"maaneder\":[{\"maaned\":\"2024-03\",\"akasse\":\"hk\",\"kommune\":\"0461\"" NUL
	    ",\"referater\":{\"antal\":2,\"rettidige\":1},"
	    "\"overdragelser\":{\"antal\":0,\"rettidige\":0,\"forsinket\":{\"afsender\":0,"
	    "\"parloeb\":0,\"modtager\":0}}},"
	    "{\"maaned\":\"2024-04\",\"akasse\":\"?\",\"kommune\":\"?\",\"foersteSamtaler\":{"
	    "\"antal\":1,\"rettidige\":1}" INTET
	    ",\"overdragelser\":{\"antal\":0,\"rettidige\":0,\"forsinket\":{\"afsender\":0,"
	    "\"parloeb\":0,\"modtager\":0}}},"
	    "{\"maaned\":\"2024-04\",\"akasse\":\"hk\",\"kommune\":\"0461\"" NUL INTET
	    ",\"overdragelser\":{\"antal\":2,\"rettidige\":1,\"forsinket\":{\"afsender\":0,"
	    "\"parloeb\":0,\"modtager\":1}}}]}\n");
	kpi_fini(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_counted)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
