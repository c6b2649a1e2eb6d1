// SPDX-License-Identifier: MPL-2.0
#include "sftp_kvit.h"

#include <parloeb/cpr.h>

static const char *const statusser[KVIT_ANTAL] = {
    [KVIT_HAANDTERET] = "haandteret",
    [KVIT_AFVIST_MIDLERTIDIGT] = "afvist-midlertidigt",
    [KVIT_AFVIST_ENDELIGT] = "afvist-endeligt",
    [KVIT_SLETTET] = "slettet",
};

const char *
sftp_kvit_regel_navn(enum sftp_kvit_regel r)
{
	static const char *const navne[SFTP_KVIT_REGLER] = {
	    [SFTP_KVIT_OK] = "",
	    [SFTP_KVIT_TOM] = "",
	    [SFTP_KVIT_FELTER] = "expected leveringid;status[;aarsag]",
	    [SFTP_KVIT_ID] = "leveringid is no UUID in lower case",
	    [SFTP_KVIT_STATUS] =
		"status is none of haandteret, afvist-midlertidigt, afvist-endeligt, slettet",
	    [SFTP_KVIT_TEKST] = "aarsag is no UTF-8 text of at most 500 bytes without CPR number",
	};

	return r < SFTP_KVIT_REGLER ? navne[r] : "?";
}

bool
sftp_kvit_linje(struct plb_slice *text, struct plb_slice *line)
{
	const uint8_t *end;

	if (text->len == 0)
		return false;
	end = memchr(text->p, '\n', text->len);
	*line = plb_slice(text->p, end == NULL ? text->len : (size_t)(end - text->p));
	*text = end == NULL ? plb_slice(NULL, 0) : plb_slice(end + 1, text->len - line->len - 1);
	while (line->len > 0 && (line->p[line->len - 1] == '\r' || line->p[line->len - 1] == ' '))
		line->len--;
	return true;
}

/* Up to the next semicolon; `s` behind it. false: there was none. */
static bool
felt(struct plb_slice *s, struct plb_slice *out)
{
	const uint8_t *end = s->len == 0 ? NULL : memchr(s->p, ';', s->len);

	*out = end == NULL ? *s : plb_slice(s->p, (size_t)(end - s->p));
	*s = end == NULL ? plb_slice(NULL, 0) : plb_slice(end + 1, s->len - out->len - 1);
	return end != NULL;
}

static bool
tekst_ok(struct plb_slice s)
{
	size_t i = 0, n = 1;

	if (s.len > SFTP_KVIT_AARSAG_MAX || plb_cpr_in_text(s))
		return false;
	for (; i < s.len && n > 0; i += n)
		n = plb_utf8_len(s.p + i, s.len - i);
	return n > 0;
}

enum sftp_kvit_regel
sftp_kvit_laes(struct plb_slice line, struct sftp_kvit *out)
{
	struct plb_slice id, status;
	int i = 0;

	if (plb_slice_starts(line, plb_slice_str("\xef\xbb\xbf")))
		line = plb_slice(line.p + 3, line.len - 3);
	if (line.len == 0 || plb_slice_starts(line, plb_slice_str("leveringid")))
		return SFTP_KVIT_TOM;
	if (!felt(&line, &id))
		return SFTP_KVIT_FELTER;
	(void)felt(&line, &status);
	if (line.len > 0 && memchr(line.p, ';', line.len) != NULL)
		return SFTP_KVIT_FELTER;
	if (plb_uuid_parse(id, true, &out->id) != PLB_OK)
		return SFTP_KVIT_ID;
	while (i < KVIT_ANTAL && !plb_slice_is(status, statusser[i]))
		i++;
	if (i == KVIT_ANTAL)
		return SFTP_KVIT_STATUS;
	if (!tekst_ok(line))
		return SFTP_KVIT_TEKST;
	out->status = (enum kvittering)i;
	out->aarsag = line;
	return SFTP_KVIT_OK;
}
