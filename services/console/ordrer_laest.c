// SPDX-License-Identifier: MPL-2.0
#include "ordre.h"

static int
index_of(struct plb_slice s, const char *const *words)
{
	for (int i = 0; words[i] != NULL; i++)
		if (plb_slice_is(s, words[i]))
			return i;
	return -1;
}

/* What an order of another life stands at, by its newest audit record. */
static enum ordre_tilstand
tilstand_af(struct plb_slice udfald)
{
	for (int t = ORDRE_UDFOERT; t < ORDRE_AFBRUDT; t++)
		if (plb_slice_is(udfald, ordre_tilstand_navn((enum ordre_tilstand)t)))
			return (enum ordre_tilstand)t;
	return plb_slice_is(udfald, "afventer") ? ORDRE_AFVENTER : ORDRE_AFBRUDT;
}

static enum plb_err
revision(struct ordrer *o, const struct plb_record *rec, struct plb_errctx *ec)
{
	static const char prefix[] = "levering.";
	struct plb_revision_laest l;
	struct plb_slice h;
	struct ordre *r;
	enum plb_err err = revisor_laest(o->revisor, rec, &l, ec);
	int art;

	h = l.post.handling;
	if (err != PLB_OK || !l.post.har_ordre || !plb_slice_starts(h, plb_slice_str(prefix)))
		return err;
	art = index_of(plb_slice(h.p + sizeof(prefix) - 1, h.len - (sizeof(prefix) - 1)), kommando_arter);
	r = ordrer_find(o, &l.post.ordre);
	if (art < 0 || (r != NULL && r->egen))
		return PLB_OK;
	if (r == NULL) {
		r = ordrer_ny(o);
		if (r == NULL || !ordre_gem_json(r, l.post.detalje))
			return r == NULL ? PLB_OK : plb_err_set(ec, PLB_E_HUKOMMELSE, "order");
		r->id = l.post.ordre;
		r->art = (enum kommando_art)art;
		r->oprettet = l.post.tid;
		r->antal = l.post.antal;
		r->har_leveringid = l.post.har_leveringid;
		r->leveringid = l.post.leveringid;
		ordre_kopi(r->aktoer, sizeof(r->aktoer), l.post.aktoer);
		ordre_kopi(r->begrundelse, sizeof(r->begrundelse), l.post.aarsag);
		if (plb_org_parse(l.post.organisation, &r->org) != PLB_OK)
			r->org.text[0] = '\0';
	}
	r->tilstand = tilstand_af(l.post.udfald);
	if (plb_slice_is(l.post.udfald, "godkendt"))
		ordre_kopi(r->godkender, sizeof(r->godkender), l.post.aktoer);
	if (r->tilstand >= ORDRE_UDFOERT && r->tilstand < ORDRE_AFBRUDT)
		r->sendt = (size_t)(l.post.antal > 0 ? l.post.antal : 0);
	return PLB_OK;
}

static size_t
holdt_find(const struct ordrer *o, const struct plb_org *org, const struct plb_uuid *id)
{
	size_t i = 0;

	while (i < o->n_holdt &&
	    !(plb_org_eq(&o->holdt[i].org, org) && o->holdt[i].har_leveringid == (id != NULL) && (id == NULL || plb_uuid_eq(o->holdt[i].leveringid, *id))))
		i++;
	return i;
}

static void
postkasse(struct ordrer *o, const struct plb_record *rec)
{
	const struct plb_uuid *id;
	struct kommando k;
	struct plb_org org;
	size_t at;

	if (!kommando_laes(o->kommandoer, rec->value, &k) || plb_org_parse(k.organisation, &org) != PLB_OK)
		return;
	id = k.har_leveringid ? &k.leveringid : NULL;
	at = holdt_find(o, &org, id);
	if (k.art == KOMMANDO_HOLD && at == o->n_holdt && o->n_holdt < HOLDT_MAX) {
		o->holdt[o->n_holdt++] = (struct holdt){ org, id != NULL, k.leveringid, k.tid };
	} else if (k.art == KOMMANDO_RESUME && id != NULL && at < o->n_holdt) {
		o->holdt[at] = o->holdt[--o->n_holdt];
	} else if (k.art == KOMMANDO_RESUME && id == NULL) { /* of the whole organisation: its queues too */
		for (at = 0; at < o->n_holdt;)
			if (plb_org_eq(&o->holdt[at].org, &org))
				o->holdt[at] = o->holdt[--o->n_holdt];
			else
				at++;
	}
}

enum plb_err
ordrer_record(void *arg, const struct plb_record *r, struct plb_errctx *ec)
{
	struct ordrer *o = arg;

	if (strcmp(r->topic, "revision") == 0)
		return revision(o, r, ec);
	postkasse(o, r);
	return PLB_OK;
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
ordrer_en(const struct ordrer *o, const struct plb_uuid *id, struct plb_buf *out, struct plb_errctx *ec)
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
			plb_buf_printf(out, ",\"leveringid\":\"%s\"", plb_uuid_text(h->leveringid, text));
		plb_buf_printf(out, ",\"siden\":\"%s\"}", plb_time_text(h->siden, tid));
	}
	plb_buf_str(out, "]");
}
