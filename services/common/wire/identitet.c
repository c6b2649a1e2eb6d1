// SPDX-License-Identifier: MPL-2.0
#include <parloeb/identitet.h>
#include <parloeb/map.h>

#include <stdlib.h>

#define ARENA_MAX (64u << 10)
/* Longer than any life; two numbers that name each other end here too. */
#define LED_MAX 32

struct senere {
	struct plb_map_node node; /* first; key: `nummer` */
	struct plb_person nummer, foerste;
};
struct plb_identiteter {
	const struct plb_schemas *skemaer;
	const struct plb_schema *skema;
	struct plb_binding *binding;
	struct plb_arena arena;
	struct plb_map map;
};

static const struct plb_bind felter[] = {
    {.name = "foerste", .type = PLB_BIND_FIXED16, .offset = 0, .has = PLB_BIND_REQUIRED},
};

enum plb_err
plb_identiteter_new(
    const struct plb_schemas *s, struct plb_identiteter **out, struct plb_errctx *ec)
{
	struct plb_identiteter *t = calloc(1, sizeof(*t));
	enum plb_err err;

	*out = NULL;
	if (t == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "identitet");
	plb_arena_init(&t->arena, ARENA_MAX);
	plb_map_init(&t->map, 0);
	t->skemaer = s;
	t->skema = plb_schema_find(s, plb_slice_str("identitet"));
	err = t->skema == NULL ? plb_err_set(ec, PLB_E_KONFIG, "schema identitet is missing")
			       : plb_binding_new(t->skema, felter, 1, &t->binding, ec);
	if (err != PLB_OK)
		plb_identiteter_free(&t);
	*out = t;
	return err;
}

static struct senere *
find(const struct plb_identiteter *t, const struct plb_person *nummer)
{
	return (struct senere *)(void *)plb_map_get(
	    &t->map, plb_slice(nummer->b, sizeof(nummer->b)));
}

void
plb_identiteter_free(struct plb_identiteter **pt)
{
	struct plb_identiteter *t = *pt;
	struct plb_map_node *n;
	size_t it = 0;

	*pt = NULL;
	if (t == NULL)
		return;
	while ((n = plb_map_next(&t->map, &it)) != NULL)
		free(n);
	plb_map_fini(&t->map);
	plb_binding_free(&t->binding);
	plb_arena_fini(&t->arena);
	free(t);
}

static void
glem(struct plb_identiteter *t, const struct plb_person *nummer)
{
	struct senere *s = find(t, nummer);

	if (s == NULL)
		return;
	plb_map_del(&t->map, &s->node);
	free(s);
}

enum plb_err
plb_identiteter_saet(struct plb_identiteter *t, struct plb_person senere, struct plb_person foerste)
{
	struct senere *s = find(t, &senere);
	enum plb_err err;

	if (s != NULL) {
		s->foerste = foerste;
		return PLB_OK;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return PLB_E_HUKOMMELSE;
	s->nummer = senere;
	s->foerste = foerste;
	s->node.key = plb_slice(s->nummer.b, sizeof(s->nummer.b));
	err = plb_map_add(&t->map, &s->node);
	if (err != PLB_OK)
		free(s);
	return err;
}

enum plb_err
plb_identiteter_laes(struct plb_identiteter *t, const struct plb_record *r, struct plb_errctx *ec)
{
	struct plb_person nummer, foerste;
	const struct plb_schema *skema;
	struct plb_slice body;
	enum plb_err err;

	if (r->key.len != sizeof(nummer.b))
		return plb_err_set(ec, PLB_E_FORM, "key is no person");
	memcpy(nummer.b, r->key.p, sizeof(nummer.b));
	if (r->tombstone) {
		glem(t, &nummer);
		return PLB_OK;
	}
	err = plb_frame_open(t->skemaer, r->value, &skema, &body, ec);
	if (err == PLB_OK && skema != t->skema)
		err = plb_err_set(ec, PLB_E_FORM, "another schema than identitet");
	plb_arena_reset(&t->arena);
	if (err == PLB_OK)
		err = plb_binding_decode(t->binding, body, &t->arena, &foerste, ec);
	return err == PLB_OK ? plb_identiteter_saet(t, nummer, foerste) : err;
}

void
plb_identiteter_skriv(
    const struct plb_identiteter *t, struct plb_person foerste, struct plb_buf *out)
{
	plb_frame_put(t->skema, out);
	plb_binding_encode(t->binding, &foerste, out);
}

struct plb_person
plb_identiteter_foerste(const struct plb_identiteter *t, struct plb_person p)
{
	const struct senere *s;
	int i;

	for (i = 0; i < LED_MAX && (s = find(t, &p)) != NULL; i++)
		p = s->foerste;
	return p;
}

size_t
plb_identiteter_antal(const struct plb_identiteter *t)
{
	return t->map.n;
}
