// SPDX-License-Identifier: MPL-2.0
#include "frist.h"

struct plb_time
frist_pakke(const struct regler *rr, const struct regelsaet *r, struct plb_dato virkningsdato)
{
	return plb_dato_end(
	    plb_kalender_minus(rr->kalender, virkningsdato, r->pakkefrist_arbejdsdage));
}

struct plb_time
frist_referat(const struct regler *rr, const struct regelsaet *r, const struct samtale *s)
{
	int n = r->referat_frist_arbejdsdage;
	struct plb_time frist;

	frist = plb_dato_end(plb_kalender_plus(rr->kalender, plb_time_dato(s->afholdt), n));
	if (s->modtaget.ms != PLB_TIME_UNSET.ms && plb_time_before(frist, s->modtaget))
		frist =
		    plb_dato_end(plb_kalender_plus(rr->kalender, plb_time_dato(s->modtaget), n));
	return frist;
}

struct plb_time
frist_foerste_samtale(const struct regelsaet *r, struct plb_dato tilmeldingsdato)
{
	return plb_dato_end(plb_dato_add(tilmeldingsdato, r->foerste_samtale_dage));
}
