// SPDX-License-Identifier: MPL-2.0
#include "hook_ud.h"

#include <stdio.h>

/* Webhook calls. */

static enum svar_art
art(enum plb_http_outcome o)
{
	switch (o) {
	case PLB_HTTP_ANSWER:
		return SVAR_ART_STATUS;
	case PLB_HTTP_TLS:
		return SVAR_ART_TLS;
	case PLB_HTTP_ADDRESS:
	case PLB_HTTP_URL:
		return SVAR_ART_ADRESSE;
	case PLB_HTTP_TIMEOUT:
	case PLB_HTTP_CONNECT:
	case PLB_HTTP_TOO_LARGE:
		break;
	}
	return SVAR_ART_TAVS;
}

static void
slut(void *arg, const struct plb_http_result *r)
{
	struct udfald u = {.klasse = svarklasse(art(r->outcome), r->status)};

	u.traet = r->outcome != PLB_HTTP_ANSWER || r->status == 429 || r->status == 503;
	u.mindst_ms = r->retry_after_ms > 0 ? r->retry_after_ms : 0;
	if (r->outcome == PLB_HTTP_ANSWER && u.klasse != SVAR_LEVERET)
		snprintf(u.tekst, sizeof(u.tekst), "HTTP %d", r->status);
	else if (r->outcome != PLB_HTTP_ANSWER)
		snprintf(u.tekst, sizeof(u.tekst), "%s", r->error);
	metric_svar(u.klasse, r->duration_us);
	kald_slut(arg, u);
}

static enum plb_err
begynd(struct kald *k, const struct kanal_opgave *o, struct plb_errctx *ec)
{
	const struct plb_webhook_conf *hook = &o->partner->webhook;
	const struct plb_conf_dispatch *conf = &k->d->conf;
	struct plb_http_call *call;
	struct krop_kald krop;
	enum plb_err err = krop_byg(
	    k->d->krop, o->post, o->indhold, &k->org, o->person, hook, plb_time_now(), &krop, ec);

	if (err != PLB_OK)
		return err;
	memcpy(k->digest, krop.digest, sizeof(k->digest));
	err = plb_http_start(k->d->http,
	    &(struct plb_http_request){
		.method = "POST",
		.url = hook->url,
		.headers = krop.headers,
		.body = krop.body,
		.timeout_ms = conf->timeout_ms,
		.connect_timeout_ms = conf->connect_timeout_ms,
		.response_max = conf->response_max,
		.allow_private = hook->allow_private,
		.allow_http = hook->allow_private,
		.ca_file = hook->ca_file,
		.cert_file = hook->cert_file,
		.key_file = hook->key_file,
		.done = slut,
		.arg = k,
	    },
	    &call, ec);
	if (err == PLB_OK)
		k->eget = call;
	return err;
}

static void
annuller(struct kald *k)
{
	struct plb_http_call *call = k->eget;

	plb_http_cancel(&call);
}

const struct kanal kanal_webhook = {
    .nr = PLB_KANAL_WEBHOOK, .begynd = begynd, .annuller = annuller};
