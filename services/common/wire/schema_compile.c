// SPDX-License-Identifier: MPL-2.0
#include "schema_pcf.h"

#include <avro.h>

#include "plan.h"

#include <stdio.h>
#include <stdlib.h>

struct named {
	const char *full;
	const struct wire_type *type;
	struct named *next;
};

struct compiler {
	struct plb_arena *a;
	struct wire_lists *lists;
	struct named *names;
	size_t n_names;
	struct plb_errctx *ec;
	char place[160]; /* "/fields/samtaletyper/items" */
};

static enum plb_err compile_type(
    struct compiler *c, const json_t *s, const char *ns, unsigned depth, struct wire_slot *out);

static enum plb_err
fault(struct compiler *c, const char *what)
{
	return plb_err_set(
	    c->ec, PLB_E_KONFIG, "%s: %s", c->place[0] == '\0' ? "/" : c->place, what);
}

static enum plb_err
no_memory(struct compiler *c)
{
	return plb_err_set(c->ec, PLB_E_HUKOMMELSE, "out of memory");
}

/* A misspelt attribute would be a rule that never holds. */
static enum plb_err
known_attributes(struct compiler *c, const json_t *o, const char *const *names)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)o, key, v)
	{
		size_t i = 0;

		while (names[i] != NULL && strcmp(names[i], key) != 0)
			i++;
		if (names[i] == NULL)
			return plb_err_set(
			    c->ec, PLB_E_KONFIG, "%s: unknown attribute \"%.60s\"", c->place, key);
	}
	return PLB_OK;
}

static bool
flag(const json_t *o, const char *name)
{
	return json_is_true(json_object_get(o, name));
}

static struct plb_slice
dup_str(struct compiler *c, const char *s)
{
	return plb_arena_dup(c->a, plb_slice_str(s));
}

static const struct {
	const char *name;
	enum wire_format format;
	const char *koder;
} formats[] = {
    {"cpr", WIRE_CPR, NULL},
    {"uri", WIRE_URI, NULL},
    {"maaned", WIRE_MAANED, NULL},
    {"organisation", WIRE_ORGANISATION, NULL},
    {"akasse", WIRE_AKASSE, "akasser"},
    {"kommune", WIRE_KOMMUNE, "kommuner"},
    {"epost", WIRE_EPOST, NULL},
    {"telefon", WIRE_TELEFON, NULL},
    {"ansvarlig", WIRE_ANSVARLIG, NULL},
};

static enum plb_err
compile_format(struct compiler *c, const char *name, struct wire_rule *r)
{
	if (name == NULL)
		return PLB_OK;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) != 0)
			continue;
		r->format = formats[i].format;
		/* Codes by format exist, in whatever time; those by `kode` are valid on the date.
		 * Without code lists the form alone is judged. */
		if (formats[i].koder != NULL && c->lists->folder != NULL) {
			r->koder = wire_lists_get(c->lists, formats[i].koder, c->ec);
			if (r->koder == NULL)
				return PLB_E_KONFIG;
		}
		return PLB_OK;
	}
	return fault(c, "unknown format");
}

/* min, maks, format, kode, decimaler, unik, er of a field or an item type. */
static enum plb_err
compile_rule(struct compiler *c, const json_t *o, struct wire_slot *slot)
{
	const json_t *min = json_object_get(o, "min"), *maks = json_object_get(o, "maks"),
		     *dec = json_object_get(o, "decimaler");
	const char *kode = json_string_value(json_object_get(o, "kode"));
	struct wire_rule *r = &slot->rule;
	enum plb_err err;

	if (min != NULL) {
		if (!json_is_integer(min))
			return fault(c, "min is no integer");
		r->min = json_integer_value(min);
	}
	if (maks != NULL) {
		if (!json_is_integer(maks))
			return fault(c, "maks is no integer");
		r->maks = json_integer_value(maks);
	}
	if (dec != NULL) {
		if (json_integer_value(dec) != 2 || slot->type->kind != WIRE_LONG)
			return fault(c, "decimaler is 2, and for a long");
		r->decimaler = true;
	}
	r->unik = flag(o, "unik");
	if (r->unik && slot->type->kind != WIRE_ARRAY)
		return fault(c, "unik is for an array");
	if (json_object_get(o, "er") != NULL) {
		if (!flag(o, "er") || slot->type->kind != WIRE_BOOL)
			return fault(c, "er is true, and for a boolean");
		r->er_sand = true;
	}
	err = compile_format(c, json_string_value(json_object_get(o, "format")), r);
	if (err || kode == NULL)
		return err;
	/* A list of codes: the rule holds for each item. */
	if (slot->type->kind == WIRE_ARRAY)
		r = &slot->type->item->rule;
	r->koder = wire_lists_get(c->lists, kode, c->ec);
	return r->koder == NULL ? PLB_E_KONFIG : PLB_OK;
}

