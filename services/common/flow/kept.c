// SPDX-License-Identifier: MPL-2.0
#include "kept.h"

#include <parloeb/list.h>

#include <stdlib.h>

void
flow_kept_init(struct flow_kept *k, size_t cap_bytes)
{
	*k = (struct flow_kept){.cap = cap_bytes};
}

static void
drop_at(struct flow_kept *k, size_t i)
{
	k->bytes -= flow_table_bytes(k->a[i].table);
	memmove(&k->a[i], &k->a[i + 1], (k->n - i - 1) * sizeof(*k->a));
	k->n--;
}

static void
free_at(struct flow_kept *k, size_t i)
{
	struct flow_table *t = k->a[i].table;

	drop_at(k, i);
	flow_table_free(&t);
}

void
flow_kept_clear(struct flow_kept *k)
{
	while (k->n > 0)
		free_at(k, k->n - 1);
}

void
flow_kept_fini(struct flow_kept *k)
{
	flow_kept_clear(k);
	free(k->a);
	*k = (struct flow_kept){0};
}

static bool
room(struct flow_kept *k)
{
	struct flow_kept_one *a = plb_array_room(k->a, k->n, &k->size, sizeof(*a));

	if (a != NULL)
		k->a = a;
	return a != NULL;
}

void
flow_kept_add(struct flow_kept *k, struct flow_kept_one one)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->a[i].p == one.p) {
			free_at(k, i);
			break;
		}
	}
	if (!room(k)) {
		flow_table_free(&one.table);
		return;
	}
	k->a[k->n++] = one;
	k->bytes += flow_table_bytes(one.table);
}

void
flow_kept_trim(struct flow_kept *k)
{
	while (k->n > 0 && k->bytes > k->cap)
		free_at(k, 0);
}

bool
flow_kept_take(struct flow_kept *k, int32_t p, struct plb_mono now, struct flow_kept_one *out)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->a[i].p != p)
			continue;
		if (now.ms - k->a[i].since.ms > FLOW_KEPT_MAX_AGE_MS) {
			free_at(k, i);
			return false;
		}
		*out = k->a[i];
		drop_at(k, i);
		return true;
	}
	return false;
}
