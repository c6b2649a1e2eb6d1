// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli_net.h"
#include "cmd.h"

#define ANSWER_MAX (16u << 20)
#define ARENA_MAX (128u << 20)
#define TIMEOUT_MS 30000
#define RECORD_MAX 4096

/* ---- list ---- */

static enum plb_err
list_url(const struct cli *c, const char *listen, struct plb_buf *url)
{
	char base[512];
	struct plb_slice s;

	cli_url(listen, false, base, sizeof(base));
	plb_buf_printf(url, "%s/leveringer?status=", base);
	cli_percent(url, plb_slice_str(c->status));
	if (c->organisation[0] != '\0') {
		plb_buf_str(url, "&organisation=");
		cli_percent(url, plb_slice_str(c->organisation));
	}
	plb_buf_u8(url, 0);
	return plb_buf_done(url, &s);
}

static void
print_list(struct plb_slice body)
{
	struct plb_errctx ec = { { 0 } };
	const struct plb_jv *v, *list;
	struct plb_arena a;
	size_t i;

	plb_arena_init(&a, ARENA_MAX);
	list = plb_jv_parse(&a, body, &v, &ec) == PLB_OK ? plb_jv_get(v, "leveringer") : NULL;
	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *l = plb_jv_at(list, i);

		printf("%.*s  %-22.*s %-22.*s %-20.*s %3lld  %.*s  %.*s\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "leveringid"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "organisation"))), PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "type"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "trin"))), (long long)plb_jv_int(plb_jv_get(l, "forsoeg"), 0),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "adresseret"))), PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "aarsag"))));
	}
	if (plb_jv_len(list) == 0)
		puts("none");
	plb_arena_fini(&a);
}

static int
list(const struct cli *c, const char *listen)
{
	struct cli_call call = { .method = "GET", .timeout_ms = TIMEOUT_MS };
	struct plb_errctx ec = { { 0 } };
	struct plb_buf url, answer;
	struct plb_slice body = { NULL, 0 };
	int status = 0, code = CLI_OK;
	enum plb_err err;

	plb_buf_init(&url, 4096);
	plb_buf_init(&answer, ANSWER_MAX);
	err = list_url(c, listen, &url);
	call.url = (const char *)url.p;
	if (err == PLB_OK)
		err = cli_http(&call, &status, &answer, &ec);
	if (err == PLB_OK)
		err = plb_buf_done(&answer, &body);
	if (err != PLB_OK)
		code = cli_error(err, &ec);
	else if (status != 200)
		code = cli_fail(status >= 500 ? CLI_UNREACHED : CLI_FAULTS, "the console answered %d: %.*s", status, PLB_SLICE_ARG(body));
	else if (c->json)
		printf("%.*s\n", (int)body.len, (const char *)body.p);
	else
		print_list(body);
	plb_buf_fini(&answer);
	plb_buf_fini(&url);
	return code;
}

int
cmd_levering_list(const struct cli *c)
{
	struct plb_conf *conf = cli_conf(c);
	struct plb_conf_console co;
	struct plb_faults f;
	int code;

	if (conf == NULL)
		return CLI_FAULTS;
	plb_faults_init(&f);
	if (plb_conf_section(conf, &plb_section_console, &co, &f) == PLB_OK) {
		code = list(c, co.listen);
	} else {
		fputs(f.text, stderr);
		code = CLI_FAULTS;
	}
	plb_faults_fini(&f);
	plb_conf_free(&conf);
	return code;
}

/* ---- resume ---- */

struct order {
	int kommando;
	struct plb_slice organisation, aktoer;
	struct plb_uuid leveringid;
	bool has_id;
	struct plb_time tid;
};
static const char *const KOMMANDOER[] = { "hold", "resume", "replay", "discard", "genoptag", NULL };
enum { KOMMANDO_RESUME = 1 };
static const struct plb_bind ORDER[] = {
	{ .name = "kommando", .type = PLB_BIND_ENUM, .offset = offsetof(struct order, kommando), .has = PLB_BIND_REQUIRED, .symbols = KOMMANDOER },
	{ .name = "organisation", .type = PLB_BIND_STRING, .offset = offsetof(struct order, organisation), .has = PLB_BIND_REQUIRED },
	{ .name = "leveringid", .type = PLB_BIND_FIXED16, .offset = offsetof(struct order, leveringid), .has = offsetof(struct order, has_id) },
	{ .name = "aktoer", .type = PLB_BIND_STRING, .offset = offsetof(struct order, aktoer), .has = PLB_BIND_REQUIRED },
	{ .name = "tid", .type = PLB_BIND_TIME, .offset = offsetof(struct order, tid), .has = PLB_BIND_REQUIRED },
};

/* Whose mailbox a delivery lies in. */
struct search {
	struct plb_uuid id;
	struct plb_org org; /* zero: not found */
};