static enum plb_err
remember(struct compiler *c, const struct wire_type *t)
{
	struct named *n = plb_arena_alloc(c->a, sizeof(*n));

	if (n == NULL)
		return no_memory(c);
	if (++c->n_names > WIRE_NAMES_MAX)
		return fault(c, "too many named types");
	*n = (struct named){(const char *)t->name.p, t, c->names};
	c->names = n;
	return PLB_OK;
}

static enum plb_err
compile_symbols(struct compiler *c, const json_t *list, struct wire_type *t)
{
	struct wire_symbol *s;

	t->n = json_array_size(list);
	t->min_bytes = 1;
	s = plb_arena_calloc(c->a, t->n, sizeof(*s));
	if (s == NULL)
		return no_memory(c);
	t->symbol = s;
	for (size_t i = 0; i < t->n; i++) {
		const char *text = json_string_value(json_array_get(list, i));
		char *json;

		s[i].avro = dup_str(c, text);
		json = plb_arena_printf(c->a, "%s", text);
		if (s[i].avro.p == NULL || json == NULL)
			return no_memory(c);
		for (char *p = json; *p != '\0'; p++)
			if (*p == '_')
				*p = '-';
		s[i].json = plb_slice_str(json);
	}
	return PLB_OK;
}

static int
find_field(const struct wire_type *t, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (plb_slice_eq(t->field[i].name, plb_slice(name, len)))
			return (int)i;
	return -1;
}

/* {"felt": F, "er": V}: F stands somewhere in the same record; V fits its type. */
static enum plb_err
compile_naar(
    struct compiler *c, const json_t *naar, const struct wire_type *t, struct wire_field *f)
{
	const char *felt = json_string_value(json_object_get(naar, "felt"));
	const json_t *er = json_object_get(naar, "er");
	const struct wire_type *of;

	f->naar_felt = f->naar_er = -1;
	if (naar == NULL)
		return PLB_OK;
	f->naar_felt = felt == NULL ? -1 : find_field(t, t->n, felt, strlen(felt));
	if (f->naar_felt < 0)
		return fault(c, "naar names no field of the record");
	of = t->field[f->naar_felt].slot.type;
	if (of->kind == WIRE_BOOL && json_is_boolean(er))
		f->naar_er = json_is_true(er);
	for (size_t i = 0; of->kind == WIRE_ENUM && json_is_string(er) && i < of->n; i++)
		if (plb_slice_is(of->symbol[i].json, json_string_value(er)))
			f->naar_er = (int)i;
	return f->naar_er < 0 ? fault(c, "naar compares with what the field cannot be") : PLB_OK;
}

/* "deltagere.organisation": list of records in the same record, and a text field of its items. */
static enum plb_err
compile_udledt(
    struct compiler *c, const char *path, const struct wire_type *t, struct wire_field *f)
{
	const char *dot = path == NULL ? NULL : strchr(path, '.');
	const struct wire_type *list, *item;

	f->udledt = f->udledt_felt = -1;
	if (path == NULL)
		return PLB_OK;
	if (dot != NULL)
		f->udledt = find_field(t, t->n, path, (size_t)(dot - path));
	if (f->udledt < 0)
		return fault(c, "udledt names no field of the record");
	list = t->field[f->udledt].slot.type;
	item = list->kind == WIRE_ARRAY ? list->item->type : list;
	if (list->kind == WIRE_ARRAY && item->kind == WIRE_RECORD)
		f->udledt_felt = find_field(item, item->n, dot + 1, strlen(dot + 1));
	if (f->udledt_felt < 0 || item->field[f->udledt_felt].slot.type->kind != WIRE_STRING ||
	    item->field[f->udledt_felt].slot.nullable || !f->tom ||
	    f->slot.type->kind != WIRE_ARRAY || f->slot.type->item->type->kind != WIRE_STRING)
		return fault(c,
		    "udledt is for a list of texts with default [], from a text of a list of "
		    "records");
	return PLB_OK;
}

