// SPDX-License-Identifier: MPL-2.0
#ifndef FORLOEB_FRAVAER_H
#define FORLOEB_FRAVAER_H

#include "tilstand.h"

/* What absence does to the course. Pure functions of the facts. */

/* Is an absence for sickness (type 11) open on this day? It suspends forecast and pakkefrist. */
bool fravaer_suspenderer(const struct forloeb *f, struct plb_dato d);
/* The first day after d on which that may change; PLB_DATO_NONE = none is known. */
struct plb_dato fravaer_naeste(const struct forloeb *f, struct plb_dato d);
/* The absence by which the a-kasse is responsible (type 75), as DFDG told it last; NULL = none. */
const struct fravaer *fravaer_ansvar(const struct forloeb *f);

#endif
