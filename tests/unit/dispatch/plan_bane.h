// SPDX-License-Identifier: MPL-2.0
#ifndef PLAN_BANE_H
#define PLAN_BANE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan.h"

#include <stdlib.h>
#include <string.h>

#define ORG plb_slice_str("kommune:0461")

static inline struct plan_konf
konf(void)
{
	return (struct plan_konf){.kald = 100,
	    .n_skridt = 3,
	    .skridt_ms = {0, 1000, 60000},
	    .jitter_procent = 10,
	    .genopret_ms = 17000,
	    .froe = 7};
}

struct bane {
	struct plan p;
	struct endepunkt *ep;
	uint32_t naeste_id;
};

/* It has shown that it bears all the calls it may have. */
static inline void
bevist(struct bane *b, struct endepunkt *ep)
{
	while (ep->aaben_for < ep->samtidige)
		plan_baerer(&b->p, ep, true);
}

static inline void
lav(struct bane *b, int64_t samtidige)
{
	struct plan_konf k = konf();

	memset(b, 0, sizeof(*b));
	plan_init(&b->p, &k);
	b->ep = plan_endepunkt_lav(&b->p, ORG, 3);
	assert_non_null(b->ep);
	plan_endepunkt_saet(&b->p, b->ep, 1, samtidige);
	bevist(b, b->ep);
}

static inline struct levering
vaerdi(struct bane *b, struct endepunkt *ep, uint8_t person, int64_t offset)
{
	struct levering v = {
	    .ep = ep, .har_person = person != 0, .plads = offset, .status = LEV_VENTER};

	b->naeste_id++;
	memcpy(v.id.b, &b->naeste_id, sizeof(b->naeste_id));
	v.person.b[0] = person;
	return v;
}

static inline struct levering *
ny(struct bane *b, uint8_t person, int64_t offset)
{
	struct levering v = vaerdi(b, b->ep, person, offset), *l = plan_tilfoej(&b->p, &v, 0);

	assert_non_null(l);
	return l;
}

/* What is ready gets its intent; the batch is committed. */
static inline void
hensigter(struct bane *b, struct endepunkt *ep)
{
	struct levering *l;

	while ((l = plan_klar(ep)) != NULL) {
		l->forsoeg++;
		plan_flyt(&b->p, l, LEV_IGANG, 0);
	}
	plan_bekraeftet(&b->p);
}

#endif
