// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"
#include "plan_int.h"

/* An endpoint with too many unsettled deliveries leaves what comes then on ud: the state holds from
 * where to where. It is taken up in order when there is room again, when it has been fetched, or
 * when it gets too old; until then what is ordered and told of it is remembered (husk.c). */

bool
overloeb_er(const struct endepunkt *ep)
{
	return ep->overloeb.fra < ep->overloeb.til;
}

static enum plb_err
gem(struct dispatch *d, struct plb_flow_tx *tx, const struct endepunkt *ep, struct plb_errctx *ec)
{
	const struct plan_overloeb *o = &ep->overloeb;
	struct overloeb_post p = {o->fra, o->til, o->antal, o->aeldste_ms};
	struct plb_slice primary = plb_org_slice(&ep->org), sub;
	uint8_t plads[SUB_MAX];

	sub = skridt_noegle(ep, 'o', NULL, 0, plads);
	return skridt_fejl(overloeb_er(ep)
		? plb_flow_put(tx, primary, sub, dispatch_wire_skriv(d->wire, SLAGS_OVERLOEB, &p),
		      PLB_TIME_NEVER)
		: plb_flow_del(tx, primary, sub),
	    "state", ec);
}

enum plb_err
overloeb_laeg(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct plb_record *r, struct plb_errctx *ec)
{
	struct plan_overloeb *o = &ep->overloeb;

	if (!overloeb_er(ep)) {
		plb_log(PLB_LOG_WARN, "mailbox overflows: what comes now waits on ud",
		    plb_f_str("organisation", ep->org.text),
		    plb_f_int("antal", (int64_t)ep->antal));
		o->fra = r->offset;
		o->antal = 0;
		o->aeldste_ms = r->timestamp.ms;
	}
	o->til = r->offset + 1;
	o->antal++;
	return gem(d, tx, ep, ec);
}

bool
overloeb_ligger(const struct endepunkt *ep, int64_t offset)
{
	return offset >= ep->overloeb.fra && offset < ep->overloeb.til;
}

const uint8_t *
overloeb_koe(const struct plb_event *ev)
{
	return ev->has_person ? ev->person.b : ev->leveringid.b;
}

/* Of one that has been taken up: withdrawn, discarded or receipted before, or held. */
static enum plb_err
indhent(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct plb_event *ev, struct plb_time now, struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = plb_slice_str("tilbagekaldt")};
	const uint8_t *id = ev->leveringid.b;
	const struct plb_uuid her = ud_id(ep, &ev->leveringid);
	struct levering *l = plan_find(&d->plan, &her);
	enum plb_err err = PLB_OK;
	struct kvittering_post k;
	struct kommando_post o;
	struct plb_slice blob;

	if (husk_tag(tx, ep, HUSK_TILBAGEKALDT, id, &blob, &err) && l != NULL &&
	    l->status != LEV_LEVERET)
		return skridt_tag(d, tx, l, LEV_H_TILBAGEKALD, &a, now, ec);
	if (husk_tag(tx, ep, HUSK_KASSERET, id, &blob, &err) && l != NULL)
		return tilbage_kasser(d, tx, l, plb_time_now().ms, now, ec);
	if (husk_tag(tx, ep, HUSK_KVITTERET, id, &blob, &err) && l != NULL &&
	    dispatch_wire_laes(d->wire, SLAGS_KVITTERING, blob, &k, ec) == PLB_OK && k.status >= 0)
		return post_kvitter(d, tx, l, &k, now, ec);
	if (husk_tag(tx, ep, HUSK_HOLDT, overloeb_koe(ev), &blob, &err) && l != NULL &&
	    dispatch_wire_laes(d->wire, SLAGS_KOMMANDO, blob, &o, ec) == PLB_OK) {
		a.aarsag = kommando_holdt(&o);
		return skridt_tag(d, tx, l, LEV_H_HOLD, &a, now, ec);
	}
	return skridt_fejl(err, "state", ec);
}

/* Nothing of it may begin. */
static bool
er_stille(struct plb_flow_tx *tx, const struct endepunkt *ep, const struct plb_event *ev)
{
	const uint8_t *id = ev->leveringid.b;

	return husk_er(tx, ep, HUSK_TILBAGEKALDT, id) || husk_er(tx, ep, HUSK_KASSERET, id) ||
	    husk_er(tx, ep, HUSK_KVITTERET, id) || husk_er(tx, ep, HUSK_HOLDT, overloeb_koe(ev));
}