static enum plb_err
is_it(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct search *s = arg;
	struct plb_event ev;
	struct plb_org org;

	if (plb_event_from_record(r, false, &ev, ec) == PLB_OK && ev.has_leveringid && plb_uuid_eq(ev.leveringid, s->id) && plb_org_parse(r->key, &org) == PLB_OK)
		s->org = org;
	return PLB_OK; /* a record that is no event is not the one */
}

static void
delivered(void *arg, void *opaque, enum plb_err err, int32_t partition, int64_t offset)
{
	enum plb_err *out = arg;

	(void)opaque, (void)partition, (void)offset;
	*out = err;
}

static enum plb_err
produce(const struct cli_kafka *k, const struct order *o, struct plb_slice value, struct plb_errctx *ec)
{
	static const char *const topics[] = { "postkasse", NULL };
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event ev = { .type = plb_slice_str("dk.parloeb.kommando"), .source = plb_slice_str("/parloeb/cli"), .time = o->tid };
	struct plb_event_texts texts;
	struct plb_producer *p = NULL;
	enum plb_err err, outcome = PLB_E_TIMEOUT;
	char id[PLB_UUID_TEXT];
	struct plb_uuid u;
	size_t n;

	plb_uuid4(&u);
	ev.id = plb_slice_str(plb_uuid_text(u, id));
	n = plb_event_headers(&ev, &texts, h);
	err = plb_producer_new(k->bus, NULL, topics, delivered, &outcome, &p, ec);
	if (err == PLB_OK)
		err = plb_producer_send(p, "postkasse", -1, o->organisation, value, h, n, NULL);
	if (err == PLB_OK)
		err = plb_producer_flush(p, TIMEOUT_MS);
	plb_producer_free(&p);
	if (err == PLB_OK)
		err = outcome;
	return err == PLB_OK ? PLB_OK : plb_err_wrap(ec, err, "the order was not written to Kafka");
}

static enum plb_err
give_order(const struct cli_kafka *k, const struct order *o, struct plb_errctx *ec)
{
	const struct plb_schema *s = plb_schema_find(k->schemas, plb_slice_str("kommando"));
	struct plb_binding *b = NULL;
	struct plb_slice value;
	struct plb_buf out;
	enum plb_err err;

	if (s == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "schema kommando is missing");
	plb_buf_init(&out, RECORD_MAX);
	err = plb_binding_new(s, ORDER, sizeof(ORDER) / sizeof(ORDER[0]), &b, ec);
	if (err == PLB_OK) {
		plb_frame_put(s, &out);
		plb_binding_encode(b, o, &out);
		err = plb_buf_done(&out, &value);
	}
	if (err == PLB_OK)
		err = produce(k, o, value, ec);
	plb_binding_free(&b);
	plb_buf_fini(&out);
	return err;
}

static int
resume(const struct cli *c, const struct cli_kafka *k, struct search *s)
{
	struct plb_errctx ec = { { 0 } };
	struct order o = { .kommando = KOMMANDO_RESUME, .has_id = c->argc > 1, .leveringid = s->id, .tid = plb_time_now() };
	const char *user = getenv("USER");
	enum plb_err err = PLB_OK;
	char who[160];

	if (s->org.text[0] == '\0')
		err = cli_scan(k->bus, "ud", -1, is_it, s, &ec);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	if (s->org.text[0] == '\0')
		return cli_fail(CLI_FAULTS, "no delivery has this id");
	snprintf(who, sizeof(who), "parloeb (%.100s, uid %u)", user != NULL ? user : "-", (unsigned)getuid());
	o.organisation = plb_org_slice(&s->org);
	o.aktoer = plb_slice_str(who);
	err = give_order(k, &o, &ec);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	printf(c->json ? "{\"organisation\":\"%s\",\"status\":\"ordered\"}\n" : "ordered: what is parked for %s is sent again\n", s->org.text);
	return CLI_OK;
}

int
cmd_levering_resume(const struct cli *c)
{
	struct search s = { .org = { { 0 } } };
	struct cli_kafka k;
	int code;

	if (c->argc == 1 && c->organisation[0] == '\0')
		return cli_fail(CLI_USAGE, "give a delivery id, or --organisation; see parloeb levering resume --help");
	if (c->argc > 1 && plb_uuid_parse(plb_slice_str(c->argv[1]), false, &s.id) != PLB_OK)
		return cli_fail(CLI_USAGE, "a delivery id is a UUID");
	if (c->organisation[0] != '\0' && plb_org_parse(plb_slice_str(c->organisation), &s.org) != PLB_OK)
		return cli_fail(CLI_USAGE, "an organisation looks like kommune:0461");
	code = cli_kafka_open(c, 0, &k);
	if (code == CLI_OK)
		code = resume(c, &k, &s);
	cli_kafka_close(&k);
	return code;
}
