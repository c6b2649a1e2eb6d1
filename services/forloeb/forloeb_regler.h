// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_REGLER_H
#define FORLOEB_REGLER_H

#include <parloeb/conf.h>

#include "forloeb_run.h"

/* The rules of the running service: read at the start and at SIGHUP. Loop thread. */

/* Every fault of the rule files into f (--check). */
void forloeb_regler_check(const struct plb_conf *c, struct plb_faults *f);
/* PLB_E_KONFIG with the faults on stderr. */
PLB_MUSTUSE enum plb_err forloeb_regler_load(
    const struct plb_conf_common *c, struct regler **out, struct plb_errctx *ec);
/* Read the files again and let `run` decide by them from its next record on. With any fault, or a
 * rule set gone that a forløb may have, the running rules stay; the log says why. */
void forloeb_regler_reload(
    const struct plb_conf_common *c, struct forloeb_run *run, struct regler **r);
void forloeb_regler_free(struct regler **r);

#endif
