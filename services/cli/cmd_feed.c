// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include "cli_net.h"
#include "cmd.h"

#define PAGE 500
#define WAIT_S 25
#define ANSWER_MAX (64u << 20)
#define ARENA_MAX ((size_t)512 << 20)
#define CURSOR_MAX 1024
#define TIMEOUT_MS 60000

struct feed {
	const struct cli *c;
	char gateway[1024], cursor[CURSOR_MAX];
	struct plb_buf url, answer;
	struct plb_arena arena;
};

static void
line(const struct plb_jv *e)
{
	struct plb_slice type = plb_jv_str(plb_jv_get(e, "type")), name = plb_event_name(type);

	printf("%.*s  %-28.*s  %.*s\n", PLB_SLICE_ARG(plb_jv_str(plb_jv_get(e, "time"))),
	    PLB_SLICE_ARG(name.len > 0 ? name : type),
	    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(e, "leveringid"))));
}

static enum plb_err
build_url(struct feed *f, int wait_s)
{
	struct plb_slice url;

	plb_buf_reset(&f->url);
	plb_buf_printf(&f->url, "%s/v1/feed?maks=%d&vent=%d", f->gateway, PAGE, wait_s);
	if (f->cursor[0] != '\0') {
		plb_buf_str(&f->url, "&efter=");
		cli_percent(&f->url, plb_slice_str(f->cursor));
	}
	if (f->c->organisation[0] != '\0') {
		plb_buf_str(&f->url, "&organisation=");
		cli_percent(&f->url, plb_slice_str(f->c->organisation));
	}
	plb_buf_u8(&f->url, 0);
	return plb_buf_done(&f->url, &url);
}

/* Prints one page and moves the cursor; *n = events in it. */
static int
take_page(struct feed *f, int status, struct plb_slice body, size_t *n)
{
	const struct plb_jv *v, *list;
	struct plb_errctx ec = {{0}};
	struct plb_slice next;
	size_t i;

	plb_arena_reset(&f->arena);
	if (plb_jv_parse(&f->arena, body, &v, &ec) != PLB_OK)
		return cli_fail(status >= 500 ? CLI_UNREACHED : CLI_FAULTS,
		    "the gateway answered %d without JSON", status);
	if (status != 200) {
		cli_fail(CLI_FAULTS, "the gateway answered %d: %.*s %.*s", status,
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(v, "title"))),
		    PLB_SLICE_ARG(plb_jv_str(plb_jv_get(v, "detail"))));
		return status >= 500 ? CLI_UNREACHED : CLI_FAULTS;
	}
	list = plb_jv_get(v, "haendelser");
	next = plb_jv_str(plb_jv_get(v, "naeste"));
	*n = plb_jv_len(list);
	if (next.len == 0 || next.len >= sizeof(f->cursor))
		return cli_fail(CLI_FAULTS, "the gateway's answer is not a feed");
	if (f->c->json && *n > 0)
		printf("%.*s\n", (int)body.len, (const char *)body.p);
	for (i = 0; i < *n && !f->c->json; i++)
		line(plb_jv_at(list, i));
	fflush(stdout);
	memcpy(f->cursor, next.p, next.len);
	f->cursor[next.len] = '\0';
	return CLI_OK;
}

static int
page(struct feed *f, int wait_s, size_t *n)
{
	struct cli_call call = {.method = "GET", .token = f->c->token, .timeout_ms = TIMEOUT_MS};
	struct plb_errctx ec = {{0}};
	struct plb_slice body;
	enum plb_err err;
	int status = 0;

	*n = 0;
	plb_buf_reset(&f->answer);
	err = build_url(f, wait_s);
	call.url = (const char *)f->url.p;
	if (err == PLB_OK)
		err = cli_http(&call, &status, &f->answer, &ec);
	if (err == PLB_OK)
		err = plb_buf_done(&f->answer, &body);
	return err == PLB_OK ? take_page(f, status, body, n) : cli_error(err, &ec);
}

int
cmd_feed(const struct cli *c)
{
	struct feed f = {.c = c};
	int code;
	size_t n;

	if (!cli_gateway(c, f.gateway, sizeof(f.gateway)))
		return CLI_FAULTS;
	if ((size_t)snprintf(f.cursor, sizeof(f.cursor), "%s", c->after) >= sizeof(f.cursor))
		return cli_fail(CLI_USAGE, "the cursor is too long");
	plb_buf_init(&f.url, 8192);
	plb_buf_init(&f.answer, ANSWER_MAX);
	plb_arena_init(&f.arena, ARENA_MAX);
	do
		code = page(&f, c->follow ? WAIT_S : 0, &n);
	while (code == CLI_OK && (n > 0 || c->follow));
	if (code == CLI_OK)
		fprintf(stderr, "next: --after %s\n", f.cursor);
	plb_arena_fini(&f.arena);
	plb_buf_fini(&f.answer);
	plb_buf_fini(&f.url);
	return code;
}
