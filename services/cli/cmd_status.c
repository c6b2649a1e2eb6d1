// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include "cli_net.h"
#include "cmd.h"

#define ANSWER_MAX (1u << 20)
#define TIMEOUT_MS 5000

/* What was found, in words and for programs. */
struct findings {
	const struct cli *c;
	int code; /* the worst so far */
	bool first;
	struct plb_buf answer;
};

static void
worse(struct findings *f, int code)
{
	if (code > f->code)
		f->code = code;
}

/* Sum of the values of the metrics whose name ends so: "_lag_records", also with labels; -1 = none
 * there. */
static long long
metric_sum(const char *page, const char *suffix)
{
	long long sum = -1;
	const char *line, *at;
	size_t n = strlen(suffix);

	for (line = page; line != NULL && *line != '\0';
	     line = strchr(line, '\n') == NULL ? NULL : strchr(line, '\n') + 1) {
		size_t name = strcspn(line, " {\n");
		long long v;

		if (line[0] == '#' || name < n || strncmp(line + name - n, suffix, n) != 0)
			continue;
		at = line + strcspn(line, " \n");
		if (sscanf(at, " %lld", &v) == 1)
			sum = (sum < 0 ? 0 : sum) + v;
	}
	return sum;
}

/* GET of a management or console path. 0 = no answer. The body ends in NUL. */
static int
get(struct findings *f, const char *address, const char *path)
{
	struct cli_call call = {.method = "GET", .timeout_ms = TIMEOUT_MS};
	struct plb_errctx ec = {{0}};
	char url[1024], base[512];
	int status = 0;

	cli_url(address, false, base, sizeof(base));
	snprintf(url, sizeof(url), "%s%s", strncmp(address, "http", 4) == 0 ? address : base, path);
	call.url = url;
	plb_buf_reset(&f->answer);
	if (cli_http(&call, &status, &f->answer, &ec) != PLB_OK || f->answer.failed)
		status = 0;
	plb_buf_u8(&f->answer, 0);
	return f->answer.failed ? 0 : status;
}

static const char *
body(const struct findings *f)
{
	return (const char *)f->answer.p;
}

static void
service(struct findings *f, const char *name, const char *address)
{
	char why[256] = "";
	int status = get(f, address, "/readyz");
	const char *state = status == 200 ? "ready" : status == 0 ? "not reached" : "not ready";
	long long lag = -1;

	if (status != 0 && status != 200)
		snprintf(why, sizeof(why), "%.*s", (int)strcspn(body(f), "\r\n"), body(f));
	if (status != 0 && get(f, address, "/metrics") == 200) {
		lag = metric_sum(body(f), "_lag_records");
		if (lag < 0)
			lag = metric_sum(body(f), "_lag_partitions");
	}
	worse(f, status == 200 ? CLI_OK : status == 0 ? CLI_UNREACHED : CLI_FAULTS);
	if (f->c->json) {
		printf("%s{\"service\":\"%s\",\"address\":\"%s\",\"state\":\"%s\"",
		    f->first ? "" : ",", name, address, state);
		if (lag >= 0)
			printf(",\"lag\":%lld", lag);
		putchar('}');
	} else {
		printf("%-10s %-22s %s", name, address, state);
		if (lag >= 0)
			printf(", lag %lld", lag);
		printf("%s%s\n", why[0] != '\0' ? ": " : "", why);
	}
	f->first = false;
}

/* How many topics are missing or have another partition count. -1 = Kafka was not reached. */
static int
topics_wrong(const struct plb_conf *conf, int *all)
{
	struct plb_errctx ec = {{0}};
	const struct plb_topic_plan *t;
	enum plb_topic_state state;
	struct plb_bus *b = NULL;
	int wrong = 0;
	int32_t have;
	size_t i, n;

	*all = 0;
	if (plb_bus_new(conf, "parloeb", &b, &ec) != PLB_OK)
		return -1;
	t = plb_topics(b, &n);
	for (i = 0; i < n && wrong >= 0; i++) {
		(*all)++;
		if (plb_topic_check(b, &t[i], &state, &have, &ec) != PLB_OK)
			wrong = -1;
		else if (state == PLB_TOPIC_MISSING || state == PLB_TOPIC_OTHER_COUNT)
			wrong++;
	}
	plb_bus_free(&b);
	return wrong;
}

