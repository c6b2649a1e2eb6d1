// SPDX-License-Identifier: MPL-2.0
#include "part.h"

bool
part_maa_tale(const struct forloeb *f, const struct plb_org *org)
{
	if (plb_org_type(org) == PLB_ORG_DFDG)
		return true;
	return plb_org_eq(&f->akasse, org) || plb_org_eq(&f->kommune, org);
}

struct forloeb *
part_forloeb(struct person *p, const struct plb_org *org)
{
	struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = p->forloeb.n; i-- > 0;)
		if (part_maa_tale(&f[i], org))
			return &f[i];
	return NULL;
}

const struct plb_org *
part_ansvarlig(const struct forloeb *f)
{
	return f->due_sendt ? &f->due_til : &f->akasse;
}
