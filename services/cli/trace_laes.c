// SPDX-License-Identifier: MPL-2.0
#include "trace.h"

#include <stdlib.h>

#define ARENA_MAX ((size_t)512 << 20)
#define DATA_MAX ((size_t)4 << 20)

void
trace_init(struct trace *t, const struct plb_schemas *s)
{
	*t = (struct trace){.schemas = s};
	plb_arena_init(&t->arena, ARENA_MAX);
	t->hale = &t->post;
}

void
trace_fini(struct trace *t)
{
	plb_arena_fini(&t->arena);
}

/* ---- whose course ---- */

struct sog {
	struct trace *t;
	struct plb_slice id;
	struct plb_uuid forloeb;
	bool efter_forloeb, har_forloeb;
};

static enum plb_err
er_den(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct sog *s = arg;
	struct plb_event ev;

	if (plb_event_from_record(r, true, &ev, ec) != PLB_OK)
		return PLB_OK; /* not an event: nobody's */
	if (s->efter_forloeb ? !(ev.has_correlationid && plb_uuid_eq(ev.correlationid, s->forloeb))
			     : !plb_slice_eq(ev.id, s->id))
		return PLB_OK;
	s->t->person = ev.person;
	s->t->har_person = true;
	if (ev.has_correlationid) {
		s->forloeb = ev.correlationid;
		s->har_forloeb = true;
	}
	return PLB_OK;
}

enum plb_err
trace_find_haendelse(struct trace *t, struct plb_bus *b, struct plb_slice id,
    struct plb_uuid *forloeb, bool *har_forloeb, struct plb_errctx *ec)
{
	struct sog s = {.t = t, .id = id};
	enum plb_err err = cli_scan(b, "ind", -1, er_den, &s, ec);

	if (err == PLB_OK)
		err = cli_scan(b, "forloeb", -1, er_den, &s, ec);
	if (err == PLB_OK && !t->har_person)
		err = plb_err_set(ec, PLB_E_UKENDT, "no event has this id");
	*forloeb = s.forloeb;
	*har_forloeb = s.har_forloeb;
	return err;
}

enum plb_err
trace_find_forloeb(struct trace *t, struct plb_bus *b, struct plb_uuid id, struct plb_errctx *ec)
{
	struct sog s = {.t = t, .forloeb = id, .efter_forloeb = true};
	enum plb_err err = cli_scan(b, "forloeb", -1, er_den, &s, ec);

	if (err == PLB_OK && !t->har_person)
		err = plb_err_set(ec, PLB_E_UKENDT, "no forløb has this id");
	return err;
}

/* ---- reading ---- */

static enum plb_err
fuld(struct plb_errctx *ec)
{
	return plb_err_set(ec, PLB_E_FOR_STOR, "the course is too long");
}

static struct plb_slice
klar_data(struct trace *t, struct plb_slice value)
{
	struct plb_slice body, json = {NULL, 0};
	const struct plb_schema *s;
	struct plb_errctx ec = {{0}};
	struct plb_buf out;

	plb_buf_init(&out, DATA_MAX);
	if (plb_frame_open(t->schemas, value, &s, &body, &ec) == PLB_OK &&
	    plb_json_data(s, body, NULL, NULL, &out, &ec) == PLB_OK &&
	    plb_buf_done(&out, &json) == PLB_OK)
		json = plb_arena_dup(&t->arena, json);
	else
		json = plb_slice(NULL, 0);
	plb_buf_fini(&out);
	return json;
}

/* Facts are the same by source and id; the copies of something made here by what, why and when. */
static bool
samme(const struct trace_post *p, const struct plb_event *ev, bool lavet)
{
	if (lavet)
		return p->org.text[0] == '\0' && plb_slice_eq(p->navn, plb_event_name(ev->type)) &&
		    plb_slice_eq(p->aarsag_id, ev->causationid) && plb_time_eq(p->time, ev->time);
	return plb_slice_eq(p->id, ev->id) && plb_slice_eq(p->kilde, ev->source);
}

