// SPDX-License-Identifier: MPL-2.0
#include "booking.h"

#include <parloeb/crypto.h>
#include <parloeb/http_server.h>
#include <parloeb/log.h>
#include <parloeb/rng.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "kald.h"
#include "modtag.h"
#include "tekst.h"

#define MEMORY (8ull << 30) /* a cap, not a reservation */
#define EVENT_MEMORY (8u << 20)
#define REPORT_MAX (1u << 30)
#define TOLERANCE_S 300 /* Standard Webhooks: age of a signature */

/* The secret of one organisation, read when its first message comes. */
struct hemmelighed {
	struct plb_map_node node; /* key: the path's name, kommune-0461 */
	struct plb_secret secret;
	struct plb_org org;
};

struct booking {
	const struct booking_conf *c;
	struct plb_loop *loop;
	struct plb_http_server *server;
	struct plb_arena lager, besked; /* what stays; one message */
	struct plb_map hemmeligheder;
	struct modtag m;
	struct plb_rng rng;
	struct miljoe *env;
	struct kalder *kalder;
	struct plb_loop_fd *signals;
	int signal_fd;
};

/* ---- signature ---- */

static struct hemmelighed *
hemmelighed_load(struct booking *b, struct plb_slice navn)
{
	struct hemmelighed *h = plb_arena_calloc(&b->lager, 1, sizeof(*h));
	const char *file =
		       plb_arena_printf(&b->besked, "%s/%.*s", b->c->secrets, PLB_SLICE_ARG(navn)),
		   *dash;
	struct plb_errctx ec = {{0}};
	char *text = NULL;
	size_t len;
	bool ok = false;

	/* The name comes from the path of a request: letters, digits and dashes only. */
	if (h == NULL || file == NULL || navn.len > 40 || memchr(navn.p, '/', navn.len) != NULL ||
	    memchr(navn.p, '.', navn.len) != NULL)
		return NULL;
	dash = memchr(navn.p, '-', navn.len);
	if (dash == NULL || plb_file_read(file, 512, &text, &len, &ec) != PLB_OK)
		return NULL;
	while (len > 0 && text[len - 1] == '\n')
		len--;
	h->node.key = plb_arena_dup(&b->lager, navn);
	snprintf(h->org.text, sizeof(h->org.text), "%.*s", PLB_SLICE_ARG(navn));
	h->org.text[dash - (const char *)navn.p] = ':';
	ok = plb_webhook_secret(plb_slice(text, len), &h->secret) == PLB_OK &&
	    h->node.key.p != NULL && plb_map_add(&b->hemmeligheder, &h->node) == PLB_OK;
	free(text);
	return ok ? h : NULL;
}

static struct hemmelighed *
hemmelighed_for(struct booking *b, struct plb_slice path)
{
	struct plb_slice navn = path.len > 1 ? plb_slice(path.p + 1, path.len - 1) : path;
	struct plb_map_node *n = plb_map_get(&b->hemmeligheder, navn);

	return n != NULL ? (struct hemmelighed *)n : hemmelighed_load(b, navn);
}

/* One of the signatures in the list is ours, over these bytes, and fresh. */
static bool
underskrevet(const struct hemmelighed *h, const struct plb_http_req *r)
{
	struct plb_slice id = plb_http_header(r, "webhook-id"),
			 ts = plb_http_header(r, "webhook-timestamp"),
			 sig = plb_http_header(r, "webhook-signature");
	long long t = 0, age;
	char vent[48];
	size_t i;

	for (i = 0; i < ts.len && i < 12 && ts.p[i] >= '0' && ts.p[i] <= '9'; i++)
		t = t * 10 + (ts.p[i] - '0');
	age = plb_time_now().ms / 1000 - t;
	if (i == 0 || i != ts.len || age > TOLERANCE_S || age < -TOLERANCE_S)
		return false;
	if (plb_webhook_sign(
		plb_slice(h->secret.b, h->secret.len), id, t, plb_http_body(r), vent) != PLB_OK)
		return false;
	for (i = 0; i + 3 + strlen(vent) <= sig.len; i++)
		if (memcmp(sig.p + i, "v1,", 3) == 0 &&
		    plb_ct_eq(sig.p + i + 3, vent, strlen(vent)))
			return true;
	return false;
}

