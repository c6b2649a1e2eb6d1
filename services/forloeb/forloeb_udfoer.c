// SPDX-License-Identifier: MPL-2.0
#include "run_int.h"

#define KILDE "/parloeb/forloeb"

/* Sub-key of a kept event. */
struct sub {
	uint8_t b[1 + sizeof(struct plb_uuid)];
};

static struct sub
sub_af(struct emne e)
{
	struct sub s;

	s.b[0] = (uint8_t)e.art;
	memcpy(s.b + 1, e.id.b, sizeof(e.id.b));
	return s;
}

static enum plb_err
send_med(struct udfoer *u, const char *topic, int32_t partition, struct plb_slice key,
    const struct plb_event *ev, struct plb_slice value)
{
	struct plb_event_texts texts;
	struct plb_header h[PLB_HEADERS_MAX];
	size_t n = plb_event_headers(ev, &texts, h);
	enum plb_err err = plb_flow_emit(u->tx, topic, partition, key, value, h, n);

	return err == PLB_OK ? PLB_OK : plb_err_set(u->ec, err, "message for %s not taken", topic);
}

enum plb_err
udfoer_send(struct udfoer *u, const char *topic, struct plb_slice key, const struct plb_event *ev,
    struct plb_slice value)
{
	return send_med(u, topic, -1, key, ev, value);
}

/* A withdrawal also goes where every reader of mailboxes sees it ahead: beside the organisation's
 * own partition, under what it withdraws. */
static enum plb_err
send_tilbagekaldt(
    struct udfoer *u, const struct effekt *e, const struct plb_event *ev, struct plb_slice value)
{
	const struct plb_uuid *trukket = &e->u.levering_tilbagekaldt.leveringid;
	int32_t partition = plb_flow_partition_for(u->tx, "ud", plb_org_slice(&e->til));

	if (partition < 0)
		return plb_err_set(u->ec, PLB_E_IO, "partitions of ud are not known");
	return send_med(
	    u, "tilbagekaldt", partition, plb_slice(trukket->b, sizeof(trukket->b)), ev, value);
}

/* To one organisation: `ev` says what it is, the effect to whom it goes. */
static enum plb_err
send_ud(
    struct udfoer *u, const struct effekt *e, const struct plb_event *ev, struct plb_slice value)
{
	bool trukket = e->art == EFFEKT_LAVET && e->type == LAVET_LEVERING_TILBAGEKALDT;
	enum plb_err err;
	struct plb_event ud = {.id = ev->id,
	    .source = ev->source,
	    .type = ev->type,
	    .time = ev->time,
	    .traceparent = ev->traceparent,
	    .has_leveringid = true,
	    .leveringid = e->leveringid,
	    .causationid = e->causationid,
	    .nummer = ev->nummer,
	    .has_frist = e->har_frist,
	    .frist = e->frist};

	if (e->sequence > 0) {
		ud.sequence = e->sequence;
		ud.has_correlationid = true;
		ud.correlationid = e->correlationid;
		ud.has_person = true;
		memcpy(ud.person.b, u->primary.p, sizeof(ud.person.b));
	}
	if (e->skjul_sted)
		ud.skjul = plb_slice_str("sted");
	ud.has_tilbagekalder = trukket;
	if (trukket)
		ud.tilbagekalder = e->u.levering_tilbagekaldt.leveringid;
	err = udfoer_send(u, "ud", plb_org_slice(&e->til), &ud, value);
	return err == PLB_OK && trukket ? send_tilbagekaldt(u, e, &ud, value) : err;
}

/* ---- effects, by kind ---- */

static enum plb_err
gem_vaerdi(struct udfoer *u, struct emne emne, struct plb_slice blob)
{
	struct sub s = sub_af(emne);
	enum plb_err err =
	    plb_flow_put(u->tx, u->primary, plb_slice(s.b, sizeof(s.b)), blob, PLB_TIME_NEVER);

	return err == PLB_OK ? PLB_OK : plb_err_set(u->ec, err, "event not kept");
}

/* The blob kept under an emne, borrowed from the state. */
static enum plb_err
gemt_blob(struct udfoer *u, struct emne emne, struct plb_slice *blob)
{
	struct sub s = sub_af(emne);

	if (!plb_flow_get(u->tx, u->primary, plb_slice(s.b, sizeof(s.b)), blob, NULL))
		return plb_err_set(u->ec, PLB_E_UKENDT, "kept event is not there");
	return PLB_OK;
}

/* The event at hand, which may be one that waited. */
static enum plb_err
gem(struct udfoer *u, const struct effekt *e)
{
	struct plb_buf *b = &u->r->value;
	struct plb_slice blob;
	enum plb_err err;

	if (!plb_uuid_is_nil(e->genspil)) {
		err = gemt_blob(u, (struct emne){'v', e->genspil}, &blob);
		return err == PLB_OK ? gem_vaerdi(u, e->emne, plb_arena_dup(&u->r->arena, blob))
				     : err;
	}
	plb_buf_reset(b);
	err = forloeb_wire_gem(u->r->wire, u->ev, u->value, &u->r->arena, b);
	if (err != PLB_OK)
		return plb_err_set(u->ec, err, "event not kept");
	return gem_vaerdi(u, e->emne, plb_slice(b->p, b->len));
}

static enum plb_err
glem(struct udfoer *u, const struct effekt *e)
{
	struct sub s = sub_af(e->emne);

	return plb_flow_del(u->tx, u->primary, plb_slice(s.b, sizeof(s.b)));
}

