// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_GATEWAY_RUN_H
#define GATEWAY_GATEWAY_RUN_H

#include "gateway.h"

/* Everything between the configuration and the loop. g->file, g->conf, g->common are set before. */
PLB_MUSTUSE enum plb_err gateway_start(struct gateway *g, struct plb_errctx *ec);
void gateway_stop(struct gateway *g);

#endif
