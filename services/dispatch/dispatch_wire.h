// SPDX-License-Identifier: MPL-2.0
#ifndef DISPATCH_WIRE_H
#define DISPATCH_WIRE_H

#include <parloeb/event.h>
#include <parloeb/schema.h>

#include "kvittering.h"
#include "levering.h"

/* Bytes ⇄ dispatch's records. All slices of a decoded record are borrowed from its bytes. One
 * thread. */

/* The entry of a delivery (schemas/dispatch-levering). Times in ms; 0 = none. */
struct post {
	struct plb_uuid id;
	struct plb_slice haendelse_id, kilde;
	bool har_forloeb;
	struct plb_uuid forloeb;
	struct plb_slice traceparent;
	int status; /* enum lev_status */
	int32_t forsoeg, skridt;
	int64_t ankommet, foerste, seneste, naeste; /* real */
	struct plb_slice aarsag;
	int64_t sequence;
	int64_t frist; /* business time */
	int64_t laes;
	bool forbi;
	bool har_afloeser, har_afloeses, har_kasserer;
	struct plb_uuid afloeser, afloeses, kasserer;
	bool har_kopi_af, reserve, naaet;
	struct plb_uuid kopi_af;
};
/* What the recipient knows it by, whatever the channel. */
static inline struct plb_uuid
post_leveringid(const struct post *p)
{
	return p->har_kopi_af ? p->kopi_af : p->id;
}

struct endepunkt_post {
	int status; /* enum plan_aabning */
	int64_t siden;
	struct plb_slice aarsag;
	bool holdt;
	int32_t proever;
	int64_t proeve;
};
struct overloeb_post {
	int64_t fra, til, antal, aeldste;
};
/* Lists: of struct sftp_fil_post, of struct sftp_fejl_post. */
struct sftp_post {
	int64_t position, naeste;
	bool bestilt;
	int32_t forsoeg;
	struct plb_slice aarsag, dato;
	int32_t nummer;
	int64_t til;
	struct plb_list ventende, fejl;
};
struct sftp_fil_post {
	struct plb_slice dato;
	int32_t nummer;
	int64_t lagt;
};
struct sftp_fejl_post {
	struct plb_slice dato;
	int32_t nummer, linje;
	struct plb_slice regel;
};
struct bestilt_post {
	struct plb_slice aktoer;
};
struct markoer_post {
	struct plb_slice organisation;
	int64_t position;
};
struct kvittering_post {
	struct plb_uuid id;
	int status; /* enum kvittering */
	struct plb_slice aarsag, organisation;
	struct plb_time tid;
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
	struct plb_slice aarsag, aktoer, godkender;
	bool har_antal;
	int32_t antal;          /* deliveries of the whole order */
	struct plb_list udvalg; /* of struct udvalgt */
};
struct udvalgt {
	struct plb_uuid id;
	int64_t offset;
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
	int64_t sequence;
	struct plb_slice kanal; /* of a copy */
};
struct tilbagekaldt_post {
	struct plb_uuid id;
	int aarsag; /* enum tilbagekaldt_aarsag */
};
enum tilbagekaldt_aarsag {
	TILBAGE_FLYTTET,
	TILBAGE_RETTET,
	TILBAGE_TILBAGEKALDT,
	TILBAGE_KASSERET
};
const char *trin_navn(enum trin t);

enum dispatch_slags {
	SLAGS_LEVERING,
	SLAGS_ENDEPUNKT,
	SLAGS_GEMT_MARKOER,
	SLAGS_OVERLOEB,
	SLAGS_SFTP,
	SLAGS_STATUS,
	SLAGS_MARKOER,
	SLAGS_KVITTERING,
	SLAGS_KOMMANDO,
	SLAGS_TILBAGEKALDT,
	SLAGS_SFTP_BESTILT,
	SLAGS_ANTAL
};

struct dispatch_wire;
PLB_MUSTUSE enum plb_err dispatch_wire_new(
    const struct plb_schemas *s, struct dispatch_wire **out, struct plb_errctx *ec);
void dispatch_wire_free(struct dispatch_wire **w);
/* A framed value of that kind, of any version, into its struct; what its version lacks is zero.
 * PLB_E_FORM, PLB_E_UKENDT. */
PLB_MUSTUSE enum plb_err dispatch_wire_laes(struct dispatch_wire *w, enum dispatch_slags slags,
    struct plb_slice value, void *out, struct plb_errctx *ec);
/* Which kind a framed value is: SLAGS_ANTAL when none of ours. */
enum dispatch_slags dispatch_wire_slags(const struct dispatch_wire *w, struct plb_slice value);
/* The struct as a framed value, borrowed until the next call. {NULL,0} when it does not fit. */
struct plb_slice dispatch_wire_skriv(
    struct dispatch_wire *w, enum dispatch_slags slags, const void *in);

#endif
