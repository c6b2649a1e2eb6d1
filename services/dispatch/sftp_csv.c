// SPDX-License-Identifier: MPL-2.0
#include "sftp_csv.h"

#include <parloeb/json.h>

/* Where a column's cell stands: a member of the event, or of its data. */
enum sted { GIVET_ID, GIVET_FRIST, HAENDELSE, DATA, DET_HELE };

static const struct kolonne {
	const char *navn;
	enum sted sted;
	const char *medlem;
} kolonner[] = {
    {"leveringid", GIVET_ID, NULL},
    {"type", HAENDELSE, "type"},
    {"tid", HAENDELSE, "time"},
    {"frist", GIVET_FRIST, NULL},
    {"cpr", DATA, "cpr"},
    {"correlationid", HAENDELSE, "correlationid"},
    {"sequence", HAENDELSE, "sequence"},
    {"indkaldelseId", DATA, "indkaldelseId"},
    {"samtaletype", DATA, "samtaletype"},
    {"afholdelsesform", DATA, "afholdelsesform"},
    {"start", DATA, "start"},
    {"slut", DATA, "slut"},
    {"titel", DATA, "titel"},
    {"aarsag", DATA, "aarsag"},
    {"tilbagekaldtLeveringid", DATA, "tilbagekaldtLeveringid"},
    {"haendelse", DET_HELE, NULL},
};

#define ANTAL (sizeof(kolonner) / sizeof(kolonner[0]))

void
sftp_csv_celle(struct plb_buf *out, struct plb_slice s)
{
	bool formel = s.len > 0 && memchr("=+-@\t\r", s.p[0], 6) != NULL, citat = false;

	for (size_t i = 0; i < s.len && !citat; i++)
		citat = memchr(",\"\r\n", s.p[i], 4) != NULL;
	if (!formel && !citat) {
		plb_buf_slice(out, s);
		return;
	}
	plb_buf_str(out, "\"");
	if (formel)
		plb_buf_str(out, "'");
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			plb_buf_u8(out, '"');
		plb_buf_u8(out, s.p[i]);
	}
	plb_buf_str(out, "\"");
}

void
sftp_csv_hoved(struct plb_buf *out)
{
	for (size_t i = 0; i < ANTAL; i++)
		plb_buf_printf(out, "%s%s", i > 0 ? "," : "", kolonner[i].navn);
	plb_buf_str(out, "\r\n");
}

/* Text and numbers; what has members of its own stands in the last column alone. */
static void
vaerdi(struct plb_buf *out, const struct plb_jv *v)
{
	if (plb_jv_kind(v) == PLB_JV_STR)
		sftp_csv_celle(out, plb_jv_str(v));
	else if (plb_jv_kind(v) == PLB_JV_INT)
		plb_buf_dec(out, plb_jv_int(v, 0));
}

enum plb_err
sftp_csv_raekke(struct plb_buf *out, struct plb_arena *a, const char *leveringid, const char *frist,
    struct plb_slice event, struct plb_errctx *ec)
{
	const struct plb_jv *e, *data;
	enum plb_err err;

	plb_arena_reset(a);
	err = plb_jv_parse(a, event, &e, ec);
	if (err == PLB_OK && plb_jv_kind(e) != PLB_JV_OBJ)
		err = plb_err_set(ec, PLB_E_FORM, "the event is no object");
	if (err != PLB_OK)
		return err;
	data = plb_jv_get(e, "data");
	for (size_t i = 0; i < ANTAL; i++) {
		const struct kolonne *k = &kolonner[i];

		if (i > 0)
			plb_buf_str(out, ",");
		switch (k->sted) {
		case GIVET_ID:
			sftp_csv_celle(out, plb_slice_str(leveringid));
			break;
		case GIVET_FRIST:
			sftp_csv_celle(out, plb_slice_str(frist));
			break;
		case HAENDELSE:
			vaerdi(out, plb_jv_get(e, k->medlem));
			break;
		case DATA:
			vaerdi(out, plb_jv_get(data, k->medlem));
			break;
		case DET_HELE:
			sftp_csv_celle(out, event);
			break;
		}
	}
	plb_buf_str(out, "\r\n");
	return PLB_OK;
}
