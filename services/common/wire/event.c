// SPDX-License-Identifier: MPL-2.0
#include <parloeb/event.h>

#include <stdio.h>

static const char *const trin_text[PLB_TRIN_ANTAL] = {
    [PLB_TRIN_INGEN] = "",
    [PLB_TRIN_BEHANDLET] = "behandlet",
    [PLB_TRIN_AFVENTER] = "afventer",
    [PLB_TRIN_AFVIST] = "afvist",
    [PLB_TRIN_GENTAGELSE] = "gentagelse",
    [PLB_TRIN_AFLEDT] = "afledt",
};

const char *
plb_trin_text(enum plb_trin t)
{
	return (unsigned)t < PLB_TRIN_ANTAL ? trin_text[t] : "";
}

struct plb_slice
plb_event_name(struct plb_slice type)
{
	static const char prefix[] = "dk.parloeb.";

	if (!plb_slice_starts(type, plb_slice_str(prefix)))
		return plb_slice(NULL, 0);
	return plb_slice(type.p + sizeof(prefix) - 1, type.len - (sizeof(prefix) - 1));
}

struct headers {
	struct plb_header *h;
	size_t n;
};

static void
put(struct headers *o, const char *name, struct plb_slice value)
{
	if (value.len == 0)
		return;
	PLB_ASSERT(o->n < PLB_HEADERS_MAX);
	o->h[o->n++] = (struct plb_header){name, value};
}

size_t
plb_event_headers(
    const struct plb_event *ev, struct plb_event_texts *t, struct plb_header out[PLB_HEADERS_MAX])
{
	struct headers o = {out, 0};
	size_t n;

	put(&o, "ce_specversion", plb_slice("1.0", 3));
	put(&o, "ce_id", ev->id);
	put(&o, "ce_source", ev->source);
	put(&o, "ce_type", ev->type);
	put(&o, "ce_time", plb_slice_str(plb_time_text_utc(ev->time, t->time)));
	put(&o, "content-type", plb_slice("application/avro", 16));
	put(&o, "traceparent", ev->traceparent);
	if (ev->has_hmac)
		put(&o, "plb_hmac", plb_slice(ev->hmac, sizeof(ev->hmac)));
	put(&o, "plb_org", plb_org_slice(&ev->org));
	if (ev->has_person)
		put(&o, "plb_person", plb_slice(ev->person.b, sizeof(ev->person.b)));
	put(&o, "plb_trin", plb_slice_str(plb_trin_text(ev->trin)));
	put(&o, "plb_fejl", ev->fejl);
	if (ev->has_leveringid)
		put(&o, "ce_leveringid",
		    plb_slice_str(plb_uuid_text(ev->leveringid, t->leveringid)));
	if (ev->sequence > 0) {
		n = (size_t)snprintf(
		    t->sequence, sizeof(t->sequence), "%lld", (long long)ev->sequence);
		put(&o, "ce_sequence", plb_slice(t->sequence, n));
	}
	if (ev->has_correlationid)
		put(&o, "ce_correlationid",
		    plb_slice_str(plb_uuid_text(ev->correlationid, t->correlationid)));
	put(&o, "ce_causationid", ev->causationid);
	if (ev->has_tilbagekalder)
		put(&o, "plb_tilbagekalder",
		    plb_slice(ev->tilbagekalder.b, sizeof(ev->tilbagekalder.b)));
	put(&o, "plb_skjul", ev->skjul);
	if (ev->has_frist)
		put(&o, "plb_frist", plb_slice_str(plb_time_text_utc(ev->frist, t->frist)));
	put(&o, "plb_afventer", ev->afventer);
	if (ev->has_foerste)
		put(&o, "plb_foerste", plb_slice(ev->foerste.b, sizeof(ev->foerste.b)));
	put(&o, "plb_nummer", ev->nummer);
	return o.n;
}

/* One function for each header that is read: false when the value is odd. */
typedef bool read_fn(struct plb_slice v, struct plb_event *ev);

#define TEXT_MAX 1024

static bool
read_id(struct plb_slice v, struct plb_event *ev)
{
	ev->id = v;
	return v.len > 0 && v.len <= TEXT_MAX;
}

static bool
read_source(struct plb_slice v, struct plb_event *ev)
{
	ev->source = v;
	return v.len > 0 && v.len <= TEXT_MAX && v.p[0] == '/';
}

static bool
read_type(struct plb_slice v, struct plb_event *ev)
{
	ev->type = v;
	return v.len <= TEXT_MAX && plb_event_name(v).len > 0;
}

static bool
read_time(struct plb_slice v, struct plb_event *ev)
{
	return plb_time_parse(v, &ev->time) == PLB_OK;
}

static bool
read_specversion(struct plb_slice v, struct plb_event *ev)
{
	(void)ev;
	return plb_slice_is(v, "1.0");
}

static bool
read_content_type(struct plb_slice v, struct plb_event *ev)
{
	(void)ev;
	return plb_slice_is(v, "application/avro");
}

static bool
read_traceparent(struct plb_slice v, struct plb_event *ev)
{
	ev->traceparent = v;
	return v.len <= 64;
}

static bool
read_hmac(struct plb_slice v, struct plb_event *ev)
{
	if (v.len != sizeof(ev->hmac))
		return false;
	memcpy(ev->hmac, v.p, sizeof(ev->hmac));
	ev->has_hmac = true;
	return true;
}

