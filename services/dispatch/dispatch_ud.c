// SPDX-License-Identifier: MPL-2.0
#include "kanal.h"

/* Records of ud: a message becomes a delivery. And the way back from the state into the plan. */

/* Calls at the same time. */
static int64_t
samtidige(const struct plb_partner *p, enum plb_kanal kanal)
{
	return kanal == PLB_KANAL_WEBHOOK ? p->webhook.concurrency : PLAN_FOERST;
}

void
ud_partner(struct dispatch *d, struct endepunkt *ep)
{
	const struct plb_partner *p = plb_partner_by_org(d->partnere, &ep->org);
	enum plb_kanal kanal = p == NULL                    ? PLB_KANAL_INGEN
	    : ep->kopi == 0                                 ? p->foerste
	    : plb_partner_kopi(p, (enum plb_kanal)ep->kopi) ? (enum plb_kanal)ep->kopi
							    : PLB_KANAL_INGEN;

	if (ep->kopi == 0) {
		ep->staaende = p == NULL ? 0 : p->kopier;
		ep->reserve = p == NULL ? 0 : (uint8_t)p->reserve;
	}
	plan_endepunkt_saet(
	    &d->plan, ep, (uint8_t)kanal, kanal == PLB_KANAL_INGEN ? 1 : samtidige(p, kanal));
	kopi_se_efter(d, ep);
	if (ep->kopi == 0)
		sftp_partner(d, &ep->org, ep->partition);
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

struct endepunkt *
ud_kopi(struct dispatch *d, struct endepunkt *hoved, uint8_t kanal)
{
	struct endepunkt *ep;

	if (kanal == 0 || kanal >= PLAN_KANALER)
		return NULL;
	ep = hoved->kopier[kanal];
	if (ep != NULL)
		return ep;
	ep = plan_kopi_lav(&d->plan, hoved, kanal);
	if (ep != NULL)
		ud_partner(d, ep);
	return ep;
}

/* Does the endpoint push that type at all? */
static bool
skubber(const struct dispatch *d, const struct endepunkt *ep, struct plb_slice type)
{
	const struct kanal *k = kanal_af((enum plb_kanal)ep->kanal);

	return ep->push &&
	    (k == NULL || k->tager == NULL ||
		k->tager(plb_partner_by_org(d->partnere, &ep->org), type));
}

struct post
ud_post(struct dispatch *d, const struct plb_event *ev, const struct plb_record *r,
    const struct endepunkt *ep)
{
	struct plb_time frist = {0};

	if (!plb_frist_af(d->frister, r, &frist))
		frist.ms = 0;
	return (struct post){.id = ud_id(ep, &ev->leveringid),
	    .har_kopi_af = ep->kopi != 0,
	    .kopi_af = ev->leveringid,
	    .haendelse_id = ev->id,
	    .kilde = ev->source,
	    .har_forloeb = ev->has_correlationid,
	    .forloeb = ev->correlationid,
	    .traceparent = ev->traceparent,
	    .status = skubber(d, ep, ev->type) ? LEV_VENTER : LEV_POSTKASSE,
	    .ankommet = r->timestamp.ms,
	    .sequence = ev->sequence,
	    .frist = frist.ms};
}

enum plb_err
ud_tag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec)
{
	bool hentet = r->offset < ep->markoer;
	bool parkeret =
	    !hentet && ep->push && ev->has_person && plan_koe_parkeret(&d->plan, ep, &ev->person);
	struct indhold i = indhold_af(ev, r);
	struct ny n = {.ep = ep,
	    .person = ev->has_person ? &ev->person : NULL,
	    .post = ud_post(d, ev, r, ep),
	    .plads = r->offset,
	    .indhold = &i};
	struct anledning a = {.aarsag = plb_slice_str("bag en parkeret")};
	struct levering *l;
	enum plb_err err;

	if (ep->push && d->plan.konf.skridt_ms[0] > 0)
		n.post.naeste = plb_time_now().ms + plan_pause(&d->plan, 0, 0);
	/* What was fetched already is settled at once and never begun. */
	if (hentet)
		n.post.status = LEV_POSTKASSE;
	err = skridt_ny(d, tx, &n, ec);
	l = err == PLB_OK ? plan_find(&d->plan, &n.post.id) : NULL;
	if (l != NULL && hentet)
		return skridt_tag(d, tx, l, LEV_H_HENTET, NULL, now, ec);
	if (l != NULL && parkeret)
		return skridt_tag(d, tx, l, LEV_H_BAGVED, &a, now, ec);
	return err;
}

