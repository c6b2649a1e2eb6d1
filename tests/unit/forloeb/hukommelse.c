// SPDX-License-Identifier: MPL-2.0
#include "hukommelse.h"

#include "regel_yaml.h"

#include <stdlib.h>

#define VINDUE_MS (INT64_C(30) * 86400000)

/* ---- the runtime's calls ---- */

#define PARTITION 3 /* of every mailbox */

/* The runtime's own struct has another shape; here it is the table itself. */
struct plb_flow_tx {
	struct hukommelse *h;
};

static struct plb_slice
kopi(struct hukommelse *h, struct plb_slice s)
{
	struct plb_slice k = plb_arena_dup(&h->a, s);

	assert_non_null(k.p);
	return k;
}

static struct post *
find(struct hukommelse *h, struct plb_slice primary, struct plb_slice sub)
{
	size_t i;

	for (i = 0; i < h->n_post; i++)
		if (plb_slice_eq(h->post[i].primary, primary) && plb_slice_eq(h->post[i].sub, sub))
			return &h->post[i];
	return NULL;
}

bool
plb_flow_get(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice *blob, struct plb_time *due)
{
	const struct post *p = find(tx->h, primary, sub);

	if (p == NULL)
		return false;
	*blob = p->blob;
	if (due != NULL)
		*due = p->due;
	return true;
}

enum plb_err
plb_flow_put(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub,
    struct plb_slice blob, struct plb_time due)
{
	struct hukommelse *h = tx->h;
	struct post *p = find(h, primary, sub);

	if (p == NULL) {
		assert_in_range(h->n_post, 0, POSTER_MAX - 1);
		p = &h->post[h->n_post++];
		p->primary = kopi(h, primary);
		p->sub = kopi(h, sub);
	}
	p->blob = kopi(h, blob);
	p->due = due;
	return PLB_OK;
}

enum plb_err
plb_flow_del(struct plb_flow_tx *tx, struct plb_slice primary, struct plb_slice sub)
{
	struct post *p = find(tx->h, primary, sub);

	if (p != NULL)
		*p = tx->h->post[--tx->h->n_post];
	return PLB_OK;
}

enum plb_err
plb_flow_emit(struct plb_flow_tx *tx, const char *topic, int32_t partition, struct plb_slice key,
    struct plb_slice value, const struct plb_header *hd, size_t n)
{
	struct hukommelse *h = tx->h;
	struct udsendt *u = &h->ud[h->n_ud];
	size_t i;

	assert_in_range(h->n_ud, 0, UDSENDT_MAX - 1);
	assert_int_equal(partition, strcmp(topic, "tilbagekaldt") == 0 ? PARTITION : -1);
	h->n_ud++;
	*u = (struct udsendt){.topic = topic,
	    .key = kopi(h, key),
	    .value = kopi(h, value),
	    .n_headers = n,
	    .ur = h->ur};
	for (i = 0; i < n; i++)
		u->header[i] = (struct plb_header){hd[i].name, kopi(h, hd[i].value)};
	return PLB_OK;
}

void
plb_flow_can_wait(struct plb_flow_tx *tx)
{
	(void)tx; /* each call is a batch of its own */
}

/* The runtime as a whole is the memory. */
struct plb_flow {
	struct hukommelse *h;
};

void
plb_flow_stop(struct plb_flow *f, enum plb_err err, const struct plb_errctx *ec)
{
	f->h->stoppet = err;
	f->h->ec = *ec;
}

void
plb_flow_walk(struct plb_flow *f, int32_t partition,
    bool (*fn)(void *arg, struct plb_slice primary, struct plb_slice sub, struct plb_slice blob,
	struct plb_time due),
    void *arg)
{
	size_t i;

	(void)partition;
	for (i = 0; i < f->h->n_post; i++)
		if (!fn(arg, f->h->post[i].primary, f->h->post[i].sub, f->h->post[i].blob,
			f->h->post[i].due))
			return;
}

void
hukommelse_start(struct hukommelse *h)
{
	struct plb_flow f = {h};
	const struct plb_flow_spec *spec = forloeb_run_spec(h->run);

	h->stoppet = PLB_OK;
	forloeb_run_flow(h->run, &f);
	spec->assigned(spec->arg, 0);
	forloeb_run_flow(h->run, NULL);
}

