// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_FRIST_H
#define DISPATCH_FRIST_H

#include <stdbool.h>
#include <stdint.h>

/* What a near deadline does to a message that could not be delivered. Pure; any thread. */

/* Pause before the next attempt with so much time left, in ms: an eighth of it, from 5 s to 30
 * min, and at least `mindst_ms` (Retry-After). 0: the deadline has passed, the schedule holds. */
int64_t frist_pause(int64_t tilbage_ms, int64_t mindst_ms);
/* So near, or past, that the fall-back channel is used. */
bool frist_er_naer(int64_t tilbage_ms, int64_t foer_ms);

#endif