/* What a reader of an older version finds in the member. */
static bool
nul(const struct wire_field *f, const json_t *def)
{
	if (f->slot.type->kind == WIRE_BOOL)
		return json_is_false(def);
	return (f->slot.type->kind == WIRE_LONG || f->slot.type->kind == WIRE_INT) &&
	    json_is_integer(def) && json_integer_value(def) == 0;
}

static enum plb_err
compile_field(
    struct compiler *c, const json_t *o, const char *ns, unsigned depth, struct wire_field *f)
{
	static const char *const known[] = {"name", "type", "default", "doc", "fortrolig",
	    "paakraevet", "intern", "min", "maks", "kode", "format", "decimaler", "naar", "unik",
	    "er", "udledt", NULL};
	const json_t *def = json_object_get(o, "default");
	enum plb_err err = known_attributes(c, o, known);

	if (err)
		return err;
	err = compile_type(c, json_object_get(o, "type"), ns, depth + 1, &f->slot);
	if (!err)
		err = compile_rule(c, o, &f->slot);
	if (err)
		return err;
	f->fortrolig = flag(o, "fortrolig");
	f->paakraevet = flag(o, "paakraevet");
	f->intern = flag(o, "intern");
	f->tom =
	    json_is_array(def) && json_array_size(def) == 0 && f->slot.type->kind == WIRE_ARRAY;
	if (f->fortrolig && !f->slot.nullable)
		return fault(c, "a confidential field has the type [\"null\", T]");
	if (f->slot.nullable ? !json_is_null(def) : def != NULL && !f->tom && !nul(f, def))
		return fault(c, "default is null for [\"null\", T], else none, [], 0 or false");
	return PLB_OK;
}

static enum plb_err
compile_fields(
    struct compiler *c, const json_t *list, const char *ns, unsigned depth, struct wire_type *t)
{
	size_t n = json_array_size(list), len = strlen(c->place);
	struct wire_field *f = plb_arena_calloc(c->a, n, sizeof(*f));
	enum plb_err err = PLB_OK;

	if (f == NULL)
		return no_memory(c);
	if (n > WIRE_FIELDS_MAX)
		return fault(c, "too many fields");
	t->field = f;
	t->forseglet = -1;
	for (t->n = 0; !err && t->n < n; t->n++) {
		const json_t *o = json_array_get(list, t->n);
		const char *name = json_string_value(json_object_get(o, "name"));

		(void)snprintf(c->place + len, sizeof(c->place) - len, "/%s", name);
		f[t->n].name = dup_str(c, name);
		if (f[t->n].name.p == NULL)
			return no_memory(c);
		err = compile_field(c, o, ns, depth, &f[t->n]);
		t->min_bytes += f[t->n].slot.nullable ? 1 : err ? 0 : f[t->n].slot.type->min_bytes;
		if (f[t->n].intern && strcmp(name, "forseglet") == 0)
			t->forseglet = (int)t->n;
	}
	for (size_t i = 0; !err && i < n; i++) {
		const json_t *o = json_array_get(list, i);

		(void)snprintf(
		    c->place + len, sizeof(c->place) - len, "/%s", (const char *)f[i].name.p);
		err = compile_naar(c, json_object_get(o, "naar"), t, &f[i]);
		if (!err)
			err = compile_udledt(
			    c, json_string_value(json_object_get(o, "udledt")), t, &f[i]);
	}
	if (!err)
		c->place[len] = '\0';
	return err;
}

/* forseglet: the last field, ["null", {kilde, id, cpr, rest}]: sealing and opening rely on the
 * shape. */
static enum plb_err
check_forseglet(struct compiler *c, const struct wire_type *t)
{
	static const char *const names[] = {"kilde", "id", "cpr", "rest"};
	const struct wire_field *f;

	if (t->forseglet < 0)
		return PLB_OK;
	f = &t->field[t->forseglet];
	if ((size_t)t->forseglet + 1 != t->n || !f->slot.nullable ||
	    f->slot.type->kind != WIRE_RECORD || f->slot.type->n != 4)
		return fault(c, "forseglet is the last field, [\"null\", dk.parloeb.Forseglet]");
	for (size_t i = 0; i < 4; i++) {
		const struct wire_field *p = &f->slot.type->field[i];

		if (!plb_slice_is(p->name, names[i]) || p->slot.nullable != (i >= 2) ||
		    p->slot.type->kind != (i < 2 ? WIRE_STRING : WIRE_BYTES))
			return fault(c,
			    "Forseglet is {kilde: string, id: string, cpr: [null, bytes], rest: "
			    "[null, bytes]}");
	}
	return PLB_OK;
}

