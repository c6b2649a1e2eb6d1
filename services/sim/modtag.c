// SPDX-License-Identifier: MPL-2.0
#include "modtag.h"

#define MAX 20000000u

struct set_node {
	struct plb_map_node node;
};

void
modtag_init(struct modtag *m, struct plb_arena *a)
{
	*m = (struct modtag){.a = a};
	plb_map_init(&m->webhook_ids, MAX);
	plb_map_init(&m->events, MAX);
	plb_map_init(&m->forloeb, MAX);
	plb_map_init(&m->ting, MAX);
	m->sidste = &m->foerste;
}

void
modtag_fini(struct modtag *m)
{
	plb_map_fini(&m->webhook_ids);
	plb_map_fini(&m->events);
	plb_map_fini(&m->forloeb);
	plb_map_fini(&m->ting);
}

/* The parts with a space between them; none of them holds one. */
static struct plb_slice
key_of(struct plb_arena *a, struct plb_slice x, struct plb_slice y, struct plb_slice z)
{
	const char *p = plb_arena_printf(
	    a, "%.*s %.*s %.*s", PLB_SLICE_ARG(x), PLB_SLICE_ARG(y), PLB_SLICE_ARG(z));

	return plb_slice_str(p);
}

/* Add the key to a set; *ny tells whether it was not there before. */
static enum plb_err
add(struct modtag *m, struct plb_map *set, struct plb_slice key, bool *ny)
{
	struct set_node *n;

	if (key.len == 0)
		return PLB_E_FOR_STOR;
	*ny = plb_map_get(set, key) == NULL;
	if (!*ny)
		return PLB_OK;
	n = plb_arena_calloc(m->a, 1, sizeof(*n));
	if (n == NULL)
		return PLB_E_FOR_STOR;
	n->node.key = key;
	return plb_map_add(set, &n->node);
}

static enum plb_err
forloeb_find(struct modtag *m, const struct modtaget *x, struct modtag_forloeb **out)
{
	const struct plb_slice none = {NULL, 0};
	struct plb_slice key = key_of(m->a, x->org, x->forloeb, none);
	struct modtag_forloeb *f = (struct modtag_forloeb *)plb_map_get(&m->forloeb, key);

	*out = f;
	if (f != NULL)
		return PLB_OK;
	f = plb_arena_calloc(m->a, 1, sizeof(*f));
	if (f == NULL || key.len == 0)
		return PLB_E_FOR_STOR;
	f->node.key = key;
	f->org = (const char *)plb_arena_dup(m->a, x->org).p;
	f->forloeb = (const char *)plb_arena_dup(m->a, x->forloeb).p;
	f->medlem = (const char *)plb_arena_dup(m->a, x->medlem).p;
	f->samtale = PLB_TIME_UNSET;
	f->virkningsdato = PLB_DATO_NONE;
	*m->sidste = f;
	m->sidste = &f->next;
	*out = f;
	return f->org != NULL && f->forloeb != NULL && f->medlem != NULL
	    ? plb_map_add(&m->forloeb, &f->node)
	    : PLB_E_FOR_STOR;
}

static void
judge_order(struct modtag *m, struct modtag_forloeb *f, int64_t sequence)
{
	if (sequence == f->sidste + 1) {
		f->sidste = sequence;
	} else if (sequence > f->sidste) {
		m->huller += sequence - f->sidste - 1;
		f->sidste = sequence;
	} else {
		m->uorden++;
	}
}

enum plb_err
modtag_ting(struct modtag *m, struct modtag_forloeb *f, char art, struct plb_slice id,
    int64_t version, struct plb_time time)
{
	struct plb_slice key = key_of(m->a, plb_slice_str(f->org), plb_slice_str(f->forloeb), id);
	struct modtag_ting *t = (struct modtag_ting *)plb_map_get(&m->ting, key);

	if (t != NULL) {
		if (version > t->version)
			t->version = version;
		return PLB_OK;
	}
	t = plb_arena_calloc(m->a, 1, sizeof(*t));
	if (t == NULL || key.len == 0)
		return PLB_E_FOR_STOR;
	*t = (struct modtag_ting){.node.key = key,
	    .next = f->ting,
	    .art = art,
	    .id = (const char *)plb_arena_dup(m->a, id).p,
	    .version = version,
	    .time = time};
	f->ting = t;
	return t->id != NULL ? plb_map_add(&m->ting, &t->node) : PLB_E_FOR_STOR;
}

