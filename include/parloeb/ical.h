// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_ICAL_H
#define PARLOEB_ICAL_H

#include <parloeb/buf.h>
#include <parloeb/id.h>
#include <parloeb/stamp.h>

/* iCalendar (RFC 5545, 7986) and iTIP (RFC 5546) by libical, which appears in services/common/ical
 * alone. Writing only; the same input gives the same bytes. Any thread. */

/* One entry. It says a kind and a reference (the first eight digits of the id), never whom it is
 * about (docs/adr/0015). Texts are borrowed for the call. */
struct plb_ical_post {
	struct plb_uuid id;          /* of the thing it is about */
	const char *slags;           /* with the id its UID; never changed for a thing: "moede" */
	const char *titel;           /* "Fælles samtale" */
	struct plb_time start, slut; /* PLB_TIME_UNSET: not known */
	bool hele_dagen;             /* the day of `start` alone counts */
	bool aflyst, optager;        /* cancelled; time is taken up by it */
	int32_t sekvens;             /* RFC 5545 § 3.8.7.4 */
	struct plb_time aendret;     /* of the last change: DTSTAMP */
};

/* A calendar to subscribe to, called `navn`. PLB_E_HUKOMMELSE, PLB_E_FOR_STOR. */
PLB_MUSTUSE enum plb_err plb_ical_kalender(
    const char *navn, const struct plb_ical_post *poster, size_t n, struct plb_buf *out);

/* One meeting as a message from `arrangoer` to `deltager`, both addresses as plb_epost_ren takes
 * them: METHOD:REQUEST, of a cancelled one METHOD:CANCEL. */
PLB_MUSTUSE enum plb_err plb_ical_itip(const struct plb_ical_post *p, const char *arrangoer,
    const char *deltager, struct plb_buf *out);

/* What a meeting of that type is called (config/koder/samtaletyper.csv); never NULL. */
const char *plb_samtale_titel(int64_t samtaletype);

#endif
