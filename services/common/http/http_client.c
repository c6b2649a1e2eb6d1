// SPDX-License-Identifier: MPL-2.0
/* The multi handle on the loop: curl says which sockets and which time it waits for, the loop calls
 * back. */

#include "http_client_priv.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>

#define SPARES 1024 /* calls kept with their easy handles */

struct call_list {
	struct plb_http_call *first, *last;
	size_t n;
};

struct plb_http_client {
	struct plb_loop *loop;
	size_t calls;
	CURLM *multi;
	struct plb_loop_timer *curl_timer, *expire, *soon;
	struct call_list list[HTTP_CALL_STATES];
	struct plb_http_call *spare;
	size_t n_spare;
	struct http_sockets sockets;
	struct plb_heap due;
	int64_t armed_ms; /* when `expire` fires; INT64_MAX = off */
	bool reporting;   /* inside done() */
};

static void
move_to(struct plb_http_call *c, enum http_call_state state)
{
	struct call_list *l = &c->client->list[state];

	c->state = state;
	c->next = NULL;
	c->prev = l->last;
	if (l->last != NULL)
		l->last->next = c;
	else
		l->first = c;
	l->last = c;
	l->n++;
}

static void
take_out(struct plb_http_call *c)
{
	struct call_list *l = &c->client->list[c->state];

	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		l->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	else
		l->last = c->prev;
	l->n--;
}

/* Out of every list; a RUNNING one out of curl. */
static void
detach(struct plb_http_call *c)
{
	if (c->state == HTTP_CALL_RUNNING)
		curl_multi_remove_handle(c->client->multi, c->easy);
	plb_heap_del(&c->client->due, &c->due);
	take_out(c);
}

static void
recycle(struct plb_http_client *k, struct plb_http_call *c)
{
	if (k->n_spare >= SPARES) {
		http_call_free(c);
		return;
	}
	http_call_reset(c);
	c->next = k->spare;
	k->spare = c;
	k->n_spare++;
}

/* `c` is detached; after this it is gone. */
static void
report(struct plb_http_client *k, struct plb_http_call *c, struct plb_http_result *res)
{
	if (res->duration_us == 0)
		res->duration_us = (plb_mono_now().ms - c->started_ms) * 1000;
	k->reporting = true;
	c->done(c->arg, res);
	k->reporting = false;
	recycle(k, c);
}

static void
fail_later(struct plb_http_call *c, enum plb_http_outcome outcome)
{
	c->failure = outcome;
	move_to(c, HTTP_CALL_FAILED);
	plb_loop_timer_in(c->client->soon, 0);
}

/* `c` is in no list. */
static void
run(struct plb_http_call *c)
{
	struct plb_http_client *k = c->client;

	/* Its time is kept here (`due`): curl's own timers cost more than the rest of a short call.
	 */
	if (http_call_prepare(c, 0) && curl_multi_add_handle(k->multi, c->easy) == CURLM_OK)
		move_to(c, HTTP_CALL_RUNNING);
	else
		fail_later(c, PLB_HTTP_CONNECT);
}

static void
run_waiting(struct plb_http_client *k)
{
	struct plb_http_call *c;

	while (k->list[HTTP_CALL_RUNNING].n < k->calls &&
	    (c = k->list[HTTP_CALL_WAITING].first) != NULL) {
		take_out(c);
		run(c);
	}
}

static void
report_finished(struct plb_http_client *k)
{
	struct plb_http_result res;
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(k->multi, &left)) != NULL) {
		struct plb_http_call *c = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
		http_call_result(c, code, &res);
		detach(c);
		report(k, c, &res);
	}
	run_waiting(k);
}

static void
report_failed(void *arg)
{
	static const char *const why[] = {
	    [PLB_HTTP_URL] = "URL not allowed",
	    [PLB_HTTP_CONNECT] = "out of memory",
	};
	struct plb_http_client *k = arg;
	struct plb_http_result res;
	struct plb_http_call *c;

	/* What fails while these are told comes with the next turn. */
	for (size_t n = k->list[HTTP_CALL_FAILED].n;
	     n > 0 && (c = k->list[HTTP_CALL_FAILED].first) != NULL; n--) {
		http_call_fail(c->failure, why[c->failure], &res);
		detach(c);
		report(k, c, &res);
	}
	if (k->list[HTTP_CALL_FAILED].first != NULL)
		plb_loop_timer_in(k->soon, 0);
	run_waiting(k);
}

static void
arm_expire(struct plb_http_client *k)
{
	struct plb_heap_node *min = plb_heap_min(&k->due);
	int64_t wait;

	if (min == NULL || min->due >= k->armed_ms)
		return;
	k->armed_ms = min->due;
	wait = min->due - plb_loop_mono(k->loop).ms;
	plb_loop_timer_in(k->expire, wait > 0 ? wait : 0);
}

static void
expire(void *arg)
{
	struct plb_http_client *k = arg;
	struct plb_heap_node *min;
	struct plb_http_result res;

	k->armed_ms = INT64_MAX;
	while ((min = plb_heap_min(&k->due)) != NULL && min->due <= plb_loop_mono(k->loop).ms) {
		struct plb_http_call *c =
		    (struct plb_http_call *)((char *)min - offsetof(struct plb_http_call, due));

		http_call_fail(PLB_HTTP_TIMEOUT,
		    c->state == HTTP_CALL_WAITING ? "no free slot in time" : "no answer in time",
		    &res);
		detach(c);
		report(k, c, &res);
	}
	arm_expire(k);
	run_waiting(k);
}

