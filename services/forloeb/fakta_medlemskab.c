// SPDX-License-Identifier: MPL-2.0
#include "fakta_int.h"
#include "medlemskab.h"

static const struct afvisning IKKE_EGEN = {
    "ikke-egen", "/data", "En a-kasse kan kun melde egne medlemmer ind eller ud."};
static const struct afvisning SAMME_KOMMUNE = {
    "form", "/data/tilKommunekode", "Der flyttes til samme kommune."};

/* ---- a-kasse and category ---- */

static struct plb_org
akasse_af(struct plb_slice kode)
{
	return plb_org_make(PLB_ORG_AKASSE, kode);
}

/* The a-kasse that the change is about: who is left, or who is entered. Where nobody is named it is
 * the sender, and for DFDG the one there is. */
static struct plb_org
om_akasse(const struct trin *t, const struct forloeb *f, const struct membership_changed *d)
{
	bool ud = d->aendring == AENDRING_UD || d->aendring == AENDRING_TILBAGEKALDT;
	struct plb_slice kode = ud ? d->fra_akasse : d->til_akasse;

	if (kode.p == NULL && d->aendring == AENDRING_TILBAGEKALDT)
		kode = d->til_akasse;
	if (kode.p != NULL)
		return akasse_af(kode);
	return plb_org_type(&t->h->ev.org) == PLB_ORG_AKASSE ? t->h->ev.org : f->akasse;
}

static bool
samme_ting(const struct medlemskab *a, const struct medlemskab *b)
{
	if (a->aendring != b->aendring)
		return false;
	return a->aendring == AENDRING_KATEGORI ? plb_dato_eq(a->start, b->start)
						: plb_org_eq(&a->akasse, &b->akasse);
}

/* The place of a change: what is there of the same thing, or a new one. */
static struct medlemskab *
plads(struct trin *t, struct forloeb *f, const struct medlemskab *ny)
{
	struct medlemskab *m = f->medlemskaber.p;
	size_t i;

	for (i = 0; i < f->medlemskaber.n; i++)
		if (samme_ting(&m[i], ny))
			return &m[i];
	return plb_list_add(&f->medlemskaber, t->a, sizeof(*m), TING_MAX);
}

/* An a-kasse that says itself that it is entered: its word alone moves nobody. */
static bool
er_krav(const struct trin *t, const struct forloeb *f, const struct medlemskab *m)
{
	return (m->aendring == AENDRING_IND || m->aendring == AENDRING_SKIFT) &&
	    plb_org_eq(&t->h->ev.org, &m->akasse) && !plb_org_eq(&m->akasse, &f->tilmeldt_akasse);
}

/* Does the claim hold by the facts there are? */
static bool
krav_holder(const struct forloeb *f, const struct medlemskab *m)
{
	struct plb_org o = medlemskab_akasse(f, m->start);

	return plb_org_eq(&o, &m->akasse);
}

static struct forloeb *
nyeste(struct person *p)
{
	return p->forloeb.n > 0 ? (struct forloeb *)p->forloeb.p + p->forloeb.n - 1 : NULL;
}

static bool
er_akasse(const struct trin *t)
{
	return plb_org_type(&t->h->ev.org) == PLB_ORG_AKASSE;
}

const struct afvisning *
fakta_membership_changed(struct trin *t)
{
	const struct membership_changed *d = &t->h->u.membership_changed;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, medlemskab_kendt);
	struct medlemskab ny, *m;

	if (f == NULL)
		f = nyeste(t->p);
	if (f == NULL)
		return fakta_krav(t);
	ny = (struct medlemskab){d->aendring, om_akasse(t, f, d), false, d->startdato,
	    d->har_kategori ? d->kategori : -1, fakta_stempel(t)};
	if (d->aendring < 0 || plb_org_type(&ny.akasse) != PLB_ORG_AKASSE ||
	    (d->aendring == AENDRING_KATEGORI && ny.kategori < 0))
		return &FAKTA_FORM;
	ny.krav = er_krav(t, f, &ny);
	if (er_akasse(t) && !ny.krav && !medlemskab_kendt(f, &t->h->ev.org))
		return fakta_krav(t);
	if (er_akasse(t) && !plb_org_eq(&t->h->ev.org, &ny.akasse) &&
	    (d->aendring == AENDRING_UD || d->aendring == AENDRING_TILBAGEKALDT))
		return &IKKE_EGEN;
	m = plads(t, f, &ny);
	if (m == NULL)
		return fakta_fuld(t, &f->medlemskaber, TING_MAX);
	if (m->stempel.id.p == NULL || stempel_nyere(&ny.stempel, &m->stempel))
		*m = ny;
	/* A claim is kept, so that it counts whichever of the two speaks first. */
	if (m->krav && !krav_holder(f, m))
		return fakta_krav(t);
	t->forloeb = f->id;
	return NULL;
}

