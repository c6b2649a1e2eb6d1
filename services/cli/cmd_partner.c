// SPDX-License-Identifier: MPL-2.0
/* partner secret rotate, retire, seal; partner endpoint: changes of a partner's file and secrets,
 * each told before it is done and kept in the audit. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <parloeb/crypto.h>
#include <parloeb/loop.h>
#include <parloeb/partnere.h>

#include "cli_revision.h"
#include "cmd.h"
#include "partner_fil.h"

#define FILE_MAX_BYTES (64u << 10)
#define SECRET_BYTES 32
#define PATHS 2
#define PATH_BYTES 4096

/* A partner's file, and what its changes need. */
struct partner_file {
	struct cli_kafka k;
	struct plb_partnere *partners;
	const struct plb_partner *p;
	struct plb_org org;
	char *text;
	size_t len;
	char secret[PATHS][PATH_BYTES]; /* paths as the file writes them */
	size_t n_secrets;
};

/* The paths of webhook.secrets as they are written. */
static void
read_paths(struct partner_file *f)
{
	struct plb_faults faults;
	struct plb_arena a;
	struct plb_yaml *n, *root;

	plb_faults_init(&faults);
	plb_arena_init(&a, 8u << 20);
	root = plb_yaml_parse(&a, f->p->file, plb_slice(f->text, f->len), &faults);
	n = root == NULL ? NULL
			 : plb_yaml_get(plb_yaml_get(root, "webhook", &faults), "secrets", &faults);
	for (n = n == NULL ? NULL : n->first; n != NULL && f->n_secrets < PATHS; n = n->next)
		snprintf(f->secret[f->n_secrets++], PATH_BYTES, "%.*s", PLB_SLICE_ARG(n->text));
	plb_arena_fini(&a);
	plb_faults_fini(&faults);
}

static int
open_file(const struct cli *c, struct partner_file *f)
{
	struct plb_errctx ec = {{0}};
	struct plb_faults faults;
	int code;

	*f = (struct partner_file){.p = NULL};
	if (plb_org_parse(plb_slice_str(c->argv[1]), &f->org) != PLB_OK)
		return cli_fail(CLI_USAGE, "an organisation looks like kommune:0461");
	code = cli_kafka_open(c, PLB_KEY_PARTNER, &f->k);
	if (code != CLI_OK)
		return code;
	plb_faults_init(&faults);
	if (plb_partnere_load(plb_conf_common(f->k.conf)->partnere, &f->partners, &faults) !=
	    PLB_OK) {
		fputs(faults.text, stderr);
		code = CLI_FAULTS;
	}
	plb_faults_fini(&faults);
	if (code == CLI_OK)
		f->p = plb_partner_by_org(f->partners, &f->org);
	if (code == CLI_OK && (f->p == NULL || f->p->webhook.url == NULL))
		return cli_fail(CLI_FAULTS, "no partner file has a webhook for %s", f->org.text);
	if (code == CLI_OK &&
	    plb_file_read(f->p->file, FILE_MAX_BYTES, &f->text, &f->len, &ec) != PLB_OK)
		return cli_fail(CLI_UNREACHED, "%s", ec.text);
	if (code == CLI_OK)
		read_paths(f);
	return code;
}

static void
close_file(struct partner_file *f)
{
	free(f->text);
	plb_partnere_free(&f->partners);
	cli_kafka_close(&f->k);
}

/* The absolute place of a path that the file writes. */
static const char *
place(const struct partner_file *f, const char *path, char out[PATH_BYTES])
{
	if (path[0] == '/')
		snprintf(out, PATH_BYTES, "%s", path);
	else if ((size_t)snprintf(out, PATH_BYTES, "%s/%s", plb_conf_common(f->k.conf)->partnere,
		     path) >= PATH_BYTES)
		out[0] = '\0';
	return out;
}

