// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include "cli_net.h"
#include "cmd.h"

#define INPUT_MAX (2u << 20) /* the gateway takes 1 MiB and says so */
#define ANSWER_MAX (8u << 20)
#define ARENA_MAX (64u << 20)
#define TIMEOUT_MS 60000

static int
read_all(const char *path, struct plb_buf *out)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char part[65536];
	bool broken;
	size_t n;

	if (f == NULL)
		return cli_fail(CLI_UNREACHED, "%s cannot be opened", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0 && !out->failed)
		plb_buf_put(out, part, n);
	broken = ferror(f) != 0;
	if (f != stdin)
		fclose(f);
	if (broken)
		return cli_fail(CLI_UNREACHED, "%s cannot be read", path);
	return out->failed ? cli_fail(CLI_FAULTS, "%s is larger than %u bytes", path, INPUT_MAX)
			   : CLI_OK;
}

static const char *
content_type(struct plb_slice s)
{
	size_t i;

	for (i = 0;
	     i < s.len && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\n' || s.p[i] == '\r');
	     i++)
		;
	return i < s.len && s.p[i] == '[' ? "application/cloudevents-batch+json"
					  : "application/cloudevents+json";
}

static void
print_faults(const struct plb_jv *fejl)
{
	size_t i;

	for (i = 0; i < plb_jv_len(fejl); i++) {
		const struct plb_jv *f = plb_jv_at(fejl, i);

		printf("  %.*s: %.*s (%.*s)\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(f, "felt"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(f, "besked"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(f, "kode"))));
	}
}

/* The answer in lines; its bytes as they are when they are not what was expected. */
static void
print_answer(int status, struct plb_slice body)
{
	const struct plb_jv *v, *list;
	struct plb_errctx ec = {{0}};
	struct plb_arena a;
	size_t i;

	plb_arena_init(&a, ARENA_MAX);
	if (plb_jv_parse(&a, body, &v, &ec) != PLB_OK) {
		printf("%d\n%.*s\n", status, PLB_SLICE_ARG(body));
	} else {
		list = plb_jv_get(v, "modtaget");
		if (list == NULL)
			printf(
			    "%d %.*s\n", status, PLB_SLICE_ARG(plb_jv_str(plb_jv_get(v, "title"))));
		print_faults(plb_jv_get(v, "fejl"));
		for (i = 0; i < plb_jv_len(list); i++) {
			const struct plb_jv *e = plb_jv_at(list, i);

			printf("%.*s %.*s\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(e, "id"))),
			    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(e, "status"))));
			print_faults(plb_jv_get(e, "fejl"));
		}
	}
	plb_arena_fini(&a);
}

static int
post(const struct cli *c, const char *gateway, struct plb_slice event, struct plb_buf *answer)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice body;
	char url[2048];
	enum plb_err err;
	int status = 0;
	struct cli_call call = {.method = "POST",
	    .url = url,
	    .token = c->token,
	    .type = content_type(event),
	    .body = event,
	    .timeout_ms = TIMEOUT_MS};

	snprintf(url, sizeof(url), "%s/v1/haendelser", gateway);
	err = cli_http(&call, &status, answer, &ec);
	if (err == PLB_OK)
		err = plb_buf_done(answer, &body);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	if (c->json) {
		fwrite(body.p, 1, body.len, stdout);
		putchar('\n');
	} else {
		print_answer(status, body);
	}
	if (status == 202)
		return CLI_OK;
	return status >= 500 ? CLI_UNREACHED : CLI_FAULTS;
}

int
cmd_send(const struct cli *c)
{
	struct plb_buf in, answer;
	struct plb_slice event;
	char gateway[1024];
	int code;

	plb_buf_init(&in, INPUT_MAX);
	plb_buf_init(&answer, ANSWER_MAX);
	code = read_all(c->argv[1], &in);
	if (code == CLI_OK && plb_buf_done(&in, &event) == PLB_OK)
		code = cli_gateway(c, gateway, sizeof(gateway)) ? post(c, gateway, event, &answer)
								: CLI_FAULTS;
	plb_buf_fini(&answer);
	plb_buf_fini(&in);
	return code;
}
