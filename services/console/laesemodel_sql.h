// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_LAESEMODEL_SQL_H
#define CONSOLE_LAESEMODEL_SQL_H

/* The statements of the read model, prepared once. Parameters in the order that laesemodel.c binds them. */
enum sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ACCEPTERET,
	SQL_AFGJORT,
	SQL_ADRESSERET,
	SQL_TRIN,
	SQL_SIDSTE,
	SQL_PARKERET,
	SQL_HAENDELSE,
	SQL_MODTAGERE,
	SQL_LEVERINGENS_TRIN,
	SQL_FORLOEB_FAKTA,
	SQL_FORLOEB_LEVERINGER,
	SQL_LEVERINGER,
	SQL_ANTAL_HAENDELSER,
	SQL_ANTAL_LEVERINGER,
	SQL_ANTAL_AABNE,
	SQL_ANTAL_PARKERET,
	SQL_ANTAL
};
extern const char *const sql_tekst[SQL_ANTAL];
extern const char *const sql_skema;

#endif
