// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_ADGANG_H
#define GATEWAY_ADGANG_H

#include <parloeb/partnere.h>

/* Who speaks, and for whom. Pure; partners are borrowed for the call. */

/* The token of an Authorization header ("Bearer <token>", the word in any case); false for anything
 * else. */
bool adgang_bearer(struct plb_slice header, struct plb_slice *token);

/* May the partner speak for this organisation. */
bool adgang_taler_for(const struct plb_partner *p, const struct plb_org *o);
/* Does its file let it send events of this name. */
bool adgang_maa_sende(const struct plb_partner *p, struct plb_slice navn);

enum adgang_svar {
	ADGANG_OK,
	ADGANG_MANGLER, /* several organisations and none named */
	ADGANG_FORM,    /* not an organisation */
	ADGANG_NEJ      /* another's */
};
/* The organisation that a call reads as: `organisation` is the query argument, p NULL when absent.
 */
enum adgang_svar adgang_laeser(
    const struct plb_partner *p, struct plb_slice organisation, struct plb_org *out);

#endif
