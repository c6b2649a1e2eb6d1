// SPDX-License-Identifier: MPL-2.0
#include "client_fixture.h"

struct bench bench;

void
spin(struct bench *b, bool (*until)(struct bench *b), int n)
{
	b->n = n;
	fx_spin(b->loop, until, b);
}

bool
n_done(struct bench *b)
{
	return b->n_done >= b->n;
}

bool
n_requests(struct bench *b)
{
	return fx_requests(b->fx) >= b->n;
}

void
start_client(struct bench *b, int64_t calls, int64_t per_host)
{
	struct plb_errctx ec = {0};

	plb_http_client_free(&b->k);
	b->k = plb_http_client_new(b->loop, &(struct plb_http_client_conf){calls, per_host}, &ec);
	assert_non_null(b->k);
}

int
client_start(void **state)
{
	struct plb_http_server_conf c = fx_conf();
	struct plb_errctx ec = {0};

	memset(&bench, 0, sizeof bench);
	bench.fx = fx_start(&c);
	bench.loop = plb_loop_new(&ec);
	assert_non_null(bench.loop);
	start_client(&bench, 8, 8);
	*state = &bench;
	return 0;
}

int
client_stop(void **state)
{
	struct bench *b = *state;

	plb_http_client_free(&b->k);
	plb_loop_free(&b->loop);
	fx_stop(&b->fx);
	return 0;
}

void
on_done(void *arg, const struct plb_http_result *res)
{
	struct bench *b = &bench;
	size_t n =
	    res->body.len < sizeof b->done[0].body - 1 ? res->body.len : sizeof b->done[0].body - 1;

	assert_false(b->starting);
	assert_true(b->n_done < CALLS);
	b->done[b->n_done].res = *res;
	b->done[b->n_done].id = (long)(intptr_t)arg;
	if (n > 0)
		memcpy(b->done[b->n_done].body, res->body.p, n);
	b->done[b->n_done].body[n] = 0;
	b->n_done++;
}

struct plb_http_request
request(const char *url, long id)
{
	return (struct plb_http_request){
	    .method = "GET",
	    .url = url,
	    .timeout_ms = FX_WAIT_MS,
	    .response_max = 65536,
	    .allow_private = true,
	    .allow_http = true,
	    .done = on_done,
	    .arg = (void *)(intptr_t)id,
	};
}

const char *
url(struct bench *b, const char *path)
{
	static char out[512];

	snprintf(out, sizeof out, "http://127.0.0.1:%d%s", fx_port(b->fx), path);
	return out;
}

struct plb_http_call *
begin(struct bench *b, const struct plb_http_request *rq)
{
	struct plb_http_call *c = NULL;
	struct plb_errctx ec = {0};

	b->starting = true;
	assert_int_equal(plb_http_start(b->k, rq, &c, &ec), PLB_OK);
	b->starting = false;
	assert_non_null(c);
	return c;
}

const struct plb_http_result *
call(struct bench *b, const struct plb_http_request *rq)
{
	int n = b->n_done;

	begin(b, rq);
	spin(b, n_done, n + 1);
	return &b->done[n].res;
}

const struct plb_http_result *
get(struct bench *b, const char *path)
{
	struct plb_http_request rq = request(url(b, path), 0);

	return call(b, &rq);
}
