// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_ITIP_SVAR_H
#define DISPATCH_ITIP_SVAR_H

#include <parloeb/epost.h>

/* What an iTIP answer (RFC 5546) says of one meeting, of hostile bytes: METHOD, and of the first
 * VEVENT the organizer, the sequence number and what its attendee says. Nothing else is read. Pure;
 * any thread. */
enum partstat {
	PARTSTAT_INTET, /* none, or one that decides nothing (NEEDS-ACTION) */
	PARTSTAT_ACCEPTED,
	PARTSTAT_TENTATIVE,
	PARTSTAT_DELEGATED,
	PARTSTAT_DECLINED
};
struct itip_svar {
	bool svar; /* METHOD:REPLY */
	enum partstat partstat;
	int64_t sekvens;                   /* 0 when it says none */
	char arrangoer[PLB_EPOST_MAX + 1]; /* address of the organizer; "" when it names none */
};

/* Unfolds `tekst` where it lies: its bytes are changed. */
void itip_svar_laes(uint8_t *tekst, size_t len, struct itip_svar *out);

#endif
