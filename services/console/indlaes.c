// SPDX-License-Identifier: MPL-2.0
#include "indlaes.h"

#include <parloeb/leveringsfrist.h>
#include <stdlib.h>

#define ARENA_CAP (1u << 20)
#define VERSIONS_MAX 8

static const char *const TRIN[] = {"forsoegt", "leveret", "haandteret", "afvist-midlertidigt",
    "afvist-endeligt", "slettet", "parkeret", "tilbagekaldt", "udloebet", NULL};

/* A levering-status as read; the other members of the record are not needed here. */
struct status {
	struct plb_uuid leveringid;
	int trin;
	struct plb_time tid;
	int32_t forsoeg;
	struct plb_slice digest, aarsag, kanal;
};
#define FELT(n, t, f)                                                                              \
	{                                                                                          \
		.name = n, .type = t, .offset = offsetof(struct status, f),                        \
		.has = PLB_BIND_REQUIRED                                                           \
	}
static const struct plb_bind STATUS[] = {
    FELT("leveringId", PLB_BIND_FIXED16, leveringid),
    {.name = "trin",
	.type = PLB_BIND_ENUM,
	.offset = offsetof(struct status, trin),
	.has = PLB_BIND_REQUIRED,
	.symbols = TRIN},
    FELT("tid", PLB_BIND_TIME, tid),
    FELT("forsoeg", PLB_BIND_INT, forsoeg),
    FELT("digest", PLB_BIND_BYTES, digest),
    FELT("aarsag", PLB_BIND_STRING, aarsag),
    FELT("kanal", PLB_BIND_STRING, kanal),
};

struct indlaes {
	struct laesemodel *m;
	const struct plb_schemas *schemas;
	struct {
		const struct plb_schema *schema;
		struct plb_binding *binding;
	} status[VERSIONS_MAX]; /* an older writer's records stay on the topic */
	size_t n_status;
	struct plb_frister *frister;
	struct plb_arena arena;
	indlaes_fn *drift;
	void *drift_arg;
};

static enum plb_err
bind_status(struct indlaes *i, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	const struct plb_schema *s;

	while (err == PLB_OK && i->n_status < VERSIONS_MAX &&
	    (s = plb_schema_version(i->schemas, plb_slice_str("levering-status"),
		 (unsigned)i->n_status + 1)) != NULL) {
		err = plb_binding_new_laes(s, STATUS, sizeof(STATUS) / sizeof(STATUS[0]),
		    &i->status[i->n_status].binding, ec);
		i->status[i->n_status++].schema = s;
	}
	if (err == PLB_OK && i->n_status == 0)
		err = plb_err_set(ec, PLB_E_KONFIG, "schema levering-status is missing");
	return err;
}

enum plb_err
indlaes_new(struct laesemodel *m, const struct plb_schemas *schemas, struct indlaes **out,
    struct plb_errctx *ec)
{
	struct indlaes *i = calloc(1, sizeof(*i));
	enum plb_err err;

	*out = NULL;
	if (i == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "indlaes");
	plb_arena_init(&i->arena, ARENA_CAP);
	i->m = m;
	i->schemas = schemas;
	err = bind_status(i, ec);
	if (err == PLB_OK)
		err = plb_frister_new(schemas, &i->frister, ec);
	if (err != PLB_OK)
		indlaes_free(&i);
	*out = i;
	return err;
}

void
indlaes_free(struct indlaes **i)
{
	if (*i == NULL)
		return;
	for (size_t k = 0; k < (*i)->n_status; k++)
		plb_binding_free(&(*i)->status[k].binding);
	plb_frister_free(&(*i)->frister);
	plb_arena_fini(&(*i)->arena);
	free(*i);
	*i = NULL;
}

static enum plb_err
ind(struct indlaes *i, const struct plb_record *r, const struct plb_event *ev,
    struct plb_errctx *ec)
{
	enum plb_err err;

	if (ev->has_foerste)
		return PLB_OK; /* the fact itself lies under the key of the first number */
	err = laesemodel_accepteret(i->m, ev, r->timestamp, ec);
	return err == PLB_OK ? laesemodel_faktasted(i->m, ev, r, ec) : err;
}

