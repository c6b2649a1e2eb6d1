// SPDX-License-Identifier: MPL-2.0
#ifndef FLOW_OUTCOMES_H
#define FLOW_OUTCOMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <parloeb/err.h>

/* Outcomes of things done outside, in the order in which they came: waiting first to be applied,
 * then for their batch's commit. An aborted batch makes them wait again, so the repeat applies them
 * in the same order. Pure; embedded; the outcomes are the service's and are freed through
 * `free_fn`. */
struct flow_outcome {
	int32_t partition;
	void *outcome;
};
typedef void flow_outcome_free_fn(void *arg, void *outcome);
struct flow_outcomes {
	struct flow_outcome *a;
	size_t n, size, applied;       /* the first `applied` are in the open batch */
	flow_outcome_free_fn *free_fn; /* may be NULL */
	void *arg;
};

void flow_outcomes_init(struct flow_outcomes *o, flow_outcome_free_fn *fn, void *arg);
void flow_outcomes_fini(struct flow_outcomes *o);
PLB_MUSTUSE bool flow_outcomes_add(struct flow_outcomes *o, int32_t partition, void *outcome);
/* The next to apply, or NULL. */
struct flow_outcome *flow_outcomes_next(struct flow_outcomes *o);
void flow_outcomes_applied(struct flow_outcomes *o); /* the one from _next is in the batch */
void flow_outcomes_committed(struct flow_outcomes *o);
void flow_outcomes_aborted(struct flow_outcomes *o);
void flow_outcomes_gone(struct flow_outcomes *o, int32_t partition);

#endif
