// SPDX-License-Identifier: MPL-2.0
#include "oracle.h"

#include "wire_test.h"

#include <avro.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct oracle {
	json_t *names; /* full name → definition */
	oracle_seal *seal;
	void *arg;
};

static void fill(struct oracle *o, avro_value_t *v, json_t *schema, json_t *data);

#define MUST(x) assert_int_equal((x), 0)

/* The definition behind a name, remembering named types as they come. */
static json_t *
resolve(struct oracle *o, json_t *schema)
{
	const char *name = json_string_value(schema);
	json_t *def = name == NULL ? NULL : json_object_get(o->names, name);

	return def == NULL ? schema : def;
}

static void
learn(struct oracle *o, json_t *schema)
{
	const char *ns = json_string_value(json_object_get(schema, "namespace"));
	const char *name = json_string_value(json_object_get(schema, "name"));
	char full[256];
	size_t i;
	json_t *v;

	if (json_is_array(schema)) {
		json_array_foreach(schema, i, v) learn(o, v);
		return;
	}
	if (!json_is_object(schema))
		return;
	if (name != NULL) {
		(void)snprintf(full, sizeof(full), "%s.%s", ns == NULL ? "dk.parloeb" : ns, name);
		MUST(json_object_set(o->names, full, schema));
	}
	json_array_foreach(json_object_get(schema, "fields"), i, v)
	    learn(o, json_object_get(v, "type"));
	learn(o, json_object_get(schema, "items"));
	if (json_is_object(json_object_get(schema, "type")))
		learn(o, json_object_get(schema, "type"));
}

