// SPDX-License-Identifier: MPL-2.0
#include "schemas.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <parloeb/list.h>
#include <parloeb/loop.h>
#include <parloeb/yaml.h>

#define SCHEMA_MAX_BYTES ((size_t)256 << 10)
#define ARENA_MAX_BYTES ((size_t)64 << 20)

static enum plb_err
no_memory(struct plb_errctx *ec)
{
	return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
}

/* "samtale-held" → "SamtaleHeld" */
static void
camel(const char *navn, char *out)
{
	bool up = true;

	for (; *navn != '\0'; navn++) {
		if (*navn == '-') {
			up = true;
			continue;
		}
		*out++ = (char)(up ? toupper((unsigned char)*navn) : *navn);
		up = false;
	}
	*out = '\0';
}

/* The record of folder samtale-held is dk.parloeb.SamtaleHeld, so that a type has one name. */
static enum plb_err
check_name(const struct plb_schema *s, struct plb_errctx *ec)
{
	char want[300] = "dk.parloeb.";

	camel(s->navn, want + strlen(want));
	if (!plb_slice_is(s->root->name, want))
		return plb_err_set(ec, PLB_E_KONFIG, "the record is %.*s, expected %s",
		    PLB_SLICE_ARG(s->root->name), want);
	return PLB_OK;
}

static enum plb_err
append(struct plb_schemas *s, struct plb_schema *sc, struct plb_errctx *ec)
{
	struct plb_schema **all =
	    plb_array_room(s->all, s->n, &s->size, sizeof(struct plb_schema *));

	if (all == NULL)
		return no_memory(ec);
	s->all = all;
	s->all[s->n++] = sc;
	return PLB_OK;
}

static enum plb_err
load_file(struct plb_schemas *s, const char *path, const char *navn, unsigned version,
    struct plb_errctx *ec)
{
	struct plb_schema *sc = plb_arena_calloc(&s->arena, 1, sizeof(*sc));
	char *text = NULL;
	size_t len = 0;
	enum plb_err err;

	if (sc == NULL)
		return no_memory(ec);
	err = plb_file_read(path, SCHEMA_MAX_BYTES, &text, &len, ec);
	if (err)
		return PLB_E_KONFIG;
	sc->text = plb_arena_dup(&s->arena, plb_slice(text, len));
	free(text);
	sc->navn = plb_arena_printf(&s->arena, "%s", navn);
	sc->type = plb_arena_printf(&s->arena, "dk.parloeb.%s", navn);
	sc->version = version;
	if (sc->text.p == NULL || sc->navn == NULL || sc->type == NULL)
		return no_memory(ec);
	sc->regler = wire_regler_find(navn);
	err = wire_compile(&s->arena, &s->lists, sc->text, sc, ec);
	if (!err)
		err = check_name(sc, ec);
	if (!err)
		err = append(s, sc, ec);
	return err ? plb_err_wrap(ec, err, "%s", path) : PLB_OK;
}

/* v1.avsc, v2.avsc … without a gap; a folder without v1.avsc is no schema. */
static enum plb_err
load_folder(struct plb_schemas *s, const char *dir, const char *navn, struct plb_errctx *ec)
{
	char path[4096];
	enum plb_err err;

	for (unsigned v = 1; v < 1000; v++) {
		int n = snprintf(path, sizeof(path), "%s/%s/v%u.avsc", dir, navn, v);

		if (n < 0 || (size_t)n >= sizeof(path))
			return plb_err_set(ec, PLB_E_KONFIG, "%s: path too long", navn);
		if (access(path, F_OK) != 0)
			return PLB_OK;
		err = load_file(s, path, navn, v, ec);
		if (err)
			return err;
	}
	return PLB_OK;
}

static enum plb_err
load_all(struct plb_schemas *s, const char *dir, struct plb_errctx *ec)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, NULL, alphasort);
	enum plb_err err = PLB_OK;

	if (n < 0) {
		(void)plb_err_errno(ec, "%s", dir);
		return PLB_E_KONFIG;
	}
	for (int i = 0; i < n; i++) {
		/* Names become parts of event types; anything else lies there for people. */
		if (!err && strlen(names[i]->d_name) < 128 &&
		    strspn(names[i]->d_name, "abcdefghijklmnopqrstuvwxyz0123456789-") ==
			strlen(names[i]->d_name))
			err = load_folder(s, dir, names[i]->d_name, ec);
		free(names[i]);
	}
	free(names);
	if (!err && s->n == 0)
		err = plb_err_set(ec, PLB_E_KONFIG, "%s: no schemas", dir);
	return err;
}

