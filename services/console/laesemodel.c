// SPDX-License-Identifier: MPL-2.0
#include "laesemodel.h"

#include <stdio.h>
#include <stdlib.h>

#include "laesemodel_priv.h"

enum plb_err
lm_fault(struct laesemodel *m, struct plb_errctx *ec)
{
	/* SQLite's text names tables and columns, never values. */
	return plb_err_set(ec, PLB_E_INTERN, "read model: %s", sqlite3_errmsg(m->db));
}

sqlite3_stmt *
lm_statement(struct laesemodel *m, enum sql q)
{
	sqlite3_reset(m->stmt[q]);
	sqlite3_clear_bindings(m->stmt[q]);
	return m->stmt[q];
}

void
lm_bind_text(sqlite3_stmt *s, int at, struct plb_slice t)
{
	if (t.p != NULL && t.len > 0)
		sqlite3_bind_text(s, at, (const char *)t.p, (int)t.len, SQLITE_TRANSIENT);
}

void
lm_bind_uuid(sqlite3_stmt *s, int at, const struct plb_uuid *u)
{
	sqlite3_bind_blob(s, at, u->b, sizeof(u->b), SQLITE_TRANSIENT);
}

/* Run a statement that gives no rows. */
enum plb_err
lm_run(struct laesemodel *m, sqlite3_stmt *s, struct plb_errctx *ec)
{
	return sqlite3_step(s) == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

/* An earlier model is of no use, and may be torn: nothing was synced. A file that is no database is
 * left alone; SQLite then refuses it. */
static enum plb_err
remove_old(const char *path, struct plb_errctx *ec)
{
	static const char MAGIC[] = "SQLite format 3";
	char head[sizeof(MAGIC)] = "";
	FILE *f = path[0] == '\0' ? NULL : fopen(path, "rb");
	bool ours;

	if (f == NULL)
		return PLB_OK;
	ours = fread(head, 1, sizeof(head), f) == sizeof(head) &&
	    memcmp(head, MAGIC, sizeof(MAGIC)) == 0;
	fclose(f);
	return ours && remove(path) != 0 ? plb_err_errno(ec, "%s", path) : PLB_OK;
}

static enum plb_err
prepare(struct laesemodel *m, const char *path, struct plb_errctx *ec)
{
	enum plb_err err = remove_old(path, ec);
	int i;

	if (err != PLB_OK)
		return err;
	if (sqlite3_open(path, &m->db) != SQLITE_OK)
		return lm_fault(m, ec);
	if (sqlite3_exec(m->db, sql_skema, NULL, NULL, NULL) != SQLITE_OK)
		return lm_fault(m, ec);
	for (i = 0; i < SQL_ANTAL; i++)
		if (sqlite3_prepare_v3(m->db, sql_tekst[i], -1, SQLITE_PREPARE_PERSISTENT,
			&m->stmt[i], NULL) != SQLITE_OK)
			return lm_fault(m, ec);
	return PLB_OK;
}

enum plb_err
laesemodel_new(const char *path, struct laesemodel **out, struct plb_errctx *ec)
{
	struct laesemodel *m = calloc(1, sizeof(*m));
	enum plb_err err;

	*out = NULL;
	if (m == NULL)
		return plb_err_set(ec, PLB_E_HUKOMMELSE, "read model");
	/* SQLite: an empty name is a temporary file, deleted when it is closed. */
	err = prepare(m, path, ec);
	if (err != PLB_OK)
		laesemodel_free(&m);
	*out = m;
	return err;
}

void
laesemodel_free(struct laesemodel **m)
{
	int i;

	if (*m == NULL)
		return;
	for (i = 0; i < SQL_ANTAL; i++)
		sqlite3_finalize((*m)->stmt[i]);
	sqlite3_close((*m)->db);
	free(*m);
	*m = NULL;
}

enum plb_err
laesemodel_begin(struct laesemodel *m, struct plb_errctx *ec)
{
	return lm_run(m, lm_statement(m, SQL_BEGIN), ec);
}

enum plb_err
laesemodel_commit(struct laesemodel *m, struct plb_errctx *ec)
{
	return lm_run(m, lm_statement(m, SQL_COMMIT), ec);
}

enum plb_err
laesemodel_accepteret(
    struct laesemodel *m, const struct plb_event *ev, struct plb_time tid, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_ACCEPTERET);

	lm_bind_text(s, 1, ev->source);
	lm_bind_text(s, 2, ev->id);
	lm_bind_text(s, 3, plb_org_slice(&ev->org));
	lm_bind_text(s, 4, plb_event_name(ev->type));
	sqlite3_bind_int64(s, 5, ev->time.ms);
	sqlite3_bind_int64(s, 6, tid.ms);
	return lm_run(m, s, ec);
}

