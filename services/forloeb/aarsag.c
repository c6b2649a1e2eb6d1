// SPDX-License-Identifier: MPL-2.0
#include "aarsag.h"

#include <parloeb/kalender.h>

#include "dagpengetimer.h"
#include "fravaer.h"
#include "medlemskab.h"

typedef bool aarsag_fn(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud);

/* At a month's end, local midnight: more hours than the limit. */
static bool
timer(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	struct plb_maaned m;

	(void)rr;
	(void)idag;
	if (r->maaneder > 0 || !timer_passeret(f, r, &m, &ud->sum_c))
		return false;
	ud->virkning = plb_maaned_first((struct plb_maaned){m.n + 1});
	return true;
}

/* The first day after so many months. Sickness holds it back until it is over; a handover that was
 * sent stands. */
static bool
maaneder(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	(void)rr;
	if (r->maaneder <= 0)
		return false;
	ud->virkning = regel_efter_maaneder(r, timer_foerste_dag(f));
	if (fravaer_suspenderer(f, idag))
		ud->forfald = PLB_TIME_NEVER;
	return true;
}

static bool
anmodet(const struct forloeb *f, int aarsag, struct aarsag *ud)
{
	const struct anmodning *a = &f->anmodning;

	if (a->stempel.id.p == NULL || a->aarsag != aarsag ||
	    plb_org_type(&a->til) == PLB_ORG_AKASSE)
		return false;
	ud->virkning = a->dato;
	ud->til = a->til;
	return true;
}

/* The day after the a-kasse's responsibility (absence 75) ended, by whoever said so last. */
static bool
ansvar(const struct forloeb *f, struct aarsag *ud)
{
	const struct fravaer *x = fravaer_ansvar(f);
	const struct ansvar *a = &f->ansvar;

	if (a->stempel.id.p != NULL && (x == NULL || !stempel_nyere(&x->stempel, &a->stempel))) {
		ud->virkning = a->virkning;
		ud->til = a->til;
		return plb_dato_set(a->virkning);
	}
	if (x == NULL || !plb_dato_set(x->slut))
		return false;
	ud->virkning = plb_dato_add(x->slut, 1);
	return true;
}

/* Asked for; or the a-kasse's responsibility ended before the hours passed. On a month's last day
 * that may be the hours: those are waited for. */
static bool
tidlig(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	struct plb_dato slut;

	(void)idag;
	if (anmodet(f, ANMODNING_TIDLIG_INDSATS, ud) ||
	    anmodet(f, ANMODNING_UDDANNELSESPAALAEG, ud))
		return true;
	if (!ansvar(f, ud))
		return false;
	slut = plb_dato_add(ud->virkning, -1);
	if (plb_dato_eq(slut, plb_dato_month_last(slut)))
		ud->forfald =
		    plb_dato_end(plb_kalender_plus(rr->kalender, slut, r->timer_vent_arbejdsdage));
	return true;
}

static bool
valg(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	(void)rr;
	(void)r;
	(void)idag;
	return anmodet(f, ANMODNING_VALG, ud);
}

static bool
manuel(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	(void)rr;
	(void)r;
	(void)idag;
	return anmodet(f, ANMODNING_ANDET, ud);
}

static bool
forladt_akasse(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	(void)rr;
	(void)r;
	(void)idag;
	ud->virkning = medlemskab_forladt(f);
	return plb_dato_set(ud->virkning);
}

/* The first day on which a-kasse or kommune is none of the trial's. */
static bool
udtraadt_forsoeg(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct aarsag *ud)
{
	struct plb_dato d = f->tilmeldt_fra;
	struct plb_org akasse, kommune;

	(void)rr;
	(void)idag;
	if (!r->udtraeder)
		return false;
	while (plb_dato_set(d = medlemskab_naeste(f, d))) {
		akasse = medlemskab_akasse(f, d);
		kommune = medlemskab_kommune(f, d);
		if (regel_udtraadt(r, &akasse, &kommune)) {
			ud->virkning = d;
			return true;
		}
	}
	return false;
}

static aarsag_fn *const aarsager[AARSAGER] = {
    [DUE_TIMER] = timer,
    [DUE_MAANEDER] = maaneder,
    [DUE_TIDLIG] = tidlig,
    [DUE_VALG] = valg,
    [DUE_FORLADT_AKASSE] = forladt_akasse,
    [DUE_UDTRAADT_FORSOEG] = udtraadt_forsoeg,
    [DUE_MANUEL] = manuel,
};

bool
aarsag_for(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, int aarsag, struct aarsag *ud)
{
	*ud = (struct aarsag){.aarsag = aarsag, .forfald = PLB_TIME_UNSET};
	if (aarsag < 0 || aarsag >= AARSAGER || !aarsager[aarsag](rr, f, r, idag, ud))
		return false;
	if (ud->forfald.ms == PLB_TIME_UNSET.ms)
		ud->forfald = plb_dato_start(ud->virkning);
	return true;
}

bool
aarsag_prognose(const struct regler *rr, const struct forloeb *f, const struct regelsaet *r,
    struct plb_dato idag, struct plb_dato *ud)
{
	struct aarsag g;
	int i;

	if (fravaer_suspenderer(f, idag))
		return false;
	*ud =
	    r->maaneder > 0 ? regel_efter_maaneder(r, timer_foerste_dag(f)) : timer_prognose(f, r);
	for (i = 0; i < AARSAGER; i++)
		if (aarsag_for(rr, f, r, idag, i, &g) && plb_dato_before(g.virkning, *ud))
			*ud = g.virkning;
	return true;
}
