// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_VERSIONER_H
#define FORLOEB_VERSIONER_H

#include <parloeb/schema.h>

/* A struct bound to every shipped version of one schema, so that records of older writers can be
 * read. Immutable once made; any thread. */

#define VERSIONER_MAX 8
struct versioner {
	struct {
		const struct plb_schema *skema;
		struct plb_binding *binding;
	} v[VERSIONER_MAX];
	size_t n; /* the newest is the last */
};

/* All for reading, and the newest for writing too where `skrives`. PLB_E_KONFIG: there is no such
 * schema, or a field does not fit. versioner_fri in any case. */
PLB_MUSTUSE enum plb_err versioner_bind(struct versioner *v, const struct plb_schemas *schemas,
    const char *navn, const struct plb_bind *felter, size_t n, bool skrives, struct plb_errctx *ec);
void versioner_fri(struct versioner *v);
/* NULL = no version of this schema. */
const struct plb_binding *versioner_find(const struct versioner *v, const struct plb_schema *skema);

#endif
