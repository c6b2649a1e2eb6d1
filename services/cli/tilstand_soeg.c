// SPDX-License-Identifier: MPL-2.0
#include "tilstand_soeg.h"

#include "forloeb_tilstand.h"

#define ARENA_MAX ((size_t)64 << 20)
#define BLOB_MAX ((size_t)4 << 20)
#define DUE_BYTES 8 /* before the blob in a changelog value */

struct soeg {
	struct tilstand_soeg *s;
	const struct plb_schemas *schemas;
	struct forloeb_tilstand *wire;
	struct plb_uuid id;
};

void
tilstand_soeg_init(struct tilstand_soeg *s)
{
	*s = (struct tilstand_soeg){.forloeb = NULL};
	plb_arena_init(&s->arena, ARENA_MAX);
	plb_buf_init(&s->key, 1024);
	plb_buf_init(&s->blob, BLOB_MAX);
}

void
tilstand_soeg_fini(struct tilstand_soeg *s)
{
	plb_buf_fini(&s->blob);
	plb_buf_fini(&s->key);
	plb_arena_fini(&s->arena);
}

static const struct forloeb *
find(const struct person *p, struct plb_uuid id)
{
	const struct forloeb *f = p->forloeb.p;
	size_t i;

	for (i = 0; i < p->forloeb.n; i++)
		if (plb_uuid_eq(f[i].id, id))
			return &f[i];
	return NULL;
}

/* Keeps the blob of the newest record that had the forløb; empty when it is gone again. */
static enum plb_err
look(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct soeg *q = arg;
	struct tilstand_soeg *s = q->s;
	const struct plb_schema *sc;
	struct plb_slice blob, body;
	struct person p;

	if (r->tombstone || r->value.len <= DUE_BYTES) {
		if (plb_slice_eq(r->key, plb_slice(s->key.p, s->key.len)))
			plb_buf_reset(&s->blob);
		return PLB_OK;
	}
	blob = plb_slice(r->value.p + DUE_BYTES, r->value.len - DUE_BYTES);
	if (plb_frame_open(q->schemas, blob, &sc, &body, ec) != PLB_OK ||
	    strcmp(plb_schema_navn(sc), "forloeb-tilstand") != 0)
		return PLB_OK; /* kept events lie there too */
	plb_arena_reset(&s->arena);
	if (forloeb_tilstand_laes(q->wire, blob, &s->arena, &p, ec) != PLB_OK ||
	    find(&p, q->id) == NULL)
		return PLB_OK;
	plb_buf_reset(&s->key);
	plb_buf_slice(&s->key, r->key);
	plb_buf_reset(&s->blob);
	plb_buf_slice(&s->blob, blob);
	return PLB_OK;
}

static enum plb_err
soeg(struct soeg *q, struct plb_bus *b, struct plb_errctx *ec)
{
	struct plb_slice blob;
	enum plb_err err = cli_scan(b, "forloeb.tilstand", -1, look, q, ec);

	if (err == PLB_OK)
		err = plb_buf_done(&q->s->blob, &blob);
	if (err != PLB_OK)
		return err;
	if (blob.len == 0)
		return plb_err_set(ec, PLB_E_UKENDT, "no forløb has this id");
	plb_arena_reset(&q->s->arena);
	err = forloeb_tilstand_laes(q->wire, blob, &q->s->arena, &q->s->person, ec);
	q->s->pseudonym = q->s->key.p + 1; /* behind its length */
	q->s->forloeb = err == PLB_OK ? find(&q->s->person, q->id) : NULL;
	return err;
}

int
tilstand_soeg(struct tilstand_soeg *s, const struct cli_kafka *k, struct plb_uuid id)
{
	struct soeg q = {.s = s, .schemas = k->schemas, .id = id};
	struct plb_errctx ec = {{0}};
	enum plb_err err = forloeb_tilstand_new(k->schemas, &q.wire, &ec);

	if (err == PLB_OK)
		err = soeg(&q, k->bus, &ec);
	forloeb_tilstand_free(&q.wire);
	return err == PLB_OK ? CLI_OK : cli_error(err, &ec);
}
