// SPDX-License-Identifier: MPL-2.0
#include <parloeb/ical.h>

#include <libical/ical.h>

#include <stdio.h>
#include <stdlib.h>

#define TZID "Europe/Copenhagen"
#define PRODID "-//Parloeb//Parloeb//DA"
#define OPFRISK "PT1H"
#define MAILTO_MAX 512 /* an address has at most 254 */

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
tider(icalcomponent *e, const struct plb_ical_post *p)
{
	bool slut = p->slut.ms != PLB_TIME_UNSET.ms;

	if (p->start.ms == PLB_TIME_UNSET.ms)
		return;
	if (p->hele_dagen) {
		struct plb_dato d = plb_time_dato(p->start);

		icalcomponent_add_property(e, icalproperty_new_dtstart(dato(d)));
		icalcomponent_add_property(e, icalproperty_new_dtend(dato(plb_dato_add(d, 1))));
		return;
	}
	icalcomponent_add_property(e, i_koebenhavn(icalproperty_new_dtstart(lokal(p->start))));
	if (slut)
		icalcomponent_add_property(e, i_koebenhavn(icalproperty_new_dtend(lokal(p->slut))));
}

static icalcomponent *
post(const struct plb_ical_post *p)
{
	icalcomponent *e = icalcomponent_new_vevent();
	char uuid[PLB_UUID_TEXT], ref[9], uid[96], titel[256], tekst[256];

	snprintf(uid, sizeof(uid), "%s-%s@parloeb", plb_uuid_text(p->id, uuid), p->slags);
	snprintf(titel, sizeof(titel), "%s%s, ref. %s", p->aflyst ? "Aflyst: " : "", p->titel,
	    plb_uuid_ref(p->id, ref));
	snprintf(tekst, sizeof(tekst), "Slå %s op i fagsystemet.", uuid);
	icalcomponent_add_property(e, icalproperty_new_uid(uid));
	icalcomponent_add_property(e, icalproperty_new_dtstamp(utc(p->aendret)));
	icalcomponent_add_property(e, icalproperty_new_lastmodified(utc(p->aendret)));
	icalcomponent_add_property(e, icalproperty_new_sequence(p->sekvens));
	tider(e, p);
	icalcomponent_add_property(e, icalproperty_new_summary(titel));
	icalcomponent_add_property(e, icalproperty_new_description(tekst));
	icalcomponent_add_property(e, icalproperty_new_class(ICAL_CLASS_PRIVATE));
	icalcomponent_add_property(
	    e, icalproperty_new_status(p->aflyst ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED));
	icalcomponent_add_property(e,
	    icalproperty_new_transp(
		p->optager && !p->aflyst ? ICAL_TRANSP_OPAQUE : ICAL_TRANSP_TRANSPARENT));
	return e;
}

static icalcomponent *
vcalendar(void)
{
	icalcomponent *c = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);

	icalcomponent_add_property(c, icalproperty_new_prodid(PRODID));
	icalcomponent_add_property(c, icalproperty_new_version("2.0"));
	icalcomponent_add_property(c, icalproperty_new_calscale("GREGORIAN"));
	return c;
}

/* Without METHOD: PUBLISH would demand an organizer of every entry (RFC 5546), and there is none.
 */
static icalcomponent *
hoved(const char *navn)
{
	icalcomponent *c = vcalendar();
	icalproperty *opfrisk =
	    icalproperty_new_refreshinterval(icaldurationtype_from_string(OPFRISK));

	icalproperty_add_parameter(opfrisk, icalparameter_new_value(ICAL_VALUE_DURATION));
	icalcomponent_add_property(c, icalproperty_new_name(navn));
	icalcomponent_add_property(c, x("X-WR-CALNAME", navn)); /* for those that know no NAME */
	icalcomponent_add_property(c, icalproperty_new_color("steelblue"));
	icalcomponent_add_property(c, opfrisk);
	icalcomponent_add_property(c, x("X-PUBLISHED-TTL", OPFRISK));
	icalcomponent_add_component(c, icalparser_parse_string(tidszone));
	return c;
}

/* Frees c. */
static enum plb_err
skriv(icalcomponent *c, struct plb_buf *out)
{
	char *text = icalcomponent_as_ical_string_r(c);

	icalcomponent_free(c);
	if (text == NULL)
		return PLB_E_HUKOMMELSE;
	plb_buf_str(out, text);
	free(text);
	return out->failed ? PLB_E_FOR_STOR : PLB_OK;
}

enum plb_err
plb_ical_kalender(
    const char *navn, const struct plb_ical_post *poster, size_t n, struct plb_buf *out)
{
	icalcomponent *c = hoved(navn);

	for (size_t i = 0; i < n; i++)
		icalcomponent_add_component(c, post(&poster[i]));
	return skriv(c, out);
}

static icalproperty *
arrangoer_af(const char *adresse)
{
	char uri[MAILTO_MAX];
	icalproperty *p;

	snprintf(uri, sizeof(uri), "mailto:%s", adresse);
	p = icalproperty_new_organizer(uri);
	icalproperty_add_parameter(p, icalparameter_new_cn("Parløb"));
	return p;
}

/* An answer is asked for, but not of a cancellation: it is final. */
static icalproperty *
deltager_af(const char *adresse, bool aflyst)
{
	char uri[MAILTO_MAX];
	icalproperty *p;

	snprintf(uri, sizeof(uri), "mailto:%s", adresse);
	p = icalproperty_new_attendee(uri);
	icalproperty_add_parameter(p, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT));
	if (aflyst)
		return p;
	icalproperty_add_parameter(p, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION));
	icalproperty_add_parameter(p, icalparameter_new_rsvp(ICAL_RSVP_TRUE));
	return p;
}

enum plb_err
plb_ical_itip(
    const struct plb_ical_post *p, const char *arrangoer, const char *deltager, struct plb_buf *out)
{
	icalcomponent *c = vcalendar(), *e = post(p);

	icalcomponent_add_property(
	    c, icalproperty_new_method(p->aflyst ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST));
	icalcomponent_add_component(c, icalparser_parse_string(tidszone));
	icalcomponent_add_property(e, arrangoer_af(arrangoer));
	icalcomponent_add_property(e, deltager_af(deltager, p->aflyst));
	icalcomponent_add_component(c, e);
	return skriv(c, out);
}