static enum plb_err
compile_named(struct compiler *c, const json_t *o, const char *kind, const char *ns, unsigned depth,
    struct wire_type *t)
{
	const char *own = json_string_value(json_object_get(o, "namespace")),
		   *name = json_string_value(json_object_get(o, "name"));
	char full[WIRE_NAME_MAX], inner[WIRE_NAME_MAX];
	enum plb_err err = PLB_OK;

	if (name == NULL || wire_full_name(name, own == NULL ? ns : own, full) != PLB_OK)
		return fault(c, "no name, or one too long");
	wire_namespace_of(full, inner);
	t->name = dup_str(c, full);
	if (t->name.p == NULL)
		return no_memory(c);
	if (strcmp(kind, "fixed") == 0) {
		t->kind = WIRE_FIXED;
		t->size = (uint32_t)json_integer_value(json_object_get(o, "size"));
		t->min_bytes = t->size;
		t->uuid = t->size == 16 && strcmp(full, "dk.parloeb.Uuid") == 0;
		if (t->size == 0 || t->size > 4096)
			return fault(c, "size is 1 to 4096");
	} else if (strcmp(kind, "enum") == 0) {
		t->kind = WIRE_ENUM;
		err = compile_symbols(c, json_object_get(o, "symbols"), t);
	} else {
		t->kind = WIRE_RECORD;
		err = compile_fields(c, json_object_get(o, "fields"), inner, depth, t);
		if (!err)
			err = check_forseglet(c, t);
	}
	/* Known only now: a record inside itself is thereby an unknown name. */
	return err ? err : remember(c, t);
}

static const struct {
	const char *name, *logical;
	enum wire_kind kind;
	size_t min_bytes;
} primitives[] = {
    {"null", NULL, WIRE_NULL, 0},
    {"boolean", NULL, WIRE_BOOL, 1},
    {"int", "date", WIRE_DATO, 1},
    {"int", NULL, WIRE_INT, 1},
    {"long", "timestamp-millis", WIRE_TIME, 1},
    {"long", NULL, WIRE_LONG, 1},
    {"string", NULL, WIRE_STRING, 1},
    {"bytes", NULL, WIRE_BYTES, 1},
};

static enum plb_err
compile_name(struct compiler *c, const char *name, const char *logical, const char *ns,
    struct wire_slot *out)
{
	char full[WIRE_NAME_MAX];

	for (size_t i = 0; i < sizeof(primitives) / sizeof(primitives[0]); i++) {
		struct wire_type *t;

		if (strcmp(primitives[i].name, name) != 0)
			continue;
		if (primitives[i].logical != NULL
			? logical == NULL || strcmp(primitives[i].logical, logical) != 0
			: logical != NULL)
			continue;
		t = plb_arena_calloc(c->a, 1, sizeof(*t));
		if (t == NULL)
			return no_memory(c);
		t->kind = primitives[i].kind;
		t->min_bytes = primitives[i].min_bytes;
		out->type = t;
		return PLB_OK;
	}
	if (wire_is_primitive(name))
		return fault(c, "type or logical type not supported");
	if (wire_full_name(name, ns, full) == PLB_OK)
		for (const struct named *n = c->names; n != NULL; n = n->next)
			if (strcmp(n->full, full) == 0) {
				out->type = n->type;
				return PLB_OK;
			}
	return fault(c, "unknown type (a record inside itself is not supported)");
}

static enum plb_err
compile_array(
    struct compiler *c, const json_t *o, const char *ns, unsigned depth, struct wire_type *t)
{
	enum plb_err err;

	t->kind = WIRE_ARRAY;
	t->min_bytes = 1;
	t->item = plb_arena_calloc(c->a, 1, sizeof(*t->item));
	if (t->item == NULL)
		return no_memory(c);
	err = compile_type(c, json_object_get(o, "items"), ns, depth + 1, t->item);
	if (!err && t->item->nullable)
		err = fault(c, "items cannot be null");
	return err;
}

