// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include "svar_pending.h"

struct seen {
	int n;
	void *req;
	enum plb_err worst;
};

static void
done(void *arg, struct svar *s)
{
	struct seen *seen = arg;

	seen->n++;
	seen->req = s->req;
	seen->worst = s->vaerst;
}

static void
finished_when_closed_and_all_reports_are_in(void **state)
{
	struct seen seen = {0};
	struct svar_pulje p;
	struct svar *s;
	int req;

	(void)state;
	svar_pulje_init(&p, 1024, done, &seen);
	s = svar_ny(&p, &req, (struct plb_mono){0});
	assert_int_equal(s->status, 202);
	svar_vent(s);
	svar_vent(s);
	svar_leveret(&p, s, PLB_OK); /* a report before the request is judged to its end */
	assert_int_equal(seen.n, 0);
	svar_luk(&p, s);
	assert_int_equal(seen.n, 0);
	svar_leveret(&p, s, PLB_OK);
	assert_int_equal(seen.n, 1);
	assert_ptr_equal(seen.req, &req);
	assert_int_equal(seen.worst, PLB_OK);
	s = svar_ny(&p, &req, (struct plb_mono){0});
	svar_luk(&p, s); /* nothing to wait for */
	assert_int_equal(seen.n, 2);
	assert_int_equal(p.brugt, 0);
	svar_pulje_fini(&p);
}

static void
doubt_outweighs_refusal(void **state)
{
	static const enum plb_err orders[][2] = {
	    {PLB_E_TIMEOUT, PLB_E_IO}, {PLB_E_IO, PLB_E_TIMEOUT}, {PLB_E_TIMEOUT, PLB_OK}};
	struct seen seen = {0};
	struct svar_pulje p;

	(void)state;
	svar_pulje_init(&p, 1024, done, &seen);
	for (size_t i = 0; i < 3; i++) {
		struct svar *s = svar_ny(&p, &seen, (struct plb_mono){0});

		svar_vent(s);
		svar_vent(s);
		svar_luk(&p, s);
		svar_leveret(&p, s, orders[i][0]);
		svar_leveret(&p, s, orders[i][1]);
		assert_int_equal(seen.worst, PLB_E_TIMEOUT);
	}
	svar_pulje_fini(&p);
}

static void
a_client_that_left_is_not_answered(void **state)
{
	struct seen seen = {.req = &seen};
	struct svar_pulje p;
	struct svar *s;

	(void)state;
	svar_pulje_init(&p, 1024, done, &seen);
	s = svar_ny(&p, &seen, (struct plb_mono){0});
	svar_vent(s);
	svar_luk(&p, s);
	s->holdt.borte(&s->holdt);
	svar_leveret(&p, s, PLB_OK);
	assert_int_equal(seen.n, 1);
	assert_null(seen.req);
	svar_pulje_fini(&p);
}

static void
what_is_reused_is_clean(void **state)
{
	struct seen seen = {0};
	struct svar_pulje p;
	struct svar *s, *again;

	(void)state;
	svar_pulje_init(&p, 8, done, &seen);
	s = svar_ny(&p, &seen, (struct plb_mono){0});
	s->status = 207;
	plb_buf_str(&s->krop, "longer than the cap");
	svar_fejl(s, PLB_E_IO);
	svar_luk(&p, s);
	again = svar_ny(&p, &seen, (struct plb_mono){0});
	assert_ptr_equal(s, again);
	assert_int_equal(again->status, 202);
	assert_int_equal(again->vaerst, PLB_OK);
	assert_false(again->krop.failed);
	assert_int_equal(again->krop.len, 0);
	svar_luk(&p, again);
	svar_pulje_fini(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finished_when_closed_and_all_reports_are_in),
	    cmocka_unit_test(doubt_outweighs_refusal),
	    cmocka_unit_test(a_client_that_left_is_not_answered),
	    cmocka_unit_test(what_is_reused_is_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
