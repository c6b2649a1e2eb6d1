// SPDX-License-Identifier: MPL-2.0
#include <jansson.h>

#include <parloeb/json.h>

#include "json_scan.h"

/* The tree lives in the arena: jansson's own is copied and dropped, so that nobody has to free it.
 */
struct plb_jv {
	enum plb_jv_kind kind;
	size_t n;
	union {
		bool b;
		int64_t i;
		double real;
		struct plb_slice s;
		const struct plb_jv *item; /* n of them */
	} v;
	const char *const *key; /* object */
};

static bool convert(struct plb_arena *a, const json_t *j, struct plb_jv *out);

static bool
convert_array(struct plb_arena *a, const json_t *j, struct plb_jv *out)
{
	struct plb_jv *item;

	out->kind = PLB_JV_ARR;
	out->n = json_array_size(j);
	out->v.item = item = plb_arena_calloc(a, out->n, sizeof(*item));
	if (item == NULL)
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (!convert(a, json_array_get(j, i), &item[i]))
			return false;
	return true;
}

static bool
convert_object(struct plb_arena *a, const json_t *j, struct plb_jv *out)
{
	struct plb_jv *item;
	const char **key, *name;
	json_t *v;
	size_t i = 0;

	out->kind = PLB_JV_OBJ;
	out->n = json_object_size(j);
	out->v.item = item = plb_arena_calloc(a, out->n, sizeof(*item));
	out->key = key = plb_arena_calloc(a, out->n, sizeof(*key));
	if (item == NULL || key == NULL)
		return false;
	json_object_foreach((json_t *)(uintptr_t)j, name, v)
	{
		struct plb_slice copy = plb_arena_dup(a, plb_slice_str(name));

		if (copy.p == NULL || !convert(a, v, &item[i]))
			return false;
		key[i++] = (const char *)copy.p;
	}
	return true;
}

static bool
convert(struct plb_arena *a, const json_t *j, struct plb_jv *out)
{
	switch (json_typeof(j)) {
	case JSON_NULL:
		out->kind = PLB_JV_NULL;
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		out->kind = PLB_JV_BOOL;
		out->v.b = json_is_true(j);
		return true;
	case JSON_INTEGER:
		out->kind = PLB_JV_INT;
		out->v.i = json_integer_value(j);
		return true;
	case JSON_REAL:
		out->kind = PLB_JV_REAL;
		out->v.real = json_real_value(j);
		return true;
	case JSON_STRING:
		out->kind = PLB_JV_STR;
		out->v.s = plb_arena_dup(a, plb_slice(json_string_value(j), json_string_length(j)));
		return out->v.s.p != NULL;
	case JSON_ARRAY:
		return convert_array(a, j, out);
	case JSON_OBJECT:
		return convert_object(a, j, out);
	}
	return false;
}

enum plb_err
plb_jv_parse(
    struct plb_arena *a, struct plb_slice json, const struct plb_jv **out, struct plb_errctx *ec)
{
	struct plb_jv *root = plb_arena_calloc(a, 1, sizeof(*root));
	struct wire_js js;
	json_error_t je;
	json_t *tree;
	bool ok;

	*out = NULL;
	if (root == NULL)
		return plb_err_set(ec, PLB_E_FOR_STOR, "JSON: too large");
	/* jansson recurses up to 2,048 levels and knows no budget: the depth is judged first. */
	wire_js_init(&js, a, json);
	if (!wire_js_skip(&js) || !wire_js_end(&js)) {
		bool full = strcmp(js.fejl, "hukommelse") == 0;

		return plb_err_set(ec, full ? PLB_E_FOR_STOR : PLB_E_FORM, "JSON: %s at byte %zu",
		    js.fejl, (size_t)(js.p - (js.end - json.len)));
	}
	tree = json_loadb(
	    (const char *)json.p, json.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);
	if (tree == NULL)
		return plb_err_set(ec, PLB_E_FORM, "JSON: fault at %d:%d", je.line,
		    je.column); /* its text may quote the input */
	ok = convert(a, tree, root);
	json_decref(tree);
	if (!ok)
		return plb_err_set(ec, PLB_E_FOR_STOR, "JSON: too large");
	*out = root;
	return PLB_OK;
}

enum plb_jv_kind
plb_jv_kind(const struct plb_jv *v)
{
	return v == NULL ? PLB_JV_NULL : v->kind;
}

const struct plb_jv *
plb_jv_get(const struct plb_jv *obj, const char *key)
{
	if (plb_jv_kind(obj) != PLB_JV_OBJ)
		return NULL;
	for (size_t i = 0; i < obj->n; i++)
		if (strcmp(obj->key[i], key) == 0)
			return &obj->v.item[i];
	return NULL;
}

size_t
plb_jv_len(const struct plb_jv *v)
{
	return v == NULL ? 0 : v->n;
}

const struct plb_jv *
plb_jv_at(const struct plb_jv *v, size_t i)
{
	return i < plb_jv_len(v) ? &v->v.item[i] : NULL;
}

const char *
plb_jv_key(const struct plb_jv *obj, size_t i)
{
	return plb_jv_kind(obj) == PLB_JV_OBJ && i < obj->n ? obj->key[i] : NULL;
}

struct plb_slice
plb_jv_str(const struct plb_jv *v)
{
	return plb_jv_kind(v) == PLB_JV_STR ? v->v.s : plb_slice(NULL, 0);
}

int64_t
plb_jv_int(const struct plb_jv *v, int64_t otherwise)
{
	return plb_jv_kind(v) == PLB_JV_INT ? v->v.i : otherwise;
}

double
plb_jv_real(const struct plb_jv *v, double otherwise)
{
	if (plb_jv_kind(v) == PLB_JV_INT)
		return (double)v->v.i;
	return plb_jv_kind(v) == PLB_JV_REAL ? v->v.real : otherwise;
}

bool
plb_jv_bool(const struct plb_jv *v, bool otherwise)
{
	return plb_jv_kind(v) == PLB_JV_BOOL ? v->v.b : otherwise;
}
