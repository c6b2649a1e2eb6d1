// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include <parloeb/list.h>

#include "plan_int.h"

/* The plan from the state: after an abort, or when a partition is restored. And its end. */

void
plan_genopbyg_begynd(struct plan *p, int32_t partition)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&p->leveringer, &it)) != NULL) {
		struct levering *l = PLAN_OM(n, struct levering, node);

		if (l->ep->partition == partition)
			l->gammel = true;
	}
	for (it = 0; (n = plb_map_next(&p->endepunkter, &it)) != NULL;) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		if (ep->partition != partition)
			continue;
		ep->aabning = EP_AABEN;
		ep->holdt = ep->proever = false;
		ep->n_proever = 0;
		ep->proeve_ms = ep->markoer = 0;
		ep->overloeb.fra = ep->overloeb.til = ep->overloeb.antal = 0;
		ep->tidlige = ep->tidlig_ms = 0;
	}
}

static bool
gem_til_sidst(struct plan *p, struct levering *l, int64_t forfald_ms)
{
	struct plan_genopbyg *a =
	    plb_array_room(p->genopbyg, p->n_genopbyg, &p->plads_genopbyg, sizeof(*a));

	if (a == NULL)
		return false;
	p->genopbyg = a;
	p->genopbyg[p->n_genopbyg++] = (struct plan_genopbyg){l, forfald_ms};
	return true;
}

bool
plan_genopbyg_en(struct plan *p, const struct levering *v, int64_t forfald_ms, int64_t now_ms)
{
	struct levering *l = plan_find(p, &v->id);
	int64_t til = v->status == LEV_IGANG ? now_ms + p->konf.genopret_ms
	    : v->status == LEV_VENTER        ? forfald_ms
					     : 0;

	if (l == NULL) {
		l = plan_lav(p, v);
		if (l == NULL)
			return false;
		l->status = v->status;
		return gem_til_sidst(p, l, til);
	}
	l->gammel = false;
	l->blob = v->blob;
	l->tilbagekaldt = v->tilbagekaldt;
	l->reserve = v->reserve;
	l->naaet = v->naaet;
	l->laast = v->laast;
	/* An attempt of ours goes on: its call, or its outcome, is on the way. */
	if (v->status == LEV_IGANG && l->status == LEV_IGANG && l->vor && l->forsoeg == v->forsoeg)
		return true;
	l->forsoeg = v->forsoeg;
	l->skridt = v->skridt;
	plan_af_liste(p, l);
	plan_af_plads(p, l);
	koe_ud(p, l);
	l->plads = v->plads;
	l->laes = v->laes;
	l->forbi = v->forbi;
	l->vor = false;
	l->status = v->status;
	return gem_til_sidst(p, l, til);
}

static int
efter_sted(const void *a, const void *b)
{
	const struct levering *x = ((const struct plan_genopbyg *)a)->l,
			      *y = ((const struct plan_genopbyg *)b)->l;

	if (x->ep != y->ep) /* by name, not by address: the same state makes the same plan */
		return strcmp(x->ep->navn, y->ep->navn);
	return x->plads < y->plads ? -1 : x->plads > y->plads;
}

/* Those kept, in order of endpoint and offset, into the lists: one pass. */
static bool
paa_plads_alle(struct plan *p)
{
	const struct endepunkt *ep = NULL;
	struct plan_led *her = NULL;

	if (p->n_genopbyg == 0)
		return true;
	qsort(p->genopbyg, p->n_genopbyg, sizeof(*p->genopbyg), efter_sted);
	for (size_t i = 0; i < p->n_genopbyg; i++) {
		struct levering *l = p->genopbyg[i].l;
		struct plan_led *hoved = plan_liste(l, l->status);

		if (!plan_paa_plads(p, l, l->status, p->genopbyg[i].forfald_ms))
			return false;
		if (hoved != &l->ep->aabne) {
			led_sidst(hoved, &l->i_ep);
			continue;
		}
		if (l->ep != ep)
			her = hoved;
		ep = l->ep;
		while (her->naeste != hoved && plan_af_ep(her->naeste)->plads < l->plads)
			her = her->naeste;
		led_efter(her, &l->i_ep);
		plan_taelles(p, l, 1);
		her = &l->i_ep;
	}
	p->n_genopbyg = 0;
	return true;
}

static void
fri_alle(struct plan *p, int32_t partition, bool kun_gamle)
{
	struct plb_map_node *n;
	size_t it = 0;

	/* The map may not change under the walk: the endpoints' lists are walked instead. */
	while ((n = plb_map_next(&p->endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);
		struct plan_led *hoved[] = {&ep->aabne, &ep->leverede};

		for (size_t i = 0; ep->partition == partition && i < 2; i++) {
			for (struct plan_led *led = hoved[i]->naeste, *naeste; led != hoved[i];
			     led = naeste) {
				struct levering *l = plan_af_ep(led);

				naeste = led->naeste;
				if (l->gammel || !kun_gamle)
					plan_fri(p, l);
			}
		}
	}
}

void
plan_genopbyg_slut(struct plan *p, int32_t partition)
{
	struct plb_map_node *n;
	size_t it = 0;

	PLB_ASSERT(paa_plads_alle(p)); /* memory: this process cannot go on */
	fri_alle(p, partition, true);
	while ((n = plb_map_next(&p->endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		if (ep->partition == partition)
			plan_vurder_alle(p, ep);
	}
}

static void
endepunkt_fri(struct plan *p, struct endepunkt *ep)
{
	led_ud(&ep->venter_paa_kald);
	led_ud(&ep->i_gnister);
	/* The organisation's endpoints go together, in any order. */
	for (int i = 1; i < PLAN_KANALER && ep->hoved == ep; i++)
		if (ep->kopier[i] != NULL)
			ep->kopier[i]->hoved = NULL;
	if (ep->hoved != NULL && ep->hoved != ep)
		ep->hoved->kopier[ep->kopi] = NULL;
	plb_map_del(&p->endepunkter, &ep->node);
	free(ep);
}

void
plan_partition_vaek(struct plan *p, int32_t partition)
{
	struct plb_map_node *n;
	size_t it = 0;

	fri_alle(p, partition, false);
	while ((n = plb_map_next(&p->endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		if (ep->partition != partition)
			continue;
		endepunkt_fri(p, ep);
		it = 0; /* the table has moved */
	}
}

void
plan_fini(struct plan *p)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&p->endepunkter, &it)) != NULL) {
		plan_partition_vaek(p, PLAN_OM(n, struct endepunkt, node)->partition);
		it = 0;
	}
	plb_map_fini(&p->endepunkter);
	plb_map_fini(&p->koer);
	plb_map_fini(&p->leveringer);
	plb_heap_fini(&p->forfald);
	free(p->genopbyg);
}
