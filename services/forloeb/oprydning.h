// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_OPRYDNING_H
#define FORLOEB_OPRYDNING_H

#include "trin.h"

/* Drop the courses that ended long enough ago, with what is kept of them; when the next is due,
 * PLB_TIME_NEVER = none. Also when the last event id of a person without courses can go. Pure. */
struct plb_time oprydning(struct trin *t);

#endif
