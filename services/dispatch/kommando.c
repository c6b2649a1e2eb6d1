// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

#include <parloeb/ordresegl.h>
#include <stdlib.h>

/* Orders of operators and of the partner himself. Each is carried out whole, in the batch that
 * reads it; a rate, a cap and a plan lie with the console that writes them. That it is the console,
 * and that a second person has approved what is large, is looked at here too. */

/* The partner's own genoptag comes from the gateway, which holds no key. */
static enum plb_err
adgang(const struct dispatch *d, const struct kommando_post *k, const struct plb_record *r,
    struct plb_errctx *ec)
{
	int64_t n = k->har_antal ? k->antal : 0;

	if (k->kommando == KOMMANDO_GENOPTAG)
		return PLB_OK;
	if (d->faelles->desk_key.len > 0 && !plb_ordresegl_er(&d->faelles->desk_key, r))
		return plb_err_set(ec, PLB_E_ADGANG, "an order without the console's seal");
	if ((int64_t)k->udvalg.n > n)
		n = (int64_t)k->udvalg.n;
	if (n > d->godkend_over && (k->godkender.len == 0 || plb_slice_eq(k->godkender, k->aktoer)))
		return plb_err_set(ec, PLB_E_ADGANG,
		    "an order about %lld deliveries that no second person has approved",
		    (long long)n);
	return PLB_OK;
}

static bool
hos(const struct levering *l, const struct plb_person *person)
{
	return person == NULL || (l->har_person && plb_person_eq(l->person, *person));
}

enum plb_err
kommando_genoptag(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct plb_person *person, struct plb_time now, struct plb_errctx *ec)
{
	for (struct plan_led *led = ep->aabne.naeste, *naeste; led != &ep->aabne; led = naeste) {
		struct levering *l = plan_af_ep(led);
		enum plb_err err;

		naeste = led->naeste;
		if (l->status != LEV_PARKERET || !hos(l, person))
			continue;
		err = skridt_tag(d, tx, l, LEV_H_GENOPTAG, NULL, now, ec);
		if (err != PLB_OK)
			return err;
	}
	return PLB_OK;
}

/* The person an order is about: named, or that of the delivery. False: the whole mailbox. */
static bool
person_af(const struct dispatch *d, const struct endepunkt *ep, const struct kommando_post *k,
    struct plb_person *person)
{
	const struct plb_uuid id = ud_id(ep, &k->id);
	const struct levering *l = k->har_id ? plan_find(&d->plan, &id) : NULL;

	if (l != NULL && l->ep == ep && l->har_person) {
		*person = l->person;
		return true;
	}
	if (k->person.len != sizeof(person->b))
		return false;
	memcpy(person->b, k->person.p, sizeof(person->b));
	return true;
}

/* resume and genoptag: of one delivery's queue, one person, or the whole mailbox with its endpoint.
 * A hold is the operator's, and the partner's genoptag does not end it. */
static enum plb_err
genoptag(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct kommando_post *k, struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_uuid id = ud_id(ep, &k->id);
	struct plb_slice ingen = plb_slice(NULL, 0);
	struct plb_person person;
	struct levering *l;
	enum plb_err err = PLB_OK;

	if (person_af(d, ep, k, &person)) {
		(void)husk_tag(tx, ep, HUSK_HOLDT, person.b, &ingen, &err);
		return err == PLB_OK ? kommando_genoptag(d, tx, ep, &person, now, ec)
				     : skridt_fejl(err, "state", ec);
	}
	if (k->har_id) {
		(void)husk_tag(tx, ep, HUSK_HOLDT, k->id.b, &ingen, &err);
		if (err != PLB_OK)
			return skridt_fejl(err, "state", ec);
		l = plan_find(&d->plan, &id);
		return l != NULL && l->ep == ep && l->status == LEV_PARKERET
		    ? skridt_tag(d, tx, l, LEV_H_GENOPTAG, NULL, now, ec)
		    : PLB_OK;
	}
	err = skridt_fejl(husk_glem(tx, ep, HUSK_HOLDT), "state", ec);
	if (err == PLB_OK && k->kommando == KOMMANDO_RESUME)
		err = endepunkt_hold(d, tx, ep, false, ingen, ec);
	if (err == PLB_OK && ep->aabning != EP_AABEN)
		err = endepunkt_skift(d, tx, ep, EP_AABEN, ingen, ec);
	return err == PLB_OK ? kommando_genoptag(d, tx, ep, NULL, now, ec) : err;
}

