// SPDX-License-Identifier: MPL-2.0
#include "bevis.h"

#include <stdio.h>
#include <stdlib.h>

#include <parloeb/crypto.h>
#include <parloeb/json.h>
#include <parloeb/loop.h>

#define FORMAT "parloeb-bevis-1"
#define DIGEST 32
#define SALT 16
#define RECORD_MAX ((size_t)4 << 20)

/* Steps of levering-status, in the order of the schema. */
static const char *const TRIN[] = {"forsoegt", "leveret", "haandteret", "afvist-midlertidigt",
    "afvist-endeligt", "slettet", "parkeret", "tilbagekaldt", "udloebet"};

/* ---- the digest of one record, bound to the one before ---- */

static void
part(struct plb_buf *b, struct plb_slice s)
{
	plb_buf_u32(b, (uint32_t)s.len);
	plb_buf_slice(b, s);
}

/* Lengths in front, so that no byte can move from one part to the next. */
static void
record_digest(const struct plb_record *r, const uint8_t salt[SALT], const uint8_t before[DIGEST],
    uint8_t out[DIGEST])
{
	struct plb_buf b;
	size_t i;

	plb_buf_init(&b, 2 * RECORD_MAX);
	plb_buf_put(&b, salt, SALT);
	plb_buf_put(&b, before, DIGEST);
	part(&b, plb_slice_str(r->topic));
	plb_buf_u64(&b, (uint64_t)r->partition);
	plb_buf_u64(&b, (uint64_t)r->offset);
	plb_buf_u64(&b, (uint64_t)r->timestamp.ms);
	part(&b, r->key);
	part(&b, r->value);
	for (i = 0; i < r->n_headers; i++) {
		part(&b, plb_slice_str(r->header[i].name));
		part(&b, r->header[i].value);
	}
	plb_sha256(plb_slice(b.p, b.len), out);
	plb_buf_fini(&b);
}

/* ---- writing ---- */

struct bevis {
	struct plb_buf *out;
	uint8_t last[DIGEST];
	size_t n;
};

enum plb_err
bevis_ny(const struct bevis_hoved *h, struct plb_buf *out, struct bevis **b, struct plb_errctx *ec)
{
	char id[PLB_UUID_TEXT], tid[PLB_TIME_TEXT];

	*b = calloc(1, sizeof(**b));
	if (*b == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "bevis");
	(*b)->out = out;
	plb_buf_printf(out, "{\"format\":\"" FORMAT "\",\"leveringid\":\"%s\",\"organisation\":",
	    plb_uuid_text(h->leveringid, id));
	plb_buf_json(out, h->organisation);
	plb_buf_str(out, ",\"type\":");
	plb_buf_json(out, h->type);
	plb_buf_printf(out, ",\"udstedt\":\"%s\",\"trin\":[", plb_time_text(h->udstedt, tid));
	return PLB_OK;
}

static void
put_base64(struct plb_buf *out, struct plb_slice s)
{
	plb_buf_str(out, "\"");
	if (plb_base64(s, out) != PLB_OK)
		out->failed = true;
	plb_buf_str(out, "\"");
}

void
bevis_trin(struct bevis *b, const struct plb_record *r)
{
	uint8_t salt[SALT];
	size_t i;

	plb_random(salt, sizeof(salt));
	record_digest(r, salt, b->last, b->last);
	plb_buf_printf(b->out,
	    "%s\n{\"emne\":\"%s\",\"partition\":%d,\"offset\":%lld,\"logget\":%lld,\"salt\":\"",
	    b->n++ > 0 ? "," : "", r->topic, r->partition, (long long)r->offset,
	    (long long)r->timestamp.ms);
	plb_buf_hex(b->out, plb_slice(salt, sizeof(salt)));
	plb_buf_str(b->out, "\",\"digest\":\"");
	plb_buf_hex(b->out, plb_slice(b->last, sizeof(b->last)));
	plb_buf_str(b->out, "\",\"noegle\":");
	put_base64(b->out, r->key);
	plb_buf_str(b->out, ",\"hoveder\":[");
	for (i = 0; i < r->n_headers; i++) {
		plb_buf_str(b->out, i > 0 ? ",[" : "[");
		plb_buf_json(b->out, plb_slice_str(r->header[i].name));
		plb_buf_str(b->out, ",");
		put_base64(b->out, r->header[i].value);
		plb_buf_str(b->out, "]");
	}
	plb_buf_str(b->out, "],\"vaerdi\":");
	put_base64(b->out, r->value);
	plb_buf_str(b->out, "}");
}

void
bevis_slut(struct bevis **b)
{
	if (*b == NULL)
		return;
	plb_buf_str((*b)->out, "]}");
	free(*b);
	*b = NULL;
}

