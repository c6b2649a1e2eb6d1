// SPDX-License-Identifier: MPL-2.0
#include <parloeb/revision.h>

#include <stdlib.h>

#include <parloeb/crypto.h>
#include <parloeb/map.h>

#define RECORD_MAX (64u << 10)
#define ARENA_MAX (1u << 20)
#define CHAIN_KEY_MAX 320
#define DIGEST 32

/* How far one actor's chain by one writer has come. */
struct kaede {
	struct plb_map_node node; /* key: aktoer NUL skriver, in the same allocation */
	int64_t nr;
	uint8_t digest[DIGEST];
	uint8_t key[];
};

/* As bound to the schema. */
struct raekke {
	struct plb_slice aktoer, skriver;
	int64_t nr;
	struct plb_slice forrige;
	struct plb_time tid;
	struct plb_slice handling, udfald, organisation;
	struct plb_uuid leveringid, ordre;
	bool har_leveringid, har_ordre;
	int64_t antal;
	struct plb_slice aarsag, detalje;
};
#define FELT(n, t, f)                                                                              \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct raekke, f),                        \
		.has = PLB_BIND_REQUIRED                                                           \
	}
#define MAYBE(n, t, f, h)                                                                          \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct raekke, f),                        \
		.has = offsetof(struct raekke, h)                                                  \
	}
static const struct plb_bind RAEKKE[] = {
    FELT("aktoer", PLB_BIND_STRING, aktoer),
    FELT("skriver", PLB_BIND_STRING, skriver),
    FELT("nr", PLB_BIND_LONG, nr),
    FELT("forrige", PLB_BIND_BYTES, forrige),
    FELT("tid", PLB_BIND_TIME, tid),
    FELT("handling", PLB_BIND_STRING, handling),
    FELT("udfald", PLB_BIND_STRING, udfald),
    FELT("organisation", PLB_BIND_STRING, organisation),
    MAYBE("leveringid", PLB_BIND_FIXED16, leveringid, har_leveringid),
    MAYBE("ordre", PLB_BIND_FIXED16, ordre, har_ordre),
    FELT("antal", PLB_BIND_LONG, antal),
    FELT("aarsag", PLB_BIND_STRING, aarsag),
    FELT("detalje", PLB_BIND_STRING, detalje),
};

struct plb_revision {
	const struct plb_schemas *schemas;
	const struct plb_schema *schema;
	struct plb_binding *binding;
	struct plb_arena arena;
	struct plb_buf value;
	struct plb_map kaeder;
	char skriver[101];
};

enum plb_err
plb_revision_new(const struct plb_schemas *s, const char *skriver, struct plb_revision **out,
    struct plb_errctx *ec)
{
	struct plb_revision *r = calloc(1, sizeof(*r));
	enum plb_err err;

	*out = r;
	if (r == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "revision");
	plb_arena_init(&r->arena, ARENA_MAX);
	plb_buf_init(&r->value, RECORD_MAX);
	plb_map_init(&r->kaeder, 0);
	r->schemas = s;
	r->schema = plb_schema_find(s, plb_slice_str("revision"));
	if (strlen(skriver) >= sizeof(r->skriver))
		err = plb_err_set(ec, PLB_E_FOR_STOR, "name of the writer");
	else if (r->schema == NULL)
		err = plb_err_set(ec, PLB_E_KONFIG, "schema revision is missing");
	else
		err = plb_binding_new(
		    r->schema, RAEKKE, sizeof(RAEKKE) / sizeof(RAEKKE[0]), &r->binding, ec);
	if (err != PLB_OK) {
		plb_revision_free(out);
		return err;
	}
	memcpy(r->skriver, skriver, strlen(skriver) + 1);
	return PLB_OK;
}

void
plb_revision_free(struct plb_revision **rp)
{
	struct plb_revision *r = *rp;
	struct plb_map_node *n;
	size_t it = 0;

	*rp = NULL;
	if (r == NULL)
		return;
	while ((n = plb_map_next(&r->kaeder, &it)) != NULL)
		free(n); /* node is the first member */
	plb_map_fini(&r->kaeder);
	plb_binding_free(&r->binding);
	plb_buf_fini(&r->value);
	plb_arena_fini(&r->arena);
	free(r);
}

static struct plb_slice
chain_key(struct plb_slice aktoer, struct plb_slice skriver, uint8_t out[CHAIN_KEY_MAX])
{
	if (aktoer.len + skriver.len + 1 > CHAIN_KEY_MAX)
		return plb_slice(NULL, 0);
	memcpy(out, aktoer.p, aktoer.len);
	out[aktoer.len] = 0;
	memcpy(out + aktoer.len + 1, skriver.p, skriver.len);
	return plb_slice(out, aktoer.len + 1 + skriver.len);
}

static struct kaede *
chain_new(struct plb_revision *r, struct plb_slice key)
{
	struct kaede *k = calloc(1, sizeof(*k) + key.len);

	if (k == NULL)
		return NULL;
	memcpy(k->key, key.p, key.len);
	k->node.key = plb_slice(k->key, key.len);
	if (plb_map_add(&r->kaeder, &k->node) == PLB_OK)
		return k;
	free(k);
	return NULL;
}

