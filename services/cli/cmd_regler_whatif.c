// SPDX-License-Identifier: MPL-2.0
/* `parloeb regler whatif`: the recorded facts under the rules that run and under others, side by
 * side. */
#include <stdio.h>
#include <stdlib.h>

#include "afspil.h"
#include "cmd.h"
#include "optagelse.h"
#include "regel_yaml.h"
#include "sammenlign.h"
#include "tekst.h"

#define ARENA_MAX ((size_t)256 << 20)
#define JSON_MAX ((size_t)4 << 20)
#define OUT_MAX ((size_t)1 << 30)
#define SENDT_MAX 20000 /* messages of one person */
#define VIST_MAX 20     /* differences shown of one recipient; --json has all */

struct forskelle {
	struct forskel *f;
	size_t n, plads;
};
/* One telling. */
struct gang {
	struct whatif *w;
	struct regler *regler;
	struct afspil *a;
	struct plb_list sendt; /* of the person at hand */
	bool nuvaerende;
};
struct whatif {
	const struct cli *c;
	struct cli_kafka k;
	struct optagelse o;
	struct plb_time fra, til;
	struct gang nu, anden;
	struct plb_arena arena; /* of one person */
	struct plb_list lavet;  /* struct plb_slice: ids that forloeb made then */
	struct forskelle forskelle;
	size_t personer, uden_begyndelse, lavet_i_alt, genskabt;
	bool topic_ur;
};

/* ---- what leaves ---- */

/* What a message is about, by the member that names it. */
static struct plb_slice
emne(struct whatif *w, const struct plb_event *ev, struct plb_slice data)
{
	static const char *const medlemmer[] = {"samtaleId", "referatId", "indstillingId",
	    "beskedId", "indkaldelseId", "dagpengemaaned", NULL};
	const struct plb_jv *v = NULL;
	struct plb_errctx ec = {{0}};
	size_t i;

	if (!plb_slice_starts(ev->source, plb_slice_str("/parloeb/")))
		return plb_arena_dup(&w->arena, ev->id); /* a relay keeps its id */
	if (plb_jv_parse(&w->arena, data, &v, &ec) != PLB_OK)
		return plb_slice(NULL, 0);
	for (i = 0; medlemmer[i] != NULL; i++)
		if (plb_jv_get(v, medlemmer[i]) != NULL)
			return plb_jv_str(plb_jv_get(v, medlemmer[i]));
	return plb_slice(NULL, 0);
}

/* The clear members; the rule set's name is no difference in itself. */
static struct plb_slice
klar(struct whatif *w, struct plb_slice value)
{
	struct plb_slice body, json = {NULL, 0};
	const struct plb_schema *s;
	struct plb_errctx ec = {{0}};
	struct plb_buf b;
	char *p;

	plb_buf_init(&b, JSON_MAX);
	if (plb_frame_open(w->k.schemas, value, &s, &body, &ec) == PLB_OK &&
	    plb_json_data(s, body, NULL, NULL, &b, &ec) == PLB_OK &&
	    plb_buf_done(&b, &json) == PLB_OK)
		json = plb_arena_dup(&w->arena, json);
	plb_buf_fini(&b);
	p = json.p == NULL ? NULL : strstr((char *)(uintptr_t)json.p, "\"regelsaet\":\"");
	for (p = p == NULL ? NULL : p + 13; p != NULL && *p != '"' && *p != '\0'; p++)
		*p = '*';
	return json;
}

static bool
er_lavet_foer(const struct whatif *w, struct plb_slice id)
{
	const struct plb_slice *s = w->lavet.p;
	size_t i;

	for (i = 0; i < w->lavet.n; i++)
		if (plb_slice_eq(s[i], id))
			return true;
	return false;
}

