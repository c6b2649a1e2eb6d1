// SPDX-License-Identifier: MPL-2.0
#include "bord_api.h"

#include <stdlib.h>

#include "sti.h"
#include "svar.h"

#define ANSWER_MAX (16u << 20)
#define ARENA_MAX (4u << 20)
#define LISTE_MAX 1000
#define AKTOER_MAX 100

struct bord_api {
	struct bord_api_dele d;
	struct plb_buf out;
	struct plb_arena arena;
};

/* ---- reading ---- */

static enum plb_err
asked_org(const struct plb_http_req *r, struct plb_org *room, const struct plb_org **out,
    struct plb_errctx *ec)
{
	struct plb_slice s = plb_http_query(r, "organisation");

	*out = NULL;
	if (s.len == 0)
		return PLB_OK;
	*out = room;
	return plb_org_parse(s, room) == PLB_OK
	    ? PLB_OK
	    : plb_err_set(ec, PLB_E_FORM, "an organisation looks like kommune:0461");
}

static enum plb_err
oversigt(
    struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	const struct plb_org *org;
	struct plb_org room;
	enum plb_err err = asked_org(r, &room, &org, ec);

	(void)rest;
	plb_buf_str(&b->out, "{");
	ordrer_holdt(b->d.ordrer, &b->out);
	plb_buf_str(&b->out, ",");
	if (err == PLB_OK)
		err = laesemodel_bord(b->d.m, org, LISTE_MAX, &b->out, ec);
	plb_buf_str(&b->out, "}");
	return err;
}

static enum plb_err
mangler(
    struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	const struct plb_org *org;
	struct plb_org room;
	enum plb_err err = asked_org(r, &room, &org, ec);

	(void)rest;
	plb_buf_str(&b->out, "{");
	if (err == PLB_OK)
		err = laesemodel_mangler(
		    b->d.m, b->d.nu(b->d.arg), b->d.receipt_within_ms, org, LISTE_MAX, &b->out, ec);
	plb_buf_str(&b->out, "}");
	return err;
}

static enum plb_err
levering(
    struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	struct plb_uuid id;

	(void)r;
	if (plb_uuid_parse(rest, false, &id) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "a delivery id is a UUID");
	return laesemodel_levering(b->d.m, &id, &b->out, ec);
}

static enum plb_err
koe(struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	const struct plb_org *org;
	struct plb_org room;
	enum plb_err err = asked_org(r, &room, &org, ec);

	(void)rest;
	if (err == PLB_OK && org == NULL)
		err = plb_err_set(ec, PLB_E_FORM, "organisation is missing");
	return err == PLB_OK ? laesemodel_koe(b->d.m, org, &b->out, ec) : err;
}

static enum plb_err
liste(
    struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	(void)r, (void)rest, (void)ec;
	ordrer_liste(b->d.ordrer, &b->out);
	return PLB_OK;
}

static enum plb_err
en(struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	struct plb_uuid id;

	(void)r;
	if (plb_uuid_parse(rest, false, &id) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "the id of an order is a UUID");
	return ordrer_en(b->d.ordrer, &id, &b->out, ec);
}

static enum plb_err
plan(struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec)
{
	struct anmodning a;
	enum plb_err err = anmodning_laes(plb_http_body(r), &b->arena, &a, ec);

	(void)rest;
	return err == PLB_OK ? ordrer_plan(b->d.ordrer, &a, &b->out, ec) : err;
}

/* ---- orders ---- */

/* The audit has it, or not: the request that waits for this, if it is still there. */
struct vent {
	struct plb_http_req *r;
};

static void
skrevet(void *arg, enum plb_err err, struct plb_slice json)
{
	struct vent *v = arg;

	if (v->r != NULL) {
		*plb_http_user(v->r) = NULL;
		if (err == PLB_OK)
			plb_http_answer(v->r, 202, "application/json", json, NULL);
		else
			svar_fejl(v->r, 503,
			    "Kafka did not take the order's audit record; nothing was done");
	}
	free(v);
}

/* Who asks; NULL: nobody, and the answer is given. */
static const char *
aktoer(struct bord_api *b, struct plb_http_req *r)
{
	struct plb_slice told = plb_http_header(r, "parloeb-aktoer");
	const char *navn;

	if (b->d.operatoerer != NULL) {
		navn = operatoer_af(b->d.operatoerer, plb_http_header(r, "authorization"));
		if (navn == NULL)
			svar_fejl(r, 401,
			    "this console knows its operators: give a token (--operator or "
			    "$PARLOEB_OPERATOR)");
		return navn;
	}
	if (told.len == 0 || told.len > AKTOER_MAX) {
		svar_fejl(r, 400, "the header Parloeb-Aktoer says who gives the order");
		return NULL;
	}
	told = plb_arena_dup(&b->arena, told);
	if (told.p == NULL)
		svar_fejl(r, 500, "out of memory");
	return (const char *)told.p;
}

static enum plb_err
giv(struct bord_api *b, struct plb_http_req *r, struct plb_slice rest, const char *who,
    struct vent *v, struct plb_errctx *ec)
{
	struct anmodning a;
	enum plb_err err = anmodning_laes(plb_http_body(r), &b->arena, &a, ec);

	(void)rest;
	return err == PLB_OK ? ordrer_giv(b->d.ordrer, &a, who, skrevet, v, ec) : err;
}

