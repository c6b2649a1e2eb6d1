// SPDX-License-Identifier: MPL-2.0
#include "dispatch_wire.h"

#include <stdlib.h>

#define VAERDI_MAX (1024 * 1024)
#define ARENA_MAX (1024 * 1024)
#define AELDRE_MAX 32
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
#define LISTE(n, st, m, s, item)                                                                   \
	{                                                                                          \
		.name = n, .type = PLB_BIND_LIST, .offset = offsetof(st, m),                       \
		.has = PLB_BIND_REQUIRED, .sub = s, .n_sub = ANTAL(s), .item_size = sizeof(item)   \
	}

struct dispatch_wire {
	const struct plb_schemas *schemas;
	const struct plb_schema *schema[SLAGS_ANTAL];
	struct plb_binding *binding[SLAGS_ANTAL];
	struct aeldre {
		const struct plb_schema *schema;
		struct plb_binding *binding;
		enum dispatch_slags slags;
	} aeldre[AELDRE_MAX]; /* versions before the newest, as they are met */
	size_t n_aeldre;
	struct plb_buf out;
	struct plb_arena arena;
};

static const char *const statusser[] = {
    "venter", "igang", "parkeret", "postkasse", "leveret", "udloebet", NULL};
static const char *const aabninger[] = {"aaben", "pause", "fra", NULL};
static const char *const kvitteringer[] = {
    "haandteret", "afvist-midlertidigt", "afvist-endeligt", "slettet", NULL};
static const char *const kommandoer[] = {"hold", "resume", "replay", "discard", "genoptag", NULL};
static const char *const tilbageaarsager[] = {
    "flyttet", "rettet", "tilbagekaldt", "kasseret", NULL};
static const char *const trinene[] = {"forsoegt", "leveret", "haandteret", "afvist-midlertidigt",
    "afvist-endeligt", "slettet", "parkeret", "tilbagekaldt", "udloebet", NULL};

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
    FELT("sequence", PLB_BIND_LONG, struct post, sequence),
    FELT("frist", PLB_BIND_LONG, struct post, frist),
    FELT("laes", PLB_BIND_LONG, struct post, laes),
    FELT("forbi", PLB_BIND_BOOL, struct post, forbi),
    VALG("afloeser", PLB_BIND_FIXED16, struct post, afloeser, har_afloeser),
    VALG("afloeses", PLB_BIND_FIXED16, struct post, afloeses, har_afloeses),
    VALG("kasserer", PLB_BIND_FIXED16, struct post, kasserer, har_kasserer),
    VALG("kopiAf", PLB_BIND_FIXED16, struct post, kopi_af, har_kopi_af),
    FELT("reserve", PLB_BIND_BOOL, struct post, reserve),
    FELT("naaet", PLB_BIND_BOOL, struct post, naaet),
};
static const struct plb_bind endepunkt[] = {
    ORD("status", struct endepunkt_post, status, aabninger),
    FELT("siden", PLB_BIND_LONG, struct endepunkt_post, siden),
    FELT("aarsag", PLB_BIND_STRING, struct endepunkt_post, aarsag),
    FELT("holdt", PLB_BIND_BOOL, struct endepunkt_post, holdt),
    FELT("proever", PLB_BIND_INT, struct endepunkt_post, proever),
    FELT("proeve", PLB_BIND_LONG, struct endepunkt_post, proeve),
};
static const struct plb_bind overloeb[] = {
    FELT("fra", PLB_BIND_LONG, struct overloeb_post, fra),
    FELT("til", PLB_BIND_LONG, struct overloeb_post, til),
    FELT("antal", PLB_BIND_LONG, struct overloeb_post, antal),
    FELT("aeldste", PLB_BIND_LONG, struct overloeb_post, aeldste),
};
static const struct plb_bind sftp_fil[] = {
    FELT("dato", PLB_BIND_STRING, struct sftp_fil_post, dato),
    FELT("nummer", PLB_BIND_INT, struct sftp_fil_post, nummer),
    FELT("lagt", PLB_BIND_LONG, struct sftp_fil_post, lagt),
};
static const struct plb_bind sftp_fejl[] = {
    FELT("dato", PLB_BIND_STRING, struct sftp_fejl_post, dato),
    FELT("nummer", PLB_BIND_INT, struct sftp_fejl_post, nummer),
    FELT("linje", PLB_BIND_INT, struct sftp_fejl_post, linje),
    FELT("regel", PLB_BIND_STRING, struct sftp_fejl_post, regel),
};
static const struct plb_bind sftp[] = {
    FELT("position", PLB_BIND_LONG, struct sftp_post, position),
    FELT("naeste", PLB_BIND_LONG, struct sftp_post, naeste),
    FELT("bestilt", PLB_BIND_BOOL, struct sftp_post, bestilt),
    FELT("forsoeg", PLB_BIND_INT, struct sftp_post, forsoeg),
    FELT("aarsag", PLB_BIND_STRING, struct sftp_post, aarsag),
    FELT("dato", PLB_BIND_STRING, struct sftp_post, dato),
    FELT("nummer", PLB_BIND_INT, struct sftp_post, nummer),
    FELT("til", PLB_BIND_LONG, struct sftp_post, til),
    LISTE("ventende", struct sftp_post, ventende, sftp_fil, struct sftp_fil_post),
    LISTE("fejl", struct sftp_post, fejl, sftp_fejl, struct sftp_fejl_post),
};
static const struct plb_bind sftp_bestilt[] = {
    FELT("aktoer", PLB_BIND_STRING, struct bestilt_post, aktoer),
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
    FELT("sequence", PLB_BIND_LONG, struct status_post, sequence),
    FELT("kanal", PLB_BIND_STRING, struct status_post, kanal),
};
static const struct plb_bind tilbagekaldt[] = {
    FELT("tilbagekaldtLeveringid", PLB_BIND_FIXED16, struct tilbagekaldt_post, id),
    ORD("aarsag", struct tilbagekaldt_post, aarsag, tilbageaarsager),
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
    FELT("tid", PLB_BIND_TIME, struct kvittering_post, tid),
};
static const struct plb_bind udvalgt[] = {
    FELT("leveringid", PLB_BIND_FIXED16, struct udvalgt, id),
    FELT("offset", PLB_BIND_LONG, struct udvalgt, offset),
};
static const struct plb_bind kommando[] = {
    ORD("kommando", struct kommando_post, kommando, kommandoer),
    FELT("organisation", PLB_BIND_STRING, struct kommando_post, organisation),
    FELT("person", PLB_BIND_BYTES, struct kommando_post, person),
    VALG("leveringid", PLB_BIND_FIXED16, struct kommando_post, id, har_id),
    FELT("aarsag", PLB_BIND_STRING, struct kommando_post, aarsag),
    FELT("aktoer", PLB_BIND_STRING, struct kommando_post, aktoer),
    VALG("antal", PLB_BIND_INT, struct kommando_post, antal, har_antal),
    FELT("godkender", PLB_BIND_STRING, struct kommando_post, godkender),
    LISTE("udvalg", struct kommando_post, udvalg, udvalgt, struct udvalgt),
};

