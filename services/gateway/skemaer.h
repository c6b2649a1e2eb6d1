// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_SKEMAER_H
#define GATEWAY_SKEMAER_H

#include "kald.h"

/* GET /v1/skemaer: the events that partners send or get, with the address of each one's JSON
 * Schema. */
void skemaer_liste(struct kald *k);
/* GET /v1/skemaer/{name} */
void skemaer_en(struct kald *k);

#endif
