// SPDX-License-Identifier: MPL-2.0
#include "forloeb.h"

#include "beslut.h"
#include "fakta.h"
#include "oprydning.h"
#include "vent.h"

/* Ids remembered of one person at most; with more in the window the oldest goes first. */
#define SET_MAX 2000

static uint64_t
id_hash(const struct plb_event *ev, struct trin *t)
{
	size_t n = ev->source.len + 1 + ev->id.len;
	uint8_t *p = plb_arena_alloc(t->a, n);

	if (p == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return 0;
	}
	memcpy(p, ev->source.p, ev->source.len);
	p[ev->source.len] = 0;
	memcpy(p + ev->source.len + 1, ev->id.p, ev->id.len);
	return plb_hash(plb_slice(p, n));
}

#define MINUT_MS 60000

/* Rounded up; a hostile time far ahead stays at the end of the range. */
static int32_t
minut(struct plb_time t)
{
	int64_t m = t.ms / MINUT_MS + 1;

	return m > INT32_MAX ? INT32_MAX : m < INT32_MIN ? INT32_MIN : (int32_t)m;
}

static void
glem_gamle(struct person *p, struct plb_time now, int64_t vindue_ms)
{
	const struct set *s = p->set.p;
	size_t n = 0;

	if (now.ms == PLB_TIME_UNSET.ms)
		return;
	while (n < p->set.n && (int64_t)s[n].minut * MINUT_MS < now.ms - vindue_ms)
		n++;
	if (n == 0)
		return;
	p->set.p = (struct set *)p->set.p + n;
	p->set.n -= n;
}

enum set_foer { SET_NY, SET_SAMME, SET_ANDET };

/* Was the id of this fact seen before: not at all, with this content, only with another? */
static enum set_foer
set_foer(const struct person *p, const struct set *ny)
{
	const struct set *s = p->set.p;
	enum set_foer foer = SET_NY;
	size_t i;

	for (i = 0; i < p->set.n; i++) {
		if (s[i].id_hash != ny->id_hash)
			continue;
		if (memcmp(s[i].indhold, ny->indhold, sizeof(ny->indhold)) == 0)
			return SET_SAMME;
		foer = SET_ANDET;
	}
	return foer;
}

static void
husk(struct trin *t, const struct set *ny)
{
	struct set *s;

	if (t->p->set.n >= SET_MAX)
		plb_list_del(&t->p->set, sizeof(*s), 0);
	s = plb_list_add(&t->p->set, t->a, sizeof(*s), SET_MAX);
	if (s != NULL)
		*s = *ny;
	else
		t->fejl = PLB_E_FOR_STOR;
}

static struct trin
trin_ny(struct person *p, struct plb_time now, const struct forloeb_grund *g, struct plb_arena *a,
    struct effekter *out)
{
	out->n = 0;
	return (struct trin){.p = p,
	    .now = now,
	    .modtaget = now,
	    .tid = now,
	    .g = g,
	    .rr = g->rr,
	    .a = a,
	    .out = out};
}

/* Everything that follows from the facts now; when to look again. A fact that has just begun to
 * wait makes nothing known. */
static struct plb_time
afslut(struct trin *t, bool nyt)
{
	struct plb_time naeste[3];
	size_t i, foerst = 0;

	if (nyt)
		(void)vent_genspil(t);
	vent_udloeb(t);
	naeste[0] = beslut(t);
	if (nyt && vent_genspil(t)) /* a date may have made its sender party */
		naeste[0] = beslut(t);
	naeste[1] = vent_naeste(t);
	naeste[2] = oprydning(t);
	for (i = 1; i < 3; i++)
		if (plb_time_before(naeste[i], naeste[foerst]))
			foerst = i;
	return naeste[foerst];
}