static enum plb_err
forloeb(struct indlaes *i, const struct plb_record *r, const struct plb_event *ev,
    struct plb_errctx *ec)
{
	enum plb_err err = laesemodel_afgjort(i->m, ev, r->timestamp, ec);

	return err == PLB_OK ? laesemodel_faktasted(i->m, ev, r, ec) : err;
}

static enum plb_err
ud(struct indlaes *i, const struct plb_record *r, const struct plb_event *ev, struct plb_errctx *ec)
{
	struct plb_time frist;
	struct plb_org til;
	enum plb_err err;

	if (plb_org_parse(r->key, &til) != PLB_OK || !ev->has_leveringid)
		return plb_err_set(ec, PLB_E_FORM, "ud: no organisation or no leveringid");
	err = laesemodel_adresseret(i->m, &til, ev, r->timestamp, ec);
	if (err == PLB_OK && ev->has_tilbagekalder)
		err = laesemodel_tilbagekaldt(i->m, &ev->tilbagekalder, ec);
	if (err != PLB_OK)
		return err;
	return laesemodel_plads(
	    i->m, ev, r, plb_frist_af(i->frister, r, &frist) ? &frist : NULL, ec);
}

static enum plb_err
svar(struct indlaes *i, const struct plb_record *r, const struct plb_event *ev,
    struct plb_errctx *ec)
{
	const struct plb_schema *s;
	struct plb_slice body;
	struct status st;
	struct leveringstrin t;
	enum plb_err err;
	size_t k;

	(void)ev;
	err = plb_frame_open(i->schemas, r->value, &s, &body, ec);
	if (err != PLB_OK)
		return err;
	for (k = 0; k < i->n_status && i->status[k].schema != s; k++)
		;
	if (k == i->n_status)
		return PLB_OK; /* facts of other satellites are not deliveries */
	plb_arena_reset(&i->arena);
	err = plb_binding_decode(i->status[k].binding, body, &i->arena, &st, ec);
	if (err != PLB_OK)
		return err;
	if (st.trin < 0)
		return plb_err_set(ec, PLB_E_UKENDT, "svar: unknown step of a delivery");
	t = (struct leveringstrin){st.leveringid, r->offset, plb_slice_str(TRIN[st.trin]), st.tid,
	    st.forsoeg, st.aarsag, r->partition, st.digest, st.kanal};
	return laesemodel_trin(i->m, &t, ec);
}

static const struct {
	const char *topic;
	bool person_keyed;
	enum plb_err (*fn)(struct indlaes *i, const struct plb_record *r,
	    const struct plb_event *ev, struct plb_errctx *ec);
} emner[] = {
    {"ind", true, ind},
    {"forloeb", true, forloeb},
    {"ud", false, ud},
    {"svar", true, svar},
};

const char *const indlaes_topics[] = {
    "ind", "forloeb", "ud", "svar", "afvist", "revision", "postkasse", NULL};

void
indlaes_drift(struct indlaes *i, indlaes_fn *fn, void *arg)
{
	i->drift = fn;
	i->drift_arg = arg;
}

enum plb_err
indlaes_record(struct indlaes *i, const struct plb_record *r, struct plb_errctx *ec)
{
	struct plb_event ev;
	enum plb_err err;
	size_t k;

	if (strcmp(r->topic, "afvist") == 0)
		return laesemodel_parkeret(i->m, r, ec);
	if (strcmp(r->topic, "revision") == 0 || strcmp(r->topic, "postkasse") == 0)
		return i->drift == NULL ? PLB_OK : i->drift(i->drift_arg, r, ec);
	for (k = 0; k < sizeof(emner) / sizeof(emner[0]); k++) {
		if (strcmp(r->topic, emner[k].topic) != 0)
			continue;
		err = plb_event_from_record(r, emner[k].person_keyed, &ev, ec);
		return err == PLB_OK ? emner[k].fn(i, r, &ev, ec) : err;
	}
	return plb_err_set(ec, PLB_E_UKENDT, "record of a topic that is not read");
}
