// SPDX-License-Identifier: MPL-2.0
//
// Readers of the feed that wait, and events for them: C connections to the gateway, server-sent
// events or long polls, spread over organisations; then event after event goes to the mailbox of
// one of these, and the time until its readers have it is taken. Prints one line of JSON.
//
// With `bare` behind them the same readers are at a program that only sends (bare_feed.c): the
// bound.
//
// load_feed CONFIG PORT sse|poll CLIENTS EVENTS [bare] < lines of ORGANISATION TOKEN CURSOR (where
// its mailbox ends)
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <parloeb/bus.h>
#include <parloeb/loop.h>

#include "bare_feed.h"

#define ORGS_MAX 512
#define IN_MAX 8192
#define CONNECTING 200 /* at the same time: the listener's queue is short */
#define PATIENCE_S 15.0

struct reader {
	int fd;
	size_t org, got;
	bool waits;        /* for the event under way */
	char cursor[1024]; /* poll: where it goes on */
	char in[IN_MAX];
};
struct load {
	struct plb_org org[ORGS_MAX];
	char token[ORGS_MAX][128], cursor[ORGS_MAX][1024];
	size_t n_org, n, left;
	struct reader *r;
	int port, epoll;
	bool sse, bare;
	struct bare_feed other; /* bare */
	struct plb_bus *bus;
	struct plb_producer *producer;
	struct plb_event ev; /* the template; its texts and value below */
	char id[256], source[256], type[256];
	uint8_t value[65536];
	size_t value_len;
	char wanted[PLB_UUID_TEXT];
	double sent, *each, *last; /* seconds: of every reader, of the last of each event */
	size_t n_each, n_last;
};

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "load_feed: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
ask(struct load *l, struct reader *r)
{
	char text[2048];
	int n = snprintf(text, sizeof text,
	    "GET /v1/feed?maks=500&vent=%d&efter=%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
	    "%s\r\n%s\r\n",
	    l->sse ? 0 : 30, r->cursor, l->token[r->org],
	    l->sse ? "Accept: text/event-stream\r\n" : "");

	r->got = 0;
	if (send(r->fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		die("send");
}

/* The cursor of a whole answer; false: more must come. */
static bool
answered(struct reader *r)
{
	static const char key[] = "\"naeste\":\"";
	char *at = memmem(r->in, r->got, key, sizeof key - 1), *end;

	if (at == NULL)
		return false;
	at += sizeof key - 1;
	end = memchr(at, '"', r->got - (size_t)(at - r->in));
	if (end == NULL || (size_t)(end - at) >= sizeof r->cursor)
		return false;
	memcpy(r->cursor, at, (size_t)(end - at));
	r->cursor[end - at] = '\0';
	return true;
}

static void
take(struct load *l, struct reader *r)
{
	ssize_t n = recv(r->fd, r->in + r->got, IN_MAX - r->got, MSG_DONTWAIT);
	bool found;

	if (n <= 0) {
		if (n < 0 && errno == EAGAIN)
			return;
		die("the gateway closed");
	}
	r->got += (size_t)n;
	found = r->waits && l->wanted[0] != '\0' &&
	    memmem(r->in, r->got, l->wanted, sizeof l->wanted - 1) != NULL;
	if (found) {
		r->waits = false;
		l->left--;
		l->each[l->n_each++] = now_s() - l->sent;
	}
	if (!l->sse && answered(r))
		ask(l, r);
	else if (l->sse && r->got > IN_MAX / 2)
		r->got = 0; /* events are small, and no one is wanted twice */
}

static void
turn(struct load *l, int ms)
{
	struct epoll_event e[256];
	int n = epoll_wait(l->epoll, e, 256, ms);

	for (int i = 0; i < n; i++)
		take(l, e[i].data.ptr);
}

static void
raise_descriptors(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
		rl.rlim_cur = rl.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &rl);
	}
}