/* A whole new file in the place of the old one, or the old one stays. */
static int
put_file(const char *path, struct plb_slice s, unsigned mode)
{
	char temp[PATH_BYTES];
	struct stat st;
	int code;

	if (stat(path, &st) == 0)
		mode = st.st_mode & 0777;
	if ((size_t)snprintf(temp, sizeof(temp), "%s.new", path) >= sizeof(temp))
		return cli_fail(CLI_USAGE, "the path is too long");
	code = cli_write_file(temp, s, mode);
	if (code == CLI_OK && rename(temp, path) != 0) {
		unlink(temp);
		code = cli_fail(CLI_UNREACHED, "%s: cannot be replaced", path);
	}
	return code;
}

static int
tell_audit(const struct partner_file *f, const char *act, const char *detail)
{
	struct plb_errctx ec = {{0}};
	struct plb_revision_post p = {.handling = plb_slice_str(act),
	    .udfald = plb_slice_str("begyndt"),
	    .organisation = plb_org_slice(&f->org)};
	struct plb_slice s;
	struct plb_buf b;
	enum plb_err err;

	plb_buf_init(&b, 16u << 10);
	plb_buf_json(&b, plb_slice_str(detail));
	err = plb_buf_done(&b, &s);
	p.detalje = s;
	if (err == PLB_OK)
		err = cli_revision(&f->k, p, &ec);
	plb_buf_fini(&b);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}

static int
put_secrets(struct partner_file *f, const char *const *paths, size_t n)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice s;
	struct plb_buf out;
	int code;

	plb_buf_init(&out, 2 * FILE_MAX_BYTES);
	if (partner_fil_secrets(plb_slice(f->text, f->len), paths, n, &out, &ec) != PLB_OK ||
	    plb_buf_done(&out, &s) != PLB_OK)
		code = cli_fail(CLI_FAULTS, "%s: %s", f->p->file, ec.text);
	else
		code = put_file(f->p->file, s, 0600);
	plb_buf_fini(&out);
	return code;
}

/* The text of a secret file into out, sealed where there is a key for it. */
static enum plb_err
at_rest(
    const struct partner_file *f, struct plb_slice text, struct plb_buf *out, struct plb_errctx *ec)
{
	const struct plb_secret *key = &plb_conf_common(f->k.conf)->partner_key;
	enum plb_err err = PLB_OK;

	if (key->len > 0)
		err = plb_hemmelig_forsegl(key, text, out, ec);
	else
		plb_buf_slice(out, text);
	plb_buf_str(out, "\n");
	return err;
}

static void
wipe(struct plb_buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->size);
	plb_buf_fini(b);
}

static const char DISPATCH_READS[] = "It is in force when dispatch has read its partner files "
				     "again (kill -HUP, with the process id of parloeb-dispatch).";

/* ---- rotate ---- */

/* A new secret in two files: --out in clear, for the partner, and at rest beside the old one. */
static int
new_secret(const struct cli *c, const struct partner_file *f, const char *to)
{
	struct plb_errctx ec = {{0}};
	uint8_t raw[SECRET_BYTES];
	struct plb_buf text, rest;
	struct plb_slice s;
	int code = CLI_FAULTS;

	plb_buf_init(&text, 256);
	plb_buf_init(&rest, 1024);
	plb_random(raw, sizeof(raw));
	plb_buf_str(&text, "whsec_");
	if (plb_base64(plb_slice(raw, sizeof(raw)), &text) == PLB_OK &&
	    plb_buf_done(&text, &s) == PLB_OK)
		code = at_rest(f, s, &rest, &ec) == PLB_OK ? CLI_OK
							   : cli_fail(CLI_FAULTS, "%s", ec.text);
	if (code == CLI_OK && plb_buf_done(&rest, &s) == PLB_OK)
		code = cli_write_file(to, s, 0600);
	plb_buf_str(&text, "\n");
	if (code == CLI_OK && plb_buf_done(&text, &s) == PLB_OK)
		code = cli_write_file(c->out, s, 0600);
	explicit_bzero(raw, sizeof(raw));
	wipe(&text);
	wipe(&rest);
	return code;
}

