// SPDX-License-Identifier: MPL-2.0
//
// `webhook` of a partner file: address, secrets, signing keys, certificates, the test it demands.

#include <stdlib.h>

#include <parloeb/crypto.h>
#include <parloeb/loop.h>

#include "partner_test.h"
#include "partnere_int.h"

#define SECRET_FILE_MAX 512
#define DEFAULT_CONCURRENCY 32

/* The text of a secret file, opened where it is sealed, into out; false: there is none for us. */
static bool
secret_text(struct laeser *l, struct plb_yaml *n, struct plb_buf *out)
{
	const char *file = partner_sti(l, n);
	struct plb_errctx ec = {{0}};
	struct plb_slice text;
	enum plb_err err;
	char *p = NULL;
	size_t len;

	if (file == NULL)
		return false;
	if (plb_file_read(file, SECRET_FILE_MAX, &p, &len, &ec) != PLB_OK) {
		partner_fejl(l, n, ec.text);
		return false;
	}
	while (len > 0 && (p[len - 1] == '\n' || p[len - 1] == '\r' || p[len - 1] == ' '))
		len--;
	text = plb_slice(p, len);
	if (!plb_hemmelig_er_forseglet(text))
		plb_buf_slice(out, text);
	else if (l->partner_key != NULL) {
		err = plb_hemmelig_aabn(l->partner_key, text, out, &ec);
		if (err != PLB_OK)
			partner_fejl(l, n, ec.text);
	}
	explicit_bzero(p, len);
	free(p);
	return out->len > 0;
}

/* A list of files with keys: Standard Webhooks secrets, or signing keys. */
static void
read_keys(struct laeser *l, struct plb_yaml *list,
    enum plb_err (*parse)(struct plb_slice, struct plb_secret *), const char *wrong,
    struct plb_secret *out, size_t *n_out)
{
	struct plb_yaml *n;
	struct plb_slice text;
	struct plb_buf b;
	size_t count = 0;

	plb_buf_init(&b, SECRET_FILE_MAX);
	for (n = list->first; n != NULL; n = n->next) {
		n->used = true;
		if (count++ == PLB_PARTNER_SECRETS) {
			partner_fejl(l, n, "at most two, the second during a change");
			break;
		}
		plb_buf_reset(&b);
		if (!secret_text(l, n, &b))
			continue;
		if (plb_buf_done(&b, &text) == PLB_OK && parse(text, &out[*n_out]) == PLB_OK)
			(*n_out)++;
		else
			partner_fejl(l, n, wrong);
	}
	if (b.p != NULL)
		explicit_bzero(b.p, b.size);
	plb_buf_fini(&b);
}

/* alg: which signatures go out; v1a needs signing_keys. */
static void
read_alg(struct laeser *l, struct plb_yaml *w)
{
	struct plb_webhook_conf *c = &l->p->webhook;
	struct plb_yaml *list = plb_yaml_get(w, "alg", l->f),
			*keys = plb_yaml_get(w, "signing_keys", l->f), *n;
	bool v1a = false;

	for (n = list != NULL ? list->first : NULL; n != NULL; n = n->next) {
		n->used = true;
		if (n->kind == PLB_YAML_SCALAR && plb_slice_is(n->text, "v1a"))
			v1a = true;
		else if (n->kind != PLB_YAML_SCALAR || !plb_slice_is(n->text, "v1"))
			partner_fejl(l, n, "signature not known: expected v1 or v1a");
	}
	if (keys != NULL)
		read_keys(l, keys, plb_webhook_signing_key,
		    "the file does not hold a Standard Webhooks signing key (whsk_ and 32 bytes in "
		    "base64)",
		    c->signing, &c->n_signing);
	if (v1a != (keys != NULL && keys->first != NULL))
		partner_fejl(
		    l, keys != NULL ? keys : list, "v1a in alg and signing_keys go together");
}

void
partner_webhook(struct laeser *l, struct plb_yaml *root)
{
	struct plb_webhook_conf *c = &l->p->webhook;
	struct plb_yaml *w = plb_yaml_get(root, "webhook", l->f), *list, *url;

	c->concurrency = DEFAULT_CONCURRENCY;
	if (w == NULL)
		return;
	c->line = w->line;
	(void)plb_yaml_bool(plb_yaml_get(w, "allow_private", l->f), &c->allow_private, l->f);
	(void)plb_yaml_int(plb_yaml_get(w, "concurrency", l->f), 1, 1024, &c->concurrency, l->f);
	url = plb_yaml_need(w, "url", l->f);
	if (plb_yaml_str(url, &c->url, l->f) && strncmp(c->url, "https://", 8) != 0 &&
	    !(c->allow_private && strncmp(c->url, "http://", 7) == 0))
		partner_fejl(
		    l, url, "expected an https address (http only with allow_private: true)");
	list = plb_yaml_need(w, "secrets", l->f);
	if (list != NULL)
		read_keys(l, list, plb_webhook_secret,
		    "the file does not hold a Standard Webhooks secret (whsec_ and 24 to 64 bytes "
		    "in base64)",
		    c->secret, &c->n_secrets);
	if (list != NULL && list->first == NULL)
		partner_fejl(l, list, "expected at least one secret file");
	c->ca_file = partner_sti(l, plb_yaml_get(w, "ca", l->f));
	c->cert_file = partner_sti(l, plb_yaml_get(w, "cert", l->f));
	c->key_file = partner_sti(l, plb_yaml_get(w, "key", l->f));
	read_alg(l, w);
	(void)plb_yaml_bool(plb_yaml_get(w, "kraev_test", l->f), &c->kraev_test, l->f);
	c->testrapport = partner_sti(l, plb_yaml_get(w, "testrapport", l->f));
	if (c->kraev_test && l->partner_key != NULL)
		c->spaerret = partner_testet(l->arena, c, l->proof_public);
}
