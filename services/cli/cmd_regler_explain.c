// SPDX-License-Identifier: MPL-2.0
/* `parloeb regler explain`: why each thing that Parløb made in a course was made. */
#include <stdio.h>

#include "cli_revision.h"
#include "cmd.h"
#include "forklar.h"
#include "frist.h"
#include "regel_yaml.h"
#include "samtalekrav.h"
#include "tekst.h"
#include "tilstand_soeg.h"
#include "trace.h"

#define ARENA_MAX ((size_t)64 << 20)
#define OUT_MAX ((size_t)16 << 20)

struct explain {
	struct cli_kafka k;
	struct tilstand_soeg state;
	struct trace t;
	struct regler *regler;
	const struct regelsaet *r;
	struct navne navne;
	struct plb_arena arena; /* of one explanation */
	struct plb_buf out;
	bool json;
};

/* ---- printing ---- */

static void
linjer(struct explain *e, const char *navn, struct plb_slice text)
{
	size_t from = 0, to;
	bool first = true;

	for (; from < text.len; from = to + 1) {
		for (to = from; to < text.len && text.p[to] != '\n'; to++)
			;
		if (e->json)
			plb_buf_str(&e->out, first ? "" : ",");
		else
			plb_buf_printf(&e->out, "    %-13s", first ? navn : "");
		if (e->json)
			plb_buf_json(&e->out, plb_slice(text.p + from, to - from));
		else
			plb_buf_printf(
			    &e->out, "%.*s\n", (int)(to - from), (const char *)text.p + from);
		first = false;
	}
}

static void
regler(struct explain *e, const struct forklaring *f)
{
	size_t i;

	for (i = 0; i < f->n_regler; i++) {
		enum regel_parameter p = f->regler[i];

		if (e->json) {
			plb_buf_printf(&e->out,
			    "%s{\"parameter\":\"%s\",\"vaerdi\":", i == 0 ? "" : ",",
			    regel_noegle(p));
			plb_buf_json(&e->out, plb_slice_str(e->r->vaerdi[p]));
			plb_buf_str(&e->out, ",\"kilde\":");
			plb_buf_json(&e->out, plb_slice_str(e->r->kilde[p]));
			plb_buf_str(&e->out, "}");
		} else {
			plb_buf_printf(&e->out, "    %-13s%s (%s: %s)\n    %-13s%s\n",
			    "Regel:", forklar_regel(p), regel_noegle(p), e->r->vaerdi[p],
			    "Kilde:", e->r->kilde[p]);
		}
	}
}

static void
modtagere(struct explain *e, const struct trace_post *p)
{
	const struct trace_levering *l;
	char navn[200];

	for (l = p->levering; l != NULL; l = l->next) {
		if (e->json) {
			plb_buf_printf(
			    &e->out, "%s\"%s\"", l == p->levering ? "" : ",", l->til.text);
			continue;
		}
		plb_buf_str(&e->out, l == p->levering ? " til " : l->next == NULL ? " og " : ", ");
		tekst_fremmed(
		    plb_slice_str(navne_org(&e->navne, plb_org_slice(&l->til), navn, sizeof(navn))),
		    &e->out);
	}
}

static void
vis(struct explain *e, const struct trace_post *p, const struct forklaring *f)
{
	struct plb_slice tekst = {NULL, 0}, regnestykke = {NULL, 0}, fakta = {NULL, 0};
	char tid[PLB_TIME_TEXT];

	if (plb_buf_done((struct plb_buf *)(uintptr_t)&f->tekst, &tekst) != PLB_OK ||
	    plb_buf_done((struct plb_buf *)(uintptr_t)&f->regnestykke, &regnestykke) != PLB_OK ||
	    plb_buf_done((struct plb_buf *)(uintptr_t)&f->fakta, &fakta) != PLB_OK)
		return;
	if (e->json) {
		plb_buf_printf(&e->out, "{\"id\":");
		plb_buf_json(&e->out, p->id);
		plb_buf_str(&e->out, ",\"type\":");
		plb_buf_json(&e->out, p->navn);
		plb_buf_printf(
		    &e->out, ",\"time\":\"%s\",\"modtagere\":[", plb_time_text(p->time, tid));
		modtagere(e, p);
		plb_buf_str(&e->out, "],\"tekst\":");
		plb_buf_json(&e->out, tekst);
		plb_buf_str(&e->out, ",\"regnestykke\":");
		plb_buf_json(&e->out, regnestykke);
		plb_buf_str(&e->out, ",\"fakta\":[");
		linjer(e, "", fakta);
		plb_buf_str(&e->out, "],\"regler\":[");
		regler(e, f);
		plb_buf_str(&e->out, "]}");
		return;
	}
	plb_buf_str(&e->out, "\n");
	tekst_tid(p->time, &e->out);
	plb_buf_str(&e->out, "  ");
	tekst_fremmed(p->navn, &e->out);
	modtagere(e, p);
	plb_buf_printf(&e->out, "\n  %.*s\n", (int)tekst.len, (const char *)tekst.p);
	linjer(e, "Regnestykke:", regnestykke);
	linjer(e, "Fakta:", fakta);
	regler(e, f);
}

