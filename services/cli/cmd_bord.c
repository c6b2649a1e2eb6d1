// SPDX-License-Identifier: MPL-2.0
/* levering hold, resume, replay, discard, orders, approve, continue, stop: orders to the parking
 * desk, given through the console. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli_net.h"
#include "cmd.h"

#define ANSWER_MAX (4u << 20)
#define ARENA_MAX (32u << 20)
#define BODY_MAX 60000
#define LOOK_NS 100000000

static void
member(struct plb_buf *b, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	plb_buf_printf(b, ",\"%s\":", name);
	plb_buf_json(b, plb_slice_str(value));
}

static bool
number(struct plb_buf *b, const char *name, const char *value)
{
	char *end;
	long n = strtol(value, &end, 10);

	if (value[0] == '\0')
		return true;
	plb_buf_printf(b, ",\"%s\":%ld", name, n);
	return *end == '\0' && n > 0;
}

/* What is asked for, as the console reads it; without its closing brace. False: a usage fault,
 * told. */
static bool
body(const struct cli *c, const char *art, struct plb_buf *b)
{
	struct plb_uuid u;
	int i;

	plb_buf_printf(b, "{\"handling\":\"%s\"", art);
	member(b, "organisation", c->organisation);
	member(b, "gruppe", c->cause);
	member(b, "status", c->status);
	member(b, "fra", c->from);
	member(b, "til", c->to);
	member(b, "begrundelse", c->reason);
	if (!number(b, "rate", c->rate) || !number(b, "maks", c->max)) {
		cli_fail(CLI_USAGE, "--rate and --max take a number from 1");
		return false;
	}
	for (i = 1; i < c->argc; i++) {
		if (plb_uuid_parse(plb_slice_str(c->argv[i]), false, &u) != PLB_OK) {
			cli_fail(CLI_USAGE, "a delivery id is a UUID");
			return false;
		}
		plb_buf_printf(b, "%s\"%s\"", i == 1 ? ",\"leveringider\":[" : ",", c->argv[i]);
	}
	plb_buf_str(b, c->argc > 1 ? "]" : "");
	if (c->argc == 1 && c->organisation[0] == '\0') {
		cli_fail(CLI_USAGE,
		    "give a delivery id, or --organisation; see parloeb levering %s --help", art);
		return false;
	}
	return true;
}

/* One call; the answer parsed into a, its text in *json. */
static int
call(const struct cli *c, const char *path, struct plb_slice in, struct plb_arena *a,
    struct plb_slice *json, const struct plb_jv **v)
{
	struct plb_errctx ec = {{0}};
	struct plb_buf answer;
	int code;

	plb_buf_init(&answer, ANSWER_MAX);
	code = cli_console(c, path, in, &answer, json);
	if (code == CLI_OK) {
		*json = plb_arena_dup(a, *json);
		if (plb_jv_parse(a, *json, v, &ec) != PLB_OK)
			code = cli_fail(CLI_FAULTS, "the console's answer is not understood");
	}
	plb_buf_fini(&answer);
	return code;
}

static void
print_plan(const struct plb_jv *p)
{
	const struct plb_jv *list = plb_jv_get(p, "proeve"), *koe = plb_jv_get(p, "koe");
	long long n = (long long)plb_jv_int(plb_jv_get(p, "antal"), 0);
	size_t i;

	printf("%.*s %lld deliveries to %.*s (%lld unsettled there, %lld of them parked)\n",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(p, "handling"))), n,
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(p, "organisation"))),
	    (long long)plb_jv_int(plb_jv_get(koe, "uafsluttet"), 0),
	    (long long)plb_jv_int(plb_jv_get(koe, "parkeret"), 0));
	printf("%.*s\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(p, "virkning"))));
	if (n > 0)
		printf("It takes about %lld s at the rate asked for.\n",
		    (long long)plb_jv_int(plb_jv_get(p, "sekunder"), 0) + 1);
	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *l = plb_jv_at(list, i);

		printf("  %.*s  %-22.*s %-20.*s %.*s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "leveringid"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "type"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "trin"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "adresseret"))));
	}
	if (n == 0)
		puts("There is nothing that it would touch. levering list shows what there is; "
		     "--status chooses what is not parked.");
	if (n > (long long)plb_jv_len(list))
		printf("  … and %lld more\n", n - (long long)plb_jv_len(list));
	if (plb_jv_bool(plb_jv_get(p, "kraeverGodkendelse"), false))
		puts("It is large: a second person must approve it (parloeb levering approve).");
}

/* hold, resume: what it means, and how much lies there. */
static void
print_effect(const struct plb_jv *p)
{
	const struct plb_jv *koe = plb_jv_get(p, "koe");

	printf("%.*s: %lld unsettled, %lld of them parked.\n%.*s\n",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(p, "organisation"))),
	    (long long)plb_jv_int(plb_jv_get(koe, "uafsluttet"), 0),
	    (long long)plb_jv_int(plb_jv_get(koe, "parkeret"), 0),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(p, "virkning"))));
}

static bool
is(const struct plb_jv *order, const char *tilstand)
{
	return plb_slice_is(plb_jv_str(plb_jv_get(order, "tilstand")), tilstand);
}

static void
print_order(const struct plb_jv *o)
{
	struct plb_slice by = plb_jv_str(plb_jv_get(o, "godkender"));

	printf("%.*s  %-8.*s %-10.*s %-14.*s %lld of %lld  %.*s  by %.*s%s%.*s\n",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(o, "ordre"))),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(o, "handling"))),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(o, "tilstand"))),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(o, "organisation"))),
	    (long long)plb_jv_int(plb_jv_get(o, "sendt"), 0),
	    (long long)plb_jv_int(plb_jv_get(o, "antal"), 0),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(o, "oprettet"))),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(o, "aktoer"))), by.len > 0 ? ", approved by " : "",
	    PLB_SLICE_ARG(by));
}

