// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_RUN_H
#define FORLOEB_RUN_H

#include <parloeb/flow.h>
#include <parloeb/schema.h>

#include "regel.h"

/* forloeb as a specification of the runtime: facts of `ind` and receipts of `svar` in; what became
 * of them and what was made to `forloeb`, messages to `ud`; state in `forloeb.tilstand`. Carries
 * out the effects of the pure core. Loop thread. */
struct forloeb_run;

/* schemas and regler are borrowed and outlive it. vindue_ms: how long event ids are remembered.
 * PLB_E_KONFIG when a schema does not fit. */
PLB_MUSTUSE enum plb_err forloeb_run_new(const struct plb_schemas *schemas,
    const struct regler *regler, int64_t vindue_ms, struct forloeb_run **out,
    struct plb_errctx *ec);
/* How long a fact waits for what it names (30 days otherwise), how long a course is kept after its
 * end (1,096 days). */
void forloeb_run_frister(struct forloeb_run *r, int64_t vente_ms, int64_t behold_ms);
/* The runtime that runs the specification: told to stop when the state was written by a newer
 * version. Without it such a state is met record by record. */
void forloeb_run_flow(struct forloeb_run *r, struct plb_flow *f);
/* Decide by these rules from the next record or timer on; borrowed as the first ones. */
void forloeb_run_regler(struct forloeb_run *r, const struct regler *regler);
void forloeb_run_free(struct forloeb_run **r);
/* The specification to hand to plb_flow_new; lives as long as r. */
const struct plb_flow_spec *forloeb_run_spec(const struct forloeb_run *r);

#endif
