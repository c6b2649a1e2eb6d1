// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"
#include "frist.h"
#include "samtalekrav.h"

static void
tilfoej(struct trin *t, struct plb_list *l, struct mangel ny)
{
	struct mangel *m;

	if (l->n >= MANGLER_MAX)
		return;
	m = plb_list_add(l, t->a, sizeof(*m), MANGLER_MAX);
	if (m == NULL)
		t->fejl = PLB_E_FOR_STOR;
	else
		*m = ny;
}

/* About availability alone: its referat is not for the kommune. */
static bool
kun_raadighed(const struct samtale *s)
{
	return s->type1 == 15 && s->type2 == 0;
}

/* Referater that are owed of conversations that are shared, and the conversations that should have
 * been held. */
struct plb_list
beslut_find_mangler(struct trin *t, const struct forloeb *f, const struct regelsaet *r)
{
	const struct samtale *s = f->samtaler.p;
	struct manglende_samtale savnet[MANGLENDE_SAMTALER_MAX];
	struct plb_list l = {NULL, 0};
	size_t i, n = samtalekrav_mangler(f, r, savnet);

	for (i = 0; i < f->samtaler.n; i++)
		if (beslut_skylder_referat(f, &s[i]) && !kun_raadighed(&s[i]) &&
		    samtalekrav_pakke_referat(f, r, &s[i]))
			tilfoej(t, &l,
			    (struct mangel){.art = MANGEL_REFERAT,
				.har_samtale = true,
				.samtale = s[i].id,
				.har_frist = true,
				.frist = frist_referat(t->rr, r, &s[i])});
	for (i = 0; i < n; i++)
		tilfoej(t, &l,
		    (struct mangel){.art = MANGEL_SAMTALE,
			.har_type = true,
			.samtaletype = savnet[i].type,
			.har_frist = true,
			.frist = savnet[i].frist});
	return l;
}

static bool
er_tilbagekaldt(const struct forloeb *f, const struct referat *r)
{
	const struct samtale *s = beslut_samtale(f, r->samtale);

	return r->tilbagekaldt || (s != NULL && s->tilbagekaldt);
}

/* The conversations that took place. */
struct plb_list
beslut_find_samtaler(struct trin *t, const struct forloeb *f)
{
	const struct samtale *s = f->samtaler.p;
	struct plb_list ud = {NULL, 0};
	struct samtale *ny;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++) {
		if (s[i].tilbagekaldt)
			continue;
		ny = plb_list_add(&ud, t->a, sizeof(*ny), f->samtaler.n);
		if (ny == NULL)
			t->fejl = PLB_E_FOR_STOR;
		else
			*ny = s[i];
	}
	return ud;
}

/* The referater that go with the package: the newest of each that may be shared and is not the
 * recipient's own. */
struct plb_list
beslut_find_referater(struct trin *t, const struct forloeb *f)
{
	const struct referat *r = f->referater.p;
	struct plb_list ud = {NULL, 0};
	struct referat *ny;
	size_t i;

	for (i = 0; i < f->referater.n; i++) {
		if (er_tilbagekaldt(f, &r[i]) || !beslut_maa_deles(f, &r[i]) ||
		    plb_org_eq(&r[i].forfatter, &f->due.til))
			continue;
		ny = plb_list_add(&ud, t->a, sizeof(*ny), f->referater.n);
		if (ny == NULL)
			t->fejl = PLB_E_FOR_STOR;
		else
			*ny = r[i];
	}
	return ud;
}
