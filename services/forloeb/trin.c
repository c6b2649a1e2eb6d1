// SPDX-License-Identifier: MPL-2.0
#include "trin.h"

#include "levering.h"

#define MODTAGERE_MAX 64

static const char *const lavet_navne[LAVET_TYPER] = {
    [LAVET_HANDOVER_FORVENTET] = "handover-forventet",
    [LAVET_HANDOVER_DUE] = "handover-due",
    [LAVET_HANDOVER_OPDATERET] = "handover-opdateret",
    [LAVET_HANDOVER_GENNEMFOERT] = "handover-gennemfoert",
    [LAVET_HANDOVER_OVERSKREDET] = "handover-overskredet",
    [LAVET_HANDOVER_AFLYST] = "handover-aflyst",
    [LAVET_REFERAT_MANGLER] = "referat-mangler",
    [LAVET_INDKALDELSE_ANNULLERET] = "indkaldelse-annulleret",
    [LAVET_HAENDELSE_AFVIST] = "haendelse-afvist",
    [LAVET_REFERAT_LEVERET] = "referat-leveret",
    [LAVET_REFERAT_LAEST] = "referat-laest",
    [LAVET_REFERAT_AFVIST] = "referat-afvist",
    [LAVET_BESKED_LAEST] = "besked-laest",
    [LAVET_LEVERING_ULAEST] = "levering-ulaest",
    [LAVET_SAMTALE_MANGLER] = "samtale-mangler",
    [LAVET_TIMER_MANGLER] = "timer-mangler",
    [LAVET_OPKVALIFICERING_PAAMINDELSE] = "opkvalificering-paamindelse",
    [LAVET_OPKVALIFICERING_UDLOEBET] = "opkvalificering-udloebet",
    [LAVET_OPKVALIFICERING_VIDERESENDT] = "opkvalificering-videresendt",
    [LAVET_LEVERING_TILBAGEKALDT] = "levering-tilbagekaldt",
};

const char *
lavet_navn(enum lavet_type type)
{
	return lavet_navne[type];
}

struct plb_dato
trin_idag(const struct trin *t, const struct forloeb *f)
{
	return t->now.ms == PLB_TIME_UNSET.ms ? f->tilmeldt_fra : plb_time_dato(t->now);
}

struct effekt *
trin_effekt(struct trin *t, enum effekt_art art)
{
	struct effekt *e;

	if (t->out->n >= EFFEKTER_MAX) {
		t->fejl = PLB_E_FOR_STOR;
		return NULL;
	}
	e = &t->out->e[t->out->n++];
	memset(e, 0, sizeof(*e));
	e->art = art;
	e->genspil = t->genspil;
	return e;
}

static int64_t
naeste_sequence(struct trin *t, struct forloeb *f, const struct plb_org *til)
{
	struct modtager *m = levering_modtager(f, til);

	if (m != NULL)
		return ++m->sequence;
	m = plb_list_add(&f->modtagere, t->a, sizeof(*m), MODTAGERE_MAX);
	if (m == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return 0;
	}
	m->org = *til;
	return m->sequence = 1;
}

struct plb_uuid
trin_leveringid(const struct forloeb *f, const struct plb_org *til, int64_t sequence)
{
	return plb_leveringid(f->id, til, sequence);
}

struct effekt *
trin_besked(struct trin *t, struct forloeb *f, enum effekt_art art, const struct plb_org *til)
{
	struct effekt *e = trin_effekt(t, art);

	if (e == NULL)
		return NULL;
	e->til = *til;
	e->sequence = naeste_sequence(t, f, til);
	e->correlationid = f->id;
	e->causationid = t->aarsag;
	e->leveringid = trin_leveringid(f, til, e->sequence);
	return e;
}

