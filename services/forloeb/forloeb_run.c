// SPDX-License-Identifier: MPL-2.0
#include "run_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "forloeb_metrics.h"

/* Of one record: state decoded, what is made of it, and the state again. */
#define ARENA_MAX ((size_t)16 << 20)
#define VALUE_MAX ((size_t)1 << 20)

/* Unless the configuration says otherwise. */
#define DAG_MS INT64_C(86400000)
#define VENTE_MS (30 * DAG_MS)
#define BEHOLD_MS (1096 * DAG_MS)

static enum plb_err
gem_person(struct udfoer *u, struct plb_time due)
{
	struct forloeb_run *r = u->r;
	enum plb_err err;

	if (forloeb_tom(u->p))
		return plb_flow_del(u->tx, u->primary, plb_slice(NULL, 0));
	plb_buf_reset(&r->value);
	err = forloeb_tilstand_skriv(r->tilstand, u->p, &r->arena, &r->value);
	if (err == PLB_OK)
		err = plb_flow_put(u->tx, u->primary, plb_slice(NULL, 0),
		    plb_slice(r->value.p, r->value.len), due);
	if (err != PLB_OK)
		return plb_err_set(u->ec, err, "state of a person not kept");
	forloeb_metrics_person(r->value.len);
	return PLB_OK;
}

/* Only what a whole call did is counted: a refused one leaves no trace. */
static void
tael(const struct effekter *out)
{
	size_t i;

	for (i = 0; i < out->n; i++)
		if (out->e[i].art == EFFEKT_LAVET)
			forloeb_metrics_lavet(out->e[i].type);
		else if (out->e[i].art == EFFEKT_RELAE || out->e[i].art == EFFEKT_RELAE_GEMT)
			forloeb_metrics_relaeet();
}

/* What became of the fact, for all who follow. */
static enum plb_err
send_fakta(struct udfoer *u, const struct forloeb_udfald *ud)
{
	const struct plb_event *h = u->ev;
	struct plb_event ev = {.id = h->id,
	    .source = h->source,
	    .type = h->type,
	    .time = h->time,
	    .traceparent = h->traceparent,
	    .org = h->org,
	    .has_hmac = h->has_hmac,
	    .trin = ud->trin};

	memcpy(ev.hmac, h->hmac, sizeof(ev.hmac));
	ev.fejl = plb_slice_str(ud->fejl);
	ev.afventer = plb_slice_str(ud->afventer);
	ev.has_correlationid = !plb_uuid_is_nil(ud->forloeb);
	ev.correlationid = ud->forloeb;
	return udfoer_send(u, "forloeb", u->primary, &ev, u->value);
}

static enum plb_err
laes_person(struct forloeb_run *r, struct plb_flow_tx *tx, struct plb_slice primary,
    struct person *p, struct plb_errctx *ec)
{
	struct plb_slice blob;

	if (plb_flow_get(tx, primary, plb_slice(NULL, 0), &blob, NULL))
		return forloeb_tilstand_laes(r->tilstand, blob, &r->arena, p, ec);
	memset(p, 0, sizeof(*p));
	return PLB_OK;
}

/* For the core: a fact that waits, read again. */
static enum plb_err
hent_ventende(void *arg, struct emne emne, struct haendelse *out)
{
	struct udfoer *u = arg;
	struct plb_slice value;
	struct plb_event ev;
	enum plb_err err = udfoer_hent(u, emne, &ev, &value);

	if (err == PLB_OK) {
		ev.has_person = true;
		memcpy(ev.person.b, u->primary.p, sizeof(ev.person.b));
		err = forloeb_wire_laes(u->r->wire, &ev, value, &u->r->arena, out, u->ec);
	}
	return err;
}

/* What the step stands on; u answers its questions. */
static struct forloeb_grund
grund(struct udfoer *u)
{
	struct forloeb_grund g = u->r->grund;

	g.hent = hent_ventende;
	g.arg = u;
	return g;
}

static enum plb_err
fakta(struct forloeb_run *r, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *rec, struct plb_time now, struct plb_errctx *ec)
{
	struct person p;
	struct haendelse h;
	struct forloeb_udfald ud;
	struct udfoer u = {r, tx, rec->key, ev, rec->value, &p, ec};
	const struct forloeb_grund g = grund(&u);
	enum plb_err err;

	if (plb_org_type(&ev->org) == PLB_ORG_INGEN)
		return plb_err_set(ec, PLB_E_FORM, "header plb_org is missing");
	plb_arena_reset(&r->arena);
	err = forloeb_wire_laes(r->wire, ev, rec->value, &r->arena, &h, ec);
	if (err == PLB_OK)
		err = laes_person(r, tx, rec->key, &p, ec);
	if (err != PLB_OK)
		return err;
	err = forloeb_step(&p, &h, now, &g, &r->arena, &r->effekter, &ud);
	if (err != PLB_OK)
		return plb_err_set(ec, err, "more than one step can hold");
	err = udfoer_alle(&u);
	/* What becomes of a change of number is told under the course's own key. */
	if (err == PLB_OK && !ev->has_foerste)
		err = send_fakta(&u, &ud);
	if (err == PLB_OK)
		err = gem_person(&u, ud.naeste);
	if (err != PLB_OK)
		return err;
	tael(&r->effekter);
	forloeb_metrics_fakta(ud.trin);
	return PLB_OK;
}