/* Looks until the order has ended or waits for somebody. An interrupt leaves it running. */
static int
follow(
    const struct cli *c, struct plb_arena *a, struct plb_slice *json, const struct plb_jv **order)
{
	char path[80];
	int code = CLI_OK;

	snprintf(path, sizeof(path), "/bord/ordre/%.*s",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(*order, "ordre"))));
	while (code == CLI_OK &&
	    (is(*order, "koerer") || is(*order, "genoptages") || is(*order, "slutter"))) {
		nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
		plb_arena_reset(a);
		code = call(c, path, plb_slice(NULL, 0), a, json, order);
	}
	return code;
}

static int
told(const struct cli *c, struct plb_slice json, const struct plb_jv *order)
{
	if (c->json)
		printf("%.*s\n", (int)json.len, (const char *)json.p);
	else
		print_order(order);
	if (!c->json && is(order, "udfoert") && plb_jv_int(plb_jv_get(order, "antal"), 0) > 0)
		puts("Handed to dispatch. What becomes of each: parloeb levering show ID; what is "
		     "refused again: parloeb levering list --status parkeret.");
	if (!c->json && is(order, "afventer"))
		printf("It waits for a second person: parloeb levering approve %.*s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(order, "ordre"))));
	return is(order, "mislykket") || is(order, "standset") ? CLI_FAULTS : CLI_OK;
}

/* `sure`: nothing is done without --yes; the plan is shown instead. */
static int
order(const struct cli *c, const char *art, bool sure)
{
	struct plb_slice in, json = {NULL, 0};
	const struct plb_jv *v = NULL;
	struct plb_arena a;
	struct plb_buf b;
	int code = CLI_USAGE;

	plb_buf_init(&b, BODY_MAX);
	plb_arena_init(&a, ARENA_MAX);
	if (body(c, art, &b)) {
		plb_buf_str(&b, "}");
		code = plb_buf_done(&b, &in) == PLB_OK
		    ? CLI_OK
		    : cli_fail(CLI_USAGE, "too many ids at once");
	}
	if (code == CLI_OK && sure && !c->yes) {
		code = call(c, "/bord/plan", in, &a, &json, &v);
		if (code == CLI_OK && c->json)
			printf("%.*s\n", (int)json.len, (const char *)json.p);
		else if (code == CLI_OK) {
			print_plan(v);
			puts("Nothing has been done. The same with --yes does it.");
		}
	} else if (code == CLI_OK) {
		if (!sure && !c->json &&
		    (code = call(c, "/bord/plan", in, &a, &json, &v)) == CLI_OK)
			print_effect(v);
		if (code == CLI_OK)
			code = call(c, "/bord/ordre", in, &a, &json, &v);
		if (code == CLI_OK)
			code = follow(c, &a, &json, &v);
		if (code == CLI_OK)
			code = told(c, json, v);
	}
	plb_arena_fini(&a);
	plb_buf_fini(&b);
	return code;
}

int
cmd_levering_hold(const struct cli *c)
{
	return order(c, "hold", false);
}

int
cmd_levering_resume(const struct cli *c)
{
	return order(c, "resume", false);
}

int
cmd_levering_replay(const struct cli *c)
{
	return order(c, "replay", true);
}

int
cmd_levering_discard(const struct cli *c)
{
	if (c->reason[0] == '\0')
		return cli_fail(CLI_USAGE, "nothing is discarded without --reason");
	return order(c, "discard", true);
}

int
cmd_levering_orders(const struct cli *c)
{
	const struct plb_jv *v, *list;
	struct plb_slice json;
	struct plb_arena a;
	size_t i;
	int code;

	plb_arena_init(&a, ARENA_MAX);
	code = call(c, "/bord/ordrer", plb_slice(NULL, 0), &a, &json, &v);
	if (code == CLI_OK && c->json) {
		printf("%.*s\n", (int)json.len, (const char *)json.p);
	} else if (code == CLI_OK) {
		list = plb_jv_get(v, "ordrer");
		for (i = 0; i < plb_jv_len(list); i++)
			print_order(plb_jv_at(list, i));
		if (plb_jv_len(list) == 0)
			puts("none");
	}
	plb_arena_fini(&a);
	return code;
}

static int
about_one(const struct cli *c, const char *what)
{
	struct plb_slice json;
	const struct plb_jv *v;
	struct plb_arena a;
	struct plb_uuid u;
	char path[96];
	int code;

	if (plb_uuid_parse(plb_slice_str(c->argv[1]), false, &u) != PLB_OK)
		return cli_fail(CLI_USAGE, "the id of an order is a UUID");
	plb_arena_init(&a, ARENA_MAX);
	snprintf(path, sizeof(path), "/bord/ordre/%.36s/%s", c->argv[1], what);
	code = call(c, path, plb_slice_str("{}"), &a, &json, &v);
	if (code == CLI_OK)
		code = follow(c, &a, &json, &v);
	if (code == CLI_OK) {
		code = told(c, json, v);
		code = strcmp(what, "stop") == 0 && is(v, "standset") ? CLI_OK : code;
	}
	plb_arena_fini(&a);
	return code;
}

int
cmd_levering_approve(const struct cli *c)
{
	return about_one(c, "godkend");
}

int
cmd_levering_continue(const struct cli *c)
{
	return about_one(c, "fortsaet");
}

int
cmd_levering_stop(const struct cli *c)
{
	return about_one(c, "stop");
}
