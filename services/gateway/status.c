// SPDX-License-Identifier: MPL-2.0
#include "status.h"

#include <parloeb/cpr.h>
#include <parloeb/log.h>

#include <stdio.h>
#include <stdlib.h>

#include "metrik.h"

#define ID_MAX 400 /* bytes of 100 characters */
#define TIMEOUT_MS 3000
#define FORBIND_MS 500
#define SVAR_BYTES (1u << 20)
#define URL_MAX 4096

struct spoergsmaal {
	struct holdt holdt; /* first */
	struct gateway *g;
	struct plb_http_req *r;
	struct plb_http_call *kald;
	struct plb_org org;
	size_t n;
	uint8_t id[ID_MAX];
};

static void
borte(struct holdt *h)
{
	struct spoergsmaal *s = (struct spoergsmaal *)(void *)h;

	plb_http_cancel(&s->kald);
	free(s);
}

/* What we know ourselves. Where that is nothing, only the console can say that there is no such
 * event. */
static void
egen_hukommelse(struct gateway *g, struct plb_http_req *r, const struct plb_org *org,
    struct plb_slice id, bool konsol_svarede)
{
	char text[PLB_TIME_TEXT];
	struct plb_time tid;
	struct plb_buf b;

	if (!hukommelse_find(&g->hukommelse, org, id, &tid)) {
		if (konsol_svarede)
			kald_problem(r, PROBLEM_FINDES_IKKE, NULL, NULL, NULL);
		else
			kald_optaget(r);
		return;
	}
	plb_buf_init(&b, 4096);
	plb_buf_str(&b, "{\"id\":");
	plb_buf_json(&b, id);
	plb_buf_printf(&b, ",\"trin\":[{\"trin\":\"accepteret\",\"tid\":\"%s\"}],\"modtagere\":[]}",
	    plb_time_text(tid, text));
	kald_json(r, 200, &b);
	plb_buf_fini(&b);
}

static bool
er_objekt(struct plb_slice json)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	struct plb_arena a;
	bool ok;

	plb_arena_init(&a, 8 * SVAR_BYTES);
	ok = plb_jv_parse(&a, json, &v, &ec) == PLB_OK && plb_jv_kind(v) == PLB_JV_OBJ;
	plb_arena_fini(&a);
	return ok;
}

static void
faerdig(void *arg, const struct plb_http_result *res)
{
	struct spoergsmaal *s = arg;
	bool svarede =
	    res->outcome == PLB_HTTP_ANSWER && (res->status == 200 || res->status == 404);

	*plb_http_user(s->r) = NULL;
	if (svarede && res->status == 200 && er_objekt(res->body)) {
		plb_http_answer(s->r, 200, "application/json", res->body, NULL);
	} else {
		if (!svarede || res->status == 200) {
			metrik_tael(METRIK_KONSOL_FEJL, 1);
			plb_log(PLB_LOG_WARN, "the console gave no ladder",
			    plb_f_int("status", res->status), plb_f_str("fejl", res->error));
		}
		egen_hukommelse(
		    s->g, s->r, &s->org, plb_slice(s->id, s->n), svarede && res->status == 404);
	}
	free(s);
}

static void
procent(struct plb_buf *b, struct plb_slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			plb_buf_u8(b, c);
		else
			plb_buf_printf(b, "%%%02X", c);
	}
}

static enum plb_err
spoerg(struct spoergsmaal *s, struct plb_errctx *ec)
{
	struct plb_http_request rq = {
	    .method = "GET",
	    .timeout_ms = TIMEOUT_MS,
	    .connect_timeout_ms = FORBIND_MS,
	    .response_max = SVAR_BYTES,
	    .allow_private = true, /* ours, from the configuration */
	    .allow_http = true,
	    .done = faerdig,
	    .arg = s,
	};
	struct plb_slice url;
	struct plb_buf b;
	enum plb_err err;

	plb_buf_init(&b, URL_MAX);
	plb_buf_printf(&b, "%s/haendelse?id=", s->g->conf.console);
	procent(&b, plb_slice(s->id, s->n));
	plb_buf_str(&b, "&organisation=");
	procent(&b, plb_org_slice(&s->org));
	plb_buf_u8(&b, 0);
	err = plb_buf_done(&b, &url);
	rq.url = (const char *)url.p;
	if (err == PLB_OK)
		err = plb_http_start(s->g->klient, &rq, &s->kald, ec);
	plb_buf_fini(&b);
	return err;
}

void
status_get(struct kald *k)
{
	struct plb_errctx ec = {{0}};
	struct spoergsmaal *s;
	struct plb_org org;

	if (!kald_org(k, &org))
		return;
	/* No event has such an id; and it must not travel on in a URL. */
	if (k->rest.len > ID_MAX || plb_cpr_in_text(k->rest)) {
		kald_problem(k->r, PROBLEM_FINDES_IKKE, NULL, NULL, NULL);
		return;
	}
	s = k->g->conf.console[0] == '\0' ? NULL : calloc(1, sizeof(*s));
	if (s == NULL) {
		egen_hukommelse(k->g, k->r, &org, k->rest, false);
		return;
	}
	s->holdt.borte = borte;
	s->g = k->g;
	s->r = k->r;
	s->org = org;
	s->n = k->rest.len;
	memcpy(s->id, k->rest.p, s->n);
	kald_hold(k->r, &s->holdt);
	if (spoerg(s, &ec) == PLB_OK)
		return;
	*plb_http_user(k->r) = NULL;
	egen_hukommelse(k->g, k->r, &org, k->rest, false);
	free(s);
}
