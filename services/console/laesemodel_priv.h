// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_LAESEMODEL_PRIV_H
#define CONSOLE_LAESEMODEL_PRIV_H

#include <sqlite3.h>

#include "laesemodel.h"
#include "laesemodel_sql.h"

/* Shared by the files of the read model; nobody else includes SQLite. */
struct laesemodel {
	sqlite3 *db;
	sqlite3_stmt *stmt[SQL_ANTAL];
};

enum plb_err lm_fault(struct laesemodel *m, struct plb_errctx *ec);
/* The statement, reset and without parameters. */
sqlite3_stmt *lm_statement(struct laesemodel *m, enum sql q);
/* A statement that gives no rows. */
enum plb_err lm_run(struct laesemodel *m, sqlite3_stmt *s, struct plb_errctx *ec);
void lm_bind_text(sqlite3_stmt *s, int at, struct plb_slice t); /* empty = NULL */
void lm_bind_uuid(sqlite3_stmt *s, int at, const struct plb_uuid *u);
struct plb_slice lm_text(sqlite3_stmt *s, int at);
/* "name":… of a column; uuid with a comma in front, and only when there is one. */
void lm_put_text(struct plb_buf *out, const char *name, struct plb_slice t);
void lm_put_tid(struct plb_buf *out, const char *name, sqlite3_stmt *s, int at);
void lm_put_uuid(struct plb_buf *out, const char *name, sqlite3_stmt *s, int at);
/* Begins the object of a delivery; leveringid is column 0, then org, type, adresseret, sidste. */
void lm_put_hoved(struct plb_buf *out, sqlite3_stmt *s, bool first);

#endif
