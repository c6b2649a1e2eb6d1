// SPDX-License-Identifier: MPL-2.0
#include "kanal.h"

/* Withdrawals. What is withdrawn before it has arrived never leaves again, and the withdrawal takes
 * its slot in the person's queue; while an attempt is under way its outcome is waited for; where it
 * has arrived the withdrawal goes at once, past every queue. */

static const char type[] = "dk.parloeb.levering-tilbagekaldt", kilde[] = "/parloeb/forloeb";

static enum plb_err
ind(struct dispatch *d, struct plb_flow_tx *tx, struct ny *n, struct plb_time now,
    struct plb_errctx *ec)
{
	enum plb_err err = skridt_ny(d, tx, n, ec);

	return err == PLB_OK ? skridt_send(d, tx, n->ep, now, ec) : err;
}

/* The withdrawal `n` instead of `l`. A tail that was parked behind it alone goes on. */
static enum plb_err
afloes(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct ny *n,
    struct plb_time now, struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = plb_slice_str("tilbagekaldt")};
	bool parkeret = l->status == LEV_PARKERET;
	bool hoved = l->koe == NULL || l->koe->foerste == l;
	struct plb_person person = l->person;
	enum plb_err err;

	n->ep = l->ep;
	n->plads = l->plads;
	n->person = l->har_person ? &person : NULL;
	n->post.forbi = l->forbi;
	if (!n->post.har_kasserer)
		n->post.ankommet = l->ankommet;
	n->post.status = !l->ep->push ? LEV_POSTKASSE
	    : parkeret && !hoved      ? LEV_PARKERET
				      : LEV_VENTER;
	/* What the channel never carries it does not withdraw either. */
	if (l->status == LEV_POSTKASSE && kanal_vaelger(l->ep))
		n->post.status = LEV_POSTKASSE;
	err = skridt_tag(d, tx, l, LEV_H_TILBAGEKALD, &a, now, ec);
	if (err == PLB_OK)
		err = ind(d, tx, n, now, ec);
	if (err == PLB_OK && parkeret && hoved && n->person != NULL)
		err = kommando_genoptag(d, tx, n->ep, &person, now, ec);
	return err;
}

/* It waits, locked, for the outcome of `l`'s attempt. */
static enum plb_err
vent(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct ny *n,
    struct plb_errctx *ec)
{
	struct post p;
	enum plb_err err = skridt_laes(d, l, &p, ec);

	if (err != PLB_OK)
		return err;
	p.har_afloeser = true;
	p.afloeser = n->post.id;
	err = skridt_gem(d, tx, l, &p, ec);
	if (err != PLB_OK)
		return err;
	l->tilbagekaldt = true;
	n->post.forbi = n->laast = n->post.har_afloeses = true;
	n->post.afloeses = l->id;
	return skridt_ny(d, tx, n, ec);
}

enum plb_err
tilbage_modtag(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *r, struct endepunkt *ep, struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_uuid id = ud_id(ep, &ev->tilbagekalder);
	struct levering *l = plan_find(&d->plan, &id);
	struct indhold i = indhold_af(ev, r);
	struct ny n = {.ep = ep,
	    .person = ev->has_person ? &ev->person : NULL,
	    .post = ud_post(d, ev, r, ep),
	    .plads = r->offset,
	    .indhold = &i};
	enum plb_err err = PLB_OK;

	n.post.laes = r->offset;
	if (l != NULL && l->ep != ep)
		return plb_err_set(ec, PLB_E_FORM, "withdraws what is another organisation's");
	if (l != NULL && lev_uafgjort(l->status) && !l->tilbagekaldt)
		return l->status == LEV_IGANG ? vent(d, tx, l, &n, ec)
					      : afloes(d, tx, l, &n, now, ec);
	n.post.forbi = true;
	if (l == NULL && overloeb_er(ep))
		err = husk_laeg(
		    tx, ep, HUSK_TILBAGEKALDT, ev->tilbagekalder.b, husk_blot(d, r->offset), ec);
	return err == PLB_OK ? ind(d, tx, &n, now, ec) : err;
}

enum plb_err
tilbage_udfald(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, enum lev_status nu,
    struct plb_uuid afloeser, struct plb_time now, struct plb_errctx *ec)
{
	struct levering *t = plan_find(&d->plan, &afloeser);
	struct ny n = {0};
	enum plb_err err;

	if (t == NULL)
		return PLB_OK;
	err = skridt_laes(d, t, &n.post, ec);
	if (err != PLB_OK)
		return err;
	n.post.har_afloeses = false;
	if (!lev_holder_koe(nu)) {
		err = skridt_gem(d, tx, t, &n.post, ec);
		plan_lad_gaa(&d->plan, t);
		return err == PLB_OK ? skridt_send(d, tx, t->ep, now, ec) : err;
	}
	/* It has not arrived: the withdrawal leaves its own entry and takes the slot. */
	{
		struct post vaek = n.post;

		vaek.status = LEV_SLUT;
		err = skridt_gem(d, tx, t, &vaek, ec);
	}
	if (err != PLB_OK)
		return err;
	plan_flyt(&d->plan, t, LEV_SLUT, 0);
	return afloes(d, tx, l, &n, now, ec);
}

