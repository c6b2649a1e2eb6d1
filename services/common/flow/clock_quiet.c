// SPDX-License-Identifier: MPL-2.0
#include "clock_quiet.h"

#include <stdio.h>
#include <stdlib.h>

enum plb_err
quiet_topics_add(struct quiet_topics *q, const char *name, int32_t partitions)
{
	if (q->n == QUIET_TOPICS_MAX || partitions <= 0 || strlen(name) >= sizeof(q->t[0].name))
		return PLB_E_FOR_STOR;
	snprintf(q->t[q->n].name, sizeof(q->t[q->n].name), "%s", name);
	q->t[q->n].partitions = partitions;
	q->t[q->n].first = q->total;
	q->total += (size_t)partitions;
	q->n++;
	return PLB_OK;
}

enum plb_err
quiet_round_init(struct quiet_round *r, const struct quiet_topics *q)
{
	*r = (struct quiet_round){.topics = q};
	r->pos = calloc(q->total + 1, sizeof(*r->pos));
	r->owners = calloc(q->total + 1, sizeof(*r->owners));
	if (r->pos == NULL || r->owners == NULL) {
		quiet_round_fini(r);
		return PLB_E_HUKOMMELSE;
	}
	quiet_round_clear(r);
	return PLB_OK;
}

void
quiet_round_fini(struct quiet_round *r)
{
	free(r->pos);
	free(r->owners);
	r->pos = NULL;
	r->owners = NULL;
}

void
quiet_round_clear(struct quiet_round *r)
{
	for (size_t i = 0; i < r->topics->total; i++) {
		r->pos[i] = -1;
		r->owners[i] = 0;
	}
	r->naeste = INT64_MAX;
	r->i_gang = 0;
	r->answers = 0;
}

/* Index of a partition; -1 when it is none of an input that counts. */
static ssize_t
index_of(const struct quiet_topics *q, const struct ur_position *p)
{
	for (size_t i = 0; i < q->n; i++)
		if (plb_slice_is(p->emne, q->t[i].name))
			return p->partition < q->t[i].partitions
			    ? (ssize_t)q->t[i].first + p->partition
			    : -1;
	return -1;
}

void
quiet_round_add(struct quiet_round *r, const struct ur_record *answer)
{
	for (size_t i = 0; i < answer->n_pos; i++) {
		ssize_t at = index_of(r->topics, &answer->pos[i]);

		if (at < 0)
			continue;
		r->pos[at] = answer->pos[i].position;
		if (r->owners[at] < UINT8_MAX)
			r->owners[at]++;
	}
	if (answer->naeste.ms < r->naeste)
		r->naeste = answer->naeste.ms;
	if (__builtin_add_overflow(r->i_gang, answer->i_gang, &r->i_gang))
		r->i_gang = INT64_MAX;
	r->answers++;
}

static void
name_partition(const struct quiet_topics *q, size_t at, const char *what, struct plb_buf *out)
{
	size_t t = 0;

	if (out == NULL)
		return;
	while (t + 1 < q->n && q->t[t + 1].first <= at)
		t++;
	plb_buf_printf(out, "%s partition %zu: %s", q->t[t].name, at - q->t[t].first, what);
}

bool
quiet_round_whole(const struct quiet_round *r, struct plb_buf *why_not)
{
	for (size_t i = 0; i < r->topics->total; i++) {
		if (r->owners[i] == 1)
			continue;
		name_partition(r->topics, i,
		    r->owners[i] == 0 ? "no owner has answered" : "two owners", why_not);
		return false;
	}
	if (r->i_gang > 0 && why_not != NULL)
		plb_buf_printf(why_not, "%lld pieces of work under way", (long long)r->i_gang);
	return r->i_gang == 0;
}

bool
quiet_round_same(const struct quiet_round *a, const struct quiet_round *b)
{
	return a->answers == b->answers && a->naeste == b->naeste && a->i_gang == b->i_gang &&
	    memcmp(a->pos, b->pos, a->topics->total * sizeof(*a->pos)) == 0 &&
	    memcmp(a->owners, b->owners, a->topics->total) == 0;
}

bool
quiet_round_reached(const struct quiet_round *r, const int64_t *ends, struct plb_buf *why_not)
{
	for (size_t i = 0; i < r->topics->total; i++) {
		if (r->pos[i] >= ends[i])
			continue;
		name_partition(r->topics, i, "not read to its end", why_not);
		return false;
	}
	return true;
}