enum plb_err
overloeb_tag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec)
{
	bool push = ep->push;
	enum plb_err err;

	if (er_stille(tx, ep, ev))
		ep->push = false;
	err = ud_tag(d, tx, ev, r, ep, now, ec);
	ep->push = push;
	return err == PLB_OK ? indhent(d, tx, ep, ev, now, ec) : err;
}

static enum plb_err
optag_en(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	struct plb_event ev;
	struct plb_slice blob;
	struct plb_uuid her;

	/* It passed the checks when it came first. Withdrawals were taken then. */
	if (plb_event_from_record(r, false, &ev, ec) != PLB_OK)
		return PLB_OK;
	if (!ev.has_tilbagekalder)
		ep->overloeb.antal -= ep->overloeb.antal > 0 ? 1 : 0;
	her = ud_id(ep, &ev.leveringid);
	/* Replayed from ud meanwhile, it is here already, or over. */
	if (husk_tag(tx, ep, HUSK_AFGJORT, ev.leveringid.b, &blob, &err) || err != PLB_OK ||
	    ev.has_tilbagekalder || plan_find(&d->plan, &her) != NULL)
		return skridt_fejl(err, "state", ec);
	return overloeb_tag(d, tx, &ev, r, ep, now, ec);
}

/* Room, or no need of any: fetched, or about to expire. */
static bool
kan_optages(const struct dispatch *d, const struct endepunkt *ep, int64_t nu_ms)
{
	const struct plan_overloeb *o = &ep->overloeb;

	return overloeb_er(ep) && !o->hentes &&
	    (plan_er_plads(&d->plan, ep) || ep->markoer > o->fra ||
		nu_ms - o->aeldste_ms > UDLOEB_MS);
}

static void
hent(struct dispatch *d, struct endepunkt *ep, int64_t nu_ms)
{
	if (!d->stopper && kan_optages(d, ep, nu_ms))
		ep->overloeb.hentes = ud_laeser_bed(d->raekke,
		    &(struct ud_bestilling){.partition = ep->partition,
			.org = ep->org,
			.fra = ep->overloeb.fra,
			.til = ep->overloeb.til,
			.slot = ep->kopi});
}

enum plb_err
overloeb_optag(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct udfald *u, struct plb_time now, struct plb_errctx *ec)
{
	struct plan_overloeb *o = &ep->overloeb;
	enum plb_err err = PLB_OK;

	o->hentes = false;
	/* Read on from where a batch has been undone since: it is read anew. */
	if (!overloeb_er(ep) || u->fra > o->fra || u->naaet <= o->fra)
		return PLB_OK;
	for (const struct laest *p = u->poster; p != NULL && err == PLB_OK; p = p->naeste) {
		if (p->r.offset < o->fra || p->r.offset >= o->til)
			continue;
		o->aeldste_ms = p->r.timestamp.ms;
		o->fra = p->r.offset + 1; /* what ends at once is not remembered */
		err = optag_en(d, tx, ep, &p->r, now, ec);
	}
	if (err != PLB_OK)
		return err;
	o->fra = u->naaet;
	if (!overloeb_er(ep)) {
		/* Orders that are still remembered belong to no message. */
		o->fra = o->til = o->antal = 0;
		err = skridt_fejl(husk_glem_ordrer(tx, ep), "state", ec);
	}
	if (err == PLB_OK)
		err = gem(d, tx, ep, ec);
	hent(d, ep, plb_time_now().ms);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

void
overloeb_hentet(void *arg, const struct ud_bestilling *b, struct laest *poster, int64_t naaet)
{
	(void)udfald_giv(arg, b->partition,
	    (struct udfald){.art = UDFALD_OPTAG,
		.kopi = b->slot,
		.org = b->org,
		.poster = poster,
		.fra = b->fra,
		.naaet = naaet});
}

void
overloeb_hent(struct dispatch *d)
{
	int64_t nu = plb_time_now().ms, antal = 0;
	struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&d->plan.endepunkter, &it)) != NULL) {
		struct endepunkt *ep = PLAN_OM(n, struct endepunkt, node);

		antal += ep->overloeb.antal;
		hent(d, ep, nu);
	}
	metric_saet(DISPATCH_M_OVERLOEB, antal);
}