static void
socket_ready(void *arg, curl_socket_t fd, unsigned events)
{
	struct plb_http_client *k = arg;
	int running, mask = 0;

	if (events & EPOLLIN)
		mask |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		mask |= CURL_CSELECT_ERR;
	curl_multi_socket_action(k->multi, fd, mask, &running);
	report_finished(k);
}

static void
curl_time(void *arg)
{
	struct plb_http_client *k = arg;
	int running;

	curl_multi_socket_action(k->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	report_finished(k);
}

static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct plb_http_client *k = arg;

	(void)multi;
	if (ms < 0)
		plb_loop_timer_off(k->curl_timer);
	else
		plb_loop_timer_in(k->curl_timer, ms);
	return 0;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *of_socket)
{
	static const unsigned events[] = {
	    [CURL_POLL_IN] = EPOLLIN,
	    [CURL_POLL_OUT] = EPOLLOUT,
	    [CURL_POLL_INOUT] = EPOLLIN | EPOLLOUT,
	};
	struct plb_http_client *k = arg;

	(void)easy;
	(void)of_socket;
	if (what == CURL_POLL_REMOVE)
		http_sockets_leave(&k->sockets, fd);
	else
		http_sockets_want(&k->sockets, fd, events[what]);
	return 0;
}

struct plb_http_client *
plb_http_client_new(
    struct plb_loop *l, const struct plb_http_client_conf *conf, struct plb_errctx *ec)
{
	struct plb_http_client *k;

	http_curl_once();
	k = calloc(1, sizeof *k);
	if (k == NULL) {
		plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP client");
		return NULL;
	}
	k->loop = l;
	k->calls = conf->calls > 0 ? (size_t)conf->calls : 1;
	k->armed_ms = INT64_MAX;
	k->sockets = (struct http_sockets){.loop = l, .ready = socket_ready, .arg = k};
	plb_heap_init(&k->due);
	k->curl_timer = plb_loop_timer_new(l, curl_time, k);
	k->expire = plb_loop_timer_new(l, expire, k);
	k->soon = plb_loop_timer_new(l, report_failed, k);
	k->multi = curl_multi_init();
	if (k->curl_timer == NULL || k->expire == NULL || k->soon == NULL || k->multi == NULL) {
		plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP client");
		plb_http_client_free(&k);
		return NULL;
	}
	curl_multi_setopt(k->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(k->multi, CURLMOPT_SOCKETDATA, k);
	curl_multi_setopt(k->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(k->multi, CURLMOPT_TIMERDATA, k);
	curl_multi_setopt(k->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)conf->per_host);
	curl_multi_setopt(k->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)k->calls);
	curl_multi_setopt(k->multi, CURLMOPT_MAXCONNECTS, (long)k->calls);
	return k;
}

void
plb_http_client_free(struct plb_http_client **pk)
{
	struct plb_http_client *k = *pk;
	struct plb_http_call *c;

	*pk = NULL;
	if (k == NULL)
		return;
	PLB_ASSERT(!k->reporting);
	for (size_t i = 0; i < HTTP_CALL_STATES; i++)
		while ((c = k->list[i].first) != NULL) {
			detach(c);
			http_call_free(c);
		}
	while ((c = k->spare) != NULL) {
		k->spare = c->next;
		http_call_free(c);
	}
	if (k->multi != NULL)
		curl_multi_cleanup(k->multi); /* closes kept connections; with their watches */
	http_sockets_fini(&k->sockets);
	plb_loop_timer_free(&k->curl_timer);
	plb_loop_timer_free(&k->expire);
	plb_loop_timer_free(&k->soon);
	plb_heap_fini(&k->due);
	free(k);
}

enum plb_err
plb_http_start(struct plb_http_client *k, const struct plb_http_request *rq,
    struct plb_http_call **out, struct plb_errctx *ec)
{
	struct plb_http_call *c = k->spare;
	enum plb_err err;

	if (c != NULL) {
		k->spare = c->next;
		k->n_spare--;
	} else if ((c = http_call_new()) == NULL) {
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP call");
	}
	c->client = k;
	c->sockets = &k->sockets;
	c->started_ms = plb_loop_mono(k->loop).ms;
	err = http_call_set(c, rq, ec);
	if (err == PLB_OK &&
	    plb_heap_put(&k->due, &c->due, c->started_ms + c->timeout_ms) != PLB_OK)
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP call");
	if (err != PLB_OK) {
		recycle(k, c);
		return err;
	}
	arm_expire(k);
	if (!http_call_url_ok(c))
		fail_later(c, PLB_HTTP_URL);
	else if (k->list[HTTP_CALL_RUNNING].n < k->calls && k->list[HTTP_CALL_WAITING].n == 0)
		run(c);
	else
		move_to(c, HTTP_CALL_WAITING);
	if (out != NULL)
		*out = c;
	return PLB_OK;
}

void
plb_http_cancel(struct plb_http_call **pc)
{
	struct plb_http_call *c = *pc;
	struct plb_http_client *k;

	*pc = NULL;
	if (c == NULL)
		return;
	k = c->client;
	detach(c);
	recycle(k, c);
	if (!k->reporting)
		run_waiting(k);
}

size_t
plb_http_client_open(const struct plb_http_client *k)
{
	size_t n = 0;

	for (size_t i = 0; i < HTTP_CALL_STATES; i++)
		n += k->list[i].n;
	return n;
}
