// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"
#include "frist.h"

static void
tilfoej_mangel(struct mangel *m, size_t *n, struct mangel ny)
{
	if (*n < MANGLER_MAX)
		m[(*n)++] = ny;
}

/* What the package lacks: referater that are owed, and the first conversation where none was held.
 */
size_t
beslut_find_mangler(
    const struct trin *t, const struct forloeb *f, const struct regelsaet *r, struct mangel *m)
{
	const struct samtale *s = f->samtaler.p;
	size_t i, n = 0;
	bool holdt = false;

	for (i = 0; i < f->samtaler.n; i++) {
		holdt = holdt ||
		    (!s[i].tilbagekaldt && s[i].art != SAMTALE_GRUPPE &&
			!plb_org_eq(&s[i].afholder, &f->kommune));
		if (beslut_skylder_referat(f, &s[i]))
			tilfoej_mangel(m, &n,
			    (struct mangel){.art = MANGEL_REFERAT,
				.har_samtale = true,
				.samtale = s[i].id,
				.har_frist = true,
				.frist = frist_referat(t->rr, r, &s[i])});
	}
	if (!holdt)
		tilfoej_mangel(m, &n,
		    (struct mangel){.art = MANGEL_SAMTALE,
			.har_type = true,
			.samtaletype = 7,
			.har_frist = true,
			.frist = frist_foerste_samtale(r, f->tilmeldingsdato)});
	return n;
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
		if (r[i].tilbagekaldt || !beslut_maa_deles(f, &r[i]) ||
		    plb_org_eq(&r[i].forfatter, &f->kommune))
			continue;
		ny = plb_list_add(&ud, t->a, sizeof(*ny), f->referater.n);
		if (ny == NULL)
			t->fejl = PLB_E_FOR_STOR;
		else
			*ny = r[i];
	}
	return ud;
}