/* Statuses that settle a delivery or say that it has arrived; the others change nothing here. Of a
 * copy by another channel its arrival alone counts. */
static bool
betyder_noget(const struct svar_status *s)
{
	if (s->kanal.len > 0 && s->svar.trin != LEVERINGSTRIN_LEVERET)
		return false;
	return s->svar.sequence > 0 && !plb_uuid_is_nil(s->forloeb) &&
	    s->svar.trin != LEVERINGSTRIN_FORSOEGT && s->svar.trin != LEVERINGSTRIN_PARKERET &&
	    s->svar.trin != LEVERINGSTRIN_AFVIST_MIDLERTIDIGT;
}

/* What became of a delivery. Nobody waits for it unless something follows. */
static enum plb_err
status(struct forloeb_run *r, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *rec, const struct svar_status *s, struct plb_time now,
    struct plb_errctx *ec)
{
	struct person p;
	struct udfoer u = {r, tx, rec->key, ev, rec->value, &p, ec};
	const struct forloeb_grund g = grund(&u);
	struct plb_time naeste;
	enum plb_err err = laes_person(r, tx, rec->key, &p, ec);

	if (err != PLB_OK || p.forloeb.n == 0)
		return err;
	err = forloeb_svar(
	    &p, s->forloeb, &s->svar, ev->id, now, &g, &r->arena, &r->effekter, &naeste);
	if (err != PLB_OK)
		return plb_err_set(ec, err, "more than one step can hold");
	if (r->effekter.n == 0)
		plb_flow_can_wait(tx);
	err = udfoer_alle(&u);
	if (err == PLB_OK)
		err = gem_person(&u, naeste);
	if (err == PLB_OK)
		tael(&r->effekter);
	return err;
}

/* From the satellites: statuses of deliveries, and facts as from a partner. */
static enum plb_err
svar(struct forloeb_run *r, struct plb_flow_tx *tx, const struct plb_event *ev,
    const struct plb_record *rec, struct plb_time now, struct plb_errctx *ec)
{
	const struct plb_schema *skema;
	struct plb_slice body;
	struct svar_status s;
	enum plb_err err = plb_frame_open(r->schemas, rec->value, &skema, &body, ec);

	if (err == PLB_OK && !plb_slice_is(ev->type, plb_schema_type(skema)))
		err = plb_err_set(ec, PLB_E_FORM, "value is not of the type that the header names");
	if (err != PLB_OK)
		return err;
	forloeb_metrics_kvittering();
	if (!svar_wire_kender(r->svar, skema))
		return forloeb_wire_kender(skema) ? fakta(r, tx, ev, rec, now, ec)
						  : plb_avro_check(skema, body, ec);
	plb_arena_reset(&r->arena);
	err = svar_wire_laes(r->svar, skema, body, &r->arena, &s, ec);
	if (err == PLB_OK && betyder_noget(&s))
		return status(r, tx, ev, rec, &s, now, ec);
	plb_flow_can_wait(tx);
	return err;
}

static enum plb_err
record(void *arg, struct plb_flow_tx *tx, const struct plb_record *rec, struct plb_time now,
    struct plb_errctx *ec)
{
	struct forloeb_run *r = arg;
	struct plb_event ev;
	enum plb_err err = plb_event_from_record(rec, true, &ev, ec);

	if (err != PLB_OK)
		return err;
	return strcmp(rec->topic, "svar") == 0 ? svar(r, tx, &ev, rec, now, ec)
					       : fakta(r, tx, &ev, rec, now, ec);
}

/* Id of a due time as the cause of what is made. */
static struct plb_slice
timer_id(struct plb_slice primary, struct plb_time due, char out[PLB_UUID_TEXT])
{
	char ms[24];
	struct plb_slice dele[3] = {plb_slice_str("timer"), primary, {NULL, 0}};

	snprintf(ms, sizeof(ms), "%lld", (long long)due.ms);
	dele[2] = plb_slice_str(ms);
	return plb_slice_str(plb_uuid_text(plb_uuid5(PLB_UUID_NS, dele, 3), out));
}