void
hukommelse_draebt(struct hukommelse *h)
{
	forloeb_run_free(&h->run);
	if (forloeb_run_new(h->schemas, h->regler, VINDUE_MS, &h->run, &h->ec) != PLB_OK)
		fail_msg("%s", h->ec.text);
	hukommelse_start(h);
	assert_int_equal(h->stoppet, PLB_OK);
}

int32_t
plb_flow_partition_for(struct plb_flow_tx *tx, const char *topic, struct plb_slice key)
{
	(void)tx;
	assert_string_equal(topic, "ud");
	assert_in_range(key.len, 1, 24);
	return PARTITION;
}

/* ---- the fixture ---- */

static struct plb_secret
noegle(uint8_t b)
{
	struct plb_secret s = {.len = 32};

	memset(s.b, b, 32);
	return s;
}

struct hukommelse *
hukommelse_new(void)
{
	struct hukommelse *h = calloc(1, sizeof(*h));
	struct plb_crypto_keys k = {noegle(1), noegle(2), noegle(3), 1};
	struct plb_faults f;

	assert_non_null(h);
	plb_faults_init(&f);
	plb_arena_init(&h->a, (size_t)512 << 20);
	if (plb_schemas_load(PLB_SOURCE_DIR "/schemas", PLB_SOURCE_DIR "/config/koder", &h->schemas,
		&h->ec) != PLB_OK)
		fail_msg("%s", h->ec.text);
	h->regler =
	    regel_yaml_load(PLB_SOURCE_DIR "/config/regler", PLB_SOURCE_DIR "/config/koder", &f);
	if (h->regler == NULL)
		fail_msg("%s", f.text);
	plb_faults_fini(&f);
	assert_int_equal(plb_crypto_new(&k, &h->crypto, &h->ec), PLB_OK);
	if (forloeb_run_new(h->schemas, h->regler, VINDUE_MS, &h->run, &h->ec) != PLB_OK)
		fail_msg("%s", h->ec.text);
	hukommelse_tom(h);
	return h;
}

void
hukommelse_tom(struct hukommelse *h)
{
	h->n_post = 0;
	h->n_ud = 0;
	h->ur = PLB_TIME_UNSET;
	plb_arena_reset(&h->a);
}

void
hukommelse_free(struct hukommelse *h)
{
	forloeb_run_free(&h->run);
	plb_crypto_free(&h->crypto);
	regel_yaml_free(&h->regler);
	plb_schemas_free(&h->schemas);
	plb_arena_fini(&h->a);
	free(h);
}

struct hukommelse *hu;

int
hukommelse_gruppe_op(void **state)
{
	(void)state;
	hu = hukommelse_new();
	return 0;
}

int
hukommelse_gruppe_ned(void **state)
{
	(void)state;
	hukommelse_free(hu);
	return 0;
}

static struct post *
tidligste(struct hukommelse *h)
{
	struct post *p = NULL;
	size_t i;

	for (i = 0; i < h->n_post; i++)
		if (h->post[i].due.ms != INT64_MAX && (p == NULL || h->post[i].due.ms < p->due.ms))
			p = &h->post[i];
	return p;
}

void
hukommelse_ur(struct hukommelse *h, struct plb_time t)
{
	const struct plb_flow_spec *spec;
	struct plb_flow_tx tx = {h};
	struct post *p;

	while ((p = tidligste(h)) != NULL && p->due.ms <= t.ms) {
		struct post kopi_af = *p; /* the call may move it */

		h->ur = p->due;
		if (h->draebes_ved_tid)
			hukommelse_draebt(h);
		spec = forloeb_run_spec(h->run);
		if (spec->timer(spec->arg, &tx, kopi_af.primary, kopi_af.sub, kopi_af.blob, h->ur,
			&h->ec) != PLB_OK)
			fail_msg("timer: %s", h->ec.text);
		p = find(h, kopi_af.primary, kopi_af.sub);
		assert_true(p == NULL || p->due.ms > kopi_af.due.ms);
	}
	h->ur = t;
}

