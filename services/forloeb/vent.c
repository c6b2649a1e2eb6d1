// SPDX-License-Identifier: MPL-2.0
#include "vent.h"

#include "fakta_int.h"

/* Of one person; with more, a fact is refused at once. */
#define VENTENDE_MAX 100

#define STADIG_UKENDT                                                                              \
	{                                                                                          \
		"ukendt", "/data/cpr",                                                             \
		    "Personen har stadig intet forløb, som afsenderen er part i. Tilmeld "        \
		    "personen, og send hændelsen igen med et nyt id."                             \
	}

/* What is told of each kind: the member that names it, and the refusal when time is up. */
static const struct {
	const char *navn;
	struct afvisning nej;
} kinder[VENTER_ANTAL] = {
    [VENTER_INGEN] = {"", {"", "", ""}},
    [VENTER_PERSON] = {"cpr", STADIG_UKENDT},
    [VENTER_KRAV] = {"cpr", STADIG_UKENDT},
    [VENTER_TILMELDING] = {"tilmeldingId",
	{"ukendt", "/data/tilmeldingId",
	    "Tilmeldingen er stadig ikke kendt. Send den, og send hændelsen igen med et nyt id."}},
    [VENTER_SAMTALE] = {"samtaleId",
	{"ukendt", "/data/samtaleId",
	    "Samtalen er stadig ikke kendt. Send den, og send hændelsen igen med et nyt id."}},
    [VENTER_REFERAT] = {"referatId",
	{"ukendt", "/data/referatId",
	    "Referatet er stadig ikke kendt. Send det, og send hændelsen igen med et nyt id."}},
    [VENTER_INDKALDELSE] = {"indkaldelseId",
	{"ukendt", "/data/indkaldelseId",
	    "Indkaldelsen er stadig ikke kendt. Send den, og send hændelsen igen med et nyt id."}},
    [VENTER_INDSTILLING] = {"indstillingId",
	{"ukendt", "/data/indstillingId",
	    "Indstillingen er stadig ikke kendt. Send den, og send hændelsen igen med et nyt "
	    "id."}},
    [VENTER_BESKED] = {"svarPaaBeskedId",
	{"ukendt", "/data/svarPaaBeskedId",
	    "Beskeden er stadig ikke kendt. Send den, og send hændelsen igen med et nyt id."}},
};

static enum venter_paa
paa(const struct trin *t, const struct afvisning *nej)
{
	return nej == &FAKTA_UKENDT_PERSON ? VENTER_PERSON : t->venter_paa;
}

static struct emne
emne(const struct ventende *v)
{
	return (struct emne){'v', v->noegle};
}

const char *
vent_begynd(struct trin *t, const struct afvisning *nej)
{
	struct plb_slice dele[2] = {t->h->ev.source, t->h->ev.id};
	enum venter_paa art = paa(t, nej);
	struct ventende *v;

	if (art == VENTER_INGEN || t->p->ventende.n >= VENTENDE_MAX)
		return NULL;
	v = plb_list_add(&t->p->ventende, t->a, sizeof(*v), VENTENDE_MAX);
	if (v == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return NULL;
	}
	*v = (struct ventende){.noegle = plb_uuid5(PLB_UUID_NS, dele, 2),
	    .paa = (int)art,
	    .id = t->venter_id,
	    .org = t->h->ev.org,
	    .modtaget = t->now.ms == PLB_TIME_UNSET.ms ? t->h->ev.time : t->now};
	memcpy(v->hmac, t->h->ev.hmac, sizeof(v->hmac));
	trin_gem(t, 'v', v->noegle);
	return kinder[art].navn;
}

/* ---- has it become known? ---- */

static bool
eget_referat(const struct forloeb *f, struct plb_uuid id, const struct plb_org *forfatter)
{
	const struct referat *r = f->referater.p;
	size_t i;

	for (i = 0; i < f->referater.n; i++)
		if (plb_uuid_eq(r[i].id, id) && plb_org_eq(&r[i].forfatter, forfatter))
			return true;
	return false;
}

/* In a forløb that the sender is party to: unknown and not-yours look alike. */
static bool
kendt_i(struct person *p, const struct forloeb *f, const struct ventende *v)
{
	if (v->paa == VENTER_TILMELDING && plb_dato_set(f->afmeldt) &&
	    plb_uuid_eq(f->tilmelding, v->id))
		return true; /* another a-kasse may register its new member */
	if (v->paa == VENTER_KRAV)
		return true; /* whatever came may be the word it waits for */
	if (!part_deltager(f, &v->org))
		return false;
	switch ((enum venter_paa)v->paa) {
	case VENTER_PERSON:
		return true;
	case VENTER_TILMELDING:
		return plb_uuid_eq(f->tilmelding, v->id);
	case VENTER_SAMTALE:
		return fakta_forloeb_med_samtale(p, v->id) == f;
	case VENTER_REFERAT:
		return eget_referat(f, v->id, &v->org);
	case VENTER_INDKALDELSE:
		return fakta_indkaldelse_kendt(f, v->id);
	case VENTER_INDSTILLING:
		return fakta_ting_kendt(f, 'o', v->id);
	case VENTER_BESKED:
		return fakta_ting_kendt(f, 'n', v->id);
	case VENTER_KRAV:
	case VENTER_INGEN:
	case VENTER_ANTAL:
		break;
	}
	return false;
}

