// SPDX-License-Identifier: MPL-2.0
#include <parloeb/json.h>

#include "plan.h"

/* JSON Schema 2020-12 of what the edge takes and gives. Rules between fields (naar) are written as
 * if/then/else; codes in lists and calendars are named, not enumerated. */

#define ORGANISATION "akasse:[a-z0-9]+|kommune:[0-9]{4}|aktoer:[0-9]{8}|dfdg:star"

static void put_slot(struct plb_buf *out, const struct wire_slot *s);

static void
put_key(struct plb_buf *out, const char *key)
{
	plb_buf_str(out, ",\"");
	plb_buf_str(out, key);
	plb_buf_str(out, "\":");
}

static void
put_bound(struct plb_buf *out, const char *key, int64_t v, bool hundredths)
{
	if (v == INT64_MIN || v == INT64_MAX)
		return;
	put_key(out, key);
	plb_buf_dec(out, hundredths ? v / 100 : v);
	if (hundredths && v % 100 != 0)
		plb_buf_printf(out, ".%02d", (int)(v % 100 < 0 ? -(v % 100) : v % 100));
}

static void
put_format(struct plb_buf *out, enum wire_format format)
{
	static const char *const text[] = {
	    [WIRE_FRI] = "",
	    [WIRE_CPR] = ",\"pattern\":\"^[0-9]{6}[0-9A-Z]{2}[0-9]{2}$\"",
	    [WIRE_URI] = ",\"format\":\"uri\",\"pattern\":\"^https?://\"",
	    [WIRE_MAANED] = ",\"pattern\":\"^[0-9]{4}-(0[1-9]|1[0-2])$\"",
	    [WIRE_ORGANISATION] = ",\"pattern\":\"^(" ORGANISATION ")$\"",
	    [WIRE_AKASSE] = ",\"pattern\":\"^[a-z0-9]+$\"",
	    [WIRE_KOMMUNE] = ",\"pattern\":\"^[0-9]{4}$\"",
	    [WIRE_EPOST] = ",\"format\":\"email\"",
	    [WIRE_TELEFON] = ",\"pattern\":\"^\\\\+?[0-9 ]+$\"",
	    [WIRE_ANSVARLIG] = ",\"pattern\":\"^(borger|" ORGANISATION ")$\"",
	};

	plb_buf_str(out, text[format]);
}

static void
put_symbols(struct plb_buf *out, const struct wire_type *t)
{
	plb_buf_str(out, "\"type\":\"string\",\"enum\":[");
	for (size_t i = 0; i < t->n; i++) {
		if (i > 0)
			plb_buf_u8(out, ',');
		plb_buf_json(out, t->symbol[i].json);
	}
	plb_buf_u8(out, ']');
}

static bool
listed(const struct wire_field *f)
{
	return !f->intern;
}

static bool
required(const struct wire_field *f)
{
	return listed(f) && f->naar_felt < 0 && (f->paakraevet || !f->slot.nullable);
}

/* {"if":{F is V},"then":{"required":[f]},"else":{"properties":{f:false}}} for each field with a
 * condition. */
static void
put_conditions(struct plb_buf *out, const struct wire_type *t)
{
	bool first = true;

	for (size_t i = 0; i < t->n; i++) {
		const struct wire_field *f = &t->field[i], *of;

		if (f->naar_felt < 0)
			continue;
		of = &t->field[f->naar_felt];
		plb_buf_str(out, first ? ",\"allOf\":[" : ",");
		first = false;
		plb_buf_str(out, "{\"if\":{\"properties\":{");
		plb_buf_json(out, of->name);
		plb_buf_str(out, ":{\"const\":");
		if (of->slot.type->kind == WIRE_BOOL)
			plb_buf_str(out, f->naar_er != 0 ? "true" : "false");
		else
			plb_buf_json(out, of->slot.type->symbol[f->naar_er].json);
		plb_buf_str(out, "}},\"required\":[");
		plb_buf_json(out, of->name);
		plb_buf_str(out, "]},\"then\":{\"required\":[");
		plb_buf_json(out, f->name);
		plb_buf_str(out, "]},\"else\":{\"properties\":{");
		plb_buf_json(out, f->name);
		plb_buf_str(out, ":false}}}");
	}
	if (!first)
		plb_buf_u8(out, ']');
}

