// SPDX-License-Identifier: MPL-2.0
#include "console_api.h"

#include <parloeb/log.h>
#include <stdlib.h>

#include "sti.h"
#include "svar.h"

#define ANSWER_MAX (8u << 20)
#define LEVERINGER_MAX 1000

struct console_api {
	struct laesemodel *m;
	const struct console_stand *stand;
	struct bord_api *bord;
	struct plb_http_server *server;
	struct plb_buf out;
};

static enum plb_err
haendelse(struct console_api *a, const struct plb_http_req *r, struct plb_slice rest,
    struct plb_errctx *ec)
{
	struct plb_org org;

	(void)rest;
	if (plb_org_parse(plb_http_query(r, "organisation"), &org) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "organisation is missing or of the wrong form");
	return laesemodel_stige(a->m, &org, plb_http_query(r, "id"), &a->out, ec);
}

static enum plb_err
forloeb(struct console_api *a, const struct plb_http_req *r, struct plb_slice rest,
    struct plb_errctx *ec)
{
	struct plb_uuid id;

	(void)r;
	if (plb_uuid_parse(rest, false, &id) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "the id of a forløb is a UUID");
	return laesemodel_forloeb(a->m, id, &a->out, ec);
}

static enum plb_err
leveringer(struct console_api *a, const struct plb_http_req *r, struct plb_slice rest,
    struct plb_errctx *ec)
{
	struct plb_slice navn = plb_http_query(r, "organisation");
	struct plb_org org;

	(void)rest;
	if (navn.len > 0 && plb_org_parse(navn, &org) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "organisation has the wrong form");
	return laesemodel_leveringer(a->m, navn.len > 0 ? &org : NULL, plb_http_query(r, "status"),
	    LEVERINGER_MAX, &a->out, ec);
}

static enum plb_err
status(struct console_api *a, const struct plb_http_req *r, struct plb_slice rest,
    struct plb_errctx *ec)
{
	enum plb_err err;

	(void)r, (void)rest;
	plb_buf_printf(
	    &a->out, "{\"partitioner\":%zu,\"bagud\":%zu,", a->stand->partitioner, a->stand->bagud);
	err = laesemodel_status(a->m, &a->out, ec);
	plb_buf_str(&a->out, "}");
	return err;
}

/* `path` with a slash at its end takes what follows. */
static const struct {
	const char *path;
	enum plb_err (*fn)(struct console_api *a, const struct plb_http_req *r,
	    struct plb_slice rest, struct plb_errctx *ec);
} ruter[] = {
    {"/haendelse", haendelse},
    {"/forloeb/", forloeb},
    {"/leveringer", leveringer},
    {"/status", status},
};

static void
request(void *arg, struct plb_http_req *r)
{
	struct console_api *a = arg;
	struct plb_errctx ec = {"no such path"};
	struct plb_slice rest = {NULL, 0};
	enum plb_err err = PLB_E_UKENDT;
	size_t i;

	if (bord_api_request(a->bord, r))
		return;
	plb_buf_reset(&a->out);
	for (i = 0; i < sizeof(ruter) / sizeof(ruter[0]) && plb_slice_is(plb_http_method(r), "GET");
	     i++)
		if (sti_passer(ruter[i].path, plb_http_path(r), &rest)) {
			err = ruter[i].fn(a, r, rest, &ec);
			break;
		}
	svar_giv(r, err, &a->out, &ec);
}

static void
gone(void *arg, struct plb_http_req *r)
{
	struct console_api *a = arg;

	bord_api_gone(a->bord, r); /* others are answered at once */
}

enum plb_err
console_api_new(struct plb_loop *l, const char *listen, struct laesemodel *m,
    const struct console_stand *stand, struct bord_api *bord, struct console_api **out,
    struct plb_errctx *ec)
{
	struct console_api *a = calloc(1, sizeof(*a));
	struct plb_http_server_conf c = {.listen = listen,
	    .tls_cert = "",
	    .tls_key = "",
	    .tls_client_ca = "",
	    .header_deadline_ms = 5000,
	    .body_deadline_ms = 5000,
	    .header_max = 16384,
	    .body_max = 65536,
	    .connections = 256,
	    .connections_per_address = 256,
	    .request = request,
	    .gone = gone,
	    .arg = a};

	*out = a;
	if (a == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "console");
	a->m = m;
	a->stand = stand;
	a->bord = bord;
	plb_buf_init(&a->out, ANSWER_MAX);
	a->server = plb_http_server_new(l, &c, ec);
	if (a->server == NULL) {
		console_api_free(out);
		return PLB_E_KONFIG;
	}
	return PLB_OK;
}

void
console_api_free(struct console_api **a)
{
	if (*a == NULL)
		return;
	plb_http_server_free(&(*a)->server);
	plb_buf_fini(&(*a)->out);
	free(*a);
	*a = NULL;
}
