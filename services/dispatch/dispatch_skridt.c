// SPDX-License-Identifier: MPL-2.0
#include "frist.h"
#include "kanal.h"

#include <stdio.h>

#define AARSAG_MAX 500
#define SKRIV_PR_GANG 100       /* sealed and written in one callback */
#define INDHOLD_HOLDES_MS 30000 /* content of what waits longer is let go */

/* One event of one delivery: transition, steps on svar, entry, plan. */

struct plb_slice
skridt_noegle(
    const struct endepunkt *ep, char art, const void *rest, size_t n, uint8_t out[SUB_MAX])
{
	size_t i = 0;

	out[i++] = (uint8_t)(ep->kopi == 0 ? art : art - 'a' + 'A');
	if (ep->kopi != 0)
		out[i++] = ep->kopi;
	if (n > 0)
		memcpy(out + i, rest, n);
	return plb_slice(out, i + n);
}

static struct plb_slice
skridt_sub(const struct levering *l, uint8_t out[SUB_MAX])
{
	uint8_t rest[SUB_REST] = {0};

	if (l->har_person)
		memcpy(rest, l->person.b, 16);
	for (int i = 0; i < 8; i++)
		rest[16 + i] = (uint8_t)((uint64_t)l->plads >> (56 - 8 * i));
	/* One that was discarded may still be under way in its slot. */
	return skridt_noegle(l->ep, l->lavet ? 'l' : 'k', rest, sizeof(rest), out);
}

enum plb_err
skridt_fejl(enum plb_err err, const char *hvad, struct plb_errctx *ec)
{
	if (err == PLB_OK || plb_err_class(err) != PLB_CLASS_REJECT)
		return err;
	return plb_err_set(ec, PLB_E_INTERN, "%s: %s", hvad, plb_err_name(err));
}

/* A step as an event on svar; its id is made of delivery, step and attempt, so that a repeat has
 * the same. */
