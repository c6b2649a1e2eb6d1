// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_AKASSE_H
#define SIM_AKASSE_H

#include <parloeb/err.h>
#include <parloeb/stamp.h>
#include <stdbool.h>

/* `parloeb-sim akasse`: the systems of all a-kasser in one process. */
struct akasse_conf {
	const char *gateway, *env, *report, *kalender;
	const char *clock_command; /* reads RFC 3339 times, answers "ok TIME"; "" = the clock is
				      left alone */
	int64_t members, seed, months;
	struct plb_dato start;
	bool progress; /* a line that is written over; otherwise one line a month */
};
/* Plays the whole period; exit code. */
int akasse_main(const struct akasse_conf *c);

#endif
