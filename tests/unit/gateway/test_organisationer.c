// SPDX-License-Identifier: MPL-2.0
#include "gateway_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "organisationer.h"

static struct plb_dato
dato(const char *text)
{
	struct plb_dato d;

	assert_int_equal(plb_dato_parse(S(text), &d), PLB_OK);
	return d;
}

static bool
exists(const struct organisationer *o, const char *org, const char *on)
{
	struct plb_org x;

	assert_int_equal(plb_org_parse(S(org), &x), PLB_OK);
	return organisationer_findes(o, &x, dato(on));
}

/* A file with this text; its faults as text, "" = loaded. */
static void
load(const char *text, char *faults, size_t size)
{
	char path[] = "/tmp/organisationer-XXXXXX";
	struct organisationer *o = NULL;
	struct plb_faults f;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	plb_faults_init(&f);
	if (organisationer_load(path, &o, &f) == PLB_OK)
		assert_non_null(o);
	else
		assert_null(o);
	(void)snprintf(faults, size, "%s", f.text == NULL ? "" : f.text);
	plb_faults_fini(&f);
	organisationer_free(&o);
	unlink(path);
}

static void
the_shipped_list(void **state)
{
	struct organisationer *o;
	struct plb_faults f;

	(void)state;
	plb_faults_init(&f);
	assert_int_equal(
	    organisationer_load(PLB_SOURCE_DIR "/config/organisationer.yaml", &o, &f), PLB_OK);
	assert_true(exists(o, "akasse:hk", "2024-03-01"));
	assert_true(exists(o, "kommune:0461", "2007-01-01"));
	assert_false(exists(o, "kommune:0461", "2006-12-31"));
	assert_true(exists(o, "akasse:nnf", "2024-12-31"));
	assert_false(exists(o, "akasse:nnf", "2025-01-01"));
	assert_false(exists(o, "aktoer:12345678", "2024-03-01"));
	organisationer_free(&o);
	plb_faults_fini(&f);
}

static void
faults_say_where(void **state)
{
	static const struct {
		const char *text, *where, *what;
	} wrong[] = {
	    {"organisationer:\n  - {id: \"akasse:hk\", navn: a}\n  - {id: \"akasse:hk\", navn: "
	     "b}\n",
		":3:", "twice"},
	    {"organisationer:\n  - {id: \"hk\", navn: a}\n", ":2:", "expected an organisation"},
	    {"organisationer:\n  - {id: \"akasse:hk\", navn: a, til: 2024-02-30}\n", ":2:", ""},
	    {"organisationer:\n  - {id: \"akasse:hk\", navn: a, hvad: 1}\n", ":2:", "hvad"},
	    {"organisationer: 5\n", ":1:", ""},
	    {"andet: 5\n", "", "organisationer"},
	};
	char faults[2048];

	(void)state;
	load("organisationer:\n  - {id: \"akasse:hk\", navn: a}\n", faults, sizeof(faults));
	assert_string_equal(faults, "");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		load(wrong[i].text, faults, sizeof(faults));
		assert_string_not_equal(faults, "");
		assert_non_null(strstr(faults, wrong[i].where));
		assert_non_null(strstr(faults, wrong[i].what));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_shipped_list),
	    cmocka_unit_test(faults_say_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
