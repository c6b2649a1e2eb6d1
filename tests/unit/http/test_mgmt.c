// SPDX-License-Identifier: MPL-2.0
#include "http_fixture.h"

#include <parloeb/http_client.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct mgmt {
	struct plb_loop *loop;
	struct plb_mgmt *m;
	struct plb_wake *stop;
	pthread_t thread;
	atomic_bool ready;
	int port;
};

static bool
is_ready(void *arg, struct plb_buf *why_not)
{
	struct mgmt *g = arg;

	plb_buf_str(why_not, "waits for Kafka");
	return atomic_load(&g->ready);
}

static void
on_stop(void *arg)
{
	plb_loop_stop(((struct mgmt *)arg)->loop);
}

static void *
run(void *arg)
{
	struct plb_errctx ec = {0};

	PLB_ASSERT(plb_loop_run(((struct mgmt *)arg)->loop, &ec) == PLB_OK);
	return NULL;
}

/* A port that was free a moment ago: plb_mgmt does not tell its own. */
static int
free_port(struct plb_loop *l)
{
	struct plb_http_server_conf c = fx_conf();
	struct plb_errctx ec = {0};
	struct plb_http_server *s = plb_http_server_new(l, &c, &ec);
	int port;

	assert_non_null(s);
	port = plb_http_server_port(s);
	plb_http_server_free(&s);
	return port;
}

static int
start(void **state)
{
	static struct mgmt g;
	struct plb_errctx ec = {0};
	char listen[32];

	g.loop = plb_loop_new(&ec);
	assert_non_null(g.loop);
	/* Another process may have come to the port meanwhile. */
	for (int i = 0; i < 10 && g.m == NULL; i++) {
		g.port = free_port(g.loop);
		snprintf(listen, sizeof listen, "127.0.0.1:%d", g.port);
		g.m = plb_mgmt_new(g.loop, listen, is_ready, &g, &ec);
	}
	if (g.m == NULL)
		fail_msg("%s", ec.text);
	g.stop = plb_wake_new(g.loop, on_stop, &g);
	assert_int_equal(pthread_create(&g.thread, NULL, run, &g), 0);
	*state = &g;
	return 0;
}

static int
stop(void **state)
{
	struct mgmt *g = *state;

	plb_wake(g->stop);
	pthread_join(g->thread, NULL);
	plb_mgmt_free(&g->m);
	plb_wake_free(&g->stop);
	plb_loop_free(&g->loop);
	return 0;
}

static int
fetch(struct mgmt *g, const char *method, const char *path, struct plb_buf *body)
{
	struct plb_http_result res;
	struct plb_errctx ec = {0};
	char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", g->port, path);
	plb_buf_reset(body);
	assert_int_equal(plb_http_fetch(
			     &(struct plb_http_request){
				 .method = method,
				 .url = url,
				 .timeout_ms = FX_WAIT_MS,
				 .response_max = 1 << 20,
				 .allow_private = true,
				 .allow_http = true,
			     },
			     &res, body, &ec),
	    PLB_OK);
	assert_int_equal(res.outcome, PLB_HTTP_ANSWER);
	plb_buf_u8(body, 0);
	return res.status;
}

static void
pages(void **state)
{
	struct mgmt *g = *state;
	struct plb_buf b;

	plb_buf_init(&b, 1 << 20);
	assert_int_equal(fetch(g, "GET", "/healthz", &b), 200);
	assert_string_equal((char *)b.p, "ok\n");
	assert_int_equal(fetch(g, "GET", "/readyz", &b), 503);
	assert_string_equal((char *)b.p, "waits for Kafka\n");
	atomic_store(&g->ready, true);
	assert_int_equal(fetch(g, "GET", "/readyz", &b), 200);
	assert_string_equal((char *)b.p, "ready\n");
	assert_int_equal(fetch(g, "HEAD", "/readyz", &b), 200);
	assert_string_equal((char *)b.p, "");
	assert_int_equal(fetch(g, "GET", "/metrics", &b), 200);
	assert_non_null(strstr((char *)b.p, "\nparloeb_http_requests_total 5\n"));
	assert_non_null(strstr((char *)b.p, "parloeb_http_refused_total{grund=\"langsom\"} 0\n"));
	assert_int_equal(fetch(g, "GET", "/", &b), 404);
	assert_int_equal(fetch(g, "GET", "/metrics/", &b), 404);
	assert_int_equal(fetch(g, "POST", "/metrics", &b), 405);
	plb_buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(pages, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
