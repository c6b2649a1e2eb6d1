// SPDX-License-Identifier: MPL-2.0
#include "regel.h"

#define REGEL_NAVN(navn, noegle) [REGEL_##navn] = #noegle,
static const char *const noegler[REGEL_ANTAL] = {REGEL_PARAMETRE(REGEL_NAVN)};
#undef REGEL_NAVN

const char *
regel_noegle(enum regel_parameter p)
{
	return noegler[p];
}

/* ---- which rule set ---- */

static bool
i_perioden(struct plb_dato d, struct plb_dato fra, struct plb_dato til)
{
	return !plb_dato_before(d, fra) && !(plb_dato_set(til) && plb_dato_before(til, d));
}

static bool
alle(const struct plb_org *o)
{
	return o->text[0] == '\0';
}

int
regel_omfatter(
    const struct regelsaet *r, const struct plb_org *akasse, const struct plb_org *kommune)
{
	int bedst = r->n_omfang == 0 ? 1 : 0;
	size_t i;

	for (i = 0; i < r->n_omfang; i++) {
		const struct regel_par *p = &r->omfang[i];
		int grad = 3 - alle(&p->akasse) - alle(&p->kommune);

		if (grad > bedst && (alle(&p->akasse) || plb_org_eq(&p->akasse, akasse)) &&
		    (alle(&p->kommune) || plb_org_eq(&p->kommune, kommune)))
			bedst = grad;
	}
	return bedst;
}

const struct regelsaet *
regel_for(const struct regler *r, struct plb_dato tilmeldingsdato, const struct plb_org *akasse,
    const struct plb_org *kommune)
{
	const struct regelsaet *bedst = NULL;
	int grad, bedste_grad = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (!i_perioden(tilmeldingsdato, r->r[i].fra, r->r[i].til))
			continue;
		grad = regel_omfatter(&r->r[i], akasse, kommune);
		if (grad > bedste_grad) {
			bedst = &r->r[i];
			bedste_grad = grad;
		}
	}
	return bedst;
}

const struct regelsaet *
regel_find(const struct regler *r, struct plb_slice id)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (plb_slice_is(id, r->r[i].id))
			return &r->r[i];
	return NULL;
}

/* ---- agreements ---- */

static int
par_cmp(const struct regel_par *a, const struct plb_org *akasse, const struct plb_org *kommune)
{
	int c = strcmp(a->akasse.text, akasse->text);

	return c != 0 ? c : strcmp(a->kommune.text, kommune->text);
}

/* The first agreement that is not before these parties. */
static size_t
aftale_fra(const struct regler *r, const struct forloeb *f)
{
	size_t lav = 0, hoej = r->n_aftaler;

	while (lav < hoej) {
		size_t midt = lav + (hoej - lav) / 2;

		if (par_cmp(&r->aftaler[midt].parter, &f->akasse, &f->kommune) < 0)
			lav = midt + 1;
		else
			hoej = midt;
	}
	return lav;
}

const struct aftale *
regel_aftale(const struct regler *r, const struct forloeb *f)
{
	size_t i, j;

	for (i = aftale_fra(r, f); i < r->n_aftaler; i++) {
		const struct aftale *a = &r->aftaler[i];

		if (par_cmp(&a->parter, &f->akasse, &f->kommune) != 0)
			break;
		if (!i_perioden(f->tilmeldingsdato, a->fra, a->til))
			continue;
		for (j = 0; j < a->n; j++)
			if (plb_slice_is(f->regelsaet, a->r[j].id))
				return a;
	}
	return NULL;
}

const struct regelsaet *
regel_forloeb(const struct regler *r, const struct forloeb *f)
{
	const struct aftale *a = regel_aftale(r, f);
	size_t i;

	for (i = 0; a != NULL && i < a->n; i++)
		if (plb_slice_is(f->regelsaet, a->r[i].id))
			return &a->r[i];
	return regel_find(r, f->regelsaet);
}

/* ---- what the parameters say ---- */

bool
regel_udtraadt(
    const struct regelsaet *r, const struct plb_org *akasse, const struct plb_org *kommune)
{
	return r->udtraeder && regel_omfatter(r, akasse, kommune) == 0;
}

bool
regel_maa_vaelges(const struct regelsaet *r, const struct plb_org *org)
{
	switch (plb_org_type(org)) {
	case PLB_ORG_AKASSE:
		return r->valg == 0 || (r->valg & 1u << ANSVARLIG_AKASSE) != 0;
	case PLB_ORG_KOMMUNE:
		return r->valg == 0 || (r->valg & 1u << ANSVARLIG_KOMMUNE) != 0;
	case PLB_ORG_AKTOER:
		return r->valg == 0 || (r->valg & 1u << ANSVARLIG_AKTOER) != 0;
	default:
		return false;
	}
}

bool
regel_maa_sammenlaegges(const struct regelsaet *r, int32_t a, int32_t b)
{
	size_t i;

	for (i = 0; i < r->n_sammen; i++)
		if ((r->sammen[i][0] == a && r->sammen[i][1] == b) ||
		    (r->sammen[i][0] == b && r->sammen[i][1] == a))
			return true;
	return false;
}

bool
regel_maaned_taeller(const struct regelsaet *r, struct plb_maaned m)
{
	size_t i;

	for (i = 0; i < r->n_taeller_ikke; i++)
		if (m.n >= r->taeller_ikke[i].fra.n && m.n <= r->taeller_ikke[i].til.n)
			return false;
	return true;
}

struct plb_dato
regel_efter_maaneder(const struct regelsaet *r, struct plb_dato fra)
{
	struct plb_maaned m = plb_dato_maaned(fra);
	int i, gaaet = 0;

	/* A month that does not count and lies in the way is one more to wait. */
	for (i = 0; i < r->maaneder; gaaet++, m.n++)
		i += regel_maaned_taeller(r, m);
	return plb_dato_add_months(fra, gaaet);
}

bool
regel_form_taeller(const struct regelsaet *r, int form, struct plb_dato dag)
{
	size_t i;

	if (r->n_moedeformer == 0)
		return true;
	if (form < 0 || form >= 32)
		return false;
	for (i = 0; i < r->n_moedeformer; i++)
		if (i_perioden(dag, r->moedeformer[i].fra, r->moedeformer[i].til) &&
		    (r->moedeformer[i].former & 1u << form) != 0)
			return true;
	return false;
}
