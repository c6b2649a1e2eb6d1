// SPDX-License-Identifier: MPL-2.0
/* parloeb-console: the read model. Wiring. */
#include <parloeb/http_client.h>
#include <parloeb/log.h>
#include <parloeb/registry.h>

#include "console_run.h"

struct app {
	struct plb_conf *conf;
	struct plb_conf_console c;
	struct plb_schemas *schemas;
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct console_run *run;
	struct plb_mgmt *mgmt;
};

static bool
ready(void *arg, struct plb_buf *why_not)
{
	const struct app *app = arg;

	return console_run_ready(app->run, why_not);
}

static void
reload(void *arg)
{
	struct app *app = arg;
	struct plb_faults f;

	plb_faults_init(&f);
	if (plb_conf_reload(app->conf, &plb_section_console, &app->c, &f) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "configuration not taken", plb_f_str("fejl", f.text));
	plb_faults_fini(&f);
}

static enum plb_err
start(struct app *app, struct plb_errctx *ec)
{
	const struct plb_conf_common *c = plb_conf_common(app->conf);
	enum plb_err err = plb_schemas_load(c->schemas, c->koder, &app->schemas, ec);

	if (err == PLB_OK)
		err = plb_registry_start(app->schemas, c, plb_http_registry_post, ec);
	if (err != PLB_OK)
		return err;
	app->loop = plb_loop_new(ec);
	if (app->loop == NULL)
		return PLB_E_HUKOMMELSE;
	err = plb_bus_new(app->conf, "console", &app->bus, ec);
	if (err == PLB_OK)
		err = console_run_new(
		    app->loop, app->bus, app->conf, &app->c, app->schemas, &app->run, ec);
	if (err != PLB_OK)
		return err;
	app->mgmt = plb_mgmt_new(app->loop, app->c.management, ready, app, ec);
	if (app->mgmt == NULL)
		return PLB_E_KONFIG;
	plb_loop_on_reload(app->loop, reload, app);
	return PLB_OK;
}

static void
app_free(struct app *app)
{
	plb_mgmt_free(&app->mgmt);
	console_run_free(&app->run);
	plb_bus_free(&app->bus);
	plb_loop_free(&app->loop);
	plb_schemas_free(&app->schemas);
	plb_conf_free(&app->conf);
}

int
main(int argc, char **argv)
{
	struct app app = {.conf = NULL};
	struct plb_errctx ec = {{0}};
	enum plb_err err;
	int code = 0;

	app.conf =
	    plb_conf_main(argc, argv, "parloeb-console", &plb_section_console, &app.c, &code);
	if (app.conf == NULL)
		return code;
	err = start(&app, &ec);
	if (err == PLB_OK) {
		plb_log(PLB_LOG_INFO, "started", plb_f_str("version", plb_version()));
		err = plb_loop_run(app.loop, &ec);
	}
	if (err != PLB_OK)
		plb_log(PLB_LOG_ERROR, "stopped", plb_f_str("fejl", ec.text));
	app_free(&app);
	return err == PLB_OK ? 0 : 1;
}
