// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "plan_int.h"

/* One queue a person and endpoint: who may go next. */

static struct plb_slice
noegle(struct koe *k, const struct endepunkt *ep, const struct levering *l)
{
	memcpy(k->noegle, &ep->org, sizeof(ep->org));
	k->noegle[sizeof(ep->org)] = ep->kopi;
	memcpy(k->noegle + sizeof(ep->org) + 1, l->har_person && !l->forbi ? l->person.b : l->id.b,
	    16);
	return plb_slice(k->noegle, sizeof(k->noegle));
}

static struct koe *
koe_lav(struct plan *p, const struct levering *l)
{
	struct koe soeg, *k;

	k = (struct koe *)plb_map_get(&p->koer, noegle(&soeg, l->ep, l));
	if (k != NULL)
		return k;
	k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NULL;
	k->ep = l->ep;
	k->node.key = noegle(k, l->ep, l);
	led_tom(&k->led);
	if (plb_map_add(&p->koer, &k->node) == PLB_OK)
		return k;
	free(k);
	return NULL;
}

void
koe_vurder(struct plan *p, struct koe *k)
{
	const struct levering *l = k->foerste;
	bool aaben = k->ep->aabning == EP_AABEN || k->ep->proever;
	bool klar = k->ep->push && aaben && !k->ep->holdt && l != NULL && l->status == LEV_VENTER &&
	    !l->hentes && !l->laast && l->forfald.at == 0;

	(void)p;
	if (klar && !led_er_i(&k->led))
		led_sidst(&k->ep->klar, &k->led);
	else if (!klar)
		led_ud(&k->led);
}

bool
koe_ind(struct plan *p, struct levering *l)
{
	struct koe *k = koe_lav(p, l);
	struct levering *foer;

	if (k == NULL)
		return false;
	/* New ones come last; one that is sent again, or met in a walk, finds its place from
	 * behind. */
	for (foer = k->sidste; foer != NULL && foer->plads > l->plads; foer = foer->foer)
		;
	l->koe = k;
	l->foer = foer;
	l->efter = foer == NULL ? k->foerste : foer->efter;
	if (l->efter != NULL)
		l->efter->foer = l;
	else
		k->sidste = l;
	if (foer != NULL)
		foer->efter = l;
	else
		k->foerste = l;
	koe_vurder(p, k);
	return true;
}

void
koe_ud(struct plan *p, struct levering *l)
{
	struct koe *k = l->koe;

	if (k == NULL)
		return;
	if (l->foer != NULL)
		l->foer->efter = l->efter;
	else
		k->foerste = l->efter;
	if (l->efter != NULL)
		l->efter->foer = l->foer;
	else
		k->sidste = l->foer;
	l->koe = NULL;
	l->foer = l->efter = NULL;
	koe_vurder(p, k);
	if (k->foerste != NULL)
		return;
	plb_map_del(&p->koer, &k->node);
	free(k);
}

struct levering *
plan_koe_foerste(const struct plan *p, const struct endepunkt *ep, const struct plb_person *person)
{
	struct levering som = {.har_person = true, .person = *person};
	struct koe soeg;
	const struct koe *k = (const struct koe *)plb_map_get(&p->koer, noegle(&soeg, ep, &som));

	return k == NULL ? NULL : k->foerste;
}

bool
plan_koe_parkeret(const struct plan *p, const struct endepunkt *ep, const struct plb_person *person)
{
	const struct levering *l = plan_koe_foerste(p, ep, person);

	return l != NULL && l->status == LEV_PARKERET;
}
