// SPDX-License-Identifier: MPL-2.0
#include "svar_wire.h"

#include <stdlib.h>

#include "bindinger.h"

#define VERSIONER_MAX 8

struct b_status {
	struct svar_status v;
	struct plb_slice organisation;
	bool har_forloeb;
};

static const char *const trin[] = {"forsoegt", "leveret", "haandteret", "afvist-midlertidigt",
    "afvist-endeligt", "slettet", "parkeret", "tilbagekaldt", "udloebet", NULL};
_Static_assert(ANTAL(trin) == LEVERINGSTRIN_ANTAL + 1, "in the order of enum leveringstrin");

static const struct plb_bind felter[] = {
    FELT("organisation", PLB_BIND_STRING, struct b_status, organisation),
    SYMBOL("trin", struct b_status, v.svar.trin, trin),
    FELT("tid", PLB_BIND_TIME, struct b_status, v.svar.tid),
    FELT("aarsag", PLB_BIND_STRING, struct b_status, v.svar.aarsag),
    VALG("correlationid", PLB_BIND_FIXED16, struct b_status, v.forloeb, har_forloeb),
    FELT("sequence", PLB_BIND_LONG, struct b_status, v.svar.sequence),
};

struct svar_wire {
	struct {
		const struct plb_schema *skema;
		struct plb_binding *binding;
	} version[VERSIONER_MAX];
	size_t n;
};

enum plb_err
svar_wire_new(const struct plb_schemas *schemas, struct svar_wire **out, struct plb_errctx *ec)
{
	const struct plb_slice navn = plb_slice_str("levering-status");
	struct svar_wire *w = calloc(1, sizeof(*w));
	const struct plb_schema *s;
	enum plb_err err = PLB_OK;

	*out = NULL;
	if (w == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	while (err == PLB_OK && w->n < VERSIONER_MAX &&
	    (s = plb_schema_version(schemas, navn, (unsigned)w->n + 1)) != NULL) {
		err = plb_binding_new_laes(s, felter, ANTAL(felter), &w->version[w->n].binding, ec);
		w->version[w->n++].skema = s;
	}
	if (err == PLB_OK && w->n == 0)
		err = plb_err_set(ec, PLB_E_KONFIG, "schema levering-status is missing");
	if (err != PLB_OK)
		svar_wire_free(&w);
	*out = w;
	return err;
}

void
svar_wire_free(struct svar_wire **w)
{
	size_t i;

	if (*w == NULL)
		return;
	for (i = 0; i < (*w)->n; i++)
		plb_binding_free(&(*w)->version[i].binding);
	free(*w);
	*w = NULL;
}

static const struct plb_binding *
binding_for(const struct svar_wire *w, const struct plb_schema *skema)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->version[i].skema == skema)
			return w->version[i].binding;
	return NULL;
}

bool
svar_wire_kender(const struct svar_wire *w, const struct plb_schema *skema)
{
	return binding_for(w, skema) != NULL;
}

enum plb_err
svar_wire_laes(const struct svar_wire *w, const struct plb_schema *skema, struct plb_slice body,
    struct plb_arena *a, struct svar_status *out, struct plb_errctx *ec)
{
	struct b_status b = {.har_forloeb = false};
	enum plb_err err = plb_binding_decode(binding_for(w, skema), body, a, &b, ec);

	if (err == PLB_OK)
		err = plb_org_parse(b.organisation, &b.v.svar.org);
	if (err != PLB_OK)
		return plb_err_wrap(ec, err, "levering-status");
	*out = b.v;
	return PLB_OK;
}
