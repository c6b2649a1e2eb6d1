// SPDX-License-Identifier: MPL-2.0
/* Life of a connection, and what MHD tells of it. */

#include "http_gate.h"
#include "http_priv.h"

#include <stdlib.h>
#include <unistd.h>

#define SPARES 1024 /* connection objects kept for the next accept */

struct plb_http_req *
http_conn_new(struct plb_http_server *s, int fd)
{
	struct plb_http_req *r = s->spare;

	if (r != NULL) {
		s->spare = r->next;
		s->n_spare--;
	} else if ((r = calloc(1, sizeof *r)) == NULL) {
		return NULL;
	}
	r->s = s;
	r->fd = fd;
	r->mhd = NULL;
	r->address = NULL;
	r->linger = HTTP_LINGER_NONE;
	r->cert.state = HTTP_CERT_UNKNOWN;
	r->watch = NULL;
	r->drained = 0;
	r->line_seen = false;
	r->user = NULL;
	r->due = (struct plb_heap_node){0};
	plb_buf_init(&r->body, (size_t)s->conf.body_max);
	plb_buf_init(&r->out, HTTP_STREAM_MAX);
	if (plb_heap_put(&s->due, &r->due, INT64_MAX) != PLB_OK) {
		r->next = s->spare;
		s->spare = r;
		s->n_spare++;
		return NULL;
	}
	r->prev = NULL;
	r->next = s->all;
	if (s->all != NULL)
		s->all->prev = r;
	s->all = r;
	s->n_all++;
	plb_metric_inc(&http_metrics[HTTP_M_CONNECTIONS], 1);
	plb_metric_inc(&http_metrics[HTTP_M_ACCEPTED], 1);
	http_conn_state(r, HTTP_HEADER, s->conf.header_deadline_ms);
	return r;
}

void
http_conn_free(struct plb_http_req *r)
{
	struct plb_http_server *s = r->s;

	plb_loop_fd_del(&r->watch);
	if (r->state == HTTP_LINGER)
		close(r->fd);
	plb_heap_del(&s->due, &r->due);
	http_caps_give(s, &r->address);
	plb_buf_fini(&r->body);
	plb_buf_fini(&r->out);
	if (r->prev != NULL)
		r->prev->next = r->next;
	else
		s->all = r->next;
	if (r->next != NULL)
		r->next->prev = r->prev;
	s->n_all--;
	plb_metric_inc(&http_metrics[HTTP_M_CONNECTIONS], -1);
	if (s->n_spare >= SPARES) {
		free(r);
		return;
	}
	r->next = s->spare;
	s->spare = r;
	s->n_spare++;
}

void
http_conn_state(struct plb_http_req *r, enum http_state state, int64_t in_ms)
{
	r->state = state;
	r->since_ms = plb_loop_mono(r->s->loop).ms;
	http_deadline_set(r, in_ms < 0 ? INT64_MAX : r->since_ms + in_ms);
}

void
http_conn_gone(struct plb_http_req *r)
{
	if (r->s->conf.gone != NULL)
		r->s->conf.gone(r->s->conf.arg, r);
}

void
http_conn_kill(struct plb_http_req *r)
{
	bool held = r->state == HTTP_HELD || r->state == HTTP_STREAM;

	plb_loop_fd_del(&r->watch);
	http_conn_state(r, HTTP_DEAD, -1);
	if (held)
		http_conn_gone(r);
	/* MHD closes at the hang-up. The end of input alone would not do: MHD reads once, and a
	 * byte that came in between hides it. What has been answered is still sent. */
	shutdown(r->fd, SHUT_RDWR);
	http_resume(r);
}

/* The request is over, the connection may serve another. */
static void
forget_request(struct plb_http_req *r)
{
	plb_loop_fd_del(&r->watch);
	if (r->counted)
		r->s->n_open--;
	r->counted = false;
	r->suspended = false;
	r->line_seen = false;
	r->user = NULL;
	r->out_at = 0;
	if (r->body.size > HTTP_KEEP_BUFFER)
		plb_buf_fini(&r->body);
	if (r->out.size > HTTP_KEEP_BUFFER)
		plb_buf_fini(&r->out);
	plb_buf_reset(&r->body);
	plb_buf_reset(&r->out);
}

static struct plb_http_req *
conn_of(struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *ci =
	    MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return ci == NULL ? NULL : ci->socket_context;
}

/* The request line is there, before anything of it is decoded. */
void *
http_on_line(void *cls, const char *target, struct MHD_Connection *mhd)
{
	struct plb_http_req *r = conn_of(mhd);

	(void)cls;
	if (r == NULL)
		return NULL;
	r->line_seen = true;
	r->target = plb_slice_str(target);
	r->target_ok = plb_gate_target(r->target);
	if (r->state == HTTP_IDLE)
		http_conn_state(r, HTTP_HEADER, r->s->conf.header_deadline_ms);
	return r;
}

struct collected {
	struct plb_gate_header h[PLB_GATE_HEADERS];
	size_t n;
};

static enum MHD_Result
collect_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	struct collected *c = cls;

	(void)kind;
	if (c->n < PLB_GATE_HEADERS)
		c->h[c->n] = (struct plb_gate_header){
		    plb_slice(name, name_len), plb_slice(value == NULL ? "" : value, value_len)};
	c->n++;
	return MHD_YES;
}

static int64_t
body_time_ms(const struct plb_http_req *r, uint64_t bytes)
{
	return r->s->conf.body_deadline_ms + (int64_t)(bytes / 65536) * 1000;
}

