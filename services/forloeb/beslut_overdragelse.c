// SPDX-License-Identifier: MPL-2.0
#include "aarsag.h"
#include "beslut_int.h"
#include "levering.h"
#include "medlemskab.h"

/* ---- cancelling ---- */

void
beslut_aflys_hos(
    struct trin *t, struct forloeb *f, const struct plb_org *til, enum aflyst_aarsag aarsag)
{
	struct effekt *e = trin_lavet(t, f, LAVET_HANDOVER_AFLYST, til, NULL);

	if (e == NULL)
		return;
	levering_modtager(f, til)->aflyst = e->sequence;
	e->u.handover_aflyst.aarsag = (int)aarsag;
	if (plb_org_type(til) == PLB_ORG_KOMMUNE)
		e->faelles.kommunekode =
		    plb_slice_str(plb_org_kode(&e->til)); /* the recipient's own */
}

/* Why somebody who was told of the handover has nothing to do with it any more. */
static enum aflyst_aarsag
aflyst_for(const struct forloeb *f, const struct plb_org *org)
{
	if (plb_org_eq(org, &f->kommune) || !medlemskab_kendt(f, org))
		return AFLYST_RETTET;
	return plb_org_type(org) == PLB_ORG_AKASSE ? AFLYST_SKIFT : AFLYST_FLYTTET;
}

void
beslut_forlad(struct trin *t, struct forloeb *f, const struct plb_org *org)
{
	beslut_aflys_hos(t, f, org, aflyst_for(f, org));
}

/* To both whom the forventet or due that stands was addressed to. */
static void
aflys_alle(struct trin *t, struct forloeb *f, enum aflyst_aarsag aarsag)
{
	const struct plb_org org[2] = {f->due.sendt ? f->due.til : f->varsel.kommune,
	    f->due.sendt ? f->due.akasse : f->varsel.akasse};
	size_t i;

	for (i = 0; i < 2; i++)
		beslut_aflys_hos(t, f, &org[i], aarsag);
	f->varsel = (struct varsel){0};
	f->due = (struct due){0};
}

/* The end of the course voids what is open. */
void
beslut_aflys(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	(void)r;
	if ((f->varsel.sendt || f->due.sendt) && !f->due.gennemfoert && beslut_afmeldt(t, f, next))
		aflys_alle(t, f, AFLYST_AFMELDT);
}

/* ---- the package ---- */

/* What the citizen said last about who takes part, in a summons that stands. */
static const struct indkaldelse *
sidste_valg(const struct forloeb *f)
{
	const struct indkaldelse *k = f->indkaldelser.p, *bedst = NULL;
	size_t i;

	for (i = 0; i < f->indkaldelser.n; i++)
		if (k[i].valgt.id.p != NULL && !k[i].annulleret &&
		    (bedst == NULL || stempel_nyere(&k[i].valgt, &bedst->valgt)))
			bedst = &k[i];
	return bedst;
}

/* What was chosen, or follows where nobody has chosen: by default the guest authority takes part in
 * the kommune's first conversation, or only when it is asked for. */
static bool
deltagelsesvalg(const struct regelsaet *r, const struct indkaldelse *valgt, int *valg)
{
	*valg = valgt != NULL ? valgt->valg : VALG_STANDARD_DELTAGER;
	return valgt != NULL || r->deltagelse[DELTAGELSE_FOERSTE_KOMMUNE] == DELTAGELSE_FRAVALG;
}

static struct handover_due
pak(struct trin *t, const struct forloeb *f, const struct regelsaet *r)
{
	int kategori = medlemskab_kategori(f, plb_dato_add(f->due.virkningsdato, -1)), valg;
	bool har_valg = deltagelsesvalg(r, sidste_valg(f), &valg);

	return (struct handover_due){.aarsag = f->due.aarsag,
	    .timer_c = f->due.timer_c,
	    .graense_c = r->graense_c[kategori],
	    .virkningsdato = f->due.virkningsdato,
	    .fra = f->due.fra,
	    .til = f->due.til,
	    .samtaler = beslut_find_samtaler(t, f),
	    .referater = beslut_find_referater(t, f),
	    .indstillinger = f->indstillinger,
	    .har_plan = !plb_uuid_is_nil(f->plan),
	    .plan = f->plan,
	    .mangler = beslut_find_mangler(t, f, r),
	    .har_valg = har_valg,
	    .valg = valg};
}

static const struct effekt *
send_til(struct trin *t, struct forloeb *f, const struct regelsaet *r, const struct plb_org *til,
    bool hele)
{
	struct effekt *e = trin_lavet(t, f, LAVET_HANDOVER_DUE, til, NULL);

	if (e == NULL)
		return NULL;
	e->u.handover_due = pak(t, f, r);
	e->u.handover_due.hele = hele;
	return e;
}

