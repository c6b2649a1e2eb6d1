// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_STATUS_H
#define GATEWAY_STATUS_H

#include "kald.h"

/* GET /v1/haendelser/{id}: the ladder of the caller's own event, from the console; `accepteret`
 * from our own memory where the console has not come to it yet. */
void status_get(struct kald *k);

#endif
