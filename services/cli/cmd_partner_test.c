// SPDX-License-Identifier: MPL-2.0
/* partner test: the contract kit against a partner's endpoint, with a signed report. */
#include <stdio.h>
#include <stdlib.h>

#include <parloeb/loop.h>
#include <parloeb/underskrevet.h>

#include "cli_net.h"
#include "cmd.h"
#include "partner_proeve.h"

#define REPORT_MAX (256u << 10)
#define SECRET_FILE_MAX 4096

static const char *const UDFALD[] = {"bestaaet", "fejlet", "ikke-understoettet"};
static const char *const OUTCOME[] = {"passed", "FAILED", "not shown"};

/* A secret file as the partner's file names it: clear, or sealed under the partner key. */
static int
read_secret(const struct plb_conf_common *c, const char *path, struct proeve_maal *m)
{
	struct plb_errctx ec = {{0}};
	enum plb_err err = PLB_OK;
	struct plb_slice text;
	struct plb_buf b;
	char *p = NULL;
	size_t len;

	if (path[0] == '\0')
		return CLI_OK;
	if (plb_file_read(path, SECRET_FILE_MAX, &p, &len, &ec) != PLB_OK)
		return cli_fail(CLI_UNREACHED, "%s", ec.text);
	while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r' || p[len - 1] == ' '))
		len--;
	plb_buf_init(&b, SECRET_FILE_MAX);
	text = plb_slice(p, len);
	if (plb_hemmelig_er_forseglet(text)) {
		err = plb_hemmelig_aabn(&c->partner_key, text, &b, &ec);
		if (err == PLB_OK)
			err = plb_buf_done(&b, &text);
	}
	if (err == PLB_OK && plb_webhook_secret(text, &m->secret[m->n_secrets]) != PLB_OK)
		err = plb_err_set(&ec, PLB_E_FORM, "%s holds no Standard Webhooks secret", path);
	m->n_secrets += err == PLB_OK;
	explicit_bzero(p, len);
	if (b.p != NULL)
		explicit_bzero(b.p, b.size);
	plb_buf_fini(&b);
	free(p);
	return err == PLB_OK ? CLI_OK : cli_fail(CLI_FAULTS, "%s", ec.text);
}

static void
put_one(struct plb_buf *b, bool first, size_t i, const struct proeve_svar *s)
{
	plb_buf_printf(b,
	    "%s\n{\"navn\":\"%s\",\"udfald\":\"%s\",\"status\":%d,\"ms\":%lld,\"forklaring\":",
	    first ? "" : ",", proeve_navn(i), UDFALD[s->udfald], s->status, (long long)s->ms);
	plb_buf_json(b, plb_slice_str(s->forklaring));
	plb_buf_str(b, "}");
}

/* All trials, told as they go; the report's text without signature. */
static bool
run_all(const struct cli *c, const struct proeve_maal *m, struct plb_buf *b)
{
	bool passed = true, first = true;
	char tid[PLB_TIME_TEXT];
	struct proeve_svar s;
	size_t i;

	plb_buf_str(b, "{\"format\":\"parloeb-testrapport-1\",\"url\":");
	plb_buf_json(b, plb_slice_str(m->url));
	plb_buf_printf(b, ",\"tid\":\"%s\",\"version\":\"%s\",\"hemmeligheder\":%zu,\"proever\":[",
	    plb_time_text(plb_time_now(), tid), plb_version(), m->n_secrets);
	for (i = 0; i < proeve_antal; i++) {
		if (!proeve_koer(i, m, &s))
			continue;
		put_one(b, first, i, &s);
		first = false;
		passed = passed && s.udfald != PROEVE_FEJLET;
		if (!c->json)
			printf("%-10s %-22s %3d %6lld ms  %s%s%s\n", OUTCOME[s.udfald],
			    proeve_navn(i), s.status, (long long)s.ms, proeve_hvad(i),
			    s.forklaring[0] != '\0' ? ": " : "", s.forklaring);
	}
	plb_buf_printf(b, "],\"bestaaet\":%s}", passed ? "true" : "false");
	return passed;
}

static int
report(const struct cli *c, const struct plb_conf_common *common, struct plb_slice text)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice s;
	struct plb_buf out;
	int code;

	if (c->json)
		printf("%.*s\n", (int)text.len, (const char *)text.p);
	if (c->out[0] == '\0')
		return CLI_OK;
	plb_buf_init(&out, 2 * REPORT_MAX);
	if (plb_underskriv(&common->proof_key, text, &out, &ec) != PLB_OK ||
	    plb_buf_done(&out, &s) != PLB_OK)
		code = cli_fail(CLI_FAULTS, "%s", ec.text);
	else
		code = cli_write_file(c->out, s, 0644);
	plb_buf_fini(&out);
	return code;
}

int
cmd_partner_test(const struct cli *c)
{
	struct proeve_maal m = {.url = c->argv[1],
	    .allow_private = c->allow_private,
	    .now_s = plb_time_now().ms / 1000};
	struct plb_conf *conf;
	struct plb_slice text;
	struct plb_buf b;
	bool passed;
	int code;

	if (c->secret[0] == '\0')
		return cli_fail(CLI_USAGE,
		    "--secret FILE names the secret that the endpoint knows; see parloeb partner "
		    "test --help");
	conf = cli_conf_keys(c, PLB_KEY_PARTNER | (c->out[0] != '\0' ? PLB_KEY_PROOF : 0));
	if (conf == NULL)
		return CLI_FAULTS;
	code = read_secret(plb_conf_common(conf), c->secret, &m);
	if (code == CLI_OK)
		code = read_secret(plb_conf_common(conf), c->secret2, &m);
	plb_buf_init(&b, REPORT_MAX);
	if (code == CLI_OK) {
		passed = run_all(c, &m, &b);
		code = plb_buf_done(&b, &text) == PLB_OK ? report(c, plb_conf_common(conf), text)
							 : CLI_FAULTS;
		if (!c->json)
			puts(passed ? "passed" : "not passed");
		if (code == CLI_OK && !passed)
			code = CLI_FAULTS;
	}
	plb_buf_fini(&b);
	plb_secret_wipe(&m.secret[0]);
	plb_secret_wipe(&m.secret[1]);
	plb_conf_free(&conf);
	return code;
}