static int
cmp_navn(const void *a, const void *b)
{
	const struct plb_schema *x = *(const struct plb_schema *const *)a,
				*y = *(const struct plb_schema *const *)b;
	int cmp = strcmp(x->navn, y->navn);

	return cmp != 0 ? cmp : x->version < y->version ? -1 : x->version > y->version;
}

static int
cmp_fingerprint(const void *a, const void *b)
{
	const struct plb_schema *x = *(const struct plb_schema *const *)a,
				*y = *(const struct plb_schema *const *)b;

	return x->fingerprint < y->fingerprint ? -1 : x->fingerprint > y->fingerprint;
}

static enum plb_err
index_all(struct plb_schemas *s, struct plb_errctx *ec)
{
	qsort(s->all, s->n, sizeof(s->all[0]), cmp_navn);
	s->newest = plb_arena_calloc(&s->arena, s->n, sizeof(s->newest[0]));
	if (s->newest == NULL)
		return no_memory(ec);
	for (size_t i = 0; i < s->n; i++) {
		if (i + 1 < s->n && strcmp(s->all[i]->navn, s->all[i + 1]->navn) == 0)
			continue;
		s->newest[s->n_newest++] = s->all[i];
	}
	qsort(s->all, s->n, sizeof(s->all[0]), cmp_fingerprint);
	for (size_t i = 0; i + 1 < s->n; i++)
		if (s->all[i]->fingerprint == s->all[i + 1]->fingerprint)
			return plb_err_set(ec, PLB_E_KONFIG,
			    "%s v%u and %s v%u have the same fingerprint", s->all[i]->navn,
			    s->all[i]->version, s->all[i + 1]->navn, s->all[i + 1]->version);
	return PLB_OK;
}

/* A sender's JSON must be able to fill every field: what is intern needs a default, and seals
 * inside lists are made by forloeb alone. */
static enum plb_err
check_sendable(const struct plb_schema *s, struct plb_errctx *ec)
{
	for (size_t i = 0; i < s->root->n; i++) {
		const struct wire_field *f = &s->root->field[i];
		const struct wire_type *t =
		    f->slot.type->kind == WIRE_ARRAY ? f->slot.type->item->type : f->slot.type;

		if (f->intern && !f->slot.nullable && !f->tom)
			return plb_err_set(ec, PLB_E_KONFIG, "%s: intern field %s has no default",
			    s->navn, f->name.p);
		if (!f->intern && t->kind == WIRE_RECORD && t->forseglet >= 0)
			return plb_err_set(ec, PLB_E_KONFIG, "%s: field %s is sealed by itself",
			    s->navn, f->name.p);
		if (f->fortrolig && s->root->forseglet < 0)
			return plb_err_set(ec, PLB_E_KONFIG,
			    "%s: confidential field %s, but no forseglet", s->navn, f->name.p);
	}
	return PLB_OK;
}

static unsigned
read_senders(struct plb_yaml *row, struct plb_faults *f)
{
	static const char *const types[] = {"-", "akasse", "kommune", "aktoer", "dfdg", NULL};
	struct plb_yaml *list = plb_yaml_need(row, "afsendere", f);
	unsigned senders = 0;

	for (struct plb_yaml *e = list == NULL ? NULL : list->first; e != NULL; e = e->next) {
		int type = 0;

		if (plb_yaml_word(e, types, &type, f) && type > 0)
			senders |= 1u << type;
	}
	return senders;
}

/* Topics that carry it; NULL without memory. */
static const char **
read_emner(struct plb_arena *a, struct plb_yaml *row, size_t *n, struct plb_faults *f)
{
	struct plb_yaml *list = plb_yaml_get(row, "emner", f);
	const char **emner;
	size_t max = 0;

	for (struct plb_yaml *e = list == NULL ? NULL : list->first; e != NULL; e = e->next)
		max++;
	emner = plb_arena_calloc(a, max, sizeof(*emner));
	*n = 0;
	for (struct plb_yaml *e = max == 0 || emner == NULL ? NULL : list->first; e != NULL;
	     e = e->next) {
		const char *text = "";

		if (!plb_yaml_str(e, &text, f))
			continue;
		emner[*n] = plb_arena_printf(a, "%s", text);
		if (emner[(*n)++] == NULL)
			return NULL;
	}
	return emner;
}

