// SPDX-License-Identifier: MPL-2.0
#include "http_priv.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

/* MHD's memory for a connection: the header block, its parsed form, and the answer's header. */
#define POOL_EXTRA ((size_t)16 << 10)
#define ROUNDS_A_TURN 8
#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

/* MHD's timeout is 0 while it has work left. Rounds are bounded so that the rest of the loop gets
 * its turn. */
void
http_server_run(struct plb_http_server *s)
{
	MHD_UNSIGNED_LONG_LONG wait;

	for (int i = 0; i < ROUNDS_A_TURN; i++) {
		s->run_due = false;
		MHD_run(s->mhd);
		if (!s->run_due && (MHD_get_timeout(s->mhd, &wait) != MHD_YES || wait > 0))
			return;
	}
	s->run_due = false;
	http_server_run_soon(s);
}

void
http_server_run_soon(struct plb_http_server *s)
{
	if (!s->run_due)
		plb_loop_timer_in(s->run_again, 0);
	s->run_due = true;
}

static void
mhd_ready(void *arg, unsigned events)
{
	(void)events;
	http_server_run(arg);
}

static void
run_again(void *arg)
{
	http_server_run(arg);
}

/* Ten thousand connections need ten thousand descriptors. */
static void
raise_descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_cur < rl.rlim_max) {
		rl.rlim_cur = rl.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &rl);
	}
}

static enum plb_err
start_mhd(struct plb_http_server *s, struct plb_errctx *ec)
{
	const struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, s->pem[0]},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, s->pem[1]},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
	    {s->pem[2] != NULL ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, s->pem[2]},
	    {MHD_OPTION_END, 0, NULL},
	};
	const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	/* Not strict: its checks are all in the gate, and MHD's own refusals at that point send
	 * their header twice. TURBO leaves shutting down a closed socket to us (http_linger.c);
	 * with TLS, MHD says goodbye itself. */
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
	    (s->tls ? MHD_USE_TLS : MHD_USE_TURBO);
	const union MHD_DaemonInfo *di;

	s->mhd = MHD_start_daemon(flags, 0, NULL, NULL, http_on_request, s,
	    MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
	    http_on_connection, s, MHD_OPTION_URI_LOG_CALLBACK, http_on_line, s,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->conf.connections + 1,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)s->conf.header_max + POOL_EXTRA,
	    MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_ARRAY, s->tls ? tls : none, MHD_OPTION_END);
	if (s->mhd == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "HTTP server does not start%s",
		    s->tls ? ": certificate or key not usable" : "");
	di = MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	if (di == NULL)
		return plb_err_set(ec, PLB_E_INTERN, "HTTP server without epoll");
	s->mhd_watch = plb_loop_fd_add(s->loop, di->listen_fd, EPOLLIN, mhd_ready, s);
	if (s->mhd_watch == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP server");
	return PLB_OK;
}

struct plb_http_server *
plb_http_server_new(struct plb_loop *l, const struct plb_http_server_conf *c, struct plb_errctx *ec)
{
	struct plb_http_server *s = calloc(1, sizeof *s);

	if (s == NULL) {
		plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP server");
		return NULL;
	}
	s->loop = l;
	s->conf = *c;
	s->conf.listen = s->conf.tls_cert = s->conf.tls_key = s->conf.tls_client_ca = NULL;
	s->listen_fd = -1;
	s->armed_ms = INT64_MAX;
	plb_map_init(&s->addresses, 0);
	plb_heap_init(&s->due);
	raise_descriptors();
	http_metrics_register();
	s->run_again = plb_loop_timer_new(l, run_again, s);
	s->deadlines = plb_loop_timer_new(l, http_deadline_fire, s);
	if (s->run_again == NULL || s->deadlines == NULL)
		plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP server");
	else if (http_tls_load(s, c, ec) == PLB_OK && start_mhd(s, ec) == PLB_OK &&
	    http_listen_open(s, c->listen, ec) == PLB_OK)
		return s;
	plb_http_server_free(&s);
	return NULL;
}

/* Connections that wait for a request are closed; the others after their answer. */
void
plb_http_server_drain(struct plb_http_server *s)
{
	struct plb_http_req *next;

	s->draining = true;
	http_listen_close(s);
	for (struct plb_http_req *r = s->all; r != NULL; r = next) {
		next = r->next;
		if (r->state == HTTP_IDLE)
			http_conn_kill(r);
		else if (r->state == HTTP_LINGER)
			http_conn_free(r);
	}
}

void
plb_http_server_free(struct plb_http_server **ps)
{
	struct plb_http_server *s = *ps;
	struct plb_http_req *r, *next;

	*ps = NULL;
	if (s == NULL)
		return;
	s->draining = true; /* nothing lingers any more */
	http_listen_close(s);
	/* MHD must not be stopped with suspended connections. */
	for (r = s->all; r != NULL; r = next) {
		next = r->next;
		if (r->state == HTTP_LINGER)
			http_conn_free(r);
		else
			http_conn_kill(r);
	}
	plb_loop_fd_del(&s->mhd_watch);
	if (s->mhd != NULL)
		MHD_stop_daemon(s->mhd); /* tells http_on_connection of each it closes */
	PLB_ASSERT(s->all == NULL);
	while ((r = s->spare) != NULL) {
		s->spare = r->next;
		free(r);
	}
	plb_loop_timer_free(&s->run_again);
	plb_loop_timer_free(&s->deadlines);
	plb_heap_fini(&s->due);
	plb_map_fini(&s->addresses);
	http_tls_unload(s);
	free(s);
}

int
plb_http_server_port(const struct plb_http_server *s)
{
	return s->port;
}

size_t
plb_http_server_open(const struct plb_http_server *s)
{
	return s->n_open;
}
