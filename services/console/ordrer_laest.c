// SPDX-License-Identifier: MPL-2.0
#include "ordre.h"

#include <stdlib.h>

static int
index_of(struct plb_slice s, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (plb_slice_is(s, words[i]))
			return i;
	return -1;
}

/* What an audit record says of an order of another life. The records of several people lie in
 * several partitions and come in any order: the one that is furthest on counts. */
static const struct skridt {
	const char *udfald;
	enum ordre_tilstand tilstand;
	int rang;
} skridt[] = {
    {"udvalg", ORDRE_MISLYKKET, 0},
    {"afventer", ORDRE_AFVENTER, 1},
    {"begyndt", ORDRE_AFBRUDT, 1},
    {"godkendt", ORDRE_AFBRUDT, 2},
    {"genoptaget", ORDRE_AFBRUDT, 3},
    {"udfoert", ORDRE_UDFOERT, 4},
    {"standset", ORDRE_STANDSET, 4},
    {"mislykket", ORDRE_MISLYKKET, 4},
};
#define RANG_BEGYNDT 1
#define RANG_GODKENDT 2
#define RANG_GENOPTAGET 3
#define RANG_SLUT 4

static const struct skridt *
skridt_af(struct plb_slice udfald)
{
	for (size_t i = 0; i < sizeof(skridt) / sizeof(skridt[0]); i++)
		if (plb_slice_is(udfald, skridt[i].udfald))
			return &skridt[i];
	return NULL;
}

/* Met for the first time. */
static struct ordre *
begynd(struct ordrer *o, enum kommando_art art, const struct plb_revision_post *p)
{
	struct ordre *r = ordrer_ny(o);

	if (r == NULL)
		return NULL;
	r->id = p->ordre;
	r->art = art;
	r->rang = -1;
	r->tilstand = ORDRE_MISLYKKET; /* its selection alone: it never began */
	r->har_leveringid = p->har_leveringid;
	r->leveringid = p->leveringid;
	r->sendt = ordrer_talt(o, &r->id);
	ordre_kopi(r->begrundelse, sizeof(r->begrundelse), p->aarsag);
	if (plb_org_parse(p->organisation, &r->org) != PLB_OK)
		r->org.text[0] = '\0';
	return r;
}

/* Another console has taken over what this one carries out. */
static void
overtaget(struct ordre *r)
{
	r->tilstand = ORDRE_AFBRUDT;
	r->egen = r->min = false;
}

static void
afslut(struct ordre *r, int64_t antal)
{
	r->sendt = (size_t)(antal > 0 ? antal : 0);
	free(r->post); /* nobody carries it on */
	r->post = NULL;
	r->n = 0;
}

static enum plb_err
tag_skridt(struct ordre *r, const struct skridt *s, const struct plb_revision_laest *l, bool mine,
    struct plb_errctx *ec)
{
	bool forrest =
	    s->rang > r->rang || (s->rang == r->rang && l->post.tid.ms >= r->rang_tid.ms);

	if (s->rang <= RANG_BEGYNDT) {
		r->oprettet = l->post.tid;
		ordre_kopi(r->aktoer, sizeof(r->aktoer), l->post.aktoer);
	}
	if (s->rang == RANG_BEGYNDT)
		r->antal = l->post.antal;
	if (s->rang == RANG_GODKENDT)
		ordre_kopi(r->godkender, sizeof(r->godkender), l->post.aktoer);
	if (s->rang == 0 && r->rang < RANG_SLUT)
		return ordre_udvalg_laes(r, l->post.detalje, ec);
	if (!forrest)
		return PLB_OK;
	r->rang = s->rang;
	r->rang_tid = l->post.tid;
	r->tilstand = s->tilstand;
	r->min = mine;
	if (s->rang == RANG_SLUT)
		afslut(r, l->post.antal);
	return PLB_OK;
}

static enum plb_err
revision(struct ordrer *o, const struct plb_record *rec, struct plb_errctx *ec)
{
	static const char prefix[] = "levering.";
	struct plb_revision_laest l;
	const struct skridt *s;
	struct plb_slice h;
	struct ordre *r;
	bool mine;
	enum plb_err err = revisor_laest(o->revisor, rec, &l, ec);
	int art;

	h = l.post.handling;
	if (err != PLB_OK || !l.post.har_ordre || !plb_slice_starts(h, plb_slice_str(prefix)))
		return err;
	art = index_of(
	    plb_slice(h.p + sizeof(prefix) - 1, h.len - (sizeof(prefix) - 1)), kommando_arter);
	s = skridt_af(l.post.udfald);
	if (art < 0 || s == NULL)
		return PLB_OK;
	r = ordrer_find(o, &l.post.ordre);
	mine = plb_slice_is(l.skriver, o->konf.skriver);
	if (r != NULL && r->egen && !mine && r->tilstand == ORDRE_KOERER &&
	    s->rang == RANG_GENOPTAGET)
		overtaget(r);
	if (r != NULL && r->egen)
		return PLB_OK;
	if (r == NULL)
		r = begynd(o, (enum kommando_art)art, &l.post);
	return r == NULL ? PLB_OK : tag_skridt(r, s, &l, mine, ec);
}

