// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"
#include "plan_int.h"

#include <stdio.h>
#include <stdlib.h>

/* Webhook calls: from a committed intent to an outcome. */

struct kald {
	struct plan_led led;
	struct dispatch *d;
	struct plb_http_call *call;
	int32_t partition, forsoeg;
	struct plb_org org;
	struct plb_uuid id;
	uint8_t digest[32];
};

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
kald_fri(struct kald *k)
{
	struct endepunkt *ep = plan_endepunkt(&k->d->plan, plb_org_slice(&k->org));

	PLB_ASSERT(ep != NULL); /* a partition's calls end before its endpoints */
	plan_kald_slut(&k->d->plan, ep);
	led_ud(&k->led);
	free(k);
}

static void
slut(void *arg, const struct plb_http_result *r)
{
	struct kald *k = arg;
	struct dispatch *d = k->d;
	struct udfald u = {.art = UDFALD_SVAR,
	    .org = k->org,
	    .id = k->id,
	    .forsoeg = k->forsoeg,
	    .har_digest = true};
	int32_t partition = k->partition;

	u.klasse = svarklasse(art(r->outcome), r->status);
	u.traet = r->outcome != PLB_HTTP_ANSWER || r->status == 429 || r->status == 503;
	u.mindst_ms = r->retry_after_ms > 0 ? r->retry_after_ms : 0;
	memcpy(u.digest, k->digest, sizeof(u.digest));
	if (r->outcome == PLB_HTTP_ANSWER && u.klasse != SVAR_LEVERET)
		snprintf(u.tekst, sizeof(u.tekst), "HTTP %d", r->status);
	else if (r->outcome != PLB_HTTP_ANSWER)
		snprintf(u.tekst, sizeof(u.tekst), "%s", r->error);
	metric_svar(u.klasse, r->duration_us);
	kald_fri(k);
	udfald_saml(d, partition, u);
	hook_start(d);
	run_kald_sluttet(d);
}

/* The call could not even begin: its outcome all the same. */
static void
aldrig(struct dispatch *d, const struct levering *l, enum svarklasse klasse, const char *tekst)
{
	struct udfald u = {.art = UDFALD_SVAR,
	    .org = l->ep->org,
	    .id = l->id,
	    .forsoeg = l->forsoeg,
	    .klasse = klasse};

	snprintf(u.tekst, sizeof(u.tekst), "%s", tekst);
	plb_log(PLB_LOG_WARN, "webhook call not possible",
	    plb_f_str("organisation", l->ep->org.text), plb_f_uuid("leveringid", l->id),
	    plb_f_str("aarsag", tekst));
	metric_svar(klasse, 0);
	(void)udfald_giv(d, l->ep->partition, u);
}

static enum plb_err
begynd(struct dispatch *d, const struct levering *l, const struct plb_webhook_conf *hook,
    struct kald *k, struct plb_errctx *ec)
{
	struct krop_kald krop;
	struct indhold i = {0};
	struct post p;
	enum plb_err err = skridt_laes(d, l, &p, ec);

	if (err == PLB_OK && l->indhold == NULL)
		err = plb_err_set(ec, PLB_E_INTERN, "intent without content");
	if (err == PLB_OK)
		indhold_pak_ud(l->indhold, &i);
	if (err == PLB_OK)
		err = krop_byg(d->krop, &p, &i, &l->ep->org, l->har_person ? &l->person : NULL,
		    hook, plb_time_now(), &krop, ec);
	if (err != PLB_OK)
		return err;
	memcpy(k->digest, krop.digest, sizeof(k->digest));
	return plb_http_start(d->http,
	    &(struct plb_http_request){
		.method = "POST",
		.url = hook->url,
		.headers = krop.headers,
		.body = krop.body,
		.timeout_ms = d->conf.timeout_ms,
		.connect_timeout_ms = d->conf.connect_timeout_ms,
		.response_max = d->conf.response_max,
		.allow_private = hook->allow_private,
		.allow_http = hook->allow_private,
		.ca_file = hook->ca_file,
		.cert_file = hook->cert_file,
		.key_file = hook->key_file,
		.done = slut,
		.arg = k,
	    },
	    &k->call, ec);
}

/* False: it did not begin, and its outcome has been handed in. */
static bool
kald(struct dispatch *d, const struct levering *l)
{
	const struct plb_partner *partner = plb_partner_by_org(d->partnere, &l->ep->org);
	struct plb_errctx ec = {0};
	struct kald *k;
	enum plb_err err;

	/* The partner file has lost its webhook since: the intent is taken back. */
	if (partner == NULL || partner->webhook.url == NULL || partner->webhook.spaerret != NULL) {
		run_tag_tilbage(d, l);
		return false;
	}
	k = calloc(1, sizeof(*k));
	if (k == NULL) {
		aldrig(d, l, SVAR_MIDLERTIDIG, "out of memory");
		return false;
	}
	k->d = d;
	k->partition = l->ep->partition;
	k->forsoeg = l->forsoeg;
	k->org = l->ep->org;
	k->id = l->id;
	err = begynd(d, l, &partner->webhook, k, &ec);
	if (err == PLB_OK) {
		led_sidst(&d->kald, &k->led);
		return true;
	}
	free(k);
	/* What cannot be opened today will not open tomorrow: it parks, and its person's queue with
	 * it. */
	aldrig(
	    d, l, plb_err_class(err) == PLB_CLASS_REJECT ? SVAR_AFVIST : SVAR_MIDLERTIDIG, ec.text);
	return false;
}

void
hook_start(struct dispatch *d)
{
	struct levering *l;

	while (!d->stopper && (l = plan_start(&d->plan)) != NULL)
		if (!kald(d, l))
			plan_kald_slut(&d->plan, l->ep);
	metric_saet(DISPATCH_M_KALD, (int64_t)d->plan.kald);
	metric_saet(DISPATCH_M_IGANG, (int64_t)d->plan.igang);
}

void
hook_slip(struct dispatch *d, int32_t partition)
{
	struct plan_led *led = d->kald.naeste, *naeste;

	for (; led != &d->kald; led = naeste) {
		struct kald *k = PLAN_OM(led, struct kald, led);

		naeste = led->naeste;
		if (partition >= 0 && k->partition != partition)
			continue;
		plb_http_cancel(&k->call);
		kald_fri(k);
	}
}
