// SPDX-License-Identifier: MPL-2.0
/* parloeb-forloeb: the only service that decides. Wiring. */
#include <parloeb/flow.h>
#include <parloeb/http_client.h>
#include <parloeb/http_server.h>
#include <parloeb/log.h>
#include <parloeb/registry.h>
#include <stdio.h>

#include "forloeb_metrics.h"
#include "forloeb_regler.h"
#include "forloeb_run.h"

#define DAG_MS INT64_C(86400000)

struct app {
	struct plb_conf *conf;
	struct plb_conf_forloeb c;
	struct regler *regler;
	struct plb_schemas *schemas;
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct forloeb_run *run;
	struct plb_flow *flow;
	struct plb_mgmt *mgmt;
};

static bool
ready(void *arg, struct plb_buf *why_not)
{
	const struct app *app = arg;

	return plb_flow_ready(app->flow, why_not);
}

static void
drained(void *arg)
{
	struct app *app = arg;

	plb_loop_stop(app->loop);
}

static void
stop(void *arg)
{
	struct app *app = arg;

	plb_log(PLB_LOG_INFO, "stopping: finishing the batch");
	plb_flow_drain(app->flow, drained, app);
}

static void
reload(void *arg)
{
	struct app *app = arg;
	struct plb_faults f;

	plb_faults_init(&f);
	if (plb_conf_reload(app->conf, &plb_section_forloeb, &app->c, &f) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "configuration not taken", plb_f_str("fejl", f.text));
	else
		plb_log_level_set((enum plb_log_level)plb_conf_common(app->conf)->log_level);
	plb_faults_fini(&f);
	forloeb_regler_reload(plb_conf_common(app->conf), app->run, &app->regler);
}

static enum plb_err
data_load(struct app *app, struct plb_errctx *ec)
{
	const struct plb_conf_common *c = plb_conf_common(app->conf);
	enum plb_err err = forloeb_regler_load(c, &app->regler, ec);

	if (err == PLB_OK)
		err = plb_schemas_load(c->schemas, c->koder, &app->schemas, ec);
	return err == PLB_OK ? plb_registry_start(app->schemas, c, plb_http_registry_post, ec)
			     : err;
}

static enum plb_err
start(struct app *app, struct plb_errctx *ec)
{
	enum plb_err err = data_load(app, ec);

	if (err != PLB_OK)
		return err;
	app->loop = plb_loop_new(ec);
	if (app->loop == NULL)
		return PLB_E_HUKOMMELSE;
	forloeb_metrics_init();
	err = plb_bus_new(app->conf, "forloeb", &app->bus, ec);
	if (err == PLB_OK)
		err = forloeb_run_new(
		    app->schemas, app->regler, app->c.dedupe_days * DAG_MS, &app->run, ec);
	if (err == PLB_OK)
		err = plb_flow_new(app->loop, app->bus, app->conf, &app->c.flow,
		    forloeb_run_spec(app->run), &app->flow, ec);
	if (err != PLB_OK)
		return err;
	forloeb_run_frister(app->run, app->c.wait_days * DAG_MS, app->c.keep_days * DAG_MS);
	forloeb_run_flow(app->run, app->flow);
	app->mgmt = plb_mgmt_new(app->loop, app->c.flow.management, ready, app, ec);
	if (app->mgmt == NULL)
		return PLB_E_KONFIG;
	plb_loop_on_stop(app->loop, stop, app);
	plb_loop_on_reload(app->loop, reload, app);
	return plb_flow_start(app->flow, ec);
}

static void
app_free(struct app *app)
{
	plb_flow_free(&app->flow);
	plb_mgmt_free(&app->mgmt);
	forloeb_run_free(&app->run);
	plb_bus_free(&app->bus);
	plb_loop_free(&app->loop);
	plb_schemas_free(&app->schemas);
	forloeb_regler_free(&app->regler);
	plb_conf_free(&app->conf);
}

int
main(int argc, char **argv)
{
	struct app app = {.conf = NULL};
	struct plb_errctx ec = {{0}};
	enum plb_err err;
	int code = 0;

	app.conf = plb_conf_main_check(argc, argv, "parloeb-forloeb", &plb_section_forloeb, &app.c,
	    forloeb_regler_check, &code);
	if (app.conf == NULL)
		return code;
	err = start(&app, &ec);
	if (err == PLB_OK) {
		plb_log(PLB_LOG_INFO, "started", plb_f_str("version", plb_version()),
		    plb_f_str("instans", app.c.flow.instance));
		err = plb_loop_run(app.loop, &ec);
	}
	if (err == PLB_OK && plb_flow_failed(app.flow, &ec))
		err = PLB_E_KAFKA;
	if (err != PLB_OK)
		plb_log(PLB_LOG_ERROR, "stopped", plb_f_str("fejl", ec.text));
	app_free(&app);
	return err == PLB_OK ? 0 : 1;
}