/* ---- the course as a whole ---- */

static void
hoved(struct explain *e)
{
	const struct forloeb *f = e->state.forloeb;
	const struct aftale *a = regel_aftale(e->regler, f);
	char id[PLB_UUID_TEXT];

	plb_uuid_text(f->id, id);
	if (e->json) {
		plb_buf_printf(&e->out,
		    "{\"forloebId\":\"%s\",\"regelsaet\":{\"id\":\"%s\",\"version\":%lld", id,
		    e->r->id, (long long)e->r->version);
		if (a != NULL)
			plb_buf_printf(&e->out, ",\"aftale\":\"%s\"", a->id);
		plb_buf_str(&e->out, "},\"haendelser\":[");
		return;
	}
	plb_buf_printf(&e->out, "Forløb %s\nRegelsæt %s, version %lld", id, e->r->id,
	    (long long)e->r->version);
	if (a != NULL)
		plb_buf_printf(&e->out, ", med aftalen %s", a->id);
	plb_buf_str(&e->out, ": valgt, fordi borgeren blev tilmeldt ");
	forklar_dato(f->tilmeldingsdato, &e->out);
	plb_buf_printf(&e->out, "\n    %-13s%s\n", "Kilde:", e->r->kilde[REGEL_GYLDIG]);
}

static void
krav_linje(struct explain *e, const struct kravstatus *k, bool first)
{
	struct plb_buf *b = &e->out;
	char fra[PLB_DATO_TEXT] = "", inden[PLB_DATO_TEXT] = "";

	if (plb_dato_set(k->fra)) {
		plb_dato_text(k->fra, fra);
		plb_dato_text(k->inden, inden);
	}
	if (e->json) {
		plb_buf_printf(b,
		    "%s{\"navn\":\"%s\",\"antal\":%d,\"holdt\":%d,\"fritaget\":%d,\"fra\":\"%s\","
		    "\"inden\":\"%s\",\"opfyldt\":%s}",
		    first ? "" : ",", k->krav->navn, k->krav->antal, k->holdt, k->fritaget, fra,
		    inden, kravstatus_opfyldt(k) ? "true" : "false");
		return;
	}
	plb_buf_printf(b, "  %-18s%d af %d holdt", k->krav->navn, k->holdt, k->krav->antal);
	if (k->fritaget > 0)
		plb_buf_printf(b, ", %d fritaget", k->fritaget);
	if (fra[0] == '\0') {
		plb_buf_str(b, " (vinduet åbner med overdragelsen)\n");
		return;
	}
	plb_buf_str(b, " (fra ");
	forklar_dato(k->fra, b);
	plb_buf_str(b, " og inden ");
	forklar_dato(k->inden, b);
	plb_buf_str(b, ")\n");
}

static void
krav(struct explain *e)
{
	static const char *const ved[DELTAGELSE_VED_ANTAL] = {
	    "faelles", "foersteKommune", "maaned16"};
	static const char *const dansk[DELTAGELSE_VED_ANTAL] = {
	    "fælles samtale", "kommunens første samtale", "samtalen efter 16 måneder"};
	const struct forloeb *f = e->state.forloeb;
	bool foerste = samtalekrav_foerste_holdt(f, e->r);
	struct kravstatus k[REGEL_KRAV_MAX];
	size_t i, n = samtalekrav_status(f, e->r, k);

	plb_buf_str(&e->out, e->json ? "],\"samtalekrav\":[" : "\nSamtaler, som reglerne kræver\n");
	if (e->json) {
		plb_buf_printf(
		    &e->out, "{\"navn\":\"foerste\",\"opfyldt\":%s}", foerste ? "true" : "false");
	} else {
		plb_buf_printf(
		    &e->out, "  %-18s%s (frist ", "første", foerste ? "holdt" : "ikke holdt");
		tekst_tid(frist_foerste_samtale(e->r, f->tilmeldingsdato), &e->out);
		plb_buf_str(&e->out, ")\n");
	}
	for (i = 0; i < n; i++)
		krav_linje(e, &k[i], false);
	if (!e->json && e->r->kvote_procent > 0)
		plb_buf_printf(&e->out,
		    "  Kvote: kravene skal være opfyldt i mindst %d procent af forløbene; op til "
		    "%d procent kan fritages, aldrig fra den første samtale\n",
		    e->r->kvote_procent, e->r->fritagelse_procent);
	plb_buf_str(
	    &e->out, e->json ? "],\"deltagelse\":{" : "\nDeltager gæsten, når ingen har valgt?\n");
	for (i = 0; i < DELTAGELSE_VED_ANTAL; i++) {
		bool ja = e->r->deltagelse[i] == DELTAGELSE_FRAVALG;

		if (e->json)
			plb_buf_printf(&e->out, "%s\"%s\":%s", i == 0 ? "" : ",", ved[i],
			    ja ? "true" : "false");
		else
			plb_buf_printf(&e->out, "  %-28s%s\n", dansk[i],
			    ja ? "ja, medmindre borgeren siger fra"
			       : "nej, kun hvis borgeren beder om det");
	}
	plb_buf_str(&e->out, e->json ? "}}\n" : "");
}

