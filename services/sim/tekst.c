// SPDX-License-Identifier: MPL-2.0
#include "tekst.h"

#include <stdio.h>

static void
put_registered(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b)
{
	const struct sim_medlem *m = &p->medlem[e->medlem];
	char id[PLB_UUID_TEXT], dato[PLB_DATO_TEXT];

	plb_buf_printf(b,
	    "\"tilmeldingId\":\"%s\",\"tilmeldingsdato\":\"%s\",\"akassekode\":\"%s\","
	    "\"forsikringskategori\":\"%s\",\"kommunekode\":\"%s\"",
	    plb_uuid_text(m->tilmelding, id), plb_dato_text(m->tilmeldt, dato),
	    plb_org_kode(&m->akasse), m->deltid ? "deltid" : "fuldtid", plb_org_kode(&m->kommune));
}

static void
put_deregistered(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b)
{
	const struct sim_medlem *m = &p->medlem[e->medlem];
	char id[PLB_UUID_TEXT], dato[PLB_DATO_TEXT];

	plb_buf_printf(b, "\"tilmeldingId\":\"%s\",\"afmeldingsdato\":\"%s\",\"aarsag\":\"job\"",
	    plb_uuid_text(m->tilmelding, id), plb_dato_text(m->afmeldt, dato));
}

static void
put_timer(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b)
{
	struct plb_maaned m = plb_dato_maaned(p->medlem[e->medlem].tilmeldt);
	char text[PLB_DATO_TEXT];

	plb_buf_printf(b, "\"dagpengemaaned\":\"%s\",\"udbetalteTimer\":%lld.%02lld",
	    plb_maaned_text((struct plb_maaned){m.n + (int32_t)e->nr}, text),
	    (long long)(e->timer_c / 100), (long long)(e->timer_c % 100));
	if (e->berigtigelse)
		plb_buf_str(b, ",\"berigtigelse\":true");
}

static void
put_samtale(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b)
{
	const struct sim_medlem *m = &p->medlem[e->medlem];
	char id[PLB_UUID_TEXT], tid[PLB_TIME_TEXT];

	plb_buf_printf(b,
	    "\"samtaleId\":\"%s\",\"samtaletyper\":%s,\"afholdt\":\"%s\",\"afholdelsesform\":\"%"
	    "s\",\"flereMyndigheder\":false",
	    plb_uuid_text(m->samtale[e->nr], id), e->nr == 0 ? "[10,7]" : "[7]",
	    plb_time_text(m->afholdt[e->nr], tid), e->nr == 0 ? "personligt" : "telefon");
}

static void
put_referat(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b)
{
	const struct sim_medlem *m = &p->medlem[e->medlem];
	char referat[PLB_UUID_TEXT], samtale[PLB_UUID_TEXT];

	plb_buf_printf(b,
	    "\"referatId\":\"%s\",\"samtaleId\":\"%s\",\"version\":%d,\"emner\":[\"jobsøgning\","
	    "\"CV og profil\"],"
	    "\"aftaler\":[{\"tekst\":\"Søger to stillinger om ugen og melder "
	    "tilbage\",\"ansvarlig\":\"borger\"},"
	    "{\"tekst\":\"Sender forslag til kurser\",\"ansvarlig\":\"%s\"}],"
	    "\"tekst\":\"Vi gennemgik CV og jobmål. Medlemmet har erfaring fra lager og kontor og "
	    "vil søge bredt. Aftalt opfølgning ved næste samtale.\","
	    "\"synligForBorger\":true",
	    plb_uuid_text(m->referat[e->nr], referat), plb_uuid_text(m->samtale[e->nr], samtale),
	    (int)e->version, m->akasse.text);
}

static const struct {
	const char *navn;
	void (*data)(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b);
} typer[] = {
    [SIM_REGISTERED] = {"member-registered", put_registered},
    [SIM_DEREGISTERED] = {"member-deregistered", put_deregistered},
    [SIM_TIMER] = {"timer-indberettet", put_timer},
    [SIM_SAMTALE] = {"samtale-held", put_samtale},
    [SIM_REFERAT] = {"referat-publiceret", put_referat},
};

void
sim_tekst(const struct sim_plan *p, const struct sim_event *e, struct plb_buf *b)
{
	const struct sim_medlem *m = &p->medlem[e->medlem];
	char id[PLB_UUID_TEXT], tid[PLB_TIME_TEXT];

	plb_buf_printf(b,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/akasse/%s/"
	    "simulator\",\"type\":\"dk.parloeb.%s\",\"time\":\"%s\",\"data\":{\"cpr\":\"%s\",",
	    plb_uuid_text(e->id, id), plb_org_kode(&m->akasse), typer[e->type].navn,
	    plb_time_text(e->tid, tid), m->cpr);
	typer[e->type].data(p, e, b);
	plb_buf_str(b, "}}");
}

const char *
sim_medlem_key(struct plb_slice cpr, char out[17])
{
	snprintf(out, 17, "%016llx", (unsigned long long)plb_hash(cpr));
	return out;
}
