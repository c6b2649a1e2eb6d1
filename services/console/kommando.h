// SPDX-License-Identifier: MPL-2.0
#ifndef CONSOLE_KOMMANDO_H
#define CONSOLE_KOMMANDO_H

#include <parloeb/list.h>
#include <parloeb/schema.h>

#include "laesemodel_bord.h"

/* Orders to dispatch as records of `postkasse`. In the order of the schema. */
enum kommando_art {
	KOMMANDO_HOLD,
	KOMMANDO_RESUME,
	KOMMANDO_REPLAY,
	KOMMANDO_DISCARD,
	KOMMANDO_GENOPTAG
};
extern const char *const kommando_arter[]; /* NULL-terminated */
#define KOMMANDO_UDVALG_MAX 500

struct kommando {
	int art; /* enum kommando_art; -1 = another */
	struct plb_slice organisation, person, aarsag, aktoer,
	    godkender; /* person: its key, or empty */
	bool har_leveringid, har_ordre, har_antal;
	struct plb_uuid leveringid, ordre;
	struct plb_list udvalg; /* struct bord_post */
	int32_t antal;
	struct plb_time tid;
};
struct kommandoer; /* the codec; one thread */
PLB_MUSTUSE enum plb_err kommandoer_new(
    const struct plb_schemas *s, struct kommandoer **out, struct plb_errctx *ec);
void kommandoer_free(struct kommandoer **k);
/* A framed value, borrowed until the next call. */
PLB_MUSTUSE enum plb_err kommando_skriv(struct kommandoer *k, const struct kommando *in,
    struct plb_slice *value, struct plb_errctx *ec);
/* false: the value is another record, or odd. Borrowed from value. */
bool kommando_laes(struct kommandoer *k, struct plb_slice value, struct kommando *out);

#endif