/* ---- everything ---- */

static enum plb_err
en(struct explain *e, const struct trace_post *p)
{
	struct forklar g = {e->regler, e->state.forloeb, &e->navne, &e->arena};
	const struct plb_jv *data = NULL;
	struct plb_errctx ec = {{0}};
	struct forklaring f;
	enum plb_err err;

	plb_arena_reset(&e->arena);
	if (p->data.len > 0 && plb_jv_parse(&e->arena, p->data, &data, &ec) != PLB_OK)
		data = NULL;
	forklaring_init(&f);
	err = forklar(&g, p->navn, p->time, data, &f);
	if (err == PLB_OK)
		vis(e, p, &f);
	forklaring_fini(&f);
	return err;
}

static int
forklar_alt(struct explain *e)
{
	const struct trace_post *p;
	struct plb_errctx ec = {{0}};
	struct plb_slice text;
	enum plb_err err = PLB_OK;
	bool first = true;

	hoved(e);
	for (p = e->t.post; err == PLB_OK && p != NULL; p = p->next) {
		if (p->org.text[0] != '\0' || plb_slice_is(p->navn, "haendelse-afvist"))
			continue;
		plb_buf_str(&e->out, e->json && !first ? "," : "");
		err = en(e, p);
		first = false;
	}
	krav(e);
	if (err == PLB_OK)
		err = plb_buf_done(&e->out, &text);
	if (err != PLB_OK)
		return cli_error(err, &ec);
	fwrite(text.p, 1, text.len, stdout);
	return CLI_OK;
}

/* State, rules, and what lies on the topics about the course. */
static int
hent(struct explain *e, struct plb_uuid id)
{
	const struct plb_conf_common *c = plb_conf_common(e->k.conf);
	struct plb_errctx ec = {{0}};
	struct plb_faults f;
	enum plb_err err;
	int code = tilstand_soeg(&e->state, &e->k, id);

	if (code != CLI_OK)
		return code;
	plb_faults_init(&f);
	e->regler = regel_yaml_load(c->regler, c->koder, &f);
	if (e->regler == NULL)
		fputs(f.text, stderr);
	plb_faults_fini(&f);
	e->r = e->regler != NULL ? regel_forloeb(e->regler, e->state.forloeb) : NULL;
	if (e->r == NULL)
		return cli_fail(CLI_FAULTS, "the rules of this forløb are not there");
	err = trace_find_forloeb(&e->t, e->k.bus, id, &ec);
	if (err == PLB_OK)
		err = trace_laes(&e->t, e->k.bus, &ec);
	if (err != PLB_OK &&
	    err != PLB_E_UKENDT) /* older than the topics keep: the state still tells */
		return cli_error(err, &ec);
	trace_kun_forloeb(&e->t, id);
	trace_sorter(&e->t);
	return CLI_OK;
}

int
cmd_regler_explain(const struct cli *c)
{
	struct explain e = {.json = c->json};
	struct plb_uuid id;
	int code;

	if (plb_uuid_parse(plb_slice_str(c->forloeb), false, &id) != PLB_OK)
		return cli_fail(CLI_USAGE, "give --forloeb ID, a UUID");
	plb_arena_init(&e.arena, ARENA_MAX);
	plb_buf_init(&e.out, OUT_MAX);
	tilstand_soeg_init(&e.state);
	code = cli_kafka_open(c, 0, &e.k);
	trace_init(&e.t, e.k.schemas);
	navne_init(&e.navne, e.k.conf != NULL ? plb_conf_common(e.k.conf)->koder : "");
	if (code == CLI_OK)
		code = hent(&e, id);
	if (code == CLI_OK)
		code = cli_indsigt(&e.k, "indsigt.regler", e.state.pseudonym);
	if (code == CLI_OK)
		code = forklar_alt(&e);
	navne_fini(&e.navne);
	trace_fini(&e.t);
	regel_yaml_free(&e.regler);
	tilstand_soeg_fini(&e.state);
	plb_buf_fini(&e.out);
	plb_arena_fini(&e.arena);
	cli_kafka_close(&e.k);
	return code;
}
