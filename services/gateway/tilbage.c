// SPDX-License-Identifier: MPL-2.0
#include "tilbage.h"

#include <stdlib.h>

#define TYPE "dk.parloeb.levering-tilbagekaldt"

struct tilbage_post {
	struct plb_map_node node; /* key: tilbagekaldt */
	struct tilbage_post *naeste;
	struct plb_uuid tilbagekaldt, leveringid;
	struct plb_time tid, ind;
	uint16_t n_id, n_source, n_cause, n_value;
	uint8_t text[]; /* one behind the other */
};

static size_t
stoerrelse(const struct tilbage_post *p)
{
	return sizeof(*p) + p->n_id + p->n_source + p->n_cause + p->n_value;
}

void
tilbage_init(struct tilbage *t, size_t max_bytes, const uint8_t seed[16])
{
	*t = (struct tilbage){.max = max_bytes};
	plb_map_init_seeded(&t->map, 0, seed);
}

static void
smid_foerste(struct tilbage *t)
{
	struct tilbage_post *p = t->foerste;

	t->foerste = p->naeste;
	if (t->foerste == NULL)
		t->sidste = NULL;
	plb_map_del(&t->map, &p->node);
	t->bytes -= stoerrelse(p);
	t->n--;
	free(p);
}

void
tilbage_fini(struct tilbage *t)
{
	while (t->foerste != NULL)
		smid_foerste(t);
	plb_map_fini(&t->map);
}

static uint16_t
kopi(struct tilbage_post *p, size_t *at, struct plb_slice s)
{
	if (s.len > 0)
		memcpy(p->text + *at, s.p, s.len);
	*at += s.len;
	return (uint16_t)s.len;
}

/* NULL without memory. */
static struct tilbage_post *
ny(const struct plb_event *ev, struct plb_slice value, struct plb_time ind)
{
	struct tilbage_post *p =
	    malloc(sizeof(*p) + ev->id.len + ev->source.len + ev->causationid.len + value.len);
	size_t at = 0;

	if (p == NULL)
		return NULL;
	p->naeste = NULL;
	p->tilbagekaldt = ev->tilbagekalder;
	p->leveringid = ev->leveringid;
	p->tid = ev->time;
	p->ind = ind;
	p->n_id = kopi(p, &at, ev->id);
	p->n_source = kopi(p, &at, ev->source);
	p->n_cause = kopi(p, &at, ev->causationid);
	p->n_value = kopi(p, &at, value);
	p->node.key = plb_slice(p->tilbagekaldt.b, sizeof(p->tilbagekaldt.b));
	return p;
}

enum plb_err
tilbage_tilfoej(
    struct tilbage *t, const struct plb_event *ev, struct plb_slice value, struct plb_time ind)
{
	struct tilbage_post *p;

	if (!ev->has_tilbagekalder || !ev->has_leveringid || ev->id.len > UINT16_MAX ||
	    ev->source.len > UINT16_MAX || ev->causationid.len > UINT16_MAX ||
	    value.len > UINT16_MAX)
		return PLB_E_FORM;
	if (plb_map_get(&t->map, plb_slice(ev->tilbagekalder.b, sizeof(ev->tilbagekalder.b))) !=
	    NULL)
		return PLB_OK;
	p = ny(ev, value, ind);
	if (p == NULL || plb_map_add(&t->map, &p->node) != PLB_OK) {
		free(p);
		return PLB_E_HUKOMMELSE;
	}
	if (t->sidste != NULL)
		t->sidste->naeste = p;
	else
		t->foerste = p;
	t->sidste = p;
	t->n++;
	t->bytes += stoerrelse(p);
	for (; t->bytes > t->max; t->glemt++)
		smid_foerste(t);
	return PLB_OK;
}

void
tilbage_glem(struct tilbage *t, struct plb_time foer)
{
	/* Partitions are read one after the other at the start: nearly in order is enough. */
	while (t->foerste != NULL && plb_time_before(t->foerste->ind, foer))
		smid_foerste(t);
}

bool
tilbage_find(const struct tilbage *t, const struct plb_event *tilbagekaldt, struct plb_event *out,
    struct plb_slice *value)
{
	const struct tilbage_post *p = (const struct tilbage_post *)(const void *)plb_map_get(
	    &t->map, plb_slice(tilbagekaldt->leveringid.b, sizeof(tilbagekaldt->leveringid.b)));
	const uint8_t *at;

	if (p == NULL)
		return false;
	at = p->text;
	*out = (struct plb_event){
	    .id = plb_slice(at, p->n_id),
	    .source = plb_slice(at + p->n_id, p->n_source),
	    .type = plb_slice_str(TYPE),
	    .time = p->tid,
	    .has_leveringid = true,
	    .leveringid = p->leveringid,
	    .causationid = plb_slice(at + p->n_id + p->n_source, p->n_cause),
	    .sequence = tilbagekaldt->sequence,
	    .has_correlationid = tilbagekaldt->has_correlationid,
	    .correlationid = tilbagekaldt->correlationid,
	    .has_person = tilbagekaldt->has_person,
	    .person = tilbagekaldt->person,
	};
	*value = plb_slice(at + p->n_id + p->n_source + p->n_cause, p->n_value);
	return true;
}
