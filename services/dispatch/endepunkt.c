// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"
#include "plan_int.h"

/* An endpoint's own state: open, paused with probes (half open), switched off, held. */

#define PROEVE_LAENGST_MS (3600 * (int64_t)1000)

/* Written only while it says something. */
static enum plb_err
gem(struct dispatch *d, struct plb_flow_tx *tx, const struct endepunkt *ep, struct plb_slice aarsag,
    struct plb_errctx *ec)
{
	struct endepunkt_post e = {.status = (int)ep->aabning,
	    .siden = plb_time_now().ms,
	    .aarsag = aarsag,
	    .holdt = ep->holdt,
	    .proever = ep->n_proever,
	    .proeve = ep->proeve_ms};
	struct plb_slice primary = plb_org_slice(&ep->org), sub;
	uint8_t plads[SUB_MAX];

	sub = skridt_noegle(ep, 'e', NULL, 0, plads);
	if (ep->aabning == EP_AABEN && !ep->holdt)
		return skridt_fejl(plb_flow_del(tx, primary, sub), "state", ec);
	return skridt_fejl(plb_flow_put(tx, primary, sub,
			       dispatch_wire_skriv(d->wire, SLAGS_ENDEPUNKT, &e), PLB_TIME_NEVER),
	    "state", ec);
}

enum plb_err
endepunkt_skift(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    enum plan_aabning til, struct plb_slice aarsag, struct plb_errctx *ec)
{
	plan_endepunkt_aabn(&d->plan, ep, til);
	kopi_se_efter(d, ep);
	return gem(d, tx, ep, aarsag, ec);
}

enum plb_err
endepunkt_hold(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, bool holdt,
    struct plb_slice aarsag, struct plb_errctx *ec)
{
	if (ep->holdt == holdt)
		return PLB_OK;
	plb_log(PLB_LOG_INFO, holdt ? "mailbox held" : "mailbox no longer held",
	    plb_f_str("organisation", ep->org.text));
	plan_hold(&d->plan, ep, holdt);
	return gem(d, tx, ep, aarsag, ec);
}

void
endepunkt_laest(struct endepunkt *ep, const struct endepunkt_post *e)
{
	ep->aabning = (enum plan_aabning)e->status;
	ep->holdt = e->holdt;
	ep->n_proever = e->proever;
	ep->proeve_ms = e->proeve;
}

/* Twice as long after each probe in vain. */
static int64_t
proeve_pause(const struct dispatch *d, int32_t n)
{
	int64_t ms = d->conf.probe_ms;

	while (n-- > 0 && ms < PROEVE_LAENGST_MS)
		ms *= 2;
	return ms < PROEVE_LAENGST_MS ? ms : PROEVE_LAENGST_MS;
}

static enum plb_err
pause(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, const struct udfald *u,
    struct plb_errctx *ec)
{
	int32_t n = ep->aabning == EP_PAUSE ? ep->n_proever + 1 : 0;

	plan_endepunkt_aabn(&d->plan, ep, EP_PAUSE);
	kopi_se_efter(d, ep);
	ep->n_proever = n;
	/* What we refuse ourselves stays refused until somebody changes it. */
	ep->proeve_ms = u->klasse == SVAR_VORES ? 0 : plb_time_now().ms + proeve_pause(d, n);
	return gem(d, tx, ep, plb_slice_str(u->tekst), ec);
}

/* The endpoint's own fault: it pauses, or is off. */
static enum plb_err
luk(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, const struct udfald *u,
    struct plb_errctx *ec)
{
	enum plan_aabning til = u->klasse == SVAR_FRA ? EP_FRA : EP_PAUSE;

	if (ep->aabning > til || (ep->aabning == til && !ep->proever))
		return PLB_OK;
	if (ep->aabning != til) {
		metric(DISPATCH_M_ENDEPUNKT_PAUSE);
		plb_log(u->klasse == SVAR_VORES ? PLB_LOG_ERROR : PLB_LOG_WARN,
		    til == EP_FRA ? "endpoint switched off" : "endpoint paused",
		    plb_f_str("organisation", ep->org.text), plb_f_str("aarsag", u->tekst));
	}
	return til == EP_FRA ? endepunkt_skift(d, tx, ep, til, plb_slice_str(u->tekst), ec)
			     : pause(d, tx, ep, u, ec);
}

enum plb_err
endepunkt_udfald(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct udfald *u, struct plb_errctx *ec)
{
	switch (u->klasse) {
	case SVAR_LEVERET:
	case SVAR_AFVIST:
		plan_baerer(&d->plan, ep, true);
		if (ep->aabning != EP_PAUSE || !ep->proever)
			return PLB_OK;
		plb_log(
		    PLB_LOG_INFO, "endpoint open again", plb_f_str("organisation", ep->org.text));
		return endepunkt_skift(d, tx, ep, EP_AABEN, plb_slice(NULL, 0), ec);
	case SVAR_MIDLERTIDIG:
		if (u->traet)
			plan_baerer(&d->plan, ep, false);
		return ep->aabning == EP_PAUSE && ep->proever ? pause(d, tx, ep, u, ec) : PLB_OK;
	case SVAR_PAUSE:
	case SVAR_FRA:
	case SVAR_VORES:
		return luk(d, tx, ep, u, ec);
	case SVAR_KLASSER:
		break;
	}
	return PLB_OK;
}

int64_t
endepunkt_naeste_proeve(const struct dispatch *d)
{
	int64_t naeste = INT64_MAX;
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL) {
		const struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		if (ep->proeve_ms > 0 && ep->proeve_ms < naeste)
			naeste = ep->proeve_ms;
	}
	return naeste;
}

void
endepunkt_proev(struct dispatch *d, int64_t nu_ms)
{
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		if (ep->proeve_ms > 0 && ep->proeve_ms <= nu_ms)
			plan_proev(&d->plan, ep);
	}
}

static int64_t
aeldste(const struct endepunkt *ep, int64_t nu_ms)
{
	int64_t ms = overloeb_er(ep) ? ep->overloeb.aeldste_ms : nu_ms;

	if (!plan_tom(&ep->aabne) && plan_af_ep(ep->aabne.naeste)->ankommet < ms)
		ms = plan_af_ep(ep->aabne.naeste)->ankommet;
	return ms;
}

void
endepunkt_alarm(struct dispatch *d, int64_t nu_ms)
{
	int64_t mindst = nu_ms, sene = 0, holdte = 0;
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);
		int64_t ms = aeldste(ep, nu_ms);

		holdte += ep->holdt;
		mindst = ms < mindst ? ms : mindst;
		if (nu_ms - ms <= ALARM_MS)
			continue;
		sene++;
		if (nu_ms - ep->alarm_ms < DAG_MS)
			continue;
		ep->alarm_ms = nu_ms;
		plb_log(PLB_LOG_ERROR, "mail unsettled for more than 20 days; it expires at 29",
		    plb_f_str("organisation", ep->org.text),
		    plb_f_int("dage", (nu_ms - ms) / DAG_MS));
	}
	metric_saet(DISPATCH_M_AELDSTE, (nu_ms - mindst) / 1000);
	metric_saet(DISPATCH_M_ALARM, sene);
	metric_saet(DISPATCH_M_HOLDT, holdte);
}