enum plb_err
laesemodel_afgjort(
    struct laesemodel *m, const struct plb_event *ev, struct plb_time tid, struct plb_errctx *ec)
{
	sqlite3_stmt *s;

	if (ev->trin == PLB_TRIN_AFLEDT || ev->trin == PLB_TRIN_GENTAGELSE)
		return PLB_OK;
	s = lm_statement(m, SQL_AFGJORT);
	lm_bind_text(s, 1, plb_slice_str(plb_trin_text(ev->trin)));
	sqlite3_bind_int64(s, 2, tid.ms);
	lm_bind_text(s, 3, ev->trin == PLB_TRIN_AFVENTER ? ev->afventer : ev->fejl);
	if (ev->has_correlationid)
		lm_bind_uuid(s, 4, &ev->correlationid);
	lm_bind_text(s, 5, ev->source);
	lm_bind_text(s, 6, ev->id);
	lm_bind_text(s, 7, plb_org_slice(&ev->org));
	lm_bind_text(s, 8, plb_event_name(ev->type));
	sqlite3_bind_int64(s, 9, ev->time.ms);
	return lm_run(m, s, ec);
}

enum plb_err
laesemodel_adresseret(struct laesemodel *m, const struct plb_org *til, const struct plb_event *ev,
    struct plb_time tid, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_ADRESSERET);

	lm_bind_uuid(s, 1, &ev->leveringid);
	lm_bind_text(s, 2, plb_org_slice(til));
	lm_bind_text(s, 3, ev->id);
	lm_bind_text(s, 4, plb_event_name(ev->type));
	lm_bind_text(s, 5, ev->causationid);
	if (ev->has_correlationid)
		lm_bind_uuid(s, 6, &ev->correlationid);
	sqlite3_bind_int64(s, 7, ev->sequence);
	sqlite3_bind_int64(s, 8, ev->time.ms);
	sqlite3_bind_int64(s, 9, tid.ms);
	return lm_run(m, s, ec);
}

static enum plb_err
trin_post(struct laesemodel *m, const struct leveringstrin *t, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_TRIN);

	lm_bind_uuid(s, 1, &t->leveringid);
	sqlite3_bind_int64(s, 2, t->nr);
	lm_bind_text(s, 3, t->trin);
	sqlite3_bind_int64(s, 4, t->tid.ms);
	sqlite3_bind_int(s, 5, t->partition);
	sqlite3_bind_int64(s, 6, t->forsoeg);
	if (t->digest.len > 0)
		sqlite3_bind_blob(s, 7, t->digest.p, (int)t->digest.len, SQLITE_TRANSIENT);
	lm_bind_text(s, 8, t->aarsag);
	return lm_run(m, s, ec);
}

/* A copy makes no ladder but for its arrival; that it is parked shows at the desk, until it is no
 * more. */
static enum plb_err
kopi_trin(struct laesemodel *m, const struct leveringstrin *t, struct plb_errctx *ec)
{
	bool parkeret = plb_slice_is(t->trin, "parkeret");
	sqlite3_stmt *s;
	enum plb_err err;

	if (plb_slice_is(t->trin, "forsoegt"))
		return PLB_OK;
	s = lm_statement(m, parkeret ? SQL_KOPI_PARKERET : SQL_KOPI_FRI);
	lm_bind_uuid(s, 1, &t->leveringid);
	lm_bind_text(s, 2, t->kanal);
	if (parkeret)
		lm_bind_text(s, 3, t->aarsag);
	err = lm_run(m, s, ec);
	if (err != PLB_OK || !plb_slice_is(t->trin, "leveret"))
		return err;
	err = trin_post(m, t, ec);
	s = lm_statement(m, SQL_KOPI_ANKOM);
	lm_bind_uuid(s, 1, &t->leveringid);
	return err == PLB_OK ? lm_run(m, s, ec) : err;
}

enum plb_err
laesemodel_trin(struct laesemodel *m, const struct leveringstrin *t, struct plb_errctx *ec)
{
	sqlite3_stmt *s;
	enum plb_err err;

	if (t->kanal.len > 0)
		return kopi_trin(m, t, ec);
	err = trin_post(m, t, ec);
	if (err != PLB_OK)
		return err;
	s = lm_statement(m, SQL_SIDSTE);
	lm_bind_uuid(s, 1, &t->leveringid);
	lm_bind_text(s, 2, t->trin);
	lm_bind_text(s, 3, t->aarsag);
	sqlite3_bind_int64(s, 4, t->forsoeg);
	return lm_run(m, s, ec);
}

