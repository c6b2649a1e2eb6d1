// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_TILSTAND_WIRE_H
#define FORLOEB_TILSTAND_WIRE_H

#include <parloeb/schema.h>

#include "tilstand.h"

/* State of a person ⇄ its blob in the changelog (schemas/forloeb-tilstand, framed). Immutable after
 * new; any thread. */
struct forloeb_tilstand;

/* PLB_E_KONFIG when the schema is missing or is not what the structs expect. */
PLB_MUSTUSE enum plb_err forloeb_tilstand_new(
    const struct plb_schemas *schemas, struct forloeb_tilstand **out, struct plb_errctx *ec);
void forloeb_tilstand_free(struct forloeb_tilstand **w);
/* Was it written by a version of the schema that is shipped? */
bool forloeb_tilstand_kendt(const struct forloeb_tilstand *w, struct plb_slice blob);
/* `out` lives in `a` and borrows from blob. PLB_E_FORM on bytes that are no state, PLB_E_FOR_STOR
 * when the arena is full. */
PLB_MUSTUSE enum plb_err forloeb_tilstand_laes(const struct forloeb_tilstand *w,
    struct plb_slice blob, struct plb_arena *a, struct person *out, struct plb_errctx *ec);
/* Appends to out; PLB_E_FOR_STOR when out or the arena is full. */
PLB_MUSTUSE enum plb_err forloeb_tilstand_skriv(const struct forloeb_tilstand *w,
    const struct person *p, struct plb_arena *a, struct plb_buf *out);

#endif
