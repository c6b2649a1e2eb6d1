// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

#include <stdlib.h>

#define EVERY_MS 10000
#define AFTER_FAILURE_MS                                                                           \
	60000 /* the question blocks: a Kafka that does not answer is not asked often */
#define TIMEOUT_MS 200

static int64_t
behind(const struct plb_flow *f, size_t in, const int64_t *end)
{
	int64_t sum = 0;

	for (size_t p = 0; p < f->n_part && (int64_t)p < f->partitions; p++) {
		const struct flow_pos *pos;
		int64_t at;

		if (f->part[p] == NULL || f->part[p]->state != FLOW_PART_READY)
			continue;
		pos = &f->part[p]->in[in];
		at =
		    pos->eof > pos->next ? pos->eof : pos->next; /* control records count as read */
		sum += end[p] > at ? end[p] - at : 0;
	}
	return sum;
}

void
flow_lag_look(struct plb_flow *f)
{
	int64_t now = plb_mono_now().ms;
	enum plb_err err = PLB_OK;
	int64_t *end;

	if (now < f->lag_at || f->owned == 0 || f->restoring > 0 || f->partitions <= 0)
		return;
	end = calloc((size_t)f->partitions, sizeof(*end));
	for (size_t i = 0; end != NULL && i < f->n_in && err == PLB_OK; i++) {
		err = plb_bus_end_offsets(
		    f->bus, f->spec.inputs[i], f->partitions, false, TIMEOUT_MS, end, NULL);
		if (err == PLB_OK)
			flow_metric_set(FLOW_M_LAG + (enum flow_metric)i, behind(f, i, end));
	}
	free(end);
	f->lag_at = now + (err == PLB_OK ? EVERY_MS : AFTER_FAILURE_MS);
}
