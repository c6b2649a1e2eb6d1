// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

/* Where a list has no bound of its own. */
#define LISTE_MAKS 1000
#define UNIK_MAKS 100

#define REST_MAX ((size_t)16 << 20)

static enum wire_read read_record(struct wire_in *in, const struct wire_type *t,
    const struct wire_path *path, struct wire_span *span);

/* Items differ: their encodings are compared, of which there are few. */
static bool
all_differ(const struct wire_in *in, const size_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (at[i + 1] - at[i] == at[k + 1] - at[k] &&
			    memcmp(in->p + at[i], in->p + at[k], at[i + 1] - at[i]) == 0)
				return false;
	return true;
}

/* The count goes before the items, but is known only behind them: one byte is kept free, more are
 * made room for. */
static bool
close_list(struct wire_in *in, size_t start, size_t n)
{
	uint8_t head[WIRE_VARINT_MAX];
	size_t len = wire_put_long(head, (int64_t)n), items = in->len - start - 1;

	if (wire_room(in, len) == NULL)
		return false;
	if (n == 0) {
		in->p[start] = 0; /* the empty list is its end */
		return true;
	}
	memmove(in->p + start + len, in->p + start + 1, items);
	memcpy(in->p + start, head, len);
	in->len = start + len + items;
	return wire_put_num(in, 0);
}

static enum wire_read
read_items(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path, size_t maks,
    size_t *at, size_t *n)
{
	struct wire_path item = {.up = path};
	enum wire_read rc = WIRE_GOOD;
	bool first = true;
	int more;

	*n = 0;
	while ((more = wire_js_item(&in->js, &first)) > 0) {
		enum wire_read one;

		item.index = (*n)++;
		if (*n > maks) {
			/* Enough is known: pass the rest. */
			if (!wire_js_skip(&in->js))
				return WIRE_STOP;
			continue;
		}
		if (at != NULL)
			at[item.index] = in->len;
		one = wire_read_value(in, s->type->item, &item);
		if (one == WIRE_STOP)
			return WIRE_STOP;
		if (one == WIRE_BAD)
			rc = WIRE_BAD;
	}
	if (at != NULL && *n <= maks)
		at[*n] = in->len;
	return more < 0 ? WIRE_STOP : rc;
}

static enum wire_read
read_list(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	const struct wire_rule *r = &s->rule;
	size_t at[UNIK_MAKS + 1], n, start = in->len;
	size_t maks = r->unik ? UNIK_MAKS : LISTE_MAKS;
	enum wire_read rc;
	uint8_t kept = 0;

	if (r->maks >= 0 && (uint64_t)r->maks < maks)
		maks = (size_t)r->maks;
	if (!wire_js_open(&in->js) || !wire_put(in, &kept, 1))
		return WIRE_STOP;
	rc = read_items(in, s, path, maks, r->unik ? at : NULL, &n);
	if (rc == WIRE_STOP)
		return WIRE_STOP;
	if (n > maks)
		rc = wire_faultf(in, path, "laengde", "Listen må højst have %zu elementer.", maks);
	else if ((int64_t)n < r->min)
		rc = wire_faultf(in, path, "laengde", "Listen skal have mindst %lld elementer.",
		    (long long)r->min);
	if (rc == WIRE_BAD)
		return WIRE_BAD;
	if (r->unik && !all_differ(in, at, n))
		return wire_fault(in, path, "unik");
	return close_list(in, start, n) ? WIRE_GOOD : WIRE_STOP;
}

/* Bytes of a record inside another one: its fields stand in the order of the text; put them in the
 * order of the schema. */
static bool
assemble_nested(
    struct wire_in *in, const struct wire_type *t, const struct wire_span *span, size_t start)
{
	size_t from = in->len;
	uint8_t null = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t len = span[i].len;

		if (span[i].state != WIRE_THERE) {
			if (!wire_put(in, &null, 1))
				return false;
			continue;
		}
		if (wire_room(in, len) == NULL)
			return false;
		memcpy(in->p + in->len, in->p + span[i].at, len);
		in->len += len;
	}
	memmove(in->p + start, in->p + from, in->len - from);
	in->len = start + (in->len - from);
	return true;
}

static enum wire_read
read_nested(struct wire_in *in, const struct wire_type *t, const struct wire_path *path)
{
	struct wire_span span[WIRE_FIELDS_MAX];
	size_t start = in->len;
	enum wire_read rc = read_record(in, t, path, span);

	if (rc == WIRE_GOOD && !assemble_nested(in, t, span, start))
		return WIRE_STOP;
	return rc;
}

enum wire_read
wire_read_value(struct wire_in *in, const struct wire_slot *s, const struct wire_path *path)
{
	enum wire_js_kind kind = wire_js_kind(&in->js);
	static const uint8_t there = 2; /* branch 1 */

	if (kind == WIRE_JS_NULL) {
		if (!wire_js_skip(&in->js))
			return WIRE_STOP;
		return wire_faultf(in, path, "type", "null er ikke en værdi; udelad feltet.");
	}
	if (s->nullable && !wire_put(in, &there, 1))
		return WIRE_STOP;
	if (s->type->kind == WIRE_ARRAY && kind == WIRE_JS_ARR)
		return read_list(in, s, path);
	if (s->type->kind == WIRE_RECORD && kind == WIRE_JS_OBJ)
		return read_nested(in, s->type, path);
	return wire_read_scalar(in, s, path);
}

