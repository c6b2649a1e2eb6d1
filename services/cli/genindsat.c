// SPDX-License-Identifier: MPL-2.0
#include "genindsat.h"

#include <stdlib.h>
#include <string.h>

#include <parloeb/json.h>
#include <parloeb/list.h>

#define ARENA_MAX (1u << 20)

void
genindsat_fri(struct genindsat *g)
{
	free(g->post);
	*g = (struct genindsat){NULL, 0, 0};
}

static struct genindsat_post *
find(struct genindsat *g, const char *id, const struct plb_uuid *ordre)
{
	for (size_t i = g->n; i-- > 0;)
		if (strcmp(g->post[i].id, id) == 0 && plb_uuid_eq(g->post[i].ordre, *ordre))
			return &g->post[i];
	return NULL;
}

static struct genindsat_post *
ny(struct genindsat *g)
{
	struct genindsat_post *more = plb_array_room(g->post, g->n, &g->size, sizeof(*more));

	if (more == NULL)
		return NULL;
	g->post = more;
	return &g->post[g->n++];
}

static enum plb_err
en(struct genindsat *g, const struct plb_revision_post *p, struct plb_slice id,
    struct plb_errctx *ec)
{
	char text[GENINDSAT_ID] = {0};
	struct genindsat_post *e;

	if (id.len == 0 || id.len >= sizeof(text))
		return PLB_OK;
	memcpy(text, id.p, id.len);
	e = find(g, text, &p->ordre);
	if (e == NULL && (e = ny(g)) == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "afvist");
	memcpy(e->id, text, sizeof(text));
	e->ordre = p->ordre;
	e->tid = p->tid;
	e->slut = plb_slice_is(p->udfald, "udfoert") ? GENINDSAT_UDFOERT
	    : plb_slice_is(p->udfald, "mislykket")   ? GENINDSAT_MISLYKKET
						     : GENINDSAT_BEGYNDT;
	return PLB_OK;
}

enum plb_err
genindsat_laes(struct genindsat *g, const struct plb_revision_post *p, struct plb_errctx *ec)
{
	const struct plb_jv *v, *list;
	enum plb_err err = PLB_OK;
	struct plb_arena a;

	if (!plb_slice_is(p->handling, "afvist.redrive") || !p->har_ordre)
		return PLB_OK;
	plb_arena_init(&a, ARENA_MAX);
	if (plb_jv_parse(&a, p->detalje, &v, &(struct plb_errctx){{0}}) == PLB_OK) {
		list = plb_jv_get(v, "afvist");
		for (size_t i = 0; i < plb_jv_len(list) && err == PLB_OK; i++)
			err = en(g, p, plb_jv_str(plb_jv_at(list, i)), ec);
	}
	plb_arena_fini(&a);
	return err;
}

enum genindsat_stand
genindsat_stand(
    const struct genindsat *g, const char *id, const struct plb_uuid *min, struct plb_time nu)
{
	enum genindsat_stand stand = GENINDSAT_FRI;

	for (size_t i = 0; i < g->n; i++) {
		const struct genindsat_post *e = &g->post[i];

		if (strcmp(e->id, id) != 0 || e->slut == GENINDSAT_MISLYKKET ||
		    (min != NULL && plb_uuid_eq(e->ordre, *min)))
			continue;
		if (e->slut == GENINDSAT_UDFOERT)
			return GENINDSAT_ER_SAT;
		if (nu.ms - e->tid.ms < GENINDSAT_UVIS_MS)
			stand = GENINDSAT_UNDER_VEJS;
		else if (stand == GENINDSAT_FRI)
			stand = GENINDSAT_UVIS;
	}
	return stand;
}
