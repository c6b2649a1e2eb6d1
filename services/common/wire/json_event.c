// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

/* Avro is hardly ever longer than its JSON; room for the short cases. */
#define SCRATCH 256

static const struct wire_path data_path = {.name = {(const uint8_t *)"data", 4}};

static void
start(struct wire_in *w, const struct plb_json_ctx *c, struct plb_slice json,
    struct plb_incoming *out, struct plb_fejl_list *faults, bool *not_event)
{
	*w = (struct wire_in){.c = c, .faults = faults, .in = out, .dato = PLB_DATO_NONE};
	wire_js_init(&w->js, c->arena, json);
	memset(out, 0, sizeof(*out));
	out->ev.time = PLB_TIME_UNSET;
	faults->n = faults->more = 0;
	*not_event = false;
}

/* The text ended in something that is no JSON: nothing else counts. */
static enum plb_err
stopped(struct wire_in *w, bool *not_event)
{
	const struct wire_path *path = w->where;

	if (w->js.fejl != NULL && strcmp(w->js.fejl, "hukommelse") == 0) {
		(void)wire_fault(w, path, "hukommelse");
		return PLB_E_FOR_STOR;
	}
	w->faults->n = w->faults->more = 0;
	(void)wire_fault(w, path, w->js.fejl == NULL ? "json" : w->js.fejl);
	*not_event = true;
	return PLB_E_FORM;
}

static enum plb_err
judged(const struct wire_in *w)
{
	if (w->faults->n == 0)
		return PLB_OK;
	plb_cpr_wipe(&w->in->cpr);
	return PLB_E_FORM;
}

static bool
envelope_member(struct wire_in *w, struct wire_env *e, struct plb_slice key, int *guess)
{
	struct wire_path at = {.name = key};
	int k = wire_attr_find(key, *guess);

	if (k < 0) {
		if (wire_name_harmless(key))
			(void)wire_fault(w, &at, "ukendt");
		else
			(void)wire_faultf(w, NULL, "ukendt", "Her står et felt, der ikke kendes.");
		return wire_js_skip(&w->js);
	}
	if (e->seen[k]) {
		(void)wire_fault(w, &at, "dublet");
		return wire_js_skip(&w->js);
	}
	e->seen[k] = true;
	*guess = k + 1;
	if (wire_js_kind(&w->js) == WIRE_JS_STR)
		return wire_js_str(&w->js, &e->v[k], &e->what[k]);
	e->bad[k] = true;
	(void)wire_fault(w, &at, "type");
	return wire_js_skip(&w->js);
}

/* The data: at once where type and time are known already, as senders mostly write them; otherwise
 * passed over, to be read by `finish`. */
static bool
data_member(struct wire_in *w, const struct wire_env *e, struct plb_slice *data)
{
	const uint8_t *from;
	bool again = data->p != NULL, ok = true;

	w->where = &data_path;
	(void)wire_js_kind(&w->js);
	from = w->js.p;
	if (again) {
		(void)wire_fault(w, &data_path, "dublet");
		ok = wire_js_skip(&w->js);
	} else if (wire_env_early(w, e)) {
		w->data_read = true;
		ok = wire_room(w, (size_t)(w->js.end - from) + SCRATCH) != NULL &&
		    wire_read_data(w, w->in->schema, &data_path) != WIRE_STOP;
	} else {
		w->js.raw = true; /* judged when the schema is known */
		ok = wire_js_skip(&w->js);
		w->js.raw = false;
	}
	if (!ok)
		return false;
	w->where = NULL;
	if (!again)
		*data = plb_slice(from, (size_t)(w->js.p - from));
	return true;
}

/* The envelope's members; *data is the raw text of `data`, p NULL when it is missing. */
static bool
read_envelope(struct wire_in *w, struct wire_env *e, struct plb_slice *data)
{
	struct plb_slice key;
	bool first = true;
	int more, guess = 0;

	if (wire_js_kind(&w->js) != WIRE_JS_OBJ || !wire_js_open(&w->js))
		return wire_js_fault(&w->js, "json");
	while ((more = wire_js_member(&w->js, &first, &key)) > 0)
		if (plb_slice_is(key, "data") ? !data_member(w, e, data)
					      : !envelope_member(w, e, key, &guess))
			return false;
	return more == 0 && wire_js_end(&w->js);
}

