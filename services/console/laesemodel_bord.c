// SPDX-License-Identifier: MPL-2.0
#include "laesemodel_bord.h"

#include "laesemodel_priv.h"

enum plb_err
laesemodel_plads(struct laesemodel *m, const struct plb_event *ev, const struct plb_record *r,
    const struct plb_time *frist, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_PLADS);
	const void *koe = ev->has_person ? ev->person.b : ev->leveringid.b;

	lm_bind_uuid(s, 1, &ev->leveringid);
	sqlite3_bind_int(s, 2, r->partition);
	sqlite3_bind_int64(s, 3, r->offset);
	sqlite3_bind_blob(s, 4, koe, sizeof(ev->person.b), SQLITE_TRANSIENT);
	if (frist != NULL)
		sqlite3_bind_int64(s, 5, frist->ms);
	return lm_run(m, s, ec);
}

enum plb_err
laesemodel_tilbagekaldt(struct laesemodel *m, const struct plb_uuid *id, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_TILBAGEKALDT);

	lm_bind_uuid(s, 1, id);
	return lm_run(m, s, ec);
}

enum plb_err
laesemodel_faktasted(struct laesemodel *m, const struct plb_event *ev, const struct plb_record *r,
    struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_FAKTASTED);

	lm_bind_text(s, 1, ev->id);
	lm_bind_text(s, 2, ev->source);
	lm_bind_text(s, 3, plb_slice_str(r->topic));
	sqlite3_bind_int(s, 4, r->partition);
	sqlite3_bind_int64(s, 5, r->offset);
	return lm_run(m, s, ec);
}

static void
bind_org(sqlite3_stmt *s, int at, const struct plb_org *org)
{
	if (org != NULL)
		lm_bind_text(s, at, plb_org_slice(org));
}

