// SPDX-License-Identifier: MPL-2.0
#include "fakta_int.h"

static const struct afvisning MODTAGER = {
    "modtager", "/data/tilOrganisation", "Forløbet kan ikke overdrages til denne organisation."};

/* Only who gives it up can ask for a handover or say that responsibility ends, and DFDG. Until the
 * handover that is the a-kasse. */
static bool
opgiver(const struct trin *t, const struct forloeb *f)
{
	return plb_org_type(&t->h->ev.org) == PLB_ORG_DFDG ||
	    plb_org_eq(&t->h->ev.org, part_ansvarlig(t->rr, f));
}

/* ---- handover asked for ---- */

/* To whom: the zero organisation is the kommune. */
static bool
laes_modtager(const struct forloeb *f, const struct regelsaet *r,
    const struct overdragelse_anmodet *d, struct plb_org *ud)
{
	memset(ud, 0, sizeof(*ud));
	if (d->til.p != NULL && plb_org_parse(d->til, ud) != PLB_OK)
		return false;
	if (plb_org_eq(ud, &f->kommune))
		memset(ud, 0, sizeof(*ud));
	else if (plb_org_type(ud) == PLB_ORG_KOMMUNE)
		return false; /* somebody else's citizen */
	return d->aarsag != ANMODNING_VALG || r == NULL ||
	    regel_maa_vaelges(r, plb_org_type(ud) == PLB_ORG_INGEN ? &f->kommune : ud);
}

const struct afvisning *
fakta_overdragelse_anmodet(struct trin *t)
{
	const struct overdragelse_anmodet *d = &t->h->u.overdragelse_anmodet;
	struct forloeb *f = fakta_med_tilmelding(t->p, d->tilmelding_id);
	struct stempel s = fakta_stempel(t);
	struct plb_org til;

	if (f == NULL || !part_maa_tale(f, &t->h->ev.org))
		return fakta_vent(t, &FAKTA_UKENDT_TILMELDING, VENTER_TILMELDING, d->tilmelding_id);
	if (!opgiver(t, f))
		return fakta_krav(t);
	if (d->aarsag < 0)
		return &FAKTA_FORM;
	t->forloeb = f->id;
	if (!laes_modtager(f, regel_forloeb(t->rr, f), d, &til))
		return &MODTAGER;
	if (f->anmodning.stempel.id.p == NULL || stempel_nyere(&s, &f->anmodning.stempel))
		f->anmodning = (struct anmodning){d->aarsag, til, plb_time_dato(t->h->ev.time), s};
	return NULL;
}

/* ---- responsibility ---- */

/* From when the a-kasse is responsible no more; PLB_DATO_NONE = it is. */
static struct plb_dato
ansvar_virkning(const struct ansvar_aendret *d, const struct plb_org *ansvarlig)
{
	if (plb_org_type(ansvarlig) != PLB_ORG_AKASSE)
		return d->fra;
	return d->har_til ? plb_dato_add(d->til, 1) : PLB_DATO_NONE;
}

const struct afvisning *
fakta_ansvar_aendret(struct trin *t)
{
	const struct ansvar_aendret *d = &t->h->u.ansvar_aendret;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	struct stempel s = fakta_stempel(t);
	struct plb_org o;

	if (plb_org_parse(d->ansvarlig, &o) != PLB_OK)
		return &FAKTA_FORM;
	if (f == NULL || !opgiver(t, f))
		return fakta_krav(t);
	t->forloeb = f->id;
	if (f->ansvar.stempel.id.p != NULL && !stempel_nyere(&s, &f->ansvar.stempel))
		return NULL;
	f->ansvar.virkning = ansvar_virkning(d, &o);
	f->ansvar.stempel = s;
	if (plb_org_type(&o) == PLB_ORG_AKTOER)
		f->ansvar.til = o;
	else
		memset(&f->ansvar.til, 0, sizeof(f->ansvar.til));
	return NULL;
}

/* ---- absence ---- */

const struct afvisning *
fakta_fravaer_aendret(struct trin *t)
{
	const struct fravaer_aendret *d = &t->h->u.fravaer_aendret;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	struct fravaer ny = {.id = d->fravaer_id,
	    .type = d->type,
	    .start = d->start,
	    .slut = d->har_slut ? d->slut : PLB_DATO_NONE,
	    .aktiv = d->aktiv,
	    .dfdg = plb_org_type(&t->h->ev.org) == PLB_ORG_DFDG,
	    .stempel = fakta_stempel(t)};
	struct fravaer *x;
	size_t i;

	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	x = f->fravaer.p;
	for (i = 0; i < f->fravaer.n; i++)
		if (plb_uuid_eq(x[i].id, ny.id))
			break;
	x = i < f->fravaer.n ? x + i : plb_list_add(&f->fravaer, t->a, sizeof(*x), TING_MAX);
	if (x == NULL)
		return fakta_fuld(t, &f->fravaer, TING_MAX);
	if (x->stempel.id.p == NULL || stempel_nyere(&ny.stempel, &x->stempel))
		*x = ny;
	return fakta_ting(t);
}

/* ---- exemption ---- */

static const struct afvisning INGEN_FRITAGELSE = {"fritagelse", "/data/samtaletype",
    "Forløbets regelsæt kender ingen fritagelse; samtalen skal holdes."};

const struct afvisning *
fakta_samtale_fritaget(struct trin *t)
{
	const struct samtale_fritaget *d = &t->h->u.samtale_fritaget;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	struct stempel s = fakta_stempel(t);
	const struct regelsaet *r;
	struct fritagelse *x;
	size_t i;

	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	r = regel_forloeb(t->rr, f);
	if (r != NULL && r->fritagelse_procent == 0)
		return &INGEN_FRITAGELSE;
	x = f->fritagelser.p;
	for (i = 0; i < f->fritagelser.n; i++)
		if (plb_uuid_eq(x[i].id, d->afgoerelse_id))
			break;
	x = i < f->fritagelser.n ? x + i
				 : plb_list_add(&f->fritagelser, t->a, sizeof(*x), TING_MAX);
	if (x == NULL)
		return fakta_fuld(t, &f->fritagelser, TING_MAX);
	if (x->stempel.id.p == NULL || stempel_nyere(&s, &x->stempel))
		*x = (struct fritagelse){d->afgoerelse_id, d->samtaletype, d->dato, s};
	return NULL;
}
