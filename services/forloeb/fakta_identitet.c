// SPDX-License-Identifier: MPL-2.0
/* Another CPR number. The course stays under the key of the first one, to which the senders of
 * facts resolve the later ones (include/parloeb/identitet.h). */
#include "fakta_int.h"
#include "vent.h"

/* This is the key of the later number. What came under it before the change was known is sealed for
 * it and cannot go on in the course: what waits is given back to its sender, and a course that was
 * begun here ends. Later facts are refused alike (fakta_tag); they are few, since the senders of
 * facts know the change by then. */
static const struct afvisning *
flyt(struct trin *t)
{
	struct forloeb *f = t->p->forloeb.p;
	struct plb_dato dag = plb_time_dato(t->h->ev.time);
	size_t i;

	t->p->flyttet = true;
	vent_opgiv(t, &FAKTA_FLYTTET);
	for (i = 0; i < t->p->forloeb.n; i++) {
		if (plb_dato_set(f[i].afmeldt) && !plb_dato_before(dag, f[i].afmeldt))
			continue;
		f[i].afmeldt = dag;
		f[i].afmeldelse = fakta_stempel(t);
	}
	return NULL;
}

/* What goes out from now on carries the new number (fakta_tag keeps its seal). Who is party is
 * told. */
const struct afvisning *
fakta_person_identitet_aendret(struct trin *t)
{
	struct forloeb *f;

	if (plb_org_type(&t->h->ev.org) != PLB_ORG_DFDG)
		return &FAKTA_UKENDT_PERSON;
	if (t->h->ev.has_foerste)
		return flyt(t);
	f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	(void)trin_besked(t, f, EFFEKT_RELAE, &f->akasse);
	(void)trin_besked(t, f, EFFEKT_RELAE, f->due.sendt ? &f->due.til : &f->kommune);
	return NULL;
}
