// SPDX-License-Identifier: MPL-2.0
#include "ingest.h"

#include <stdlib.h>

#include "adgang.h"
#include "identiteter.h"
#include "metrik.h"
#include "traceparent.h"

#define ARENA_MAX (16u << 20)
#define RECORD_MAX (2u << 20)
#define ID_MAX 400 /* bytes: 100 characters */

struct ingest {
	struct plb_arena arena; /* of one event */
	struct plb_buf record;
	struct plb_incoming in;
	struct plb_fejl_list fejl;
};

struct ingest *
ingest_new(void)
{
	struct ingest *i = calloc(1, sizeof(*i));

	if (i == NULL)
		return NULL;
	plb_arena_init(&i->arena, ARENA_MAX);
	plb_buf_init(&i->record, RECORD_MAX);
	return i;
}

void
ingest_free(struct ingest **pi)
{
	struct ingest *i = *pi;

	*pi = NULL;
	if (i == NULL)
		return;
	plb_buf_fini(&i->record);
	plb_arena_fini(&i->arena);
	free(i);
}

/* ---- may it be said ---- */

static enum ingest_udfald
forbudt(struct ingest *i, const char *felt, const char *besked)
{
	/* Nothing else about the event is told to somebody who may not send it. */
	i->fejl.n = i->fejl.more = 0;
	plb_fejl_add(&i->fejl, &i->arena, felt, "adgang", besked);
	return INGEST_FORBUDT;
}

/* A type that exists but is somebody else's, or is made inside only: the reader of events takes the
 * latter for unknown. */
static bool
type_er_egen(const struct gateway *g, const struct ingest *i, const struct plb_partner *p,
    enum plb_orgtype type)
{
	struct plb_slice navn = plb_event_name(i->in.ev.type);
	const struct plb_schema *s = i->in.schema != NULL || navn.len == 0
	    ? i->in.schema
	    : plb_schema_find(g->skemaer, navn);

	return s == NULL || (plb_schema_may_send(s, (int)type) && adgang_maa_sende(p, navn));
}

static enum ingest_udfald
maa(struct gateway *g, struct ingest *i, const struct plb_partner *p)
{
	const struct plb_event *ev = &i->in.ev;
	enum plb_orgtype type = plb_org_type(&ev->org);

	if (type != PLB_ORG_INGEN && !adgang_taler_for(p, &ev->org))
		return forbudt(
		    i, "/source", "Adgangen gælder ikke den organisation, source begynder med.");
	if (type != PLB_ORG_INGEN && !type_er_egen(g, i, p, type))
		return forbudt(i, "/type", "Denne hændelsestype må organisationen ikke sende.");
	if (type != PLB_ORG_INGEN && !plb_time_eq(ev->time, PLB_TIME_UNSET) &&
	    !organisationer_findes(g->organisationer, &ev->org, plb_time_dato(ev->time)))
		plb_fejl_add(&i->fejl, &i->arena, "/source", "organisation",
		    "Organisationen findes ikke på hændelsens tidspunkt.");
	return INGEST_MODTAGET;
}

/* An id with a fault of its own is not given back: it may be anything. One that is used already is
 * known to be one. */
static bool
id_kan_siges(const struct ingest *i)
{
	for (size_t n = 0; n < i->fejl.n; n++)
		if (strcmp(i->fejl.f[n].felt, "/id") == 0)
			return strcmp(i->fejl.f[n].kode, "brugt") == 0;
	return i->in.ev.id.len <= ID_MAX && !plb_cpr_in_text(i->in.ev.id);
}

/* ---- to Kafka ---- */

static void
leveret(void *gateway, struct forsendelse *f, enum plb_err err)
{
	struct hukommelse_post *post = (struct hukommelse_post *)(void *)f;
	struct gateway *g = gateway;

	g->undervejs_bytes -= post->bytes;
	if (err == PLB_OK)
		metrik_tael(METRIK_ACCEPTERET, 1);
	hukommelse_leveret(&g->hukommelse, post, err, plb_time_now(), &g->svar);
}

/* Whom an event is about. */
struct noegler {
	struct plb_person foerste; /* of the first number known: the record's key */
	struct plb_person senere;  /* of the new number of a change; otherwise the same */
};

/* A change of number is about the person of the number before it. */
static enum plb_err
noegler(struct gateway *g, struct ingest *i, struct noegler *ud)
{
	const struct plb_jv *rest;
	struct plb_errctx ec = {{0}};
	struct plb_cpr foer;
	enum plb_err err = plb_crypto_person(g->krypto, &i->in.cpr, &ud->senere);

	ud->foerste = identiteter_foerste(g->identiteter, ud->senere);
	if (err != PLB_OK ||
	    !plb_slice_is(plb_event_name(i->in.ev.type), "person-identitet-aendret")) {
		ud->senere = ud->foerste;
		return err;
	}
	err = plb_jv_parse(&i->arena, i->in.rest, &rest, &ec);
	if (err == PLB_OK)
		err = plb_cpr_parse(plb_jv_str(plb_jv_get(rest, "tidligereCpr")),
		    (enum plb_cpr_mode)g->common->cpr, &foer);
	if (err != PLB_OK)
		return err;
	err = plb_crypto_person(g->krypto, &foer, &ud->foerste);
	plb_cpr_wipe(&foer);
	ud->foerste = identiteter_foerste(g->identiteter, ud->foerste);
	return err;
}