static bool
klar(struct person *p, const struct ventende *v)
{
	const struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = 0; i < p->forloeb.n; i++)
		if (kendt_i(p, &f[i], v))
			return true;
	return false;
}

/* ---- taking it, or giving it up ---- */

/* A step of its own for the fact that waited, inside the one at hand. */
static bool
hent(struct trin *t, const struct ventende *v, struct haendelse *h, struct trin *u)
{
	*u = *t;
	if (t->g->hent(t->g->arg, emne(v), h) != PLB_OK) {
		t->fejl = PLB_E_FORM;
		return false;
	}
	h->ev.org = v->org;
	h->ev.has_hmac = true;
	memcpy(h->ev.hmac, v->hmac, sizeof(v->hmac));
	u->h = h;
	u->modtaget = v->modtaget;
	u->aarsag = h->ev.id;
	u->genspil = v->noegle;
	u->forloeb = (struct plb_uuid){{0}};
	u->venter_paa = VENTER_INGEN;
	return true;
}

/* It waits no more: `nej` NULL = taken. */
static void
slut(struct trin *t, struct trin *u, size_t i, const struct afvisning *nej)
{
	struct ventende v = ((const struct ventende *)t->p->ventende.p)[i];
	struct effekt *e;

	plb_list_del(&t->p->ventende, sizeof(v), i);
	if (nej != NULL)
		trin_afvis(u, nej, v.hmac);
	e = trin_effekt(u, EFFEKT_UDFALD);
	if (e != NULL) {
		e->emne = emne(&v);
		e->til = v.org;
		e->correlationid = u->forloeb;
		e->u.udfald = (struct udfald){nej == NULL ? PLB_TRIN_BEHANDLET : PLB_TRIN_AFVIST,
		    nej == NULL ? NULL : nej->aarsag, {0}};
		memcpy(e->u.udfald.hmac, v.hmac, sizeof(v.hmac));
	}
	u->genspil = (struct plb_uuid){{0}};
	trin_glem(u, 'v', v.noegle);
	t->fejl = u->fejl;
}

/* True when it was taken or refused: then more may have become known. */
static bool
proev(struct trin *t, size_t i)
{
	struct ventende *v = (struct ventende *)t->p->ventende.p + i;
	const struct afvisning *nej;
	struct haendelse h;
	struct trin u;

	if (!hent(t, v, &h, &u))
		return false;
	u.tid = h.ev.time;
	nej = fakta_tag(&u);
	t->fejl = u.fejl;
	if (nej != NULL && paa(&u, nej) != VENTER_INGEN) {
		v->paa = (int)paa(&u, nej);
		v->id = u.venter_id;
		return false;
	}
	slut(t, &u, i, nej);
	return true;
}

bool
vent_genspil(struct trin *t)
{
	const struct ventende *v;
	bool nogen = false;
	size_t i = 0;

	while (i < t->p->ventende.n && t->fejl == PLB_OK) {
		v = t->p->ventende.p;
		if (klar(t->p, &v[i]) && proev(t, i)) {
			nogen = true;
			i = 0;
		} else {
			i++;
		}
	}
	return nogen;
}

static struct plb_time
frist(const struct trin *t, const struct ventende *v)
{
	struct plb_time ud;

	if (__builtin_add_overflow(v->modtaget.ms, t->g->vente_ms, &ud.ms))
		ud = PLB_TIME_NEVER;
	return ud;
}

void
vent_udloeb(struct trin *t)
{
	const struct ventende *v;
	struct haendelse h;
	struct trin u;
	size_t i = 0;

	if (t->now.ms == PLB_TIME_UNSET.ms)
		return;
	while (i < t->p->ventende.n && t->fejl == PLB_OK) {
		v = (const struct ventende *)t->p->ventende.p + i;
		if (plb_time_before(t->now, frist(t, v)))
			i++;
		else if (hent(t, v, &h, &u))
			slut(t, &u, i, &kinder[v->paa].nej);
	}
}

void
vent_opgiv(struct trin *t, const struct afvisning *nej)
{
	struct haendelse h;
	struct trin u;

	while (t->p->ventende.n > 0 && t->fejl == PLB_OK && hent(t, t->p->ventende.p, &h, &u))
		slut(t, &u, 0, nej);
}

struct plb_time
vent_naeste(const struct trin *t)
{
	const struct ventende *v = t->p->ventende.p;
	struct plb_time naeste = PLB_TIME_NEVER;
	size_t i;

	for (i = 0; i < t->p->ventende.n; i++)
		if (plb_time_before(frist(t, &v[i]), naeste))
			naeste = frist(t, &v[i]);
	return naeste;
}
