// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include "partner_proeve.h"

static enum proeve_udfald
judged(enum proeve_vil vil, enum plb_http_outcome outcome, int status, int64_t retry_after_ms,
    int64_t ms)
{
	struct plb_http_result r = {.outcome = outcome,
	    .status = status,
	    .retry_after_ms = retry_after_ms,
	    .duration_us = ms * 1000};
	struct proeve_svar s = {.status = -1};

	proeve_doem(vil, &r, &s);
	assert_int_equal(s.ms, ms);
	assert_int_equal(s.status, outcome == PLB_HTTP_ANSWER ? status : 0);
	return s.udfald;
}

static void
answers_are_judged(void **state)
{
	static const struct {
		enum proeve_vil vil;
		enum plb_http_outcome outcome;
		int status;
		int64_t retry_after_ms, ms;
		enum proeve_udfald want;
	} rows[] = {
	    {PROEVE_VIL_2XX, PLB_HTTP_ANSWER, 204, -1, 5, PROEVE_BESTAAET},
	    {PROEVE_VIL_2XX, PLB_HTTP_ANSWER, 404, -1, 5, PROEVE_FEJLET},
	    {PROEVE_VIL_2XX, PLB_HTTP_ANSWER, 302, -1, 5, PROEVE_FEJLET},
	    {PROEVE_VIL_2XX, PLB_HTTP_TIMEOUT, 0, -1, 15000, PROEVE_FEJLET},
	    {PROEVE_VIL_4XX, PLB_HTTP_ANSWER, 401, -1, 5, PROEVE_BESTAAET},
	    {PROEVE_VIL_4XX, PLB_HTTP_ANSWER, 200, -1, 5, PROEVE_FEJLET},
	    {PROEVE_VIL_4XX, PLB_HTTP_ANSWER, 500, -1, 5, PROEVE_FEJLET},
	    {PROEVE_VIL_410, PLB_HTTP_ANSWER, 410, -1, 5, PROEVE_BESTAAET},
	    {PROEVE_VIL_410, PLB_HTTP_ANSWER, 204, -1, 5, PROEVE_IKKE_UNDERSTOETTET},
	    {PROEVE_VIL_410, PLB_HTTP_ANSWER, 404, -1, 5, PROEVE_FEJLET},
	    {PROEVE_VIL_RETRY_AFTER, PLB_HTTP_ANSWER, 429, 7000, 5, PROEVE_BESTAAET},
	    {PROEVE_VIL_RETRY_AFTER, PLB_HTTP_ANSWER, 429, -1, 5, PROEVE_FEJLET},
	    {PROEVE_VIL_LANGSOM, PLB_HTTP_ANSWER, 204, -1, 1200, PROEVE_BESTAAET},
	    {PROEVE_VIL_LANGSOM, PLB_HTTP_ANSWER, 204, -1, 5, PROEVE_IKKE_UNDERSTOETTET},
	    {PROEVE_VIL_LANGSOM, PLB_HTTP_CONNECT, 0, -1, 5, PROEVE_FEJLET},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (judged(rows[i].vil, rows[i].outcome, rows[i].status, rows[i].retry_after_ms,
			rows[i].ms) != rows[i].want)
			fail_msg("row %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers_are_judged)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
