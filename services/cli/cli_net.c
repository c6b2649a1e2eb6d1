// SPDX-License-Identifier: MPL-2.0
#include "cli_net.h"

#include <fcntl.h>
#include <parloeb/http_client.h>
#include <parloeb/registry.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#define POLL_MS 10000
#define CONNECT_MS 3000
#define CONSOLE_MS 30000
#define ANSWER_MAX ((int64_t)64 << 20)
#define PARTITIONS_MAX 4096
#define PRODUCE_MS 30000

int
cli_kafka_open(const struct cli *c, unsigned keys, struct cli_kafka *k)
{
	const struct plb_conf_common *common;
	struct plb_errctx ec = {{0}};
	enum plb_err err;

	*k = (struct cli_kafka){NULL, NULL, NULL};
	k->conf = cli_conf_keys(c, keys);
	if (k->conf == NULL)
		return CLI_FAULTS;
	common = plb_conf_common(k->conf);
	err = plb_schemas_load(common->schemas, common->koder, &k->schemas, &ec);
	if (err == PLB_OK)
		err = plb_registry_start(k->schemas, common, plb_http_registry_post, &ec);
	if (err == PLB_OK)
		err = plb_bus_new(k->conf, "parloeb", &k->bus, &ec);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}

void
cli_kafka_close(struct cli_kafka *k)
{
	plb_bus_free(&k->bus);
	plb_schemas_free(&k->schemas);
	plb_conf_free(&k->conf);
}

static enum plb_err
assign(struct plb_bus *b, struct plb_reader *r, const char *topic, int32_t partition, size_t *n,
    struct plb_errctx *ec)
{
	int32_t count, p;
	enum plb_err err = plb_topic_partitions(b, topic, &count, ec);

	*n = 0;
	for (p = 0; err == PLB_OK && p < count && p < PARTITIONS_MAX; p++) {
		if (partition >= 0 && p != partition)
			continue;
		err = plb_reader_assign(r, topic, p, PLB_FROM_BEGINNING, 0, ec);
		(*n)++;
	}
	return err;
}

enum plb_err
cli_scan(struct plb_bus *b, const char *topic, int32_t partition, cli_record_fn *fn, void *arg,
    struct plb_errctx *ec)
{
	bool at_end[PARTITIONS_MAX] = {false};
	struct plb_reader *r = NULL;
	struct plb_record rec;
	enum plb_err err;
	size_t left = 0;
	int what;

	err = plb_reader_new(b, NULL, true, NULL, NULL, &r, ec);
	if (err == PLB_OK)
		err = assign(b, r, topic, partition, &left, ec);
	while (err == PLB_OK && left > 0) {
		what = plb_reader_poll(r, POLL_MS, &rec, ec);
		if (what == 0)
			err = plb_err_set(
			    ec, PLB_E_TIMEOUT, "Kafka does not answer (topic %s)", topic);
		else if (what < 0)
			err = plb_reader_error(r) == PLB_OK ? PLB_E_IO : plb_reader_error(r);
		else if (what == 1)
			err = fn(arg, &rec, ec);
		else if (rec.partition >= 0 && rec.partition < PARTITIONS_MAX &&
		    !at_end[rec.partition]) {
			at_end[rec.partition] = true;
			left--;
		}
	}
	plb_reader_free(&r);
	return err;
}

enum plb_err
cli_read_one(struct plb_bus *b, const char *topic, int32_t partition, int64_t offset,
    cli_record_fn *fn, void *arg, struct plb_errctx *ec)
{
	struct plb_reader *r = NULL;
	struct plb_record rec;
	enum plb_err err = plb_reader_new(b, NULL, true, NULL, NULL, &r, ec);
	int what;

	if (err == PLB_OK)
		err = plb_reader_assign(r, topic, partition, PLB_FROM_OFFSET, offset, ec);
	what = err == PLB_OK ? plb_reader_poll(r, POLL_MS, &rec, ec) : 0;
	if (err == PLB_OK && what == 1 && rec.offset == offset)
		err = fn(arg, &rec, ec);
	else if (err == PLB_OK)
		err = what == 0
		    ? plb_err_set(ec, PLB_E_TIMEOUT, "Kafka does not answer (topic %s)", topic)
		    : plb_err_set(ec, PLB_E_UKENDT, "%s %d/%lld is not in the log any more", topic,
			  partition, (long long)offset);
	plb_reader_free(&r);
	return err;
}

