// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_RUTER_H
#define GATEWAY_RUTER_H

#include "gateway.h"

/* A request of the partners' port: who speaks, how often, which handler. For
 * plb_http_server_conf.request. */
void ruter_kald(void *gateway, struct plb_http_req *r);

#endif
