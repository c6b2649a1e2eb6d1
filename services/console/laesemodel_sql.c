// SPDX-License-Identifier: MPL-2.0
#include "laesemodel_sql.h"

#include <stddef.h>

/* Nothing here is the only copy: no journal, no sync. 8 MiB of cache. */
const char *const sql_skema =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192; PRAGMA temp_store=FILE;"
    "CREATE TABLE IF NOT EXISTS haendelse(kilde TEXT NOT NULL, id TEXT NOT NULL, org TEXT, type TEXT, time INTEGER, accepteret INTEGER,"
    " trin TEXT, trin_tid INTEGER, fejl TEXT, forloeb BLOB, PRIMARY KEY(kilde, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS haendelse_id ON haendelse(id);"
    "CREATE INDEX IF NOT EXISTS haendelse_forloeb ON haendelse(forloeb);"
    "CREATE TABLE IF NOT EXISTS levering(leveringid BLOB PRIMARY KEY, org TEXT, id TEXT, type TEXT, aarsag_id TEXT, forloeb BLOB,"
    " sequence INTEGER, time INTEGER, adresseret INTEGER) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS levering_aarsag ON levering(aarsag_id);"
    "CREATE INDEX IF NOT EXISTS levering_id ON levering(id);"
    "CREATE INDEX IF NOT EXISTS levering_forloeb ON levering(forloeb);"
    "CREATE TABLE IF NOT EXISTS trin(leveringid BLOB, trin TEXT, forsoeg INTEGER, tid INTEGER, aarsag TEXT,"
    " PRIMARY KEY(leveringid, trin, forsoeg)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS parkeret(partition INTEGER, offset INTEGER, tid INTEGER, PRIMARY KEY(partition, offset)) WITHOUT ROWID;";

/* The topics are read side by side, so a step may be seen before what it belongs to: every row is made by whichever record comes first. */
const char *const sql_tekst[SQL_ANTAL] = {
	[SQL_BEGIN] = "BEGIN",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ACCEPTERET] = "INSERT INTO haendelse(kilde, id, org, type, time, accepteret) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
			   " ON CONFLICT DO UPDATE SET accepteret = min(coalesce(accepteret, ?6), ?6)",
	[SQL_AFGJORT] = "INSERT INTO haendelse(trin, trin_tid, fejl, forloeb, kilde, id, org, type, time, accepteret)"
			" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?2)"
			" ON CONFLICT DO UPDATE SET trin = ?1, trin_tid = ?2, fejl = ?3, forloeb = ?4",
	[SQL_ADRESSERET] = "INSERT INTO levering(leveringid, org, id, type, aarsag_id, forloeb, sequence, time, adresseret)"
			   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
			   " ON CONFLICT DO UPDATE SET org = ?2, id = ?3, type = ?4, aarsag_id = ?5, forloeb = ?6, sequence = ?7, time = ?8, adresseret = ?9",
	[SQL_TRIN] = "INSERT OR REPLACE INTO trin(leveringid, trin, tid, forsoeg, aarsag) VALUES(?1, ?2, ?3, ?4, ?5)",
	[SQL_PARKERET] = "INSERT OR REPLACE INTO parkeret(partition, offset, tid) VALUES(?1, ?2, ?3)",
	[SQL_HAENDELSE] = "SELECT accepteret, trin, trin_tid, fejl, forloeb FROM haendelse WHERE org = ?1 AND id = ?2",
	/* A relay keeps the event's id; what was made because of it names it as the cause. */
	[SQL_MODTAGERE] = "SELECT leveringid, org, adresseret FROM levering WHERE (aarsag_id = ?1 OR id = ?1) AND (forloeb IS NULL OR forloeb = ?2)"
			  " ORDER BY adresseret, org, sequence",
	[SQL_LEVERINGENS_TRIN] = "SELECT trin, tid FROM trin WHERE leveringid = ?1 ORDER BY tid, forsoeg",
	[SQL_FORLOEB_FAKTA] = "SELECT type, org, time, id, coalesce(trin, 'accepteret'), NULL FROM haendelse WHERE forloeb = ?1 ORDER BY time, id",
	[SQL_FORLOEB_LEVERINGER] = "SELECT type, org, time, id, coalesce((SELECT t.trin FROM trin t WHERE t.leveringid = l.leveringid"
				   " ORDER BY t.tid DESC, t.forsoeg DESC LIMIT 1), 'adresseret'), leveringid FROM levering l WHERE forloeb = ?1"
				   " ORDER BY adresseret, org, sequence",
	[SQL_LEVERINGER] = "SELECT * FROM (SELECT l.leveringid, l.org, l.type, l.adresseret,"
			   " coalesce((SELECT t.trin FROM trin t WHERE t.leveringid = l.leveringid ORDER BY t.tid DESC, t.forsoeg DESC LIMIT 1), 'adresseret') AS sidste,"
			   " (SELECT t.aarsag FROM trin t WHERE t.leveringid = l.leveringid ORDER BY t.tid DESC, t.forsoeg DESC LIMIT 1),"
			   " coalesce((SELECT max(t.forsoeg) FROM trin t WHERE t.leveringid = l.leveringid), 0)"
			   " FROM levering l WHERE (?2 IS NULL OR l.org = ?2))"
			   " WHERE (?1 IS NULL AND sidste IN ('adresseret', 'forsoegt', 'parkeret', 'afvist-midlertidigt')) OR sidste = ?1"
			   " ORDER BY adresseret LIMIT ?3",
	[SQL_ANTAL_HAENDELSER] = "SELECT coalesce(trin, 'accepteret'), count(*) FROM haendelse GROUP BY 1 ORDER BY 1",
	[SQL_ANTAL_LEVERINGER] = "SELECT coalesce((SELECT t.trin FROM trin t WHERE t.leveringid = l.leveringid ORDER BY t.tid DESC, t.forsoeg DESC LIMIT 1),"
				 " 'adresseret'), count(*) FROM levering l GROUP BY 1 ORDER BY 1",
	[SQL_ANTAL_PARKERET] = "SELECT 'antal', count(*) FROM parkeret",
};