static enum plb_err
sendt(void *arg, const struct afspil_besked *b, struct plb_errctx *ec)
{
	struct gang *g = arg;
	struct whatif *w = g->w;
	struct plb_record r = {
	    .topic = (const char *)b->topic.p, .key = b->key, .value = b->value, .n_headers = b->n};
	struct plb_event ev;
	struct sendt *s;

	memcpy(r.header, b->header, b->n * sizeof(*b->header));
	if (plb_time_before(b->ur, w->fra) || plb_time_before(w->til, b->ur))
		return PLB_OK;
	if (plb_slice_is(b->topic, "forloeb") && g->nuvaerende &&
	    plb_event_from_record(&r, true, &ev, ec) == PLB_OK && ev.trin == PLB_TRIN_AFLEDT)
		w->genskabt += er_lavet_foer(w, ev.id);
	if (!plb_slice_is(b->topic, "ud"))
		return PLB_OK;
	if (plb_event_from_record(&r, false, &ev, ec) != PLB_OK)
		return PLB_E_FORM;
	s = plb_list_add(&g->sendt, &w->arena, sizeof(*s), SENDT_MAX);
	if (s == NULL || plb_org_parse(b->key, &s->til) != PLB_OK)
		return plb_err_set(
		    ec, PLB_E_FOR_STOR, "more messages of one person than can be compared");
	s->navn = plb_arena_dup(&w->arena, plb_event_name(ev.type));
	s->data = klar(w, b->value);
	s->emne = emne(w, &ev, s->data);
	s->forloeb = ev.correlationid;
	s->ur = b->ur;
	return PLB_OK;
}

/* ---- one person ---- */

static bool
gem_forskel(void *arg, const struct forskel *f)
{
	struct whatif *w = arg;
	struct forskelle *l = &w->forskelle;
	struct forskel *p = l->f;

	if (l->n == l->plads) {
		p = realloc(p, (l->plads + 1024) * sizeof(*p));
		if (p == NULL)
			return false;
		l->f = p;
		l->plads += 1024;
	}
	p[l->n] = *f;
	p[l->n++].navn = plb_arena_dup(&w->o.arena, f->navn);
	return true;
}

/* The clock at each record: Kafka's, or under a topic clock what the events say, never backwards.
 */
static enum plb_err
spil(struct whatif *w, struct gang *g, const struct optaget *o, size_t n, struct plb_errctx *ec)
{
	struct plb_time ur = {INT64_MIN + 1}, t;
	enum plb_err err = PLB_OK;
	struct plb_record r;
	size_t i;

	g->sendt = (struct plb_list){NULL, 0};
	afspil_forfra(g->a);
	for (i = 0; err == PLB_OK && i < n; i++) {
		t = w->topic_ur ? o[i].ev.time : o[i].optaget;
		ur = plb_time_before(ur, t) ? t : ur;
		if (plb_time_before(w->til, ur))
			break;
		if (!o[i].svar && o[i].ev.trin == PLB_TRIN_AFLEDT)
			continue;
		r = optaget_record(&o[i]);
		err = afspil_record(g->a, &r, ur, ec);
	}
	return err == PLB_OK ? afspil_ur(g->a, w->til, ec) : err;
}

/* A course whose registration Kafka no longer keeps cannot be told again. */
static bool
har_begyndelse(const struct optaget *o, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (plb_slice_is(plb_event_name(o[i].ev.type), "member-registered"))
			return true;
	return false;
}

static enum plb_err
husk_lavet(struct whatif *w, const struct optaget *o, size_t n)
{
	struct plb_slice *s;
	size_t i;

	w->lavet = (struct plb_list){NULL, 0};
	for (i = 0; i < n; i++) {
		if (o[i].svar || o[i].ev.trin != PLB_TRIN_AFLEDT ||
		    plb_time_before(o[i].ev.time, w->fra) || plb_time_before(w->til, o[i].ev.time))
			continue;
		s = plb_list_add(&w->lavet, &w->arena, sizeof(*s), SENDT_MAX);
		if (s == NULL)
			return PLB_E_FOR_STOR;
		*s = o[i].ev.id;
		w->lavet_i_alt++;
	}
	return PLB_OK;
}

static enum plb_err
person(struct whatif *w, const struct optaget *o, size_t n, struct plb_errctx *ec)
{
	enum plb_err err;

	w->personer++;
	if (!har_begyndelse(o, n)) {
		w->uden_begyndelse++;
		return PLB_OK;
	}
	plb_arena_reset(&w->arena);
	err = husk_lavet(w, o, n);
	if (err == PLB_OK)
		err = spil(w, &w->nu, o, n, ec);
	if (err == PLB_OK)
		err = spil(w, &w->anden, o, n, ec);
	if (err == PLB_OK && !sammenlign(&w->nu.sendt, &w->anden.sendt, gem_forskel, w))
		err = plb_err_set(ec, PLB_E_HUKOMMELSE, "out of memory");
	if (w->o.vis && w->personer % 1000 == 0)
		fprintf(stderr, "genafspillet: %zu personer\n", w->personer);
	return err;
}

static enum plb_err
alle(struct whatif *w, struct plb_errctx *ec)
{
	enum plb_err err = PLB_OK;
	size_t i, n;

	for (i = 0; err == PLB_OK && i < w->o.n; i += n) {
		for (n = 1; i + n < w->o.n && plb_person_eq(w->o.o[i].person, w->o.o[i + n].person);
		     n++)
			;
		err = person(w, &w->o.o[i], n, ec);
	}
	return err;
}