/* Envelope known: judge it, then the data. */
static enum plb_err
finish(struct wire_in *w, const struct wire_env *e, struct plb_slice data, bool *not_event)
{
	bool ok;

	wire_env_check(w, e, not_event);
	if (data.p == NULL)
		(void)wire_fault(w, &data_path, "mangler");
	if (data.p == NULL || w->data_read)
		return judged(w);
	w->where = &data_path;
	wire_js_init(&w->js, w->c->arena, data);
	w->js.depth = 1;
	/* Without a schema its members mean nothing to us; it has to be JSON all the same. */
	if (w->in->schema == NULL)
		ok = wire_js_skip(&w->js);
	else
		ok = wire_room(w, data.len + SCRATCH) != NULL &&
		    wire_read_data(w, w->in->schema, &data_path) != WIRE_STOP;
	return ok && wire_js_end(&w->js) ? judged(w) : stopped(w, not_event);
}

enum plb_err
plb_json_event(const struct plb_json_ctx *c, struct plb_slice json, struct plb_incoming *out,
    struct plb_fejl_list *faults, bool *not_event)
{
	struct plb_slice data = {NULL, 0};
	struct wire_env e = {0};
	struct wire_in w;

	start(&w, c, json, out, faults, not_event);
	if (!read_envelope(&w, &e, &data)) {
		wire_env_id(&w, &e);
		return stopped(&w, not_event);
	}
	return finish(&w, &e, data, not_event);
}

static int
hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* CloudEvents over HTTP writes what is not printable ASCII as %XX. */
static bool
header_text(struct wire_in *w, struct plb_slice v, struct plb_slice *out, unsigned *what)
{
	uint8_t *to;
	size_t n = 0;

	*out = v;
	*what = WIRE_TXT_HIGH | WIRE_TXT_ESCAPED; /* nobody has looked at it yet */
	if (v.len == 0 || memchr(v.p, '%', v.len) == NULL)
		return true;
	to = plb_arena_alloc(w->c->arena, v.len);
	if (to == NULL)
		return wire_js_fault(&w->js, "hukommelse");
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '%' && v.len - i > 2 && hex(v.p[i + 1]) >= 0 &&
		    hex(v.p[i + 2]) >= 0) {
			to[n++] = (uint8_t)(hex(v.p[i + 1]) << 4 | hex(v.p[i + 2]));
			i += 2;
		} else {
			to[n++] = v.p[i];
		}
	}
	*out = plb_slice(to, n);
	return true;
}

static bool
header_attr(struct wire_in *w, struct wire_env *e, const struct plb_header *h)
{
	static const char prefix[] = "ce-";
	struct plb_slice name = plb_slice_str(h->name);
	struct wire_path at;
	int k;

	if (!plb_slice_starts(name, plb_slice_str(prefix)))
		return true;
	name = plb_slice(name.p + 3, name.len - 3);
	at = (struct wire_path){.name = name};
	k = wire_attr_find(name, -1);
	if (k < 0 || k == WIRE_DATACONTENTTYPE) {
		if (wire_name_harmless(name))
			(void)wire_fault(w, &at, "ukendt");
		else
			(void)wire_faultf(w, NULL, "ukendt", "Her står et felt, der ikke kendes.");
		return true;
	}
	if (e->seen[k]) {
		(void)wire_fault(w, &at, "dublet");
		return true;
	}
	e->seen[k] = true;
	return header_text(w, h->value, &e->v[k], &e->what[k]);
}

enum plb_err
plb_json_event_binary(const struct plb_json_ctx *c, const struct plb_header *h, size_t n,
    struct plb_slice data, struct plb_incoming *out, struct plb_fejl_list *faults, bool *not_event)
{
	static const uint8_t none;
	struct wire_env e = {0};
	struct wire_in w;

	start(&w, c, plb_slice(NULL, 0), out, faults, not_event);
	for (size_t i = 0; i < n; i++)
		if (!header_attr(&w, &e, &h[i]))
			return stopped(&w, not_event);
	return finish(&w, &e, data.p == NULL ? plb_slice(&none, 0) : data, not_event);
}

enum plb_err
plb_json_split(struct plb_slice json, struct plb_slice *items, size_t max, size_t *n)
{
	struct wire_js j;
	bool first = true;
	int more;

	*n = 0;
	wire_js_init(&j, NULL, json);
	j.raw = true; /* a fault inside one item is that item's alone; no memory is used */
	if (wire_js_kind(&j) != WIRE_JS_ARR || !wire_js_open(&j))
		return PLB_E_FORM;
	while ((more = wire_js_item(&j, &first)) > 0) {
		const uint8_t *from;

		(void)wire_js_kind(&j);
		from = j.p;
		if (!wire_js_skip(&j))
			return PLB_E_FORM;
		if (*n == max)
			return PLB_E_FOR_STOR;
		items[(*n)++] = plb_slice(from, (size_t)(j.p - from));
	}
	return more == 0 && wire_js_end(&j) ? PLB_OK : PLB_E_FORM;
}
