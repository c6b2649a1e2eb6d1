// SPDX-License-Identifier: MPL-2.0
#include "dagsliste.h"

#include <stdlib.h>

static const char hoved[] =
    "<!doctype html>\n<html lang=\"da\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>Dagsliste</title>\n<style>\n"
    "body{font:11pt/1.4 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#111}\n"
    "h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .3rem}\n"
    "table{width:100%;border-collapse:collapse}\n"
    "th,td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #bbb}\n"
    "td:first-child{width:7rem}td:last-child{width:6rem;font-family:monospace}\n"
    "tr{break-inside:avoid}.aflyst{text-decoration:line-through}p{color:#555}\n"
    "@page{margin:18mm}@media print{body{margin:0;max-width:none}}\n"
    "</style>\n</head>\n<body>\n";

static const struct afsnit {
	const char *titel;
	uint32_t slags; /* a bit for each enum kalender_slags */
} afsnit[] = {
    {"Samtaler", 1u << KALENDER_MOEDE},
    {"Frister",
	1u << KALENDER_OMBOOKING | 1u << KALENDER_AFLYSNING | 1u << KALENDER_FRIST |
	    1u << KALENDER_PAKKE | 1u << KALENDER_HAARDT_STOP | 1u << KALENDER_REFERAT |
	    1u << KALENDER_SAMTALE | 1u << KALENDER_INDSTILLING},
    {"Overdragelser", 1u << KALENDER_OVERDRAGELSE},
};
#define AFSNIT (sizeof(afsnit) / sizeof(afsnit[0]))

static void
klokken(struct plb_buf *out, struct plb_time t)
{
	int s = plb_time_local_seconds(t);

	plb_buf_printf(out, "%02d.%02d", s / 3600, s / 60 % 60);
}

static void
raekke(struct plb_buf *out, const struct kalender_post *p)
{
	char ref[9];

	plb_buf_str(out, p->aflyst ? "<tr class=\"aflyst\"><td>" : "<tr><td>");
	if (p->tid.hele_dagen) {
		plb_buf_str(out, "I dag");
	} else {
		klokken(out, p->tid.start);
		if (p->tid.slut.ms != PLB_TIME_UNSET.ms) {
			plb_buf_str(out, "–");
			klokken(out, p->tid.slut);
		}
	}
	plb_buf_printf(out, "</td><td>%s%s</td><td>%s</td></tr>\n", p->aflyst ? "Aflyst: " : "",
	    p->titel, plb_uuid_ref(p->id, ref));
}

static bool
skal_med(const struct kalender_post *p, const struct afsnit *a, struct plb_dato dag)
{
	/* A deadline that fell away is nobody's business any more; a meeting that did may be. */
	return (a->slags >> p->slags & 1) != 0 && plb_dato_eq(plb_time_dato(p->tid.start), dag) &&
	    (!p->aflyst || p->slags == KALENDER_MOEDE);
}

void
dagsliste_skriv(
    const struct kalender *k, const char *organisation, struct plb_dato dag, struct plb_buf *out)
{
	static const char *const ugedag[] = {
	    "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"};
	static const char *const maaned[] = {"januar", "februar", "marts", "april", "maj", "juni",
	    "juli", "august", "september", "oktober", "november", "december"};
	struct plb_ymd ymd = plb_dato_ymd(dag);
	const struct kalender_post **poster;
	size_t n, alle = 0;

	poster = kalender_poster(k, &n);
	plb_buf_str(out, hoved);
	plb_buf_printf(out, "<h1>Dagsliste for %s</h1>\n<p>%s den %d. %s %d</p>\n", organisation,
	    ugedag[plb_dato_weekday(dag) - 1], ymd.day, maaned[ymd.month - 1], ymd.year);
	for (size_t i = 0; i < AFSNIT; i++) {
		size_t her = 0;

		for (size_t j = 0; j < n; j++) {
			if (!skal_med(poster[j], &afsnit[i], dag))
				continue;
			if (her++ == 0)
				plb_buf_printf(out,
				    "<h2>%s</h2>\n<table>\n<tr><th>Tid</th><th>Hvad</th>"
				    "<th>Ref.</th></tr>\n",
				    afsnit[i].titel);
			raekke(out, poster[j]);
		}
		if (her > 0)
			plb_buf_str(out, "</table>\n");
		alle += her;
	}
	free(poster);
	if (alle == 0)
		plb_buf_str(out, "<p>Der er ingen samtaler eller frister denne dag.</p>\n");
	plb_buf_str(out,
	    "<p>Referencen er begyndelsen af samtalens, fristens eller forløbets id i "
	    "fagsystemet.</p>\n</body>\n</html>\n");
}