enum plb_err
laesemodel_parkeret(struct laesemodel *m, const struct plb_record *r, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_PARKERET);

	sqlite3_bind_int(s, 1, r->partition);
	sqlite3_bind_int64(s, 2, r->offset);
	sqlite3_bind_int64(s, 3, r->timestamp.ms);
	return lm_run(m, s, ec);
}

/* ---- answers ---- */

struct plb_slice
lm_text(sqlite3_stmt *s, int at)
{
	const unsigned char *t = sqlite3_column_text(s, at);

	return t == NULL ? plb_slice(NULL, 0) : plb_slice(t, (size_t)sqlite3_column_bytes(s, at));
}

void
lm_put_text(struct plb_buf *out, const char *name, struct plb_slice t)
{
	plb_buf_printf(out, "\"%s\":", name);
	plb_buf_json(out, t);
}

void
lm_put_tid(struct plb_buf *out, const char *name, sqlite3_stmt *s, int at)
{
	char text[PLB_TIME_TEXT];

	plb_buf_printf(out, "\"%s\":\"%s\"", name,
	    plb_time_text((struct plb_time){sqlite3_column_int64(s, at)}, text));
}

static void
put_trin(struct plb_buf *out, struct plb_slice trin, sqlite3_stmt *s, int at)
{
	plb_buf_str(out, "{");
	lm_put_text(out, "trin", trin);
	plb_buf_str(out, ",");
	lm_put_tid(out, "tid", s, at);
	plb_buf_str(out, "}");
}

void
lm_put_uuid(struct plb_buf *out, const char *name, sqlite3_stmt *s, int at)
{
	char text[PLB_UUID_TEXT];
	struct plb_uuid u;

	if (sqlite3_column_bytes(s, at) != (int)sizeof(u.b))
		return;
	memcpy(u.b, sqlite3_column_blob(s, at), sizeof(u.b));
	plb_buf_printf(out, ",\"%s\":\"%s\"", name, plb_uuid_text(u, text));
}

void
lm_put_hoved(struct plb_buf *out, sqlite3_stmt *s, bool first)
{
	plb_buf_str(out, first ? "{" : ",{");
	lm_put_text(out, "organisation", lm_text(s, 1));
	plb_buf_str(out, ",");
	lm_put_text(out, "type", lm_text(s, 2));
	plb_buf_str(out, ",");
	lm_put_tid(out, "adresseret", s, 3);
	plb_buf_str(out, ",");
	lm_put_text(out, "trin", lm_text(s, 4));
}

/* All steps of one delivery; the first is that it was addressed. */
static enum plb_err
put_leveringens_trin(struct laesemodel *m, sqlite3_stmt *levering, int uuid_at, int tid_at,
    struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_LEVERINGENS_TRIN);
	int rc;

	plb_buf_str(out, ",\"trin\":[");
	put_trin(out, plb_slice_str("adresseret"), levering, tid_at);
	sqlite3_bind_blob(s, 1, sqlite3_column_blob(levering, uuid_at),
	    sqlite3_column_bytes(levering, uuid_at), SQLITE_TRANSIENT);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		plb_buf_str(out, ",");
		put_trin(out, lm_text(s, 0), s, 1);
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

static enum plb_err
put_modtagere(struct laesemodel *m, const struct plb_org *org, struct plb_slice id, sqlite3_stmt *h,
    struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_MODTAGERE);
	enum plb_err err;
	bool first = true;
	int rc;

	lm_bind_text(s, 1, id);
	sqlite3_bind_blob(
	    s, 2, sqlite3_column_blob(h, 4), sqlite3_column_bytes(h, 4), SQLITE_TRANSIENT);
	lm_bind_text(s, 3, plb_org_slice(org));
	plb_buf_str(out, ",\"modtagere\":[");
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		plb_buf_str(out, first ? "{" : ",{");
		lm_put_text(out, "organisation", lm_text(s, 1));
		lm_put_uuid(out, "leveringid", s, 0);
		err = put_leveringens_trin(m, s, 0, 2, out, ec);
		if (err != PLB_OK)
			return err;
		plb_buf_str(out, "}");
		first = false;
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

