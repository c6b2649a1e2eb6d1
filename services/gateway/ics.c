// SPDX-License-Identifier: MPL-2.0
#include "ics.h"

#include <libical/ical.h>

#include <stdio.h>
#include <stdlib.h>

#define TZID "Europe/Copenhagen"
#define PRODID "-//Parloeb//Parloeb//DA"
#define OPFRISK "PT1H"

/* Central European time by the rule in force since 1996; the zone files of the host are not asked,
 * as ours are not needed elsewhere either. */
static const char tidszone[] = "BEGIN:VTIMEZONE\r\n"
			       "TZID:" TZID "\r\n"
			       "BEGIN:DAYLIGHT\r\n"
			       "DTSTART:19960331T020000\r\n"
			       "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
			       "TZOFFSETFROM:+0100\r\n"
			       "TZOFFSETTO:+0200\r\n"
			       "TZNAME:CEST\r\n"
			       "END:DAYLIGHT\r\n"
			       "BEGIN:STANDARD\r\n"
			       "DTSTART:19961027T030000\r\n"
			       "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
			       "TZOFFSETFROM:+0200\r\n"
			       "TZOFFSETTO:+0100\r\n"
			       "TZNAME:CET\r\n"
			       "END:STANDARD\r\n"
			       "END:VTIMEZONE\r\n";

static struct icaltimetype
utc(struct plb_time t)
{
	return icaltime_from_timet_with_zone(
	    (time_t)(t.ms / 1000), 0, icaltimezone_get_utc_timezone());
}

static struct icaltimetype
dato(struct plb_dato d)
{
	struct plb_ymd ymd = plb_dato_ymd(d);
	struct icaltimetype t = icaltime_null_date();

	t.year = ymd.year;
	t.month = ymd.month;
	t.day = ymd.day;
	return t;
}

static struct icaltimetype
lokal(struct plb_time t)
{
	struct icaltimetype out = dato(plb_time_dato(t));
	int s = plb_time_local_seconds(t);

	out.is_date = 0;
	out.hour = s / 3600;
	out.minute = s / 60 % 60;
	out.second = s % 60;
	return out;
}

/* A local time and the name of its zone. */
static icalproperty *
i_koebenhavn(icalproperty *p)
{
	icalproperty_add_parameter(p, icalparameter_new_tzid(TZID));
	return p;
}

static icalproperty *
x(const char *navn, const char *vaerdi)
{
	icalproperty *p = icalproperty_new_x(vaerdi);

	icalproperty_set_x_name(p, navn);
	return p;
}

static void
tider(icalcomponent *e, const struct kalender_tid *t)
{
	if (t->hele_dagen) {
		struct plb_dato d = plb_time_dato(t->start);

		icalcomponent_add_property(e, icalproperty_new_dtstart(dato(d)));
		icalcomponent_add_property(e, icalproperty_new_dtend(dato(plb_dato_add(d, 1))));
		return;
	}
	icalcomponent_add_property(e, i_koebenhavn(icalproperty_new_dtstart(lokal(t->start))));
	if (t->slut.ms != PLB_TIME_UNSET.ms)
		icalcomponent_add_property(e, i_koebenhavn(icalproperty_new_dtend(lokal(t->slut))));
}

static icalcomponent *
post(const struct kalender_post *p)
{
	icalcomponent *e = icalcomponent_new_vevent();
	char uuid[PLB_UUID_TEXT], ref[9], uid[96], titel[256], tekst[256];

	snprintf(uid, sizeof(uid), "%s-%s@parloeb", plb_uuid_text(p->id, uuid),
	    kalender_slags_navn((enum kalender_slags)p->slags));
	snprintf(titel, sizeof(titel), "%s%s, ref. %s", p->aflyst ? "Aflyst: " : "", p->titel,
	    kalender_ref(p, ref));
	snprintf(tekst, sizeof(tekst), "Slå %s op i fagsystemet.", uuid);
	icalcomponent_add_property(e, icalproperty_new_uid(uid));
	icalcomponent_add_property(e, icalproperty_new_dtstamp(utc(p->aendret)));
	icalcomponent_add_property(e, icalproperty_new_lastmodified(utc(p->aendret)));
	icalcomponent_add_property(e, icalproperty_new_sequence(p->sekvens));
	tider(e, &p->tid);
	icalcomponent_add_property(e, icalproperty_new_summary(titel));
	icalcomponent_add_property(e, icalproperty_new_description(tekst));
	icalcomponent_add_property(e, icalproperty_new_class(ICAL_CLASS_PRIVATE));
	icalcomponent_add_property(
	    e, icalproperty_new_status(p->aflyst ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
	icalcomponent_add_property(e,
	    icalproperty_new_transp(p->slags == KALENDER_MOEDE && !p->aflyst
		    ? ICAL_TRANSP_OPAQUE
		    : ICAL_TRANSP_TRANSPARENT));
	return e;
}

/* Without METHOD: PUBLISH would demand an organizer of every entry (RFC 5546), and there is none.
 */
static icalcomponent *
hoved(const char *navn)
{
	icalcomponent *c = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
	icalproperty *opfrisk =
	    icalproperty_new_refreshinterval(icaldurationtype_from_string(OPFRISK));

	icalproperty_add_parameter(opfrisk, icalparameter_new_value(ICAL_VALUE_DURATION));
	icalcomponent_add_property(c, icalproperty_new_prodid(PRODID));
	icalcomponent_add_property(c, icalproperty_new_version("2.0"));
	icalcomponent_add_property(c, icalproperty_new_calscale("GREGORIAN"));
	icalcomponent_add_property(c, icalproperty_new_name(navn));
	icalcomponent_add_property(c, x("X-WR-CALNAME", navn)); /* for those that know no NAME */
	icalcomponent_add_property(c, icalproperty_new_color("steelblue"));
	icalcomponent_add_property(c, opfrisk);
	icalcomponent_add_property(c, x("X-PUBLISHED-TTL", OPFRISK));
	icalcomponent_add_component(c, icalparser_parse_string(tidszone));
	return c;
}

enum plb_err
ics_skriv(const struct kalender *k, const char *navn, struct plb_buf *out)
{
	icalcomponent *c = hoved(navn);
	const struct kalender_post **poster;
	char *text;
	size_t n;

	poster = kalender_poster(k, &n);
	for (size_t i = 0; i < n; i++)
		icalcomponent_add_component(c, post(poster[i]));
	free(poster);
	text = icalcomponent_as_ical_string_r(c);
	icalcomponent_free(c);
	if (text == NULL)
		return PLB_E_HUKOMMELSE;
	plb_buf_str(out, text);
	free(text);
	return out->failed ? PLB_E_FOR_STOR : PLB_OK;
}
