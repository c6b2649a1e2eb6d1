// SPDX-License-Identifier: MPL-2.0
#include "kalendere.h"

#include <parloeb/log.h>

#include <stdio.h>
#include <stdlib.h>

#include "dagsliste.h"
#include "ics.h"
#include "kalender_regler.h"
#include "metrik.h"

#define POSTER_MAX 20000                 /* of one calendar */
#define GLEM_MS (INT64_C(30) * 86400000) /* after an entry is over */
#define RYD_MS (INT64_C(3600) * 1000)
#define ICS_MAX ((size_t)32 << 20)
#define LISTE_MAX ((size_t)8 << 20)
#define DATA_MAX ((size_t)4 << 20)
#define ARENA_MAX ((size_t)32 << 20)
#define RECORDS_A_TURN 2000

struct en_kalender {
	struct plb_map_node node; /* key: the organisation */
	struct plb_org org;
	int32_t partition;
	struct kalender k;
	struct plb_buf ics; /* of `skrevet` */
	uint64_t skrevet;
	char etag[36];
	struct plb_time ryddet;
};
struct kalendere {
	struct gateway *g;
	struct plb_map alle;
	struct plb_reader *laeser; /* NULL: no calendars */
	bool *laest;               /* of each partition: what was there at the start is read */
	struct plb_arena arena;
	struct plb_buf data;
};

/* ---- reading ---- */

static void
anvend(struct kalendere *ks, struct en_kalender *e, const struct plb_record *r)
{
	const struct plb_schema *s;
	struct plb_errctx ec = {{0}};
	struct plb_slice body, json;
	const struct plb_jv *v;
	struct plb_event ev;
	enum plb_err err;

	plb_arena_reset(&ks->arena);
	plb_buf_reset(&ks->data);
	err = plb_event_from_record(r, false, &ev, &ec);
	if (err == PLB_OK)
		err = plb_frame_open(ks->g->skemaer, r->value, &s, &body, &ec);
	/* Without an opener: what is sealed stays out of calendars. */
	if (err == PLB_OK)
		err = plb_json_data(s, body, NULL, NULL, &ks->data, &ec);
	if (err == PLB_OK)
		err = plb_buf_done(&ks->data, &json);
	if (err == PLB_OK)
		err = plb_jv_parse(&ks->arena, json, &v, &ec);
	if (err == PLB_OK)
		err = kalender_haendelse(&e->k, &ev, v);
	if (err != PLB_OK)
		plb_log(PLB_LOG_ERROR, "record of ud cannot be read; the calendar is without it",
		    plb_f_int("partition", r->partition), plb_f_int("offset", r->offset),
		    plb_f_str("fejl", ec.text));
}

static void
fejl(struct kalendere *ks, const struct plb_record *r, const struct plb_errctx *ec)
{
	struct plb_errctx ec2 = {{0}};

	plb_log(PLB_LOG_WARN, "calendars", plb_f_str("fejl", ec->text));
	if (plb_reader_error(ks->laeser) == PLB_E_UKENDT && r->partition >= 0 &&
	    plb_reader_assign(ks->laeser, "ud", r->partition, PLB_FROM_BEGINNING, 0, &ec2) !=
		PLB_OK)
		plb_log(PLB_LOG_ERROR, "calendars", plb_f_str("fejl", ec2.text));
}

static void
data(void *arg)
{
	struct kalendere *ks = arg;
	struct plb_errctx ec = {{0}};
	struct plb_record r = {.partition = -1};
	int found;

	for (int i = 0;
	     i < RECORDS_A_TURN && (found = plb_reader_poll(ks->laeser, 0, &r, &ec)) != 0; i++) {
		struct plb_map_node *n;

		if (found < 0) {
			fejl(ks, &r, &ec);
		} else if (found == 2) {
			ks->laest[r.partition] = true;
		} else if ((n = plb_map_get(&ks->alle, r.key)) != NULL) {
			anvend(ks, (struct en_kalender *)(void *)n, &r);
		}
	}
}

/* ---- which there are ---- */

