// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

#define PLAIN_MAX ((size_t)4 << 20)

/* Avro → JSON. One of these for one data object. */
struct writer {
	struct plb_buf *out;
	const struct plb_person *person;
	const struct plb_opener *opener; /* NULL: confidential members are left out */
	enum plb_err err;                /* of the opener; the text goes on without */
};

/* The opened confidential members of one record. */
struct opened {
	struct plb_buf cpr, rest;
	size_t n;
	struct {
		struct plb_slice key, raw;
	} member[WIRE_FIELDS_MAX];
};

static bool write_value(struct writer *w, struct wire_rd *r, const struct wire_slot *s);

static void
put_hundredths(struct plb_buf *out, int64_t v)
{
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	unsigned cents = (unsigned)(u % 100);
	char tail[3] = {'.', (char)('0' + cents / 10), (char)('0' + cents % 10)};

	if (v < 0)
		plb_buf_u8(out, '-');
	plb_buf_dec(out, (int64_t)(u / 100));
	if (cents != 0)
		plb_buf_put(out, tail, cents % 10 == 0 ? 2 : 3);
}

static void
put_quoted(struct plb_buf *out, const char *plain)
{
	plb_buf_u8(out, '"');
	plb_buf_str(out, plain);
	plb_buf_u8(out, '"');
}

static bool
write_list(struct writer *w, struct wire_rd *r, const struct wire_slot *item)
{
	bool first = true;
	size_t n;

	plb_buf_u8(w->out, '[');
	for (;;) {
		if (!wire_rd_block(r, item, &n))
			return false;
		if (n == 0)
			break;
		for (; n > 0; n--) {
			if (!first)
				plb_buf_u8(w->out, ',');
			first = false;
			if (!write_value(w, r, item))
				return false;
		}
	}
	plb_buf_u8(w->out, ']');
	return true;
}

/* The top-level members of the object that was sealed. Its bytes are authentic, so that only their
 * structure is looked at. */
static bool
split_rest(struct opened *o)
{
	struct plb_slice text, key;
	struct wire_js j;
	bool first = true;
	int more;

	if (plb_buf_done(&o->rest, &text) != PLB_OK)
		return false;
	wire_js_init(&j, NULL, text);
	j.raw = true;
	if (wire_js_kind(&j) != WIRE_JS_OBJ || !wire_js_open(&j))
		return false;
	while ((more = wire_js_member(&j, &first, &key)) > 0) {
		const uint8_t *from = j.p;

		if (!wire_js_skip(&j) || o->n == WIRE_FIELDS_MAX)
			return false;
		o->member[o->n].key = key;
		o->member[o->n++].raw = plb_slice(from, (size_t)(j.p - from));
	}
	return more == 0 && wire_js_end(&j);
}

/* Up to the next NUL, which is passed over. */
static bool
cut_text(struct plb_slice *s, struct plb_slice *text)
{
	const uint8_t *nul = memchr(s->p, 0, s->len);

	if (nul == NULL)
		return false;
	*text = plb_slice(s->p, (size_t)(nul - s->p));
	*s = plb_slice(nul + 1, s->len - text->len - 1);
	return true;
}

/* The CPR number of the content, or the newer one that is to go out in its place. */
static enum plb_err
open_cpr(struct writer *w, struct plb_slice kilde, struct plb_slice id, struct plb_slice sealed,
    struct plb_buf *out)
{
	const struct plb_opener *op = w->opener;

	if (op->nummer.len > 0) {
		sealed = op->nummer;
		if (!cut_text(&sealed, &kilde) || !cut_text(&sealed, &id))
			return PLB_E_FORM;
	}
	return op->open(op->arg, w->person, "cpr", kilde, id, sealed, out);
}

/* Opens what the seal of the record holds; on an error w->err is set and nothing counts as opened.
 */
