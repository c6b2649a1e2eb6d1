// SPDX-License-Identifier: MPL-2.0
/* One call: request into an easy handle, outcome out of it. */

#include "http_client_priv.h"
#include "http_gate.h"

#include <limits.h>
#include <parloeb/loop.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define TEXT_MAX ((size_t)64 << 10)
#define BODY_MAX ((size_t)64 << 20)
#define RESPONSE_HEADER_MAX ((size_t)64 << 10)
#define RETRY_AFTER_MAX_MS (INT64_C(366) * 24 * 3600 * 1000)

static void
init_curl(void)
{
	PLB_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

void
http_curl_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	PLB_ASSERT(pthread_once(&once, init_curl) == 0);
}

/* Everything else that an easy handle is set up for. */
struct switches {
	int64_t connect_timeout_ms;
	bool allow_private, allow_http, body;
};

struct plb_http_call *
http_call_new(void)
{
	struct plb_http_call *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->easy = curl_easy_init();
	if (c->easy == NULL) {
		free(c);
		return NULL;
	}
	plb_buf_init(&c->out, BODY_MAX);
	plb_buf_init(&c->text, TEXT_MAX);
	plb_buf_init(&c->header_text, TEXT_MAX);
	plb_buf_init(&c->ready, TEXT_MAX + sizeof(struct switches));
	return c;
}

void
http_call_free(struct plb_http_call *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->easy);
	plb_buf_fini(&c->out);
	plb_buf_fini(&c->text);
	plb_buf_fini(&c->header_text);
	plb_buf_fini(&c->ready);
	plb_buf_fini(&c->in);
	free(c);
}

void
http_call_reset(struct plb_http_call *c)
{
	c->n_headers = 0;
	plb_buf_reset(&c->out);
	plb_buf_reset(&c->text);
	plb_buf_reset(&c->header_text);
	plb_buf_fini(&c->in);
	c->address_refused = c->too_large = false;
	c->header_bytes = 0;
}

/* The rest of the header names what curl writes itself. */
static bool
header_ok(const char *line)
{
	static const char *const ours[] = {"host", "content-length", "transfer-encoding",
	    "connection", "expect", "upgrade", "te", "trailer"};
	const char *colon = strchr(line, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - line);

	if (!plb_gate_token(plb_slice(line, n)) || !plb_gate_value(plb_slice_str(colon + 1)))
		return false;
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
		if (strlen(ours[i]) == n && strncasecmp(line, ours[i], n) == 0)
			return false;
	return true;
}

static bool
add_header(struct plb_http_call *c, const char *line)
{
	if (c->n_headers == HTTP_CALL_HEADERS)
		return false;
	c->n_headers++;
	plb_buf_put(&c->header_text, line, strlen(line) + 1);
	return !c->header_text.failed;
}

/* The texts have stopped moving: a list for curl. */
static void
link_headers(struct plb_http_call *c)
{
	char *at = (char *)c->header_text.p;

	for (size_t i = 0; i < c->n_headers; i++) {
		c->header[i].data = at;
		c->header[i].next = i + 1 < c->n_headers ? &c->header[i + 1] : NULL;
		at += strlen(at) + 1;
	}
}

static enum plb_err
set_headers(struct plb_http_call *c, const struct plb_http_request *rq, struct plb_errctx *ec)
{
	bool typed = false;

	for (const char *const *h = rq->headers; h != NULL && *h != NULL; h++) {
		if (!header_ok(*h))
			return plb_err_set(ec, PLB_E_FORM, "request header not allowed");
		typed = typed || strncasecmp(*h, "content-type:", 13) == 0;
		/* "Name:" without a value would make curl leave the header out. */
		if (!add_header(c, *h))
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "request header");
	}
	/* No form type by default, no second of waiting for a 100. */
	if (!add_header(c, "Expect:") || (!typed && !add_header(c, "Content-Type:")))
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "request header");
	link_headers(c);
	return PLB_OK;
}

static size_t
keep_text(struct plb_http_call *c, const char *s)
{
	size_t at = c->text.len;

	plb_buf_put(&c->text, s == NULL ? "" : s, s == NULL ? 1 : strlen(s) + 1);
	return at;
}