/* One row of subjects.yaml, for all versions of its schema. */
static enum plb_err
apply_subject(
    struct plb_schemas *s, struct plb_yaml *row, struct plb_faults *f, struct plb_errctx *ec)
{
	const char *navn = "", **emner;
	size_t n_emner = 0;
	unsigned senders;
	bool known = false;

	if (!plb_yaml_str(plb_yaml_need(row, "navn", f), &navn, f))
		return PLB_OK;
	senders = read_senders(row, f);
	emner = read_emner(&s->arena, row, &n_emner, f);
	if (emner == NULL)
		return no_memory(ec);
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->all[i]->navn, navn) != 0)
			continue;
		known = true;
		s->all[i]->senders = senders;
		s->all[i]->emner = emner;
		s->all[i]->n_emner = n_emner;
		if (senders != 0 && check_sendable(s->all[i], ec) != PLB_OK)
			return PLB_E_KONFIG;
	}
	if (!known)
		plb_faults_add(f, row->file, row->line, row->column, "no schema of that name");
	return PLB_OK;
}

/* Who may send what. A folder without subjects.yaml holds no events of partners. */
static enum plb_err
load_subjects(struct plb_schemas *s, const char *dir, struct plb_errctx *ec)
{
	struct plb_faults f;
	struct plb_arena a;
	struct plb_yaml *root;
	char path[4096];
	enum plb_err err = PLB_OK;
	int n = snprintf(path, sizeof(path), "%s/subjects.yaml", dir);

	if (n < 0 || (size_t)n >= sizeof(path))
		return plb_err_set(ec, PLB_E_KONFIG, "%s: path too long", dir);
	if (access(path, F_OK) != 0)
		return PLB_OK;
	plb_faults_init(&f);
	plb_arena_init(&a, 8 << 20);
	root = plb_yaml_load(&a, path, &f);
	if (root != NULL && root->kind != PLB_YAML_LIST)
		plb_faults_add(&f, path, root->line, root->column, "expected a list");
	else if (root != NULL)
		for (struct plb_yaml *row = root->first; row != NULL && !err; row = row->next)
			err = apply_subject(s, row, &f, ec);
	if (!err && f.n > 0)
		err = plb_err_set(ec, PLB_E_KONFIG, "%.*s", (int)strcspn(f.text, "\n"), f.text);
	plb_arena_fini(&a);
	plb_faults_fini(&f);
	return err;
}

/* The codes that names of organisations are made of. */
static enum plb_err
load_organisations(struct plb_schemas *s, struct plb_errctx *ec)
{
	if (s->lists.folder == NULL)
		return PLB_OK;
	s->akasser = wire_lists_get(&s->lists, "akasser", ec);
	if (s->akasser == NULL)
		return PLB_E_KONFIG;
	s->kommuner = wire_lists_get(&s->lists, "kommuner", ec);
	return s->kommuner == NULL ? PLB_E_KONFIG : PLB_OK;
}

enum plb_err
plb_schemas_load(
    const char *dir, const char *koder_dir, struct plb_schemas **out, struct plb_errctx *ec)
{
	struct plb_schemas *s = calloc(1, sizeof(*s));
	enum plb_err err;

	*out = NULL;
	if (s == NULL)
		return no_memory(ec);
	plb_arena_init(&s->arena, ARENA_MAX_BYTES);
	s->lists.arena = &s->arena;
	if (koder_dir != NULL && koder_dir[0] != '\0')
		s->lists.folder = koder_dir; /* only while loading */
	err = load_organisations(s, ec);
	if (!err)
		err = load_all(s, dir, ec);
	if (!err)
		err = index_all(s, ec);
	if (!err)
		err = load_subjects(s, dir, ec);
	s->lists.folder = NULL;
	if (err)
		plb_schemas_free(&s);
	*out = s;
	return err;
}

void
plb_schemas_free(struct plb_schemas **s)
{
	if (*s == NULL)
		return;
	wire_lists_fini(&(*s)->lists);
	plb_arena_fini(&(*s)->arena);
	free((*s)->all);
	free(*s);
	*s = NULL;
}
