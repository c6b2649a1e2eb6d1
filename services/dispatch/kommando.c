// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

#include <stdlib.h>

/* Orders of operators and of the partner himself. Each is carried out whole, in the batch that
 * reads it; a rate, a cap, a plan and a second person's approval lie with the tool that writes
 * them. */

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
	const struct levering *l = k->har_id ? plan_find(&d->plan, &k->id) : NULL;

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
	struct plb_slice ingen = plb_slice(NULL, 0);
	struct plb_person person;
	struct levering *l;
	enum plb_err err = PLB_OK;

	if (person_af(d, ep, k, &person))
		return kommando_genoptag(d, tx, ep, &person, now, ec);
	if (k->har_id) {
		l = plan_find(&d->plan, &k->id);
		return l != NULL && l->ep == ep && l->status == LEV_PARKERET
		    ? skridt_tag(d, tx, l, LEV_H_GENOPTAG, NULL, now, ec)
		    : PLB_OK;
	}
	if (k->kommando == KOMMANDO_RESUME)
		err = endepunkt_hold(d, tx, ep, false, ingen, ec);
	if (err == PLB_OK && ep->aabning != EP_AABEN)
		err = endepunkt_skift(d, tx, ep, EP_AABEN, ingen, ec);
	return err == PLB_OK ? kommando_genoptag(d, tx, ep, NULL, now, ec) : err;
}

/* The whole mailbox: it queues, the cursor stays. A person: as if the first of the queue had been
 * refused. */
static enum plb_err
hold(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct kommando_post *k, struct plb_time now, struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = k->aarsag.len > 0 ? k->aarsag : plb_slice_str("holdt")};
	struct plb_person person;
	struct levering *l;
	enum plb_err err;

	if (!person_af(d, ep, k, &person))
		return k->har_id ? PLB_OK : endepunkt_hold(d, tx, ep, true, k->aarsag, ec);
	l = plan_koe_foerste(&d->plan, ep, &person);
	if (l == NULL)
		return PLB_OK;
	if (l->status == LEV_IGANG)
		l = l->efter; /* that one is under way */
	if (l == NULL || l->status != LEV_VENTER)
		return PLB_OK;
	err = skridt_tag(d, tx, l, LEV_H_HOLD, &a, now, ec);
	return err == PLB_OK ? parker_bagved(d, tx, l, a.aarsag, now, ec) : err;
}

/* One delivery sent once more. What the state has forgotten is read from ud first. */
static enum plb_err
gensend(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, const struct udvalgt *v,
    struct plb_time now, struct plb_errctx *ec)
{
	struct levering *l = plan_find(&d->plan, &v->id);

	if (!ep->push)
		return PLB_OK;
	if (l != NULL)
		return l->ep == ep ? skridt_tag(d, tx, l, LEV_H_GENSEND, NULL, now, ec) : PLB_OK;
	if (v->offset < 0)
		return PLB_OK;
	if (!ud_genlaes(d, ep->partition, v->offset, &v->id, GENLAES_GENSEND))
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "reading again: out of memory");
	return PLB_OK;
}

static enum plb_err
kasser(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep, const struct udvalgt *v,
    int64_t tid_ms, struct plb_time now, struct plb_errctx *ec)
{
	struct levering *l = plan_find(&d->plan, &v->id);

	if (l == NULL || l->ep != ep) {
		metric(DISPATCH_M_IGNORERET);
		return PLB_OK;
	}
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

enum plb_err
kommando_udfoer(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct plb_record *r, struct plb_time now, struct plb_errctx *ec)
{
	struct kommando_post k;
	enum plb_err err = dispatch_wire_laes(d->wire, SLAGS_KOMMANDO, r->value, &k, ec);

	if (err == PLB_OK)
		err = egen_liste(&k, ec);
	if (err != PLB_OK)
		return err;
	switch (k.kommando) {
	case KOMMANDO_HOLD:
		err = hold(d, tx, ep, &k, now, ec);
		break;
	case KOMMANDO_RESUME:
	case KOMMANDO_GENOPTAG:
		err = genoptag(d, tx, ep, &k, now, ec);
		break;
	case KOMMANDO_REPLAY:
	case KOMMANDO_DISCARD:
		err = udvalg(d, tx, ep, &k, r->timestamp.ms, now, ec);
		break;
	default:
		metric(DISPATCH_M_KOMMANDO_UKENDT);
	}
	free(k.udvalg.p);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}
