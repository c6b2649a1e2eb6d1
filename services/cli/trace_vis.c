// SPDX-License-Identifier: MPL-2.0
#include "trace.h"

#include "tekst.h"

#define ARENA_MAX ((size_t)16 << 20)

/* ---- Danish ---- */

static void
vis_levering(const struct trace_levering *l, struct navne *n, struct plb_buf *out)
{
	const struct trace_trin *t;
	char navn[200];

	plb_buf_str(out, "      -> til ");
	tekst_fremmed(plb_slice_str(navne_org(n, plb_org_slice(&l->til), navn, sizeof(navn))), out);
	plb_buf_str(out, ": ");
	plb_buf_str(out, l->trin == NULL ? "lagt klar, endnu ikke hentet eller leveret" : "");
	for (t = l->trin; t != NULL; t = t->next) {
		plb_buf_str(out, t == l->trin ? "" : "; ");
		plb_buf_str(out, tekst_trin(t->trin));
		if (t->forsoeg > 1 && plb_slice_is(t->trin, "forsoegt"))
			plb_buf_printf(out, " (%lld. gang)", (long long)t->forsoeg);
		plb_buf_str(out, " ");
		tekst_tid(t->tid, out);
		if (t->aarsag.len > 0) {
			plb_buf_str(out, " (");
			tekst_fremmed(t->aarsag, out);
			plb_buf_str(out, ")");
		}
	}
	plb_buf_str(out, "\n");
}

static void
vis_afgoerelse(const struct trace_post *p, struct plb_buf *out)
{
	const char *fejl = tekst_fejl(p->fejl);

	switch (p->trin) {
	case PLB_TRIN_BEHANDLET:
	case PLB_TRIN_AFLEDT:
	case PLB_TRIN_GENTAGELSE:
		return; /* what followed shows it */
	case PLB_TRIN_AFVENTER:
		plb_buf_str(out, "      venter: ");
		break;
	case PLB_TRIN_AFVIST:
		plb_buf_str(out, "      afvist: ");
		break;
	default:
		if (p->accepteret.ms != PLB_TIME_UNSET.ms)
			plb_buf_str(out, "      modtaget, endnu ikke behandlet\n");
		return;
	}
	if (fejl != NULL)
		plb_buf_str(out, fejl);
	else
		tekst_fremmed(p->fejl, out);
	plb_buf_str(out, "\n");
}

static void
vis_post(const struct trace_post *p, struct navne *n, struct plb_arena *a, struct plb_buf *out)
{
	const struct trace_levering *l;
	struct plb_errctx ec = {{0}};
	const struct plb_jv *data = NULL;
	char navn[200];

	plb_arena_reset(a);
	if (p->data.len > 0 && plb_jv_parse(a, p->data, &data, &ec) != PLB_OK)
		data = NULL;
	plb_buf_str(out, "  ");
	tekst_tid(p->time, out);
	plb_buf_str(out, "  ");
	if (p->org.text[0] == '\0')
		plb_buf_str(out, "Parløb");
	else
		tekst_fremmed(
		    plb_slice_str(navne_org(n, plb_org_slice(&p->org), navn, sizeof(navn))), out);
	plb_buf_str(out, " ");
	tekst_haendelse(n, p->navn, data, out);
	plb_buf_str(out, "\n");
	vis_afgoerelse(p, out);
	for (l = p->levering; l != NULL; l = l->next)
		vis_levering(l, n, out);
}

/* The first entry of each forløb opens its part. */
static bool
er_foerste(const struct trace *t, const struct trace_post *p)
{
	const struct trace_post *q;

	for (q = t->post; q != p; q = q->next)
		if (q->har_forloeb == p->har_forloeb &&
		    (!p->har_forloeb || plb_uuid_eq(q->forloeb, p->forloeb)))
			return false;
	return true;
}

static void
vis_del(const struct trace_post *foerste, struct navne *n, struct plb_arena *a, struct plb_buf *out)
{
	const struct trace_post *p;
	char id[PLB_UUID_TEXT];

	if (foerste->har_forloeb)
		plb_buf_printf(out, "Forløb %s\n", plb_uuid_text(foerste->forloeb, id));
	else
		plb_buf_str(out, "Uden for et forløb\n");
	for (p = foerste; p != NULL; p = p->next)
		if (p->har_forloeb == foerste->har_forloeb &&
		    (!p->har_forloeb || plb_uuid_eq(p->forloeb, foerste->forloeb)))
			vis_post(p, n, a, out);
}

