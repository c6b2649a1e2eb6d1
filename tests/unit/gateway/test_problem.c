// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>

#include "problem.h"

static void
text_of(struct plb_buf *b, char *out, size_t size)
{
	struct plb_slice s;

	assert_int_equal(plb_buf_done(b, &s), PLB_OK);
	assert_true(s.len < size);
	memcpy(out, s.p, s.len);
	out[s.len] = '\0';
}

static void
every_problem_has_its_document(void **state)
{
	char text[1024], status[32];
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 4096);
	for (int p = 0; p < PROBLEM_ANTAL; p++) {
		plb_buf_reset(&b);
		problem_skriv(&b, (enum problem)p, NULL, NULL);
		text_of(&b, text, sizeof(text));
		assert_in_range(problem_status((enum problem)p), 400, 599);
		(void)snprintf(
		    status, sizeof(status), "\"status\":%d", problem_status((enum problem)p));
		assert_non_null(strstr(text, status));
		assert_non_null(strstr(text, "\"type\":\"urn:parloeb:problem:"));
		assert_null(strstr(text, "(null)"));
		assert_null(strstr(text, "\"fejl\""));
	}
	plb_buf_fini(&b);
}

static void
faults_are_listed_and_counted(void **state)
{
	struct plb_fejl_list l = {
	    .n = 2, .more = 3, .f = {{"/data/a\"b", "type", "Forkert."}, {"", "ukendt", "Hvad?"}}};
	char text[1024];
	struct plb_buf b;

	(void)state;
	plb_buf_init(&b, 4096);
	problem_skriv(&b, PROBLEM_FEJL, &l, ",\"x\":1");
	text_of(&b, text, sizeof(text));
	assert_non_null(strstr(text,
	    "\"fejl\":[{\"felt\":\"/data/"
	    "a\\\"b\",\"kode\":\"type\",\"besked\":\"Forkert.\"},{\"felt\":\"\",\"kode\":"
	    "\"ukendt\",\"besked\":\"Hvad?\"},"
	    "{\"felt\":\"\",\"kode\":\"flere\",\"besked\":\"Og 3 fejl mere.\"}],\"x\":1}"));
	plb_buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_problem_has_its_document),
	    cmocka_unit_test(faults_are_listed_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
