// SPDX-License-Identifier: MPL-2.0
#ifndef SIM_BREAKS_H
#define SIM_BREAKS_H

#include <stdbool.h>

/* Faults planted on purpose: each must make an invariant fail. They exist in the simulation alone,
 * in its clients or as functions put before those of the services (breaks.c, linker option --wrap).
 */
enum sim_break {
	BREAK_NONE,
	BREAK_NO_GUARD,
	BREAK_OFFSETS_OUTSIDE,
	BREAK_DOUBT_IS_SUCCESS,
	BREAK_TIMER_NOT_FENCED,
	BREAK_DEDUPE_OFF,
	BREAK_RESTORE_UNCOMMITTED,
	BREAK_ACK_EARLY,
	BREAK_NO_UNDO,
	BREAK_NO_REWIND,
	BREAK_NO_FLUSH,
	BREAK_TIMER_EARLY,
	BREAK_TIMER_LOST,
	BREAK_ORDER_IGNORED,
	BREAK_CALL_BEFORE_INTENT,
	BREAK_PARTITION_BY_CHANCE,
	BREAKS
};
extern enum sim_break sim_broken;

static inline bool
sim_break(enum sim_break b)
{
	return sim_broken == b;
}
/* BREAKS: no such name. */
enum sim_break sim_break_find(const char *name);
const char *sim_break_name(enum sim_break b);
const char *sim_break_help(enum sim_break b);

#endif
