// SPDX-License-Identifier: MPL-2.0
#include "ordre.h"

#include <stdlib.h>

/* Rows: state; not listed = 0 = not possible. +1, so that 0 is free. */
#define TO(t) ((unsigned char)((t) + 1))
static const unsigned char tabel[ORDRE_TILSTANDE][ORDRE_HAENDELSER] = {
    [ORDRE_SKRIVES] = {[ORDRE_H_SKREVET] = TO(ORDRE_KOERER),
	[ORDRE_H_SKREVET_VENTER] = TO(ORDRE_AFVENTER),
	[ORDRE_H_FEJL] = TO(ORDRE_MISLYKKET)},
    [ORDRE_AFVENTER] =
	{[ORDRE_H_GODKEND] = TO(ORDRE_GODKENDES), [ORDRE_H_STOP] = TO(ORDRE_SLUTTER)},
    [ORDRE_GODKENDES] =
	{[ORDRE_H_GODKENDT] = TO(ORDRE_KOERER), [ORDRE_H_FEJL] = TO(ORDRE_AFVENTER)},
    [ORDRE_KOERER] = {[ORDRE_H_STOP] = TO(ORDRE_SLUTTER),
	[ORDRE_H_FAERDIG] = TO(ORDRE_SLUTTER),
	[ORDRE_H_FEJL] = TO(ORDRE_SLUTTER)},
    [ORDRE_AFBRUDT] =
	{[ORDRE_H_GENOPTAG] = TO(ORDRE_GENOPTAGES), [ORDRE_H_STOP] = TO(ORDRE_SLUTTER)},
    [ORDRE_GENOPTAGES] =
	{[ORDRE_H_GENOPTAGET] = TO(ORDRE_KOERER), [ORDRE_H_FEJL] = TO(ORDRE_AFBRUDT)},
    [ORDRE_SLUTTER] = {[ORDRE_H_SLUT] = TO(ORDRE_UDFOERT)}, /* as what: ordre.til */
};

enum ordre_tilstand
ordre_naeste(enum ordre_tilstand t, enum ordre_haendelse h)
{
	return tabel[t][h] == 0 ? t : (enum ordre_tilstand)(tabel[t][h] - 1);
}

const char *
ordre_tilstand_navn(enum ordre_tilstand t)
{
	static const char *const navn[ORDRE_TILSTANDE] = {"skrives", "afventer", "godkendes",
	    "koerer", "slutter", "udfoert", "standset", "mislykket", "afbrudt", "genoptages"};

	return navn[t];
}

void
ordre_json(const struct ordre *r, struct plb_buf *out)
{
	char id[PLB_UUID_TEXT], tid[PLB_TIME_TEXT];

	plb_buf_printf(out,
	    "{\"ordre\":\"%s\",\"handling\":\"%s\",\"tilstand\":\"%s\",\"organisation\":\"%s\"",
	    plb_uuid_text(r->id, id), kommando_arter[r->art], ordre_tilstand_navn(r->tilstand),
	    r->org.text);
	if (r->har_leveringid)
		plb_buf_printf(out, ",\"leveringid\":\"%s\"", plb_uuid_text(r->leveringid, id));
	plb_buf_printf(out,
	    ",\"antal\":%lld,\"sendt\":%zu,\"oprettet\":\"%s\",\"aktoer\":", (long long)r->antal,
	    r->sendt, plb_time_text(r->oprettet, tid));
	plb_buf_json(out, plb_slice_str(r->aktoer));
	if (r->godkender[0] != '\0') {
		plb_buf_str(out, ",\"godkender\":");
		plb_buf_json(out, plb_slice_str(r->godkender));
	}
	if (r->begrundelse[0] != '\0') {
		plb_buf_str(out, ",\"begrundelse\":");
		plb_buf_json(out, plb_slice_str(r->begrundelse));
	}
	plb_buf_str(out, "}");
}

void
ordre_fri(struct ordre *r)
{
	free(r->post);
	free(r->json);
	plb_buf_fini(&r->del);
	free(r);
}