enum plb_err
udfoer_hent(struct udfoer *u, struct emne emne, struct plb_event *ev, struct plb_slice *value)
{
	struct plb_slice blob;
	enum plb_err err = gemt_blob(u, emne, &blob);

	if (err != PLB_OK)
		return err;
	return forloeb_wire_hent(u->r->wire, blob, &u->r->arena, ev, value, u->ec);
}

/* Another organisation's event may carry a number that the person has no more. */
static enum plb_err
nyeste_nummer(struct udfoer *u, struct plb_event *ev)
{
	const struct forseglet *s = &u->p->forseglet;
	size_t n = s->kilde.len + 1 + s->id.len + 1 + s->cpr.len;
	uint8_t *p;

	if (u->p->identitet.id.p == NULL || s->cpr.p == NULL)
		return PLB_OK;
	p = plb_arena_alloc(&u->r->arena, n);
	if (p == NULL)
		return plb_err_set(u->ec, PLB_E_FOR_STOR, "newest number");
	ev->nummer = plb_slice(p, n);
	memcpy(p, s->kilde.p, s->kilde.len);
	p += s->kilde.len;
	*p++ = 0;
	memcpy(p, s->id.p, s->id.len);
	p += s->id.len;
	*p++ = 0;
	memcpy(p, s->cpr.p, s->cpr.len);
	return PLB_OK;
}

static enum plb_err
relae_ud(
    struct udfoer *u, const struct effekt *e, const struct plb_event *fra, struct plb_slice value)
{
	struct plb_event ev = *fra;
	enum plb_err err = nyeste_nummer(u, &ev);

	return err == PLB_OK ? send_ud(u, e, &ev, value) : err;
}

static enum plb_err
relae_fra(struct udfoer *u, const struct effekt *e, struct emne emne)
{
	struct plb_event ev;
	struct plb_slice value;
	enum plb_err err = udfoer_hent(u, emne, &ev, &value);

	if (err != PLB_OK)
		return err;
	return relae_ud(u, e, &ev, value);
}

static enum plb_err
relae(struct udfoer *u, const struct effekt *e)
{
	if (!plb_uuid_is_nil(e->genspil))
		return relae_fra(u, e, (struct emne){'v', e->genspil});
	return relae_ud(u, e, u->ev, u->value);
}

static enum plb_err
relae_gemt(struct udfoer *u, const struct effekt *e)
{
	return relae_fra(u, e, e->emne);
}

static enum plb_err
hent_value(void *arg, struct emne emne, struct plb_slice *value, struct plb_errctx *ec)
{
	struct udfoer *u = arg;
	struct plb_event ev;

	(void)ec; /* u->ec is the same */
	return udfoer_hent(u, emne, &ev, value);
}

/* To the recipient, and a copy to `forloeb` for those who follow the course. */
static enum plb_err
lavet(struct udfoer *u, const struct effekt *e)
{
	static const struct forseglet intet = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	const struct lavet_gemte gemte = {hent_value, u};
	struct plb_buf *b = &u->r->value;
	char id[PLB_UUID_TEXT];
	struct plb_event ev = {.source = plb_slice_str(KILDE), .time = e->time};
	enum plb_err err;

	plb_buf_reset(b);
	err = forloeb_lavet_skriv(u->r->lavet, e, e->sequence > 0 ? &u->p->forseglet : &intet,
	    &gemte, &u->r->arena, b, u->ec);
	if (err != PLB_OK)
		return err;
	ev.id = plb_slice_str(plb_uuid_text(e->id, id));
	ev.type = plb_slice_str(forloeb_lavet_type(u->r->lavet, e->type));
	if (u->ev != NULL)
		ev.traceparent = u->ev->traceparent;
	err = send_ud(u, e, &ev, plb_slice(b->p, b->len));
	if (err != PLB_OK)
		return err;
	if (e->sequence == 0)
		return PLB_OK; /* stands outside the forløb */
	ev.trin = PLB_TRIN_AFLEDT;
	ev.has_correlationid = true;
	ev.correlationid = e->correlationid;
	ev.causationid = e->causationid;
	return udfoer_send(u, "forloeb", u->primary, &ev, plb_slice(b->p, b->len));
}

/* A fact that waited does so no more: the second word on it. */
static enum plb_err
udfald(struct udfoer *u, const struct effekt *e)
{
	struct plb_slice value;
	struct plb_event ev;
	enum plb_err err = udfoer_hent(u, e->emne, &ev, &value);

	if (err != PLB_OK)
		return err;
	ev.org = e->til;
	ev.has_hmac = true;
	memcpy(ev.hmac, e->u.udfald.hmac, sizeof(ev.hmac));
	ev.trin = e->u.udfald.trin;
	ev.fejl = plb_slice_str(e->u.udfald.fejl);
	ev.has_correlationid = !plb_uuid_is_nil(e->correlationid);
	ev.correlationid = e->correlationid;
	return udfoer_send(u, "forloeb", u->primary, &ev, value);
}

typedef enum plb_err effekt_fn(struct udfoer *u, const struct effekt *e);

static effekt_fn *const effekter[] = {
    [EFFEKT_GEM] = gem,
    [EFFEKT_GLEM] = glem,
    [EFFEKT_RELAE] = relae,
    [EFFEKT_RELAE_GEMT] = relae_gemt,
    [EFFEKT_LAVET] = lavet,
    [EFFEKT_UDFALD] = udfald,
};

enum plb_err
udfoer_alle(struct udfoer *u)
{
	const struct effekter *out = &u->r->effekter;
	enum plb_err err = PLB_OK;
	size_t i;

	for (i = 0; err == PLB_OK && i < out->n; i++)
		err = effekter[out->e[i].art](u, &out->e[i]);
	return err;
}
