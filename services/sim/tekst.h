// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_TEKST_H
#define SIM_TEKST_H

#include <parloeb/buf.h>

#include "plan.h"

/* The structured CloudEvent of a planned event, as the a-kasse's system would write it. Failure is
 * sticky in out. */
void sim_tekst(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *out);

/* The key under which both simulators know a member in their reports: 16 hex digits, no CPR number.
 */
const char *sim_medlem_key(struct plb_slice cpr, char out[17]);

#endif
