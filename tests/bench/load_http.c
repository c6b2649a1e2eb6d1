// SPDX-License-Identifier: MPL-2.0
//
// Closed-loop HTTP load: C keep-alive connections, each with one request under way, one thread,
// epoll. Sends events of one a-kasse, each with a new id, alone or in batches. Prints one line:
// answers by class, seconds, events a second.
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <parloeb/buf.h>
#include <parloeb/id.h>
#include <parloeb/rng.h>

#define CONNECTIONS_MAX 1024
#define ANSWER_MAX 65536

struct options {
	const char *host, *token, *path,
	    *registered; /* YYYY-MM-DD: from when members are registered */
	int port, connections, batch;
	int64_t events, persons, first; /* persons first … first + persons - 1, in turn */
	size_t kind;                    /* index into KINDS */
};

struct conn {
	int fd;
	struct plb_buf out;
	size_t sent, got;
	char in[ANSWER_MAX];
};

struct load {
	struct options o;
	struct plb_rng rng;
	int64_t left, made, ok, other, events_ok;
	int epoll;
};

static double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
new_id(struct load *l, char out[PLB_UUID_TEXT])
{
	struct plb_uuid u;
	uint64_t a = plb_rng_u64(&l->rng), b = plb_rng_u64(&l->rng);

	memcpy(u.b, &a, 8);
	memcpy(u.b + 8, &b, 8);
	plb_uuid_text(u, out);
}

/* The n-th person: nobody's number, day + 60. */
static void
put_cpr(struct plb_buf *b, uint64_t p)
{
	plb_buf_printf(b, "\"cpr\":\"%02d%02d%02d%04d\"", (int)(61 + p % 28),
	    (int)(1 + p / 28 % 12), (int)(50 + p / 336 % 50), (int)(1000 + p / 16800 % 9000));
}

static void
put_registered(struct load *l, uint64_t p, struct plb_buf *b)
{
	char id[PLB_UUID_TEXT];

	new_id(l, id);
	put_cpr(b, p);
	plb_buf_printf(b,
	    ",\"tilmeldingId\":\"%s\",\"tilmeldingsdato\":\"%s\",\"akassekode\":\"hk\","
	    "\"forsikringskategori\":\"fuldtid\",\"kommunekode\":\"0101\",\"adressebeskyttet\":"
	    "false",
	    id, l->o.registered);
}

static void
put_timer(struct load *l, uint64_t p, struct plb_buf *b)
{
	(void)l;
	put_cpr(b, p);
	plb_buf_str(b, ",\"dagpengemaaned\":\"2024-03\",\"udbetalteTimer\":160.33");
}

static void
put_samtale(struct load *l, uint64_t p, struct plb_buf *b)
{
	char id[PLB_UUID_TEXT];

	new_id(l, id);
	put_cpr(b, p);
	plb_buf_printf(b,
	    ",\"samtaleId\":\"%s\",\"samtaletyper\":[7],\"afholdt\":\"2024-03-11T10:00:00+01:00\","
	    "\"afholdelsesform\":\"personligt\","
	    "\"moedegruppetype\":\"individuel\",\"flereMyndigheder\":false,\"deltagere\":[\"akasse:"
	    "hk\",\"kommune:0101\"]",
	    id);
}

static const struct {
	const char *kind;
	void (*put)(struct load *l, uint64_t p, struct plb_buf *b);
} KINDS[] = {{"member-registered", put_registered}, {"timer-indberettet", put_timer},
    {"samtale-held", put_samtale}};
#define N_KINDS (sizeof(KINDS) / sizeof(KINDS[0]))

/* 500 to 600 bytes, as an a-kasse's system sends them; persons in turn. */
static void
put_event(struct load *l, struct plb_buf *b)
{
	char id[PLB_UUID_TEXT];

	new_id(l, id);
	plb_buf_printf(b,
	    "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/akasse/hk/fagsystem/"
	    "produktion\",\"type\":\"dk.parloeb.%s\","
	    "\"time\":\"2024-03-31T12:00:00+02:00\",\"datacontenttype\":\"application/json\","
	    "\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\",\"data\":"
	    "{",
	    id, KINDS[l->o.kind].kind);
	KINDS[l->o.kind].put(l, (uint64_t)(l->o.first + l->made++ % l->o.persons), b);
	plb_buf_str(b, "}}");
}