static enum plb_err
compile_object(
    struct compiler *c, const json_t *o, const char *ns, unsigned depth, struct wire_slot *out)
{
	static const char *const known[] = {"type", "name", "namespace", "doc", "fields", "symbols",
	    "size", "items", "values", "logicalType", "min", "maks", "format", NULL};
	const json_t *type = json_object_get(o, "type");
	const char *name = json_string_value(type);
	struct wire_type *t;
	enum plb_err err = known_attributes(c, o, known);

	if (err)
		return err;
	if (name == NULL)
		return compile_type(c, type, ns, depth + 1, out);
	if (strcmp(name, "map") == 0)
		return fault(c, "maps are not supported");
	if (strcmp(name, "array") != 0 && strcmp(name, "record") != 0 &&
	    strcmp(name, "enum") != 0 && strcmp(name, "fixed") != 0) {
		err = compile_name(
		    c, name, json_string_value(json_object_get(o, "logicalType")), ns, out);
		return err ? err : compile_rule(c, o, out);
	}
	t = plb_arena_calloc(c->a, 1, sizeof(*t));
	if (t == NULL)
		return no_memory(c);
	t->forseglet = -1;
	out->type = t;
	return strcmp(name, "array") == 0 ? compile_array(c, o, ns, depth, t)
					  : compile_named(c, o, name, ns, depth, t);
}

static enum plb_err
compile_type(
    struct compiler *c, const json_t *s, const char *ns, unsigned depth, struct wire_slot *out)
{
	if (depth > WIRE_DEPTH_MAX)
		return fault(c, "too deep");
	out->rule.min = INT64_MIN;
	out->rule.maks = INT64_MAX;
	if (json_is_string(s))
		return compile_name(c, json_string_value(s), NULL, ns, out);
	if (json_is_object(s))
		return compile_object(c, s, ns, depth, out);
	if (json_array_size(s) != 2 || !json_is_string(json_array_get(s, 0)) ||
	    strcmp(json_string_value(json_array_get(s, 0)), "null") != 0 || out->nullable)
		return fault(c, "the only union is [\"null\", T]");
	out->nullable = true;
	return compile_type(c, json_array_get(s, 1), ns, depth + 1, out);
}

/* avro-c knows the whole of the specification: names, duplicates, symbols. */
static enum plb_err
validate(struct plb_slice text, struct plb_errctx *ec)
{
	avro_schema_t s = NULL;

	if (avro_schema_from_json_length((const char *)text.p, text.len, &s) != 0)
		return plb_err_set(ec, PLB_E_KONFIG, "no Avro schema: %.120s", avro_strerror());
	avro_schema_decref(s);
	return PLB_OK;
}

static enum plb_err
fingerprint(struct compiler *c, const json_t *root, struct plb_schema *out)
{
	struct plb_buf pcf;
	struct plb_slice s;
	enum plb_err err;

	plb_buf_init(&pcf, 1 << 20);
	wire_pcf(root, "", &pcf);
	err = plb_buf_done(&pcf, &s);
	if (err == PLB_OK) {
		out->pcf = plb_arena_dup(c->a, s);
		out->fingerprint = wire_crc64(s);
	}
	plb_buf_fini(&pcf);
	return err || out->pcf.p == NULL ? no_memory(c) : PLB_OK;
}

enum plb_err
wire_compile(struct plb_arena *a, struct wire_lists *lists, struct plb_slice text,
    struct plb_schema *out, struct plb_errctx *ec)
{
	struct compiler c = {.a = a, .lists = lists, .ec = ec};
	struct wire_slot root = {0};
	json_error_t je;
	json_t *tree;
	enum plb_err err;

	tree = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, &je);
	if (tree == NULL)
		return plb_err_set(ec, PLB_E_KONFIG, "%d:%d: %s", je.line, je.column, je.text);
	err = validate(text, ec);
	if (!err)
		err = compile_type(&c, tree, "", 1, &root);
	if (!err && (root.nullable || root.type->kind != WIRE_RECORD))
		err = fault(&c, "the root is a record");
	if (!err)
		err = fingerprint(&c, tree, out);
	out->root = root.type;
	json_decref(tree);
	return err;
}