/* ---- reading ---- */

static bool
hex(const struct plb_jv *v, uint8_t *out, size_t n)
{
	struct plb_secret s;

	if (plb_secret_hex(plb_jv_str(v), &s) != PLB_OK || s.len != n)
		return false;
	memcpy(out, s.b, n);
	return true;
}

/* base64 text into the arena; "" is nothing. */
static bool
bytes(const struct plb_jv *v, struct plb_arena *a, struct plb_slice *out)
{
	struct plb_slice text = plb_jv_str(v);
	struct plb_buf b;
	bool ok;

	*out = plb_slice(NULL, 0);
	if (plb_jv_kind(v) != PLB_JV_STR)
		return false;
	if (text.len == 0)
		return true;
	plb_buf_init(&b, RECORD_MAX);
	ok = plb_base64_decode(text, &b) == PLB_OK && plb_buf_done(&b, out) == PLB_OK;
	if (ok)
		*out = plb_arena_dup(a, *out);
	plb_buf_fini(&b);
	return ok && out->p != NULL;
}

static const char *
text(const struct plb_jv *v, struct plb_arena *a)
{
	return (const char *)plb_arena_dup(a, plb_jv_str(v)).p;
}

static bool
read_record(const struct plb_jv *v, struct plb_arena *a, struct plb_record *r)
{
	const struct plb_jv *h = plb_jv_get(v, "hoveder");
	size_t i;

	*r = (struct plb_record){.topic = text(plb_jv_get(v, "emne"), a),
	    .partition = (int32_t)plb_jv_int(plb_jv_get(v, "partition"), -1),
	    .offset = plb_jv_int(plb_jv_get(v, "offset"), -1),
	    .timestamp = {plb_jv_int(plb_jv_get(v, "logget"), -1)},
	    .n_headers = plb_jv_len(h)};
	if (r->topic == NULL || plb_jv_kind(h) != PLB_JV_ARR || r->n_headers > PLB_HEADERS_MAX ||
	    !bytes(plb_jv_get(v, "noegle"), a, &r->key) ||
	    !bytes(plb_jv_get(v, "vaerdi"), a, &r->value))
		return false;
	for (i = 0; i < r->n_headers; i++) {
		const struct plb_jv *pair = plb_jv_at(h, i);

		r->header[i].name = text(plb_jv_at(pair, 0), a);
		if (r->header[i].name == NULL || !bytes(plb_jv_at(pair, 1), a, &r->header[i].value))
			return false;
	}
	return true;
}

/* Avro's zig-zag number. */
static bool
avro_long(struct plb_slice *s, int64_t *out)
{
	uint64_t v = 0;
	int shift = 0;

	while (s->len > 0 && shift < 64) {
		uint8_t b = *s->p;

		*s = plb_slice(s->p + 1, s->len - 1);
		v |= (uint64_t)(b & 0x7f) << shift;
		shift += 7;
		if ((b & 0x80) == 0) {
			*out = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
			return true;
		}
	}
	return false;
}

static bool
avro_bytes(struct plb_slice *s, struct plb_slice *out)
{
	int64_t n;

	if (!avro_long(s, &n) || n < 0 || (uint64_t)n > s->len)
		return false;
	*out = plb_slice(s->p, (size_t)n);
	*s = plb_slice(s->p + n, s->len - (size_t)n);
	return true;
}

/* The front of a levering-status, which is the same in all its versions: leveringId, organisation,
 * trin, tid, forsoeg, digest. */
static bool
read_status(const struct plb_record *r, const struct bevis_laest *b, struct bevis_trin_laest *t)
{
	size_t frame = r->value.len > 10 && r->value.p[0] == 0xc3 ? 10 : 5;
	struct plb_slice s, org;
	int64_t trin, ms, branch;

	if (r->value.len < frame + 16 || memcmp(r->value.p + frame, b->leveringid.b, 16) != 0)
		return false;
	s = plb_slice(r->value.p + frame + 16, r->value.len - frame - 16);
	if (!avro_bytes(&s, &org) || !plb_slice_eq(org, b->organisation) || !avro_long(&s, &trin) ||
	    trin < 0 || (size_t)trin >= sizeof(TRIN) / sizeof(TRIN[0]) || !avro_long(&s, &ms) ||
	    !avro_long(&s, &t->forsoeg) || !avro_long(&s, &branch))
		return false;
	t->trin = TRIN[trin];
	t->tid = (struct plb_time){ms};
	return branch == 0 || avro_bytes(&s, &t->digest);
}

