// SPDX-License-Identifier: MPL-2.0
#include "fravaer.h"

enum { SYGDOM = 11, AKASSENS_ANSVAR = 75 };

static bool
sygdom(const struct fravaer *x)
{
	return x->aktiv && x->type == SYGDOM;
}

bool
fravaer_suspenderer(const struct forloeb *f, struct plb_dato d)
{
	const struct fravaer *x = f->fravaer.p;
	size_t i;

	for (i = 0; i < f->fravaer.n; i++)
		if (sygdom(&x[i]) && !plb_dato_before(d, x[i].start) &&
		    !(plb_dato_set(x[i].slut) && plb_dato_before(x[i].slut, d)))
			return true;
	return false;
}

static void
tidligst(struct plb_dato *bedst, struct plb_dato d, struct plb_dato efter)
{
	if (plb_dato_before(efter, d) && (!plb_dato_set(*bedst) || plb_dato_before(d, *bedst)))
		*bedst = d;
}

struct plb_dato
fravaer_naeste(const struct forloeb *f, struct plb_dato d)
{
	const struct fravaer *x = f->fravaer.p;
	struct plb_dato bedst = PLB_DATO_NONE;
	size_t i;

	for (i = 0; i < f->fravaer.n; i++) {
		if (!sygdom(&x[i]))
			continue;
		tidligst(&bedst, x[i].start, d);
		if (plb_dato_set(x[i].slut))
			tidligst(&bedst, plb_dato_add(x[i].slut, 1), d);
	}
	return bedst;
}

const struct fravaer *
fravaer_ansvar(const struct forloeb *f)
{
	const struct fravaer *x = f->fravaer.p, *bedst = NULL;
	size_t i;

	for (i = 0; i < f->fravaer.n; i++)
		if (x[i].type == AKASSENS_ANSVAR && x[i].dfdg && x[i].aktiv &&
		    (bedst == NULL || stempel_nyere(&x[i].stempel, &bedst->stempel)))
			bedst = &x[i];
	return bedst;
}