struct plb_slice
kommando_holdt(const struct kommando_post *k)
{
	return k->aarsag.len > 0 ? k->aarsag : plb_slice_str("holdt");
}

/* Nothing of its queue is in the state that could be parked: what is taken up first will be. */
static enum plb_err
hold_senere(struct plb_flow_tx *tx, struct endepunkt *ep, const uint8_t koe[16],
    struct plb_slice ordre, struct plb_errctx *ec)
{
	return ep->push && overloeb_er(ep) ? husk_laeg(tx, ep, HUSK_HOLDT, koe, ordre, ec) : PLB_OK;
}

/* The whole mailbox: it queues, the cursor stays. A person: as if the first of the queue had been
 * refused. */
static enum plb_err
hold(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct kommando_post *k, struct plb_slice ordre, struct plb_time now,
    struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = kommando_holdt(k)};
	struct plb_person person;
	struct levering *l;
	enum plb_err err;

	if (!person_af(d, ep, k, &person))
		return k->har_id ? hold_senere(tx, ep, k->id.b, ordre, ec)
				 : endepunkt_hold(d, tx, ep, true, k->aarsag, ec);
	l = plan_koe_foerste(&d->plan, ep, &person);
	if (l != NULL && l->status == LEV_IGANG)
		l = l->efter; /* that one is under way */
	if (l == NULL)
		return hold_senere(tx, ep, person.b, ordre, ec);
	if (l->status != LEV_VENTER)
		return PLB_OK;
	err = skridt_tag(d, tx, l, LEV_H_HOLD, &a, now, ec);
	return err == PLB_OK ? parker_bagved(d, tx, l, a.aarsag, now, ec) : err;
}

/* One delivery sent once more. What the state has forgotten is read from ud first. */
static enum plb_err
gensend(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, const struct udvalgt *v,
    struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_uuid id = ud_id(ep, &v->id);
	struct levering *l = plan_find(&d->plan, &id);

	if (!ep->push)
		return PLB_OK;
	if (l != NULL)
		return l->ep == ep ? skridt_tag(d, tx, l, LEV_H_GENSEND, NULL, now, ec) : PLB_OK;
	if (v->offset < 0 || ep->kopi != 0)
		return PLB_OK;
	if (!ud_genlaes(d, ep->partition, v->offset, &v->id, GENLAES_GENSEND))
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "reading again: out of memory");
	return PLB_OK;
}

/* It lies on ud and is not taken up: remembered, so that it never leaves, and read, so that its
 * withdrawal goes out and is told at once. */
static enum plb_err
kasser_paa_ud(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct udvalgt *v, struct plb_errctx *ec)
{
	enum plb_err err;

	if (husk_er(tx, ep, HUSK_TILBAGEKALDT, v->id.b) || husk_er(tx, ep, HUSK_AFGJORT, v->id.b))
		return PLB_OK;
	err = husk_tidlig(tx, ep, HUSK_KASSERET, v->id.b, husk_blot(d, v->offset), ec);
	if (err == PLB_OK && v->offset >= 0 &&
	    !ud_genlaes(d, ep->partition, v->offset, &v->id, GENLAES_KASSERET))
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "reading again: out of memory");
	return err;
}

enum plb_err
kommando_kasseret(struct dispatch *d, struct plb_flow_tx *tx, const struct plb_record *r,
    struct plb_time now, struct plb_errctx *ec)
{
	struct endepunkt *ep = ud_endepunkt(d, r->key, plb_flow_partition(tx));
	enum plb_err err = PLB_OK;
	struct plb_slice blob;
	struct plb_event ev;
	struct ny n = {.ep = ep};

	if (ep == NULL || plb_event_from_record(r, false, &ev, ec) != PLB_OK ||
	    plan_find(&d->plan, &ev.leveringid) != NULL ||
	    !husk_tag(tx, ep, HUSK_KASSERET, ev.leveringid.b, &blob, &err) ||
	    husk_er(tx, ep, HUSK_TILBAGEKALDT, ev.leveringid.b))
		return skridt_fejl(err, "state", ec);
	n.post = ud_post(d, &ev, r, ep);
	n.post.status = LEV_POSTKASSE; /* it is not begun */
	n.post.forbi = true;
	n.plads = r->offset;
	n.person = ev.has_person ? &ev.person : NULL;
	err = skridt_ny(d, tx, &n, ec);
	return err == PLB_OK
	    ? tilbage_kasser(d, tx, plan_find(&d->plan, &ev.leveringid), plb_time_now().ms, now, ec)
	    : err;
}

