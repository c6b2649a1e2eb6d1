// SPDX-License-Identifier: MPL-2.0
#include "kalender.h"

#include <stdlib.h>

#define NOEGLE_N 17 /* id and slags */

_Static_assert(offsetof(struct kalender_post, slags) == offsetof(struct kalender_post, id) + 16,
    "id and slags are one key");

const char *
kalender_slags_navn(enum kalender_slags s)
{
	static const char *const navn[KALENDER_SLAGS] = {
	    [KALENDER_MOEDE] = "moede",
	    [KALENDER_OMBOOKING] = "ombooking",
	    [KALENDER_AFLYSNING] = "aflysning",
	    [KALENDER_FRIST] = "frist",
	    [KALENDER_OVERDRAGELSE] = "overdragelse",
	    [KALENDER_PAKKE] = "pakke",
	    [KALENDER_HAARDT_STOP] = "haardtstop",
	    [KALENDER_REFERAT] = "referat",
	    [KALENDER_SAMTALE] = "samtale",
	    [KALENDER_INDSTILLING] = "indstilling",
	};

	return navn[s];
}

void
kalender_init(struct kalender *k, size_t max, const uint8_t seed[16])
{
	*k = (struct kalender){.max = max};
	plb_map_init_seeded(&k->map, 0, seed);
}

void
kalender_fini(struct kalender *k)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&k->map, &it)) != NULL)
		free(n);
	plb_map_fini(&k->map);
}

static struct kalender_post *
find(const struct kalender *k, const struct kalender_aendring *a)
{
	uint8_t key[NOEGLE_N];

	memcpy(key, a->id.b, sizeof(a->id.b));
	key[NOEGLE_N - 1] = (uint8_t)a->slags;
	return (struct kalender_post *)(void *)plb_map_get(&k->map, plb_slice(key, NOEGLE_N));
}

static void
slet(struct kalender *k, struct kalender_post *p)
{
	plb_map_del(&k->map, &p->node);
	free(p);
	k->version++;
}

static struct plb_time
slutter(const struct kalender_post *p)
{
	return p->tid.slut.ms == PLB_TIME_UNSET.ms ? p->tid.start : p->tid.slut;
}

/* Room for one more: what is over first goes. Rare, so that looking at all is good enough. */
static void
plads(struct kalender *k)
{
	struct kalender_post *foerst = NULL;
	struct plb_map_node *n;
	size_t it = 0;

	if (k->map.n < k->max)
		return;
	while ((n = plb_map_next(&k->map, &it)) != NULL) {
		struct kalender_post *p = (struct kalender_post *)(void *)n;

		if (foerst == NULL || plb_time_before(slutter(p), slutter(foerst)))
			foerst = p;
	}
	if (foerst != NULL)
		slet(k, foerst);
}

static struct kalender_post *
ny(struct kalender *k, const struct kalender_aendring *a)
{
	struct kalender_post *p;

	plads(k);
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->id = a->id;
	p->slags = (uint8_t)a->slags;
	p->node.key = plb_slice(p->id.b, NOEGLE_N);
	if (plb_map_add(&k->map, &p->node) == PLB_OK)
		return p;
	free(p);
	return NULL;
}

enum plb_err
kalender_saet(struct kalender *k, const struct kalender_aendring *a, const struct kalender_tid *tid,
    const char *titel)
{
	struct kalender_post *p = find(k, a);
	bool fandtes = p != NULL;

	if (!fandtes)
		p = ny(k, a);
	if (p == NULL)
		return PLB_E_HUKOMMELSE;
	if (fandtes &&
	    (p->aflyst || p->tid.hele_dagen != tid->hele_dagen ||
		!plb_time_eq(p->tid.start, tid->start) || !plb_time_eq(p->tid.slut, tid->slut)))
		p->sekvens++;
	p->tid = *tid;
	p->titel = titel;
	p->aflyst = false;
	p->aendret = a->ved;
	p->leveringid = a->leveringid;
	k->version++;
	return PLB_OK;
}

static void
aflys(struct kalender *k, struct kalender_post *p, struct plb_time ved)
{
	if (p->aflyst)
		return;
	p->aflyst = true;
	p->sekvens++;
	p->aendret = ved;
	k->version++;
}

void
kalender_aflys(struct kalender *k, const struct kalender_aendring *a)
{
	struct kalender_post *p = find(k, a);

	if (p != NULL)
		aflys(k, p, a->ved);
}

void
kalender_tilbagekald(struct kalender *k, struct plb_uuid leveringid, struct plb_time ved)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&k->map, &it)) != NULL) {
		struct kalender_post *p = (struct kalender_post *)(void *)n;

		if (plb_uuid_eq(p->leveringid, leveringid))
			aflys(k, p, ved);
	}
}

void
kalender_ryd(struct kalender *k, struct plb_time foer)
{
	size_t n;
	const struct kalender_post **poster = kalender_poster(k, &n);

	for (size_t i = 0; i < n; i++)
		if (plb_time_before(slutter(poster[i]), foer))
			slet(k, (struct kalender_post *)(uintptr_t)poster[i]);
	free(poster);
}

static int
efter_tid(const void *va, const void *vb)
{
	const struct kalender_post *a = *(const struct kalender_post *const *)va,
				   *b = *(const struct kalender_post *const *)vb;

	if (!plb_time_eq(a->tid.start, b->tid.start))
		return plb_time_before(a->tid.start, b->tid.start) ? -1 : 1;
	return memcmp(a->id.b, b->id.b, NOEGLE_N);
}

const struct kalender_post **
kalender_poster(const struct kalender *k, size_t *n)
{
	const struct kalender_post **poster;
	const struct plb_map_node *node;
	size_t it = 0;

	*n = 0;
	if (k->map.n == 0)
		return NULL;
	poster = malloc(k->map.n * sizeof(const struct kalender_post *));
	if (poster == NULL)
		return NULL;
	while ((node = plb_map_next(&k->map, &it)) != NULL)
		poster[(*n)++] = (const struct kalender_post *)(const void *)node;
	qsort(poster, *n, sizeof(const struct kalender_post *), efter_tid);
	return poster;
}
