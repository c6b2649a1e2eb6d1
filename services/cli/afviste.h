// SPDX-License-Identifier: MPL-2.0
#ifndef CLI_AFVISTE_H
#define CLI_AFVISTE_H

#include <parloeb/afvist.h>

#include "cli_net.h"
#include "genindsat.h"

/* The dead letters as the verbs show and move them. Kafka is read, nothing else. */
struct afvist_post {
	char id[GENINDSAT_ID];
	struct plb_time tid;
	struct plb_afvist a; /* texts in the arena */
	struct plb_slice type, haendelse, kilde,
	    organisation; /* of the record itself; what looks like a CPR number is left out */
	size_t noegle_len, vaerdi_len;
	enum genindsat_stand stand;
	int32_t partition; /* on `afvist` */
	int64_t offset;
};
struct afviste {
	struct afvist_post *post;
	size_t n, size;
	struct genindsat sat;
	struct plb_arena arena;
};
void afviste_init(struct afviste *l);
void afviste_fini(struct afviste *l);
/* All that are in the log, oldest first of each partition, with what the audit says of each. */
PLB_MUSTUSE enum plb_err afviste_laes(
    struct afviste *l, const struct cli_kafka *k, struct plb_errctx *ec);
/* The audit once more. */
PLB_MUSTUSE enum plb_err afviste_revision(
    struct afviste *l, const struct cli_kafka *k, struct plb_errctx *ec);
struct afvist_post *afviste_find(struct afviste *l, const char *id); /* NULL: none */
const char *genindsat_tekst(enum genindsat_stand s); /* for the tables, and "stand" of the JSON */

#endif
