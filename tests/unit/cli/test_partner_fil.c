// SPDX-License-Identifier: MPL-2.0
#include "cli_test.h"

#include "partner_fil.h"

static const char BLOCK[] = "navn: x # keep\nwebhook:\n  url: https://a.dk/x\n  secrets:\n  - "
			    "one\n  - two\n  allow_private: true\n";
static const char FLOW[] = "webhook:\n    # why\n    secrets: [\"one\",\n      \"two\"]\n    url: "
			   "\"https://a.dk/x\" # here\nnavn: x\n";

static void
secrets_are(const char *file, const char *const *paths, size_t n, const char *want)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice got;
	struct plb_buf out;

	plb_buf_init(&out, 1u << 16);
	assert_int_equal(partner_fil_secrets(plb_slice_str(file), paths, n, &out, &ec),
	    want == NULL ? PLB_E_FORM : PLB_OK);
	if (want != NULL) {
		assert_int_equal(plb_buf_done(&out, &got), PLB_OK);
		assert_true(plb_slice_is(got, want));
	}
	plb_buf_fini(&out);
}

static void
secrets(void **state)
{
	static const char *const one[] = {"two"}, *const two[] = {"two", "/abs/th ree"};

	(void)state;
	secrets_are(BLOCK, one, 1,
	    "navn: x # keep\nwebhook:\n  url: https://a.dk/x\n  secrets: [\"two\"]\n  "
	    "allow_private: true\n");
	secrets_are(BLOCK, two, 2,
	    "navn: x # keep\nwebhook:\n  url: https://a.dk/x\n  secrets: [\"two\", \"/abs/th "
	    "ree\"]\n  allow_private: true\n");
	secrets_are(FLOW, one, 1,
	    "webhook:\n    # why\n    secrets: [\"two\"]\n    url: \"https://a.dk/x\" # "
	    "here\nnavn: x\n");
	secrets_are("navn: x\nwebhook: {url: a, secrets: [b]}\n", one, 1, NULL);
	secrets_are("navn: x\n", one, 1, NULL);
	secrets_are("webhook:\n  secrets: []\n", one, 1, NULL);
	secrets_are("not: [yaml", one, 1, NULL);
}

static void
url_is(const char *file, const char *want)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice got;
	struct plb_buf out;

	plb_buf_init(&out, 1u << 16);
	assert_int_equal(partner_fil_url(plb_slice_str(file), "https://b.dk/\"y", &out, &ec),
	    want == NULL ? PLB_E_FORM : PLB_OK);
	if (want != NULL) {
		assert_int_equal(plb_buf_done(&out, &got), PLB_OK);
		assert_true(plb_slice_is(got, want));
	}
	plb_buf_fini(&out);
}

static void
url(void **state)
{
	(void)state;
	url_is(BLOCK,
	    "navn: x # keep\nwebhook:\n  url: \"https://b.dk/\\\"y\"\n  secrets:\n  - one\n  - "
	    "two\n  allow_private: true\n");
	url_is("webhook:\n  url: a", "webhook:\n  url: \"https://b.dk/\\\"y\"\n");
	url_is("url: a\nwebhook:\n  secrets: [a]\n", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(secrets), cmocka_unit_test(url)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
