// SPDX-License-Identifier: MPL-2.0
#include "kvitteringer.h"

#include "felter.h"
#include "metrik.h"
#include "postkasse.h"

#define LISTE_MAX 1000
#define AARSAG_MAX 500
#define ARENA_MAX (16u << 20)

bool
kvittering_laes(struct plb_arena *a, const struct plb_jv *v, struct kvittering_ind *out,
    struct plb_fejl_list *fejl)
{
	static const char *const navne[] = {"leveringid", "status", "aarsag", NULL};
	bool there;

	fejl->n = fejl->more = 0;
	if (plb_jv_kind(v) != PLB_JV_OBJ) {
		plb_fejl_add(fejl, a, "", "type", "En kvittering er et JSON-objekt.");
		return false;
	}
	(void)felter_kendte(a, v, navne, fejl);
	if (felter_uuid(a, v, "leveringid", &there, &out->leveringid, fejl) && !there)
		(void)felter_mangler(a, "leveringid", fejl);
	(void)felter_ord(a, v, "status", postkasse_status, &out->status, fejl);
	(void)felter_tekst(a, v, "aarsag", AARSAG_MAX, &out->aarsag, fejl);
	return fejl->n == 0;
}

static void
skriv(struct plb_buf *b, const struct kvittering_ind *in)
{
	char uuid[PLB_UUID_TEXT];

	plb_buf_printf(b, "{\"leveringid\":\"%s\",\"status\":\"accepteret\"}",
	    plb_uuid_text(in->leveringid, uuid));
}

/* ---- the duplicate rules: a repeat has the first one's answer, and nothing is overwritten ---- */

/* What can no longer be taken back is remembered under a name of its own. */
static struct plb_slice
navn(char art, const struct plb_uuid *id, char out[PLB_UUID_TEXT + 1])
{
	out[0] = art;
	(void)plb_uuid_text(*id, out + 1);
	return plb_slice(out, PLB_UUID_TEXT);
}
#define UDFALD 'u'  /* haandteret or afvist-endeligt */
#define SLETTET 's' /* what was handled may be deleted later */

static bool
husket(const struct gateway *g, const struct plb_org *org, char art, const struct plb_uuid *id)
{
	char tekst[PLB_UUID_TEXT + 1];
	struct plb_time tid;

	return hukommelse_find(&g->kvitteret, org, navn(art, id, tekst), &tid);
}

static void
leveret(void *gateway, struct forsendelse *f, enum plb_err err)
{
	struct gateway *g = gateway;

	hukommelse_leveret(
	    &g->kvitteret, (struct hukommelse_post *)(void *)f, err, plb_time_now(), &g->svar);
}

static void
skriv_til_kafka(struct gateway *g, struct svar *s, const struct plb_org *org,
    const struct kvittering_ind *in, struct forsendelse *f)
{
	enum plb_err err = f == NULL
	    ? PLB_E_FULD
	    : postkasse_kvittering(g, org, in->leveringid, in->status, in->aarsag, f);

	if (err == PLB_OK)
		metrik_tael(METRIK_KVITTERINGER, 1);
	else if (f == NULL)
		svar_fejl(s, PLB_E_FULD);
	else if (f->leveret == leveret)
		leveret(g, f, PLB_E_FULD);
	else {
		postkasse_drop(f);
		svar_fejl(s, PLB_E_FULD);
	}
}

/* One that ends the delivery. False: another end stands already. */
static bool
endelig(struct gateway *g, struct svar *s, const struct plb_org *org,
    const struct kvittering_ind *in, char art)
{
	const uint8_t status[16] = {(uint8_t)in->status};
	char tekst[PLB_UUID_TEXT + 1];
	struct hukommelse_post *post;

	switch (hukommelse_se(&g->kvitteret, org, navn(art, &in->leveringid, tekst),
	    plb_slice(NULL, 0), status, plb_loop_mono(g->loop), &post)) {
	case HUKOMMELSE_NY:
		post->f.leveret = leveret;
		PLB_ASSERT(hukommelse_vent(&g->kvitteret, post, s)); /* the first needs no memory */
		skriv_til_kafka(g, s, org, in, &post->f);
		return true;
	case HUKOMMELSE_GENTAGELSE:
	case HUKOMMELSE_UNDERVEJS:
		/* Written once more: it may be about a delivery that has been sent again since. */
		skriv_til_kafka(g, s, org, in, postkasse_vent(s));
		return true;
	case HUKOMMELSE_SAMMENSTOED:
		return false;
	case HUKOMMELSE_FULD:
		break;
	}
	svar_fejl(s, PLB_E_FULD);
	return true;
}