static int
rotate(const struct cli *c, struct partner_file *f)
{
	char fresh[PATH_BYTES], full[PATH_BYTES];
	const char *paths[PATHS] = {f->secret[0], fresh};
	char when[PLB_DATO_TEXT];
	int code, n;

	if (f->n_secrets != 1)
		return cli_fail(CLI_FAULTS,
		    "%s has %zu live secrets: a change begins with one (parloeb partner secret "
		    "retire ends the last one)",
		    f->org.text, f->n_secrets);
	plb_dato_text(plb_time_dato(plb_time_now()), when);
	for (n = 1, full[0] = '\0'; n < 100; n++) {
		if ((size_t)snprintf(fresh, sizeof(fresh), "%.*s-%s-%d", PATH_BYTES - 64,
			f->secret[0], when, n) >= sizeof(fresh))
			return cli_fail(CLI_FAULTS, "the path is too long");
		if (access(place(f, fresh, full), F_OK) != 0)
			break;
	}
	code = tell_audit(f, "partner.secret.rotate", fresh);
	if (code == CLI_OK)
		code = new_secret(c, f, full);
	if (code == CLI_OK)
		code = put_secrets(f, paths, PATHS);
	if (code == CLI_OK)
		printf("%s now has two secrets, and every message is signed with both. The new one "
		       "is in %s, for the partner.\n%s\n"
		       "When the partner verifies with the new one: parloeb partner secret retire "
		       "%s\n",
		    f->org.text, c->out, DISPATCH_READS, f->org.text);
	return code;
}

int
cmd_partner_secret_rotate(const struct cli *c)
{
	struct partner_file f;
	int code;

	if (c->out[0] == '\0')
		return cli_fail(CLI_USAGE,
		    "--out FILE takes the new secret, for the partner; see parloeb partner secret "
		    "rotate --help");
	code = open_file(c, &f);
	if (code == CLI_OK)
		code = rotate(c, &f);
	close_file(&f);
	return code;
}

/* ---- retire ---- */

static int
retire(struct partner_file *f)
{
	const char *paths[1] = {f->secret[1]};
	char full[PATH_BYTES];
	int code;

	if (f->n_secrets != 2)
		return cli_fail(CLI_FAULTS, "%s has one live secret, which stays", f->org.text);
	code = tell_audit(f, "partner.secret.retire", f->secret[0]);
	if (code == CLI_OK)
		code = put_secrets(f, paths, 1);
	if (code == CLI_OK && unlink(place(f, f->secret[0], full)) != 0)
		fprintf(stderr, "parloeb: %s could not be deleted\n", full);
	if (code == CLI_OK)
		printf("%s has one secret again; the older one is deleted.\n%s\n", f->org.text,
		    DISPATCH_READS);
	return code;
}

int
cmd_partner_secret_retire(const struct cli *c)
{
	struct partner_file f;
	int code = open_file(c, &f);

	if (code == CLI_OK)
		code = retire(&f);
	close_file(&f);
	return code;
}

/* ---- seal ---- */

/* false: it was sealed already. */
static int
seal_one(const struct partner_file *f, const char *path, bool *did)
{
	struct plb_errctx ec = {{0}};
	char full[PATH_BYTES], *p = NULL;
	struct plb_slice s;
	struct plb_buf out;
	size_t len;
	int code = CLI_OK;

	*did = false;
	if (plb_file_read(place(f, path, full), FILE_MAX_BYTES, &p, &len, &ec) != PLB_OK)
		return cli_fail(CLI_UNREACHED, "%s", ec.text);
	plb_buf_init(&out, 8192);
	while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r' || p[len - 1] == ' '))
		len--;
	if (!plb_hemmelig_er_forseglet(plb_slice(p, len))) {
		*did = true;
		code = at_rest(f, plb_slice(p, len), &out, &ec) == PLB_OK &&
			plb_buf_done(&out, &s) == PLB_OK
		    ? put_file(full, s, 0600)
		    : cli_fail(CLI_FAULTS, "%s", ec.text);
	}
	explicit_bzero(p, len);
	free(p);
	wipe(&out);
	return code;
}

