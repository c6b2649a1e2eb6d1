// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_LAVET_H
#define FORLOEB_LAVET_H

#include <parloeb/schema.h>

#include "effekt.h"

/* Events made here → framed values. Immutable after new; any thread. */
struct forloeb_lavet;

/* Where the referater of a package come from: the value of the event kept under an emne, borrowed
 * until the package is written. PLB_E_UKENDT: not there. */
struct lavet_gemte {
	enum plb_err (*hent)(
	    void *arg, struct emne emne, struct plb_slice *value, struct plb_errctx *ec);
	void *arg;
};

PLB_MUSTUSE enum plb_err forloeb_lavet_new(
    const struct plb_schemas *schemas, struct forloeb_lavet **out, struct plb_errctx *ec);
void forloeb_lavet_free(struct forloeb_lavet **l);

/* The value of an EFFEKT_LAVET, appended to out; `cpr` is the person's seal (cpr.p NULL: none).
 * PLB_E_FORM, PLB_E_FOR_STOR. */
PLB_MUSTUSE enum plb_err forloeb_lavet_skriv(const struct forloeb_lavet *l, const struct effekt *e,
    const struct forseglet *cpr, const struct lavet_gemte *g, struct plb_arena *a,
    struct plb_buf *out, struct plb_errctx *ec);
/* "dk.parloeb.handover-due" */
const char *forloeb_lavet_type(const struct forloeb_lavet *l, enum lavet_type type);

#endif