static size_t
holdt_find(const struct ordrer *o, const struct plb_org *org, const struct plb_uuid *id)
{
	size_t i = 0;

	while (i < o->n_holdt &&
	    !(plb_org_eq(&o->holdt[i].org, org) && o->holdt[i].har_leveringid == (id != NULL) &&
		(id == NULL || plb_uuid_eq(o->holdt[i].leveringid, *id))))
		i++;
	return i;
}

/* A slice of an order, whoever wrote it. */
static enum plb_err
del(struct ordrer *o, const struct kommando *k, struct plb_errctx *ec)
{
	struct ordre *r = ordrer_find(o, &k->ordre);
	enum plb_err err = ordrer_tael(o, &k->ordre, k->udvalg.n, ec);

	if (err == PLB_OK && r != NULL && !r->egen)
		r->sendt = ordrer_talt(o, &k->ordre);
	return err;
}

static enum plb_err
postkasse(struct ordrer *o, const struct plb_record *rec, struct plb_errctx *ec)
{
	const struct plb_uuid *id;
	struct kommando k;
	struct plb_org org;
	size_t at;

	if (!kommando_laes(o->kommandoer, rec->value, &k) ||
	    plb_org_parse(k.organisation, &org) != PLB_OK)
		return PLB_OK;
	if (k.har_ordre && k.udvalg.n > 0)
		return del(o, &k, ec);
	id = k.har_leveringid ? &k.leveringid : NULL;
	at = holdt_find(o, &org, id);
	if (k.art == KOMMANDO_HOLD && at == o->n_holdt && o->n_holdt < HOLDT_MAX) {
		o->holdt[o->n_holdt++] = (struct holdt){org, id != NULL, k.leveringid, k.tid};
	} else if (k.art == KOMMANDO_RESUME && id != NULL && at < o->n_holdt) {
		o->holdt[at] = o->holdt[--o->n_holdt];
	} else if (k.art == KOMMANDO_RESUME &&
	    id == NULL) { /* of the whole organisation: its queues too */
		for (at = 0; at < o->n_holdt;)
			if (plb_org_eq(&o->holdt[at].org, &org))
				o->holdt[at] = o->holdt[--o->n_holdt];
			else
				at++;
	}
	return PLB_OK;
}

enum plb_err
ordrer_record(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct ordrer *o = arg;

	if (strcmp(r->topic, "revision") == 0)
		return revision(o, r, ec);
	return postkasse(o, r, ec);
}

void
ordrer_liste(const struct ordrer *o, struct plb_buf *out)
{
	const struct ordre *r;

	plb_buf_str(out, "{\"ordrer\":[");
	for (r = o->foerste; r != NULL; r = r->naeste) {
		if (r != o->foerste)
			plb_buf_str(out, ",");
		ordre_json(r, out);
	}
	plb_buf_str(out, "]}");
}

enum plb_err
ordrer_en(
    const struct ordrer *o, const struct plb_uuid *id, struct plb_buf *out, struct plb_errctx *ec)
{
	const struct ordre *r = ordrer_find(o, id);

	if (r == NULL)
		return plb_err_set(ec, PLB_E_UKENDT, "no such order");
	ordre_json(r, out);
	return PLB_OK;
}

void
ordrer_holdt(const struct ordrer *o, struct plb_buf *out)
{
	char text[PLB_UUID_TEXT], tid[PLB_TIME_TEXT];
	size_t i;

	plb_buf_str(out, "\"holdt\":[");
	for (i = 0; i < o->n_holdt; i++) {
		const struct holdt *h = &o->holdt[i];

		plb_buf_printf(out, "%s{\"organisation\":\"%s\"", i > 0 ? "," : "", h->org.text);
		if (h->har_leveringid)
			plb_buf_printf(
			    out, ",\"leveringid\":\"%s\"", plb_uuid_text(h->leveringid, text));
		plb_buf_printf(out, ",\"siden\":\"%s\"}", plb_time_text(h->siden, tid));
	}
	plb_buf_str(out, "]");
}
