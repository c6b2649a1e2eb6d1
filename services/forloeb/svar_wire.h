// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_SVAR_WIRE_H
#define FORLOEB_SVAR_WIRE_H

#include <parloeb/schema.h>

#include "levering.h"

/* Status of a delivery (schemas/levering-status, every version) from bytes. One thread at a time.
 */
struct svar_wire;

/* PLB_E_KONFIG when the schema is missing or is not what is expected. */
PLB_MUSTUSE enum plb_err svar_wire_new(
    const struct plb_schemas *schemas, struct svar_wire **out, struct plb_errctx *ec);
void svar_wire_free(struct svar_wire **w);

struct svar_status {
	struct plb_uuid forloeb; /* nil = the delivery stands outside a forløb */
	struct levering_svar svar;
	struct plb_slice kanal; /* a step of a copy by that channel; len 0 = of the first */
};
/* Is this schema one of levering-status? */
bool svar_wire_kender(const struct svar_wire *w, const struct plb_schema *skema);
/* The body of a value with such a schema. `out` lives in `a` and borrows from body. */
PLB_MUSTUSE enum plb_err svar_wire_laes(const struct svar_wire *w, const struct plb_schema *skema,
    struct plb_slice body, struct plb_arena *a, struct svar_status *out, struct plb_errctx *ec);

#endif
