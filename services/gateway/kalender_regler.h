// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_KALENDER_REGLER_H
#define GATEWAY_KALENDER_REGLER_H

#include <parloeb/json.h>

#include "kalender.h"

/* What a delivered event says to the calendar: by table, from its members in clear (`data`: its
 * data object without what is sealed). Events that say nothing to it are passed over; PLB_E_FORM
 * when a member is not what its schema promises. */
PLB_MUSTUSE enum plb_err kalender_haendelse(
    struct kalender *k, const struct plb_event *ev, const struct plb_jv *data);

#endif
