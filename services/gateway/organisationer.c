// SPDX-License-Identifier: MPL-2.0
#include "organisationer.h"

#include <parloeb/map.h>

#include <stdlib.h>

#define ARENA_MAX (16u << 20)

struct raekke {
	struct plb_map_node node; /* key: the organisation's text */
	struct plb_org org;
	struct plb_dato fra, til; /* both included; unset = open */
};

struct organisationer {
	struct plb_arena arena;
	struct plb_map map;
};

static void
laes_raekke(struct organisationer *o, struct plb_yaml *n, struct plb_faults *f)
{
	struct raekke *r = plb_arena_calloc(&o->arena, 1, sizeof(*r));
	struct plb_yaml *id = plb_yaml_need(n, "id", f), *navn = plb_yaml_need(n, "navn", f);
	const char *text;

	n->used = true;
	if (r == NULL || id == NULL)
		return;
	r->fra = r->til = PLB_DATO_NONE;
	(void)plb_yaml_str(navn, &text, f);
	(void)plb_yaml_dato(plb_yaml_get(n, "fra", f), &r->fra, f);
	(void)plb_yaml_dato(plb_yaml_get(n, "til", f), &r->til, f);
	if (!plb_yaml_str(id, &text, f))
		return;
	if (plb_org_parse(plb_slice_str(text), &r->org) != PLB_OK) {
		plb_faults_add(f, id->file, id->line, id->column,
		    "expected an organisation such as akasse:hk, kommune:0101, aktoer:12345678 or "
		    "dfdg:star");
		return;
	}
	r->node.key = plb_org_slice(&r->org);
	if (plb_map_get(&o->map, r->node.key) != NULL)
		plb_faults_add(
		    f, id->file, id->line, id->column, "this organisation stands here twice");
	else if (plb_map_add(&o->map, &r->node) != PLB_OK)
		plb_faults_add(f, id->file, id->line, id->column, "out of memory");
}

enum plb_err
organisationer_load(const char *path, struct organisationer **out, struct plb_faults *f)
{
	struct organisationer *o = calloc(1, sizeof(*o));
	struct plb_yaml *root, *list, *n;
	size_t before = f->n;

	*out = NULL;
	if (o == NULL)
		return PLB_E_HUKOMMELSE;
	plb_arena_init(&o->arena, ARENA_MAX);
	plb_map_init(&o->map, 0);
	root = plb_yaml_load(&o->arena, path, f);
	list = root == NULL ? NULL : plb_yaml_need(root, "organisationer", f);
	if (list != NULL && list->kind != PLB_YAML_LIST)
		plb_faults_add(f, list->file, list->line, list->column, "expected a list");
	for (n = list == NULL || list->kind != PLB_YAML_LIST ? NULL : list->first; n != NULL;
	     n = n->next)
		laes_raekke(o, n, f);
	if (root != NULL)
		plb_yaml_unused(root, f);
	if (f->n > before) {
		organisationer_free(&o);
		return PLB_E_KONFIG;
	}
	*out = o;
	return PLB_OK;
}

void
organisationer_free(struct organisationer **po)
{
	struct organisationer *o = *po;

	*po = NULL;
	if (o == NULL)
		return;
	plb_map_fini(&o->map);
	plb_arena_fini(&o->arena);
	free(o);
}

bool
organisationer_findes(
    const struct organisationer *o, const struct plb_org *org, struct plb_dato dato)
{
	struct plb_map_node *n = plb_map_get(&o->map, plb_org_slice(org));
	const struct raekke *r;

	if (n == NULL)
		return false;
	r = (const struct raekke *)(void *)((char *)n - offsetof(struct raekke, node));
	return !(plb_dato_set(r->fra) && plb_dato_before(dato, r->fra)) &&
	    !(plb_dato_set(r->til) && plb_dato_before(r->til, dato));
}
