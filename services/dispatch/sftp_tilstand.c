// SPDX-License-Identifier: MPL-2.0
#include "sftp.h"

#include <stdio.h>

/* The entry of an organisation's file, between memory and state. */

#define MAERKE_LEN 17 /* sub-key 'x' and the leveringid of one that was discarded */

static void
ref_af(struct sftp_ref *ref, struct plb_slice dato, int32_t nummer)
{
	snprintf(ref->dato, sizeof(ref->dato), "%.*s", PLB_SLICE_ARG(dato));
	ref->nummer = nummer;
}

enum plb_err
sftp_gem(struct sftp *s, struct plb_flow_tx *tx, struct plb_errctx *ec)
{
	struct sftp_tilstand *t = &s->t;
	struct sftp_fil_post fil[SFTP_VENTENDE];
	struct sftp_fejl_post fejl[SFTP_FEJL];
	struct sftp_post p = {.position = t->position,
	    .naeste = t->naeste,
	    .bestilt = t->bestilt,
	    .forsoeg = t->forsoeg,
	    .dato = plb_slice_str(t->fil.dato),
	    .nummer = t->fil.nummer,
	    .til = t->til,
	    .ventende = {fil, t->n_ventende},
	    .fejl = {fejl, t->n_fejl}};

	if (t->aarsag[0] != '\0')
		p.aarsag = plb_slice_str(t->aarsag);
	for (size_t i = 0; i < t->n_ventende; i++)
		fil[i] = (struct sftp_fil_post){plb_slice_str(t->ventende[i].fil.dato),
		    t->ventende[i].fil.nummer, t->ventende[i].lagt};
	for (size_t i = 0; i < t->n_fejl; i++)
		fejl[i] = (struct sftp_fejl_post){plb_slice_str(t->fejl[i].fil.dato),
		    t->fejl[i].fil.nummer, t->fejl[i].linje, plb_slice_str(t->fejl[i].regel)};
	t->findes = true;
	s->d->sftp->skrevet = true;
	return skridt_fejl(plb_flow_put(tx, plb_org_slice(&s->org), plb_slice("f", 1),
			       dispatch_wire_skriv(s->d->wire, SLAGS_SFTP, &p), PLB_TIME_NEVER),
	    "state", ec);
}

enum plb_err
sftp_afgoer(struct sftp *s, struct plb_flow_tx *tx, enum sftp_fase efter, struct plb_errctx *ec)
{
	s->efter = efter;
	s->afgjort = true;
	return sftp_gem(s, tx, ec);
}

bool
sftp_laes(struct sftp *s, struct plb_slice blob)
{
	struct sftp_tilstand *t = &s->t;
	struct plb_errctx ec = {0};
	struct sftp_post p;

	if (dispatch_wire_laes(s->d->wire, SLAGS_SFTP, blob, &p, &ec) != PLB_OK)
		return false;
	*t = (struct sftp_tilstand){.findes = true,
	    .position = p.position,
	    .naeste = p.naeste,
	    .til = p.til,
	    .bestilt = p.bestilt,
	    .forsoeg = p.forsoeg};
	snprintf(t->aarsag, sizeof(t->aarsag), "%.*s", PLB_SLICE_ARG(p.aarsag));
	ref_af(&t->fil, p.dato, p.nummer);
	for (size_t i = 0; i < p.ventende.n && t->n_ventende < SFTP_VENTENDE; i++) {
		const struct sftp_fil_post *f = (const struct sftp_fil_post *)p.ventende.p + i;

		ref_af(&t->ventende[t->n_ventende].fil, f->dato, f->nummer);
		t->ventende[t->n_ventende++].lagt = f->lagt;
	}
	for (size_t i = 0; i < p.fejl.n && t->n_fejl < SFTP_FEJL; i++) {
		const struct sftp_fejl_post *f = (const struct sftp_fejl_post *)p.fejl.p + i;

		ref_af(&t->fejl[t->n_fejl].fil, f->dato, f->nummer);
		t->fejl[t->n_fejl].linje = f->linje;
		snprintf(t->fejl[t->n_fejl].regel, sizeof(t->fejl[0].regel), "%.*s",
		    PLB_SLICE_ARG(f->regel));
		t->n_fejl++;
	}
	return true;
}

void
sftp_fejl_husk(struct sftp *s, int32_t linje, const char *regel)
{
	struct sftp_tilstand *t = &s->t;
	char navn[SFTP_NAVN];

	metric(DISPATCH_M_SFTP_LINJEFEJL);
	plb_log(PLB_LOG_WARN, "line of an acknowledgement file not taken",
	    plb_f_str("fil", sftp_navn(&s->org, s->svar_paa.dato, s->svar_paa.nummer, navn)),
	    plb_f_int("linje", linje), plb_f_str("regel", regel));
	if (t->n_fejl == SFTP_FEJL)
		memmove(&t->fejl[0], &t->fejl[1], --t->n_fejl * sizeof(t->fejl[0]));
	t->fejl[t->n_fejl].fil = s->svar_paa;
	t->fejl[t->n_fejl].linje = linje;
	snprintf(t->fejl[t->n_fejl++].regel, sizeof(t->fejl[0].regel), "%s", regel);
}

static struct plb_slice
maerke(const struct plb_uuid *id, uint8_t out[MAERKE_LEN])
{
	out[0] = 'x';
	memcpy(out + 1, id->b, sizeof(id->b));
	return plb_slice(out, MAERKE_LEN);
}

enum plb_err
sftp_kasseret(struct dispatch *d, struct plb_flow_tx *tx, const struct levering *l, int64_t tid_ms,
    struct plb_errctx *ec)
{
	struct markoer_post m = {.position = tid_ms};
	uint8_t plads[MAERKE_LEN];

	if (plb_map_get(&d->sftp->af_org, plb_org_slice(&l->ep->org)) == NULL)
		return PLB_OK;
	return skridt_fejl(
	    plb_flow_put(tx, plb_org_slice(&l->ep->org), maerke(&l->id, plads),
		dispatch_wire_skriv(d->wire, SLAGS_GEMT_MARKOER, &m), PLB_TIME_NEVER),
	    "state", ec);
}

void
sftp_kasserede(struct sftp *s, struct plb_flow_tx *tx)
{
	struct plb_errctx ec = {0};
	uint8_t plads[MAERKE_LEN];
	struct markoer_post m;
	struct plb_slice blob;

	for (struct raekke *r = s->foerste; r != NULL; r = r->naeste) {
		r->kasseret =
		    plb_flow_get(tx, plb_org_slice(&s->org), maerke(&r->id, plads), &blob, NULL) &&
		    dispatch_wire_laes(s->d->wire, SLAGS_GEMT_MARKOER, blob, &m, &ec) == PLB_OK;
		if (r->kasseret)
			r->kasseret_ms = m.position;
	}
}

enum plb_err
sftp_glem_kasserede(struct sftp *s, struct plb_flow_tx *tx, struct plb_errctx *ec)
{
	struct plb_slice primary = plb_org_slice(&s->org), blob, sub;
	enum plb_err err = PLB_OK;
	uint8_t plads[MAERKE_LEN];

	for (struct raekke *r = s->foerste; r != NULL && err == PLB_OK; r = r->naeste) {
		sub = maerke(&r->id, plads);
		if (plb_flow_get(tx, primary, sub, &blob, NULL))
			err = plb_flow_del(tx, primary, sub);
	}
	return skridt_fejl(err, "state", ec);
}