/* ---- telling it ---- */

static const char *const ARTER[FORSKEL_ARTER] = {"kommer til", "falder bort", "flyttes", "ændres"};
static const char *const ARTER_JSON[FORSKEL_ARTER] = {"til", "bort", "flyttet", "aendret"};

static int
cmp(const void *pa, const void *pb)
{
	const struct forskel *a = pa, *b = pb;
	int c = strcmp(a->til.text, b->til.text);

	if (c == 0)
		c = (int)a->art - (int)b->art;
	if (c == 0)
		c = plb_slice_cmp(a->navn, b->navn);
	if (c == 0)
		c = (a->efter.ms > b->efter.ms) - (a->efter.ms < b->efter.ms);
	return c != 0 ? c : (a->foer.ms > b->foer.ms) - (a->foer.ms < b->foer.ms);
}

static void
tid(struct plb_time t, struct plb_buf *out)
{
	if (t.ms == PLB_TIME_UNSET.ms)
		plb_buf_str(out, "-");
	else
		tekst_tid(t, out);
}

static void
linje(const struct forskel *f, struct plb_buf *out)
{
	char id[PLB_UUID_TEXT];

	plb_buf_printf(
	    out, "  %-12s%.*s  ", ARTER[f->art], (int)f->navn.len, (const char *)f->navn.p);
	if (f->foer.ms != PLB_TIME_UNSET.ms)
		tid(f->foer, out);
	if (f->art == FORSKEL_FLYTTET)
		plb_buf_str(out, " -> ");
	if (f->art == FORSKEL_FLYTTET || f->art == FORSKEL_TIL)
		tid(f->efter, out);
	plb_buf_printf(out, "  forløb %s\n", plb_uuid_text(f->forloeb, id));
}

/* The differences of one recipient, from i on; the first of the next. */
static size_t
modtager(const struct whatif *w, size_t i, struct navne *navne, struct plb_buf *out)
{
	const struct forskel *f = w->forskelle.f;
	size_t j, antal[FORSKEL_ARTER] = {0};
	char navn[200];

	for (j = i; j < w->forskelle.n && plb_org_eq(&f[j].til, &f[i].til); j++)
		antal[f[j].art]++;
	plb_buf_str(out, "\n");
	tekst_fremmed(
	    plb_slice_str(navne_org(navne, plb_org_slice(&f[i].til), navn, sizeof(navn))), out);
	plb_buf_printf(out, ": %zu kommer til, %zu falder bort, %zu flyttes, %zu ændres\n",
	    antal[0], antal[1], antal[2], antal[3]);
	for (; i < j && i < w->forskelle.n; i++) {
		size_t rest = j - i;

		if (antal[0] + antal[1] + antal[2] + antal[3] - rest == VIST_MAX) {
			plb_buf_printf(out, "  … og %zu til (alle med --json)\n", rest);
			break;
		}
		linje(&f[i], out);
	}
	return j;
}

static void
tekst(const struct whatif *w, struct plb_buf *out)
{
	struct navne navne;
	size_t i = 0;

	navne_init(&navne, plb_conf_common(w->k.conf)->koder);
	plb_buf_str(out, "Genafspillet fra ");
	tekst_tid(w->fra, out);
	plb_buf_str(out, " til ");
	tekst_tid(w->til, out);
	plb_buf_printf(out, ": %zu personer, %zu hændelser og kvitteringer\n", w->personer, w->o.n);
	if (w->uden_begyndelse > 0)
		plb_buf_printf(out,
		    "%zu personer er ikke med: Kafka har ikke længere deres tilmelding\n",
		    w->uden_begyndelse);
	plb_buf_printf(out,
	    "Under de regler, der gælder nu, genskabes %zu af de %zu hændelser, som Parløb lavede "
	    "i perioden\n",
	    w->genskabt, w->lavet_i_alt);
	if (w->forskelle.n == 0)
		plb_buf_str(out, "Ingen forskel\n");
	while (i < w->forskelle.n)
		i = modtager(w, i, &navne, out);
	navne_fini(&navne);
}