/* Index of the member's field; the next one of the schema is tried first. */
static int
find_field(const struct wire_type *t, struct plb_slice key, size_t guess)
{
	if (guess < t->n && plb_slice_eq(t->field[guess].name, key))
		return (int)guess;
	for (size_t i = 0; i < t->n; i++)
		if (plb_slice_eq(t->field[i].name, key))
			return (int)i;
	return -1;
}

static enum wire_read
unknown_member(struct wire_in *in, const struct wire_path *path, struct plb_slice key)
{
	struct wire_path at = {.up = path, .name = key};

	if (!wire_js_skip(&in->js))
		return WIRE_STOP;
	/* What a sender calls a member is his, too: only plain names are given back. */
	if (!wire_name_harmless(key))
		return wire_faultf(in, path, "ukendt", "Her står et felt, der ikke kendes.");
	return wire_fault(in, &at, "ukendt");
}

static enum wire_read
read_member(struct wire_in *in, const struct wire_field *f, const struct wire_path *path,
    struct wire_span *span)
{
	struct wire_path at = {.up = path, .name = f->name};
	bool outer = in->fortrolig;
	enum wire_read rc;

	if (span->state != WIRE_ABSENT) {
		if (!wire_js_skip(&in->js))
			return WIRE_STOP;
		span->state = WIRE_FAULTY;
		return wire_fault(in, &at, "dublet");
	}
	in->fortrolig = outer || f->fortrolig;
	span->at = in->len;
	rc = wire_read_value(in, &f->slot, &at);
	span->len = in->len - span->at;
	span->state = rc == WIRE_GOOD ? WIRE_THERE : WIRE_FAULTY;
	in->fortrolig = outer;
	return rc;
}

/* The value that a `naar` rule looks at: 0/1 or the symbol; -1 when it is not there. */
static int
condition(const struct wire_in *in, const struct wire_field *f, const struct wire_span *span)
{
	struct plb_slice enc = plb_slice(in->p + span->at, span->len);
	struct wire_rd r;
	int64_t v;

	if (span->state != WIRE_THERE || !wire_rd_init(&r, enc))
		return -1;
	r.p += f->slot.nullable;
	if (f->slot.type->kind == WIRE_BOOL)
		return r.p < r.end ? *r.p : -1;
	return wire_rd_long(&r, &v) ? (int)v : -1;
}

/* What has to be there, and what must not. */
static enum wire_read
check_presence(struct wire_in *in, const struct wire_type *t, const struct wire_path *path,
    const struct wire_span *span)
{
	enum wire_read rc = WIRE_GOOD;

	for (size_t i = 0; i < t->n; i++) {
		const struct wire_field *f = &t->field[i];
		struct wire_path at = {.up = path, .name = f->name};
		bool needed = f->paakraevet || !f->slot.nullable, allowed = true;

		if (f->intern)
			continue;
		if (f->naar_felt >= 0) {
			if (span[f->naar_felt].state == WIRE_FAULTY)
				continue; /* its fault is named already */
			allowed = condition(in, &t->field[f->naar_felt], &span[f->naar_felt]) ==
			    f->naar_er;
			needed = allowed;
		}
		if (needed && span[i].state == WIRE_ABSENT)
			rc = wire_fault(in, &at, "mangler");
		else if (!allowed && span[i].state != WIRE_ABSENT)
			rc = wire_fault(in, &at, "naar");
	}
	return rc;
}

static enum wire_read
read_record(struct wire_in *in, const struct wire_type *t, const struct wire_path *path,
    struct wire_span *span)
{
	enum wire_read rc = WIRE_GOOD;
	struct plb_slice key;
	bool first = true;
	size_t guess = 0;
	int more;

	memset(span, 0, t->n * sizeof(*span));
	if (!wire_js_open(&in->js))
		return WIRE_STOP;
	while ((more = wire_js_member(&in->js, &first, &key)) > 0) {
		int i = find_field(t, key, guess);
		enum wire_read one;

		if (i < 0 || t->field[i].intern)
			one = unknown_member(in, path, key);
		else
			one = read_member(in, &t->field[i], path, &span[i]);
		if (one == WIRE_STOP)
			return WIRE_STOP;
		if (one == WIRE_BAD)
			rc = WIRE_BAD;
		guess = i < 0 ? guess : (size_t)i + 1;
	}
	if (more < 0)
		return WIRE_STOP;
	return check_presence(in, t, path, span) == WIRE_BAD ? WIRE_BAD : rc;
}

/* The text field `felt` of each item of a list, as a list of its own. The bytes are ours, just
 * written. */
