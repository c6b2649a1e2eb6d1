// SPDX-License-Identifier: MPL-2.0
#include "laesemodel_sql.h"

#include <stddef.h>

/* SQL is broken at its clauses. */
/* clang-format off */

/* Nothing here is the only copy: no journal, no sync. At most 64 MiB of cache. */
const char *const sql_skema =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;"
    "CREATE TABLE haendelse(kilde TEXT NOT NULL, id TEXT NOT NULL, org TEXT, type TEXT, time INTEGER, accepteret INTEGER,"
    " trin TEXT, trin_tid INTEGER, fejl TEXT, forloeb BLOB, PRIMARY KEY(kilde, id)) WITHOUT ROWID;"
    "CREATE INDEX haendelse_id ON haendelse(id);"
    "CREATE INDEX haendelse_forloeb ON haendelse(forloeb);"
    "CREATE TABLE levering(leveringid BLOB PRIMARY KEY, org TEXT, id TEXT, type TEXT, aarsag_id TEXT, forloeb BLOB,"
    " sequence INTEGER, time INTEGER, adresseret INTEGER, sidste TEXT NOT NULL DEFAULT 'adresseret', aarsag TEXT, forsoeg INTEGER NOT NULL DEFAULT 0, vaek INTEGER NOT NULL DEFAULT 0, kopi TEXT, kopi_aarsag TEXT) WITHOUT ROWID;"
    "CREATE INDEX levering_kopi ON levering(kopi) WHERE kopi IS NOT NULL;"
    "CREATE INDEX levering_sidste ON levering(sidste, adresseret);"
    "CREATE INDEX levering_aarsag ON levering(aarsag_id);"
    "CREATE INDEX levering_id ON levering(id);"
    "CREATE INDEX levering_forloeb ON levering(forloeb);"
    "CREATE TABLE trin(leveringid BLOB, nr INTEGER, trin TEXT, tid INTEGER, partition INTEGER, forsoeg INTEGER, digest BLOB, aarsag TEXT, PRIMARY KEY(leveringid, nr))"
    " WITHOUT ROWID;"
    /* Where a delivery lies on ud, in which queue (the person's, or its own where it is about nobody), and what is breached without it. */
    "CREATE TABLE plads(leveringid BLOB PRIMARY KEY, partition INTEGER, offset INTEGER, koe BLOB, frist INTEGER) WITHOUT ROWID;"
    "CREATE INDEX plads_koe ON plads(koe, offset);"
    "CREATE INDEX levering_org ON levering(org, adresseret);"
    "CREATE TABLE faktasted(id TEXT, kilde TEXT, emne TEXT, partition INTEGER, offset INTEGER, PRIMARY KEY(id, kilde, emne, partition, offset)) WITHOUT ROWID;"
    "CREATE TABLE parkeret(partition INTEGER, offset INTEGER, tid INTEGER, PRIMARY KEY(partition, offset)) WITHOUT ROWID;";

/* The topics are read side by side, so a step may be seen before what it belongs to: every row is made by whichever record comes first. The steps of one delivery lie in one
 * partition: what is read last is the newest, whatever its time (a business clock may stand still). */
#define AABNE "('adresseret', 'forsoegt', 'parkeret', 'afvist-midlertidigt')"
#define VAEK "(l.vaek <> 0 OR l.sidste = 'tilbagekaldt')"
/* Parked itself, or a copy of it by another channel is: `kopi` names it. */
#define PARKERET "(l.sidste = 'parkeret' OR l.kopi IS NOT NULL)"
#define PARKERET_AARSAG "CASE WHEN l.kopi IS NULL THEN l.aarsag ELSE l.kopi || ': ' || coalesce(l.kopi_aarsag, '') END"
#define UDLOEBER "(l.adresseret + 2505600000)" /* 29 days: pushing ends */
/* A message that names no moment of its own goes by the newest one told about the handover of its forløb. */
#define FRIST                                                                                                                                          \
	"coalesce(p.frist, (SELECT fp.frist FROM levering fl JOIN plads fp USING(leveringid) WHERE fl.forloeb = l.forloeb AND fp.frist IS NOT NULL"    \
	" AND fl.type IN ('handover-overskredet', 'handover-due', 'handover-forventet') ORDER BY fl.adresseret DESC LIMIT 1))"
/* Of the same recipient's queue: this one and what waits behind it. */
#define BAG(what, op)                                                                                                                                  \
	"(SELECT " what " FROM plads b JOIN levering bl USING(leveringid) WHERE b.koe = p.koe AND bl.org = l.org AND b.offset " op " p.offset AND bl.sidste IN " AABNE ")"
