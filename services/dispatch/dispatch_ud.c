// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

#include <stdlib.h>

/* Records of ud: a message becomes a delivery. And the way back from the state into the plan. */

#define BLOB_MAX (256 * 1024)

void
ud_partner(struct dispatch *d, struct endepunkt *ep)
{
	const struct plb_partner *p = plb_partner_by_org(d->partnere, &ep->org);
	/* One that has not passed the test that its file demands is a mailbox until then. */
	bool push = p != NULL && p->webhook.url != NULL && p->webhook.spaerret == NULL;

	plan_endepunkt_saet(&d->plan, ep, push, push ? p->webhook.concurrency : 1);
}

struct endepunkt *
ud_endepunkt(struct dispatch *d, struct plb_slice org, int32_t partition)
{
	struct endepunkt *ep = plan_endepunkt(&d->plan, org);

	if (ep != NULL)
		return ep;
	ep = plan_endepunkt_lav(&d->plan, org, partition);
	if (ep != NULL)
		ud_partner(d, ep);
	return ep;
}

/* The entry of a new delivery. */
static void
post_af(const struct plb_event *ev, const struct plb_record *r, const struct endepunkt *ep,
    struct post *p)
{
	*p = (struct post){
	    .id = ev->leveringid,
	    .haendelse_id = ev->id,
	    .kilde = ev->source,
	    .har_forloeb = ev->has_correlationid,
	    .forloeb = ev->correlationid,
	    .traceparent = ev->traceparent,
	    .status = ep->push ? LEV_VENTER : LEV_POSTKASSE,
	    .ankommet = r->timestamp.ms,
	    .har_afsendelse = ep->push,
	    .afs = {ev->type, ev->time, ev->sequence, ev->causationid, r->value},
	};
}

/* Into the state; written as begun at once when it may go at once. */
static enum plb_err
gem_ny(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct post *p,
    struct plb_errctx *ec)
{
	bool straks =
	    !d->stopper && p->naeste == 0 && p->status == LEV_VENTER && plan_klar(l->ep) == l;
	struct plb_slice primary = plb_org_slice(&l->ep->org), sub, blob;
	uint8_t plads[SUB_LEN];
	enum plb_err err;

	if (straks) {
		p->status = LEV_IGANG;
		p->forsoeg = 1;
		p->foerste = p->seneste = plb_time_now().ms;
	}
	sub = skridt_sub(l, plads);
	blob = dispatch_wire_skriv(d->wire, SLAGS_LEVERING, p);
	if (blob.p == NULL || blob.len > BLOB_MAX)
		return plb_err_set(
		    ec, PLB_E_FOR_STOR, "message larger than an entry of the state may be");
	err = plb_flow_put(tx, primary, sub, blob, PLB_TIME_NEVER);
	if (err == PLB_OK && !plb_flow_get(tx, primary, sub, &l->blob, NULL))
		err = PLB_E_INTERN;
	if (err != PLB_OK)
		return skridt_fejl(err, "state", ec);
	l->forsoeg = p->forsoeg;
	if (straks)
		plan_flyt(&d->plan, l, LEV_IGANG, 0);
	return PLB_OK;
}

