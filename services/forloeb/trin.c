// SPDX-License-Identifier: MPL-2.0
#include "trin.h"

#include <stdio.h>

#define MODTAGERE_MAX 64

static const char *const lavet_navne[LAVET_TYPER] = {
    [LAVET_HANDOVER_FORVENTET] = "handover-forventet",
    [LAVET_HANDOVER_DUE] = "handover-due",
    [LAVET_HANDOVER_AFLYST] = "handover-aflyst",
    [LAVET_REFERAT_MANGLER] = "referat-mangler",
    [LAVET_INDKALDELSE_ANNULLERET] = "indkaldelse-annulleret",
    [LAVET_HAENDELSE_AFVIST] = "haendelse-afvist",
};

const char *
lavet_navn(enum lavet_type type)
{
	return lavet_navne[type];
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
	return e;
}

static int64_t
naeste_sequence(struct trin *t, struct forloeb *f, const struct plb_org *til)
{
	struct modtager *m = f->modtagere.p;
	size_t i;

	for (i = 0; i < f->modtagere.n; i++)
		if (plb_org_eq(&m[i].org, til))
			return ++m[i].sequence;
	m = plb_list_add(&f->modtagere, t->a, sizeof(*m), MODTAGERE_MAX);
	if (m == NULL) {
		t->fejl = PLB_E_FOR_STOR;
		return 0;
	}
	m->org = *til;
	return m->sequence = 1;
}

struct effekt *
trin_besked(struct trin *t, struct forloeb *f, enum effekt_art art, const struct plb_org *til)
{
	struct effekt *e = trin_effekt(t, art);
	struct plb_slice dele[4];
	char nr[24];

	if (e == NULL)
		return NULL;
	e->til = *til;
	e->sequence = naeste_sequence(t, f, til);
	e->correlationid = f->id;
	e->causationid = t->aarsag;
	snprintf(nr, sizeof(nr), "%lld", (long long)e->sequence);
	dele[0] = plb_slice_str("levering");
	dele[1] = plb_slice(f->id.b, sizeof(f->id.b));
	dele[2] = plb_org_slice(til);
	dele[3] = plb_slice_str(nr);
	e->leveringid = plb_uuid5(PLB_UUID_NS, dele, 4);
	return e;
}

struct effekt *
trin_lavet(struct trin *t, struct forloeb *f, enum lavet_type type, const struct plb_org *til,
    const struct plb_uuid *emne_id)
{
	struct effekt *e = trin_besked(t, f, EFFEKT_LAVET, til);
	struct plb_slice dele[6];

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
	e->id = plb_uuid5(PLB_UUID_NS, dele, 6);
	e->faelles.forloeb_id = f->id;
	e->faelles.akassekode = plb_slice_str(plb_org_kode(&f->akasse));
	e->faelles.kommunekode = plb_slice_str(plb_org_kode(&f->kommune));
	e->faelles.regelsaet = f->regelsaet;
	return e;
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
