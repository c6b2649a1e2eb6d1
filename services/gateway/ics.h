// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_ICS_H
#define GATEWAY_ICS_H

#include <parloeb/buf.h>

#include "kalender.h"

/* The calendar as iCalendar. The same calendar gives the same bytes. */
PLB_MUSTUSE enum plb_err ics_skriv(const struct kalender *k, const char *navn, struct plb_buf *out);

#endif
