// SPDX-License-Identifier: MPL-2.0
#include "dispatch_int.h"

#include <stdlib.h>

/* Outcomes: what became of an attempt, and sparks for endpoints with something ready. */

#define BAGVED_MAX                                                                                 \
	2000 /* steps in one callback; further ones are held by the parked head all the same */

void
udfald_fri(void *arg, void *udfald)
{
	struct udfald *u = udfald;

	(void)arg;
	free(u->post);
	free(u);
}

static struct udfald *
eget(struct udfald u)
{
	struct udfald *p = malloc(sizeof(*p));

	if (p == NULL)
		free(u.post); /* the attempt stays written down and is repeated after a restart */
	else
		*p = u;
	return p;
}

static bool
aflever(struct dispatch *d, int32_t partition, struct udfald *p)
{
	if (p == NULL)
		return false;
	if (plb_flow_outcome(d->flow, partition, p))
		return true;
	udfald_fri(d, p);
	return false;
}

bool
udfald_giv(struct dispatch *d, int32_t partition, struct udfald u)
{
	return aflever(d, partition, eget(u));
}

void
udfald_aflever(void *arg)
{
	struct dispatch *d = arg;

	plb_loop_timer_off(d->aflever);
	for (size_t i = 0; i < d->n_samlet; i++)
		(void)aflever(d, d->samlet[i].partition, d->samlet[i].u);
	d->n_samlet = 0;
}

void
udfald_saml(struct dispatch *d, int32_t partition, struct udfald u)
{
	struct udfald *p = eget(u);

	if (p == NULL)
		return;
	d->samlet[d->n_samlet++] = (struct samlet){partition, p};
	if (d->n_samlet == SAML_ANTAL || d->plan.kald < SAML_FRA_KALD)
		udfald_aflever(d);
	else if (d->n_samlet == 1)
		plb_loop_timer_in(d->aflever, SAML_MS);
}

void
udfald_glem(struct dispatch *d, int32_t partition)
{
	size_t til = 0;

	for (size_t i = 0; i < d->n_samlet; i++) {
		if (partition >= 0 && d->samlet[i].partition != partition)
			d->samlet[til++] = d->samlet[i];
		else
			udfald_fri(d, d->samlet[i].u);
	}
	d->n_samlet = til;
}

enum plb_err
endepunkt_skift(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    enum plan_aabning til, struct plb_slice aarsag, struct plb_errctx *ec)
{
	struct endepunkt_post e = {
	    .status = (int)til, .siden = plb_time_now().ms, .aarsag = aarsag};
	struct plb_slice primary = plb_org_slice(&ep->org), sub = plb_slice("e", 1);
	enum plb_err err;

	if (til == EP_AABEN)
		err = plb_flow_del(tx, primary, sub);
	else
		err = plb_flow_put(tx, primary, sub,
		    dispatch_wire_skriv(d->wire, SLAGS_ENDEPUNKT, &e), PLB_TIME_NEVER);
	if (err != PLB_OK)
		return skridt_fejl(err, "state", ec);
	plan_endepunkt_aabn(&d->plan, ep, til);
	return PLB_OK;
}

/* A refused one holds those behind it; each is told. */
static enum plb_err
parker_bagved(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, struct plb_time now,
    struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = plb_slice_str("bag en parkeret")};
	int n = 0;

	for (l = l->efter; l != NULL && n < BAGVED_MAX; l = l->efter, n++) {
		enum plb_err err;

		if (l->status != LEV_VENTER)
			continue;
		err = skridt_tag(d, tx, l, LEV_H_BAGVED, &a, now, ec);
		if (err != PLB_OK)
			return err;
	}
	return PLB_OK;
}

static enum lev_haendelse
haendelse(struct dispatch *d, const struct levering *l, enum svarklasse k)
{
	switch (k) {
	case SVAR_LEVERET:
		return LEV_H_OK;
	case SVAR_AFVIST:
		return LEV_H_AFVIST;
	case SVAR_PAUSE:
	case SVAR_FRA:
	case SVAR_VORES:
		return LEV_H_PAUSE;
	case SVAR_MIDLERTIDIG:
	case SVAR_KLASSER:
		break;
	}
	return plan_pause(&d->plan, l->skridt + 1, 0) < 0 ? LEV_H_OPBRUGT : LEV_H_MIDLERTIDIG;
}