static void
connect_all(struct load *l)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)l->port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int one = 1;

	raise_descriptors();
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < l->n; i++) {
		struct reader *r = &l->r[i];
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = r};

		r->org = i % l->n_org;
		memcpy(r->cursor, l->cursor[r->org], sizeof r->cursor);
		r->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (r->fd < 0 || connect(r->fd, (struct sockaddr *)&sa, sizeof sa) != 0)
			die("connect");
		(void)setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, r->fd, &e) != 0)
			die("epoll");
		ask(l, r);
		if (i % CONNECTING == CONNECTING - 1)
			turn(l, 1);
	}
}

/* ---- events ---- */

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	(void)arg;
	(void)opaque;
	(void)partition;
	(void)offset;
	if (err != PLB_OK)
		die("an event was not taken");
}

static struct plb_slice
keep(char *to, size_t size, struct plb_slice s)
{
	if (s.len >= size)
		die("template");
	memcpy(to, s.p, s.len);
	return plb_slice(to, s.len);
}

/* The first event that lies on `ind`. */
static enum plb_err
first_event(struct load *l, int32_t partitions, struct plb_errctx *ec)
{
	struct plb_reader *reader;
	struct plb_record rec;
	enum plb_err err = plb_reader_new(l->bus, NULL, true, NULL, NULL, &reader, ec);
	int found = 2;

	for (int32_t p = 0; p < partitions && err == PLB_OK; p++)
		err = plb_reader_assign(reader, "ind", p, PLB_FROM_BEGINNING, 0, ec);
	while (err == PLB_OK && found == 2)
		found = plb_reader_poll(reader, 20000, &rec, ec);
	if (err == PLB_OK && found == 1 && rec.value.len <= sizeof l->value)
		err = plb_event_from_record(&rec, true, &l->ev, ec);
	else
		err = PLB_E_UKENDT;
	if (err == PLB_OK) {
		memcpy(l->value, rec.value.p, rec.value.len);
		l->value_len = rec.value.len;
		l->ev.id = keep(l->id, sizeof l->id, l->ev.id);
		l->ev.source = keep(l->source, sizeof l->source, l->ev.source);
		l->ev.type = keep(l->type, sizeof l->type, l->ev.type);
		l->ev.traceparent = plb_slice(NULL, 0);
		l->ev.has_hmac = false;
		l->ev.org.text[0] = '\0';
		l->ev.has_leveringid = l->ev.has_correlationid = true;
		l->ev.sequence = 1;
	}
	plb_reader_free(&reader);
	return err;
}

/* About as much as the gateway sends. */
static void
order_bare(struct load *l)
{
	char body[1200], text[1400];
	int n = snprintf(body, sizeof body,
	    "{\"haendelser\":[{\"leveringid\":\"%s\",\"data\":\"%0700d\"}],\"naeste\":\"%0200d\"}",
	    l->wanted, 0, 0);

	if (l->sse)
		n = snprintf(text, sizeof text, "%zx\r\n%s\r\n", (size_t)n, body);
	else
		n = snprintf(text, sizeof text,
		    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
		    "%d\r\n\r\n%s",
		    n, body);
	bare_feed_send(&l->other, text, (size_t)n);
}

static void
send_event(struct load *l, size_t org)
{
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;

	if (plb_producer_send(l->producer, "ud", -1, plb_org_slice(&l->org[org]),
		plb_slice(l->value, l->value_len), h, plb_event_headers(&l->ev, &texts, h),
		l) != PLB_OK ||
	    plb_producer_flush(l->producer, 20000) != PLB_OK)
		die("Kafka");
}

