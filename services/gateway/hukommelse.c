// SPDX-License-Identifier: MPL-2.0
#include "hukommelse.h"

#include <stdlib.h>

#define BLOK 256
struct hukommelse_blok {
	struct hukommelse_blok *naeste;
	struct hukommelse_post post[BLOK];
};

void
hukommelse_init(struct hukommelse *h, size_t max, int64_t levetid_ms, const uint8_t seed[32])
{
	*h = (struct hukommelse){.max = max, .levetid_ms = levetid_ms};
	memcpy(h->seed, seed, sizeof(h->seed));
	plb_map_init_seeded(&h->map, 0, seed);
}

void
hukommelse_fini(struct hukommelse *h)
{
	struct hukommelse_blok *b;
	struct hukommelse_venter *v;

	while ((b = h->blokke) != NULL) {
		h->blokke = b->naeste;
		free(b);
	}
	while ((v = h->fri_venter) != NULL) {
		h->fri_venter = v->naeste;
		free(v);
	}
	plb_map_fini(&h->map);
}

/* Two keyed 64-bit digests: nobody outside can find two ids that fall together. An organisation
 * holds no NUL. */
static void
digest(const struct hukommelse *h, const struct plb_org *org, struct plb_slice id, uint8_t out[16])
{
	uint8_t text[sizeof(org->text) + 512];
	size_t n = strlen(org->text) + 1;
	uint64_t d;

	memcpy(text, org->text, n);
	/* Longer ids are refused before they come here. */
	PLB_ASSERT(id.len <= sizeof(text) - n);
	if (id.len > 0)
		memcpy(text + n, id.p, id.len);
	for (size_t i = 0; i < 2; i++) {
		d = plb_hash_seeded(plb_slice(text, n + id.len), h->seed[i]);
		memcpy(out + i * 8, &d, 8);
	}
}

static struct hukommelse_post *
hoved(const struct hukommelse *h, const uint8_t noegle[16])
{
	struct plb_map_node *n = plb_map_get(&h->map, plb_slice(noegle, 16));

	return n == NULL ? NULL
			 : (struct hukommelse_post *)(void *)((char *)n -
			       offsetof(struct hukommelse_post, node));
}

/* ---- entries ---- */

static struct hukommelse_post *
tag(struct hukommelse *h)
{
	struct hukommelse_post *p = h->fri;

	if (p == NULL) {
		struct hukommelse_blok *b = malloc(sizeof(*b));

		if (b == NULL)
			return NULL;
		b->naeste = h->blokke;
		h->blokke = b;
		for (size_t i = 0; i < BLOK; i++) {
			b->post[i].samme = h->fri;
			h->fri = &b->post[i];
		}
		p = h->fri;
	}
	h->fri = p->samme;
	memset(p, 0, sizeof(*p));
	return p;
}

static void
fjern(struct hukommelse *h, struct hukommelse_post *p)
{
	struct hukommelse_post *forrest = hoved(h, p->noegle), **led;

	if (forrest == p) {
		plb_map_del(&h->map, &p->node);
		if (p->samme != NULL) {
			enum plb_err err = plb_map_add(&h->map, &p->samme->node);

			PLB_ASSERT(err == PLB_OK); /* a place has just become free */
		}
	} else {
		for (led = &forrest->samme; *led != p; led = &(*led)->samme)
			PLB_ASSERT(*led != NULL);
		*led = p->samme;
	}
	*(p->aeldre != NULL ? &p->aeldre->nyere : &h->aeldst) = p->nyere;
	*(p->nyere != NULL ? &p->nyere->aeldre : &h->nyest) = p->aeldre;
	p->samme = h->fri;
	h->fri = p;
	h->n--;
}

static bool
under_vejs(const struct hukommelse_post *p)
{
	return plb_time_eq(p->tid, PLB_TIME_UNSET);
}

/* Old ones go; then there is room for one more, or not. */
static bool
ryd(struct hukommelse *h, struct plb_mono now)
{
	while (h->aeldst != NULL && !under_vejs(h->aeldst) &&
	    now.ms - h->aeldst->set.ms >= h->levetid_ms)
		fjern(h, h->aeldst);
	if (h->n < h->max)
		return true;
	if (under_vejs(h->aeldst))
		return false;
	h->for_tidligt++;
	fjern(h, h->aeldst);
	return true;
}

