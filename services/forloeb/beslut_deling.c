// SPDX-License-Identifier: MPL-2.0
#include "aarsag.h"
#include "beslut_int.h"
#include "deling.h"
#include "frist.h"
#include "levering.h"
#include "medlemskab.h"
#include "part.h"
#include "samtalekrav.h"

/* To whom things go: each has its own moment (deling.c). */
enum til { TIL_KOMMUNE, TIL_AKASSE };

static bool
er_aaben(const struct trin *t, const struct forloeb *f, const struct regelsaet *r,
    enum deling_hvornaar naar, struct plb_time *next)
{
	struct plb_dato virkning;

	if (naar == DEL_STRAKS)
		return true;
	if (naar == DEL_ALDRIG || plb_dato_set(medlemskab_slut(f)))
		return false;
	if (f->due.sendt || !r->overdragelse)
		return true;
	if (naar == DEL_REGELSAET && r->deling != DELING_PAKKEFRIST)
		return r->deling == DELING_LOEBENDE;
	return aarsag_prognose(t->rr, f, r, trin_idag(t, f), &virkning) &&
	    beslut_forfalden(t, frist_pakke(t->rr, r, virkning), next);
}

/* The moments of one call: the forecast behind them is worked out once. */
struct moment {
	bool kendt[DEL_ANTAL], aaben[DEL_ANTAL];
	struct plb_time *next;
};

static bool
aaben(const struct trin *t, const struct forloeb *f, const struct regelsaet *r,
    enum deling_hvornaar naar, struct moment *m)
{
	if (!m->kendt[naar])
		m->aaben[naar] = er_aaben(t, f, r, naar, m->next);
	m->kendt[naar] = true;
	return m->aaben[naar];
}

static const struct plb_org *
modtager(const struct forloeb *f, enum til til)
{
	if (til == TIL_AKASSE)
		return &f->akasse;
	return f->due.sendt ? &f->due.til : &f->kommune;
}

/* One thing that may have to be relayed, of whatever kind. */
struct post {
	struct emne emne;
	const struct plb_org *fra;
	int64_t nr;
	int32_t version;
	struct plb_list *leveringer;
	const struct referat *referat; /* NULL = another kind */
	const struct stempel *stempel;
};

static size_t
poster(const struct forloeb *f)
{
	return f->samtaler.n + f->referater.n + f->ting.n;
}

static struct post
post_nr(const struct forloeb *f, size_t i)
{
	struct samtale *s = f->samtaler.p;
	struct referat *r = f->referater.p;
	struct ting *x = f->ting.p;

	if (i < f->samtaler.n)
		return (struct post){
		    {'s', s[i].id}, &s[i].fra, s[i].nr, 0, &s[i].leveringer, NULL, &s[i].stempel};
	i -= f->samtaler.n;
	if (i < f->referater.n)
		return (struct post){{'r', r[i].id}, &r[i].forfatter, r[i].nr, r[i].version,
		    &r[i].leveringer, &r[i], &r[i].stempel};
	i -= f->referater.n;
	return (struct post){
	    {x[i].art, x[i].id}, &x[i].fra, x[i].nr, 0, &x[i].leveringer, NULL, &x[i].stempel};
}

/* May this recipient have the referat at all? */
static bool
referat_til(const struct forloeb *f, const struct referat *r, enum til til)
{
	const struct samtale *s = beslut_samtale(f, r->samtale);

	if (r->tilbagekaldt || r->glemt || s == NULL || s->tilbagekaldt)
		return false;
	return til == TIL_KOMMUNE ? beslut_maa_deles(f, r) : samtalekrav_faelles(s);
}

/* NULL = it is closed. */
static const struct indstilling *
aaben_indstilling(const struct forloeb *f, struct plb_uuid id)
{
	const struct indstilling *x = f->indstillinger.p;
	size_t i;

	for (i = 0; i < f->indstillinger.n; i++)
		if (plb_uuid_eq(x[i].id, id))
			return &x[i];
	return NULL;
}

/* By when the kommune must have it. */
static void
saet_frist(struct trin *t, const struct forloeb *f, const struct regelsaet *r, const struct post *x,
    struct effekt *e)
{
	const struct indstilling *o = x->emne.art == 'o' ? aaben_indstilling(f, x->emne.id) : NULL;

	if (x->emne.art == 's' || x->emne.art == 'r') {
		beslut_saet_frist(t, f, r, e);
	} else if (e != NULL && o != NULL) {
		e->frist = beslut_svarfrist(t, r, o, x->stempel);
		e->har_frist = e->frist.ms != PLB_TIME_NEVER.ms;
	}
}

/* Does the thing still have to go to this recipient (contract § 3 "Who gets what when")? Nothing
 * goes back to where it came from; a recommendation that is closed goes only to who knows it. */
static bool
udestaar(const struct forloeb *f, const struct post *x, enum til til)
{
	const struct plb_org *org = modtager(f, til);

	if (levering_sendt(x->leveringer, org, x->nr) || plb_org_eq(x->fra, org))
		return false;
	if (x->emne.art == 'o' && aaben_indstilling(f, x->emne.id) == NULL)
		return levering_til(x->leveringer, org) != NULL;
	return x->referat == NULL || referat_til(f, x->referat, til);
}

/* Is there something that must go there, and may it now? The one accepted first. */
static bool
naeste_post(const struct trin *t, const struct forloeb *f, const struct regelsaet *r, enum til til,
    struct post *fundet, struct moment *m)
{
	const struct deling_regel *d;
	bool fandt = false;
	size_t i;

	for (i = 0; i < poster(f); i++) {
		struct post x = post_nr(f, i);

		if ((fandt && x.nr > fundet->nr) || !udestaar(f, &x, til))
			continue;
		d = deling_for_art(x.emne.art);
		if (d == NULL || !aaben(t, f, r, til == TIL_KOMMUNE ? d->kommune : d->akasse, m))
			continue;
		*fundet = x;
		fandt = true;
	}
	return fandt;
}

/* To the a-kasse at once; to the kommune mostly from the pakkefrist on. */
void
beslut_del(struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	static const enum til orden[] = {TIL_AKASSE, TIL_KOMMUNE};
	struct moment m = {.next = next};
	struct post x = {.nr = 0};
	struct effekt *e;
	size_t i;

	for (i = 0; i < sizeof(orden) / sizeof(orden[0]); i++)
		while (t->fejl == PLB_OK && naeste_post(t, f, r, orden[i], &x, &m)) {
			e = trin_besked(t, f, EFFEKT_RELAE_GEMT, modtager(f, orden[i]));
			if (e != NULL)
				e->emne = x.emne;
			if (orden[i] == TIL_KOMMUNE)
				saet_frist(t, f, r, &x, e);
			levering_husk(t, x.leveringer, e, x.nr, x.version);
		}
}

/* Texts of referater leave the state when the handover closes. */
void
beslut_glem_tekster(
    struct trin *t, struct forloeb *f, const struct regelsaet *r, struct plb_time *next)
{
	struct referat *ref = f->referater.p;
	size_t i;

	(void)r;
	(void)next;
	for (i = 0; f->due.sendt && f->due.gennemfoert && i < f->referater.n; i++) {
		if (ref[i].glemt || ref[i].tilbagekaldt)
			continue;
		trin_glem(t, 'r', ref[i].id);
		ref[i].glemt = true;
	}
}
