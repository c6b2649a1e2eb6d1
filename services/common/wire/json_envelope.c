// SPDX-License-Identifier: MPL-2.0
#include "json_in.h"

#include <strings.h>

/* A time may be this far ahead of the clock (contract § 1). */
#define FREMTID_MS INT64_C(300000)

struct attr {
	struct plb_slice name;
	bool needed;      /* without it this is no event */
	size_t min, maks; /* code points */
	bool cpr;         /* must not look like a CPR number */
};
#define NAME(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}
static const struct attr attrs[WIRE_ATTRS] = {
    [WIRE_SPECVERSION] = {NAME("specversion"), true, 0, 1000, false},
    [WIRE_ID] = {NAME("id"), true, 1, 100, true},
    [WIRE_SOURCE] = {NAME("source"), true, 1, 200, true},
    [WIRE_TYPE] = {NAME("type"), true, 1, 200, true},
    [WIRE_TIME_ATTR] = {NAME("time"), false, 0, 100, false},
    [WIRE_DATACONTENTTYPE] = {NAME("datacontenttype"), false, 1, 100, false},
    [WIRE_SUBJECT] = {NAME("subject"), false, 0, 100, true},
    [WIRE_DATASCHEMA] = {NAME("dataschema"), false, 1, 500, true},
    [WIRE_TRACEPARENT] = {NAME("traceparent"), false, 0, 100, false},
    [WIRE_TRACESTATE] = {NAME("tracestate"), false, 0, 512, true},
};

int
wire_attr_find(struct plb_slice name, int guess)
{
	if (guess >= 0 && guess < WIRE_ATTRS && plb_slice_eq(name, attrs[guess].name))
		return guess;
	for (int i = 0; i < WIRE_ATTRS; i++)
		if (plb_slice_eq(name, attrs[i].name))
			return i;
	return -1;
}

static enum wire_read
attr_fault(struct wire_in *in, enum wire_attr k, const char *kode)
{
	struct wire_path at = {.name = attrs[k].name};

	return wire_fault(in, &at, kode);
}

/* What holds for the text of every attribute. */
static bool
check_text(struct wire_in *in, const struct wire_env *e, enum wire_attr k)
{
	const struct attr *a = &attrs[k];
	struct wire_path at = {.name = a->name};
	const char *kode;
	size_t n;

	kode = wire_tekst(in->c->arena, e->v[k], e->what[k], false, &n);
	if (kode == NULL && (n < a->min || n > a->maks)) {
		(void)wire_faultf(
		    in, &at, "laengde", "Teksten skal have fra %zu til %zu tegn.", a->min, a->maks);
		return false;
	}
	if (kode == NULL && a->cpr && plb_cpr_in_text(e->v[k]))
		kode = "cpr-i-tekst";
	if (kode != NULL)
		(void)wire_fault(in, &at, kode);
	return kode == NULL;
}

/* W3C Trace Context, version 00. */
static bool
is_traceparent(struct plb_slice s)
{
	static const char form[] = "00-hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh-hhhhhhhhhhhhhhhh-hh";
	bool trace = false, parent = false;

	if (s.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = s.p[i];

		if (form[i] != 'h' ? c != (uint8_t)form[i]
				   : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		trace = trace || (i >= 3 && i < 35 && c != '0');
		parent = parent || (i >= 36 && i < 52 && c != '0');
	}
	return trace && parent;
}

static bool
is_json(struct plb_slice s)
{
	static const char want[] = "application/json";
	size_t n = sizeof(want) - 1;

	if (s.len < n || strncasecmp((const char *)s.p, want, n) != 0)
		return false;
	return s.len == n || s.p[n] == ';' || s.p[n] == ' ';
}

static bool
is_source(struct plb_slice s, struct plb_org *org)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return plb_org_from_source(s, org) == PLB_OK;
}

static const char *
check_specversion(struct wire_in *in, struct plb_slice v)
{
	(void)in;
	return plb_slice_is(v, "1.0") ? NULL : "version";
}

static const char *
check_id(struct wire_in *in, struct plb_slice v)
{
	in->in->ev.id = v;
	return NULL;
}

static const char *
check_source(struct wire_in *in, struct plb_slice v)
{
	in->in->ev.source = v;
	return is_source(v, &in->in->ev.org) ? NULL : "kilde";
}

static const char *
check_type(struct wire_in *in, struct plb_slice v)
{
	struct plb_slice name = plb_event_name(v);

	in->in->ev.type = v;
	in->in->schema = name.len == 0 ? NULL : plb_schema_find(in->c->schemas, name);
	/* What nobody may send is made inside, with rules of its own for what is confidential. */
	if (in->in->schema != NULL && in->in->schema->senders == 0)
		in->in->schema = NULL;
	return in->in->schema == NULL ? "haendelsestype" : NULL;
}

static const char *
check_time(struct wire_in *in, struct plb_slice v)
{
	struct plb_time t, now = in->c->now;

	if (plb_time_parse(v, &t) != PLB_OK)
		return "tid";
	in->in->ev.time = t;
	in->dato = plb_time_dato(t);
	return !plb_time_eq(now, PLB_TIME_UNSET) && t.ms > now.ms && t.ms - now.ms > FREMTID_MS
	    ? "fremtid"
	    : NULL;
}

static const char *
check_datacontenttype(struct wire_in *in, struct plb_slice v)
{
	(void)in;
	return is_json(v) ? NULL : "moenster";
}

static const char *
check_traceparent(struct wire_in *in, struct plb_slice v)
{
	in->in->ev.traceparent = v;
	return is_traceparent(v) ? NULL : "moenster";
}

void
wire_env_check(struct wire_in *in, const struct wire_env *e, bool *not_event)
{
	static const char *(*const checks[WIRE_ATTRS])(struct wire_in *, struct plb_slice) = {
	    [WIRE_SPECVERSION] = check_specversion,
	    [WIRE_ID] = check_id,
	    [WIRE_SOURCE] = check_source,
	    [WIRE_TYPE] = check_type,
	    [WIRE_TIME_ATTR] = check_time,
	    [WIRE_DATACONTENTTYPE] = check_datacontenttype,
	    [WIRE_TRACEPARENT] = check_traceparent,
	};

	in->in->ev.time = PLB_TIME_UNSET;
	for (int i = 0; i < WIRE_ATTRS; i++) {
		const char *kode;

		if (!e->seen[i]) {
			*not_event = *not_event || attrs[i].needed;
			if (attrs[i].needed || i == WIRE_TIME_ATTR)
				(void)attr_fault(in, (enum wire_attr)i, "mangler");
			continue;
		}
		if (e->bad[i] || !check_text(in, e, (enum wire_attr)i) || checks[i] == NULL)
			continue;
		kode = checks[i](in, e->v[i]);
		if (kode != NULL)
			(void)attr_fault(in, (enum wire_attr)i, kode);
	}
}

void
wire_env_id(struct wire_in *in, const struct wire_env *e)
{
	if (e->seen[WIRE_ID] && !e->bad[WIRE_ID] && check_text(in, e, WIRE_ID))
		in->in->ev.id = e->v[WIRE_ID];
}

bool
wire_env_early(struct wire_in *in, const struct wire_env *e)
{
	if (!e->seen[WIRE_TYPE] || e->bad[WIRE_TYPE] || !e->seen[WIRE_TIME_ATTR] ||
	    e->bad[WIRE_TIME_ATTR])
		return false;
	return check_type(in, e->v[WIRE_TYPE]) == NULL &&
	    check_time(in, e->v[WIRE_TIME_ATTR]) == NULL;
}