/* False: it contradicts one that stands. */
static bool
tag(struct gateway *g, struct svar *s, const struct plb_org *org, const struct kvittering_ind *in)
{
	const struct plb_uuid *id = &in->leveringid;

	if (in->status == KVITTERING_SLETTET)
		return endelig(g, s, org, in, SLETTET);
	if (husket(g, org, SLETTET, id))
		return false;
	if (in->status != KVITTERING_MIDLERTIDIGT)
		return endelig(g, s, org, in, UDFALD);
	if (husket(g, org, UDFALD, id))
		return false;
	/* Sent again it may be refused again. */
	skriv_til_kafka(g, s, org, in, postkasse_vent(s));
	return true;
}

/* Read, judged, and on its way; false: refused with the faults. */
static bool
modtag(struct kald *k, struct svar *s, const struct plb_org *org, struct plb_arena *a,
    const struct plb_jv *v, struct kvittering_ind *in, struct plb_fejl_list *fejl)
{
	*in = (struct kvittering_ind){.status = 0};
	if (!kvittering_laes(a, v, in, fejl))
		return false;
	if (tag(k->g, s, org, in))
		return true;
	metrik_tael(METRIK_MODSIGELSER, 1);
	plb_fejl_add(fejl, a, "/status", "modsigelse",
	    "Leveringen er allerede kvitteret med en anden status; den første kvittering gælder.");
	return false;
}

/* ---- answers ---- */

static void
en(struct kald *k, struct svar *s, const struct plb_org *org, struct plb_arena *a,
    const struct plb_jv *v)
{
	struct kvittering_ind in;
	struct plb_fejl_list fejl;

	if (!modtag(k, s, org, a, v, &in, &fejl)) {
		s->req = NULL;
		*plb_http_user(k->r) = NULL;
		kald_problem(k->r, PROBLEM_FEJL, &fejl, NULL, NULL);
		return;
	}
	plb_buf_str(&s->krop, "{\"modtaget\":[");
	skriv(&s->krop, &in);
	plb_buf_str(&s->krop, "]}");
}

static void
flere(struct kald *k, struct svar *s, const struct plb_org *org, struct plb_arena *a,
    const struct plb_jv *v)
{
	struct plb_fejl_list fejl;

	plb_buf_str(&s->krop, "{\"modtaget\":[");
	for (size_t i = 0; i < plb_jv_len(v) && s->vaerst == PLB_OK; i++) {
		struct kvittering_ind in;

		if (i > 0)
			plb_buf_str(&s->krop, ",");
		if (modtag(k, s, org, a, plb_jv_at(v, i), &in, &fejl)) {
			skriv(&s->krop, &in);
			continue;
		}
		s->status = 207;
		plb_buf_str(&s->krop, "{\"leveringid\":null,\"status\":\"afvist\",\"fejl\":");
		problem_fejl(&s->krop, &fejl);
		plb_buf_str(&s->krop, "}");
	}
	plb_buf_str(&s->krop, "]}");
}

static void
laes(struct kald *k, const struct plb_org *org, struct plb_arena *a)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	struct svar *s;

	if (plb_jv_parse(a, plb_http_body(k->r), &v, &ec) != PLB_OK ||
	    (plb_jv_kind(v) != PLB_JV_OBJ && plb_jv_kind(v) != PLB_JV_ARR)) {
		kald_problem(k->r, PROBLEM_IKKE_JSON, NULL, NULL, NULL);
		return;
	}
	if (plb_jv_kind(v) == PLB_JV_ARR && plb_jv_len(v) > LISTE_MAX) {
		kald_problem(k->r, PROBLEM_FOR_STOR, NULL, NULL, NULL);
		return;
	}
	s = svar_ny(&k->g->svar, k->r, plb_loop_mono(k->g->loop));
	if (s == NULL) {
		kald_optaget(k->r);
		return;
	}
	kald_hold(k->r, &s->holdt);
	if (plb_jv_kind(v) == PLB_JV_ARR)
		flere(k, s, org, a, v);
	else
		en(k, s, org, a, v);
	svar_luk(&k->g->svar, s);
}

void
kvitteringer_post(struct kald *k)
{
	struct plb_arena a;
	struct plb_org org;

	if (!kald_org(k, &org))
		return;
	if (!kald_indhold(k->r, "application/json")) {
		kald_problem(k->r, PROBLEM_INDHOLDSTYPE, NULL, NULL, NULL);
		return;
	}
	if (!gateway_kan_sende(k->g)) {
		kald_optaget(k->r);
		return;
	}
	plb_arena_init(&a, ARENA_MAX);
	laes(k, &org, &a);
	plb_arena_fini(&a);
}