static bool
derive(struct wire_in *in, const struct wire_field *list, int felt, const struct wire_span *span)
{
	const struct wire_slot *item = list->slot.type->item;
	size_t start = in->len, n, total = 0;
	struct plb_slice text;
	struct wire_rd r;
	uint8_t kept = 0;

	if (!wire_put(in, &kept, 1))
		return false;
	if (span->state != WIRE_THERE)
		return close_list(in, start, 0);
	/* in->p may move while we read: the reader walks a copy of the position, not of the bytes.
	 */
	if (wire_room(in, span->len * 2) == NULL ||
	    !wire_rd_init(&r,
		plb_slice(in->p + span->at + list->slot.nullable, span->len - list->slot.nullable)))
		return false;
	while (wire_rd_block(&r, item, &n) && n > 0) {
		for (; n > 0; n--, total++) {
			for (size_t i = 0; i < item->type->n; i++) {
				if ((int)i != felt && !wire_skip(&r, &item->type->field[i].slot))
					return false;
				if ((int)i == felt &&
				    (!wire_rd_string(&r, &text) ||
					!wire_put_num(in, (int64_t)text.len) ||
					!wire_put(in, text.p, text.len)))
					return false;
			}
		}
	}
	return r.fault == NULL && close_list(in, start, total);
}

static bool
derive_all(struct wire_in *in, const struct wire_type *t, struct wire_span *span)
{
	for (size_t i = 0; i < t->n; i++) {
		int from = t->field[i].udledt;

		if (from < 0)
			continue;
		span[i].at = in->len;
		if (!derive(in, &t->field[from], t->field[i].udledt_felt, &span[from]))
			return wire_js_fault(&in->js, "hukommelse");
		span[i].len = in->len - span[i].at;
		span[i].state = WIRE_THERE;
	}
	return true;
}

/* The clear body: confidential fields null. */
static bool
assemble_body(struct wire_in *in, const struct wire_type *t, const struct wire_span *span)
{
	size_t len = t->n, at = 0;
	uint8_t *body;

	for (size_t i = 0; i < t->n; i++)
		len += span[i].len;
	body = plb_arena_alloc(in->c->arena, len);
	if (body == NULL)
		return wire_js_fault(&in->js, "hukommelse");
	for (size_t i = 0; i < t->n; i++) {
		if (t->field[i].fortrolig || span[i].state != WIRE_THERE) {
			body[at++] = 0; /* null, or the empty list */
			continue;
		}
		memcpy(body + at, in->p + span[i].at, span[i].len);
		at += span[i].len;
	}
	in->in->body = plb_slice(body, at);
	return true;
}

static bool
is_own_cpr(const struct wire_field *f)
{
	return f->slot.rule.format == WIRE_CPR && plb_slice_is(f->name, "cpr");
}

/* The confidential members but cpr as a canonical JSON object; empty when there are none. */
static bool
write_rest(
    struct wire_in *in, const struct wire_type *t, const struct wire_span *span, struct plb_buf *b)
{
	struct wire_rd r;

	for (size_t i = 0; i < t->n; i++) {
		const struct wire_field *f = &t->field[i];

		if (!f->fortrolig || span[i].state != WIRE_THERE || is_own_cpr(f))
			continue;
		plb_buf_u8(b, b->len == 0 ? '{' : ',');
		plb_buf_json(b, f->name);
		plb_buf_u8(b, ':');
		if (!wire_rd_init(&r, plb_slice(in->p + span[i].at, span[i].len)) ||
		    !wire_write_value(b, &r, &f->slot))
			return false;
	}
	if (b->len > 0)
		plb_buf_u8(b, '}');
	return true;
}

/* The same in the arena: a buffer that cannot grow, tried in twice the size until it does. */
static bool
assemble_rest(struct wire_in *in, const struct wire_type *t, const struct wire_span *span)
{
	for (size_t size = in->len * 2 + 256; size <= REST_MAX; size *= 2) {
		struct plb_buf b = {.size = size, .cap = size};

		b.p = plb_arena_alloc(in->c->arena, size);
		if (b.p == NULL || !write_rest(in, t, span, &b))
			break;
		if (!b.failed) {
			in->in->rest = plb_slice(b.len == 0 ? NULL : b.p, b.len);
			return true;
		}
	}
	return wire_js_fault(&in->js, "hukommelse");
}

enum wire_read
wire_read_data(struct wire_in *in, const struct plb_schema *s, const struct wire_path *path)
{
	struct wire_span span[WIRE_FIELDS_MAX];
	const struct wire_felter felter = {in, s->root, span, path};
	size_t before = in->faults->n;
	enum wire_read rc;

	if (wire_js_kind(&in->js) != WIRE_JS_OBJ) {
		if (!wire_js_skip(&in->js))
			return WIRE_STOP;
		return wire_fault(in, path, "type");
	}
	rc = read_record(in, s->root, path, span);
	if (rc == WIRE_STOP)
		return WIRE_STOP;
	wire_regler(s->regler, &felter);
	if (rc == WIRE_BAD || in->faults->n > before)
		return WIRE_BAD;
	if (!derive_all(in, s->root, span) || !assemble_body(in, s->root, span) ||
	    !assemble_rest(in, s->root, span))
		return WIRE_STOP;
	return WIRE_GOOD;
}