static void
tag(struct trin *t, struct forloeb_udfald *ud)
{
	const struct afvisning *nej = fakta_tag(t);

	if (nej == NULL)
		return;
	ud->afventer = vent_begynd(t, nej);
	ud->trin = ud->afventer != NULL ? PLB_TRIN_AFVENTER : PLB_TRIN_AFVIST;
	if (ud->afventer != NULL)
		return;
	ud->fejl = nej->aarsag;
	trin_afvis(t, nej, t->h->ev.hmac);
}

enum plb_err
forloeb_step(struct person *p, const struct haendelse *h, struct plb_time now,
    const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct forloeb_udfald *ud)
{
	static const struct afvisning ID_GENBRUGT = {
	    "id-genbrugt", "/id", "Samme id er brugt før med et andet indhold."};
	struct trin t = trin_ny(p, now, g, a, out);
	struct plb_time tid = now.ms == PLB_TIME_UNSET.ms ? h->ev.time : now;
	struct set ny = {.minut = minut(tid)};
	enum set_foer foer;

	memset(ud, 0, sizeof(*ud));
	t.h = h;
	t.tid = h->ev.time;
	t.aarsag = h->ev.id;
	ny.id_hash = id_hash(&h->ev, &t);
	if (h->ev.has_hmac)
		memcpy(ny.indhold, h->ev.hmac, sizeof(ny.indhold));
	glem_gamle(p, now, g->vindue_ms);
	foer = set_foer(p, &ny);
	ud->trin = foer == SET_SAMME ? PLB_TRIN_GENTAGELSE : PLB_TRIN_BEHANDLET;
	if (foer == SET_NY) {
		tag(&t, ud);
	} else if (foer == SET_ANDET) {
		ud->trin = PLB_TRIN_AFVIST;
		ud->fejl = ID_GENBRUGT.aarsag;
		trin_afvis(&t, &ID_GENBRUGT, h->ev.hmac);
	}
	if (foer != SET_SAMME)
		husk(&t, &ny);
	ud->forloeb = t.forloeb;
	ud->naeste = afslut(&t, ud->trin == PLB_TRIN_BEHANDLET);
	return t.fejl;
}

/* What the handover waits for: that the coming organisation has the package, and has handled it. */
static void
kvitter_due(struct due *d, const struct levering_svar *s)
{
	bool haandteret = s->trin == LEVERINGSTRIN_HAANDTERET;

	if (!d->sendt || !plb_org_eq(&d->til, &s->org) || d->sequence != s->sequence)
		return;
	if ((haandteret || s->trin == LEVERINGSTRIN_LEVERET) && d->leveret.ms == PLB_TIME_UNSET.ms)
		d->leveret = s->tid;
	if (haandteret && d->haandteret.ms == PLB_TIME_UNSET.ms)
		d->haandteret = s->tid;
}

enum plb_err
forloeb_svar(struct person *p, struct plb_uuid forloeb, const struct levering_svar *s,
    struct plb_slice aarsag, struct plb_time now, const struct forloeb_grund *g,
    struct plb_arena *a, struct effekter *out, struct plb_time *naeste)
{
	struct trin t = trin_ny(p, now, g, a, out);
	struct forloeb *f = p->forloeb.p;
	size_t i;

	t.tid = s->tid;
	t.aarsag = aarsag;
	for (i = 0; i < p->forloeb.n; i++)
		if (plb_uuid_eq(f[i].id, forloeb)) {
			kvitter_due(&f[i].due, s);
			levering_besked(&t, &f[i], s);
		}
	*naeste = afslut(&t, false);
	return t.fejl;
}

enum plb_err
forloeb_timer(struct person *p, struct plb_slice aarsag, struct plb_time now,
    const struct forloeb_grund *g, struct plb_arena *a, struct effekter *out,
    struct plb_time *naeste)
{
	struct trin t = trin_ny(p, now, g, a, out);

	t.aarsag = aarsag;
	glem_gamle(p, now, g->vindue_ms);
	*naeste = afslut(&t, true);
	return t.fejl;
}

bool
forloeb_tom(const struct person *p)
{
	return p->forloeb.n == 0 && p->ventende.n == 0 && p->set.n == 0;
}