static bool
open_seal(struct writer *w, struct wire_rd *r, const struct wire_type *t, struct opened *o)
{
	const struct plb_opener *op = w->opener;
	struct plb_slice kilde, id, part[2] = {{NULL, 0}, {NULL, 0}};
	bool there;
	enum plb_err err = PLB_OK;

	(void)t;
	if (!wire_rd_there(r, &there))
		return false;
	if (!there)
		return true;
	if (!wire_rd_string(r, &kilde) || !wire_rd_string(r, &id))
		return false;
	for (int i = 0; i < 2; i++)
		if (!wire_rd_there(r, &there) || (there && !wire_rd_bytes(r, &part[i])))
			return false;
	if (part[0].p != NULL)
		err = open_cpr(w, kilde, id, part[0], &o->cpr);
	if (!err && part[1].p != NULL)
		err = op->open(op->arg, w->person, "rest", kilde, id, part[1], &o->rest);
	if (!err && part[1].p != NULL && !split_rest(o))
		err = PLB_E_FORM;
	if (err) {
		plb_buf_reset(&o->cpr);
		o->n = 0;
		w->err = w->err ? w->err : err;
	}
	return true;
}

static void
put_name(struct plb_buf *out, bool *first, struct plb_slice name)
{
	plb_buf_u8(out, *first ? '{' : ',');
	*first = false;
	plb_buf_u8(out, '"');
	plb_buf_slice(out, name); /* Avro names need no escape */
	plb_buf_put(out, "\":", 2);
}

static void
put_confidential(struct writer *w, const struct opened *o, struct plb_slice name, bool *first)
{
	struct plb_slice digits;

	if (plb_slice_is(name, "cpr")) {
		if (o->cpr.len == 0 || plb_buf_done(&o->cpr, &digits) != PLB_OK)
			return;
		put_name(w->out, first, name);
		plb_buf_json(w->out, digits);
		return;
	}
	for (size_t i = 0; i < o->n; i++) {
		if (!plb_slice_eq(o->member[i].key, name) || plb_slice_eq(w->opener->skjul, name))
			continue;
		put_name(w->out, first, name);
		plb_buf_slice(w->out, o->member[i].raw);
		return;
	}
}

static bool
put_fields(struct writer *w, struct wire_rd *r, const struct wire_type *t, const struct opened *o)
{
	bool first = true, there;

	for (size_t i = 0; i < t->n; i++) {
		const struct wire_field *f = &t->field[i];
		struct wire_slot slot = f->slot;

		if (f->fortrolig && o != NULL)
			put_confidential(w, o, f->name, &first);
		if (f->fortrolig || f->intern) {
			if (!wire_skip(r, &f->slot))
				return false;
			continue;
		}
		if (slot.nullable) {
			if (!wire_rd_there(r, &there))
				return false;
			if (!there)
				continue;
			slot.nullable = false;
		}
		put_name(w->out, &first, f->name);
		if (!write_value(w, r, &slot)) {
			if (r->field.len == 0)
				r->field = f->name;
			return false;
		}
	}
	if (first)
		plb_buf_u8(w->out, '{');
	plb_buf_u8(w->out, '}');
	return true;
}

/* The seal stands behind the fields but is needed before them: look ahead, then write. */
static bool
write_record(struct writer *w, struct wire_rd *r, const struct wire_type *t)
{
	struct wire_rd ahead = *r;
	struct opened o;
	bool ok;

	if (t->forseglet < 0 || w->opener == NULL)
		return put_fields(w, r, t, NULL);
	for (int i = 0; i < t->forseglet; i++) {
		if (!wire_skip(&ahead, &t->field[i].slot)) {
			r->fault = ahead.fault;
			r->field = t->field[i].name;
			return false;
		}
	}
	o.n = 0;
	plb_buf_init(&o.cpr, 64);
	plb_buf_init(&o.rest, PLAIN_MAX);
	ok = open_seal(w, &ahead, t, &o);
	if (ok)
		ok = put_fields(w, r, t, &o);
	else
		r->fault = ahead.fault;
	if (o.cpr.p != NULL)
		explicit_bzero(o.cpr.p, o.cpr.size);
	if (o.rest.p != NULL)
		explicit_bzero(o.rest.p, o.rest.size);
	plb_buf_fini(&o.cpr);
	plb_buf_fini(&o.rest);
	return ok;
}

