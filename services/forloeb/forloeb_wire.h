// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_WIRE_H
#define FORLOEB_WIRE_H

#include <parloeb/schema.h>

#include "haendelse.h"

/* Events ⇄ bytes: the body of a fact into struct haendelse, kept events into their blob and back.
 * One thread at a time. */
struct forloeb_wire;

/* PLB_E_KONFIG when a schema is missing or is not what the structs expect. */
PLB_MUSTUSE enum plb_err forloeb_wire_new(
    const struct plb_schemas *schemas, struct forloeb_wire **out, struct plb_errctx *ec);
void forloeb_wire_free(struct forloeb_wire **w);

/* A fact from its framed value. `out` lives in `a` and borrows from ev and value. A known schema
 * without a handler gives HAENDELSE_UKENDT. PLB_E_FORM, PLB_E_UKENDT (schema), PLB_E_FOR_STOR. */
PLB_MUSTUSE enum plb_err forloeb_wire_laes(struct forloeb_wire *w, const struct plb_event *ev,
    struct plb_slice value, struct plb_arena *a, struct haendelse *out, struct plb_errctx *ec);

/* Is the schema that of a fact with a handler? */
bool forloeb_wire_kender(const struct plb_schema *skema);

/* Keep an event: envelope and value as they are, appended to out. */
PLB_MUSTUSE enum plb_err forloeb_wire_gem(const struct forloeb_wire *w, const struct plb_event *ev,
    struct plb_slice value, struct plb_arena *a, struct plb_buf *out);
/* A kept event: id, source, type, time, traceparent, and the value; all borrowed from blob, `a` and
 * the schemas. */
PLB_MUSTUSE enum plb_err forloeb_wire_hent(const struct forloeb_wire *w, struct plb_slice blob,
    struct plb_arena *a, struct plb_event *ev, struct plb_slice *value, struct plb_errctx *ec);

#endif