static int64_t
days(const char *text)
{
	struct tm tm = {0};

	assert_int_equal(sscanf(text, "%d-%d-%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday), 3);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return timegm(&tm) / 86400;
}

static int64_t
millis(const char *text)
{
	struct tm tm = {0};
	int ms = 0, oh, om, used = 0;
	char sign;

	assert_int_equal(sscanf(text, "%d-%d-%dT%d:%d:%d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
			     &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used),
	    6);
	text += used;
	if (sscanf(text, ".%3d%n", &ms, &used) == 1)
		text += used;
	assert_int_equal(sscanf(text, "%c%d:%d", &sign, &oh, &om), 3);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (timegm(&tm) - (sign == '-' ? -1 : 1) * (oh * 3600 + om * 60)) * 1000 + ms;
}

static void
fill_fixed(avro_value_t *v, const char *text, size_t size)
{
	uint8_t b[16];
	size_t n = 0;

	for (; *text != '\0' && n < sizeof(b); text++) {
		unsigned byte;

		if (*text == '-')
			continue;
		assert_int_equal(sscanf(text, "%2x", &byte), 1);
		b[n++] = (uint8_t)byte;
		text++;
	}
	assert_int_equal(n, size);
	MUST(avro_value_set_fixed(v, b, size));
}

static void
fill_enum(avro_value_t *v, json_t *def, const char *text)
{
	size_t i;
	json_t *s;

	json_array_foreach(json_object_get(def, "symbols"), i, s)
	{
		char symbol[100];

		(void)snprintf(symbol, sizeof(symbol), "%s", json_string_value(s));
		for (char *p = symbol; *p != '\0'; p++)
			*p = *p == '_' ? '-' : *p;
		if (strcmp(symbol, text) == 0) {
			MUST(avro_value_set_enum(v, (int)i));
			return;
		}
	}
	fail_msg("no symbol %s", text);
}

static void
fill_null(avro_value_t *v)
{
	avro_value_t branch;

	MUST(avro_value_set_branch(v, 0, &branch));
	MUST(avro_value_set_null(&branch));
}

/* The seal of a record: its confidential members but cpr go to the callback. */
static void
fill_seal(struct oracle *o, avro_value_t *v, json_t *record, json_t *data)
{
	json_t *confidential = json_object(), *f;
	struct plb_buf bytes;
	avro_value_t branch;
	avro_reader_t r;
	size_t i;

	json_array_foreach(json_object_get(record, "fields"), i, f)
	{
		const char *name = json_string_value(json_object_get(f, "name"));
		json_t *m = json_object_get(data, name);

		if (m != NULL && json_is_true(json_object_get(f, "fortrolig")))
			MUST(json_object_set(confidential, name, m));
	}
	plb_buf_init(&bytes, 1 << 20);
	if (o->seal == NULL || !o->seal(o->arg, confidential, &bytes)) {
		fill_null(v);
	} else {
		MUST(avro_value_set_branch(v, 1, &branch));
		r = avro_reader_memory((const char *)bytes.p, (int64_t)bytes.len);
		MUST(avro_value_read(r, &branch));
		avro_reader_free(r);
	}
	plb_buf_fini(&bytes);
	json_decref(confidential);
}

/* `udledt`: the named text of each item of another member. */
static void
fill_derived(avro_value_t *v, const char *path, json_t *data)
{
	char list[100];
	const char *dot = strchr(path, '.');
	json_t *item;
	size_t i;

	(void)snprintf(list, sizeof(list), "%.*s", (int)(dot - path), path);
	json_array_foreach(json_object_get(data, list), i, item)
	{
		avro_value_t e;

		MUST(avro_value_append(v, &e, NULL));
		MUST(avro_value_set_string(&e, json_string_value(json_object_get(item, dot + 1))));
	}
}

static void
fill_field(struct oracle *o, avro_value_t *v, json_t *record, json_t *f, json_t *data)
{
	const char *name = json_string_value(json_object_get(f, "name"));
	const char *derived = json_string_value(json_object_get(f, "udledt"));
	json_t *type = json_object_get(f, "type"), *m = json_object_get(data, name);
	avro_value_t branch;

	if (strcmp(name, "forseglet") == 0) {
		fill_seal(o, v, record, data);
		return;
	}
	if (derived != NULL) {
		fill_derived(v, derived, data);
		return;
	}
	if (json_is_array(type)) {
		if (m == NULL || json_is_true(json_object_get(f, "fortrolig"))) {
			fill_null(v);
			return;
		}
		MUST(avro_value_set_branch(v, 1, &branch));
		v = &branch;
		type = json_array_get(type, 1);
	}
	if (m == NULL)
		fail_msg("golden event has no %s", name);
	if (json_object_get(f, "decimaler") != NULL)
		MUST(avro_value_set_long(v, llround(json_number_value(m) * 100)));
	else
		fill(o, v, type, m);
}

static void
fill_record(struct oracle *o, avro_value_t *v, json_t *def, json_t *data)
{
	size_t i;
	json_t *f;

	json_array_foreach(json_object_get(def, "fields"), i, f)
	{
		avro_value_t field;

		MUST(avro_value_get_by_index(v, i, &field, NULL));
		fill_field(o, &field, def, f, data);
	}
}

static void
fill(struct oracle *o, avro_value_t *v, json_t *schema, json_t *data)
{
	json_t *def = resolve(o, schema), *type = json_object_get(def, "type"), *item;
	const char *logical = json_string_value(json_object_get(def, "logicalType"));
	size_t i;

	switch (avro_value_get_type(v)) {
	case AVRO_BOOLEAN:
		MUST(avro_value_set_boolean(v, json_is_true(data)));
		return;
	case AVRO_INT32:
		MUST(avro_value_set_int(v,
		    (int32_t)(logical != NULL ? days(json_string_value(data))
					      : json_integer_value(data))));
		return;
	case AVRO_INT64:
		MUST(avro_value_set_long(v,
		    logical != NULL ? millis(json_string_value(data)) : json_integer_value(data)));
		return;
	case AVRO_STRING:
		MUST(avro_value_set_string(v, json_string_value(data)));
		return;
	case AVRO_FIXED:
		fill_fixed(v, json_string_value(data),
		    (size_t)json_integer_value(json_object_get(def, "size")));
		return;
	case AVRO_ENUM:
		fill_enum(v, def, json_string_value(data));
		return;
	case AVRO_RECORD:
		fill_record(o, v, def, data);
		return;
	case AVRO_ARRAY:
		json_array_foreach(data, i, item)
		{
			avro_value_t e;

			MUST(avro_value_append(v, &e, NULL));
			fill(o, &e, json_object_get(def, "items"), item);
		}
		return;
	default:
		fail_msg("type %s", json_string_value(type));
	}
}

void
oracle_body(const char *navn, json_t *data, oracle_seal *seal, void *arg, struct plb_buf *out)
{
	struct oracle o = {json_object(), seal, arg};
	avro_value_iface_t *iface;
	avro_schema_t schema;
	avro_value_t v;
	avro_writer_t w;
	char path[256];
	size_t len;
	char *text;
	json_t *tree;
	uint8_t *to;

	(void)snprintf(path, sizeof(path), "schemas/%s/v1.avsc", navn);
	assert_int_equal(plb_file_read(path, 1 << 20, &text, &len, NULL), PLB_OK);
	MUST(avro_schema_from_json_length(text, len, &schema));
	tree = json_loadb(text, len, 0, NULL);
	assert_non_null(tree);
	free(text);
	learn(&o, tree);
	iface = avro_generic_class_from_schema(schema);
	MUST(avro_generic_value_new(iface, &v));
	fill_record(&o, &v, tree, data);
	MUST(avro_value_sizeof(&v, &len));
	to = plb_buf_reserve(out, len);
	assert_non_null(to);
	w = avro_writer_memory((char *)to, (int64_t)len);
	MUST(avro_value_write(w, &v));
	plb_buf_advance(out, len);
	avro_writer_free(w);
	avro_value_decref(&v);
	avro_value_iface_decref(iface);
	avro_schema_decref(schema);
	json_decref(tree);
	json_decref(o.names);
}
