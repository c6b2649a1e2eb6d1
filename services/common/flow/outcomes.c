// SPDX-License-Identifier: MPL-2.0
#include "outcomes.h"

#include <parloeb/list.h>

#include <stdlib.h>
#include <string.h>

void
flow_outcomes_init(struct flow_outcomes *o, flow_outcome_free_fn *fn, void *arg)
{
	*o = (struct flow_outcomes){.free_fn = fn, .arg = arg};
}

static void
let_go(struct flow_outcomes *o, size_t i)
{
	if (o->free_fn != NULL)
		o->free_fn(o->arg, o->a[i].outcome);
}

void
flow_outcomes_fini(struct flow_outcomes *o)
{
	for (size_t i = 0; i < o->n; i++)
		let_go(o, i);
	free(o->a);
	o->a = NULL;
	o->n = o->size = o->applied = 0;
}

bool
flow_outcomes_add(struct flow_outcomes *o, int32_t partition, void *outcome)
{
	struct flow_outcome *a = plb_array_room(o->a, o->n, &o->size, sizeof(*a));

	if (a == NULL)
		return false;
	o->a = a;
	o->a[o->n++] = (struct flow_outcome){partition, outcome};
	return true;
}

struct flow_outcome *
flow_outcomes_next(struct flow_outcomes *o)
{
	return o->applied < o->n ? &o->a[o->applied] : NULL;
}

void
flow_outcomes_applied(struct flow_outcomes *o)
{
	o->applied++;
}

void
flow_outcomes_committed(struct flow_outcomes *o)
{
	for (size_t i = 0; i < o->applied; i++)
		let_go(o, i);
	if (o->applied > 0)
		memmove(o->a, o->a + o->applied, (o->n - o->applied) * sizeof(*o->a));
	o->n -= o->applied;
	o->applied = 0;
}

void
flow_outcomes_aborted(struct flow_outcomes *o)
{
	o->applied = 0;
}

void
flow_outcomes_gone(struct flow_outcomes *o, int32_t partition)
{
	size_t to = 0, applied = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (o->a[i].partition == partition) {
			let_go(o, i);
			continue;
		}
		if (i < o->applied)
			applied++;
		o->a[to++] = o->a[i];
	}
	o->n = to;
	o->applied = applied;
}