static const char *
text_at(const struct plb_http_call *c, size_t at)
{
	return (const char *)c->text.p + at;
}

enum plb_err
http_call_set(struct plb_http_call *c, const struct plb_http_request *rq, struct plb_errctx *ec)
{
	if (!plb_gate_token(plb_slice_str(rq->method)) || rq->url == NULL)
		return plb_err_set(ec, PLB_E_FORM, "request without method or URL");
	if (rq->timeout_ms <= 0 || rq->timeout_ms > INT_MAX || rq->connect_timeout_ms < 0 ||
	    rq->connect_timeout_ms > INT_MAX || rq->response_max < 0)
		return plb_err_set(ec, PLB_E_FORM, "request with impossible limits");
	c->done = rq->done;
	c->arg = rq->arg;
	c->timeout_ms = rq->timeout_ms;
	c->connect_timeout_ms = rq->connect_timeout_ms;
	c->response_max = rq->response_max;
	c->allow_private = rq->allow_private;
	c->allow_http = rq->allow_http;
	c->method = keep_text(c, rq->method);
	c->url = keep_text(c, rq->url);
	c->ca = keep_text(c, rq->ca_file);
	c->cert = keep_text(c, rq->cert_file);
	c->key = keep_text(c, rq->key_file);
	plb_buf_slice(&c->out, rq->body);
	plb_buf_init(&c->in, (size_t)rq->response_max);
	if (c->text.failed || c->out.failed)
		return plb_err_set(ec, PLB_E_FOR_STOR, "request too large");
	return set_headers(c, rq, ec);
}

static struct switches
switches_of(const struct plb_http_call *c)
{
	return (struct switches){
	    .connect_timeout_ms = c->connect_timeout_ms,
	    .allow_private = c->allow_private,
	    .allow_http = c->allow_http,
	    .body = c->out.len > 0,
	};
}

/* Member by member: nobody promises what is between them. */
static bool
same(const struct switches *a, const struct switches *b)
{
	return a->connect_timeout_ms == b->connect_timeout_ms &&
	    a->allow_private == b->allow_private && a->allow_http == b->allow_http &&
	    a->body == b->body;
}

/* The call before was of the same target: most are. */
static bool
is_ready(const struct plb_http_call *c)
{
	struct switches now = switches_of(c), then;

	if (c->ready.len != sizeof(then) + c->text.len)
		return false;
	memcpy(&then, c->ready.p, sizeof(then));
	return same(&now, &then) && memcmp(c->ready.p + sizeof(then), c->text.p, c->text.len) == 0;
}

bool
http_call_url_ok(const struct plb_http_call *c)
{
	char *part[3] = {NULL, NULL, NULL};
	CURLU *u;
	bool ok;

	if (is_ready(c))
		return true;
	u = curl_url();
	ok = u != NULL && curl_url_set(u, CURLUPART_URL, text_at(c, c->url), 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &part[0], 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &part[1], 0) == CURLUE_OK;

	ok = ok &&
	    (strcmp(part[0], "https") == 0 || (c->allow_http && strcmp(part[0], "http") == 0));
	/* No credentials in URLs. */
	ok = ok && curl_url_get(u, CURLUPART_USER, &part[2], 0) == CURLUE_NO_USER;
	for (size_t i = 0; i < 3; i++)
		curl_free(part[i]);
	curl_url_cleanup(u);
	return ok;
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct plb_http_call *c = arg;

	curl_socket_t fd = http_open_socket(c->allow_private, &c->address_refused, purpose, a);

	if (fd != CURL_SOCKET_BAD && c->sockets != NULL)
		http_sockets_opened(c->sockets, fd);
	return fd;
}

/* Also when a connection is used again that another call, allowed more, has opened. */
static int
before_request(void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct plb_http_call *c = arg;

	(void)local;
	(void)remote_port;
	(void)local_port;
	if (c->allow_private || plb_http_address_public(remote))
		return CURL_PREREQFUNC_OK;
	c->address_refused = true;
	return CURL_PREREQFUNC_ABORT;
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct plb_http_call *c = arg;
	size_t len = size * n;

	if (len > c->in.cap - c->in.len) {
		c->too_large = true;
		return 0;
	}
	plb_buf_put(&c->in, p, len);
	return c->in.failed ? 0 : len;
}