static enum plb_err
timer(void *arg, struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time now, struct plb_errctx *ec)
{
	struct forloeb_run *r = arg;
	struct person p;
	struct udfoer u = {r, tx, primary, NULL, {NULL, 0}, &p, ec};
	const struct forloeb_grund g = grund(&u);
	struct plb_time naeste;
	char id[PLB_UUID_TEXT];
	enum plb_err err;

	if (sub.len != 0 || primary.len != sizeof(struct plb_person))
		return plb_err_set(ec, PLB_E_FORM, "timer of an entry that has none");
	plb_arena_reset(&r->arena);
	err = forloeb_tilstand_laes(r->tilstand, blob, &r->arena, &p, ec);
	if (err != PLB_OK)
		return err;
	err = forloeb_timer(
	    &p, timer_id(primary, now, id), now, &g, &r->arena, &r->effekter, &naeste);
	if (err != PLB_OK)
		return plb_err_set(ec, err, "more than one step can hold");
	err = udfoer_alle(&u);
	if (err == PLB_OK)
		err = gem_person(&u, naeste);
	if (err == PLB_OK)
		tael(&r->effekter);
	return err;
}

/* ---- a state that this version cannot read ---- */

struct kontrol {
	const struct forloeb_run *r;
	bool kendt;
};

static bool
kontroller(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
    struct plb_time due)
{
	struct kontrol *k = arg;

	(void)primary;
	(void)sub;
	(void)due;
	k->kendt = forloeb_tilstand_kendt(k->r->tilstand, blob);
	return k->kendt;
}

/* A downgrade: going on would park the facts of everybody whose state is of the newer version. */
static void
assigned(void *arg, int32_t partition)
{
	struct forloeb_run *r = arg;
	struct kontrol k = {r, true};
	struct plb_errctx ec = {{0}};

	if (r->flow == NULL)
		return;
	plb_flow_walk(r->flow, partition, kontroller, &k);
	if (!k.kendt)
		plb_flow_stop(r->flow,
		    plb_err_set(&ec, PLB_E_KONFIG,
			"the state of partition %d was written by a newer version of "
			"parloeb-forloeb: start that one",
			partition),
		    &ec);
}

static void
committed(void *arg)
{
	(void)arg;
	forloeb_metrics_committed();
}

static void
aborted(void *arg)
{
	(void)arg;
	forloeb_metrics_aborted();
}

enum plb_err
forloeb_run_new(const struct plb_schemas *schemas, const struct regler *regler, int64_t vindue_ms,
    struct forloeb_run **out, struct plb_errctx *ec)
{
	static const char *const inputs[] = {"ind", "svar", NULL};
	static const char *const outputs[] = {"forloeb", "ud", "tilbagekaldt", "afvist", NULL};
	struct forloeb_run *r = calloc(1, sizeof(*r));
	enum plb_err err;

	*out = NULL;
	if (r == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	r->schemas = schemas;
	r->grund = (struct forloeb_grund){
	    .rr = regler, .vindue_ms = vindue_ms, .vente_ms = VENTE_MS, .behold_ms = BEHOLD_MS};
	plb_arena_init(&r->arena, ARENA_MAX);
	plb_buf_init(&r->value, VALUE_MAX);
	r->spec = (struct plb_flow_spec){.service = "forloeb",
	    .inputs = inputs,
	    .outputs = outputs,
	    .changelog = "forloeb.tilstand",
	    .arg = r,
	    .record = record,
	    .timer = timer,
	    .assigned = assigned,
	    .committed = committed,
	    .aborted = aborted};
	err = forloeb_wire_new(schemas, &r->wire, ec);
	if (err == PLB_OK)
		err = forloeb_tilstand_new(schemas, &r->tilstand, ec);
	if (err == PLB_OK)
		err = forloeb_lavet_new(schemas, &r->lavet, ec);
	if (err == PLB_OK)
		err = svar_wire_new(schemas, &r->svar, ec);
	if (err != PLB_OK)
		forloeb_run_free(&r);
	*out = r;
	return err;
}

void
forloeb_run_regler(struct forloeb_run *r, const struct regler *regler)
{
	r->grund.rr = regler;
}

void
forloeb_run_flow(struct forloeb_run *r, struct plb_flow *f)
{
	r->flow = f;
}

void
forloeb_run_frister(struct forloeb_run *r, int64_t vente_ms, int64_t behold_ms)
{
	r->grund.vente_ms = vente_ms;
	r->grund.behold_ms = behold_ms;
}

void
forloeb_run_free(struct forloeb_run **r)
{
	if (*r == NULL)
		return;
	forloeb_wire_free(&(*r)->wire);
	forloeb_tilstand_free(&(*r)->tilstand);
	forloeb_lavet_free(&(*r)->lavet);
	svar_wire_free(&(*r)->svar);
	plb_arena_fini(&(*r)->arena);
	plb_buf_fini(&(*r)->value);
	free(*r);
	*r = NULL;
}

const struct plb_flow_spec *
forloeb_run_spec(const struct forloeb_run *r)
{
	return &r->spec;
}
