// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_KVITTERINGER_H
#define GATEWAY_KVITTERINGER_H

#include "kald.h"

/* POST /v1/kvitteringer: one receipt or a list of them, to `postkasse`. Whether the delivery exists
 * is for dispatch to say. */
void kvitteringer_post(struct kald *k);

/* A receipt as it came, judged by kvittering_laes, which names every wrong member. */
struct kvittering_ind {
	struct plb_uuid leveringid;
	int status; /* index in postkasse_status */
	struct plb_slice aarsag;
};
bool kvittering_laes(struct plb_arena *a, const struct plb_jv *v, struct kvittering_ind *out,
    struct plb_fejl_list *fejl);

#endif