void
cli_url(const char *listen, bool tls, char *out, size_t n)
{
	snprintf(out, n, "%s://%s", tls ? "https" : "http", listen);
}

bool
cli_gateway(const struct cli *c, char *out, size_t n)
{
	struct plb_conf_gateway g;
	struct plb_conf *conf;
	struct plb_faults f;
	bool ok;

	if (c->gateway[0] != '\0') {
		snprintf(out, n, "%s", c->gateway);
		return true;
	}
	conf = cli_conf(c);
	if (conf == NULL)
		return false;
	plb_faults_init(&f);
	ok = plb_conf_section(conf, &plb_section_gateway, &g, &f) == PLB_OK;
	if (ok)
		cli_url(g.listen, g.tls_cert[0] != '\0', out, n);
	else
		fputs(f.text, stderr);
	plb_faults_fini(&f);
	plb_conf_free(&conf);
	return ok;
}

enum plb_err
cli_http(const struct cli_call *call, int *status, struct plb_buf *body, struct plb_errctx *ec)
{
	char auth[1024], type[128];
	const char *headers[4] = {NULL, NULL, NULL, NULL};
	struct plb_http_result res = {.status = 0};
	struct plb_http_request rq = {.method = call->method,
	    .url = call->url,
	    .headers = headers,
	    .body = call->body,
	    .timeout_ms = call->timeout_ms,
	    .connect_timeout_ms = CONNECT_MS,
	    .response_max = ANSWER_MAX,
	    .allow_private = true,
	    .allow_http = true};
	enum plb_err err;
	size_t n = 0;

	if (call->type != NULL) {
		snprintf(type, sizeof(type), "Content-Type: %s", call->type);
		headers[n++] = type;
	}
	if (call->token != NULL && call->token[0] != '\0') {
		if ((size_t)snprintf(auth, sizeof(auth), "Authorization: Bearer %s", call->token) >=
		    sizeof(auth))
			return plb_err_set(ec, PLB_E_FOR_STOR, "the token is too long");
		headers[n++] = auth;
	}
	if (call->header != NULL)
		headers[n++] = call->header;
	err = plb_http_fetch(&rq, &res, body, ec);
	if (err != PLB_OK)
		return err;
	if (res.outcome != PLB_HTTP_ANSWER)
		return plb_err_set(ec, PLB_E_IO, "no answer from %s: %s", call->url, res.error);
	*status = res.status;
	return PLB_OK;
}

void
cli_percent(struct plb_buf *b, struct plb_slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		    c == '-' || c == '.' || c == '_' || c == '~')
			plb_buf_u8(b, c);
		else
			plb_buf_printf(b, "%%%02X", c);
	}
}

const char *
cli_user(char *out, size_t n)
{
	const struct passwd *p = getpwuid(getuid());

	if (p != NULL)
		snprintf(out, n, "%s", p->pw_name);
	else
		snprintf(out, n, "uid %u", (unsigned)getuid());
	return out;
}

/* What the console says is wrong: {"fejl": text}. */
static int
console_fault(int status, struct plb_slice body)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	struct plb_slice text;
	struct plb_arena a;
	int code = status >= 500 ? CLI_UNREACHED : CLI_FAULTS;

	plb_arena_init(&a, 1u << 20);
	text = plb_jv_parse(&a, body, &v, &ec) == PLB_OK ? plb_jv_str(plb_jv_get(v, "fejl")) : body;
	code = cli_fail(code, "the console: %.*s", PLB_SLICE_ARG(text));
	plb_arena_fini(&a);
	return code;
}