void
trace_vis(const struct trace *t, struct navne *n, struct plb_buf *out)
{
	const struct trace_post *p;
	struct plb_arena a;
	bool mellem = false;

	plb_arena_init(&a, ARENA_MAX);
	for (p = t->post; p != NULL; p = p->next) {
		if (!er_foerste(t, p))
			continue;
		plb_buf_str(out, mellem ? "\n" : "");
		vis_del(p, n, &a, out);
		mellem = true;
	}
	plb_arena_fini(&a);
}

/* ---- JSON ---- */

static void
json_tekst(const char *navn, struct plb_slice s, struct plb_buf *out)
{
	struct plb_buf ren;
	struct plb_slice t;

	if (s.len == 0)
		return;
	plb_buf_init(&ren, 65536);
	tekst_fremmed(s, &ren);
	plb_buf_printf(out, ",\"%s\":", navn);
	if (plb_buf_done(&ren, &t) == PLB_OK)
		plb_buf_json(out, t);
	else
		plb_buf_str(out, "null");
	plb_buf_fini(&ren);
}

static void
json_tid(const char *navn, struct plb_time t, struct plb_buf *out)
{
	char text[PLB_TIME_TEXT];

	if (t.ms != PLB_TIME_UNSET.ms)
		plb_buf_printf(out, ",\"%s\":\"%s\"", navn, plb_time_text(t, text));
}

static void
json_levering(const struct trace_levering *l, struct plb_buf *out)
{
	const struct trace_trin *t;
	char id[PLB_UUID_TEXT];

	plb_buf_printf(out, "{\"leveringid\":\"%s\",\"organisation\":\"%s\"",
	    plb_uuid_text(l->id, id), l->til.text);
	if (l->sequence > 0)
		plb_buf_printf(out, ",\"sequence\":%lld", (long long)l->sequence);
	json_tid("adresseret", l->adresseret, out);
	plb_buf_str(out, ",\"trin\":[");
	for (t = l->trin; t != NULL; t = t->next) {
		plb_buf_printf(
		    out, "%s{\"forsoeg\":%lld", t == l->trin ? "" : ",", (long long)t->forsoeg);
		json_tekst("trin", t->trin, out);
		json_tid("tid", t->tid, out);
		json_tekst("aarsag", t->aarsag, out);
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]}");
}

static void
json_post(const struct trace_post *p, struct plb_buf *out)
{
	const struct trace_levering *l;
	char id[PLB_UUID_TEXT];

	plb_buf_printf(
	    out, "{\"organisation\":\"%s\"", p->org.text[0] == '\0' ? "parloeb" : p->org.text);
	json_tekst("type", p->navn, out);
	json_tekst("id", p->id, out);
	json_tekst("kilde", p->kilde, out);
	json_tekst("causationid", p->aarsag_id, out);
	if (p->har_forloeb)
		plb_buf_printf(out, ",\"forloebId\":\"%s\"", plb_uuid_text(p->forloeb, id));
	json_tid("time", p->time, out);
	json_tid("accepteret", p->accepteret, out);
	json_tid("afgjort", p->afgjort, out);
	json_tekst(
	    "trin", plb_slice_str(p->trin == PLB_TRIN_INGEN ? "" : plb_trin_text(p->trin)), out);
	json_tekst("fejl", p->fejl, out);
	plb_buf_str(out, ",\"data\":");
	if (p->data.len > 0)
		tekst_fremmed(p->data, out);
	else
		plb_buf_str(out, "null");
	plb_buf_str(out, ",\"leveringer\":[");
	for (l = p->levering; l != NULL; l = l->next) {
		plb_buf_str(out, l == p->levering ? "" : ",");
		json_levering(l, out);
	}
	plb_buf_str(out, "]}");
}

void
trace_json(const struct trace *t, struct plb_buf *out)
{
	const struct trace_post *p;

	plb_buf_str(out, "{\"person\":\"");
	plb_buf_hex(out, plb_slice(t->person.b, sizeof(t->person.b)));
	plb_buf_str(out, "\",\"haendelser\":[");
	for (p = t->post; p != NULL; p = p->next) {
		plb_buf_str(out, p == t->post ? "" : ",");
		json_post(p, out);
	}
	plb_buf_str(out, "]}\n");
}
