// SPDX-License-Identifier: MPL-2.0
#include "mail.h"

#include <stdlib.h>

/* Outcomes: what became of an attempt, and sparks for endpoints with something ready. */

#define BAGVED_MAX                                                                                 \
	2000 /* steps in one callback; further ones are held by the parked head all the same */

void
udfald_fri(void *arg, void *udfald)
{
	struct udfald *u = udfald;

	(void)arg;
	laest_fri(u->poster);
	free(u);
}

static struct udfald *
eget(struct udfald u)
{
	struct udfald *p = malloc(sizeof(*p));

	if (p == NULL)
		laest_fri(
		    u.poster); /* the attempt stays written down and is repeated after a restart */
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
parker_bagved(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l,
    struct plb_slice aarsag, struct plb_time now, struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = aarsag};
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

/* One that has arrived by another channel is not tried again. */
static bool
er_naaet(const struct levering *l, enum lev_haendelse h)
{
	return l->naaet && h != LEV_H_OK && !l->tilbagekaldt;
}

enum plb_err
udfald_brug(struct dispatch *d, struct plb_flow_tx *tx, struct levering *l, const struct udfald *u,
    struct plb_time now, struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = plb_slice_str(u->tekst), .mindst_ms = u->mindst_ms};
	enum lev_haendelse h = haendelse(d, l, u->klasse);
	const struct plb_uuid id = l->id;
	struct endepunkt *ep = l->ep;
	enum plb_err err;
	bool holder;

	if (u->har_digest)
		a.digest = plb_slice(u->digest, sizeof(u->digest));
	if (er_naaet(l, h))
		h = LEV_H_NAAET;
	/* A withdrawal takes the slot of one that is refused: nothing is held then. */
	holder = (h == LEV_H_AFVIST || h == LEV_H_OPBRUGT) && !l->tilbagekaldt;
	err = endepunkt_udfald(d, tx, ep, u, ec);
	if (err == PLB_OK)
		err = skridt_tag(d, tx, l, h, &a, now, ec);
	if (err == PLB_OK && holder)
		err = parker_bagved(d, tx, l, plb_slice_str("bag en parkeret"), now, ec);
	if (err == PLB_OK && ep->reserve != 0 && (l = plan_find(&d->plan, &id)) != NULL)
		err = kopi_reserve(d, tx, l, now, ec);
	return err;
}

static enum plb_err
svar(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct levering *l = plan_find(&d->plan, &u->id);
	const size_t foer = d->plan.igang;
	struct endepunkt *ep;
	enum plb_err err;

	if (l == NULL || l->status != LEV_IGANG || l->forsoeg != u->forsoeg) {
		metric(DISPATCH_M_IGNORERET);
		return PLB_OK;
	}
	ep = l->ep;
	err = udfald_brug(d, tx, l, u, now, ec);
	if (err == PLB_OK)
		err = skridt_send(d, tx, ep, now, ec);
	if (d->plan.igang < foer || ep->traet)
		plb_flow_can_wait(tx); /* no call comes of it, or one that hardly arrives */
	return err;
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
	struct endepunkt *ep = plan_endepunkt_af(&d->plan, &u->org, u->kopi);
	enum plb_err err;

	if (ep == NULL)
		return PLB_OK;
	ep->gnist = false;
	if (ep->traet)
		plb_flow_can_wait(tx);
	err = post_hentet(d, tx, ep, now, ec);
	if (err == PLB_OK)
		err = post_fej(d, tx, ep, now, ec);
	if (err == PLB_OK && ep->ses)
		err = kopi_gennemse(d, tx, ep, now, ec);
	return err == PLB_OK ? skridt_send(d, tx, ep, now, ec) : err;
}

/* The content of a delivery that is to be sent, gone. */
static enum plb_err
tabt(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct anledning a = {.aarsag = plb_slice_str("no longer on ud")};
	struct levering *l = plan_find(&d->plan, &u->id);

	if (l == NULL)
		return PLB_OK;
	plan_hentes(&d->plan, l, false);
	if (l->status != LEV_VENTER)
		return PLB_OK;
	metric(DISPATCH_M_GENLAEST_TABT);
	return skridt_tag(d, tx, l, LEV_H_UDLOEB, &a, now, ec);
}

/* A message that the state has forgotten, once more, past every queue. */
static enum plb_err
gensend(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct ny n = {0};
	struct indhold i;
	struct plb_event ev;
	enum plb_err err;

	if (u->poster == NULL || plan_find(&d->plan, &u->id) != NULL ||
	    plb_event_from_record(&u->poster->r, false, &ev, ec) != PLB_OK)
		return PLB_OK;
	n.ep = ud_endepunkt(d, u->poster->r.key, plb_flow_partition(tx));
	/* Withdrawn or discarded while it was read, it stays where it is. */
	if (n.ep == NULL || !n.ep->push || husk_er(tx, n.ep, HUSK_TILBAGEKALDT, u->id.b) ||
	    husk_er(tx, n.ep, HUSK_KASSERET, u->id.b))
		return PLB_OK;
	i = indhold_af(&ev, &u->poster->r);
	n.post = ud_post(d, &ev, &u->poster->r, n.ep);
	n.post.forbi = true;
	n.plads = u->poster->r.offset;
	n.person = ev.has_person ? &ev.person : NULL;
	n.indhold = &i;
	err = skridt_ny(d, tx, &n, ec);
	return err == PLB_OK ? skridt_send(d, tx, n.ep, now, ec) : err;
}

static enum plb_err
optag(struct dispatch *d, struct plb_flow_tx *tx, const struct udfald *u, struct plb_time now,
    struct plb_errctx *ec)
{
	struct endepunkt *ep = plan_endepunkt_af(&d->plan, &u->org, u->kopi);

	return ep == NULL ? PLB_OK : overloeb_optag(d, tx, ep, u, now, ec);
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
	case UDFALD_TABT:
		return tabt(d, tx, u, now, ec);
	case UDFALD_OPTAG:
		return optag(d, tx, u, now, ec);
	case UDFALD_MAIL:
		return mail_ind_kvitter(d, tx, u, now, ec);
	case UDFALD_GENSEND:
		return gensend(d, tx, u, now, ec);
	case UDFALD_KASSERET:
		return u->poster == NULL ? PLB_OK
					 : kommando_kasseret(d, tx, &u->poster->r, now, ec);
	case UDFALD_SFTP:
		return sftp_udfald(d, tx, u, now, ec);
	}
	return plb_err_set(ec, PLB_E_INTERN, "outcome of kind %d", (int)u->art);
}