static int
console_call(const struct cli *c, const char *listen, const char *path, struct plb_slice body,
    struct plb_buf *answer, struct plb_slice *json)
{
	char url[4096], base[512], who[100], header[160];
	struct cli_call call = {.method = body.p == NULL ? "GET" : "POST",
	    .url = url,
	    .body = body,
	    .type = body.p == NULL ? NULL : "application/json",
	    .token = c->operatoer,
	    .header = header,
	    .timeout_ms = CONSOLE_MS};
	struct plb_errctx ec = {{0}};
	enum plb_err err;
	int status = 0;

	cli_url(listen, false, base, sizeof(base));
	snprintf(header, sizeof(header), "Parloeb-Aktoer: %s", cli_user(who, sizeof(who)));
	if ((size_t)snprintf(url, sizeof(url), "%s%s", base, path) >= sizeof(url))
		return cli_fail(CLI_USAGE, "the arguments are too long");
	err = cli_http(&call, &status, answer, &ec);
	if (err == PLB_OK)
		err = plb_buf_done(answer, json);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	return status / 100 == 2 ? CLI_OK : console_fault(status, *json);
}

int
cli_console(const struct cli *c, const char *path, struct plb_slice body, struct plb_buf *answer,
    struct plb_slice *json)
{
	struct plb_conf *conf = cli_conf(c);
	struct plb_conf_console co;
	struct plb_faults f;
	int code = CLI_FAULTS;

	if (conf == NULL)
		return CLI_FAULTS;
	plb_faults_init(&f);
	if (plb_conf_section(conf, &plb_section_console, &co, &f) == PLB_OK)
		code = console_call(c, co.listen, path, body, answer, json);
	else
		fputs(f.text, stderr);
	plb_faults_fini(&f);
	plb_conf_free(&conf);
	return code;
}

int
cli_write_file(const char *path, struct plb_slice s, unsigned mode)
{
	int fd = path[0] == '\0' ? STDOUT_FILENO
				 : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	size_t done = 0;
	ssize_t n = 0;

	if (fd < 0)
		return cli_fail(CLI_UNREACHED, "%s: cannot be made (is it there already?)", path);
	while (done < s.len && (n = write(fd, s.p + done, s.len - done)) > 0)
		done += (size_t)n;
	if (path[0] != '\0' && close(fd) != 0)
		n = -1;
	return done == s.len && n >= 0 ? CLI_OK
				       : cli_fail(CLI_UNREACHED, "%s: cannot be written", path);
}

/* ---- one record ---- */

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	enum plb_err *out = arg;

	(void)opaque, (void)partition, (void)offset;
	*out = err;
}

enum plb_err
cli_produce(const struct cli_kafka *k, const char *topic, struct plb_slice key, const char *type,
    struct plb_slice value, struct plb_errctx *ec)
{
	struct plb_event ev = {.type = plb_slice_str(type),
	    .source = plb_slice_str("/parloeb/cli"),
	    .time = plb_time_now()};
	const char *const topics[] = {topic, NULL};
	enum plb_err err, outcome = PLB_E_TIMEOUT;
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_producer *producer = NULL;
	struct plb_event_texts texts;
	char id[PLB_UUID_TEXT];
	struct plb_uuid u;

	plb_uuid4(&u);
	ev.id = plb_slice_str(plb_uuid_text(u, id));
	err = plb_producer_new(k->bus, NULL, topics, delivered, &outcome, &producer, ec);
	if (err == PLB_OK)
		err = plb_producer_send(
		    producer, topic, -1, key, value, h, plb_event_headers(&ev, &texts, h), NULL);
	if (err == PLB_OK)
		err = plb_producer_flush(producer, PRODUCE_MS);
	plb_producer_free(&producer);
	if (err == PLB_OK)
		err = outcome;
	return err == PLB_OK
	    ? PLB_OK
	    : plb_err_wrap(ec, err, "the record for %s was not written to Kafka", topic);
}
