// SPDX-License-Identifier: MPL-2.0
#include "postkasse.h"

#include <stdlib.h>

#define RECORD_MAX (64u << 10)
#define KOMMANDO_GENOPTAG 4

const char *const postkasse_status[] = {
    "haandteret", "afvist-midlertidigt", "afvist-endeligt", "slettet", NULL};
static const char *const kommandoer[] = {"hold", "resume", "replay", "discard", "genoptag", NULL};

struct markoer {
	struct plb_slice organisation;
	int64_t position;
	struct plb_time tid;
};
struct kvittering {
	uint8_t leveringid[16];
	int status;
	struct plb_slice aarsag, organisation;
	struct plb_time tid;
};
struct kommando {
	int kommando;
	struct plb_slice organisation, aarsag, aktoer;
	uint8_t leveringid[16];
	bool har_leveringid;
	struct plb_time tid;
};

#define MUST PLB_BIND_REQUIRED
static const struct plb_bind markoer_bind[] = {
    {.name = "organisation",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct markoer, organisation),
	.has = MUST},
    {.name = "position",
	.type = PLB_BIND_LONG,
	.offset = offsetof(struct markoer, position),
	.has = MUST},
    {.name = "tid", .type = PLB_BIND_TIME, .offset = offsetof(struct markoer, tid), .has = MUST},
};
static const struct plb_bind kvittering_bind[] = {
    {.name = "leveringid",
	.type = PLB_BIND_FIXED16,
	.offset = offsetof(struct kvittering, leveringid),
	.has = MUST},
    {.name = "status",
	.type = PLB_BIND_ENUM,
	.offset = offsetof(struct kvittering, status),
	.has = MUST,
	.symbols = postkasse_status},
    {.name = "aarsag",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct kvittering, aarsag),
	.has = MUST},
    {.name = "organisation",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct kvittering, organisation),
	.has = MUST},
    {.name = "tid", .type = PLB_BIND_TIME, .offset = offsetof(struct kvittering, tid), .has = MUST},
};
static const struct plb_bind kommando_bind[] = {
    {.name = "kommando",
	.type = PLB_BIND_ENUM,
	.offset = offsetof(struct kommando, kommando),
	.has = MUST,
	.symbols = kommandoer},
    {.name = "organisation",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct kommando, organisation),
	.has = MUST},
    {.name = "leveringid",
	.type = PLB_BIND_FIXED16,
	.offset = offsetof(struct kommando, leveringid),
	.has = offsetof(struct kommando, har_leveringid)},
    {.name = "aarsag",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct kommando, aarsag),
	.has = MUST},
    {.name = "aktoer",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct kommando, aktoer),
	.has = MUST},
    {.name = "tid", .type = PLB_BIND_TIME, .offset = offsetof(struct kommando, tid), .has = MUST},
};

enum art { MARKOER, KVITTERING, KOMMANDO, ARTER };
static const struct {
	const char *navn;
	const struct plb_bind *bind;
	size_t n;
} arter[ARTER] = {
    [MARKOER] = {"markoer", markoer_bind, sizeof(markoer_bind) / sizeof(markoer_bind[0])},
    [KVITTERING] = {"kvittering", kvittering_bind,
	sizeof(kvittering_bind) / sizeof(kvittering_bind[0])},
    [KOMMANDO] = {"kommando", kommando_bind, sizeof(kommando_bind) / sizeof(kommando_bind[0])},
};

struct postkasse {
	const struct plb_schema *skema[ARTER];
	struct plb_binding *binding[ARTER];
	struct plb_buf record;
};

enum plb_err
postkasse_new(const struct plb_schemas *s, struct postkasse **out, struct plb_errctx *ec)
{
	struct postkasse *p = calloc(1, sizeof(*p));
	enum plb_err err = PLB_OK;

	*out = NULL;
	if (p == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "postkasse");
	plb_buf_init(&p->record, RECORD_MAX);
	for (size_t i = 0; i < ARTER && err == PLB_OK; i++) {
		p->skema[i] = plb_schema_find(s, plb_slice_str(arter[i].navn));
		err = p->skema[i] == NULL
		    ? plb_err_set(ec, PLB_E_KONFIG, "schema %s is missing", arter[i].navn)
		    : plb_binding_new(p->skema[i], arter[i].bind, arter[i].n, &p->binding[i], ec);
	}
	*out = p;
	if (err != PLB_OK)
		postkasse_free(out);
	return err;
}