static enum plb_err
send(struct gateway *g, struct ingest *i, const struct noegler *n, struct hukommelse_post *post)
{
	const struct plb_person *person = &n->foerste;
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;
	struct plb_slice value;
	enum plb_err err;

	plb_buf_reset(&i->record);
	err = plb_crypto_seal(g->krypto, &i->in, person, &i->record);
	if (err == PLB_OK)
		err = plb_buf_done(&i->record, &value);
	if (err != PLB_OK)
		return err;
	post->f.leveret = leveret;
	post->bytes = (uint32_t)value.len;
	if (g->conf.mock_log)
		err = PLB_OK;
	else if (!plb_person_eq(n->senere, n->foerste))
		err = identiteter_skift(
		    g->identiteter, n->senere, n->foerste, i->in.ev, value, &post->f);
	else
		err = plb_producer_send(g->producer, "ind", -1,
		    plb_slice(person->b, sizeof(person->b)), value, h,
		    plb_event_headers(&i->in.ev, &texts, h), &post->f);
	if (err == PLB_OK)
		g->undervejs_bytes += post->bytes;
	return err;
}

static enum ingest_udfald
optaget(struct svar *s)
{
	svar_fejl(s, PLB_E_FULD);
	return INGEST_OPTAGET;
}

static enum ingest_udfald
ny(struct gateway *g, struct ingest *i, const struct noegler *n, struct hukommelse_post *post,
    struct svar *s)
{
	enum plb_err err = gateway_kan_sende(g) && identiteter_klar(g->identiteter)
	    ? send(g, i, n, post)
	    : PLB_E_FULD;

	if (err != PLB_OK) {
		hukommelse_glem(&g->hukommelse, post);
		if (err != PLB_E_FOR_STOR)
			return optaget(s);
		/* Sealed it is larger than a record may be. */
		plb_fejl_add(&i->fejl, &i->arena, "", "for-stor", "Hændelsen er for stor.");
		return INGEST_FOR_STOR;
	}
	PLB_ASSERT(
	    hukommelse_vent(&g->hukommelse, post, s)); /* the first to wait needs no memory */
	if (g->conf.mock_log)
		leveret(g, &post->f, PLB_OK);
	return INGEST_MODTAGET;
}

static enum ingest_udfald
husk(struct gateway *g, struct ingest *i, const struct noegler *n, struct svar *s)
{
	struct plb_event *ev = &i->in.ev;
	struct hukommelse_post *post;

	switch (hukommelse_se(&g->hukommelse, &ev->org, ev->id, ev->source, ev->hmac,
	    plb_loop_mono(g->loop), &post)) {
	case HUKOMMELSE_NY:
		return ny(g, i, n, post, s);
	case HUKOMMELSE_GENTAGELSE:
		metrik_tael(METRIK_GENTAGELSE, 1);
		return INGEST_MODTAGET;
	case HUKOMMELSE_UNDERVEJS:
		metrik_tael(METRIK_GENTAGELSE, 1);
		return hukommelse_vent(&g->hukommelse, post, s) ? INGEST_MODTAGET : optaget(s);
	case HUKOMMELSE_SAMMENSTOED:
		metrik_tael(METRIK_SAMMENSTOED, 1);
		plb_fejl_add(&i->fejl, &i->arena, "/id", "brugt",
		    "Samme source og id er brugt til et andet indhold.");
		return INGEST_FEJL;
	case HUKOMMELSE_FULD:
		break;
	}
	return optaget(s);
}

/* ---- an event ---- */

static enum ingest_udfald
laes(struct gateway *g, struct ingest *i, const struct ingest_ind *ind)
{
	struct plb_json_ctx c = {
	    .schemas = g->skemaer,
	    .cpr_mode = (enum plb_cpr_mode)g->common->cpr,
	    .now = g->ur.now(g->ur.arg),
	    .arena = &i->arena,
	};
	enum ingest_udfald u;
	bool ikke = false;
	enum plb_err err;

	err = ind->hoved == NULL ? plb_json_event(&c, ind->json, &i->in, &i->fejl, &ikke)
				 : plb_json_event_binary(&c, ind->hoved, ind->n_hoved, ind->json,
				       &i->in, &i->fejl, &ikke);
	if (err == PLB_E_FOR_STOR)
		return INGEST_FOR_STOR;
	if (ikke)
		return INGEST_IKKE_HAENDELSE;
	u = maa(g, i, ind->partner);
	if (u != INGEST_MODTAGET)
		return u;
	if (err == PLB_OK && i->fejl.n == 0 && !i->in.has_cpr)
		plb_fejl_add(&i->fejl, &i->arena, "/data/cpr", "mangler", "Feltet mangler.");
	return err == PLB_OK && i->fejl.n == 0 ? INGEST_MODTAGET : INGEST_FEJL;
}

enum ingest_udfald
ingest_haendelse(struct gateway *g, const struct ingest_ind *ind, struct svar *s,
    struct plb_slice *id, const struct plb_fejl_list **fejl)
{
	struct ingest *i = g->ingest;
	char trace[TRACEPARENT_TEXT];
	struct noegler n;
	enum ingest_udfald u;
	struct plb_event *ev = &i->in.ev;

	plb_arena_reset(&i->arena);
	u = laes(g, i, ind);
	if (u == INGEST_MODTAGET) {
		if (ev->traceparent.len == 0)
			ev->traceparent = ind->traceparent.len > 0 ? ind->traceparent
								   : traceparent_ny(&g->rng, trace);
		ev->has_hmac = true;
		if (noegler(g, i, &n) != PLB_OK ||
		    plb_crypto_content(g->krypto, &i->in, ev->hmac) != PLB_OK)
			u = optaget(s);
		else
			u = husk(g, i, &n, s);
	}
	plb_cpr_wipe(&i->in.cpr);
	if (u != INGEST_MODTAGET && u != INGEST_OPTAGET)
		metrik_tael(METRIK_AFVIST, 1);
	*id = u == INGEST_MODTAGET || id_kan_siges(i) ? ev->id : plb_slice(NULL, 0);
	*fejl = &i->fejl;
	return u;
}