static enum hukommelse_svar
indsaet(struct hukommelse *h, const uint8_t noegle[16], uint64_t kilde, const uint8_t hmac[16],
    struct plb_mono now, struct hukommelse_post **post)
{
	struct hukommelse_post *p, *forrest;

	if (!ryd(h, now) || (p = tag(h)) == NULL)
		return HUKOMMELSE_FULD;
	memcpy(p->noegle, noegle, 16);
	memcpy(p->hmac, hmac, 16);
	p->node.key = plb_slice(p->noegle, 16);
	p->kilde = kilde;
	p->set = now;
	p->tid = PLB_TIME_UNSET;
	forrest = hoved(h, noegle); /* looked up here: ryd may have taken the former head */
	if (forrest != NULL) {
		p->samme = forrest->samme;
		forrest->samme = p;
		/* Its hash is set by the map when it becomes the head. */
	} else if (plb_map_add(&h->map, &p->node) != PLB_OK) {
		p->samme = h->fri;
		h->fri = p;
		return HUKOMMELSE_FULD;
	}
	p->aeldre = h->nyest;
	*(h->nyest != NULL ? &h->nyest->nyere : &h->aeldst) = p;
	h->nyest = p;
	h->n++;
	*post = p;
	return HUKOMMELSE_NY;
}

enum hukommelse_svar
hukommelse_se(struct hukommelse *h, const struct plb_org *org, struct plb_slice id,
    struct plb_slice kilde, const uint8_t hmac[16], struct plb_mono now,
    struct hukommelse_post **post)
{
	uint64_t k = plb_hash_seeded(kilde, h->seed[0]);
	struct hukommelse_post *p;
	uint8_t noegle[16];

	digest(h, org, id, noegle);
	for (p = hoved(h, noegle); p != NULL && p->kilde != k; p = p->samme)
		;
	*post = p;
	if (p == NULL)
		return indsaet(h, noegle, k, hmac, now, post);
	if (!plb_slice_eq(plb_slice(p->hmac, 16), plb_slice(hmac, 16)))
		return HUKOMMELSE_SAMMENSTOED;
	return under_vejs(p) ? HUKOMMELSE_UNDERVEJS : HUKOMMELSE_GENTAGELSE;
}

/* ---- who waits ---- */

bool
hukommelse_vent(struct hukommelse *h, struct hukommelse_post *post, struct svar *s)
{
	struct hukommelse_venter *v;

	if (post->foerste == NULL) {
		post->foerste = s;
		svar_vent(s);
		return true;
	}
	v = h->fri_venter;
	if (v != NULL)
		h->fri_venter = v->naeste;
	else if ((v = malloc(sizeof(*v))) == NULL)
		return false;
	*v = (struct hukommelse_venter){s, post->flere};
	post->flere = v;
	svar_vent(s);
	return true;
}

void
hukommelse_glem(struct hukommelse *h, struct hukommelse_post *post)
{
	PLB_ASSERT(post->foerste == NULL && post->flere == NULL);
	fjern(h, post);
}

void
hukommelse_leveret(struct hukommelse *h, struct hukommelse_post *post, enum plb_err err,
    struct plb_time tid, struct svar_pulje *p)
{
	struct hukommelse_venter *v = post->flere, *naeste;
	struct svar *s = post->foerste;

	post->foerste = NULL;
	post->flere = NULL;
	if (err == PLB_OK)
		post->tid = tid;
	else
		fjern(h, post);
	if (s != NULL)
		svar_leveret(p, s, err);
	for (; v != NULL; v = naeste) {
		naeste = v->naeste;
		svar_leveret(p, v->s, err);
		v->naeste = h->fri_venter;
		h->fri_venter = v;
	}
}

bool
hukommelse_find(const struct hukommelse *h, const struct plb_org *org, struct plb_slice id,
    struct plb_time *tid)
{
	struct hukommelse_post *p;
	uint8_t noegle[16];

	if (id.len > 512)
		return false;
	digest(h, org, id, noegle);
	for (p = hoved(h, noegle); p != NULL; p = p->samme) {
		if (!under_vejs(p)) {
			*tid = p->tid;
			return true;
		}
	}
	return false;
}
