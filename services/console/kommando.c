// SPDX-License-Identifier: MPL-2.0
#include "kommando.h"

#include <stdlib.h>

#define RECORD_MAX (64u << 10)
#define ARENA_MAX (1u << 20)
#define VERSIONS_MAX 8

const char *const kommando_arter[] = {"hold", "resume", "replay", "discard", "genoptag", NULL};

#define MUST(n, t, f)                                                                              \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct kommando, f),                      \
		.has = PLB_BIND_REQUIRED                                                           \
	}
#define MAYBE(n, t, f, h)                                                                          \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct kommando, f),                      \
		.has = offsetof(struct kommando, h)                                                \
	}
static const struct plb_bind UDVALGT[] = {
    {.name = "leveringid",
	.type = PLB_BIND_FIXED16,
	.offset = offsetof(struct bord_post, id),
	.has = PLB_BIND_REQUIRED},
    {.name = "offset",
	.type = PLB_BIND_LONG,
	.offset = offsetof(struct bord_post, offset),
	.has = PLB_BIND_REQUIRED},
};
static const struct plb_bind KOMMANDO[] = {
    {.name = "kommando",
	.type = PLB_BIND_ENUM,
	.offset = offsetof(struct kommando, art),
	.has = PLB_BIND_REQUIRED,
	.symbols = kommando_arter},
    MUST("organisation", PLB_BIND_STRING, organisation),
    MUST("person", PLB_BIND_BYTES, person),
    MAYBE("leveringid", PLB_BIND_FIXED16, leveringid, har_leveringid),
    MUST("aarsag", PLB_BIND_STRING, aarsag),
    MUST("aktoer", PLB_BIND_STRING, aktoer),
    MUST("tid", PLB_BIND_TIME, tid),
    MAYBE("ordre", PLB_BIND_FIXED16, ordre, har_ordre),
    {.name = "udvalg",
	.type = PLB_BIND_LIST,
	.offset = offsetof(struct kommando, udvalg),
	.has = PLB_BIND_REQUIRED,
	.sub = UDVALGT,
	.n_sub = 2,
	.item_size = sizeof(struct bord_post)},
    MAYBE("antal", PLB_BIND_INT, antal, har_antal),
    MUST("godkender", PLB_BIND_STRING, godkender),
};
#define FELTER (sizeof(KOMMANDO) / sizeof(KOMMANDO[0]))

struct kommandoer {
	const struct plb_schemas *schemas;
	const struct plb_schema *schema;
	struct plb_binding *binding;
	struct {
		const struct plb_schema *schema;
		struct plb_binding *binding;
	} laes[VERSIONS_MAX]; /* an older writer's records stay on the topic */
	size_t n_laes;
	struct plb_arena arena;
	struct plb_buf value;
};

static enum plb_err
bind_versions(struct kommandoer *k, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	const struct plb_schema *s;

	while (err == PLB_OK && k->n_laes < VERSIONS_MAX &&
	    (s = plb_schema_version(
		 k->schemas, plb_slice_str("kommando"), (unsigned)k->n_laes + 1)) != NULL) {
		err = plb_binding_new_laes(s, KOMMANDO, FELTER, &k->laes[k->n_laes].binding, ec);
		k->laes[k->n_laes++].schema = s;
	}
	return err;
}

enum plb_err
kommandoer_new(const struct plb_schemas *s, struct kommandoer **out, struct plb_errctx *ec)
{
	struct kommandoer *k = calloc(1, sizeof(*k));
	enum plb_err err;

	*out = k;
	if (k == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "kommando");
	plb_arena_init(&k->arena, ARENA_MAX);
	plb_buf_init(&k->value, RECORD_MAX);
	k->schemas = s;
	k->schema = plb_schema_find(s, plb_slice_str("kommando"));
	if (k->schema == NULL)
		err = plb_err_set(ec, PLB_E_KONFIG, "schema kommando is missing");
	else
		err = plb_binding_new(k->schema, KOMMANDO, FELTER, &k->binding, ec);
	if (err == PLB_OK)
		err = bind_versions(k, ec);
	if (err != PLB_OK)
		kommandoer_free(out);
	return err;
}

void
kommandoer_free(struct kommandoer **k)
{
	if (*k == NULL)
		return;
	plb_binding_free(&(*k)->binding);
	for (size_t i = 0; i < (*k)->n_laes; i++)
		plb_binding_free(&(*k)->laes[i].binding);
	plb_buf_fini(&(*k)->value);
	plb_arena_fini(&(*k)->arena);
	free(*k);
	*k = NULL;
}

enum plb_err
kommando_skriv(
    struct kommandoer *k, const struct kommando *in, struct plb_slice *value, struct plb_errctx *ec)
{
	plb_buf_reset(&k->value);
	plb_frame_put(k->schema, &k->value);
	plb_binding_encode(k->binding, in, &k->value);
	return plb_buf_done(&k->value, value) == PLB_OK
	    ? PLB_OK
	    : plb_err_set(ec, PLB_E_FOR_STOR, "kommando");
}

bool
kommando_laes(struct kommandoer *k, struct plb_slice value, struct kommando *out)
{
	const struct plb_schema *s;
	struct plb_errctx ec = {{0}};
	struct plb_slice body;

	size_t i;

	if (plb_frame_open(k->schemas, value, &s, &body, &ec) != PLB_OK)
		return false;
	for (i = 0; i < k->n_laes && k->laes[i].schema != s; i++)
		;
	plb_arena_reset(&k->arena);
	return i < k->n_laes &&
	    plb_binding_decode(k->laes[i].binding, body, &k->arena, out, &ec) == PLB_OK;
}