/* ---- content ---- */

static struct plb_slice
text(const struct plb_jv *o, const char *name)
{
	return plb_jv_str(plb_jv_get(o, name));
}

static int64_t
number(struct plb_slice s)
{
	int64_t v = 0;
	size_t i;

	for (i = 0; i < s.len && i < 15; i++)
		v = v * 10 + (s.p[i] - '0');
	return v;
}

static bool
laes(struct booking *b, const struct hemmelighed *h, const struct plb_http_req *r,
    const struct plb_jv *e, struct modtaget *x)
{
	const struct plb_jv *data = plb_jv_get(e, "data"), *seq = plb_jv_get(e, "sequence");
	char *key = plb_arena_alloc(&b->besked, 17);

	memset(x, 0, sizeof(*x));
	x->webhook_id = plb_http_header(r, "webhook-id");
	x->org = plb_org_slice(&h->org);
	x->source = text(e, "source");
	x->id = text(e, "id");
	x->type = plb_event_name(text(e, "type"));
	x->forloeb = text(e, "correlationid");
	x->sequence = plb_jv_kind(seq) == PLB_JV_STR ? number(plb_jv_str(seq)) : plb_jv_int(seq, 0);
	if (key == NULL || x->source.len == 0 || x->id.len == 0 || x->type.len == 0 ||
	    !plb_slice_eq(text(e, "leveringid"), x->webhook_id))
		return false;
	if (plb_time_parse(text(e, "time"), &x->time) != PLB_OK)
		return false;
	x->medlem = plb_slice_str(sim_medlem_key(text(data, "cpr"), key));
	x->virkningsdato = PLB_DATO_NONE;
	if (plb_slice_is(x->type, "handover-due") &&
	    plb_dato_parse(text(data, "virkningsdato"), &x->virkningsdato) != PLB_OK)
		return false;
	x->referat = text(data, "referatId");
	x->version = plb_jv_int(plb_jv_get(data, "version"), 0);
	x->samtale = text(data, "samtaleId");
	return true;
}

/* What a package carries has arrived with it. */
static enum plb_err
tag_pakke(struct booking *b, struct modtag_forloeb *f, const struct modtaget *x,
    const struct plb_jv *data)
{
	const struct plb_jv *referater = plb_jv_get(data, "referater"),
			    *samtaler = plb_jv_get(data, "samtaler");
	enum plb_err err = PLB_OK;
	size_t i;

	for (i = 0; err == PLB_OK && i < plb_jv_len(referater); i++) {
		const struct plb_jv *r = plb_jv_at(referater, i);

		if (text(r, "tekst").len > 0)
			err = modtag_ting(&b->m, f, 'r', text(r, "referatId"),
			    plb_jv_int(plb_jv_get(r, "version"), 0), x->time);
	}
	for (i = 0; err == PLB_OK && i < plb_jv_len(samtaler); i++)
		err = modtag_ting(
		    &b->m, f, 's', text(plb_jv_at(samtaler, i), "samtaleId"), 1, x->time);
	return err;
}

/* ---- what a jobcentre does then ---- */

static void
besvaret(void *arg, int status, struct plb_slice body)
{
	(void)arg, (void)body;
	if (status < 200 || status > 299)
		plb_log(PLB_LOG_WARN, "the gateway did not take the booking system's call",
		    plb_f_int("status", status));
}

static void
kald(struct booking *b, const struct plb_org *org, const char *path, const char *type,
    struct plb_buf *body)
{
	struct plb_errctx ec = {{0}};

	if (b->kalder == NULL ||
	    kalder_start(b->kalder, org, path, type, plb_slice(body->p, body->len), besvaret, NULL,
		&ec) == PLB_OK)
		return;
	plb_log(PLB_LOG_WARN, "call not made", plb_f_str("fejl", ec.text));
}