static bool
read_org(struct plb_slice v, struct plb_event *ev)
{
	return plb_org_parse(v, &ev->org) == PLB_OK;
}

static bool
read_person(struct plb_slice v, struct plb_event *ev)
{
	if (v.len != sizeof(ev->person.b))
		return false;
	memcpy(ev->person.b, v.p, sizeof(ev->person.b));
	ev->has_person = true;
	return true;
}

static bool
read_trin(struct plb_slice v, struct plb_event *ev)
{
	for (int i = PLB_TRIN_INGEN + 1; i < PLB_TRIN_ANTAL; i++) {
		if (plb_slice_is(v, trin_text[i])) {
			ev->trin = (enum plb_trin)i;
			return true;
		}
	}
	return false;
}

static bool
read_fejl(struct plb_slice v, struct plb_event *ev)
{
	ev->fejl = v;
	return v.len <= 100;
}

static bool
read_leveringid(struct plb_slice v, struct plb_event *ev)
{
	ev->has_leveringid = true;
	return plb_uuid_parse(v, true, &ev->leveringid) == PLB_OK;
}

static bool
read_correlationid(struct plb_slice v, struct plb_event *ev)
{
	ev->has_correlationid = true;
	return plb_uuid_parse(v, true, &ev->correlationid) == PLB_OK;
}

static bool
read_causationid(struct plb_slice v, struct plb_event *ev)
{
	ev->causationid = v;
	return v.len <= TEXT_MAX;
}

static bool
read_sequence(struct plb_slice v, struct plb_event *ev)
{
	if (v.len == 0 || v.len > 18 || v.p[0] == '0')
		return false;
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		ev->sequence = ev->sequence * 10 + (v.p[i] - '0');
	}
	return true;
}

static bool
read_tilbagekalder(struct plb_slice v, struct plb_event *ev)
{
	if (v.len != sizeof(ev->tilbagekalder.b))
		return false;
	memcpy(ev->tilbagekalder.b, v.p, sizeof(ev->tilbagekalder.b));
	ev->has_tilbagekalder = true;
	return true;
}

static bool
read_skjul(struct plb_slice v, struct plb_event *ev)
{
	ev->skjul = v;
	return v.len > 0 && v.len <= 100;
}

static bool
read_afventer(struct plb_slice v, struct plb_event *ev)
{
	ev->afventer = v;
	return v.len > 0 && v.len <= 100;
}

static bool
read_foerste(struct plb_slice v, struct plb_event *ev)
{
	if (v.len != sizeof(ev->foerste.b))
		return false;
	memcpy(ev->foerste.b, v.p, sizeof(ev->foerste.b));
	ev->has_foerste = true;
	return true;
}

static bool
read_nummer(struct plb_slice v, struct plb_event *ev)
{
	ev->nummer = v;
	return v.len > 0 && v.len <= 2 * TEXT_MAX;
}

static const struct {
	const char *name;
	bool needed;
	read_fn *read;
} table[] = {
    {"ce_specversion", true, read_specversion},
    {"ce_id", true, read_id},
    {"ce_source", true, read_source},
    {"ce_type", true, read_type},
    {"ce_time", true, read_time},
    {"content-type", true, read_content_type},
    {"traceparent", false, read_traceparent},
    {"plb_hmac", false, read_hmac},
    {"plb_org", false, read_org},
    {"plb_person", false, read_person},
    {"plb_trin", false, read_trin},
    {"plb_fejl", false, read_fejl},
    {"ce_leveringid", false, read_leveringid},
    {"ce_sequence", false, read_sequence},
    {"ce_correlationid", false, read_correlationid},
    {"ce_causationid", false, read_causationid},
    {"plb_tilbagekalder", false, read_tilbagekalder},
    {"plb_skjul", false, read_skjul},
    {"plb_afventer", false, read_afventer},
    {"plb_foerste", false, read_foerste},
    {"plb_nummer", false, read_nummer},
};
#define TABLE_N (sizeof(table) / sizeof(table[0]))

enum plb_err
plb_event_from_record(
    const struct plb_record *r, bool person_keyed, struct plb_event *out, struct plb_errctx *ec)
{
	uint32_t seen = 0;

	_Static_assert(TABLE_N <= 32, "seen is one bit per header");
	*out = (struct plb_event){.time = PLB_TIME_UNSET};
	for (size_t i = 0; i < r->n_headers; i++) {
		size_t k = 0;

		while (k < TABLE_N && strcmp(table[k].name, r->header[i].name) != 0)
			k++;
		if (k == TABLE_N)
			continue; /* a newer writer may say more */
		if ((seen & (1u << k)) != 0)
			return plb_err_set(ec, PLB_E_FORM, "header %s twice", table[k].name);
		seen |= 1u << k;
		if (!table[k].read(r->header[i].value, out))
			return plb_err_set(
			    ec, PLB_E_FORM, "header %s has an odd value", table[k].name);
	}
	for (size_t k = 0; k < TABLE_N; k++)
		if (table[k].needed && (seen & (1u << k)) == 0)
			return plb_err_set(ec, PLB_E_FORM, "header %s is missing", table[k].name);
	if (person_keyed && !read_person(r->key, out))
		return plb_err_set(ec, PLB_E_FORM, "key is no person");
	return PLB_OK;
}
