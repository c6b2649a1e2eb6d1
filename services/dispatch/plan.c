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
plan_endepunkt_af(const struct plan *p, const struct plb_org *org, uint8_t kopi)
{
	struct endepunkt *hoved = plan_endepunkt(p, plb_org_slice(org));

	if (hoved == NULL || kopi == 0)
		return hoved;
	return kopi < PLAN_KANALER ? hoved->kopier[kopi] : NULL;
}

static struct endepunkt *
endepunkt_ny(struct plan *p, const struct plb_org *org, int32_t partition, uint8_t kopi)
{
	struct endepunkt *ep = calloc(1, sizeof(*ep));
	size_t n;

	if (ep == NULL)
		return NULL;
	ep->org = *org;
	ep->partition = partition;
	ep->kopi = kopi;
	ep->hoved = ep;
	n = plb_org_slice(org).len;
	memcpy(ep->navn, org->text, n);
	if (kopi != 0) {
		ep->navn[n++] = '/';
		ep->navn[n++] = (char)('0' + kopi);
	}
	ep->node.key = plb_slice(ep->navn, n);
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

struct endepunkt *
plan_endepunkt_lav(struct plan *p, struct plb_slice org, int32_t partition)
{
	struct endepunkt *ep = plan_endepunkt(p, org);
	struct plb_org o;

	if (ep != NULL)
		return ep;
	return plb_org_parse(org, &o) == PLB_OK ? endepunkt_ny(p, &o, partition, 0) : NULL;
}

struct endepunkt *
plan_kopi_lav(struct plan *p, struct endepunkt *hoved, uint8_t kopi)
{
	struct endepunkt *ep;

	PLB_ASSERT(hoved->kopi == 0 && kopi > 0 && kopi < PLAN_KANALER);
	if (hoved->kopier[kopi] != NULL)
		return hoved->kopier[kopi];
	ep = endepunkt_ny(p, &hoved->org, hoved->partition, kopi);
	if (ep != NULL)
		ep->hoved = hoved;
	hoved->kopier[kopi] = ep;
	return ep;
}

struct levering *
plan_af_ep(const struct plan_led *led)
{
	return PLAN_OM(led, struct levering, i_ep);
}

/* Every queue of the endpoint is judged anew; rare. */
void
plan_vurder_alle(struct plan *p, struct endepunkt *ep)
{
	for (struct plan_led *led = ep->aabne.naeste; led != &ep->aabne; led = led->naeste) {
		struct levering *l = plan_af_ep(led);

		if (l->koe != NULL && l->koe->foerste == l)
			koe_vurder(p, l->koe);
	}
	plan_gnist_bed(p, ep);
}

void
plan_endepunkt_saet(struct plan *p, struct endepunkt *ep, uint8_t kanal, int64_t samtidige)
{
	ep->kanal = kanal;
	ep->push = kanal != 0;
	ep->samtidige = samtidige;
	if (ep->aaben_for == 0 || ep->aaben_for > samtidige)
		ep->aaben_for = samtidige < PLAN_FOERST ? samtidige : PLAN_FOERST;
	plan_vurder_alle(p, ep);
}

void
plan_endepunkt_aabn(struct plan *p, struct endepunkt *ep, enum plan_aabning aabning)
{
	ep->aabning = aabning;
	ep->proever = false;
	if (aabning == EP_AABEN)
		ep->n_proever = 0;
	if (aabning != EP_PAUSE)
		ep->proeve_ms = 0;
	plan_vurder_alle(p, ep);
}

void
plan_hold(struct plan *p, struct endepunkt *ep, bool holdt)
{
	ep->holdt = holdt;
	plan_vurder_alle(p, ep);
}

void
plan_proev(struct plan *p, struct endepunkt *ep)
{
	ep->proever = true;
	ep->proeve_ms = 0;
	plan_vurder_alle(p, ep);
}

void
plan_baerer(struct plan *p, struct endepunkt *ep, bool godt)
{
	int64_t til = godt ? ep->aaben_for * 2 : ep->aaben_for / 2;

	ep->traet = !godt;
	ep->aaben_for = til < 1 ? 1 : til > ep->samtidige ? ep->samtidige : til;
	if (godt && !plan_tom(&ep->start) && !led_er_i(&ep->venter_paa_kald))
		led_sidst(&p->venter_paa_kald, &ep->venter_paa_kald);
}

bool
plan_er_plads(const struct plan *p, const struct endepunkt *ep)
{
	size_t maks = (size_t)p->konf.aabne;

	if (p->antal >= PLAN_AABNE_I_ALT && maks > PLAN_AABNE_KNAP)
		maks = PLAN_AABNE_KNAP;
	return ep->antal < maks;
}

struct levering *
plan_find(const struct plan *p, const struct plb_uuid *id)
{
	struct plb_map_node *n = plb_map_get(&p->leveringer, plb_slice(id->b, sizeof(id->b)));

	return n == NULL ? NULL : PLAN_OM(n, struct levering, node);
}

/* Into the list, in order of place; mostly last. */
static void
i_orden(struct plan_led *hoved, struct levering *l)
{
	struct plan_led *plads = hoved->forrige;

	while (plads != hoved && plan_af_ep(plads)->plads > l->plads)
		plads = plads->forrige;
	led_efter(plads, &l->i_ep);
}

struct plan_led *
plan_liste(struct levering *l, enum lev_status status)
{
	return status == LEV_LEVERET ? &l->ep->leverede : &l->ep->aabne;
}

void
plan_taelles(struct plan *p, struct levering *l, int saa_mange)
{
	l->ep->antal += (size_t)saa_mange;
	p->antal += (size_t)saa_mange;
}

/* Out of everything that its status puts it in but the endpoint's list. */
void
plan_af_plads(struct plan *p, struct levering *l)
{
	if (l->status == LEV_IGANG) {
		l->ep->igang--;
		p->igang--;
	}
	led_ud(&l->i_start);
	plb_heap_del(&p->forfald, &l->forfald);
}

bool
plan_paa_plads(struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms)
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

/* Into the list of its status: `aabne` in order of place, where a new one is mostly the last. */
static void
i_liste(struct plan *p, struct levering *l)
{
	struct plan_led *hoved = plan_liste(l, l->status);

	if (hoved == &l->ep->aabne) {
		i_orden(hoved, l);
		plan_taelles(p, l, 1);
	} else {
		led_sidst(hoved, &l->i_ep);
	}
}

void
plan_af_liste(struct plan *p, struct levering *l)
{
	if (led_er_i(&l->i_ep) && plan_liste(l, l->status) == &l->ep->aabne)
		plan_taelles(p, l, -1);
	led_ud(&l->i_ep);
}

void
plan_fri(struct plan *p, struct levering *l)
{
	plan_af_plads(p, l);
	plan_af_liste(p, l);
	plan_indhold_slip(p, l);
	koe_ud(p, l);
	p->hentes -= l->hentes ? 1 : 0;
	plb_map_del(&p->leveringer, &l->node);
	free(l);
}

/* Known by id, in no list yet. */
struct levering *
plan_lav(struct plan *p, const struct levering *v)
{
	struct levering *l = calloc(1, sizeof(*l));

	if (l == NULL || plan_find(p, &v->id) != NULL) {
		free(l);
		return NULL;
	}
	l->id = v->id;
	l->leveringid = v->leveringid;
	l->ep = v->ep;
	l->person = v->person;
	l->har_person = v->har_person;
	l->forsoeg = v->forsoeg;
	l->skridt = v->skridt;
	l->plads = v->plads;
	l->laes = v->laes;
	l->ankommet = v->ankommet;
	l->frist = v->frist;
	l->forbi = v->forbi;
	l->laast = v->laast;
	l->lavet = v->lavet;
	l->tilbagekaldt = v->tilbagekaldt;
	l->reserve = v->reserve;
	l->naaet = v->naaet;
	l->blob = v->blob;
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
	struct levering *l = plan_lav(p, v);

	if (l == NULL)
		return NULL;
	if (plan_paa_plads(p, l, v->status, forfald_ms)) {
		i_liste(p, l);
		return l;
	}
	plan_fri(p, l);
	return NULL;
}

void
plan_flyt(struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms)
{
	bool flyt;

	if (status == LEV_SLUT) {
		plan_fri(p, l);
		return;
	}
	flyt = plan_liste(l, l->status) != plan_liste(l, status);
	if (flyt)
		plan_af_liste(p, l);
	plan_af_plads(p, l);
	l->vor = false;
	PLB_ASSERT(
	    plan_paa_plads(p, l, status, forfald_ms)); /* memory: this process cannot go on */
	if (flyt)
		i_liste(p, l);
	if (status == LEV_IGANG && forfald_ms == 0)
		led_sidst(&p->nye, &l->i_start);
}

/* Intents that it may have. A probe goes alone. */
static size_t
intentioner(const struct endepunkt *ep)
{
	return ep->aabning == EP_AABEN ? (size_t)ep->aaben_for * PLAN_VINDUE : 1;
}

struct levering *
plan_klar(struct endepunkt *ep)
{
	if (plan_tom(&ep->klar) || ep->igang >= intentioner(ep))
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

bool
plan_indhold(struct plan *p, struct levering *l, const void *indhold, size_t len)
{
	plan_indhold_slip(p, l);
	if (len == 0 || len > PLAN_INDHOLD_MAX - p->indhold || (l->indhold = malloc(len)) == NULL)
		return false;
	memcpy(l->indhold, indhold, len);
	l->indhold_len = len;
	p->indhold += len;
	return true;
}

void
plan_indhold_slip(struct plan *p, struct levering *l)
{
	p->indhold -= l->indhold_len;
	free(l->indhold);
	l->indhold = NULL;
	l->indhold_len = 0;
}

/* Out of its person's queue: the next status puts it into its own. */
void
plan_forbi(struct plan *p, struct levering *l)
{
	koe_ud(p, l);
	l->forbi = true;
}

void
plan_lad_gaa(struct plan *p, struct levering *l)
{
	l->laast = false;
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
		if (plan_tom(&ep->start) || (int64_t)ep->kald >= ep->aaben_for)
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