static void
kvitter(
    struct booking *b, const struct hemmelighed *h, const struct modtaget *x, struct plb_buf *body)
{
	plb_buf_reset(body);
	plb_buf_printf(body, "{\"leveringid\":\"%.*s\",\"status\":\"haandteret\"}",
	    PLB_SLICE_ARG(x->webhook_id));
	kald(b, &h->org, "/v1/kvitteringer", NULL, body);
}

/* The first jobcentre conversation, 8 to 14 days after responsibility passed, at 10. */
static void
book(struct booking *b, const struct hemmelighed *h, const struct modtaget *x, struct plb_slice cpr,
    struct modtag_forloeb *f, struct plb_buf *body)
{
	struct plb_slice dele[2] = {plb_slice_str("booking"), x->id};
	struct plb_uuid id = plb_uuid5(PLB_UUID_NS, dele, 2), indkaldelse;
	char a[PLB_UUID_TEXT], k[PLB_UUID_TEXT], t1[PLB_TIME_TEXT], t2[PLB_TIME_TEXT];

	dele[0] = plb_slice_str("indkaldelse");
	indkaldelse = plb_uuid5(PLB_UUID_NS, dele, 2);
	f->samtale = plb_time_from_local(plb_dato_add(x->virkningsdato, 8 + id.b[0] % 7), 10, 0, 0);
	plb_buf_reset(body);
	plb_buf_printf(body,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/kommune/%s/"
	    "booking\",\"type\":\"dk.parloeb.indkaldelse-oprettet\",\"time\":\"%s\","
	    "\"data\":{\"cpr\":\"%.*s\",\"indkaldelseId\":\"%s\",\"samtaletype\":7,"
	    "\"moedegruppetype\":\"individuel\",\"afholdelsesform\":\"personligt\","
	    "\"start\":\"%s\",\"ombookingMulig\":false,\"aflysningMulig\":false}}",
	    plb_uuid_text(id, a), plb_org_kode(&h->org), plb_time_text(x->time, t1),
	    PLB_SLICE_ARG(cpr), plb_uuid_text(indkaldelse, k), plb_time_text(f->samtale, t2));
	kald(b, &h->org, "/v1/haendelser", "application/cloudevents+json", body);
}

/* ---- the receiver ---- */

static int
tag(struct booking *b, const struct hemmelighed *h, const struct plb_http_req *r)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *e, *data;
	struct modtag_forloeb *f;
	enum modtag_svar svar;
	struct modtaget x;
	struct plb_buf body;

	if (plb_jv_parse(&b->besked, plb_http_body(r), &e, &ec) != PLB_OK ||
	    !laes(b, h, r, e, &x)) {
		b->m.daarlig_form++;
		return 400;
	}
	if (modtag_tag(&b->m, &x, &svar, &f) != PLB_OK)
		return 503;
	if (svar == MODTAG_GENTAGELSE || f == NULL)
		return 204;
	data = plb_jv_get(e, "data");
	if (plb_slice_is(x.type, "handover-due")) {
		plb_buf_init(&body, 1u << 16);
		if (tag_pakke(b, f, &x, data) == PLB_OK) {
			book(b, h, &x, text(data, "cpr"), f, &body);
			kvitter(b, h, &x, &body);
		}
		plb_buf_fini(&body);
	}
	return 204;
}

static void
request(void *arg, struct plb_http_req *r)
{
	struct booking *b = arg;
	struct hemmelighed *h;
	int status;

	plb_arena_reset(&b->besked);
	h = hemmelighed_for(b, plb_http_path(r));
	if (h == NULL) {
		status = 404;
	} else if (!underskrevet(h, r)) {
		b->m.daarlig_signatur++;
		status = 401;
	} else if (plb_rng_below(&b->rng, 100) < (uint64_t)b->c->fail_percent) {
		status = 500;
	} else {
		status = tag(b, h, r);
	}
	plb_http_answer(r, status, "text/plain", plb_slice(NULL, 0), NULL);
}

