// SPDX-License-Identifier: MPL-2.0
#include "beslut_int.h"

#include "medlemskab.h"

/* Is it time? Nothing is due while the clock is unset. Otherwise `*next` is moved forward to `due`
 * where that is sooner. */
bool
beslut_forfalden(const struct trin *t, struct plb_time due, struct plb_time *next)
{
	if (t->now.ms != PLB_TIME_UNSET.ms && !plb_time_before(t->now, due))
		return true;
	if (plb_time_before(due, *next))
		*next = due;
	return false;
}

bool
beslut_afmeldt(const struct trin *t, const struct forloeb *f, struct plb_time *next)
{
	struct plb_dato slut = medlemskab_slut(f);

	return plb_dato_set(slut) && beslut_forfalden(t, plb_dato_start(slut), next);
}

const struct referat *
beslut_referat(const struct forloeb *f, struct plb_uuid samtale)
{
	struct referat *r = f->referater.p;
	size_t i;

	for (i = 0; i < f->referater.n; i++)
		if (plb_uuid_eq(r[i].samtale, samtale) && !r[i].tilbagekaldt)
			return &r[i];
	return NULL;
}

const struct samtale *
beslut_samtale(const struct forloeb *f, struct plb_uuid id)
{
	const struct samtale *s = f->samtaler.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (plb_uuid_eq(s[i].id, id))
			return &s[i];
	return NULL;
}

/* A conversation about availability (15) alone is the a-kasse's own business unless it says
 * otherwise (contract § 2, delesMedKommune). */
bool
beslut_maa_deles(const struct forloeb *f, const struct referat *r)
{
	const struct samtale *s = beslut_samtale(f, r->samtale);

	if (r->har_deles)
		return r->deles;
	return s == NULL || !(s->type1 == 15 && s->type2 == 0);
}

/* A conversation whose referat is owed: group meetings need none (contract § 7 "Referat"). */
bool
beslut_skylder_referat(const struct forloeb *f, const struct samtale *s)
{
	return !s->tilbagekaldt && s->art != SAMTALE_GRUPPE &&
	    plb_org_eq(&s->afholder, &f->akasse) && beslut_referat(f, s->id) == NULL;
}
