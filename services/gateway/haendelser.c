// SPDX-License-Identifier: MPL-2.0
#include "haendelser.h"

#include "ingest.h"
#include "traceparent.h"

#define BATCH_MAX 1000
#define HOVED_MAX 32 /* ce-* headers of one event */
#define HOVED_TEXT_MAX 64

/* ---- the answer's items ---- */

static void
modtaget(struct plb_buf *b, struct plb_slice id)
{
	plb_buf_str(b, "{\"id\":");
	plb_buf_json(b, id);
	plb_buf_str(b, ",\"status\":\"accepteret\"}");
}

static void
afvist(struct plb_buf *b, struct plb_slice id, const struct plb_fejl_list *fejl)
{
	plb_buf_str(b, "{\"id\":");
	if (id.len > 0)
		plb_buf_json(b, id);
	else
		plb_buf_str(b, "null");
	plb_buf_str(b, ",\"status\":\"afvist\",\"fejl\":");
	problem_fejl(b, fejl);
	plb_buf_str(b, "}");
}

static const enum problem problemer[] = {
    [INGEST_IKKE_HAENDELSE] = PROBLEM_IKKE_HAENDELSE,
    [INGEST_FEJL] = PROBLEM_FEJL,
    [INGEST_FORBUDT] = PROBLEM_FORBUDT,
    [INGEST_FOR_STOR] = PROBLEM_FOR_STOR,
};

/* ---- one event ---- */

static void
en(struct kald *k, const struct ingest_ind *ind)
{
	const struct plb_fejl_list *fejl;
	enum ingest_udfald u;
	struct plb_slice id;
	struct svar *s = svar_ny(&k->g->svar, k->r, plb_loop_mono(k->g->loop));

	if (s == NULL) {
		kald_optaget(k->r);
		return;
	}
	kald_hold(k->r, &s->holdt);
	u = ingest_haendelse(k->g, ind, s, &id, &fejl);
	if (u == INGEST_MODTAGET) {
		plb_buf_str(&s->krop, "{\"modtaget\":[");
		modtaget(&s->krop, id);
		plb_buf_str(&s->krop, "]}");
	} else if (u != INGEST_OPTAGET) {
		s->req = NULL;
		*plb_http_user(k->r) = NULL;
		kald_problem(k->r, problemer[u], fejl->n > 0 ? fejl : NULL, NULL, NULL);
	}
	svar_luk(&k->g->svar, s);
}

/* ---- a batch ---- */

static void
flere(struct kald *k, struct ingest_ind *ind, const struct plb_slice *del, size_t n)
{
	const struct plb_fejl_list *fejl;
	enum ingest_udfald u = INGEST_MODTAGET;
	struct plb_slice id;
	struct svar *s = svar_ny(&k->g->svar, k->r, plb_loop_mono(k->g->loop));

	if (s == NULL) {
		kald_optaget(k->r);
		return;
	}
	kald_hold(k->r, &s->holdt);
	plb_buf_str(&s->krop, "{\"modtaget\":[");
	for (size_t i = 0; i < n && u != INGEST_OPTAGET; i++) {
		ind->json = del[i];
		u = ingest_haendelse(k->g, ind, s, &id, &fejl);
		if (i > 0)
			plb_buf_str(&s->krop, ",");
		if (u == INGEST_MODTAGET) {
			modtaget(&s->krop, id);
		} else {
			s->status = 207;
			afvist(&s->krop, id, fejl);
		}
	}
	plb_buf_str(&s->krop, "]}");
	svar_luk(&k->g->svar, s);
}

static void
batch(struct kald *k, struct ingest_ind *ind)
{
	static struct plb_slice
	    del[BATCH_MAX]; /* one thread; 16 KiB that need not be on the stack */
	size_t n;

	switch (plb_json_split(plb_http_body(k->r), del, BATCH_MAX, &n)) {
	case PLB_OK:
		flere(k, ind, del, n);
		break;
	case PLB_E_FOR_STOR:
		kald_problem(k->r, PROBLEM_FOR_STOR, NULL, NULL, NULL);
		break;
	default:
		kald_problem(k->r, PROBLEM_IKKE_HAENDELSE, NULL, NULL, NULL);
		break;
	}
}

/* ---- binary mode ---- */

struct hoveder {
	struct plb_header h[HOVED_MAX];
	char navn[HOVED_MAX][HOVED_TEXT_MAX];
	size_t n;
	bool for_mange;
};

static void
hoved(void *arg, struct plb_slice navn, struct plb_slice value)
{
	struct hoveder *o = arg;

	if (o->n == HOVED_MAX || navn.len >= HOVED_TEXT_MAX) {
		o->for_mange = true;
		return;
	}
	memcpy(o->navn[o->n], navn.p, navn.len);
	o->navn[o->n][navn.len] = '\0';
	o->h[o->n] = (struct plb_header){o->navn[o->n], value};
	o->n++;
}

/* False: no ce-* headers, so this is not binary mode. */
static bool
binaer(struct kald *k, struct ingest_ind *ind)
{
	struct hoveder o;

	o.n = 0;
	o.for_mange = false;
	plb_http_headers(k->r, "ce-", hoved, &o);
	if (o.n == 0 && !o.for_mange)
		return false;
	if (o.for_mange) {
		kald_problem(k->r, PROBLEM_IKKE_HAENDELSE, NULL, NULL, NULL);
		return true;
	}
	ind->hoved = o.h;
	ind->n_hoved = o.n;
	ind->json = plb_http_body(k->r);
	en(k, ind);
	return true;
}

void
haendelser_post(struct kald *k)
{
	struct ingest_ind ind = {.partner = k->partner};
	struct plb_slice trace = plb_http_header(k->r, "traceparent");

	/* Before anything is read: a full queue must cost little. */
	if (!gateway_kan_sende(k->g)) {
		kald_optaget(k->r);
		return;
	}
	if (traceparent_ok(trace))
		ind.traceparent = trace;
	if (kald_indhold(k->r, "application/cloudevents+json")) {
		ind.json = plb_http_body(k->r);
		en(k, &ind);
	} else if (kald_indhold(k->r, "application/cloudevents-batch+json")) {
		batch(k, &ind);
	} else if (!kald_indhold(k->r, "application/json") || !binaer(k, &ind)) {
		kald_problem(k->r, PROBLEM_INDHOLDSTYPE, NULL, NULL, NULL);
	}
}