static bool
er_lavet(const struct plb_event *ev)
{
	return plb_slice_starts(ev->source, plb_slice_str("/parloeb/"));
}

/* The entry of an event, made when it is new; NULL when there is no room. */
static struct trace_post *
post(struct trace *t, const struct plb_event *ev, struct plb_slice value)
{
	bool lavet = er_lavet(ev);
	struct trace_post *p;

	for (p = t->post; p != NULL; p = p->next)
		if (samme(p, ev, lavet))
			return p;
	p = plb_arena_calloc(&t->arena, 1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->id = plb_arena_dup(&t->arena, ev->id);
	p->kilde = plb_arena_dup(&t->arena, ev->source);
	p->navn = plb_arena_dup(&t->arena, plb_event_name(ev->type));
	p->aarsag_id = plb_arena_dup(&t->arena, ev->causationid);
	if (!lavet && plb_org_from_source(ev->source, &p->org) != PLB_OK)
		p->org = ev->org;
	p->time = ev->time;
	p->accepteret = p->afgjort = PLB_TIME_UNSET;
	p->data = klar_data(t, value);
	p->levering_hale = &p->levering;
	*t->hale = p;
	t->hale = &p->next;
	t->n++;
	return p;
}

static void
forloeb_af(struct trace_post *p, const struct plb_event *ev)
{
	if (ev->has_correlationid && !p->har_forloeb) {
		p->har_forloeb = true;
		p->forloeb = ev->correlationid;
	}
}

/* The event of a record that is about the person. */
static bool
personens(const struct trace *t, const struct plb_record *r, struct plb_event *ev)
{
	struct plb_errctx ec = {{0}};

	return plb_event_from_record(r, true, ev, &ec) == PLB_OK &&
	    plb_person_eq(ev->person, t->person);
}

static enum plb_err
paa_ind(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct trace *t = arg;
	struct trace_post *p;
	struct plb_event ev;

	if (!personens(t, r, &ev))
		return PLB_OK;
	p = post(t, &ev, r->value);
	if (p == NULL)
		return fuld(ec);
	if (p->accepteret.ms == PLB_TIME_UNSET.ms)
		p->accepteret = r->timestamp;
	return PLB_OK;
}

static enum plb_err
paa_forloeb(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct trace *t = arg;
	struct trace_post *p;
	struct plb_event ev;

	if (!personens(t, r, &ev) || ev.trin == PLB_TRIN_GENTAGELSE)
		return PLB_OK;
	p = post(t, &ev, r->value);
	if (p == NULL)
		return fuld(ec);
	forloeb_af(p, &ev);
	/* Another event under an id that has been used says nothing about the first. */
	if (ev.trin == PLB_TRIN_AFVIST && p->trin != PLB_TRIN_INGEN &&
	    plb_slice_is(ev.fejl, "id-genbrugt"))
		return PLB_OK;
	p->trin = ev.trin;
	p->afgjort = r->timestamp;
	p->fejl = plb_arena_dup(&t->arena, ev.fejl);
	return PLB_OK;
}

/* The refusal of a fact names no person: it is found by the fact. */
static bool
aarsag_er_der(const struct trace *t, struct plb_slice id)
{
	const struct trace_post *p;

	for (p = t->post; p != NULL; p = p->next)
		if (plb_slice_eq(p->id, id))
			return true;
	return false;
}

static enum plb_err
paa_ud(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct trace *t = arg;
	struct trace_levering *l;
	struct trace_post *p;
	struct plb_event ev;
	struct plb_org til;

	if (plb_event_from_record(r, false, &ev, ec) != PLB_OK || !ev.has_leveringid ||
	    plb_org_parse(r->key, &til) != PLB_OK)
		return PLB_OK;
	if (ev.has_person ? !plb_person_eq(ev.person, t->person)
			  : !aarsag_er_der(t, ev.causationid))
		return PLB_OK;
	if (!ev.has_person)
		t->uden_person = true;
	p = post(t, &ev, r->value);
	l = plb_arena_calloc(&t->arena, 1, sizeof(*l));
	if (p == NULL || l == NULL)
		return fuld(ec);
	forloeb_af(p, &ev);
	l->id = ev.leveringid;
	l->til = til;
	l->sequence = ev.sequence;
	l->adresseret = r->timestamp;
	l->trin_hale = &l->trin;
	*p->levering_hale = l;
	p->levering_hale = &l->next;
	return PLB_OK;
}

/* ---- steps of deliveries ---- */

struct status {
	struct plb_uuid id;
	int trin;
	struct plb_time tid;
	int32_t forsoeg;
	struct plb_slice aarsag;
};
static const char *const TRIN[] = {"forsoegt", "leveret", "haandteret", "afvist-midlertidigt",
    "afvist-endeligt", "slettet", "parkeret", "tilbagekaldt", "udloebet", NULL};
static const struct plb_bind STATUS[] = {
    {.name = "leveringId",
	.type = PLB_BIND_FIXED16,
	.offset = offsetof(struct status, id),
	.has = PLB_BIND_REQUIRED},
    {.name = "trin",
	.type = PLB_BIND_ENUM,
	.offset = offsetof(struct status, trin),
	.has = PLB_BIND_REQUIRED,
	.symbols = TRIN},
    {.name = "tid",
	.type = PLB_BIND_TIME,
	.offset = offsetof(struct status, tid),
	.has = PLB_BIND_REQUIRED},
    {.name = "forsoeg",
	.type = PLB_BIND_INT,
	.offset = offsetof(struct status, forsoeg),
	.has = PLB_BIND_REQUIRED},
    {.name = "aarsag",
	.type = PLB_BIND_STRING,
	.offset = offsetof(struct status, aarsag),
	.has = PLB_BIND_REQUIRED},
};
#define VERSIONER_MAX 8
struct svar {
	struct trace *t;
	struct {
		const struct plb_schema *schema;
		struct plb_binding *b;
	} version[VERSIONER_MAX]; /* an older writer's records stay on the topic */
	size_t n;
	struct plb_arena arena;
};

/* NULL: no version of levering-status that is known. */
static const struct plb_binding *
binding_af(const struct svar *s, const struct plb_schema *schema)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->version[i].schema == schema)
			return s->version[i].b;
	return NULL;
}

