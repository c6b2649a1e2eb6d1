// SPDX-License-Identifier: MPL-2.0
#include "versioner.h"

enum plb_err
versioner_bind(struct versioner *v, const struct plb_schemas *schemas, const char *navn,
    const struct plb_bind *felter, size_t n, bool skrives, struct plb_errctx *ec)
{
	const struct plb_slice skema = plb_slice_str(navn);
	const struct plb_schema *nyeste = plb_schema_find(schemas, skema), *s;
	enum plb_err err = PLB_OK;

	if (nyeste == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "schema %s is missing", navn);
	while (
	    err == PLB_OK && (s = plb_schema_version(schemas, skema, (unsigned)v->n + 1)) != NULL) {
		if (v->n == VERSIONER_MAX)
			return plb_err_set(
			    ec, PLB_E_KONFIG, "more than %d versions of %s", VERSIONER_MAX, navn);
		err = (skrives && s == nyeste ? plb_binding_new : plb_binding_new_laes)(
		    s, felter, n, &v->v[v->n].binding, ec);
		v->v[v->n++].skema = s;
	}
	return err;
}

void
versioner_fri(struct versioner *v)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		plb_binding_free(&v->v[i].binding);
	v->n = 0;
}

const struct plb_binding *
versioner_find(const struct versioner *v, const struct plb_schema *skema)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (v->v[i].skema == skema)
			return v->v[i].binding;
	return NULL;
}