static bool
write_text(struct writer *w, struct wire_rd *r, const struct wire_slot *s)
{
	char text[PLB_TIME_TEXT > PLB_UUID_TEXT ? PLB_TIME_TEXT : PLB_UUID_TEXT];
	struct plb_slice bytes;
	struct plb_uuid uuid;
	struct plb_dato dato;
	struct plb_time tid;
	size_t n;

	switch (s->type->kind) {
	case WIRE_DATO:
		if (!wire_rd_dato(r, &dato))
			return false;
		put_quoted(w->out, plb_dato_text(dato, text));
		return true;
	case WIRE_TIME:
		if (!wire_rd_time(r, &tid))
			return false;
		put_quoted(w->out, plb_time_text(tid, text));
		return true;
	case WIRE_ENUM:
		if (!wire_rd_enum(r, s->type, &n))
			return false;
		put_quoted(w->out, (const char *)s->type->symbol[n].json.p);
		return true;
	case WIRE_STRING:
		if (!wire_rd_string(r, &bytes))
			return false;
		plb_buf_json(w->out, bytes);
		return true;
	default:
		if (s->type->kind == WIRE_FIXED ? !wire_rd_fixed(r, s->type->size, &bytes)
						: !wire_rd_bytes(r, &bytes))
			return false;
		break;
	}
	if (s->type->uuid) {
		memcpy(uuid.b, bytes.p, sizeof(uuid.b));
		put_quoted(w->out, plb_uuid_text(uuid, text));
		return true;
	}
	plb_buf_u8(w->out, '"');
	plb_buf_hex(w->out, bytes);
	plb_buf_u8(w->out, '"');
	return true;
}

static bool
write_value(struct writer *w, struct wire_rd *r, const struct wire_slot *s)
{
	int64_t v;
	bool b;

	if (s->nullable) {
		if (!wire_rd_there(r, &b))
			return false;
		if (!b) {
			plb_buf_str(w->out, "null");
			return true;
		}
	}
	switch (s->type->kind) {
	case WIRE_NULL:
		plb_buf_str(w->out, "null");
		return true;
	case WIRE_BOOL:
		if (!wire_rd_bool(r, &b))
			return false;
		plb_buf_str(w->out, b ? "true" : "false");
		return true;
	case WIRE_INT:
	case WIRE_LONG:
		if (!wire_rd_long(r, &v) ||
		    (s->type->kind == WIRE_INT && (v < INT32_MIN || v > INT32_MAX)))
			return wire_rd_fault(r, "int out of range");
		if (s->rule.decimaler)
			put_hundredths(w->out, v);
		else
			plb_buf_dec(w->out, v);
		return true;
	case WIRE_ARRAY:
		return write_list(w, r, s->type->item);
	case WIRE_RECORD:
		return write_record(w, r, s->type);
	default:
		return write_text(w, r, s);
	}
}

bool
wire_write_value(struct plb_buf *out, struct wire_rd *r, const struct wire_slot *s)
{
	struct writer w = {.out = out};

	return write_value(&w, r, s);
}

enum plb_err
plb_json_data(const struct plb_schema *s, struct plb_slice body, const struct plb_person *person,
    const struct plb_opener *opener, struct plb_buf *out, struct plb_errctx *ec)
{
	struct writer w = {.out = out, .person = person, .opener = person == NULL ? NULL : opener};
	const struct wire_slot root = {.type = s->root};
	struct wire_rd r;

	if (!wire_rd_init(&r, body) || !write_value(&w, &r, &root) || !wire_rd_end(&r))
		return wire_rd_err(&r, ec);
	if (out->failed)
		return plb_err_set(ec, PLB_E_FOR_STOR, "%s: JSON too large", s->navn);
	if (w.err)
		return plb_err_set(ec, w.err, "%s: confidential members do not open", s->navn);
	return PLB_OK;
}
