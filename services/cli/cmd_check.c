// SPDX-License-Identifier: MPL-2.0
#include <stdio.h>

#include <parloeb/buf.h>
#include <parloeb/partnere.h>
#include <parloeb/schema.h>
#include <parloeb/underskrevet.h>

#include "cmd.h"
#include "organisationer.h"
#include "regel_yaml.h"

#define OUT_MAX (1u << 20)

/* How much of each was read. */
struct counts {
	size_t schemas, partners, rule_sets, agreements;
};

/* The partner files as dispatch reads them; a webhook that has not passed the test it demands is a
 * fault. */
static size_t
check_partners(const struct plb_conf_common *c, struct plb_faults *f)
{
	uint8_t proof_public[PLB_ED25519_PUBLIC];
	struct plb_partnere *partnere = NULL;
	struct plb_errctx ec = {{0}};
	bool known = c->proof_public[0] != '\0' &&
	    plb_proof_public(c->proof_public, proof_public, &ec) == PLB_OK;
	size_t i, n = 0;

	if (!known && c->proof_public[0] != '\0')
		plb_faults_add(f, c->proof_public, 1, 1, "%s", ec.text);
	if (plb_partnere_load_push(
		c->partnere, &c->partner_key, known ? proof_public : NULL, &partnere, f) == PLB_OK)
		n = plb_partnere_count(partnere);
	for (i = 0; i < n; i++) {
		const struct plb_partner *p = plb_partnere_at(partnere, i);

		if (p->webhook.spaerret != NULL)
			plb_faults_add(f, p->file, p->webhook.line, 1,
			    "the webhook is not live: %s", p->webhook.spaerret);
	}
	plb_partnere_free(&partnere);
	return n;
}

/* Every part is read, so that all faults show at once. */
static void
check_parts(const struct plb_conf_common *c, struct counts *n, struct plb_faults *f)
{
	struct organisationer *organisationer = NULL;
	struct plb_schemas *schemas = NULL;
	struct plb_errctx ec = {{0}};
	struct regler *regler;

	if (plb_schemas_load(c->schemas, c->koder, &schemas, &ec) == PLB_OK)
		n->schemas = plb_schemas_count(schemas);
	else
		plb_faults_add(f, c->schemas, 0, 0, "%s", ec.text);
	regler = regel_yaml_load(c->regler, c->koder, f);
	if (regler != NULL) {
		n->rule_sets = regler->n;
		n->agreements = regler->n_aftaler;
	}
	n->partners = check_partners(c, f);
	if (organisationer_load(c->organisationer, &organisationer, f) == PLB_E_HUKOMMELSE)
		plb_faults_add(f, c->organisationer, 1, 1, "out of memory");
	organisationer_free(&organisationer);
	regel_yaml_free(&regler);
	plb_schemas_free(&schemas);
}

static void
print_json(const struct counts *n, const struct plb_faults *f)
{
	const char *line = f->text, *end;
	struct plb_buf out;
	struct plb_slice s;

	plb_buf_init(&out, OUT_MAX);
	plb_buf_printf(&out,
	    "{\"schemas\":%zu,\"ruleSets\":%zu,\"agreements\":%zu,\"partners\":%zu,\"faults\":[",
	    n->schemas, n->rule_sets, n->agreements, n->partners);
	for (; line != NULL && *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = strchr(line, '\n');
		end = end == NULL ? line + strlen(line) : end;
		if (line != f->text)
			plb_buf_str(&out, ",");
		plb_buf_json(&out, plb_slice(line, (size_t)(end - line)));
	}
	plb_buf_str(&out, "]}");
	if (plb_buf_done(&out, &s) == PLB_OK)
		printf("%.*s\n", (int)s.len, (const char *)s.p);
	plb_buf_fini(&out);
}

int
cmd_check(const struct cli *c)
{
	struct counts n = {0, 0, 0, 0};
	struct plb_faults f;
	struct plb_conf *conf;
	size_t faults;

	plb_faults_init(&f);
	conf = plb_conf_load(c->config, &f);
	if (conf != NULL)
		check_parts(plb_conf_common(conf), &n, &f);
	faults = f.n;
	if (c->json)
		print_json(&n, &f);
	else if (faults > 0)
		fputs(f.text, stderr);
	else
		printf(
		    "%s: in order (%zu event types, %zu rule sets, %zu agreements, %zu partners)\n",
		    c->config, n.schemas, n.rule_sets, n.agreements, n.partners);
	plb_conf_free(&conf);
	plb_faults_fini(&f);
	return faults > 0 ? CLI_FAULTS : CLI_OK;
}
