// SPDX-License-Identifier: MPL-2.0
#include <stdlib.h>

#include "plan_int.h"

#define DAG_MS (24 * 3600 * (int64_t)1000)

void
plan_init(struct plan *p, const struct plan_konf *k)
{
	*p = (struct plan){.konf = *k};
	plb_rng_seed(&p->rng, k->froe);
	plb_map_init(&p->endepunkter, 0);
	plb_map_init(&p->koer, 0);
	plb_map_init(&p->leveringer, 0);
	plb_heap_init(&p->forfald);
	led_tom(&p->nye);
	led_tom(&p->venter_paa_kald);
	led_tom(&p->gnister);
}

struct endepunkt *
plan_endepunkt(const struct plan *p, struct plb_slice org)
{
	return (struct endepunkt *)plb_map_get(&p->endepunkter, org);
}

struct endepunkt *
plan_endepunkt_lav(struct plan *p, struct plb_slice org, int32_t partition)
{
	struct endepunkt *ep = plan_endepunkt(p, org);

	if (ep != NULL)
		return ep;
	ep = calloc(1, sizeof(*ep));
	if (ep == NULL || plb_org_parse(org, &ep->org) != PLB_OK) {
		free(ep);
		return NULL;
	}
	ep->node.key = plb_org_slice(&ep->org);
	ep->partition = partition;
	led_tom(&ep->klar);
	led_tom(&ep->start);
	led_tom(&ep->aabne);
	led_tom(&ep->leverede);
	led_tom(&ep->venter_paa_kald);
	led_tom(&ep->i_gnister);
	if (plb_map_add(&p->endepunkter, &ep->node) == PLB_OK)
		return ep;
	free(ep);
	return NULL;
}

struct levering *
plan_af_ep(const struct plan_led *led)
{
	return PLAN_OM(led, struct levering, i_ep);
}

/* Every queue of the endpoint is judged anew; rare. */
static void
vurder_alle(struct plan *p, struct endepunkt *ep)
{
	for (struct plan_led *led = ep->aabne.naeste; led != &ep->aabne; led = led->naeste) {
		struct levering *l = plan_af_ep(led);

		if (l->koe != NULL && l->koe->foerste == l)
			koe_vurder(p, l->koe);
	}
	plan_gnist_bed(p, ep);
}

void
plan_endepunkt_saet(struct plan *p, struct endepunkt *ep, bool push, int64_t samtidige)
{
	ep->push = push;
	ep->samtidige = samtidige;
	vurder_alle(p, ep);
}

void
plan_endepunkt_aabn(struct plan *p, struct endepunkt *ep, enum plan_aabning aabning)
{
	ep->aabning = aabning;
	vurder_alle(p, ep);
}

struct levering *
plan_find(const struct plan *p, const struct plb_uuid *id)
{
	struct plb_map_node *n = plb_map_get(&p->leveringer, plb_slice(id->b, sizeof(id->b)));

	return n == NULL ? NULL : PLAN_OM(n, struct levering, node);
}

/* Into the list, in order of offset; mostly last. */
static void
i_orden(struct plan_led *hoved, struct levering *l)
{
	struct plan_led *plads = hoved->forrige;

	while (plads != hoved && plan_af_ep(plads)->offset > l->offset)
		plads = plads->forrige;
	led_efter(plads, &l->i_ep);
}

static struct plan_led *
liste(struct levering *l, enum lev_status status)
{
	return status == LEV_LEVERET ? &l->ep->leverede : &l->ep->aabne;
}

/* Out of everything that its status puts it in but the endpoint's list. */
static void
af_plads(struct plan *p, struct levering *l)
{
	if (l->status == LEV_IGANG) {
		l->ep->igang--;
		p->igang--;
	}
	led_ud(&l->i_start);
	plb_heap_del(&p->forfald, &l->forfald);
}

static bool
paa_plads(struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms)
{
	l->status = status;
	if (status == LEV_IGANG) {
		l->ep->igang++;
		p->igang++;
	}
	if (forfald_ms > 0 && plb_heap_put(&p->forfald, &l->forfald, forfald_ms) != PLB_OK)
		return false;
	if (!lev_holder_koe(status))
		koe_ud(p, l);
	else if (l->koe == NULL)
		return koe_ind(p, l);
	else
		koe_vurder(p, l->koe);
	return true;
}

/* Into the list of its status: `aabne` in order of offset, where a new one is mostly the last. */
static void
i_liste(struct levering *l)
{
	struct plan_led *hoved = liste(l, l->status);

	if (hoved == &l->ep->aabne)
		i_orden(hoved, l);
	else
		led_sidst(hoved, &l->i_ep);
}

