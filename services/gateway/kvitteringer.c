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

static void
send(struct kald *k, struct svar *s, const struct plb_org *org, const struct kvittering_ind *in)
{
	struct forsendelse *f = postkasse_vent(s);
	enum plb_err err = f == NULL
	    ? PLB_E_FULD
	    : postkasse_kvittering(k->g, org, in->leveringid, in->status, in->aarsag, f);

	if (err == PLB_OK) {
		metrik_tael(METRIK_KVITTERINGER, 1);
		return;
	}
	if (f != NULL)
		postkasse_drop(f);
	svar_fejl(s, PLB_E_FULD);
}

static void
en(struct kald *k, struct svar *s, const struct plb_org *org, struct plb_arena *a,
    const struct plb_jv *v)
{
	struct kvittering_ind in = {.status = 0};
	struct plb_fejl_list fejl;

	if (!kvittering_laes(a, v, &in, &fejl)) {
		s->req = NULL;
		*plb_http_user(k->r) = NULL;
		kald_problem(k->r, PROBLEM_FEJL, &fejl, NULL, NULL);
		return;
	}
	send(k, s, org, &in);
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
		struct kvittering_ind in = {.status = 0};

		if (i > 0)
			plb_buf_str(&s->krop, ",");
		if (kvittering_laes(a, plb_jv_at(v, i), &in, &fejl)) {
			send(k, s, org, &in);
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