/* What a record says of the delivery; false: it is not about it. */
static bool
meaning(const struct plb_record *r, const struct bevis_laest *b, struct bevis_trin_laest *t)
{
	struct plb_errctx ec = {{0}};
	struct plb_event ev;

	if (strcmp(r->topic, "svar") == 0)
		return read_status(r, b, t);
	if (plb_event_from_record(r, strcmp(r->topic, "ud") != 0, &ev, &ec) != PLB_OK)
		return false;
	t->tid = ev.time;
	if (strcmp(r->topic, "ud") == 0) {
		t->trin = "adresseret";
		return ev.has_leveringid && plb_uuid_eq(ev.leveringid, b->leveringid) &&
		    plb_slice_eq(r->key, b->organisation);
	}
	t->trin = strcmp(r->topic, "ind") == 0 ? "accepteret"
	    : strcmp(r->topic, "forloeb") == 0 ? plb_trin_text(ev.trin)
					       : NULL;
	return t->trin != NULL;
}

static enum plb_err
read_step(const struct plb_jv *v, struct plb_arena *a, const struct bevis_laest *b,
    uint8_t last[DIGEST], struct bevis_trin_laest *t, struct plb_errctx *ec)
{
	uint8_t salt[SALT], want[DIGEST], got[DIGEST];
	struct plb_record r;

	if (!read_record(v, a, &r) || !hex(plb_jv_get(v, "salt"), salt, SALT) ||
	    !hex(plb_jv_get(v, "digest"), want, DIGEST))
		return plb_err_set(ec, PLB_E_FORM, "a step of the wrong form");
	record_digest(&r, salt, last, got);
	if (memcmp(got, want, DIGEST) != 0)
		return plb_err_set(ec, PLB_E_ADGANG,
		    "%s %d/%lld: the digest is not that of the record and the one before it",
		    r.topic, r.partition, (long long)r.offset);
	memcpy(last, got, DIGEST);
	if (!meaning(&r, b, t))
		return plb_err_set(ec, PLB_E_ADGANG,
		    "%s %d/%lld: the record is not about this delivery", r.topic, r.partition,
		    (long long)r.offset);
	t->emne = plb_slice_str(r.topic);
	t->partition = r.partition;
	t->offset = r.offset;
	t->logget = r.timestamp;
	return PLB_OK;
}

enum plb_err
bevis_tjek(
    struct plb_slice proof, struct plb_arena *a, struct bevis_laest *out, struct plb_errctx *ec)
{
	uint8_t last[DIGEST] = {0};
	const struct plb_jv *v, *list;
	enum plb_err err = PLB_OK;
	bool addressed = false;
	size_t i;

	*out = (struct bevis_laest){.n = 0};
	if (plb_jv_parse(a, proof, &v, ec) != PLB_OK ||
	    !plb_slice_is(plb_jv_str(plb_jv_get(v, "format")), FORMAT) ||
	    plb_uuid_parse(plb_jv_str(plb_jv_get(v, "leveringid")), true, &out->leveringid) !=
		PLB_OK)
		return plb_err_set(ec, PLB_E_FORM, "not a proof of delivery");
	list = plb_jv_get(v, "trin");
	out->organisation = plb_jv_str(plb_jv_get(v, "organisation"));
	out->type = plb_jv_str(plb_jv_get(v, "type"));
	out->n = plb_jv_len(list);
	out->trin =
	    out->n > BEVIS_TRIN_MAX ? NULL : plb_arena_calloc(a, out->n + 1, sizeof(*out->trin));
	if (out->trin == NULL)
		return plb_err_set(ec, PLB_E_FOR_STOR, "too many steps");
	for (i = 0; i < out->n && err == PLB_OK; i++) {
		err = read_step(plb_jv_at(list, i), a, out, last, &out->trin[i], ec);
		addressed =
		    addressed || (err == PLB_OK && strcmp(out->trin[i].trin, "adresseret") == 0);
	}
	if (err == PLB_OK && !addressed)
		err = plb_err_set(
		    ec, PLB_E_ADGANG, "the record that addresses the delivery is missing");
	return err;
}

bool
bevis_krop(const struct bevis_laest *b, struct plb_slice body)
{
	uint8_t sum[DIGEST];
	struct plb_buf all;
	size_t i;

	plb_buf_init(&all, 16 + body.len);
	plb_buf_put(&all, b->leveringid.b, 16);
	plb_buf_slice(&all, body);
	plb_sha256(plb_slice(all.p, all.len), sum);
	plb_buf_fini(&all);
	for (i = 0; i < b->n; i++)
		if (b->trin[i].digest.len == DIGEST &&
		    memcmp(b->trin[i].digest.p, sum, DIGEST) == 0)
			return true;
	return false;
}
