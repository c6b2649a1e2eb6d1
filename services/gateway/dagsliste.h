// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_DAGSLISTE_H
#define GATEWAY_DAGSLISTE_H

#include <parloeb/buf.h>

#include "kalender.h"

/* What a day holds for an organisation, as a page to print. Pure. */
void dagsliste_skriv(
    const struct kalender *k, const char *organisation, struct plb_dato dag, struct plb_buf *out);

#endif
