// SPDX-License-Identifier: MPL-2.0
#include "ics.h"

#include <parloeb/ical.h>
#include <stdlib.h>

static struct plb_ical_post
af(const struct kalender_post *p)
{
	return (struct plb_ical_post){
	    .id = p->id,
	    .slags = kalender_slags_navn((enum kalender_slags)p->slags),
	    .titel = p->titel,
	    .start = p->tid.start,
	    .slut = p->tid.slut,
	    .hele_dagen = p->tid.hele_dagen,
	    .aflyst = p->aflyst,
	    .optager = p->slags == KALENDER_MOEDE,
	    .sekvens = p->sekvens,
	    .aendret = p->aendret,
	};
}

enum plb_err
ics_skriv(const struct kalender *k, const char *navn, struct plb_buf *out)
{
	const struct kalender_post **poster;
	struct plb_ical_post *ud = NULL;
	enum plb_err err = PLB_E_HUKOMMELSE;
	size_t n;

	poster = kalender_poster(k, &n);
	if (poster != NULL)
		ud = calloc(n, sizeof(*ud));
	if (ud != NULL || k->map.n == 0) {
		for (size_t i = 0; i < n; i++)
			ud[i] = af(poster[i]);
		err = plb_ical_kalender(navn, ud, n, out);
	}
	free(ud);
	free(poster);
	return err;
}