/* /bord/ordre/ID/godkend, …/fortsaet, …/stop */
static enum plb_err
om_en(struct bord_api *b, struct plb_http_req *r, struct plb_slice rest, const char *who,
    struct vent *v, struct plb_errctx *ec)
{
	size_t n = PLB_UUID_TEXT - 1;
	struct plb_uuid id;

	(void)r;
	if (rest.len <= n || plb_uuid_parse(plb_slice(rest.p, n), false, &id) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "the id of an order is a UUID");
	rest = plb_slice(rest.p + n, rest.len - n);
	if (plb_slice_is(rest, "/godkend"))
		return ordrer_godkend(b->d.ordrer, &id, who, skrevet, v, ec);
	if (plb_slice_is(rest, "/fortsaet"))
		return ordrer_fortsaet(b->d.ordrer, &id, who, skrevet, v, ec);
	if (plb_slice_is(rest, "/stop"))
		return ordrer_stop(b->d.ordrer, &id, who, skrevet, v, ec);
	return plb_err_set(ec, PLB_E_UKENDT, "no such path");
}

typedef enum plb_err laes_fn(
    struct bord_api *b, const struct plb_http_req *r, struct plb_slice rest, struct plb_errctx *ec);
typedef enum plb_err giv_fn(struct bord_api *b, struct plb_http_req *r, struct plb_slice rest,
    const char *who, struct vent *v, struct plb_errctx *ec);
/* `path` with a slash at its end takes what follows. */
static const struct {
	const char *method, *path;
	laes_fn *laes;
	giv_fn *giv;
} ruter[] = {
    {"GET", "/bord", oversigt, NULL},
    {"GET", "/bord/mangler", mangler, NULL},
    {"GET", "/bord/koe", koe, NULL},
    {"GET", "/bord/levering/", levering, NULL},
    {"GET", "/bord/ordrer", liste, NULL},
    {"GET", "/bord/ordre/", en, NULL},
    {"POST", "/bord/plan", plan, NULL},
    {"POST", "/bord/ordre", NULL, giv},
    {"POST", "/bord/ordre/", NULL, om_en},
};

static void
laes(struct bord_api *b, struct plb_http_req *r, laes_fn *fn, struct plb_slice rest)
{
	struct plb_errctx ec = {{0}};
	enum plb_err err = fn(b, r, rest, &ec);

	svar_giv(r, err, &b->out, &ec);
}

static void
bestil(struct bord_api *b, struct plb_http_req *r, giv_fn *fn, struct plb_slice rest)
{
	struct plb_errctx ec = {{0}};
	const char *who = aktoer(b, r);
	struct vent *v;
	enum plb_err err;

	if (who == NULL)
		return;
	if (!b->d.klar(b->d.arg) || !ordrer_klar(b->d.ordrer)) {
		svar_fejl(r, 503, "the console has not read the topics to their ends yet");
		return;
	}
	v = calloc(1, sizeof(*v));
	if (v == NULL) {
		svar_fejl(r, 500, "out of memory");
		return;
	}
	v->r = r;
	*plb_http_user(r) = v;
	err = fn(b, r, rest, who, v, &ec);
	if (err == PLB_OK)
		return;
	*plb_http_user(r) = NULL;
	free(v);
	svar_fejl(r, svar_status(err), ec.text);
}

bool
bord_api_request(struct bord_api *b, struct plb_http_req *r)
{
	struct plb_slice path = plb_http_path(r), rest;
	size_t i;

	if (!plb_slice_is(path, "/bord") && !plb_slice_starts(path, plb_slice_str("/bord/")))
		return false;
	plb_buf_reset(&b->out);
	plb_arena_reset(&b->arena);
	for (i = 0; i < sizeof(ruter) / sizeof(ruter[0]); i++) {
		if (!plb_slice_is(plb_http_method(r), ruter[i].method) ||
		    !sti_passer(ruter[i].path, path, &rest))
			continue;
		/* A page in a browser on this machine cannot send this type unasked. */
		if (ruter[i].method[0] == 'P' &&
		    !plb_slice_starts(
			plb_http_header(r, "content-type"), plb_slice_str("application/json")))
			svar_fejl(r, 415, "application/json");
		else if (ruter[i].laes != NULL)
			laes(b, r, ruter[i].laes, rest);
		else
			bestil(b, r, ruter[i].giv, rest);
		return true;
	}
	svar_fejl(r, 404, "no such path");
	return true;
}

void
bord_api_gone(struct bord_api *b, struct plb_http_req *r)
{
	struct vent *v = *plb_http_user(r);

	(void)b;
	if (v != NULL)
		v->r = NULL;
}

enum plb_err
bord_api_new(const struct bord_api_dele *d, struct bord_api **out, struct plb_errctx *ec)
{
	struct bord_api *b = calloc(1, sizeof(*b));

	*out = b;
	if (b == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "bord");
	b->d = *d;
	plb_buf_init(&b->out, ANSWER_MAX);
	plb_arena_init(&b->arena, ARENA_MAX);
	return PLB_OK;
}

void
bord_api_free(struct bord_api **b)
{
	if (*b == NULL)
		return;
	plb_buf_fini(&(*b)->out);
	plb_arena_fini(&(*b)->arena);
	free(*b);
	*b = NULL;
}
