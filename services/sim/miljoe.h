// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_MILJOE_H
#define SIM_MILJOE_H

#include <parloeb/id.h>

/* The file D/env that deploy/up writes: shell assignments, among them PARLOEB_TOKEN_<ORG>. */
struct miljoe;
PLB_MUSTUSE enum plb_err miljoe_load(const char *path, struct miljoe **out, struct plb_errctx *ec);
void miljoe_free(struct miljoe **m);
/* Value of an assignment, quotes taken off; NULL when absent. Lives as long as m. */
const char *miljoe_get(const struct miljoe *m, const char *name);
/* Bearer token of an organisation; NULL when there is none. */
const char *miljoe_token(const struct miljoe *m, const struct plb_org *org);

#endif
