// SPDX-License-Identifier: MPL-2.0
#include "frist.h"
#include "kanal.h"
#include "plan_int.h"

/* Copies: what goes to an organisation by further channels than its first. Each is a delivery of
 * its own, at an endpoint of its own, with the content of the same record on ud; it settles by
 * itself. The first channel's delivery makes the ladder and takes the receipts. */

struct plb_uuid
ud_id(const struct endepunkt *ep, const struct plb_uuid *leveringid)
{
	struct plb_slice dele[2];

	if (ep->kopi == 0)
		return *leveringid;
	dele[0] = plb_slice_str("kanal");
	dele[1] = plb_slice_str(plb_kanal_navn((enum plb_kanal)ep->kopi));
	return plb_uuid5(*leveringid, dele, 2);
}

static struct levering *
find(const struct dispatch *d, const struct endepunkt *ep, const struct plb_uuid *leveringid)
{
	struct plb_uuid id = ud_id(ep, leveringid);

	return plan_find(&d->plan, &id);
}

static bool
er_staaende(const struct endepunkt *hoved, uint8_t kanal)
{
	return (hoved->staaende & (1u << kanal)) != 0;
}

bool
kopi_skal_vide(const struct dispatch *d, const struct endepunkt *hoved, uint8_t kanal,
    const struct plb_uuid *tilbagekaldt)
{
	const struct endepunkt *ep = hoved->kopier[kanal];
	const struct kanal *k = kanal_af((enum plb_kanal)kanal);

	if (er_staaende(hoved, kanal) && k != NULL && !k->husker)
		return true;
	return ep != NULL && (overloeb_er(ep) || find(d, ep, tilbagekaldt) != NULL);
}

static bool
skal_have(
    const struct dispatch *d, const struct plb_event *ev, struct endepunkt *hoved, uint8_t kanal)
{
	const struct kanal *k = kanal_af((enum plb_kanal)kanal);

	if (ev->has_tilbagekalder)
		return kopi_skal_vide(d, hoved, kanal, &ev->tilbagekalder);
	return er_staaende(hoved, kanal) && k != NULL &&
	    (k->tager == NULL || k->tager(plb_partner_by_org(d->partnere, &hoved->org), ev->type));
}

enum plb_err
kopi_modtag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *hoved, struct plb_time now, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	for (uint8_t k = 1; k < PLAN_KANALER && err == PLB_OK; k++) {
		struct endepunkt *ep = hoved->kopier[k];

		if (!skal_have(d, ev, hoved, k))
			continue;
		if (ep == NULL && (ep = ud_kopi(d, hoved, k)) == NULL)
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
		err = skridt_fejl(ud_hos(d, tx, ev, r, ep, now, ec), "copy", ec);
	}
	return err;
}

bool
kopi_huskes(const struct levering *l)
{
	const struct kanal *k = kanal_af((enum plb_kanal)l->ep->kopi);

	return l->reserve || (k != NULL && k->husker);
}

bool
kopi_er_nyt(const struct dispatch *d, const struct levering *l)
{
	const struct levering *h = plan_find(&d->plan, &l->leveringid);

	return h != NULL && lev_uafgjort(h->status) && !h->naaet;
}

/* The first channel has had its chance: another attempt would come late. */
static bool
forsinket(const struct levering *h)
{
	return h->status == LEV_PARKERET || h->status == LEV_POSTKASSE ||
	    (h->status == LEV_VENTER &&
		(h->forsoeg > 0 || h->ep->holdt || h->ep->aabning != EP_AABEN));
}

enum plb_err
kopi_ankom(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_uuid *leveringid,
    struct plb_time now, struct plb_errctx *ec)
{
	struct levering *h = plan_find(&d->plan, leveringid);
	struct post p;
	enum plb_err err;

	if (h == NULL || !lev_uafgjort(h->status) || h->naaet)
		return PLB_OK;
	if (forsinket(h)) {
		plan_gnist_bed(&d->plan, h->ep); /* those behind it */
		return skridt_tag(d, tx, h, LEV_H_NAAET, NULL, now, ec);
	}
	err = skridt_laes(d, h, &p, ec);
	if (err != PLB_OK)
		return err;
	p.naaet = h->naaet = true;
	return skridt_gem(d, tx, h, &p, ec);
}

/* ---- the fall-back ---- */

static bool
mangler_reserve(const struct dispatch *d, const struct levering *l, int64_t forretning_ms)
{
	const struct endepunkt *ep = l->ep;
	bool noed = l->status == LEV_PARKERET ||
	    (l->status == LEV_VENTER && (l->forsoeg > 0 || ep->aabning != EP_AABEN));

	return noed && ep->push && ep->reserve != 0 && !l->reserve && !l->naaet && l->frist > 0 &&
	    frist_er_naer(l->frist - forretning_ms, d->conf.reserve_before_ms);
}