static size_t
take_header(char *p, size_t size, size_t n, void *arg)
{
	struct plb_http_call *c = arg;

	(void)p;
	c->header_bytes += size * n;
	if (c->header_bytes > RESPONSE_HEADER_MAX) {
		c->too_large = true;
		return 0;
	}
	return size * n;
}

static void
set_tls(struct plb_http_call *c)
{
	curl_easy_setopt(c->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (*text_at(c, c->ca) != 0) {
		curl_easy_setopt(c->easy, CURLOPT_CAINFO, text_at(c, c->ca));
		curl_easy_setopt(c->easy, CURLOPT_CAPATH, NULL);
	}
	if (*text_at(c, c->cert) != 0)
		curl_easy_setopt(c->easy, CURLOPT_SSLCERT, text_at(c, c->cert));
	if (*text_at(c, c->key) != 0)
		curl_easy_setopt(c->easy, CURLOPT_SSLKEY, text_at(c, c->key));
}

static bool
set_method(struct plb_http_call *c)
{
	const char *method = text_at(c, c->method);

	if (strcmp(method, "HEAD") == 0)
		return curl_easy_setopt(c->easy, CURLOPT_NOBODY, 1L) == CURLE_OK;
	if ((c->out.len > 0 || strcmp(method, "POST") == 0) &&
	    curl_easy_setopt(c->easy, CURLOPT_POST, 1L) != CURLE_OK)
		return false;
	return curl_easy_setopt(c->easy, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK;
}

/* What differs from call to call of one target. */
static void
set_rest(struct plb_http_call *c, int64_t timeout_ms)
{
	const char *method = text_at(c, c->method);

	if (strcmp(method, "HEAD") != 0 && (c->out.len > 0 || strcmp(method, "POST") == 0)) {
		curl_easy_setopt(
		    c->easy, CURLOPT_POSTFIELDS, c->out.len > 0 ? (const char *)c->out.p : "");
		curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->out.len);
	}
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->header);
	curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
}

