// SPDX-License-Identifier: MPL-2.0
#ifndef GATEWAY_POSTKASSE_H
#define GATEWAY_POSTKASSE_H

#include "forsendelse.h"
#include "gateway.h"

/* What the gateway writes to `postkasse`, keyed by organisation: cursors, receipts, orders of the
 * partner. */
struct postkasse;
PLB_MUSTUSE enum plb_err postkasse_new(
    const struct plb_schemas *s, struct postkasse **out, struct plb_errctx *ec);
void postkasse_free(struct postkasse **p);

/* Names of the statuses in the order of the schema, NULL-terminated. */
extern const char *const postkasse_status[];
enum kvitteringsstatus {
	KVITTERING_HAANDTERET,
	KVITTERING_MIDLERTIDIGT,
	KVITTERING_ENDELIGT,
	KVITTERING_SLETTET
};

/* f lives until its delivery report, which comes exactly when PLB_OK is returned. PLB_E_FULD: not
 * taken. */
PLB_MUSTUSE enum plb_err postkasse_markoer(
    struct gateway *g, const struct plb_org *org, int64_t position, struct forsendelse *f);
/* aarsag: len 0 = none. */
PLB_MUSTUSE enum plb_err postkasse_kvittering(struct gateway *g, const struct plb_org *org,
    struct plb_uuid leveringid, int status, struct plb_slice aarsag, struct forsendelse *f);
/* leveringid NULL: the whole endpoint. */
PLB_MUSTUSE enum plb_err postkasse_genoptag(struct gateway *g, const struct plb_org *org,
    const struct plb_uuid *leveringid, struct plb_slice aarsag, const char *aktoer,
    struct forsendelse *f);

/* A record whose report a svar waits for: made by postkasse_vent, freed by its report, or by
 * postkasse_drop when it was not taken. NULL without memory. */
struct forsendelse *postkasse_vent(struct svar *s);
void postkasse_drop(struct forsendelse *f);

#endif