static void
fri(struct plan *p, struct levering *l)
{
	af_plads(p, l);
	led_ud(&l->i_ep);
	koe_ud(p, l);
	p->hentes -= l->hentes ? 1 : 0;
	plb_map_del(&p->leveringer, &l->node);
	free(l);
}

/* Known by id, in no list yet. */
static struct levering *
lav(struct plan *p, const struct levering *v)
{
	struct levering *l = calloc(1, sizeof(*l));

	if (l == NULL || plan_find(p, &v->id) != NULL) {
		free(l);
		return NULL;
	}
	l->id = v->id;
	l->ep = v->ep;
	l->person = v->person;
	l->har_person = v->har_person;
	l->forsoeg = v->forsoeg;
	l->skridt = v->skridt;
	l->offset = v->offset;
	l->ankommet = v->ankommet;
	l->blob = v->blob;
	l->krop = v->krop;
	led_tom(&l->i_ep);
	led_tom(&l->i_start);
	l->node.key = plb_slice(l->id.b, sizeof(l->id.b));
	if (plb_map_add(&p->leveringer, &l->node) != PLB_OK) {
		free(l);
		return NULL;
	}
	return l;
}

struct levering *
plan_tilfoej(struct plan *p, const struct levering *v, int64_t forfald_ms)
{
	struct levering *l = lav(p, v);

	if (l == NULL)
		return NULL;
	if (paa_plads(p, l, v->status, forfald_ms)) {
		i_liste(l);
		return l;
	}
	fri(p, l);
	return NULL;
}

void
plan_flyt(struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms)
{
	bool flyt;

	if (status == LEV_SLUT) {
		fri(p, l);
		return;
	}
	flyt = liste(l, l->status) != liste(l, status);
	af_plads(p, l);
	l->vor = false;
	PLB_ASSERT(paa_plads(p, l, status, forfald_ms)); /* memory: this process cannot go on */
	if (flyt) {
		led_ud(&l->i_ep);
		i_liste(l);
	}
	if (status == LEV_IGANG && forfald_ms == 0)
		led_sidst(&p->nye, &l->i_start);
}

struct levering *
plan_klar(struct endepunkt *ep)
{
	if (plan_tom(&ep->klar) || ep->igang >= (size_t)ep->samtidige * PLAN_VINDUE)
		return NULL;
	return PLAN_OM(ep->klar.naeste, struct koe, led)->foerste;
}

void
plan_bekraeftet(struct plan *p)
{
	while (!plan_tom(&p->nye)) {
		struct levering *l = PLAN_OM(p->nye.naeste, struct levering, i_start);

		led_ud(&l->i_start);
		led_sidst(&l->ep->start, &l->i_start);
		l->vor = true;
		if (!led_er_i(&l->ep->venter_paa_kald))
			led_sidst(&p->venter_paa_kald, &l->ep->venter_paa_kald);
	}
}

void
plan_hentes(struct plan *p, struct levering *l, bool hentes)
{
	if (l->hentes == hentes)
		return;
	l->hentes = hentes;
	p->hentes = hentes ? p->hentes + 1 : p->hentes - 1;
	if (l->koe != NULL)
		koe_vurder(p, l->koe);
}

struct levering *
plan_start(struct plan *p)
{
	struct plan_led *led = p->venter_paa_kald.naeste, *naeste;

	if ((int64_t)p->kald >= p->konf.kald)
		return NULL;
	for (; led != &p->venter_paa_kald; led = naeste) {
		struct endepunkt *ep = PLAN_OM(led, struct endepunkt, venter_paa_kald);
		struct levering *l;

		naeste = led->naeste;
		led_ud(led);
		/* With all its calls busy it comes back with plan_kald_slut. */
		if (plan_tom(&ep->start) || (int64_t)ep->kald >= ep->samtidige)
			continue;
		l = PLAN_OM(ep->start.naeste, struct levering, i_start);
		led_ud(&l->i_start);
		if (!plan_tom(&ep->start))
			led_sidst(&p->venter_paa_kald, led);
		ep->kald++;
		p->kald++;
		return l;
	}
	return NULL;
}

void
plan_kald_slut(struct plan *p, struct endepunkt *ep)
{
	PLB_ASSERT(ep->kald > 0 && p->kald > 0);
	ep->kald--;
	p->kald--;
	if (!plan_tom(&ep->start) && !led_er_i(&ep->venter_paa_kald))
		led_sidst(&p->venter_paa_kald, &ep->venter_paa_kald);
}