static void
gone(void *arg, struct plb_http_req *r)
{
	(void)arg, (void)r; /* every request is answered at once */
}

/* Written beside and renamed, so that a reader never sees half of it. */
static void
write_report(struct booking *b)
{
	char tmp[4096];
	struct plb_buf out;
	FILE *f;

	plb_buf_init(&out, REPORT_MAX);
	modtag_rapport(&b->m, &out);
	snprintf(tmp, sizeof(tmp), "%s.new", b->c->report);
	f = fopen(tmp, "w");
	if (f == NULL || fwrite(out.p, 1, out.len, f) != out.len || fclose(f) != 0 ||
	    rename(tmp, b->c->report) != 0)
		plb_log(PLB_LOG_ERROR, "report not written");
	plb_buf_fini(&out);
}

static void
on_signal(void *arg, unsigned events)
{
	struct booking *b = arg;
	struct signalfd_siginfo si;

	(void)events;
	while (read(b->signal_fd, &si, sizeof(si)) == (ssize_t)sizeof(si))
		write_report(b);
}

static enum plb_err
start(struct booking *b, struct plb_errctx *ec)
{
	struct plb_http_server_conf sc = {.listen = b->c->listen,
	    .tls_cert = "",
	    .tls_key = "",
	    .tls_client_ca = "",
	    .header_deadline_ms = 5000,
	    .body_deadline_ms = 10000,
	    .header_max = 16384,
	    .body_max = 4 << 20,
	    .connections = 4096,
	    .connections_per_address = 4096,
	    .request = request,
	    .gone = gone,
	    .arg = b};
	enum plb_err err = PLB_OK;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	b->loop = plb_loop_new(ec);
	if (b->loop == NULL)
		return PLB_E_HUKOMMELSE;
	b->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	b->signals = plb_loop_fd_add(b->loop, b->signal_fd, EPOLLIN, on_signal, b);
	if (b->signals == NULL)
		return plb_err_errno(ec, "signalfd");
	if (b->c->gateway[0] != '\0' && b->c->env[0] != '\0') {
		err = miljoe_load(b->c->env, &b->env, ec);
		if (err == PLB_OK)
			err = kalder_new(b->loop, b->c->gateway, b->env, &b->kalder, ec);
	}
	if (err != PLB_OK)
		return err;
	b->server = plb_http_server_new(b->loop, &sc, ec);
	return b->server != NULL ? PLB_OK : PLB_E_KONFIG;
}

static void
booking_free(struct booking *b)
{
	plb_http_server_free(&b->server);
	kalder_free(&b->kalder);
	miljoe_free(&b->env);
	plb_loop_fd_del(&b->signals);
	if (b->signal_fd >= 0)
		close(b->signal_fd);
	plb_loop_free(&b->loop);
	modtag_fini(&b->m);
	plb_map_fini(&b->hemmeligheder);
	plb_arena_fini(&b->besked);
	plb_arena_fini(&b->lager);
}

int
booking_main(const struct booking_conf *c)
{
	struct booking b = {.c = c, .signal_fd = -1};
	struct plb_errctx ec = {{0}};
	enum plb_err err;

	plb_log_init("sim-booking", PLB_LOG_INFO);
	plb_arena_init(&b.lager, MEMORY);
	plb_arena_init(&b.besked, EVENT_MEMORY);
	plb_map_init(&b.hemmeligheder, 1000);
	plb_rng_seed(&b.rng, (uint64_t)c->seed);
	modtag_init(&b.m, &b.lager);
	err = start(&b, &ec);
	if (err == PLB_OK)
		err = plb_loop_run(b.loop, &ec);
	if (err != PLB_OK)
		fprintf(stderr, "parloeb-sim booking: %s\n", ec.text);
	else
		write_report(&b);
	booking_free(&b);
	return err == PLB_OK ? 0 : 3;
}
