// SPDX-License-Identifier: MPL-2.0
#include "schema_dir.h"

#include "oracle.h"
#include "prop.h"

struct part {
	struct plb_slice navn;
	bool has_tal;
	int32_t tal;
};

struct alt {
	bool b, has_b;
	int32_t i;
	int64_t l;
	struct plb_dato d;
	struct plb_time t;
	bool has_t;
	int e;
	struct plb_slice s, y, raw;
	struct plb_uuid u;
	struct part r;
	struct plb_list liste, tal;
};

static const char fields[] =
    "{\"name\":\"b\",\"type\":[\"null\",\"boolean\"],\"default\":null},"
    "{\"name\":\"i\",\"type\":\"int\"},"
    "{\"name\":\"l\",\"type\":\"long\"},"
    "{\"name\":\"d\",\"type\":{\"type\":\"int\",\"logicalType\":\"date\"}},"
    "{\"name\":\"t\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],"
    "\"default\":null},"
    "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"en_a\",\"to\","
    "\"tre\"]}},"
    "{\"name\":\"s\",\"type\":[\"null\",\"string\"],\"default\":null},"
    "{\"name\":\"y\",\"type\":\"bytes\"},"
    "{\"name\":\"u\",\"type\":{\"type\":\"fixed\",\"name\":\"Uuid\",\"size\":16}},"
    "{\"name\":\"r\",\"type\":{\"type\":\"record\",\"name\":\"Del\",\"fields\":[{\"name\":"
    "\"ekstra\",\"type\":[\"null\",\"int\"],\"default\":null},"
    "{\"name\":\"navn\",\"type\":\"string\"},{\"name\":\"tal\",\"type\":[\"null\",\"int\"],"
    "\"default\":null}]}},"
    "{\"name\":\"liste\",\"type\":{\"type\":\"array\",\"items\":\"Del\"}},"
    "{\"name\":\"tal\",\"type\":[\"null\",{\"type\":\"array\",\"items\":\"long\"}],\"default\":"
    "null},"
    "{\"name\":\"raw\",\"type\":[\"null\",\"Del\"],\"default\":null},"
    "{\"name\":\"ubundet\",\"type\":{\"type\":\"array\",\"items\":\"int\"},\"default\":[]}";

#define AT(f) offsetof(struct alt, f)
static const char *const symbols[] = {"tre", "en-a", NULL};
static const struct plb_bind part_bind[] = {
    {.name = "navn",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct part, navn),
	.has = PLB_BIND_REQUIRED},
    {.name = "tal",
	.type = PLB_BIND_INT,
	.offset = offsetof(struct part, tal),
	.has = offsetof(struct part, has_tal)},
};
static const struct plb_bind item_bind[] = {{.type = PLB_BIND_LONG, .has = PLB_BIND_REQUIRED}};
static const struct plb_bind alt_bind[] = {
    {.name = "b", .type = PLB_BIND_BOOL, .offset = AT(b), .has = AT(has_b)},
    {.name = "i", .type = PLB_BIND_INT, .offset = AT(i), .has = PLB_BIND_REQUIRED},
    {.name = "l", .type = PLB_BIND_LONG, .offset = AT(l), .has = PLB_BIND_REQUIRED},
    {.name = "d", .type = PLB_BIND_DATO, .offset = AT(d), .has = PLB_BIND_REQUIRED},
    {.name = "t", .type = PLB_BIND_TIME, .offset = AT(t), .has = AT(has_t)},
    {.name = "e",
	.type = PLB_BIND_ENUM,
	.offset = AT(e),
	.has = PLB_BIND_REQUIRED,
	.symbols = symbols},
    {.name = "s", .type = PLB_BIND_STRING, .offset = AT(s), .has = PLB_BIND_REQUIRED},
    {.name = "y", .type = PLB_BIND_BYTES, .offset = AT(y), .has = PLB_BIND_REQUIRED},
    {.name = "u", .type = PLB_BIND_FIXED16, .offset = AT(u), .has = PLB_BIND_REQUIRED},
    {.name = "r",
	.type = PLB_BIND_RECORD,
	.offset = AT(r),
	.has = PLB_BIND_REQUIRED,
	.sub = part_bind,
	.n_sub = 2},
    {.name = "liste",
	.type = PLB_BIND_LIST,
	.offset = AT(liste),
	.has = PLB_BIND_REQUIRED,
	.sub = part_bind,
	.n_sub = 2,
	.item_size = sizeof(struct part)},
    {.name = "tal",
	.type = PLB_BIND_LIST,
	.offset = AT(tal),
	.has = PLB_BIND_REQUIRED,
	.sub = item_bind,
	.n_sub = 1,
	.item_size = sizeof(int64_t)},
    {.name = "raw", .type = PLB_BIND_RAW, .offset = AT(raw), .has = PLB_BIND_REQUIRED},
};
#define ALT_N (sizeof(alt_bind) / sizeof(alt_bind[0]))

