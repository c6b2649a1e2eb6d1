// SPDX-License-Identifier: MPL-2.0
#include "dispatch_wire.h"

#include <stdlib.h>

#define VAERDI_MAX (1024 * 1024)
#define ARENA_MAX (1024 * 1024)
#define ANTAL(t) (sizeof(t) / sizeof((t)[0]))

#define FELT(n, t, st, m)                                                                          \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(st, m), .has = PLB_BIND_REQUIRED          \
	}
#define ORD(n, st, m, s)                                                                           \
	{                                                                                          \
		.name = n, .type = PLB_BIND_ENUM, .offset = offsetof(st, m),                       \
		.has = PLB_BIND_REQUIRED, .symbols = s                                             \
	}
#define VALG(n, t, st, m, h)                                                                       \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(st, m), .has = offsetof(st, h)            \
	}

struct dispatch_wire {
	const struct plb_schemas *schemas;
	const struct plb_schema *schema[SLAGS_ANTAL];
	struct plb_binding *binding[SLAGS_ANTAL];
	struct plb_buf out;
	struct plb_arena arena;
};

static const char *const statusser[] = {
    "venter", "igang", "parkeret", "postkasse", "leveret", "udloebet", NULL};
static const char *const aabninger[] = {"aaben", "pause", "fra", NULL};
static const char *const kvitteringer[] = {
    "haandteret", "afvist-midlertidigt", "afvist-endeligt", "slettet", NULL};
static const char *const kommandoer[] = {"hold", "resume", "replay", "discard", "genoptag", NULL};
static const char *const trinene[] = {"forsoegt", "leveret", "haandteret", "afvist-midlertidigt",
    "afvist-endeligt", "slettet", "parkeret", "tilbagekaldt", "udloebet", NULL};

static const struct plb_bind afsendelse[] = {
    FELT("type", PLB_BIND_STRING, struct afsendelse, type),
    FELT("tid", PLB_BIND_TIME, struct afsendelse, tid),
    FELT("sequence", PLB_BIND_LONG, struct afsendelse, sequence),
    FELT("causationid", PLB_BIND_STRING, struct afsendelse, causationid),
    FELT("vaerdi", PLB_BIND_BYTES, struct afsendelse, vaerdi),
};
static const struct plb_bind levering[] = {
    FELT("leveringid", PLB_BIND_FIXED16, struct post, id),
    FELT("haendelseId", PLB_BIND_STRING, struct post, haendelse_id),
    FELT("kilde", PLB_BIND_STRING, struct post, kilde),
    VALG("correlationid", PLB_BIND_FIXED16, struct post, forloeb, har_forloeb),
    FELT("traceparent", PLB_BIND_STRING, struct post, traceparent),
    ORD("status", struct post, status, statusser),
    FELT("forsoeg", PLB_BIND_INT, struct post, forsoeg),
    FELT("skridt", PLB_BIND_INT, struct post, skridt),
    FELT("ankommet", PLB_BIND_LONG, struct post, ankommet),
    FELT("foerste", PLB_BIND_LONG, struct post, foerste),
    FELT("seneste", PLB_BIND_LONG, struct post, seneste),
    FELT("naeste", PLB_BIND_LONG, struct post, naeste),
    FELT("aarsag", PLB_BIND_STRING, struct post, aarsag),
    {.name = "afsendes",
	.type = PLB_BIND_RECORD,
	.offset = offsetof(struct post, afs),
	.has = offsetof(struct post, har_afsendelse),
	.sub = afsendelse,
	.n_sub = ANTAL(afsendelse)},
};
static const struct plb_bind endepunkt[] = {
    ORD("status", struct endepunkt_post, status, aabninger),
    FELT("siden", PLB_BIND_LONG, struct endepunkt_post, siden),
    FELT("aarsag", PLB_BIND_STRING, struct endepunkt_post, aarsag),
};
static const struct plb_bind gemt_markoer[] = {
    FELT("position", PLB_BIND_LONG, struct markoer_post, position),
};
static const struct plb_bind status[] = {
    FELT("leveringId", PLB_BIND_FIXED16, struct status_post, id),
    FELT("organisation", PLB_BIND_STRING, struct status_post, organisation),
    ORD("trin", struct status_post, trin, trinene),
    FELT("tid", PLB_BIND_TIME, struct status_post, tid),
    FELT("forsoeg", PLB_BIND_INT, struct status_post, forsoeg),
    FELT("digest", PLB_BIND_BYTES, struct status_post, digest),
    FELT("aarsag", PLB_BIND_STRING, struct status_post, aarsag),
    FELT("haendelseId", PLB_BIND_STRING, struct status_post, haendelse_id),
    FELT("kilde", PLB_BIND_STRING, struct status_post, kilde),
    VALG("correlationid", PLB_BIND_FIXED16, struct status_post, forloeb, har_forloeb),
};
static const struct plb_bind markoer[] = {
    FELT("organisation", PLB_BIND_STRING, struct markoer_post, organisation),
    FELT("position", PLB_BIND_LONG, struct markoer_post, position),
};
static const struct plb_bind kvittering[] = {
    FELT("leveringid", PLB_BIND_FIXED16, struct kvittering_post, id),
    ORD("status", struct kvittering_post, status, kvitteringer),
    FELT("aarsag", PLB_BIND_STRING, struct kvittering_post, aarsag),
    FELT("organisation", PLB_BIND_STRING, struct kvittering_post, organisation),
};
static const struct plb_bind kommando[] = {
    ORD("kommando", struct kommando_post, kommando, kommandoer),
    FELT("organisation", PLB_BIND_STRING, struct kommando_post, organisation),
    FELT("person", PLB_BIND_BYTES, struct kommando_post, person),
    VALG("leveringid", PLB_BIND_FIXED16, struct kommando_post, id, har_id),
};