int64_t
plan_naeste_forfald(const struct plan *p)
{
	const struct plb_heap_node *n = plb_heap_min(&p->forfald);

	return n == NULL ? INT64_MAX : n->due;
}

bool
plan_forfald(struct plan *p, int64_t now_ms, struct levering **uvis)
{
	struct plb_heap_node *n = plb_heap_min(&p->forfald);
	struct levering *l;

	*uvis = NULL;
	if (n == NULL || n->due > now_ms)
		return false;
	l = PLAN_OM(n, struct levering, forfald);
	plb_heap_del(&p->forfald, n);
	if (l->status == LEV_IGANG)
		*uvis = l;
	else if (l->koe != NULL)
		koe_vurder(p, l->koe);
	if (!plan_tom(&l->ep->klar))
		plan_gnist_bed(p, l->ep);
	return true;
}

struct endepunkt *
plan_gnist(struct plan *p)
{
	struct plan_led *led = p->gnister.naeste;

	if (led == &p->gnister)
		return NULL;
	led_ud(led);
	return PLAN_OM(led, struct endepunkt, i_gnister);
}

void
plan_gnist_bed(struct plan *p, struct endepunkt *ep)
{
	if (!ep->gnist && !led_er_i(&ep->i_gnister))
		led_sidst(&p->gnister, &ep->i_gnister);
}

int64_t
plan_pause(struct plan *p, int32_t skridt, int64_t mindst_ms)
{
	int64_t ms, bredde;

	if (skridt < 0 || (size_t)skridt >= p->konf.n_skridt)
		return -1;
	ms = p->konf.skridt_ms[skridt];
	bredde = ms / 100 * p->konf.jitter_procent;
	if (bredde > 0)
		ms += (int64_t)plb_rng_below(&p->rng, (uint64_t)(2 * bredde + 1)) - bredde;
	if (mindst_ms > DAG_MS)
		mindst_ms = DAG_MS;
	return ms > mindst_ms ? ms : mindst_ms;
}

/* ---- rebuild ---- */

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
		ep->markoer = 0;
	}
}

static bool
gem_til_sidst(struct plan *p, struct levering *l, int64_t forfald_ms)
{
	if (p->n_genopbyg == p->plads_genopbyg) {
		size_t plads = p->plads_genopbyg == 0 ? 256 : p->plads_genopbyg * 2;
		struct plan_genopbyg *a = realloc(p->genopbyg, plads * sizeof(*a));

		if (a == NULL)
			return false;
		p->genopbyg = a;
		p->plads_genopbyg = plads;
	}
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
		l = lav(p, v);
		if (l == NULL)
			return false;
		l->status = v->status;
		return gem_til_sidst(p, l, til);
	}
	l->gammel = false;
	l->blob = v->blob;
	l->krop = v->krop;
	/* An attempt of ours goes on: its call, or its outcome, is on the way. */
	if (v->status == LEV_IGANG && l->status == LEV_IGANG && l->vor && l->forsoeg == v->forsoeg)
		return true;
	l->forsoeg = v->forsoeg;
	l->skridt = v->skridt;
	af_plads(p, l);
	led_ud(&l->i_ep);
	koe_ud(p, l);
	l->vor = false;
	l->status = v->status;
	return gem_til_sidst(p, l, til);
}

static int
efter_sted(const void *a, const void *b)
{
	const struct levering *x = ((const struct plan_genopbyg *)a)->l,
			      *y = ((const struct plan_genopbyg *)b)->l;

	if (x->ep != y->ep)
		return (uintptr_t)x->ep < (uintptr_t)y->ep ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
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
		struct plan_led *hoved = liste(l, l->status);

		if (!paa_plads(p, l, l->status, p->genopbyg[i].forfald_ms))
			return false;
		if (hoved != &l->ep->aabne) {
			led_sidst(hoved, &l->i_ep);
			continue;
		}
		if (l->ep != ep)
			her = hoved;
		ep = l->ep;
		while (her->naeste != hoved && plan_af_ep(her->naeste)->offset < l->offset)
			her = her->naeste;
		led_efter(her, &l->i_ep);
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
					fri(p, l);
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
			vurder_alle(p, ep);
	}
}

static void
endepunkt_fri(struct plan *p, struct endepunkt *ep)
{
	led_ud(&ep->venter_paa_kald);
	led_ud(&ep->i_gnister);
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
