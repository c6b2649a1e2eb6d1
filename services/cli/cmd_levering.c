// SPDX-License-Identifier: MPL-2.0
/* levering list, show, overdue: what the console knows of deliveries. */
#include <stdio.h>

#include "cli_net.h"
#include "cmd.h"
#include "frist_tekst.h"

#define ANSWER_MAX (16u << 20)
#define ARENA_MAX (128u << 20)

/* "…, nearest deadline tomorrow 16:00" of a member. */
static const char *
deadline(const struct plb_jv *v, const char *name, char out[FRIST_TEKST])
{
	struct plb_time t;

	if (plb_time_parse(plb_jv_str(plb_jv_get(v, name)), &t) != PLB_OK)
		return "";
	return frist_tekst(t, plb_time_now(), out);
}

static void
print_rows(const struct plb_jv *root)
{
	const struct plb_jv *list = plb_jv_get(root, "leveringer");
	size_t i;

	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *l = plb_jv_at(list, i);

		printf("%.*s  %-22.*s %-22.*s %-20.*s %3lld  %.*s  %.*s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "leveringid"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "organisation"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "type"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "trin"))),
		    (long long)plb_jv_int(plb_jv_get(l, "forsoeg"), 0),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "adresseret"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "aarsag"))));
	}
	if (plb_jv_len(list) == 0)
		puts("none");
}

static void
print_held(const struct plb_jv *root)
{
	const struct plb_jv *list = plb_jv_get(root, "holdt");
	size_t i;

	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *h = plb_jv_at(list, i);
		struct plb_slice id = plb_jv_str(plb_jv_get(h, "leveringid"));

		printf("on hold: %.*s%s%.*s since %.*s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(h, "organisation"))),
		    id.len > 0 ? ", the queue of " : "", PLB_SLICE_ARG(id),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(h, "siden"))));
	}
}

/* The parking desk: by recipient and cause, then the heads of the queues by what will be breached
 * first. */
static void
print_desk(const struct plb_jv *root)
{
	const struct plb_jv *groups = plb_jv_get(root, "grupper"),
			    *list = plb_jv_get(root, "leveringer");
	char text[FRIST_TEKST];
	size_t i;

	print_held(root);
	for (i = 0; i < plb_jv_len(groups); i++) {
		const struct plb_jv *g = plb_jv_at(groups, i);

		printf("%.*s: %lld parked in %lld queues, nearest deadline %s; cause: %.*s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(g, "organisation"))),
		    (long long)plb_jv_int(plb_jv_get(g, "antal"), 0),
		    (long long)plb_jv_int(plb_jv_get(g, "koer"), 0), deadline(g, "frist", text),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(g, "aarsag"))));
	}
	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *l = plb_jv_at(list, i);

		if (!plb_jv_bool(plb_jv_get(l, "forrest"), false))
			continue; /* counted behind its head */
		printf("%.*s  %-14.*s %-22.*s %lld behind this one, nearest deadline %s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "leveringid"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "organisation"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "type"))),
		    (long long)plb_jv_int(plb_jv_get(l, "bag"), 0), deadline(l, "frist", text));
	}
	if (plb_jv_len(list) == 0)
		puts("none");
}

