// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_BOOKING_H
#define SIM_BOOKING_H

#include <parloeb/err.h>
#include <stdint.h>

/* `parloeb-sim booking`: the booking systems of all municipalities in one process. */
struct booking_conf {
	const char *listen, *secrets, *report;
	const char *gateway, *env; /* with both: receipts, and a first jobcentre conversation after
				      each handover-due */
	int fail_percent;          /* answers 500 at random, before anything is taken */
	int64_t seed;
};
/* Runs until SIGTERM; writes the report on SIGUSR1 and at the end. Exit code. */
int booking_main(const struct booking_conf *c);

#endif
