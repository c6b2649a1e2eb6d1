// SPDX-License-Identifier: MPL-2.0
/* levering bevis, bevis verify, bevis key: proofs of delivery. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <parloeb/loop.h>
#include <parloeb/underskrevet.h>

#include "bevis.h"
#include "cli_revision.h"
#include "cmd.h"

#define ANSWER_MAX (16u << 20)
#define PROOF_MAX (64u << 20)
#define ARENA_MAX ((size_t)512 << 20)

/* ---- making one ---- */

static enum plb_err
take_record(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	(void)ec;
	bevis_trin(arg, r);
	return PLB_OK;
}

static enum plb_err
take_place(struct plb_bus *bus, const struct plb_jv *v, struct bevis *b, struct plb_errctx *ec)
{
	static const char *const TOPICS[] = {"ind", "forloeb", "ud", "svar"};
	struct plb_slice emne = plb_jv_str(plb_jv_get(v, "emne"));
	size_t i;

	for (i = 0; i < sizeof(TOPICS) / sizeof(TOPICS[0]); i++)
		if (plb_slice_is(emne, TOPICS[i]))
			return cli_read_one(bus, TOPICS[i],
			    (int32_t)plb_jv_int(plb_jv_get(v, "partition"), -1),
			    plb_jv_int(plb_jv_get(v, "offset"), -1), take_record, b, ec);
	return plb_err_set(ec, PLB_E_FORM, "the console names a topic that is not of the ladder");
}

static enum plb_err
collect(struct plb_bus *bus, const struct plb_jv *v, struct plb_uuid id, struct plb_buf *out,
    struct plb_errctx *ec)
{
	static const char *const LISTS[] = {
	    "kilder", NULL, "spor"}; /* NULL: the delivery's own record on ud */
	const struct bevis_hoved h = {id, plb_jv_str(plb_jv_get(v, "organisation")),
	    plb_jv_str(plb_jv_get(v, "type")), plb_time_now()};
	struct bevis *b;
	enum plb_err err = bevis_ny(&h, out, &b, ec);
	size_t l, i;

	for (l = 0; l < 3 && err == PLB_OK; l++) {
		const struct plb_jv *list = LISTS[l] == NULL ? NULL : plb_jv_get(v, LISTS[l]);

		if (LISTS[l] == NULL)
			err = take_place(bus, v, b, ec);
		for (i = 0; i < plb_jv_len(list) && err == PLB_OK; i++)
			err = take_place(bus, plb_jv_at(list, i), b, ec);
	}
	bevis_slut(&b);
	return err;
}

static enum plb_err
sign(const struct cli_kafka *k, struct plb_buf *proof, struct plb_buf *file, struct plb_slice *done,
    struct plb_errctx *ec)
{
	struct plb_slice text;
	enum plb_err err = plb_buf_done(proof, &text);

	if (err == PLB_OK)
		err = plb_underskriv(&plb_conf_common(k->conf)->proof_key, text, file, ec);
	return err == PLB_OK ? plb_buf_done(file, done) : err;
}

static int
make(const struct cli *c, const struct cli_kafka *k, const struct plb_jv *v, struct plb_uuid id)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice done = {NULL, 0};
	struct plb_buf proof, file;
	enum plb_err err;
	int code;

	plb_buf_init(&proof, PROOF_MAX);
	plb_buf_init(&file, PROOF_MAX);
	err = collect(k->bus, v, id, &proof, &ec);
	if (err == PLB_OK)
		err = sign(k, &proof, &file, &done, &ec);
	if (err == PLB_OK)
		err = cli_revision(k,
		    (struct plb_revision_post){.handling = plb_slice_str("levering.bevis"),
			.udfald = plb_slice_str("udfoert"),
			.har_leveringid = true,
			.leveringid = id,
			.organisation = plb_jv_str(plb_jv_get(v, "organisation")),
			.antal = 1},
		    &ec);
	code = err == PLB_OK ? cli_write_file(c->out, done, 0644) : cli_error(err, &ec);
	plb_buf_fini(&proof);
	plb_buf_fini(&file);
	return code;
}

int
cmd_levering_bevis(const struct cli *c)
{
	char path[80], text[PLB_UUID_TEXT];
	struct plb_errctx ec = {{0}};
	struct plb_slice json = {NULL, 0};
	const struct plb_jv *v;
	struct plb_arena a;
	struct plb_buf answer;
	struct cli_kafka k;
	struct plb_uuid id;
	int code;

	if (plb_uuid_parse(plb_slice_str(c->argv[1]), false, &id) != PLB_OK)
		return cli_fail(CLI_USAGE, "a delivery id is a UUID");
	code = cli_kafka_open(c, PLB_KEY_PROOF, &k);
	plb_buf_init(&answer, ANSWER_MAX);
	plb_arena_init(&a, ARENA_MAX);
	snprintf(path, sizeof(path), "/bord/levering/%s", plb_uuid_text(id, text));
	if (code == CLI_OK && plb_conf_common(k.conf)->proof_key.len == 0)
		code = cli_fail(CLI_FAULTS,
		    "there is no key to sign with (secrets.proof_key): parloeb bevis key makes "
		    "one");
	if (code == CLI_OK)
		code = cli_console(c, path, plb_slice(NULL, 0), &answer, &json);
	if (code == CLI_OK && plb_jv_parse(&a, json, &v, &ec) != PLB_OK)
		code = cli_fail(CLI_FAULTS, "the console's answer is not understood");
	if (code == CLI_OK)
		code = make(c, &k, v, id);
	plb_arena_fini(&a);
	plb_buf_fini(&answer);
	cli_kafka_close(&k);
	return code;
}