enum plb_err
plb_revision_byg(struct plb_revision *r, const struct plb_revision_post *p, struct plb_slice *value,
    int64_t *nr, struct plb_errctx *ec)
{
	uint8_t room[CHAIN_KEY_MAX];
	struct plb_slice key = chain_key(p->aktoer, plb_slice_str(r->skriver), room);
	const struct kaede *k = (const struct kaede *)plb_map_get(&r->kaeder, key);
	const struct raekke row = {
	    .aktoer = p->aktoer,
	    .skriver = plb_slice_str(r->skriver),
	    .nr = k == NULL ? 1 : k->nr + 1,
	    .forrige = k == NULL ? plb_slice(NULL, 0) : plb_slice(k->digest, DIGEST),
	    .tid = p->tid,
	    .handling = p->handling,
	    .udfald = p->udfald,
	    .organisation = p->organisation.len == 0 ? plb_slice(NULL, 0) : p->organisation,
	    .leveringid = p->leveringid,
	    .har_leveringid = p->har_leveringid,
	    .ordre = p->ordre,
	    .har_ordre = p->har_ordre,
	    .antal = p->antal,
	    .aarsag = p->aarsag.len == 0 ? plb_slice(NULL, 0) : p->aarsag,
	    .detalje = p->detalje.len == 0 ? plb_slice(NULL, 0) : p->detalje,
	};

	if (key.len == 0 || p->aktoer.len == 0)
		return plb_err_set(ec, PLB_E_FORM, "actor");
	*nr = row.nr;
	plb_buf_reset(&r->value);
	plb_frame_put(r->schema, &r->value);
	plb_binding_encode(r->binding, &row, &r->value);
	if (plb_buf_done(&r->value, value) != PLB_OK)
		return plb_err_set(ec, PLB_E_FOR_STOR, "revision record");
	return PLB_OK;
}

static void
digest(const struct plb_record *rec, struct plb_buf *room, uint8_t out[DIGEST])
{
	plb_buf_reset(room);
	plb_buf_slice(room, rec->key);
	plb_buf_u8(room, 0);
	plb_buf_slice(room, rec->value);
	plb_sha256(plb_slice(room->p, room->len), out);
}

static enum plb_revision_stand
stand(const struct kaede *k, const struct raekke *row)
{
	if (k == NULL)
		return row->nr == 1 && row->forrige.p == NULL ? PLB_REVISION_OK
							      : PLB_REVISION_BEGYNDER;
	if (row->nr <= k->nr)
		return PLB_REVISION_GREN;
	if (row->nr != k->nr + 1)
		return PLB_REVISION_HUL;
	return row->forrige.len == DIGEST && memcmp(row->forrige.p, k->digest, DIGEST) == 0
	    ? PLB_REVISION_OK
	    : PLB_REVISION_BRUD;
}

enum plb_err
plb_revision_laest(struct plb_revision *r, const struct plb_record *rec,
    struct plb_revision_laest *out, struct plb_errctx *ec)
{
	const struct plb_schema *sc;
	uint8_t room[CHAIN_KEY_MAX];
	struct plb_slice body, key;
	struct raekke row;
	struct kaede *k;
	enum plb_err err = plb_frame_open(r->schemas, rec->value, &sc, &body, ec);

	if (err == PLB_OK && strcmp(plb_schema_navn(sc), "revision") != 0)
		err = plb_err_set(ec, PLB_E_UKENDT, "not an audit record");
	plb_arena_reset(&r->arena);
	if (err == PLB_OK)
		err = plb_binding_decode(r->binding, body, &r->arena, &row, ec);
	if (err != PLB_OK)
		return err;
	key = chain_key(row.aktoer, row.skriver, room);
	if (!plb_slice_eq(rec->key, row.aktoer) || key.len == 0 || row.nr < 1 ||
	    rec->key.len + rec->value.len >= RECORD_MAX)
		return plb_err_set(ec, PLB_E_FORM, "audit record");
	k = (struct kaede *)(void *)plb_map_get(&r->kaeder, key);
	out->stand = stand(k, &row);
	if (k == NULL && (k = chain_new(r, key)) == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "revision");
	if (row.nr > k->nr) { /* the chain goes on behind the newest, whatever is wrong before it */
		k->nr = row.nr;
		digest(rec, &r->value, k->digest);
	}
	out->post = (struct plb_revision_post){row.aktoer, row.handling, row.udfald,
	    row.organisation, row.har_leveringid, row.har_ordre, row.leveringid, row.ordre,
	    row.antal, row.aarsag, row.detalje, row.tid};
	out->skriver = row.skriver;
	out->nr = row.nr;
	return PLB_OK;
}

void
plb_revision_ender(const struct plb_revision *r, struct plb_buf *out)
{
	const struct plb_map_node *n;
	size_t it = 0;

	while ((n = plb_map_next(&r->kaeder, &it)) != NULL) {
		const struct kaede *k = (const struct kaede *)n;
		size_t len = strlen((const char *)k->key);

		plb_buf_put(out, k->key, len);
		plb_buf_str(out, "\t");
		plb_buf_put(out, k->key + len + 1, k->node.key.len - len - 1);
		plb_buf_printf(out, "\t%lld\t", (long long)k->nr);
		plb_buf_hex(out, plb_slice(k->digest, DIGEST));
		plb_buf_str(out, "\n");
	}
}

const char *
plb_revision_stand_text(enum plb_revision_stand s)
{
	static const char *const text[] = {
	    [PLB_REVISION_OK] = "in order",
	    [PLB_REVISION_BEGYNDER] = "the beginning of the chain is missing",
	    [PLB_REVISION_HUL] = "a record before this one is missing",
	    [PLB_REVISION_GREN] = "this number is there twice",
	    [PLB_REVISION_BRUD] = "the record before this one was changed",
	};

	return text[s];
}
