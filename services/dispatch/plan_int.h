// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_PLAN_INT_H
#define DISPATCH_PLAN_INT_H

#include "plan.h"

#define PLAN_OM(led, type, medlem) ((type *)(void *)((uintptr_t)(led)-offsetof(type, medlem)))

static inline void
led_tom(struct plan_led *l)
{
	l->forrige = l->naeste = l;
}

static inline bool
led_er_i(const struct plan_led *l)
{
	return l->naeste != l;
}

static inline void
led_efter(struct plan_led *plads, struct plan_led *l)
{
	l->forrige = plads;
	l->naeste = plads->naeste;
	plads->naeste->forrige = l;
	plads->naeste = l;
}

static inline void
led_sidst(struct plan_led *hoved, struct plan_led *l)
{
	led_efter(hoved->forrige, l);
}

/* No-op when in no list. */
static inline void
led_ud(struct plan_led *l)
{
	l->forrige->naeste = l->naeste;
	l->naeste->forrige = l->forrige;
	led_tom(l);
}

/* plan.c: the steps that moves are made of. */
struct plan_led *plan_liste(struct levering *l, enum lev_status status); /* of that status */
void plan_taelles(struct plan *p, struct levering *l, int saa_mange);
void plan_af_liste(struct plan *p, struct levering *l);
/* Out of everything that its status puts it in but the endpoint's list; and in again. */
void plan_af_plads(struct plan *p, struct levering *l);
PLB_MUSTUSE bool plan_paa_plads(
    struct plan *p, struct levering *l, enum lev_status status, int64_t forfald_ms);
struct levering *plan_lav(struct plan *p, const struct levering *v); /* in no list yet */
void plan_fri(struct plan *p, struct levering *l);
void plan_vurder_alle(struct plan *p, struct endepunkt *ep); /* every queue anew; rare */

/* plan_koe.c */
PLB_MUSTUSE bool koe_ind(struct plan *p, struct levering *l); /* false: out of memory */
void koe_ud(struct plan *p, struct levering *l);
void koe_vurder(struct plan *p, struct koe *k); /* in or out of `klar` */

#endif
