// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_WIRE_H
#define DISPATCH_WIRE_H

#include <parloeb/event.h>
#include <parloeb/schema.h>

#include "kvittering.h"
#include "levering.h"

/* Bytes ⇄ dispatch's records. All slices of a decoded record are borrowed from its bytes. One
 * thread. */

/* What the body of a webhook is built from. */
struct afsendelse {
	struct plb_slice type;
	struct plb_time tid;
	int64_t sequence;
	struct plb_slice causationid, vaerdi;
};
/* The entry of a delivery (schemas/dispatch-levering). Times are real, in ms; 0 = none. */
struct post {
	struct plb_uuid id;
	struct plb_slice haendelse_id, kilde;
	bool har_forloeb;
	struct plb_uuid forloeb;
	struct plb_slice traceparent;
	int status; /* enum lev_status */
	int32_t forsoeg, skridt;
	int64_t ankommet, foerste, seneste, naeste;
	struct plb_slice aarsag;
	bool har_afsendelse;
	struct afsendelse afs;
};
struct endepunkt_post {
	int status; /* enum plan_aabning */
	int64_t siden;
	struct plb_slice aarsag;
};
struct markoer_post {
	struct plb_slice organisation;
	int64_t position;
};
struct kvittering_post {
	struct plb_uuid id;
	int status; /* enum kvittering */
	struct plb_slice aarsag, organisation;
};
enum kommando {
	KOMMANDO_HOLD,
	KOMMANDO_RESUME,
	KOMMANDO_REPLAY,
	KOMMANDO_DISCARD,
	KOMMANDO_GENOPTAG
};
struct kommando_post {
	int kommando;
	struct plb_slice organisation;
	struct plb_slice person; /* 16 bytes, or absent */
	bool har_id;
	struct plb_uuid id;
};

/* Steps of a delivery on `svar`, in the order of the schema. */
enum trin {
	TRIN_FORSOEGT,
	TRIN_LEVERET,
	TRIN_HAANDTERET,
	TRIN_AFVIST_MIDLERTIDIGT,
	TRIN_AFVIST_ENDELIGT,
	TRIN_SLETTET,
	TRIN_PARKERET,
	TRIN_TILBAGEKALDT,
	TRIN_UDLOEBET
};
struct status_post {
	struct plb_uuid id;
	struct plb_slice organisation;
	int trin;
	struct plb_time tid;
	int32_t forsoeg;
	struct plb_slice digest, aarsag, haendelse_id, kilde;
	bool har_forloeb;
	struct plb_uuid forloeb;
};
const char *trin_navn(enum trin t);

enum dispatch_slags {
	SLAGS_LEVERING,
	SLAGS_ENDEPUNKT,
	SLAGS_GEMT_MARKOER,
	SLAGS_STATUS,
	SLAGS_MARKOER,
	SLAGS_KVITTERING,
	SLAGS_KOMMANDO,
	SLAGS_ANTAL
};

struct dispatch_wire;
PLB_MUSTUSE enum plb_err dispatch_wire_new(
    const struct plb_schemas *s, struct dispatch_wire **out, struct plb_errctx *ec);
void dispatch_wire_free(struct dispatch_wire **w);
/* A framed value of that kind into its struct. PLB_E_FORM, PLB_E_UKENDT. */
PLB_MUSTUSE enum plb_err dispatch_wire_laes(struct dispatch_wire *w, enum dispatch_slags slags,
    struct plb_slice value, void *out, struct plb_errctx *ec);
/* Which kind a framed value is: SLAGS_ANTAL when none of ours. */
enum dispatch_slags dispatch_wire_slags(const struct dispatch_wire *w, struct plb_slice value);
/* The struct as a framed value, borrowed until the next call. {NULL,0} when it does not fit. */
struct plb_slice dispatch_wire_skriv(
    struct dispatch_wire *w, enum dispatch_slags slags, const void *in);

#endif
