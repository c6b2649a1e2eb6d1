// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_AKASSE_RAPPORT_H
#define SIM_AKASSE_RAPPORT_H

#include "plan.h"

/* What the a-kasse simulator did and saw. */
struct akasse_tal {
	int64_t sendt[SIM_REFERAT + 1]; /* accepted events by type */
	int64_t afvist;                 /* batches the gateway refused */
	int64_t post, haendelse_afvist, due_kopier, referat_mangler; /* read from the mailboxes */
	bool fejlet;
};

/* Write what was sent and what must therefore have reached the kommuner, as JSON; false with a word
 * on stderr when the file cannot be written. */
bool akasse_rapport(const char *path, const struct sim_plan *p, const struct akasse_tal *t);

#endif