static void
slip(struct kalendere *ks)
{
	struct plb_map_node *n;
	size_t it = 0;

	plb_reader_free(&ks->laeser);
	while ((n = plb_map_next(&ks->alle, &it)) != NULL) {
		struct en_kalender *e = (struct en_kalender *)(void *)n;

		kalender_fini(&e->k);
		plb_buf_fini(&e->ics);
		free(e);
	}
	plb_map_fini(&ks->alle);
	plb_map_init(&ks->alle, 0);
	memset(ks->laest, 0, (size_t)ks->g->common->org_partitions);
}

static enum plb_err
opret(struct kalendere *ks, const struct plb_org *org)
{
	struct en_kalender *e;
	uint8_t seed[16];

	if (plb_map_get(&ks->alle, plb_org_slice(org)) != NULL)
		return PLB_OK; /* a second token of the same */
	e = calloc(1, sizeof(*e));
	if (e == NULL)
		return PLB_E_HUKOMMELSE;
	plb_random(seed, sizeof(seed));
	kalender_init(&e->k, POSTER_MAX, seed);
	plb_buf_init(&e->ics, ICS_MAX);
	e->org = *org;
	e->partition = plb_partition(plb_org_slice(org), (int32_t)ks->g->common->org_partitions);
	e->skrevet = UINT64_MAX;
	e->ryddet = PLB_TIME_UNSET;
	e->node.key = plb_org_slice(&e->org);
	if (plb_map_add(&ks->alle, &e->node) == PLB_OK)
		return PLB_OK;
	kalender_fini(&e->k);
	free(e);
	return PLB_E_HUKOMMELSE;
}

static enum plb_err
start(struct kalendere *ks, struct plb_errctx *ec)
{
	const struct plb_partnere *alle = ks->g->partnere;
	struct plb_map_node *n;
	enum plb_err err = PLB_OK;
	size_t it = 0;

	for (size_t i = 0; i < plb_partnere_count(alle); i++) {
		const struct plb_partner *p = plb_partnere_at(alle, i);

		for (size_t j = 0; j < p->n_kalendere && err == PLB_OK; j++)
			err = opret(ks, &p->kalender[j].org);
	}
	if (err != PLB_OK || ks->alle.n == 0 || ks->g->conf.mock_log)
		return err;
	err = plb_reader_new(ks->g->bus, ks->g->loop, true, data, ks, &ks->laeser, ec);
	while (err == PLB_OK && (n = plb_map_next(&ks->alle, &it)) != NULL)
		err = plb_reader_assign(ks->laeser, "ud",
		    ((struct en_kalender *)(void *)n)->partition, PLB_FROM_BEGINNING, 0, ec);
	return err;
}

enum plb_err
kalendere_new(struct gateway *g, struct kalendere **out, struct plb_errctx *ec)
{
	struct kalendere *ks = calloc(1, sizeof(*ks));

	*out = ks;
	if (ks == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "calendars");
	ks->g = g;
	plb_map_init(&ks->alle, 0);
	plb_arena_init(&ks->arena, ARENA_MAX);
	plb_buf_init(&ks->data, DATA_MAX);
	ks->laest = calloc((size_t)g->common->org_partitions, sizeof(*ks->laest));
	if (ks->laest == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "calendars");
	return start(ks, ec);
}

void
kalendere_free(struct kalendere **pk)
{
	struct kalendere *ks = *pk;

	*pk = NULL;
	if (ks == NULL)
		return;
	if (ks->laest != NULL)
		slip(ks);
	plb_map_fini(&ks->alle);
	plb_arena_fini(&ks->arena);
	plb_buf_fini(&ks->data);
	free(ks->laest);
	free(ks);
}

void
kalendere_genlaes(struct kalendere *ks)
{
	const struct plb_partnere *alle = ks->g->partnere;
	struct plb_errctx ec = {{0}};
	bool nye = false;

	for (size_t i = 0; i < plb_partnere_count(alle); i++) {
		const struct plb_partner *p = plb_partnere_at(alle, i);

		for (size_t j = 0; j < p->n_kalendere; j++)
			nye = nye ||
			    plb_map_get(&ks->alle, plb_org_slice(&p->kalender[j].org)) == NULL;
	}
	/* One that is named no more is never asked for: it goes with the next start. */
	if (!nye)
		return;
	slip(ks);
	if (start(ks, &ec) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "calendars", plb_f_str("fejl", ec.text));
}