/* ---- verifying one ---- */

static void
print_step(const struct bevis_trin_laest *t)
{
	char tid[PLB_TIME_TEXT], logged[PLB_TIME_TEXT];

	printf("  %s  %-20s in the log %s at %.*s %lld/%lld", plb_time_text(t->tid, tid), t->trin,
	    plb_time_text(t->logget, logged), PLB_SLICE_ARG(t->emne), (long long)t->partition,
	    (long long)t->offset);
	if (t->digest.len > 0) {
		printf(", body ");
		for (size_t i = 0; i < t->digest.len; i++)
			printf("%02x", t->digest.p[i]);
	}
	putchar('\n');
}

/* Whose key it is: --key, or that of the configuration when there is one. */
static int
judge_key(const struct cli *c, const uint8_t key[PLB_ED25519_PUBLIC])
{
	const char *path = c->key;
	uint8_t known[PLB_ED25519_PUBLIC];
	struct plb_errctx ec = {{0}};
	struct plb_conf *conf = NULL;
	int code = CLI_OK;

	printf("signed by key ");
	for (size_t i = 0; i < PLB_ED25519_PUBLIC; i++)
		printf("%02x", key[i]);
	if (path[0] == '\0' && access(c->config, R_OK) == 0 && (conf = cli_conf(c)) != NULL)
		path = plb_conf_common(conf)->proof_public;
	if (path[0] == '\0')
		puts(", which is not compared with a known one (--key FILE)");
	else if (plb_proof_public(path, known, &ec) != PLB_OK)
		code = cli_fail(CLI_FAULTS, "%s", ec.text);
	else if (memcmp(known, key, sizeof(known)) != 0)
		code = cli_fail(CLI_FAULTS, "which is another than the one in %s", path);
	else
		printf(", the one in %s\n", path);
	plb_conf_free(&conf);
	return code;
}

static int
judge_body(const struct cli *c, const struct bevis_laest *b)
{
	struct plb_errctx ec = {{0}};
	char *p = NULL;
	size_t len;
	bool same;

	if (c->body[0] == '\0')
		return CLI_OK;
	if (plb_file_read(c->body, PROOF_MAX, &p, &len, &ec) != PLB_OK)
		return cli_fail(CLI_UNREACHED, "%s", ec.text);
	same = bevis_krop(b, plb_slice(p, len));
	free(p);
	if (!same)
		return cli_fail(CLI_FAULTS, "%s is not what was delivered", c->body);
	printf("%s is byte for byte what was delivered\n", c->body);
	return CLI_OK;
}

static int
verify(const struct cli *c, struct plb_slice file)
{
	uint8_t key[PLB_ED25519_PUBLIC];
	struct plb_errctx ec = {{0}};
	struct bevis_laest b;
	char id[PLB_UUID_TEXT];
	struct plb_slice text;
	struct plb_arena a;
	int code;
	size_t i;

	if (plb_underskrevet(file, &text, key, &ec) != PLB_OK)
		return cli_fail(CLI_FAULTS, "%s", ec.text);
	plb_arena_init(&a, ARENA_MAX);
	if (bevis_tjek(text, &a, &b, &ec) != PLB_OK) {
		code = cli_fail(CLI_FAULTS, "%s", ec.text);
	} else {
		printf("%.*s %s to %.*s\n", PLB_SLICE_ARG(b.type), plb_uuid_text(b.leveringid, id),
		    PLB_SLICE_ARG(b.organisation));
		for (i = 0; i < b.n; i++)
			print_step(&b.trin[i]);
		code = judge_key(c, key);
		if (code == CLI_OK)
			code = judge_body(c, &b);
		if (code == CLI_OK)
			puts("in order");
	}
	plb_arena_fini(&a);
	return code;
}

int
cmd_bevis_verify(const struct cli *c)
{
	struct plb_errctx ec = {{0}};
	char *p = NULL;
	size_t len;
	int code;

	if (plb_file_read(c->argv[1], PROOF_MAX, &p, &len, &ec) != PLB_OK)
		return cli_fail(CLI_UNREACHED, "%s", ec.text);
	code = verify(c, plb_slice(p, len));
	free(p);
	return code;
}

/* ---- the key ---- */

int
cmd_bevis_key(const struct cli *c)
{
	struct plb_secret seed = {.len = 32};
	uint8_t public[PLB_ED25519_PUBLIC];
	char path[4096];
	struct plb_buf b;
	int code = CLI_FAULTS;

	if ((size_t)snprintf(path, sizeof(path), "%s.pub", c->argv[1]) >= sizeof(path))
		return cli_fail(CLI_USAGE, "the path is too long");
	plb_random(seed.b, seed.len);
	plb_buf_init(&b, 256);
	plb_buf_hex(&b, plb_slice(seed.b, seed.len));
	plb_buf_str(&b, "\n");
	if (plb_ed25519_public(&seed, public) == PLB_OK && !b.failed)
		code = cli_write_file(c->argv[1], plb_slice(b.p, b.len), 0600);
	explicit_bzero(b.p, b.len);
	plb_buf_reset(&b);
	plb_buf_hex(&b, plb_slice(public, sizeof(public)));
	plb_buf_str(&b, "\n");
	if (code == CLI_OK)
		code = cli_write_file(path, plb_slice(b.p, b.len), 0644);
	if (code == CLI_OK)
		printf("secrets.proof_key: %s\npaths.proof_public: %s\n", c->argv[1], path);
	plb_buf_fini(&b);
	plb_secret_wipe(&seed);
	return code;
}