/* The record that tells readers of mailboxes. */
static enum plb_err
meld(struct dispatch *d, struct plb_flow_tx *tx, const struct levering *l, const struct post *p,
    struct plb_slice id, struct plb_errctx *ec)
{
	struct tilbagekaldt_post t = {.id = l->id, .aarsag = TILBAGE_KASSERET};
	struct plb_event ev = {.id = id,
	    .source = plb_slice_str(kilde),
	    .type = plb_slice_str(type),
	    .time = {p->ankommet},
	    .has_leveringid = true,
	    .leveringid = p->id,
	    .sequence = p->sequence,
	    .has_correlationid = p->har_forloeb,
	    .correlationid = p->forloeb,
	    .org = l->ep->org,
	    .has_person = l->har_person,
	    .person = l->person,
	    .has_tilbagekalder = true,
	    .tilbagekalder = l->id};
	struct plb_header h[PLB_HEADERS_MAX];
	struct plb_event_texts texts;

	return skridt_fejl(
	    plb_flow_emit(tx, "tilbagekaldt", l->ep->partition, plb_slice(l->id.b, sizeof(l->id.b)),
		dispatch_wire_skriv(d->wire, SLAGS_TILBAGEKALDT, &t), h,
		plb_event_headers(&ev, &texts, h)),
	    "withdrawal", ec);
}

/* The withdrawal `n` of a discarded delivery, at one endpoint where that is `l` (NULL: has arrived,
 * and is known no more). */
static enum plb_err
kasser_hos(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct ny *n,
    struct plb_time now, struct plb_errctx *ec)
{
	if (l != NULL && l->tilbagekaldt)
		return PLB_OK;
	if (l != NULL && lev_uafgjort(l->status))
		return l->status == LEV_IGANG ? vent(d, tx, l, n, ec)
					      : afloes(d, tx, l, n, now, ec);
	n->post.forbi = true;
	return ind(d, tx, n, now, ec);
}

/* The same for its copies. */
static enum plb_err
kasser_kopier(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *hoved,
    const struct ny *som, struct plb_time now, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;

	for (uint8_t k = 1; k < PLAN_KANALER && err == PLB_OK; k++) {
		struct ny n = *som;
		struct plb_uuid id;

		if (!kopi_skal_vide(d, hoved, k, &som->post.kasserer))
			continue;
		n.ep = ud_kopi(d, hoved, k);
		if (n.ep == NULL)
			return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
		id = ud_id(n.ep, &som->post.kasserer);
		n.post.id = ud_id(n.ep, &som->post.id);
		n.post.har_kopi_af = true;
		n.post.kopi_af = som->post.id;
		/* It lies on ud, and must not leave when it is taken up. */
		if (plan_find(&d->plan, &id) == NULL && overloeb_er(n.ep))
			err = husk_laeg(tx, n.ep, HUSK_TILBAGEKALDT, som->post.kasserer.b,
			    husk_blot(d, som->plads), ec);
		if (err != PLB_OK)
			return err;
		err = kasser_hos(d, tx, plan_find(&d->plan, &id), &n, now, ec);
	}
	return err;
}

enum plb_err
tilbage_kasser(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, int64_t tid_ms,
    struct plb_time now, struct plb_errctx *ec)
{
	struct plb_slice dele[2] = {
	    plb_slice_str("tilbagekaldt"), plb_slice(l->id.b, sizeof(l->id.b))};
	struct endepunkt *ep = l->ep;
	struct plb_person person = l->person;
	struct ny n = {.ep = ep, .person = l->har_person ? &person : NULL, .plads = l->plads}, kopi;
	char id[PLB_UUID_TEXT];
	struct post p;
	enum plb_err err;

	if (!lev_uafgjort(l->status) || l->tilbagekaldt)
		return PLB_OK;
	err = skridt_laes(d, l, &p, ec);
	if (err != PLB_OK)
		return err;
	n.post = (struct post){.id = plb_uuid5(PLB_UUID_NS, dele, 2),
	    .kilde = plb_slice_str(kilde),
	    .har_forloeb = p.har_forloeb,
	    .forloeb = p.forloeb,
	    .status = ep->push ? LEV_VENTER : LEV_POSTKASSE,
	    .ankommet = tid_ms,
	    .sequence = p.sequence,
	    .laes = l->laes,
	    .har_kasserer = true,
	    .kasserer = l->id};
	n.post.haendelse_id = plb_slice_str(plb_uuid_text(n.post.id, id));
	if (plan_find(&d->plan, &n.post.id) != NULL)
		return PLB_OK;
	kopi = n;
	kopi.post.status = LEV_VENTER;
	err = meld(d, tx, l, &n.post, n.post.haendelse_id, ec);
	if (err == PLB_OK)
		err = sftp_kasseret(d, tx, l, tid_ms, ec);
	if (err == PLB_OK)
		err = kasser_hos(d, tx, l, &n, now, ec);
	return err == PLB_OK ? kasser_kopier(d, tx, ep, &kopi, now, ec) : err;
}

enum plb_err
tilbage_indhold(struct dispatch *d, struct levering *l, struct plb_errctx *ec)
{
	struct tilbagekaldt_post t = {.aarsag = TILBAGE_KASSERET};
	struct indhold i = {.type = plb_slice_str(type)};
	struct post p;
	enum plb_err err = skridt_laes(d, l, &p, ec);

	if (err != PLB_OK)
		return err;
	t.id = p.kasserer;
	i.tid.ms = p.ankommet;
	i.vaerdi = dispatch_wire_skriv(d->wire, SLAGS_TILBAGEKALDT, &t);
	plb_buf_reset(&d->blok);
	indhold_pak(&i, &d->blok);
	if (d->blok.failed || !plan_indhold(&d->plan, l, d->blok.p, d->blok.len))
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "content: out of memory");
	return PLB_OK;
}
