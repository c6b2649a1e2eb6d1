// SPDX-License-Identifier: MPL-2.0
#include "part.h"

#include "medlemskab.h"

/* The kommune that the citizen moves to in the end, and the actor that responsibility passes to. */
static bool
kommende(const struct forloeb *f, const struct plb_org *org)
{
	struct plb_org sidst;

	if (f->ansvar.stempel.id.p != NULL && plb_org_eq(&f->ansvar.til, org))
		return true;
	if (f->flytninger.n == 0)
		return false;
	sidst = medlemskab_kommune(f, (struct plb_dato){INT32_MAX});
	return plb_org_eq(&sidst, org);
}

bool
part_maa_tale(const struct forloeb *f, const struct plb_org *org)
{
	if (plb_org_type(org) == PLB_ORG_DFDG)
		return true;
	return plb_org_eq(&f->akasse, org) || plb_org_eq(&f->kommune, org) ||
	    (f->due.sendt && plb_org_eq(&f->due.til, org)) || kommende(f, org);
}

bool
part_naevnt(const struct plb_list *l, const struct plb_org *org)
{
	const struct plb_org *o = l->p;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (plb_org_eq(&o[i], org))
			return true;
	return false;
}

bool
part_deltager(const struct forloeb *f, const struct plb_org *org)
{
	const struct indkaldelse *k = f->indkaldelser.p;
	size_t i;

	if (part_maa_tale(f, org))
		return true;
	for (i = 0; i < f->indkaldelser.n; i++)
		if (!k[i].annulleret && part_naevnt(&k[i].gaester, org))
			return true;
	return false;
}

bool
part_akasse_paa(const struct forloeb *f, const struct plb_org *org, struct plb_dato dag)
{
	struct plb_org o;

	if (f->medlemskaber.n == 0)
		return plb_org_eq(&f->akasse, org);
	o = medlemskab_akasse(f, dag);
	return plb_org_eq(&o, org);
}

bool
part_deltager_om(const struct forloeb *f, const struct plb_org *org, struct plb_dato dag)
{
	return part_deltager(f, org) || part_akasse_paa(f, org, dag);
}

struct forloeb *
part_forloeb_paa(struct person *p, const struct plb_org *org, struct plb_dato dag)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;)
		if (part_akasse_paa(&f[i], org, dag))
			return &f[i];
	return NULL;
}

struct forloeb *
part_forloeb(struct person *p, const struct plb_org *org, part_fn *er_part)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;)
		if (er_part(&f[i], org))
			return &f[i];
	return NULL;
}

const struct plb_org *
part_ansvarlig(const struct regler *rr, const struct forloeb *f)
{
	const struct regelsaet *r = regel_forloeb(rr, f);

	if (f->due.sendt)
		return &f->due.til;
	return r == NULL || r->overdragelse ? &f->akasse : &f->kommune;
}