static void
put_request(struct load *l, struct conn *c)
{
	struct plb_buf body;
	int i;

	plb_buf_init(&body, 4u << 20);
	if (l->o.batch > 1)
		plb_buf_str(&body, "[");
	for (i = 0; i < l->o.batch; i++) {
		if (i > 0)
			plb_buf_str(&body, ",");
		put_event(l, &body);
	}
	if (l->o.batch > 1)
		plb_buf_str(&body, "]");
	plb_buf_reset(&c->out);
	plb_buf_printf(&c->out,
	    "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: "
	    "application/cloudevents%s+json\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    l->o.path, l->o.host, l->o.token, l->o.batch > 1 ? "-batch" : "", body.len);
	plb_buf_put(&c->out, body.p, body.len);
	plb_buf_fini(&body);
	c->sent = 0;
	c->got = 0;
}

static bool
flush(struct conn *c)
{
	while (c->sent < c->out.len) {
		ssize_t n = write(c->fd, c->out.p + c->sent, c->out.len - c->sent);

		if (n < 0)
			return errno == EAGAIN;
		c->sent += (size_t)n;
	}
	return true;
}

static bool
start(struct load *l, struct conn *c)
{
	if (l->left <= 0)
		return true;
	l->left -= l->o.batch;
	put_request(l, c);
	return flush(c);
}

/* Length of the answer at the start of the buffer; 0 = not whole yet. */
static size_t
answer_len(const struct conn *c)
{
	const char *end = memmem(c->in, c->got, "\r\n\r\n", 4), *cl;
	size_t head, body = 0;

	if (end == NULL)
		return 0;
	head = (size_t)(end - c->in) + 4;
	cl = strcasestr(c->in, "content-length:");
	if (cl != NULL && cl < end)
		body = (size_t)strtoul(cl + 15, NULL, 10);
	return c->got - head >= body ? head + body : 0;
}

static bool
readable(struct load *l, struct conn *c)
{
	ssize_t n = read(c->fd, c->in + c->got, sizeof(c->in) - 1 - c->got);
	int status;

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	c->got += (size_t)n;
	c->in[c->got] = '\0';
	if (answer_len(c) == 0)
		return true;
	status = atoi(c->in + 9);
	if (status >= 200 && status < 300) {
		l->ok++;
		l->events_ok += l->o.batch;
	} else {
		if (l->other++ == 0)
			fprintf(stderr, "first refusal: %.400s\n", c->in);
	}
	return start(l, c);
}

static int
dial(const struct options *o)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)o->port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	if (inet_pton(AF_INET, o->host, &a.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror("connect");
		exit(3);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static void
run(struct load *l)
{
	static struct conn c[CONNECTIONS_MAX];
	struct epoll_event ev, evs[64];
	int64_t requests = (l->o.events + l->o.batch - 1) / l->o.batch;
	int i, n;

	l->epoll = epoll_create1(0);
	for (i = 0; i < l->o.connections; i++) {
		c[i].fd = dial(&l->o);
		plb_buf_init(&c[i].out, 4u << 20);
		ev.events = EPOLLIN;
		ev.data.ptr = &c[i];
		epoll_ctl(l->epoll, EPOLL_CTL_ADD, c[i].fd, &ev);
		if (!start(l, &c[i]))
			exit(3);
	}
	while (l->ok + l->other < requests) {
		n = epoll_wait(l->epoll, evs, 64, 30000);
		if (n <= 0) {
			fprintf(stderr, "no answer for 30 s\n");
			exit(3);
		}
		for (i = 0; i < n; i++)
			if (!readable(l, evs[i].data.ptr)) {
				fprintf(stderr, "connection closed\n");
				exit(3);
			}
	}
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: load_http --port P --token T [--host A] [--path /v1/haendelser] [--connections "
	    "64] [--batch 1] [--kind member-registered|timer-indberettet|samtale-held] [--events "
	    "N] [--persons N] [--first N] [--registered YYYY-MM-DD] [--seed S]\n");
	return 2;
}

int
main(int argc, char **argv)
{
	static const struct option OPTS[] = {{"host", 1, NULL, 'h'}, {"port", 1, NULL, 'p'},
	    {"token", 1, NULL, 't'}, {"path", 1, NULL, 'u'}, {"connections", 1, NULL, 'c'},
	    {"batch", 1, NULL, 'b'}, {"events", 1, NULL, 'n'}, {"persons", 1, NULL, 'm'},
	    {"kind", 1, NULL, 'k'}, {"first", 1, NULL, 'f'}, {"registered", 1, NULL, 'r'},
	    {"seed", 1, NULL, 's'}, {NULL, 0, NULL, 0}};
	static struct load l = {.o = {.host = "127.0.0.1",
				    .token = "",
				    .path = "/v1/haendelser",
				    .registered = "2024-03-01",
				    .connections = 64,
				    .batch = 1,
				    .events = 100000,
				    .persons = 10000}};
	uint64_t seed = 1;
	double t;
	int o;

	while ((o = getopt_long(argc, argv, "", OPTS, NULL)) != -1) {
		switch (o) {
		case 'h':
			l.o.host = optarg;
			break;
		case 'p':
			l.o.port = atoi(optarg);
			break;
		case 't':
			l.o.token = optarg;
			break;
		case 'u':
			l.o.path = optarg;
			break;
		case 'c':
			l.o.connections = atoi(optarg);
			break;
		case 'b':
			l.o.batch = atoi(optarg);
			break;
		case 'n':
			l.o.events = atoll(optarg);
			break;
		case 'm':
			l.o.persons = atoll(optarg);
			break;
		case 'f':
			l.o.first = atoll(optarg);
			break;
		case 'r':
			l.o.registered = optarg;
			break;
		case 'k':
			while (l.o.kind < N_KINDS && strcmp(KINDS[l.o.kind].kind, optarg) != 0)
				l.o.kind++;
			if (l.o.kind == N_KINDS)
				return usage();
			break;
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		default:
			return usage();
		}
	}
	if (l.o.port == 0 || l.o.connections < 1 || l.o.connections > CONNECTIONS_MAX ||
	    l.o.batch < 1 || l.o.persons < 1)
		return usage();
	plb_rng_seed(&l.rng, seed);
	l.left = l.o.events;
	t = now_s();
	run(&l);
	t = now_s() - t;
	printf("{\"ok\":%lld,\"other\":%lld,\"events\":%lld,\"seconds\":%.3f,\"rate\":%.0f}\n",
	    (long long)l.ok, (long long)l.other, (long long)l.events_ok, t,
	    (double)l.events_ok / t);
	return l.other == 0 ? 0 : 1;
}
