// SPDX-License-Identifier: MPL-2.0
#include "schema_pcf.h"

#include <stdio.h>

#define CRC_EMPTY UINT64_C(0xc15d213aa4d7a795)

static uint64_t
crc_byte(uint8_t n)
{
	uint64_t v = n;

	for (int i = 0; i < 8; i++)
		v = (v >> 1) ^ (CRC_EMPTY & (0 - (v & 1)));
	return v;
}

uint64_t
wire_crc64(struct plb_slice s)
{
	uint64_t crc = CRC_EMPTY;

	/* Schemas only, at start: a table would not pay. */
	for (size_t i = 0; i < s.len; i++)
		crc = (crc >> 8) ^ crc_byte((uint8_t)(crc ^ s.p[i]));
	return crc;
}

bool
wire_is_primitive(const char *name)
{
	static const char *const names[] = {
	    "null", "boolean", "int", "long", "float", "double", "bytes", "string"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

enum plb_err
wire_full_name(const char *name, const char *ns, char out[WIRE_NAME_MAX])
{
	int n;

	if (strchr(name, '.') != NULL || ns[0] == '\0')
		n = snprintf(out, WIRE_NAME_MAX, "%s", name);
	else
		n = snprintf(out, WIRE_NAME_MAX, "%s.%s", ns, name);
	return n < 0 || n >= WIRE_NAME_MAX ? PLB_E_FOR_STOR : PLB_OK;
}

void
wire_namespace_of(const char *full, char out[WIRE_NAME_MAX])
{
	const char *dot = strrchr(full, '.');
	size_t n = dot == NULL ? 0 : (size_t)(dot - full);

	memcpy(out, full, n);
	out[n] = '\0';
}

static void
put_text(struct plb_buf *out, const char *s)
{
	plb_buf_json(out, plb_slice_str(s));
}

static void
put_list(const json_t *list, const char *ns, struct plb_buf *out,
    void (*put)(const json_t *, const char *, struct plb_buf *))
{
	plb_buf_u8(out, '[');
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (i > 0)
			plb_buf_u8(out, ',');
		put(json_array_get(list, i), ns, out);
	}
	plb_buf_u8(out, ']');
}

static void
put_symbol(const json_t *s, const char *ns, struct plb_buf *out)
{
	(void)ns;
	put_text(out, json_string_value(s));
}

static void
put_field(const json_t *f, const char *ns, struct plb_buf *out)
{
	plb_buf_str(out, "{\"name\":");
	put_text(out, json_string_value(json_object_get(f, "name")));
	plb_buf_str(out, ",\"type\":");
	wire_pcf(json_object_get(f, "type"), ns, out);
	plb_buf_u8(out, '}');
}

static void
put_name(const char *name, const char *ns, struct plb_buf *out)
{
	char full[WIRE_NAME_MAX];

	if (wire_full_name(name, ns, full) != PLB_OK)
		out->failed = true;
	else
		put_text(out, full);
}

static void
put_named(const json_t *s, const char *type, const char *ns, struct plb_buf *out)
{
	const char *own = json_string_value(json_object_get(s, "namespace"));
	const char *name = json_string_value(json_object_get(s, "name"));
	char full[WIRE_NAME_MAX], inner[WIRE_NAME_MAX];

	if (name == NULL || wire_full_name(name, own == NULL ? ns : own, full) != PLB_OK) {
		out->failed = true;
		return;
	}
	wire_namespace_of(full, inner);
	plb_buf_str(out, "{\"name\":");
	put_text(out, full);
	plb_buf_printf(out, ",\"type\":\"%s\"", type);
	if (strcmp(type, "record") == 0) {
		plb_buf_str(out, ",\"fields\":");
		put_list(json_object_get(s, "fields"), inner, out, put_field);
	} else if (strcmp(type, "enum") == 0) {
		plb_buf_str(out, ",\"symbols\":");
		put_list(json_object_get(s, "symbols"), inner, out, put_symbol);
	} else {
		plb_buf_str(out, ",\"size\":");
		plb_buf_dec(out, json_integer_value(json_object_get(s, "size")));
	}
	plb_buf_u8(out, '}');
}

void
wire_pcf(const json_t *schema, const char *ns, struct plb_buf *out)
{
	const json_t *t = json_object_get(schema, "type");
	const char *type = json_string_value(t);

	if (json_is_string(schema)) {
		type = json_string_value(schema);
		if (wire_is_primitive(type))
			put_text(out, type);
		else
			put_name(type, ns, out);
	} else if (json_is_array(schema)) {
		put_list(schema, ns, out, wire_pcf);
	} else if (type == NULL) {
		wire_pcf(t, ns, out); /* {"type": {…}} */
	} else if (strcmp(type, "array") == 0 || strcmp(type, "map") == 0) {
		const char *of = type[0] == 'a' ? "items" : "values";

		plb_buf_printf(out, "{\"type\":\"%s\",\"%s\":", type, of);
		wire_pcf(json_object_get(schema, of), ns, out);
		plb_buf_u8(out, '}');
	} else if (strcmp(type, "record") == 0 || strcmp(type, "enum") == 0 ||
	    strcmp(type, "fixed") == 0) {
		put_named(schema, type, ns, out);
	} else {
		wire_pcf(t, ns, out); /* a primitive, or a name, with attributes */
	}
}
