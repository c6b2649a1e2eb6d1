// SPDX-License-Identifier: MPL-2.0
#include "forloeb.h"

#include "beslut.h"
#include "fakta.h"

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

/* Tell the sender. Outside any forløb: no number, nothing about the person (contract § 3). */
static void
afvis(struct trin *t, const struct afvisning *nej, const struct set *set, struct forloeb_udfald *ud)
{
	const struct plb_event *ev = &t->h->ev;
	struct effekt *e = trin_effekt(t, EFFEKT_LAVET);
	/* With the content, since an id may be used again and again for something else. */
	struct plb_slice dele[4] = {plb_slice_str("haendelse-afvist"), ev->source, ev->id,
	    plb_slice(set->indhold, sizeof(set->indhold))};

	ud->trin = PLB_TRIN_AFVIST;
	ud->fejl = nej->aarsag;
	if (e == NULL)
		return;
	e->til = ev->org;
	e->type = LAVET_HAENDELSE_AFVIST;
	e->time = ev->time;
	e->causationid = ev->id;
	e->id = plb_uuid5(PLB_UUID_NS, dele, 4);
	dele[0] = plb_slice_str("levering");
	e->leveringid = plb_uuid5(PLB_UUID_NS, dele, 4);
	e->u.haendelse_afvist =
	    (struct haendelse_afvist){ev->id, nej->aarsag, nej->felt, nej->besked};
}

enum plb_err
forloeb_step(struct person *p, const struct haendelse *h, struct plb_time now, int64_t vindue_ms,
    const struct regler *rr, struct plb_arena *a, struct effekter *out, struct forloeb_udfald *ud)
{
	static const struct afvisning ID_GENBRUGT = {
	    "id-genbrugt", "/id", "Samme id er brugt før med et andet indhold."};
	struct trin t = {.p = p,
	    .h = h,
	    .now = now,
	    .modtaget = now,
	    .tid = h->ev.time,
	    .aarsag = h->ev.id,
	    .rr = rr,
	    .a = a,
	    .out = out};
	struct plb_time tid = now.ms == PLB_TIME_UNSET.ms ? h->ev.time : now;
	struct set ny = {.minut = minut(tid)};
	const struct afvisning *nej = NULL;
	enum set_foer foer;

	memset(ud, 0, sizeof(*ud));
	out->n = 0;
	ny.id_hash = id_hash(&h->ev, &t);
	if (h->ev.has_hmac)
		memcpy(ny.indhold, h->ev.hmac, sizeof(ny.indhold));
	glem_gamle(p, now, vindue_ms);
	foer = set_foer(p, &ny);
	ud->trin = foer == SET_SAMME ? PLB_TRIN_GENTAGELSE : PLB_TRIN_BEHANDLET;
	if (foer == SET_NY)
		nej = fakta_tag(&t);
	else if (foer == SET_ANDET)
		nej = &ID_GENBRUGT;
	if (nej != NULL)
		afvis(&t, nej, &ny, ud);
	if (foer != SET_SAMME)
		husk(&t, &ny);
	ud->forloeb = t.forloeb;
	ud->naeste = beslut(&t);
	return t.fejl;
}

enum plb_err
forloeb_timer(struct person *p, struct plb_slice aarsag, struct plb_time now,
    const struct regler *rr, struct plb_arena *a, struct effekter *out, struct plb_time *naeste)
{
	struct trin t = {
	    .p = p, .now = now, .tid = now, .aarsag = aarsag, .rr = rr, .a = a, .out = out};

	out->n = 0;
	*naeste = beslut(&t);
	return t.fejl;
}
