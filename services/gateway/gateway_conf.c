// SPDX-License-Identifier: MPL-2.0
#include "gateway_conf.h"

#include <parloeb/http_client.h>
#include <parloeb/log.h>
#include <parloeb/registry.h>

#include <stdio.h>
#include <stdlib.h>

#include "metrik.h"

static bool
load_people(struct gateway *g, struct plb_faults *f)
{
	struct organisationer *orgs = NULL;
	struct plb_partnere *partnere = NULL;
	bool ok;

	ok = plb_partnere_load(g->common->partnere, &partnere, f) == PLB_OK;
	ok = organisationer_load(g->common->organisationer, &orgs, f) == PLB_OK && ok;
	if (!ok) {
		plb_partnere_free(&partnere);
		organisationer_free(&orgs);
		return false;
	}
	plb_partnere_free(&g->partnere);
	organisationer_free(&g->organisationer);
	g->partnere = partnere;
	g->organisationer = orgs;
	metrik_saet(METRIK_PARTNERE, (int64_t)plb_partnere_count(partnere));
	return true;
}

static enum plb_err
load_keys(struct gateway *g, struct plb_errctx *ec)
{
	const struct plb_crypto_keys keys = {
	    .person_key = g->common->person_key,
	    .data_key = g->common->data_key,
	    .hmac_key = g->common->hmac_key,
	    .data_key_id = (uint32_t)g->common->data_key_id,
	};

	return plb_crypto_new(&keys, &g->krypto, ec);
}

bool
gateway_conf_load(struct gateway *g)
{
	const char *bench = getenv("PARLOEB_BENCH");
	struct plb_errctx ec = {{0}};
	struct plb_faults f;
	bool ok;

	plb_faults_init(&f);
	if (g->conf.mock_log && (bench == NULL || strcmp(bench, "1") != 0))
		plb_faults_add(&f, plb_conf_path(g->file), 1, 1,
		    "gateway.mock_log: acknowledges what it throws away; only with PARLOEB_BENCH=1 "
		    "in the environment");
	ok = load_people(g, &f) && f.n == 0;
	if (f.n > 0)
		fputs(f.text, stderr);
	plb_faults_fini(&f);
	if (ok &&
	    (plb_schemas_load(g->common->schemas, g->common->koder, &g->skemaer, &ec) != PLB_OK ||
		plb_registry_start(g->skemaer, g->common, plb_http_registry_post, &ec) != PLB_OK ||
		load_keys(g, &ec) != PLB_OK)) {
		fprintf(stderr, "%s\n", ec.text);
		ok = false;
	}
	return ok;
}

void
gateway_conf_reload(struct gateway *g)
{
	struct plb_faults f;

	plb_faults_init(&f);
	if (plb_conf_reload(g->file, &plb_section_gateway, &g->conf, &f) == PLB_OK &&
	    load_people(g, &f))
		plb_log(PLB_LOG_INFO, "configuration read again",
		    plb_f_int("partnere", (int64_t)plb_partnere_count(g->partnere)));
	else
		plb_log(PLB_LOG_ERROR, "configuration has faults; the one in force stays",
		    plb_f_str("fejl", f.text == NULL ? "" : f.text));
	plb_faults_fini(&f);
}

void
gateway_conf_free(struct gateway *g)
{
	plb_crypto_free(&g->krypto);
	plb_schemas_free(&g->skemaer);
	plb_partnere_free(&g->partnere);
	organisationer_free(&g->organisationer);
}
