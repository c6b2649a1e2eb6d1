// SPDX-License-Identifier: MPL-2.0
#include "adgang.h"

#include <strings.h>

#define TOKEN_MAX 512

bool
adgang_bearer(struct plb_slice header, struct plb_slice *token)
{
	static const char ord[] = "Bearer ";
	const size_t n = sizeof(ord) - 1;

	if (header.len <= n || strncasecmp((const char *)header.p, ord, n) != 0)
		return false;
	*token = plb_slice(header.p + n, header.len - n);
	while (token->len > 0 && token->p[0] == ' ') {
		token->p++;
		token->len--;
	}
	return token->len > 0 && token->len <= TOKEN_MAX &&
	    memchr(token->p, ' ', token->len) == NULL;
}

bool
adgang_taler_for(const struct plb_partner *p, const struct plb_org *o)
{
	for (size_t i = 0; i < p->n_org; i++)
		if (plb_org_eq(&p->org[i], o))
			return true;
	return false;
}

bool
adgang_maa_sende(const struct plb_partner *p, struct plb_slice navn)
{
	if (p->haendelser == NULL)
		return true;
	for (const char **h = p->haendelser; *h != NULL; h++)
		if (plb_slice_is(navn, *h))
			return true;
	return false;
}

enum adgang_svar
adgang_laeser(const struct plb_partner *p, struct plb_slice organisation, struct plb_org *out)
{
	if (organisation.p == NULL) {
		if (p->n_org != 1)
			return ADGANG_MANGLER;
		*out = p->org[0];
		return ADGANG_OK;
	}
	if (plb_org_parse(organisation, out) != PLB_OK)
		return ADGANG_FORM;
	return adgang_taler_for(p, out) ? ADGANG_OK : ADGANG_NEJ;
}
