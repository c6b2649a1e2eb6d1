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

/* plan_koe.c */
PLB_MUSTUSE bool koe_ind(struct plan *p, struct levering *l); /* false: out of memory */
void koe_ud(struct plan *p, struct levering *l);
void koe_vurder(struct plan *p, struct koe *k); /* in or out of `klar` */

#endif
