// SPDX-License-Identifier: MPL-2.0
#include "genoptag.h"

#include "felter.h"
#include "postkasse.h"

#define AARSAG_MAX 500
#define ARENA_MAX (1u << 20)

struct ordre {
	struct plb_uuid leveringid;
	bool en_levering;
	struct plb_slice aarsag;
};

/* No body is an order without members. */
static bool
laes(struct kald *k, struct plb_arena *a, struct ordre *o)
{
	static const char *const navne[] = {"leveringid", "aarsag", NULL};
	struct plb_slice krop = plb_http_body(k->r);
	struct plb_fejl_list fejl = {.n = 0};
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;

	if (krop.len == 0)
		return true;
	if (!kald_indhold(k->r, "application/json")) {
		kald_problem(k->r, PROBLEM_INDHOLDSTYPE, NULL, NULL, NULL);
		return false;
	}
	if (plb_jv_parse(a, krop, &v, &ec) != PLB_OK || plb_jv_kind(v) != PLB_JV_OBJ) {
		kald_problem(k->r, PROBLEM_IKKE_JSON, NULL, NULL, NULL);
		return false;
	}
	(void)felter_kendte(a, v, navne, &fejl);
	(void)felter_uuid(a, v, "leveringid", &o->en_levering, &o->leveringid, &fejl);
	(void)felter_tekst(a, v, "aarsag", AARSAG_MAX, &o->aarsag, &fejl);
	if (fejl.n > 0)
		kald_problem(k->r, PROBLEM_FEJL, &fejl, NULL, NULL);
	return fejl.n == 0;
}

static void
send(struct kald *k, const struct plb_org *org, const struct ordre *o)
{
	struct svar *s = svar_ny(&k->g->svar, k->r, plb_loop_mono(k->g->loop));
	struct forsendelse *f;

	if (s == NULL) {
		kald_optaget(k->r);
		return;
	}
	kald_hold(k->r, &s->holdt);
	plb_buf_str(&s->krop, "{\"status\":\"accepteret\"}");
	f = postkasse_vent(s);
	if (f == NULL ||
	    postkasse_genoptag(k->g, org, o->en_levering ? &o->leveringid : NULL, o->aarsag,
		k->partner->navn, f) != PLB_OK) {
		if (f != NULL)
			postkasse_drop(f);
		svar_fejl(s, PLB_E_FULD);
	}
	svar_luk(&k->g->svar, s);
}

void
genoptag_post(struct kald *k)
{
	struct ordre o = {.en_levering = false};
	struct plb_arena a;
	struct plb_org org;

	if (!kald_org(k, &org))
		return;
	plb_arena_init(&a, ARENA_MAX);
	if (laes(k, &a, &o))
		send(k, &org, &o);
	plb_arena_fini(&a);
}
