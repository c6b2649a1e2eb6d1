// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_BESLUT_H
#define FORLOEB_BESLUT_H

#include "trin.h"

/* Compare what follows from the facts at t->now with what has been sent, send the difference, and
 * say when to look again. Every decision of the course is a row of one table; nothing else sends
 * what time or hours bring about. Calling it twice sends nothing twice. */

/* The earliest moment after t->now at which something falls due in any forløb of the person;
 * PLB_TIME_NEVER when nothing does. */
struct plb_time beslut(struct trin *t);

#endif
