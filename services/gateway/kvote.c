// SPDX-License-Identifier: MPL-2.0
#include "kvote.h"

#include <stdlib.h>

/* In thousandths, so that a rate a second is a whole number a millisecond. */
#define HEL 1000

struct spand {
	struct plb_map_node node;
	uint8_t digest[32];
	int64_t indhold;
	struct plb_mono sidst;
};

void
kvote_init(struct kvote *k, size_t max)
{
	plb_map_init(&k->map, 0);
	k->max = max;
}

static struct spand *
af(struct plb_map_node *n)
{
	return (struct spand *)(void *)((char *)n - offsetof(struct spand, node));
}

void
kvote_fini(struct kvote *k)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&k->map, &it)) != NULL)
		free(af(n));
	plb_map_fini(&k->map);
}

static struct spand *
find(struct kvote *k, const uint8_t digest[32], int64_t rate, struct plb_mono now)
{
	struct plb_map_node *n = plb_map_get(&k->map, plb_slice(digest, 32));
	struct spand *s;

	if (n != NULL)
		return af(n);
	if (k->map.n >= k->max) {
		/* Only after years of changed credentials: a fresh start harms nobody. */
		kvote_fini(k);
		kvote_init(k, k->max);
	}
	s = malloc(sizeof(*s));
	if (s == NULL)
		return NULL;
	*s = (struct spand){.indhold = rate * HEL, .sidst = now};
	memcpy(s->digest, digest, 32);
	s->node.key = plb_slice(s->digest, 32);
	if (plb_map_add(&k->map, &s->node) == PLB_OK)
		return s;
	free(s);
	return NULL;
}

bool
kvote_tag(
    struct kvote *k, const uint8_t digest[32], int64_t rate, struct plb_mono now, int64_t *vent_ms)
{
	struct spand *s = find(k, digest, rate, now);
	int64_t gaaet, maks = rate * HEL;

	*vent_ms = 0;
	if (s == NULL)
		return true; /* without memory there are worse troubles than a fast partner */
	gaaet = now.ms - s->sidst.ms;
	s->sidst = now;
	/* A second fills it: longer pauses count no more, and nothing overflows. */
	s->indhold += (gaaet > 1000 ? 1000 : gaaet) * rate;
	if (s->indhold > maks)
		s->indhold = maks;
	if (s->indhold < HEL) {
		*vent_ms = (HEL - s->indhold + rate - 1) / rate;
		return false;
	}
	s->indhold -= HEL;
	return true;
}
