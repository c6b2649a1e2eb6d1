// SPDX-License-Identifier: MPL-2.0
#include "http_priv.h"

#include <stdlib.h>

#define PAGE_MAX ((size_t)4 << 20)

struct plb_mgmt {
	struct plb_http_server *server;
	bool (*ready)(void *arg, struct plb_buf *why_not);
	void *arg;
};

static void
answer_buf(struct plb_http_req *r, int status, const char *type, struct plb_buf *b)
{
	struct plb_slice text;

	if (plb_buf_done(b, &text) != PLB_OK)
		plb_http_answer(r, 500, "text/plain", plb_slice_str("page too large\n"), NULL);
	else
		plb_http_answer(r, status, type, text, NULL);
}

static void
healthz(struct plb_mgmt *m, struct plb_http_req *r)
{
	(void)m;
	plb_http_answer(r, 200, "text/plain", plb_slice_str("ok\n"), NULL);
}

static void
readyz(struct plb_mgmt *m, struct plb_http_req *r)
{
	struct plb_buf why;
	bool ok;

	plb_buf_init(&why, PAGE_MAX);
	ok = m->ready == NULL || m->ready(m->arg, &why);
	if (ok) {
		plb_buf_reset(&why);
		plb_buf_str(&why, "ready");
	}
	plb_buf_str(&why, "\n");
	answer_buf(r, ok ? 200 : 503, "text/plain; charset=utf-8", &why);
	plb_buf_fini(&why);
}

static void
metrics(struct plb_mgmt *m, struct plb_http_req *r)
{
	struct plb_buf page;

	(void)m;
	plb_buf_init(&page, PAGE_MAX);
	plb_metrics_page(&page);
	answer_buf(r, 200, "text/plain; version=0.0.4; charset=utf-8", &page);
	plb_buf_fini(&page);
}

static const struct {
	const char *path;
	void (*fn)(struct plb_mgmt *m, struct plb_http_req *r);
} pages[] = {
    {"/healthz", healthz},
    {"/readyz", readyz},
    {"/metrics", metrics},
};

static void
on_request(void *arg, struct plb_http_req *r)
{
	static const char *const allow[] = {"Allow: GET, HEAD", NULL};
	struct plb_slice method = plb_http_method(r);

	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (!plb_slice_is(plb_http_path(r), pages[i].path))
			continue;
		if (!plb_slice_is(method, "GET") && !plb_slice_is(method, "HEAD"))
			plb_http_answer(r, 405, "text/plain", plb_slice_str("GET only\n"), allow);
		else
			pages[i].fn(arg, r);
		return;
	}
	plb_http_answer(r, 404, "text/plain", plb_slice_str("not found\n"), NULL);
}

struct plb_mgmt *
plb_mgmt_new(struct plb_loop *l, const char *listen,
    bool (*ready)(void *arg, struct plb_buf *why_not), void *arg, struct plb_errctx *ec)
{
	struct plb_mgmt *m = calloc(1, sizeof *m);

	if (m == NULL) {
		plb_err_set(ec, PLB_E_HUKOMMELSE, "management port");
		return NULL;
	}
	m->ready = ready;
	m->arg = arg;
	m->server = plb_http_server_new(l,
	    &(struct plb_http_server_conf){
		.listen = listen,
		.header_deadline_ms = 5000,
		.body_deadline_ms = 5000,
		.header_max = 16384,
		.body_max = 4096,
		.connections = 64,
		.connections_per_address = 32,
		.request = on_request,
		.arg = m,
	    },
	    ec);
	if (m->server == NULL) {
		plb_err_wrap(ec, PLB_E_KONFIG, "management port");
		plb_mgmt_free(&m);
	}
	return m;
}

void
plb_mgmt_free(struct plb_mgmt **pm)
{
	struct plb_mgmt *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	plb_http_server_free(&m->server);
	free(m);
}