/* ---- answers ---- */

static struct plb_time
nu(const struct gateway *g)
{
	struct plb_time t = g->ur.now(g->ur.arg);

	return t.ms == PLB_TIME_UNSET.ms ? plb_time_now() : t;
}

/* The calendar of the call, tidied; NULL: answered, as its mailbox is not read yet. */
static struct en_kalender *
find(struct kald *k)
{
	struct kalendere *ks = k->g->kalendere;
	struct en_kalender *e =
	    (struct en_kalender *)(void *)plb_map_get(&ks->alle, plb_org_slice(&k->kalender->org));
	struct plb_time t = nu(k->g);

	if (e == NULL || ks->laeser == NULL || !ks->laest[e->partition]) {
		kald_optaget(k->r);
		return NULL;
	}
	metrik_tael(METRIK_KALENDERE, 1);
	if (e->ryddet.ms == PLB_TIME_UNSET.ms || t.ms - e->ryddet.ms >= RYD_MS) {
		kalender_ryd(&e->k, (struct plb_time){t.ms - GLEM_MS});
		e->ryddet = t;
	}
	return e;
}

static enum plb_err
skriv_ics(struct en_kalender *e)
{
	struct plb_slice text;
	uint8_t digest[32];
	char navn[64];
	enum plb_err err;

	if (e->skrevet == e->k.version)
		return PLB_OK;
	plb_buf_reset(&e->ics);
	snprintf(navn, sizeof(navn), "Parløb %s", e->org.text);
	err = ics_skriv(&e->k, navn, &e->ics);
	if (err == PLB_OK)
		err = plb_buf_done(&e->ics, &text);
	if (err != PLB_OK)
		return err;
	plb_sha256(text, digest);
	e->etag[0] = '"';
	for (size_t i = 0; i < 16; i++)
		snprintf(e->etag + 1 + 2 * i, 3, "%02x", digest[i]);
	e->etag[33] = '"';
	e->etag[34] = '\0';
	e->skrevet = e->k.version;
	return PLB_OK;
}

void
kalender_get(struct kald *k)
{
	struct plb_slice har = plb_http_header(k->r, "if-none-match");
	struct en_kalender *e = find(k);
	char etag[48];
	const char *headers[] = {etag, "Cache-Control: private, max-age=300", NULL};

	if (e == NULL)
		return;
	if (skriv_ics(e) != PLB_OK) {
		kald_problem(k->r, PROBLEM_INTERN, NULL, NULL, NULL);
		return;
	}
	snprintf(etag, sizeof(etag), "ETag: %s", e->etag);
	if (har.len > 0 &&
	    (plb_slice_is(har, "*") || memmem(har.p, har.len, e->etag, strlen(e->etag)) != NULL))
		plb_http_answer(k->r, 304, NULL, plb_slice(NULL, 0), headers);
	else
		plb_http_answer(k->r, 200, "text/calendar; charset=utf-8",
		    plb_slice(e->ics.p, e->ics.len), headers);
}

void
dagsliste_get(struct kald *k)
{
	static const char *const headers[] = {"Cache-Control: private, no-store",
	    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
	    "Referrer-Policy: no-referrer", "X-Content-Type-Options: nosniff", NULL};
	struct plb_slice dato = plb_http_query(k->r, "dato"), text;
	struct plb_dato dag = plb_time_dato(nu(k->g));
	struct en_kalender *e;
	struct plb_buf b;

	if (dato.p != NULL && plb_dato_parse(dato, &dag) != PLB_OK) {
		kald_problem(k->r, PROBLEM_FORESPOERGSEL, NULL, NULL, NULL);
		return;
	}
	e = find(k);
	if (e == NULL)
		return;
	plb_buf_init(&b, LISTE_MAX);
	dagsliste_skriv(&e->k, e->org.text, dag, &b);
	if (plb_buf_done(&b, &text) != PLB_OK)
		kald_problem(k->r, PROBLEM_INTERN, NULL, NULL, NULL);
	else
		plb_http_answer(k->r, 200, "text/html; charset=utf-8", text, headers);
	plb_buf_fini(&b);
}
