// SPDX-License-Identifier: MPL-2.0
#include <parloeb/http_client.h>

#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "receiver.h"
#include "world.h"

/* <parloeb/http_client.h> with the receivers behind it: most answer 204 soon; some refuse, are
 * slow, silent, or break the connection before or after they have read the call. */

struct plb_http_client {
	struct plb_loop *proc;
	struct plb_http_call *open;
};
struct plb_http_call {
	struct plb_http_client *client;
	void (*done)(void *arg, const struct plb_http_result *res);
	void *arg;
	struct plb_http_result result;
	struct sim_event end;
	struct plb_http_call *next;
};

static size_t open_calls;

size_t
sim_calls_open(void)
{
	return open_calls;
}

struct plb_http_client *
plb_http_client_new(struct plb_loop *l, const struct plb_http_client_conf *c, struct plb_errctx *ec)
{
	struct plb_http_client *h = calloc(1, sizeof(*h));

	(void)c, (void)ec;
	PLB_ASSERT(h != NULL);
	h->proc = l;
	return h;
}

static void
forget(struct plb_http_call *call)
{
	struct plb_http_call **at = &call->client->open;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	sim_event_off(&call->end);
	open_calls--;
	free(call);
}

void
plb_http_client_free(struct plb_http_client **h)
{
	if (*h == NULL)
		return;
	while ((*h)->open != NULL)
		forget((*h)->open);
	free(*h);
	*h = NULL;
}

void
plb_http_cancel(struct plb_http_call **call)
{
	forget(*call);
	*call = NULL;
}

/* ---- what a receiver reads ---- */

static struct plb_slice
member(struct plb_slice body, const char *name)
{
	char want[40];
	int n = snprintf(want, sizeof(want), "\"%s\":\"", name);
	const char *at = memmem(body.p, body.len, want, (size_t)n);
	const char *end;

	if (at == NULL)
		return plb_slice("", 0);
	at += n;
	end = strchr(at, '"');
	return end == NULL ? plb_slice("", 0) : plb_slice(at, (size_t)(end - at));
}

static void
read_hook(const struct plb_http_request *q, struct plb_slice body, struct sim_hook *h)
{
	const char *path = strrchr(q->url, '/');
	char org[64];

	memset(h, 0, sizeof(*h));
	snprintf(org, sizeof(org), "%s", path == NULL ? "" : path + 1);
	for (char *c = org; *c != '\0'; c++)
		if (*c == '-') {
			*c = ':';
			break;
		}
	if (plb_org_parse(plb_slice_str(org), &h->org) != PLB_OK)
		sim_fail("I7", "a call to %s, which is nobody", q->url);
	for (const char *const *x = q->headers; *x != NULL; x++)
		if (strncmp(*x, "webhook-id: ", 12) == 0 &&
		    plb_uuid_parse(plb_slice_str(*x + 12), true, &h->id) != PLB_OK)
			sim_fail("I7", "webhook-id is no id: %s", *x);
	h->forloeb = member(body, "correlationid");
	h->person = member(body, "partitionkey");
	h->type = member(body, "type");
	h->sequence =
	    strtoll((const char *)plb_arena_dup(&sim.arena, member(body, "sequence")).p, NULL, 10);
}

/* ---- a call ---- */

static void
ended(void *arg)
{
	struct plb_http_call *call = arg;
	struct plb_http_result r = call->result;
	void (*done)(void *, const struct plb_http_result *) = call->done;
	void *to = call->arg;

	forget(call);
	done(to, &r);
}

static void
arrives(void *arg)
{
	check_received(arg);
}

enum how { FINE, REFUSED_500, BUSY_503, NEVER_REACHED, SILENT, CUT_AFTER, REFUSED_400, HOWS };

static enum how
how(void)
{
	if (!sim_chance(sim.fault.http))
		return FINE;
	return sim_below(40) == 0 ? REFUSED_400 : (enum how)(1 + sim_below(HOWS - 2));
}

static const struct {
	bool effect;
	enum plb_http_outcome outcome;
	int status;
	int64_t retry_after;
} hows[HOWS] = {
    [FINE] = {true, PLB_HTTP_ANSWER, 204, -1},
    [REFUSED_500] = {false, PLB_HTTP_ANSWER, 500, -1},
    [BUSY_503] = {false, PLB_HTTP_ANSWER, 503, 2000},
    [NEVER_REACHED] = {false, PLB_HTTP_CONNECT, 0, -1},
    [SILENT] = {true, PLB_HTTP_TIMEOUT, 0, -1},
    [CUT_AFTER] = {true, PLB_HTTP_CONNECT, 0, -1},
    [REFUSED_400] = {false, PLB_HTTP_ANSWER, 400, -1},
};

enum plb_err
plb_http_start(struct plb_http_client *c, const struct plb_http_request *rq,
    struct plb_http_call **out, struct plb_errctx *ec)
{
	struct plb_http_call *call = calloc(1, sizeof(*call));
	struct sim_hook *hook = plb_arena_alloc(&sim.arena, sizeof(*hook));
	struct plb_slice body = plb_arena_dup(&sim.arena, rq->body);
	int64_t ms = 1 + (sim_chance(20000) ? sim_below(3000) : sim_below(30));
	enum how h = how();

	(void)ec;
	PLB_ASSERT(call != NULL && hook != NULL && body.p != NULL);
	*call =
	    (struct plb_http_call){.client = c, .done = rq->done, .arg = rq->arg, .next = c->open};
	call->end = (struct sim_event){.fn = ended, .arg = call, .proc = c->proc, .loop = true};
	call->result = (struct plb_http_result){.outcome = hows[h].outcome,
	    .status = hows[h].status,
	    .retry_after_ms = hows[h].retry_after};
	c->open = call;
	open_calls++;
	*out = call;
	if (!sim_enter(c->proc))
		return PLB_OK;
	read_hook(rq, body, hook);
	check_call(c->proc, hook);
	if (hows[h].effect)
		sim_in(NULL, false, sim_below(ms), arrives, hook);
	sim_event_in(&call->end, hows[h].outcome == PLB_HTTP_TIMEOUT ? rq->timeout_ms : ms);
	return PLB_OK;
}

size_t
plb_http_client_open(const struct plb_http_client *c)
{
	size_t n = 0;

	for (const struct plb_http_call *k = c->open; k != NULL; k = k->next)
		n++;
	return n;
}
