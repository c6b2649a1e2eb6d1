// SPDX-License-Identifier: MPL-2.0
#include "forloeb_regler.h"

#include <parloeb/log.h>
#include <stdio.h>

#include "regel_yaml.h"

void
forloeb_regler_check(const struct plb_conf *conf, struct plb_faults *f)
{
	const struct plb_conf_common *c = plb_conf_common(conf);
	struct regler *r = regel_yaml_load(c->regler, c->koder, f);

	regel_yaml_free(&r);
}

enum plb_err
forloeb_regler_load(const struct plb_conf_common *c, struct regler **out, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	struct plb_faults f;

	plb_faults_init(&f);
	*out = regel_yaml_load(c->regler, c->koder, &f);
	if (*out == NULL) {
		fputs(f.text, stderr);
		err = plb_err_set(ec, PLB_E_KONFIG, "rule sets have faults");
	}
	plb_faults_fini(&f);
	return err;
}

void
forloeb_regler_reload(const struct plb_conf_common *c, struct forloeb_run *run, struct regler **r)
{
	struct regler *nye, *gamle = *r;
	struct plb_faults f;

	plb_faults_init(&f);
	nye = regel_yaml_load(c->regler, c->koder, &f);
	if (nye != NULL && regel_yaml_afloeser(nye, gamle, c->regler, &f)) {
		forloeb_run_regler(run, nye);
		*r = nye;
		regel_yaml_free(&gamle);
		plb_log(PLB_LOG_INFO, "rule sets read again",
		    plb_f_int("regelsaet", (int64_t)nye->n),
		    plb_f_int("aftaler", (int64_t)nye->n_aftaler));
	} else {
		regel_yaml_free(&nye);
		plb_log(PLB_LOG_ERROR, "rule sets not taken, the running ones stay",
		    plb_f_str("fejl", f.text));
	}
	plb_faults_fini(&f);
}

void
forloeb_regler_free(struct regler **r)
{
	regel_yaml_free(r);
}
