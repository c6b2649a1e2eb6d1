// SPDX-License-Identifier: MPL-2.0
#include <parloeb/leveringsfrist.h>

#include <stdlib.h>

#define ARENA_MAX (4u << 20)

/* The moment, as whichever of the two the member is. */
struct moment {
	struct plb_time tid;
	struct plb_dato dato;
	bool har_dato;
};

#define TIME_MEMBER(n)                                                                             \
	{                                                                                          \
		.name = n, .type = PLB_BIND_TIME, .offset = offsetof(struct moment, tid),          \
		.has = PLB_BIND_REQUIRED                                                           \
	}
#define DATE_MEMBER(n)                                                                             \
	{                                                                                          \
		.name = n, .type = PLB_BIND_DATO, .offset = offsetof(struct moment, dato),         \
		.has = PLB_BIND_REQUIRED                                                           \
	}
/* A date that the event may leave out. */
#define MAYBE_DATE(n)                                                                              \
	{                                                                                          \
		.name = n, .type = PLB_BIND_DATO, .offset = offsetof(struct moment, dato),         \
		.has = offsetof(struct moment, har_dato)                                           \
	}

/* A date counts to its start: the work is to be done before that day. */
static const struct {
	const char *navn;
	struct plb_bind bind;
} MEDLEM[] = {
    {"handover-due", DATE_MEMBER("virkningsdato")},
    {"handover-forventet", TIME_MEMBER("pakkefrist")},
    {"handover-overskredet", TIME_MEMBER("haardtStop")},
    {"referat-mangler", TIME_MEMBER("frist")},
    {"samtale-mangler", TIME_MEMBER("frist")},
    {"opkvalificering-paamindelse", TIME_MEMBER("frist")},
    {"opkvalificering-indstillet", MAYBE_DATE("svarOenskesSenest")},
    {"indkaldelse-oprettet", TIME_MEMBER("start")},
    {"indkaldelse-aendret", TIME_MEMBER("start")},
    {"frist-aendret", DATE_MEMBER("fristdato")},
};
#define MEDLEMMER (sizeof(MEDLEM) / sizeof(MEDLEM[0]))

struct plb_frister {
	const struct plb_schemas *schemas;
	struct plb_binding *binding[MEDLEMMER];
	struct plb_arena arena;
};

enum plb_err
plb_frister_new(const struct plb_schemas *s, struct plb_frister **out, struct plb_errctx *ec)
{
	struct plb_frister *f = calloc(1, sizeof(*f));
	enum plb_err err = PLB_OK;

	*out = f;
	if (f == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "leveringsfrist");
	f->schemas = s;
	plb_arena_init(&f->arena, ARENA_MAX);
	for (size_t i = 0; i < MEDLEMMER && err == PLB_OK; i++) {
		const struct plb_schema *sc = plb_schema_find(s, plb_slice_str(MEDLEM[i].navn));

		/* An installation without the event has no such deadline. */
		if (sc != NULL)
			err = plb_binding_new(sc, &MEDLEM[i].bind, 1, &f->binding[i], ec);
	}
	if (err != PLB_OK)
		plb_frister_free(out);
	return err;
}

void
plb_frister_free(struct plb_frister **f)
{
	if (*f == NULL)
		return;
	for (size_t i = 0; i < MEDLEMMER; i++)
		plb_binding_free(&(*f)->binding[i]);
	plb_arena_fini(&(*f)->arena);
	free(*f);
	*f = NULL;
}

static bool
af_hoved(const struct plb_record *r, struct plb_time *out)
{
	struct plb_slice frist = plb_record_header(r, "plb_frist");

	return frist.len > 0 && plb_time_parse(frist, out) == PLB_OK;
}

static bool
af_indhold(struct plb_frister *f, struct plb_slice value, struct plb_time *out)
{
	const struct plb_schema *sc;
	struct plb_errctx ec = {{0}};
	struct moment m;
	struct plb_slice body;
	size_t i;

	if (plb_frame_open(f->schemas, value, &sc, &body, &ec) != PLB_OK)
		return false;
	for (i = 0; i < MEDLEMMER && strcmp(MEDLEM[i].navn, plb_schema_navn(sc)) != 0; i++)
		;
	if (i == MEDLEMMER || f->binding[i] == NULL)
		return false;
	plb_arena_reset(&f->arena);
	if (plb_binding_decode(f->binding[i], body, &f->arena, &m, &ec) != PLB_OK)
		return false;
	if (MEDLEM[i].bind.type == PLB_BIND_TIME)
		*out = m.tid;
	else if (MEDLEM[i].bind.has != PLB_BIND_REQUIRED && !m.har_dato)
		return false;
	else
		*out = plb_dato_start(m.dato);
	return true;
}

bool
plb_frist_af(struct plb_frister *f, const struct plb_record *r, struct plb_time *out)
{
	struct plb_time indhold;
	bool har = af_hoved(r, out);

	if (!af_indhold(f, r->value, &indhold))
		return har;
	if (!har || plb_time_before(indhold, *out))
		*out = indhold;
	return true;
}