int
cmd_partner_secret_seal(const struct cli *c)
{
	struct partner_file f;
	int code = open_file(c, &f);
	size_t i, n = 0;
	bool did;

	if (code == CLI_OK && plb_conf_common(f.k.conf)->partner_key.len == 0)
		code = cli_fail(CLI_FAULTS,
		    "there is no key to seal with (secrets.partner_key: 64 hex digits, openssl "
		    "rand -hex 32)");
	if (code == CLI_OK)
		code = tell_audit(&f, "partner.secret.seal", f.org.text);
	for (i = 0; i < f.n_secrets && code == CLI_OK; i++) {
		code = seal_one(&f, f.secret[i], &did);
		n += did;
	}
	if (code == CLI_OK)
		printf("%zu of %zu secrets of %s sealed now; the others were already.\n", n,
		    f.n_secrets, f.org.text);
	close_file(&f);
	return code;
}

/* ---- endpoint ---- */

static int
print_backlog(const struct cli *c, const struct partner_file *f)
{
	struct plb_slice json = {NULL, 0};
	struct plb_errctx ec = {{0}};
	const struct plb_jv *v;
	struct plb_buf answer;
	struct plb_arena a;
	char path[80];
	int code;

	plb_buf_init(&answer, 1u << 20);
	plb_arena_init(&a, 4u << 20);
	snprintf(path, sizeof(path), "/bord/koe?organisation=%s", f->org.text);
	code = cli_console(c, path, plb_slice(NULL, 0), &answer, &json);
	if (code == CLI_OK && plb_jv_parse(&a, json, &v, &ec) == PLB_OK) {
		long long open = (long long)plb_jv_int(plb_jv_get(v, "uafsluttet"), 0),
			  parked = (long long)plb_jv_int(plb_jv_get(v, "parkeret"), 0);

		printf("%s: from %s\n  to   %s\n", f->org.text, f->p->webhook.url, c->argv[2]);
		printf("%lld messages wait: their next attempt goes to the new address, in order, "
		       "person by person.\n"
		       "%lld of them are parked and stay so until: parloeb levering resume "
		       "--organisation %s\n",
		    open, parked, f->org.text);
		puts("Calls under way end at the old address; a message whose outcome is not known "
		     "is repeated to the new one under the same webhook-id.\n"
		     "Secrets, the mailbox and the feed cursor stay as they are.");
		if (f->p->webhook.kraev_test)
			puts("The file demands a passed test: until it names a report about the "
			     "new address, nothing is pushed and the mailbox fills.");
	}
	plb_arena_fini(&a);
	plb_buf_fini(&answer);
	return code;
}

static int
put_url(const struct cli *c, const struct partner_file *f)
{
	struct plb_errctx ec = {{0}};
	struct plb_slice s;
	struct plb_buf out;
	int code;

	plb_buf_init(&out, 2 * FILE_MAX_BYTES);
	if (partner_fil_url(plb_slice(f->text, f->len), c->argv[2], &out, &ec) != PLB_OK ||
	    plb_buf_done(&out, &s) != PLB_OK)
		code = cli_fail(CLI_FAULTS, "%s: %s", f->p->file, ec.text);
	else
		code = tell_audit(f, "partner.endpoint", c->argv[2]);
	if (code == CLI_OK)
		code = put_file(f->p->file, s, 0600);
	plb_buf_fini(&out);
	return code;
}

int
cmd_partner_endpoint(const struct cli *c)
{
	struct partner_file f;
	int code = open_file(c, &f);
	bool http = strncmp(c->argv[2], "http://", 7) == 0;

	if (code == CLI_OK && strncmp(c->argv[2], "https://", 8) != 0 &&
	    !(http && f.p->webhook.allow_private))
		code = cli_fail(CLI_USAGE,
		    "expected an https address (http only where the file says allow_private: "
		    "true)");
	if (code == CLI_OK)
		code = print_backlog(c, &f);
	if (code == CLI_OK && !c->yes)
		puts("Nothing has been done. The same with --yes does it.");
	else if (code == CLI_OK && (code = put_url(c, &f)) == CLI_OK)
		puts(DISPATCH_READS);
	close_file(&f);
	return code;
}
