// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_LAESEMODEL_BORD_H
#define CONSOLE_LAESEMODEL_BORD_H

#include "laesemodel.h"

/* The part of the read model that the parking desk looks at. */

/* A record on `ud`: where it lies, in whose queue, and its deadline (NULL = none). */
PLB_MUSTUSE enum plb_err laesemodel_plads(struct laesemodel *m, const struct plb_event *ev,
    const struct plb_record *r, const struct plb_time *frist, struct plb_errctx *ec);
/* The delivery has been withdrawn, whatever became of it before. */
PLB_MUSTUSE enum plb_err laesemodel_tilbagekaldt(
    struct laesemodel *m, const struct plb_uuid *id, struct plb_errctx *ec);
/* Where a fact lies, for proofs. */
PLB_MUSTUSE enum plb_err laesemodel_faktasted(struct laesemodel *m, const struct plb_event *ev,
    const struct plb_record *r, struct plb_errctx *ec);

/* Members of an object: "leveringer", what is parked (to `org`; NULL = all), by what will be
 * breached first, each with the number waiting behind it and the nearest deadline of these;
 * "grupper", the same by recipient and cause. */
PLB_MUSTUSE enum plb_err laesemodel_bord(struct laesemodel *m, const struct plb_org *org, int maks,
    struct plb_buf *out, struct plb_errctx *ec);
/* One delivery with every attempt and step, and the places of all records that prove them.
 * PLB_E_UKENDT. */
PLB_MUSTUSE enum plb_err laesemodel_levering(
    struct laesemodel *m, const struct plb_uuid *id, struct plb_buf *out, struct plb_errctx *ec);
/* What lies unsettled for an organisation: {"organisation","uafsluttet","parkeret","frist"?}. */
PLB_MUSTUSE enum plb_err laesemodel_koe(
    struct laesemodel *m, const struct plb_org *org, struct plb_buf *out, struct plb_errctx *ec);
/* "leveringer": not receipted although they should be at `nu`; `inden_ms` = time for a receipt
 * behind the delivery. */
PLB_MUSTUSE enum plb_err laesemodel_mangler(struct laesemodel *m, struct plb_time nu,
    int64_t inden_ms, const struct plb_org *org, int maks, struct plb_buf *out,
    struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err laesemodel_mangler_antal(struct laesemodel *m, struct plb_time nu,
    int64_t inden_ms, int64_t *antal, struct plb_errctx *ec);

/* A selection, in the order of the mailbox. What has been withdrawn is in none. */
struct bord_filter {
	struct plb_org org;
	char status[24];         /* a step, "uafsluttet" or "alle" */
	struct plb_slice aarsag; /* len 0 = any */
	bool har_fra, har_til;
	struct plb_time fra, til;
	int64_t maks;
};
struct bord_post {
	struct plb_uuid id;
	int64_t offset;
};
/* Called for each; type and step are borrowed for the call. */
typedef enum plb_err bord_fn(void *arg, const struct bord_post *p, struct plb_slice type,
    struct plb_slice trin, struct plb_time adresseret, struct plb_errctx *ec);
PLB_MUSTUSE enum plb_err laesemodel_udvalg(struct laesemodel *m, const struct bord_filter *f,
    bord_fn *fn, void *arg, struct plb_errctx *ec);
/* Whose mailbox it lies in, whom it is about, and whether it has been withdrawn. */
struct bord_om {
	struct plb_org org;
	bool har_person, tilbagekaldt;
	struct plb_person person;
};
/* One by its id. PLB_E_UKENDT. */
PLB_MUSTUSE enum plb_err laesemodel_udvalg_en(struct laesemodel *m, const struct plb_uuid *id,
    struct bord_om *om, bord_fn *fn, void *arg, struct plb_errctx *ec);

#endif