static enum plb_err
ny(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec)
{
	bool hentet = r->offset < ep->markoer;
	bool parkeret =
	    !hentet && ep->push && ev->has_person && plan_koe_parkeret(&d->plan, ep, &ev->person);
	struct levering v = {.id = ev->leveringid,
	    .ep = ep,
	    .person = ev->person,
	    .har_person = ev->has_person,
	    .krop = ep->push && !hentet,
	    .offset = r->offset,
	    .ankommet = r->timestamp.ms};
	struct levering *l;
	struct post p;
	enum plb_err err;

	post_af(ev, r, ep, &p);
	v.status = (enum lev_status)p.status;
	if (ep->push && d->plan.konf.skridt_ms[0] > 0)
		p.naeste = plb_time_now().ms + plan_pause(&d->plan, 0, 0);
	/* What was fetched already is settled at once and never begun. */
	if (hentet) {
		v.status = LEV_POSTKASSE;
		p.status = LEV_POSTKASSE;
		p.har_afsendelse = false;
	}
	l = plan_tilfoej(&d->plan, &v, p.naeste);
	if (l == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
	err = gem_ny(d, tx, l, &p, ec);
	if (err != PLB_OK) {
		plan_flyt(&d->plan, l, LEV_SLUT, 0);
		return err;
	}
	if (hentet)
		return skridt_tag(d, tx, l, LEV_H_HENTET, NULL, now, ec);
	if (parkeret) {
		struct anledning a = {.aarsag = plb_slice_str("bag en parkeret")};

		return skridt_tag(d, tx, l, LEV_H_BAGVED, &a, now, ec);
	}
	return PLB_OK;
}

enum plb_err
ud_modtag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_record *r,
    struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_schema *schema;
	struct plb_slice body;
	struct endepunkt *ep;
	struct plb_event ev;
	struct plb_org org;
	enum plb_err err;

	if (plb_org_parse(r->key, &org) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "key is no organisation");
	err = plb_event_from_record(r, false, &ev, ec);
	if (err == PLB_OK && !ev.has_leveringid)
		err = plb_err_set(ec, PLB_E_FORM, "header ce_leveringid is missing");
	if (err == PLB_OK)
		err = plb_frame_open(d->schemas, r->value, &schema, &body, ec);
	if (err == PLB_OK)
		err = plb_avro_check(schema, body, ec);
	if (err != PLB_OK)
		return err;
	metric(DISPATCH_M_MODTAGET);
	if (plan_find(&d->plan, &ev.leveringid) != NULL) {
		metric(DISPATCH_M_KENDT);
		return PLB_OK;
	}
	ep = ud_endepunkt(d, r->key, plb_flow_partition(tx));
	if (ep == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
	return ny(d, tx, &ev, r, ep, now, ec);
}

void
ud_genlaest(void *arg, int32_t partition, const struct plb_uuid *id, const struct plb_record *r)
{
	static const struct endepunkt push = {.push = true};
	struct dispatch *d = arg;
	struct udfald u = {.art = UDFALD_GENLAEST, .id = *id};
	struct plb_errctx ec = {0};
	struct plb_slice blob;
	struct plb_event ev;
	struct post p;

	if (r != NULL && plb_event_from_record(r, false, &ev, &ec) == PLB_OK &&
	    plb_uuid_eq(ev.leveringid, *id)) {
		post_af(&ev, r, &push, &p);
		blob = dispatch_wire_skriv(d->wire, SLAGS_LEVERING, &p);
		u.post = blob.len > 0 ? malloc(blob.len) : NULL;
		if (u.post != NULL) {
			memcpy(u.post, blob.p, blob.len);
			u.post_len = blob.len;
		}
	}
	(void)udfald_giv(d, partition, u);
}

static bool
genopbyg_levering(struct dispatch *d, struct endepunkt *ep, struct plb_slice sub,
    struct plb_slice blob, int64_t now_ms)
{
	static const uint8_t ingen[16];
	struct levering v = {.ep = ep, .blob = blob};
	struct plb_errctx ec = {0};
	struct post p;

	if (sub.len != SUB_LEN ||
	    dispatch_wire_laes(d->wire, SLAGS_LEVERING, blob, &p, &ec) != PLB_OK || p.status < 0)
		return false;
	v.id = p.id;
	memcpy(v.person.b, sub.p + 1, 16);
	v.har_person = memcmp(v.person.b, ingen, 16) != 0;
	for (int i = 0; i < 8; i++)
		v.offset = (int64_t)((uint64_t)v.offset << 8 | sub.p[17 + i]);
	v.status = (enum lev_status)p.status;
	v.forsoeg = p.forsoeg;
	v.skridt = p.skridt;
	v.ankommet = p.ankommet;
	v.krop = p.har_afsendelse;
	return plan_genopbyg_en(&d->plan, &v, p.naeste > now_ms ? p.naeste : 0, now_ms);
}

bool
ud_genopbyg(struct dispatch *d, int32_t partition, struct plb_slice org, struct plb_slice sub,
    struct plb_slice blob, int64_t now_ms)
{
	struct endepunkt *ep = ud_endepunkt(d, org, partition);
	struct plb_errctx ec = {0};
	struct endepunkt_post e;
	struct markoer_post m;

	if (ep == NULL || sub.len == 0)
		return false;
	switch (sub.p[0]) {
	case 'k':
		return genopbyg_levering(d, ep, sub, blob, now_ms);
	case 'e':
		if (dispatch_wire_laes(d->wire, SLAGS_ENDEPUNKT, blob, &e, &ec) != PLB_OK ||
		    e.status < 0)
			return false;
		ep->aabning = (enum plan_aabning)e.status;
		return true;
	case 'c':
		if (dispatch_wire_laes(d->wire, SLAGS_GEMT_MARKOER, blob, &m, &ec) != PLB_OK)
			return false;
		ep->markoer = m.position;
		return true;
	default:
		return false;
	}
}