static struct trace_levering *
levering(const struct trace *t, struct plb_uuid id)
{
	struct trace_levering *l;
	struct trace_post *p;

	for (p = t->post; p != NULL; p = p->next)
		for (l = p->levering; l != NULL; l = l->next)
			if (plb_uuid_eq(l->id, id))
				return l;
	return NULL;
}

static enum plb_err
paa_svar(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct svar *s = arg;
	const struct plb_schema *sc;
	const struct plb_binding *b;
	struct trace_levering *l;
	struct trace_trin *trin;
	struct plb_slice body;
	struct status st;

	plb_arena_reset(&s->arena);
	if (plb_frame_open(s->t->schemas, r->value, &sc, &body, ec) != PLB_OK ||
	    (b = binding_af(s, sc)) == NULL)
		return PLB_OK;
	if (plb_binding_decode(b, body, &s->arena, &st, ec) != PLB_OK || st.trin < 0)
		return PLB_OK;
	l = levering(s->t, st.id);
	if (l == NULL)
		return PLB_OK;
	trin = plb_arena_calloc(&s->t->arena, 1, sizeof(*trin));
	if (trin == NULL)
		return fuld(ec);
	*trin = (struct trace_trin){NULL, plb_slice_str(TRIN[st.trin]),
	    plb_arena_dup(&s->t->arena, st.aarsag), st.tid, st.forsoeg};
	*l->trin_hale = trin;
	l->trin_hale = &trin->next;
	return PLB_OK;
}