static enum plb_err
meld(struct dispatch *d, struct plb_flow_tx *tx, const struct levering *l, const struct post *p,
    enum trin trin, const struct anledning *a, struct plb_time tid, struct plb_errctx *ec)
{
	static const char type[] = "dk.parloeb.levering-status", kilde[] = "/parloeb/dispatch";
	struct status_post s = {
	    .id = l->leveringid,
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
	    .sequence = p->sequence,
	    .kanal = l->ep->kopi == 0 ? plb_slice(NULL, 0)
				      : plb_slice_str(plb_kanal_navn((enum plb_kanal)l->ep->kopi)),
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
			    : plb_slice(l->leveringid.b, sizeof(l->leveringid.b));
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
    {LEV_MELD_TILBAGEKALDT, TRIN_TILBAGEKALDT},
};

static enum plb_err
meld_alle(struct dispatch *d, struct plb_flow_tx *tx, const struct levering *l,
    const struct post *p, unsigned handling, const struct anledning *a, struct plb_time tid,
    struct plb_errctx *ec)
{
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

/* When the next attempt is due. A near deadline tightens the schedule, and such an attempt does not
 * use it up: the deadline ends the haste. */
static void
planlaeg(struct dispatch *d, struct post *p, const struct anledning *a, struct plb_time forretning,
    int64_t real_ms)
{
	int64_t pause = plan_pause(&d->plan, p->skridt + 1, a->mindst_ms), kort = 0;

	if (p->frist > 0)
		kort = frist_pause(p->frist - forretning.ms, a->mindst_ms);
	if (kort > 0 && kort < pause)
		pause = kort;
	else
		p->skridt++;
	p->naeste = real_ms + (pause > 0 ? pause : 0);
}

/* The entry after the transition. */
static void
ret_post(struct dispatch *d, struct post *p, struct lev_overgang o, enum lev_haendelse h,
    const struct anledning *a, struct plb_time forretning)
{
	int64_t real_ms = plb_time_now().ms;

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
	if ((o.handling & LEV_PLANLAEG) != 0)
		planlaeg(d, p, a, forretning, real_ms);
	if ((o.handling & LEV_FORBI) != 0)
		p->forbi = true;
}

/* Delivery counts as handling where the partner file says so. */
static void
leveret_er_nok(const struct dispatch *d, const struct levering *l, struct lev_overgang *o)
{
	const struct plb_partner *partner = plb_partner_by_org(d->partnere, &l->ep->org);

	if (l->ep->kopi != 0 || o->naeste != LEV_LEVERET || l->status == LEV_LEVERET ||
	    partner == NULL || !partner->kvittering_leveret)
		return;
	o->naeste = LEV_SLUT;
	o->handling |= LEV_MELD_HAANDTERET;
}

enum plb_err
skridt_gem(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, const struct post *p,
    struct plb_errctx *ec)
{
	struct plb_slice primary = plb_org_slice(&l->ep->org), sub;
	uint8_t plads[SUB_MAX];
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
skridt_laes(struct dispatch *d, const struct levering *l, struct post *p, struct plb_errctx *ec)
{
	enum plb_err err = dispatch_wire_laes(d->wire, SLAGS_LEVERING, l->blob, p, ec);

	return err == PLB_OK ? err : plb_err_wrap(ec, PLB_E_INTERN, "entry of the state");
}

/* Content stays at hand only while it may leave soon. */
static bool
snart(const struct post *p, enum lev_status status, int64_t real_ms)
{
	return status == LEV_IGANG ||
	    (status == LEV_VENTER && p->naeste < real_ms + INDHOLD_HOLDES_MS);
}

static struct lev_overgang
overgang(
    const struct dispatch *d, const struct levering *l, enum lev_haendelse h, const struct post *p)
{
	struct lev_overgang o;

	if (l->ep->kopi != 0) /* of trouble that was told of the end is told, too */
		return lev_kopi(
		    l->status, h, p->aarsag.len > 0 || kopi_er_nyt(d, l), kopi_huskes(l));
	o = lev_naeste(l->status, h);
	leveret_er_nok(d, l, &o);
	return o;
}

/* A delivery as it was before its transition, which may have freed it. */
struct foer {
	struct endepunkt *ep;
	struct plb_uuid leveringid;
	enum lev_status status;
	bool reserve, tilbagekaldt;
};

/* What it means for the others of the same message. */
static enum plb_err
soeskende(struct dispatch *d, struct plb_flow_tx *tx, const struct foer *f, enum lev_haendelse h,
    enum lev_status nu, struct plb_time now, struct plb_errctx *ec)
{
	if (f->ep->kopi != 0)
		return h == LEV_H_OK ? kopi_ankom(d, tx, &f->leveringid, now, ec) : PLB_OK;
	return f->reserve && lev_uafgjort(f->status) && !lev_uafgjort(nu)
	    ? kopi_slip(d, tx, f->ep, &f->leveringid, now, ec)
	    : PLB_OK;
}

enum plb_err
skridt_tag(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, enum lev_haendelse h,
    const struct anledning *a, struct plb_time now, struct plb_errctx *ec)
{
	static const struct anledning ingen;
	const struct foer foer = {l->ep, l->leveringid, l->status, l->reserve, l->tilbagekaldt};
	struct lev_overgang o;
	struct plb_time forretning = now.ms == PLB_TIME_UNSET.ms ? plb_time_now() : now;
	struct post p;
	enum plb_err err;

	err = skridt_laes(d, l, &p, ec);
	if (err != PLB_OK)
		return err;
	o = overgang(d, l, h, &p);
	if ((o.handling & LEV_IGNORER) != 0) {
		metric(DISPATCH_M_IGNORERET);
		return PLB_OK;
	}
	if (a == NULL)
		a = &ingen;
	ret_post(d, &p, o, h, a, forretning);
	err = meld_alle(d, tx, l, &p, o.handling, a, forretning, ec);
	if (err == PLB_OK)
		err = skridt_gem(d, tx, l, &p, ec);
	/* Taken from ud out of turn, and over: its turn comes yet. */
	if (err == PLB_OK && o.naeste == LEV_SLUT && !l->lavet && overloeb_ligger(l->ep, l->laes))
		err = husk_laeg(tx, l->ep, HUSK_AFGJORT, l->id.b, husk_blot(d, l->laes), ec);
	if (err != PLB_OK)
		return err;
	l->forsoeg = p.forsoeg;
	l->skridt = p.skridt;
	l->tilbagekaldt = false;
	if (!snart(&p, o.naeste, plb_time_now().ms))
		plan_indhold_slip(&d->plan, l);
	if ((o.handling & LEV_FORBI) != 0)
		plan_forbi(&d->plan, l);
	plan_flyt(&d->plan, l, o.naeste, p.naeste);
	err = soeskende(d, tx, &foer, h, o.naeste, now, ec);
	if (err != PLB_OK || !foer.tilbagekaldt)
		return err;
	return tilbage_udfald(
	    d, tx, o.naeste == LEV_SLUT ? NULL : l, o.naeste, p.afloeser, now, ec);
}

enum plb_err
skridt_ny(struct dispatch *d, struct plb_flow_tx *tx, struct ny *n, struct plb_errctx *ec)
{
	struct post *p = &n->post;
	struct levering v = {.id = p->id,
	    .leveringid = post_leveringid(p),
	    .ep = n->ep,
	    .har_person = n->person != NULL,
	    .status = (enum lev_status)p->status,
	    .plads = n->plads,
	    .laes = p->laes == 0 ? n->plads : p->laes,
	    .forbi = p->forbi,
	    .laast = n->laast,
	    .lavet = p->har_kasserer,
	    .reserve = p->reserve,
	    .ankommet = p->ankommet,
	    .frist = p->frist};
	struct levering *l;
	bool straks;
	enum plb_err err;

	if (n->person != NULL)
		v.person = *n->person;
	l = plan_tilfoej(&d->plan, &v, p->naeste);
	if (l == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "plan: out of memory");
	if (n->indhold != NULL && p->status == LEV_VENTER) {
		plb_buf_reset(&d->blok);
		indhold_pak(n->indhold, &d->blok);
		if (!d->blok.failed)
			(void)plan_indhold(&d->plan, l, d->blok.p, d->blok.len);
	}
	/* Written as begun when it may go at once. What is no call goes by skridt_send. */
	straks = !d->stopper && l->indhold != NULL && p->naeste == 0 && !kanal_skriver(l->ep) &&
	    plan_klar(l->ep) == l;
	if (straks) {
		p->status = LEV_IGANG;
		p->forsoeg = 1;
		p->foerste = p->seneste = plb_time_now().ms;
	}
	err = skridt_gem(d, tx, l, p, ec);
	if (err != PLB_OK) {
		plan_flyt(&d->plan, l, LEV_SLUT, 0);
		return err;
	}
	l->forsoeg = p->forsoeg;
	if (straks)
		plan_flyt(&d->plan, l, LEV_IGANG, 0);
	if (!straks || l->ep->traet)
		plb_flow_can_wait(tx); /* no call comes of it, or one that hardly arrives */
	return PLB_OK;
}

/* Content that is not at hand is made, or read again. */
static enum plb_err
skaf_indhold(struct dispatch *d, struct levering *l, struct plb_errctx *ec)
{
	if (l->lavet)
		return tilbage_indhold(d, l, ec);
	if (!ud_genlaes(d, l->ep->partition, l->laes, &l->id, GENLAES_INDHOLD))
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "reading again: out of memory");
	plan_hentes(&d->plan, l, true);
	return PLB_OK;
}

enum plb_err
skridt_send(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, struct plb_time now,
    struct plb_errctx *ec)
{
	struct levering *l;
	int n = 0;

	while (!d->stopper && (l = plan_klar(ep)) != NULL) {
		enum plb_err err = PLB_OK;

		if (l->indhold == NULL)
			err = skaf_indhold(d, l, ec);
		if (err == PLB_OK && l->indhold != NULL)
			err = skridt_tag(d, tx, l, LEV_H_SEND, NULL, now, ec);
		if (err == PLB_OK && l->status == LEV_IGANG && kanal_skriver(ep))
			err = kanal_skriv(d, tx, l, now, ec);
		if (err != PLB_OK)
			return err;
		if (++n == SKRIV_PR_GANG && kanal_skriver(ep)) {
			plan_gnist_bed(&d->plan, ep); /* the rest in a batch of its own */
			return PLB_OK;
		}
	}
	return PLB_OK;
}
