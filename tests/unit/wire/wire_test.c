// SPDX-License-Identifier: MPL-2.0
#include "wire_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
key(struct plb_secret *s, uint8_t first)
{
	s->len = 32;
	for (size_t i = 0; i < s->len; i++)
		s->b[i] = (uint8_t)(first + i);
}

int
fix_setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));
	struct plb_crypto_keys k = {.data_key_id = 7};
	struct plb_errctx ec = {0};

	assert_non_null(f);
	if (plb_schemas_load("schemas", "config/koder", &f->schemas, &ec) != PLB_OK) {
		print_error("%s\n", ec.text);
		return -1;
	}
	key(&k.person_key, 1);
	key(&k.data_key, 101);
	key(&k.hmac_key, 201);
	assert_int_equal(plb_crypto_new(&k, &f->crypto, &ec), PLB_OK);
	plb_arena_init(&f->arena, (size_t)32 << 20);
	plb_buf_init(&f->out, (size_t)8 << 20);
	*state = f;
	return 0;
}

int
fix_teardown(void **state)
{
	struct fix *f = *state;

	plb_buf_fini(&f->out);
	plb_arena_fini(&f->arena);
	plb_crypto_free(&f->crypto);
	plb_schemas_free(&f->schemas);
	free(f);
	return 0;
}

int
fix_reset(void **state)
{
	struct fix *f = *state;

	plb_arena_reset(&f->arena);
	plb_buf_reset(&f->out);
	return 0;
}

struct plb_json_ctx
fix_ctx(struct fix *f)
{
	return (struct plb_json_ctx){f->schemas, PLB_CPR_WIDE, FIX_NOW, &f->arena};
}

static void
golden_path(const char *navn, char *out, size_t size)
{
	(void)snprintf(out, size, "schemas/%s/golden/1.json", navn);
}

bool
has_golden(const char *navn)
{
	char path[256];

	golden_path(navn, path, sizeof(path));
	return access(path, R_OK) == 0;
}

json_t *
golden(const char *navn)
{
	char path[256];
	json_error_t je;
	json_t *j;

	golden_path(navn, path, sizeof(path));
	j = json_load_file(path, JSON_REJECT_DUPLICATES, &je);
	if (j == NULL)
		fail_msg("%s:%d: %s", path, je.line, je.text);
	return j;
}

void
judge(struct fix *f, struct plb_slice json, struct verdict *out)
{
	struct plb_json_ctx c = fix_ctx(f);

	memset(out, 0xa5, sizeof(*out)); /* nothing may depend on what was there */
	out->err = plb_json_event(&c, json, &out->in, &out->faults, &out->not_event);
}

struct plb_slice
dump(struct fix *f, const json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	struct plb_slice s;

	assert_non_null(text);
	s = plb_arena_dup(&f->arena, plb_slice_str(text));
	free(text);
	assert_non_null(s.p);
	return s;
}

void
judge_tree(struct fix *f, const json_t *event, struct verdict *out)
{
	judge(f, dump(f, event), out);
}

bool
verdict_has(const struct verdict *v, const char *felt, const char *kode)
{
	for (size_t i = 0; i < v->faults.n; i++)
		if (strcmp(v->faults.f[i].felt, felt) == 0 &&
		    strcmp(v->faults.f[i].kode, kode) == 0)
			return true;
	return false;
}

void
verdict_print(const char *title, const struct verdict *v)
{
	print_error("%s: %s, not_event %d, %zu faults\n", title, plb_err_name(v->err), v->not_event,
	    v->faults.n);
	for (size_t i = 0; i < v->faults.n; i++)
		print_error("  %s %s\n", v->faults.f[i].felt, v->faults.f[i].kode);
}

/* The child named by the first part of the pointer. */
static json_t *
child(json_t *at, const char *part)
{
	return json_is_array(at) ? json_array_get(at, strtoul(part, NULL, 10))
				 : json_object_get(at, part);
}

void
edit(json_t *event, const char *pointer, const char *text)
{
	char part[100];
	const char *slash;

	while (pointer[0] == '/' && (slash = strchr(pointer + 1, '/')) != NULL) {
		(void)snprintf(part, sizeof(part), "%.*s", (int)(slash - pointer - 1), pointer + 1);
		event = child(event, part);
		assert_non_null(event);
		pointer = slash;
	}
	pointer++;
	if (text == NULL) {
		assert_int_equal(json_is_array(event)
			? json_array_remove(event, strtoul(pointer, NULL, 10))
			: json_object_del(event, pointer),
		    0);
		return;
	}
	json_t *v = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	assert_non_null(v);
	if (json_is_array(event))
		assert_int_equal(json_array_set_new(event, strtoul(pointer, NULL, 10), v), 0);
	else
		assert_int_equal(json_object_set_new(event, pointer, v), 0);
}

void
judge_text(struct fix *f, const char *text, struct verdict *v)
{
	judge(f, plb_slice_str(text), v);
}

char *
repeat(const char *before, const char *what, size_t n, const char *after)
{
	size_t len = strlen(what);
	char *out = malloc(strlen(before) + n * len + strlen(after) + 1), *p;

	assert_non_null(out);
	p = stpcpy(out, before);
	for (size_t i = 0; i < n; i++)
		p = stpcpy(p, what);
	(void)stpcpy(p, after);
	return out;
}