struct plb_record
hukommelse_record(struct hukommelse *h, const char *json, const char *org)
{
	struct plb_json_ctx c = {h->schemas, PLB_CPR_WIDE, PLB_TIME_UNSET, &h->a};
	struct plb_record rec = {.topic = "ind"};
	struct plb_event_texts *texts = plb_arena_calloc(&h->a, 1, sizeof(*texts));
	struct plb_incoming in;
	struct plb_fejl_list fejl = {0};
	struct plb_buf b;
	bool intet;

	assert_non_null(texts);
	if (plb_json_event(&c, plb_slice_str(json), &in, &fejl, &intet) != PLB_OK)
		fail_msg("not a valid event: %s %s", fejl.n > 0 ? fejl.f[0].felt : "",
		    fejl.n > 0 ? fejl.f[0].besked : "");
	assert_int_equal(plb_crypto_person(h->crypto, &in.cpr, &in.ev.person), PLB_OK);
	assert_int_equal(plb_crypto_content(h->crypto, &in, in.ev.hmac), PLB_OK);
	in.ev.has_hmac = true;
	assert_int_equal(plb_org_parse(plb_slice_str(org), &in.ev.org), PLB_OK);
	plb_buf_init(&b, 1 << 20);
	assert_int_equal(plb_crypto_seal(h->crypto, &in, &in.ev.person, &b), PLB_OK);
	rec.key = kopi(h, plb_slice(in.ev.person.b, sizeof(in.ev.person.b)));
	rec.value = kopi(h, plb_slice(b.p, b.len));
	plb_buf_fini(&b);
	rec.n_headers = plb_event_headers(&in.ev, texts, rec.header);
	for (size_t i = 0; i < rec.n_headers; i++)
		rec.header[i].value = kopi(h, rec.header[i].value);
	return rec;
}

enum plb_err
hukommelse_tag(struct hukommelse *h, const struct plb_record *rec)
{
	const struct plb_flow_spec *spec = forloeb_run_spec(h->run);
	struct plb_flow_tx tx = {h};
	struct post *foer = plb_arena_calloc(&h->a, h->n_post + 1, sizeof(*foer));
	size_t n_post = h->n_post, n_ud = h->n_ud;
	enum plb_err err;

	assert_non_null(foer);
	memcpy(foer, h->post, n_post * sizeof(*foer));
	memset(&h->ec, 0, sizeof(h->ec));
	err = spec->record(spec->arg, &tx, rec, h->ur, &h->ec);
	if (err != PLB_OK) { /* as the runtime does */
		memcpy(h->post, foer, n_post * sizeof(*foer));
		h->n_post = n_post;
		h->n_ud = n_ud;
		spec->aborted(spec->arg);
	} else {
		spec->committed(spec->arg);
	}
	return err;
}

enum plb_err
hukommelse_send(struct hukommelse *h, const char *json, const char *org, struct plb_person *person)
{
	struct plb_record rec = hukommelse_record(h, json, org);

	if (person != NULL)
		memcpy(person->b, rec.key.p, sizeof(person->b));
	return hukommelse_tag(h, &rec);
}

struct laest
hukommelse_laes(struct hukommelse *h, const struct udsendt *u, const struct plb_person *person)
{
	struct plb_record rec = {
	    .topic = u->topic, .key = u->key, .value = u->value, .n_headers = u->n_headers};
	struct plb_opener opener = plb_crypto_opener(h->crypto);
	struct laest l;
	struct plb_buf b;

	memcpy(rec.header, u->header, sizeof(rec.header));
	if (plb_event_from_record(&rec, strcmp(u->topic, "ud") != 0, &l.ev, &h->ec) != PLB_OK ||
	    plb_frame_open(h->schemas, u->value, &l.skema, &l.body, &h->ec) != PLB_OK ||
	    plb_avro_check(l.skema, l.body, &h->ec) != PLB_OK)
		fail_msg("%s: %s", u->topic, h->ec.text);
	plb_buf_init(&b, 1 << 20);
	if (plb_json_data(l.skema, l.body, person, person == NULL ? NULL : &opener, &b, &h->ec) !=
	    PLB_OK)
		fail_msg("%s: %s", u->topic, h->ec.text);
	l.data = (const char *)kopi(h, plb_slice(b.p, b.len)).p;
	plb_buf_fini(&b);
	return l;
}

void
hukommelse_stoerrelse(
    const struct hukommelse *h, const struct plb_person *p, size_t *person, size_t *gemt)
{
	size_t i;

	*person = *gemt = 0;
	for (i = 0; i < h->n_post; i++)
		if (plb_slice_eq(h->post[i].primary, plb_slice(p->b, sizeof(p->b))))
			*(h->post[i].sub.len == 0 ? person : gemt) += h->post[i].blob.len;
}
