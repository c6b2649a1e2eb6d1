// SPDX-License-Identifier: MPL-2.0
/* revision list, verify: the audit of Kafka's topic revision, read without the console. */
#include <stdio.h>

#include <parloeb/revision.h>

#include "cli_net.h"
#include "cmd.h"

#define OUT_MAX (16u << 20)
#define PARTITIONS_MAX 4096

struct audit {
	struct plb_revision *chains;
	struct plb_bus *bus;
	bool list, json;
	size_t records, faults;
	int64_t low[PARTITIONS_MAX]; /* -1 = not asked yet */
};

/* A chain may begin late only where retention has taken what was before it. */
static bool
retention_has_been(struct audit *a, const struct plb_record *r, struct plb_errctx *ec)
{
	int64_t high;

	if (r->partition < 0 || r->partition >= PARTITIONS_MAX)
		return false;
	if (a->low[r->partition] < 0 &&
	    plb_bus_watermarks(a->bus, "revision", r->partition, 10000, &a->low[r->partition],
		&high, ec) != PLB_OK)
		return false;
	return a->low[r->partition] > 0;
}

static void
print_record(const struct audit *a, const struct plb_revision_laest *l)
{
	char tid[PLB_TIME_TEXT], id[PLB_UUID_TEXT] = "";
	struct plb_slice line;
	struct plb_buf b;

	if (l->post.har_ordre)
		plb_uuid_text(l->post.ordre, id);
	else if (l->post.har_leveringid)
		plb_uuid_text(l->post.leveringid, id);
	plb_time_text(l->post.tid, tid);
	if (!a->json) {
		printf("%s  %-16.*s %-22.*s %-10.*s %-14.*s %6lld  %s  %.*s\n", tid,
		    PLB_SLICE_ARG(l->post.aktoer), PLB_SLICE_ARG(l->post.handling),
		    PLB_SLICE_ARG(l->post.udfald), PLB_SLICE_ARG(l->post.organisation),
		    (long long)l->post.antal, id, PLB_SLICE_ARG(l->post.aarsag));
		return;
	}
	plb_buf_init(&b, 1u << 20);
	plb_buf_printf(&b, "{\"tid\":\"%s\",\"nr\":%lld,\"antal\":%lld,\"id\":\"%s\"", tid,
	    (long long)l->nr, (long long)l->post.antal, id);
	const struct {
		const char *name;
		struct plb_slice s;
	} texts[] = {{"aktoer", l->post.aktoer}, {"skriver", l->skriver},
	    {"handling", l->post.handling}, {"udfald", l->post.udfald},
	    {"organisation", l->post.organisation}, {"aarsag", l->post.aarsag},
	    {"detalje", l->post.detalje}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		plb_buf_printf(&b, ",\"%s\":", texts[i].name);
		plb_buf_json(&b, texts[i].s);
	}
	plb_buf_str(&b, "}");
	if (plb_buf_done(&b, &line) == PLB_OK)
		printf("%.*s\n", (int)line.len, (const char *)line.p);
	plb_buf_fini(&b);
}

static enum plb_err
take(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct audit *a = arg;
	struct plb_revision_laest l;
	struct plb_errctx odd = {{0}};
	enum plb_err err = plb_revision_laest(a->chains, r, &l, &odd);

	a->records++;
	if (err != PLB_OK) {
		a->faults++;
		fprintf(
		    stderr, "revision %d/%lld: %s\n", r->partition, (long long)r->offset, odd.text);
		return PLB_OK;
	}
	if (a->list)
		print_record(a, &l);
	else if (l.stand != PLB_REVISION_OK &&
	    !(l.stand == PLB_REVISION_BEGYNDER && retention_has_been(a, r, ec))) {
		a->faults++;
		fprintf(stderr, "revision %d/%lld, %.*s number %lld by %.*s: %s\n", r->partition,
		    (long long)r->offset, PLB_SLICE_ARG(l.post.aktoer), (long long)l.nr,
		    PLB_SLICE_ARG(l.skriver), plb_revision_stand_text(l.stand));
	}
	return PLB_OK;
}

static void
print_verdict(const struct cli *c, const struct audit *a)
{
	struct plb_slice ends;
	struct plb_buf b;

	if (c->json) {
		printf("{\"records\":%zu,\"faults\":%zu}\n", a->records, a->faults);
		return;
	}
	printf("%zu records, %zu faults\n", a->records, a->faults);
	plb_buf_init(&b, OUT_MAX);
	plb_revision_ender(a->chains, &b);
	if (plb_buf_done(&b, &ends) == PLB_OK && ends.len > 0)
		printf("The ends of the chains; kept elsewhere they show that nothing is cut off "
		       "behind:\n%.*s",
		    (int)ends.len, (const char *)ends.p);
	plb_buf_fini(&b);
}

static int
walk(const struct cli *c, bool list)
{
	struct audit a = {.list = list, .json = c->json};
	struct plb_errctx ec = {{0}};
	struct cli_kafka k;
	enum plb_err err;
	int code = cli_kafka_open(c, 0, &k);

	for (size_t i = 0; i < PARTITIONS_MAX; i++)
		a.low[i] = -1;
	if (code == CLI_OK) {
		a.bus = k.bus;
		err = plb_revision_new(k.schemas, "parloeb", &a.chains, &ec);
		if (err == PLB_OK)
			err = cli_scan(k.bus, "revision", -1, take, &a, &ec);
		code = err == PLB_OK ? a.faults > 0 ? CLI_FAULTS : CLI_OK : cli_error(err, &ec);
		if (err == PLB_OK && !list)
			print_verdict(c, &a);
	}
	plb_revision_free(&a.chains);
	cli_kafka_close(&k);
	return code;
}

int
cmd_revision_list(const struct cli *c)
{
	return walk(c, true);
}

int
cmd_revision_verify(const struct cli *c)
{
	return walk(c, false);
}
