// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

#include <stdio.h>

#define AARSAG_MAX 500

/* One event of one delivery: transition, steps on svar, entry, plan. */

struct plb_slice
skridt_sub(const struct levering *l, uint8_t out[SUB_LEN])
{
	out[0] = 'k';
	memset(out + 1, 0, 16);
	if (l->har_person)
		memcpy(out + 1, l->person.b, 16);
	for (int i = 0; i < 8; i++)
		out[17 + i] = (uint8_t)((uint64_t)l->offset >> (56 - 8 * i));
	return plb_slice(out, SUB_LEN);
}

enum plb_err
skridt_fejl(enum plb_err err, const char *hvad, struct plb_errctx *ec)
{
	if (err == PLB_OK || plb_err_class(err) != PLB_CLASS_REJECT)
		return err;
	return plb_err_set(
	    ec, PLB_E_INTERN, "%s: %s (is state_max reached?)", hvad, plb_err_name(err));
}

/* A step as an event on svar; its id is made of delivery, step and attempt, so that a repeat has
 * the same. */
static enum plb_err
meld(struct dispatch *d, struct plb_flow_tx *tx, const struct levering *l, const struct post *p,
    enum trin trin, const struct anledning *a, struct plb_time tid, struct plb_errctx *ec)
{
	static const char type[] = "dk.parloeb.levering-status", kilde[] = "/parloeb/dispatch";
	struct status_post s = {
	    .id = l->id,
	    .organisation = plb_org_slice(&l->ep->org),
	    .trin = (int)trin,
	    .tid = tid,
	    .forsoeg = p->forsoeg,
	    .digest = trin == TRIN_LEVERET ? a->digest : plb_slice(NULL, 0),
	    .aarsag =
		trin == TRIN_LEVERET || trin == TRIN_HAANDTERET ? plb_slice(NULL, 0) : a->aarsag,
	    .haendelse_id = p->haendelse_id,
	    .kilde = p->kilde,
	    .har_forloeb = p->har_forloeb,
	    .forloeb = p->forloeb,
	};
	struct plb_event ev = {.type = plb_slice(type, sizeof(type) - 1),
	    .source = plb_slice(kilde, sizeof(kilde) - 1),
	    .time = tid,
	    .traceparent = p->traceparent,
	    .org = l->ep->org};
	struct plb_header h[PLB_HEADERS_MAX];
	char forsoeg[16], id[PLB_UUID_TEXT];
	struct plb_event_texts t;
	struct plb_slice dele[2], key;

	snprintf(forsoeg, sizeof(forsoeg), "%d", p->forsoeg);
	dele[0] = plb_slice_str(trin_navn(trin));
	dele[1] = plb_slice_str(forsoeg);
	ev.id = plb_slice_str(plb_uuid_text(plb_uuid5(l->id, dele, 2), id));
	if (s.aarsag.len > AARSAG_MAX)
		s.aarsag.len = AARSAG_MAX;
	key = l->har_person ? plb_slice(l->person.b, sizeof(l->person.b))
			    : plb_slice(l->id.b, sizeof(l->id.b));
	metric_trin(trin);
	return skridt_fejl(
	    plb_flow_emit(tx, "svar", -1, key, dispatch_wire_skriv(d->wire, SLAGS_STATUS, &s), h,
		plb_event_headers(&ev, &t, h)),
	    "levering-status", ec);
}

static const struct {
	unsigned handling;
	enum trin trin;
} meldinger[] = {
    {LEV_FORSOEGT, TRIN_FORSOEGT},
    {LEV_MELD_LEVERET, TRIN_LEVERET},
    {LEV_MELD_HAANDTERET, TRIN_HAANDTERET},
    {LEV_MELD_AFVIST_MIDLERTIDIGT, TRIN_AFVIST_MIDLERTIDIGT},
    {LEV_MELD_AFVIST_ENDELIGT, TRIN_AFVIST_ENDELIGT},
    {LEV_MELD_SLETTET, TRIN_SLETTET},
    {LEV_MELD_PARKERET, TRIN_PARKERET},
    {LEV_MELD_UDLOEBET, TRIN_UDLOEBET},
};

static enum plb_err
meld_alle(struct dispatch *d, struct plb_flow_tx *tx, const struct levering *l,
    const struct post *p, unsigned handling, const struct anledning *a, struct plb_time now,
    struct plb_errctx *ec)
{
	struct plb_time tid = now.ms == PLB_TIME_UNSET.ms ? plb_time_now() : now;

	for (size_t i = 0; i < sizeof(meldinger) / sizeof(meldinger[0]); i++) {
		enum plb_err err;

		if ((handling & meldinger[i].handling) == 0)
			continue;
		err = meld(d, tx, l, p, meldinger[i].trin, a, tid, ec);
		if (err != PLB_OK)
			return err;
	}
	return PLB_OK;
}