/* ---- kommune ---- */

static struct flytning *
flytning_plads(struct trin *t, struct forloeb *f, const struct flytning *ny)
{
	struct flytning *m = f->flytninger.p;
	size_t i;

	for (i = 0; i < f->flytninger.n; i++)
		if (plb_org_eq(&m[i].fra, &ny->fra))
			return &m[i];
	return plb_list_add(&f->flytninger, t->a, sizeof(*m), TING_MAX);
}

/* Only the kommune that is left can say so, or DFDG. Anybody else claims: that waits for the word
 * of one of them. */
static bool
opgiver(const struct trin *t, const struct forloeb *f, const struct flytning *ny)
{
	if (ny->dfdg)
		return true;
	return plb_org_eq(&t->h->ev.org, &ny->fra) && medlemskab_kendt(f, &ny->fra);
}

const struct afvisning *
fakta_myndighed_aendret(struct trin *t)
{
	const struct myndighed_aendret *d = &t->h->u.myndighed_aendret;
	struct flytning ny = {plb_org_make(PLB_ORG_KOMMUNE, d->fra_kommune),
	    plb_org_make(PLB_ORG_KOMMUNE, d->til_kommune),
	    plb_org_type(&t->h->ev.org) == PLB_ORG_DFDG, d->virkningsdato, fakta_stempel(t)};
	struct forloeb *f = part_forloeb(t->p, &ny.fra, medlemskab_kendt);
	struct plb_org bliver;
	struct flytning *m;

	if (plb_org_type(&ny.fra) != PLB_ORG_KOMMUNE || plb_org_type(&ny.til) != PLB_ORG_KOMMUNE)
		return &FAKTA_FORM;
	if (plb_org_eq(&ny.fra, &ny.til))
		return &SAMME_KOMMUNE;
	if (f == NULL && ny.dfdg)
		f = nyeste(t->p);
	if (f == NULL)
		return fakta_krav(t);
	if (!opgiver(t, f, &ny)) {
		bliver = medlemskab_kommune(f, ny.virkning);
		if (!plb_org_eq(&t->h->ev.org, &ny.til) || !plb_org_eq(&bliver, &ny.til))
			return fakta_krav(t);
		t->forloeb = f->id; /* granted already */
		return NULL;
	}
	t->forloeb = f->id;
	m = flytning_plads(t, f, &ny);
	if (m == NULL)
		return fakta_fuld(t, &f->flytninger, TING_MAX);
	if (m->stempel.id.p == NULL || stempel_nyere(&ny.stempel, &m->stempel))
		*m = ny;
	return NULL;
}

/* ---- contact group ---- */

const struct afvisning *
fakta_kontaktgruppe_aendret(struct trin *t)
{
	const struct kontaktgruppe_aendret *d = &t->h->u.kontaktgruppe_aendret;
	struct forloeb *f = part_forloeb(t->p, &t->h->ev.org, part_maa_tale);
	struct stempel s = fakta_stempel(t);

	if (f == NULL)
		return &FAKTA_UKENDT_PERSON;
	t->forloeb = f->id;
	if (f->gruppe.stempel.id.p == NULL || stempel_nyere(&s, &f->gruppe.stempel))
		f->gruppe = (struct gruppe){d->kontaktgruppe, d->fra, s};
	return NULL;
}
