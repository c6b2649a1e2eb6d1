// SPDX-License-Identifier: MPL-2.0
#ifndef PARLOEB_REVISION_H
#define PARLOEB_REVISION_H

#include <parloeb/event.h>
#include <parloeb/schema.h>

/* Audit: one record on `revision` for every act of an operator, and for every reading of content.
 * The records of one actor by one writer are a chain: each holds the SHA-256 of the one before
 * (key, NUL, value) and its own number, so that one taken out, put in or changed shows. Key: the
 * actor. One thread. */

struct plb_revision_post {
	struct plb_slice aktoer;           /* who; ≤ 200 */
	struct plb_slice handling, udfald; /* "levering.replay", "bestilt": schemas/revision */
	struct plb_slice organisation;     /* len 0 = none */
	bool har_leveringid, har_ordre;
	struct plb_uuid leveringid, ordre;
	int64_t antal;
	struct plb_slice aarsag, detalje; /* len 0 = none; detalje: JSON ≤ 20,000 */
	struct plb_time tid;
};

struct plb_revision;
/* skriver: this process, ≤ 100; chains of several processes stand side by side. */
PLB_MUSTUSE enum plb_err plb_revision_new(const struct plb_schemas *s, const char *skriver,
    struct plb_revision **out, struct plb_errctx *ec);
void plb_revision_free(struct plb_revision **r);

/* The next record of the actor's chain as a framed value, borrowed until the next call; *nr its
 * number. The chain goes on from it when plb_revision_laest has met it: write one at a time for
 * each actor. */
PLB_MUSTUSE enum plb_err plb_revision_byg(struct plb_revision *r, const struct plb_revision_post *p,
    struct plb_slice *value, int64_t *nr, struct plb_errctx *ec);
/* A record of the topic, in the order of its partition: what it says, and whether it stands right
 * in its chain. */
enum plb_revision_stand {
	PLB_REVISION_OK,
	PLB_REVISION_BEGYNDER, /* the first met of its chain is not number 1: right only where older
				  ones are past retention */
	PLB_REVISION_HUL,      /* a number is missing */
	PLB_REVISION_GREN, /* a number is there twice: two writers under one name, or one put in */
	PLB_REVISION_BRUD, /* the digest is not that of the record before */
};
const char *plb_revision_stand_text(enum plb_revision_stand s); /* for people */
struct plb_revision_laest {
	struct plb_revision_post post; /* borrowed from the record */
	struct plb_slice skriver;
	int64_t nr;
	enum plb_revision_stand stand;
};
PLB_MUSTUSE enum plb_err plb_revision_laest(struct plb_revision *r, const struct plb_record *rec,
    struct plb_revision_laest *out, struct plb_errctx *ec);
/* The ends of all chains, one line each: "<aktoer>\t<skriver>\t<nr>\t<hex>": kept elsewhere, they
 * show that nothing was cut off behind. */
void plb_revision_ender(const struct plb_revision *r, struct plb_buf *out);

#endif