static enum plb_err
luk_endepunkt(struct dispatch *d, struct plb_flow_tx *tx, struct endepunkt *ep,
    const struct udfald *u, struct plb_errctx *ec)
{
	enum plan_aabning til = u->klasse == SVAR_FRA ? EP_FRA : EP_PAUSE;

	if (ep->aabning >= til)
		return PLB_OK;
	metric(DISPATCH_M_ENDEPUNKT_PAUSE);
	plb_log(PLB_LOG_WARN, til == EP_FRA ? "endpoint switched off" : "endpoint paused",
	    plb_f_str("organisation", ep->org.text), plb_f_str("aarsag", u->tekst));
	return endepunkt_skift(d, tx, ep, til, plb_slice_str(u->tekst), ec);
}

static enum plb_err
svar(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = plb_slice_str(u->tekst), .mindst_ms = u->mindst_ms};
	struct levering *l = plan_find(&d->plan, &u->id);
	struct endepunkt *ep;
	enum lev_haendelse h;
	enum plb_err err = PLB_OK;

	if (l == NULL || l->status != LEV_IGANG || l->forsoeg != u->forsoeg) {
		metric(DISPATCH_M_IGNORERET);
		return PLB_OK;
	}
	ep = l->ep;
	if (u->har_digest)
		a.digest = plb_slice(u->digest, sizeof(u->digest));
	h = haendelse(d, l, u->klasse);
	if (h == LEV_H_PAUSE)
		err = luk_endepunkt(d, tx, ep, u, ec);
	if (err == PLB_OK)
		err = skridt_tag(d, tx, l, h, &a, now, ec);
	if (err == PLB_OK && (h == LEV_H_AFVIST || h == LEV_H_OPBRUGT))
		err = parker_bagved(d, tx, l, now, ec);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

static enum plb_err
uvis(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct levering *l = plan_find(&d->plan, &u->id);
	struct endepunkt *ep;
	enum plb_err err;

	if (l == NULL || l->status != LEV_IGANG || l->forsoeg != u->forsoeg)
		return PLB_OK;
	ep = l->ep;
	err = skridt_tag(d, tx, l, LEV_H_UVIS, NULL, now, ec);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

static enum plb_err
gnist(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct endepunkt *ep = plan_endepunkt(&d->plan, plb_org_slice(&u->org));
	enum plb_err err;

	if (ep == NULL)
		return PLB_OK;
	ep->gnist = false;
	err = post_hentet(d, tx, ep, now, ec);
	if (err == PLB_OK)
		err = post_fej(d, tx, ep, now, ec);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

/* The content of a delivery that is to be sent again. */
static enum plb_err
genlaest(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct levering *l = plan_find(&d->plan, &u->id);
	struct endepunkt *ep;
	struct post ny;
	enum plb_err err;

	if (l == NULL)
		return PLB_OK;
	ep = l->ep;
	plan_hentes(&d->plan, l, false);
	if (l->status != LEV_VENTER || l->krop)
		return PLB_OK;
	if (u->post == NULL) {
		metric(DISPATCH_M_GENLAEST_TABT);
		err = skridt_tag(d, tx, l, LEV_H_UDLOEB, NULL, now, ec);
	} else {
		metric(DISPATCH_M_GENLAEST);
		err = dispatch_wire_laes(
		    d->wire, SLAGS_LEVERING, plb_slice(u->post, u->post_len), &ny, ec);
		if (err == PLB_OK)
			err = skridt_indhold(d, tx, l, &ny.afs, ec);
	}
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

enum plb_err
udfald_modtag(
    void *arg, struct plb_flow_tx *tx, void *udfald, struct plb_time now, struct plb_errctx *ec)
{
	struct dispatch *d = arg;
	const struct udfald *u = udfald;

	switch (u->art) {
	case UDFALD_SVAR:
		return svar(d, tx, u, now, ec);
	case UDFALD_UVIS:
		return uvis(d, tx, u, now, ec);
	case UDFALD_GNIST:
		return gnist(d, tx, u, now, ec);
	case UDFALD_GENLAEST:
		return genlaest(d, tx, u, now, ec);
	}
	return plb_err_set(ec, PLB_E_INTERN, "outcome of kind %d", (int)u->art);
}
