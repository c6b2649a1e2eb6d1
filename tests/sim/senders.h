// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_SENDERS_H
#define SIM_SENDERS_H

#include <stdbool.h>
#include <stdint.h>

/* A-kasser and municipalities that tell what happens to their members, through any gateway, until
 * they are answered. */
void senders_reset(uint64_t seed, unsigned persons);
/* Something happens to some of the persons now: their facts are sent in the next seconds. */
void senders_moment(void);
bool senders_done(void); /* all that was told is answered */
uint64_t senders_facts(void);

#endif
