// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_LAESEMODEL_H
#define CONSOLE_LAESEMODEL_H

#include <parloeb/buf.h>
#include <parloeb/event.h>

/* The read model in SQLite; the only file that knows it. Rebuildable from the topics at any time,
 * so nothing is synced to disk. Every put is idempotent: reading a record twice leaves the same
 * rows. One thread. */
struct laesemodel;

/* path "" = a temporary file that goes with the process; otherwise a database that stands there is
 * made anew. */
PLB_MUSTUSE enum plb_err laesemodel_new(
    const char *path, struct laesemodel **out, struct plb_errctx *ec);
void laesemodel_free(struct laesemodel **m);

/* Rows between begin and commit are one transaction. */
PLB_MUSTUSE enum plb_err laesemodel_begin(struct laesemodel *m, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err laesemodel_commit(struct laesemodel *m, struct plb_errctx *ec);

/* A record on `ind`: the partner's event is accepted. */
PLB_MUSTUSE enum plb_err laesemodel_accepteret(
    struct laesemodel *m, const struct plb_event *ev, struct plb_time tid, struct plb_errctx *ec);
/* A record on `forloeb`: what became of a fact, or an event made there. */
PLB_MUSTUSE enum plb_err laesemodel_afgjort(
    struct laesemodel *m, const struct plb_event *ev, struct plb_time tid, struct plb_errctx *ec);
/* A record on `ud`. */
PLB_MUSTUSE enum plb_err laesemodel_adresseret(struct laesemodel *m, const struct plb_org *til,
    const struct plb_event *ev, struct plb_time tid, struct plb_errctx *ec);
/* A levering-status on `svar`. */
struct leveringstrin {
	struct plb_uuid leveringid;
	int64_t nr;            /* offset of the record: the order of a delivery's steps */
	struct plb_slice trin; /* JSON text: "leveret" */
	struct plb_time tid;
	int64_t forsoeg;
	struct plb_slice aarsag;
	int32_t partition;
	struct plb_slice digest; /* len 0 = none */
	struct plb_slice
	    kanal; /* the step is that of a copy by this channel; len 0 = of the first channel */
};
PLB_MUSTUSE enum plb_err laesemodel_trin(
    struct laesemodel *m, const struct leveringstrin *t, struct plb_errctx *ec);
/* A record on `afvist`. */
PLB_MUSTUSE enum plb_err laesemodel_parkeret(
    struct laesemodel *m, const struct plb_record *r, struct plb_errctx *ec);

/* Answers as JSON. PLB_E_UKENDT when there is no such thing, or it is not the organisation's. */

/* The ladder of an event (contract § 4 and § 6) that `org` sent. */
PLB_MUSTUSE enum plb_err laesemodel_stige(struct laesemodel *m, const struct plb_org *org,
    struct plb_slice id, struct plb_buf *out, struct plb_errctx *ec);
/* One forløb: facts, decisions and deliveries in order of time. */
PLB_MUSTUSE enum plb_err laesemodel_forloeb(
    struct laesemodel *m, struct plb_uuid id, struct plb_buf *out, struct plb_errctx *ec);
/* Deliveries whose last step is `status` ("" = that have not arrived yet) to `org` (NULL = all),
 * oldest first, at most `maks`. */
PLB_MUSTUSE enum plb_err laesemodel_leveringer(struct laesemodel *m, const struct plb_org *org,
    struct plb_slice status, int maks, struct plb_buf *out, struct plb_errctx *ec);
/* Members of an object, counts: events by what became of them, deliveries by last step, those not
 * arrived by organisation, dead letters. */
PLB_MUSTUSE enum plb_err laesemodel_status(
    struct laesemodel *m, struct plb_buf *out, struct plb_errctx *ec);

#endif
