// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"
#include "frist.h"

void
beslut_ryk_for_referat(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct samtale *s = f->samtaler.p;
	struct effekt *e;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++) {
		struct plb_time frist;

		if (s[i].rykket || !beslut_skylder_referat(f, &s[i]))
			continue;
		frist = frist_referat(t->rr, r, &s[i]);
		if (plb_dato_set(f->afmeldt) && !plb_time_before(frist, plb_dato_start(f->afmeldt)))
			continue; /* deregistration voids what is open */
		if (!beslut_forfalden(t, frist, next))
			continue;
		e = trin_lavet(t, f, LAVET_REFERAT_MANGLER, &f->akasse, &s[i].id);
		if (e != NULL)
			e->u.referat_mangler = (struct referat_mangler){s[i].id, frist};
		s[i].rykket = true;
	}
}