/* The header is whole: the gate decides. */
static bool
take_header(struct plb_http_req *r, const char *url, const char *method, const char *version)
{
	const union MHD_ConnectionInfo *ci =
	    MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const struct plb_gate_limits lim = {
	    (size_t)r->s->conf.header_max, (uint64_t)r->s->conf.body_max};
	struct plb_gate_verdict v;
	struct collected c;

	c.n = 0;
	MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, collect_header, &c);
	r->method = plb_slice_str(method);
	r->path = plb_slice_str(url);
	r->http10 = strcmp(version, "HTTP/1.0") == 0;
	v = plb_gate_check(
	    &(struct plb_gate_request){
		.block = plb_slice(method, ci == NULL ? 0 : ci->header_size),
		.method = r->method,
		.target = plb_slice(url, r->target.len),
		.target_ok = r->target_ok,
		.version = plb_slice_str(version),
		.headers = c.h,
		.n = c.n,
	    },
	    &lim);
	if (v.status != 0)
		return http_refuse(r, v.status);
	r->received = 0;
	r->last_name = c.n == 0 ? NULL : c.h[c.n - 1].name.p;
	r->overflow = false;
	r->chunked = v.chunked;
	http_conn_state(r, HTTP_BODY, body_time_ms(r, v.length));
	return true;
}

/* A part of the body. What a chunked body has too much is read on for a while, so that its sender
 * hears why. */
static bool
take_body(struct plb_http_req *r, const char *p, size_t len)
{
	r->received += len;
	if (r->received > r->body.cap)
		r->overflow = true;
	if (r->received > r->body.cap + HTTP_STREAM_MAX) {
		if (!r->s->tls)
			http_raw_answer(r->fd, 413);
		r->linger = HTTP_LINGER_DRAIN;
		http_conn_state(r, HTTP_DEAD, -1);
		return false;
	}
	if (!r->overflow)
		plb_buf_put(&r->body, p, len);
	/* Announced bytes had their time from the start, chunks have it as they come. */
	if (r->chunked)
		r->deadline_ms = r->since_ms + body_time_ms(r, r->received);
	return !r->body.failed;
}

/* MHD 0.9.75 gives the last header a second time, as a trailer, when the CR and the LF that end a
 * chunked body come in two reads. That copy lies where the header does. */
struct trailers {
	const uint8_t *last_name;
	bool found;
};

static enum MHD_Result
find_trailer(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	struct trailers *t = cls;

	(void)kind;
	(void)name_len;
	(void)value;
	(void)value_len;
	t->found = t->found || (const uint8_t *)name != t->last_name;
	return MHD_YES;
}

static bool
has_trailer(const struct plb_http_req *r)
{
	struct trailers t = {r->last_name, false};

	MHD_get_connection_values_n(r->mhd, MHD_FOOTER_KIND, find_trailer, &t);
	return t.found;
}

/* The request is whole: the application has it. */
static bool
hand_over(struct plb_http_req *r)
{
	if (r->overflow)
		return http_refuse(r, 413);
	/* Nothing is expected in a trailer, and MHD ends one at lines that are no end. */
	if (r->chunked && has_trailer(r))
		return http_refuse(r, 400);
	plb_metric_inc(&http_metrics[HTTP_M_REQUESTS], 1);
	r->counted = true;
	r->s->n_open++;
	http_conn_state(r, HTTP_HELD, HTTP_HOLD_CHECK_MS);
	r->s->conf.request(r->s->conf.arg, r);
	if (r->state == HTTP_HELD) {
		MHD_suspend_connection(r->mhd);
		r->suspended = true;
	}
	return r->state != HTTP_DEAD;
}

enum MHD_Result
http_on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **slot)
{
	struct plb_http_req *r = *slot;
	bool ok = false;

	(void)cls;
	(void)mhd;
	if (r == NULL)
		return MHD_NO;
	if (r->state == HTTP_HEADER) {
		ok = take_header(r, url, method, version);
	} else if (r->state == HTTP_BODY && *upload_size > 0) {
		ok = take_body(r, upload, *upload_size);
		*upload_size = 0;
	} else if (r->state == HTTP_BODY) {
		ok = hand_over(r);
	}
	return ok ? MHD_YES : MHD_NO;
}

/* The answer is sent, or MHD gave the request up. */
void
http_on_completed(
    void *cls, struct MHD_Connection *mhd, void **slot, enum MHD_RequestTerminationCode why)
{
	struct plb_http_req *r = *slot;

	(void)cls;
	(void)mhd;
	(void)why;
	if (r == NULL)
		return;
	if (r->state == HTTP_HELD || r->state == HTTP_STREAM)
		http_conn_gone(r);
	/* Ended before the gate's word: MHD refused by itself, or the client left. */
	if (r->state == HTTP_HEADER || r->state == HTTP_BODY)
		r->linger = HTTP_LINGER_DRAIN;
	forget_request(r);
	http_conn_state(r, HTTP_IDLE, HTTP_IDLE_CHECK_MS);
}

void
http_on_connection(void *cls, struct MHD_Connection *mhd, void **socket_slot,
    enum MHD_ConnectionNotificationCode what)
{
	struct plb_http_server *s = cls;
	struct plb_http_req *r;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		r = s->adding;
		s->adding = NULL;
		r->mhd = mhd;
		*socket_slot = r;
		return;
	}
	r = *socket_slot;
	r->mhd = NULL;
	plb_loop_fd_del(&r->watch);
	if (!http_linger_start(r))
		http_conn_free(r);
}