static enum plb_err
put_parkerede(struct laesemodel *m, const struct plb_org *org, int maks, struct plb_buf *out,
    struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_PARKEREDE);
	bool first = true;
	int rc;

	bind_org(s, 1, org);
	sqlite3_bind_int(s, 2, maks);
	plb_buf_str(out, "\"leveringer\":[");
	for (; (rc = sqlite3_step(s)) == SQLITE_ROW; first = false) {
		lm_put_hoved(out, s, first);
		lm_put_uuid(out, "leveringid", s, 0);
		plb_buf_str(out, ",");
		lm_put_text(out, "aarsag", lm_text(s, 5));
		plb_buf_printf(out, ",\"forsoeg\":%lld,", (long long)sqlite3_column_int64(s, 6));
		lm_put_tid(out, "frist", s, 7);
		plb_buf_printf(out, ",\"bag\":%lld,\"forrest\":%s}",
		    (long long)sqlite3_column_int64(s, 8),
		    sqlite3_column_int(s, 9) != 0 ? "true" : "false");
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

static enum plb_err
put_grupper(
    struct laesemodel *m, const struct plb_org *org, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_GRUPPER);
	bool first = true;
	int rc;

	bind_org(s, 1, org);
	plb_buf_str(out, "\"grupper\":[");
	for (; (rc = sqlite3_step(s)) == SQLITE_ROW; first = false) {
		plb_buf_str(out, first ? "{" : ",{");
		lm_put_text(out, "organisation", lm_text(s, 0));
		plb_buf_str(out, ",");
		lm_put_text(out, "aarsag", lm_text(s, 1));
		plb_buf_printf(out, ",\"antal\":%lld,\"koer\":%lld,",
		    (long long)sqlite3_column_int64(s, 2), (long long)sqlite3_column_int64(s, 3));
		lm_put_tid(out, "frist", s, 4);
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

enum plb_err
laesemodel_bord(struct laesemodel *m, const struct plb_org *org, int maks, struct plb_buf *out,
    struct plb_errctx *ec)
{
	enum plb_err err = put_grupper(m, org, out, ec);

	plb_buf_str(out, ",");
	return err == PLB_OK ? put_parkerede(m, org, maks, out, ec) : err;
}

/* ---- one delivery ---- */

static void
put_sted(struct plb_buf *out, const char *emne, sqlite3_stmt *s, int partition, int offset)
{
	plb_buf_printf(out, "\"emne\":\"%s\",\"partition\":%d,\"offset\":%lld", emne,
	    sqlite3_column_int(s, partition), (long long)sqlite3_column_int64(s, offset));
}

/* Every attempt and step on svar. */
static enum plb_err
put_spor(
    struct laesemodel *m, const struct plb_uuid *id, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_SPOR);
	bool first = true;
	int rc;

	lm_bind_uuid(s, 1, id);
	plb_buf_str(out, ",\"spor\":[");
	for (; (rc = sqlite3_step(s)) == SQLITE_ROW; first = false) {
		plb_buf_str(out, first ? "{" : ",{");
		lm_put_text(out, "trin", lm_text(s, 0));
		plb_buf_str(out, ",");
		lm_put_tid(out, "tid", s, 1);
		plb_buf_printf(out, ",\"forsoeg\":%lld,", (long long)sqlite3_column_int64(s, 4));
		put_sted(out, "svar", s, 2, 3);
		if (sqlite3_column_bytes(s, 5) > 0) {
			plb_buf_str(out, ",\"digest\":\"");
			plb_buf_hex(out,
			    plb_slice(
				sqlite3_column_blob(s, 5), (size_t)sqlite3_column_bytes(s, 5)));
			plb_buf_str(out, "\"");
		}
		if (sqlite3_column_type(s, 6) != SQLITE_NULL) {
			plb_buf_str(out, ",");
			lm_put_text(out, "aarsag", lm_text(s, 6));
		}
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

/* The records of the fact that it came from: on ind, and on forloeb. */
static enum plb_err
put_faktasteder(
    struct laesemodel *m, struct plb_slice id, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_FAKTASTEDER);
	bool first = true;
	int rc;

	lm_bind_text(s, 1, id);
	plb_buf_str(out, ",\"kilder\":[");
	for (; (rc = sqlite3_step(s)) == SQLITE_ROW; first = false) {
		plb_buf_str(out, first ? "{" : ",{");
		put_sted(out, (const char *)sqlite3_column_text(s, 0), s, 1, 2);
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

enum plb_err
laesemodel_levering(
    struct laesemodel *m, const struct plb_uuid *id, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_LEVERING);
	struct plb_slice cause;
	enum plb_err err;

	lm_bind_uuid(s, 1, id);
	if (sqlite3_step(s) != SQLITE_ROW)
		return plb_err_set(ec, PLB_E_UKENDT, "no delivery has this id");
	lm_put_hoved(out, s, true);
	lm_put_uuid(out, "leveringid", s, 0);
	plb_buf_str(out, ",");
	lm_put_text(out, "aarsag", lm_text(s, 5));
	plb_buf_printf(out, ",\"forsoeg\":%lld,", (long long)sqlite3_column_int64(s, 6));
	lm_put_text(out, "haendelse", lm_text(s, 7));
	cause = sqlite3_column_type(s, 8) == SQLITE_NULL ? lm_text(s, 7) : lm_text(s, 8);
	plb_buf_str(out, ",");
	lm_put_text(out, "foranledigetAf", cause);
	lm_put_uuid(out, "forloebId", s, 9);
	plb_buf_printf(out, ",\"sequence\":%lld,", (long long)sqlite3_column_int64(s, 10));
	put_sted(out, "ud", s, 11, 12);
	plb_buf_printf(out, ",\"bag\":%lld,", (long long)sqlite3_column_int64(s, 14));
	lm_put_tid(out, "frist", s, 15);
	err = put_faktasteder(m, cause, out, ec);
	if (err == PLB_OK)
		err = put_spor(m, id, out, ec);
	plb_buf_str(out, "}");
	return err;
}

enum plb_err
laesemodel_koe(
    struct laesemodel *m, const struct plb_org *org, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_KOE);
	int rc;

	bind_org(s, 1, org);
	rc = sqlite3_step(s);
	plb_buf_str(out, "{");
	lm_put_text(out, "organisation", plb_org_slice(org));
	plb_buf_printf(out, ",\"uafsluttet\":%lld,\"parkeret\":%lld",
	    rc == SQLITE_ROW ? (long long)sqlite3_column_int64(s, 1) : 0,
	    rc == SQLITE_ROW ? (long long)sqlite3_column_int64(s, 2) : 0);
	if (rc == SQLITE_ROW) {
		plb_buf_str(out, ",");
		lm_put_tid(out, "frist", s, 3);
	}
	plb_buf_str(out, "}");
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

/* ---- receipts that are missing ---- */

enum plb_err
laesemodel_mangler(struct laesemodel *m, struct plb_time nu, int64_t inden_ms,
    const struct plb_org *org, int maks, struct plb_buf *out, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_MANGLER);
	bool first = true;
	int rc;

	sqlite3_bind_int64(s, 1, nu.ms);
	sqlite3_bind_int64(s, 2, inden_ms);
	bind_org(s, 3, org);
	sqlite3_bind_int(s, 4, maks);
	plb_buf_str(out, "\"leveringer\":[");
	for (; (rc = sqlite3_step(s)) == SQLITE_ROW; first = false) {
		lm_put_hoved(out, s, first);
		lm_put_uuid(out, "leveringid", s, 0);
		plb_buf_str(out, ",");
		lm_put_tid(out, "ventet", s, 5);
		plb_buf_str(out, "}");
	}
	plb_buf_str(out, "]");
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

enum plb_err
laesemodel_mangler_antal(struct laesemodel *m, struct plb_time nu, int64_t inden_ms, int64_t *antal,
    struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_MANGLER_ANTAL);
	int rc;

	*antal = 0;
	sqlite3_bind_int64(s, 1, nu.ms);
	sqlite3_bind_int64(s, 2, inden_ms);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW)
		*antal += sqlite3_column_int64(s, 1);
	return rc == SQLITE_DONE ? PLB_OK : lm_fault(m, ec);
}

/* ---- selections ---- */

static enum plb_err
give(sqlite3_stmt *s, bord_fn *fn, void *arg, struct plb_errctx *ec)
{
	struct bord_post p = {.offset = sqlite3_column_int64(s, 1)};

	memcpy(p.id.b, sqlite3_column_blob(s, 0), sizeof(p.id.b));
	return fn(arg, &p, lm_text(s, 2), lm_text(s, 3),
	    (struct plb_time){sqlite3_column_int64(s, 4)}, ec);
}

enum plb_err
laesemodel_udvalg(struct laesemodel *m, const struct bord_filter *f, bord_fn *fn, void *arg,
    struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_UDVALG);
	enum plb_err err = PLB_OK;
	int rc = SQLITE_DONE;

	bind_org(s, 1, &f->org);
	lm_bind_text(s, 2, plb_slice_str(f->status));
	lm_bind_text(s, 3, f->aarsag);
	if (f->har_fra)
		sqlite3_bind_int64(s, 4, f->fra.ms);
	if (f->har_til)
		sqlite3_bind_int64(s, 5, f->til.ms);
	sqlite3_bind_int64(s, 6, f->maks);
	while (err == PLB_OK && (rc = sqlite3_step(s)) == SQLITE_ROW)
		err = give(s, fn, arg, ec);
	if (err == PLB_OK && rc != SQLITE_DONE)
		err = lm_fault(m, ec);
	sqlite3_reset(s);
	return err;
}

enum plb_err
laesemodel_udvalg_en(struct laesemodel *m, const struct plb_uuid *id, struct bord_om *om,
    bord_fn *fn, void *arg, struct plb_errctx *ec)
{
	sqlite3_stmt *s = lm_statement(m, SQL_UDVALG_EN);

	lm_bind_uuid(s, 1, id);
	if (sqlite3_step(s) != SQLITE_ROW || plb_org_parse(lm_text(s, 5), &om->org) != PLB_OK)
		return plb_err_set(ec, PLB_E_UKENDT, "no delivery has this id");
	om->tilbagekaldt = sqlite3_column_int(s, 6) != 0;
	memcpy(om->person.b, sqlite3_column_blob(s, 7), sizeof(om->person.b));
	om->har_person =
	    memcmp(om->person.b, id->b, sizeof(id->b)) != 0; /* a queue of its own otherwise */
	return give(s, fn, arg, ec);
}
