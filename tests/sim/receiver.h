// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_RECEIVER_H
#define SIM_RECEIVER_H

#include <parloeb/id.h>

/* What a receiver can read of a webhook call. */
struct sim_hook {
	struct plb_org org;
	struct plb_uuid id;       /* webhook-id */
	struct plb_slice forloeb; /* correlationid; len 0 = outside a course */
	struct plb_slice person;  /* partitionkey */
	struct plb_slice type;
	int64_t sequence;
};
size_t sim_calls_open(void); /* of all processes */

#endif
