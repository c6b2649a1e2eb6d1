// SPDX-License-Identifier: MPL-2.0
#include "kvittering.h"

static enum lev_haendelse
midlertidigt(bool push, bool skridt_igen)
{
	if (!push)
		return LEV_H_AFVIST_FEED;
	return skridt_igen ? LEV_H_AFVIST_IGEN : LEV_H_AFVIST_OPBRUGT;
}

int
kvittering_haendelser(enum lev_status s, enum kvittering k, bool push, bool skridt_igen,
    enum lev_haendelse out[KVIT_HAENDELSER_MAX])
{
	static const enum lev_haendelse endelig[KVIT_ANTAL] = {
	    [KVIT_HAANDTERET] = LEV_H_HAANDTERET,
	    [KVIT_AFVIST_ENDELIGT] = LEV_H_AFVIST_ENDELIGT,
	    [KVIT_SLETTET] = LEV_H_SLETTET,
	};
	int n = 0;

	/* Already being sent again: the refusal is a repeat, or another of the same attempt. */
	if (k == KVIT_AFVIST_MIDLERTIDIGT && push && (s == LEV_VENTER || s == LEV_PARKERET))
		return 0;
	if (s != LEV_LEVERET)
		out[n++] = LEV_H_HENTET;
	out[n++] = k == KVIT_AFVIST_MIDLERTIDIGT ? midlertidigt(push, skridt_igen) : endelig[k];
	return n;
}