static enum plb_err
take_content(struct modtag *m, struct modtag_forloeb *f, const struct modtaget *x)
{
	if (plb_slice_is(x->type, "handover-due")) {
		f->due = true;
		f->virkningsdato = x->virkningsdato;
	} else if (plb_slice_is(x->type, "handover-aflyst")) {
		f->aflyst = true;
	} else if (plb_slice_is(x->type, "referat-publiceret")) {
		return modtag_ting(m, f, 'r', x->referat, x->version, x->time);
	} else if (plb_slice_is(x->type, "samtale-held")) {
		return modtag_ting(m, f, 's', x->samtale, 1, x->time);
	}
	return PLB_OK;
}

enum plb_err
modtag_tag(
    struct modtag *m, const struct modtaget *x, enum modtag_svar *svar, struct modtag_forloeb **f)
{
	enum plb_err err;
	bool ny;

	*f = NULL;
	m->leveringer++;
	err = add(m, &m->webhook_ids, plb_arena_dup(m->a, x->webhook_id), &ny);
	if (err != PLB_OK)
		return err;
	*svar = ny ? MODTAG_NY : MODTAG_GENTAGELSE;
	if (!ny) {
		m->gentagelser++;
		return PLB_OK;
	}
	/* The same event again under another delivery id is an effect twice. */
	err = add(m, &m->events, key_of(m->a, x->org, x->source, x->id), &ny);
	if (err != PLB_OK)
		return err;
	if (!ny)
		m->dubletter++;
	if (x->forloeb.len == 0)
		return PLB_OK;
	err = forloeb_find(m, x, f);
	if (err != PLB_OK)
		return err;
	judge_order(m, *f, x->sequence);
	return take_content(m, *f, x);
}

static void
put_ting(const struct modtag_ting *t, struct plb_buf *out)
{
	char tid[PLB_TIME_TEXT];
	bool first = true;

	for (; t != NULL; t = t->next, first = false)
		plb_buf_printf(out,
		    "%s{\"art\":\"%c\",\"id\":\"%s\",\"version\":%lld,\"time\":\"%s\"}",
		    first ? "" : ",", t->art, t->id, (long long)t->version,
		    plb_time_text(t->time, tid));
}

static void
put_forloeb(const struct modtag_forloeb *f, struct plb_buf *out)
{
	char dato[PLB_DATO_TEXT], tid[PLB_TIME_TEXT];

	plb_buf_printf(out,
	    "{\"organisation\":\"%s\",\"forloebId\":\"%s\",\"medlem\":\"%s\",\"due\":%s,\"aflyst\":"
	    "%s",
	    f->org, f->forloeb, f->medlem, f->due ? "true" : "false", f->aflyst ? "true" : "false");
	if (plb_dato_set(f->virkningsdato))
		plb_buf_printf(
		    out, ",\"virkningsdato\":\"%s\"", plb_dato_text(f->virkningsdato, dato));
	if (f->samtale.ms != PLB_TIME_UNSET.ms)
		plb_buf_printf(out, ",\"samtale\":\"%s\"", plb_time_text(f->samtale, tid));
	plb_buf_str(out, ",\"ting\":[");
	put_ting(f->ting, out);
	plb_buf_str(out, "]}");
}

void
modtag_rapport(const struct modtag *m, struct plb_buf *out)
{
	const struct modtag_forloeb *f;

	plb_buf_printf(out,
	    "{\"deliveries\":%lld,\"repeats\":%lld,\"duplicates\":%lld,\"gaps\":%lld,"
	    "\"outOfOrder\":%lld,\"badSignature\":%lld,\"badForm\":%lld,\"forloeb\":[",
	    (long long)m->leveringer, (long long)m->gentagelser, (long long)m->dubletter,
	    (long long)m->huller, (long long)m->uorden, (long long)m->daarlig_signatur,
	    (long long)m->daarlig_form);
	for (f = m->foerste; f != NULL; f = f->next) {
		if (f != m->foerste)
			plb_buf_str(out, ",\n");
		put_forloeb(f, out);
	}
	plb_buf_str(out, "]}\n");
}