/* The envelope of a message, its content looked through. */
static enum plb_err
aabn(struct dispatch *d, const struct plb_record *r, struct plb_event *ev, struct plb_errctx *ec)
{
	const struct plb_schema *schema;
	struct plb_slice body;
	enum plb_err err = plb_event_from_record(r, false, ev, ec);

	if (err == PLB_OK && !ev->has_leveringid)
		err = plb_err_set(ec, PLB_E_FORM, "header ce_leveringid is missing");
	if (err == PLB_OK)
		err = plb_frame_open(d->schemas, r->value, &schema, &body, ec);
	return err == PLB_OK ? plb_avro_check(schema, body, ec) : err;
}

/* A new one that finds its endpoint closed, or its person's queue parked, may need the fall-back at
 * once. */
static enum plb_err
ny_hos(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec)
{
	enum plb_err err = ep->tidlige > 0 ? overloeb_tag(d, tx, ev, r, ep, now, ec)
					   : ud_tag(d, tx, ev, r, ep, now, ec);
	struct levering *l;

	if (err == PLB_OK && kanal_skriver(ep))
		err = skridt_send(d, tx, ep, now, ec);
	if (err != PLB_OK || ep->reserve == 0)
		return err;
	l = plan_find(&d->plan, &ev->leveringid);
	return l == NULL ? PLB_OK : kopi_reserve(d, tx, l, now, ec);
}

enum plb_err
ud_hos(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec)
{
	if (ev->has_tilbagekalder)
		return tilbage_modtag(d, tx, ev, r, ep, now, ec);
	if (overloeb_er(ep) || !plan_er_plads(&d->plan, ep))
		return overloeb_laeg(d, tx, ep, r, ec);
	return ny_hos(d, tx, ev, r, ep, now, ec);
}

enum plb_err
ud_modtag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_record *r,
    struct plb_time now, struct plb_errctx *ec)
{
	struct endepunkt *ep;
	struct plb_event ev;
	struct plb_org org;
	enum plb_err err;

	if (plb_org_parse(r->key, &org) != PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "key is no organisation");
	err = aabn(d, r, &ev, ec);
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
	err = ud_hos(d, tx, &ev, r, ep, now, ec);
	return err == PLB_OK ? kopi_modtag(d, tx, &ev, r, ep, now, ec) : err;
}

bool
ud_genlaes(struct dispatch *d, int32_t partition, int64_t offset, const struct plb_uuid *id,
    enum genlaes_grund grund)
{
	return ud_laeser_bed(d->genlaes,
	    &(struct ud_bestilling){.partition = partition,
		.fra = offset,
		.til = offset + 1,
		.id = *id,
		.grund = (int)grund});
}

/* Content that was waited for. */
static void
indhold_kom(
    struct dispatch *d, struct levering *l, const struct plb_event *ev, const struct plb_record *r)
{
	struct indhold i = indhold_af(ev, r);

	metric(DISPATCH_M_GENLAEST);
	plb_buf_reset(&d->blok);
	indhold_pak(&i, &d->blok);
	if (!d->blok.failed)
		(void)plan_indhold(&d->plan, l, d->blok.p, d->blok.len);
	plan_hentes(&d->plan, l, false);
	plan_gnist_bed(&d->plan, l->ep);
	run_gnister(d);
}

void
ud_genlaest(void *arg, const struct ud_bestilling *b, struct laest *poster, int64_t naaet)
{
	struct dispatch *d = arg;
	struct levering *l = plan_find(&d->plan, &b->id);
	struct plb_errctx ec = {0};
	struct plb_event ev;
	bool der = poster != NULL && plb_event_from_record(&poster->r, false, &ev, &ec) == PLB_OK &&
	    plb_uuid_eq(ev.leveringid, l == NULL ? b->id : l->leveringid);

	(void)naaet;
	if (b->grund != GENLAES_INDHOLD && l == NULL && der) {
		(void)udfald_giv(d, b->partition,
		    (struct udfald){
			.art = b->grund == GENLAES_GENSEND ? UDFALD_GENSEND : UDFALD_KASSERET,
			.id = b->id,
			.poster = poster});
		return;
	}
	if (l != NULL && l->hentes && der)
		indhold_kom(d, l, &ev, &poster->r);
	else if (l != NULL && l->hentes)
		(void)udfald_giv(d, b->partition, (struct udfald){.art = UDFALD_TABT, .id = b->id});
	laest_fri(poster);
}

