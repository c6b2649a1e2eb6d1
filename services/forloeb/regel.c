// SPDX-License-Identifier: MPL-2.0
#include "regel.h"

const struct regelsaet *
regel_for(const struct regler *r, struct plb_dato tilmeldingsdato)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct regelsaet *rs = &r->r[i];

		if (plb_dato_before(tilmeldingsdato, rs->fra))
			continue;
		if (plb_dato_set(rs->til) && plb_dato_before(rs->til, tilmeldingsdato))
			continue;
		return rs;
	}
	return NULL;
}

const struct regelsaet *
regel_find(const struct regler *r, struct plb_slice id)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (plb_slice_is(id, r->r[i].id))
			return &r->r[i];
	return NULL;
}

bool
regel_maa_sammenlaegges(const struct regelsaet *r, int32_t a, int32_t b)
{
	size_t i;

	for (i = 0; i < r->n_sammen; i++)
		if ((r->sammen[i][0] == a && r->sammen[i][1] == b) ||
		    (r->sammen[i][0] == b && r->sammen[i][1] == a))
			return true;
	return false;
}