enum plb_err
laesemodel_stige(struct laesemodel *m, const struct plb_org *org, struct plb_slice id,
    struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_HAENDELSE);
	enum plb_err err;

	lm_bind_text(s, 1, plb_org_slice(org));
	lm_bind_text(s, 2, id);
	if (sqlite3_step(s) != SQLITE_ROW)
		return plb_err_set(ec, PLB_E_UKENDT, "no such event of this organisation");
	plb_buf_str(out, "{");
	lm_put_text(out, "id", id);
	plb_buf_str(out, ",\"trin\":[");
	put_trin(out, plb_slice_str("accepteret"), s, 0);
	if (sqlite3_column_type(s, 1) != SQLITE_NULL) {
		plb_buf_str(out, ",");
		put_trin(out, lm_text(s, 1), s, 2);
	}
	plb_buf_str(out, "]");
	if (plb_slice_is(lm_text(s, 1), "afventer") && sqlite3_column_type(s, 3) != SQLITE_NULL) {
		plb_buf_str(out, ",");
		lm_put_text(out, "afventer", lm_text(s, 3));
	}
	err = put_modtagere(m, org, id, s, out, ec);
	plb_buf_str(out, "}");
	return err;
}

/* One list of a forløb: rows of {navn, tid, …} by a query with the forløb's id. */
static enum plb_err
put_raekker(struct laesemodel *m, enum sql q, const struct plb_uuid *id, const char *list,
    size_t *n, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, q);
	size_t first = *n;
	int rc;

	lm_bind_uuid(s, 1, id);
	plb_buf_printf(out, "\"%s\":[", list);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		plb_buf_str(out, (*n)++ == first ? "{" : ",{");
		lm_put_text(out, "type", lm_text(s, 0));
		plb_buf_str(out, ",");
		lm_put_text(out, "organisation", lm_text(s, 1));
		plb_buf_str(out, ",");
		lm_put_tid(out, "time", s, 2);
		plb_buf_str(out, ",");
		lm_put_text(out, "id", lm_text(s, 3));
		plb_buf_str(out, ",");
		lm_put_text(out, "trin", lm_text(s, 4));
		lm_put_uuid(out, "leveringid", s, 5);
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

enum plb_err
laesemodel_forloeb(
    struct laesemodel *m, struct plb_uuid id, struct plb_buf *out, struct plb_errctx *ec)
{
	char text[PLB_UUID_TEXT];
	enum plb_err err;
	size_t n = 0;

	plb_buf_printf(out, "{\"forloebId\":\"%s\",", plb_uuid_text(id, text));
	err = put_raekker(m, SQL_FORLOEB_FAKTA, &id, "haendelser", &n, out, ec);
	plb_buf_str(out, ",");
	if (err == PLB_OK)
		err = put_raekker(m, SQL_FORLOEB_LEVERINGER, &id, "leveringer", &n, out, ec);
	plb_buf_str(out, "}");
	if (err == PLB_OK && n == 0)
		err = plb_err_set(ec, PLB_E_UKENDT, "no such forløb");
	return err;
}

enum plb_err
laesemodel_leveringer(struct laesemodel *m, const struct plb_org *org, struct plb_slice status,
    int maks, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_LEVERINGER);
	bool first = true;
	int rc;

	lm_bind_text(s, 1, status);
	if (org != NULL)
		lm_bind_text(s, 2, plb_org_slice(org));
	sqlite3_bind_int(s, 3, maks);
	plb_buf_str(out, "{\"leveringer\":[");
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		lm_put_hoved(out, s, first);
		plb_buf_str(out, ",");
		lm_put_text(out, "aarsag", lm_text(s, 5));
		plb_buf_printf(out, ",\"forsoeg\":%lld", (long long)sqlite3_column_int64(s, 6));
		lm_put_uuid(out, "leveringid", s, 0);
		plb_buf_str(out, "}");
		first = false;
	}
	plb_buf_str(out, "]}");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

static enum plb_err
put_antal(
    struct laesemodel *m, enum sql q, const char *name, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, q);
	bool first = true;
	int rc;

	plb_buf_printf(out, "\"%s\":{", name);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		if (!first)
			plb_buf_str(out, ",");
		plb_buf_json(out, lm_text(s, 0));
		plb_buf_printf(out, ":%lld", (long long)sqlite3_column_int64(s, 1));
		first = false;
	}
	plb_buf_str(out, "}");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

enum plb_err
laesemodel_status(struct laesemodel *m, struct plb_buf *out, struct plb_errctx *ec)
{
	enum plb_err err;

	err = put_antal(m, SQL_ANTAL_HAENDELSER, "haendelser", out, ec);
	plb_buf_str(out, ",");
	if (err == PLB_OK)
		err = put_antal(m, SQL_ANTAL_LEVERINGER, "leveringer", out, ec);
	plb_buf_str(out, ",");
	if (err == PLB_OK)
		err = put_antal(m, SQL_ANTAL_AABNE, "aabne", out, ec);
	plb_buf_str(out, ",");
	if (err == PLB_OK)
		err = put_antal(m, SQL_ANTAL_PARKERET, "afvist", out, ec);
	return err;
}