static void
one_event(struct load *l, size_t org)
{
	double end = now_s() + PATIENCE_S;

	plb_uuid4(&l->ev.leveringid);
	plb_uuid_text(l->ev.leveringid, l->wanted);
	l->ev.correlationid = l->ev.leveringid;
	l->left = 0;
	for (size_t i = 0; i < l->n; i++) {
		l->r[i].waits = l->r[i].org == org;
		l->left += l->r[i].waits;
	}
	l->sent = now_s();
	if (l->bare)
		order_bare(l);
	else
		send_event(l, org);
	while (l->left > 0 && now_s() < end)
		turn(l, 100);
	for (size_t i = 0; i < l->n && l->left > 0; i++) {
		if (!l->r[i].waits)
			continue;
		fprintf(stderr,
		    "load_feed: %zu of %zu readers without their event; the first has:\n%.*s\n",
		    l->left, l->n, (int)l->r[i].got, l->r[i].in);
		exit(1);
	}
	l->last[l->n_last++] = now_s() - l->sent;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
ms_at(const double *v, size_t n, size_t percent)
{
	return v[(n - 1) * percent / 100] * 1000;
}

static void
run(struct load *l, size_t events)
{
	double end = now_s() + 2;

	connect_all(l);
	while (now_s() < end)
		turn(l, 50); /* until all of them wait */
	one_event(l, 0);     /* warm */
	l->n_each = l->n_last = 0;
	for (size_t i = 0; i < events; i++)
		one_event(l, i % l->n_org);
	qsort(l->each, l->n_each, sizeof(double), by_value);
	qsort(l->last, l->n_last, sizeof(double), by_value);
	printf("{\"readers\":%zu,\"orgs\":%zu,\"events\":%zu,\"p50_ms\":%.1f,\"p99_ms\":%.1f,"
	       "\"last_p50_ms\":%.1f,\"last_p99_ms\":%.1f}\n",
	    l->n, l->n_org, events, ms_at(l->each, l->n_each, 50), ms_at(l->each, l->n_each, 99),
	    ms_at(l->last, l->n_last, 50), ms_at(l->last, l->n_last, 99));
	fflush(stdout);
}

static void
read_orgs(struct load *l)
{
	char line[1400], org[64];

	while (l->n_org < ORGS_MAX && fgets(line, sizeof line, stdin) != NULL)
		if (sscanf(line, "%63s %127s %1023s", org, l->token[l->n_org],
			l->cursor[l->n_org]) == 3 &&
		    plb_org_parse(plb_slice_str(org), &l->org[l->n_org]) == PLB_OK)
			l->n_org++;
}

int
main(int argc, char **argv)
{
	static const char *const topics[] = {"ud", NULL};
	static struct load l;
	struct plb_errctx ec = {{0}};
	struct plb_conf *conf;
	struct plb_faults f;
	size_t events;

	plb_faults_init(&f);
	if (argc != 6 && (argc != 7 || strcmp(argv[6], "bare") != 0)) {
		fputs("usage: load_feed CONFIG PORT sse|poll CLIENTS EVENTS [bare] < lines of "
		      "ORGANISATION TOKEN CURSOR\n",
		    stderr);
		return 2;
	}
	l.port = (int)strtol(argv[2], NULL, 10);
	l.sse = strcmp(argv[3], "sse") == 0;
	l.n = strtoul(argv[4], NULL, 10);
	events = strtoul(argv[5], NULL, 10);
	l.bare = argc == 7;
	read_orgs(&l);
	if (l.bare) {
		l.n_org = l.n_org > 0; /* it knows no organisations */
		raise_descriptors();
		bare_feed_start(&l.other);
		l.port = l.other.port;
	}
	l.r = calloc(l.n, sizeof *l.r);
	l.each = calloc(l.n * (events + 1), sizeof(double));
	l.last = calloc(events + 1, sizeof(double));
	conf = plb_conf_load_keys(argv[1], 0, &f);
	if (conf == NULL || l.n_org == 0 || l.r == NULL || l.each == NULL || l.last == NULL)
		die(f.text == NULL ? "start" : f.text);
	if (plb_bus_new(conf, "bench", &l.bus, &ec) != PLB_OK ||
	    plb_producer_new(l.bus, NULL, topics, delivered, &l, &l.producer, &ec) != PLB_OK ||
	    first_event(&l, (int32_t)plb_conf_common(conf)->partitions, &ec) != PLB_OK)
		die(ec.text);
	run(&l, events);
	if (l.bare)
		bare_feed_end(&l.other);
	plb_producer_free(&l.producer);
	plb_bus_free(&l.bus);
	plb_conf_free(&conf);
	plb_faults_fini(&f);
	free(l.r);
	free(l.each);
	free(l.last);
	return 0;
}