static enum plb_err
reserve_en(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct endepunkt *ep,
    struct plb_errctx *ec)
{
	struct ny n = {.ep = ep, .person = l->har_person ? &l->person : NULL, .plads = l->plads};
	struct post p;
	enum plb_err err = skridt_laes(d, l, &p, ec);

	if (err != PLB_OK)
		return err;
	n.post = p;
	n.post.id = ud_id(ep, &l->id);
	n.post.har_kopi_af = n.post.reserve = true;
	n.post.kopi_af = l->id;
	n.post.laes = l->laes;
	n.post.status = LEV_VENTER;
	n.post.aarsag = plb_slice(NULL, 0);
	n.post.forsoeg = n.post.skridt = 0;
	n.post.foerste = n.post.seneste = n.post.naeste = 0;
	n.post.har_afloeser = n.post.har_afloeses = false;
	if (plan_find(&d->plan, &n.post.id) == NULL) {
		metric(DISPATCH_M_RESERVE);
		err = skridt_ny(d, tx, &n, ec);
	}
	if (err != PLB_OK)
		return err;
	p.reserve = l->reserve = true;
	return skridt_gem(d, tx, l, &p, ec);
}

static int64_t
forretning(struct plb_time now)
{
	return now.ms == PLB_TIME_UNSET.ms ? plb_time_now().ms : now.ms;
}

enum plb_err
kopi_reserve(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct plb_time now,
    struct plb_errctx *ec)
{
	struct endepunkt *ep = NULL;
	enum plb_err err = PLB_OK;
	int n = 0;

	for (; l != NULL && n < PR_GANG && err == PLB_OK; l = l->efter) {
		if (!mangler_reserve(d, l, forretning(now)))
			continue;
		ep = ud_kopi(d, l->ep, l->ep->reserve);
		if (ep == NULL)
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
		err = reserve_en(d, tx, l, ep, ec);
		n++;
	}
	return err == PLB_OK && ep != NULL ? skridt_send(d, tx, ep, now, ec) : err;
}

static enum plb_err
reserve_alle(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *hoved,
    struct plb_time now, struct plb_errctx *ec)
{
	struct endepunkt *ep = NULL;
	enum plb_err err = PLB_OK;
	int n = 0;

	for (struct plan_led *led = hoved->aabne.naeste;
	     led != &hoved->aabne && n < PR_GANG && err == PLB_OK; led = led->naeste) {
		struct levering *l = plan_af_ep(led);

		if (!mangler_reserve(d, l, forretning(now)))
			continue;
		ep = ud_kopi(d, hoved, hoved->reserve);
		if (ep == NULL)
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
		err = reserve_en(d, tx, l, ep, ec);
		n++;
	}
	if (n == PR_GANG)
		kopi_se_efter(d, hoved);
	return err == PLB_OK && ep != NULL ? skridt_send(d, tx, ep, now, ec) : err;
}

/* The partner file no longer has the channel: what waits for it is dropped, the first one's
 * delivery has it. */
static enum plb_err
uden_kanal(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_time now,
    struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	int n = 0;

	for (struct plan_led *led = ep->aabne.naeste, *naeste;
	     led != &ep->aabne && n < PR_GANG && err == PLB_OK; led = naeste, n++) {
		naeste = led->naeste;
		err = skridt_tag(d, tx, plan_af_ep(led), LEV_H_OVERFLOEDIG, NULL, now, ec);
	}
	if (n == PR_GANG)
		kopi_se_efter(d, ep);
	return err;
}

enum plb_err
kopi_gennemse(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_time now,
    struct plb_errctx *ec)
{
	ep->ses = false;
	return ep->kopi == 0 ? reserve_alle(d, tx, ep, now, ec) : uden_kanal(d, tx, ep, now, ec);
}

void
kopi_se_efter(struct dispatch *d, struct endepunkt *ep)
{
	bool noget = ep->kopi == 0 ? ep->push && ep->reserve != 0 : ep->kanal == 0;

	if (!noget || plan_tom(&ep->aabne))
		return;
	ep->ses = true;
	plan_gnist_bed(&d->plan, ep);
}

enum plb_err
kopi_slip(struct dispatch *d, struct plb_flow_tx *tx, const struct endepunkt *hoved,
    const struct plb_uuid *leveringid, struct plb_time now, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	for (uint8_t k = 1; k < PLAN_KANALER && err == PLB_OK; k++) {
		struct levering *l =
		    hoved->kopier[k] == NULL ? NULL : find(d, hoved->kopier[k], leveringid);

		if (l == NULL || !l->reserve)
			continue;
		plan_gnist_bed(&d->plan, l->ep); /* those behind it */
		err = skridt_tag(d, tx, l, LEV_H_OVERFLOEDIG, NULL, now, ec);
	}
	return err;
}