struct effekt *
trin_lavet(struct trin *t, struct forloeb *f, enum lavet_type type, const struct plb_org *til,
    const struct plb_uuid *emne_id)
{
	struct effekt *e = trin_besked(t, f, EFFEKT_LAVET, til);
	struct plb_slice dele[7];

	if (e == NULL)
		return NULL;
	e->type = type;
	e->time = t->tid;
	dele[0] = plb_slice_str(lavet_navn(type));
	dele[1] = plb_slice(f->id.b, sizeof(f->id.b));
	dele[2] = t->aarsag;
	dele[3] = plb_org_slice(til);
	dele[4] = emne_id != NULL ? plb_slice(emne_id->b, sizeof(emne_id->b)) : plb_slice(NULL, 0);
	/* Ids of facts are unique only together with their source. */
	dele[5] = t->h != NULL ? t->h->ev.source : plb_slice(NULL, 0);
	/* And one cause may make several of a kind: two months without hours. */
	dele[6] = plb_slice(e->leveringid.b, sizeof(e->leveringid.b));
	e->id = plb_uuid5(PLB_UUID_NS, dele, 7);
	e->faelles.forloeb_id = f->id;
	e->faelles.akassekode = plb_slice_str(plb_org_kode(&f->akasse));
	e->faelles.kommunekode = plb_slice_str(plb_org_kode(&f->kommune));
	e->faelles.regelsaet = f->regelsaet;
	return e;
}

void
trin_tilbagekald(struct trin *t, struct forloeb *f, const struct plb_org *hos, int64_t sequence,
    enum tilbagekaldt_aarsag aarsag)
{
	struct plb_uuid trukket = trin_leveringid(f, hos, sequence);
	struct plb_slice dele[2] = {
	    plb_slice_str("tilbagekaldt"), plb_slice(trukket.b, sizeof(trukket.b))};
	struct effekt *e = trin_effekt(t, EFFEKT_LAVET);

	if (e == NULL)
		return;
	e->til = *hos;
	e->type = LAVET_LEVERING_TILBAGEKALDT;
	e->time = t->tid;
	e->sequence = sequence;
	e->correlationid = f->id;
	e->causationid = t->aarsag;
	e->leveringid = plb_uuid5(PLB_UUID_NS, dele, 2);
	dele[0] = plb_slice_str("levering-tilbagekaldt");
	e->id = plb_uuid5(PLB_UUID_NS, dele, 2);
	e->u.levering_tilbagekaldt = (struct levering_tilbagekaldt){trukket, (int)aarsag};
	levering_afgjort(t, f, hos, sequence);
	levering_trukket(f, hos, sequence);
}

static bool
blandt(const int64_t *tal, size_t n, int64_t x)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (tal[i] == x)
			return true;
	return false;
}

void
trin_tilbagekald_alt(struct trin *t, struct forloeb *f, const struct plb_org *hos,
    const int64_t *undtagen, size_t n, enum tilbagekaldt_aarsag aarsag)
{
	const struct modtager *m = levering_modtager(f, hos);
	int64_t nr, foerste = m == NULL ? 1 : m->afgjort + 1, sidste = m == NULL ? 0 : m->sequence;

	for (nr = foerste; nr <= sidste && t->fejl == PLB_OK; nr++)
		if (levering_aaben(f, hos, nr) && !blandt(undtagen, n, nr))
			trin_tilbagekald(t, f, hos, nr, aarsag);
}

void
trin_afvis(struct trin *t, const struct afvisning *nej, const uint8_t hmac[16])
{
	const struct plb_event *ev = &t->h->ev;
	struct effekt *e = trin_effekt(t, EFFEKT_LAVET);
	/* With the content, since an id may be used again and again for something else. */
	struct plb_slice dele[4] = {
	    plb_slice_str("haendelse-afvist"), ev->source, ev->id, plb_slice(hmac, 8)};

	if (e == NULL)
		return;
	e->til = ev->org;
	e->type = LAVET_HAENDELSE_AFVIST;
	e->time = t->tid;
	e->causationid = ev->id;
	e->id = plb_uuid5(PLB_UUID_NS, dele, 4);
	dele[0] = plb_slice_str("levering");
	e->leveringid = plb_uuid5(PLB_UUID_NS, dele, 4);
	e->u.haendelse_afvist =
	    (struct haendelse_afvist){ev->id, nej->aarsag, nej->felt, nej->besked};
}

static void
gemt(struct trin *t, enum effekt_art art, char kind, struct plb_uuid id)
{
	struct effekt *e = trin_effekt(t, art);

	if (e != NULL)
		e->emne = (struct emne){kind, id};
}

void
trin_gem(struct trin *t, char art, struct plb_uuid id)
{
	gemt(t, EFFEKT_GEM, art, id);
}

void
trin_glem(struct trin *t, char art, struct plb_uuid id)
{
	gemt(t, EFFEKT_GLEM, art, id);
}
