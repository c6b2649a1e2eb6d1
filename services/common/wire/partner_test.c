// SPDX-License-Identifier: MPL-2.0
#include "partner_test.h"

#include <stdlib.h>

#include <parloeb/loop.h>
#include <parloeb/underskrevet.h>

#define REPORT_MAX (256u << 10)

static const char *
judge(struct plb_slice file, const struct plb_webhook_conf *w, const uint8_t *proof_public)
{
	const char *why = NULL;
	uint8_t key[PLB_ED25519_PUBLIC];
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	struct plb_slice text;
	struct plb_arena arena;

	if (plb_underskrevet(file, &text, key, &ec) != PLB_OK)
		return "the test report is not signed, or was changed";
	if (memcmp(key, proof_public, sizeof(key)) != 0)
		return "the test report is signed by another installation";
	plb_arena_init(&arena, 16 * REPORT_MAX);
	if (plb_jv_parse(&arena, text, &v, &ec) != PLB_OK ||
	    !plb_slice_is(plb_jv_str(plb_jv_get(v, "format")), "parloeb-testrapport-1"))
		why = "the file named as test report is another";
	else if (w->url == NULL || !plb_slice_is(plb_jv_str(plb_jv_get(v, "url")), w->url))
		why = "the test report is about another address";
	else if (!plb_jv_bool(plb_jv_get(v, "bestaaet"), false))
		why = "the test was not passed";
	plb_arena_fini(&arena);
	return why;
}

const char *
partner_testet(struct plb_arena *a, const struct plb_webhook_conf *w, const uint8_t *proof_public)
{
	struct plb_errctx ec = {{0}};
	const char *why;
	char *p = NULL;
	size_t len;

	if (proof_public == NULL)
		return "no key to judge test reports with (paths.proof_public)";
	if (w->testrapport == NULL)
		return "no test report (webhook.testrapport); make one with parloeb partner test";
	if (plb_file_read(w->testrapport, REPORT_MAX, &p, &len, &ec) != PLB_OK) {
		why = plb_arena_printf(a, "test report: %s", ec.text);
		return why != NULL ? why : "test report not readable";
	}
	why = judge(plb_slice(p, len), w, proof_public);
	free(p);
	return why;
}