/* The package to whom f->due names. */
static void
send_pakke(struct trin *t, struct forloeb *f, const struct regelsaet *r)
{
	const struct effekt *e = send_til(t, f, r, &f->due.til, true);

	if (e == NULL)
		return;
	f->due.sequence = e->sequence;
	f->due.nr = f->due.pakke_nr = f->naeste_nr;
	f->due.sendt_dag = trin_idag(t, f);
	f->due.leveret = f->due.haandteret = PLB_TIME_UNSET;
}

/* A copy without texts to the a-kasse. */
static void
send_kopi(struct trin *t, struct forloeb *f, const struct regelsaet *r)
{
	f->due.akasse = f->akasse;
	(void)send_til(t, f, r, &f->due.akasse, false);
}

static struct plb_org
modtager(const struct forloeb *f, const struct aarsag *g)
{
	return plb_org_type(&g->til) == PLB_ORG_INGEN ? f->kommune : g->til;
}

/* Those who were told of a handover that now goes elsewhere, or comes from elsewhere. */
static void
forlad_andre(struct trin *t, struct forloeb *f, const struct plb_org *til)
{
	struct due d = f->due;
	struct varsel v = f->varsel;

	if (d.sendt && !plb_org_eq(&d.til, til))
		beslut_forlad(t, f, &d.til);
	if (d.sendt && !plb_org_eq(&d.akasse, &f->akasse))
		beslut_forlad(t, f, &d.akasse);
	if (v.sendt && !plb_org_eq(&v.kommune, til))
		beslut_forlad(t, f, &v.kommune);
	if (v.sendt && !plb_org_eq(&v.akasse, &f->akasse))
		beslut_forlad(t, f, &v.akasse);
}

static void
send_due(struct trin *t, struct forloeb *f, const struct regelsaet *r, const struct aarsag *g)
{
	struct plb_org til = modtager(f, g);

	forlad_andre(t, f, &til);
	f->varsel = (struct varsel){0};
	f->due = (struct due){.sendt = true,
	    .aarsag = g->aarsag,
	    .virkningsdato = g->virkning,
	    .fra = f->akasse,
	    .til = til,
	    .timer_c = g->sum_c};
	send_pakke(t, f, r);
	send_kopi(t, f, r);
}

/* ---- the decision ---- */

/* The cause that takes effect first of those that are due. */
static bool
forfalden_grund(const struct trin *t, const struct forloeb *f, const struct regelsaet *r,
    struct plb_time *next, struct aarsag *ud)
{
	struct plb_dato idag = trin_idag(t, f), slut = medlemskab_slut(f);
	struct aarsag g;
	bool fundet = false;
	int i;

	for (i = 0; i < AARSAGER; i++) {
		if (!aarsag_for(t->rr, f, r, idag, i, &g))
			continue;
		if (plb_dato_set(slut) && !plb_dato_before(g.virkning, slut))
			continue; /* gone by then */
		if (!beslut_forfalden(t, g.forfald, next))
			continue;
		if (fundet && !plb_dato_before(g.virkning, ud->virkning))
			continue;
		*ud = g;
		fundet = true;
	}
	return fundet;
}

/* Does what was sent still follow from the facts? */
static bool
staar_ved_magt(const struct trin *t, const struct forloeb *f, const struct regelsaet *r)
{
	struct aarsag g;
	struct plb_org til;

	if (!aarsag_for(t->rr, f, r, trin_idag(t, f), f->due.aarsag, &g))
		return false;
	til = modtager(f, &g);
	return plb_dato_eq(g.virkning, f->due.virkningsdato) && plb_org_eq(&til, &f->due.til);
}

/* A kommune that the citizen has moved to after the handover gets the package; the handover stays
 * done. */
static void
flyt_efter(struct trin *t, struct forloeb *f, const struct regelsaet *r)
{
	if (plb_org_type(&f->due.til) != PLB_ORG_KOMMUNE || plb_org_eq(&f->due.til, &f->kommune))
		return;
	f->due.til = f->kommune;
	send_pakke(t, f, r);
}

/* Another a-kasse has the member now: the handover that stands is its own, and no business of the
 * one before. */
static void
skift_akasse(struct trin *t, struct forloeb *f, const struct regelsaet *r)
{
	struct plb_org foer = f->due.akasse;

	if (plb_org_eq(&foer, &f->akasse))
		return;
	beslut_forlad(t, f, &foer);
	send_kopi(t, f, r);
}

/* Responsibility passes when a cause is due; until the handover is done corrections undo it or move
 * it. One handover a forløb. */
void
beslut_overdrag(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct aarsag g;

	if (!r->overdragelse || beslut_afmeldt(t, f, next))
		return;
	if (f->due.gennemfoert) {
		flyt_efter(t, f, r);
		return;
	}
	if (f->due.sendt && staar_ved_magt(t, f, r)) {
		skift_akasse(t, f, r);
		return;
	}
	if (forfalden_grund(t, f, r, next, &g))
		send_due(t, f, r, &g);
	else if (f->due.sendt)
		aflys_alle(
		    t, f, f->due.aarsag == DUE_FORLADT_AKASSE ? AFLYST_SKIFT : AFLYST_RETTET);
}
