// SPDX-License-Identifier: MPL-2.0
#include "forloeb.h"

#include "beslut.h"
#include "fakta.h"
#include "part.h"

/* Ids remembered of one person at most; with more in the window the oldest goes first. */
#define SET_MAX 2000

static int64_t
id_hash(const struct plb_event *ev, struct plb_arena *a)
{
	size_t n = ev->source.len + 1 + ev->id.len;
	uint8_t *p = plb_arena_alloc(a, n);

	if (p == NULL)
		return 0;
	memcpy(p, ev->source.p, ev->source.len);
	p[ev->source.len] = 0;
	memcpy(p + ev->source.len + 1, ev->id.p, ev->id.len);
	return (int64_t)plb_hash(plb_slice(p, n));
}

static int64_t
indhold(const struct plb_event *ev)
{
	int64_t v = 0;

	if (ev->has_hmac)
		memcpy(&v, ev->hmac, sizeof(v));
	return v;
}

static void
glem_gamle(struct person *p, struct plb_time now, int64_t vindue_ms)
{
	const struct set *s = p->set.p;
	size_t n = 0;

	if (now.ms == PLB_TIME_UNSET.ms)
		return;
	while (n < p->set.n && s[n].tid.ms < now.ms - vindue_ms)
		n++;
	p->set.p = (struct set *)p->set.p + n;
	p->set.n -= n;
}

/* A fact whose id was seen before: the same again, or another under the same id. */
static const struct set *
set_foer(const struct person *p, int64_t hash)
{
	const struct set *s = p->set.p;
	size_t i;

	for (i = 0; i < p->set.n; i++)
		if (s[i].id_hash == hash)
			return &s[i];
	return NULL;
}

static enum plb_err
husk(struct person *p, int64_t hash, const struct haendelse *h, struct plb_time now, struct plb_arena *a)
{
	struct set *s;

	if (p->set.n >= SET_MAX)
		plb_list_del(&p->set, sizeof(*s), 0);
	s = plb_list_add(&p->set, a, sizeof(*s), SET_MAX);
	if (s == NULL)
		return PLB_E_FOR_STOR;
	*s = (struct set){ hash, indhold(&h->ev), now.ms == PLB_TIME_UNSET.ms ? h->ev.time : now };
	return PLB_OK;
}

static void
afvis(struct trin *t, const struct afvisning *nej, struct forloeb_udfald *ud)
{
	const struct plb_event *ev = &t->h->ev;
	struct effekt *e = trin_effekt(t, EFFEKT_LAVET);
	struct plb_slice dele[4] = { plb_slice_str("haendelse-afvist"), ev->source, ev->id, plb_slice_str(nej->aarsag) };

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
	e->u.haendelse_afvist = (struct haendelse_afvist){ ev->id, nej->aarsag, nej->felt, nej->besked };
}

static struct plb_uuid
sidste_forloeb(struct person *p, const struct plb_org *org)
{
	const struct forloeb *f = part_forloeb(p, org);

	return f != NULL ? f->id : (struct plb_uuid){ { 0 } };
}

enum plb_err
forloeb_step(struct person *p, const struct haendelse *h, struct plb_time now, int64_t vindue_ms, const struct regler *rr, struct plb_arena *a, struct effekter *out,
    struct forloeb_udfald *ud)
{
	static const struct afvisning ID_GENBRUGT = { "id-genbrugt", "/id", "Samme id er brugt før med et andet indhold." };
	struct trin t = { .p = p, .h = h, .now = now, .tid = h->ev.time, .aarsag = h->ev.id, .rr = rr, .a = a, .out = out };
	int64_t hash = id_hash(&h->ev, a);
	const struct afvisning *nej;
	const struct set *foer;
	enum plb_err err;

	memset(ud, 0, sizeof(*ud));
	glem_gamle(p, now, vindue_ms);
	foer = set_foer(p, hash);
	if (foer != NULL && foer->indhold == indhold(&h->ev)) {
		ud->trin = PLB_TRIN_GENTAGELSE;
	} else if (foer != NULL) {
		afvis(&t, &ID_GENBRUGT, ud);
	} else {
		nej = fakta_tag(&t);
		ud->trin = PLB_TRIN_BEHANDLET;
		if (nej != NULL)
			afvis(&t, nej, ud);
		err = husk(p, hash, h, now, a);
		if (err != PLB_OK)
			return err;
	}
	ud->forloeb = sidste_forloeb(p, &h->ev.org);
	ud->naeste = beslut(&t);
	return t.fejl;
}

enum plb_err
forloeb_timer(struct person *p, struct plb_slice aarsag, struct plb_time now, const struct regler *rr, struct plb_arena *a, struct effekter *out, struct plb_time *naeste)
{
	struct trin t = { .p = p, .now = now, .tid = now, .aarsag = aarsag, .rr = rr, .a = a, .out = out };

	*naeste = beslut(&t);
	return t.fejl;
}
