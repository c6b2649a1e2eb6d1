// SPDX-License-Identifier: MPL-2.0
#include "svar_wire.h"

#include <stdlib.h>

#include "bindinger.h"
#include "versioner.h"

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
    FELT("kanal", PLB_BIND_STRING, struct b_status, v.kanal),
};

struct svar_wire {
	struct versioner versioner;
};

enum plb_err
svar_wire_new(const struct plb_schemas *schemas, struct svar_wire **out, struct plb_errctx *ec)
{
	struct svar_wire *w = calloc(1, sizeof(*w));
	enum plb_err err;

	*out = NULL;
	if (w == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	err = versioner_bind(
	    &w->versioner, schemas, "levering-status", felter, ANTAL(felter), false, ec);
	if (err != PLB_OK)
		svar_wire_free(&w);
	*out = w;
	return err;
}

void
svar_wire_free(struct svar_wire **w)
{
	if (*w == NULL)
		return;
	versioner_fri(&(*w)->versioner);
	free(*w);
	*w = NULL;
}

bool
svar_wire_kender(const struct svar_wire *w, const struct plb_schema *skema)
{
	return versioner_find(&w->versioner, skema) != NULL;
}

enum plb_err
svar_wire_laes(const struct svar_wire *w, const struct plb_schema *skema, struct plb_slice body,
    struct plb_arena *a, struct svar_status *out, struct plb_errctx *ec)
{
	struct b_status b = {.har_forloeb = false};
	enum plb_err err =
	    plb_binding_decode(versioner_find(&w->versioner, skema), body, a, &b, ec);

	if (err == PLB_OK)
		err = plb_org_parse(b.organisation, &b.v.svar.org);
	if (err != PLB_OK)
		return plb_err_wrap(ec, err, "levering-status");
	*out = b.v;
	return PLB_OK;
}
