// SPDX-License-Identifier: MPL-2.0
#include "optagelse.h"

#include <stdio.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)4 << 30)
#define SKRIDT 65536 /* progress, and growth of the list */

void
optagelse_init(struct optagelse *o, bool vis)
{
	*o = (struct optagelse){.vis = vis};
	plb_arena_init(&o->arena, ARENA_MAX);
}

void
optagelse_fini(struct optagelse *o)
{
	free(o->o);
	plb_arena_fini(&o->arena);
}

static struct optaget *
ny(struct optagelse *o)
{
	struct optaget *p = o->o;

	if (o->n == o->plads) {
		p = realloc(o->o, (o->plads + SKRIDT) * sizeof(*p));
		if (p == NULL)
			return NULL;
		o->o = p;
		o->plads += SKRIDT;
	}
	if (o->vis && o->n > 0 && o->n % SKRIDT == 0)
		fprintf(stderr, "læst: %zu hændelser\n", o->n);
	return &o->o[o->n];
}

static bool
kopier(struct optagelse *o, const struct plb_record *r, struct optaget *p)
{
	struct plb_record kopi = {.topic = r->topic, .n_headers = r->n_headers};
	struct plb_errctx ec = {{0}};
	size_t i;

	p->header = plb_arena_calloc(&o->arena, r->n_headers + 1, sizeof(*p->header));
	p->value = plb_arena_dup(&o->arena, r->value);
	kopi.key = plb_arena_dup(&o->arena, r->key);
	if (p->header == NULL || p->value.p == NULL || kopi.key.p == NULL)
		return false;
	for (i = 0; i < r->n_headers; i++) {
		p->header[i].name =
		    (const char *)plb_arena_dup(&o->arena, plb_slice_str(r->header[i].name)).p;
		p->header[i].value = plb_arena_dup(&o->arena, r->header[i].value);
		if (p->header[i].name == NULL || p->header[i].value.p == NULL)
			return false;
		kopi.header[i] = p->header[i];
	}
	p->n_headers = r->n_headers;
	return plb_event_from_record(&kopi, true, &p->ev, &ec) == PLB_OK; /* it was one before */
}

static enum plb_err
tag(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct optagelse *o = arg;
	struct plb_event ev;
	struct optaget *p;

	if (plb_event_from_record(r, true, &ev, ec) != PLB_OK)
		return PLB_OK; /* forloeb would park it */
	p = ny(o);
	if (p == NULL || !kopier(o, r, p))
		return plb_err_set(ec, PLB_E_FOR_STOR, "more is recorded than fits into memory");
	p->person = ev.person;
	p->optaget = r->timestamp;
	p->svar = strcmp(r->topic, "svar") == 0;
	p->offset = r->offset;
	o->n++;
	return PLB_OK;
}

static int
cmp(const void *pa, const void *pb)
{
	const struct optaget *a = pa, *b = pb;
	int c = memcmp(a->person.b, b->person.b, sizeof(a->person.b));

	if (c != 0)
		return c;
	if (a->svar == b->svar)
		return (a->offset > b->offset) - (a->offset < b->offset);
	if (a->optaget.ms != b->optaget.ms)
		return a->optaget.ms > b->optaget.ms ? 1 : -1;
	return a->svar ? 1 : -1;
}

enum plb_err
optagelse_laes(struct optagelse *o, struct plb_bus *b, struct plb_errctx *ec)
{
	enum plb_err err = cli_scan(b, "forloeb", -1, tag, o, ec);

	if (err == PLB_OK)
		err = cli_scan(b, "svar", -1, tag, o, ec);
	if (err == PLB_OK && o->n > 0)
		qsort(o->o, o->n, sizeof(*o->o), cmp);
	return err;
}

struct plb_record
optaget_record(const struct optaget *o)
{
	struct plb_record r = {.topic = o->svar ? "svar" : "ind",
	    .offset = o->offset,
	    .timestamp = o->optaget,
	    .key = plb_slice(o->person.b, sizeof(o->person.b)),
	    .value = o->value,
	    .n_headers = o->n_headers};

	memcpy(r.header, o->header, o->n_headers * sizeof(*o->header));
	return r;
}