static enum plb_err
laes_svar(struct trace *t, struct plb_bus *b, int32_t partition, struct plb_errctx *ec)
{
	const struct plb_slice navn = plb_slice_str("levering-status");
	struct svar s = {.t = t};
	const struct plb_schema *schema;
	enum plb_err err = PLB_OK;

	while (err == PLB_OK && s.n < VERSIONER_MAX &&
	    (schema = plb_schema_version(t->schemas, navn, (unsigned)s.n + 1)) != NULL) {
		err = plb_binding_new_laes(
		    schema, STATUS, sizeof(STATUS) / sizeof(STATUS[0]), &s.version[s.n].b, ec);
		s.version[s.n++].schema = schema;
	}
	if (s.n == 0)
		return plb_err_set(ec, PLB_E_KONFIG, "schema levering-status is missing");
	plb_arena_init(&s.arena, (size_t)4 << 20);
	if (err == PLB_OK)
		err = cli_scan(b, "svar", t->uden_person ? -1 : partition, paa_svar, &s, ec);
	for (size_t i = 0; i < s.n; i++)
		plb_binding_free(&s.version[i].b);
	plb_arena_fini(&s.arena);
	return err;
}

enum plb_err
trace_laes(struct trace *t, struct plb_bus *b, struct plb_errctx *ec)
{
	struct plb_slice key = plb_slice(t->person.b, sizeof(t->person.b));
	int32_t n, partition;
	enum plb_err err = plb_topic_partitions(b, "ind", &n, ec);

	if (err != PLB_OK)
		return err;
	partition = plb_partition(key, n);
	err = cli_scan(b, "ind", partition, paa_ind, t, ec);
	if (err == PLB_OK)
		err = cli_scan(b, "forloeb", partition, paa_forloeb, t, ec);
	if (err == PLB_OK)
		err = cli_scan(b, "ud", -1, paa_ud, t, ec);
	return err == PLB_OK ? laes_svar(t, b, partition, ec) : err;
}

/* ---- choosing and order ---- */

static void
behold(struct trace *t, bool (*skal)(const struct trace_post *p, const void *arg), const void *arg)
{
	struct trace_post *p, *next;

	p = t->post;
	t->post = NULL;
	t->hale = &t->post;
	t->n = 0;
	for (; p != NULL; p = next) {
		next = p->next;
		p->next = NULL;
		if (!skal(p, arg))
			continue;
		*t->hale = p;
		t->hale = &p->next;
		t->n++;
	}
}

static bool
er_i_forloeb(const struct trace_post *p, const void *arg)
{
	const struct plb_uuid *id = arg;

	return p->har_forloeb && plb_uuid_eq(p->forloeb, *id);
}

static bool
er_haendelsen(const struct trace_post *p, const void *arg)
{
	const struct plb_slice *id = arg;

	return plb_slice_eq(p->id, *id) || plb_slice_eq(p->aarsag_id, *id);
}

void
trace_kun_forloeb(struct trace *t, struct plb_uuid forloeb)
{
	behold(t, er_i_forloeb, &forloeb);
}

void
trace_kun_haendelse(struct trace *t, struct plb_slice id)
{
	behold(t, er_haendelsen, &id);
}

/* Decisions about one moment come after the facts of it. */
static bool
efter(const struct trace_post *a, const struct trace_post *b)
{
	bool a_lavet = a->org.text[0] == '\0', b_lavet = b->org.text[0] == '\0';

	if (a->time.ms != b->time.ms)
		return a->time.ms > b->time.ms;
	if (a_lavet != b_lavet)
		return a_lavet;
	return a->afgjort.ms > b->afgjort.ms;
}

void
trace_sorter(struct trace *t)
{
	struct trace_post *p = t->post, *next, **at;

	/* Insertion into a list that is nearly in order already: each search begins at the newest
	 * place. */
	t->post = NULL;
	t->hale = &t->post;
	for (; p != NULL; p = next) {
		next = p->next;
		for (at = &t->post; *at != NULL && !efter(*at, p); at = &(*at)->next)
			;
		p->next = *at;
		*at = p;
		if (p->next == NULL)
			t->hale = &p->next;
	}
}