static bool
genopbyg_levering(struct dispatch *d, struct endepunkt *ep, struct plb_slice sub,
    struct plb_slice blob, int64_t now_ms)
{
	static const uint8_t ingen[16];
	struct levering v = {.ep = ep, .blob = blob};
	struct plb_errctx ec = {0};
	struct post p;

	if (sub.len != SUB_REST ||
	    dispatch_wire_laes(d->wire, SLAGS_LEVERING, blob, &p, &ec) != PLB_OK || p.status < 0)
		return false;
	v.id = p.id;
	v.leveringid = post_leveringid(&p);
	memcpy(v.person.b, sub.p, 16);
	v.har_person = memcmp(v.person.b, ingen, 16) != 0;
	for (int i = 0; i < 8; i++)
		v.plads = (int64_t)((uint64_t)v.plads << 8 | sub.p[16 + i]);
	v.laes = p.laes == 0 ? v.plads : p.laes;
	v.forbi = p.forbi;
	v.laast = p.har_afloeses;
	v.lavet = p.har_kasserer;
	v.reserve = p.reserve;
	v.naaet = p.naaet;
	v.tilbagekaldt = p.har_afloeser && p.status == LEV_IGANG;
	v.status = (enum lev_status)p.status;
	v.forsoeg = p.forsoeg;
	v.skridt = p.skridt;
	v.ankommet = p.ankommet;
	v.frist = p.frist;
	return plan_genopbyg_en(&d->plan, &v, p.naeste > now_ms ? p.naeste : 0, now_ms);
}

/* The letter of a key of the state in lower case, the endpoint that it is about, and what is left
 * of it: what skridt_noegle put together. */
static bool
noegle_laes(struct dispatch *d, struct endepunkt **ep, struct plb_slice *sub, char *art)
{
	bool kopi = sub->len > 1 && sub->p[0] >= 'A' && sub->p[0] <= 'Z';
	size_t n = kopi ? 2 : 1;

	if (sub->len == 0)
		return false;
	*art = (char)(kopi ? sub->p[0] - 'A' + 'a' : sub->p[0]);
	if (kopi)
		*ep = ud_kopi(d, *ep, sub->p[1]);
	*sub = plb_slice(sub->p + n, sub->len - n);
	return *ep != NULL;
}

bool
ud_genopbyg(struct dispatch *d, int32_t partition, struct plb_slice org, struct plb_slice sub,
    struct plb_slice blob, int64_t now_ms)
{
	struct endepunkt *ep = ud_endepunkt(d, org, partition);
	struct plb_errctx ec = {0};
	struct endepunkt_post e;
	struct overloeb_post o;
	struct markoer_post m;
	char art;

	if (ep == NULL || !noegle_laes(d, &ep, &sub, &art))
		return false;
	if (husk_er_art((uint8_t)art)) {
		husk_laest(ep, (uint8_t)art, now_ms); /* looked up when its message is taken up */
		return true;
	}
	switch (art) {
	case 'k':
	case 'l':
		return genopbyg_levering(d, ep, sub, blob, now_ms);
	case 'e':
		if (dispatch_wire_laes(d->wire, SLAGS_ENDEPUNKT, blob, &e, &ec) != PLB_OK ||
		    e.status < 0)
			return false;
		endepunkt_laest(ep, &e);
		return true;
	case 'o':
		if (dispatch_wire_laes(d->wire, SLAGS_OVERLOEB, blob, &o, &ec) != PLB_OK)
			return false;
		ep->overloeb.fra = o.fra;
		ep->overloeb.til = o.til;
		ep->overloeb.antal = o.antal;
		ep->overloeb.aeldste_ms = o.aeldste;
		return true;
	case 'f':
		return sftp_genopbyg(d, &ep->org, blob);
	case 'x':
		return true; /* looked up when its file is made */
	case 'c':
		if (dispatch_wire_laes(d->wire, SLAGS_GEMT_MARKOER, blob, &m, &ec) != PLB_OK)
			return false;
		ep->markoer = m.position;
		return true;
	default:
		return false;
	}
}