struct bound {
	struct schema_dir d;
	struct plb_schemas *schemas;
	struct plb_binding *b;
	struct plb_buf out;
	struct plb_arena a;
};

static void
bound_init(struct bound *x)
{
	struct plb_errctx ec = {0};

	schema_dir_init(&x->d);
	schema_dir_fields(&x->d, fields);
	x->schemas = schema_dir_load(&x->d);
	if (plb_binding_new(plb_schemas_at(x->schemas, 0), alt_bind, ALT_N, &x->b, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	plb_buf_init(&x->out, 1 << 20);
	plb_arena_init(&x->a, 4 << 20);
}

static void
bound_fini(struct bound *x)
{
	plb_arena_fini(&x->a);
	plb_buf_fini(&x->out);
	plb_binding_free(&x->b);
	plb_schemas_free(&x->schemas);
	schema_dir_fini(&x->d);
}

static bool
same_part(const struct part *a, const struct part *b)
{
	return plb_slice_eq(a->navn, b->navn) && a->has_tal == b->has_tal && a->tal == b->tal;
}

static bool
same(const struct alt *a, const struct alt *b)
{
	bool ok = a->b == b->b && a->has_b == b->has_b && a->i == b->i && a->l == b->l &&
	    a->d.dage == b->d.dage && a->t.ms == b->t.ms && a->has_t == b->has_t && a->e == b->e &&
	    (a->s.p == NULL) == (b->s.p == NULL) && plb_slice_eq(a->s, b->s) &&
	    plb_slice_eq(a->y, b->y) && (a->raw.p == NULL) == (b->raw.p == NULL) &&
	    plb_slice_eq(a->raw, b->raw) && plb_uuid_eq(a->u, b->u) && same_part(&a->r, &b->r) &&
	    a->liste.n == b->liste.n && a->tal.n == b->tal.n &&
	    (a->tal.p == NULL) == (b->tal.p == NULL);

	for (size_t i = 0; ok && i < a->liste.n; i++)
		ok = same_part((struct part *)a->liste.p + i, (struct part *)b->liste.p + i);
	for (size_t i = 0; ok && i < a->tal.n; i++)
		ok = ((int64_t *)a->tal.p)[i] == ((int64_t *)b->tal.p)[i];
	return ok;
}

static void
draw_part(struct prop *p, struct part *out)
{
	static const char *const names[] = {"", "a", "længere"};

	*out =
	    (struct part){.navn = plb_slice_str(names[prop_below(p, 3)]), .has_tal = prop_bool(p)};
	if (out->has_tal)
		out->tal = (int32_t)prop_int(p, INT32_MIN, INT32_MAX);
}

static void
draw(struct prop *p, struct alt *in, struct part parts[20], int64_t tal[20])
{
	static const uint8_t raw[] = {0, 2, 'x', 0};

	*in = (struct alt){.has_b = prop_bool(p),
	    .has_t = prop_bool(p),
	    .i = (int32_t)prop_int(p, INT32_MIN, INT32_MAX),
	    .l = prop_int(p, INT64_MIN, INT64_MAX)};
	in->b = in->has_b && prop_bool(p);
	if (in->has_t)
		in->t.ms = prop_int(p, -1000000, 1000000);
	in->d.dage = (int32_t)prop_int(p, -1000, 30000);
	in->e = (int)prop_below(p, 2);
	if (prop_bool(p))
		in->s = plb_slice_str("tekst");
	in->y = plb_slice("\0\1\2", (size_t)prop_below(p, 4));
	in->u.b[3] = (uint8_t)prop_below(p, 256);
	draw_part(p, &in->r);
	for (; in->liste.n < 20 && prop_more(p, 3); in->liste.n++)
		draw_part(p, &parts[in->liste.n]);
	in->liste.p = parts;
	for (; in->tal.n < 20 && prop_more(p, 3); in->tal.n++)
		tal[in->tal.n] = prop_int(p, INT64_MIN, INT64_MAX);
	in->tal.p = prop_bool(p) || in->tal.n > 0 ? tal : NULL;
	if (prop_bool(p))
		in->raw = plb_slice(raw, sizeof(raw));
}

static bool
round_trip(struct prop *p, void *arg)
{
	struct bound *x = arg;
	struct part parts[20];
	struct alt in, back;
	int64_t tal[20];
	enum plb_err check, err;

	draw(p, &in, parts, tal);
	plb_buf_reset(&x->out);
	plb_arena_reset(&x->a);
	plb_binding_encode(x->b, &in, &x->out);
	if (x->out.failed)
		return false;
	check =
	    plb_avro_check(plb_schemas_at(x->schemas, 0), plb_slice(x->out.p, x->out.len), NULL);
	memset(&back, 0xa5, sizeof(back));
	err = plb_binding_decode(x->b, plb_slice(x->out.p, x->out.len), &x->a, &back, NULL);
	prop_note(p, "check %s, decode %s", plb_err_name(check), plb_err_name(err));
	return check == PLB_OK && err == PLB_OK && same(&in, &back);
}

static void
test_round_trip(void **state)
{
	struct bound x;

	(void)state;
	bound_init(&x);
	assert_true(prop_holds("binding_round_trip", round_trip, &x, 5000));
	bound_fini(&x);
}

/* Bytes of any kind: an error, or a struct whose slices lie within them. */
static bool
hostile(struct prop *p, void *arg)
{
	struct bound *x = arg;
	struct part parts[20];
	struct alt in, back;
	int64_t tal[20];
	enum plb_err check, err;
	struct plb_slice body;

	draw(p, &in, parts, tal);
	plb_buf_reset(&x->out);
	plb_arena_reset(&x->a);
	plb_binding_encode(x->b, &in, &x->out);
	for (uint64_t n = prop_below(p, 4); n > 0; n--)
		x->out.p[prop_below(p, x->out.len)] = (uint8_t)prop_below(p, 256);
	body = plb_slice(x->out.p, (size_t)prop_below(p, x->out.len + 1));
	check = plb_avro_check(plb_schemas_at(x->schemas, 0), body, NULL);
	err = plb_binding_decode(x->b, body, &x->a, &back, NULL);
	prop_note(p, "check %s, decode %s", plb_err_name(check), plb_err_name(err));
	return check == err;
}

static void
test_hostile(void **state)
{
	struct bound x;

	(void)state;
	bound_init(&x);
	assert_true(prop_holds("binding_hostile", hostile, &x, 5000));
	bound_fini(&x);
}

/* Several blocks make one list; a symbol the binding does not know is -1. */
static void
test_blocks_and_symbols(void **state)
{
	static const struct plb_bind b[] = {
	    {.name = "l",
		.type = PLB_BIND_LIST,
		.offset = 0,
		.has = PLB_BIND_REQUIRED,
		.sub = item_bind,
		.n_sub = 1,
		.item_size = 8},
	    {.name = "e",
		.type = PLB_BIND_ENUM,
		.offset = 16,
		.has = PLB_BIND_REQUIRED,
		.symbols = symbols},
	};
	struct {
		struct plb_list l;
		int e;
	} out;
	struct schema_dir d;
	struct plb_schemas *s;
	struct plb_binding *x;
	struct plb_arena a;

	(void)state;
	schema_dir_init(&d);
	schema_dir_fields(&d,
	    "{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\"int\"}},{\"name\":\"e\","
	    "\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"en_a\",\"to\",\"tre\"]}}");
	s = schema_dir_load(&d);
	assert_int_equal(plb_binding_new(plb_schemas_at(s, 0), b, 2, &x, NULL), PLB_OK);
	plb_arena_init(&a, 10000);
	assert_int_equal(plb_binding_decode(x, plb_slice("\x04\x02\x04\x03\x04\x06\x08\x00\x02", 9),
			     &a, &out, NULL),
	    PLB_OK);
	assert_int_equal(out.l.n, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(((int64_t *)out.l.p)[i], i + 1);
	assert_int_equal(out.e, -1);
	assert_int_equal(plb_binding_decode(x, plb_slice("\x00\x04", 2), &a, &out, NULL), PLB_OK);
	assert_int_equal(out.e, 0);
	assert_int_equal(out.l.n, 0);
	assert_non_null(out.l.p);
	/* Lists that need more than the arena has. */
	uint8_t big[6000] = {0xc0, 0x3e}; /* 4,000 items */
	enum plb_err err = plb_binding_decode(x, plb_slice(big, sizeof(big)), &a, &out, NULL);

	assert_int_equal(err, PLB_E_FOR_STOR);
	plb_arena_fini(&a);
	plb_binding_free(&x);
	plb_schemas_free(&s);
	schema_dir_fini(&d);
}

static void
expect_bad(const struct plb_schema *s, const struct plb_bind *b, const char *says)
{
	struct plb_errctx ec = {0};
	struct plb_binding *x;

	assert_int_equal(plb_binding_new(s, b, 1, &x, &ec), PLB_E_KONFIG);
	assert_null(x);
	if (strstr(ec.text, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", ec.text, says);
}

static void
test_misfits(void **state)
{
	static const char *const other[] = {"fire", NULL};
	struct bound x;
	const struct plb_schema *s;
	struct plb_binding *part;
	struct alt in = {0};

	(void)state;
	bound_init(&x);
	s = plb_schemas_at(x.schemas, 0);
	expect_bad(s, &(struct plb_bind){.name = "findes_ikke", .type = PLB_BIND_INT},
	    "no field findes_ikke");
	expect_bad(s, &(struct plb_bind){.name = "i", .type = PLB_BIND_DATO}, "i does not fit");
	expect_bad(s, &(struct plb_bind){.name = "d", .type = PLB_BIND_INT}, "d does not fit");
	expect_bad(s, &(struct plb_bind){.name = "e", .type = PLB_BIND_ENUM, .symbols = other},
	    "no symbol fire");
	expect_bad(s,
	    &(struct plb_bind){.name = "liste",
		.type = PLB_BIND_LIST,
		.sub = part_bind,
		.n_sub = 2,
		.item_size = 4},
	    "item_size");
	/* For reading alone: writing fails, and says so by the sticky failure. */
	assert_int_equal(plb_binding_new(s, alt_bind, 3, &part, NULL), PLB_OK);
	plb_binding_encode(part, &in, &x.out);
	assert_true(x.out.failed);
	plb_binding_free(&part);
	/* What nobody could read is not written. */
	plb_buf_reset(&x.out);
	in.d = PLB_DATO_NONE;
	plb_binding_encode(x.b, &in, &x.out);
	assert_true(x.out.failed);
	bound_fini(&x);
}

/* A real event, decoded by name. */
static void
test_event(void **state)
{
	struct fix *f = *state;
	struct {
		struct plb_uuid samtaleId;
		struct plb_list typer;
		bool flere, has_status;
		int form, status;
		struct plb_slice forseglet;
	} out;
	static const char *const former[] = {"personligt", "paa-arbejdspladsen", NULL};
	static const char *const statuser[] = {"deltog", "udeblev", "fravalgt", NULL};
	static const struct plb_bind type[] = {{.type = PLB_BIND_INT, .has = PLB_BIND_REQUIRED}};
	const struct plb_bind b[] = {
	    {.name = "samtaleId",
		.type = PLB_BIND_FIXED16,
		.offset = (size_t)((char *)&out.samtaleId - (char *)&out),
		.has = PLB_BIND_REQUIRED},
	    {.name = "samtaletyper",
		.type = PLB_BIND_LIST,
		.offset = (size_t)((char *)&out.typer - (char *)&out),
		.has = PLB_BIND_REQUIRED,
		.sub = type,
		.n_sub = 1,
		.item_size = 4},
	    {.name = "flereMyndigheder",
		.type = PLB_BIND_BOOL,
		.offset = (size_t)((char *)&out.flere - (char *)&out),
		.has = PLB_BIND_REQUIRED},
	    {.name = "afholdelsesform",
		.type = PLB_BIND_ENUM,
		.offset = (size_t)((char *)&out.form - (char *)&out),
		.has = PLB_BIND_REQUIRED,
		.symbols = former},
	    {.name = "deltagelsesstatus",
		.type = PLB_BIND_ENUM,
		.offset = (size_t)((char *)&out.status - (char *)&out),
		.has = (size_t)((char *)&out.has_status - (char *)&out),
		.symbols = statuser},
	    {.name = "forseglet",
		.type = PLB_BIND_RAW,
		.offset = (size_t)((char *)&out.forseglet - (char *)&out),
		.has = PLB_BIND_REQUIRED},
	};
	const struct plb_schema *s = plb_schema_find(f->schemas, plb_slice_str("samtale-held"));
	char text[PLB_UUID_TEXT];
	struct plb_binding *x;
	struct plb_errctx ec = {0};
	json_t *event = golden("samtale-held"), *data = json_object_get(event, "data");

	oracle_body("samtale-held", data, NULL, NULL, &f->out);
	if (plb_binding_new(s, b, sizeof(b) / sizeof(b[0]), &x, &ec) != PLB_OK)
		fail_msg("%s", ec.text);
	assert_int_equal(
	    plb_binding_decode(x, plb_slice(f->out.p, f->out.len), &f->arena, &out, NULL), PLB_OK);
	assert_string_equal(plb_uuid_text(out.samtaleId, text),
	    json_string_value(json_object_get(data, "samtaleId")));
	assert_int_equal(out.typer.n, json_array_size(json_object_get(data, "samtaletyper")));
	assert_int_equal(((int32_t *)out.typer.p)[0],
	    json_integer_value(json_array_get(json_object_get(data, "samtaletyper"), 0)));
	assert_true(out.flere);
	assert_string_equal(
	    former[out.form], json_string_value(json_object_get(data, "afholdelsesform")));
	assert_true(out.has_status);
	assert_string_equal(
	    statuser[out.status], json_string_value(json_object_get(data, "deltagelsesstatus")));
	assert_null(out.forseglet.p);
	plb_binding_free(&x);
	json_decref(event);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_round_trip, fix_reset),
	    cmocka_unit_test_setup(test_hostile, fix_reset),
	    cmocka_unit_test_setup(test_blocks_and_symbols, fix_reset),
	    cmocka_unit_test_setup(test_misfits, fix_reset),
	    cmocka_unit_test_setup(test_event, fix_reset),
	};

	return cmocka_run_group_tests(tests, fix_setup, fix_teardown);
}