/* The entry after the transition. */
static void
ret_post(struct dispatch *d, struct post *p, struct lev_overgang o, enum lev_haendelse h,
    const struct anledning *a, int64_t real_ms)
{
	p->status = (int)o.naeste;
	p->naeste = 0;
	if (a->aarsag.len > 0)
		p->aarsag = a->aarsag;
	if (h == LEV_H_SEND) {
		p->forsoeg++;
		p->seneste = real_ms;
		if (p->foerste == 0)
			p->foerste = real_ms;
	}
	if ((o.handling & LEV_FORFRA) != 0)
		p->skridt = 0;
	if ((o.handling & LEV_PLANLAEG) != 0) {
		int64_t pause = plan_pause(&d->plan, ++p->skridt, a->mindst_ms);

		p->naeste = real_ms + (pause > 0 ? pause : 0);
	}
	if ((o.handling & LEV_SLANK) != 0)
		p->har_afsendelse = false;
}

/* Delivery counts as handling where the partner file says so. */
static void
leveret_er_nok(const struct dispatch *d, const struct levering *l, struct lev_overgang *o)
{
	const struct plb_partner *partner = plb_partner_by_org(d->partnere, &l->ep->org);

	if ((o->handling & LEV_MELD_LEVERET) == 0 || partner == NULL ||
	    !partner->kvittering_leveret)
		return;
	o->naeste = LEV_SLUT;
	o->handling |= LEV_MELD_HAANDTERET;
}

static enum plb_err
gem(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, const struct post *p,
    struct plb_errctx *ec)
{
	struct plb_slice primary = plb_org_slice(&l->ep->org), sub;
	uint8_t plads[SUB_LEN];
	enum plb_err err;

	sub = skridt_sub(l, plads);
	if (p->status == LEV_SLUT)
		return skridt_fejl(plb_flow_del(tx, primary, sub), "state", ec);
	err = plb_flow_put(
	    tx, primary, sub, dispatch_wire_skriv(d->wire, SLAGS_LEVERING, p), PLB_TIME_NEVER);
	if (err == PLB_OK && !plb_flow_get(tx, primary, sub, &l->blob, NULL))
		err = PLB_E_INTERN;
	return skridt_fejl(err, "state", ec);
}

enum plb_err
skridt_tag(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, enum lev_haendelse h,
    const struct anledning *a, struct plb_time now, struct plb_errctx *ec)
{
	static const struct anledning ingen;
	struct lev_overgang o = lev_naeste(l->status, h);
	struct post p;
	enum plb_err err;

	if ((o.handling & LEV_IGNORER) != 0) {
		metric(DISPATCH_M_IGNORERET);
		return PLB_OK;
	}
	if (a == NULL)
		a = &ingen;
	leveret_er_nok(d, l, &o);
	err = dispatch_wire_laes(d->wire, SLAGS_LEVERING, l->blob, &p, ec);
	if (err != PLB_OK)
		return plb_err_wrap(ec, PLB_E_INTERN, "entry of the state");
	ret_post(d, &p, o, h, a, plb_time_now().ms);
	err = meld_alle(d, tx, l, &p, o.handling, a, now, ec);
	if (err == PLB_OK)
		err = gem(d, tx, l, &p, ec);
	if (err != PLB_OK)
		return err;
	l->forsoeg = p.forsoeg;
	l->skridt = p.skridt;
	l->krop = p.har_afsendelse;
	plan_flyt(&d->plan, l, o.naeste, p.naeste);
	return PLB_OK;
}

enum plb_err
skridt_indhold(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    const struct afsendelse *afs, struct plb_errctx *ec)
{
	struct post p;
	enum plb_err err = dispatch_wire_laes(d->wire, SLAGS_LEVERING, l->blob, &p, ec);

	if (err != PLB_OK)
		return plb_err_wrap(ec, PLB_E_INTERN, "entry of the state");
	p.har_afsendelse = true;
	p.afs = *afs;
	err = gem(d, tx, l, &p, ec);
	l->krop = err == PLB_OK;
	return err;
}

enum plb_err
skridt_send(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_time now,
    struct plb_errctx *ec)
{
	struct levering *l;

	while (!d->stopper && (l = plan_klar(ep)) != NULL) {
		enum plb_err err;

		if (!l->krop) {
			if (!genlaes_bed(d->genlaes, ep->partition, l->offset, &l->id))
				return plb_err_set(
				    ec, PLB_E_HUKOMMELSE, "reading again: out of memory");
			plan_hentes(&d->plan, l, true);
			continue;
		}
		err = skridt_tag(d, tx, l, LEV_H_SEND, NULL, now, ec);
		if (err != PLB_OK)
			return err;
	}
	return PLB_OK;
}
