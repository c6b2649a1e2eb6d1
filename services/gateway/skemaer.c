// SPDX-License-Identifier: MPL-2.0
#include "skemaer.h"

#define SKEMA_MAX (1u << 20)

/* Events about a person are sealed; these two say nothing about one. The rest is inside Parløb. */
static bool
til_partnere(const struct plb_schema *s)
{
	return plb_schema_sealed(s) || strcmp(plb_schema_navn(s), "haendelse-afvist") == 0 ||
	    strcmp(plb_schema_navn(s), "levering-tilbagekaldt") == 0;
}

void
skemaer_liste(struct kald *k)
{
	const struct plb_schemas *alle = k->g->skemaer;
	struct plb_buf b;
	bool foerste = true;

	plb_buf_init(&b, SKEMA_MAX);
	plb_buf_str(&b, "{\"skemaer\":[");
	for (size_t i = 0; i < plb_schemas_count(alle); i++) {
		const struct plb_schema *s = plb_schemas_at(alle, i);

		if (!til_partnere(s))
			continue;
		plb_buf_printf(&b,
		    "%s{\"navn\":\"%s\",\"type\":\"%s\",\"href\":\"/v1/skemaer/%s\"}",
		    foerste ? "" : ",", plb_schema_navn(s), plb_schema_type(s), plb_schema_navn(s));
		foerste = false;
	}
	plb_buf_str(&b, "]}");
	kald_json(k->r, 200, &b);
	plb_buf_fini(&b);
}

void
skemaer_en(struct kald *k)
{
	const struct plb_schema *s = plb_schema_find(k->g->skemaer, k->rest);
	struct plb_errctx ec = {{0}};
	struct plb_slice text;
	struct plb_buf b;

	if (s == NULL || !til_partnere(s)) {
		kald_problem(k->r, PROBLEM_FINDES_IKKE, NULL, NULL, NULL);
		return;
	}
	plb_buf_init(&b, SKEMA_MAX);
	if (plb_json_schema(s, &b, &ec) != PLB_OK || plb_buf_done(&b, &text) != PLB_OK)
		kald_problem(k->r, PROBLEM_INTERN, NULL, NULL, NULL);
	else
		plb_http_answer(k->r, 200, "application/schema+json", text, NULL);
	plb_buf_fini(&b);
}
