// SPDX-License-Identifier: MPL-2.0
#include "kald.h"

#include <stdio.h>
#include <stdlib.h>

#define RESPONSE_MAX (16u << 20)
#define TIMEOUT_MS 35000
#define AGAIN_MS 200
#define TRIES_MAX 600

struct kalder {
	struct plb_loop *loop;
	struct plb_http_client *client;
	const struct miljoe *env;
	char gateway[256];
	size_t open;
	int64_t repeats;
};

struct kald {
	struct kalder *k;
	struct plb_http_call *call;
	struct plb_loop_timer *again;
	char url[512], auth[256], type[96];
	bool post;
	uint8_t *body;
	size_t len;
	int tries;
	kald_fn *fn;
	void *arg;
};

enum plb_err
kalder_new(struct plb_loop *l, const char *gateway, const struct miljoe *env, struct kalder **out,
    struct plb_errctx *ec)
{
	static const struct plb_http_client_conf CONF = {.calls = 64, .per_host = 64};
	struct kalder *k = calloc(1, sizeof(*k));

	*out = k;
	if (k == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "calls");
	k->loop = l;
	k->env = env;
	snprintf(k->gateway, sizeof(k->gateway), "%s", gateway);
	k->client = plb_http_client_new(l, &CONF, ec);
	if (k->client == NULL) {
		kalder_free(out);
		return PLB_E_HUKOMMELSE;
	}
	return PLB_OK;
}

void
kalder_free(struct kalder **k)
{
	if (*k == NULL)
		return;
	plb_http_client_free(&(*k)->client);
	free(*k);
	*k = NULL;
}

static void
kald_free(struct kald *c)
{
	c->k->open--;
	plb_loop_timer_free(&c->again);
	free(c->body);
	free(c);
}

static void go(void *arg);

static bool
forbigaaende(const struct plb_http_result *r)
{
	if (r->outcome != PLB_HTTP_ANSWER)
		return r->outcome == PLB_HTTP_TIMEOUT || r->outcome == PLB_HTTP_CONNECT;
	return r->status == 408 || r->status == 429 || r->status >= 500;
}

static void
done(void *arg, const struct plb_http_result *r)
{
	struct kald *c = arg;

	c->call = NULL;
	if (forbigaaende(r) && ++c->tries < TRIES_MAX) {
		c->k->repeats++;
		plb_loop_timer_in(c->again, r->retry_after_ms > 0 ? r->retry_after_ms : AGAIN_MS);
		return;
	}
	c->fn(c->arg, r->outcome == PLB_HTTP_ANSWER ? r->status : 0, r->body);
	kald_free(c);
}

static void
go(void *arg)
{
	struct kald *c = arg;
	const char *headers[] = {c->auth, c->type, NULL};
	struct plb_http_request rq = {.method = c->post ? "POST" : "GET",
	    .url = c->url,
	    .headers = headers,
	    .body = plb_slice(c->body, c->len),
	    .timeout_ms = TIMEOUT_MS,
	    .connect_timeout_ms = 5000,
	    .response_max = RESPONSE_MAX,
	    .allow_private = true,
	    .allow_http = true,
	    .done = done,
	    .arg = c};
	struct plb_errctx ec = {{0}};

	if (plb_http_start(c->k->client, &rq, &c->call, &ec) == PLB_OK)
		return;
	fprintf(stderr, "parloeb-sim: %s\n", ec.text);
	c->fn(c->arg, 0, plb_slice(NULL, 0));
	kald_free(c);
}

enum plb_err
kalder_start(struct kalder *k, const struct plb_org *org, const char *path,
    const char *content_type, struct plb_slice body, kald_fn *fn, void *arg, struct plb_errctx *ec)
{
	const char *token = miljoe_token(k->env, org);
	struct kald *c;

	if (token == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "no token for %s", org->text);
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "call");
	k->open++;
	c->k = k;
	c->fn = fn;
	c->arg = arg;
	c->post = body.p != NULL;
	c->again = plb_loop_timer_new(k->loop, go, c);
	c->body = malloc(body.len + 1);
	if (c->again == NULL || c->body == NULL) {
		kald_free(c);
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "call");
	}
	if (body.len > 0)
		memcpy(c->body, body.p, body.len);
	c->len = body.len;
	snprintf(c->url, sizeof(c->url), "%s%s", k->gateway, path);
	snprintf(c->auth, sizeof(c->auth), "Authorization: Bearer %s", token);
	snprintf(c->type, sizeof(c->type), "Content-Type: %s",
	    content_type != NULL ? content_type : "application/json");
	go(c);
	return PLB_OK;
}

size_t
kalder_open(const struct kalder *k)
{
	return k->open;
}

int64_t
kalder_repeats(const struct kalder *k)
{
	return k->repeats;
}
