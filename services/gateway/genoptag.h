// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_GENOPTAG_H
#define GATEWAY_GENOPTAG_H

#include "kald.h"

/* POST /v1/genoptag: the partner frees its own paused endpoint, or, with {"leveringid": …}, the
 * person that this delivery holds up. An order on `postkasse` for dispatch. */
void genoptag_post(struct kald *k);

#endif
