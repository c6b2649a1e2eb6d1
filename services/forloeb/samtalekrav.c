// SPDX-License-Identifier: MPL-2.0
#include "samtalekrav.h"

#include "frist.h"

bool
samtalekrav_faelles(const struct samtale *s)
{
	return s->type1 == 17 || s->type2 == 17 || s->art == SAMTALE_FAELLES ||
	    s->flere_myndigheder;
}

/* How many of its conversations are of these types. */
static int
af_typer(const struct samtale *s, const struct regel_typer *t)
{
	int n = t->n == 0 ? 1 : 0;
	size_t i;

	if (s->tilbagekaldt)
		return 0;
	for (i = 0; i < t->n; i++)
		n += (s->type1 == t->type[i]) + (s->type2 == t->type[i]);
	return n;
}

/* On whose account it was held. DFDG does not say: before the handover it is the a-kasse's. */
static enum ansvarlig
holdt_af(const struct forloeb *f, const struct samtale *s)
{
	switch (plb_org_type(&s->afholder)) {
	case PLB_ORG_AKASSE:
		return ANSVARLIG_AKASSE;
	case PLB_ORG_KOMMUNE:
	case PLB_ORG_AKTOER:
		return ANSVARLIG_KOMMUNE;
	default:
		return f->due.sendt &&
			!plb_dato_before(plb_time_dato(s->afholdt), f->due.virkningsdato)
		    ? ANSVARLIG_KOMMUNE
		    : ANSVARLIG_AKASSE;
	}
}

/* Another actor holds conversations for the kommune. */
static bool
for_part(const struct forloeb *f, const struct samtale *s, enum ansvarlig part)
{
	if (part == ANSVARLIG_AKTOER)
		return plb_org_type(&s->afholder) == PLB_ORG_AKTOER;
	return holdt_af(f, s) == part;
}

static bool
er_foerste(const struct forloeb *f, const struct regelsaet *r, const struct samtale *s)
{
	if (s->art == SAMTALE_GRUPPE || af_typer(s, &r->foerste_typer) == 0 ||
	    !for_part(f, s, ANSVARLIG_AKASSE))
		return false;
	if (r->foerste_former != 0)
		return s->form >= 0 && s->form < 32 && (r->foerste_former & 1u << s->form) != 0;
	return regel_form_taeller(r, s->form, plb_time_dato(s->afholdt));
}

bool
samtalekrav_foerste_holdt(const struct forloeb *f, const struct regelsaet *r)
{
	const struct samtale *s = f->samtaler.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (er_foerste(f, r, &s[i]))
			return true;
	return false;
}

static int
antal_holdt(const struct forloeb *f, const struct regelsaet *r, const struct kravstatus *k)
{
	const struct samtale *s = f->samtaler.p;
	struct plb_dato dag;
	int n = 0;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++) {
		dag = plb_time_dato(s[i].afholdt);
		if (s[i].art == SAMTALE_GRUPPE || !for_part(f, &s[i], k->krav->part) ||
		    plb_dato_before(dag, k->fra) || !plb_dato_before(dag, k->inden) ||
		    !regel_form_taeller(r, s[i].form, dag))
			continue;
		n += af_typer(&s[i], &k->krav->typer);
	}
	return n;
}

/* Exemptions from conversations of these types in the window; never from the first (that is not
 * one of these requirements), and only where the rule set knows exemptions. */
static int
antal_fritaget(const struct forloeb *f, const struct regelsaet *r, const struct kravstatus *k)
{
	const struct fritagelse *x = f->fritagelser.p;
	int n = 0;
	size_t i, j;

	if (!k->krav->fritages || r->fritagelse_procent == 0)
		return 0;
	for (i = 0; i < f->fritagelser.n; i++) {
		if (plb_dato_before(x[i].dato, k->fra) || !plb_dato_before(x[i].dato, k->inden))
			continue;
		for (j = 0; j < k->krav->typer.n; j++)
			n += k->krav->typer.type[j] == x[i].samtaletype;
	}
	/* One is held whatever is exempted: the first. */
	return n < k->krav->antal ? n : k->krav->antal - 1;
}

bool
kravstatus_opfyldt(const struct kravstatus *s)
{
	return s->holdt + s->fritaget >= s->krav->antal;
}

size_t
samtalekrav_status(
    const struct forloeb *f, const struct regelsaet *r, struct kravstatus ud[REGEL_KRAV_MAX])
{
	size_t i;

	for (i = 0; i < r->n_krav; i++) {
		const struct samtalekrav *k = &r->krav[i];
		struct plb_dato fra = f->tilmeldingsdato;

		if (k->fra_overdragelse)
			fra = f->due.sendt ? f->due.virkningsdato : PLB_DATO_NONE;
		ud[i] =
		    (struct kravstatus){.krav = k, .fra = PLB_DATO_NONE, .inden = PLB_DATO_NONE};
		if (!plb_dato_set(fra))
			continue;
		ud[i].fra = plb_dato_add_months(fra, k->efter_maaneder);
		ud[i].inden = plb_dato_add_months(fra, k->inden_maaneder);
		ud[i].holdt = antal_holdt(f, r, &ud[i]);
		ud[i].fritaget = antal_fritaget(f, r, &ud[i]);
	}
	return r->n_krav;
}

size_t
samtalekrav_mangler(const struct forloeb *f, const struct regelsaet *r,
    struct manglende_samtale ud[MANGLENDE_SAMTALER_MAX])
{
	struct kravstatus k[REGEL_KRAV_MAX];
	size_t i, antal = samtalekrav_status(f, r, k), n = 0;
	int j;

	if (!samtalekrav_foerste_holdt(f, r))
		ud[n++] = (struct manglende_samtale){
		    r->foerste_typer.n > 0 ? r->foerste_typer.type[0] : 7,
		    frist_foerste_samtale(r, f->tilmeldingsdato)};
	for (i = 0; i < antal; i++) {
		if (!k[i].krav->i_pakken || !plb_dato_set(k[i].fra))
			continue;
		for (j = k[i].holdt + k[i].fritaget;
		     j < k[i].krav->antal && n < MANGLENDE_SAMTALER_MAX; j++)
			ud[n++] = (struct manglende_samtale){
			    k[i].krav->typer.type[0], plb_dato_end(plb_dato_add(k[i].inden, -1))};
	}
	return n;
}

/* ---- the package ---- */

/* Nothing of the same part was held later. */
static bool
sidste(const struct forloeb *f, const struct samtale *s)
{
	const struct samtale *x = f->samtaler.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (x[i].art != SAMTALE_GRUPPE && holdt_af(f, &x[i]) == holdt_af(f, s) &&
		    plb_time_before(s->afholdt, x[i].afholdt))
			return false;
	return true;
}

/* No joint conversation was held before it. */
static bool
til_faelles(const struct forloeb *f, const struct samtale *s)
{
	const struct samtale *x = f->samtaler.p;
	size_t i;

	for (i = 0; i < f->samtaler.n; i++)
		if (samtalekrav_faelles(&x[i]) && plb_time_before(x[i].afholdt, s->afholdt))
			return false;
	return true;
}

bool
samtalekrav_pakke_referat(
    const struct forloeb *f, const struct regelsaet *r, const struct samtale *s)
{
	switch (r->pakke_referater) {
	case PAKKE_SIDSTE:
		return sidste(f, s);
	case PAKKE_TIL_FAELLES:
		return til_faelles(f, s);
	default:
		return true;
	}
}