static const struct {
	const char *navn;
	const struct plb_bind *bind;
	size_t n;
} slags_tabel[SLAGS_ANTAL] = {
    [SLAGS_LEVERING] = {"dispatch-levering", levering, ANTAL(levering)},
    [SLAGS_ENDEPUNKT] = {"dispatch-endepunkt", endepunkt, ANTAL(endepunkt)},
    [SLAGS_GEMT_MARKOER] = {"dispatch-markoer", gemt_markoer, ANTAL(gemt_markoer)},
    [SLAGS_STATUS] = {"levering-status", status, ANTAL(status)},
    [SLAGS_MARKOER] = {"markoer", markoer, ANTAL(markoer)},
    [SLAGS_KVITTERING] = {"kvittering", kvittering, ANTAL(kvittering)},
    [SLAGS_KOMMANDO] = {"kommando", kommando, ANTAL(kommando)},
};

const char *
trin_navn(enum trin t)
{
	PLB_ASSERT((unsigned)t < ANTAL(trinene) - 1);
	return trinene[t];
}

enum plb_err
dispatch_wire_new(const struct plb_schemas *s, struct dispatch_wire **out, struct plb_errctx *ec)
{
	struct dispatch_wire *w = calloc(1, sizeof(*w));
	enum plb_err err = PLB_OK;

	*out = NULL;
	if (w == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	w->schemas = s;
	plb_buf_init(&w->out, VAERDI_MAX);
	plb_arena_init(&w->arena, ARENA_MAX);
	for (int i = 0; i < SLAGS_ANTAL && err == PLB_OK; i++) {
		w->schema[i] = plb_schema_find(s, plb_slice_str(slags_tabel[i].navn));
		if (w->schema[i] == NULL)
			err = plb_err_set(
			    ec, PLB_E_KONFIG, "schema %s is missing", slags_tabel[i].navn);
		else
			err = plb_binding_new(w->schema[i], slags_tabel[i].bind, slags_tabel[i].n,
			    &w->binding[i], ec);
	}
	if (err != PLB_OK) {
		dispatch_wire_free(&w);
		return err;
	}
	*out = w;
	return PLB_OK;
}

void
dispatch_wire_free(struct dispatch_wire **w)
{
	if (*w == NULL)
		return;
	for (int i = 0; i < SLAGS_ANTAL; i++)
		plb_binding_free(&(*w)->binding[i]);
	plb_buf_fini(&(*w)->out);
	plb_arena_fini(&(*w)->arena);
	free(*w);
	*w = NULL;
}

enum plb_err
dispatch_wire_laes(struct dispatch_wire *w, enum dispatch_slags slags, struct plb_slice value,
    void *out, struct plb_errctx *ec)
{
	const struct plb_schema *s;
	struct plb_slice body;
	enum plb_err err = plb_frame_open(w->schemas, value, &s, &body, ec);

	if (err != PLB_OK)
		return err;
	if (s != w->schema[slags])
		return plb_err_set(
		    ec, PLB_E_FORM, "value of another schema than %s", slags_tabel[slags].navn);
	plb_arena_reset(&w->arena);
	return plb_binding_decode(w->binding[slags], body, &w->arena, out, ec);
}

enum dispatch_slags
dispatch_wire_slags(const struct dispatch_wire *w, struct plb_slice value)
{
	struct plb_errctx ec = {0};
	const struct plb_schema *s;
	struct plb_slice body;
	int i = 0;

	if (plb_frame_open(w->schemas, value, &s, &body, &ec) != PLB_OK)
		return SLAGS_ANTAL;
	while (i < SLAGS_ANTAL && w->schema[i] != s)
		i++;
	return (enum dispatch_slags)i;
}

struct plb_slice
dispatch_wire_skriv(struct dispatch_wire *w, enum dispatch_slags slags, const void *in)
{
	struct plb_slice s;

	plb_buf_reset(&w->out);
	plb_frame_put(w->schema[slags], &w->out);
	plb_binding_encode(w->binding[slags], in, &w->out);
	return plb_buf_done(&w->out, &s) == PLB_OK ? s : plb_slice(NULL, 0);
}