void
postkasse_free(struct postkasse **pp)
{
	struct postkasse *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	for (size_t i = 0; i < ARTER; i++)
		plb_binding_free(&p->binding[i]);
	plb_buf_fini(&p->record);
	free(p);
}

/* Business time where there is one. */
static struct plb_time
nu(const struct gateway *g)
{
	struct plb_time t = g->ur.now(g->ur.arg);

	return plb_time_eq(t, PLB_TIME_UNSET) ? plb_time_now() : t;
}

static enum plb_err
send(struct gateway *g, enum art art, const void *indhold, const struct plb_org *org,
    struct plb_uuid id, struct plb_time tid, struct forsendelse *f)
{
	struct postkasse *p = g->postkasse;
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	char uuid[PLB_UUID_TEXT];
	struct plb_slice value;
	struct plb_event ev = {
	    .id = plb_slice_str(plb_uuid_text(id, uuid)),
	    .source = plb_slice_str("/parloeb/gateway"),
	    .type = plb_slice_str(plb_schema_type(p->skema[art])),
	    .time = tid,
	};

	if (!gateway_kan_sende(g))
		return PLB_E_FULD;
	plb_buf_reset(&p->record);
	plb_frame_put(p->skema[art], &p->record);
	plb_binding_encode(p->binding[art], indhold, &p->record);
	if (plb_buf_done(&p->record, &value) != PLB_OK)
		return PLB_E_FOR_STOR;
	if (g->conf.mock_log) {
		f->leveret(g, f, PLB_OK);
		return PLB_OK;
	}
	return plb_producer_send(g->producer, "postkasse", -1, plb_org_slice(org), value, h,
	    plb_event_headers(&ev, &texts, h), f);
}

enum plb_err
postkasse_markoer(
    struct gateway *g, const struct plb_org *org, int64_t position, struct forsendelse *f)
{
	const struct markoer m = {plb_org_slice(org), position, nu(g)};
	const struct plb_slice dele[] = {
	    plb_slice_str("markoer"), m.organisation, plb_slice(&position, sizeof(position))};

	return send(g, MARKOER, &m, org, plb_uuid5(PLB_UUID_NS, dele, 3), m.tid, f);
}

enum plb_err
postkasse_kvittering(struct gateway *g, const struct plb_org *org, struct plb_uuid leveringid,
    int status, struct plb_slice aarsag, struct forsendelse *f)
{
	struct kvittering k = {.status = status, .organisation = plb_org_slice(org), .tid = nu(g)};
	struct plb_uuid id;

	memcpy(k.leveringid, leveringid.b, 16);
	plb_uuid4(&id); /* a delivery that is sent again may be refused again */
	if (aarsag.len > 0)
		k.aarsag = aarsag;
	return send(g, KVITTERING, &k, org, id, k.tid, f);
}

enum plb_err
postkasse_genoptag(struct gateway *g, const struct plb_org *org, const struct plb_uuid *leveringid,
    struct plb_slice aarsag, const char *aktoer, struct forsendelse *f)
{
	struct kommando k = {.kommando = KOMMANDO_GENOPTAG,
	    .organisation = plb_org_slice(org),
	    .aktoer = plb_slice_str(aktoer),
	    .tid = nu(g)};
	struct plb_uuid id;

	if (leveringid != NULL) {
		memcpy(k.leveringid, leveringid->b, 16);
		k.har_leveringid = true;
	}
	if (aarsag.len > 0)
		k.aarsag = aarsag;
	plb_uuid4(&id); /* each order is one of its own */
	return send(g, KOMMANDO, &k, org, id, k.tid, f);
}

/* ---- with somebody who waits ---- */

struct vent {
	struct forsendelse f;
	struct svar *s;
};

static void
leveret(void *gateway, struct forsendelse *f, enum plb_err err)
{
	struct vent *v = (struct vent *)(void *)f;
	struct gateway *g = gateway;

	svar_leveret(&g->svar, v->s, err);
	free(v);
}

struct forsendelse *
postkasse_vent(struct svar *s)
{
	struct vent *v = malloc(sizeof(*v));

	if (v == NULL)
		return NULL;
	*v = (struct vent){{leveret}, s};
	svar_vent(s);
	return &v->f;
}

void
postkasse_drop(struct forsendelse *f)
{
	struct vent *v = (struct vent *)(void *)f;

	/* The svar is still open: nothing is answered by this. */
	v->s->venter--;
	free(v);
}