static bool
set_target(struct plb_http_call *c)
{
	CURL *e = c->easy;

	curl_easy_reset(e);
	if (curl_easy_setopt(e, CURLOPT_URL, text_at(c, c->url)) != CURLE_OK || !set_method(c))
		return false;
	if (curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, c->allow_http ? "https,http" : "https") !=
	    CURLE_OK)
		return false;
	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (c->connect_timeout_ms > 0)
		curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_timeout_ms);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	/* A name server that is silent holds a thread of its own, never us. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
	if (c->sockets != NULL) {
		curl_easy_setopt(e, CURLOPT_CLOSESOCKETFUNCTION, http_sockets_close);
		curl_easy_setopt(e, CURLOPT_CLOSESOCKETDATA, c->sockets);
	}
	curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, before_request);
	curl_easy_setopt(e, CURLOPT_PREREQDATA, c);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	set_tls(c);
	return true;
}

bool
http_call_prepare(struct plb_http_call *c, int64_t timeout_ms)
{
	struct switches s = switches_of(c);

	if (!is_ready(c)) {
		plb_buf_reset(&c->ready);
		if (!set_target(c))
			return false;
		plb_buf_put(&c->ready, &s, sizeof(s));
		plb_buf_put(&c->ready, c->text.p, c->text.len);
		if (c->ready.failed)
			return false;
	}
	set_rest(c, timeout_ms);
	return true;
}

static enum plb_http_outcome
outcome_of(const struct plb_http_call *c, CURLcode code)
{
	static const struct {
		CURLcode code;
		enum plb_http_outcome outcome;
	} rows[] = {
	    {CURLE_OK, PLB_HTTP_ANSWER},
	    {CURLE_OPERATION_TIMEDOUT, PLB_HTTP_TIMEOUT},
	    {CURLE_URL_MALFORMAT, PLB_HTTP_URL},
	    {CURLE_SSL_CONNECT_ERROR, PLB_HTTP_TLS},
	    {CURLE_PEER_FAILED_VERIFICATION, PLB_HTTP_TLS},
	    {CURLE_SSL_CERTPROBLEM, PLB_HTTP_TLS},
	    {CURLE_SSL_CIPHER, PLB_HTTP_TLS},
	    {CURLE_SSL_CACERT_BADFILE, PLB_HTTP_TLS},
	    {CURLE_SSL_ISSUER_ERROR, PLB_HTTP_TLS},
	    {CURLE_SSL_ENGINE_INITFAILED, PLB_HTTP_TLS},
	    {CURLE_SSL_CLIENTCERT, PLB_HTTP_TLS},
	};

	if (code != CURLE_OK && c->too_large)
		return PLB_HTTP_TOO_LARGE;
	if (code != CURLE_OK && c->address_refused)
		return PLB_HTTP_ADDRESS;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].code == code)
			return rows[i].outcome;
	return PLB_HTTP_CONNECT;
}

/* RFC 9110: seconds, or a date. A date gone by means now. */
static int64_t
retry_after_ms(CURL *easy)
{
	struct curl_header *h;
	const char *v;
	int64_t n = 0;
	time_t date;

	if (curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return -1;
	v = h->value;
	if (*v >= '0' && *v <= '9') {
		for (; *v >= '0' && *v <= '9'; v++)
			n = n > RETRY_AFTER_MAX_MS ? n : n * 10 + (*v - '0');
		if (*v != 0)
			return -1;
		return n > RETRY_AFTER_MAX_MS / 1000 ? RETRY_AFTER_MAX_MS : n * 1000;
	}
	date = curl_getdate(v, NULL);
	if (date < 0)
		return -1;
	n = (int64_t)date * 1000 - plb_time_now().ms;
	if (n < 0)
		return 0;
	return n > RETRY_AFTER_MAX_MS ? RETRY_AFTER_MAX_MS : n;
}

void
http_call_fail(enum plb_http_outcome outcome, const char *why, struct plb_http_result *res)
{
	*res = (struct plb_http_result){.outcome = outcome, .retry_after_ms = -1};
	snprintf(res->error, sizeof res->error, "%s", why);
}

void
http_call_result(struct plb_http_call *c, CURLcode code, struct plb_http_result *res)
{
	static const char *const own[] = {
	    [PLB_HTTP_ADDRESS] = "the address is not a public one",
	    [PLB_HTTP_TOO_LARGE] = "the response is too large",
	};
	enum plb_http_outcome outcome = outcome_of(c, code);
	const char *why = code == CURLE_OK ? "" : curl_easy_strerror(code);
	curl_off_t us = 0;
	long status = 0;

	if (outcome == PLB_HTTP_ADDRESS || outcome == PLB_HTTP_TOO_LARGE)
		why = own[outcome];
	http_call_fail(outcome, why, res);
	curl_easy_getinfo(c->easy, CURLINFO_TOTAL_TIME_T, &us);
	res->duration_us = us;
	if (outcome != PLB_HTTP_ANSWER && outcome != PLB_HTTP_TOO_LARGE)
		return;
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	res->status = (int)status;
	res->retry_after_ms = retry_after_ms(c->easy);
	res->body = plb_slice(c->in.p, c->in.len);
}

enum plb_err
plb_http_fetch(const struct plb_http_request *rq, struct plb_http_result *res, struct plb_buf *body,
    struct plb_errctx *ec)
{
	struct plb_http_call *c;
	size_t at = body->len;
	enum plb_err err;

	http_curl_once();
	c = http_call_new();
	if (c == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP call");
	err = http_call_set(c, rq, ec);
	if (err != PLB_OK)
		goto out;
	if (!http_call_url_ok(c))
		http_call_fail(PLB_HTTP_URL, "URL not allowed", res);
	else if (!http_call_prepare(c, c->timeout_ms))
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "HTTP call");
	else
		http_call_result(c, curl_easy_perform(c->easy), res);
	if (err != PLB_OK)
		goto out;
	plb_buf_slice(body, res->body);
	res->body = plb_slice(body->p + at, body->len - at);
	if (body->failed)
		err = plb_err_set(ec, PLB_E_FOR_STOR, "HTTP response");
out:
	http_call_free(c);
	return err;
}
