// SPDX-License-Identifier: MPL-2.0
#include "levering.h"

#include "medlemskab.h"

/* Settled numbers beyond the first open one. Deliveries of a person settle in order, so there are
 * few; the oldest beyond the bound counts as open again, which at worst withdraws too much. */
#define AFGJORTE_MAX 64
#define LEVERINGER_MAX 64

struct modtager *
levering_modtager(const struct forloeb *f, const struct plb_org *org)
{
	struct modtager *m = f->modtagere.p;
	size_t i;

	for (i = 0; i < f->modtagere.n; i++)
		if (plb_org_eq(&m[i].org, org))
			return &m[i];
	return NULL;
}

/* Where a number stands, or would stand, among the settled ones. */
static size_t
plads(const struct modtager *m, int64_t sequence)
{
	const int64_t *nr = m->afgjorte.p;
	size_t i = 0;

	while (i < m->afgjorte.n && nr[i] < sequence)
		i++;
	return i;
}

static bool
afgjort(const struct modtager *m, int64_t sequence)
{
	size_t i = plads(m, sequence);

	return sequence <= m->afgjort ||
	    (i < m->afgjorte.n && ((const int64_t *)m->afgjorte.p)[i] == sequence);
}

/* The numbers that follow the mark without a gap need not be listed. */
static void
flyt_maerke(struct modtager *m)
{
	while (m->afgjorte.n > 0 && *(const int64_t *)m->afgjorte.p == m->afgjort + 1) {
		m->afgjort++;
		plb_list_del(&m->afgjorte, sizeof(int64_t), 0);
	}
}

void
levering_afgjort(struct trin *t, struct forloeb *f, const struct plb_org *org, int64_t sequence)
{
	struct modtager *m = levering_modtager(f, org);
	int64_t *nr;
	size_t i;

	if (m == NULL || sequence < 1 || sequence > m->sequence || afgjort(m, sequence))
		return;
	if (m->afgjorte.n == AFGJORTE_MAX)
		plb_list_del(&m->afgjorte, sizeof(*nr), 0);
	i = plads(m, sequence);
	if (plb_list_add(&m->afgjorte, t->a, sizeof(*nr), AFGJORTE_MAX) == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return;
	}
	nr = m->afgjorte.p;
	memmove(nr + i + 1, nr + i, (m->afgjorte.n - 1 - i) * sizeof(*nr));
	nr[i] = sequence;
	flyt_maerke(m);
}

bool
levering_aaben(const struct forloeb *f, const struct plb_org *org, int64_t sequence)
{
	const struct modtager *m = levering_modtager(f, org);

	return m != NULL && sequence >= 1 && sequence <= m->sequence && !afgjort(m, sequence);
}

/* ---- the sendings of a thing ---- */

struct afsendt *
levering_til(const struct plb_list *leveringer, const struct plb_org *til)
{
	struct afsendt *l = leveringer->p;
	size_t i;

	for (i = 0; i < leveringer->n; i++)
		if (plb_org_eq(&l[i].til, til))
			return &l[i];
	return NULL;
}

bool
levering_sendt(const struct plb_list *leveringer, const struct plb_org *til, int64_t nr)
{
	const struct afsendt *l = levering_til(leveringer, til);

	return l != NULL && l->nr >= nr;
}

void
levering_husk(struct trin *t, struct plb_list *leveringer, const struct effekt *e, int64_t nr,
    int32_t version)
{
	struct afsendt *l;

	if (e == NULL)
		return;
	l = levering_til(leveringer, &e->til);
	if (l == NULL)
		l = plb_list_add(leveringer, t->a, sizeof(*l), LEVERINGER_MAX);
	if (l == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return;
	}
	*l = (struct afsendt){.til = e->til,
	    .sequence = e->sequence,
	    .nr = nr,
	    .version = version,
	    .sendt = e->emne.art == 's' || t->now.ms == PLB_TIME_UNSET.ms ? PLB_DATO_NONE
									  : plb_time_dato(t->now)};
}

/* The sending that has this number; NULL = none of a thing, or not the last one. */
static struct afsendt *
levering_nr(const struct plb_list *leveringer, const struct plb_org *til, int64_t sequence)
{
	struct afsendt *l = levering_til(leveringer, til);

	return l != NULL && l->sequence == sequence ? l : NULL;
}

void
levering_tilbagekald(struct trin *t, struct forloeb *f, const struct plb_list *leveringer,
    bool ogsaa_leverede, enum tilbagekaldt_aarsag aarsag)
{
	const struct afsendt *l = leveringer->p;
	size_t i;

	for (i = 0; i < leveringer->n; i++)
		if (levering_aaben(f, &l[i].til, l[i].sequence) ||
		    (ogsaa_leverede && l[i].nr > 0 && l[i].sequence > 0))
			trin_tilbagekald(t, f, &l[i].til, l[i].sequence, aarsag);
}

/* A thing with the sending that a number is of; l NULL = none. */
struct fundet {
	struct afsendt *l;
	struct referat *referat;
	struct samtale *samtale;
	struct ting *ting;
};

