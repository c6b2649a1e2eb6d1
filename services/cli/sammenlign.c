// SPDX-License-Identifier: MPL-2.0
#include "sammenlign.h"

static struct sendt *
samme(struct plb_list *l, const struct sendt *x)
{
	struct sendt *s = l->p;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!s[i].set && plb_org_eq(&s[i].til, &x->til) &&
		    plb_slice_eq(s[i].navn, x->navn) && plb_slice_eq(s[i].emne, x->emne))
			return &s[i];
	return NULL;
}

static struct forskel
forskel(enum forskel_art art, const struct sendt *x, struct plb_time foer, struct plb_time efter)
{
	return (struct forskel){art, x->til, x->navn, x->forloeb, foer, efter};
}

bool
sammenlign(struct plb_list *foer, struct plb_list *efter, forskel_fn *fn, void *arg)
{
	struct sendt *a = foer->p, *b;
	struct forskel f;
	size_t i;

	for (i = 0; i < foer->n; i++) {
		b = samme(efter, &a[i]);
		if (b != NULL)
			b->set = true;
		if (b == NULL)
			f = forskel(FORSKEL_BORT, &a[i], a[i].ur, PLB_TIME_UNSET);
		else if (!plb_time_eq(a[i].ur, b->ur))
			f = forskel(FORSKEL_FLYTTET, &a[i], a[i].ur, b->ur);
		else if (!plb_slice_eq(a[i].data, b->data))
			f = forskel(FORSKEL_AENDRET, &a[i], a[i].ur, b->ur);
		else
			continue;
		if (!fn(arg, &f))
			return false;
	}
	b = efter->p;
	for (i = 0; i < efter->n; i++) {
		f = forskel(FORSKEL_TIL, &b[i], PLB_TIME_UNSET, b[i].ur);
		if (!b[i].set && !fn(arg, &f))
			return false;
	}
	return true;
}
