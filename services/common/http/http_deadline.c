// SPDX-License-Identifier: MPL-2.0
/* Absolute deadlines. Each connection sits in one heap from accept to release. Moving a deadline
 * later, as nearly every step of a request does, only writes a number: the heap is looked at again
 * when the old time comes. */

#include "http_priv.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/epoll.h>

static int64_t
now_ms(const struct plb_http_server *s)
{
	return plb_loop_mono(s->loop).ms;
}

static void
arm(struct plb_http_server *s)
{
	struct plb_heap_node *min = plb_heap_min(&s->due);
	int64_t wait;

	if (min == NULL || min->due >= s->armed_ms)
		return;
	s->armed_ms = min->due;
	wait = min->due - now_ms(s);
	plb_loop_timer_in(s->deadlines, wait > 0 ? wait : 0);
}

void
http_deadline_set(struct plb_http_req *r, int64_t at_ms)
{
	r->deadline_ms = at_ms;
	if (at_ms >= r->due.due)
		return;
	/* A node that is in the heap is moved without allocating. */
	PLB_ASSERT(plb_heap_put(&r->s->due, &r->due, at_ms) == PLB_OK);
	arm(r->s);
}

static bool
tcp_state(int fd, struct tcp_info *ti)
{
	socklen_t len = sizeof *ti;

	memset(ti, 0, sizeof *ti);
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, ti, &len) == 0;
}

/* Too slow with a header or a body: 408 where the client began to say something, then close. */
static void
cut_slow(struct plb_http_req *r)
{
	struct tcp_info ti;
	bool spoke = r->line_seen || (tcp_state(r->fd, &ti) && ti.tcpi_bytes_received > 0);

	plb_metric_inc(&http_metrics[HTTP_M_SLOW], 1);
	if (spoke && !r->s->tls) {
		http_raw_answer(r->fd, 408);
		r->linger = HTTP_LINGER_HOLD;
	}
	http_conn_kill(r);
}

static void
cut(struct plb_http_req *r)
{
	http_conn_kill(r);
}

static bool
client_has_ended(const struct plb_http_req *r)
{
	char c;

	return recv(r->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* MHD does not say when the first byte of the next request comes, so the kernel is asked. A header
 * once begun has its full deadline from here: at most HTTP_IDLE_CHECK_MS more than from its first
 * byte. And MHD does not see an end of input that came together with the last request. */
static void
look_at_idle(struct plb_http_req *r)
{
	int64_t idle = now_ms(r->s) - r->since_ms;
	struct tcp_info ti;

	/* The kernel's clock is coarse; 20 ms keep the last request's own bytes from being taken
	 * for new ones. */
	if (idle >= HTTP_IDLE_MAX_MS || client_has_ended(r) || !tcp_state(r->fd, &ti))
		http_conn_kill(r);
	else if ((int64_t)ti.tcpi_last_data_recv + 20 < idle)
		http_conn_state(r, HTTP_HEADER, r->s->conf.header_deadline_ms);
	else
		http_deadline_set(r, now_ms(r->s) + HTTP_IDLE_CHECK_MS);
}

static void
client_gone(void *arg, unsigned events)
{
	(void)events;
	http_conn_kill(arg);
}

/* MHD does not look at a suspended connection; a request held for long is watched here. Not
 * earlier: most are answered within milliseconds, and the watch costs two system calls. */
static void
watch_held(struct plb_http_req *r)
{
	http_deadline_set(r, INT64_MAX);
	if (r->watch == NULL)
		r->watch = plb_loop_fd_add(r->s->loop, r->fd, EPOLLRDHUP, client_gone, r);
}

static void
release(struct plb_http_req *r)
{
	http_conn_free(r);
}

static void (*const on_due[HTTP_STATES])(struct plb_http_req *r) = {
    [HTTP_HEADER] = cut_slow,
    [HTTP_IDLE] = look_at_idle,
    [HTTP_BODY] = cut_slow,
    [HTTP_HELD] = watch_held,
    [HTTP_STREAM] = watch_held,
    [HTTP_SENDING] = cut,
    [HTTP_DEAD] = cut,
    [HTTP_LINGER] = release,
};

void
http_deadline_fire(void *server)
{
	struct plb_http_server *s = server;
	struct plb_heap_node *min;

	s->armed_ms = INT64_MAX;
	while ((min = plb_heap_min(&s->due)) != NULL && min->due <= now_ms(s)) {
		struct plb_http_req *r =
		    (struct plb_http_req *)((char *)min - offsetof(struct plb_http_req, due));

		PLB_ASSERT(plb_heap_put(&s->due, &r->due, r->deadline_ms) == PLB_OK);
		if (r->deadline_ms <= now_ms(s)) {
			r->deadline_ms = INT64_MAX;
			PLB_ASSERT(plb_heap_put(&s->due, &r->due, INT64_MAX) == PLB_OK);
			on_due[r->state](r);
		}
	}
	arm(s);
}
