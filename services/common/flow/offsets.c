// SPDX-License-Identifier: MPL-2.0
#include "flow_int.h"

/* What a transaction commits: of each partition that the batch touched the next offset of each
 * input that moved. A batch of timers or outcomes alone moves none; it commits the current one of a
 * partition it touched all the same, because only a transaction with offsets is checked against the
 * group's generation (KIP-447). */

#define TIDY_MS 60000

static int64_t
position(const struct flow_pos *pos)
{
	return pos->eof > pos->next ? pos->eof : pos->next;
}

size_t
flow_offsets(struct plb_flow *f, struct plb_txn_offset *out)
{
	struct flow_part *first = NULL;
	size_t n = 0;

	for (size_t p = 0; p < f->n_part; p++) {
		struct flow_part *pt = f->part[p];

		if (pt == NULL || !pt->touched)
			continue;
		if (first == NULL)
			first = pt;
		for (size_t i = 0; i < f->n_in; i++) {
			struct flow_pos *pos = &pt->in[i];

			pos->sent = position(pos);
			if (pos->sent > pos->committed && pos->sent > pos->start)
				out[n++] =
				    (struct plb_txn_offset){f->spec.inputs[i], pt->p, pos->sent};
			else
				pos->sent = pos->committed;
		}
	}
	if (n == 0 && first != NULL) {
		first->in[0].sent = position(&first->in[0]);
		out[n++] = (struct plb_txn_offset){f->spec.inputs[0], first->p, first->in[0].sent};
	}
	return n;
}

void
flow_offsets_keep(struct plb_flow *f)
{
	for (size_t p = 0; p < f->n_part; p++) {
		struct flow_part *pt = f->part[p];

		if (pt == NULL || !pt->touched)
			continue;
		pt->touched = false;
		for (size_t i = 0; i < f->n_in; i++) {
			struct flow_pos *pos = &pt->in[i];

			pos->committed = pos->sent;
			if (pos->next < pos->committed)
				pos->next = pos->committed;
		}
	}
}

void
flow_offsets_rewind(struct plb_flow *f)
{
	for (size_t p = 0; p < f->n_part; p++) {
		struct flow_part *pt = f->part[p];

		if (pt == NULL || !pt->touched)
			continue;
		pt->touched = false;
		for (size_t i = 0; i < f->n_in; i++) {
			struct flow_pos *pos = &pt->in[i];
			int64_t back = pos->committed > pos->start ? pos->committed : pos->start;

			if (pos->next == back)
				continue;
			pos->next = back;
			pos->eof = -1;
			pos->rewind = true;
		}
	}
}

/* After the last record of a transactional topic comes a control record that no batch ever commits
 * past. Thirty days later both are deleted, and a committed offset before the log's start would
 * look like lost records. So an end that was reached a minute ago is committed. */
static bool
untidy(const struct plb_flow *f, const struct flow_part *pt, int64_t mono_ms)
{
	if (pt == NULL || pt->state != FLOW_PART_READY)
		return false;
	for (size_t i = 0; i < f->n_in; i++) {
		const struct flow_pos *pos = &pt->in[i];

		if (pos->eof > pos->committed && pos->eof > pos->start &&
		    mono_ms - pos->eof_mono > TIDY_MS)
			return true;
	}
	return false;
}

bool
flow_offsets_tidy(struct plb_flow *f, int64_t mono_ms)
{
	bool any = false;

	for (size_t p = 0; p < f->n_part; p++) {
		if (!untidy(f, f->part[p], mono_ms))
			continue;
		f->part[p]->touched = true;
		any = true;
	}
	return any;
}