static void
put_record(struct plb_buf *out, const struct wire_type *t)
{
	bool first = true;

	plb_buf_str(out, "\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
	for (size_t i = 0; i < t->n; i++) {
		if (!listed(&t->field[i]))
			continue;
		if (!first)
			plb_buf_u8(out, ',');
		first = false;
		plb_buf_json(out, t->field[i].name);
		plb_buf_u8(out, ':');
		put_slot(out, &t->field[i].slot);
	}
	plb_buf_str(out, "},\"required\":[");
	first = true;
	for (size_t i = 0; i < t->n; i++) {
		if (!required(&t->field[i]))
			continue;
		if (!first)
			plb_buf_u8(out, ',');
		first = false;
		plb_buf_json(out, t->field[i].name);
	}
	plb_buf_u8(out, ']');
	put_conditions(out, t);
}

static void
put_number(struct plb_buf *out, const struct wire_rule *r)
{
	plb_buf_str(
	    out, r->decimaler ? "\"type\":\"number\",\"multipleOf\":0.01" : "\"type\":\"integer\"");
	put_bound(out, "minimum", r->min, r->decimaler);
	put_bound(out, "maximum", r->maks, r->decimaler);
}

static void
put_list(struct plb_buf *out, const struct wire_slot *s)
{
	plb_buf_str(out, "\"type\":\"array\",\"items\":");
	put_slot(out, s->type->item);
	put_bound(out, "minItems", s->rule.min, false);
	put_bound(out, "maxItems", s->rule.maks, false);
	if (s->rule.unik)
		plb_buf_str(out, ",\"uniqueItems\":true");
}

static void
put_slot(struct plb_buf *out, const struct wire_slot *s)
{
	plb_buf_u8(out, '{');
	switch (s->type->kind) {
	case WIRE_NULL:
		plb_buf_str(out, "\"type\":\"null\"");
		break;
	case WIRE_BOOL:
		plb_buf_str(out, s->rule.er_sand ? "\"const\":true" : "\"type\":\"boolean\"");
		break;
	case WIRE_INT:
	case WIRE_LONG:
		put_number(out, &s->rule);
		break;
	case WIRE_DATO:
		plb_buf_str(out, "\"type\":\"string\",\"format\":\"date\"");
		break;
	case WIRE_TIME:
		plb_buf_str(out, "\"type\":\"string\",\"format\":\"date-time\"");
		break;
	case WIRE_STRING:
		plb_buf_str(out, "\"type\":\"string\"");
		put_bound(out, "minLength", s->rule.min, false);
		put_bound(out, "maxLength", s->rule.maks, false);
		put_format(out, s->rule.format);
		break;
	case WIRE_BYTES:
		plb_buf_str(out, "\"type\":\"string\",\"pattern\":\"^([0-9a-f]{2})*$\"");
		break;
	case WIRE_FIXED:
		if (s->type->uuid)
			plb_buf_str(out, "\"type\":\"string\",\"format\":\"uuid\"");
		else
			plb_buf_printf(out, "\"type\":\"string\",\"pattern\":\"^[0-9a-f]{%u}$\"",
			    s->type->size * 2);
		break;
	case WIRE_ENUM:
		put_symbols(out, s->type);
		break;
	case WIRE_ARRAY:
		put_list(out, s);
		break;
	case WIRE_RECORD:
		put_record(out, s->type);
		break;
	}
	plb_buf_u8(out, '}');
}

enum plb_err
plb_json_schema(const struct plb_schema *s, struct plb_buf *out, struct plb_errctx *ec)
{
	const struct wire_slot root = {.type = s->root};
	struct plb_slice done;

	plb_buf_str(
	    out, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":");
	plb_buf_json(out, plb_slice_str(s->type));
	plb_buf_str(out, ",\"$ref\":\"#/$defs/data\",\"$defs\":{\"data\":");
	put_slot(out, &root);
	plb_buf_str(out, "}}");
	return plb_buf_done(out, &done)
	    ? plb_err_set(ec, PLB_E_FOR_STOR, "%s: JSON Schema too large", s->navn)
	    : PLB_OK;
}