static void
topics(struct findings *f, const struct plb_conf *conf)
{
	const char *kafka = plb_conf_common(conf)->kafka_bootstrap;
	int all, wrong = topics_wrong(conf, &all);

	worse(f, wrong < 0 ? CLI_UNREACHED : wrong > 0 ? CLI_FAULTS : CLI_OK);
	if (f->c->json)
		printf("],\"kafka\":{\"address\":\"%s\",\"reached\":%s,\"topics\":%d,\"wrong\":%d}",
		    kafka, wrong < 0 ? "false" : "true", all, wrong < 0 ? 0 : wrong);
	else if (wrong < 0)
		printf("%-10s %-22s not reached\n", "kafka", kafka);
	else
		printf("%-10s %-22s %d topics, %d missing or wrong%s\n", "kafka", kafka, all, wrong,
		    wrong > 0 ? ": parloeb topics plan" : "");
}

static void
counts(const char *title, const struct plb_jv *v)
{
	size_t i;

	printf("%-10s", title);
	for (i = 0; i < plb_jv_len(v); i++)
		printf("%s %s %lld", i == 0 ? "" : ",", plb_jv_key(v, i),
		    (long long)plb_jv_int(plb_jv_at(v, i), 0));
	puts(plb_jv_len(v) == 0 ? " none" : "");
}

static void
console(struct findings *f, const char *address)
{
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	struct plb_arena a;

	if (get(f, address, "/status") != 200) {
		worse(f, CLI_UNREACHED);
		if (f->c->json)
			fputs(",\"console\":null", stdout);
		return;
	}
	if (f->c->json) {
		printf(",\"console\":%s", body(f));
		return;
	}
	plb_arena_init(&a, 8u << 20);
	if (plb_jv_parse(&a, plb_slice_str(body(f)), &v, &ec) == PLB_OK) {
		counts("events", plb_jv_get(v, "haendelser"));
		counts("deliveries", plb_jv_get(v, "leveringer"));
		counts("parked", plb_jv_get(v, "afvist"));
	}
	plb_arena_fini(&a);
}

static void
all(struct findings *f, const struct plb_conf *conf, struct plb_faults *faults)
{
	struct plb_conf_gateway g;
	struct plb_conf_forloeb fo;
	struct plb_conf_dispatch d;
	struct plb_conf_console co;

	if (plb_conf_section(conf, &plb_section_gateway, &g, faults) != PLB_OK ||
	    plb_conf_section(conf, &plb_section_forloeb, &fo, faults) != PLB_OK ||
	    plb_conf_section(conf, &plb_section_dispatch, &d, faults) != PLB_OK ||
	    plb_conf_section(conf, &plb_section_console, &co, faults) != PLB_OK)
		return;
	if (f->c->json)
		fputs("{\"services\":[", stdout);
	service(f, "gateway", g.management);
	service(f, "forloeb", fo.flow.management);
	service(f, "dispatch", d.flow.management);
	service(f, "console", co.management);
	topics(f, conf);
	console(f, co.listen);
	if (f->c->json)
		puts("}");
}

int
cmd_status(const struct cli *c)
{
	struct findings f = {.c = c, .code = CLI_OK, .first = true};
	struct plb_conf *conf = cli_conf(c);
	struct plb_faults faults;

	if (conf == NULL)
		return CLI_FAULTS;
	plb_faults_init(&faults);
	plb_buf_init(&f.answer, ANSWER_MAX);
	all(&f, conf, &faults);
	if (faults.n > 0) {
		fputs(faults.text, stderr);
		worse(&f, CLI_FAULTS);
	}
	plb_buf_fini(&f.answer);
	plb_faults_fini(&faults);
	plb_conf_free(&conf);
	return f.code;
}
