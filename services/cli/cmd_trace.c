// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/crypto.h>
#include <parloeb/identitet.h>

#include "cli_revision.h"
#include "cmd.h"
#include "trace.h"

#define OUT_MAX ((size_t)64 << 20)

/* The CPR number comes by the input alone: arguments can be seen by everybody on the machine. */
static int
person_from_stdin(const struct cli_kafka *k, struct plb_person *out)
{
	const struct plb_conf_common *common = plb_conf_common(k->conf);
	struct plb_crypto_keys keys = {.person_key = common->person_key};
	struct plb_crypto *crypto = NULL;
	struct plb_errctx ec = {{0}};
	struct plb_cpr cpr;
	char line[64] = "";
	enum plb_err err;

	if (fgets(line, sizeof(line), stdin) == NULL)
		line[0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	err = plb_cpr_parse(plb_slice_str(line), (enum plb_cpr_mode)common->cpr, &cpr);
	explicit_bzero(line, sizeof(line));
	if (err != PLB_OK)
		return cli_fail(
		    CLI_USAGE, "the first line of the input is no CPR number of ten digits");
	err = plb_crypto_new(&keys, &crypto, &ec);
	if (err == PLB_OK)
		err = plb_crypto_person(crypto, &cpr, out);
	plb_cpr_wipe(&cpr);
	plb_secret_wipe(&keys.person_key);
	plb_crypto_free(&crypto);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}

static enum plb_err
identitet(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	return plb_identiteter_laes(arg, r, ec);
}

/* Whichever of his numbers it was: the course is under the first one's key. */
static int
resolve(const struct cli_kafka *k, struct plb_person *person)
{
	struct plb_identiteter *t = NULL;
	struct plb_errctx ec = {{0}};
	enum plb_err err = plb_identiteter_new(k->schemas, &t, &ec);

	if (err == PLB_OK)
		err = cli_scan(k->bus, "identitet", -1, identitet, t, &ec);
	if (err == PLB_OK)
		*person = plb_identiteter_foerste(t, *person);
	plb_identiteter_free(&t);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}

static int
unknown_or_error(enum plb_err err, const struct plb_errctx *ec)
{
	return err == PLB_OK ? CLI_OK : cli_error(err, ec);
}

/* Find the person, read everything, keep what was asked for. */
static int
collect(const struct cli *c, const struct cli_kafka *k, struct trace *t)
{
	struct plb_slice id = plb_slice_str(c->haendelse);
	struct plb_errctx ec = {{0}};
	struct plb_uuid forloeb;
	bool one = c->forloeb[0] != '\0';
	enum plb_err err = PLB_OK;
	int code = CLI_OK;

	if (one && plb_uuid_parse(plb_slice_str(c->forloeb), false, &forloeb) != PLB_OK)
		return cli_fail(CLI_USAGE, "the id of a forløb is a UUID");
	if (c->cpr_stdin) {
		code = person_from_stdin(k, &t->person);
		if (code == CLI_OK)
			code = resolve(k, &t->person);
		t->har_person = code == CLI_OK;
	} else if (one) {
		err = trace_find_forloeb(t, k->bus, forloeb, &ec);
	} else {
		err = trace_find_haendelse(t, k->bus, id, &forloeb, &one, &ec);
	}
	if (code != CLI_OK || err != PLB_OK)
		return code != CLI_OK ? code : unknown_or_error(err, &ec);
	err = trace_laes(t, k->bus, &ec);
	if (one)
		trace_kun_forloeb(t, forloeb);
	else if (!c->cpr_stdin)
		trace_kun_haendelse(t, id);
	trace_sorter(t);
	return unknown_or_error(err, &ec);
}

static int
print(const struct cli *c, const struct cli_kafka *k, const struct trace *t)
{
	struct plb_slice text;
	struct plb_buf out;
	struct navne n;
	int code = CLI_OK;

	if (t->n == 0)
		return cli_fail(CLI_FAULTS, "nothing is known about this person");
	plb_buf_init(&out, OUT_MAX);
	navne_init(&n, plb_conf_common(k->conf)->koder);
	if (c->json)
		trace_json(t, &out);
	else
		trace_vis(t, &n, &out);
	if (plb_buf_done(&out, &text) == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	else
		code = cli_fail(CLI_FAULTS, "the course is too long");
	navne_fini(&n);
	plb_buf_fini(&out);
	return code;
}

int
cmd_trace(const struct cli *c)
{
	struct cli_kafka k;
	struct trace t;
	int code;

	if ((c->haendelse[0] != '\0') + (c->forloeb[0] != '\0') + c->cpr_stdin != 1)
		return cli_fail(CLI_USAGE,
		    "give one of --haendelse ID, --forloeb ID, --cpr-stdin; see parloeb trace "
		    "--help");
	code = cli_kafka_open(c, c->cpr_stdin ? PLB_KEY_PERSON : 0, &k);
	trace_init(&t, k.schemas);
	if (code == CLI_OK)
		code = collect(c, &k, &t);
	if (code == CLI_OK && t.har_person)
		code = cli_indsigt(&k, "indsigt.trace", t.person.b);
	if (code == CLI_OK)
		code = print(c, &k, &t);
	trace_fini(&t);
	cli_kafka_close(&k);
	return code;
}
