// SPDX-License-Identifier: MPL-2.0
// parloeb-dispatch: wiring only.

#include <parloeb/http_client.h>
#include <parloeb/http_server.h>
#include <parloeb/log.h>
#include <parloeb/registry.h>

#include "dispatch_run.h"

struct proces {
	struct plb_conf *conf;
	struct plb_conf_dispatch dispatch;
	struct plb_loop *loop;
	struct plb_bus *bus;
	struct plb_schemas *schemas;
	struct plb_crypto *crypto;
	struct plb_mgmt *mgmt;
	struct dispatch *service;
};

static void
drained(void *arg)
{
	plb_loop_stop(((struct proces *)arg)->loop);
}

static void
on_stop(void *arg)
{
	dispatch_drain(((struct proces *)arg)->service, drained, arg);
}

static void
on_reload(void *arg)
{
	struct proces *p = arg;
	struct plb_faults f;

	plb_faults_init(&f);
	if (plb_conf_reload(p->conf, &plb_section_dispatch, NULL, &f) != PLB_OK)
		plb_log(PLB_LOG_ERROR, "configuration not taken", plb_f_str("fejl", f.text));
	plb_faults_fini(&f);
	dispatch_reload(p->service);
}

static enum plb_err
keys(struct proces *p, struct plb_errctx *ec)
{
	const struct plb_conf_common *c = plb_conf_common(p->conf);
	struct plb_crypto_keys k = {.person_key = c->person_key,
	    .data_key = c->data_key,
	    .hmac_key = c->hmac_key,
	    .data_key_id = (uint32_t)c->data_key_id};
	enum plb_err err = plb_crypto_new(&k, &p->crypto, ec);

	plb_secret_wipe(&k.person_key);
	plb_secret_wipe(&k.data_key);
	plb_secret_wipe(&k.hmac_key);
	return err;
}

/* How large an order may be without a second person: the console's own key. */
static enum plb_err
order_limit(const struct proces *p, int64_t *limit, struct plb_errctx *ec)
{
	struct plb_conf_console c = {0};
	struct plb_faults f;
	enum plb_err err;

	plb_faults_init(&f);
	err = plb_conf_section(p->conf, &plb_section_console, &c, &f);
	*limit = c.approve_above;
	plb_faults_fini(&f);
	return err == PLB_OK ? err : plb_err_set(ec, err, "section console");
}

static enum plb_err
wire_up(struct proces *p, struct plb_errctx *ec)
{
	const struct plb_conf_common *c = plb_conf_common(p->conf);
	struct dispatch_dele dele;
	int64_t godkend_over = 0;
	enum plb_err err;

	p->loop = plb_loop_new(ec);
	if (p->loop == NULL)
		return PLB_E_IO;
	err = plb_schemas_load(c->schemas, c->koder, &p->schemas, ec);
	if (err == PLB_OK)
		err = plb_registry_start(p->schemas, c, plb_http_registry_post, ec);
	if (err == PLB_OK)
		err = keys(p, ec);
	if (err == PLB_OK)
		err = plb_bus_new(p->conf, "dispatch", &p->bus, ec);
	if (err == PLB_OK)
		err = order_limit(p, &godkend_over, ec);
	if (err != PLB_OK)
		return err;
	dele = (struct dispatch_dele){
	    p->loop, p->bus, p->conf, &p->dispatch, p->schemas, p->crypto, godkend_over};
	err = dispatch_new(&dele, &p->service, ec);
	if (err != PLB_OK)
		return err;
	p->mgmt =
	    plb_mgmt_new(p->loop, p->dispatch.flow.management, dispatch_ready, p->service, ec);
	if (p->mgmt == NULL)
		return PLB_E_IO;
	plb_loop_on_stop(p->loop, on_stop, p);
	plb_loop_on_reload(p->loop, on_reload, p);
	return dispatch_start(p->service, ec);
}

static void
tear_down(struct proces *p)
{
	plb_mgmt_free(&p->mgmt);
	dispatch_free(&p->service);
	plb_bus_free(&p->bus);
	plb_crypto_free(&p->crypto);
	plb_schemas_free(&p->schemas);
	plb_loop_free(&p->loop);
	plb_conf_free(&p->conf);
}

int
main(int argc, char **argv)
{
	struct plb_errctx ec = {0};
	struct proces p = {0};
	enum plb_err err;
	int code = 0;

	p.conf = plb_conf_main(
	    argc, argv, "parloeb-dispatch", &plb_section_dispatch, &p.dispatch, &code);
	if (p.conf == NULL)
		return code;
	err = wire_up(&p, &ec);
	if (err == PLB_OK)
		err = plb_loop_run(p.loop, &ec);
	if (err == PLB_OK && dispatch_failed(p.service, &ec))
		err = PLB_E_INTERN;
	if (err != PLB_OK) {
		plb_log(PLB_LOG_ERROR, "parloeb-dispatch ends", plb_f_str("fejl", ec.text),
		    plb_f_str("kode", plb_err_name(err)));
		code = plb_err_class(err) == PLB_CLASS_RETRY ? 3 : 1;
	}
	tear_down(&p);
	return code;
}
