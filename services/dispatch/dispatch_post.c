// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

/* Records of postkasse: feed cursors, receipts, commands. */

enum plb_err
post_hentet(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_time now,
    struct plb_errctx *ec)
{
	struct plan_led *led = ep->aabne.naeste, *naeste;
	int n = 0;

	for (; led != &ep->aabne && plan_af_ep(led)->plads < ep->markoer; led = naeste) {
		enum plb_err err;

		naeste = led->naeste;
		if (n++ == PR_GANG) {
			plan_gnist_bed(&d->plan, ep); /* the rest in a batch of its own */
			return PLB_OK;
		}
		err = skridt_tag(d, tx, plan_af_ep(led), LEV_H_HENTET, NULL, now, ec);
		if (err != PLB_OK)
			return err;
	}
	return PLB_OK;
}

/* Of an unsettled delivery that is too old: what is to happen. LEV_HAENDELSER = nothing (yet). */
static enum lev_haendelse
for_gammel(const struct levering *l, int64_t real_ms)
{
	int64_t alder = real_ms - l->ankommet;

	if (l->status == LEV_UDLOEBET)
		return alder > FORAELD_MS ? LEV_H_FORAELD : LEV_HAENDELSER;
	return alder > UDLOEB_MS ? LEV_H_UDLOEB : LEV_HAENDELSER;
}

static bool
er_gammel(
    const struct plan_led *hoved, const struct plan_led *led, int64_t real_ms, int64_t alder_ms)
{
	return led != hoved && real_ms - plan_af_ep(led)->ankommet > alder_ms;
}

/* Both lists begin with their oldest, or nearly: the walk ends at the first that is young. */
bool
post_kan_fejes(const struct endepunkt *ep, int64_t real_ms)
{
	const struct plan_led *led = ep->aabne.naeste;

	for (; er_gammel(&ep->aabne, led, real_ms, UDLOEB_MS); led = led->naeste)
		if (for_gammel(plan_af_ep(led), real_ms) != LEV_HAENDELSER)
			return true;
	return er_gammel(&ep->leverede, ep->leverede.naeste, real_ms, FORAELD_MS) ||
	    husk_er_gammel(ep, real_ms);
}

enum plb_err
post_fej(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_time now,
    struct plb_errctx *ec)
{
	int64_t real_ms = plb_time_now().ms;
	struct plan_led *led = ep->aabne.naeste, *naeste;
	enum plb_err err = PLB_OK;
	int n = 0;

	for (; err == PLB_OK && n < PR_GANG && er_gammel(&ep->aabne, led, real_ms, UDLOEB_MS);
	     led = naeste) {
		enum lev_haendelse h = for_gammel(plan_af_ep(led), real_ms);

		naeste = led->naeste;
		if (h == LEV_HAENDELSER)
			continue;
		err = skridt_tag(d, tx, plan_af_ep(led), h, NULL, now, ec);
		n++;
	}
	for (n = 0; err == PLB_OK && n < PR_GANG &&
	     er_gammel(&ep->leverede, ep->leverede.naeste, real_ms, FORAELD_MS);
	     n++)
		err = skridt_tag(
		    d, tx, plan_af_ep(ep->leverede.naeste), LEV_H_FORAELD, NULL, now, ec);
	if (err == PLB_OK && husk_er_gammel(ep, real_ms))
		err = husk_fej(tx, ep, ec);
	if (err == PLB_OK && post_kan_fejes(ep, real_ms))
		plan_gnist_bed(&d->plan, ep);
	return err;
}

enum plb_err
post_flyt_markoer(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    int64_t position, struct plb_time now, struct plb_errctx *ec)
{
	struct markoer_post m = {.position = position};
	enum plb_err err;

	if (position <= ep->markoer)
		return PLB_OK;
	err = plb_flow_put(tx, plb_org_slice(&ep->org), plb_slice("c", 1),
	    dispatch_wire_skriv(d->wire, SLAGS_GEMT_MARKOER, &m), PLB_TIME_NEVER);
	if (err != PLB_OK)
		return skridt_fejl(err, "state", ec);
	ep->markoer = position;
	err = post_hentet(d, tx, ep, now, ec);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

static enum plb_err
markoer(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_slice value,
    struct plb_time now, struct plb_errctx *ec)
{
	struct markoer_post m;
	enum plb_err err = dispatch_wire_laes(d->wire, SLAGS_MARKOER, value, &m, ec);

	return err == PLB_OK ? post_flyt_markoer(d, tx, ep, m.position, now, ec) : err;
}

enum plb_err
post_kvitter(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    const struct kvittering_post *k, struct plb_time now, struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = k->aarsag};
	enum lev_haendelse h[KVIT_HAENDELSER_MAX];
	struct plb_uuid id = l->id;
	enum plb_err err = PLB_OK;
	int n = kvittering_haendelser(l->status, (enum kvittering)k->status, l->ep->push,
	    plan_pause(&d->plan, l->skridt + 1, 0) >= 0, h);

	/* Each step may have deleted the delivery. */
	for (int i = 0; i < n && err == PLB_OK && (l = plan_find(&d->plan, &id)) != NULL; i++)
		err = skridt_tag(d, tx, l, h[i], &a, now, ec);
	return err;
}

enum plb_err
post_kvittering(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    struct plb_slice value, struct plb_time now, struct plb_errctx *ec)
{
	struct kvittering_post k;
	struct levering *l;
	enum plb_err err = dispatch_wire_laes(d->wire, SLAGS_KVITTERING, value, &k, ec);

	if (err != PLB_OK)
		return err;
	if (k.status < 0)
		return plb_err_set(ec, PLB_E_UKENDT, "receipt of a status not known");
	l = plan_find(&d->plan, &k.id);
	if (l == NULL || l->ep != ep)
		metric(DISPATCH_M_UKENDT_KVITTERING);
	if (l == NULL)
		return husk_tidlig(tx, ep, HUSK_KVITTERET, k.id.b, value, ec);
	if (l->ep != ep)
		return PLB_OK;
	err = post_kvitter(d, tx, l, &k, now, ec);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

enum plb_err
post_modtag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_record *r,
    struct plb_time now, struct plb_errctx *ec)
{
	struct endepunkt *ep;
	struct plb_org org;

	if (plb_org_parse(r->key, &org) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "key is no organisation");
	ep = ud_endepunkt(d, r->key, plb_flow_partition(tx));
	if (ep == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
	switch (dispatch_wire_slags(d->wire, r->value)) {
	case SLAGS_MARKOER:
		return markoer(d, tx, ep, r->value, now, ec);
	case SLAGS_KVITTERING:
		return post_kvittering(d, tx, ep, r->value, now, ec);
	case SLAGS_SFTP_BESTILT:
		return sftp_bestil(d, tx, &ep->org, ec);
	case SLAGS_KOMMANDO:
		return kommando_udfoer(d, tx, ep, r, now, ec);
	default:
		return plb_err_set(ec, PLB_E_UKENDT, "neither marker nor receipt nor order");
	}
}
