// SPDX-License-Identifier: MPL-2.0
#include "breaks.h"

#include <string.h>

#include "dispatch_int.h"
#include "flow_int.h"
#include "plan_int.h"

/* Planted faults: their names, and those that stand before a function of the services (the linker
 * sends its callers in other files here). */

enum sim_break sim_broken;

static const struct {
	const char *name, *help;
} breaks[BREAKS] = {
    [BREAK_NONE] = {"none", ""},
    [BREAK_NO_GUARD] = {"no-guard", "the producer is kept after a request without answer"},
    [BREAK_OFFSETS_OUTSIDE] = {"offsets-outside", "offsets are committed beside the transaction"},
    [BREAK_DOUBT_IS_SUCCESS] = {"doubt-is-success", "a commit in doubt is taken for done"},
    [BREAK_TIMER_NOT_FENCED] = {"timer-not-fenced", "a batch of timers commits no offset"},
    [BREAK_DEDUPE_OFF] = {"dedupe-off", "forloeb remembers no event ids"},
    [BREAK_RESTORE_UNCOMMITTED] = {"restore-uncommitted", "the changelog is read uncommitted"},
    [BREAK_ACK_EARLY] = {"ack-early", "the gateway answers before Kafka has the record"},
    [BREAK_NO_UNDO] = {"no-undo", "an aborted batch leaves its changes in the state"},
    [BREAK_NO_REWIND] = {"no-rewind", "an aborted batch is not read again"},
    [BREAK_NO_FLUSH] = {"no-flush", "a commit does not wait for its records"},
    [BREAK_TIMER_EARLY] = {"timer-early", "timers fire an hour before their time"},
    [BREAK_TIMER_LOST] = {"timer-lost", "a restore forgets due times"},
    [BREAK_ORDER_IGNORED] = {"order-ignored", "dispatch sends a person's messages side by side"},
    [BREAK_CALL_BEFORE_INTENT] = {"call-before-intent", "dispatch calls before it is written down"},
    [BREAK_PARTITION_BY_CHANCE] = {"partition-by-chance", "a person's facts go to any partition"},
};

enum sim_break
sim_break_find(const char *name)
{
	int b = 1;

	while (b < BREAKS && strcmp(breaks[b].name, name) != 0)
		b++;
	return (enum sim_break)b;
}

const char *
sim_break_name(enum sim_break b)
{
	return breaks[b].name;
}

const char *
sim_break_help(enum sim_break b)
{
	return breaks[b].help;
}

/* ---- functions of the services ---- */

void __real_flow_table_undo_to(struct flow_table *t, size_t mark);
void __wrap_flow_table_undo_to(struct flow_table *t, size_t mark);
void __real_flow_offsets_rewind(struct plb_flow *f);
void __wrap_flow_offsets_rewind(struct plb_flow *f);
int64_t __real_flow_table_due(const struct flow_table *t);
int64_t __wrap_flow_table_due(const struct flow_table *t);
enum plb_err __real_flow_table_load(
    struct flow_table *t, struct plb_slice key, struct plb_slice value, bool tombstone);
enum plb_err __wrap_flow_table_load(
    struct flow_table *t, struct plb_slice key, struct plb_slice value, bool tombstone);
struct levering *__real_plan_tilfoej(struct plan *p, const struct levering *v, int64_t forfald_ms);
struct levering *__wrap_plan_tilfoej(struct plan *p, const struct levering *v, int64_t forfald_ms);
void __real_plan_flyt(
    struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms);
void __wrap_plan_flyt(
    struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms);

static enum plb_err
nothing(void *arg, const struct flow_entry *e, bool deleted)
{
	(void)arg, (void)e, (void)deleted;
	return PLB_OK;
}

/* What a batch changed stays: the log of changes is closed as if it had been committed. */
void
__wrap_flow_table_undo_to(struct flow_table *t, size_t mark)
{
	if (sim_break(BREAK_NO_UNDO) && mark == 0 && flow_table_mark(t) > 0) {
		(void)!flow_table_drain(t, nothing, NULL);
		return;
	}
	__real_flow_table_undo_to(t, mark);
}

void
__wrap_flow_offsets_rewind(struct plb_flow *f)
{
	if (!sim_break(BREAK_NO_REWIND))
		__real_flow_offsets_rewind(f);
}

#define HOUR_MS INT64_C(3600000)

int64_t
__wrap_flow_table_due(const struct flow_table *t)
{
	int64_t due = __real_flow_table_due(t);

	return sim_break(BREAK_TIMER_EARLY) && due != INT64_MAX ? due - HOUR_MS : due;
}

enum plb_err
__wrap_flow_table_load(
    struct flow_table *t, struct plb_slice key, struct plb_slice value, bool tombstone)
{
	static const uint8_t never[8] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static uint8_t copy[FLOW_LOG_VALUE_MAX];

	if (sim_break(BREAK_TIMER_LOST) && value.len >= sizeof(never)) {
		memcpy(copy, value.p, value.len);
		memcpy(copy, never, sizeof(never));
		value.p = copy;
	}
	return __real_flow_table_load(t, key, value, tombstone);
}

/* Each message in a queue of its own. */
struct levering *
__wrap_plan_tilfoej(struct plan *p, const struct levering *v, int64_t forfald_ms)
{
	struct levering alone = *v, *l;

	if (!sim_break(BREAK_ORDER_IGNORED))
		return __real_plan_tilfoej(p, v, forfald_ms);
	alone.har_person = false;
	l = __real_plan_tilfoej(p, &alone, forfald_ms);
	if (l != NULL)
		l->har_person = v->har_person;
	return l;
}

void
__wrap_plan_flyt(struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms)
{
	__real_plan_flyt(p, l, status, forfald_ms);
	if (sim_break(BREAK_CALL_BEFORE_INTENT) && status == LEV_IGANG)
		plan_bekraeftet(p);
}
