// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_MEDLEMSKAB_H
#define FORLOEB_MEDLEMSKAB_H

#include "tilstand.h"

/* Who is the a-kasse, the kommune and the category of a course on a date: what the registration
 * said, and the changes since in the order of their dates. Pure functions of the facts. */

struct plb_org medlemskab_akasse(const struct forloeb *f, struct plb_dato d);
struct plb_org medlemskab_kommune(const struct forloeb *f, struct plb_dato d);
/* A change of category counts from the first of the month after it. */
int medlemskab_kategori(const struct forloeb *f, struct plb_dato d);
/* From when a change counts for the category; PLB_DATO_NONE = not at all. */
struct plb_dato medlemskab_kategori_fra(const struct medlemskab *m);
/* The day on which the citizen left the a-kasse without entering another at once; PLB_DATO_NONE =
 * has not. A leaving that was recalled is none. */
struct plb_dato medlemskab_forladt(const struct forloeb *f);
/* The first day after d on which one of the three changes; PLB_DATO_NONE = none is known. */
struct plb_dato medlemskab_naeste(const struct forloeb *f, struct plb_dato d);
/* Bring f->akasse, f->kommune and f->kategori to the date. */
void medlemskab_opdater(struct forloeb *f, struct plb_dato d);
/* Was the organisation a-kasse or kommune of the course at any time that the facts tell of, ahead
 * included? */
bool medlemskab_kendt(const struct forloeb *f, const struct plb_org *org);
/* The day on which the course ends: deregistered, or in contact group 13; PLB_DATO_NONE = open. */
struct plb_dato medlemskab_slut(const struct forloeb *f);

#endif
