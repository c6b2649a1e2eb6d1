// SPDX-License-Identifier: MPL-2.0
/* kpi: timeliness, from what lies on the topic forloeb. */
#include <stdio.h>

#include "cli_net.h"
#include "cmd.h"
#include "kpi.h"

#define DATA_MAX ((size_t)1 << 20)
#define OUT_MAX ((size_t)64 << 20)

struct taelling {
	struct kpi kpi;
	const struct plb_schemas *schemas;
	struct plb_arena arena; /* of one record */
};

/* What a record says, and about which course. */
struct fakta {
	const struct plb_event *ev;
	const struct plb_jv *data;
};

static struct plb_time
tid(const struct fakta *f, const char *name)
{
	struct plb_time t;

	return plb_time_parse(plb_jv_str(plb_jv_get(f->data, name)), &t) == PLB_OK ? t
										   : f->ev->time;
}

static enum plb_err
samtale_held(struct kpi *k, const struct fakta *f)
{
	return kpi_ting(k, KPI_SAMTALE, &f->ev->correlationid, &f->ev->correlationid,
	    tid(f, "afholdt"), false, -1);
}

static enum plb_err
samtale_mangler(struct kpi *k, const struct fakta *f)
{
	return kpi_ting(k, KPI_SAMTALE, &f->ev->correlationid, &f->ev->correlationid,
	    tid(f, "frist"), true, -1);
}

static enum plb_err
referat(struct kpi *k, const struct fakta *f, bool sen)
{
	struct plb_uuid samtale;

	if (plb_uuid_parse(plb_jv_str(plb_jv_get(f->data, "samtaleId")), false, &samtale) != PLB_OK)
		return PLB_OK;
	return kpi_ting(k, KPI_REFERAT, &samtale, &f->ev->correlationid,
	    sen ? tid(f, "frist") : f->ev->time, sen, -1);
}

static enum plb_err
referat_publiceret(struct kpi *k, const struct fakta *f)
{
	return plb_org_type(&f->ev->org) == PLB_ORG_AKASSE ? referat(k, f, false) : PLB_OK;
}

static enum plb_err
referat_mangler(struct kpi *k, const struct fakta *f)
{
	return referat(k, f, true);
}

static enum plb_err
handover_gennemfoert(struct kpi *k, const struct fakta *f)
{
	struct plb_slice why = plb_jv_str(plb_jv_get(f->data, "forsinkelseAarsag"));
	int aarsag = -1;

	for (int i = 0; i < KPI_AARSAGER; i++)
		if (plb_slice_is(why, kpi_aarsager[i]))
			aarsag = i;
	return kpi_ting(k, KPI_OVERDRAGELSE, &f->ev->correlationid, &f->ev->correlationid,
	    tid(f, "gennemfoert"), !plb_jv_bool(plb_jv_get(f->data, "rettidig"), false), aarsag);
}

/* What Parløb made names a-kasse and kommune of the course. */
static const struct {
	const char *navn;
	bool lavet;
	enum plb_err (*fn)(struct kpi *k, const struct fakta *f);
} typer[] = {
    {"handover-forventet", true, NULL},
    {"handover-due", true, NULL},
    {"handover-gennemfoert", true, handover_gennemfoert},
    {"referat-mangler", true, referat_mangler},
    {"samtale-mangler", true, samtale_mangler},
    {"samtale-held", false, samtale_held},
    {"referat-publiceret", false, referat_publiceret},
};

static const struct plb_jv *
data(struct taelling *t, struct plb_slice value, struct plb_buf *room)
{
	const struct plb_jv *v = NULL;
	const struct plb_schema *s;
	struct plb_slice body, json;
	struct plb_errctx ec = {{0}};

	plb_arena_reset(&t->arena);
	if (plb_frame_open(t->schemas, value, &s, &body, &ec) != PLB_OK ||
	    plb_json_data(s, body, NULL, NULL, room, &ec) != PLB_OK ||
	    plb_buf_done(room, &json) != PLB_OK || plb_jv_parse(&t->arena, json, &v, &ec) != PLB_OK)
		return NULL;
	return v;
}

static enum plb_err
tael(struct taelling *t, const struct plb_event *ev, struct plb_slice value, size_t i)
{
	struct fakta f = {ev, NULL};
	enum plb_err err = PLB_OK;
	struct plb_buf room;

	plb_buf_init(&room, DATA_MAX);
	f.data = data(t, value, &room);
	if (f.data != NULL && typer[i].lavet)
		err = kpi_sted(&t->kpi, &ev->correlationid,
		    plb_jv_str(plb_jv_get(f.data, "akassekode")),
		    plb_jv_str(plb_jv_get(f.data, "kommunekode")));
	if (f.data != NULL && err == PLB_OK && typer[i].fn != NULL)
		err = typer[i].fn(&t->kpi, &f);
	plb_buf_fini(&room);
	return err;
}

/* Facts that were applied, and what Parløb made of them. */
static enum plb_err
take(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct taelling *t = arg;
	struct plb_event ev;
	enum plb_err err = PLB_OK;
	struct plb_slice navn;

	if (plb_event_from_record(r, true, &ev, &(struct plb_errctx){{0}}) != PLB_OK ||
	    !ev.has_correlationid)
		return PLB_OK;
	navn = plb_event_name(ev.type);
	for (size_t i = 0; i < sizeof(typer) / sizeof(typer[0]) && err == PLB_OK; i++)
		if (plb_slice_is(navn, typer[i].navn) &&
		    ev.trin == (typer[i].lavet ? PLB_TRIN_AFLEDT : PLB_TRIN_BEHANDLET))
			err = tael(t, &ev, r->value, i);
	return err == PLB_OK ? PLB_OK : plb_err_set(ec, err, "too much to be counted");
}

int
cmd_kpi(const struct cli *c)
{
	struct taelling t;
	struct plb_errctx ec = {{0}};
	struct plb_slice text;
	struct plb_buf out;
	struct cli_kafka k;
	enum plb_err err = PLB_OK;
	int code = cli_kafka_open(c, 0, &k);

	kpi_init(&t.kpi);
	plb_arena_init(&t.arena, DATA_MAX);
	plb_buf_init(&out, OUT_MAX);
	t.schemas = k.schemas;
	if (code == CLI_OK)
		err = cli_scan(k.bus, "forloeb", -1, take, &t, &ec);
	if (code == CLI_OK && err == PLB_OK)
		err = kpi_skriv(&t.kpi, c->json, &out);
	if (code == CLI_OK && err == PLB_OK)
		err = plb_buf_done(&out, &text);
	if (code == CLI_OK && err == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	else if (code == CLI_OK)
		code = cli_error(err, &ec);
	plb_buf_fini(&out);
	plb_arena_fini(&t.arena);
	kpi_fini(&t.kpi);
	cli_kafka_close(&k);
	return code;
}