static enum plb_err
kasser(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, const struct udvalgt *v,
    int64_t tid_ms, struct plb_time now, struct plb_errctx *ec)
{
	struct levering *l = plan_find(&d->plan, &v->id);

	if (l == NULL && (v->offset < 0 ? overloeb_er(ep) : overloeb_ligger(ep, v->offset)))
		return kasser_paa_ud(d, tx, ep, v, ec);
	if (l == NULL || l->ep != ep)
		metric(DISPATCH_M_IGNORERET);
	if (l == NULL) /* over, or not read yet */
		return husk_tidlig(tx, ep, HUSK_KASSERET, v->id.b, husk_blot(d, v->offset), ec);
	if (l->ep != ep)
		return PLB_OK;
	return tilbage_kasser(d, tx, l, tid_ms, now, ec);
}

static enum plb_err
udvalg(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct kommando_post *k, int64_t tid_ms, struct plb_time now, struct plb_errctx *ec)
{
	struct udvalgt enlig = {k->id, -1};
	const struct udvalgt *v = k->udvalg.p;
	size_t n = k->udvalg.n;
	enum plb_err err = PLB_OK;

	if (n == 0 && k->har_id) {
		v = &enlig;
		n = 1;
	}
	for (size_t i = 0; i < n && err == PLB_OK; i++)
		err = k->kommando == KOMMANDO_DISCARD ? kasser(d, tx, ep, &v[i], tid_ms, now, ec)
						      : gensend(d, tx, ep, &v[i], now, ec);
	return err;
}

/* The list lies in the decoder's arena, which the first step would use again. */
static enum plb_err
egen_liste(struct kommando_post *k, struct plb_errctx *ec)
{
	size_t len = k->udvalg.n * sizeof(struct udvalgt);
	void *p = len == 0 ? NULL : malloc(len);

	if (len > 0 && p == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	if (len > 0)
		memcpy(p, k->udvalg.p, len);
	k->udvalg.p = p;
	return PLB_OK;
}

/* At one of the organisation's endpoints. A discard takes the copies along by itself. */
static enum plb_err
udfoer_hos(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct kommando_post *k, const struct plb_record *r, struct plb_time now,
    struct plb_errctx *ec)
{
	switch (k->kommando) {
	case KOMMANDO_HOLD:
		return hold(d, tx, ep, k, r->value, now, ec);
	case KOMMANDO_RESUME:
	case KOMMANDO_GENOPTAG:
		return genoptag(d, tx, ep, k, now, ec);
	case KOMMANDO_DISCARD:
		if (ep->kopi != 0)
			return PLB_OK;
		/* fallthrough */
	case KOMMANDO_REPLAY:
		return udvalg(d, tx, ep, k, r->timestamp.ms, now, ec);
	default:
		metric(DISPATCH_M_KOMMANDO_UKENDT);
		return PLB_OK;
	}
}

enum plb_err
kommando_udfoer(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *hoved,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec)
{
	struct kommando_post k;
	enum plb_err err = dispatch_wire_laes(d->wire, SLAGS_KOMMANDO, r->value, &k, ec);

	if (err == PLB_OK)
		err = adgang(d, &k, r, ec);
	if (err == PLB_E_ADGANG)
		metric(DISPATCH_M_ORDRE_NAEGTET);
	if (err == PLB_OK)
		err = egen_liste(&k, ec);
	if (err != PLB_OK)
		return err;
	for (uint8_t kanal = 0; kanal < PLAN_KANALER && err == PLB_OK; kanal++) {
		struct endepunkt *ep = kanal == 0 ? hoved : hoved->kopier[kanal];

		if (ep == NULL)
			continue;
		err = udfoer_hos(d, tx, ep, &k, r, now, ec);
		if (err == PLB_OK)
			err = skridt_send(d, tx, ep, now, ec);
	}
	free(k.udvalg.p);
	return err;
}