static void
json(const struct whatif *w, struct plb_buf *out)
{
	char id[PLB_UUID_TEXT], t[PLB_TIME_TEXT];
	size_t i;

	plb_buf_printf(out,
	    "{\"personer\":%zu,\"udenBegyndelse\":%zu,\"haendelser\":%zu,\"lavet\":%zu,"
	    "\"genskabt\":%zu,\"forskelle\":[",
	    w->personer, w->uden_begyndelse, w->o.n, w->lavet_i_alt, w->genskabt);
	for (i = 0; i < w->forskelle.n; i++) {
		const struct forskel *f = &w->forskelle.f[i];

		plb_buf_printf(out,
		    "%s{\"organisation\":\"%s\",\"art\":\"%s\",\"type\":\"%.*s\",\"forloebId\":\"%"
		    "s\"",
		    i == 0 ? "" : ",", f->til.text, ARTER_JSON[f->art], (int)f->navn.len,
		    (const char *)f->navn.p, plb_uuid_text(f->forloeb, id));
		if (f->foer.ms != PLB_TIME_UNSET.ms)
			plb_buf_printf(out, ",\"foer\":\"%s\"", plb_time_text(f->foer, t));
		if (f->efter.ms != PLB_TIME_UNSET.ms)
			plb_buf_printf(out, ",\"efter\":\"%s\"", plb_time_text(f->efter, t));
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]}\n");
}

static int
vis(struct whatif *w)
{
	struct plb_slice text;
	struct plb_buf out;
	int code = CLI_OK;

	if (w->forskelle.n > 0)
		qsort(w->forskelle.f, w->forskelle.n, sizeof(*w->forskelle.f), cmp);
	plb_buf_init(&out, OUT_MAX);
	if (w->c->json)
		json(w, &out);
	else
		tekst(w, &out);
	if (plb_buf_done(&out, &text) == PLB_OK)
		fwrite(text.p, 1, text.len, stdout);
	else
		code = cli_fail(CLI_FAULTS, "more differences than can be shown");
	plb_buf_fini(&out);
	return code;
}

/* ---- start ---- */

static enum plb_err
gang(struct whatif *w, struct gang *g, const char *regler, struct plb_errctx *ec)
{
	const struct plb_conf_common *c = plb_conf_common(w->k.conf);
	struct plb_conf_forloeb fc;
	struct plb_faults f;
	enum plb_err err;

	g->w = w;
	plb_faults_init(&f);
	err = plb_conf_section(w->k.conf, &plb_section_forloeb, &fc, &f);
	g->regler = err == PLB_OK ? regel_yaml_load(regler, c->koder, &f) : NULL;
	if (g->regler == NULL) {
		fputs(f.text, stderr);
		err = plb_err_set(ec, PLB_E_KONFIG, "%s: rule sets have faults", regler);
	}
	plb_faults_fini(&f);
	return err == PLB_OK ? afspil_new(w->k.schemas, g->regler, &fc, sendt, g, &g->a, ec) : err;
}

static int
koer(struct whatif *w)
{
	const struct plb_conf_common *c = plb_conf_common(w->k.conf);
	struct plb_errctx ec = {{0}};
	enum plb_err err;

	w->topic_ur = c->clock == PLB_CLOCK_TOPIC;
	w->nu.nuvaerende = true;
	err = gang(w, &w->nu, c->regler, &ec);
	if (err == PLB_OK)
		err = gang(w, &w->anden, w->c->regler, &ec);
	if (err == PLB_OK)
		err = optagelse_laes(&w->o, w->k.bus, &ec);
	if (err == PLB_OK)
		err = alle(w, &ec);
	return err == PLB_OK ? vis(w) : cli_error(err, &ec);
}

int
cmd_regler_whatif(const struct cli *c)
{
	struct whatif w = {.c = c};
	int code;

	if (c->regler[0] == '\0' || plb_time_parse(plb_slice_str(c->from), &w.fra) != PLB_OK ||
	    plb_time_parse(plb_slice_str(c->to), &w.til) != PLB_OK || plb_time_before(w.til, w.fra))
		return cli_fail(CLI_USAGE,
		    "give --config DIR --from TIME --to TIME; see parloeb regler whatif --help");
	plb_arena_init(&w.arena, ARENA_MAX);
	optagelse_init(&w.o, !c->json);
	code = cli_kafka_open(c, 0, &w.k);
	if (code == CLI_OK)
		code = koer(&w);
	afspil_free(&w.anden.a);
	afspil_free(&w.nu.a);
	regel_yaml_free(&w.anden.regler);
	regel_yaml_free(&w.nu.regler);
	free(w.forskelle.f);
	optagelse_fini(&w.o);
	plb_arena_fini(&w.arena);
	cli_kafka_close(&w.k);
	return code;
}