#define BREDES "min(coalesce(" BAG("min(b.frist)", ">=") ", " UDLOEBER "), coalesce(" FRIST ", " UDLOEBER "))"
#define UDEN_KVITTERING                                                                                                                                \
	" FROM levering l LEFT JOIN plads p USING(leveringid) WHERE l.adresseret IS NOT NULL AND l.sidste NOT IN ('haandteret', 'afvist-endeligt', 'slettet',"  \
	" 'tilbagekaldt', 'udloebet') AND (?3 IS NULL OR l.org = ?3) AND " VENTET " < ?1"
/* When it should have been receipted: by its own deadline, or ?2 after it was delivered. */
#define VENTET                                                                                                                                         \
	"min(coalesce(p.frist, 9e18), CASE WHEN l.sidste = 'leveret' THEN (SELECT max(t.tid) FROM trin t WHERE t.leveringid = l.leveringid) + ?2 ELSE 9e18 END)"
const char *const sql_tekst[SQL_ANTAL] = {
	[SQL_BEGIN] = "BEGIN",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ACCEPTERET] = "INSERT INTO haendelse(kilde, id, org, type, time, accepteret) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
			   " ON CONFLICT DO UPDATE SET accepteret = min(coalesce(accepteret, ?6), ?6)",
	[SQL_AFGJORT] = "INSERT INTO haendelse(trin, trin_tid, fejl, forloeb, kilde, id, org, type, time, accepteret)"
			" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?2)"
			" ON CONFLICT DO UPDATE SET trin = ?1, trin_tid = ?2, fejl = ?3, forloeb = ?4"
			/* Another event under an id that has been used says nothing about the first. */
			" WHERE trin IS NULL OR ?3 IS NOT 'id-genbrugt'",
	[SQL_ADRESSERET] = "INSERT INTO levering(leveringid, org, id, type, aarsag_id, forloeb, sequence, time, adresseret)"
			   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
			   " ON CONFLICT DO UPDATE SET org = ?2, id = ?3, type = ?4, aarsag_id = ?5, forloeb = ?6, sequence = ?7, time = ?8, adresseret = ?9",
	[SQL_TRIN] = "INSERT OR REPLACE INTO trin(leveringid, nr, trin, tid, partition, forsoeg, digest, aarsag) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_SIDSTE] = "INSERT INTO levering(leveringid, sidste, aarsag, forsoeg) VALUES(?1, ?2, ?3, ?4)"
		       " ON CONFLICT DO UPDATE SET sidste = ?2, aarsag = ?3, forsoeg = max(forsoeg, ?4)",
	[SQL_KOPI_ANKOM] = "INSERT INTO levering(leveringid, sidste) VALUES(?1, 'leveret')"
			   " ON CONFLICT DO UPDATE SET sidste = 'leveret', aarsag = NULL WHERE sidste IN " AABNE,
	[SQL_KOPI_PARKERET] = "INSERT INTO levering(leveringid, kopi, kopi_aarsag) VALUES(?1, ?2, ?3)"
			      " ON CONFLICT DO UPDATE SET kopi = ?2, kopi_aarsag = ?3",
	[SQL_KOPI_FRI] = "UPDATE levering SET kopi = NULL, kopi_aarsag = NULL WHERE leveringid = ?1 AND kopi = ?2",
	[SQL_PARKERET] = "INSERT OR REPLACE INTO parkeret(partition, offset, tid) VALUES(?1, ?2, ?3)",
	[SQL_HAENDELSE] = "SELECT accepteret, trin, trin_tid, fejl, forloeb FROM haendelse WHERE org = ?1 AND id = ?2",
	/* A relay keeps the event's id; what was made because of it names it as the cause. Ids of other senders may be the same: a refusal, which has no forløb, goes to the sender alone. */
	[SQL_MODTAGERE] = "SELECT leveringid, org, adresseret FROM levering WHERE (aarsag_id = ?1 OR id = ?1) AND (forloeb = ?2 OR (forloeb IS NULL AND org = ?3))"
			  " ORDER BY adresseret, org, sequence",
	/* An attempt is no step of the ladder (contract § 6). */
	[SQL_LEVERINGENS_TRIN] = "SELECT trin, tid FROM trin WHERE leveringid = ?1 AND trin <> 'forsoegt' ORDER BY nr",
	[SQL_FORLOEB_FAKTA] = "SELECT type, org, time, id, coalesce(trin, 'accepteret'), NULL FROM haendelse WHERE forloeb = ?1 ORDER BY time, id",
	[SQL_FORLOEB_LEVERINGER] = "SELECT type, org, time, id, sidste, leveringid FROM levering WHERE forloeb = ?1 ORDER BY adresseret, org, sequence",
	[SQL_LEVERINGER] = "SELECT leveringid, org, type, adresseret, sidste, aarsag, forsoeg FROM levering WHERE adresseret IS NOT NULL AND (?2 IS NULL OR org = ?2)"
			   " AND ((?1 IS NULL AND sidste IN " AABNE ") OR sidste = ?1) ORDER BY adresseret LIMIT ?3",
	[SQL_ANTAL_HAENDELSER] = "SELECT coalesce(trin, 'accepteret'), count(*) FROM haendelse GROUP BY 1 ORDER BY 1",
	[SQL_ANTAL_LEVERINGER] = "SELECT sidste, count(*) FROM levering WHERE adresseret IS NOT NULL GROUP BY 1 ORDER BY 1",
	[SQL_ANTAL_AABNE] = "SELECT org, count(*) FROM levering WHERE adresseret IS NOT NULL AND sidste IN " AABNE " GROUP BY 1 ORDER BY 1",
	[SQL_ANTAL_PARKERET] = "SELECT 'antal', count(*) FROM parkeret",
	[SQL_PLADS] = "INSERT OR REPLACE INTO plads(leveringid, partition, offset, koe, frist) VALUES(?1, ?2, ?3, ?4, ?5)",
	[SQL_TILBAGEKALDT] = "INSERT INTO levering(leveringid, vaek) VALUES(?1, 1) ON CONFLICT DO UPDATE SET vaek = 1",
	[SQL_FAKTASTED] = "INSERT OR REPLACE INTO faktasted(id, kilde, emne, partition, offset) VALUES(?1, ?2, ?3, ?4, ?5)",
	[SQL_PARKEREDE] = "SELECT l.leveringid, l.org, l.type, l.adresseret, 'parkeret', " PARKERET_AARSAG ", l.forsoeg, " BREDES " AS frist, " BAG("count(*)", ">") " AS bag,"
			  " NOT EXISTS(SELECT 1 FROM plads h JOIN levering hl USING(leveringid) WHERE h.koe = p.koe AND hl.org = l.org AND h.offset < p.offset"
			  " AND hl.sidste = 'parkeret') AS hoved"
			  " FROM levering l JOIN plads p USING(leveringid) WHERE " PARKERET " AND (?1 IS NULL OR l.org = ?1) ORDER BY frist, l.org, p.offset LIMIT ?2",
	[SQL_GRUPPER] = "SELECT l.org, coalesce(" PARKERET_AARSAG ", '') AS aarsag, count(*), count(DISTINCT p.koe), min(" BREDES ") AS frist"
			" FROM levering l JOIN plads p USING(leveringid) WHERE " PARKERET " AND (?1 IS NULL OR l.org = ?1) GROUP BY 1, 2 ORDER BY frist, 1, 2",
	[SQL_UDVALG] = "SELECT l.leveringid, p.offset, l.type, l.sidste, l.adresseret FROM levering l JOIN plads p USING(leveringid) WHERE l.org = ?1"
		       " AND (?2 = 'alle' OR (?2 = 'uafsluttet' AND l.sidste IN " AABNE ") OR l.sidste = ?2) AND (?3 IS NULL OR l.aarsag = ?3)"
		       " AND (?4 IS NULL OR l.adresseret >= ?4) AND (?5 IS NULL OR l.adresseret < ?5) AND NOT " VAEK " ORDER BY p.offset LIMIT ?6",
	[SQL_UDVALG_EN] = "SELECT l.leveringid, p.offset, l.type, l.sidste, l.adresseret, l.org, " VAEK ", p.koe FROM levering l JOIN plads p USING(leveringid) WHERE l.leveringid = ?1",
	[SQL_LEVERING] = "SELECT l.leveringid, l.org, l.type, l.adresseret, l.sidste, l.aarsag, l.forsoeg, l.id, l.aarsag_id, l.forloeb, l.sequence, p.partition, p.offset, p.frist, "
			 BAG("count(*)", ">") ", " BREDES " FROM levering l JOIN plads p USING(leveringid) WHERE l.leveringid = ?1",
	[SQL_SPOR] = "SELECT trin, tid, partition, nr, forsoeg, digest, aarsag FROM trin WHERE leveringid = ?1 ORDER BY nr",
	[SQL_FAKTASTEDER] = "SELECT emne, partition, offset FROM faktasted WHERE id = ?1 ORDER BY emne = 'forloeb', partition, offset",
	[SQL_KOE] = "SELECT l.org, count(*), sum(l.sidste = 'parkeret'), min(" BREDES ") FROM levering l JOIN plads p USING(leveringid) WHERE l.org = ?1 AND l.sidste IN " AABNE " GROUP BY 1",
	[SQL_MANGLER] = "SELECT l.leveringid, l.org, l.type, l.adresseret, l.sidste, " VENTET " AS ventet" UDEN_KVITTERING " ORDER BY ventet, l.org LIMIT ?4",
	[SQL_MANGLER_ANTAL] = "SELECT l.org, count(*)" UDEN_KVITTERING " GROUP BY 1 ORDER BY 1",
};
