// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_HAENDELSER_H
#define GATEWAY_HAENDELSER_H

#include "kald.h"

/* POST /v1/haendelser: one event, a batch, or binary mode. */
void haendelser_post(struct kald *k);

#endif
