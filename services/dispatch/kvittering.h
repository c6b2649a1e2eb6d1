// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_KVITTERING_H
#define DISPATCH_KVITTERING_H

#include "levering.h"

/* A partner's receipt as events of the delivery. Pure; plain values; any thread. */
enum kvittering {
	KVIT_HAANDTERET,
	KVIT_AFVIST_MIDLERTIDIGT,
	KVIT_AFVIST_ENDELIGT,
	KVIT_SLETTET,
	KVIT_ANTAL
};

#define KVIT_HAENDELSER_MAX 2

/* Events for a delivery in state s, in order; returns their number. A receipt proves that the
 * message arrived, whatever is known of the call. 0: the receipt changes nothing. `push`: there is
 * an endpoint; `skridt_igen`: the schedule has another attempt. */
int kvittering_haendelser(enum lev_status s, enum kvittering k, bool push, bool skridt_igen,
    enum lev_haendelse out[KVIT_HAENDELSER_MAX]);

#endif