static void
print_overdue(const struct plb_jv *root)
{
	const struct plb_jv *list = plb_jv_get(root, "leveringer");
	char text[FRIST_TEKST];
	size_t i;

	for (i = 0; i < plb_jv_len(list); i++) {
		const struct plb_jv *l = plb_jv_at(list, i);

		printf("%.*s  %-14.*s %-22.*s %-12.*s receipt expected by %s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "leveringid"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "organisation"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "type"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "trin"))), deadline(l, "ventet", text));
	}
	if (plb_jv_len(list) == 0)
		puts("none");
}

static void
print_one(const struct plb_jv *l)
{
	const struct plb_jv *steps = plb_jv_get(l, "spor");
	char text[FRIST_TEKST];
	size_t i;

	printf("%.*s to %.*s\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "type"))),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "organisation"))));
	printf("  state             %.*s after %lld attempts%s%.*s\n",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "trin"))),
	    (long long)plb_jv_int(plb_jv_get(l, "forsoeg"), 0),
	    plb_jv_str(plb_jv_get(l, "aarsag")).len > 0 ? ": " : "",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "aarsag"))));
	printf("  nearest deadline  %s, %lld behind this one\n", deadline(l, "frist", text),
	    (long long)plb_jv_int(plb_jv_get(l, "bag"), 0));
	printf("  forløb            %.*s, number %lld\n",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "forloebId"))),
	    (long long)plb_jv_int(plb_jv_get(l, "sequence"), 0));
	printf("  because of        %.*s\n",
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "foranledigetAf"))));
	printf("  %.*s  adresseret\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(l, "adresseret"))));
	for (i = 0; i < plb_jv_len(steps); i++) {
		const struct plb_jv *s = plb_jv_at(steps, i);
		struct plb_slice why = plb_jv_str(plb_jv_get(s, "aarsag"));

		printf("  %.*s  %.*s (attempt %lld)%s%.*s\n",
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(s, "tid"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(s, "trin"))),
		    (long long)plb_jv_int(plb_jv_get(s, "forsoeg"), 0), why.len > 0 ? ": " : "",
		    PLB_SLICE_ARG(why));
	}
}

/* Ask, and print for people or as it came. */
static int
ask(const struct cli *c, const char *path, void (*print)(const struct plb_jv *root))
{
	struct plb_slice json = {NULL, 0};
	struct plb_errctx ec = {{0}};
	const struct plb_jv *root;
	struct plb_arena a;
	struct plb_buf answer;
	int code;

	plb_buf_init(&answer, ANSWER_MAX);
	plb_arena_init(&a, ARENA_MAX);
	code = cli_console(c, path, plb_slice(NULL, 0), &answer, &json);
	if (code == CLI_OK && c->json)
		printf("%.*s\n", (int)json.len, (const char *)json.p);
	else if (code == CLI_OK && plb_jv_parse(&a, json, &root, &ec) == PLB_OK)
		print(root);
	else if (code == CLI_OK)
		code = cli_fail(CLI_FAULTS, "the console's answer is not understood");
	plb_arena_fini(&a);
	plb_buf_fini(&answer);
	return code;
}

/* path?organisation=…[&status=…] */
static int
ask_about(
    const struct cli *c, const char *path, bool status, void (*print)(const struct plb_jv *root))
{
	struct plb_buf b;
	int code;

	plb_buf_init(&b, 4000);
	plb_buf_printf(&b, "%s?organisation=", path);
	cli_percent(&b, plb_slice_str(c->organisation));
	if (status) {
		plb_buf_str(&b, "&status=");
		cli_percent(&b, plb_slice_str(c->status));
	}
	plb_buf_u8(&b, 0);
	code = b.failed ? cli_fail(CLI_USAGE, "the arguments are too long")
			: ask(c, (const char *)b.p, print);
	plb_buf_fini(&b);
	return code;
}

int
cmd_levering_list(const struct cli *c)
{
	if (strcmp(c->status, "parkeret") == 0)
		return ask_about(c, "/bord", false, print_desk);
	return ask_about(c, "/leveringer", true, print_rows);
}

int
cmd_levering_overdue(const struct cli *c)
{
	return ask_about(c, "/bord/mangler", false, print_overdue);
}

int
cmd_levering_show(const struct cli *c)
{
	char path[80], id[PLB_UUID_TEXT];
	struct plb_uuid u;

	if (plb_uuid_parse(plb_slice_str(c->argv[1]), false, &u) != PLB_OK)
		return cli_fail(CLI_USAGE, "a delivery id is a UUID");
	snprintf(path, sizeof(path), "/bord/levering/%s", plb_uuid_text(u, id));
	return ask(c, path, print_one);
}
