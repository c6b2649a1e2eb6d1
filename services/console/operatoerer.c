// SPDX-License-Identifier: MPL-2.0
#include "operatoerer.h"

#include <stdlib.h>

#include <parloeb/crypto.h>

#define OPERATOERER_MAX 256
#define NAVN_MAX 100
#define ARENA_MAX (8u << 20)

struct operatoerer {
	struct plb_arena arena;
	size_t n;
	struct {
		const char *navn;
		uint8_t sha256[32];
	} o[OPERATOERER_MAX];
};

static void
read_one(struct operatoerer *o, struct plb_yaml *n, struct plb_faults *f)
{
	struct plb_yaml *navn, *hex;
	struct plb_secret sum;
	const char *text;

	n->used = true;
	navn = plb_yaml_need(n, "navn", f);
	hex = plb_yaml_need(n, "sha256", f);
	if (navn == NULL || hex == NULL || !plb_yaml_str(navn, &text, f))
		return;
	if (text[0] == '\0' || strlen(text) > NAVN_MAX)
		plb_faults_add(f, navn->file, navn->line, navn->column,
		    "navn: expected 1 to %d bytes", NAVN_MAX);
	else if (hex->kind != PLB_YAML_SCALAR || plb_secret_hex(hex->text, &sum) != PLB_OK ||
	    sum.len != 32)
		plb_faults_add(f, hex->file, hex->line, hex->column,
		    "expected 64 hex digits, the SHA-256 of the token");
	else if (o->n == OPERATOERER_MAX)
		plb_faults_add(
		    f, n->file, n->line, n->column, "more than %d operators", OPERATOERER_MAX);
	else {
		o->o[o->n].navn = text;
		memcpy(o->o[o->n++].sha256, sum.b, 32);
	}
}

enum plb_err
operatoerer_load(const char *path, struct operatoerer **out, struct plb_faults *f)
{
	struct plb_yaml *root, *list, *n;
	size_t before = f->n;

	*out = NULL;
	if (path[0] == '\0')
		return PLB_OK;
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return PLB_E_HUKOMMELSE;
	plb_arena_init(&(*out)->arena, ARENA_MAX);
	root = plb_yaml_load(&(*out)->arena, path, f);
	list = root == NULL ? NULL : plb_yaml_need(root, "operatoerer", f);
	for (n = list == NULL ? NULL : list->first; n != NULL; n = n->next)
		read_one(*out, n, f);
	if (root != NULL)
		plb_yaml_unused(root, f);
	if (f->n == before)
		return PLB_OK;
	operatoerer_free(out);
	return PLB_E_KONFIG;
}

void
operatoerer_free(struct operatoerer **o)
{
	if (*o == NULL)
		return;
	plb_arena_fini(&(*o)->arena);
	free(*o);
	*o = NULL;
}

const char *
operatoer_af(const struct operatoerer *o, struct plb_slice authorization)
{
	static const char bearer[] = "Bearer ";
	const char *found = NULL;
	uint8_t sum[32];
	size_t i;

	if (!plb_slice_starts(authorization, plb_slice_str(bearer)))
		return NULL;
	plb_sha256(plb_slice(authorization.p + sizeof(bearer) - 1,
		       authorization.len - (sizeof(bearer) - 1)),
	    sum);
	for (i = 0; i < o->n; i++)
		if (plb_ct_eq(o->o[i].sha256, sum, sizeof(sum)))
			found = o->o[i].navn;
	return found;
}