static struct fundet
find(const struct forloeb *f, const struct plb_org *org, int64_t sequence)
{
	struct samtale *s = f->samtaler.p;
	struct referat *r = f->referater.p;
	struct ting *x = f->ting.p;
	struct afsendt *l;
	size_t i;

	for (i = 0; i < f->referater.n; i++)
		if ((l = levering_nr(&r[i].leveringer, org, sequence)) != NULL)
			return (struct fundet){.l = l, .referat = &r[i]};
	for (i = 0; i < f->samtaler.n; i++)
		if ((l = levering_nr(&s[i].leveringer, org, sequence)) != NULL)
			return (struct fundet){.l = l, .samtale = &s[i]};
	for (i = 0; i < f->ting.n; i++)
		if ((l = levering_nr(&x[i].leveringer, org, sequence)) != NULL)
			return (struct fundet){.l = l, .ting = &x[i]};
	return (struct fundet){NULL, NULL, NULL, NULL};
}

void
levering_trukket(struct forloeb *f, const struct plb_org *org, int64_t sequence)
{
	struct fundet x = find(f, org, sequence);

	if (x.l == NULL)
		return;
	x.l->nr = 0;
	x.l->trin = LEVERING_LUKKET;
	x.l->sendt = PLB_DATO_NONE;
}

void
levering_forlad(struct trin *t, struct forloeb *f, const struct plb_org *kommune)
{
	const struct modtager *m = levering_modtager(f, kommune);

	if (m != NULL)
		trin_tilbagekald_alt(t, f, kommune, &m->aflyst, 1,
		    medlemskab_kendt(f, kommune) ? TILBAGEKALDT_FLYTTET : TILBAGEKALDT_RETTET);
}

/* ---- what comes back ---- */

/* What each status says about a sending. */
static const struct {
	int trin;     /* enum levering_trin; -1 = nothing that is kept */
	bool afgjort; /* nothing more will come, or it has arrived */
} statusser[LEVERINGSTRIN_ANTAL] = {
    [LEVERINGSTRIN_FORSOEGT] = {-1, false},
    [LEVERINGSTRIN_LEVERET] = {LEVERING_LEVERET, true},
    [LEVERINGSTRIN_HAANDTERET] = {LEVERING_HAANDTERET, true},
    [LEVERINGSTRIN_AFVIST_MIDLERTIDIGT] = {-1, false},
    [LEVERINGSTRIN_AFVIST_ENDELIGT] = {LEVERING_LUKKET, true},
    [LEVERINGSTRIN_SLETTET] = {LEVERING_LUKKET, true},
    [LEVERINGSTRIN_PARKERET] = {-1, false},
    [LEVERINGSTRIN_TILBAGEKALDT] = {LEVERING_LUKKET, true},
    [LEVERINGSTRIN_UDLOEBET] = {-1, true},
};

/* What the author of a referat is told, by status. */
static enum lavet_type
referat_besked(int trin)
{
	return trin == LEVERINGSTRIN_LEVERET   ? LAVET_REFERAT_LEVERET
	    : trin == LEVERINGSTRIN_HAANDTERET ? LAVET_REFERAT_LAEST
					       : LAVET_REFERAT_AFVIST;
}

static void
fortael_referat(
    struct trin *t, struct forloeb *f, const struct fundet *x, const struct levering_svar *d)
{
	struct effekt *e;

	if (d->trin != LEVERINGSTRIN_LEVERET && d->trin != LEVERINGSTRIN_HAANDTERET &&
	    d->trin != LEVERINGSTRIN_AFVIST_ENDELIGT)
		return;
	e = trin_lavet(t, f, referat_besked(d->trin), &x->referat->forfatter, &x->referat->id);
	if (e != NULL)
		e->u.referat_status = (struct referat_status){
		    x->referat->id, x->l->version, d->org, d->tid, d->aarsag};
}

static void
fortael_besked(
    struct trin *t, struct forloeb *f, const struct fundet *x, const struct levering_svar *d)
{
	struct effekt *e;

	if (d->trin != LEVERINGSTRIN_HAANDTERET)
		return;
	e = trin_lavet(t, f, LAVET_BESKED_LAEST, &x->ting->fra, &x->ting->id);
	if (e != NULL)
		e->u.levering_laest = (struct levering_laest){x->ting->id, d->org, d->tid};
}

void
levering_besked(struct trin *t, struct forloeb *f, const struct levering_svar *d)
{
	struct fundet x = find(f, &d->org, d->sequence);

	if (d->trin < 0 || d->trin >= LEVERINGSTRIN_ANTAL)
		return;
	if (statusser[d->trin].afgjort)
		levering_afgjort(t, f, &d->org, d->sequence);
	if (x.l == NULL || statusser[d->trin].trin <= x.l->trin)
		return; /* not the newest of a thing, or known */
	x.l->trin = statusser[d->trin].trin;
	if (x.l->trin >= LEVERING_HAANDTERET)
		x.l->sendt = PLB_DATO_NONE;
	if (x.referat != NULL)
		fortael_referat(t, f, &x, d);
	else if (x.ting != NULL && x.ting->art == 'l')
		fortael_besked(t, f, &x, d);
}