static const struct {
	const char *navn;
	const struct plb_bind *bind;
	size_t n;
} slags_tabel[SLAGS_ANTAL] = {
    [SLAGS_LEVERING] = {"dispatch-levering", levering, ANTAL(levering)},
    [SLAGS_ENDEPUNKT] = {"dispatch-endepunkt", endepunkt, ANTAL(endepunkt)},
    [SLAGS_GEMT_MARKOER] = {"dispatch-markoer", gemt_markoer, ANTAL(gemt_markoer)},
    [SLAGS_OVERLOEB] = {"dispatch-overloeb", overloeb, ANTAL(overloeb)},
    [SLAGS_SFTP] = {"dispatch-sftp", sftp, ANTAL(sftp)},
    [SLAGS_STATUS] = {"levering-status", status, ANTAL(status)},
    [SLAGS_MARKOER] = {"markoer", markoer, ANTAL(markoer)},
    [SLAGS_KVITTERING] = {"kvittering", kvittering, ANTAL(kvittering)},
    [SLAGS_KOMMANDO] = {"kommando", kommando, ANTAL(kommando)},
    [SLAGS_TILBAGEKALDT] = {"levering-tilbagekaldt", tilbagekaldt, ANTAL(tilbagekaldt)},
    [SLAGS_SFTP_BESTILT] = {"sftp-bestilt", sftp_bestilt, ANTAL(sftp_bestilt)},
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
	for (size_t i = 0; i < (*w)->n_aeldre; i++)
		plb_binding_free(&(*w)->aeldre[i].binding);
	plb_buf_fini(&(*w)->out);
	plb_arena_fini(&(*w)->arena);
	free(*w);
	*w = NULL;
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
	while (i < SLAGS_ANTAL && w->schema[i] != s &&
	    strcmp(slags_tabel[i].navn, plb_schema_navn(s)) != 0)
		i++;
	return (enum dispatch_slags)i;
}

/* Of an older version. NULL: another kind, or out of memory. */
static const struct plb_binding *
aeldre(struct dispatch_wire *w, enum dispatch_slags slags, const struct plb_schema *s)
{
	struct aeldre *a = w->aeldre;
	struct plb_errctx ec = {0};

	for (size_t i = 0; i < w->n_aeldre; i++, a++)
		if (a->schema == s)
			return a->slags == slags ? a->binding : NULL;
	if (w->n_aeldre == AELDRE_MAX || strcmp(slags_tabel[slags].navn, plb_schema_navn(s)) != 0 ||
	    plb_binding_new_laes(
		s, slags_tabel[slags].bind, slags_tabel[slags].n, &a->binding, &ec) != PLB_OK)
		return NULL;
	a->schema = s;
	a->slags = slags;
	w->n_aeldre++;
	return a->binding;
}

enum plb_err
dispatch_wire_laes(struct dispatch_wire *w, enum dispatch_slags slags, struct plb_slice value,
    void *out, struct plb_errctx *ec)
{
	const struct plb_binding *b = w->binding[slags];
	const struct plb_schema *s;
	struct plb_slice body;
	enum plb_err err = plb_frame_open(w->schemas, value, &s, &body, ec);

	if (err != PLB_OK)
		return err;
	if (s != w->schema[slags])
		b = aeldre(w, slags, s);
	if (b == NULL)
		return plb_err_set(
		    ec, PLB_E_FORM, "value of another schema than %s", slags_tabel[slags].navn);
	plb_arena_reset(&w->arena);
	return plb_binding_decode(b, body, &w->arena, out, ec);
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
